"""`daybook import`: files, through the event log; the same code path as the HTTP interface's."""

from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import click

from application.imports.requests import ImportOutcome, ImportRequest
from application.imports.use_cases import Imports
from application.shared.import_kinds import ImportKind, import_kinds
from domain.imports import ImportMode
from interfaces.cli.shared.composition import command_cause, composed
from interfaces.cli.shared.errors import FAULTS_SHOWN
from interfaces.cli.shared.progress import importing


@click.group(name="import")
def import_() -> None:
    """Import files into the book."""


def import_command(kind: ImportKind[Any]) -> click.Command:
    """The command that imports files of this kind."""

    def run(
        file: str, source: str, mode: str, max_reject_ratio: str | None, **given: str | None
    ) -> None:
        request = ImportRequest(
            kind=kind,
            source=source,
            file_name="standard input" if file == "-" else Path(file).name,
            mode=ImportMode(mode),
            options={name: value for name, value in given.items() if value is not None},
            max_reject_ratio=_ratio(max_reject_ratio),
        )
        with composed("import") as services, click.open_file(file, "rb") as opened:
            size_bytes = None if file == "-" else Path(file).stat().st_size
            cause = command_cause(services.new_id())
            with importing(request.file_name, size_bytes) as progress:
                outcome = services.of(Imports).run(request, opened, cause, None, progress)
        report(outcome)

    return click.Command(
        kind.name,
        params=_parameters(kind),
        callback=run,
        help=f"""Import a CSV FILE of {kind.name}, or `-` for standard input.

        The header names the columns {_listed(kind.column_names)}. Importing the same file
        again adds nothing. Bad rows are listed with row, column and reason; exit code 1 if nothing was stored for them.
        """,
        epilog=_examples(kind),
    )


def _parameters(kind: ImportKind[Any]) -> list[click.Parameter]:
    return [
        click.Argument(["file"], type=click.Path(exists=True, dir_okay=False, allow_dash=True)),
        click.Option(
            ["--source"],
            default=kind.name,
            show_default=True,
            help="Where the rows come from. The same row of the same source is recorded once, whatever file it is in.",
        ),
        click.Option(
            ["--mode"],
            type=click.Choice(list(ImportMode)),
            default=ImportMode.ALL_OR_NOTHING,
            show_default=True,
            help="What a bad row does: nothing is stored, only it is left out, or it is put aside as a reject.",
        ),
        click.Option(
            ["--max-reject-ratio"],
            metavar="RATIO",
            help="Store nothing if more than this part of all rows is bad: 0 to 1.",
        ),
        *(
            click.Option([_flag(it.name)], default=it.default, show_default=True, help=it.help)
            for it in kind.options
        ),
    ]


def _ratio(given: str | None) -> Decimal | None:
    try:
        return None if given is None else Decimal(given)
    except InvalidOperation:
        raise click.BadParameter(
            f"{given!r} is not a number from 0 to 1", param_hint="--max-reject-ratio"
        ) from None


def _examples(kind: ImportKind[Any]) -> str:
    written = "".join(f" {_flag(it.name)} {it.example}" for it in kind.options if it.example)
    command = f"  daybook import {kind.name}"
    return f"""\b
Examples:
{command} march.csv
{command} reisen.csv --source travel{written}
{command} march.csv --mode valid_only
{command} march.csv --mode quarantine --max-reject-ratio 0.1
  zcat big.csv.gz | daybook import {kind.name} -"""


def _flag(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _listed(names: list[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]]) if names[1:] else names[0]


for _kind in import_kinds():
    import_.add_command(import_command(_kind))


def report(outcome: ImportOutcome) -> None:
    """Say what an import did, bad rows first."""
    for fault in outcome.faults[:FAULTS_SHOWN]:
        place = f"row {fault.row}, {fault.column}" if fault.column else f"row {fault.row}"
        click.echo(f"  {place}: {fault.reason}", err=True)
    if outcome.bad_rows:
        click.echo(f"{outcome.bad_rows:,} bad rows were left out.", err=True)
    if outcome.quarantined:
        aside = f"/imports/{outcome.import_id}/rejects"
        click.echo(f"{outcome.quarantined:,} bad rows were put aside: GET {aside}", err=True)
    more = {"corrected": outcome.corrected, "duplicates": outcome.duplicates}
    others = "".join(f", {count:,} {what}" for what, count in more.items() if count)
    click.echo(
        f"{outcome.imported:,} of {outcome.rows:,} rows recorded, {outcome.already_known:,} known already{others} "
        f"(import {outcome.import_id})."
    )
