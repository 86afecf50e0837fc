"""Units of measure by pint, in exact fractions.

Decimals would round where a ratio has no end (an MJ is 5/18 kWh), and 3.6 MJ would not be 1 kWh any more.
"""

from fractions import Fraction
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from application.shared.units import Units
from domain.shared.errors import Fault, Invalid

if TYPE_CHECKING:
    from pint import UnitRegistry

_COMMON = (
    "Wh kWh MWh GWh kJ MJ GJ BTU therm kcal",
    "g kg t lb oz",
    "ml l hl m3 gal ft3",
    "m km mi",
    "s min h day",
)
"""By dimension, what is told where a unit is not accepted; these may be written small or large throughout."""

_COMMON_UNITS = [unit for units in _COMMON for unit in units.split()]
_AS_WRITTEN = {form: unit for unit in _COMMON_UNITS for form in (unit.upper(), unit.lower(), unit)}
_POWERS = {"2": 2, "3": 3, "²": 2, "³": 3}
_LENGTH_MAX = 30


class PintUnits(Units):
    """`Units` over pint's registry, which is read when it is first needed."""

    def check(self, unit: str) -> str:
        return _checked(unit[: _LENGTH_MAX + 1])

    def ratio(self, unit: str, into: str) -> Fraction:
        # What is too long stays so, and takes no room among what is remembered.
        return _ratio(unit[: _LENGTH_MAX + 1], into)


@lru_cache(maxsize=1_024)
def _checked(unit: str) -> str:
    found = _fraction_of(unit, None)
    if found is None or not _accepted(unit):
        raise _refusal("unknown_unit", unit, _COMMON_UNITS)
    return unit.strip()


@lru_cache(maxsize=4_096)
def _ratio(unit: str, into: str) -> Fraction:
    if _fraction_of(unit, None) is None:
        raise _refusal("unknown_unit", unit, _accepted(into))
    ratio = _fraction_of(unit, into)
    if ratio is None:
        raise _refusal("wrong_dimension", unit, _accepted(into))
    return ratio


def _accepted(into: str) -> list[str]:
    return [each for each in _COMMON_UNITS if _fraction_of(each, into) is not None]


def _refusal(code: str, unit: str, accepted: list[str]) -> Invalid:
    detail = f"{unit[:_LENGTH_MAX]!r} is not accepted; one of {', '.join(accepted)} was expected"
    fault = Fault(detail=detail, code=code, pointer="/unit", got=unit[:200], expected=accepted)
    return Invalid(detail, code=code, faults=[fault])


@lru_cache(maxsize=4_096)
def _fraction_of(unit: str, into: str | None) -> Fraction | None:
    """How many `into`, or units that are the base of theirs, one is; None if there is no such ratio."""
    registry = _registry()
    try:
        named = _named(unit)
        target = registry.get_base_units(named)[1] if into is None else _named(into)
        nothing, told = (
            Fraction(registry.Quantity(Fraction(amount), named).to(target).magnitude)
            for amount in (0, 1)
        )
    except Exception:  # noqa: BLE001 - scales without a zero, decibels: each fails in a way of its own
        return None
    return None if nothing else told  # degrees begin somewhere: none is so many of another


def _named(unit: str) -> Any:
    """The unit by its name or symbol, with 2 or 3 behind it for a power; no expression is ever evaluated."""
    text = unit.strip() if len(unit) <= _LENGTH_MAX else ""
    registry, power = _registry(), _POWERS.get(text[-1:], 1)
    stem = text if power == 1 else text[:-1]
    for name in (stem, _AS_WRITTEN.get(text, "").rstrip("23")):
        if name.isalpha() and (found := registry.parse_unit_name(name)):
            prefix, base, _ = found[0]
            return registry.Unit(f"{prefix}{base}") ** power
    raise ValueError(unit)


@cache
def _registry() -> "UnitRegistry[Any]":
    from pint import UnitRegistry

    return UnitRegistry(non_int_type=Fraction)
