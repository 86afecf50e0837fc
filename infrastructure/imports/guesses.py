"""What the options of a file seem to be, from its first part, with the reason for each.

A guess is shown, never used: it becomes an option only when somebody confirms it. What fits is found by trying: a file
is read with what is known so far, and what stands against that proposes the next option.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import partial
from io import BytesIO
from itertools import islice

import msgspec

from application.imports.ports import Guess, Readable
from application.shared.import_kinds import (
    AS_ANY_FILE,
    HEADER_ROW,
    IGNORED,
    RENAMED,
    SHEET,
    TOTALS,
    FileColumn,
    FileLimits,
    written_names,
)
from domain.shared.errors import Malformed
from domain.shared.rules import fault_of
from infrastructure.imports.cells import UnreadableRow
from infrastructure.imports.fitting import FITS, fitting_options
from infrastructure.imports.headers import HeadRow, exactly_named, matched
from infrastructure.imports.layouts import RULES, plain_name
from infrastructure.imports.notices import COLUMNS_MAX
from infrastructure.imports.table import WORKBOOK_START, Table, first_rows, opened_table
from infrastructure.imports.workbooks import Workbook, opened_workbook

LOOKED_AT_ROWS = 200
_TRIES = 12
_TOTALS = re.compile(
    r"\s*(sub ?totals?|grand total|totals?|sums?|summe|gesamt(?:summe)?|zwischensumme|somme|totaal|suma|razem|合计)\b",
    re.IGNORECASE,
)
# One pass whatever the text: a cell is as long as its writer likes.
_VALUE = re.compile(r"(?=\D*\d)[\s\d.,:/€$£+()%-]*|")

Sample = Sequence[Sequence[str]]
Options = Mapping[str, str]


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """What is tried on a file, of which the first part is enough, or on a workbook that is open, as columns of a kind.

    `decimal` is the decimal sign under options.
    """

    source: bytes | Workbook
    columns: Sequence[FileColumn]
    decimal: Callable[[Options], str]
    limits: FileLimits = AS_ANY_FILE
    today: dt.date | None = None

    def opened(self, options: Options) -> AbstractContextManager[Table]:
        """The table that it is under these options; raises `Malformed`."""
        return opened_table(self._file(), self.columns, options, self.decimal(options), self.limits)

    def first_rows(self, options: Options) -> list[HeadRow]:
        """Its first rows, whatever they are."""
        return first_rows(self._file(), options, self.decimal(options), self.limits)

    def _file(self) -> Readable | Workbook:
        return self.source if isinstance(self.source, Workbook) else BytesIO(self.source)


def guesses(trial: Trial, options: Options, given: Options) -> list[Guess]:
    """What seems to fit of the options that were not given, in the order in which it was found.

    `options` are those that hold as things are: the given ones, and defaults.
    """
    if isinstance(trial.source, bytes) and trial.source.startswith(WORKBOOK_START):
        # Opened once, however often it is tried: what its sheets share is read once, too.
        try:
            with opened_workbook(BytesIO(trial.source), trial.limits) as workbook:
                return guesses(msgspec.structs.replace(trial, source=workbook), options, given)
        except Malformed:
            return []
    found: list[Guess] = []
    for _ in range(_TRIES):
        known = {**options, **{it.option: it.value for it in found if it.value is not None}}
        settled = {*given, *(it.option for it in found)}
        more = [_usable(it) for it in _next(trial, known) if it.option not in settled]
        if not more:
            break
        found += more
    return found


def _usable(guess: Guess) -> Guess:
    """The guess, without its value if that cannot be declared: a name may have characters that cannot be written."""
    rule = next((check for it, check in RULES.items() if it.name == guess.option), None)
    if rule is None or guess.value is None or fault_of(guess.option, rule, guess.value) is None:
        return guess
    return msgspec.structs.replace(guess, value=None, is_sure=False)


def _next(trial: Trial, options: Options) -> Iterator[Guess]:
    columns = trial.columns
    try:
        with trial.opened(options) as table:
            if table.header.is_export:
                return
            rows = [cells for _, cells in islice(table, LOOKED_AT_ROWS)]
            whole = [it for it in rows if not isinstance(it, UnreadableRow)]
            pick = table.picker(columns)
            fitting = [pick(cells) for cells in whole if len(cells) == table.width]
            totals = _totals_in(whole, [place for place in table.places if place is not None])
    except Malformed as error:
        yield from _otherwise(trial, options, error)
        return
    if totals and TOTALS.name not in options:
        reason = f"a row begins with {totals[0]!r} and lacks values"
        yield Guess(option=TOTALS.name, value=written_names(totals), reason=reason)
    names = [table.header.names[place] for place in table.places if place is not None]
    yield from fitting_options(columns, options, fitting, names, trial.today)


def _otherwise(trial: Trial, options: Options, error: Malformed) -> Iterator[Guess]:
    """Options under which the file may be a table, which it is not under these."""
    proposal: Mapping[str, str] = error.facts.get("proposal", {})
    if error.code == "several_sheets":
        sheets: Sequence[str] = error.facts["sheets"]
        fitting = [it for it in sheets[:_TRIES] if _has_header(trial, {**options, SHEET.name: it})]
        yield Guess(
            option=SHEET.name,
            value=(*fitting, *sheets)[0],
            reason=error.detail,
            choices=tuple(fitting or sheets),
            is_sure=len(fitting) == 1,
        )
        return
    is_header = error.code == "wrong_header"
    if is_header and (exact := [*_header_guesses(trial, options, is_exact=True)]):
        yield from exact
        return
    for option, value in proposal.items():
        yield Guess(option=option, value=value, reason=error.detail)
    if is_header and not proposal:
        yield from _header_guesses(trial, options)


def _has_header(trial: Trial, options: Options) -> bool:
    """Whether the file names every column under these options, by a name that is known for it."""
    try:
        with trial.opened(options):
            return True
    except Malformed as error:
        return error.code == "wrong_header" and bool(
            [*_header_guesses(trial, options, is_exact=True)]
        )


def _totals_in(rows: Sequence[Sequence[str]], places: Sequence[int]) -> list[str]:
    """The words that rows which lack a value begin with, if they are words for totals."""
    lacking = [row for row in rows if any(at >= len(row) or not row[at].strip() for at in places)]
    firsts = (next((cell for cell in row if cell.strip()), "") for row in lacking)
    words = (found[1] for first in firsts if (found := _TOTALS.match(first)))
    return list(dict.fromkeys(words))


def _header_guesses(trial: Trial, options: Options, *, is_exact: bool = False) -> Iterator[Guess]:
    """Which row names the columns, and which column is which, where too few of the names are known.

    What is exact goes by names that are known for a column alone, and is sure.
    """
    columns, rows = trial.columns, trial.first_rows(options)
    wanted = options.get(HEADER_ROW.name)
    rows_of_interest = [it for it in rows if wanted is None or it[0] == int(wanted)]
    if is_exact:
        header = next((it for it in rows_of_interest if exactly_named(it[1], columns)), None)
    else:
        header = _header_in(rows_of_interest, len([it for it in columns if it.required]))
    if header is None:
        return
    number, cells = header
    below = [row for at, row in rows if at > number]
    if is_exact:
        renamed, reason = exactly_named(cells, columns), "these are other names of the columns"
    else:
        renamed, reason = _columns_by(cells, below, columns)
    if not renamed:
        yield _unnamed(cells, columns)
        return
    first = next((at for at, row in rows if any(row)), 1)
    if number != first and HEADER_ROW.name not in options:
        reason_of_row = f"row {number} is the first that looks like names of columns"
        yield Guess(
            option=HEADER_ROW.name, value=str(number), reason=reason_of_row, is_sure=is_exact
        )
    yield Guess(
        option=RENAMED.name,
        value=written_names(renamed),
        reason=reason,
        choices=tuple(it.strip() for it in cells if it.strip()),
        is_sure=is_exact,
    )
    known = {column.name for column in columns}
    rest = [it.strip() for it in cells if it.strip() and it.strip() not in renamed]
    rest = [it for it in rest if plain_name(it) not in known]
    if rest and IGNORED.name not in options:
        yield Guess(
            option=IGNORED.name, value=written_names(rest), reason="no column is like these"
        )


def _unnamed(cells: Sequence[str], columns: Sequence[FileColumn]) -> Guess:
    """That the columns have to be named, by what the file calls its own."""
    wanted = ", ".join(it.name for it in columns if it.required)
    return Guess(
        option=RENAMED.name,
        value=None,
        reason=f"which columns are {wanted} cannot be told: declare them",
        choices=tuple(it.strip() for it in cells if it.strip()),
    )


def _header_in(rows: Sequence[HeadRow], width: int) -> HeadRow | None:
    for number, cells in rows:
        filled = [cell for cell in cells if cell.strip()]
        if width <= len(filled) <= COLUMNS_MAX and not any(
            _VALUE.fullmatch(cell) for cell in filled
        ):
            return number, list(cells)
    return None


def _columns_by(
    names: Sequence[str], below: Sample, columns: Sequence[FileColumn]
) -> tuple[dict[str, str], str]:
    """Which name of the file stands for which column, by the name or by what is under it; nothing if one is open."""
    plain = [plain_name(name) for name in names]
    missing = {it.name: it.also for it in columns if it.name not in plain}
    known = {it.name for it in columns}
    unknown = [it.strip() for it in names if it.strip() and plain_name(it) not in known]
    renamed = matched(unknown, missing)
    by_content = list[str]()
    places = {it.strip(): place for place, it in reversed([*enumerate(names)])}
    for column in columns:
        if column.name in missing and column.name not in renamed.values() and column.cell in FITS:
            fits = partial(FITS[column.cell], locale=None)
            like = [it for it in unknown if it not in renamed and _all_fit(it, places, below, fits)]
            if len(like) == 1:
                renamed[like[0]] = column.name
                by_content.append(like[0])
    required = {it.name for it in columns if it.required and it.name in missing}
    reason = "these names are like those of the columns"
    if by_content:
        reason += f"; {', '.join(by_content)} by the values"
    return (renamed, reason) if required <= {*renamed.values()} else ({}, "")


def _all_fit(
    name: str, places: Mapping[str, int], below: Sample, fits: Callable[[Sequence[str]], object]
) -> bool:
    at = places[name]
    texts = [row[at] for row in below if at < len(row) and row[at].strip()]
    return bool(texts) and bool(fits(texts))
