"""The database as a second wall: nothing that a process could be made to send there changes the log."""

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg import conninfo, sql

from domain.shared.errors import Refused, Unavailable
from infrastructure.embedded.postgres import PostgresServer
from infrastructure.migrations import migrate
from infrastructure.shared.event_log.connections import careful
from infrastructure.shared.event_log.log import PostgresEventLog
from infrastructure.shared.roles import PROCESS_ROLES, DatabaseRole, address_of, check_logins
from infrastructure.shared.settings import Settings
from tests.facts import an_append
from tests.processes import daybook, with_logins
from tests.sites import Site

DENIED = (psycopg.errors.InsufficientPrivilege, psycopg.errors.InvalidParameterValue)
KEPT_BY_IDENTITY = (
    "credentials",
    "sessions",
    "refresh_tokens",
    "password_links",
    "address_salts",
    "service_keys",
    "passkeys",
    "sign_in_challenges",
)
WRITES = (
    "UPDATE daybook.events SET name = 'x'",
    "DELETE FROM daybook.events",
    "TRUNCATE daybook.events",
    "INSERT INTO daybook.events SELECT * FROM daybook.events",
    "COPY daybook.events FROM STDIN",
    "ALTER TABLE daybook.events DISABLE TRIGGER ALL",
    "ALTER TABLE daybook.events DISABLE TRIGGER events_are_immutable",
    "DROP TRIGGER events_are_immutable ON daybook.events",
    "CREATE TRIGGER mine BEFORE INSERT ON daybook.events FOR EACH ROW EXECUTE FUNCTION daybook.refuse_change()",
    "ALTER TABLE daybook.events OWNER TO CURRENT_USER",
    "DROP TABLE daybook.events",
    "SET session_replication_role = replica",
    "SELECT set_config('session_replication_role', 'replica', false)",
    "CREATE OR REPLACE FUNCTION daybook.refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    "ALTER FUNCTION daybook.append(jsonb) SECURITY INVOKER",
    "UPDATE daybook.fence SET code = 0",
    "UPDATE daybook.epochs SET reason = 'x'",
    "DELETE FROM daybook.event_names",
    "UPDATE daybook.head_hint SET position = 0",
    "UPDATE daybook.idempotency_keys SET outcome = ''",
    "INSERT INTO daybook.written_ahead VALUES (1)",
    "CREATE TABLE daybook.mine (one int)",
    "COPY (SELECT 1) TO PROGRAM 'true'",
    "COPY (SELECT 1) TO '/tmp/mine'",
    "SELECT pg_read_file('/etc/passwd')",
    "SELECT lo_import('/etc/passwd')",
    "CREATE ROLE mine SUPERUSER",
    "ALTER ROLE CURRENT_USER SUPERUSER",
    "GRANT daybook_owner TO CURRENT_USER",
    "CREATE EXTENSION file_fdw",
    "CREATE FUNCTION pg_temp.mine() RETURNS int LANGUAGE c AS 'libc', 'getpid'",
    "ALTER SYSTEM SET fsync = off",
    "SET ROLE daybook_owner",
    "SET SESSION AUTHORIZATION daybook_owner",
)


@pytest.fixture(params=PROCESS_ROLES)
def role(request: pytest.FixtureRequest) -> DatabaseRole:
    return DatabaseRole(request.param)


def settings_of(url: str) -> Settings:
    given = with_logins({"DATABASE_URL": url})
    return Settings(
        home=Path(),
        database_url=given["DATABASE_URL"],
        identity_url=given["DAYBOOK_IDENTITY_URL"],
        projector_url=given["DAYBOOK_PROJECTOR_URL"],
        migrate_url=url,
    )


@pytest.fixture
def one_login(postgres: PostgresServer, database_url: str) -> Iterator[str]:
    """The address of a login that migrating let in as every role of a process."""
    name = f"given_{uuid4().hex[:12]}"
    given = database_url.replace("postgres@", f"{name}:secret@")
    migrate(database_url, Settings(home=Path(), database_url=given, migrate_url=database_url))
    yield given
    with psycopg.connect(postgres.url(), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))


def tried(address: str, *statements: str) -> None:
    """A session of an attacker who has taken over this connection of a process, and sends these."""
    with psycopg.connect(careful(address, "daybook tried"), autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())


def not_denied(address: str, *before: str) -> list[str]:
    """What such a session can do of what no process may."""
    done = []
    for statement in WRITES:
        try:
            tried(address, *before, statement)
            done.append(statement)
        except DENIED:
            pass
        except psycopg.Error as error:
            done.append(f"{statement}: {error!r}")
    return done


