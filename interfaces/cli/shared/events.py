"""`daybook events`: the log as lines of JSON."""

from collections.abc import Iterable
from typing import BinaryIO

import click
import msgspec

from application.shared.ports import EventLog, RecordedEvent
from application.shared.services import Services
from domain.shared.account_numbers import masked_fact
from interfaces.cli.shared.composition import answered, composed
from interfaces.cli.shared.options import OUTPUT

_PAGE_EVENTS = 5_000
_NAMES = click.option(
    "--name", "names", multiple=True, help="Only events of this name; may be repeated."
)

_ENVELOPE = [
    "position",
    "stream_id",
    "version",
    "name",
    "actor",
    "correlation_id",
    "causation_id",
    "recorded_at",
]
"""What a line says beside the payload, in this order."""


@click.group()
def events() -> None:
    """Read the event log."""


@events.command(
    epilog="""\b
Examples:
  daybook events tail
  daybook events tail -n 0 --name expense.recorded.v2
  daybook events tail --no-follow -n 3"""
)
@click.option(
    "-n",
    "--last",
    type=click.IntRange(0),
    default=10,
    show_default=True,
    help="Start this far back.",
)
@_NAMES
@click.option("--follow/--no-follow", default=True, show_default=True, help="Wait for what comes.")
def tail(last: int, names: tuple[str, ...], follow: bool) -> None:
    """Print the last events of the log, then each new one as it is recorded, as lines of JSON."""
    with composed("events tail") as services:
        head = services.log.head()
        for event in _pages(services.log, max(0, head - last), head, names):
            click.echo(line(masked(event)))
        if follow:
            answered(services, lambda it: _follow(it, head, names))


@events.command(
    epilog="""\b
Examples:
  daybook events export -o events.ndjson
  daybook events export --after 1000 --name expense.recorded.v2 | head"""
)
@OUTPUT
@click.option(
    "--after",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    help="Start past this position.",
)
@click.option("--until", type=click.IntRange(0), help="Last position; the end of the log if none.")
@_NAMES
def export(output: BinaryIO, after: int, until: int | None, names: tuple[str, ...]) -> None:
    """Write the log, or a part of it, as lines of JSON in the order of positions.

    Facts are written as they were recorded, account numbers in full: keep the file as you keep the database.
    """
    with composed("events export") as services:
        end = services.log.head() if until is None else min(until, services.log.head())
        output.writelines(
            line(event).encode() + b"\n" for event in _pages(services.log, after, end, names)
        )


def line(recorded: RecordedEvent) -> str:
    """One event with its envelope as a line of JSON; its payload as it was recorded."""
    envelope = {name: getattr(recorded, name) for name in _ENVELOPE}
    told = {**envelope, "payload": msgspec.Raw(recorded.content)}
    return msgspec.json.encode(told).decode()


def masked(recorded: RecordedEvent) -> RecordedEvent:
    """The event with its account numbers masked, for screens; an export is complete."""
    return msgspec.structs.replace(recorded, payload=masked_fact(recorded.content))


def _pages(
    log: EventLog, after: int, until: int, names: tuple[str, ...]
) -> Iterable[RecordedEvent]:
    while after < until:
        page = log.page(after, _PAGE_EVENTS, names=names or None, until=until)
        yield from page.events
        after = page.until


async def _follow(services: Services, after: int, names: tuple[str, ...]) -> None:
    async for page in services.log.follow(after):
        for event in page.events:
            if not names or event.name in names:
                click.echo(line(masked(event)))
