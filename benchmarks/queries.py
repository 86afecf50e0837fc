"""Latency of pages and of grouped totals over many expenses, over HTTP, against pandas grouping the same rows.

The expenses come through the real import and the real projector. One client asks on loopback, so a time is what the
server takes and the way there and back. Page 1 and a page far down are of the same list: the far one is reached by
following `next`, as a client would.

pandas is given a file that is made for it: amounts as plain numbers, currencies in a column, ISO dates. Its groups are
float sums; ours are exact.

`--depth` is a page of 50 rows to walk to, `--requests` are those of each shape, `--rounds` those of pandas.

    python -m benchmarks.queries [--rows 1000000] [--depth 10000] [--requests 200] [--rounds 7]
"""

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

import msgspec
import psycopg

from benchmarks.daybook import Daybook, daybook, finish, write_expenses
from benchmarks.machine import Table, asked

if TYPE_CHECKING:
    import pandas as pd

_PAGE_ROWS = 50
_WALK_ROWS = 200

_PAGES = (
    "currency=EUR&sort=-amount",
    "departments[in]=IT,Sales,Marketing&sort=date",
    "amount[gte]=50&sort=-date,amount",
    "departments=IT&sort=-amount",
    "departments=HR&date[between]=2024-06-01,2024-08-31&sort=-amount,member_name",
    "member_name=Leo Novak&sort=-date",
    "project_name[contains]=heating&currency=CHF&sort=amount",
)

Group = Callable[["pd.DataFrame"], Any]


def _sums(frame: "pd.DataFrame", *by: Any) -> Any:
    return frame.groupby(["currency", *by])["amount"].agg(["sum", "count"])


_AGGREGATES: dict[str, Group] = {
    "by=departments": lambda frame: _sums(frame, "departments"),
    "by=date:month": lambda frame: _sums(frame, frame["date"].dt.to_period("M")),
    "by=departments,project_name": lambda frame: _sums(frame, "departments", "project_name"),
    "by=member_name": lambda frame: _sums(frame, "member_name"),
    "by=project_name&departments=IT": lambda frame: _sums(
        frame[frame["departments"] == "IT"], "project_name"
    ),
    "by=departments&date[gte]=2025-01-01": lambda frame: _sums(
        frame[frame["date"] >= "2025-01-01"], "departments"
    ),
    # Of these no rollup knows: they are added up from the rows.
    "by=departments&amount[gte]=1000": lambda frame: _sums(
        frame[frame["amount"] >= 1000], "departments"
    ),
    "by=member_name,date:quarter": lambda frame: _sums(
        frame, "member_name", frame["date"].dt.to_period("Q")
    ),
}


class Client:
    """One keep-alive connection."""

    def __init__(self, port: int) -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=120)

    def get(self, path: str) -> Any:
        """The decoded answer.

        Raises:
            RuntimeError: it is not 200.
        """
        self._connection.request("GET", path)
        answer = self._connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"GET {path}: {answer.status} {body.decode()}")
        return msgspec.json.decode(body)

    def times_ms(self, path: str, requests: int) -> list[float]:
        """How long each of so many requests took, sorted, after a few that do not count."""
        for _ in range(5):
            self.get(path)
        return sorted(_ms(lambda: self.get(path)) for _ in range(requests))

    def walk(self, query: str, rows: int) -> tuple[str | None, int]:
        """The cursor that lies so many rows down a list, or as far as it has pages, and how many rows that is."""
        cursor, walked = None, 0
        while walked < rows:
            parameters = {"limit": _WALK_ROWS, "fields": "id"} | (
                {"cursor": cursor} if cursor else {}
            )
            page = self.get(f"/expenses?{query}&{urlencode(parameters)}")["page"]
            if page["next"] is None:
                break
            cursor, walked = page["next"], walked + _WALK_ROWS
        return cursor, walked


