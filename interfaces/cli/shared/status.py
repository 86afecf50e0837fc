"""`daybook status`: whether all is well, in one look."""

from collections.abc import Iterator

import click
import msgspec

from application.shared.checkpoints import SILENT_S_MAX, ProjectionStatus
from application.shared.reactions.ports import ReactionCounts
from application.shared.services import Services
from interfaces.cli.shared.composition import answered, composed
from interfaces.cli.shared.errors import FAILED
from interfaces.cli.shared.projections import table


class Looked(msgspec.Struct, frozen=True, kw_only=True):
    """What was found at one look, and what of it is wrong, in sentences."""

    projections: tuple[ProjectionStatus, ...]
    reactions: ReactionCounts
    wrong: tuple[str, ...]


@click.command(epilog="\b\nExamples:\n  daybook status\n  daybook status --json")
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of tables.")
def status(as_json: bool) -> None:
    """Print how far everything is and whether anybody looks after it; exit code 1 if something is wrong."""
    with composed("status") as services:
        looked = answered(services, _look)
    if as_json:
        click.echo(msgspec.json.encode(looked).decode())
    else:
        _show(looked)
    if looked.wrong:
        raise SystemExit(FAILED)


async def _look(services: Services) -> Looked:
    await services.health.check()
    projections = tuple(await services.checkpoints.statuses())
    reactions = await services.reactions.counts()
    wrong = (*_wrong_with_projections(projections), *_wrong_with_reactions(reactions))
    if not await services.health.takes_writes():
        wrong = ("the database is only to be read: no command is carried out", *wrong)
    return Looked(projections=projections, reactions=reactions, wrong=wrong)


def _wrong_with_projections(statuses: tuple[ProjectionStatus, ...]) -> Iterator[str]:
    away = [each for each in statuses if each.is_away]
    if away:
        yield f"nothing is known of {len(away)} read models: {away[0].error}"
    for each in statuses:
        if not each.is_sound and not each.is_away:
            yield (
                f"{each.name} is {each.state}, {each.lag:,} events and {each.lag_s:.0f} s behind, and its follower "
                f"{_heard(each.silent_s)}"
            )


def _wrong_with_reactions(counts: ReactionCounts) -> Iterator[str]:
    if counts.halted:
        yield f"reactions are not planned: {counts.halted}"
    if counts.overdue or counts.parked:
        yield f"{counts.overdue:,} reactions are overdue and {counts.parked:,} parked"
    for who, silent_s in (
        ("who plans reactions", counts.planner_silent_s),
        ("the last worker", counts.workers_silent_s),
    ):
        if silent_s is None or silent_s > SILENT_S_MAX:
            yield f"{who} {_heard(silent_s)}"


def _heard(silent_s: float | None) -> str:
    return "never gave a sign of life" if silent_s is None else f"was heard {silent_s:.0f} s ago"


def _show(looked: Looked) -> None:
    counts = looked.reactions
    click.echo(table(looked.projections))
    click.echo(
        f"reactions: {counts.pending:,} pending, {counts.running:,} running, {counts.overdue:,} overdue, "
        f"{counts.parked:,} parked; planned up to position {counts.position:,}"
    )
    for sentence in looked.wrong:
        click.echo(f"WRONG: {sentence}")
    if not looked.wrong:
        click.echo("All is well.")
