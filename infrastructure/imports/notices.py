"""What a sheet has that its writer may not mean: hidden rows and columns, merged cells, volatile formulas."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from infrastructure.imports.cells import number_of

COLUMNS_MAX = 1_000
PLACE = re.compile("([A-Z]{1,3})([1-9][0-9]{0,6})")
_ROWS_LAST = 1 << 20
_KEPT = 1_000
_FORMULA_LENGTH_MAX = 8_192
_AREA = re.compile(f"{PLACE.pattern}:{PLACE.pattern}")
_TRUE = ("1", "true")
_QUOTED = re.compile("\"[^\"]*\"|'[^']*'")
_VOLATILE = re.compile(
    r"\b(RAND|RANDBETWEEN|RANDARRAY|NOW|TODAY|OFFSET|INDIRECT|CELL|INFO)\s*\(", re.IGNORECASE
)


class Noticed(NamedTuple):
    """Something about the cells of an area that whoever wrote the sheet may not mean: what, where, and why to look.

    An area is its first and last row and its first and last column, counted from 1.
    """

    code: str
    rows: tuple[int, int]
    columns: tuple[int, int]
    detail: str


class SheetNotices:
    """What was noticed of one sheet, up to 1,000 times; told of its elements as they come."""

    def __init__(self) -> None:
        self.kept: list[Noticed] = []
        self._formula, self._shared = "", ""
        self._volatile = dict[str, str]()
        self._hides = False

    def begin_formula(self, attributes: Mapping[str, str]) -> None:
        """A formula that several cells share is written once, where it first stands."""
        self._formula, self._shared = "", attributes.get("si", "")

    def formula(self, text: str) -> None:
        """More of the text of a formula."""
        if len(self._formula) < _FORMULA_LENGTH_MAX:
            self._formula += text[:_FORMULA_LENGTH_MAX]

    def end_formula(self, row: int, column: int) -> None:
        """A formula is read."""
        found = _VOLATILE.search(_QUOTED.sub("", self._formula))
        name = found[1].upper() if found else self._volatile.get(self._shared)
        if name is None:
            return
        if self._shared and len(self._volatile) < _KEPT:
            self._volatile[self._shared] = name
        detail = f"its formula gives another value at any time ({name}); the saved one was read"
        self._keep("volatile_formula", (row, row), (column, column), detail)

    def begin_row(self, attributes: Mapping[str, str]) -> None:
        """A row begins."""
        self._hides = attributes.get("hidden") in _TRUE

    def end_row(self, row: int) -> None:
        """A row with values is over."""
        if self._hides:
            self._keep("hidden_row", (row, row), (1, COLUMNS_MAX), "it is hidden, and was read")

    def columns(self, attributes: Mapping[str, str]) -> None:
        """How columns are shown."""
        first, last = (attributes.get(it, "") for it in ("min", "max"))
        if attributes.get("hidden") in _TRUE and _is_number(first) and _is_number(last):
            columns = int(first), int(last)
            self._keep("hidden_column", (1, _ROWS_LAST), columns, "it is hidden, and was read")

    def merged(self, area: str) -> None:
        """These cells are merged."""
        if found := _AREA.fullmatch(area):
            rows, columns = (
                (int(found[2]), int(found[4])),
                (number_of(found[1]), number_of(found[3])),
            )
            detail = "they are merged, so that they have one value between them"
            self._keep("merged_cells", rows, columns, detail)

    def _keep(
        self, code: str, rows: tuple[int, int], columns: tuple[int, int], detail: str
    ) -> None:
        if len(self.kept) < _KEPT:
            self.kept.append(Noticed(code, rows, columns, detail))


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 5
