"""What makes rows a statement: twelve consecutive months, each once, and money that was spent."""

import datetime as dt
from decimal import Decimal
from uuid import uuid4

import pytest

from domain.statements import (
    MonthFigures,
    MonthRecorded,
    Row,
    after,
    month_uid,
    told_otherwise,
    whole,
)

JANUARY = dt.date(2021, 1, 1)


def row(at: int, month: str, spent: str = "5", currency: str = "EUR") -> Row:
    figures = MonthFigures(
        month=dt.date.fromisoformat(f"{month}-01"),
        income=Decimal(10),
        expenses=Decimal(spent),
        currency=currency,
    )
    return at, figures


def rows(*months: str) -> list[Row]:
    return [row(at, month) for at, month in enumerate(months, start=2)]


def year(number: int = 2021, first: int = 1) -> list[str]:
    return [f"{after(dt.date(number, first, 1), it):%Y-%m}" for it in range(12)]


def told(given: list[Row]) -> list[tuple[str, int | None, str]]:
    return [(it.code, it.row, it.detail) for it in whole(given)]


@pytest.mark.parametrize("months", [year(), year(2020, 8), year()[::-1], year(1999, 12)])
def test_twelve_consecutive_months_in_any_order_are_whole(months: list[str]) -> None:
    assert whole(rows(*months)) == []


def test_a_month_between_is_missing() -> None:
    assert told(rows(*year()[:4], *year()[5:])) == [("missing_month", None, "2021-05 is missing")]


def test_a_month_at_either_end_is_missing() -> None:
    ((code, place, said),) = told(rows(*year()[:11]))
    assert (code, place) == ("missing_month", None)
    assert said.endswith("got 11: 1 before 2021-01 or after 2021-11 is missing")


def test_nothing_is_no_statement() -> None:
    assert [code for code, _, _ in told([])] == ["missing_month"]


def test_a_month_that_comes_again_is_named_with_both_rows() -> None:
    assert told(rows(*year(), "2021-03")) == [
        ("repeated_month", 14, "2021-03 comes again; row 4 has it")
    ]


def test_months_beyond_the_twelve_that_most_lie_in_are_surplus() -> None:
    assert told(rows("2019-01", *year(), "2022-01")) == [
        ("surplus_month", 2, "2019-01 is beyond the 12 from 2021-02"),
        ("surplus_month", 3, "2021-01 is beyond the 12 from 2021-02"),
    ]


def test_as_many_rows_as_may_be_are_looked_at_quickly() -> None:
    many = [f"{1900 + it // 12}-{it % 12 + 1:02}" for it in range(3_600)]
    assert len(whole(rows(*many))) == 3_588


def test_a_statement_has_one_currency() -> None:
    given = [*rows(*year()[:11]), row(13, "2021-12", currency="USD")]
    assert [(code, at) for code, at, _ in told(given)] == [("several_currencies", 13)]


@pytest.mark.parametrize(("spent", "codes"), [("-5", ["negative_expenses"]), ("0", []), ("5", [])])
def test_money_that_was_spent_is_not_negative_throughout(spent: str, codes: list[str]) -> None:
    assert [
        code for code, _, _ in told([row(at, it, spent) for at, it in enumerate(year())])
    ] == codes


def test_in_a_month_more_may_have_come_back_than_was_spent() -> None:
    assert whole([row(1, "2021-01", "-5"), *rows(*year()[1:])]) == []


def test_a_month_of_a_customer_says_one_thing() -> None:
    fact = MonthRecorded(
        customer_uid=uuid4(),
        month=JANUARY,
        income=Decimal(1),
        expenses=Decimal(2),
        currency="EUR",
    )
    other = MonthRecorded(
        customer_uid=fact.customer_uid,
        month=JANUARY,
        income=Decimal(1),
        expenses=Decimal(3),
        currency="EUR",
    )
    assert told_otherwise([fact], fact) is None
    fault = told_otherwise([fact], other)
    assert fault
    assert (fault.code, fault.column, fault.got) == ("conflicting_month", "month", "2021-01")
    assert month_uid(fact) == month_uid(other)


@pytest.mark.parametrize(
    ("months", "expected"),
    [(0, "2021-01"), (11, "2021-12"), (12, "2022-01"), (-1, "2020-12"), (-13, "2019-12")],
)
def test_months_later_and_earlier(months: int, expected: str) -> None:
    assert f"{after(JANUARY, months):%Y-%m}" == expected
