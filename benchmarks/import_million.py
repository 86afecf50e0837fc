"""Importing a large CSV through the event log, read models included, against pandas filling only a table, in one run.

Ours is `daybook import KIND FILE`, from the start of its process until a projector in a process of its own has
caught up: amounts, dates and uids checked, events and read models on disk. The other is `pandas.read_csv` and `to_sql`
through SQLAlchemy with their defaults, on the same server, its time without the start of its process: once only the
columns of the file, as text; once with amounts, currencies and dates parsed but not checked, and with ids, source and
times as our read model has them (which has some columns more). Neither has an index.

    python -m benchmarks.import_million [--rows 1000000] [--rounds 1] [--kinds expenses transactions]
"""

import resource
import statistics
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import msgspec

from benchmarks.daybook import (
    Daybook,
    daybook,
    finish,
    peak_mb,
    write_expenses,
    write_transactions,
)
from benchmarks.machine import Table, asked

if TYPE_CHECKING:
    import pandas as pd

Parse = Callable[["pd.DataFrame"], None]


class Run(msgspec.Struct, frozen=True):
    """Seconds until the data were recorded and until they could be queried, and the peak memory in MB."""

    recorded_s: float
    queryable_s: float
    peak_mb: float
    projector_mb: float


def ours(at: Daybook, kind: str, file: Path) -> Run:
    """Import it through the command line, and wait for the projector."""
    with at.running("interfaces.cli", "projector") as projector:
        at.wait_projecting()
        started = time.perf_counter()
        usage = finish(at.start("interfaces.cli", "import", kind, str(file)))
        recorded_s = time.perf_counter() - started
        at.wait_caught_up()
        queryable_s = time.perf_counter() - started
        return Run(recorded_s, queryable_s, usage.ru_maxrss * 1024 / 1e6, peak_mb(projector.pid))


def pandas_alone(at: Daybook, file: Path, parse: Parse | None = None) -> Run:
    """Fill a table with pandas, in a process of its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        seconds, peak = pool.submit(_fill, at.database_url, file, parse).result()
    return Run(seconds, seconds, peak, 0)


def _fill(url: str, file: Path, parse: Parse | None) -> tuple[float, float]:
    import pandas as pd
    import psycopg
    import sqlalchemy as sa

    engine = sa.create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(url))
    with engine.connect():
        started = time.perf_counter()
    frame = pd.read_csv(file)
    if parse:
        parse(frame)
    frame.to_sql("only_a_table", engine, index=False, if_exists="replace")
    seconds = time.perf_counter() - started
    return seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6


def parse_expenses(frame: "pd.DataFrame") -> None:
    """Parse the columns of the file as `projections.expenses` has them, and add ids and times."""
    import pandas as pd

    parts = frame["amount"].str.extract(r"^([-0-9.,]+) ?(.+)$")
    frame["amount"] = parts[0].str.replace(",", "").map(Decimal)
    frame["currency"] = parts[1].replace("€", "EUR")
    frame["date"] = pd.to_datetime(frame["date"], format="%m/%d/%Y").dt.date
    _add_what_is_ours(frame, "expenses")


def parse_transactions(frame: "pd.DataFrame") -> None:
    """The same for `projections.transactions`, whose days are written in several ways."""
    import pandas as pd

    text = frame["amount"].astype("str")
    digits = text.str.replace(r"[^0-9.]", "", regex=True)
    frame["amount"] = (text.str.contains(r"[-(]").map({True: "-", False: ""}) + digits).map(Decimal)
    frame["currency"] = "USD"
    days = pd.Series(pd.NaT, index=frame.index)
    for form in ("%Y-%m-%d", "%m/%d/%Y", "%d-%m-%Y", "%Y/%m/%d"):
        days = days.fillna(pd.to_datetime(frame["transaction_date"], format=form, errors="coerce"))
    frame["transaction_date"] = days.dt.date
    frame["month"] = days.dt.to_period("M").dt.start_time.dt.date
    _add_what_is_ours(frame, "transactions")


def _add_what_is_ours(frame: "pd.DataFrame", source: str) -> None:
    frame["id"] = range(1, len(frame) + 1)
    frame["uid"] = [uuid4() for _ in range(len(frame))]
    frame["version"] = 1
    frame["source"] = source
    frame["import_id"] = uuid4()
    frame["recorded_at"] = datetime.now(UTC)


KINDS: Mapping[str, tuple[Callable[[Path, int], None], Parse]] = {
    "expenses": (write_expenses, parse_expenses),
    "transactions": (write_transactions, parse_transactions),
}
"""How a file of so many rows is written, and how pandas reads it."""


def measure(kind: str, rows: int) -> dict[str, Run]:
    """One round of both, on a new server."""
    write, parse = KINDS[kind]
    with daybook() as at:
        file = at.home / f"{kind}.csv"
        write(file, rows)
        return {
            "daybook": ours(at, kind, file),
            "text": pandas_alone(at, file),
            "parsed": pandas_alone(at, file, parse),
        }


def table_of(kind: str, rows: int, rounds: int) -> Table:
    """The medians of so many rounds."""
    every = [measure(kind, rows) for _ in range(rounds)]
    run = {
        name: Run(*(statistics.median(values) for values in zip(*each, strict=True)))
        for name in every[0]
        if (each := [msgspec.structs.astuple(one[name]) for one in every])
    }
    table = Table(f"{rows:,} {kind}", "seconds", "rows/s", "peak memory")
    for label, seconds, peak in (
        ("daybook: events recorded", run["daybook"].recorded_s, run["daybook"].peak_mb),
        ("daybook: read models too", run["daybook"].queryable_s, run["daybook"].projector_mb),
        ("pandas, columns of the file", run["text"].recorded_s, run["text"].peak_mb),
        (
            "pandas, columns parsed, with ids and times",
            run["parsed"].recorded_s,
            run["parsed"].peak_mb,
        ),
    ):
        table.row(label, f"{seconds:.1f}", f"{rows / seconds:,.0f}", f"{peak:.0f} MB")
    return table


def main() -> None:
    """Measure and print the tables of docs/performance.md."""
    options = asked(__doc__, rows=1_000_000, rounds=1, kinds=list(KINDS))
    for kind in options.kinds:
        table_of(kind, options.rows, options.rounds).print()


if __name__ == "__main__":
    main()
