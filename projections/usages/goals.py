"""The goals of banks, by year and type; how far each is reached follows from the usages."""

from domain.usages.goals import GoalChanged, GoalSet, GoalWithdrawn
from projections.shared import columns as col
from projections.shared.columns import EXACT
from projections.shared.folds import changed, created, ended
from projections.shared.model import read_model

USAGE_GOALS = read_model(
    "usage_goals",
    "What banks mean to emit at most, by year and type.",
    version=1,
    ids=col.ids(4801, "b1d2c3e4-5f60-8718-8293-a4b5c6d7e839", "the goal"),
    columns=[
        col.bank_uid("The bank whose goal it is.", indexed=True),
        col.integer("usage_type_id", "Id of what is used.", 100, groupable=True),
        col.integer("year", "The year.", 2026, groupable=True),
        col.decimal("emissions", "At most so many kg CO2e.", "12000", stored_as=EXACT),
        *col.lifetime("active", "withdrawn"),
    ],
    # What was withdrawn and is set again is as new, under the ids it had.
    on={
        GoalSet: created(keeps=("id",)),
        GoalChanged: changed("emissions"),
        GoalWithdrawn: ended("withdrawn"),
    },
)
