"""The texts of cells: what is shown of a value, without its digits being cut."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import lru_cache

_DIGITS = 15
_WHOLE_LENGTH_MAX = 30
_CACHE_SIZE = 1 << 14
_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")

Cells = list[str]


class UnreadableRow(str):
    """Why a row could not be read; `raw` is what there is of it.

    Of a sheet, `wrong` says it of each cell that could not be, by its place in `cells`, which hold the others.
    """

    def __new__(
        cls, why: object, raw: str, cells: Sequence[str] = (), wrong: Mapping[int, str] = {}
    ) -> "UnreadableRow":
        """One that says why."""
        made = super().__new__(cls, why)
        made.raw, made.cells, made.wrong = raw, list(cells), wrong
        return made

    raw: str
    cells: Cells
    wrong: Mapping[int, str]


class NumberText(str):
    """A number of a sheet: its digits with a decimal point, and what its format says of its currency."""

    def __new__(cls, digits: str, decimal: str, code: str) -> "NumberText":
        """One that is written with this decimal sign."""
        made = super().__new__(cls, f"{digits.replace('.', decimal)} {code}".rstrip())
        made._digits, made._code = digits, code
        return made

    _digits: str
    _code: str

    def written(self, decimal: str) -> str:
        """The same with another decimal sign."""
        return NumberText(self._digits, decimal, self._code)


@lru_cache(maxsize=_CACHE_SIZE)
def shown_number(value: str, decimal: str) -> str:
    """A number of a sheet with the digits that Excel keeps of it, never in powers of ten unless it is as long."""
    try:
        number = Decimal(format(float(value), f".{_DIGITS}g"))
    except (ValueError, ArithmeticError):
        return value
    if not number.is_finite() or abs(number.adjusted()) > _WHOLE_LENGTH_MAX:
        return value
    return format(number, "f").replace(".", decimal)


@lru_cache(maxsize=_CACHE_SIZE)
def shown_day(value: str, is_1904: bool = False) -> str | None:
    """The day of a serial number as ISO, with its time if it has one; in Excel's count 1900 has a 29 February."""
    try:
        serial = float(value)
        whole, seconds = int(serial // 1), round(serial % 1 * 86_400)
        if is_1904:
            day = dt.datetime(1904, 1, 1) + dt.timedelta(whole, seconds)  # noqa: DTZ001
        elif whole == 60 or whole < 1:
            return None
        else:
            first = 31 if whole < 60 else 30
            day = dt.datetime(1899, 12, first) + dt.timedelta(whole, seconds)  # noqa: DTZ001
    except (ValueError, OverflowError):
        return None
    return day.date().isoformat() if day.time() == dt.time.min else day.isoformat(" ")


def unescaped(text: str) -> str:
    """The text with what Excel writes as `_x000D_` put back; NUL and half of a character stay as they are written."""
    if "_x" not in text:
        return text

    def character(found: re.Match[str]) -> str:
        number = int(found[1], 16)
        return chr(number) if number and not 0xD800 <= number <= 0xDFFF else found[0]

    return _ESCAPE.sub(character, text)


def number_of(letters: str) -> int:
    """The number of a column, counted from 1."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def letters_of(column: int) -> str:
    """How a spreadsheet calls a column, counted from 1."""
    letters = ""
    while column:
        column, letter = divmod(column - 1, 26)
        letters = chr(65 + letter) + letters
    return letters
