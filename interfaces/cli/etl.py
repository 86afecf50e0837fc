"""`daybook etl`: the pipeline of transactions, as a whole or step by step."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from uuid import UUID

import click

from application.etl.pipeline import DayOrder, Pipeline, Worker
from application.shared.permissions import LOCAL_OPERATOR
from domain.imports import LogLine
from domain.shared.numbers import read_decimal
from interfaces.cli.imports import report
from interfaces.cli.shared.composition import composed


class _Day(click.ParamType[dt.date]):
    """A day as YYYY-MM-DD."""

    name = "YYYY-MM-DD"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> dt.date:
        """The day, or wrong usage."""
        try:
            return dt.date.fromisoformat(str(value))
        except (ValueError, ArithmeticError):  # no number, or none that compares
            self.fail(f"{value} is not a day; YYYY-MM-DD was expected", param, ctx)


class _Ratio(click.ParamType[Decimal]):
    """A part of a whole, 0 to 1."""

    name = "RATIO"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> Decimal:
        """The part, or wrong usage."""
        try:
            ratio = read_decimal(str(value))
            is_part = 0 <= ratio <= 1
        except ValueError:
            is_part = False
        if not is_part:
            self.fail(f"{value} is not a number from 0 to 1", param, ctx)
        return ratio


_DATE = click.option("--date", "day", type=_Day(), required=True, help="The day to load.")
_SOURCE = click.option(
    "--source",
    metavar="PATH",
    help="A file, a folder with a file `transactions-YYYY-MM-DD.csv` per day, or an address that fsspec opens; {day} "
    "in it stands for the date. DAYBOOK_ETL_SOURCE if left out.",
)
_RATIO = click.option(
    "--max-reject-ratio",
    "ratio",
    type=_Ratio(),
    help="Fail the run before it loads if a larger part of its rows is bad, 0 to 1.",
)
_TRIGGER = click.option("--trigger", default="manual", show_default=True, help="What began it.")
_RUN = click.argument("run", type=click.UUID)
_STEPS = """\b
Example, the steps of one run:
  run=$(daybook etl begin --date 2026-11-20)
  daybook etl extract $run && daybook etl transform $run && daybook etl load $run"""


@click.group(
    epilog="""\b
Examples:
  daybook etl run --date 2026-11-20 --source days/
  daybook etl run --date 2026-11-20 --source 'https://files.example/{day}.csv' --max-reject-ratio 0.05
  run=$(daybook etl begin --date 2026-11-20 --extract) && daybook etl transform $run && daybook etl load $run"""
)
def etl() -> None:
    """Load the transactions of a day: extract, transform, load.

    Each step is on record with its run. What cannot be read is put aside with a reason, and the same day again changes
    nothing. Exit code 1 if a run fails: nothing of it is stored then.
    """


@etl.command("run", epilog="Example: daybook etl run --date 2026-11-20 --source days/")
@_DATE
@_SOURCE
@_RATIO
@_TRIGGER
def run_(day: dt.date, source: str | None, ratio: Decimal | None, trigger: str) -> None:
    """Load a day from beginning to end."""
    with _pipeline("etl run") as pipeline:
        order = DayOrder(day=day, source=source, max_reject_ratio=ratio, trigger=trigger)
        report(pipeline.run(order, _WORKER))


@etl.command(epilog=_STEPS)
@_DATE
@_SOURCE
@_RATIO
@_TRIGGER
@click.option("--extract", "fetch", is_flag=True, help="Do the first step as well.")
def begin(
    day: dt.date, source: str | None, ratio: Decimal | None, trigger: str, fetch: bool
) -> None:
    """Begin a run for a day and print its id, for the steps that follow."""
    with _pipeline("etl begin") as pipeline:
        order = DayOrder(day=day, source=source, max_reject_ratio=ratio, trigger=trigger)
        run = pipeline.begin(order, _WORKER)
        if fetch:
            pipeline.extract(run, _WORKER, source)
        click.echo(run)


@etl.command(epilog=_STEPS)
@_RUN
@_SOURCE
def extract(run: UUID, source: str | None) -> None:
    """Fetch the file of a RUN and check its header.

    The source is named again only if it holds credentials, which are nowhere on record.
    """
    with _pipeline("etl extract") as pipeline:
        pipeline.extract(run, _WORKER, source)


@etl.command(epilog=_STEPS)
@_RUN
def transform(run: UUID) -> None:
    """Read the rows of the file of a RUN."""
    with _pipeline("etl transform") as pipeline:
        pipeline.transform(run, _WORKER)


@etl.command(epilog=_STEPS)
@_RUN
def load(run: UUID) -> None:
    """Load the rows of a RUN into the book, all or none."""
    with _pipeline("etl load") as pipeline:
        report(pipeline.load(run, _WORKER))


def _tell(line: LogLine) -> None:
    click.echo(f"{line.level.upper()} {line.message}", err=True)


_WORKER = Worker(LOCAL_OPERATOR, _tell)


@contextmanager
def _pipeline(purpose: str) -> Iterator[Pipeline]:
    with composed(purpose) as services:
        yield services.of(Pipeline)
