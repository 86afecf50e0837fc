"""Events per second of a projection that starts from nothing: ours against the stock `ProjectionRunner`, in one run.

Both read the same expenses and write the same rows, columns, indexes and rollups. Ours reads the event log; the
stock runner reads its own recorder's tables and writes one transaction per event, row, rollups and tracking together.
Ours is measured twice: catching up from nothing, which builds beside without indexes and switches, and following page
by page into indexed tables. With `--read-server` ours alone is measured, with the read model beside the log and on a
second server, in turns.

    python -m benchmarks.projection_catch_up [--events 500000] [--stock-events 5000] [--rounds 3] [--read-server]
"""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from statistics import median
from typing import Any, ClassVar
from uuid import UUID, uuid4

import psycopg
import structlog
from eventsourcing.application import Application
from eventsourcing.domain import Aggregate
from eventsourcing.persistence import Tracking
from eventsourcing.postgres import PostgresTrackingRecorder
from eventsourcing.projection import Projection as StockProjection
from eventsourcing.projection import ProjectionRunner
from psycopg import conninfo, sql

from benchmarks.machine import Table, asked, benchmark_database, medians
from domain.expenses import ExpenseRecorded
from domain.shared.events import encode, name_of
from infrastructure.shared.event_log.log import PostgresEventLog
from infrastructure.shared.read_store.connections import connected
from infrastructure.shared.read_store.following import Follower
from infrastructure.shared.read_store.tables import create_schema, create_tables
from projections.expenses import EXPENSES
from projections.shared.entries import LISTED
from projections.shared.projection import READ_SCHEMA

STOCK_SCHEMA = "stock"
_NEVER = 10**12

_COLUMNS = tuple(EXPENSES.tables[0].table.c.keys())
_ROW = f"""
    INSERT INTO {STOCK_SCHEMA}.expenses ({", ".join(_COLUMNS)})
    VALUES ({", ".join(f"%({name})s" for name in _COLUMNS)})
"""
_ROLLUPS = [
    f"""
    INSERT INTO {STOCK_SCHEMA}.{rollup.table.name} AS t ({", ".join(rollup.by)}, count, sum_amount)
    VALUES ({", ".join(f"%({name})s" for name in rollup.by)}, 1, %(amount)s)
    ON CONFLICT ({", ".join(rollup.by)})
    DO UPDATE SET count = t.count + 1, sum_amount = t.sum_amount + excluded.sum_amount
    """
    for rollup in EXPENSES.tables[0].rollups
]
# Where every expense begins: nothing was corrected or voided yet.
_STANDING = {"standing": "recorded", "listing": LISTED, "first_recorded": None, "reason": None}


def expenses(count: int) -> Iterator[ExpenseRecorded]:
    """Expenses of two years: 8 departments, 40 projects, 300 members."""
    for number in range(count):
        yield ExpenseRecorded(
            source="bench",
            departments=f"Department {number % 8}",
            project_name=f"Project {number % 40}",
            amount=Decimal(number % 500_000) / 100,
            currency="EUR",
            date=date(2025, 1, 1) + timedelta(days=number * 7 % 730),
            member_name=f"Member {number % 300}",
        )


class Expense(Aggregate):
    """The same expense as the stock package would have it: an aggregate with one event."""

    def __init__(self, fields: dict[str, Any]) -> None:
        self.fields = fields


class Book(Application[UUID]):
    """The stock application that holds them."""


class StockView(PostgresTrackingRecorder):
    """Writes the rows and the tracking of one event in one transaction."""

    def record(self, row: dict[str, Any], tracking: Tracking) -> None:
        """Insert the row and merge it into both rollups."""
        with self.datastore.transaction(commit=True) as cursor:
            for statement in (_ROW, *_ROLLUPS):
                cursor.execute(statement.encode(), row, prepare=True)
            self._insert_tracking(cursor, tracking)


class StockExpenses(StockProjection[StockView]):
    """The stock projection of `Expense`."""

    name: ClassVar[str] = "bench_expenses"

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        """Record a created expense."""
        row = domain_event.fields | {
            **_STANDING,
            "id": tracking.notification_id,
            "uid": domain_event.originator_id,
            "version": domain_event.originator_version,
            "import_id": domain_event.originator_id,
            "recorded_at": domain_event.timestamp,
        }
        self.view.record(row, tracking)


