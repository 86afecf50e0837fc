"""A file as numbered rows under a header that was checked, whatever the file is: text in CSV, or a workbook."""

import csv
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain, islice
from operator import itemgetter
from typing import NamedTuple

from application.imports.ports import Readable
from application.shared.import_kinds import (
    AS_ANY_FILE,
    DATE_FORMAT,
    EXTRA,
    MONTH,
    FileColumn,
    FileLimits,
)
from domain.shared.errors import Malformed
from infrastructure.imports.bounds import bounded, bounded_rows
from infrastructure.imports.cells import Cells, UnreadableRow
from infrastructure.imports.dates import SERIAL
from infrastructure.imports.encodings import Joined, encoding_of, in_utf_8
from infrastructure.imports.headers import Header, HeadRow, Naming, header_of
from infrastructure.imports.layouts import Layout, layout_of
from infrastructure.imports.lines import text_lines
from infrastructure.imports.notices import Noticed
from infrastructure.imports.sheets import Sheet
from infrastructure.imports.workbooks import Workbook, opened_workbook

HEAD_ROWS = 50
"""How far down the header is looked for."""

_START_BYTES = 1 << 18
WORKBOOK_START = b"PK\x03\x04"
_DELIMITERS = ",;\t|"
_SEPARATOR_LINE = re.compile(r'\ufeff?"?sep=(.)"?', re.IGNORECASE)
_SKIPPED_SHOWN = 20

NumberedRow = tuple[int, Cells | UnreadableRow]


class Table:
    """Rows of a file, numbered as a spreadsheet does: the first line is row 1.

    Attributes:
        places: where in a row each column of the kind stands, or None.
        width: how many columns the header names.
        is_sheet: whether it is one of a workbook, so that some texts are numbers (`NumberText`).
        read_as: how the file was read, whether that was declared or found.
    """

    def __init__(
        self,
        header: Header,
        rows: Iterator[NumberedRow],
        naming: Naming,
        read_as: dict[str, str],
        notices: Callable[[], Sequence[Noticed]] = tuple,
    ) -> None:
        self.header = header
        self.is_sheet = "sheet" in read_as
        self._notices = notices
        self._used = {place for place in (*header.places, *header.extra) if place is not None}
        self.places = header.places
        self.width = header.width
        self.read_as = {**read_as, "form": "export"} if header.is_export else read_as
        self._rows = rows if naming.limits is AS_ANY_FILE else bounded_rows(rows, naming.limits)
        self._totals = _totals_of(header, naming)
        self._skipped: list[int] = []

    def __iter__(self) -> Iterator[NumberedRow]:
        """Every row that is not blank nor one of totals, with its number.

        Raises:
            Malformed: a quote is opened and the rest of the file does not close it (`unclosed_quote`), ...
        """
        width, totals = self.width, self._totals
        for number, cells in self._rows:
            if isinstance(cells, UnreadableRow):
                yield number, self._readable(cells)
            elif totals and totals(cells):
                self._skip(number)
            else:
                yield number, cells if len(cells) == width else _fitted(cells, width)

    def _readable(self, row: UnreadableRow) -> Cells | UnreadableRow:
        """The cells of a row of which nothing is wrong but what nobody asks for."""
        if not row.wrong or self._used & {*row.wrong}:
            return row
        return row.cells[: self.width] + [""] * (self.width - len(row.cells))

    def noticed(self) -> list[Noticed]:
        """What was noticed of the rows that were read, in the columns that are known."""
        columns, first = {place + 1 for place in self._used}, self.header.number
        return [
            it
            for it in self._notices()
            if it.rows[1] >= first
            and any(it.columns[0] <= column <= it.columns[1] for column in columns)
        ]

    def unread(self) -> dict[int, str]:
        """The places and names of columns that nobody asks for."""
        return {at: it for at, it in enumerate(self.header.names) if at not in self._used}

    def picker(self, columns: Sequence[FileColumn]) -> Callable[[Cells], Sequence[str]]:
        """A function from the cells of a row to those of the columns, blank for one that the file does not have."""
        places, extra = self.places, self.header.extra
        known = [place for place in places if place is not None]
        if len(known) == len(places) > 1 and not extra:
            return itemgetter(*known)
        names = [(self.header.names[place], place) for place in extra]
        kept = [bool(extra) and column.cell is EXTRA for column in columns]

        def pick(cells: Cells) -> list[str]:
            return [
                _extra(cells, names, place) if is_kept else "" if place is None else cells[place]
                for place, is_kept in zip(places, kept, strict=True)
            ]

        return pick

    def _skip(self, number: int) -> None:
        self._skipped.append(number)
        shown = ", ".join(map(str, self._skipped[:_SKIPPED_SHOWN]))
        more = len(self._skipped) - _SKIPPED_SHOWN
        self.read_as["skipped_rows"] = f"{shown} and {more} more" if more > 0 else shown


