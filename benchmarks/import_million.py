"""Importing a large CSV through the event log, read models included, against pandas filling only a table, in one run.

Ours is `daybook import expenses FILE`, from the start of its process until a projector in a process of its own has
caught up: amounts, dates and uids checked, events and read models on disk. The other is `pandas.read_csv` and `to_sql`
through SQLAlchemy with their defaults, on the same server, its time without the start of its process: once only the
five columns of the file, as text; once the columns of our read model, with amounts, currencies and dates parsed but
not checked. Neither has an index.

    python -m benchmarks.import_million [--rows 1000000] [--rounds 1]
"""

import resource
import statistics
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import msgspec

from benchmarks.daybook import Daybook, daybook, finish, peak_mb, write_expenses
from benchmarks.machine import Table, asked

if TYPE_CHECKING:
    import pandas as pd


class Run(msgspec.Struct, frozen=True):
    """Seconds until the data were recorded and until they could be queried, and the peak memory in MB."""

    recorded_s: float
    queryable_s: float
    peak_mb: float
    projector_mb: float


def ours(at: Daybook, file: Path) -> Run:
    """Import it through the command line, and wait for the projector."""
    with at.running("interfaces.cli", "projector") as projector:
        at.wait_projecting()
        started = time.perf_counter()
        usage = finish(at.start("interfaces.cli", "import", "expenses", str(file)))
        recorded_s = time.perf_counter() - started
        at.wait_caught_up()
        queryable_s = time.perf_counter() - started
        return Run(recorded_s, queryable_s, usage.ru_maxrss * 1024 / 1e6, peak_mb(projector.pid))


def pandas_alone(at: Daybook, file: Path, *, parsed: bool) -> Run:
    """Fill a table with pandas, in a process of its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        seconds, peak = pool.submit(_fill, at.database_url, file, parsed).result()
    return Run(seconds, seconds, peak, 0)


def _fill(url: str, file: Path, parsed: bool) -> tuple[float, float]:
    import pandas as pd
    import psycopg
    import sqlalchemy as sa

    engine = sa.create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(url))
    with engine.connect():
        started = time.perf_counter()
    frame = pd.read_csv(file)
    if parsed:
        _parse(frame)
    frame.to_sql("only_a_table", engine, index=False, if_exists="replace")
    seconds = time.perf_counter() - started
    return seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6


def _parse(frame: "pd.DataFrame") -> None:
    """Make the columns of `projections.expenses` of those of the file."""
    import pandas as pd

    parts = frame["amount"].str.extract(r"^([-0-9.,]+) ?(.+)$")
    frame["amount"] = parts[0].str.replace(",", "").map(Decimal)
    frame["currency"] = parts[1].replace("€", "EUR")
    frame["date"] = pd.to_datetime(frame["date"], format="%m/%d/%Y").dt.date
    frame["id"] = range(1, len(frame) + 1)
    frame["uid"] = [uuid4() for _ in range(len(frame))]
    frame["version"] = 1
    frame["source"] = "expenses"
    frame["import_id"] = uuid4()
    frame["recorded_at"] = datetime.now(UTC)


def measure(rows: int) -> dict[str, Run]:
    """One round of both, on a new server."""
    with daybook() as at:
        file = at.home / "expenses.csv"
        write_expenses(file, rows)
        return {
            "daybook": ours(at, file),
            "text": pandas_alone(at, file, parsed=False),
            "parsed": pandas_alone(at, file, parsed=True),
        }


def main() -> None:
    """Measure and print the table of docs/performance.md."""
    options = asked(__doc__, rows=1_000_000, rounds=1)
    rounds = [measure(options.rows) for _ in range(options.rounds)]
    run = {
        name: Run(*(statistics.median(values) for values in zip(*each, strict=True)))
        for name in rounds[0]
        if (each := [msgspec.structs.astuple(one[name]) for one in rounds])
    }
    table = Table(f"{options.rows:,} rows", "seconds", "rows/s", "peak memory")
    for label, seconds, peak in (
        ("daybook: events recorded", run["daybook"].recorded_s, run["daybook"].peak_mb),
        ("daybook: read models too", run["daybook"].queryable_s, run["daybook"].projector_mb),
        ("pandas, columns of the file", run["text"].recorded_s, run["text"].peak_mb),
        ("pandas, columns of the read model", run["parsed"].recorded_s, run["parsed"].peak_mb),
    ):
        table.row(label, f"{seconds:.1f}", f"{options.rows / seconds:,.0f}", f"{peak:.0f} MB")
    table.print()


if __name__ == "__main__":
    main()
