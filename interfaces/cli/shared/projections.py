"""`daybook projections`: where the read models stand, and how to make them anew."""

from collections.abc import Sequence

import click
import msgspec

from application.shared.checkpoints import OtherVersion, ProjectionStatus
from application.shared.read_models import TableComparison
from interfaces.cli.shared.composition import answered, composed
from interfaces.cli.shared.errors import FAILED
from interfaces.cli.shared.progress import replaying


@click.group()
def projections() -> None:
    """See to the read models."""


@projections.command(
    epilog="\b\nExamples:\n  daybook projections status\n  daybook projections status --json"
)
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of a table.")
def status(as_json: bool) -> None:
    """Print where each read model stands; exit code 1 if one is halted, or nothing is known of it."""
    with composed("projections status") as services:
        statuses = answered(services, lambda it: it.checkpoints.statuses())
    click.echo(msgspec.json.encode(statuses).decode() if as_json else table(statuses))
    if any(projection.state == "halted" or projection.is_away for projection in statuses):
        raise SystemExit(FAILED)


@projections.command(epilog="\b\nExample:\n  daybook projections rebuild expenses")
@click.argument("name")
def rebuild(name: str) -> None:
    """Build the read model NAME anew from the log, compare it with the live one, and switch.

    Queries are answered throughout; killed half-way it leaves the live read model as it was.
    """
    with composed("projections rebuild") as services, replaying(f"Rebuilding {name}") as progress:
        rebuilt = services.read_models.rebuild(name, progress)
    _show(rebuilt.comparisons, "rebuilt")
    click.echo(
        f"{name} version {rebuilt.version} was rebuilt up to position {rebuilt.position:,} "
        f"in {rebuilt.duration_s:.1f} s and is live."
    )


@projections.command(
    epilog="\b\nExamples:\n  daybook projections verify\n  daybook projections verify expenses"
)
@click.argument("names", nargs=-1)
def verify(names: tuple[str, ...]) -> None:
    """Replay the log into a scratch copy and compare it with the live read model NAMES, or all of them.

    Exit code 1 if a table does not say what the log says; `daybook projections rebuild` puts that right.
    """
    with composed("projections verify") as services:
        results = []
        for name in names or services.read_models.names():
            with replaying(f"Verifying {name}") as progress:
                results.append(services.read_models.verify(name, progress))
    for verified in results:
        _show(verified.comparisons, "replayed")
        verdict = "says what the log says" if verified.equal else "DIFFERS from the log"
        click.echo(
            f"{verified.projection} version {verified.version} {verdict} "
            f"(position {verified.position:,}, {verified.duration_s:.1f} s)."
        )
    if not all(verified.equal for verified in results):
        raise SystemExit(FAILED)


@projections.command(
    epilog="\b\nExamples:\n  daybook projections retire\n  daybook projections retire expenses --force"
)
@click.argument("names", nargs=-1)
@click.option(
    "--force", is_flag=True, help="Even if somebody still follows the log for one, or reads it."
)
def retire(names: tuple[str, ...], force: bool) -> None:
    """Remove every version but this code's of the read models NAMES, or of all.

    After an upgrade, when nobody will go back; exit code 1 if one is still in use, and nothing is removed.
    """
    with composed("projections retire") as services:
        retired = services.read_models.retire(names, force=force)
    for each in retired:
        click.echo(f"{each.projection} version {each.version} is gone ({_size(each.size)}).")
    if not retired:
        click.echo("There is no version but this code's.")


def _size(size: int) -> str:
    return f"{size / 1_000_000:,.1f} MB"


def _show(comparisons: Sequence[TableComparison], copy: str) -> None:
    for comparison in comparisons:
        mark = "equal" if comparison.equal else "DIFFERENT"
        click.echo(
            f"  {comparison.table:<24} {mark:<9} live {comparison.live_rows:,} rows, "
            f"{copy} {comparison.replayed_rows:,} rows"
        )


def table(statuses: Sequence[ProjectionStatus]) -> str:
    """The statuses for people: one line each, with the error of a halted one below it."""
    lines = [
        f"{'projection':<24} {'version':>7} {'state':<9} {'position':>12} {'lag':>12} {'seconds':>9}"
    ]
    for status in statuses:
        lines.append(
            f"{status.name:<24} {status.version:>7} {status.state:<9} {status.position:>12,} {status.lag:>12,}"
            f" {status.lag_s:>9,.1f}"
        )
        if status.error:
            lines.append(f"  {status.error}")
        lines += [_beside(each) for each in status.others]
    return "\n".join(lines)


def _beside(other: OtherVersion) -> str:
    followed = "followed" if other.is_followed else "followed by nobody, `retire` removes it"
    return (
        f"{'  beside':<24} {other.version:>7} {other.state:<9} {other.position:>12,} {other.lag:>12,}"
        f"  {_size(other.size)}, {followed}"
    )
