"""A database that somebody else administers."""

import psycopg
from psycopg.sql import SQL, Identifier

_CUT = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


def cut_connections(database_url: str) -> None:
    """End every session but one's own."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(_CUT)


def set_default(database_url: str, setting: str, value: str) -> None:
    """Give the database another default, and end the sessions that have the old one."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        # Whoever set it must be able to take it back.
        connection.execute("SET default_transaction_read_only = off")
        (name,) = connection.execute("SELECT current_database()").fetchone() or ("",)
        connection.execute(
            SQL("ALTER DATABASE {} SET {} TO {}").format(
                Identifier(name), Identifier(setting), value
            )
        )
        connection.execute(_CUT)