class _Text(NamedTuple):
    """A text file: its encoding and its lines."""

    encoding: str
    lines: Iterator[str]


@contextmanager
def opened_source(
    file: Readable | Workbook, layout: Layout, limits: FileLimits
) -> Iterator[Workbook | _Text]:
    """What is in a file, as long as the block lasts; a workbook that is open already is taken as it is.

    Raises:
        Malformed: as `opened_workbook` and `encoding_of` say, or it is larger than may be (`file_too_large`).
    """
    if isinstance(file, Workbook):
        yield file
        return
    file = bounded(file, limits.bytes_max)
    start = file.read(_START_BYTES)
    whole = Joined(start, file)
    if start.startswith(WORKBOOK_START):
        with opened_workbook(whole, limits) as workbook:
            yield workbook
    else:
        encoding = encoding_of(start, layout.encoding)
        yield _Text(encoding, text_lines(in_utf_8(whole, encoding)))


@contextmanager
def opened_table(
    file: Readable | Workbook,
    columns: Sequence[FileColumn],
    options: Mapping[str, str],
    decimal: str,
    limits: FileLimits = AS_ANY_FILE,
) -> Iterator[Table]:
    """The table in a file, as long as the block lasts; `decimal` is the sign that numbers of a workbook get.

    Raises:
        Malformed: as `opened_source`, `text_lines`, `Sheet` and `header_of` say.
    """
    layout = layout_of(options)
    naming = Naming(columns, layout, limits)
    with opened_source(file, layout, limits) as source:
        if isinstance(source, _Text):
            yield _csv_table(source.lines, naming, source.encoding)
            return
        sheet = Sheet(source, layout.sheet, decimal)
        if sheet.is_1904 and SERIAL in options.get(DATE_FORMAT.name, ""):
            raise _other_days()
        yield _sheet_table(sheet, naming)


def _sheet_table(sheet: Sheet, naming: Naming) -> Table:
    rows = iter(sheet)
    first = list(islice(rows, HEAD_ROWS))
    for number, cells in first[:1]:
        if isinstance(cells, UnreadableRow):
            raise Malformed(f"row {number} is no header: {cells}", code="wrong_header")
    head = [(number, it) for number, it in first if not isinstance(it, UnreadableRow)]
    header = header_of(head, naming)
    after = (_padded(row, header.width) for row in chain(first, rows) if row[0] > header.number)
    read_as = {"format": "xlsx", "sheet": sheet.name, "header_row": str(header.number)}
    return Table(header, after, naming, read_as, lambda: sheet.notices.kept)


def _other_days() -> Malformed:
    return Malformed(
        "the workbook counts its days from 1904, so a bare number is no day of the usual count; format them as dates",
        code="other_days",
    )


def _padded(row: NumberedRow, width: int) -> NumberedRow:
    """A sheet does not write the blank cells at the end of a row."""
    number, cells = row
    if isinstance(cells, UnreadableRow):
        return row
    return number, cells + [""] * (width - len(cells))


def _csv_table(lines: Iterator[str], naming: Naming, encoding: str) -> Table:
    first = list(islice(lines, HEAD_ROWS))
    delimiter, rows = _head(first, naming)
    header = header_of(rows, naming)
    rest = chain(first[header.number :], lines)
    read_as = {
        "format": "csv",
        "encoding": encoding,
        "delimiter": "tab" if delimiter == "\t" else delimiter,
        "header_row": str(header.number),
    }
    return Table(header, _csv_rows(rest, delimiter, header.number), naming, read_as)


def _head(first: Sequence[str], naming: Naming) -> tuple[str, list[HeadRow]]:
    """What parts the values, and the first rows so parted: as declared, as a line says, or as most names are found."""
    said = _SEPARATOR_LINE.fullmatch(first[0].strip("\r\n")) if first else None
    after = 1 if said else 0
    declared = naming.layout.delimiter or (said and said[1])
    heads = {
        it: [(number, _parted(line, it)) for number, line in enumerate(first, start=1)][after:]
        for it in declared or _DELIMITERS
    }

    def names_found(delimiter: str) -> tuple[bool, int, int]:
        head = [cells for _, cells in heads[delimiter]]
        wanted = naming.layout.header_row
        of_interest = head[wanted - 1 - after : wanted - after] if wanted else head
        return (
            any(map(naming.is_whole, of_interest)),
            max(map(naming.found, of_interest), default=0),
            _evenness(heads[delimiter]),
        )

    delimiter = max(heads, key=names_found)
    return delimiter, heads[delimiter]


