"""Usages and usage types: what a command does, what it refuses, when it stays quiet."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import reduce
from typing import Any
from uuid import UUID

import msgspec
import pytest

from application.usage_types import FIRST_TYPES
from domain import usage_types
from domain.shared.errors import Invalid, NotFound
from domain.shared.events import Event
from domain.usage_types import (
    AppendFactor,
    DateCovered,
    DefineUsageType,
    FactorAppended,
    NoFactor,
    RenameUsageType,
    RetireUsageType,
    UsageTypeIsRetired,
    UsageTypeState,
    factor_at,
    usage_type_uid,
)
from domain.usages import usages
from domain.usages.usages import (
    ChangeUsage,
    DeleteUsage,
    Measured,
    Pricing,
    RecordUsage,
    RestateUsage,
    UsageChanged,
    UsageDeleted,
    UsageRecorded,
    UsageRestated,
)
from tests.kits import declared

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
AT = datetime(2026, 3, 14, tzinfo=UTC)
TYPE = DefineUsageType(id=105, name="power", unit="kWh")


def after_type(*facts: Event) -> UsageTypeState:
    decider = usage_types.DECIDER
    return reduce(decider.evolve, facts, decider.initial)


def told(state: UsageTypeState, *commands: Any) -> UsageTypeState:
    for command in commands:
        for fact in declared(command, usage_types.DECIDER.decide(state, command, NOW)):
            state = usage_types.DECIDER.evolve(state, fact)
    return state


def a_factor(factor: str, year: int) -> AppendFactor:
    begins = datetime(year, 1, 1, tzinfo=UTC)
    return AppendFactor(factor=Decimal(factor), valid_from=begins, source="test")


def priced(factor: str, kind: int = 100, version: int = 1) -> Pricing:
    return Pricing(
        usage_type_uid=usage_type_uid(kind),
        usage_type_id=kind,
        usage_type="power",
        normalised_unit="kWh",
        factor=Decimal(factor),
        factor_version=version,
        emissions_unit="kg CO2e",
    )


def measured(amount: str, ratio: Fraction = Fraction(1)) -> Measured:
    return Measured(amount=Decimal(amount), unit="kWh", ratio=ratio)


def recording(amount: str = "10", at: datetime = AT, factor: str = "0.5") -> RecordUsage:
    return RecordUsage(
        user_uid=UUID(int=1),
        user_id=1,
        bank_uid=None,
        usage_at=at,
        measured=measured(amount),
        pricing=priced(factor),
    )


def decided(state: usages.State, command: Any) -> list[Event]:
    return list(declared(command, usages.DECIDER.decide(state, command, NOW)))


def after(*commands: Any) -> usages.State:
    state: usages.State = usages.DECIDER.initial
    for command in commands:
        state = reduce(usages.DECIDER.evolve, decided(state, command), state)
    return state


def test_a_factor_is_valid_from_its_moment_on() -> None:
    state = told(UsageTypeState(), TYPE, a_factor("0.5", 2025), a_factor("0.4", 2026))
    assert [each.version for each in state.factors] == [1, 2]
    first = datetime(2026, 1, 1, tzinfo=UTC)
    assert factor_at(state, first).factor == Decimal("0.4")
    assert factor_at(state, first - timedelta(microseconds=1)).factor == Decimal("0.5")
    with pytest.raises(NoFactor):
        factor_at(state, datetime(2024, 12, 31, tzinfo=UTC))


def test_a_factor_begins_at_most_ten_years_ahead() -> None:
    state, last = told(UsageTypeState(), TYPE), NOW + timedelta(days=3_653)
    for at in (last + timedelta(seconds=1), datetime.max.replace(tzinfo=UTC)):
        with pytest.raises(Invalid) as refused:
            told(state, AppendFactor(factor=Decimal(1), valid_from=at, source="test"))
        assert [(it.pointer, it.code) for it in refused.value.faults] == [
            ("/valid_from", "too_far_ahead")
        ]
    assert told(state, AppendFactor(factor=Decimal(1), valid_from=last, source="test")).factors


@pytest.mark.parametrize("year", [2024, 2025])
def test_what_is_covered_stays(year: int) -> None:
    state = told(UsageTypeState(), TYPE, a_factor("0.5", 2025))
    with pytest.raises(DateCovered) as refused:
        told(state, a_factor("0.4", year))
    assert refused.value.facts["version"] == 1


def test_a_type_is_defined_renamed_and_retired_once() -> None:
    state = told(UsageTypeState(), TYPE)
    assert told(state, TYPE) == told(state, RenameUsageType(name=" power ")) == state
    retired = told(state, RetireUsageType())
    assert told(retired, RetireUsageType()) == retired
    for command in (RenameUsageType(name="x"), a_factor("1", 2025)):
        with pytest.raises(UsageTypeIsRetired):
            told(retired, command)
    with pytest.raises(NotFound):
        told(UsageTypeState(), a_factor("1", 2025))


def test_the_first_types_are_those_of_the_assignment() -> None:
    known = [told(UsageTypeState(), each) for each in FIRST_TYPES]
    assert [factor_at(each, AT).factor for each in known] == [
        Decimal(it) for it in ("1.5", "26.93", "3.892", "8.57", "19.456")
    ]


def test_emissions_are_the_exact_product() -> None:
    (fact,) = decided(
        usages.DECIDER.initial, recording("999999999999.999999", factor="0.000000000001")
    )
    assert isinstance(fact, UsageRecorded)
    assert str(fact.emissions) == "0.999999999999999999"
    (again,) = decided(usages.DECIDER.initial, recording("20", factor="5"))
    assert isinstance(again, UsageRecorded)
    assert (str(again.amount), str(again.emissions)) == ("20", "100")


def test_another_amount_keeps_the_factor_and_another_date_takes_the_one_of_then() -> None:
    state = after(recording())
    (amount,) = decided(state, ChangeUsage(measured=measured("20"), pricing=priced("9", 100, 2)))
    assert isinstance(amount, UsageChanged)
    assert (amount.emissions, amount.repriced) == (Decimal(10), False)
    later = ChangeUsage(usage_at=AT + timedelta(days=1), pricing=priced("9", 100, 2))
    (moved,) = decided(state, later)
    assert isinstance(moved, UsageChanged)
    assert (moved.emissions, moved.factor_version, moved.repriced) == (Decimal(90), 2, True)
    assert decided(state, ChangeUsage()) == []
    assert decided(state, ChangeUsage(measured=measured("10.0"), usage_at=AT)) == []


def test_what_was_deleted_is_gone() -> None:
    state = after(recording(), DeleteUsage())
    for command in (DeleteUsage(), ChangeUsage(measured=measured("1"))):
        with pytest.raises(NotFound):
            decided(state, command)
    assert decided(state, recording()) == []
    assert decided(state, restating()) == []


def restating(factor: str = "0.1", since: datetime = AT) -> RestateUsage:
    return RestateUsage(
        restatement_uid=UUID(int=9),
        since=since,
        until=AT + timedelta(days=1),
        pricing=priced(factor, version=2),
    )


def test_a_restatement_says_what_it_was_by_another_factor() -> None:
    state = after(recording())
    (fact,) = decided(state, restating())
    assert isinstance(fact, UsageRestated)
    assert fact.restated_emissions == 1
    state = after(recording(), restating())
    assert decided(state, restating()) == []
    assert decided(state, restating(since=AT + timedelta(seconds=1))) == []
    (changed,) = decided(state, ChangeUsage(measured=measured("30")))
    assert isinstance(changed, UsageChanged)
    assert (changed.emissions, changed.restated_emissions) == (Decimal(15), Decimal(3))
    (back,) = decided(state, restating("0.5"))
    assert isinstance(back, UsageRestated)
    assert back.restated_emissions == 5


def test_what_no_decimal_says_is_refused() -> None:
    command = recording()
    third = msgspec.structs.replace(command, measured=measured("1", Fraction(5, 18)))
    with pytest.raises(Invalid) as refused:
        decided(usages.DECIDER.initial, third)
    assert refused.value.faults[0].code == "not_exact"
    (fact,) = decided(
        usages.DECIDER.initial,
        msgspec.structs.replace(command, measured=measured("3.6", Fraction(5, 18))),
    )
    assert isinstance(fact, UsageRecorded)
    assert fact.normalised_amount == 1


@pytest.mark.parametrize(("minutes", "code"), [(5, None), (6, "in_the_future")])
def test_a_clock_may_be_five_minutes_ahead(minutes: int, code: str | None) -> None:
    command = recording(at=NOW + timedelta(minutes=minutes))
    if code is None:
        assert decided(usages.DECIDER.initial, command)
        return
    with pytest.raises(Invalid) as refused:
        decided(usages.DECIDER.initial, command)
    assert refused.value.faults[0].code == code


def test_facts_fold_in_any_state() -> None:
    fold = usages.DECIDER.evolve
    assert fold(usages.DECIDER.initial, UsageDeleted()) == usages.DECIDER.initial
    assert after_type(FactorAppended(**_FACT)).factors
    ended = after(recording(), DeleteUsage())
    assert fold(ended, UsageDeleted()) == ended


_FACT: dict[str, Any] = {
    "factor": Decimal(1),
    "valid_from": AT,
    "source": "test",
    "version": 1,
    "emissions_unit": "kg CO2e",
}
