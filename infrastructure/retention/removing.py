"""Removing rows that nobody needs any more, a batch at a time.

Rules upheld here:
- each batch is a transaction of its own, takes only rows that nobody is at, and a run ends after so many of them;
- one process at a time removes; any worker may, and a killed one leaves nothing half done;
- a reaction that is gone is never planned again: the position up to which rows may be missing moves in the transaction
  that removes them (`planning.py` and `comparing.py` beside the reactions go by it);
- what was done once at the machine, under a key of its own, is never forgotten: samples are loaded once.
"""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from functools import partial

import msgspec
import psycopg
import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from application.shared.permissions import LOCAL_OPERATOR
from application.shared.services import Upkeep
from domain.shared.errors import Unavailable
from infrastructure.retention.settings import RetentionSettings
from infrastructure.shared.connections import reaching
from infrastructure.shared.event_log.connections import careful, reaching_the_log
from infrastructure.shared.roles import DatabaseRole, address_of
from infrastructure.shared.settings import Settings

LOOK_S = 3600.0
"""Seconds between two runs."""

BATCHES_MAX = 200
"""Batches of one rule in a run; what is left over waits for the next."""

_EXPIRED = timedelta(days=1)
"""What has expired is kept as long: clocks differ."""

_ALONE = "SELECT pg_try_advisory_lock(hashtextextended('daybook retention', 0))"
_NO_LONGER = _ALONE.replace("pg_try_advisory_lock", "pg_advisory_unlock")
_NOTE = """
    INSERT INTO daybook.removals AS known (what, removed, up_to) VALUES (%(what)s, %(removed)s, %(up_to)s)
    ON CONFLICT (what) DO UPDATE SET removed = known.removed + excluded.removed, ran_at = clock_timestamp(),
        up_to = greatest(known.up_to, excluded.up_to)
"""
_REMOVED = text("SELECT what, removed FROM daybook.removals")

_logger = structlog.get_logger("daybook.retention")


class Rule(msgspec.Struct, frozen=True):
    """Which rows of a table go: those for which `holds`, at most `rows` at a time; `up_to` tells of those that went.

    `role` is that of the part whose table it is.
    """

    what: str
    holds: str
    role: DatabaseRole = DatabaseRole.APPLICATION
    rows: int = 1_000
    up_to: str = "NULL::bigint"

    @property
    def statement(self) -> bytes:
        """Removes a batch of rows from before a moment, and answers how many, and up to where."""
        return f"""
            WITH gone AS (
                DELETE FROM daybook.{self.what} WHERE ctid = ANY(ARRAY(
                    SELECT it.ctid FROM daybook.{self.what} it
                    WHERE {self.holds} LIMIT {self.rows} FOR UPDATE SKIP LOCKED
                ))
                RETURNING *
            )
            SELECT count(*), {self.up_to} FROM gone
        """.encode()


KEYS = Rule(
    "idempotency_keys",
    f"it.recorded_at < clock_timestamp() - %(age)s AND it.scope <> '{LOCAL_OPERATOR}'",
)
# What a letter that is still to be written tells of stays with it.
REACTIONS = Rule(
    "reactions",
    """it.state IN ('done', 'discarded') AND it.created_at < clock_timestamp() - %(age)s
       AND it.updated_at < clock_timestamp() - %(age)s
       AND NOT EXISTS (SELECT FROM daybook.reactions shared
                       WHERE shared.uid = it.digest AND shared.state NOT IN ('done', 'discarded'))""",
    up_to="max(position)",
)
MAIL = Rule("mailbox", "it.received_at < clock_timestamp() - %(age)s")
# Most of them go where new ones come; these are of people who came no more.
EXPIRED = (
    Rule(
        "sessions", "it.expires_at < clock_timestamp() - %(age)s", DatabaseRole.IDENTITY, rows=100
    ),
    Rule("password_links", "it.expires_at < clock_timestamp() - %(age)s", DatabaseRole.IDENTITY),
    Rule(
        "sign_in_challenges", "it.expires_at < clock_timestamp() - %(age)s", DatabaseRole.IDENTITY
    ),
    Rule("sign_in_attempts", "it.paid_until < clock_timestamp() - %(age)s"),
)


def ages(settings: RetentionSettings) -> dict[Rule, timedelta]:
    """How old the rows of each rule get that has an end."""
    days = {
        KEYS: settings.keys_days,
        REACTIONS: settings.reactions_days,
        MAIL: settings.mail_days,
    }
    kept = {rule: timedelta(days=number) for rule, number in days.items() if number}
    return {**kept, **dict.fromkeys(EXPIRED, _EXPIRED)}


def remove(
    database_url: str,
    ages: Mapping[Rule, timedelta],
    is_over: Callable[[], bool] = lambda: False,
) -> dict[str, int]:
    """Remove what is older than that, and answer how many rows of each table; none while another process does it.

    Raises:
        Unavailable: the database does not answer; what was removed is.
    """
    url = careful(database_url, "daybook retention")
    with reaching_the_log(), psycopg.connect(url, autocommit=True) as connection:
        if connection.execute(_ALONE).fetchone() != (True,):
            return {}
        try:
            return {
                rule.what: _removed(connection, rule, age, is_over) for rule, age in ages.items()
            }
        finally:  # a connection that was closed holds on a little longer, and the next run would do nothing
            connection.execute(_NO_LONGER)


def _removed(
    connection: psycopg.Connection, rule: Rule, age: timedelta, is_over: Callable[[], bool]
) -> int:
    removed = 0
    for _ in range(BATCHES_MAX):
        with connection.transaction():
            number, up_to = connection.execute(rule.statement, {"age": age}).fetchone() or (0, None)
            told = {"what": rule.what, "removed": number, "up_to": up_to}
            connection.execute(_NOTE, told)
        removed += number
        if number < rule.rows or is_over():
            break
    return removed


async def look_after(settings: Settings, stop: asyncio.Event) -> None:
    """Remove what is due every hour until `stop` is set."""
    due = ages(settings.of(RetentionSettings))
    removing = partial(_removed_by_all, settings, due, stop.is_set)
    while not stop.is_set():
        try:
            removed = await asyncio.to_thread(removing)
        except Unavailable as error:
            _logger.warning("rows_not_removed", error=error.detail)
        except Exception:  # what is kept too long holds up no reaction
            _logger.exception("rows_not_removed")
        else:
            if told := {what: number for what, number in removed.items() if number}:
                _logger.info("rows_removed", **told)
        with suppress(TimeoutError):
            async with asyncio.timeout(LOOK_S):
                await stop.wait()


def _removed_by_all(
    settings: Settings, due: Mapping[Rule, timedelta], is_over: Callable[[], bool]
) -> dict[str, int]:
    removed: dict[str, int] = {}
    for role in dict.fromkeys(rule.role for rule in due):
        own = {rule: age for rule, age in due.items() if rule.role is role}
        removed |= remove(address_of(settings, role), own, is_over)
    return removed


class PostgresUpkeep(Upkeep):
    """What was removed so far, as `daybook.removals` has it."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def removed(self) -> Mapping[str, int]:
        with reaching():
            async with self._engine.connect() as connection:
                rows = await connection.execute(_REMOVED)
                return {row.what: row.removed for row in rows}
