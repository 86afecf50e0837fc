"""The schema of everything that is not derived, brought up to date by alembic.

Read models are not here: they are built and rebuilt by the projection engine.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import sqlalchemy as sa

from domain.shared.errors import Refused, Unavailable
from infrastructure.shared.connections import UNREACHABLE
from infrastructure.shared.event_log.connections import careful
from infrastructure.shared.roles import DatabaseRole, address_of, let_in, read_address_of
from infrastructure.shared.settings import Settings

if TYPE_CHECKING:
    # Alembic takes longer to import than everything else here, and most processes never migrate.
    from alembic.config import Config

_FOLDER = Path(__file__).parent
# Any two processes that start at once meet on this advisory lock; the second finds nothing left to do.
_LOCK = 0x6D696772617465


def _config(database_url: str) -> "Config":
    from alembic.config import Config

    config = Config(attributes={"database_url": database_url})
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    return config


def engine_of(database_url: str) -> sa.Engine:
    """Connections to the database of this libpq URI, each of its own."""
    return sa.create_engine(
        "postgresql+psycopg://",
        creator=lambda: psycopg.connect(careful(database_url, "daybook migrations")),
        poolclass=sa.NullPool,
    )


def migrate_all(settings: Settings) -> None:
    """`migrate`, for the database of the log and for that which the read models have of their own.

    Both get the same schema: one list of revisions, and whatever a read model needs is where it is made.
    """
    migrate(address_of(settings, DatabaseRole.OWNER), settings)
    if settings.read_url is not None:
        migrate(read_address_of(settings, DatabaseRole.OWNER), settings, is_read=True)


def migrate(database_url: str, settings: Settings | None = None, *, is_read: bool = False) -> None:
    """Bring the database to the newest revision; one that is there already, or ahead of this code, is left as it is.

    The simulated bank, which is no part of it, gets what it is missing, and so does who may do what: the roles, their
    rights, and the logins that the settings name, if there are any.

    Args:
        is_read: whether it is the database that the read models have of their own.

    Raises:
        Refused: code `roles_missing`; this login may not make the roles. Code `not_the_owner`; nor the schema.
    """
    try:
        _migrate(database_url, settings, is_read)
    except sa.exc.ProgrammingError as error:
        if not isinstance(error.orig, psycopg.errors.InsufficientPrivilege):
            raise
        setting = "DAYBOOK_READ_MIGRATE_URL" if is_read else "DAYBOOK_MIGRATE_URL"
        raise Refused(
            f"the login that migrates may not change the schema ({error.orig.diag.message_primary}): "
            f"that of the schema's owner was expected in {setting}",
            code="not_the_owner",
        ) from error


def _migrate(database_url: str, settings: Settings | None, is_read: bool) -> None:
    from alembic import command

    config = _config(database_url)
    engine = engine_of(database_url)
    with engine.connect() as connection:
        connection.execute(sa.text("SELECT pg_advisory_lock(:lock)"), {"lock": _LOCK})
        connection.commit()
        connection.execute(sa.text((_FOLDER / "simulated_bank.sql").read_text(encoding="utf-8")))
        if (current_revision(connection) or "") <= newest_revision():
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
        _grant(connection, settings, is_read)
        connection.commit()
        connection.execute(sa.text("SELECT pg_advisory_unlock(:lock)"), {"lock": _LOCK})
        connection.commit()


def _grant(connection: sa.Connection, settings: Settings | None, is_read: bool) -> None:
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection), "that is what engine_of makes"  # noqa: S101
    try:
        driver.execute((_FOLDER / "grants.sql").read_bytes())
        if settings is not None:
            let_in(driver, settings, is_read=is_read)
    except psycopg.errors.InsufficientPrivilege as error:
        raise Refused(
            f"the login that migrates may not make the roles and logins that are missing "
            f"({error.diag.message_primary}): have them made by who may (docs/operations.md, Roles), and migrate again",
            code="roles_missing",
        ) from error


def told_in_sql(module: str) -> tuple[str, str | None, Callable[[], None]]:
    """A revision as alembic wants it: its number, the one before, and how to run the SQL file of the same name."""
    path = Path(module)
    before = max((number for number in _numbers() if number < path.name[:4]), default=None)

    def upgrade() -> None:
        from alembic import op

        op.execute(path.with_suffix(".sql").read_text(encoding="utf-8"))

    return path.name[:4], before, upgrade


def newest_revision() -> str:
    """The revision this code was written for: revisions are numbered, and their files are named after them."""
    return max(_numbers())


def _numbers() -> list[str]:
    return [path.name[:4] for path in (_FOLDER / "versions").glob("[0-9]*.py")]


def current_revision(connection: sa.Connection) -> str | None:
    """The revision the database is at, None before the first migration."""
    if not sa.inspect(connection).has_table("alembic_version", schema="daybook"):
        return None
    found = connection.execute(sa.text("SELECT version_num FROM daybook.alembic_version"))
    return found.scalar_one_or_none()


def check_revision(found: str | None) -> None:
    """See that a database at this revision has what this code needs: what later ones added is no obstacle.

    Raises:
        Unavailable: code `migration_pending`, it is older.
    """
    if found is None or found < newest_revision():
        there = "has no schema of Daybook's" if found is None else f"is at revision {found}"
        raise Unavailable(
            f"the database {there}; {newest_revision()} was expected: run `daybook migrate`",
            code="migration_pending",
        )


def check_schema(database_url: str) -> None:
    """As `check_revision`, for the database of this address.

    Raises:
        Unavailable: it is older, or does not answer (`database_unreachable`).
    """
    engine = engine_of(database_url)
    try:
        with engine.connect() as connection:
            found = current_revision(connection)
    except sa.exc.OperationalError as error:
        raise Unavailable("the database does not answer", code=UNREACHABLE) from error
    except sa.exc.ProgrammingError as error:
        if not isinstance(error.orig, psycopg.errors.InsufficientPrivilege):
            raise
        raise Unavailable(
            "the database does not let this process look: run `daybook migrate`, which says who may do what",
            code="migration_pending",
        ) from error
    check_revision(found)


def check_read_schema(settings: Settings, role: DatabaseRole) -> None:
    """As `check_schema`, for the database that the read models have of their own, as this role.

    One that does not answer is waited for by whoever needs it: commands and reactions go on without it.

    Raises:
        Unavailable: code `migration_pending`.
    """
    if settings.read_url is not None:
        try:
            check_schema(read_address_of(settings, role))
        except Unavailable as error:
            if error.code != UNREACHABLE:
                raise
