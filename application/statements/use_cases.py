"""Statements in workbooks and CSV: what one says, a copy with what is wrong in it, and an empty one to fill in."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from application.shared.ports import Clock
from application.shared.readings import FileReading, FileReadings, HandedIn
from application.statements.import_kind import KIND
from application.statements.ports import CellValue, Sheets
from domain.shared.errors import Malformed
from domain.shared.money import exact_amount
from domain.shared.rules import of_same_fields
from domain.statements import MONTHS, MonthFigures, after

ERROR_COLUMN = "error"
_TITLES = ("Month", "Income", "Expenses")


class StatementReading(FileReading, frozen=True, kw_only=True):
    """What a file says, and the months of it: twelve in their order, or none if anything stands against them."""

    months: tuple[MonthFigures, ...] = ()


class Statements:
    """The use cases; they block, so call them from a thread."""

    def __init__(self, readings: FileReadings, sheets: Sheets, clock: Clock) -> None:
        self._readings = readings
        self._sheets = sheets
        self._clock = clock

    def read(self, file: HandedIn) -> StatementReading:
        """What a file says; nothing is recorded. `Imports.run` with its options reads the same.

        Raises:
            Invalid: an option cannot be used; one fault per option.
        """
        reading = self._readings.read(KIND, file)
        months = (of_same_fields(MonthFigures, fact) for _, fact in reading.facts)
        told = {name: getattr(reading, name) for name in FileReading.__struct_fields__}
        return StatementReading(**told, months=tuple(sorted(months, key=lambda it: it.month)))

    def marked(self, file: HandedIn, reading: FileReading) -> bytes:
        """The rows of a file as they were read, each where it was, and behind them what is wrong with it."""
        return self._sheets.written(self._marked(file, reading), bold=_header_row(reading))

    def template(self, currency: str = "EUR") -> bytes:
        """A workbook for the twelve months up to the last one; it is read without a question.

        Raises:
            Invalid: there is no such currency.
        """
        this_month = self._clock.now().date().replace(day=1)
        nothing = exact_amount(Decimal(0), currency)
        months = (after(this_month, it) for it in range(-MONTHS, 0))
        rows = [(number, (it, nothing, nothing)) for number, it in enumerate(months, start=2)]
        return self._sheets.written([(1, _TITLES), *rows], currency)

    def _marked(
        self, file: HandedIn, reading: FileReading
    ) -> Iterator[tuple[int, Sequence[CellValue]]]:
        faults, header, last = _by_row(reading), _header_row(reading), 0
        # The file is read twice, so that no more than a row of it is in memory.
        width = max((len(cells) for _, cells in self._rows(file, reading)), default=0)
        for last, cells in self._rows(file, reading):
            said = "; ".join(faults.pop(last, ()))
            mark = ERROR_COLUMN if last == header and not said else said
            yield last, (*cells, *[""] * (width - len(cells)), mark)
        left = (detail for each in faults.values() for detail in each)
        for number, detail in enumerate(left, last + 2):
            yield number, (*[""] * width, detail)

    def _rows(self, file: HandedIn, reading: FileReading) -> Iterator[tuple[int, Sequence[str]]]:
        try:
            yield from self._readings.rows(KIND, file, reading)
        except Malformed:  # what it is, is told as a fault
            return


def _header_row(reading: FileReading) -> int:
    return int(reading.read_as.get("header_row", 1))


def _by_row(reading: FileReading) -> dict[int, list[str]]:
    """What is wrong with each row, that of the file as a whole under 0."""
    found = dict[int, list[str]]()
    for fault in reading.faults:
        found.setdefault(fault.row or 0, []).append(fault.detail)
    return found
