"""As whom the processes reach the database: a connection is of a role that can do what it has to, and no more.

`infrastructure/migrations/grants.sql` says what each may. A login may be the role itself, or a member of it that
becomes it as it connects; then it must have no more power of its own, since a session can go back to its login.
"""

from collections.abc import Sequence
from enum import StrEnum

import msgspec
import psycopg
from psycopg import conninfo, sql

from domain.shared.errors import Malformed, Refused, Unavailable
from infrastructure.shared.connections import UNREACHABLE, reaching
from infrastructure.shared.event_log.connections import careful
from infrastructure.shared.settings import Settings


class DatabaseRole(StrEnum):
    """The roles there are.

    `OWNER` is whose the schema is, which no process may be; `OVERVIEW` is what the application becomes for a query that
    may see every bank.
    """

    OWNER = "daybook_owner"
    APPLICATION = "daybook_application"
    OVERVIEW = "daybook_overview"
    PROJECTOR = "daybook_projector"
    IDENTITY = "daybook_identity"


PROCESS_ROLES = (DatabaseRole.APPLICATION, DatabaseRole.PROJECTOR, DatabaseRole.IDENTITY)

READING_ROLES = (DatabaseRole.APPLICATION, DatabaseRole.PROJECTOR)
"""Those of processes that use read models."""

_FIELDS = {
    DatabaseRole.OWNER: "migrate_url",
    DatabaseRole.APPLICATION: "database_url",
    DatabaseRole.PROJECTOR: "projector_url",
    DatabaseRole.IDENTITY: "identity_url",
}
_READ_FIELDS = {
    DatabaseRole.OWNER: "read_migrate_url",
    DatabaseRole.APPLICATION: "read_url",
    DatabaseRole.PROJECTOR: "read_projector_url",
}

# Whoever is one of these reads and writes what it likes, or gives itself the right to.
_POWERS = """
    SELECT CASE
        WHEN r.rolsuper THEN 'is a superuser'
        WHEN r.rolcreaterole THEN 'can make roles'
        WHEN r.rolreplication THEN 'can copy the whole server'
        WHEN r.rolbypassrls THEN 'is held by no policy'
        ELSE (SELECT 'is a member of ' || p.rolname FROM pg_roles p WHERE pg_has_role(r.oid, p.oid, 'MEMBER') AND (
                p.rolsuper OR p.rolcreaterole OR p.rolname IN (
                    'daybook_owner', 'pg_execute_server_program', 'pg_write_server_files', 'pg_read_server_files',
                    'pg_write_all_data', 'pg_read_all_data'
                ) OR p.oid IN (SELECT c.relowner FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                               WHERE n.nspname = 'daybook')
              ) ORDER BY 1 LIMIT 1)
    END, to_regrole(%(role)s) IS NOT NULL,
    coalesce(pg_has_role(r.oid, to_regrole(%(role)s), 'MEMBER'), false), r.rolname::text
    FROM pg_roles r WHERE r.rolname = session_user
"""


class _Login(msgspec.Struct, frozen=True):
    too_much: str | None
    is_made: bool
    is_member: bool
    name: str


def address_of(settings: Settings, role: DatabaseRole) -> str:
    """Where a session of this role is had: at its own address, or at that of all, as whose login it becomes the role.

    Raises:
        Malformed: the settings name no database.
    """
    return _as(role, _given(settings, role)[1])


def read_address_of(settings: Settings, role: DatabaseRole) -> str:
    """As `address_of`, where the read models are: on a server of their own, or beside the log.

    Raises:
        Malformed: the settings name no database.
    """
    if settings.read_url is None:
        return address_of(settings, role)
    return _as(role, _given(settings, role, is_read=True)[1])


def _as(role: DatabaseRole, url: str) -> str:
    return url if role is DatabaseRole.OWNER else as_role(url, role)


def as_role(url: str, role: DatabaseRole) -> str:
    """The address at which a session begins as this role."""
    given = conninfo.conninfo_to_dict(url)
    given["options"] = f"{given.get('options') or ''} -c role={role}".strip()
    return conninfo.make_conninfo("", **given)


