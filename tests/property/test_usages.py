"""Emissions stay pinned, whatever becomes of factors and usages; units change nothing but how an amount is written."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal, localcontext
from fractions import Fraction
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from application.shared.streams import Stream
from application.usages.pricing import pricing_of
from domain import usage_types
from domain.shared.errors import DaybookError
from domain.shared.kits import Open
from domain.shared.numbers import terminating
from domain.usage_types import AppendFactor, DefineUsageType, UsageTypeState, usage_type_uid
from domain.usages import usages
from domain.usages.usages import (
    ChangeUsage,
    DeleteUsage,
    Measured,
    RecordUsage,
    RestateUsage,
    Usage,
    UsageRecorded,
)
from infrastructure.shared.units import PintUnits
from tests.drawing import examples
from tests.kits import declared

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
_FIRST = datetime(2024, 1, 1, tzinfo=UTC)

DAYS = st.integers(0, 1_000)
AMOUNTS = st.decimals("0.000001", "999999", places=6)
FACTORS = st.decimals("0", "9999", places=9)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("factor"), DAYS, FACTORS),
        st.tuples(st.just("amount"), DAYS, AMOUNTS),
        st.tuples(st.just("date"), DAYS, AMOUNTS),
        st.tuples(st.just("restate"), DAYS, FACTORS),
    ),
    max_size=12,
)


def at(day: int) -> datetime:
    return _FIRST + timedelta(days=day)


class Book:
    """A type and one usage of it, decided on as the use cases do."""

    def __init__(self) -> None:
        self.kind: UsageTypeState = usage_types.DECIDER.initial
        self.usage: usages.State = usages.DECIDER.initial
        self.says(DefineUsageType(id=105, name="power", unit="kWh"))
        self.says(AppendFactor(factor=Decimal("0.5"), valid_from=_FIRST, source="test"))

    def says(self, command: Any) -> None:
        for fact in declared(command, usage_types.DECIDER.decide(self.kind, command, NOW)):
            self.kind = usage_types.DECIDER.evolve(self.kind, fact)

    def does(self, command: Any) -> list[Any]:
        facts = list(declared(command, usages.DECIDER.decide(self.usage, command, NOW)))
        for fact in facts:
            self.usage = usages.DECIDER.evolve(self.usage, fact)
        return facts

    def pricing(self, moment: datetime) -> Any:
        return pricing_of(Stream(usage_type_uid(105), (), self.kind), moment)

    @property
    def known(self) -> Any:
        assert isinstance(self.usage, Open)
        return self.usage.value


def measured(amount: Decimal) -> Measured:
    return Measured(amount=amount, unit="kWh", ratio=Fraction(1))


@settings(max_examples=examples(200))
@given(day=DAYS, amount=AMOUNTS, steps=STEPS)
def test_emissions_are_pinned_until_date_or_type_change(
    day: int, amount: Decimal, steps: list[tuple[str, int, Decimal]]
) -> None:
    book = Book()
    book.does(
        RecordUsage(
            user_uid=None,
            user_id=None,
            bank_uid=None,
            usage_at=at(day),
            measured=measured(amount),
            pricing=book.pricing(at(day)),
        )
    )
    pinned = book.known.factor
    for what, when, number in steps:
        before: Usage = book.known
        match what:
            case "factor":
                _quietly(book.says, AppendFactor(factor=number, valid_from=at(when), source="t"))
                assert book.known == before
            case "amount":
                book.does(ChangeUsage(measured=measured(number)))
                assert book.known.factor == pinned
            case "date":
                valid = book.pricing(at(when))
                moved = before.usage_at != at(when)
                facts = book.does(ChangeUsage(usage_at=at(when), pricing=valid))
                assert [one.repriced for one in facts] == [True] * moved
                pinned = valid.factor if moved else pinned
            case "restate":
                book.does(
                    RestateUsage(
                        restatement_uid=usage_type_uid(1),
                        since=_FIRST,
                        until=at(when),
                        pricing=book.pricing(at(1_000)),
                    )
                )
                assert (book.known.factor, book.known.emissions) == (pinned, before.emissions)
        assert Fraction(book.known.emissions) == Fraction(book.known.normalised_amount) * Fraction(
            pinned
        )
    book.does(DeleteUsage())
    _quietly(book.does, DeleteUsage())
    assert not isinstance(book.usage, Open)


def _quietly(call: Any, command: Any) -> None:
    try:
        call(command)
    except DaybookError:
        return


UNITS = PintUnits()
ENERGY = ["Wh", "kWh", "MWh", "GWh", "kJ", "MJ", "GJ", "BTU", "kcal"]


@pytest.mark.parametrize(("unit", "into"), list(product(ENERGY, repeat=2)))
@settings(max_examples=examples(5))
@given(amount=AMOUNTS)
def test_units_there_and_back_are_the_same_amount(amount: Decimal, unit: str, into: str) -> None:
    there, back = UNITS.ratio(unit, into), UNITS.ratio(into, unit)
    assert there * back == 1
    exact = terminating(Fraction(amount) * there)
    command = RecordUsage(
        user_uid=None,
        user_id=None,
        bank_uid=None,
        usage_at=_FIRST,
        measured=Measured(amount=amount, unit=unit, ratio=there),
        pricing=Book().pricing(_FIRST),
    )
    try:
        (fact,) = usages.DECIDER.decide(usages.DECIDER.initial, command, NOW)
    except DaybookError:
        assert exact is None or exact >= usages.AMOUNT_BELOW or _decimals(exact) > 30
        return
    assert isinstance(fact, UsageRecorded)
    assert Fraction(fact.normalised_amount) == Fraction(amount) * there
    assert fact.amount == amount


def _decimals(value: Decimal) -> int:
    with localcontext(prec=200):
        return max(0, -int(value.as_tuple().exponent))
