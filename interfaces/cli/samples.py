"""`daybook samples`: files and people of firms that do not exist, the same for the same seed."""

import hashlib
from io import BytesIO, StringIO, TextIOWrapper
from typing import BinaryIO

import click

from application.imports.requests import ImportOutcome, ImportRequest
from application.imports.use_cases import Imports
from application.shared.permissions import LOCAL_OPERATOR
from application.shared.ports import Idempotency
from application.shared.samples import SampleFile, sample_files, sample_people
from application.shared.services import Services
from interfaces.cli.imports import report
from interfaces.cli.shared.composition import answered, command_cause, composed
from interfaces.cli.shared.options import OUTPUT
from interfaces.cli.shared.progress import importing

SAMPLE_ROWS = 2_400
SAMPLE_SEED = 1
SAMPLE_SOURCE = "sample"


@click.group()
def samples() -> None:
    """Make or load sample data."""


def sample_command(sample: SampleFile) -> click.Command:
    """The command that writes sample files of one kind."""
    name = sample.kind.name

    @click.command(
        name,
        help=f"Write a CSV file of made-up {name} in the format `daybook import {name}` reads.",
        epilog=f"""\b
Examples:
  daybook samples {name} -o sample.csv
  daybook samples {name} --rows 1000000 --seed 7 -o million.csv""",
    )
    @click.option(
        "--rows", type=click.IntRange(0, 100_000_000), default=SAMPLE_ROWS, show_default=True
    )
    @click.option(
        "--seed", type=int, default=SAMPLE_SEED, show_default=True, help="Same seed, same file."
    )
    @OUTPUT
    def write(rows: int, seed: int, output: BinaryIO) -> None:
        text = TextIOWrapper(output, encoding="utf-8", newline="")
        sample.write(text, rows, seed)
        text.detach().flush()

    return write


for _sample in sample_files():
    samples.add_command(sample_command(_sample))


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
        for sample in sample_files():
            if sample.is_loaded(services.log):
                name = sample.kind.name
                click.echo(f"The book has {name} already; no sample was imported.")
            else:
                report(_load_file(services, sample))
        if people:
            answered(services, _load_people)
            click.echo("Banks and people to sign in as are there.")


def _load_file(services: Services, sample: SampleFile) -> ImportOutcome:
    text = StringIO(newline="")
    sample.write(text, SAMPLE_ROWS, SAMPLE_SEED)
    content = text.getvalue().encode()
    request = ImportRequest(kind=sample.kind, source=SAMPLE_SOURCE, file_name="sample.csv")
    # Two loads at once: the log takes one, and answers the other with its outcome.
    once = Idempotency(
        scope=LOCAL_OPERATOR,
        key=f"sample-{sample.kind.name}",
        request_hash=hashlib.sha256(content).digest(),
    )
    with importing(f"sample {sample.kind.name}", len(content)) as progress:
        cause = command_cause(services.new_id())
        return services.of(Imports).run(request, BytesIO(content), cause, once, progress)


async def _load_people(services: Services) -> None:
    for people in sample_people():
        await people.load(services)
