"""Spans of reactions: what was planned, and each attempt at it."""

from contextlib import AbstractContextManager

from application.shared import tracing
from application.shared.reactions.ports import Reaction
from application.shared.tracing import Span, SpanPart, SpanPlace, Told, span_of


def tell_planned(reaction: Reaction, began_ns: int, parent: int | None = None) -> None:
    """Tell that this is planned: its attempts are found below.

    Args:
        began_ns: when the planning began, in nanoseconds of Unix time.
        parent: the span of what it follows from, the one in hand if None.
    """
    if tracing.wants(reaction.correlation_id):
        place = SpanPlace(reaction.correlation_id, span_of(reaction.id), parent)
        tracing.was(f"plan {reaction.kind}", place, began_ns, _told(reaction))


def attempted(reaction: Reaction) -> AbstractContextManager[Span]:
    """The span of one attempt."""
    place = SpanPlace(reaction.correlation_id, parent=span_of(reaction.id))
    told = {**_told(reaction), "daybook.failures": reaction.failures}
    return tracing.span(f"job {reaction.kind}", place, SpanPart.CONSUMER, told)


def _told(reaction: Reaction) -> dict[str, Told]:
    return {
        "daybook.reaction": str(reaction.id),
        "daybook.policy": reaction.policy,
        "daybook.kind": reaction.kind,
        "daybook.lane": str(reaction.lane),
    }
