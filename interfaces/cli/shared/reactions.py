"""`daybook reactions`: what is to be done because of events, and what keeps failing."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import click
import msgspec

from application.shared.permissions import LOCAL_OPERATOR
from application.shared.reactions.ports import PlanComparison, ReactionStatus
from application.shared.services import Services
from interfaces.cli.shared.composition import answered, composed
from interfaces.cli.shared.errors import FAILED
from interfaces.cli.shared.progress import replaying

T = TypeVar("T")

_SHOWN_MAX = 20
_OPEN = "pending,running,parked"
_FIELDS = "id,kind,state,failures,position,due_at,last_error"


@click.group()
def reactions() -> None:
    """See to the reactions: mail to send, payments to make."""


@reactions.command(
    name="list",
    epilog="""\b
Examples:
  daybook reactions list
  daybook reactions list --state parked
  daybook reactions list --state done --limit 5 --json""",
)
@click.option(
    "--state",
    default=_OPEN,
    show_default=True,
    help="Only these states, separated by commas: pending, running, done, parked, discarded.",
)
@click.option(
    "--limit", type=click.IntRange(1, 1000), default=100, show_default=True, help="At most so many."
)
@click.option("--json", "as_json", is_flag=True, help="Lines of JSON instead of a table.")
def list_(state: str, limit: int, as_json: bool) -> None:
    """Print reactions, the newest first."""
    rows = _run("reactions list", lambda services: _page(services, state, limit))
    encode = msgspec.json.Encoder(decimal_format="string").encode
    text = "\n".join(encode(row).decode() for row in rows) if as_json else table(rows)
    click.echo(text, nl=bool(rows) or not as_json)


def _changing(name: str, meaning: str) -> click.Command:
    """The command that makes `Reactions` do this to one reaction."""

    def change(identity: str) -> None:
        status: ReactionStatus = _run(
            f"reactions {name}", lambda it: getattr(it.reactions, name)(identity, LOCAL_OPERATOR)
        )
        error = f"; last error: {status.last_error}" if status.last_error else ""
        click.echo(f"Reaction {status.id} ({status.kind}) is {status.state}{error}.")

    example = f"\b\nExample:\n  daybook reactions {name} 7"
    identity = click.Argument(["identity"], metavar="ID")
    return click.Command(name, params=[identity], callback=change, help=meaning, epilog=example)


for _name, _meaning in (
    ("retry", "Make the reaction ID (its number or uid) due at once, with its failures forgotten."),
    ("discard", "Give the reaction ID (its number or uid) up: its effect does not happen."),
):
    reactions.add_command(_changing(_name, _meaning))


@reactions.command(epilog="\b\nExample:\n  daybook reactions verify")
def verify() -> None:
    """Plan the log anew in memory, and name the reactions that are missing or too much.

    Exit code 1 if there are any; `daybook reactions replan` adds what is missing.
    """
    with composed("reactions verify") as services, replaying("Planning") as progress:
        compared = services.reactions.verify(progress)
    _show(compared)
    if compared.missing or compared.extra:
        raise SystemExit(FAILED)


@reactions.command(epilog="\b\nExample:\n  daybook reactions replan")
def replan() -> None:
    """Add the reactions that the log asks for and that are missing; they are carried out soon.

    What is too much stays: `daybook reactions discard` gives it up.
    """
    with composed("reactions replan") as services, replaying("Planning") as progress:
        compared = services.reactions.replan(progress)
    _show(compared)
    click.echo(f"{len(compared.missing):,} added.")


def _show(compared: PlanComparison) -> None:
    for one in compared.missing[:_SHOWN_MAX]:
        click.echo(f"  missing   {one.kind:<24} position {one.position:>10}  subject {one.subject}")
    for row in compared.extra[:_SHOWN_MAX]:
        click.echo(f"  too much  {row.kind:<24} position {row.position:>10}  reaction {row.id}")
    click.echo(
        f"Up to position {compared.position:,} the log asks for {compared.planned:,} reactions: "
        f"{len(compared.missing):,} missing, {len(compared.extra):,} too much."
    )


async def _page(services: Services, state: str, limit: int) -> list[dict[str, Any]]:
    from projections.shared.query.lists import parse_list
    from projections.shared.reactions import REACTIONS

    query = parse_list(
        REACTIONS, [("state[in]", state), ("limit", str(limit)), ("fields", _FIELDS)]
    )
    page = await services.queries.page(REACTIONS, query)
    return list(page.rows)


def _run(purpose: str, use: Callable[[Services], Awaitable[T]]) -> T:
    with composed(purpose) as services:
        return answered(services, use)


def table(rows: list[dict[str, Any]]) -> str:
    """The reactions for people: one line each, with its last error below it."""
    lines = [f"{'id':>8} {'kind':<24} {'state':<10} {'failures':>8} {'position':>10}  due at"]
    for row in rows:
        lines.append(
            f"{row['id']:>8} {row['kind']:<24} {row['state']:<10} {row['failures']:>8} {row['position']:>10}"
            f"  {row['due_at']:%Y-%m-%d %H:%M:%S}Z"
        )
        if row["last_error"]:
            lines.append(f"{'':>9}{row['last_error']}")
    return "\n".join(lines)