def _parted(line: str, delimiter: str) -> Cells:
    try:
        return next(csv.reader([line], delimiter=delimiter, strict=True), [])
    except csv.Error:
        return [line.strip()]


def _csv_rows(lines: Iterator[str], delimiter: str, number: int) -> Iterator[NumberedRow]:
    """The rows behind the header, whose number is given; blank ones are passed over."""
    last = ""

    def heard() -> Iterator[str]:
        nonlocal last
        for text in lines:
            last = text
            yield text

    reader, line = csv.reader(heard(), delimiter=delimiter, strict=True), 0
    while True:
        number += 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            if reader.line_num - line > 1:
                raise _unclosed(number) from None
            yield number, UnreadableRow(error, last.rstrip("\r\n"))
        else:
            if cells is None:
                return
            if any(cells):
                yield number, cells
        line = reader.line_num


def _fitted(cells: Cells, width: int) -> Cells:
    """The cells without empty ones past the header's width."""
    return cells[:width] if len(cells) > width and not any(cells[width:]) else cells


def _unclosed(number: int) -> Malformed:
    return Malformed(
        f"row {number} opens a quote that is not closed where its value ends", code="unclosed_quote"
    )


def _totals_of(header: Header, naming: Naming) -> Callable[[Cells], bool] | None:
    """Whether a row is one of totals: it begins with a declared word and lacks a value that a row must have."""
    words = naming.layout.totals
    if not words:
        return None
    columns = zip(naming.columns, header.places, strict=True)
    needed = [(place, it.cell) for it, place in columns if it.required and place is not None]
    begins = re.compile(rf"(?:{'|'.join(map(re.escape, words))})(?!\w)")

    def says_total(cell: str) -> bool:
        return begins.match(" ".join(cell.casefold().split())) is not None

    def is_total(cells: Cells) -> bool:
        first = next((cell for cell in cells if cell.strip()), "")
        lacks = any(
            place >= len(cells)
            or not cells[place].strip()
            or (cell is MONTH and says_total(cells[place]))  # no month is called so
            for place, cell in needed
        )
        return lacks and says_total(first)

    return is_total


def _extra(cells: Cells, names: Sequence[tuple[str, int]], place: int | None) -> str:
    """The kept values as one JSON object; what the file has in a column of that name goes before them."""
    own = "" if place is None else cells[place]
    kept = {name: cells[at] for name, at in names if cells[at].strip()}
    return own if own.strip() or not kept else json.dumps(kept, ensure_ascii=False)


def first_rows(
    file: Readable | Workbook,
    options: Mapping[str, str],
    decimal: str,
    limits: FileLimits = AS_ANY_FILE,
) -> list[HeadRow]:
    """The first rows of a file whose header is not known, parted by what parts most of them alike.

    Raises:
        Malformed: as `opened_table`.
    """
    layout = layout_of(options)
    with opened_source(file, layout, limits) as source:
        if isinstance(source, Workbook):
            first = islice(Sheet(source, layout.sheet, decimal), HEAD_ROWS)
            return [(number, it) for number, it in first if not isinstance(it, UnreadableRow)]
        lines = list(islice(source.lines, HEAD_ROWS))
    return max((_parted_rows(lines, it) for it in layout.delimiter or _DELIMITERS), key=_evenness)


def all_rows(
    file: Readable, options: Mapping[str, str], decimal: str, limits: FileLimits
) -> Iterator[tuple[int, Cells]]:
    """The cells of every row of a file that is not blank, above the header or below; values are parted as declared.

    Raises:
        Malformed: as `opened_table`.
    """
    layout = layout_of(options)
    with opened_source(file, layout, limits) as source:
        rows: Iterator[NumberedRow]
        if isinstance(source, Workbook):
            rows = iter(Sheet(source, layout.sheet, decimal))
        else:
            rows = _csv_rows(source.lines, layout.delimiter or _DELIMITERS[0], 0)
        for number, cells in bounded_rows(rows, limits, HEAD_ROWS):
            left = cells.cells or [cells.raw] if isinstance(cells, UnreadableRow) else cells
            yield number, left


def _parted_rows(lines: Sequence[str], delimiter: str) -> list[HeadRow]:
    rows = ((number, _parted(line, delimiter)) for number, line in enumerate(lines, start=1))
    return [(number, cells) for number, cells in rows if any(cell.strip() for cell in cells)]


def _evenness(rows: Sequence[HeadRow]) -> int:
    """How many cells stand in rows of the most usual width, if that is more than one."""
    widths = [len(cells) for _, cells in rows if len(cells) > 1]
    return max((width * widths.count(width) for width in {*widths}), default=0)
