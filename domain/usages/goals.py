"""Usage goals: what a bank or firm means to emit at most in a year by what it uses of one type.

Rules upheld here:
- there is one goal per bank, type and year; one that was withdrawn can be set again.

```
no goal ──set──► set ──withdrawn──► withdrawn ┄┄ set again
                 │  ▲
                 └──┘ changed
```
"""

from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec

from domain.shared.deciders import Decider
from domain.shared.errors import Invalid, Refused
from domain.shared.events import Event, event
from domain.shared.ids import derived
from domain.shared.kits import Kind, Life, opened_again
from domain.shared.numbers import exact_decimal
from domain.shared.rules import normalised

YEAR_MIN, YEAR_MAX = 1980, 2199


class UsageGoal(msgspec.Struct, frozen=True, kw_only=True):
    """At most so many kg CO2e in a year."""

    bank_uid: UUID
    usage_type_id: int
    year: int
    emissions: Decimal


def goal_uid(bank_uid: UUID, usage_type_id: int, year: int) -> UUID:
    """The stream of a bank's goal for a type and a year."""
    return derived("usage goal", bank_uid, str(usage_type_id), str(year))


class SetGoal(UsageGoal, frozen=True, kw_only=True):
    """Set a goal."""


class ChangeGoal(msgspec.Struct, frozen=True, kw_only=True):
    """Aim at another number."""

    emissions: Decimal


class WithdrawGoal(msgspec.Struct, frozen=True):
    """Aim at nothing any more."""


Command = SetGoal | ChangeGoal | WithdrawGoal


@event("usage_goal.set.v1", by=SetGoal)
class GoalSet(UsageGoal, Event, frozen=True):
    """A goal was set."""


@event("usage_goal.changed.v1", by=ChangeGoal)
class GoalChanged(Event, frozen=True):
    """The goal is another number from now on."""

    emissions: Decimal


@event("usage_goal.withdrawn.v1", by=WithdrawGoal)
class GoalWithdrawn(Event, frozen=True):
    """There is no such goal any more."""


class GoalIsSet(Refused, code="goal_is_set"):
    """There is a goal for this type and year."""


class GoalIsWithdrawn(Refused, code="goal_withdrawn"):
    """The goal was withdrawn."""


def _emissions(value: Decimal) -> Decimal:
    return exact_decimal(value, decimals_max=6, below=Decimal(10) ** 15)


def _year(value: int) -> int:
    if not YEAR_MIN <= value <= YEAR_MAX:
        raise Invalid(
            f"a year from {YEAR_MIN} to {YEAR_MAX} was expected, got {value}", code="out_of_range"
        )
    return value


_GOAL: Kind[UsageGoal, Any] = Kind(
    noun="usage goal",
    value=UsageGoal,
    commands=(SetGoal, ChangeGoal, WithdrawGoal),
    events=(GoalSet, GoalChanged, GoalWithdrawn),
    normal=lambda goal: normalised("the goal", goal, emissions=_emissions, year=_year),
    taken=lambda goal: GoalIsSet(f"the goal for {goal.year} is {goal.emissions} already"),
    over=lambda goal: GoalIsWithdrawn(f"the goal for {goal.year} was withdrawn"),
)

DECIDER: Decider[Life[UsageGoal], Command] = opened_again(_GOAL)
