"""What the walls between banks cost a query: the same pages and totals with and without the policies, in turn.

Without them asks the owner of the tables, whom no policy holds; with them asks the application, of one bank and of all.
The scope of the query is the same either way, so what differs is the wall, and saying at the beginning of each
transaction whose it is.

    python -m benchmarks.row_walls [--rows 1000000] [--rounds 200]
"""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable
from uuid import UUID

import psycopg

from application.shared.sight import see
from benchmarks.machine import Table, asked, benchmark_database
from infrastructure.shared.read_store.query_engine import query_engine
from infrastructure.shared.read_store.tables import create_tables
from infrastructure.shared.roles import Role, as_role
from projections.expenses import EXPENSES
from projections.shared.projection import READ_SCHEMA
from projections.shared.query.aggregates import parse_aggregates
from projections.shared.query.lists import parse_list
from projections.shared.query.reading import Queries
from projections.shared.query.requests import Scope

_BANKS = 20
_FILL = """
    INSERT INTO read.expenses (id, uid, version, departments, project_name, amount, currency, date, member_name, source,
                               bank_uid, recorded_at, standing, listing)
    SELECT n, gen_random_uuid(), 1, 'Department ' || n %% 12, 'Project ' || n %% 200,
           (n * 7919::bigint %% 500000) / 100.0, 'EUR', date '2021-01-01' + n %% 1500, 'Member ' || n %% 1000,
           'benchmark', lpad((n %% %s)::text, 32, '0')::uuid, now(), 'recorded', 'listed'
    FROM generate_series(1, %s) AS n
"""
_SHAPES = {
    "a page, `sort=-amount`": [("sort", "-amount"), ("limit", "50")],
    "a page, `amount[gte]=4000&sort=amount`": [
        ("amount[gte]", "4000"),
        ("sort", "amount"),
        ("limit", "50"),
    ],
    "a page, `departments=Department 3&sort=-date`": [
        ("departments", "Department 3"),
        ("sort", "-date"),
        ("limit", "50"),
    ],
    "a count, `amount[gte]=4990`": [("amount[gte]", "4990"), ("count", "exact"), ("limit", "1")],
}
_TOTALS = [("by", "member_name"), ("project_name", "Project 7")]

Ask = Callable[[Queries, Scope], Awaitable[object]]


def _asks() -> dict[str, Ask]:
    def page(pairs: list[tuple[str, str]]) -> Ask:
        return lambda queries, scope: queries.page(
            EXPENSES.collection, parse_list(EXPENSES.collection, pairs, scope)
        )

    def totals(queries: Queries, scope: Scope) -> Awaitable[object]:
        query = parse_aggregates(EXPENSES.collection, _TOTALS).within(scope)
        return queries.aggregate(EXPENSES.collection, query)

    pages = {shape: page(pairs) for shape, pairs in _SHAPES.items()}
    return {**pages, "totals, `by=member_name&project_name=Project 7`": totals}


def fill(url: str, rows: int) -> None:
    """Expenses of twenty banks."""
    with psycopg.connect(as_role(url, Role.PROJECTOR), autocommit=True) as connection:
        create_tables(connection, EXPENSES, READ_SCHEMA)
        connection.execute(_FILL, [_BANKS, rows])
        connection.execute("VACUUM (ANALYZE) read.expenses")


async def _ms(ask: Ask, queries: Queries, scope: Scope) -> float:
    started = time.perf_counter()
    await ask(queries, scope)
    return (time.perf_counter() - started) * 1000


async def measure(url: str, rounds: int) -> Table:
    """The median of each shape, in turn without and with the wall."""
    table = Table("query", "of", "without", "with", "more")
    engines = [query_engine(as_role(url, role)) for role in (Role.PROJECTOR, Role.APPLICATION)]
    for shape, ask in _asks().items():
        for whose, scope in {"one bank": {"bank_uid": UUID(int=7)}, "every bank": {}}.items():
            times: list[list[float]] = [[], []]
            for _ in range(rounds):
                for engine, taken in zip(engines, times, strict=True):
                    if engine is engines[1]:
                        see(scope)
                    taken.append(await _ms(ask, Queries(engine), scope))
            bare, walled = map(statistics.median, times)
            table.row(
                shape, whose, f"{bare:.2f} ms", f"{walled:.2f} ms", f"{walled - bare:+.2f} ms"
            )
    for engine in engines:
        await engine.dispose()
    return table


def main() -> None:
    """Measure and print the table of docs/performance.md."""
    options = asked(__doc__, rows=1_000_000, rounds=200)
    with benchmark_database() as url:
        fill(url, options.rows)
        asyncio.run(measure(url, options.rounds)).print()


if __name__ == "__main__":
    main()
