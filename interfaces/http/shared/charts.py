"""The chart of a cash flow: one SVG that is drawn the same for the same months, wherever and whenever.

Its colours and letters come from the page's style sheet, so it is read in light and dark, and needs no style or script
of its own. What it draws is told exactly in the titles of its bars, and by the table that stands beside it.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from xml.etree import ElementTree as Xml

import msgspec
from babel.dates import format_date
from pygal import Bar

_SVG = "{http://www.w3.org/2000/svg}"
_WIDTH, _HEIGHT = 960, 420
_FRACTION = re.compile(r"-?\d+\.\d+")
SERIES = {"Income": "income", "Expenses": "expenses", "Net": "net"}
"""What is drawn, in this order: its title, and which amount of a month it is."""

# Of what the library draws for its own script and style sheet, nothing is left.
_LEFT_OUT = ("defs", "desc", "title")


class MonthFlow(msgspec.Struct, frozen=True):
    """What came in and what went out in a month, told by its first day; the amounts are of one currency."""

    month: date
    income: Decimal
    expenses: Decimal

    @property
    def net(self) -> Decimal:
        """What is left of the income; below zero if more went out."""
        return self.income - self.expenses

    @property
    def name(self) -> str:
        """`January 2021`."""
        return format_date(self.month, "MMMM y", locale="en")


def amount_text(amount: Decimal) -> str:
    """An amount with its thousands set apart and a real minus sign: `−1,234.50`."""
    return f"{amount:,f}".replace("-", "\N{MINUS SIGN}")


def cash_flow_chart(months: Sequence[MonthFlow], currency: str) -> str:
    """An `<svg>` to stand in a page: income, expenses and net of each month as bars, the axis from zero."""
    chart = Bar(
        width=_WIDTH,
        height=_HEIGHT,
        js=(),
        no_prefix=True,
        max_scale=8,
        show_legend=False,
        truncate_label=-1,
        x_labels=[format_date(one.month, "MMM yy", locale="en") for one in months],
        y_title=currency,
        value_formatter=lambda value: amount_text(Decimal(repr(value)).normalize()),
    )
    for title, field in SERIES.items():
        chart.add(title, [float(getattr(one, field)) for one in months])
    root = Xml.fromstring(chart.render())  # noqa: S314 - what we have drawn ourselves
    _clean(root)
    _tell(root, months, currency)
    Xml.register_namespace("", _SVG.strip("{}"))
    return Xml.tostring(root, encoding="unicode")


def _clean(node: Xml.Element) -> None:
    for name in ("style", "id"):
        node.attrib.pop(name, None)
    for name, value in node.attrib.items():
        node.set(name, _FRACTION.sub(lambda found: f"{float(found[0]):.1f}", value))
    for child in list(node):
        is_left_out = child.tag.removeprefix(_SVG) in _LEFT_OUT
        if is_left_out or "overlay" in child.get("class", ""):
            node.remove(child)
        else:
            _clean(child)


def _tell(root: Xml.Element, months: Sequence[MonthFlow], currency: str) -> None:
    """Say in words what is drawn: of the whole for those who do not see it, of a bar for who points at it."""
    first, last = months[0].name, months[-1].name
    total = sum((one.net for one in months), Decimal())
    title = f"Income, expenses and net per month in {currency}, {first} to {last}"
    told = (
        f"Three bars for each of {len(months)} months; the table below has every amount. "
        f"The net of all is {amount_text(total)} {currency}."
    )
    for place, (tag, text) in enumerate((("title", title), ("desc", told))):
        named = Xml.Element(_SVG + tag, {"id": f"chart-{tag}"})
        named.text = text
        root.insert(place, named)
    root.set("role", "img")
    root.set("aria-labelledby", "chart-title")
    root.set("aria-describedby", "chart-desc")
    bars = (bar for bar in root.iter(f"{_SVG}g") if bar.get("class") == "bar")
    for bar, said in zip(bars, _said(months, currency), strict=True):
        Xml.SubElement(bar, f"{_SVG}title").text = said


def _said(months: Sequence[MonthFlow], currency: str) -> Iterator[str]:
    for title, field in SERIES.items():
        for one in months:
            yield f"{title}, {one.name}: {amount_text(getattr(one, field))} {currency}"
