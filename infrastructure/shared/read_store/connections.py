"""The connections that write read models, and the locks that say who writes."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
import psycopg
from psycopg.types.json import set_json_dumps, set_json_loads

from infrastructure.shared.event_log.connections import careful

ReadConnection = psycopg.Connection[tuple[Any, ...]]

# A read model and its checkpoint move in one transaction, so what a crash of the server may take back is replayed:
# there is nothing to wait for at a commit. Writes name their rows by key: joins other than a nested loop over the
# key's index would read the whole table, and a fresh table has no statistics to tell the planner so.
_SESSION = """
    SELECT set_config('synchronous_commit', 'off', false), set_config('TimeZone', 'UTC', false),
           set_config('enable_hashjoin', 'off', false), set_config('enable_mergejoin', 'off', false),
           set_config('jit', 'off', false), set_config('maintenance_work_mem', '256MB', false)
"""

ACTIVE, BUILD, VERIFY = "active", "build", "verify"
"""The roles of which a shelf has one holder at a time."""

READ = "read"
"""The role of those who answer questions from a version; any number of sessions share it."""

READING = f"""
    SELECT pg_try_advisory_lock_shared(hashtext('daybook.projection.{READ}'), hashtext(name))
    FROM unnest(%(names)s::text[]) AS name
"""

json_encoder = msgspec.json.Encoder(decimal_format="string")


@contextmanager
def connected(database_url: str, name: str) -> Iterator[ReadConnection]:
    """A connection that commits each statement unless a transaction is opened, for the length of a block."""
    conninfo = careful(database_url, f"daybook {name}")
    with psycopg.connect(conninfo, autocommit=True) as connection:
        connection.execute(_SESSION)
        set_json_dumps(json_encoder.encode, connection)
        set_json_loads(msgspec.json.decode, connection)
        yield connection


def try_lock(connection: ReadConnection, role: str, shelf: str) -> bool:
    """Take a role of a shelf for as long as this connection lives, or answer False at once if it is taken.

    A killed holder loses it when the server notices that its connection is gone.
    """
    row = connection.execute(
        "SELECT pg_try_advisory_lock(hashtext(%s), hashtext(%s))",
        (f"daybook.projection.{role}", shelf),
    ).fetchone()
    return row is not None and bool(row[0])


def unlock(connection: ReadConnection, role: str, shelf: str) -> None:
    """Give a role back before the connection closes."""
    connection.execute(
        "SELECT pg_advisory_unlock(hashtext(%s), hashtext(%s))",
        (f"daybook.projection.{role}", shelf),
    )
