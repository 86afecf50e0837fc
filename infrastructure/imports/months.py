"""Months as people write them: `Jan`, `January 2021`, `Jan-21`, `2021-01`, `01/2021`, or any day of the month.

Names are those of the languages that people here use, in full or shortened as CLDR has it, with accents or without; no
name stands for two months. Two digits beside a name are a year of this century. A month without a year is the one
within the twelve up to the last month of the file, which has to be declared.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import pairwise

from babel import Locale

from domain.shared.errors import Invalid
from infrastructure.imports.dates import date_reader

ReadMonth = Callable[[str], dt.date]

LANGUAGES = ("en", "de", "fr", "es", "nl", "pl", "it", "pt", "sv", "da", "nb", "cs")
_LENGTH_MAX = 64
_CENTURY = 2000
_FURTHER = {"sept": 9, "mrz": 3, "maerz": 3, "jaenner": 1, "febr": 2}
_NAME, _YEAR = r"(?P<name>[^\W\d_]+)", r"(?P<year>[0-9]{4})"
_FORMS = tuple(
    re.compile(form)
    for form in (
        rf"{_NAME}\.?(?:[-/., '’]{{1,2}}| de )(?P<year>[0-9]{{4}}|[0-9]{{2}})",
        rf"{_YEAR}[-/., ]{{1,2}}{_NAME}\.?",
        rf"{_YEAR}[-/. ](?P<month>[0-9]{{1,2}})",
        rf"(?P<month>[0-9]{{1,2}})[-/. ]{_YEAR}",
        rf"{_YEAR}(?P<month>[0-9]{{2}})",
        rf"{_NAME}\.?",
        r"(?P<month>[0-9]{1,2})",
    )
)


def month_reader(date_format: str, last_month: str | None = None) -> ReadMonth:
    """A function that reads one month, written in any of the usual ways or as a day in one of these formats.

    It raises `Invalid`: `blank`, `unreadable_month`, `no_such_month`, `year_missing`.

    Raises:
        Invalid: the format is none, or the last month is no month.
    """
    day = date_reader(date_format)
    last = last_month_of(last_month) if last_month else None

    @lru_cache(maxsize=1 << 14)
    def read(text: str) -> dt.date:
        seen = _folded(text) if len(text) <= _LENGTH_MAX else ""
        for form in _FORMS:
            if (found := form.fullmatch(seen)) and (number := _number(found)) is not None:
                return _dated(number, found.groupdict().get("year"), last)
        try:
            return day(text).replace(day=1)
        except Invalid as error:
            code = "blank" if error.code == "blank" else "unreadable_month"
            raise Invalid(
                "a month such as Jan 2021, 2021-01, 01/2021 or a day of it was expected", code=code
            ) from None

    return read


def last_month_of(text: str) -> dt.date:
    """The first day of the month that an option names as `2026-10`.

    Raises:
        Invalid: it names none (`unreadable_month`).
    """
    try:
        if re.fullmatch("[0-9]{4}-[0-9]{2}", text):
            return dt.date.fromisoformat(f"{text}-01")
    except ValueError:
        pass
    raise Invalid(f"{text[:20]!r} is not a month such as 2026-10", code="unreadable_month")


def number_of(text: str) -> int | None:
    """The number of the month that a text names without a year."""
    seen = _folded(text[:_LENGTH_MAX])
    found = next((it for form in _FORMS[-2:] if (it := form.fullmatch(seen))), None)
    number = _number(found) if found else None
    return number if number in range(1, 13) else None


def proposed_last_month(numbers: Sequence[int], today: dt.date) -> str:
    """Which month the last of these may be: the latest that is over, in the order in which the file has them."""
    over = today.replace(day=1) - dt.timedelta(days=1)
    number = over.month
    if all(after == before % 12 + 1 for before, after in pairwise(numbers)):
        number = numbers[-1]
    elif all(before == after % 12 + 1 for before, after in pairwise(numbers)):
        number = numbers[0]
    return f"{over.year if number <= over.month else over.year - 1}-{number:02}"


def follow_each_other(months: Sequence[dt.date]) -> bool:
    """Whether each of these months comes once, and no month between them is left out."""
    first, last = min(months), max(months)
    span = (last.year - first.year) * 12 + last.month - first.month + 1
    return len({*months}) == len(months) == span


def _number(found: re.Match[str]) -> int | None:
    parts = found.groupdict()
    if "name" in parts:
        return _names().get(parts["name"])
    return int(parts["month"])


def _dated(number: int, year: str | None, last: dt.date | None) -> dt.date:
    if not 1 <= number <= 12:
        raise Invalid(f"there is no month {number}", code="no_such_month")
    if year is not None:
        whole = int(year) + (_CENTURY if len(year) == 2 else 0)
        if whole == 0:
            raise Invalid("there is no year 0", code="no_such_month")
        return dt.date(whole, number, 1)
    if last is None:
        raise Invalid(
            "the month has no year; declare `last_month`, the last one that the file covers",
            code="year_missing",
        )
    return dt.date(last.year if number <= last.month else last.year - 1, number, 1)


def _folded(text: str) -> str:
    """The text in small letters and without accents, white space as one space."""
    plain = " ".join(text.split()).casefold()
    return "".join(
        it for it in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(it)
    )


@lru_cache(maxsize=1)
def _names() -> dict[str, int]:
    found = dict(_FURTHER)
    for language in LANGUAGES:
        months = Locale.parse(language).months
        for context in ("format", "stand-alone"):
            for width in ("abbreviated", "wide"):
                for number, name in months[context][width].items():
                    found[_folded(name).rstrip(".")] = number
    return found
