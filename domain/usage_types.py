"""Usage types: what is used (electricity, water, heating), in which unit, and what a unit of it emits.

Rules upheld here:
- a type keeps its number and its unit for ever; a retired one stays readable, and nothing new is recorded with it;
- the first types are 100 to 104; every later one takes the next free number, which names its stream (ADR 21);
- a factor is kg CO2e per unit of the type. A version is valid from a moment until the next one begins, and later
  versions begin later: what is covered stays as it was. It begins at most 10 years ahead;
- before its first version a type has no factor, and none is made up.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

import msgspec

from domain.shared.deciders import Decider
from domain.shared.errors import Fault, Invalid, Refused
from domain.shared.events import Event, event
from domain.shared.ids import derived
from domain.shared.kits import Kind, Life, Nothing, in_use, known, opened_changed_ended
from domain.shared.numbers import exact_decimal
from domain.shared.rules import checked, clean_text, normalised, of_same_fields

EMISSIONS_UNIT = "kg CO2e"
"""What factors give per unit, and what every emission is counted in."""

FIRST_FREE_NUMBER = 105
"""The number of the first type that is not there from the beginning."""

AHEAD_MAX = timedelta(days=3_653)
"""How far ahead a version may begin: no later one can begin before it, so a slip would be there for good."""

_SCOPES = (1, 2, 3)


class UsageType(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a type beside its factors; `id` is its number."""

    id: int
    name: str
    unit: str


class Factor(msgspec.Struct, frozen=True, kw_only=True):
    """What a unit emits from a moment on, who says so, and for which scope (of the GHG Protocol), region and year."""

    factor: Decimal
    valid_from: datetime
    source: str
    scope: int | None = None
    region: str | None = None
    year: int | None = None


def usage_type_uid(number: int) -> UUID:
    """The stream of the type with this number."""
    return derived("usage type", str(number))


# Commands


class DefineUsageType(UsageType, frozen=True, kw_only=True):
    """Begin a type under a number that nobody has, perhaps with its first factor."""

    first: Factor | None = None


class RenameUsageType(msgspec.Struct, frozen=True, kw_only=True):
    """Call a type something else."""

    name: str


class RetireUsageType(msgspec.Struct, frozen=True):
    """Take a type out of use."""


class AppendFactor(Factor, frozen=True, kw_only=True):
    """Say what a unit emits from a moment on that no version covers yet."""


Command = DefineUsageType | RenameUsageType | RetireUsageType | AppendFactor


# Events


@event("usage_type.defined.v1", by=DefineUsageType)
class UsageTypeDefined(UsageType, Event, frozen=True):
    """A type came into use."""


@event("usage_type.renamed.v1", by=RenameUsageType)
class UsageTypeRenamed(Event, frozen=True):
    """A type bears another name from now on."""

    name: str


@event("usage_type.retired.v1", by=RetireUsageType)
class UsageTypeRetired(Event, frozen=True):
    """A type went out of use."""


@event("usage_type.factor_appended.v1", by=AppendFactor)
class FactorAppended(Factor, Event, frozen=True):
    """From a moment on, a unit of the type emits this much; versions count from 1."""

    version: int
    emissions_unit: str


# State and refusals


class UsageTypeState(msgspec.Struct, frozen=True):
    """A type and its factors, the oldest first."""

    life: Life[UsageType] = Nothing()
    factors: tuple[FactorAppended, ...] = ()


class UsageTypeIsRetired(Refused, code="usage_type_retired"):
    """The type is out of use."""


class UsageTypeExists(Refused, code="usage_type_exists"):
    """The number is taken."""


class DateCovered(Refused, code="date_covered"):
    """A version of the factor covers that moment already; the facts say which."""


class NoFactor(Invalid, code="no_factor"):
    """No version of the factor was valid then."""


# Rules


