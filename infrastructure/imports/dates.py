"""Dates in declared formats, such as `M/D/YYYY` or `D.M.YYYY;D-MMM-YY`; ISO dates (`2021-10-02`) are always understood.

A format is made of a year, a month and a day, each once, with something between them that is no digit: YYYY; MM, M or
MMM (a name: `Oct`, `October`, or as the locale has it); DD or D. YY stands beside MMM only, as Excel writes `2-Oct-21`,
and follows Excel's rule: 00 to 29 are of this century, 30 to 99 of the last. SERIAL is the bare number that Excel has
for a day of 1927 to 2173 (44471). Several formats are parted by `;` and
tried strictly, in their order: a text that is a day under two of them is the day of the first. A midnight behind the
day (`10/2/2021 0:00`) is how spreadsheets write a day; another time is refused, not cut off.
"""

import datetime as dt
import re
from collections.abc import Callable
from functools import lru_cache

from babel import Locale

from domain.shared.errors import Invalid

ReadDate = Callable[[str], dt.date]

_LENGTH_MAX = 64
_FORMATS_MAX = 10
_APART_FORMATS = ";"
_TOKENS = {
    "YYYY": r"(?P<year>[0-9]{4})",
    "YY": r"(?P<year>[0-9]{2})",
    "MMM": r"(?P<name>[^\W\d_]+)\.?",
    "MM": r"(?P<month>[0-9]{2})",
    "M": r"(?P<month>[0-9]{1,2})",
    "DD": r"(?P<day>[0-9]{2})",
    "D": r"(?P<day>[0-9]{1,2})",
}
_PART, _APART = "(YYYY|YY|MMM|MM?|DD?)", "([-/. ]{1,2}|[年月])"
_FORMAT = re.compile(f"{_PART}{_APART}{_PART}{_APART}{_PART}([.日]?)")
SERIAL = "SERIAL"
_SERIAL = re.compile("(?P<serial>[1-9][0-9]{4})")
_ISO = "YYYY-MM-DD"
_MIDNIGHT = re.compile(r"[T ]0?0:00(:00(\.0+)?)?( AM)?|[T ]12:00(:00)? AM")
_CENTURY_PIVOT = 30
_EPOCH = dt.date(1899, 12, 30)


def date_reader(date_format: str, locale: Locale | None = None) -> ReadDate:
    """A function that reads one date, with names of months in English or in `locale`.

    It raises `Invalid` (`blank`, `unreadable_date`, `no_such_date`).

    Raises:
        Invalid: a format does not say where year, month and day stand.
    """
    formats = _formats_in(date_format)
    patterns = [_pattern_of(it) for it in formats]
    names = _month_names(locale)

    @lru_cache(maxsize=1 << 14)
    def read(text: str) -> dt.date:
        seen = _without_midnight(text.strip()) if len(text) <= _LENGTH_MAX else ""
        matched = None
        for shown, pattern in zip(formats, patterns, strict=True):
            if found := pattern.fullmatch(seen):
                if day := _day_of(found, names):
                    return day
                matched = matched or (found, shown)
        raise _refusal(text, formats, matched)

    return read


def _formats_in(date_format: str) -> list[str]:
    """The formats as declared, and ISO behind them unless it is among them."""
    formats = [it.strip() for it in date_format.split(_APART_FORMATS)]
    if len(formats) > _FORMATS_MAX:
        raise Invalid(
            f"{len(formats)} date formats were given, up to {_FORMATS_MAX} can be",
            code="unknown_date_format",
        )
    return formats if _ISO in formats else [*formats, _ISO]


def _without_midnight(text: str) -> str:
    found = re.search(r"[T ]\d{1,2}:.*$", text)
    return text[: found.start()] if found and _MIDNIGHT.fullmatch(found[0]) else text


def _day_of(found: re.Match[str], names: dict[str, int]) -> dt.date | None:
    parts = found.groupdict()
    if "serial" in parts:
        return _EPOCH + dt.timedelta(int(parts["serial"]))
    year, day = int(parts["year"]), int(parts["day"])
    if len(parts["year"]) == 2:
        year += 2000 if year < _CENTURY_PIVOT else 1900
    month = names.get(parts["name"].casefold(), 0) if "name" in parts else int(parts["month"])
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _refusal(text: str, formats: list[str], matched: tuple[re.Match[str], str] | None) -> Invalid:
    if matched is None:
        return Invalid(
            f"a date as {' or '.join(formats)} was expected",
            code="unreadable_date" if text.strip() else "blank",
        )
    found, shown = matched
    parts = {"month": found.groupdict().get("name"), **found.groupdict()}
    month = parts["month"] if "name" in parts else int(parts["month"] or 0)
    return Invalid(
        f"there is no day {int(parts['day'] or 0)} in month {month} of {int(parts['year'] or 0)} (read as {shown})",
        code="no_such_date",
    )


@lru_cache(maxsize=64)
def _names_in(locale: str) -> dict[str, int]:
    months = Locale.parse(locale).months
    return {
        name.casefold().rstrip("."): number
        for context in ("format", "stand-alone")
        for width in ("abbreviated", "wide")
        for number, name in months[context][width].items()
    }


def _month_names(locale: Locale | None) -> dict[str, int]:
    """The number of each month by its name; German `Mrz` is how Excel shortens it."""
    return {**_names_in("en"), "sept": 9, "mrz": 3, **(_names_in(str(locale)) if locale else {})}


def _pattern_of(date_format: str) -> re.Pattern[str]:
    if date_format == SERIAL:
        return _SERIAL
    found = _FORMAT.fullmatch(date_format)
    parts = [found[index] for index in (1, 3, 5)] if found else []
    named = "MMM" in parts
    if (
        found is None
        or {part[0] for part in parts} != {"Y", "M", "D"}
        or ("YY" in parts and not named)
    ):
        raise Invalid(
            f"{date_format!r} is not a date format; YYYY, MM or M, and DD or D were expected, "
            "each once and apart, such as M/D/YYYY or D.M.YYYY, or names of months as D-MMM-YYYY",
            code="unknown_date_format",
        )
    if parts[0] == "YYYY" and parts[1][0] == "D" and not named:
        raise Invalid(
            f"{date_format!r} cannot be told from ISO dates, which put the month first",
            code="unknown_date_format",
        )
    return re.compile("".join(_TOKENS.get(piece) or re.escape(piece) for piece in found.groups()))
