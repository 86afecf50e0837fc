"""A log and what belongs to it, into a file: as they are at one moment, while everybody goes on."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import msgspec

from infrastructure.moving import files
from infrastructure.moving.tables import (
    CARRIED,
    Connection,
    at_work,
    columns_of,
    connected,
    copy_out,
)

Report = Callable[[int, int], None]

_ROWS_BETWEEN_REPORTS = 10_000
_ONE_MOMENT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
_WHAT = """
    SELECT daybook.head(), daybook.epoch(), (SELECT version_num FROM daybook.alembic_version),
           (SELECT code FROM daybook.fence)
"""
_ANOTHER_FENCE = "an export carries the fence, and there is one"


class ExportedLog(msgspec.Struct, frozen=True, kw_only=True):
    """An export that is whole: what it says it is, its digest, and the sessions of processes that go on meanwhile."""

    head: files.ExportHead
    sha256: str
    at_work: list[str]


def export_log(database_url: str, path: Path, progress: Report) -> ExportedLog:
    """Write a new file; `progress` takes the events that are written and how many there are.

    Raises:
        Refused: code `file_exists`.
        Unavailable: the database does not answer.
    """
    with connected(database_url, "daybook export log") as connection:
        connection.execute(_ONE_MOMENT)
        row = connection.execute(_WHAT).fetchone()
        assert row is not None, _ANOTHER_FENCE  # noqa: S101
        position, epoch, revision, code = row
        head = files.ExportHead(
            format=files.FORMAT,
            daybook=version("daybook"),
            revision=revision,
            code=code,
            epoch=epoch,
            position=position,
            exported_at=datetime.now(UTC),
            tables={table: columns_of(connection, table) for table in CARRIED},
        )
        tables = ((table, _rows(connection, head, table, progress)) for table in head.tables)
        digest = files.write(path, head, tables)
        return ExportedLog(head=head, sha256=digest, at_work=at_work(connection))


def _rows(
    connection: Connection, head: files.ExportHead, table: str, progress: Report
) -> Iterator[bytes]:
    with connection.cursor().copy(copy_out(table, head.tables[table])) as copy:
        for number, row in enumerate(copy, 1):
            yield bytes(row)
            if table == "daybook.events" and number % _ROWS_BETWEEN_REPORTS == 0:
                progress(number, head.position)
