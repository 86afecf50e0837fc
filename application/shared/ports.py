"""The ports: what the application needs of the world, and the records that pass through them.

Adapters live in `infrastructure/`; `infrastructure/bootstrap.py` is the one place that joins them.
"""

from collections.abc import AsyncGenerator, Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from decimal import Decimal
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID

import msgspec

from domain.shared.errors import Conflict, Fault, Gone, Malformed, Unavailable
from domain.shared.events import Event, check_content, decode

E = TypeVar("E", bound=Event, covariant=True)


class Record(msgspec.Struct, Generic[E], frozen=True, gc=False):
    """A decoded event with the part of its envelope that commands, read models and policies may use."""

    position: int
    stream_id: UUID
    version: int
    name: str
    actor: str
    correlation_id: UUID
    causation_id: UUID
    recorded_at: datetime
    event: E


class RecordedEvent(msgspec.Struct, frozen=True):
    """One row of the event log: a fact and its envelope.

    `position` is its place in the one total order (1, 2, 3 ... without a gap); `version` its place in its stream.
    """

    position: int
    stream_id: UUID
    version: int
    name: str
    payload: bytes
    actor: str
    correlation_id: UUID
    causation_id: UUID
    idempotency_key: str | None
    recorded_at: datetime

    @property
    def content(self) -> bytes:
        """The payload, if it is in the log and not in an archive; `EventsArchived` if it is not."""
        check_content(self.name, self.payload, self.position)
        return self.payload

    def event(self) -> Event:
        """The fact itself, lifted to the newest version of its name; `EventsArchived` as `content` says."""
        return decode(self.name, self.payload, self.position)

    def decoded(self) -> Record[Any]:
        """The fact with its envelope."""
        return Record(
            self.position,
            self.stream_id,
            self.version,
            self.name,
            self.actor,
            self.correlation_id,
            self.causation_id,
            self.recorded_at,
            decode(self.name, self.payload, self.position),
        )


class Cause(msgspec.Struct, frozen=True, kw_only=True):
    """Who acts and why: what every event of one command carries in its envelope.

    `correlation_id` is shared by all that follows from one request; `causation_id` is the id of the command itself, so
    that the same command sent to the log twice is recognised and recorded once.
    """

    actor: str
    correlation_id: UUID
    causation_id: UUID


class Idempotency(msgspec.Struct, frozen=True, kw_only=True):
    """A caller's key for one request, and what tells that request from another.

    Keys of different scopes (one per actor) never meet. `request_hash` is a digest of the request's meaning, and
    `former_hash` the one that was kept of the same request before 0.2: such a key is still known by it.
    """

    scope: str
    key: str
    request_hash: bytes
    former_hash: bytes = b""


class StreamAppend(msgspec.Struct, frozen=True):
    """Events for one stream; `expected_version` 0 says that the stream must not exist."""

    stream_id: UUID
    expected_version: int
    events: tuple[Event, ...]


class StreamRead(msgspec.Struct, frozen=True):
    """A stream that a decision read, at the version it saw; 0 means that it was not there."""

    stream_id: UUID
    version: int


class Append(msgspec.Struct, frozen=True, kw_only=True):
    """All that one command appends, to one stream or several: all of it or none of it.

    `reads` are the streams that the decision rests on beside those it writes: if one of them has moved, nothing is
    appended. `outcome` is kept with the idempotency key and handed back when the key comes again.
    """

    streams: tuple[StreamAppend, ...]
    cause: Cause
    reads: tuple[StreamRead, ...] = ()
    idempotency: Idempotency | None = None
    outcome: bytes = b""


class Appended(msgspec.Struct, frozen=True, kw_only=True):
    """What became of an append.

    `first_position` and `last_position` bound the positions given to its events (both None if it had none).
    `replayed` says that the idempotency key was known: nothing was written, and positions and `outcome` are those of
    the first time.
    """

    first_position: int | None
    last_position: int | None
    outcome: bytes
    replayed: bool = False


class BulkOutcome(msgspec.Struct, frozen=True):
    """How many events a bulk append wrote, how many streams existed already, and what became of the closing append."""

    appended: int
    existing: int
    closing: Appended


