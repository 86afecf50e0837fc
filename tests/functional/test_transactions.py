"""Days of transactions through the event log: loaded in any order, again, and put right, they leave one table."""

import datetime as dt
import random
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any

import psycopg
import pytest
from sqlalchemy.dialects.postgresql import psycopg as psycopg_dialect

from application.imports.requests import FileTaken, ImportOutcome, ImportPlan, ImportRequest
from application.imports.use_cases import Imports
from application.transactions.import_kind import KIND
from domain.imports import ImportMode
from infrastructure.imports.reader import CsvReader
from infrastructure.shared.event_log.log import PostgresEventLog
from infrastructure.shared.read_store.read_models import PostgresReadModels
from infrastructure.transactions.samples import FIRST_DAY, write_days, write_good
from projections.shared.catalog import PROJECTIONS
from projections.shared.query.aggregates import groups_statement
from projections.shared.query.requests import AggregateQuery
from projections.transactions.summaries import Asked
from projections.transactions.transactions import TRANSACTIONS
from tests.facts import a_cause
from tests.importing import imports_on

HEADER = "transaction_id,user_id,amount,transaction_date\n"
Delivery = tuple[dt.date | None, str]


class Book:
    """A log on a database of its own, and the table that is replayed from it."""

    def __init__(self, database_url: str) -> None:
        self.url = database_url
        self.log = PostgresEventLog(database_url)
        self.imports: Imports = imports_on(self.log, database_url)

    def load(self, day: dt.date | None, text: str, source: str = "nightly") -> ImportOutcome:
        """One delivery, as the pipeline or (without a day) a hand loads it."""
        request = ImportRequest(
            kind=KIND, source=source, file_name="t.csv", mode=ImportMode.QUARANTINE
        )
        if day is None:
            return self.imports.run(request, BytesIO(text.encode()), a_cause())
        start = dt.datetime.combine(day, dt.time(), dt.UTC)
        plan = ImportPlan(
            location="file://t.csv",
            trigger="manual",
            code_version="1",
            interval_start=start,
            interval_end=start + dt.timedelta(days=1),
        )
        run = self.imports.schedule(request, plan, a_cause())
        make = KIND.facts(source, {})
        rows = CsvReader().rows(BytesIO(text.encode()), KIND.columns, request.declared, make)
        file = FileTaken(file_name="t.csv", sha256="0" * 64, size_bytes=len(text))
        return self.imports.load(run.import_id, rows, file, a_cause())

    def load_all(self, deliveries: Sequence[Delivery]) -> list[ImportOutcome]:
        return [self.load(*delivery) for delivery in deliveries]

    def table(self) -> list[tuple[Any, ...]]:
        """The columns that were asked for but `id`, which is that of the first event, and the day."""
        PostgresReadModels(self.url, self.log, PROJECTIONS).rebuild("transactions")
        with psycopg.connect(self.url) as connection:
            return connection.execute(
                "SELECT transaction_id, user_id, amount, transaction_date, day FROM read.transactions ORDER BY 1"
            ).fetchall()


@pytest.fixture
def make_book(make_database: Callable[[], str]) -> Any:
    books: list[Book] = []

    def make() -> Book:
        books.append(Book(make_database()))
        return books[-1]

    yield make
    for book in books:
        book.log.close()


def counts(outcome: ImportOutcome) -> dict[str, int]:
    """What became of the rows, zeros left out."""
    names = ("imported", "already_known", "corrected", "duplicates", "quarantined", "bad_rows")
    told = {name: getattr(outcome, name) for name in names}
    assert sum(told.values()) == outcome.rows
    return {name: count for name, count in told.items() if count}


def rows(*amounts: str, user: int = 7, day: str = "2026-03-02") -> str:
    """A file of the transactions T-1, T-2, ... of these amounts."""
    return HEADER + "".join(
        f"T-{place},{user},{amount},{day}\n" for place, amount in enumerate(amounts, 1)
    )


DAYS = [FIRST_DAY + dt.timedelta(days=day) for day in range(4)]


def test_sample_days_in_any_order_and_again_leave_the_same_table(
    make_book: Callable[[], Book],
) -> None:
    # The wrong header is refused before it gets here.
    deliveries = [
        (it.day, it.text) for it in write_days(5, 80) if it.text.startswith("transaction_id")
    ]
    nightly, redelivered = deliveries[:-2], deliveries[-2:]
    in_order = make_book()
    outcomes = in_order.load_all([*nightly, *redelivered])
    assert {name for it in outcomes for name in counts(it)} >= {
        "imported",
        "corrected",
        "duplicates",
        "quarantined",
    }
    again = in_order.load_all(redelivered)
    assert {"imported", "corrected"}.isdisjoint(name for it in again for name in counts(it))
    table = in_order.table()
    for seed in (1, 2):
        shuffled = random.Random(seed).sample(nightly, len(nightly))
        other = make_book()
        other.load_all([*shuffled, *redelivered])
        assert other.table() == table


