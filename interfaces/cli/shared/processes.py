"""The processes Daybook consists of, one command each, for machines where something else keeps them running."""

from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from importlib import import_module
from typing import Any

import click

from domain.shared.errors import Unavailable
from interfaces.cli.shared.composition import say, waited_for

_HEALTH_S = 5


def _fd(name: str, meaning: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    told = f"File descriptor of a listening socket {meaning}, in the place of its setting."
    return click.option(name, type=click.IntRange(min=0), metavar="FD", help=told)


_admin = _fd("--admin-fd", "for health and metrics")


def _serve(
    name: str, module: str, admin_fd: int | None, *, queue: bool = False, **more: Any
) -> None:
    """Run the process that `serve` of this module is, once the servers and the schema it needs are there.

    Raises:
        DaybookError: something is not there in the time that is set, or its logins could do more than they should.
    """
    from infrastructure.migrations import check_read_schema, check_schema
    from infrastructure.shared.listening import admin_socket
    from infrastructure.shared.roles import (
        DatabaseRole,
        address_of,
        check_logins,
        check_read_logins,
    )
    from infrastructure.shared.waiting import awaited

    # The others record what they do, and write letters with links.
    roles = (
        [DatabaseRole.PROJECTOR]
        if name == "projector"
        else [DatabaseRole.APPLICATION, DatabaseRole.IDENTITY]
    )
    with waited_for(name, queue=queue) as settings:
        for check in (
            partial(check_logins, settings, roles),
            partial(check_schema, address_of(settings, roles[0])),
            partial(check_read_logins, settings, roles),
            partial(check_read_schema, settings, roles[0]),
        ):
            awaited(check, settings.wait_s, say)
        import_module(module).serve(settings, admin_socket(settings, admin_fd), **more)


@click.command(
    epilog="\b\nExamples:\n  daybook api\n  DAYBOOK_PORT=9000 DATABASE_URL=postgresql://... daybook api"
)
@_fd("--fd", "that HTTP is served on")
@_admin
def api(fd: int | None, admin_fd: int | None) -> None:
    """Serve the HTTP API until SIGTERM or Ctrl-C.

    The database must be migrated: see `daybook migrate`.
    """
    _serve("api", "interfaces.cli.shared.serving", admin_fd, served=fd)


@click.command(epilog="\b\nExample:\n  DATABASE_URL=postgresql://... daybook projector")
@_admin
def projector(admin_fd: int | None) -> None:
    """Keep the read models up to date until SIGTERM or Ctrl-C.

    Any number of projectors may run: each read model has one that works, and the others stand by.
    """
    _serve("projector", "interfaces.projector", admin_fd)


@click.command(
    epilog="""\b
Example:
  DATABASE_URL=postgresql://... REDIS_URL=redis://... DAYBOOK_SMTP_URL=smtp://... daybook worker"""
)
@_admin
def worker(admin_fd: int | None) -> None:
    """Carry out reactions, which are mail to send and payments to make, until SIGTERM or Ctrl-C.

    Any number of workers may run: each reaction is in the hands of one. `daybook projector` plans what they carry out.
    """
    _serve("worker", "interfaces.worker", admin_fd, queue=True)


@click.command(
    epilog="\b\nExample:\n  DAYBOOK_SMTP_URL=sink:///run/daybook/smtp.sock daybook mailbox"
)
@_admin
def mailbox(admin_fd: int | None) -> None:
    """Be the mail server that keeps all mail and delivers none, until SIGTERM or Ctrl-C.

    It listens on the socket that DAYBOOK_SMTP_URL names; /mailbox of the API shows what it was handed.
    """
    _serve("mailbox", "interfaces.mailbox", admin_fd)


@click.command(
    epilog="""\b
Example:
  DATABASE_URL=postgresql://... DAYBOOK_BOUNCES_DOOR=lmtp://127.0.0.1:2424 daybook bounces"""
)
@_admin
def bounces(admin_fd: int | None) -> None:
    """Note which mail came back, from delivery reports of mail servers, until SIGTERM or Ctrl-C.

    They come into the Maildir DAYBOOK_BOUNCES_FOLDER, to the address DAYBOOK_BOUNCES_DOOR, or both.
    """
    _serve("bounces", "interfaces.bounces", admin_fd)


@click.command(epilog="\b\nExample:\n  DATABASE_URL=postgresql://... daybook migrate")
def migrate() -> None:
    """Bring the database's schema up to date, and who may do what. Safe to run at any time, also twice at once.

    DAYBOOK_MIGRATE_URL is whose the schema is; the logins of the other addresses are made, and let in as their roles.
    So it is with DAYBOOK_READ_MIGRATE_URL, where the read models have a server of their own.
    """
    from infrastructure.embedded.home import check_read_server
    from infrastructure.migrations import migrate_all, newest_revision
    from infrastructure.shared.waiting import awaited

    with waited_for("migrate") as settings:
        awaited(partial(check_read_server, settings), settings.wait_s, say)
        migrate_all(settings)
    click.echo(f"The database has revision {newest_revision()}, which this code needs.")


@click.command(epilog="\b\nExample:\n  DAYBOOK_PORT=9000 daybook health")
def health() -> None:
    """Ask a process on this machine whether it is well; exit code 3 if it is not.

    It is asked at DAYBOOK_ADMIN_PORT if that is set; else the API is asked where it serves.
    """
    from http.client import HTTPConnection, HTTPException
    from urllib.parse import urlsplit

    from msgspec.structs import replace

    from infrastructure.shared.settings import read_settings

    settings = read_settings()
    if settings.admin_port:
        settings = replace(settings, host=settings.admin_host, port=settings.admin_port)
    url = settings.base_url
    connection = HTTPConnection(urlsplit(url).netloc, timeout=_HEALTH_S)
    try:
        connection.request("GET", "/health/ready")
        answer = connection.getresponse()
        told = answer.read().decode(errors="replace")
    except (OSError, HTTPException) as error:
        raise Unavailable(f"{url} does not answer: {error}") from error
    finally:
        connection.close()
    if answer.status != HTTPStatus.OK:
        raise Unavailable(f"{url} is not ready: {told}")
    click.echo(told)


@click.command(epilog="\b\nExample:\n  daybook version")
def version() -> None:
    """Print the version of Daybook."""
    from importlib.metadata import version as installed

    click.echo(f"daybook {installed('daybook')}")
