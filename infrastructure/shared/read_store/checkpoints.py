"""How far each projection has read: a row per shelf and slot, moved in the transaction that writes its tables.

A projection that has another version beside it has a row for each, by the keys of their shelves. Where the log is on
another server, a checkpoint names the epoch of the log it is of, and its witness: the last event that was taken in.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
import structlog

from application.shared.ports import EventLog, Record, RecordedEvent
from infrastructure.shared.read_store.connections import ReadConnection
from projections.shared.projection import Projection
from projections.shared.shelves import Shelf, shelf_of

CHANNEL = "daybook_checkpoints"
"""Announces `key:position` whenever a live checkpoint moves, and `key:` with a word whenever more has changed."""

LIVE, BUILD, VERIFY = "live", "build", "verify"

_NOBODY_KNOWS = "unknown"
"""The epoch of a log that was taken back without a word."""

_logger = structlog.get_logger("daybook.projector")

_MOVE = f"""
    WITH free AS MATERIALIZED (
        SELECT c.projection, moved.until, coalesce(moved.witness, c.witness) AS witness FROM daybook.checkpoints c
        JOIN unnest(%(projections)s::text[], %(versions)s::int[], %(positions)s::bigint[], %(seen)s::timestamptz[],
                    %(untils)s::bigint[], %(witnesses)s::text[])
          AS moved (projection, version, position, seen, until, witness)
          ON c.projection = moved.projection AND c.version = moved.version AND c.position = moved.position
         AND c.updated_at = moved.seen
        WHERE c.slot = %(slot)s FOR UPDATE OF c SKIP LOCKED
    ), moved AS (
        UPDATE daybook.checkpoints c
        SET position = free.until, state = %(state)s, error = NULL, updated_at = clock_timestamp(),
            witness = free.witness
        FROM free WHERE c.projection = free.projection AND c.slot = %(slot)s
        RETURNING c.projection, c.version, c.position, c.state, c.error, c.updated_at, true, c.epoch, c.witness
    )
    SELECT moved.*, CASE WHEN %(slot)s = 'live'
        THEN pg_notify('{CHANNEL}', moved.projection || ':' || moved.position)::text END FROM moved
