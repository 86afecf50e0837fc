"""Spans of followers: that one took in what a cause led to, in the trace of that cause."""

from collections import Counter
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from application.shared import tracing
from application.shared.ports import Record
from application.shared.tracing import SpanPlace, span_of
from infrastructure.shared.read_store.feeding import Share

_CAUSES_MAX = 64
"""Of so many causes of a page it is told at most: a page after a pause may hold what thousands did."""


def tell_shares(shares: Iterable[Share], began_ns: int) -> None:
    """Tell of a page, begun then and committed now, below the span of each cause that led to some of it."""
    for share in shares:
        for (trace, cause), events in _causes(share.records):
            tracing.was(
                f"project {share.feeder.target.name}",
                SpanPlace(trace, parent=span_of(cause)),
                began_ns,
                {
                    "daybook.projection": share.feeder.target.name,
                    "daybook.projection_version": share.feeder.target.version,
                    "daybook.events": events,
                    "daybook.page_events": len(share.records),
                    "daybook.position": share.until,
                },
            )


def _causes(records: Iterable[Record[Any]]) -> list[tuple[tuple[UUID, UUID], int]]:
    """The causes, each with its trace and how many of the events it led to."""
    kept = Counter(
        (record.correlation_id, record.causation_id)
        for record in records
        if tracing.wants(record.correlation_id)
    )
    return [*kept.items()][:_CAUSES_MAX]