def test_no_process_can_change_the_log_or_leave_the_database(
    role: DatabaseRole, database_url: str, log: PostgresEventLog
) -> None:
    log.append_blocking(an_append())
    assert not_denied(address_of(settings_of(database_url), role)) == []


@pytest.mark.parametrize("back", ["SET ROLE NONE", "RESET ROLE", "RESET SESSION AUTHORIZATION"])
def test_nor_can_one_login_that_is_all_roles_whatever_it_goes_back_to(
    back: str, one_login: str, log: PostgresEventLog
) -> None:
    log.append_blocking(an_append())
    address = address_of(Settings(home=Path(), database_url=one_login), DatabaseRole.APPLICATION)
    assert not_denied(address, back) == []


def test_credentials_are_seen_by_who_keeps_them_alone(database_url: str) -> None:
    settings = settings_of(database_url)
    for table in KEPT_BY_IDENTITY:
        tried(address_of(settings, DatabaseRole.IDENTITY), f"SELECT FROM daybook.{table}")
        for role in (DatabaseRole.APPLICATION, DatabaseRole.PROJECTOR):
            for back in ("SELECT 1", "SET ROLE NONE", "SET ROLE daybook_identity"):
                with pytest.raises(DENIED):
                    tried(address_of(settings, role), back, f"SELECT FROM daybook.{table}")


def test_read_models_are_written_by_projectors_alone(site: Site) -> None:
    site.http.get("/expenses", headers=site.after(site.record()))
    settings = settings_of(site.settings["DATABASE_URL"])
    tried(address_of(settings, DatabaseRole.APPLICATION), "SELECT FROM read.expenses")
    for role in (DatabaseRole.APPLICATION, DatabaseRole.IDENTITY):
        for statement in (
            "DELETE FROM read.expenses",
            "UPDATE daybook.checkpoints SET position = 0",
        ):
            with pytest.raises(DENIED):
                tried(address_of(settings, role), statement)


@pytest.mark.parametrize(
    "made",
    [
        "CREATE TEMP VIEW staged AS SELECT 1 AS place",
        "CREATE TEMP TABLE staged (place bigint, stream_id uuid, version int, name text, payload text)",
        "SELECT daybook.stage(); DISCARD TEMP; CREATE TEMP TABLE staged (place bigint)",
    ],
)
def test_rows_are_taken_from_no_table_that_was_slipped_in(made: str, database_url: str) -> None:
    address = address_of(settings_of(database_url), DatabaseRole.APPLICATION)
    write = "SELECT daybook.write_ahead(0, 0, 1, 'me', gen_random_uuid(), gen_random_uuid(), NULL, now())"
    for statement in (write, "SELECT daybook.hold(1)", "SELECT daybook.number_anew()"):
        with pytest.raises(DENIED, match="is not the one that was made to be staged in"):
            tried(address, made, statement)


STAGED = (
    "INSERT INTO staged VALUES ({place}, gen_random_uuid(), 1, 'x.v1', '{{}}', '', NULL, NULL, '')"
)


@pytest.mark.parametrize("place", [2, 0, -3])
@pytest.mark.parametrize("soon", ["SET CONSTRAINTS ALL IMMEDIATE", "SELECT 1"])
def test_no_gap_is_left_in_the_log(place: int, soon: str, database_url: str) -> None:
    address = address_of(settings_of(database_url), DatabaseRole.APPLICATION)
    write = f"SELECT daybook.write_ahead(0, {place - 1}, 5, 'me', gen_random_uuid(), gen_random_uuid(), NULL, now())"
    staged = STAGED.format(place=place)
    with pytest.raises(psycopg.IntegrityError):
        tried(address, "BEGIN", "SELECT daybook.stage()", staged, soon, write, "COMMIT")
    assert PostgresEventLog(database_url).head() == 0


WRITE = (
    "SELECT daybook.write_ahead(0, {}, {}, 'me', gen_random_uuid(), gen_random_uuid(), NULL, now())"
)
HELD = (
    "SELECT daybook.write_held(0, 2, 0, 4, 'me', gen_random_uuid(), gen_random_uuid(), NULL, now())"
)


