"""Spans: what was done, how long it took and what it belongs to, for whoever collects traces (OpenTelemetry).

Rules upheld here:
- the trace of a fact is its correlation id, and the span that led to it follows from its causation id: the log itself
  says where a fact belongs, nothing else is kept, and every process finds the same (ADR 57);
- a span tells names and numbers of ours (routes, events, policies, counts), never what a fact says or whom it is about;
- as long as nobody collects them, none is made.
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from enum import StrEnum
from hashlib import blake2b
from types import MappingProxyType
from typing import Protocol
from uuid import UUID

import msgspec

from domain.shared.errors import DaybookError

Told = str | int | float | bool
"""What an attribute of a span may be."""


class SpanPart(StrEnum):
    """Which part a span has in the conversation of processes, in OpenTelemetry's words (`SpanKind`)."""

    INTERNAL = "internal"
    SERVER = "server"
    CLIENT = "client"
    CONSUMER = "consumer"


class SpanPlace(msgspec.Struct, frozen=True):
    """Where a span belongs; whatever is not said is as OpenTelemetry has it: below the span in hand, an id by chance.

    Attributes:
        trace: the correlation id of what it is about.
        id: its own id, for those who come later to find it by.
        parent: the id of the span that led to it.
    """

    trace: UUID
    id: int | None = None
    parent: int | None = None


class Span(Protocol):
    """A span that is open."""

    def call(self, name: str) -> None:
        """Give it its name, where that is known late."""

    def note(self, attribute: str, told: Told) -> None:
        """Tell something of it."""

    def fail(self, error: str) -> None:
        """It did not go well; `error` is a code or the name of a class, and never a message."""


class Tracing(Protocol):
    """Whoever collects spans."""

    def wants(self, trace: UUID) -> bool:
        """Whether spans of this trace are kept: the same answer in every process."""

    def span(
        self, name: str, place: SpanPlace | None, part: SpanPart, told: Mapping[str, Told]
    ) -> AbstractContextManager[Span]:
        """A span that is open, and the one in hand, until the block ends; an error that leaves the block fails it."""

    def was(
        self,
        name: str,
        place: SpanPlace,
        began_ns: int,
        told: Mapping[str, Told],
        error: str | None,
    ) -> None:
        """A span that began then, in nanoseconds of Unix time, and is over now; `error` is why it failed, if it did."""


class _Unseen(Span):
    """For when nobody collects them."""

    def call(self, name: str) -> None:
        pass

    def note(self, attribute: str, told: Told) -> None:
        pass

    def fail(self, error: str) -> None:
        pass


_NOTHING: AbstractContextManager[Span] = nullcontext(_Unseen())
_tracing: Tracing | None = None


def trace_with(tracing: Tracing | None) -> None:
    """Have the spans of this process collected so from now on; None: not any more. Once per process, at its entry."""
    global _tracing
    _tracing = tracing


def wants(trace: UUID) -> bool:
    """Whether spans of this trace are kept."""
    return _tracing is not None and _tracing.wants(trace)


def span(
    name: str,
    place: SpanPlace | None = None,
    part: SpanPart = SpanPart.INTERNAL,
    told: Mapping[str, Told] = MappingProxyType({}),
) -> AbstractContextManager[Span]:
    """A span of what the block does; without a `place` it lies below the one in hand."""
    return _NOTHING if _tracing is None else _tracing.span(name, place, part, told)


def was(
    name: str, place: SpanPlace, began_ns: int, told: Mapping[str, Told], error: str | None = None
) -> None:
    """A span of what began then (`time.time_ns`) and is over now; `error` is why it failed, if it did."""
    if _tracing is not None:
        _tracing.was(name, place, began_ns, told, error)


def error_of(error: BaseException) -> str:
    """What a span tells of an error: its code, or the name of its class."""
    return error.code if isinstance(error, DaybookError) else type(error).__name__


def span_of(cause: UUID) -> int:
    """The id of the span of a cause: the append with this causation id, or the reaction with this id."""
    # An id of 64 bits that is not 0, which would be none.
    return int.from_bytes(blake2b(cause.bytes, digest_size=8).digest(), "big") or 1
