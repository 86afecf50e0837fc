"""Statements for tests: the use cases without a log, and workbooks by a writer that everybody uses."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from io import BytesIO
from typing import Any

import msgspec
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from application.imports.readings import KindReadings
from application.statements.use_cases import StatementReading, Statements
from domain.statements import after
from infrastructure.imports.reader import CsvReader
from infrastructure.statements.sheets import XlsxSheets
from tests.importing import GROUNDS

TODAY = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)
NAMES = ("Month", "Income", "Expenses")
SHORT = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

DAYS = [after(dt.date(2025, 11, 1), it) for it in range(12)]
"""The first days of the twelve months up to the last one."""


class TodaysClock:
    """A day of November 2026."""

    def now(self) -> dt.datetime:
        """Noon."""
        return TODAY


class Handed(msgspec.Struct, frozen=True, kw_only=True):
    """A file as somebody hands it in."""

    name: str
    data: bytes
    options: Mapping[str, str] = {}


STATEMENTS = Statements(
    KindReadings(CsvReader(), lambda: GROUNDS, TodaysClock()), XlsxSheets(), TodaysClock()
)


def handed(data: bytes | str, name: str = "", **options: str) -> Handed:
    """A workbook, or a text as CSV."""
    content = data if isinstance(data, bytes) else data.encode()
    usual = "cash.xlsx" if isinstance(data, bytes) else "cash.csv"
    return Handed(name=name or usual, data=content, options=options)


def read(data: bytes | str, name: str = "", **options: str) -> StatementReading:
    """What a file says."""
    return STATEMENTS.read(handed(data, name, **options))


def months_of(reading: StatementReading) -> list[tuple[str, str, str, str]]:
    """The months of a reading, as texts."""
    return [
        (f"{it.month:%Y-%m}", str(it.income), str(it.expenses), it.currency)
        for it in reading.months
    ]


def sheet_of(
    rows: Sequence[Sequence[Any]],
    formats: Mapping[int, str] = {},
    more: Callable[[Workbook, Worksheet], object] = lambda _, __: None,
    sheets: Mapping[str, Sequence[Sequence[Any]]] = {},
) -> bytes:
    """A workbook of these rows; `formats` are number formats by the place of a column, a pair is a formula and its
    saved value, and `more` does what else there is to do to it."""
    file = BytesIO()
    with Workbook(file, {"in_memory": True}) as workbook:
        first = workbook.add_worksheet("Sheet1")
        _fill(workbook, first, rows, formats)
        for name, cells in sheets.items():
            _fill(workbook, workbook.add_worksheet(name), cells, formats)
        more(workbook, first)
    return file.getvalue()


def _fill(
    workbook: Workbook, sheet: Worksheet, rows: Sequence[Sequence[Any]], formats: Mapping[int, str]
) -> None:
    styles = {at: workbook.add_format({"num_format": it}) for at, it in formats.items()}
    for number, cells in enumerate(rows):
        for at, value in enumerate(cells):
            style = styles.get(at) if not isinstance(value, str) else None
            match value:
                case (formula, saved):
                    sheet.write_formula(number, at, formula, style, saved)
                case dt.date():
                    sheet.write_datetime(number, at, value, style)
                case Decimal():
                    sheet.write_number(number, at, float(value), style)
                case None:
                    pass
                case _:
                    sheet.write(number, at, value, style)


def twelve(income: str = "€100.00", expenses: str = "€60.50", first: str = "2025-11") -> str:
    """A plain statement in CSV."""
    year, month = map(int, first.split("-"))
    months = [divmod(year * 12 + month - 1 + it, 12) for it in range(12)]
    lines = [f'{year}-{at + 1:02},"{income}","{expenses}"' for year, at in months]
    return "\n".join([",".join(NAMES), *lines, ""])


def rows_of(income: Any = Decimal("100.5"), spent: Any = Decimal(60)) -> list[list[Any]]:
    """A row for each month."""
    return [[day, income, spent] for day in DAYS]


MONEY = {0: "mmm-yy", 1: "[$R-1C09] #,##0.00", 2: '"R"#,##0.00'}
PLAIN = sheet_of([NAMES, *rows_of()], MONEY)