_TYPE: Kind[UsageType, Any] = Kind(
    noun="usage type",
    value=UsageType,
    commands=(DefineUsageType, RenameUsageType, RetireUsageType),
    events=(UsageTypeDefined, UsageTypeRenamed, UsageTypeRetired),
    normal=lambda one: normalised("the usage type", one, name=clean_text, unit=clean_text),
    taken=lambda one: UsageTypeExists(f"the usage type {one.id} exists already"),
    over=lambda one: UsageTypeIsRetired(f"the usage type {one.id} ({one.name}) is out of use"),
)
_LIFE = opened_changed_ended(_TYPE)
_usable = partial(in_use, _TYPE)


def usable(state: UsageTypeState) -> UsageType:
    """The type, if it is in use; raises `NotFound` if there is none, `UsageTypeIsRetired` if it is not."""
    return _usable(state.life)


def known_type(state: UsageTypeState) -> UsageType | None:
    """The type, in use or not; None if there never was one."""
    return known(state.life)


def factor_at(state: UsageTypeState, moment: datetime) -> FactorAppended:
    """The version of the factor that is valid at this moment.

    Raises:
        NoFactor: there is none, and no other is taken in its place.
    """
    for one in reversed(state.factors):
        if one.valid_from <= moment:
            return one
    begins = (
        f"the first is valid from {state.factors[0].valid_from}" if state.factors else "it has none"
    )
    detail = f"no factor was valid at {moment}: {begins}"
    fault = Fault(detail=detail, code=NoFactor.default_code, pointer="/usage_at", got=str(moment))
    raise NoFactor(detail, faults=[fault])


def _decide(state: UsageTypeState, command: Command, now: datetime) -> Sequence[Event]:
    if isinstance(command, AppendFactor):
        usable(state)
        return [_appended(state.factors, command, now)]
    facts = [*_LIFE.decide(state.life, command, now)]
    if facts and isinstance(command, DefineUsageType) and command.first is not None:
        facts.append(_appended((), command.first, now))
    return facts


def _appended(before: Sequence[FactorAppended], new: Factor, now: datetime) -> FactorAppended:
    clean = checked(
        "the factor",
        factor=(_factor, new.factor),
        source=(clean_text, new.source),
        scope=(_scope, new.scope),
        region=(_if_given(clean_text), new.region),
        year=(_if_given(_year), new.year),
        valid_from=(lambda at: _beginning(at, now), new.valid_from),
    )
    if before and new.valid_from <= before[-1].valid_from:
        newest = before[-1]
        raise DateCovered(
            f"{new.valid_from} is covered already: version {newest.version} is valid from {newest.valid_from}, "
            "and a new one begins later",
            version=newest.version,
            valid_from=newest.valid_from,
        )
    values = {**msgspec.structs.asdict(of_same_fields(Factor, new)), **clean}
    return FactorAppended(version=len(before) + 1, emissions_unit=EMISSIONS_UNIT, **values)


def _factor(value: Decimal) -> Decimal:
    return exact_decimal(value, decimals_max=12, below=Decimal(10) ** 9, zero=True)


def _beginning(at: datetime, now: datetime) -> datetime:
    if at > now + AHEAD_MAX:
        last = f"{now + AHEAD_MAX:%Y-%m-%d}"
        raise Invalid(
            f"a time up to 10 years ahead, to {last}, was expected, got {at}", code="too_far_ahead"
        )
    return at


def _scope(value: int | None) -> int | None:
    if value is not None and value not in _SCOPES:
        raise Invalid(f"a scope of 1, 2 or 3 was expected, got {value}", code="unknown_scope")
    return value


def _year(value: int) -> int:
    if not 1900 <= value <= 2199:
        raise Invalid(f"a year from 1900 to 2199 was expected, got {value}", code="out_of_range")
    return value


def _if_given(rule: Any) -> Any:
    return lambda value: None if value is None else rule(value)


def _evolve(state: UsageTypeState, fact: Event) -> UsageTypeState:
    if isinstance(fact, FactorAppended):
        return UsageTypeState(state.life, (*state.factors, fact))
    return UsageTypeState(_LIFE.evolve(state.life, fact), state.factors)


DECIDER: Decider[UsageTypeState, Command] = Decider(UsageTypeState(), _decide, _evolve)
