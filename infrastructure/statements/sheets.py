"""Workbooks by XlsxWriter, which writes a text only as a text: no spreadsheet runs what somebody typed."""

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from io import BytesIO

from xlsxwriter import Workbook

from application.statements.ports import CellValue, Sheets
from domain.shared.money import decimals_of

_TEXT_LENGTH_MAX = 32_767
_WIDTH = 18
_MONTH = "mmm yyyy"


class XlsxSheets(Sheets):
    """`application.statements.ports.Sheets` on XlsxWriter."""

    def written(
        self, rows: Iterable[tuple[int, Sequence[CellValue]]], currency: str = "", bold: int = 1
    ) -> bytes:
        """As the port says; the rows come in their order."""
        file = BytesIO()
        with Workbook(file, {"constant_memory": True}) as workbook:
            sheet = workbook.add_worksheet("Statement")
            sheet.set_column(0, 20, _WIDTH)
            sheet.freeze_panes(bold, 0)
            header = workbook.add_format({"bold": True, "bottom": 1})
            month = workbook.add_format({"num_format": _MONTH, "align": "left"})
            money = workbook.add_format({"num_format": _money(currency)})
            for number, cells in rows:
                for column, value in enumerate(cells):
                    place = number - 1, column
                    match value:
                        case str() if value:
                            text = value[:_TEXT_LENGTH_MAX]
                            sheet.write_string(*place, text, header if number == bold else None)
                        case Decimal():
                            sheet.write_number(*place, float(value), money)
                        case dt.date():
                            sheet.write_datetime(*place, value, month)
        return file.getvalue()


def _money(currency: str) -> str:
    decimals = "." + "0" * decimals_of(currency) if currency and decimals_of(currency) else ""
    return f"[${currency}] #,##0{decimals}" if currency else "#,##0.00"
