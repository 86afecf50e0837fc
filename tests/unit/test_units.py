"""Units of measure: exact ratios, and nothing that is no unit of the same dimension."""

from fractions import Fraction

import pytest

from domain.shared.errors import Invalid
from infrastructure.shared.units import PintUnits, _fraction_of, _registry

UNITS = PintUnits()


@pytest.mark.parametrize(
    ("unit", "into", "ratio"),
    [
        ("kwh", "kwh", Fraction(1)),
        ("MWh", "kwh", Fraction(1_000)),
        ("mwh", "kWh", Fraction(1_000)),
        ("mWh", "kWh", Fraction(1, 1_000_000)),
        ("MJ", "kwh", Fraction(5, 18)),
        ("t", "kg", Fraction(1_000)),
        ("lb", "kg", Fraction("0.45359237")),
        ("m3", "l", Fraction(1_000)),
        ("m³", "l", Fraction(1_000)),
        ("l", "m3", Fraction(1, 1_000)),
        ("gal", "l", Fraction("3.785411784")),
        (" km ", "m", Fraction(1_000)),
    ],
)
def test_ratios_are_exact(unit: str, into: str, ratio: Fraction) -> None:
    assert UNITS.ratio(unit, into) == ratio


@pytest.mark.parametrize(
    ("unit", "code"),
    [
        ("l", "wrong_dimension"),
        ("degC", "unknown_unit"),
        ("dB", "unknown_unit"),
        ("", "unknown_unit"),
        ("9**9**9", "unknown_unit"),
        ("kWh*h", "unknown_unit"),
        ("k" * 100_000, "unknown_unit"),
        ("__import__", "unknown_unit"),
    ],
)
def test_what_is_not_accepted_is_told_with_what_is(unit: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        UNITS.ratio(unit, "kwh")
    assert refused.value.code == code
    assert {"kWh", "MWh", "GJ"} <= set(refused.value.faults[0].expected)


def test_no_unit_of_the_registry_breaks_anything() -> None:
    names = [name for name in dir(_registry()) if name.isalpha()]
    found = [name for name in names if _fraction_of(name, "kwh") is not None]
    assert {"Wh", "joule", "calorie"} <= set(found)
    assert all(_fraction_of(name, None) is None for name in ("degC", "decibel"))
