"""Finding an entity by what a caller calls it: its integer id or its uid, on the log itself.

Commands look here and not in a read model, so that what was recorded a moment ago is found at once.
"""

from collections.abc import Sequence
from typing import Generic, TypeVar
from uuid import UUID

import msgspec

from application.shared.handling import fold
from application.shared.ports import EventLog, RecordedEvent
from domain.shared.deciders import Decider
from domain.shared.errors import Fault, Malformed, NotFound
from domain.shared.events import Event, names_read_as

State = TypeVar("State")
Command = TypeVar("Command")

Reference = int | str | UUID
"""An integer id (the position of the creating event) or a uid (the stream), also written as text."""

_POSITION_MAX = 2**63 - 1


class Found(msgspec.Struct, Generic[State], frozen=True, kw_only=True):
    """An entity as it is now; `position` is that of its newest event."""

    uid: UUID
    id: int
    state: State
    version: int
    position: int


async def find(
    log: EventLog,
    decider: Decider[State, Command],
    reference: Reference,
    creating: type[Event],
    noun: str,
) -> Found[State]:
    """The entity that `reference` names and that began with an event of the kind `creating`.

    Raises:
        Malformed: the reference is neither an integer nor a UUID (`bad_value`).
        NotFound: there is no such entity.
    """
    uid = await stream_of(log, reference)
    recorded = await log.stream(uid) if uid else ()
    if not recorded or recorded[0].name not in names_read_as(creating):
        raise NotFound(f"There is no {noun} with the id {reference}.")
    return found_in(decider, recorded)


def found_in(decider: Decider[State, Command], recorded: Sequence[RecordedEvent]) -> Found[State]:
    """The entity that these events, all of one stream, tell of."""
    state, version = fold(decider, recorded)
    first, last = recorded[0], recorded[-1]
    return Found(
        uid=first.stream_id, id=first.position, state=state, version=version, position=last.position
    )


async def stream_of(log: EventLog, reference: Reference) -> UUID | None:
    """The stream that a reference names, None if an integer names none; a uid may name a stream that is not there.

    Raises:
        Malformed: the reference is neither an integer nor a UUID (`bad_value`).
    """
    if isinstance(reference, UUID):
        return reference
    if isinstance(reference, str) and not _is_number(reference):
        try:
            return UUID(reference)
        except ValueError:
            raise _unreadable(reference) from None
    position = int(reference)
    if not 1 <= position <= _POSITION_MAX:
        return None
    page = await log.page_async(position - 1, 1, until=position)
    return page.events[0].stream_id if page.events and page.events[0].version == 1 else None


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 18


def _unreadable(reference: str) -> Malformed:
    expected = "an integer or a UUID"
    detail = f"{reference[:100]!r} names nothing here; {expected} was expected"
    fault = Fault(
        parameter="id", detail=detail, code="bad_value", got=reference[:200], expected=expected
    )
    return Malformed(detail, code="bad_value", faults=[fault])