@pytest.mark.parametrize(
    "notes",
    [
        [WRITE.format(5, 6), WRITE.format(5, 5)],
        [WRITE.format(5, 6), "SELECT daybook.hold(5)", HELD],
    ],
    ids=["by a note of nothing", "by rows that went elsewhere"],
)
def test_no_note_vouches_for_the_gap_of_another(notes: list[str], database_url: str) -> None:
    """Five rows are held: two of them go behind the head, and three past four positions more."""
    address = address_of(settings_of(database_url), DatabaseRole.APPLICATION)
    staged = [STAGED.format(place=place) for place in range(1, 7)]
    with pytest.raises(psycopg.IntegrityError):
        tried(address, "BEGIN", "SELECT daybook.stage()", *staged, *notes, "COMMIT")
    assert PostgresEventLog(database_url).head() == 0


def test_a_process_that_could_do_more_does_not_start(
    database_url: str, redis_url: str, tmp_path: Path, one_login: str
) -> None:
    for name in ("api", "projector", "worker"):
        given = {
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            "DAYBOOK_HOME": str(tmp_path),
        }
        own = {"DATABASE_URL": database_url.replace("postgres@", "postgres:none@")}  # left as it is
        done = daybook(name, settings={**given, **own})
        assert done.returncode == 1, done.stderr
        assert "the login postgres of DATABASE_URL is a superuser" in done.stderr
        assert "DAYBOOK_MIGRATE_URL" in done.stderr
    check_logins(Settings(home=Path(), database_url=one_login), PROCESS_ROLES)
    name = str(conninfo.conninfo_to_dict(one_login)["user"])
    for power, told in POWERS.items():
        with psycopg.connect(database_url, autocommit=True) as connection:
            connection.execute(power.format(name).encode())
        with pytest.raises(Refused, match=told):
            check_logins(Settings(home=Path(), database_url=one_login), PROCESS_ROLES)
        with psycopg.connect(database_url, autocommit=True) as connection:
            connection.execute(
                f"ALTER ROLE {name} NOCREATEROLE NOREPLICATION NOBYPASSRLS;"
                f"REVOKE daybook_owner, pg_execute_server_program FROM {name}".encode()
            )


POWERS = {
    "ALTER ROLE {} CREATEROLE": "can make roles",
    "ALTER ROLE {} REPLICATION": "copy the whole server",
    "ALTER ROLE {} BYPASSRLS": "held by no policy",
    "GRANT daybook_owner TO {}": "a member of daybook_owner",
    "GRANT pg_execute_server_program TO {}": "a member of pg_execute_server_program",
}


def test_a_login_that_nobody_let_in_is_told_what_to_do(postgres: PostgresServer) -> None:
    name = f"stranger_{uuid4().hex[:12]}"
    with psycopg.connect(postgres.url(), autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {name} LOGIN".encode())
        settings = Settings(home=Path(), database_url=postgres.url(user=name))
        with pytest.raises(Unavailable, match=r"no member of daybook_projector: run `daybook"):
            check_logins(settings, [DatabaseRole.PROJECTOR])
        connection.execute(f"DROP ROLE {name}".encode())


def test_an_owner_without_more_power_migrates(
    private_postgres: PostgresServer, make_database: Callable[[], str]
) -> None:
    """As at a managed server: its login may make roles, and owns one database."""
    admin = private_postgres.url()
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute("CREATE ROLE given LOGIN CREATEROLE")
        connection.execute("DROP DATABASE daybook")
        for role in DatabaseRole:
            connection.execute(f"DROP ROLE IF EXISTS {role}".encode())
        connection.execute("CREATE DATABASE managed OWNER given")
    owner = private_postgres.url("managed", "given")
    settings = Settings(
        home=Path(),
        database_url=private_postgres.url("managed", "processes"),
        migrate_url=owner,
    )
    for _ in range(2):
        migrate(owner, settings)
    check_logins(settings, PROCESS_ROLES)
    log = PostgresEventLog(address_of(settings, DatabaseRole.APPLICATION))
    assert log.append_blocking(an_append()).last_position == 1
    log.close()


@pytest.mark.parametrize("is_read", [False, True])
def test_a_login_that_may_not_migrate_is_told_which_setting_names_it(
    database_url: str, is_read: bool
) -> None:
    refused = conninfo.make_conninfo(database_url, user="daybook_application")
    with pytest.raises(Refused, match="owner was expected in " + SETTING[is_read]) as told:
        migrate(refused, is_read=is_read)
    assert told.value.code == "not_the_owner"


SETTING = {False: "DAYBOOK_MIGRATE_URL", True: "DAYBOOK_READ_MIGRATE_URL"}
