"""`daybook import`: files, through the event log; the same code path as the HTTP interface's."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import click

from application.imports.grounds import named_by
from application.imports.ports import Preview
from application.imports.profiles import Profiles
from application.imports.requests import NO_PROFILE, ImportOutcome, ImportRequest, modes_of
from application.imports.use_cases import Imports
from application.shared.commands import Call, Carried
from application.shared.import_kinds import ImportKind, Reference, import_kinds
from application.shared.permissions import THE_LOCAL_OPERATOR
from application.shared.services import Services
from domain.imports import ImportMode
from domain.imports.profiles import ConfirmProfile
from domain.shared.errors import NotFound
from domain.shared.numbers import read_decimal
from interfaces.cli.shared.composition import answered, command_cause, composed
from interfaces.cli.shared.errors import FAULTS_SHOWN, flags, shown_value
from interfaces.cli.shared.progress import importing


@click.group(name="import")
def import_() -> None:
    """Import files into the book."""


def import_command(kind: ImportKind[Any]) -> click.Command:
    """The command that imports files of this kind."""

    def run(
        file: str,
        source: str,
        mode: str,
        max_reject_ratio: str | None,
        profile: str | None,
        preview: bool,
        confirm: bool,
        **given: Any,
    ) -> None:
        refers_to = {it.name: given.pop(it.name) for it in _required(kind)}
        request = ImportRequest(
            kind=kind,
            source=source,
            file_name="standard input" if file == "-" else Path(file).name,
            mode=ImportMode(mode),
            options={name: value for name, value in given.items() if value is not None},
            profile=profile,
            max_reject_ratio=_ratio(max_reject_ratio),
            refers_to=refers_to,
        )
        if preview or confirm:
            return _preview(request, file, confirm)
        with composed("import") as services, click.open_file(file, "rb") as opened:
            size_bytes = None if file == "-" else Path(file).stat().st_size
            cause = command_cause(services.new_id())
            with importing(request.file_name, size_bytes) as progress:
                outcome = services.of(Imports).run(request, opened, cause, None, progress)
        return report(outcome)

    return click.Command(
        kind.name,
        params=_parameters(kind),
        callback=run,
        help=f"""Import a FILE of {kind.name}, CSV or an Excel workbook, or `-` for standard input.

        The header names the columns {_listed(kind.column_names)}. Importing the same file
        again adds nothing. Bad rows are listed with row, column and reason; exit code 1 if nothing was stored for them.
        """,
        epilog=_examples(kind),
    )


def _required(kind: ImportKind[Any]) -> list[Reference]:
    return [it for it in kind.references if it.is_required]


def _names(reference: Reference) -> str:
    return f"Its integer id{f' or {reference.called}' if reference.called else ''} will do, too."


def _found(reference: Reference) -> Callable[[click.Context, click.Parameter, str], UUID]:
    def found(_: click.Context, __: click.Parameter, given: str) -> UUID:
        with composed("import") as services:
            try:
                return named_by(services.log, reference, given)
            except NotFound as error:
                raise click.BadParameter(error.detail) from None

    return found


def _parameters(kind: ImportKind[Any]) -> list[click.Parameter]:
    return [
        click.Argument(["file"], type=click.Path(exists=True, dir_okay=False, allow_dash=True)),
        click.Option(
            ["--source"],
            default=kind.name,
            show_default=True,
            help="Where the rows come from. The same row of the same source is recorded once, whatever file it is in.",
        ),
        *(
            click.Option(
                [_flag(it.name)],
                required=True,
                metavar="NAME",
                callback=_found(it),
                help=f"{it.description} {_names(it)}",
            )
            for it in _required(kind)
        ),
        click.Option(
            ["--mode"],
            type=click.Choice([mode.value for mode in modes_of(kind)]),
            default=ImportMode.ALL_OR_NOTHING.value,
            show_default=True,
            help="What a bad row does: nothing is stored, only it is left out, or it is put aside as a reject.",
        ),
        click.Option(
            ["--max-reject-ratio"],
            metavar="RATIO",
            help="Store nothing if more than this part of all rows is bad: 0 to 1.",
        ),
        *(
            click.Option([_flag(it.name)], show_default=it.default or False, help=it.help)
            for it in kind.options
        ),
        click.Option(
            ["--profile"],
            callback=_profile,
            help="The uid of the profile to use, or `none`; otherwise that of the source, if one was confirmed.",
        ),
        click.Option(
            ["--preview"], is_flag=True, help="Say how the file would be read, and record nothing."
        ),
        click.Option(
            ["--confirm"],
            is_flag=True,
            help="The same, and let files of this source be read so from now on.",
        ),
    ]


def _ratio(given: str | None) -> Decimal | None:
    try:
        return None if given is None else read_decimal(given)
    except ValueError:
        raise click.BadParameter(
            f"{given!r} is not a number from 0 to 1", param_hint="--max-reject-ratio"
        ) from None


def _examples(kind: ImportKind[Any]) -> str:
    written = "".join(f" {_flag(it.name)} {it.example}" for it in kind.options if it.example)
    belonging = "".join(
        f" {_flag(it.name)} b1d2c3e4-5f60-8718-8293-a4b5c6d7e810" for it in _required(kind)
    )
    command = f"  daybook import {kind.name}{belonging}"
    return f"""\b
