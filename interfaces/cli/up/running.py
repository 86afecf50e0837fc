"""What `daybook up` does: it starts everything, watches it, and stops it in turn."""

import json
import signal
import socket
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from shlex import quote
from threading import Event
from time import monotonic
from typing import Any

import click
import msgspec

from application.shared.samples import SamplePeople, are_loaded, sample_people
from domain.shared.errors import Unavailable
from infrastructure.embedded.home import (
    Addresses,
    check_read_server,
    check_servers,
    hold,
    published,
    start_missing,
    with_addresses,
)
from infrastructure.embedded.logs import Logs
from infrastructure.embedded.orphans import mark
from infrastructure.embedded.places import socket_folder
from infrastructure.embedded.postgres import PostgresServer
from infrastructure.embedded.supervisor import Program, Server, Supervisor
from infrastructure.identity.settings import SINGLE_USER, IdentitySettings
from infrastructure.mail.settings import MailSettings, shows_mailbox
from infrastructure.migrations import migrate_all
from infrastructure.shared.event_log.log import PostgresEventLog
from infrastructure.shared.roles import (
    PROCESS_ROLES,
    DatabaseRole,
    address_of,
    check_logins,
    check_read_logins,
)
from infrastructure.shared.settings import Settings, read_settings
from infrastructure.workflows.composition import offered
from interfaces.cli.up.airflow import check_airflow, start_airflow
from interfaces.cli.up.doors import Doors

_READY_S_MAX = 60.0
_CAUGHT_UP_S_MAX = 10.0
_TOGETHER_S = 0.5


def run(*, sample: bool, airflow: Path | None = None) -> None:
    """Run everything until a signal ends it; with `sample`, the samples are loaded into a book without them.

    `airflow` is the virtual environment of an Airflow to run as well.

    Raises:
        DaybookError: something cannot be started, keeps dying, or a document of a workflow is wrong.
    """
    settings = read_settings()
    hurry = Event()
    with hold(settings.home, "up"), _stopped_by_signals(hurry), Doors(settings, _say) as doors:
        offered(settings)
        if airflow:
            check_airflow(settings, airflow)
        with Supervisor(_say, doors.sockets, hurry, tend=Logs(settings).look) as supervisor:
            _start(supervisor, settings, doors, sample, airflow)


def _start(
    supervisor: Supervisor, settings: Settings, doors: Doors, sample: bool, airflow: Path | None
) -> None:
    _say(f"Starting Daybook in {settings.home} ...")
    # The password of the demo's people is published: they get into nothing but a book that only this machine reaches.
    people = sample and settings.database_url is None and settings.is_loopback
    if people:
        settings = _with_demo_password(settings)
    started = _start_servers(supervisor, settings)
    settings = with_addresses(settings, started)
    check_read_server(settings)
    migrate_all(settings)
    check_logins(settings, PROCESS_ROLES)
    check_read_logins(settings, PROCESS_ROLES)
    with published(settings.home, started):
        mail = settings.of(MailSettings)
        others = {"mailbox": mail.is_kept, "bounces": mail.hears_bounces}
        for name in ("api", "projector", "worker", *filter(others.get, others)):
            supervisor.start(name, _process(settings, doors, name))
        if sample and not _has_samples(settings, people=people):
            wanted = "--people" if people else "--no-people"
            if supervisor.run(_program(settings, "samples", "load", wanted)) != 0:
                _say("The samples were not all loaded; the next start tries again.")
        what = f"an answer of the api (its log: {settings.home / 'api.log'})"
        supervisor.watch(lambda: bool(_health(settings)), _READY_S_MAX, what)
        # A long log takes its time; what is read meanwhile is old but right.
        with suppress(Unavailable):
            supervisor.watch(lambda: _has_caught_up(settings), _CAUGHT_UP_S_MAX)
        _greet(settings, doors, _introduction(settings, people=people))
        if airflow:
            start_airflow(supervisor, settings, airflow, _say)
        supervisor.watch()


def _with_demo_password(settings: Settings) -> Settings:
    """The settings with the published password, unless another one is set."""
    identity = settings.of(IdentitySettings)
    password = identity.demo_password or sample_people()[0].password
    return settings.with_group(msgspec.structs.replace(identity, demo_password=password))


def _has_samples(settings: Settings, *, people: bool) -> bool:
    """Whether the samples are in the book; asked here, since a process more would delay every start."""
    log = PostgresEventLog(address_of(settings, DatabaseRole.APPLICATION))
    try:
        return are_loaded(log, people=people)
    finally:
        log.close()


def _start_servers(supervisor: Supervisor, settings: Settings) -> Addresses:
    def start(name: str, server: Server) -> None:
        supervisor.start(name, server)
        if isinstance(server, PostgresServer) and server.data.parent != settings.home:
            _say(f"PostgreSQL cannot enter {settings.home}; its data are in {server.data}.")

    check_servers(settings)
    sink = f"sink://{socket_folder(settings.home / 'mailbox', None)}/smtp.sock"
    return start_missing(settings, start, sink)