def measure_pages(client: Client, depth: int, requests: int) -> Table:
    """The latencies of each list at its first page and far down."""
    table = Table("GET /expenses?...&limit=50", "page", "p50", "p99", "deep page", "p50", "p99")
    for shape in _PAGES:
        query = quote(shape, safe="=&[],")
        first = client.times_ms(f"/expenses?{query}&limit={_PAGE_ROWS}", requests)
        cursor, walked = client.walk(query, depth * _PAGE_ROWS)
        deep = ["-", "-", "-"]
        if cursor:
            path = f"/expenses?{query}&limit={_PAGE_ROWS}&{urlencode({'cursor': cursor})}"
            deep = [f"{walked // _PAGE_ROWS + 1:,}", *quantiles(client.times_ms(path, requests))]
        table.row(f"`{shape}`", 1, *quantiles(first), *deep)
    return table


def measure_aggregates(client: Client, csv: Path, rounds: int, requests: int) -> Table:
    """The latencies of grouped totals, and what pandas takes for the same groups."""
    import pandas as pd

    def read() -> "pd.DataFrame":
        return pd.read_csv(csv, parse_dates=["date"])

    read_ms = statistics.median(_ms(read) for _ in range(min(rounds, 3)))
    frame = read()
    table = Table(
        "GET /expenses/aggregates?...",
        "p50",
        "p99",
        "pandas groupby",
        "ratio",
        "with read_csv",
        "ratio",
    )
    for shape, group in _AGGREGATES.items():
        path = f"/expenses/aggregates?{quote(shape, safe='=&[],:')}&limit=1000"
        assert len(client.get(path)["data"]) == len(group(frame)), shape
        times = client.times_ms(path, requests)
        group_ms = statistics.median(_ms(partial(group, frame)) for _ in range(rounds))
        p50, whole_ms = statistics.median(times), read_ms + group_ms
        table.row(
            f"`{shape}`",
            *quantiles(times),
            f"{group_ms:.0f} ms",
            f"{group_ms / p50:.1f}x",
            f"{whole_ms:,.0f} ms",
            f"{whole_ms / p50:.0f}x",
        )
    return table


def quantiles(times_ms: list[float]) -> list[str]:
    """The median and the 99th percentile of sorted times."""
    return [f"{times_ms[int(share * (len(times_ms) - 1))]:.1f} ms" for share in (0.5, 0.99)]


def _ms(run: Callable[[], object]) -> float:
    started = time.perf_counter()
    run()
    return (time.perf_counter() - started) * 1000


@contextmanager
def filled(rows: int) -> Iterator[tuple[Daybook, Path]]:
    """Daybook with so many expenses, projected and analysed, and a CSV of them made for pandas."""
    with daybook() as at:
        file, plain = at.home / "expenses.csv", at.home / "plain.csv"
        write_expenses(file, rows)
        with at.running("interfaces.cli", "projector"):
            finish(at.start("interfaces.cli", "import", "expenses", str(file)))
            at.wait_caught_up()
        if (found := at.rows("SELECT count(*) FROM read.expenses")) != rows:
            raise RuntimeError(f"{rows} expenses were expected in the read model, got {found}")
        with psycopg.connect(at.database_url, autocommit=True) as connection:
            connection.execute("VACUUM (ANALYZE) read.expenses")
            with (
                plain.open("wb") as out,
                connection.cursor() as cursor,
                cursor.copy(
                    "COPY (SELECT departments, project_name, amount, currency, date, member_name"
                    " FROM read.expenses) TO STDOUT (FORMAT CSV, HEADER)"
                ) as copy,
            ):
                for data in copy:
                    out.write(data)
        yield at, plain


def main() -> None:
    """Measure and print the tables of docs/performance.md."""
    options = asked(__doc__, rows=1_000_000, depth=10_000, requests=200, rounds=7)
    with filled(options.rows) as (at, plain), at.serving():
        client = Client(at.port)
        measure_pages(client, options.depth, options.requests).print()
        measure_aggregates(client, plain, options.rounds, options.requests).print()


if __name__ == "__main__":
    main()
