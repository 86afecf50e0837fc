"""Usage goals, and how far they are reached month by month."""

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any
from uuid import UUID

import msgspec

from application.shared.permissions import Permission
from application.shared.values import Amount
from application.usages.goals import NewGoal, UsageGoals
from domain.shared.errors import Invalid, NotFound
from domain.shared.numbers import total
from domain.usages.goals import ChangeGoal
from interfaces.http.shared.collections import list_route, record_parameter, record_route
from interfaces.http.shared.command_routes import changes, ends, starts
from interfaces.http.shared.histories import history_route
from interfaces.http.shared.inputs import caught_up, services_of
from interfaces.http.shared.plain_routes import shows
from interfaces.http.shared.resources import AnyRequest, Resource, scope_of
from interfaces.http.shared.routes import MIN_POSITION, answer
from projections.shared.query.grouping import parse_aggregates
from projections.usages.goals import USAGE_GOALS
from projections.usages.usages import USAGES

RESOURCE = Resource(
    collection=USAGE_GOALS.collection,
    path="/usage-goals",
    noun="usageGoal",
    permission=Permission.USAGE_GOALS_READ,
)
_MONTHS = 12
_UNIT = Decimal("0.000001")


class NewNumber(msgspec.Struct, frozen=True, kw_only=True):
    """Another number to aim at, in kg CO2e."""

    emissions: Amount


class MonthOfGoal(msgspec.Struct, frozen=True, kw_only=True):
    """What was emitted in a month and from the year's beginning to its end, beside the share of the goal by then."""

    month: date
    actual: Decimal
    actual_so_far: Decimal
    goal_so_far: Decimal


class GoalProgress(msgspec.Struct, frozen=True, kw_only=True):
    """A goal and the twelve months of its year."""

    uid: UUID
    usage_type_id: int
    year: int
    goal: Decimal
    actual: Decimal
    emissions_unit: str
    months: Sequence[MonthOfGoal]


def _progress(goal: dict[str, Any], sums: dict[date, Decimal]) -> GoalProgress:
    so_far, months = Decimal(0), list[MonthOfGoal]()
    for number in range(1, _MONTHS + 1):
        first = date(goal["year"], number, 1)
        actual = sums.get(first, Decimal(0))
        so_far = total((so_far, actual))
        share = (goal["emissions"] * number / _MONTHS).quantize(_UNIT, ROUND_HALF_EVEN)
        months.append(
            MonthOfGoal(month=first, actual=actual, actual_so_far=so_far, goal_so_far=share)
        )
    return GoalProgress(
        uid=goal["uid"],
        usage_type_id=goal["usage_type_id"],
        year=goal["year"],
        goal=goal["emissions"],
        actual=so_far,
        emissions_unit="kg CO2e",
        months=months,
    )


_EXAMPLE = {
    "uid": UUID("b1d2c3e4-5f60-8718-8293-a4b5c6d7e839"),
    "usage_type_id": 100,
    "year": 2026,
    "emissions": Decimal(12_000),
}


@shows(
    "/usage-goals/{record_id:str}/progress",
    RESOURCE.plural,
    "Actual emissions against a goal, month by month",
    Permission.USAGE_GOALS_READ,
    answer(
        200,
        "The months of the year (UTC).",
        example=_progress(_EXAMPLE, {date(2026, 3, 1): Decimal("18.75")}),
    ),
    parameters=[record_parameter(RESOURCE.collection), MIN_POSITION],
    problems=[NotFound],
)
async def get_goal_progress(request: AnyRequest, record_id: str) -> GoalProgress:
    """What everybody of the bank used of the type, as pinned. The goal is shared out evenly over the months, at six
    decimals."""
    services, field = services_of(request), USAGE_GOALS.collection.by_name
    await caught_up(request, services, USAGE_GOALS.name)
    await caught_up(request, services, USAGES.name)
    wanted = tuple(
        field[name] for name in ("uid", "bank_uid", "usage_type_id", "year", "emissions")
    )
    scope = await scope_of(request, services, RESOURCE)
    goal = await services.queries.one(USAGE_GOALS.collection, record_id, wanted, scope)
    pairs = {
        "by": "usage_at:month",
        "measures": "sum:emissions",
        "bank_uid": str(goal["bank_uid"]),
        "usage_type_id": str(goal["usage_type_id"]),
        "usage_at[gte]": f"{goal['year']}-01-01T00:00:00Z",
        "usage_at[lt]": f"{goal['year'] + 1}-01-01T00:00:00Z",
    }
    query = parse_aggregates(USAGES.collection, list(pairs.items()))
    groups = await services.queries.aggregate(USAGES.collection, query)
    sums = {row["usage_at:month"]: row["sum:emissions"] for row in groups.rows}
    return _progress(goal, sums)


ROUTES = [
    *list_route(RESOURCE),
    *record_route(RESOURCE),
    history_route(RESOURCE, "usage_goal"),
    get_goal_progress,
    starts(
        RESOURCE,
        UsageGoals.set,
        NewGoal(usage_type_id=100, year=2026, emissions=Decimal(12_000)),
        permission=Permission.USAGE_GOALS_WRITE,
        summary="Set a goal",
        description="Of the caller's bank; operators name one by `bank_id`. There is one per type and year: 409 "
        "`goal_is_set` if it is another number.",
        problems=[Invalid, NotFound],
    ),
    changes(
        RESOURCE,
        UsageGoals.change,
        NewNumber(emissions=Decimal(11_000)),
        into=ChangeGoal,
        permission=Permission.USAGE_GOALS_WRITE,
        summary="Change a goal",
        description="Another number; type and year stay.",
    ),
    ends(
        RESOURCE,
        UsageGoals.withdraw,
        permission=Permission.USAGE_GOALS_WRITE,
        summary="Withdraw a goal",
        description="It stays readable with the status `withdrawn`, and can be set again.",
    ),
]