def stock(url: str, count: int) -> float:
    """Events per second of the stock runner."""
    given = conninfo.conninfo_to_dict(url)
    environment = {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": str(given["dbname"]),
        "POSTGRES_HOST": str(given["host"]),
        "POSTGRES_PORT": "",
        "POSTGRES_USER": str(given["user"]),
        "POSTGRES_PASSWORD": "",
    }
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"DROP SCHEMA IF EXISTS {STOCK_SCHEMA} CASCADE".encode())
        connection.execute("DROP TABLE IF EXISTS book_events, bench_expenses_tracking")
    with connected(url, "bench") as read_connection:
        create_schema(read_connection, STOCK_SCHEMA)
        create_tables(read_connection, EXPENSES, STOCK_SCHEMA)
    book = Book(environment)
    rows = [Expense(_plain(fact)) for fact in expenses(count)]
    last = max(
        book.save(*rows[first : first + 1000])[-1].notification.id
        for first in range(0, count, 1000)
    )
    book.close()
    started = time.perf_counter()
    with ProjectionRunner(
        application_class=Book,
        projection_class=StockExpenses,
        view_class=StockView,
        env=environment,
    ) as runner:
        runner.wait(last, timeout=600)
        seconds = time.perf_counter() - started
    _check(url, STOCK_SCHEMA, count)
    return count / seconds


def _check(url: str, schema: str, count: int) -> None:
    """Fail unless the rows and both rollups are there."""
    counted = sql.SQL(
        "SELECT (SELECT count(*) FROM {}), (SELECT sum(count) FROM {}), (SELECT sum(count) FROM {})"
    )
    tables = [sql.Identifier(schema, table.name) for table in EXPENSES.all_tables]
    with psycopg.connect(url) as connection:
        found = connection.execute(counted.format(*tables)).fetchone()
    if found != (count, count, count):
        raise RuntimeError(f"{count} rows were expected in {schema} and its rollups, found {found}")


def _plain(fact: ExpenseRecorded) -> dict[str, Any]:
    """The stock transcoder knows no dates; PostgreSQL reads them from text."""
    return {name: getattr(fact, name) for name in fact.__struct_fields__} | {
        "date": fact.date.isoformat()
    }


def fill(url: str, count: int) -> None:
    """Put expenses into our log; how fast is another benchmark's business."""
    name, now, cause = name_of(ExpenseRecorded), datetime.now(UTC), uuid4()
    types = "int8 uuid int4 text bytea text uuid uuid text timestamptz"
    into = "COPY daybook.events FROM STDIN (FORMAT BINARY)"
    with (
        psycopg.connect(url) as connection,
        connection.cursor() as cursor,
        cursor.copy(into) as copy,
    ):
        copy.set_types(types.split())
        for position, fact in enumerate(expenses(count), start=1):
            payload = encode(fact)
            copy.write_row((position, uuid4(), 1, name, payload, "bench", cause, cause, None, now))


def ours(url: str, far_behind_events: int, read_url: str | None = None) -> float:
    """Events per second of our follower from an empty read model, beside the log or elsewhere, to the head."""
    there = read_url or url
    with psycopg.connect(there, autocommit=True) as connection:
        connection.execute("DELETE FROM daybook.checkpoints")
        connection.execute("CHECKPOINT")
    log = PostgresEventLog(url)
    follower = Follower(
        EXPENSES, there, log, is_remote=there != url, far_behind_events=far_behind_events
    )
    started = time.perf_counter()
    position = follower.catch_up()
    seconds = time.perf_counter() - started
    log.close()
    _check(there, READ_SCHEMA, position)
    return position / seconds


def on_a_second_server(events: int, rounds: int) -> Table:
    """The table of docs/scaling.md: one server beside two, in the same rounds."""
    with benchmark_database() as url, benchmark_database() as read_url:
        fill(url, events)
        runs = [
            {
                (way, place): ours(url, far_behind, place or None)
                for way, far_behind in (("from nothing", 1), ("page by page", _NEVER))
                for place in ("", read_url)
            }
            for _ in range(rounds)
        ]
    table = Table(
        "events/s", "beside the log", "on a second server", "ratio", "ratios of the rounds"
    )
    for way in ("from nothing", "page by page"):
        beside, apart = (median(one[way, place] for one in runs) for place in ("", read_url))
        ratios = ", ".join(f"{one[way, read_url] / one[way, '']:.2f}" for one in runs)
        table.row(way, f"{beside:,.0f}", f"{apart:,.0f}", f"{apart / beside:.2f}", ratios)
    return table


def main() -> None:
    """Measure and print the table of docs/performance.md, or that of docs/scaling.md."""
    options = asked(__doc__, events=500_000, stock_events=5_000, rounds=3, read_server=False)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    if options.read_server:
        on_a_second_server(options.events, options.rounds).print()
        return
    with benchmark_database() as url:
        fill(url, options.events)
        ways: dict[str, Callable[[], float]] = {
            "stock ProjectionRunner": lambda: stock(url, options.stock_events),
            "ours, from nothing": lambda: ours(url, 1),
            "ours, page by page": lambda: ours(url, _NEVER),
        }
        runs = [{way: run() for way, run in ways.items()} for _ in range(options.rounds)]
    rates = medians(runs)
    table = Table("projection catch-up", "events/s", "ratio")
    for way, rate in rates.items():
        table.row(way, f"{rate:,.0f}", f"{rate / rates['stock ProjectionRunner']:.0f}x")
    table.print()


if __name__ == "__main__":
    main()
