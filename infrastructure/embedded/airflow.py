"""Airflow beside Daybook on one machine: a home below Daybook's, a database of its own on the same server.

Airflow lives in a virtual environment of its own (`make airflow` makes it), since its locked versions are others.
"""

import json
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from sqlalchemy import URL

from infrastructure.embedded.orphans import mark
from infrastructure.embedded.places import make_folder
from infrastructure.embedded.processes import ServerFailed
from infrastructure.etl.settings import EtlSettings
from infrastructure.shared.roles import Role, address_of
from infrastructure.shared.settings import Settings

COMPONENTS = (("api-server",), ("scheduler", "--skip-serve-logs"), ("dag-processor",))
"""What has to run, in this order, each with its options; logs are read as files, and served to no other machine."""

DAGS = Path(__file__).parents[2] / "interfaces" / "airflow" / "dags"
_PASSWORDS = "passwords.json"


def airflow_program(environment: Path) -> list[str]:
    """How the `airflow` of this virtual environment is called.

    Raises:
        ServerFailed: it is not there.
    """
    python = environment.absolute() / "bin" / "python"
    if not python.exists():
        raise ServerFailed(f"there is no Airflow in {environment}; `make airflow` installs it")
    return [str(python), "-m", "airflow"]


def airflow_environment(settings: Settings, python: str) -> dict[str, str]:
    """The variables of Airflow's components over Daybook's own, its home and its database made if they are missing.

    Its tasks run `python`, Daybook's interpreter. Without a source there is nothing to extract, and the DAG is paused.
    """
    etl, home = settings.of(EtlSettings), settings.home / "airflow"
    make_folder(home, mode=0o700)
    database = _database(address_of(settings, Role.OWNER))
    return {
        **settings.environment(),
        **mark(settings.home),
        "AIRFLOW_HOME": str(home),
        "AIRFLOW_VAR_DAYBOOK_PYTHON": python,
        "AIRFLOW__API__HOST": "127.0.0.1",
        "AIRFLOW__API__PORT": str(etl.airflow_port),
        "AIRFLOW__API__WORKERS": "1",
        "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": str(etl.source is None),
        "AIRFLOW__CORE__DAGS_FOLDER": str(DAGS),
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{airflow_url(settings)}/execution/",
        "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__PARALLELISM": "2",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(home / _PASSWORDS),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": database,
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_ASYNC": database,
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
        "AIRFLOW__WORKERS__EXECUTION_API_TIMEOUT": "60",
        "PYTHONUNBUFFERED": "1",
    }


def airflow_url(settings: Settings) -> str:
    """Where its pages are."""
    return f"http://127.0.0.1:{settings.of(EtlSettings).airflow_port}"


def airflow_password(settings: Settings) -> str | None:
    """The password of its user `admin`, once it has made one."""
    try:
        written = (settings.home / "airflow" / _PASSWORDS).read_text()
    except FileNotFoundError:
        return None
    password: str | None = json.loads(written or "{}").get("admin")
    return password


def _database(url: str) -> str:
    """The address for SQLAlchemy of a database of Airflow's own beside Daybook's."""
    parts = {name: str(value) for name, value in conninfo_to_dict(url).items()}
    name = f"{parts.get('dbname', 'daybook')}_airflow"
    with psycopg.connect(url, autocommit=True) as connection:
        known = connection.execute("SELECT FROM pg_database WHERE datname = %s", [name]).fetchone()
        if known is None:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    query = conninfo_to_dict(make_conninfo(url, dbname=name))
    return URL.create(
        "postgresql+psycopg", query={key: str(value) for key, value in query.items()}
    ).render_as_string(hide_password=False)