def check_logins(
    settings: Settings, roles: Sequence[DatabaseRole], *, is_read: bool = False
) -> None:
    """See that the login of each role is let in as it, and has no more power than the roles of processes have.

    Args:
        is_read: at the server that the read models have of their own.

    Raises:
        Refused: code `too_much_power`, it has.
        Unavailable: the role is not there, or the login not let in as it (`migration_pending`); nobody answers.
    """
    for role in roles:
        named, url = _given(settings, role, is_read=is_read)
        with reaching(), psycopg.connect(careful(url, "daybook")) as it:
            row = it.execute(_POWERS, {"role": role}).fetchone()
        login = _Login(*(row or (None, False, False, "")))
        if login.too_much:
            raise Refused(
                f"the login {login.name} of {named} {login.too_much}, and no process of Daybook's may be that: give "
                f"its address to `daybook migrate` alone, as {_owners(is_read)}, and let {named} name "
                "another login "
                "(docs/operations.md, Roles)",
                code="too_much_power",
            )
        if not login.is_member:
            missing = f"is no member of {role}" if login.is_made else f"finds no role {role}"
            raise Unavailable(
                f"the login {login.name} of {named} {missing}: run `daybook migrate` with the same addresses "
                "(docs/operations.md, Roles)",
                code="migration_pending",
            )


def check_read_logins(settings: Settings, roles: Sequence[DatabaseRole]) -> None:
    """As `check_logins`, at the server that the read models have of their own, if it answers.

    Raises:
        Refused, Unavailable: as there.
    """
    if settings.read_url is not None:
        try:
            there = [role for role in roles if role in READING_ROLES]
            check_logins(settings, there, is_read=True)
        except Unavailable as error:
            if error.code != UNREACHABLE:
                raise


def let_in(connection: psycopg.Connection, settings: Settings, *, is_read: bool = False) -> None:
    """Let the logins that the settings name in as the roles they are for; one that is not there is made.

    Args:
        is_read: at the server that the read models have of their own.
    """
    row = connection.execute("SELECT current_user").fetchone()
    roles = READING_ROLES if is_read else PROCESS_ROLES
    wanted = [(_given(settings, role, is_read=is_read)[1], role) for role in roles]
    if settings.queries_url and is_read is bool(settings.read_url):
        wanted.append((settings.queries_url, DatabaseRole.APPLICATION))
    for address, role in wanted:
        given = conninfo.conninfo_to_dict(address)
        user, password = str(given.get("user") or ""), given.get("password")
        if user and row != (user,):
            make_login(connection, user, str(password) if password else None)
            _make_member(connection, user, role)


def make_login(connection: psycopg.Connection, user: str, password: str | None = None) -> None:
    """See that somebody of this name can connect; whoever can already keeps the password they have."""
    found = connection.execute("SELECT rolcanlogin FROM pg_roles WHERE rolname = %s", [user])
    known = found.fetchone()
    if known == (True,):
        return
    verb = sql.SQL("ALTER ROLE {} LOGIN" if known else "CREATE ROLE {} LOGIN")
    statement = verb.format(sql.Identifier(user))
    if password is not None:  # what a server may write to its log is not the password itself
        secret = connection.pgconn.encrypt_password(
            password.encode(), user.encode(), b"scram-sha-256"
        )
        statement += sql.SQL(" PASSWORD {}").format(sql.Literal(secret.decode()))
    connection.execute(statement)


def _make_member(connection: psycopg.Connection, user: str, role: DatabaseRole) -> None:
    known = connection.execute("SELECT pg_has_role(%s, %s, 'MEMBER')", [user, role]).fetchone()
    if known == (False,):
        grant = sql.SQL("GRANT {} TO {}").format(sql.Identifier(role), sql.Identifier(user))
        connection.execute(grant)


def _given(settings: Settings, role: DatabaseRole, *, is_read: bool = False) -> tuple[str, str]:
    """The name of the setting that counts for a role, and the address that it gives.

    Raises:
        Malformed: the settings name no database.
    """
    fields = _READ_FIELDS if is_read else _FIELDS
    for field in (fields[role], fields[DatabaseRole.APPLICATION]):
        if url := getattr(settings, field):
            return settings.declared()[field].name, str(url)
    raise Malformed("DATABASE_URL is not set, and no embedded server was started")


def _owners(is_read: bool) -> str:
    fields = _READ_FIELDS if is_read else _FIELDS
    return Settings.declared()[fields[DatabaseRole.OWNER]].name
