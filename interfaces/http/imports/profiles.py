"""Profiles of files over HTTP, and what a preview of a file answers."""

import msgspec

from application.imports.ports import Guess, Preview, PreviewCell, PreviewRow
from application.imports.profiles import Profiles
from application.imports.requests import ImportRequest
from application.shared.permissions import Permission, everything
from domain.imports.profiles import ConfirmProfile
from interfaces.http.shared.collections import list_route, record_route
from interfaces.http.shared.command_routes import ends, starts
from interfaces.http.shared.histories import history_route
from interfaces.http.shared.resources import Resource
from projections.imports import IMPORT_PROFILES

RESOURCE = Resource(
    collection=IMPORT_PROFILES.collection,
    noun="profile",
    permission=Permission.IMPORTS_PROFILE,
    path="/imports/profiles",
    scope=everything,
)


class NewProfile(msgspec.Struct, frozen=True, kw_only=True):
    """A profile to confirm: of which kind and source, and the options of an import of such files."""

    kind: str
    source: str
    options: dict[str, str]


class ImportPreview(msgspec.Struct, frozen=True, kw_only=True):
    """How a file would be read; nothing was recorded.

    `profile` can be confirmed as it is by `POST /imports/profiles`; `guesses` says which of its options were not
    declared and why they seem to be so, and names those without a value that have to be declared.
    """

    profile: NewProfile
    guesses: tuple[Guess, ...]
    read_as: dict[str, str]
    rows: tuple[PreviewRow, ...]


def preview_of(asked: ImportRequest, preview: Preview) -> ImportPreview:
    """What a preview is answered with."""
    return ImportPreview(
        profile=NewProfile(kind=asked.kind.name, source=asked.source, options=preview.options),
        guesses=preview.guesses,
        read_as=preview.read_as,
        rows=preview.rows,
    )


_OPTIONS = {"locale": "de_DE", "date_format": "D.M.YYYY", "columns": "Betrag=amount"}
PREVIEW_EXAMPLE = ImportPreview(
    profile=NewProfile(kind="expenses", source="finance-export", options=_OPTIONS),
    guesses=(
        Guess(option="locale", value="de_DE", reason="every amount looks like de_DE: 1.200,00 €"),
    ),
    read_as={"format": "csv", "encoding": "utf-8", "delimiter": ";", "header_row": "1"},
    rows=(
        PreviewRow(
            row=2,
            cells=(
                PreviewCell(column="amount", text="1.200,00 €", value="1200.00 EUR"),
                PreviewCell(
                    column="date",
                    text="2.13.2021",
                    code="no_such_date",
                    reason="there is no day 2 in month 13 of 2021 (read as D.M.YYYY)",
                ),
            ),
        ),
    ),
)

ROUTES = [
    *list_route(RESOURCE),
    *record_route(RESOURCE),
    history_route(RESOURCE, "import"),
    starts(
        RESOURCE,
        Profiles.confirm,
        NewProfile(kind="expenses", source="finance-export", options=_OPTIONS),
        into=ConfirmProfile,
        permission=Permission.IMPORTS_PROFILE,
        summary="Confirm what files of a source are like",
        description="The next import of this kind and source uses it, unless it names another one or `none`; what it "
        "declares itself goes before. Confirming other options makes the next version; the same again changes "
        "nothing. `preview=true` on an import proposes one.",
    ),
    ends(
        RESOURCE,
        Profiles.withdraw,
        permission=Permission.IMPORTS_PROFILE,
        summary="Withdraw a profile",
        description="Nothing is deleted: it stays readable with the status `withdrawn`, and no import uses it until "
        "one is confirmed again.",
    ),
]
