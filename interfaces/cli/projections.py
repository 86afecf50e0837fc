"""`daybook projections`: where the read models stand, and how to make them anew."""

import asyncio
from typing import TYPE_CHECKING

import click
import msgspec

from interfaces.cli.composition import composed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from application.ports import ProjectionStatus


@click.group()
def projections() -> None:
    """See to the read models."""


@projections.command(
    epilog="\b\nExamples:\n  daybook projections status\n  daybook projections status --json"
)
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of a table.")
def status(as_json: bool) -> None:
    """Print where each read model stands; exit code 1 if one is halted."""
    with composed("projections status") as services:
        statuses = asyncio.run(services.checkpoints.statuses())
    click.echo(msgspec.json.encode(statuses).decode() if as_json else table(statuses))
    if any(projection.state == "halted" for projection in statuses):
        raise SystemExit(1)


def table(statuses: "Sequence[ProjectionStatus]") -> str:
    """The statuses for people: one line each, with the error of a halted one below it."""
    lines = [f"{'projection':<16} {'version':>7} {'state':<9} {'position':>12} {'lag':>12}"]
    for status in statuses:
        lines.append(
            f"{status.name:<16} {status.version:>7} {status.state:<9} {status.position:>12,} {status.lag:>12,}"
        )
        if status.error:
            lines.append(f"  {status.error}")
    return "\n".join(lines)
