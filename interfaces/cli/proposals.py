"""`daybook proposals`: for somebody at the machine itself, who may confirm whatever waits for a second person."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import click

from application.proposals.use_cases import Proposals, Rejection
from application.shared.commands import Call
from application.shared.permissions import THE_LOCAL_OPERATOR
from application.shared.services import Services
from interfaces.cli.shared.composition import answered, command_cause, composed

T = TypeVar("T")

_FIELDS = "id,kind,summary,status,proposed_by_name,expires_at"


@click.group()
def proposals() -> None:
    """Confirm or reject what waits for a second person."""


@proposals.command(name="list", epilog="\b\nExample:\n  daybook proposals list")
@click.option("--all", "with_decided", is_flag=True, help="Also those that were decided.")
def list_(with_decided: bool) -> None:
    """Print the proposals that wait, the newest first."""
    rows = _run("proposals list", lambda services: _page(services, with_decided=with_decided))
    for row in rows:
        until = f"until {row['expires_at']:%Y-%m-%d %H:%M}Z"
        click.echo(f"{row['id']:>8}  {row['kind']:<12} {row['status']:<10} {until}")
        click.echo(f"{'':>10}{row['summary']} (proposed by {row['proposed_by_name']})")
    if not rows:
        click.echo("Nothing waits.")


@proposals.command(epilog="\b\nExample:\n  daybook proposals confirm 52")
@click.argument("proposal", metavar="ID")
def confirm(proposal: str) -> None:
    """Have the proposal ID (its number or uid) done."""
    _run("proposals confirm", lambda it: it.of(Proposals).confirm(proposal, _call(it)))
    click.echo(f"Proposal {proposal} is confirmed.")


@proposals.command(
    epilog='\b\nExample:\n  daybook proposals reject 52 --reason "Nobody knows them"'
)
@click.argument("proposal", metavar="ID")
@click.option("--reason", help="What the proposer gets to read: 1 to 500 characters.")
def reject(proposal: str, reason: str | None) -> None:
    """Have the proposal ID (its number or uid) not done."""
    rejection = Rejection(reason=reason)
    _run("proposals reject", lambda it: it.of(Proposals).reject(proposal, rejection, _call(it)))
    click.echo(f"Proposal {proposal} is rejected.")


async def _page(services: Services, *, with_decided: bool) -> list[dict[str, Any]]:
    from projections.proposals import PROPOSALS
    from projections.shared.query.lists import parse_list

    waiting = [] if with_decided else [("status", "waiting")]
    query = parse_list(PROPOSALS.collection, [*waiting, ("sort", "-id"), ("fields", _FIELDS)])
    return list((await services.queries.page(PROPOSALS.collection, query)).rows)


def _call(services: Services) -> Call:
    return Call(principal=THE_LOCAL_OPERATOR, cause=command_cause(services.new_id()))


def _run(purpose: str, use: Callable[[Services], Awaitable[T]]) -> T:
    with composed(purpose) as services:
        return answered(services, use)
