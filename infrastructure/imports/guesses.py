"""What the options of a file seem to be, from its first part, with the reason for each.

A guess is shown, never used: it becomes an option only when somebody confirms it. What fits is found by trying: a file
is read with what is known so far, and what stands against that proposes the next option.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from io import BytesIO
from itertools import islice

from babel import Locale

from application.imports.ports import Guess
from application.shared.import_kinds import (
    AMOUNT,
    CURRENCY,
    DATE,
    DATE_FORMAT,
    HEADER_ROW,
    IGNORED,
    LOCALE,
    RENAMED,
    TOTALS,
    FileColumn,
)
from domain.shared.errors import Invalid, Malformed
from infrastructure.imports.amounts import amount_reader
from infrastructure.imports.dates import SERIAL, date_reader
from infrastructure.imports.headers import HeadRow, matched
from infrastructure.imports.layouts import plain_name, written_names
from infrastructure.imports.sheets import COLUMNS_MAX, UnreadableRow
from infrastructure.imports.table import first_rows, opened_table

LOOKED_AT_ROWS = 200
_TRIES = 12
_LOCALES = ("en_US", "de_DE", "fr_FR", "de_CH", "en_IN", "sv_SE", "es_ES", "pl_PL")
_DATE_FORMATS = (
    "M/D/YYYY",
    "D/M/YYYY",
    "D.M.YYYY",
    "D-M-YYYY",
    "M-D-YYYY",
    "YYYY/M/D",
    "YYYY.M.D",
    "D-MMM-YYYY",
    "D-MMM-YY",
    "D. MMM YYYY",
    "D MMM YYYY",
    "YYYY年M月D日",
    SERIAL,
)
_CONTRARY = ({"M/D/YYYY", "D/M/YYYY"}, {"M-D-YYYY", "D-M-YYYY"})
"""What no file means at once; if it seems so, somebody has to look."""

_OF_CURRENCY = ("currency_missing", "ambiguous_symbol", "currency_contradicts", "unknown_currency")
_TOTALS = re.compile(
    r"\s*(sub ?totals?|grand total|totals?|sums?|summe|gesamt(?:summe)?|zwischensumme|somme|totaal|suma|razem|合计)\b",
    re.IGNORECASE,
)
# One pass whatever the text: a cell is as long as its writer likes.
_VALUE = re.compile(r"(?=\D*\d)[\s\d.,:/€$£+()%-]*|")

Sample = Sequence[Sequence[str]]
Options = Mapping[str, str]


def guesses(
    data: bytes, columns: Sequence[FileColumn], options: Options, given: Options, decimal: str
) -> list[Guess]:
    """What seems to fit of the options that were not given, in the order in which it was found.

    `options` are those that hold as things are: the given ones, and defaults.
    """
    found: list[Guess] = []
    for _ in range(_TRIES):
        known = {**options, **{it.option: it.value for it in found if it.value is not None}}
        settled = {*given, *(it.option for it in found)}
        more = [it for it in _next(data, columns, known, decimal) if it.option not in settled]
        if not more:
            break
        found += more
    return found


def _next(
    data: bytes, columns: Sequence[FileColumn], options: Options, decimal: str
) -> Iterator[Guess]:
    try:
        with opened_table(BytesIO(data), columns, options, decimal) as table:
            if table.header.is_export:
                return
            rows = [cells for _, cells in islice(table, LOOKED_AT_ROWS)]
            whole = [it for it in rows if not isinstance(it, UnreadableRow)]
            pick = table.picker(columns)
            fitting = [pick(cells) for cells in whole if len(cells) == table.width]
            totals = _totals_in(whole, [place for place in table.places if place is not None])
    except Malformed as error:
        proposal: Mapping[str, str] = error.facts.get("proposal", {})
        for option, value in proposal.items():
            yield Guess(option=option, value=value, reason=error.detail)
        if error.code == "wrong_header" and not proposal:
            yield from _header_guesses(data, columns, options, decimal)
        return
    if totals and TOTALS.name not in options:
        reason = f"a row begins with {totals[0]!r} and lacks values"
        yield Guess(option=TOTALS.name, value=written_names(totals), reason=reason)
    yield from fitting_options(columns, options, fitting)


def _totals_in(rows: Sequence[Sequence[str]], places: Sequence[int]) -> list[str]:
    """The words that rows which lack a value begin with, if they are words for totals."""
    lacking = [row for row in rows if any(at >= len(row) or not row[at].strip() for at in places)]
    firsts = (next((cell for cell in row if cell.strip()), "") for row in lacking)
    words = (found[1] for first in firsts if (found := _TOTALS.match(first)))
    return list(dict.fromkeys(words))


def _header_guesses(
    data: bytes, columns: Sequence[FileColumn], options: Options, decimal: str
) -> Iterator[Guess]:
    """Which row names the columns, and which column is which, where too few of the names are known."""
    rows = first_rows(BytesIO(data), options, decimal)
    header = _header_in(rows, len([it for it in columns if it.required]))
    if header is None:
        return
    number, cells = header
    below = [row for at, row in rows if at > number]
    renamed, reason = _columns_by(cells, below, columns)
    if not renamed:
        return
    first = next((at for at, row in rows if any(row)), 1)
    if number != first and HEADER_ROW.name not in options:
        reason_of_row = f"row {number} is the first that looks like names of columns"
        yield Guess(option=HEADER_ROW.name, value=str(number), reason=reason_of_row)
    yield Guess(option=RENAMED.name, value=written_names(renamed), reason=reason)
    known = {column.name for column in columns}
    rest = [it.strip() for it in cells if it.strip() and it.strip() not in renamed]
    rest = [it for it in rest if plain_name(it) not in known]
    if rest and IGNORED.name not in options:
        yield Guess(
            option=IGNORED.name, value=written_names(rest), reason="no column is like these"
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
        if column.name in missing and column.name not in renamed.values() and column.cell in _FITS:
            fits = partial(_FITS[column.cell], locale=None)
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


def fitting_options(
    columns: Sequence[FileColumn], options: Options, sample: Sample
) -> Iterator[Guess]:
    """Options under which whole columns can be read that cannot be read under the given ones."""
    for at, column in enumerate(columns):
        texts = [row[at].strip() for row in sample if row[at].strip()]
        if not texts or column.cell not in _FITS:
            continue
        if column.cell is AMOUNT:
            yield from _amount_options(column.name, texts, options)
        else:
            yield from _date_options(column.name, texts, options)


def _amount_options(column: str, texts: Sequence[str], options: Options) -> Iterator[Guess]:
    given = options[LOCALE.name]
    fitting = _locales(texts)
    if given.replace("-", "_") not in fitting and not _are_amounts(texts, given) and fitting:
        others = f", and so {', '.join(fitting[1:])} would" if fitting[1:] else ""
        reason = f"every {column} looks like {fitting[0]}{others}: {texts[0][:50]}"
        yield Guess(option=LOCALE.name, value=fitting[0], reason=reason)
    elif CURRENCY.name not in options and (code := _currency_fault(texts[0], given)):
        reason = f"{texts[0][:50]!r} does not say of which currency it is ({code}): declare it"
        yield Guess(option=CURRENCY.name, value=None, reason=reason)


def _locales(texts: Sequence[str], locale: Locale | None = None) -> list[str]:  # noqa: ARG001
    return [name for name in _LOCALES if _are_amounts(texts, name)]


def _are_amounts(texts: Sequence[str], locale: str) -> bool:
    read = amount_reader(Locale.parse(locale.replace("-", "_")), None)
    return all(_code(read, text) in (None, *_OF_CURRENCY) for text in texts)


def _currency_fault(text: str, locale: str) -> str | None:
    code = _code(amount_reader(Locale.parse(locale.replace("-", "_")), None), text)
    return code if code in ("currency_missing", "ambiguous_symbol") else None


def _code(read: Callable[[str], object], text: str) -> str | None:
    try:
        read(text)
    except Invalid as error:
        return error.code
    return None


def _date_options(column: str, texts: Sequence[str], options: Options) -> Iterator[Guess]:
    locale = (
        Locale.parse(options[LOCALE.name].replace("-", "_")) if LOCALE.name in options else None
    )
    held = options[DATE_FORMAT.name]
    given = date_reader(held, locale)
    if all(_code(given, text) is None for text in texts):
        if other := _other_days(texts, given, locale):
            reason = f"it is the usual one, but {other} would give other days: {texts[0][:50]}"
            yield Guess(option=DATE_FORMAT.name, value=held, reason=reason)
        return
    formats = _formats(texts, locale)
    if formats:
        single = [it for it in _DATE_FORMATS if ";" not in formats[0] and it in formats]
        others = f", and so {', '.join(single[1:])} would" if single[1:] else ""
        reason = f"every {column} looks like {formats[0]}{others}: {texts[0][:50]}"
        yield Guess(option=DATE_FORMAT.name, value=formats[0], reason=reason)


def _other_days(
    texts: Sequence[str], given: Callable[[str], object], locale: Locale | None
) -> str | None:
    """A format that reads all of these texts, too, as other days."""
    days = list(map(given, texts))
    for each in _formats(texts, locale):
        if ";" not in each and list(map(date_reader(each, locale), texts)) != days:
            return each
    return None


def _formats(texts: Sequence[str], locale: Locale | None = None) -> list[str]:
    """The formats that read all of these texts; if none does, the few that do together, as one."""
    readers = {it: date_reader(it, locale) for it in _DATE_FORMATS}
    read = {
        it: {text for text in texts if _code(reader, text) is None}
        for it, reader in readers.items()
    }
    whole = [it for it in _DATE_FORMATS if len(read[it]) == len({*texts})]
    if whole:
        return whole
    left, together = {*texts}, list[str]()
    while left:
        best = max(_DATE_FORMATS, key=lambda it: len(read[it] & left))
        if not read[best] & left:
            return []
        together.append(best)
        left -= read[best]
    return [] if any({*together} >= pair for pair in _CONTRARY) else [";".join(together)]


_FITS: Mapping[object, Callable[..., list[str]]] = {AMOUNT: _locales, DATE: _formats}
"""By kind of cell, how values of it would be written; none if they are not such values."""
