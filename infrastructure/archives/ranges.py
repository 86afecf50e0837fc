"""Taking what old events say out of the log into files, and back.

Rules upheld here:
- the envelope of every event stays where it is, with its stream, version and position: nothing that is appended,
  counted or followed rests on what is in a file, and whoever needs what an event says hears that it is in one;
- what an event says gives way to its digest only after the file was written, synced and read back, and the database
  compares the digest of what it has with that of what was read (`daybook.refuse_change()`); so it does on the way back;
- only what every follower and every reaction is done with leaves, and only facts that no other fact is decided by: rows
  of files, and letters. People, banks, claims, payments and definitions stay;
- everything is done in short transactions over rows that nobody writes; what was killed half-way is told by
  `daybook log archived`, and brought to its end, or undone by `attach`.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from itertools import islice
from pathlib import Path
from time import sleep
from typing import Any

import msgspec
import psycopg

from application.shared.ports import RecordedEvent
from domain.shared.errors import Malformed, Refused
from infrastructure.archives import files
from infrastructure.shared.event_log.connections import careful, reaching_the_log
from infrastructure.shared.event_log.reading import COLUMNS, EPOCH, HEAD
from infrastructure.shared.reactions.planning import CHECKPOINT
from projections.shared.catalog import PROJECTIONS

LEAVING = ("expense", "transaction", "usage", "reject", "mail")
"""Of what events leave the log, by the first part of their names."""

RANGE_EVENTS = 1_000_000
"""A file has as many at most, and begins anew at every multiple of it."""

_PAGE_EVENTS = 5_000

_ALONE = "SELECT pg_try_advisory_lock(hashtextextended('daybook archive', 0))"
_TRIES, _BETWEEN_S = 20, 0.1
"""A connection that was closed holds on for a moment."""

# Who still has to read on, and from where.
_DONE = """
    SELECT 'what reads the log as ' || name, coalesce(min(c.position), 0) FROM unnest(%s::text[]) AS known (name)
    LEFT JOIN daybook.checkpoints c ON c.projection = name GROUP BY name
    UNION ALL SELECT 'what reads the log as ' || projection, position FROM daybook.checkpoints
    UNION ALL SELECT 'a reaction that is not done', min(position) - 1 FROM daybook.reactions
    WHERE state IN ('pending', 'running', 'parked') HAVING min(position) IS NOT NULL
    ORDER BY 2 LIMIT 1
"""
_FIRST_SINCE = "SELECT min(position) FROM daybook.events WHERE recorded_at >= %s"
_ALL = """
    SELECT first_position, last_position, file, digest, epoch, began_at, ended_at FROM daybook.archives ORDER BY 1
"""
_EVENTS = f"SELECT {COLUMNS} FROM daybook.events WHERE position BETWEEN %s AND %s ORDER BY position"
_BEGIN = """
    INSERT INTO daybook.archives (first_position, last_position, file, digest, epoch) VALUES (%s, %s, %s, %s, %s)
"""
_END = "UPDATE daybook.archives SET ended_at = clock_timestamp() WHERE first_position = %s"
_FORGET = "DELETE FROM daybook.archives WHERE first_position = %s"
# Rows are named by their positions: joins that read the whole log are out of the question.
_SESSION = """
    SELECT set_config('enable_hashjoin', 'off', false), set_config('enable_mergejoin', 'off', false),
           set_config('jit', 'off', false)
"""
_STAGE = "CREATE TEMPORARY TABLE contents (position bigint, payload bytea)"
_IS_DIGEST = "length(e.payload) = 33 AND substr(e.payload, 1, 1) = '\\x00'"
_REPLACE = """
    UPDATE daybook.events e SET payload = c.payload FROM contents c
    WHERE e.position = c.position AND e.payload <> c.payload
"""
_LEFT = f"""
    SELECT count(*) FROM daybook.events e WHERE e.position BETWEEN %s AND %s AND {_IS_DIGEST}
      AND split_part(e.name, '.', 1) = ANY(%s)
"""


class ArchivedRange(msgspec.Struct, frozen=True, kw_only=True):
    """A range of positions whose contents are in a file; `ended_at` is None if somebody was killed on the way."""

    first: int
    last: int
    file: str
    digest: str
    epoch: str
    began_at: datetime
    ended_at: datetime | None


Connection = psycopg.Connection[Any]


def archived(database_url: str) -> list[ArchivedRange]:
    """The ranges that are archived, in order.

    Raises:
        Unavailable: the database does not answer.
    """
    with _connected(database_url) as connection:
        return _ranges(connection)


def archive(database_url: str, folder: Path, before: int | datetime) -> Iterator[ArchivedRange]:
    """Move what events before a position, or recorded before a moment, say into files in a folder, one range after the
    other; answers each when it is done.

    Raises:
        Refused: somebody still has to read some of it (`not_taken_in`), there is nothing (`nothing_to_archive`), or a
            file is there already (`file_exists`).
        Malformed: a file was not read back as it was written (`bad_archive`); nothing of its range has left.
        Unavailable: the database does not answer; what was done is done.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _connected(database_url) as connection:
        _be_alone(connection)
        until = _until(connection, before)
        ranges = _ranges(connection)
        open_ones = [one for one in ranges if one.ended_at is None and one.last <= until]
        pieces = [*_pieces(ranges, until)]
        if not (open_ones or pieces):
            raise Refused(
                f"there is nothing before position {until + 1:,} that is not archived",
                code="nothing_to_archive",
            )
        for one in open_ones:
            yield _finished(connection, one)
        for first, last in pieces:
            yield _finished(connection, _written(connection, folder.absolute(), first, last))


