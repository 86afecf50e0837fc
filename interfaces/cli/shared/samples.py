"""`daybook samples`: expenses and people of firms that do not exist, the same for the same seed."""

import asyncio
import hashlib
from io import BytesIO, StringIO, TextIOWrapper
from typing import TYPE_CHECKING, BinaryIO

import click

from domain.expenses import ExpenseRecorded
from domain.shared.events import names_read_as
from interfaces.cli.imports import report
from interfaces.cli.shared.composition import command_cause, composed
from interfaces.cli.shared.progress import importing

if TYPE_CHECKING:
    from application.imports.requests import ImportOutcome
    from application.services import Services

SAMPLE_ROWS = 2_400
SAMPLE_SEED = 1
SAMPLE_SOURCE = "sample"


@click.group()
def samples() -> None:
    """Make or load sample data."""


@samples.command(
    epilog="""\b
Examples:
  daybook samples expenses -o sample.csv
  daybook samples expenses --rows 1000000 --seed 7 -o million.csv"""
)
@click.option("--rows", type=click.IntRange(0, 100_000_000), default=SAMPLE_ROWS, show_default=True)
@click.option(
    "--seed", type=int, default=SAMPLE_SEED, show_default=True, help="Same seed, same file."
)
@click.option(
    "-o",
    "--output",
    type=click.File("wb"),
    default="-",
    help="File to write; standard output if none.",
)
def expenses(rows: int, seed: int, output: BinaryIO) -> None:
    """Write a CSV file of made-up expenses in the format `daybook import expenses` reads."""
    from infrastructure.expenses.samples import write_sample

    text = TextIOWrapper(output, encoding="utf-8", newline="")
    write_sample(text, rows, seed)
    text.detach().flush()


@samples.command(
    epilog="""\b
Examples:
  daybook samples load
  daybook samples load --people"""
)
@click.option(
    "--people/--no-people",
    default=False,
    show_default=True,
    help="Two banks and their people too, who all have one published password: for this machine only.",
)
def load(people: bool) -> None:
    """Import the sample expenses once, unless the book has expenses already.

    Killed half-way it leaves nothing, or of the people some; run again it goes on.
    """
    with composed("samples load") as services:
        if services.log.page(0, 1, names=names_read_as(ExpenseRecorded)).events:
            click.echo("The book has expenses already; no sample was imported.")
        else:
            report(_load_expenses(services))
        if people:
            asyncio.run(_load_people(services))
            click.echo("Banks and people to sign in as are there.")


def _load_expenses(services: "Services") -> "ImportOutcome":
    from application.expenses.import_kind import KIND as EXPENSE_FILES
    from application.imports.requests import ImportRequest
    from application.shared.permissions import LOCAL_OPERATOR
    from application.shared.ports import Idempotency
    from infrastructure.expenses.samples import write_sample

    text = StringIO(newline="")
    write_sample(text, SAMPLE_ROWS, SAMPLE_SEED)
    content = text.getvalue().encode()
    request = ImportRequest(kind=EXPENSE_FILES, source=SAMPLE_SOURCE, file_name="sample.csv")
    # Two loads at once: the log takes one, and answers the other with its outcome.
    once = Idempotency(
        scope=LOCAL_OPERATOR,
        key="sample-expenses",
        request_hash=hashlib.sha256(content).digest(),
    )
    with importing("sample expenses", len(content)) as progress:
        cause = command_cause(services.new_id())
        return services.imports.run(request, BytesIO(content), cause, once, progress)


async def _load_people(services: "Services") -> None:
    from infrastructure.banks.demo import load_demo

    try:
        await load_demo(services)
    finally:
        await services.aclose()
