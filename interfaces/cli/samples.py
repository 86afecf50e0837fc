"""`daybook samples`: files and people of firms that do not exist, the same for the same seed."""

import datetime as dt
import hashlib
from contextlib import suppress
from functools import partial
from importlib.metadata import version
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path
from typing import BinaryIO

import click

from application.imports.requests import ImportOutcome, ImportPlan, ImportRequest
from application.imports.use_cases import Imports
from application.shared.permissions import LOCAL_OPERATOR
from application.shared.ports import Idempotency
from application.shared.samples import (
    SAMPLE_SOURCE,
    SampleDay,
    SampleDays,
    SampleFile,
    is_of_others,
    sample_days,
    sample_files,
    sample_people,
)
from application.shared.samples import samples as all_samples
from application.shared.services import Services
from domain.imports import ImportMode
from domain.shared.errors import Conflict, Malformed
from domain.shared.ids import derived
from interfaces.cli.imports import report
from interfaces.cli.shared.composition import answered, command_cause, composed
from interfaces.cli.shared.options import OUTPUT
from interfaces.cli.shared.progress import importing

SAMPLE_ROWS = 2_400
SAMPLE_SEED = 1

_SEED = click.option(
    "--seed", type=int, default=SAMPLE_SEED, show_default=True, help="Same seed, same file."
)


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
    @_SEED
    @OUTPUT
    def write(rows: int, seed: int, output: BinaryIO) -> None:
        text = TextIOWrapper(output, encoding="utf-8", newline="")
        sample.write(text, rows, seed)
        text.detach().flush()

    return write


for _sample in sample_files():
    samples.add_command(sample_command(_sample))


def days_command(sample: SampleDays) -> click.Command:
    """The command that writes sample files of one kind, a day each."""
    name = sample.kind.name

    @click.command(
        name,
        help=f"Write CSV files of made-up {name} into FOLDER, one a day, with the faults that real files have.",
        epilog=f"""\b
Examples:
  daybook samples {name} incoming
  daybook samples {name} --days 31 --rows 5000 --seed 7 --first 2026-01-01 incoming""",
    )
    @click.option("--days", type=click.IntRange(1, 3_660), default=sample.days, show_default=True)
    @click.option(
        "--rows",
        type=click.IntRange(0, 100_000_000),
        default=sample.rows,
        show_default=True,
        help="About so many a day.",
    )
    @_SEED
    @click.option(
        "--first",
        type=click.DateTime(["%Y-%m-%d"]),
        default=sample.first.isoformat(),
        show_default=True,
        help="The first day.",
    )
    @click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
    def write(days: int, rows: int, seed: int, first: dt.datetime, folder: Path) -> None:
        for one in sample.write(days, rows, seed, first.date()):
            file = folder / one.path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(one.text, encoding="utf-8", newline="")
            click.echo(file)

    return write


for _days in sample_days():
    samples.add_command(days_command(_days))


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
    help="Two banks and their people too, who all have the password of DAYBOOK_DEMO_PASSWORD. In the embedded "
    "database it need not be set; a published one is taken.",
)
def load(people: bool) -> None:
    """Import the sample files of each kind, unless the book has anything of that kind already.

    Killed half-way it leaves nothing of a file, or of the people some; run again it goes on. A book that had people of
    its own before any sample is left as it is.
    """
    password = _password() if people else None
    with composed("samples load", patiently=True) as services:
        if is_of_others(services.log):
            click.echo("The book has people of its own; no sample was loaded into it.")
            return
        for sample in all_samples():
            if sample.is_loaded(services.log):
                name = sample.kind.name
                click.echo(f"The book has {name} already; no sample was imported.")
            elif isinstance(sample, SampleFile):
                report(_load_file(services, sample))
            elif isinstance(sample, SampleDays):
                _load_days(services, sample)
        if people:
            answered(services, partial(_load_people, password=password))
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


def _load_days(services: Services, sample: SampleDays) -> None:
    """Import every day, bad rows put aside; a file that cannot be read at all is a rejected run, as in earnest."""
    for one in sample.write(sample.days, sample.rows, SAMPLE_SEED, sample.first):
        try:
            report(_load_day(services, sample, one), faults_shown=0)
        except Malformed as error:
            click.echo(f"{one.path} was refused: {error}", err=True)


def _load_day(services: Services, sample: SampleDays, one: SampleDay) -> ImportOutcome:
    imports, cause = services.of(Imports), command_cause(services.new_id())
    start = dt.datetime.combine(one.day, dt.time(), dt.UTC)
    request = ImportRequest(
        kind=sample.kind, source=SAMPLE_SOURCE, file_name=one.path, mode=ImportMode.QUARANTINE
    )
    plan = ImportPlan(
        location=f"{SAMPLE_SOURCE}/{one.path}",
        trigger=SAMPLE_SOURCE,
        code_version=version("daybook"),
        interval_start=start,
        interval_end=start + dt.timedelta(days=1),
    )
    run_id = derived(SAMPLE_SOURCE, sample.kind.name, one.path)
    with suppress(Conflict):  # begun before, and perhaps not brought to its end
        imports.schedule(request, plan, cause, run_id)
    content = one.text.encode()
    with importing(one.path, len(content)) as progress:
        return imports.take(run_id, BytesIO(content), cause, progress)


def _password() -> str | None:
    """What the people of the samples sign in with: the published password only where nobody else comes near.

    Raises:
        Malformed: none is set, and the database is not the embedded one.
    """
    from infrastructure.identity.settings import IdentitySettings
    from infrastructure.shared.settings import read_settings

    settings = read_settings()
    given = settings.of(IdentitySettings).demo_password
    if given is None and settings.database_url:
        raise Malformed(
            "DAYBOOK_DEMO_PASSWORD is not set; a password for the people of the samples was expected, since others "
            "may reach the database of DATABASE_URL",
            code="bad_settings",
        )
    return given


async def _load_people(services: Services, password: str | None) -> None:
    for people in sample_people():
        await people.load(services, password or people.password)