def test_a_corrected_file_of_a_day_corrects_and_never_overwrites(
    make_book: Callable[[], Book],
) -> None:
    book = make_book()
    assert counts(book.load(DAYS[0], rows("1.00", "2.00"))) == {"imported": 2}
    assert counts(book.load(DAYS[0], rows("1.00", "2.00"))) == {"already_known": 2}
    assert counts(book.load(DAYS[0], rows("1.00", "3.00"))) == {"already_known": 1, "corrected": 1}
    assert counts(book.load(DAYS[0], rows("1.00", "3.00"))) == {"already_known": 2}
    assert counts(book.load(DAYS[1], rows("9.00", "3.00"))) == {
        "already_known": 1,
        "quarantined": 1,
    }
    assert [row[2] for row in book.table()] == [Decimal(1), Decimal(3)]
    names = [
        record.name for record in book.log.page(0, 1_000).events if "transaction." in record.name
    ]
    assert names == ["transaction.ingested.v1"] * 2 + ["transaction.corrected.v1"]


def test_further_columns_are_kept_and_are_no_part_of_what_is_told(
    make_book: Callable[[], Book],
) -> None:
    book = make_book()
    header = "transaction_id,user_id,amount,transaction_date,channel,exported_at\n"
    book.load(DAYS[0], f"{header}T-1,7,1.00,2026-03-02,web,1\n")
    assert counts(book.load(DAYS[0], f"{header}T-1,7,1.00,2026-03-02,web,2\n")) == {
        "already_known": 1
    }
    book.table()
    with psycopg.connect(book.url) as connection:
        rows = connection.execute("SELECT extra FROM read.transactions").fetchall()
    assert rows == [({"channel": "web", "exported_at": "1"},)]


def test_what_lies_in_the_future_of_its_run_is_put_aside(make_book: Callable[[], Book]) -> None:
    book = make_book()
    outcome = book.load(DAYS[0], rows("1.00", day="2199-01-01"))
    assert counts(outcome) == {"quarantined": 1}
    assert [(it.row, it.column, it.code) for it in outcome.faults] == [
        (2, "transaction_date", "date_in_future")
    ]
    assert book.table() == []


def test_a_file_of_no_day_is_corrected_by_its_source_only_and_gives_way_to_days(
    make_book: Callable[[], Book],
) -> None:
    book = make_book()
    book.load(None, rows("1.00"), source="by hand")
    assert counts(book.load(None, rows("2.00"), source="another")) == {"quarantined": 1}
    assert counts(book.load(None, rows("2.00"), source="by hand")) == {"corrected": 1}
    assert counts(book.load(DAYS[1], rows("3.00"))) == {"corrected": 1}
    assert counts(book.load(None, rows("2.00"), source="by hand")) == {"quarantined": 1}
    assert book.table()[0][2:] == (Decimal("3.0000"), dt.date(2026, 3, 2), DAYS[1])


def test_the_table_has_the_columns_that_were_asked_for(make_book: Callable[[], Book]) -> None:
    book = make_book()
    book.load(DAYS[0], rows("0.00"))
    book.table()
    with psycopg.connect(book.url) as connection:
        found = connection.execute(
            "SELECT column_name, data_type, character_maximum_length, is_nullable FROM information_schema.columns"
            " WHERE table_schema = 'read' AND table_name = 'transactions'"
        )
        columns = {name: more for name, *more in found}
        keys = connection.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'read.transactions'::regclass"
        ).fetchall()
    assert columns["id"] == ["bigint", None, "NO"]
    assert columns["transaction_id"] == ["character varying", 50, "NO"]
    assert columns["user_id"] == ["integer", None, "NO"]
    assert columns["amount"] == ["numeric", None, "NO"]
    assert columns["transaction_date"] == ["date", None, "NO"]
    assert {("PRIMARY KEY (id)",), ("UNIQUE (transaction_id)",)} <= {*keys}


def plan_of(book: Book, query: AggregateQuery) -> set[str]:
    """What the plan of a query reads, and how, if it can do without reading whole tables."""
    statement = groups_statement(TRANSACTIONS.collection, query, 1_000)
    compiled = statement.compile(dialect=psycopg_dialect.dialect())
    with psycopg.connect(book.url) as connection:
        # The few users of a sample make small rollups, which are read faster than their index.
        connection.execute("SET enable_seqscan = off")
        explain = f"EXPLAIN (FORMAT JSON) {compiled}".encode()
        row = connection.execute(explain, dict(compiled.params)).fetchone()
    assert row is not None
    return {*_scans(row[0][0]["Plan"])}


def _scans(node: dict[str, Any]) -> Iterator[str]:
    if "Index Name" in node or "Relation Name" in node:
        yield f"{node['Node Type']} {node.get('Index Name') or node['Relation Name']}"
    for child in node.get("Plans", ()):
        yield from _scans(child)


def test_what_one_user_comes_to_is_told_without_reading_their_rows(
    make_book: Callable[[], Book],
) -> None:
    book, file = make_book(), StringIO(newline="")
    write_good(file, 20_000)
    book.load(None, file.getvalue())
    book.table()
    with psycopg.connect(book.url, autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE) read.transactions")
    ever = plan_of(book, Asked(user_id=7).by_currency)
    assert ever == {"Index Scan transaction_totals_key"}
    months = plan_of(book, Asked(user_id=7).by_month)
    assert months <= {
        "Bitmap Index Scan transaction_monthly_totals_key",
        "Bitmap Heap Scan transaction_monthly_totals",
        "Index Scan transaction_monthly_totals_key",
    }
    days = Asked(user_id=7, first=DAYS[0], last=DAYS[3])
    assert plan_of(book, days.by_currency) == {"Index Only Scan transactions_user"}
