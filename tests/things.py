"""A collection with a field of every type and its table, shared by the grammar's tests."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import psycopg
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from projections.shared import columns as col
from projections.shared.model import by, collection
from projections.shared.query.fields import FieldType
from projections.shared.query.reading import Queries

Row = dict[str, Any]

KINDS = ("open", "closed", "lost")
CURRENCIES = ("EUR", "JPY", "BHD")

THINGS = collection(
    "things",
    "Things of every kind.",
    [
        col.integer("id"),
        col.uuid("uid"),
        col.label("label", nullable=True, indexed=True),
        col.choice("kind", "", "open", KINDS, indexed=True),
        col.quantity("number", nullable=True),
        col.amount("12.50", indexed=True),
        col.currency(),
        col.decimal("rate", nullable=True, measurable=True, stored_as=sa.Numeric()),
        col.date("day", nullable=True, groupable=True, indexed=True),
        col.timestamp("moment", groupable=True),
        col.timestamp("moment_hour", internal=True),
        # The column bears another name, as that of a table from elsewhere may.
        col.boolean("flag", column="is_flagged", nullable=True, groupable=True),
        col.Column(
            "details", type=FieldType.JSON, sortable=False, shown=False, stored_as=sa.LargeBinary()
        ),
    ],
    schema="read",
    unique="uid",
    rollups={
        "things_by_label": by("currency", "kind", "label", "is_flagged", sums=("amount",)),
        "things_by_day": by("currency", "day", "kind", sums=("amount",)),
        "things_by_hour": by(
            *("currency", "kind", "is_flagged", "moment_hour"),
            sums=("amount",),
            hours={"moment": "moment_hour"},
        ),
    },
)
TABLE = THINGS.table
ROLLUPS = BY_LABEL, BY_DAY, BY_HOUR = THINGS.rollups
WITHOUT_ROLLUPS = replace(THINGS, rollups=())


def a_thing(number: int, **values: Any) -> Row:
    """A row by its number, for tests that care about some fields only."""
    row: Row = {
        "id": number,
        "uid": UUID(int=number),
        "label": f"label {number}",
        "kind": "open",
        "number": number,
        "amount": Decimal(number),
        "currency": "EUR",
        "rate": None,
        "day": date(2024, 1, 1),
        "moment": datetime(2024, 1, 1, 12, tzinfo=UTC),
        "flag": None,
        "details": {"number": number},
    }
    return {**row, **values}


@asynccontextmanager
async def engine_on(url: str) -> AsyncIterator[AsyncEngine]:
    """One connection to the database at this libpq URI."""
    engine = create_async_engine(
        "postgresql+psycopg://",
        async_creator=lambda: psycopg.AsyncConnection.connect(url),
        pool_size=1,
        max_overflow=0,
    )
    try:
        yield engine
    finally:
        await engine.dispose()


@asynccontextmanager
async def things_in(url: str) -> AsyncIterator["Things"]:
    """The empty table of things and its rollups in the database at this libpq URI."""
    async with engine_on(url) as engine:
        async with engine.begin() as connection:
            await connection.execute(sa.text("CREATE SCHEMA IF NOT EXISTS read"))
            await connection.run_sync(TABLE.metadata.create_all)
        yield Things(engine)


Run = Callable[[Callable[["Things"], Coroutine[Any, Any, None]]], None]
"""Runs a scenario with the table of things."""


@contextmanager
def running(url: str) -> Iterator[Run]:
    """Runs scenarios one after the other, on one connection: as in a long-lived process, statements get prepared."""
    with asyncio.Runner() as runner:
        opened = things_in(url)
        table = runner.run(opened.__aenter__())
        try:
            yield lambda scenario: runner.run(scenario(table))
        finally:
            runner.run(opened.__aexit__(None, None, None))


class Things:
    """The table of things in a real database."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        self.queries = Queries(engine)

    async def hold(self, rows: Sequence[Row]) -> None:
        """Make these rows all that there is, and the rollups theirs."""
        tables = ", ".join(f"read.{table.name}" for table in TABLE.metadata.sorted_tables)
        async with self.engine.begin() as connection:
            await connection.execute(sa.text(f"TRUNCATE {tables}"))
        await self.add(rows)
        async with self.engine.begin() as connection:
            for rollup in ROLLUPS:
                keys = ", ".join(rollup.by)
                sums = "".join(f", sum({name})" for name in rollup.sums)
                names = "".join(f", sum_{name}" for name in rollup.sums)
                await connection.execute(
                    sa.text(
                        f"INSERT INTO read.{rollup.table.name} ({keys}, count{names}) "
                        f"SELECT {keys}, count(*){sums} FROM read.things GROUP BY {keys}"
                    )
                )

    async def add(self, rows: Sequence[Row]) -> None:
        """Add rows; the rollups stay as they are."""
        if rows:
            async with self.engine.begin() as connection:
                await connection.execute(TABLE.insert(), [_stored(row) for row in rows])

    async def remove(self, ids: Sequence[int]) -> None:
        """Remove the rows with these ids; the rollups stay as they are."""
        async with self.engine.begin() as connection:
            await connection.execute(TABLE.delete().where(TABLE.c.id.in_(ids)))


def _stored(row: Mapping[str, Any]) -> Row:
    stored = {name: value for name, value in row.items() if name != "flag"}
    hour = row["moment"].astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    details = b'{"number":%d}' % row["id"]
    return {**stored, "is_flagged": row["flag"], "details": details, "moment_hour": hour}
