"""Any statement of twelve months, written in any of the notations that are read, is read back equal.

And never as another: what is read without a question is what was written; where there is a question, its true answer
leads to it.
"""

import csv
import datetime as dt
from collections.abc import Callable, Sequence
from decimal import Decimal
from io import StringIO
from typing import Any, NamedTuple

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal
from hypothesis import example, given
from hypothesis import strategies as st

from domain.shared.money import decimals_of
from domain.statements import MonthFigures, after
from tests.statements import read, sheet_of

HEADERS = (
    ("Month", "Income", "Expenses"),
    ("PERIOD", " Revenue ", "Total expenses"),
    ("Monat", "Einnahmen", "Ausgaben"),
    ("Mois", "Recettes", "Dépenses"),
    ("Mes", "Ingresos", "Gastos"),
    ("Maand", "Inkomsten", "Uitgaven"),
    ("Miesiąc", "Przychody", "Wydatki"),
)
LOCALES = ("en_US", "de_DE", "fr_FR", "de_CH", "es_ES", "pl_PL", "nl_NL", "sv_SE")
SIGNS = {"ZAR": "R", "EUR": "€", "GBP": "GBP", "JPY": "JPY", "KWD": "KWD", "PLN": "zł"}
MONTHS: dict[str, Callable[[dt.date], Any]] = {
    "day": lambda it: it,
    "2021-01": lambda it: f"{it:%Y-%m}",
    "01/2021": lambda it: f"{it:%m/%Y}",
    "January 2021": lambda it: f"{it:%B %Y}",
    "Jan-21": lambda it: f"{it:%b-%y}",
    "Jan": lambda it: f"{it:%b}",
    "1/31/2021": lambda it: f"{it.month}/{it.day}/{it.year}",
    "31.01.2021": lambda it: f"{it:%d.%m.%Y}",
    "31/01/2021": lambda it: f"{it:%d/%m/%Y}",
    "styczeń 2021": lambda it: format_date(it, "LLLL y", locale="pl"),
}
MONEY = ("text with sign", "text with code", "bare text", "format", "bare number", "header")


class Notation(NamedTuple):
    """How a statement is written."""

    header: Sequence[str]
    month: str
    money: str
    locale: str
    is_negative: bool
    is_reversed: bool
    titles: int
    in_csv: bool


@st.composite
def statements(draw: st.DrawFn) -> list[MonthFigures]:
    """Twelve consecutive months of this century in one currency."""
    first = after(dt.date(2000, 1, 1), draw(st.integers(0, 1_100)))
    currency = draw(st.sampled_from(sorted(SIGNS)))
    amounts = st.decimals(
        0, 10**9, places=decimals_of(currency), allow_nan=False, allow_infinity=False
    )
    income = draw(st.lists(amounts | amounts.map(lambda it: -it), min_size=12, max_size=12))
    spent = draw(st.lists(amounts, min_size=12, max_size=12))
    return [
        MonthFigures(
            month=after(first, at),
            income=abs(income[at]) if not income[at] else income[at],
            expenses=spent[at],
            currency=currency,
        )
        for at in range(12)
    ]


notations = st.builds(
    Notation,
    header=st.sampled_from(HEADERS),
    month=st.sampled_from(sorted(MONTHS)),
    money=st.sampled_from(MONEY),
    locale=st.sampled_from(LOCALES),
    is_negative=st.booleans(),
    is_reversed=st.booleans(),
    titles=st.sampled_from((0, 1, 5, 19)),
    in_csv=st.booleans(),
)

PLAIN = Notation(HEADERS[0], "2021-01", "text with sign", "en_US", False, False, 0, True)


def year(income: str, spent: str, currency: str = "EUR") -> list[MonthFigures]:
    """The same twelve times."""
    return [
        MonthFigures(
            month=after(dt.date(2021, 1, 1), at),
            income=Decimal(income),
            expenses=Decimal(spent),
            currency=currency,
        )
        for at in range(12)
    ]


@given(statement=statements(), how=notations)
@example(year("1234", "5"), PLAIN)
@example(year("1.234", "2.500", "KWD"), PLAIN._replace(money="bare text", locale="de_DE"))
@example(year("1234", "2500", "JPY"), PLAIN._replace(money="bare text", locale="de_DE"))
@example(year("1", "2"), PLAIN._replace(month="Jan", money="bare number", in_csv=False))
def test_a_statement_is_read_as_it_was_written(
    statement: list[MonthFigures], how: Notation
) -> None:
    data = written(statement, how)
    reading = read(data)
    if reading.is_sure:
        assert list(reading.months) == statement
    answers = {
        "currency": statement[0].currency,
        "locale": how.locale,
        "last_month": f"{statement[-1].month:%Y-%m}",
        "spending": "negative" if how.is_negative else "positive",
    }
    told = {it.option: answers[it.option] for it in reading.unsure}
    assert not any(
        it.choices and answers[it.option] not in it.choices and it.option != "locale"
        for it in reading.unsure
    )
    again = read(data, **told)
    assert (again.faults, list(again.months)) == ((), statement)


def written(statement: Sequence[MonthFigures], how: Notation) -> bytes | str:
    """A statement as a file of this notation."""
    currency = statement[0].currency
    header = [*how.header[:1], *(_named(it, currency, how) for it in how.header[1:])]
    rows = [
        [
            MONTHS[how.month](it.month),
            _money(it.income, how, currency),
            _money(_spent(it, how), how, currency),
        ]
        for it in (reversed(statement) if how.is_reversed else statement)
    ]
    titles = [["Cash flow"], *[[""]] * (how.titles - 1)] if how.titles else []
    if how.in_csv:
        file = StringIO()
        csv.writer(file, delimiter=";").writerows([*titles, header, *rows])
        return file.getvalue()
    shown = f"[${SIGNS[currency]}] #,##0.00" if how.money == "format" else "#,##0.00"
    return sheet_of([*titles, header, *rows], {0: "mmm-yy", 1: shown, 2: shown})


def _spent(figures: MonthFigures, how: Notation) -> Decimal:
    return -figures.expenses if how.is_negative and figures.expenses else figures.expenses


def _named(name: str, currency: str, how: Notation) -> str:
    return f"{name} ({currency})" if how.money == "header" else name


def _money(amount: Decimal, how: Notation, currency: str) -> Any:
    if how.money in ("format", "bare number", "header") and not how.in_csv:
        return amount
    pattern = "#,##0" + ("." + "0" * decimals_of(currency) if decimals_of(currency) else "")
    text = format_decimal(abs(amount), pattern, locale=Locale.parse(how.locale))
    beside = {
        "text with sign": SIGNS[currency],
        "text with code": currency,
        "format": SIGNS[currency],
    }
    sign = beside.get(how.money, "")
    shown = f"{text} {sign}".strip() if how.locale != "en_US" else f"{sign}{text}"
    if amount >= 0:
        return shown
    return f"({shown})" if how.is_negative else f"-{shown}"
