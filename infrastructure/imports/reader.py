"""CSV files of any kind, row by row: from the text of cells to facts, or to all that is wrong with a row."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from io import BytesIO
from itertools import islice
from operator import call

import msgspec

from application.imports.ports import (
    BadRow,
    Exported,
    FileRow,
    Guess,
    Make,
    Preview,
    PreviewCell,
    PreviewRow,
    Readable,
    Reader,
    Reading,
    Remark,
)
from application.shared.import_kinds import (
    AMOUNT,
    AS_ANY_FILE,
    RENAMED,
    SPENT,
    FileColumn,
    FileLimits,
    csv_line,
)
from domain.imports import RowFault, row_fault
from domain.shared.errors import Fault, Invalid, Malformed, nearest
from domain.shared.events import Event
from domain.shared.rules import fault_of
from infrastructure.imports.cell_readers import (
    OPTION_RULES,
    Options,
    ReadCell,
    cell_reader,
    decimal_sign,
)
from infrastructure.imports.cells import Cells, UnreadableRow, letters_of
from infrastructure.imports.fitting import fitting_options, is_number
from infrastructure.imports.guesses import Trial, guesses
from infrastructure.imports.headers import UID
from infrastructure.imports.layouts import Layout, layout_of, plain_name
from infrastructure.imports.notices import Noticed
from infrastructure.imports.table import WORKBOOK_START, Table, all_rows, opened_table
from infrastructure.imports.workbooks import PACKED_BYTES_MAX

_SHOWN_LENGTH = 200
SAMPLE_ROWS = 200
"""How many of the first rows are kept, so that something can be proposed for them."""

PREVIEW_ROWS = 20
_PART_BYTES = 1 << 20


class CsvReader(Reader):
    """The reader of `application.imports.ports.Reader` for CSV and workbooks."""

    def __init__(self, limits: FileLimits = AS_ANY_FILE) -> None:
        self._limits = limits

    def within(self, limits: FileLimits) -> "CsvReader":
        """As the port says."""
        return CsvReader(limits)

    def check(self, options: Options, columns: Sequence[FileColumn]) -> None:
        faults = [
            fault_of(option.name, rule, options[option.name])
            for option, rule in OPTION_RULES.items()
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
        decimal = decimal_sign(options)
        with opened_table(file, columns, options, decimal, self._limits) as table:
            yield from self._rows_of(table, columns, options, make, reading or Reading())

    def texts(self, file: Readable, options: Options) -> Iterator[tuple[int, Sequence[str]]]:
        """As the port says."""
        yield from all_rows(file, options, decimal_sign(options), self._limits)

    def guesses(
        self,
        file: Readable,
        columns: Sequence[FileColumn],
        options: Options,
        given: Options,
        today: date,
    ) -> Sequence[Guess]:
        """As the port says."""
        return guesses(self._trial(_first_part(file), columns, today), options, given)

    def _trial(
        self, data: bytes, columns: Sequence[FileColumn], today: date | None = None
    ) -> Trial:
        return Trial(
            source=data, columns=columns, decimal=decimal_sign, limits=self._limits, today=today
        )

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
        found = guesses(self._trial(data, columns), options, given)
        known = {**options, **{it.option: it.value for it in found if it.value is not None}}
        readers = [cell_reader(column, known) for column in columns]
        decimal = decimal_sign(known)
        with opened_table(BytesIO(data), columns, known, decimal, self._limits) as table:
            pick = table.picker(columns)
            rows = [
                PreviewRow(row=number, faults=_misshapen(number, cells, table, columns).faults)
                if isinstance(cells, UnreadableRow) or len(cells) != table.width
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
        reading.header = table.header.names
        places = {
            it.name: place
            for it, place in zip(columns, table.places, strict=True)
            if place is not None
        }
        reading.columns = {name: table.header.names[place] for name, place in places.items()}
        reading.letters = {name: letters_of(place + 1) for name, place in places.items()}
        unread, is_sheet = table.unread(), table.is_sheet
        for number, values, cells in _cells(table, columns):
            if isinstance(values, BadRow):
                yield number, values, ()
                continue
            if len(sample) < SAMPLE_ROWS:
                sample.append(values)
                if len(sample) <= PREVIEW_ROWS:
                    _find_numbers(unread, cells, reading.left_out)
            row = read(number, values)
            if isinstance(row, BadRow):
                row = msgspec.structs.replace(row, raw=csv_line(cells))
            yield number, row, [*map(str, values)] if is_sheet else values
        reading.remarks = [_remark(it) for it in table.noticed()]

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
    with opened_table(file, columns, options, decimal_sign(options)) as table:
        if table.header.is_export:
            raise Malformed(
                "the file is an export; what it holds is recorded already", code="wrong_header"
            )
        for number, values, _ in _cells(table, columns):
            yield number, values if isinstance(values, BadRow) else [*map(str, values)]


def _cells(
    table: Table, columns: Sequence[FileColumn]
) -> Iterator[tuple[int, Sequence[str] | BadRow, Sequence[str]]]:
    """The same, with the cells of the row as they stand in the file."""
    pick, width = table.picker(columns), table.width
    for number, cells in table:
        if isinstance(cells, UnreadableRow) or len(cells) != width:
            yield number, _misshapen(number, cells, table, columns), ()
        else:
            yield number, pick(cells), cells


def row_reader(
    columns: Sequence[FileColumn], options: Options, make: Make
) -> Callable[[int, Sequence[str]], Event | BadRow]:
    """A function from the number and the cells of a row to its fact, or to all that is wrong with it."""
    readers = [cell_reader(column, options) for column in columns]
    amounts = [place for place, column in enumerate(columns) if column.cell in (AMOUNT, SPENT)]

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


def _exported(table: Table, columns: Sequence[FileColumn], options: Options) -> Iterator[FileRow]:
    names = [plain_name(name) for name in table.header.names]
    readers = {column.name: cell_reader(column, options) for column in columns}
    for number, cells in table:
        if isinstance(cells, UnreadableRow) or len(cells) != table.width:
            yield number, _misshapen(number, cells, table, columns), ()
        else:
            texts = dict(zip(names, cells, strict=True))
            yield number, Exported(texts[UID], texts, lambda name, it: readers[name](it)), ()


def _find_numbers(unread: Mapping[int, str], cells: Sequence[str], left_out: list[str]) -> None:
    """Note which of the columns that are not read hold a number in this row."""
    for place, name in unread.items():
        if name not in left_out and is_number(cells[place]):
            left_out.append(name)


def _remark(it: Noticed) -> Remark:
    (first_row, last_row), (first, last) = it.rows, it.columns
    if it.code == "hidden_row":
        cell = f"{first_row}:{last_row}"
    elif it.code == "hidden_column":
        cell = f"{letters_of(first)}:{letters_of(last)}"
    else:
        begin, end = f"{letters_of(first)}{first_row}", f"{letters_of(last)}{last_row}"
        cell = begin if begin == end else f"{begin}:{end}"
    return Remark(code=it.code, cell=cell, row=first_row, detail=it.detail)


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


def _misshapen(
    number: int, cells: Cells | UnreadableRow, table: Table, columns: Sequence[FileColumn]
) -> BadRow:
    if isinstance(cells, UnreadableRow):
        names = {place: it.name for it, place in zip(columns, table.places, strict=True)}
        told = {
            names.get(place): why
            for place, why in cells.wrong.items()
            if place in names or len(cells.wrong) == 1
        }
        faults = (
            RowFault(row=number, column=name, code="unreadable_row", reason=f"not readable: {why}")
            for name, why in (told or {None: cells}).items()
        )
        return BadRow(tuple(faults), raw=cells.raw)
    fault = RowFault(
        row=number,
        value=",".join(cells)[:_SHOWN_LENGTH],
        code="ragged_row",
        reason=f"it has {len(cells)} values, and the header names {table.width} columns",
    )
    return BadRow((fault,), raw=csv_line(cells))


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
