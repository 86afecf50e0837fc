"""What statements need of the world besides the readings of files."""

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Protocol

CellValue = str | Decimal | dt.date
"""What is written into a cell: a text as it is, never as a formula; an amount; or a month."""


class Sheets(Protocol):
    """Writes workbooks (`.xlsx`)."""

    def written(
        self, rows: Iterable[tuple[int, Sequence[CellValue]]], currency: str = "", bold: int = 1
    ) -> bytes:
        """A workbook of one sheet with these rows, each at its number; amounts bear the currency, if there is one.

        The row of number `bold` is the header.
        """
