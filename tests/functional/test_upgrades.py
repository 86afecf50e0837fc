"""Which revisions code tolerates: every later one, since none takes away what code of before it stands on."""

from collections.abc import Callable
from typing import Any

import alembic.command
import psycopg
import pytest
from alembic.script import ScriptDirectory

from domain.shared.errors import Unavailable
from infrastructure import migrations
from infrastructure.migrations import check_revision, engine_of, migrate, newest_revision

_COLUMNS = """
    SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
           a.attnotnull AND NOT a.atthasdef AND a.attidentity = ''
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    WHERE c.relnamespace = 'daybook'::regnamespace AND c.relkind IN ('r', 'p', 'v') AND a.attnum > 0
      AND NOT a.attisdropped
"""
_FUNCTIONS = """
    SELECT proname, pg_get_function_identity_arguments(oid), pg_get_function_result(oid)
    FROM pg_proc WHERE pronamespace = 'daybook'::regnamespace
"""
_CONSTRAINTS = """
    SELECT conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE connamespace = 'daybook'::regnamespace AND contype IN ('c', 'u', 'f', 'x', 'p')
"""

Catalogue = dict[str, set[tuple[Any, ...]]]


def catalogue(database_url: str) -> Catalogue:
    """What code can rest on: columns and whether they must be filled, functions, and what constrains tables."""
    with psycopg.connect(database_url) as connection:
        columns = connection.execute(_COLUMNS).fetchall()
        return {
            "columns": {tuple(row[:3]) for row in columns},
            "to be filled": {tuple(row[:2]) for row in columns if row[3]},
            "functions": set(connection.execute(_FUNCTIONS).fetchall()),
            "constraints": set(connection.execute(_CONSTRAINTS).fetchall()),
        }


def taken_away(before: Catalogue, after: Catalogue) -> list[tuple[Any, ...]]:
    """What code of before would miss, or stumble over."""
    tables = {row[0] for row in before["columns"]}
    gone = (before["columns"] - after["columns"]) | (before["functions"] - after["functions"])
    demanded = {
        row for row in after["to be filled"] - before["to be filled"] if row[0] in tables
    } | {
        row
        for row in after["constraints"] - before["constraints"]
        if row[0].removeprefix("daybook.") in tables
    }
    return sorted(gone | demanded, key=str)


@pytest.fixture
def unmigrated(make_database: Callable[[], str]) -> str:
    url = make_database()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP SCHEMA daybook, simbank CASCADE")
    return url


def test_no_revision_takes_away_what_older_code_stands_on(unmigrated: str) -> None:
    config = migrations._config(unmigrated)
    scripts = [one.revision for one in ScriptDirectory.from_config(config).walk_revisions()]
    steps: dict[str, Catalogue] = {}
    for revision in sorted(scripts):
        with engine_of(unmigrated).begin() as connection:
            config.attributes["connection"] = connection
            alembic.command.upgrade(config, revision)
        steps[revision] = catalogue(unmigrated)
    assert max(steps) == newest_revision()
    found = {
        after: taken_away(steps[before], steps[after])
        for before, after in zip(sorted(steps), sorted(steps)[1:], strict=False)
    }
    assert {revision: each for revision, each in found.items() if each} == {}


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("ALTER TABLE daybook.sessions DROP COLUMN client", ("sessions", "client", "text")),
        ("ALTER TABLE daybook.uploads ADD size int NOT NULL", ("uploads", "size")),
        (
            "ALTER TABLE daybook.reactions ALTER payload TYPE json",
            ("reactions", "payload", "jsonb"),
        ),
        ("ALTER TABLE daybook.sessions ALTER client SET NOT NULL", ("sessions", "client")),
        ("ALTER FUNCTION daybook.head() RENAME TO the_head", ("head", "", "bigint")),
        (
            "ALTER TABLE daybook.mailbox ADD CHECK (deliveries < 3)",
            ("daybook.mailbox", "CHECK ((deliveries < 3))"),
        ),
    ],
)
def test_what_a_revision_must_not_do_is_seen(
    database_url: str, statement: str, told: tuple[str, ...]
) -> None:
    before = catalogue(database_url)
    with psycopg.connect(database_url) as connection:
        connection.execute(statement.encode())
    assert told in taken_away(before, catalogue(database_url))


def test_code_tolerates_later_revisions_and_refuses_earlier_ones() -> None:
    check_revision(newest_revision())
    check_revision("9999")
    for earlier, told in ((None, "no schema"), ("0001", "revision 0001")):
        with pytest.raises(Unavailable, match=rf"{told}.*run `daybook migrate`") as refused:
            check_revision(earlier)
        assert refused.value.code == "migration_pending"


def test_what_is_missing_of_the_simulated_bank_is_made(database_url: str) -> None:
    """As after a restore of the schema `daybook` alone."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("DROP SCHEMA simbank CASCADE")
        migrate(database_url)
        made = connection.execute(
            "SELECT to_regclass('simbank.transfers'), to_regclass('simbank.disturbances')"
        ).fetchone()
    assert made == ("simbank.transfers", "simbank.disturbances")
