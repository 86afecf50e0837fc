"""What a stream tells: its facts, the state they leave, and how an entity is found by what a caller calls it.

Commands look here and not in a read model, so that what was recorded a moment ago is found at once.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import reduce
from typing import Any, Generic, TypeVar
from uuid import UUID

import msgspec

from application.shared.permissions import Principal
from application.shared.ports import Record, RecordedEvent
from domain.shared.deciders import Decider
from domain.shared.errors import Fault, Malformed, NotFound
from domain.shared.events import Event, names_read_as

State = TypeVar("State")
Command = TypeVar("Command")

Reference = int | str | UUID
"""An integer id (the position of the creating event) or a uid (the stream), also written as text."""


Fact = Record[Event]
"""An event that happened, and its place in the log."""

Facts = tuple[Fact, ...]
"""The facts of one stream, the oldest first."""


class Stream(msgspec.Struct, Generic[State], frozen=True, gc=False):
    """A stream as it was read: its facts, and the state they leave. `id` and `position` are 0 if nothing happened."""

    uid: UUID
    facts: Facts
    state: State

    @property
    def id(self) -> int:
        """The position of the event that created it."""
        return self.facts[0].position if self.facts else 0

    @property
    def version(self) -> int:
        """How many facts there are."""
        return len(self.facts)

    @property
    def position(self) -> int:
        """The position of its newest event."""
        return self.facts[-1].position if self.facts else 0


class Entity(msgspec.Struct, Generic[State, Command], frozen=True):
    """A kind of thing that has a stream: what it is called, its rules, the event it begins with, and who sees it.

    `scope` says which values the creating event must have for a caller to see the thing; `uid` stands for its stream.
    `uid_of` tells the stream by the integer id, where that is not the position of the creating event.
    """

    noun: str
    decider: Decider[State, Command]
    created: type[Event] | tuple[type[Event], ...]
    scope: Callable[[Principal], Mapping[str, Any]]
    uid_of: Callable[[int], UUID] | None = None

    def named(self, reference: Reference) -> UUID | int:
        """What a reference to one of these names; raises as `named`."""
        name = named(reference)
        return self.uid_of(name) if self.uid_of and isinstance(name, int) else name

    def check_seen(
        self, facts: Facts, principal: Principal, reference: Reference, of: Mapping[str, Any]
    ) -> None:
        """Go on only if these facts tell of such a thing, and the caller may see it; `of` narrows the scope.

        Raises:
            NotFound: they tell of none of this kind, or of one that the caller may not see.
        """
        if not facts or not isinstance(facts[0].event, self.created):
            raise self.unknown(reference)
        for column, value in {**self.scope(principal), **of}.items():
            has = facts[0].stream_id if column == "uid" else getattr(facts[0].event, column)
            if has != value:
                raise self.unknown(reference)

    def begins_as(self) -> Collection[str]:
        """The stored names of the event that one of these begins with."""
        kinds = self.created if isinstance(self.created, tuple) else (self.created,)
        return {name for kind in kinds for name in names_read_as(kind)}

    def unknown(self, reference: Reference) -> NotFound:
        """The error for a reference that names nothing the caller may see."""
        return NotFound(f"There is no {self.noun} with the id {reference}.")


def fold(decider: Decider[State, Any], facts: Iterable[Fact]) -> State:
    """The state that these facts leave."""
    return reduce(decider.evolve, (fact.event for fact in facts), decider.initial)


class Recent:
    """Streams that were read or written lately, so that they need not be read again to decide on them.

    They may have moved on: whoever decides on them finds out when the decision is appended with what it read.

    Args:
        streams_max: how many are kept; those that were not asked for the longest go first.
    """

    def __init__(self, streams_max: int) -> None:
        self._streams_max = streams_max
        self._streams: dict[UUID, tuple[Decider[Any, Any], Stream[Any]]] = {}
        self._uids: dict[int, UUID] = {}

    def get(self, reference: UUID | int) -> tuple[Decider[Any, Any], Stream[Any]] | None:
        """The stream, and the decider by which it was folded; None if it is not kept."""
        uid = self._uids.get(reference) if isinstance(reference, int) else reference
        found = self._streams.pop(uid, None) if uid else None
        if found:
            self._streams[found[1].uid] = found
        return found

    def keep(self, decider: Decider[Any, Any], stream: Stream[Any]) -> None:
        """Keep a stream with its state, in the place of what was kept of it."""
        if not stream.facts:
            return
        self._streams.pop(stream.uid, None)
        self._streams[stream.uid] = (decider, stream)
        self._uids[stream.id] = stream.uid
        if len(self._streams) > self._streams_max:
            _, oldest = self._streams.pop(next(iter(self._streams)))
            self._uids.pop(oldest.id, None)


def facts_of(recorded: Sequence[RecordedEvent]) -> Facts:
    """What these events say."""
    return tuple(each.decoded() for each in recorded)


def named(reference: Reference) -> UUID | int:
    """What a reference names: a stream, or the event that created one.

    Raises:
        Malformed: it is neither an integer nor a UUID (`bad_value`).
    """
    if not isinstance(reference, str):
        return reference
    if reference.isascii() and reference.isdigit() and len(reference) <= 18:
        return int(reference)
    try:
        return UUID(reference)
    except ValueError:
        raise _unreadable(reference) from None


def _unreadable(reference: str) -> Malformed:
    expected = "an integer or a UUID"
    detail = f"{reference[:100]!r} names nothing here; {expected} was expected"
    fault = Fault(
        parameter="id", detail=detail, code="bad_value", got=reference[:200], expected=expected
    )
    return Malformed(detail, code="bad_value", faults=[fault])
