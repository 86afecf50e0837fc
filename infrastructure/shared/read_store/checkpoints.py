"""How far each projection has read: a row per projection and slot, moved in the transaction that writes its tables."""

from datetime import datetime

import msgspec

from infrastructure.shared.read_store.connections import ReadConnection

CHANNEL = "daybook_checkpoints"
"""Announces `name:position` whenever a live checkpoint moves."""

LIVE, BUILD, VERIFY = "live", "build", "verify"


class CheckpointLost(Exception):
    """Somebody else moved the checkpoint: another instance took over, or a rebuilt version was switched in."""


class Checkpoint(msgspec.Struct, frozen=True):
    """Version `version` of a projection has read up to `position`; `updated_at` changes whenever it is touched."""

    version: int
    position: int
    state: str
    error: str | None
    updated_at: datetime


def read(
    connection: ReadConnection, projection: str, slot: str, *, lock: bool = False
) -> Checkpoint | None:
    """The checkpoint of a slot; `lock` keeps everybody from moving it until the transaction ends."""
    row = connection.execute(
        b"SELECT version, position, state, error, updated_at FROM daybook.checkpoints"
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
) -> None:
    """Set a checkpoint, whatever it was."""
    connection.execute(
        """
        INSERT INTO daybook.checkpoints (projection, slot, version, position, state)
        VALUES (%s, %s, %s, %s, %s)
        ON CONFLICT (projection, slot) DO UPDATE SET version = excluded.version, position = excluded.position,
            state = excluded.state, error = NULL, updated_at = clock_timestamp()
        """,
        (projection, slot, version, position, state),
    )
    if slot == LIVE:
        announce(connection, projection, position)


def move(
    connection: ReadConnection,
    projection: str,
    slot: str,
    *,
    at: Checkpoint,
    until: int,
    state: str,
) -> Checkpoint:
    """Move a checkpoint from `at` to `until`; first in its transaction, so that it also locks out everybody else.

    Raises:
        CheckpointLost: it was touched since `at` was read.
    """
    row = connection.execute(
        """
        UPDATE daybook.checkpoints SET position = %s, state = %s, error = NULL, updated_at = clock_timestamp()
        WHERE projection = %s AND slot = %s AND version = %s AND position = %s AND updated_at = %s
        RETURNING version, position, state, error, updated_at
        """,
        (until, state, projection, slot, at.version, at.position, at.updated_at),
    ).fetchone()
    if row is None:
        raise CheckpointLost(
            f"the {slot} checkpoint of {projection} is not at {at.position} any more"
        )
    if slot == LIVE:
        announce(connection, projection, until)
    return Checkpoint(*row)


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
        connection.execute("SELECT pg_notify(%s, %s)", (CHANNEL, f"{projection}:halted"))


def remove(connection: ReadConnection, projection: str, slot: str) -> None:
    """Forget a slot."""
    connection.execute(
        "DELETE FROM daybook.checkpoints WHERE projection = %s AND slot = %s", (projection, slot)
    )


def announce(connection: ReadConnection, projection: str, position: int) -> None:
    """Wake whoever waits for this projection; takes effect at the commit."""
    connection.execute("SELECT pg_notify(%s, %s)", (CHANNEL, f"{projection}:{position}"))
