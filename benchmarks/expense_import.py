"""Importing a CSV of expenses, events and read model included, against `pandas.to_sql` filling a mere table.

Both start from the same file and write to the same PostgreSQL, fsync on. Ours checks every value, records one event per
row and builds the read model with its indexes and rollups; pandas reads the CSV, parses amounts and dates, and fills a
table without an index. Reading alone (parse, check, identify, encode; one core) is measured too.

    python -m benchmarks.expense_import [--rows 1000000]
"""

import argparse
import resource
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import pandas
from sqlalchemy import create_engine

from application.imports import ExpenseImports, FileForm, ImportRequest
from application.imports.staging import Tally, stage
from application.ports import Append, BulkOutcome, Cause
from benchmarks.machine import Table, benchmark_database
from domain.imports import ImportMode
from infrastructure.event_log.log import PostgresEventLog
from infrastructure.expenses import CsvExpenseReader
from infrastructure.read_store.read_models import PostgresReadModels
from infrastructure.samples import write_sample
from infrastructure.uploads import PostgresUploads
from projections.expenses import EXPENSES


class SystemClock:
    """The present."""

    def now(self) -> datetime:
        """The time in UTC."""
        return datetime.now(UTC)


class Nowhere:
    """A bulk append that drops what it is given: what is left is the reading."""

    def write(self, stream_id: str, name: str, payload: str) -> None:
        """Drop an event."""

    def counts(self) -> tuple[int, int]:
        """Nothing is staged."""
        return 0, 0

    def finish(self, closing: Append) -> BulkOutcome:
        """There is nothing to finish."""
        raise NotImplementedError(closing)


def _unheard(rows: int) -> None:
    """Progress that nobody listens to."""


def _read_only(path: Path) -> None:
    with path.open("rb") as file:
        rows = CsvExpenseReader().rows(file, "bench", FileForm())
        assert stage(rows, Tally(ImportMode.ALL_OR_NOTHING), Nowhere(), _unheard) is None


def _import(path: Path, url: str, log: PostgresEventLog) -> None:
    imports = ExpenseImports(log, CsvExpenseReader(), PostgresUploads(url), SystemClock(), uuid4)
    cause = Cause(actor="bench", correlation_id=uuid4(), causation_id=uuid4())
    with path.open("rb") as file:
        imports.run(ImportRequest(source="bench", file_name=path.name), file, cause)


def _to_sql(path: Path, url: str) -> None:
    frame = pandas.read_csv(path)
    amounts = frame["amount"].str.extract(r"^(?P<amount>-?[\d,.]+) ?(?P<currency>.+)$")
    frame["amount"] = pandas.to_numeric(amounts["amount"].str.replace(",", ""))
    frame["currency"] = amounts["currency"].replace("€", "EUR")
    frame["date"] = pandas.to_datetime(frame["date"], format="%m/%d/%Y").dt.date
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:", 1))
    frame.to_sql("by_pandas", engine, index=False)
    engine.dispose()


def _timed(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def main() -> None:
    """Measure and print the table; pandas comes last, so that the peak of memory before it is ours."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    count = parser.parse_args().rows
    table = Table("what", "s", "rows/s", "peak memory, MB")

    def row(what: str, seconds: float) -> None:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        table.row(what, f"{seconds:.1f}", f"{count / seconds:,.0f}", peak)

    with TemporaryDirectory() as folder, benchmark_database() as url:
        path = Path(folder) / "expenses.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            write_sample(file, count)
        log = PostgresEventLog(url)
        row("reading alone", _timed(lambda: _read_only(path)))
        imported = _timed(lambda: _import(path, url, log))
        row("import into the event log", imported)
        read_models = PostgresReadModels(url, log, [EXPENSES])
        projected = _timed(lambda: read_models.rebuild("expenses"))
        row("import, events and read model", imported + projected)
        row("the same file again", _timed(lambda: _import(path, url, log)))
        log.close()
        row("pandas.to_sql, a table only", _timed(lambda: _to_sql(path, url)))
    table.print()


if __name__ == "__main__":
    main()
