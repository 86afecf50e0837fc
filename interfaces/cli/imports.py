"""`daybook import`: files, through the event log; the same code path as the HTTP interface's."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from interfaces.cli.shared.composition import composed
from interfaces.cli.shared.errors import FAULTS_SHOWN
from interfaces.cli.shared.progress import importing

if TYPE_CHECKING:
    from application.imports.requests import ImportOutcome
    from application.services import Services
    from application.shared.ports import Cause


@click.group(name="import")
def import_() -> None:
    """Import files into the book."""


@import_.command(
    epilog="""\b
Examples:
  daybook import expenses march.csv
  daybook import expenses reisen.csv --source travel --locale de_DE --date-format D.M.YYYY
  daybook import expenses march.csv --mode valid_only
  zcat big.csv.gz | daybook import expenses -"""
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@click.option(
    "--source",
    default="expenses",
    show_default=True,
    help="Where the rows come from. The same row of the same source is recorded once, whatever file it is in.",
)
@click.option(
    "--mode",
    type=click.Choice(["all_or_nothing", "valid_only"]),
    default="all_or_nothing",
    show_default=True,
    help="What a bad row does: nothing is stored, or only it is left out.",
)
@click.option(
    "--locale",
    default="en_US",
    show_default=True,
    help="How amounts are written: en_US, de_DE, ...",
)
@click.option(
    "--currency", help="ISO 4217 code for amounts that name none, or whose sign several share."
)
@click.option(
    "--date-format",
    default="M/D/YYYY",
    show_default=True,
    help="Order in dates; ISO dates are always read.",
)
def expenses(
    file: str, source: str, mode: str, locale: str, currency: str | None, date_format: str
) -> None:
    """Import a CSV FILE of expenses, or `-` for standard input.

    The header names the columns departments, project_name, amount, date and member_name. Importing the same file
    again adds nothing. Bad rows are listed with row, column and reason; exit code 1 if nothing was stored for them.
    """
    from application.imports.requests import FileForm, ImportRequest
    from domain.imports import ImportMode

    request = ImportRequest(
        source=source,
        file_name="standard input" if file == "-" else Path(file).name,
        mode=ImportMode(mode),
        form=FileForm(locale=locale, currency=currency, date_format=date_format),
    )
    with composed("import") as services, click.open_file(file, "rb") as opened:
        size_bytes = None if file == "-" else Path(file).stat().st_size
        with importing(request.file_name, size_bytes) as progress:
            outcome = services.imports.run(request, opened, command_cause(services), None, progress)
    report(outcome)


def command_cause(services: "Services") -> "Cause":
    """The operator at this terminal, by a command of its own."""
    from application.shared.permissions import LOCAL_OPERATOR
    from application.shared.ports import Cause

    command_id = services.new_id()
    return Cause(actor=LOCAL_OPERATOR, correlation_id=command_id, causation_id=command_id)


def report(outcome: "ImportOutcome") -> None:
    """Say what an import did, bad rows first."""
    for fault in outcome.faults[:FAULTS_SHOWN]:
        place = f"row {fault.row}, {fault.column}" if fault.column else f"row {fault.row}"
        click.echo(f"  {place}: {fault.reason}", err=True)
    if outcome.bad_rows:
        click.echo(f"{outcome.bad_rows:,} bad rows were left out.", err=True)
    click.echo(
        f"{outcome.imported:,} of {outcome.rows:,} rows recorded, {outcome.already_known:,} known already "
        f"(import {outcome.import_id})."
    )
