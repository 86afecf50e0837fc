"""How many rows the filters of a list let through."""

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from projections.shared.query.aggregates import source_of
from projections.shared.query.fields import Collection
from projections.shared.query.requests import CountKind, ListQuery
from projections.shared.query.sql import where


async def count_of(connection: AsyncConnection, collection: Collection, query: ListQuery) -> int:
    """The number of rows, exact (from a rollup if one can tell) or as PostgreSQL's planner estimates it."""
    if query.count is CountKind.EXACT:
        source = source_of(collection, query.conditions, (), ())
        exact = sa.select(source.rows()).select_from(source.table)
        counted = await connection.execute(exact.where(*source.conditions(query.conditions)))
        return int(counted.scalar_one())
    return await _estimate(connection, collection, query)


async def _estimate(connection: AsyncConnection, collection: Collection, query: ListQuery) -> int:
    one: sa.ColumnElement[int] = sa.literal_column("1")
    rows = (
        sa.select(one)
        .select_from(collection.table)
        .where(*where(collection.table, query.conditions))
    )
    options = (
        connection.sync_connection.get_execution_options() if connection.sync_connection else {}
    )
    where_it_is = options.get("schema_translate_map")
    compiled = rows.compile(
        dialect=connection.dialect,
        schema_translate_map=where_it_is,
        render_schema_translate=where_it_is is not None,
    )
    plan = await connection.exec_driver_sql(
        f"EXPLAIN (FORMAT JSON) {compiled}", dict(compiled.params)
    )
    return int(plan.scalar_one()[0]["Plan"]["Plan Rows"])
