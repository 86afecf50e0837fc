"""Rows of read models that are counted for whoever watches: contexts export them as `COUNTERS`."""

from dataclasses import dataclass

from projections.shared.query.fields import Collection
from projections.shared.query.grouping import COUNT
from projections.shared.query.requests import GROUPS_MAX, AggregateQuery, GroupTerm


@dataclass(frozen=True)
class RowCounter:
    """How many rows of a collection there are of each value of one field."""

    collection: Collection
    field: str

    @property
    def query(self) -> AggregateQuery:
        """What counts them."""
        by = (GroupTerm(self.collection.by_name[self.field]),)
        return AggregateQuery(conditions=(), by=by, measures=(COUNT,), sort=(), limit=GROUPS_MAX)
