"""Telling whether two copies of a table hold the same rows."""

import sqlalchemy as sa
from psycopg import sql

from application.shared.read_models import TableComparison
from infrastructure.shared.read_store.connections import ReadConnection
from projections.shared.projection import Projection

Fingerprint = tuple[int, str]


def fingerprints(
    connection: ReadConnection, projection: Projection, schema: str
) -> dict[str, Fingerprint]:
    """Row count and hash of every table of a projection in one schema, as the transaction sees them."""
    return {table.name: _fingerprint(connection, table, schema) for table in projection.all_tables}


def _fingerprint(connection: ReadConnection, table: sa.Table, schema: str) -> Fingerprint:
    """A sum over the rows' 64-bit hashes: the order of rows does not matter, how often each occurs does."""
    found = connection.execute("SELECT to_regclass(%s)", (f'"{schema}"."{table.name}"',)).fetchone()
    if found is None or found[0] is None:
        return 0, "missing"
    row = connection.execute(
        sql.SQL(
            "SELECT count(*), coalesce(sum(hashtextextended(ROW({})::text, 0)::numeric), 0)::text FROM {}"
        ).format(
            sql.SQL(", ").join(sql.Identifier(name) for name in tuple(table.c.keys())),
            sql.Identifier(schema, table.name),
        )
    ).fetchone()
    return row or (0, "0")


def compared(
    live: dict[str, Fingerprint], replayed: dict[str, Fingerprint]
) -> tuple[TableComparison, ...]:
    """The comparison table by table."""
    return tuple(
        TableComparison(
            table=table,
            live_rows=live[table][0],
            live_hash=live[table][1],
            replayed_rows=rows,
            replayed_hash=digest,
        )
        for table, (rows, digest) in replayed.items()
    )
