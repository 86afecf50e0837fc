"""Dates in a declared format, such as `M/D/YYYY` or `D.M.YYYY`; ISO dates (`2021-10-02`) are always understood.

A format is made of YYYY, MM or M, and DD or D, each once, with something between them that is no digit. Two-digit years
are not read: they leave the century to a guess.
"""

import datetime as dt
import re
from collections.abc import Callable
from functools import lru_cache

from domain.shared.errors import Invalid

ReadDate = Callable[[str], dt.date]

_LENGTH_MAX = 64
_TOKENS = {
    "YYYY": r"(?P<year>[0-9]{4})",
    "MM": r"(?P<month>[0-9]{2})",
    "M": r"(?P<month>[0-9]{1,2})",
    "DD": r"(?P<day>[0-9]{2})",
    "D": r"(?P<day>[0-9]{1,2})",
}
_PART, _APART = "(YYYY|MM?|DD?)", "([-/. ]{1,2}|[年月])"
_FORMAT = re.compile(f"{_PART}{_APART}{_PART}{_APART}{_PART}([.日]?)")
_ISO = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})")


def date_reader(date_format: str) -> ReadDate:
    """A function that reads one date; it raises `Invalid` (`blank`, `unreadable_date`, `no_such_date`).

    Raises:
        Invalid: the format does not say where year, month and day stand.
    """
    pattern = _pattern_of(date_format)

    @lru_cache(maxsize=1 << 14)
    def read(text: str) -> dt.date:
        seen = text.strip() if len(text) <= _LENGTH_MAX else ""
        found = pattern.fullmatch(seen) or _ISO.fullmatch(seen)
        if found is None:
            raise Invalid(
                f"a date as {date_format} or YYYY-MM-DD was expected",
                code="unreadable_date" if text.strip() else "blank",
            )
        year, month, day = (int(found[part]) for part in ("year", "month", "day"))
        try:
            return dt.date(year, month, day)
        except ValueError:
            raise Invalid(
                f"there is no day {day} in month {month} of {year} (read as {date_format})",
                code="no_such_date",
            ) from None

    return read


def _pattern_of(date_format: str) -> re.Pattern[str]:
    found = _FORMAT.fullmatch(date_format)
    parts = [found[index] for index in (1, 3, 5)] if found else []
    if found is None or {part[0] for part in parts} != {"Y", "M", "D"}:
        raise Invalid(
            f"{date_format!r} is not a date format; YYYY, MM or M, and DD or D were expected, "
            "each once and apart, such as M/D/YYYY or D.M.YYYY",
            code="unknown_date_format",
        )
    if parts[0] == "YYYY" and parts[1][0] == "D":
        raise Invalid(
            f"{date_format!r} cannot be told from ISO dates, which put the month first",
            code="unknown_date_format",
        )
    return re.compile("".join(_TOKENS.get(piece) or re.escape(piece) for piece in found.groups()))
