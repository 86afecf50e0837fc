"""A log and what belongs to it, out of a file: into a database that was migrated and has no log yet.

Rules upheld here:
- all of it or nothing: the whole file is read before anything is written, everything is written in one transaction, and
  what is then there is counted before it commits;
- nobody else is at work in the database: what a process knows of an empty log would be wrong a moment later;
- an epoch begins: whoever followed the log where it was hears that it goes on elsewhere.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import psycopg
from psycopg.sql import SQL, Identifier

from domain.shared.errors import Malformed, Refused
from domain.shared.events import CODE
from infrastructure.backups import epochs
from infrastructure.moving import files
from infrastructure.moving.tables import (
    CARRIED,
    Connection,
    at_work,
    columns_of,
    connected,
    copy_in,
)

Report = Callable[[int, int], None]

_BLOCK_BYTES = 1 << 16
_ROWS_BETWEEN_REPORTS = 10_000
_GONE_S_MAX, _POLL_S = 2.0, 0.1
"""A session that was ended is seen for a moment."""

_ALONE = "SELECT pg_try_advisory_xact_lock(hashtextextended('daybook import log', 0))"
_LOCK = "LOCK TABLE daybook.events IN SHARE ROW EXCLUSIVE MODE"
_REVISION = "SELECT version_num FROM daybook.alembic_version"
_NAMES = """
    WITH gone AS (DELETE FROM daybook.event_names)
    SELECT count(*), coalesce(min(position), 1), coalesce(max(position), 0) FROM daybook.events
"""
_NOTE_NAMES = """
    INSERT INTO daybook.event_names SELECT name, min(position) FROM daybook.events GROUP BY name
"""
_NOTE_HEAD = "UPDATE daybook.head_hint SET position = %s"
_NUMBERED = """
    SELECT table_schema || '.' || table_name, column_name FROM information_schema.columns
    WHERE is_identity = 'YES' AND table_schema || '.' || table_name = ANY(%s)
"""
_NUMBER_ON = """
    SELECT setval(pg_get_serial_sequence({name}, {attribute}), greatest(max({column}), 1), max({column}) IS NOT NULL)
    FROM {table}
