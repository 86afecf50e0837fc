"""Spans of appends: where what follows from a fact belongs."""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from application.shared import tracing
from application.shared.ports import Append, Appended, Cause
from application.shared.tracing import SpanPlace, Told, span_of
from domain.shared.events import name_of


class Traced:
    """An append that is under way; `done` is told what became of it."""

    def __init__(self) -> None:
        self.told: dict[str, Told] = {}
        self.has_written = False

    def done(self, appended: Appended) -> Appended:
        """Note that it is recorded, or was before."""
        self.has_written = appended.first_position is not None and not appended.replayed
        if appended.last_position is not None:
            self.told["daybook.position"] = appended.last_position
        return appended


@contextmanager
def traced(cause: Cause, append: Append | None = None) -> Iterator[Traced]:
    """A span of what the block appends, of this append if it is one.

    Its id follows from the causation id if it wrote something: what takes in its events is found below it. It is made
    when all is over, since an attempt that lost against another is made again under the same cause.
    """
    under_way = Traced()
    if not tracing.wants(cause.correlation_id):
        yield under_way
        return
    if append is not None:
        under_way.told |= _of(append)
    began_ns = time.time_ns()
    try:
        yield under_way
    except BaseException as error:
        place = SpanPlace(cause.correlation_id)
        tracing.was("append", place, began_ns, under_way.told, tracing.error_of(error))
        raise
    ident = span_of(cause.causation_id) if under_way.has_written else None
    tracing.was("append", SpanPlace(cause.correlation_id, ident), began_ns, under_way.told)


def _of(append: Append) -> dict[str, Told]:
    facts = [fact for stream in append.streams for fact in stream.events]
    return {
        "daybook.streams": len(append.streams),
        "daybook.events": len(facts),
        "daybook.event_names": _joined(name_of(type(fact)) for fact in facts),
    }


def _joined(names: Iterable[str]) -> str:
    return ", ".join(sorted(set(names)))
