"""What is carried from one server to another, and what is left: every table beside the read models is one or the other.

Read models follow from the log, and a projector builds them. Whether something is done because of the log is told by
rows of reactions, so they travel with how far reactions are planned, both as they were at one moment: none is lost, and
none that is done is planned again.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, LiteralString

import msgspec
import psycopg
from psycopg.sql import SQL, Composed, Identifier

from domain.shared.errors import Malformed, Refused
from infrastructure.shared.event_log.connections import careful, reaching_the_log

Connection = psycopg.Connection[Any]


class CarriedTable(msgspec.Struct, frozen=True, kw_only=True):
    """A table that is carried, or some of it.

    `which` and `order` are of the rows that are written. What is there already is replaced where `is_replaced`: what a
    migration, or a process on an empty log, has put there says nothing.
    """

    which: LiteralString = "true"
    order: LiteralString = ""
    is_replaced: bool = False


CARRIED: Mapping[str, CarriedTable] = {
    "daybook.events": CarriedTable(order="position"),
    "daybook.idempotency_keys": CarriedTable(),
    "daybook.tracking": CarriedTable(),
    "daybook.fence": CarriedTable(is_replaced=True),
    "daybook.epochs": CarriedTable(order="number", is_replaced=True),
    "daybook.clock_jumps": CarriedTable(),
    "daybook.archives": CarriedTable(),
    # Reactions: what was planned, from when on each policy plans, how far, and what was removed once it was done.
    "daybook.reactions": CarriedTable(order="id"),
    "daybook.policies": CarriedTable(is_replaced=True),
    "daybook.removals": CarriedTable(is_replaced=True),
    "daybook.checkpoints": CarriedTable(
        which="projection = 'reactions' AND slot = 'live'", is_replaced=True
    ),
    "daybook.uploads": CarriedTable(),
    "daybook.upload_chunks": CarriedTable(order="import_id, chunk"),
    "daybook.payment_files": CarriedTable(),
    "daybook.mailbox": CarriedTable(order="id"),
    # What people and machines prove themselves with.
    "daybook.credentials": CarriedTable(),
    "daybook.passkeys": CarriedTable(),
    "daybook.service_keys": CarriedTable(),
    "daybook.address_salts": CarriedTable(is_replaced=True),
    # The simulated bank stands for somebody else's system, and forgets no order because somebody moves.
    "simbank.transfers": CarriedTable(order="number"),
}

LEFT: Mapping[str, str] = {
    "daybook.alembic_version": "the other server has been migrated",
    "daybook.event_names": "follows from the events",
    "daybook.head_hint": "follows from the events",
    "daybook.written_ahead": "is empty between transactions",
    "daybook.heartbeats": "is of processes on this server",
    "daybook.replays": "is of read models on this server",
    "daybook.sessions": "everybody signs in again",
    "daybook.refresh_tokens": "everybody signs in again",
    "daybook.password_links": "links in letters are void",
    "daybook.sign_in_challenges": "is good for minutes",
    "daybook.sign_in_attempts": "is of addresses as this server sees them",
    "simbank.disturbances": "is for the next calls of a test",
}

# How values are written as text, whatever server, database and role have as their default.
_SESSION = """
    SELECT set_config('DateStyle', 'ISO, YMD', false), set_config('IntervalStyle', 'postgres', false),
           set_config('TimeZone', 'UTC', false), set_config('bytea_output', 'hex', false),
           set_config('extra_float_digits', '1', false), set_config('client_encoding', 'UTF8', false),
           set_config('jit', 'off', false)
"""
_COLUMNS = """
    SELECT a.attname FROM pg_attribute a
    WHERE a.attrelid = to_regclass(%s) AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
    ORDER BY a.attnum
"""
_AT_WORK = """
    SELECT DISTINCT application_name FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name LIKE 'daybook%'
    ORDER BY 1
"""


@contextmanager
def connected(database_url: str, who: str) -> Iterator[Connection]:
    """A connection in a transaction, which the end of the block commits; values are text of one kind.

    Raises:
        Refused: code `not_the_owner`; this login may not.
        Unavailable: the database does not answer.
    """
    try:
        with reaching_the_log(), psycopg.connect(careful(database_url, who)) as connection:
            connection.execute(_SESSION)
            connection.commit()
            yield connection
    except psycopg.errors.InsufficientPrivilege as error:
        raise Refused(
            f"this login may not do that ({error.diag.message_primary}): let DAYBOOK_MIGRATE_URL name the one that "
            "migrates (docs/operations.md, Roles)",
            code="not_the_owner",
        ) from error


def columns_of(connection: Connection, table: str) -> list[str]:
    """The columns of a table that can be written, in order; none if it is not there."""
    return [name for (name,) in connection.execute(_COLUMNS, (table,))]


def at_work(connection: Connection) -> list[str]:
    """What processes of Daybook's, other than this one, call their sessions in this database now."""
    connection.execute(
        "SELECT pg_stat_clear_snapshot()"
    )  # a transaction sees them as at its first look
    return [name for (name,) in connection.execute(_AT_WORK)]


def copy_out(table: str, columns: Sequence[str]) -> Composed:
    """The statement that writes what is carried of a table."""
    carried = CARRIED[table]
    order = SQL(f" ORDER BY {carried.order}" if carried.order else "")
    return SQL("COPY (SELECT {} FROM {} WHERE {}{}) TO STDOUT").format(
        _listed(columns), Identifier(*table.split(".")), SQL(carried.which), order
    )


def copy_in(table: str, columns: Sequence[str], there: Sequence[str]) -> Composed:
    """The statement that reads rows of a table that is carried, if its columns are `there`.

    Raises:
        Malformed: code `export_too_new`; this schema lacks the table or one of the columns.
    """
    missing = [name for name in columns if name not in there]
    if table not in CARRIED or missing or not columns:
        raise Malformed(
            f"the export has {table} with {', '.join(columns)}, and this schema has no such columns: migrate by newer "
            "code, and import with it",
            code="export_too_new",
        )
    return SQL("COPY {} ({}) FROM STDIN").format(Identifier(*table.split(".")), _listed(columns))


def _listed(columns: Sequence[str]) -> Composed:
    return SQL(", ").join(map(Identifier, columns))
