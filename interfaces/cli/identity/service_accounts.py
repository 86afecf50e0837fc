"""`daybook service-accounts`: letting machines in, for somebody at the machine itself."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import click

from application.identity.service_accounts import (
    IssuedKey,
    NewServiceAccount,
    ServiceAccounts,
    ServiceKeyRequest,
    ShownKey,
)
from application.shared.commands import Call, Carried
from application.shared.permissions import SCOPES, THE_LOCAL_OPERATOR
from application.shared.services import Services
from application.shared.streams import named
from domain.identity.service_accounts import KEY_LIFETIME_MAX, ServiceAccount
from interfaces.cli.shared.composition import answered, command_cause, composed

_SCOPES = ", ".join(sorted(SCOPES))


@click.group("service-accounts")
def service_accounts() -> None:
    """Let machines in, with keys of their own."""


@service_accounts.command(
    epilog="""\b
Examples:
  daybook service-accounts create Prometheus --scope operations:read
  daybook service-accounts create "ERP of Harbour" --scope payments:read --scope ledger:read --bank 41"""
)
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    required=True,
    help=f"What it may do, as often as needed: {_SCOPES}. With --bank, what auditors of that bank may.",
)
@click.option("--bank", help="Integer id or uid of the one bank that it sees.")
def create(name: str, scopes: tuple[str, ...], bank: str | None) -> None:
    """Make an account, which can do nothing until it has a key."""
    new = NewServiceAccount(name=name, scopes=scopes, bank_id=None if bank is None else named(bank))

    async def created(services: Services) -> Carried:
        return await services.of(ServiceAccounts).create(new, _call(services))

    with composed("service-accounts create") as services:
        carried = answered(services, created)
    click.echo(f"Service account {carried.id} ({carried.uid}).")


@service_accounts.command(
    epilog="""\b
Examples:
  daybook service-accounts key 43
  curl -H "Authorization: Bearer $(daybook service-accounts key 43 --days 1)" http://127.0.0.1:8000/metrics"""
)
@click.argument("account")
@click.option(
    "--days",
    type=click.IntRange(1, KEY_LIFETIME_MAX.days),
    default=90,
    show_default=True,
    help="How long it is good.",
)
def key(account: str, days: int) -> None:
    """Print a new key of ACCOUNT (id or uid), which nobody can show again."""

    async def issued(services: Services) -> IssuedKey:
        asked = ServiceKeyRequest(expires_at=services.clock.now() + timedelta(days=days))
        accounts = services.of(ServiceAccounts)
        return (await accounts.issue_key(account, asked, _call(services)))[0]

    with composed("service-accounts key") as services:
        told = answered(services, issued)
    click.echo(told.key)
    click.echo(f"Key {told.uid}, good until {told.expires_at:%Y-%m-%d %H:%M} UTC.", err=True)


@service_accounts.command(epilog="\b\nExamples:\n  daybook service-accounts revoke 43 KEY_UID")
@click.argument("account")
@click.argument("key_uid")
def revoke(account: str, key_uid: str) -> None:
    """Let a key of ACCOUNT be good no more, at once."""

    async def revoked(services: Services) -> Carried:
        return await services.of(ServiceAccounts).revoke_key(account, key_uid, _call(services))

    with composed("service-accounts revoke") as services:
        answered(services, revoked)
    click.echo("It lets nobody in any more.")


@service_accounts.command(epilog="\b\nExamples:\n  daybook service-accounts deactivate 43")
@click.argument("account")
def deactivate(account: str) -> None:
    """Take ACCOUNT out of use for good, and all its keys, at once."""

    async def ended(services: Services) -> Carried:
        return await services.of(ServiceAccounts).deactivate(account, _call(services))

    with composed("service-accounts deactivate") as services:
        answered(services, ended)
    click.echo("It is out of use.")


@service_accounts.command("list", epilog="\b\nExamples:\n  daybook service-accounts list")
def list_() -> None:
    """Every account with what it holds, and its keys."""

    async def found(services: Services) -> list[tuple[UUID, ServiceAccount, Sequence[ShownKey]]]:
        accounts = services.of(ServiceAccounts)
        return [
            (uid, account, await accounts.keys(uid, THE_LOCAL_OPERATOR))
            for uid, account in await accounts.all()
        ]

    with composed("service-accounts list") as services:
        listed = answered(services, found)
    for uid, account, keys in listed:
        state = "" if account.is_active else ", out of use"
        sees = f", bank {account.bank_uid}" if account.bank_uid else ""
        click.echo(f"{uid}  {account.name}: {', '.join(sorted(account.scopes))}{sees}{state}")
        for it in keys:
            used = f"{it.used_at:%Y-%m-%d %H:%M}" if it.used_at else "never"
            until = f"{it.expires_at:%Y-%m-%d}"
            click.echo(f"  {it.uid}  {it.prefix}…  {it.status} until {until}, used {used}")


def _call(services: Services) -> Call:
    return Call(principal=THE_LOCAL_OPERATOR, cause=command_cause(services.new_id()))
