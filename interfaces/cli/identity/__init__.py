"""`daybook token`, `users` and `secrets`: for somebody at the machine itself, who needs no password to be believed."""

from pathlib import Path
from typing import Literal

import click

from application.identity.signing_in import SigningIn
from application.identity.users import NewColleague, Users
from application.shared.commands import Call, Carried
from application.shared.permissions import THE_LOCAL_OPERATOR
from application.shared.services import Services
from application.shared.streams import named
from interfaces.cli.shared.composition import answered, command_cause, composed


@click.command(
    epilog="""\b
Examples:
  daybook token --as operator
  curl -H "Authorization: Bearer $(daybook token --as ada@harbour.example)" http://127.0.0.1:8000/auth/me"""
)
@click.option(
    "--as",
    "name",
    required=True,
    help="An e-mail address, what stands before its @, a name, or a first name.",
)
def token(name: str) -> None:
    """Print an access token of a user, good for ten minutes; the log tells that it was issued.

    It is signed with the key in DAYBOOK_HOME (or DAYBOOK_SIGNING_KEY): use the same home as the api.
    """

    async def issued(services: Services) -> str:
        principal = await services.of(Users).named(name)
        call = Call(principal=THE_LOCAL_OPERATOR, cause=command_cause(services.new_id()))
        return await services.of(SigningIn).issue_here(principal, call)

    with composed("token") as services:
        click.echo(answered(services, issued))


@click.command(
    epilog="""\b
Examples:
  daybook secrets secrets
  daybook secrets /secrets --database postgresql://daybook@postgres/daybook"""
)
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--database",
    default="postgresql://daybook@127.0.0.1/daybook",
    show_default=True,
    help="Address of the database, without a password.",
)
def secrets(folder: Path, database: str) -> None:
    """Make the secrets of an installation in FOLDER, a file each; what is there already stays.

    signing-keys.pem is for DAYBOOK_SIGNING_KEY, database-url (with the password that postgres-password has) for
    DAYBOOK_MIGRATE_URL_FILE, application-url for DATABASE_URL_FILE, identity-url and projector-url for the files of the
    same names, and demo-password for DAYBOOK_DEMO_PASSWORD_FILE.
    """
    from infrastructure.identity.secrets import make_secrets

    make_secrets(folder, database)
    click.echo(f"The secrets are in {folder}.")


@click.group()
def users() -> None:
    """Let people in."""


@users.command(
    epilog="""\b
Examples:
  daybook users register ada@harbour.example --name "Ada Holm"
  daybook users register nils@audit.example --name "Nils Aas" --role auditor --bank 41
  daybook users register gro@audit.example --name "Gro Lund" --role auditor --of-firm"""
)
@click.argument("email")
@click.option("--name", required=True, help="What they are called.")
@click.option(
    "--role",
    type=click.Choice(["operator", "auditor"]),
    default="operator",
    show_default=True,
    help="Members and administrators are let in by their bank, over HTTP.",
)
@click.option("--bank", help="Integer id or uid of an auditor's bank.")
@click.option(
    "--of-firm", is_flag=True, help="An auditor of every bank, who also reads the event log."
)
@click.password_option(help="Asked for if it is not given: 12 to 128 characters.")
def register(
    email: str,
    name: str,
    role: Literal["auditor", "operator"],
    bank: str | None,
    of_firm: bool,
    password: str,
) -> None:
    """Register an operator or an auditor; this is how the first user of a new installation comes in."""
    new = NewColleague(
        email=email,
        name=name,
        role=role,
        bank_id=None if bank is None else named(bank),
        of_firm=of_firm,
    )

    async def registered(services: Services) -> tuple[Carried, bool]:
        call = Call(principal=THE_LOCAL_OPERATOR, cause=command_cause(services.new_id()))
        return await services.of(Users).register_here(new, password, call)

    with composed("users register") as services:
        carried, is_set = answered(services, registered)
    user = f"User {carried.id} ({carried.uid})"
    if is_set:
        click.echo(f"{user} can sign in as {email}.")
    else:
        click.echo(f"{user} is registered as {email} and has a password already, which was left.")
