"""The processes Daybook consists of, one command each, for machines where something else keeps them running."""

from functools import partial
from http import HTTPStatus
from importlib import import_module

import click

from domain.shared.errors import Unavailable
from interfaces.cli.shared.composition import say, waited_for

_HEALTH_S = 5


def _serve(name: str, module: str, *, queue: bool = False) -> None:
    """Run the process that `serve` of this module is, once the servers and the schema it needs are there.

    Raises:
        DaybookError: something is not there in the time that is set, or its logins could do more than they should.
    """
    from infrastructure.migrations import check_schema
    from infrastructure.shared.roles import Role, address_of, check_logins
    from infrastructure.shared.waiting import awaited

    # The others record what they do, and write letters with links.
    roles = [Role.PROJECTOR] if name == "projector" else [Role.APPLICATION, Role.IDENTITY]
    with waited_for(name, queue=queue) as settings:
        awaited(partial(check_logins, settings, roles), settings.wait_s, say)
        awaited(partial(check_schema, address_of(settings, roles[0])), settings.wait_s, say)
        import_module(module).serve(settings)


@click.command(
    epilog="\b\nExamples:\n  daybook api\n  DAYBOOK_PORT=9000 DATABASE_URL=postgresql://... daybook api"
)
def api() -> None:
    """Serve the HTTP API until SIGTERM or Ctrl-C.

    The database must be migrated: see `daybook migrate`.
    """
    _serve("api", "interfaces.cli.shared.serving")


@click.command(epilog="\b\nExample:\n  DATABASE_URL=postgresql://... daybook projector")
def projector() -> None:
    """Keep the read models up to date until SIGTERM or Ctrl-C.

    Any number of projectors may run: each read model has one that works, and the others stand by.
    """
    _serve("projector", "interfaces.projector")


@click.command(
    epilog="""\b
Example:
  DATABASE_URL=postgresql://... REDIS_URL=redis://... DAYBOOK_SMTP_URL=smtp://... daybook worker"""
)
def worker() -> None:
    """Carry out reactions, which are mail to send and payments to make, until SIGTERM or Ctrl-C.

    Any number of workers may run: each reaction is in the hands of one. `daybook projector` plans what they carry out.
    """
    _serve("worker", "interfaces.worker", queue=True)


@click.command(
    epilog="\b\nExample:\n  DAYBOOK_SMTP_URL=sink:///run/daybook/smtp.sock daybook mailbox"
)
def mailbox() -> None:
    """Be the mail server that keeps all mail and delivers none, until SIGTERM or Ctrl-C.

    It listens on the socket that DAYBOOK_SMTP_URL names; /mailbox of the API shows what it was handed.
    """
    _serve("mailbox", "interfaces.mailbox")


@click.command(
    epilog="""\b
Example:
  DATABASE_URL=postgresql://... DAYBOOK_BOUNCES_DOOR=lmtp://127.0.0.1:2424 daybook bounces"""
)
def bounces() -> None:
    """Note which mail came back, from delivery reports of mail servers, until SIGTERM or Ctrl-C.

    They come into the Maildir DAYBOOK_BOUNCES_FOLDER, to the address DAYBOOK_BOUNCES_DOOR, or both.
    """
    _serve("bounces", "interfaces.bounces")


@click.command(epilog="\b\nExample:\n  DATABASE_URL=postgresql://... daybook migrate")
def migrate() -> None:
    """Bring the database's schema up to date, and who may do what. Safe to run at any time, also twice at once.

    DAYBOOK_MIGRATE_URL is whose the schema is; the logins of the other addresses are made, and let in as their roles.
    """
    from infrastructure.migrations import migrate as bring_up_to_date
    from infrastructure.migrations import newest_revision
    from infrastructure.shared.roles import Role, address_of

    with waited_for("migrate") as settings:
        bring_up_to_date(address_of(settings, Role.OWNER), settings)
    click.echo(f"The database has revision {newest_revision()}, which this code needs.")


@click.command(epilog="\b\nExample:\n  DAYBOOK_PORT=9000 daybook health")
def health() -> None:
    """Ask the API on this machine whether it can serve requests; exit code 3 if it cannot."""
    from http.client import HTTPConnection, HTTPException
    from urllib.parse import urlsplit

    from infrastructure.shared.settings import read_settings

    connection = HTTPConnection(urlsplit(read_settings().base_url).netloc, timeout=_HEALTH_S)
    try:
        connection.request("GET", "/health/ready")
        answer = connection.getresponse()
        told = answer.read().decode(errors="replace")
    except (OSError, HTTPException) as error:
        raise Unavailable(f"the api does not answer: {error}") from error
    finally:
        connection.close()
    if answer.status != HTTPStatus.OK:
        raise Unavailable(f"the api is not ready: {told}")
    click.echo(told)


@click.command(epilog="\b\nExample:\n  daybook version")
def version() -> None:
    """Print the version of Daybook."""
    from importlib.metadata import version as installed

    click.echo(f"daybook {installed('daybook')}")
