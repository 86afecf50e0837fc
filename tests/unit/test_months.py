"""Months as people write them."""

import datetime as dt

import pytest
from babel import Locale

from domain.shared.errors import Invalid
from infrastructure.imports.months import (
    LANGUAGES,
    follow_each_other,
    last_month_of,
    month_reader,
    proposed_last_month,
)


def read(text: str, date_format: str = "M/D/YYYY", last: str | None = "2026-10") -> str:
    return f"{month_reader(date_format, last)(text):%Y-%m-%d}"


@pytest.mark.parametrize(
    "text",
    [
        *(
            "January 2021",
            "january 2021",
            " JANUARY  2021 ",
            "Jan 2021",
            "Jan. 2021",
            "Jan-21",
            "jan'21",
        ),
        *(
            "Jan-2021",
            "Jan/21",
            "Jan, 2021",
            "2021 January",
            "2021-Jan",
            "2021-01",
            "2021/1",
            "2021.01",
        ),
        *("01/2021", "1/2021", "01.2021", "01-2021", "1 2021", "202101", "2021-01-31", "1/31/2021"),
        *("2021-01-01 00:00:00", "2021-01-15", "Januar 2021", "janvier 2021", "janv. 2021"),
        *(
            "enero de 2021",
            "ene 2021",
            "januari 2021",
            "styczeń 2021",
            "styczen 2021",
            "stycznia 2021",
        ),
        *("gennaio 2021", "janeiro de 2021", "jan. 21", "leden 2021"),
    ],
)
def test_names_one_month(text: str) -> None:
    assert read(text) == "2021-01-01"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Oct", "2026-10-01"),
        ("October", "2026-10-01"),
        ("Nov", "2025-11-01"),
        ("Dezember", "2025-12-01"),
        ("août", "2026-08-01"),
        ("aout", "2026-08-01"),
        ("sierpień", "2026-08-01"),
        ("Sept.", "2026-09-01"),
        ("Mrz", "2026-03-01"),
        ("März", "2026-03-01"),
        ("7", "2026-07-01"),
        ("07", "2026-07-01"),
        ("12", "2025-12-01"),
    ],
)
def test_a_month_without_a_year_is_the_one_up_to_the_last(text: str, expected: str) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "blank"),
        ("  ", "blank"),
        ("abc", "unreadable_month"),
        ("Jan 1", "unreadable_month"),
        ("Jan 202", "unreadable_month"),
        ("13/2021", "no_such_month"),
        ("2021-00", "no_such_month"),
        ("202113", "no_such_month"),
        ("0", "no_such_month"),
        ("13", "no_such_month"),
        ("Jan 0000", "no_such_month"),
        ("31.01.2021", "unreadable_month"),
        ("44197", "unreadable_month"),
        ("Jan 2021" + " " * 60 + "x", "unreadable_month"),
        ("x" * 100_000, "unreadable_month"),
        ("٠١/٢٠٢١", "unreadable_month"),
    ],
)
def test_what_names_none(text: str, code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        read(text)
    assert refusal.value.code == code


def test_days_are_read_as_declared() -> None:
    assert read("2/1/2021", "D/M/YYYY") == "2021-01-01"
    assert read("2/1/2021", "M/D/YYYY") == "2021-02-01"


def test_without_a_last_month_a_year_is_asked_for() -> None:
    with pytest.raises(Invalid) as refusal:
        read("Jan", last=None)
    assert refusal.value.code == "year_missing"


def test_no_name_stands_for_two_months() -> None:
    names: dict[str, set[int]] = {}
    for language in LANGUAGES:
        months = Locale.parse(language).months
        for context in ("format", "stand-alone"):
            for width in ("abbreviated", "wide"):
                for number, name in months[context][width].items():
                    names.setdefault(name.casefold().rstrip("."), set()).add(number)
                    assert read(name)[5:7] == f"{number:02}"
    assert [name for name, numbers in names.items() if len(numbers) > 1] == []


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        (range(1, 13), "2025-12"),
        ([11, 12, *range(1, 11)], "2026-10"),
        ([4, 5, 6, 7, 8, 9, 10, 11, 12, 1, 2, 3], "2026-03"),
        (range(12, 0, -1), "2025-12"),
        ([3, 1, 2], "2026-10"),
        ([11], "2025-11"),
    ],
)
def test_the_last_month_is_proposed_by_the_order(numbers: list[int], expected: str) -> None:
    assert proposed_last_month(numbers, dt.date(2026, 11, 21)) == expected


def test_in_january_the_month_before_is_of_last_year() -> None:
    assert proposed_last_month([5, 9], dt.date(2027, 1, 3)) == "2026-12"


@pytest.mark.parametrize(
    "text", ["", "2026", "2026-13", "2026-1", "0000-01", "2026-10-01", "x" * 99]
)
def test_a_last_month_is_a_month(text: str) -> None:
    with pytest.raises(Invalid):
        last_month_of(text)


@pytest.mark.parametrize(
    ("days", "follow"), [([1, 2, 3], True), ([3, 1, 2], True), ([1, 3], False), ([1, 1, 2], False)]
)
def test_months_that_follow_each_other(days: list[int], *, follow: bool) -> None:
    assert follow_each_other([dt.date(2021, it, 1) for it in days]) is follow
