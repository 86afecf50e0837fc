"""Queries on a real PostgreSQL: examples, what a page costs, and what comes of a database that does not play along."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from domain.shared.errors import Invalid, Malformed, NotFound, Unavailable
from infrastructure.embedded.postgres import PostgresServer
from projections.shared.query.cursors import digest_of, write_cursor
from projections.shared.query.grouping import parse_aggregates, parse_facets
from projections.shared.query.keyset import rows_statement
from projections.shared.query.lists import parse_export, parse_fields, parse_list
from projections.shared.query.reading import EXPORT_ROWS, Queries
from projections.shared.query.requests import Cursor, ListQuery
from tests.things import (
    TABLE,
    THINGS,
    WITHOUT_ROLLUPS,
    Row,
    Run,
    Things,
    a_thing,
    running,
    things_in,
)

Pairs = list[tuple[str, str]]


@pytest.fixture
def run(database_url: str) -> Iterator[Run]:
    """Runs scenarios on one table of things."""
    with running(database_url) as run:
        yield run


SPENT = [
    a_thing(1, label="Sales", amount=Decimal(10), day=date(2024, 1, 31)),
    a_thing(2, label="Sales", amount=Decimal(20), day=date(2024, 4, 1)),
    a_thing(3, label="Sales", amount=Decimal(500), currency="JPY", day=date(2024, 1, 1)),
    a_thing(4, label="IT", amount=Decimal("0.5"), day=date(2024, 2, 1)),
    a_thing(5, label=None, amount=Decimal("-1.25"), day=None),
]


def test_groups_never_add_currencies_and_show_their_decimals(run: Run) -> None:
    pairs = [("by", "label"), ("measures", "sum:amount,avg:amount,count"), ("totals", "true")]

    async def scenario(table: Things) -> None:
        await table.hold(SPENT)
        answer = await table.queries.aggregate(THINGS, parse_aggregates(THINGS, pairs))
        told = [(row["label"], row["currency"], str(row["sum:amount"])) for row in answer.rows]
        assert told == [
            ("IT", "EUR", "0.50"),
            ("Sales", "EUR", "30.00"),
            ("Sales", "JPY", "500"),
            (None, "EUR", "-1.25"),
        ]
        assert [str(row["avg:amount"]) for row in answer.rows[:2]] == ["0.500000", "15.000000"]
        totals = {row["currency"]: str(row["sum:amount"]) for row in answer.totals or []}
        assert totals == {"EUR": "29.25", "JPY": "500"}

    run(scenario)


def test_an_average_is_rounded_half_to_even(run: Run) -> None:
    halves = {"a": "0.000001", "b": "0.000003", "c": "-0.000001", "d": "-0.000003"}
    rows = [a_thing(2 * n, label=label, rate=Decimal(0)) for n, label in enumerate(halves)]
    rows += [
        a_thing(2 * n + 1, label=label, rate=Decimal(rate))
        for n, (label, rate) in enumerate(halves.items())
    ]

    async def scenario(table: Things) -> None:
        await table.hold(rows)
        query = parse_aggregates(THINGS, [("by", "label"), ("measures", "avg:rate")])
        answer = await table.queries.aggregate(THINGS, query)
        told = [f"{row['avg:rate']:f}" for row in answer.rows]
        assert told == ["0.000000", "0.000002", "0.000000", "-0.000002"]

    run(scenario)


def test_fill_leaves_no_period_out(run: Run) -> None:
    pairs = [
        ("by", "day:month,label"),
        ("measures", "sum:amount,count,avg:amount"),
        ("fill", "true"),
        ("sort", "label,day:month"),
    ]

    async def scenario(table: Things) -> None:
        await table.hold(SPENT[:4])
        answer = await table.queries.aggregate(THINGS, parse_aggregates(THINGS, pairs))
        told = [
            (
                row["label"],
                row["currency"],
                row["day:month"].month,
                str(row["sum:amount"]),
                row["count"],
            )
            for row in answer.rows
            if row["currency"] == "EUR"
        ]
        assert told == [
            ("IT", "EUR", 1, "0.00", 0),
            ("IT", "EUR", 2, "0.50", 1),
            ("IT", "EUR", 3, "0.00", 0),
            ("IT", "EUR", 4, "0.00", 0),
            ("Sales", "EUR", 1, "10.00", 1),
            ("Sales", "EUR", 2, "0.00", 0),
            ("Sales", "EUR", 3, "0.00", 0),
            ("Sales", "EUR", 4, "20.00", 1),
        ]
        yen = [row for row in answer.rows if row["currency"] == "JPY"]
        assert [(row["count"], str(row["sum:amount"]), row["avg:amount"]) for row in yen] == [
            (1, "500", Decimal(500)),
            (0, "0", None),
            (0, "0", None),
            (0, "0", None),
        ]

    run(scenario)


def test_fill_sorts_and_limits_the_filled_groups_and_keeps_those_without_a_date(run: Run) -> None:
    pairs = [("by", "day:month"), ("fill", "true"), ("currency", "EUR")]

    async def scenario(table: Things) -> None:
        await table.hold(SPENT)
        ordered = parse_aggregates(THINGS, [*pairs, ("sort", "-day:month"), ("limit", "3")])
        answer = await table.queries.aggregate(THINGS, ordered)
        assert [row["day:month"] for row in answer.rows] == [
            None,
            date(2024, 4, 1),
            date(2024, 3, 1),
        ]
        assert answer.truncated
        nothing = parse_aggregates(THINGS, [*pairs, ("label", "absent")])
        assert (await table.queries.aggregate(THINGS, nothing)).rows == []

    run(scenario)


def test_fill_refuses_to_make_more_groups_than_an_answer_may_have(run: Run) -> None:
    rows = [a_thing(1, day=date(1, 1, 1)), a_thing(2, day=date(9999, 12, 31))]

    async def scenario(table: Things) -> None:
        await table.hold(rows)
        query = parse_aggregates(THINGS, [("by", "day"), ("fill", "true")])
        with pytest.raises(Invalid) as caught:
            await table.queries.aggregate(THINGS, query)
        assert caught.value.code == "too_many_groups"

    run(scenario)


def test_facets_tell_how_often_and_how_much_per_value_and_currency(run: Run) -> None:
    async def scenario(table: Things) -> None:
        await table.hold(SPENT)
        query = parse_facets(THINGS, [("by", "label"), ("measures", "sum:amount"), ("limit", "2")])
        (facet,) = await table.queries.facets(THINGS, query)
        assert facet.truncated
        assert facet.values == [
            {"value": "Sales", "currency": "EUR", "count": 2, "sum:amount": Decimal("30.00")},
            {"value": "IT", "currency": "EUR", "count": 1, "sum:amount": Decimal("0.50")},
        ]

    run(scenario)


def test_an_empty_collection_answers_everything(run: Run) -> None:
    async def scenario(table: Things) -> None:
        page = await table.queries.page(THINGS, parse_list(THINGS, [("count", "exact")]))
        assert (page.rows, page.next, page.prev, page.count) == ([], None, None, 0)
        groups = await table.queries.aggregate(
            THINGS, parse_aggregates(THINGS, [("totals", "true")])
        )
        assert (groups.rows, groups.totals) == ([], [])
        assert [part async for part in table.queries.stream(THINGS, parse_export(THINGS, []))] == []

    run(scenario)


def test_a_page_whose_rows_have_gone_leads_back_to_the_row_it_came_from(run: Run) -> None:
    async def scenario(table: Things) -> None:
        await table.hold([a_thing(number) for number in range(6)])

        async def page(*pairs: tuple[str, str]) -> Any:
            return await table.queries.page(THINGS, parse_list(THINGS, [("limit", "2"), *pairs]))

        first = await page()
        await table.remove([2, 3, 4, 5])
        gone = await page(("cursor", first.next))
        assert (gone.rows, gone.next) == ([], None)
        back = await page(("cursor", gone.prev))
        assert [row["id"] for row in back.rows] == [0, 1]

    run(scenario)


def test_what_is_not_there_is_not_found_and_what_is_no_id_is_malformed(run: Run) -> None:
    fields = parse_fields(THINGS, [])

    async def scenario(table: Things) -> None:
        for absent in (7, "7", -1, uuid4()):
            with pytest.raises(NotFound):
                await table.queries.one(THINGS, absent, fields)
        for wrong in ("seven", "", "7.0", str(2**63)):
            with pytest.raises(Malformed) as caught:
                await table.queries.one(THINGS, wrong, fields)
            assert caught.value.faults[0].parameter == "id"

    run(scenario)


def test_json_kept_as_bytes_is_shown_as_what_it_says(run: Run) -> None:
    async def scenario(table: Things) -> None:
        await table.hold([a_thing(7)])
        fields = parse_fields(THINGS, [("fields", "details")])
        assert await table.queries.one(THINGS, 7, fields) == {"id": 7, "details": {"number": 7}}

    run(scenario)


@pytest.mark.parametrize(
    ("parameter", "text", "found"),
    [
        ("label[contains]", "%", ["50% off"]),
        ("label[contains]", "_", ["a_b"]),
        ("label[contains]", "/", ["a/b"]),
        ("label[contains]", "\\", ["a\\b"]),
        (
            "label[contains]",
            "",
            ["50% off", "a/b", "a\\b", "a_b", "ab", "Ärger", "\ud7ffx", "\ue000", "\U0010ffffx"],
        ),
        ("label[contains]", "B", []),
        ("label[starts_with]", "a", ["a/b", "a\\b", "a_b", "ab"]),
        ("label[starts_with]", "a_", ["a_b"]),
        ("label[starts_with]", "Ä", ["Ärger"]),
        ("label[starts_with]", "\ud7ff", ["\ud7ffx"]),
        ("label[starts_with]", "\U0010ffff", ["\U0010ffffx"]),
        ("label[in]", '"a/b",ab', ["a/b", "ab"]),
    ],
)
def test_text_is_compared_literally_and_by_code_point(
    run: Run, parameter: str, text: str, found: list[str]
) -> None:
    labels = ["ab", "a_b", "a/b", "a\\b", "50% off", "Ärger", "\ud7ffx", "\ue000", "\U0010ffffx"]

    async def scenario(table: Things) -> None:
        await table.hold([a_thing(n, label=label) for n, label in enumerate(labels)])
        query = parse_list(THINGS, [(parameter, text), ("sort", "label")])
        page = await table.queries.page(THINGS, query)
        assert [row["label"] for row in page.rows] == found

    run(scenario)


def test_an_export_comes_in_parts_of_bounded_size(run: Run) -> None:
    async def scenario(table: Things) -> None:
        await table.hold([a_thing(number) for number in range(EXPORT_ROWS + 10)])
        query = parse_export(THINGS, [("sort", "-id"), ("fields", "number")])
        sizes = [len(part) async for part in table.queries.stream(THINGS, query)]
        assert sizes == [EXPORT_ROWS, 10]
        few = parse_export(THINGS, [("limit", "3")])
        assert [len(part) async for part in table.queries.stream(THINGS, few)] == [3]

    run(scenario)


def test_an_estimate_is_near_once_the_table_is_analysed(run: Run) -> None:
    async def scenario(table: Things) -> None:
        await table.hold(
            [a_thing(number, label="a%b" if number % 2 else None) for number in range(1_000)]
        )
        async with table.engine.begin() as connection:
            await connection.execute(sa.text("ANALYZE read.things"))
        for pairs, about in (([], 1_000), ([("label[in]", "a%b"), ("id[gte]", "0")], 500)):
            query = parse_list(THINGS, [*pairs, ("count", "estimated"), ("limit", "1")])
            count = (await table.queries.page(THINGS, query)).count
            assert count is not None
            assert about * 0.9 <= count <= about * 1.1
        hit = parse_list(THINGS, [("label[contains]", "%"), ("count", "estimated")])
        assert (await table.queries.page(THINGS, hit)).count is not None

    run(scenario)


# What a page costs, told by the plan: which rows were touched, not how long it took.

SORTS = ["id", "-id", "amount", "-amount", "label", "-label", "day", "-day"]
SORTS += ["-label,id", "amount,-label", "amount,-id"]
TIES = 50
ROWS = 20_000


@pytest.fixture(scope="module")
def many() -> list[Row]:
    """Rows with ties in every indexed field, and nulls in those that may have them."""
    days = [date(2024, 1, 1), date(2024, 6, 1), None]
    return [
        a_thing(
            number,
            uid=uuid4(),
            label=None if number % 4 == 0 else f"label {number % (ROWS // TIES):04}",
            amount=Decimal(number % (ROWS // TIES)),
            day=days[number % 3],
        )
        for number in range(ROWS)
    ]


def touched(node: dict[str, Any]) -> tuple[int, set[str]]:
    """How many rows the scans of a plan read, and the kinds of its scans."""
    rows, kinds = 0, set()
    # A bitmap's index scan reads the same rows as the heap scan above it.
    if "Scan" in node["Node Type"] and node["Node Type"] not in (
        "Subquery Scan",
        "Bitmap Index Scan",
    ):
        read = node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
        rows, kinds = round(read * node["Actual Loops"]), {node["Node Type"]}
    for child in node.get("Plans", ()):
        more, others = touched(child)
        rows, kinds = rows + more, kinds | others
    return rows, kinds


async def plan_of(table: Things, query: ListQuery) -> dict[str, Any]:
    """The plan with which PostgreSQL ran the statement of this page."""
    columns = [*query.fields, *(term.field for term in query.sort)]
    statement = rows_statement(TABLE, query, list(dict.fromkeys(columns)), 51)
    async with table.engine.connect() as connection:
        compiled = statement.compile(dialect=connection.dialect)
        explained = await connection.exec_driver_sql(
            f"EXPLAIN (ANALYZE, FORMAT JSON) {compiled}", dict(compiled.params)
        )
        plan: dict[str, Any] = explained.scalar_one()[0]["Plan"]
        return plan


@pytest.mark.parametrize("sort", SORTS)
def test_a_deep_page_touches_no_more_rows_than_the_first(
    run: Run, many: list[Row], sort: str
) -> None:
    async def scenario(table: Things) -> None:
        await table.hold(many)
        async with table.engine.begin() as connection:
            await connection.execute(sa.text("ANALYZE read.things"))
        for depth in (ROWS // 10, ROWS // 2, ROWS * 9 // 10):
            down = parse_list(THINGS, [("sort", sort), ("limit", "1")])
            cursor = await cursor_at(table, down, depth)
            for direction in ("next", "prev"):
                pairs = [("sort", sort), ("cursor", cursor[direction])]
                query = parse_list(THINGS, pairs)
                rows, kinds = touched(await plan_of(table, query))
                assert "Seq Scan" not in kinds
                # Up to three branches of a page each; a sort that no index finishes reads the rows that tie first.
                assert rows <= 3 * 51 + (2 * TIES if "," in sort else 0), (depth, direction, kinds)

    run(scenario)


async def cursor_at(table: Things, query: ListQuery, depth: int) -> dict[str, str]:
    """The cursors before and after the row at this depth."""
    columns = list(dict.fromkeys([*query.fields, *(term.field for term in query.sort)]))
    statement = rows_statement(TABLE, query, columns, None).offset(depth).limit(1)
    async with table.engine.connect() as connection:
        row = (await connection.execute(statement)).one()
    values = tuple(getattr(row, term.field.name) for term in query.sort)
    digest = digest_of(THINGS, query.conditions, query.sort)
    return {
        "next": write_cursor(Cursor(values), digest),
        "prev": write_cursor(Cursor(values, backward=True), digest),
    }


# A database that does not play along.


@asynccontextmanager
async def queries_on(url: str) -> AsyncIterator[Queries]:
    """Queries on one connection to this database."""
    engine = create_async_engine(
        "postgresql+psycopg://",
        async_creator=lambda: psycopg.AsyncConnection.connect(url),
        pool_size=1,
        max_overflow=0,
    )
    try:
        yield Queries(engine)
    finally:
        await engine.dispose()


def test_a_read_model_that_is_not_built_yet_is_unavailable(database_url: str) -> None:
    async def scenario() -> None:
        async with queries_on(database_url) as queries:
            with pytest.raises(Unavailable) as caught:
                await queries.page(THINGS, parse_list(THINGS, []))
            assert caught.value.code == "not_built"
            with pytest.raises(Unavailable):
                await anext(queries.stream(THINGS, parse_export(THINGS, [])))

    asyncio.run(scenario())


def test_a_restart_of_the_server_is_told_as_unavailable_and_heals(
    private_postgres: PostgresServer,
) -> None:
    url = private_postgres.url("daybook")

    async def scenario() -> None:
        async with things_in(url) as table:
            await table.hold([a_thing(1)])
            private_postgres.stop()
            with pytest.raises(Unavailable):
                await table.queries.page(THINGS, parse_list(THINGS, []))
            with pytest.raises(Unavailable):
                await table.queries.aggregate(THINGS, parse_aggregates(THINGS, []))
            private_postgres.start()
            page = await table.queries.page(THINGS, parse_list(THINGS, []))
            assert [row["id"] for row in page.rows] == [1]

    asyncio.run(scenario())


def test_a_table_switched_for_one_of_other_types_is_read_on(run: Run) -> None:
    """A rebuild of a new version does that, while connections hold statements prepared for the old one."""
    query = parse_list(THINGS, [("fields", "number")])

    async def scenario(table: Things) -> None:
        await table.hold([a_thing(1)])
        for _ in range(10):  # psycopg prepares a statement that it has seen five times
            await table.queries.page(THINGS, query)
        async with table.engine.connect() as other:
            url = await other.get_raw_connection()
            info = url.driver_connection.info  # type: ignore[union-attr]
            dsn = psycopg.conninfo.make_conninfo(info.dsn, password=info.password or None)
        with psycopg.connect(dsn, autocommit=True) as connection:
            connection.execute("ALTER TABLE read.things ALTER COLUMN number TYPE integer")
        page = await table.queries.page(THINGS, query)
        assert page.rows == [{"id": 1, "number": 1}]

    run(scenario)


def test_a_query_that_takes_too_long_is_given_up(run: Run) -> None:
    async def scenario(table: Things) -> None:
        await table.hold([a_thing(number) for number in range(5_000)])
        async with table.engine.begin() as connection:
            await connection.execute(sa.text("SET statement_timeout = '1ms'"))
            # The limit holds for the session: this test's pool has one connection.
        with pytest.raises(Unavailable):
            await table.queries.aggregate(
                WITHOUT_ROLLUPS, parse_aggregates(THINGS, [("by", "label,moment,day,flag")])
            )

    run(scenario)
