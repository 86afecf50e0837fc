"""The part of `daybook up --airflow` that runs Airflow's components beside Daybook's own processes."""

import sys
from collections.abc import Callable
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlsplit

from domain.shared.errors import Unavailable
from infrastructure.embedded.airflow import (
    COMPONENTS,
    airflow_environment,
    airflow_password,
    airflow_program,
    airflow_url,
)
from infrastructure.embedded.supervisor import Program, Supervisor, check_port
from infrastructure.etl.settings import EtlSettings
from infrastructure.shared.settings import Settings

_READY_S_MAX = 90.0


def check_airflow(settings: Settings, folder: Path) -> None:
    """See that it is installed and that its port is free, before anything is started.

    Raises:
        Unavailable: it is not.
    """
    airflow_program(folder)
    check_port("127.0.0.1", settings.of(EtlSettings).airflow_port, "DAYBOOK_AIRFLOW_PORT")


def start_airflow(
    supervisor: Supervisor, settings: Settings, folder: Path, say: Callable[[str], None]
) -> None:
    """Bring its database up to date, start its components, and say where its pages are."""
    say("Starting Airflow ...")
    program, environment = airflow_program(folder), airflow_environment(settings, sys.executable)
    logs = settings.home / "airflow"
    migrating = Program([*program, "db", "migrate"], environment, logs / "migrate.log")
    if supervisor.run(migrating) != 0:
        raise Unavailable(f"Airflow's database cannot be made:\n{migrating.last_words()}")
    for name, *options in COMPONENTS:
        component = Program([*program, name, *options], environment, logs / f"{name}.log")
        supervisor.start(f"Airflow's {name}", component)
        # The others talk to the first, the api server; on a busy machine it comes later, and they try again.
        with suppress(Unavailable):
            supervisor.watch(lambda: _answers(settings), _READY_S_MAX)
    say(
        f"Airflow is at {airflow_url(settings)} (user admin, password "
        f"{airflow_password(settings)}; logs: {logs})"
    )


def _answers(settings: Settings) -> bool:
    connection = HTTPConnection(urlsplit(airflow_url(settings)).netloc, timeout=2)
    try:
        connection.request("GET", "/api/v2/monitor/health")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):  # not there yet
        return False
    finally:
        connection.close()
