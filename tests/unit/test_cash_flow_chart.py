"""The chart of a cash flow: the same for the same months, and told to those who do not see it.

`python -m tests.unit.test_cash_flow_chart` draws the pinned one anew, to be looked at before it is committed.
"""

from datetime import date
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest

from interfaces.http.shared.charts import MonthFlow, amount_text, cash_flow_chart

PINNED = Path(__file__).with_name("cash_flow_chart.svg")
SVG = "{http://www.w3.org/2000/svg}"


def _months(income: str, expenses: str, rise: str = "0") -> list[MonthFlow]:
    return [
        MonthFlow(date(2021, month, 1), Decimal(income), Decimal(expenses) + month * Decimal(rise))
        for month in range(1, 13)
    ]


def _pinned() -> str:
    return cash_flow_chart(_months("19770.00", "17200.50", "813.37"), "ZAR") + "\n"


def _parsed(drawn: str) -> Xml.Element:
    return Xml.fromstring(drawn)  # noqa: S314 - what we have drawn ourselves


def test_the_same_months_are_drawn_the_same() -> None:
    assert _pinned() == PINNED.read_text(encoding="utf-8")


def test_it_needs_nothing_that_a_strict_page_forbids() -> None:
    drawn = _parsed(_pinned())
    assert {node.tag.removeprefix(SVG) for node in drawn.iter()} == {
        "svg", "title", "desc", "g", "rect", "path", "text"
    }  # fmt: skip
    assert not {"style", "onload", "href"} & {name for node in drawn.iter() for name in node.attrib}


def test_it_is_told_in_words() -> None:
    drawn = _parsed(_pinned())
    named = {node.get("id"): node.text for node in drawn if node.get("id")}
    title, told = named[drawn.get("aria-labelledby")], named[drawn.get("aria-describedby")]
    assert drawn.get("role") == "img"
    assert title == "Income, expenses and net per month in ZAR, January 2021 to December 2021"
    assert "−32,608.86 ZAR" in str(told)
    assert [node.text for node in drawn.iter(f"{SVG}text")][-1] == "ZAR"


@pytest.mark.parametrize(
    ("income", "expenses", "net"),
    [
        ("0", "0", "0"),
        ("0.01", "0.02", "−0.01"),
        ("9999999999999999.99", "1", "9,999,999,999,999,998.99"),
        ("-5", "0.010", "−5.010"),
    ],
)
def test_every_amount_is_told_exactly(income: str, expenses: str, net: str) -> None:
    drawn = _parsed(cash_flow_chart(_months(income, expenses), "KWD"))
    bars = [bar for bar in drawn.iter(f"{SVG}g") if bar.get("class") == "bar"]
    told = [bar.findtext(f"{SVG}title") for bar in bars]
    assert len(told) == 36
    assert told[0] == f"Income, January 2021: {amount_text(Decimal(income))} KWD"
    assert told[23] == f"Expenses, December 2021: {amount_text(Decimal(expenses))} KWD"
    assert told[35] == f"Net, December 2021: {net} KWD"
    assert "e+" not in "".join(node.text or "" for node in drawn.iter(f"{SVG}text"))


if __name__ == "__main__":
    PINNED.write_text(_pinned(), encoding="utf-8")
