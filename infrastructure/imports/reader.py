"""CSV files of any kind, row by row: from the text of cells to facts, or to all that is wrong with a row."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from io import BytesIO
from itertools import islice
from operator import call
from typing import Any

import msgspec
from babel import Locale, UnknownLocaleError
from babel.localedata import locale_identifiers
from babel.numbers import get_decimal_symbol

from application.imports.ports import (
    BadRow,
    Exported,
    FileRow,
    Make,
    Preview,
    PreviewCell,
    PreviewRow,
    Readable,
    Reader,
    Reading,
)
from application.shared.import_kinds import (
    AMOUNT,
    CURRENCY,
    DATE,
    DATE_FORMAT,
    EXTRA,
    LOCALE,
    RENAMED,
    TEXT,
    Cell,
    FileColumn,
    csv_line,
)
from domain.imports import RowFault, row_fault
from domain.shared.errors import Fault, Invalid, Malformed, nearest
from domain.shared.events import Event
from domain.shared.money import decimals_of
from domain.shared.rules import clean_text, fault_of
from infrastructure.imports.amounts import amount_reader
from infrastructure.imports.dates import date_reader
from infrastructure.imports.guesses import fitting_options, guesses
from infrastructure.imports.headers import UID
from infrastructure.imports.layouts import RULES, Layout, layout_of, plain_name
from infrastructure.imports.sheets import Cells, UnreadableRow
from infrastructure.imports.table import WORKBOOK_START, Table, opened_table
from infrastructure.imports.workbooks import PACKED_BYTES_MAX

Options = Mapping[str, str]
ReadCell = Callable[[str], Any]

_SHOWN_LENGTH = 200
_EXTRA_LENGTH_MAX = 10_000
_CACHE_SIZE = 1 << 14
SAMPLE_ROWS = 200
"""How many of the first rows are kept, so that something can be proposed for them."""

PREVIEW_ROWS = 20
_PART_BYTES = 1 << 20


class CsvReader(Reader):
    """The reader of `application.imports.ports.Reader` for CSV in UTF-8."""

    def check(self, options: Options, columns: Sequence[FileColumn]) -> None:
        faults = [
            fault_of(option.name, rule, options[option.name])
            for option, rule in _OPTION_RULES.items()
            if option.name in options
        ]
        if not any(faults):
            faults += _unknown_targets(columns, layout_of(options))
        found = [fault for fault in faults if fault]
        if found:
            raise Invalid("the form of the file cannot be used", faults=found)

    def rows(
        self,
        file: Readable,
        columns: Sequence[FileColumn],
        options: Options,
        make: Make,
        reading: Reading | None = None,
    ) -> Iterator[FileRow]:
        """The rows of the file, as the port says. Blank rows are passed over."""
        with opened_table(file, columns, options, _decimal_sign(options)) as table:
            yield from self._rows_of(table, columns, options, make, reading or Reading())

    def proposed(
        self, columns: Sequence[FileColumn], options: Options, sample: Sequence[Sequence[str]]
    ) -> dict[str, str]:
        """As the port says."""
        found = fitting_options(columns, options, sample)
        return {
            it.option: it.value for it in found if it.value not in (None, options.get(it.option))
        }

    def preview(
        self,
        file: Readable,
        columns: Sequence[FileColumn],
        options: Options,
        given: Options,
        make: Make,
    ) -> Preview:
        """As the port says."""
        data = _first_part(file)
        found = guesses(data, columns, options, given, _decimal_sign(options))
        known = {**options, **{it.option: it.value for it in found if it.value is not None}}
        readers = [_cell_reader(column, known) for column in columns]
        with opened_table(BytesIO(data), columns, known, _decimal_sign(known)) as table:
            pick, width = table.picker(columns), table.width
            rows = [
                PreviewRow(row=number, faults=_misshapen(number, cells, width).faults)
                if isinstance(cells, UnreadableRow) or len(cells) != width
                else _preview_texts(number, table, cells)
                if table.header.is_export
                else _preview_cells(number, columns, readers, pick(cells), make)
                for number, cells in islice(table, PREVIEW_ROWS)
            ]
        return Preview(options=known, guesses=tuple(found), read_as=table.read_as, rows=tuple(rows))

    def _rows_of(
        self,
        table: Table,
        columns: Sequence[FileColumn],
        options: Options,
        make: Make,
        reading: Reading,
    ) -> Iterator[FileRow]:
        if table.header.is_export:
            reading.read_as = table.read_as
            yield from _exported(table, columns, options)
            return
        read = row_reader(columns, options, make)
        reading.read_as, sample = table.read_as, reading.sample
        for number, values, cells in _cells(table, columns):
            if isinstance(values, BadRow):
                yield number, values, ()
                continue
            if len(sample) < SAMPLE_ROWS:
                sample.append(values)
            row = read(number, values)
            if isinstance(row, BadRow):
                row = msgspec.structs.replace(row, raw=csv_line(cells))
            yield number, row, values

    def row_reader(
        self, columns: Sequence[FileColumn], options: Options, make: Make
    ) -> Callable[[int, Mapping[str, str]], Event | BadRow]:
        read = row_reader(columns, options, make)
        return lambda number, cells: read(number, [cells.get(it.name, "") for it in columns])


def cells_of(
    file: Readable, columns: Sequence[FileColumn], options: Options
) -> Iterator[tuple[int, Sequence[str] | BadRow]]:
    """The text of every row's cells, in the order of the columns, or why it cannot be taken apart.

    Raises:
        Malformed: as for `Reader.rows`; or the file is an export, of which there is nothing to record.
    """
    with opened_table(file, columns, options, _decimal_sign(options)) as table:
        if table.header.is_export:
            raise Malformed(
                "the file is an export; what it holds is recorded already", code="wrong_header"
            )
        yield from ((number, values) for number, values, _ in _cells(table, columns))


def _cells(
    table: Table, columns: Sequence[FileColumn]
) -> Iterator[tuple[int, Sequence[str] | BadRow, Sequence[str]]]:
    """The same, with the cells of the row as they stand in the file."""
    pick, width = table.picker(columns), table.width
    for number, cells in table:
        if isinstance(cells, UnreadableRow) or len(cells) != width:
            yield number, _misshapen(number, cells, width), ()
        else:
            yield number, pick(cells), cells


def row_reader(
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
    EXTRA: lambda _: _extra_values,
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


def _exported(table: Table, columns: Sequence[FileColumn], options: Options) -> Iterator[FileRow]:
    names = [plain_name(name) for name in table.header.names]
    readers = {column.name: _cell_reader(column, options) for column in columns}
    for number, cells in table:
        if isinstance(cells, UnreadableRow) or len(cells) != table.width:
            yield number, _misshapen(number, cells, table.width), ()
        else:
            texts = dict(zip(names, cells, strict=True))
            yield number, Exported(texts[UID], texts, lambda name, it: readers[name](it)), ()


def _first_part(file: Readable) -> bytes:
    """Enough of a file to see what it is like: whole lines of a text, all of a workbook."""
    data = file.read(_PART_BYTES)
    if not data.startswith(WORKBOOK_START):
        rest = file.read(1)
        return data[: data.rfind(b"\n") + 1] or data if rest else data
    parts = [data]
    while (part := file.read(_PART_BYTES)) and len(parts) * _PART_BYTES <= PACKED_BYTES_MAX:
        parts.append(part)
    return b"".join(parts)


def _preview_texts(number: int, table: Table, cells: Cells) -> PreviewRow:
    """A row of an export: its texts are compared with the book, not read."""
    told = zip(table.header.names, cells, strict=True)
    shown = ((name, text[:_SHOWN_LENGTH]) for name, text in told)
    return PreviewRow(
        row=number,
        cells=tuple(PreviewCell(column=name, text=text, value=text) for name, text in shown),
    )


def _preview_cells(
    number: int,
    columns: Sequence[FileColumn],
    readers: Sequence[ReadCell],
    texts: Sequence[str],
    make: Make,
) -> PreviewRow:
    told = zip(columns, readers, texts, strict=True)
    cells = tuple(_preview_cell(column.name, read, text) for column, read, text in told)
    if any(cell.code for cell in cells):
        return PreviewRow(row=number, cells=cells)
    fault = fault_of("", lambda values: make(*map(call, readers, values)), texts)
    faults = (msgspec.structs.replace(row_fault(number, fault), value=None),) if fault else ()
    return PreviewRow(row=number, cells=cells, faults=faults)


def _preview_cell(column: str, read: ReadCell, text: str) -> PreviewCell:
    shown = text[:_SHOWN_LENGTH]
    try:
        value = read(text)
    except Invalid as error:
        return PreviewCell(column=column, text=shown, code=error.code, reason=error.detail)
    return PreviewCell(column=column, text=shown, value=None if value is None else _shown(value))


def _shown(value: object) -> str:
    """A value as it is written in an export: an amount with its currency behind it."""
    if isinstance(value, dict):
        return msgspec.json.encode(value).decode()
    return " ".join(map(str, value)) if isinstance(value, tuple) else str(value)


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
        reason = f"not readable: {cells}"
        fault = RowFault(row=number, code="unreadable_row", reason=reason)
        return BadRow((fault,), raw=cells.raw)
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


def _decimal_sign(options: Options) -> str:
    locale = _declared_locale(options)
    return get_decimal_symbol(locale) if locale else "."


def _extra_values(text: str) -> dict[str, str]:
    if len(text) > _EXTRA_LENGTH_MAX:
        raise Invalid(
            f"up to {_EXTRA_LENGTH_MAX:,} characters are kept, got {len(text):,}", code="too_long"
        )
    try:
        values = msgspec.json.decode(text, type=dict[str, str])
    except (msgspec.DecodeError, UnicodeError):
        raise Invalid(
            'a JSON object of texts was expected, such as {"note": "blue"}', code="unreadable_extra"
        ) from None
    if "\0" in "".join((*values, *values.values())):
        raise Invalid("it holds the character NUL", code="control_character")
    return values


def _unknown_targets(columns: Sequence[FileColumn], layout: Layout) -> list[Fault]:
    """The columns that a file's own are said to be, and that the kind does not have."""
    known = [column.name for column in columns]
    return [
        Fault(
            detail=f"{name!r} is said to be {target!r}, which is none of {', '.join(known)}",
            code="unknown_column",
            pointer=f"/{RENAMED.name}",
            got=target[:_SHOWN_LENGTH],
            nearest=nearest(target, known),
        )
        for name, target in layout.renamed.items()
        if target not in known
    ]


_OPTION_RULES: dict[Any, Callable[[str], object]] = {
    **RULES,
    LOCALE: _locale_of,
    DATE_FORMAT: date_reader,
    CURRENCY: decimals_of,
}