class BulkEvent(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One event of a bulk append, encoded. `label` says what it counts as, `measured` (a currency and an amount) what
    it adds to the sum of its label. Without a `name` there is nothing to append.
    """

    stream_id: str
    version: int
    name: str
    payload: str
    label: str
    measured: tuple[str, Decimal] | None = None


class KnownEvent(msgspec.Struct, frozen=True, gc=False):
    """What was to create a stream that is there with another payload, as it was staged, and what that stream holds."""

    stream_id: UUID
    payload: bytes
    note: str
    facts: Sequence[Event]


Amend = Callable[[KnownEvent], BulkEvent | None]
"""What is to be appended in the place of an event whose stream is known, if anything."""

UNCHANGED = "unchanged"
"""The label of events that were not appended, because their streams are known as they are."""


class LabelSum(msgspec.Struct, frozen=True):
    """How many events of a bulk append have this label and this currency, and what they come to."""

    label: str
    currency: str | None
    events: int
    amount: Decimal


class BulkAppend(Protocol):
    """An open bulk append: events stream in, and `finish` commits all of them at once."""

    def write(
        self,
        stream_id: str,
        name: str,
        payload: str,
        *,
        label: str = "",
        measured: tuple[str, Decimal] | None = None,
        note: str = "",
    ) -> None:
        """Stage the creating event of one stream (`stream_id` as hyphenated or bare hex, `payload` as JSON).

        `label` and `measured` are as for `BulkEvent`; `note` comes back with it should its stream be known.
        """

    def counts(self, idempotency: Idempotency | None = None) -> tuple[int, int]:
        """How many of the staged events are new and how many have a stream already. Takes the append lock.

        `idempotency` is that of the closing append, whose key all events carry.
        """

    def corrected(self) -> Collection[UUID]:
        """The correlation ids under which the streams began that are amended, so the runs that this builds on.

        To be asked after `counts`.
        """

    def sums(self) -> Sequence[LabelSum]:
        """What is to be appended by label and currency, as it is in the database, and what is not (`UNCHANGED`).

        To be asked after `counts`.
        """

    def finish(self, closing: Append) -> BulkOutcome:
        """Append what is staged and new in the order written, then `closing`, in one transaction.

        As many events as others appended meanwhile come last, out of their order. The idempotency key of `closing`
        is that of the whole.

        Raises:
            Conflict: a closing stream is not at its expected version, or one to amend has moved; nothing is written.
            KeyReused: the idempotency key is known with another request hash; nothing is written.
        """


class Contended(Unavailable, Conflict, code="contended"):
    """Others wrote first, again and again; nothing was written, and the same call may be sent again."""


class EpochChanged(Gone, code="epoch_changed"):
    """The log was taken back since: what a position or a cursor of before stood for may be something else now."""

    def __init__(self, was: str, now: str) -> None:
        super().__init__(
            f"the log is of epoch {now} now and not of {was}: it was restored, and positions may stand for other "
            "events; read anew from the last position of which you know that it still holds",
            was=was,
            epoch=now,
        )


class PositionAhead(Malformed, code="position_ahead"):
    """The log has not come to this position; `parameter` is where the caller named it."""

    def __init__(self, position: int, head: int, parameter: str | None = None) -> None:
        detail = (
            f"position {position} is ahead of the log, which ends at {head}: it is of another log, or of this one "
            "before it was restored"
        )
        fault = Fault(
            detail=detail,
            code="position_ahead",
            parameter=parameter,
            got=str(position),
            expected=f"a position up to {head}",
        )
        super().__init__(detail, faults=[fault] if parameter else [], position=position, head=head)
        self.head = head


def check_not_ahead(position: int, head: int, parameter: str | None = None) -> None:
    """Go on only if the log has come to this position.

    What anybody was told of is in the log by then, whichever process wrote it: if only `head` is read after they told
    it, no position that was given is ever called ahead.

    Raises:
        PositionAhead: it has not.
    """
    if position > head:
        raise PositionAhead(position, head, parameter)


class EventLog(Protocol):
    """The append-only log of facts."""

    async def append(self, append: Append) -> Appended:
        """Record the events of one command durably, or nothing.

        Raises:
            Conflict: a stream written or read is not at the version expected (`facts`: stream_id, actual).
            KeyReused: the idempotency key is known with another request hash.
            Unavailable: the log cannot be reached now; the same append may be sent again without harm.
        """

    def append_blocking(self, append: Append) -> Appended:
        """`append` for callers without an event loop."""

    def bulk(self, cause: Cause, amend: Amend | None = None) -> AbstractContextManager[BulkAppend]:
        """Open a bulk append; leaving the block without `finish` leaves no trace.

        Where a stream is known, its event is passed over; with `amend` only if its payload is the same too.
        """

    async def replayed(self, idempotency: Idempotency) -> Appended | None:
        """The stored outcome if this key is known, else None.

        Raises:
            KeyReused: the key is known with another request hash.
        """

    async def stream(self, stream_id: UUID, after_version: int = 0) -> Sequence[RecordedEvent]:
        """The events of one stream in order; empty if there is none."""

    async def streams(
        self, references: Sequence[UUID | int]
    ) -> Mapping[UUID | int, Sequence[RecordedEvent]]:
        """The events of several streams as they are at one moment, each in order; empty for those there are not.

        A reference is the stream's id, or the position of the event that created it.
        """

    def stream_blocking(self, stream_id: UUID, after_version: int = 0) -> Sequence[RecordedEvent]:
        """`stream` for callers without an event loop."""

    def streams_blocking(
        self, stream_ids: Sequence[UUID]
    ) -> Mapping[UUID, Sequence[RecordedEvent]]:
        """`streams` for callers without an event loop; there is no entry for a stream that is not there."""

    def page(
        self,
        after: int,
        limit: int,
        *,
        names: Sequence[str] | None = None,
        until: int | None = None,
        shard: "Shard | None" = None,
    ) -> "LogPage":
        """Up to `limit` events past position `after`, of these names and this shard only, in order (blocking)."""

    async def page_async(
        self,
        after: int,
        limit: int,
        *,
        names: Sequence[str] | None = None,
        until: int | None = None,
    ) -> "LogPage":
        """`page` for an event loop."""

    def new_names(self, after: int) -> Mapping[str, int]:
        """The names of events whose first position is past `after`, each with that position (blocking)."""

    def head(self) -> int:
        """The last position, 0 for an empty log (blocking)."""

    async def head_async(self) -> int:
        """`head` for an event loop."""

    def epoch(self) -> str:
        """The epoch of the log: another one once the log was taken back, so that positions were given anew (blocking).

        Raises:
            Unavailable: the log cannot be reached now.
        """

    async def epoch_async(self) -> str:
        """`epoch` for an event loop."""

    def wakeups(self, poll_s: float = 1.0) -> AbstractContextManager["Wakeups"]:
        """A blocking source of "the log may have grown", for a follower in a thread."""

    def follow(
        self, after: int, *, poll_s: float = 1.0, limit: int = 500
    ) -> AsyncGenerator["LogPage", None]:
        """Pages past `after`, for ever: wakes on NOTIFY, polls as a safety net, and heals from a lost server.

        An empty page comes at least every `poll_s` seconds, so that a caller can send a heartbeat. Close the
        generator (`aclosing`) when leaving it, so that its connection is given back at once.
        """


class Shard(msgspec.Struct, frozen=True):
    """One of several parts of the streams, by the last byte of their ids; `number` goes from 1 up to `of`.

    Events of the names `common` are of every part.
    """

    number: int
    of: int
    common: Sequence[str] = ()

    def __str__(self) -> str:
        return f"{self.number}/{self.of}"


class LogPage(msgspec.Struct, frozen=True):
    """A run of events, and the position up to which the log was read for it.

    `until` is at or past the last event: a follower that wants only some names moves its checkpoint there. `epoch` is
    that of the log the events are of, where `follow` has read it.
    """

    events: Sequence[RecordedEvent]
    until: int
    epoch: str | None = None


class Wakeups(Protocol):
    """Tells a follower when to read again."""

    def wait(self) -> None:
        """Block until an append was announced, the poll interval is over, or `stop` was called."""

    def stop(self) -> None:
        """Make the present and every later `wait` return at once."""


class Clock(Protocol):
    """Where the time comes from."""

    def now(self) -> datetime:
        """The present, in UTC with its offset."""
