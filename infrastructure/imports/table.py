"""A CSV file as numbered rows under a header that was checked."""

import csv
from collections.abc import Iterator, Sequence

from application.shared.import_kinds import FileColumn
from domain.shared.errors import Fault, Malformed, nearest

Cells = list[str]
_UNKNOWN_SHOWN = 20
_NAME_LENGTH_SHOWN = 50
_DELIMITERS = ",;\t|"


class UnreadableRow(str):
    """Why the csv module could not read a row."""

    __slots__ = ()


class Table:
    """Rows of a CSV file, numbered as a spreadsheet does: the header is row 1 unless blank lines come before it.

    The delimiter is the one of comma, semicolon, tab and bar under which the header names most of the columns.

    Raises:
        Malformed: `empty_file` (nothing but blank lines), or `wrong_header` with one fault per name.
    """

    def __init__(self, lines: Iterator[str], columns: Sequence[FileColumn]) -> None:
        self._number, first = _first_line(lines)
        known = {column.name for column in columns}
        delimiter = max(_DELIMITERS, key=lambda it: len({*_names(first, it)} & known))
        names = _names(first, delimiter)
        _check_header(names, columns, self._number, first)
        self.places = [names.index(it.name) if it.name in names else None for it in columns]
        self.width = len(names)
        self._reader = csv.reader(lines, delimiter=delimiter, strict=True)

    def __iter__(self) -> Iterator[tuple[int, Cells | UnreadableRow]]:
        """Every row that is not blank, with its number.

        Raises:
            Malformed: a quote is opened and the rest of the file does not close it (`unclosed_quote`).
        """
        number, line, width = self._number, 0, self.width
        rows = iter(self._reader)
        while True:
            number += 1
            try:
                cells = next(rows, None)
            except csv.Error as error:
                if self._reader.line_num - line > 1:
                    raise _unclosed(number) from None
                yield number, UnreadableRow(error)
            else:
                if cells is None:
                    return
                if any(cells):
                    yield number, cells if len(cells) == width else _fitted(cells, width)
            line = self._reader.line_num


def _fitted(cells: Cells, width: int) -> Cells:
    """The cells without empty ones past the header's width."""
    return cells[:width] if len(cells) > width and not any(cells[width:]) else cells


def _unclosed(number: int) -> Malformed:
    return Malformed(
        f"row {number} opens a quote that is not closed where its value ends", code="unclosed_quote"
    )


def _first_line(lines: Iterator[str]) -> tuple[int, str]:
    for number, line in enumerate(lines, start=1):
        if line.strip():
            return number, line
    raise Malformed("the file holds nothing but blank lines", code="empty_file")


def _names(line: str, delimiter: str) -> list[str]:
    try:
        cells = next(csv.reader([line], delimiter=delimiter, strict=True))
    except csv.Error:
        return [line.strip()]
    names = [cell.strip().casefold() for cell in cells]
    while names and not names[-1]:  # some programs end every row with a delimiter
        names.pop()
    return names


def _check_header(names: list[str], columns: Sequence[FileColumn], row: int, line: str) -> None:
    known = [column.name for column in columns]
    required = [column.name for column in columns if column.required]
    faults = [_missing(name, row) for name in required if name not in names]
    unknown = [name[:_NAME_LENGTH_SHOWN] for name in names if name not in known]
    faults += [_unknown(name, known, row) for name in unknown[:_UNKNOWN_SHOWN]]
    faults += [_twice(name, row) for name in {*names} if name in known and names.count(name) > 1]
    if not faults:
        return
    said = "; ".join(fault.detail for fault in faults[:10])
    raise Malformed(
        f"the header must name the columns {', '.join(required)}; got {line.strip()[:200]!r}: {said}",
        code="wrong_header",
        faults=faults,
    )


def _missing(column: str, row: int) -> Fault:
    return Fault(detail=f"{column} is missing", code="missing_column", row=row, column=column)


def _unknown(name: str, columns: Sequence[str], row: int) -> Fault:
    near = nearest(name, columns)
    hint = f" ({near} is near)" if near else ""
    return Fault(
        detail=f"{name!r} is unknown{hint}",
        code="unknown_column",
        row=row,
        column=name,
        nearest=near,
    )


def _twice(name: str, row: int) -> Fault:
    return Fault(detail=f"{name} comes twice", code="repeated_column", row=row, column=name)
