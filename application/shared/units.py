"""Units of measure, as far as the application needs to know of them."""

from fractions import Fraction
from typing import Protocol

from domain.shared.errors import Invalid


class Units(Protocol):
    """What is known of units, and how many of one another is."""

    def check(self, unit: str) -> str:
        """The unit as it is written, without spaces around it.

        Raises:
            Invalid: it is none, or one of no dimension that is measured here (`unknown_unit`); some are named.
        """

    def ratio(self, unit: str, into: str) -> Fraction:
        """How many `into` one `unit` is, exactly.

        Raises:
            Invalid: it is no unit (`unknown_unit`), or one of another dimension (`wrong_dimension`); the detail lists
                what is accepted.
        """


class NoUnits(Units):
    """Knows none: for those who measure nothing."""

    def check(self, unit: str) -> str:
        raise Invalid(f"{unit[:80]!r} is no unit", code="unknown_unit")

    def ratio(self, unit: str, into: str) -> Fraction:  # noqa: ARG002 - none of the two is known
        raise Invalid(f"{unit[:80]!r} is no unit", code="unknown_unit")


NO_UNITS = NoUnits()
