"""The schema of everything that is not derived, brought up to date by alembic.

Read models are not here: they are built and rebuilt by the projection engine.
"""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

_FOLDER = Path(__file__).parent
# Any two processes that start at once meet on this advisory lock; the second finds nothing left to do.
_LOCK = 0x6D696772617465


def _config(database_url: str) -> Config:
    config = Config(attributes={"database_url": database_url})
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    return config


def sqlalchemy_url(database_url: str) -> sa.URL:
    """The SQLAlchemy form of a libpq URI, with psycopg as its driver."""
    return sa.make_url(database_url).set(drivername="postgresql+psycopg")


def migrate(database_url: str) -> None:
    """Bring the database to the newest revision; a database that is there already is left as it is."""
    config = _config(database_url)
    engine = sa.create_engine(sqlalchemy_url(database_url), poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.execute(sa.text("SELECT pg_advisory_lock(:lock)"), {"lock": _LOCK})
        connection.commit()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()
        connection.execute(sa.text("SELECT pg_advisory_unlock(:lock)"), {"lock": _LOCK})
        connection.commit()


def newest_revision() -> str | None:
    """The revision this code was written for."""
    return ScriptDirectory.from_config(_config("")).get_current_head()


def current_revision(connection: sa.Connection) -> str | None:
    """The revision the database is at, None before the first migration."""
    return MigrationContext.configure(
        connection, opts={"version_table_schema": "daybook"}
    ).get_current_revision()
