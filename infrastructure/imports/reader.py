"""CSV files of any kind, row by row: from the text of cells to facts, or to all that is wrong with a row."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from operator import call, itemgetter
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.localedata import locale_identifiers

from application.imports.ports import BadRow, Make, Readable, Reader, ReadRow
from application.shared.import_kinds import (
    AMOUNT,
    CURRENCY,
    DATE,
    DATE_FORMAT,
    LOCALE,
    TEXT,
    Cell,
    FileColumn,
    csv_line,
)
from domain.imports import RowFault, row_fault
from domain.shared.errors import Fault, Invalid, nearest
from domain.shared.events import Event
from domain.shared.money import decimals_of
from domain.shared.rules import clean_text, fault_of
from infrastructure.imports.amounts import amount_reader
from infrastructure.imports.dates import date_reader
from infrastructure.imports.lines import text_lines
from infrastructure.imports.table import Cells, Table, UnreadableRow

Options = Mapping[str, str]
ReadCell = Callable[[str], Any]

_SHOWN_LENGTH = 200
_CACHE_SIZE = 1 << 14


class CsvReader(Reader):
    """The reader of `application.imports.ports.Reader` for CSV in UTF-8."""

    def check(self, options: Options) -> None:
        faults = [
            fault_of(option.name, rule, options[option.name])
            for option, rule in _OPTION_RULES.items()
            if option.name in options
        ]
        found = [fault for fault in faults if fault]
        if found:
            raise Invalid("the form of the file cannot be used", faults=found)

    def rows(
        self, file: Readable, columns: Sequence[FileColumn], options: Options, make: Make
    ) -> Iterator[ReadRow]:
        """The rows of the file, as the port says. Blank rows are passed over."""
        table = Table(text_lines(file), columns)
        read = _row_reader(columns, options, make)
        pick, width = _picker(table.places), table.width
        for number, cells in table:
            if isinstance(cells, UnreadableRow) or len(cells) != width:
                yield number, _misshapen(number, cells, width), ()
            else:
                values = pick(cells)
                yield number, read(number, values), values

    def row_reader(
        self, columns: Sequence[FileColumn], options: Options, make: Make
    ) -> Callable[[int, Mapping[str, str]], Event | BadRow]:
        read = _row_reader(columns, options, make)
        return lambda number, cells: read(number, [cells.get(it.name, "") for it in columns])


def _row_reader(
    columns: Sequence[FileColumn], options: Options, make: Make
) -> Callable[[int, Sequence[str]], Event | BadRow]:
    """A function from the number and the cells of a row to its fact, or to all that is wrong with it."""
    readers = [_cell_reader(column, options) for column in columns]
    amounts = [place for place, column in enumerate(columns) if column.cell is AMOUNT]

    def read(number: int, values: Sequence[str]) -> Event | BadRow:
        try:
            return make(*map(call, readers, values))
        except Invalid as error:
            faults = _faults_in(values, columns, readers) or _faults_of(error)
            found = (_read_or_none(readers[place], values[place]) for place in amounts)
            return BadRow(
                tuple(row_fault(number, fault) for fault in faults), measured=next(found, None)
            )

    return read


def _read_or_none(read: ReadCell, text: str) -> tuple[str, Decimal] | None:
    try:
        amount, currency = read(text)
    except (Invalid, TypeError):  # an amount that is not required may be none
        return None
    return currency, amount


_READERS: dict[Cell, Callable[[Options], ReadCell]] = {
    TEXT: lambda _: clean_text,
    AMOUNT: lambda it: amount_reader(_locale_of(it[LOCALE.name]), it.get(CURRENCY.name)),
    DATE: lambda it: date_reader(it[DATE_FORMAT.name], _declared_locale(it)),
}


def _cell_reader(column: FileColumn, options: Options) -> ReadCell:
    read, rule = _READERS[column.cell](options), column.rule
    if column.required and rule is None:
        return read

    # What a column holds repeats within a file, so a rule is asked once for each value.
    @lru_cache(maxsize=_CACHE_SIZE)
    def ruled(text: str) -> Any:
        if not column.required and not text.strip():
            return None
        value = read(text)
        return value if rule is None else rule(value)

    return ruled


def _picker(places: Sequence[int | None]) -> Callable[[Cells], Sequence[str]]:
    """A function from the cells of a row to those of the columns, blank for a column that the file does not have."""
    known = [place for place in places if place is not None]
    if len(known) == len(places) > 1:
        return itemgetter(*known)
    return lambda cells: ["" if place is None else cells[place] for place in places]


def _faults_in(
    values: Iterable[str], columns: Sequence[FileColumn], readers: Sequence[ReadCell]
) -> list[Fault]:
    told = zip(columns, readers, values, strict=True)
    faults = [fault_of(column.name, read, value) for column, read, value in told]
    return [fault for fault in faults if fault]


def _faults_of(error: Invalid) -> Sequence[Fault]:
    # Each value is good by itself: it is the row as a whole that is not.
    return error.faults or [Fault(detail=error.detail, code=error.code)]


def _misshapen(number: int, cells: Cells | UnreadableRow, width: int) -> BadRow:
    if isinstance(cells, UnreadableRow):
        reason = f"not readable as CSV: {cells}"
        return BadRow((RowFault(row=number, code="unreadable_row", reason=reason),))
    fault = RowFault(
        row=number,
        value=",".join(cells)[:_SHOWN_LENGTH],
        code="ragged_row",
        reason=f"it has {len(cells)} values, and the header names {width} columns",
    )
    return BadRow((fault,), raw=csv_line(cells))


def _locale_of(name: str) -> Locale:
    """The locale of a name such as `en_US` or `de-DE`.

    Raises:
        Invalid: CLDR knows no locale of this name; the nearest is named.
    """
    try:
        return Locale.parse(name.replace("-", "_"))
    except (UnknownLocaleError, ValueError, TypeError):
        near = nearest(name[:50].replace("-", "_"), locale_identifiers())
        hint = f"; {near} is near" if near else ""
        raise Invalid(
            f"{name[:50]!r} is not a locale such as en_US or de_DE{hint}", code="unknown_locale"
        ) from None


def _declared_locale(options: Options) -> Locale | None:
    """The locale of the file, where its kind has one: it names the months."""
    return _locale_of(options[LOCALE.name]) if LOCALE.name in options else None


_OPTION_RULES: dict[Any, Callable[[str], object]] = {
    LOCALE: _locale_of,
    DATE_FORMAT: date_reader,
    CURRENCY: decimals_of,
}