Examples:
{command} march.csv
{command} reisen.csv --source travel{written}
{command} march.csv --mode valid_only
{command} reisen.xlsx --source travel --preview
{command} march.csv --mode quarantine --max-reject-ratio 0.1
  zcat big.csv.gz | daybook import {kind.name}{belonging} -"""


def _flag(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _listed(names: list[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]]) if names[1:] else names[0]


def report(outcome: ImportOutcome, faults_shown: int = FAULTS_SHOWN) -> None:
    """Say what an import did, the first bad rows before that."""
    for fault in outcome.faults[:faults_shown]:
        place = f"row {fault.row}, {fault.column}" if fault.column else f"row {fault.row}"
        got = shown_value(fault.value, fault.reason)
        click.echo(f"  {place}: {fault.reason}{got}", err=True)
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
    if outcome.proposal:
        click.echo(f"What seems to fit: {flags(outcome.proposal)}", err=True)


def _profile(_: click.Context, __: click.Parameter, given: str | None) -> str | None:
    if given in (None, NO_PROFILE):
        return given
    try:
        return str(UUID(given))
    except ValueError:
        raise click.BadParameter(f"{given!r} is neither a uid nor {NO_PROFILE!r}") from None


def _preview(request: ImportRequest, file: str, confirm: bool) -> None:
    """Say how a file would be read and, if that is asked for, let the files of its source be read so."""
    with composed("import") as services:
        with click.open_file(file, "rb") as opened:
            preview = services.of(Imports).preview(request, opened)
        show_preview(preview)
        if not confirm:
            return
        new = ConfirmProfile(kind=request.kind.name, source=request.source, options=preview.options)

        async def confirmed(services: Services) -> Carried:
            call = Call(principal=THE_LOCAL_OPERATOR, cause=command_cause(services.new_id()))
            return await services.of(Profiles).confirm(new, call)

        carried = answered(services, confirmed)
    click.echo(
        f"Files of {request.source!r} are read so from now on (profile {carried.uid}, version {carried.version})."
    )


def show_preview(preview: Preview) -> None:
    """Say what was found out of a file, and its first rows as they would be read."""
    for name, text in preview.read_as.items():
        click.echo(f"{name.replace('_', ' ')}: {text}")
    for guess in preview.guesses:
        told = (
            flags({guess.option: guess.value}) if guess.value is not None else _flag(guess.option)
        )
        click.echo(f"{told}  ({guess.reason})")
    for row in preview.rows:
        cells = [
            f"{it.column}={it.value!r}"
            if it.code is None
            else f"{it.column}: {it.text!r} {it.reason}"
            for it in row.cells
        ]
        click.echo(f"  row {row.row}: {', '.join([*cells, *(it.reason for it in row.faults)])}")


for _kind in import_kinds():
    import_.add_command(import_command(_kind))
