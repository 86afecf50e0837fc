"""The schema: made once however many processes start at once, and known to the health check."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import alembic.command
import msgspec
import psycopg
import pytest
from alembic.script import ScriptDirectory

from application.shared.ports import StreamRead
from domain.shared.errors import Conflict
from domain.shared.events import encode, name_of
from infrastructure import migrations
from infrastructure.embedded.postgres import PostgresServer
from infrastructure.migrations import current_revision, engine_of, migrate, newest_revision
from infrastructure.shared.event_log.log import PostgresEventLog
from tests.facts import an_append


@pytest.fixture
def empty_database(postgres: PostgresServer, make_database: Callable[[], str]) -> str:
    """A database without a table of ours."""
    url = make_database()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP SCHEMA daybook, simbank CASCADE")
    return url


def test_a_log_that_is_there_is_taken_over(empty_database: str) -> None:
    """Events that were there at the first revision; after the last one the log goes on behind them."""
    engine = engine_of(empty_database)
    with engine.begin() as connection:
        config = migrations._config(empty_database)
        config.attributes["connection"] = connection
        alembic.command.upgrade(config, "0001")
    stream = uuid4()
    log = PostgresEventLog(empty_database)
    first = an_append(stream, events=3)
    with psycopg.connect(empty_database) as connection:
        for place, fact in enumerate(first.streams[0].events, start=1):
            connection.execute(
                "INSERT INTO daybook.events VALUES (%s, %s, %s, %s, %s, %s, %s, %s, NULL, now())",
                [
                    place,
                    stream,
                    place,
                    name_of(type(fact)),
                    encode(fact),
                    *msgspec.structs.astuple(first.cause),
                ],
            )
    migrate(empty_database)
    assert log.head() == 3
    assert log.append_blocking(first).last_position == 3
    resting = msgspec.structs.replace(an_append(), reads=(StreamRead(stream, 3),))
    assert log.append_blocking(resting).first_position == 4
    with pytest.raises(Conflict):
        log.append_blocking(an_append(stream, expected=2))
    log.close()


def test_open_reactions_are_told_their_lane_and_policies_since_when_they_react(
    empty_database: str,
) -> None:
    engine = engine_of(empty_database)
    with engine.begin() as connection:
        config = migrations._config(empty_database)
        config.attributes["connection"] = connection
        alembic.command.upgrade(config, "0006")
    planned = [("mail waiting claims", "mail_claim_waiting", 7), ("mail approvals", "mail_claim_approved", 9),
               ("schedule payments", "schedule_payment", 9), ("schedule payments", "schedule_payment", 8)]  # fmt: skip
    with psycopg.connect(empty_database) as connection:
        for policy, kind, position in planned:
            connection.execute(
                "INSERT INTO daybook.reactions (uid, policy, kind, subject, position, correlation_id, payload)"
                " VALUES (%s, %s, %s, %s, %s, %s, '{}')",
                (uuid4(), policy, kind, uuid4(), position, uuid4()),
            )
    migrate(empty_database)
    with psycopg.connect(empty_database) as connection:
        lanes = connection.execute("SELECT lane FROM daybook.reactions ORDER BY id").fetchall()
        since = connection.execute("SELECT name, since FROM daybook.policies").fetchall()
    assert [lane for (lane,) in lanes] == ["common", "mail", "money", "money"]
    assert dict(since) == {"mail waiting claims": 6, "mail approvals": 8, "schedule payments": 7}


def _revision(url: str) -> str | None:
    engine = engine_of(url)
    with engine.connect() as connection:
        return current_revision(connection)


def test_processes_that_start_together_migrate_once(empty_database: str) -> None:
    assert _revision(empty_database) is None
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(migrate, [empty_database] * 4))
    assert _revision(empty_database) == newest_revision()


def test_the_newest_revision_is_the_head_of_the_history() -> None:
    scripts = ScriptDirectory.from_config(migrations._config(""))
    assert scripts.get_heads() == [newest_revision()]


def test_a_database_ahead_of_this_code_is_left_as_it_is(make_database: Callable[[], str]) -> None:
    """After a roll-back the older image migrates first, as every image does."""
    url = make_database()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("UPDATE daybook.alembic_version SET version_num = '9999'")
    migrate(url)
    engine = engine_of(url)
    with engine.connect() as checked:
        assert current_revision(checked) == "9999"