"""


class CheckpointLost(Exception):
    """Somebody else holds or moved the checkpoint: another instance took over, or a rebuilt version is switched in."""


class Tables(NamedTuple):
    """The tables that a checkpoint vouches for, and the token that was made with them."""

    names: Sequence[str]
    token: UUID


class Checkpoint(msgspec.Struct, frozen=True):
    """Version `version` of a projection has read up to `position`; `updated_at` changes whenever it is touched.

    `vouches` says whether the tables are there that it was moved with: a restored log may be without them. `epoch` is
    that of a log on another server, None for the log beside it; `witness` as `witness_of` says, None as long as no
    event was taken in of such a log.
    """

    version: int
    position: int
    state: str
    error: str | None
    updated_at: datetime
    vouches: bool = True
    epoch: str | None = None
    witness: str | None = None


def position_of(witness: str) -> int:
    """Where the event of a witness is."""
    return int(witness.partition(" ")[0])


def witness_of(event: Record[Any] | RecordedEvent) -> str:
    """What tells an event from any other that could have its position in another course of the log."""
    return f"{event.position} {event.stream_id} {event.recorded_at.astimezone(UTC).isoformat()}"


def read(
    connection: ReadConnection, projection: str, slot: str, *, lock: bool = False
) -> Checkpoint | None:
    """The checkpoint of a slot; `lock` keeps everybody from moving it until the transaction ends."""
    row = connection.execute(
        b"SELECT version, position, state, error, updated_at, daybook.vouches(c), epoch, witness"
        b" FROM daybook.checkpoints c"
        b" WHERE projection = %s AND slot = %s" + (b" FOR UPDATE" if lock else b""),
        (projection, slot),
    ).fetchone()
    return None if row is None else Checkpoint(*row)


def put(
    connection: ReadConnection,
    projection: str,
    slot: str,
    *,
    version: int,
    position: int,
    state: str,
    tables: Tables | None = None,
    epoch: str | None = None,
    witness: str | None = None,
) -> None:
    """Set a checkpoint, whatever it was, and what it vouches for."""
    names, token = (list(tables.names), tables.token) if tables else (None, None)
    connection.execute(
        """
        INSERT INTO daybook.checkpoints (projection, slot, version, position, state, tables, token, epoch, witness)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
        ON CONFLICT (projection, slot) DO UPDATE SET version = excluded.version, position = excluded.position,
            state = excluded.state, error = NULL, updated_at = clock_timestamp(), tables = excluded.tables,
            token = excluded.token, epoch = excluded.epoch, witness = excluded.witness
        """,
        (projection, slot, version, position, state, names, token, epoch, witness),
    )
    if slot == LIVE:
        announce(connection, projection, "put")


Move = tuple[str, Checkpoint, int, str | None]
"""Whose checkpoint is moved, where it was last seen, up to where it is to be, and its new witness if it has one."""


def move(
    connection: ReadConnection, slot: str, moves: Sequence[Move], *, state: str
) -> dict[str, Checkpoint]:
    """Move checkpoints, in one statement, and answer those that were moved.

    First in its transaction, so that it also locks out everybody else. A checkpoint that was touched since it was seen,
    or that somebody else holds at this moment, stays as it is: its tables must not be written.
    """
    rows = connection.execute(
        _MOVE,
        {
            "slot": slot,
            "state": state,
            "projections": [projection for projection, *_ in moves],
            "seen": [at.updated_at for _, at, *_ in moves],
            "versions": [at.version for _, at, *_ in moves],
            "positions": [at.position for _, at, *_ in moves],
            "untils": [until for *_, until, _ in moves],
            "witnesses": [witness for *_, witness in moves],
        },
    ).fetchall()
    return {row[0]: Checkpoint(*row[1:9]) for row in rows}


def is_of(
    connection: ReadConnection, projection: str, at: Checkpoint, log: EventLog, *, is_remote: bool
) -> bool:
    """Whether a live checkpoint is of this log, as that is now; `is_remote` if the log is on another server.

    A log of another epoch that has the witness is the same up to there: what was passed by since is read again.

    Raises:
        CheckpointLost: somebody else moved it meanwhile, or the log was taken back without a word.
        Unavailable: the log cannot be reached.
    """
    epoch = log.epoch() if is_remote else None
    if at.epoch is None:
        return epoch is None
    if at.epoch == epoch:
        _check_is_as_seen(connection, epoch, log)
        return True
    if at.witness is not None and not _has(log, at.witness):
        return False
    position = 0 if at.witness is None else position_of(at.witness)
    with connection.transaction():
        taken_over = connection.execute(
            "UPDATE daybook.checkpoints SET epoch = %s, position = %s, updated_at = clock_timestamp()"
            " WHERE projection = %s AND slot = 'live' AND updated_at = %s",
            (epoch, position, projection, at.updated_at),
        )
        announce(connection, projection, "put")
    if taken_over.rowcount == 0:
        raise CheckpointLost(f"the checkpoint of {projection} was moved while it was looked at")
    return True


def _check_is_as_seen(connection: ReadConnection, epoch: str, log: EventLog) -> None:
    """See that a log of this epoch has the last event that was taken in of it here, by whatever read model.

    An older copy of its files in their place says the same epoch, and what was passed by cannot be told from what is
    there now: then all that follows it is of an epoch that nobody knows, and is looked at one by one.

    Raises:
        CheckpointLost: it has not.
        Unavailable: the log cannot be reached.
    """
    last = connection.execute(
        "SELECT witness FROM daybook.checkpoints WHERE slot = 'live' AND epoch = %s AND witness IS NOT NULL"
        " ORDER BY split_part(witness, ' ', 1)::bigint DESC LIMIT 1",
        (epoch,),
    ).fetchone()
    if last is None or _has(log, last[0]):
        return
    with connection.transaction():
        moved = connection.execute(
            "UPDATE daybook.checkpoints SET epoch = %s, updated_at = clock_timestamp()"
            " WHERE slot = 'live' AND epoch = %s RETURNING projection",
            (_NOBODY_KNOWS, epoch),
        ).fetchall()
        for (projection,) in moved:
            announce(connection, projection, "put")
    _logger.warning("log_taken_back", position=position_of(last[0]), epoch=epoch)
    raise CheckpointLost("the log has not what was taken in of it: it was taken back")


def _has(log: EventLog, witness: str) -> bool:
    position = position_of(witness)
    events = log.page(position - 1, 1, until=position).events
    return [witness_of(event) for event in events] == [witness]


def halt(connection: ReadConnection, projection: str, version: int, error: str) -> None:
    """Tell everybody that this version of a projection is halted: in the live row, or beside it if that is older."""
    with connection.transaction():
        halted = connection.execute(
            "UPDATE daybook.checkpoints SET state = 'halted', error = %s, updated_at = clock_timestamp()"
            " WHERE projection = %s AND slot = 'live' AND version = %s",
            (error, projection, version),
        )
        if halted.rowcount == 0:
            put(connection, projection, BUILD, version=version, position=0, state="halted")
            connection.execute(
                "UPDATE daybook.checkpoints SET error = %s WHERE projection = %s AND slot = 'build'",
                (error, projection),
            )
        announce(connection, projection, "halted")


def shelf(connection: ReadConnection, projection: Projection) -> Shelf:
    """Where this version of a projection is kept, or is to be."""
    row = connection.execute(
        "SELECT version FROM daybook.checkpoints WHERE projection = %s AND slot = 'live'",
        (projection.name,),
    ).fetchone()
    return shelf_of(projection.name, projection.version, row[0] if row else None)


def remove(connection: ReadConnection, projection: str, slot: str) -> None:
    """Forget a slot."""
    connection.execute(
        "DELETE FROM daybook.checkpoints WHERE projection = %s AND slot = %s", (projection, slot)
    )


def announce(connection: ReadConnection, projection: str, place: str) -> None:
    """Wake whoever waits for this projection; takes effect at the commit."""
    connection.execute("SELECT pg_notify(%s, %s)", (CHANNEL, f"{projection}:{place}"))