def attach(database_url: str, file: Path) -> ArchivedRange:
    """Bring back what is in a file, and answer its range.

    Raises:
        Malformed: it is no archive, or not as it was written (`bad_archive`).
        Refused: it is not of this log, or its range is not archived (`not_archived`).
        Unavailable: the database does not answer; to be called again.
    """
    with _connected(database_url) as connection:
        _be_alone(connection)
        head = files.read_head(file)
        known = [one for one in _ranges(connection) if one.first == head.first]
        if not known or (known[0].last, known[0].epoch) != (head.last, head.epoch):
            raise Refused(
                f"{file} has the positions {head.first:,} to {head.last:,} of epoch {head.epoch}, and no such range of "
                "this log is archived",
                code="not_archived",
            )
        (one,) = known
        if files.check(file) != one.digest:
            raise Malformed(f"{file} is not the file of its range", code="bad_archive")
        events = (event for event in files.read(file) if _leaves(event.name))
        _replace(connection, ((event.position, event.payload) for event in events))
        with connection.transaction():
            left = connection.execute(_LEFT, (one.first, one.last, [*LEAVING])).fetchone()
            if left != (0,):
                raise Malformed(f"{file} lacks some of its range", code="bad_archive")
            connection.execute(_FORGET, (one.first,))
        connection.execute("VACUUM daybook.events")
        return one


def _be_alone(connection: Connection) -> None:
    for _ in range(_TRIES):
        if connection.execute(_ALONE).fetchone() == (True,):
            return
        sleep(_BETWEEN_S)
    raise Refused("somebody else is archiving or attaching now", code="archiving")


def _until(connection: Connection, before: int | datetime) -> int:
    """The last position that is meant, if everybody is done with it."""
    head = int((connection.execute(HEAD).fetchone() or (0,))[0])
    if isinstance(before, datetime):
        if before > datetime.now(UTC):
            raise Malformed(f"{before.isoformat()} is yet to come.", got=before.isoformat())
        found = connection.execute(_FIRST_SINCE, (before,)).fetchone()
        before = found[0] if found and found[0] else head + 1
    if before > head + 1:
        raise Malformed(
            f"The log ends at position {head:,}, so nothing is before {before:,} yet.", got=before
        )
    until = before - 1
    names = [*(it.name for it in PROJECTIONS), CHECKPOINT]
    who, done = connection.execute(_DONE, (names,)).fetchone() or ("", 0)
    if until > done:
        raise Refused(
            f"position {until:,} is not taken in by everybody: {who} has come to position {done:,}; archive what is "
            f"before {done + 1:,}, or wait",
            code="not_taken_in",
        )
    return until


def _pieces(ranges: Sequence[ArchivedRange], until: int) -> Iterator[tuple[int, int]]:
    """What is not archived up to a position, cut at the multiples."""
    at = 1
    for one in [*ranges, None]:
        end = min(one.first - 1 if one else until, until)
        while at <= end:
            last = min((at - 1) // RANGE_EVENTS * RANGE_EVENTS + RANGE_EVENTS, end)
            yield at, last
            at = last + 1
        at = one.last + 1 if one else at


def _written(connection: Connection, folder: Path, first: int, last: int) -> ArchivedRange:
    epoch = str((connection.execute(EPOCH).fetchone() or ("",))[0])
    file = folder / f"log-{first:012}-{last:012}.ndjson.gz"
    head = files.ArchiveHead(format=files.FORMAT, first=first, last=last, epoch=epoch)
    with connection.transaction(), connection.cursor("events", binary=True) as cursor:
        cursor.itersize = _PAGE_EVENTS
        digest = files.write(
            file,
            head,
            (RecordedEvent(*row) for row in cursor.execute(_EVENTS.encode(), (first, last))),
        )
    if files.check(file) != digest:
        raise Malformed(f"{file} was not read back as it was written", code="bad_archive")
    connection.execute(_BEGIN, (first, last, str(file), digest, epoch))
    return next(one for one in _ranges(connection) if one.first == first)


def _finished(connection: Connection, one: ArchivedRange) -> ArchivedRange:
    """Put digests in the place of what was read back from the file."""
    file = Path(one.file)
    if files.check(file) != one.digest:
        raise Malformed(f"{file} is not the file of its range", code="bad_archive")
    leaving = (event for event in files.read(file) if _leaves(event.name))
    _replace(
        connection, ((each.position, b"\0" + sha256(each.payload).digest()) for each in leaving)
    )
    connection.execute(_END, (one.first,))
    connection.execute("VACUUM daybook.events")
    return next(each for each in _ranges(connection) if each.first == one.first)


def _replace(connection: Connection, contents: Iterable[tuple[int, bytes]]) -> None:
    connection.execute(_STAGE)
    coming = iter(contents)
    while page := [*islice(coming, _PAGE_EVENTS)]:
        with connection.transaction():
            with connection.cursor().copy("COPY contents FROM STDIN (FORMAT BINARY)") as copy:
                copy.set_types(["int8", "bytea"])
                for row in page:
                    copy.write_row(row)
            connection.execute(_REPLACE)
            connection.execute("TRUNCATE contents")
    connection.execute("DROP TABLE contents")


def _leaves(name: str) -> bool:
    return name.partition(".")[0] in LEAVING


def _ranges(connection: Connection) -> list[ArchivedRange]:
    names = ArchivedRange.__struct_fields__
    rows = connection.execute(_ALL).fetchall()
    return [ArchivedRange(**dict(zip(names, row, strict=True))) for row in rows]


@contextmanager
def _connected(database_url: str) -> Iterator[Connection]:
    url = careful(database_url, "daybook archive")
    with reaching_the_log(), psycopg.connect(url, autocommit=True) as connection:
        connection.execute(_SESSION)
        yield connection
