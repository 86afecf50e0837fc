"""What a page costs, told by PostgreSQL's plan: which rows were touched, not how long it took."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa

from projections.shared.query.cursors import digest_of, write_cursor
from projections.shared.query.keyset import rows_statement
from projections.shared.query.lists import parse_list
from projections.shared.query.requests import Cursor, ListQuery
from tests.things import (
    TABLE,
    THINGS,
    Row,
    Run,
    Things,
    a_thing,
)

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
                # Up to three branches, each of a page and the row of the cursor; a sort that no index finishes reads
                # the rows that tie first.
                assert rows <= 3 * 52 + (2 * TIES if "," in sort else 0), (depth, direction, kinds)

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
