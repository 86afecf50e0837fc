"""What one command on one claim would append, and how it is carried out."""

import datetime as dt
from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

import msgspec

from application.reimbursements.requests import ClaimLeft
from application.shared.handling import carry_out
from application.shared.ports import (
    Append,
    Appended,
    Cause,
    EventLog,
    Idempotency,
    RecordedEvent,
    StreamAppend,
)
from domain.reimbursements import claims, keys
from domain.shared.events import Event, encode, name_of

CLAIMS = claims.DECIDER
KEYS = keys.DECIDER


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """What a command leads to: `events` behind those `before` on the claim, and what becomes of claim keys."""

    uid: UUID
    before: Sequence[RecordedEvent]
    events: tuple[Event, ...]
    keys: tuple[StreamAppend, ...] = ()
    decided_at: dt.datetime

    @property
    def version(self) -> int:
        """The version that the claim will have."""
        return len(self.before) + len(self.events)

    def append(self, cause: Cause, idempotency: Idempotency | None) -> Append:
        """The append that writes it; what is quiet writes nothing but its idempotency key."""
        claim = StreamAppend(self.uid, len(self.before), self.events)
        return Append(
            streams=(claim, *self.keys) if self.events else (),
            cause=cause,
            idempotency=idempotency,
            # Enough to give the same answer again, whatever has become of the claim by then.
            outcome=self.uid.bytes + self.version.to_bytes(8, "big"),
        )

    def left(self, cause: Cause, appended: Appended) -> ClaimLeft:
        """The claim once it is written, without reading it back."""
        first = appended.first_position or 0
        # The claim's own events come first in the append, so their positions follow each other.
        new = [
            RecordedEvent(
                position=first + place,
                stream_id=self.uid,
                version=len(self.before) + place + 1,
                name=name_of(type(event)),
                payload=encode(event),
                actor=cause.actor,
                correlation_id=cause.correlation_id,
                causation_id=cause.causation_id,
                idempotency_key=None,
                recorded_at=self.decided_at,
            )
            for place, event in enumerate(self.events)
        ]
        events = [*self.before, *new]
        return ClaimLeft(events=events, position=appended.last_position or events[-1].position)


async def carry_out_draft(
    log: EventLog,
    prepare: Callable[[], Awaitable[Draft]],
    cause: Cause,
    idempotency: Idempotency | None,
) -> ClaimLeft:
    """Write what `prepare` drafts, drafted anew for as long as somebody else writes first.

    Raises:
        DaybookError: as `application.shared.handling.carry_out`.
    """
    draft: Draft | None = None

    async def prepare_append() -> Append:
        nonlocal draft
        draft = await prepare()
        return draft.append(cause, idempotency)

    appended = await carry_out(log, prepare_append, idempotency)
    if draft is None or appended.replayed:
        return await _as_the_first_time(log, appended)
    return draft.left(cause, appended)


async def _as_the_first_time(log: EventLog, known: Appended) -> ClaimLeft:
    uid = UUID(bytes=known.outcome[:16])
    version = int.from_bytes(known.outcome[16:], "big")
    events = (await log.stream(uid))[:version]
    position = known.last_position or events[-1].position
    return ClaimLeft(events=events, position=position, replayed=True)
