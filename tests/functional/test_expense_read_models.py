"""From files to answers: imported expenses in the read models, queried through the grammar."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any, TypeVar

import pytest
from sqlalchemy.ext.asyncio import create_async_engine

from domain.expenses import ExpenseRecorded
from domain.shared.errors import Invalid
from infrastructure.expenses.samples import write_sample
from infrastructure.shared.event_log.log import PostgresEventLog
from infrastructure.shared.read_store.read_models import PostgresReadModels
from projections.expenses import EXPENSES
from projections.imports import IMPORTS
from projections.shared.catalog import PROJECTIONS
from projections.shared.query.grouping import parse_aggregates
from projections.shared.query.lists import parse_list
from projections.shared.query.reading import Queries
from tests.facts import a_cause
from tests.importing import asked, expenses_in, imports_on

T = TypeVar("T")
ROWS = 3_000


def sample() -> bytes:
    text = StringIO(newline="")
    write_sample(text, ROWS)
    return text.getvalue().encode()


def ask(database_url: str, question: Callable[[Queries], Awaitable[T]]) -> T:
    async def answer() -> T:
        engine = create_async_engine(database_url.replace("postgresql:", "postgresql+psycopg:", 1))
        try:
            return await question(Queries(engine))
        finally:
            await engine.dispose()

    return asyncio.run(answer())


def project(log: PostgresEventLog, database_url: str) -> PostgresReadModels:
    read_models = PostgresReadModels(database_url, log, PROJECTIONS)
    for name in read_models.names():
        read_models.rebuild(name)
    return read_models


def import_file(log: PostgresEventLog, url: str, content: bytes, mode: str = "valid_only") -> Any:
    return imports_on(log, url).run(asked(mode=mode), BytesIO(content), a_cause())


def test_totals_are_those_of_the_file(log: PostgresEventLog, database_url: str) -> None:
    content = sample()
    import_file(log, database_url, content)
    project(log, database_url)
    totals: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for _, row in expenses_in(BytesIO(content)):
        assert isinstance(row, ExpenseRecorded)
        totals[row.departments, row.currency] += row.amount
    query = parse_aggregates(
        EXPENSES.collection, [("by", "departments"), ("measures", "sum:amount,count")]
    )
    groups = ask(database_url, lambda queries: queries.aggregate(EXPENSES.collection, query)).rows
    got = {(row["departments"], row["currency"]): Decimal(row["sum:amount"]) for row in groups}
    assert got == totals
    assert sum(row["count"] for row in groups) == ROWS


def test_an_expense_is_shown_as_it_was_written(log: PostgresEventLog, database_url: str) -> None:
    header = b"departments,project_name,amount,date,member_name\n"
    row = 'IT,Mars-NS1,"1,200.00€",10/2/2021,Sam\n'.encode()
    outcome = import_file(log, database_url, header + row)
    project(log, database_url)
    query = parse_list(EXPENSES.collection, [("member_name", "Sam")])
    (shown,) = ask(database_url, lambda queries: queries.page(EXPENSES.collection, query)).rows
    assert shown["id"] == 1
    assert str(shown["amount"]) == "1200.00"
    assert (shown["currency"], shown["departments"]) == ("EUR", "IT")
    assert str(shown["import_id"]) == str(outcome.import_id)


def test_import_runs_are_shown_with_counts_and_faults(
    log: PostgresEventLog, database_url: str
) -> None:
    content = sample()
    import_file(log, database_url, content)
    with pytest.raises(Invalid):
        import_file(log, database_url, content + b"HR,Gaama,lots,3/8/2021,\n", "all_or_nothing")
    import_file(log, database_url, content + b"HR,Gaama,lots,3/8/2021,\n")
    imports_on(log, database_url).accept(asked(file_name="b.csv"), BytesIO(content), a_cause())
    project(log, database_url)
    query = parse_list(IMPORTS.collection, [("sort", "id")])
    runs = ask(database_url, lambda queries: queries.page(IMPORTS.collection, query)).rows
    assert [(it["status"], it["imported"], it["already_known"], it["bad_rows"]) for it in runs] == [
        ("completed", ROWS, 0, 0),
        ("rejected", 0, 0, 1),
        ("completed", 0, ROWS, 1),
        ("running", 0, 0, 0),
    ]
    assert [it["code"] for it in runs] == [None, "bad_rows", None, None]
    assert [fault["column"] for fault in runs[1]["faults"]] == ["amount", "member_name"]
    assert runs[1]["faults"][0]["row"] == ROWS + 2
    assert runs[0]["options"] == {"locale": "en_US", "date_format": "M/D/YYYY"}
    assert len({it["sha256"] for it in runs}) == 2
    assert [it["finished_at"] is None for it in runs] == [False, False, False, True]


def test_replaying_the_log_gives_the_same_rows(log: PostgresEventLog, database_url: str) -> None:
    import_file(log, database_url, sample())
    read_models = project(log, database_url)
    for name in read_models.names():
        assert read_models.verify(name).equal