def _process(settings: Settings, doors: Doors, name: str) -> Program:
    """One of the processes that run for as long as this one, with the sockets that are kept for it."""
    options, sockets = doors.of(name)
    program = _program(settings, name, *options, log=settings.home / f"{name}.log", sockets=sockets)
    if name == "api":
        program.patience_s += settings.drain_s + settings.finish_s
    return program


def _program(
    settings: Settings,
    *arguments: str,
    log: Path | None = None,
    sockets: Sequence[socket.socket] = (),
) -> Program:
    argv = [sys.executable, "-m", "interfaces.cli", *arguments]
    environment = {**settings.environment(), **mark(settings.home), "PYTHONUNBUFFERED": "1"}
    return Program(argv, environment, log, sockets=sockets)


def _has_caught_up(settings: Settings) -> bool:
    """Whether every read model has read the whole log."""
    every = _health(settings).get("projections", ())
    return bool(every) and all(one["state"] == "live" and one["lag"] == 0 for one in every)


def _health(settings: Settings) -> dict[str, Any]:
    host = settings.base_url.removeprefix("http://").rpartition(":")[0].strip("[]")
    connection = HTTPConnection(host, settings.port, timeout=2)
    try:
        connection.request("GET", "/health/ready")
        answer = connection.getresponse()
        body = answer.read()
    except (OSError, HTTPException):  # not there yet
        return {}
    finally:
        connection.close()
    return dict(json.loads(body)) if answer.status == 200 else {}


def _greet(settings: Settings, doors: Doors, introduction: str) -> None:
    url = settings.base_url
    mail = f"{url}/mailbox" if shows_mailbox(settings) else "goes to the server of DAYBOOK_SMTP_URL"
    _say(
        f"""
Daybook is ready. Ctrl-C stops it.

  App   {url}/app/
  API   {url}
  Docs  {url}/docs
  Mail  {mail}
  Logs  {settings.home}
  Admin {doors.told}

{_lines_to_try(settings)}

{introduction}
"""
    )


def _lines_to_try(settings: Settings) -> str:
    url, command = settings.base_url, _command(settings)
    if settings.of(IdentitySettings).auth == SINGLE_USER:
        return f"""\
Try (nobody has to sign in; only this machine is answered):
  curl -g '{url}/expanses_data?amount[gte]=1400&member_name=Sam'
  curl '{url}/expanses_data?sort=departments&order=desc'
  curl '{url}/expanses_data?fields=departments,member_name,amount'
  curl '{url}/aggregates?by=departments'"""
    lines = f"""\
Try (a token lives ten minutes):
  TOKEN=$({command} token --as operator)
  curl -H "Authorization: Bearer $TOKEN" -g '{url}/expenses?amount[gte]=1000&sort=-amount&limit=3'
  curl -H "Authorization: Bearer $TOKEN" '{url}/expenses/aggregates?by=departments'
  curl -H "Authorization: Bearer $TOKEN" '{url}/events?limit=3'"""
    if not settings.is_loopback:
        return lines
    return f"{lines}\nWithout tokens, for this machine alone: stop it, then\n  DAYBOOK_AUTH={SINGLE_USER} {command} up"


def _introduction(settings: Settings, *, people: bool) -> str:
    """Whom one can sign in as, or how the first one is let in."""
    if not people:
        register = f"{_command(settings)} users register EMAIL --name NAME"
        return f"The first operator is let in by:\n  {register}"
    password = settings.of(IdentitySettings).demo_password
    return "\n".join(_people(one, password) for one in sample_people())


def _people(sample: SamplePeople, password: str | None) -> str:
    width = max(len(one.email) for one in sample.sign_ins)
    known = "\n".join(f"  {one.email:{width}}  {one.what}" for one in sample.sign_ins)
    which = f"'{password}'" if password == sample.password else "of DAYBOOK_DEMO_PASSWORD"
    return f"Sign in (POST /auth/token) with the password {which} as:\n{known}"


def _command(settings: Settings) -> str:
    """How a shell in this folder runs `daybook` on the same home."""

    installed = Path(sys.executable).with_name("daybook")
    program = [str(installed)] if installed.exists() else [sys.executable, "-m", "interfaces.cli"]
    key = settings.of(IdentitySettings).signing_key
    given = {"DAYBOOK_HOME": settings.home, "DAYBOOK_SIGNING_KEY": key}
    if settings.home == Path(".daybook").absolute():
        del given["DAYBOOK_HOME"]
    assignments = [f"{name}={quote(str(path))}" for name, path in given.items() if path]
    return " ".join([*assignments, *map(quote, program)])


@contextmanager
def _stopped_by_signals(hurry: Event) -> Iterator[None]:
    """Ends the block at the first SIGINT, SIGTERM or SIGHUP; those that follow only set `hurry`.

    What comes together with the first means the same.
    """
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    stopped_at: list[float] = []

    def stop(*_: object) -> None:
        stopped_at.append(monotonic())
        if len(stopped_at) == 1:
            raise KeyboardInterrupt
        if stopped_at[-1] - stopped_at[0] > _TOGETHER_S:
            hurry.set()

    for number in numbers:
        signal.signal(number, stop)
    try:
        yield
    except KeyboardInterrupt:
        _say("Stopped.")


def _say(text: str) -> None:
    click.echo(text)