"""
_OPEN = "SELECT count(*) FROM daybook.reactions WHERE state IN ('pending', 'running', 'parked')"


class ImportedLog(msgspec.Struct, frozen=True, kw_only=True):
    """A log that was imported: what the file said it was, its digest, the epoch that began, reactions not yet done."""

    head: files.ExportHead
    sha256: str
    epoch: epochs.Epoch
    open_reactions: int


def import_log(database_url: str, path: Path, sha256: str | None, progress: Report) -> ImportedLog:
    """Make the log of a file; `sha256` is what the digest of it has to be, if that is known.

    Raises:
        Malformed: it is no whole export (`bad_export`), or another one than was expected (`another_export`).
        Refused: there is a log already (`not_empty`), processes are at work (`at_work`), or the file is of newer code
            (`export_too_new`).
        Unavailable: the database does not answer; nothing was written.
    """
    head, digest = files.check(path)
    if sha256 is not None and sha256.lower() != digest:
        raise Malformed(
            f"the digest of {path} is {digest}, and {sha256} was expected", code="another_export"
        )
    with connected(database_url, "daybook import log") as connection:
        _check_target(connection, head)
        with files.opened(path) as file, _understood(path):
            for table, rows in file.tables():
                if table in head.tables:
                    _load(connection, head, table, _reported(rows, table, head, progress))
            if file.sha256 != digest:  # another file than the one that was looked at
                raise Malformed(f"{path} was changed while it was read", code="bad_export")
            _conclude(connection, head)
        (still_open,) = connection.execute(_OPEN).fetchone() or (0,)
        reason = f"imported from an export of {head.exported_at:%Y-%m-%d %H:%M:%SZ}, of epoch {head.epoch}"
        epochs.begin(connection, reason)
    _look_through(database_url)
    begun = epochs.epochs(database_url)[-1]
    return ImportedLog(head=head, sha256=digest, epoch=begun, open_reactions=still_open)


def _check_target(connection: Connection, head: files.ExportHead) -> None:
    if connection.execute(_ALONE).fetchone() != (True,):
        raise Refused("somebody else is importing now", code="at_work")
    (revision,) = connection.execute(_REVISION).fetchone() or ("",)
    if head.revision > revision or head.code > CODE:
        raise Refused(
            f"the export is of revision {head.revision}, version {head.code} of what is recorded, and this is revision "
            f"{revision} and code of version {CODE}: take Daybook {head.daybook} or later, migrate and import by it",
            code="export_too_new",
        )
    if head.revision == revision and (missing := CARRIED.keys() - head.tables.keys()):
        raise Malformed(f"the export lacks {', '.join(sorted(missing))}", code="bad_export")
    deadline = time.monotonic() + _GONE_S_MAX
    while others := at_work(connection):
        if time.monotonic() > deadline:
            raise Refused(
                f"processes of Daybook's are at work in this database ({', '.join(others)}): stop them, and import "
                "before you start them",
                code="at_work",
            )
        time.sleep(_POLL_S)
    connection.execute(_LOCK)
    known = [table for table, carried in CARRIED.items() if not carried.is_replaced]
    full = [table for table in known if _has_rows(connection, table)]
    if full:
        raise Refused(
            f"there is something in {', '.join(full)} already; a database that is migrated and otherwise new was "
            "expected, so that nothing is mixed",
            code="not_empty",
        )
    for table, carried in CARRIED.items():
        if carried.is_replaced and table in head.tables:
            connection.execute(
                SQL("DELETE FROM {} WHERE {}").format(_identifier(table), SQL(carried.which))
            )


def _has_rows(connection: Connection, table: str) -> bool:
    found = connection.execute(SQL("SELECT EXISTS (SELECT FROM {})").format(_identifier(table)))
    return found.fetchone() == (True,)


def _load(
    connection: Connection, head: files.ExportHead, table: str, rows: Iterator[bytes]
) -> None:
    statement = copy_in(table, head.tables[table], columns_of(connection, table))
    with connection.cursor().copy(statement) as copy:
        block, size = list[bytes](), 0
        for row in rows:
            block.append(row)
            size += len(row)
            if size > _BLOCK_BYTES:
                copy.write(b"".join(block))
                block, size = [], 0
        copy.write(b"".join(block))


def _reported(
    rows: files.Rows, table: str, head: files.ExportHead, progress: Report
) -> Iterator[bytes]:
    for number, row in enumerate(rows, 1):
        yield row
        if table == "daybook.events" and number % _ROWS_BETWEEN_REPORTS == 0:
            progress(number, head.position)


def _conclude(connection: Connection, head: files.ExportHead) -> None:
    """Note what follows from what was read, and see that it is the log that the file says it is.

    Raises:
        Malformed: it is not.
    """
    found = connection.execute(_NAMES).fetchone()
    if found != (head.position, 1, head.position):
        raise Malformed(
            f"the events are not those of the positions 1 to {head.position:,}", code="bad_export"
        )
    connection.execute(_NOTE_NAMES)
    connection.execute(_NOTE_HEAD, (head.position,))
    for table, column in connection.execute(_NUMBERED, ([*head.tables],)).fetchall():
        connection.execute(
            SQL(_NUMBER_ON).format(
                name=table, attribute=column, column=Identifier(column), table=_identifier(table)
            )
        )


@contextmanager
def _understood(path: Path) -> Iterator[None]:
    """What PostgreSQL does not take is the fault of the file."""
    try:
        yield
    except (psycopg.DataError, psycopg.IntegrityError) as error:
        raise Malformed(
            f"{path} is no export of a log: {error.diag.message_primary}", code="bad_export"
        ) from error


def _look_through(database_url: str) -> None:
    """Let the server count what is new to it, before somebody asks for it."""
    with connected(database_url, "daybook import log") as connection:
        connection.autocommit = True
        for table in CARRIED:
            connection.execute(SQL("VACUUM (ANALYZE) {}").format(_identifier(table)))


def _identifier(table: str) -> Identifier:
    return Identifier(*table.split("."))
