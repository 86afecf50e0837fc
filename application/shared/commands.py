"""How every command is carried out: load, fold, decide, append, answer.

Rules upheld here:
- the domain decides; this module only moves facts;
- all streams that a decision rests on are appended with the version that was seen, those it only read included: if
  one of them moved, nothing is written, and the command is decided again on what the other writer left;
- the same request, sent again after it was carried out, gets the answer of the first time.
"""

from collections.abc import Awaitable, Callable, Sequence
from functools import reduce
from itertools import pairwise
from typing import Any, TypeVar
from uuid import UUID

import msgspec

from application.shared.permissions import THE_LOCAL_OPERATOR, Principal, Proof
from application.shared.ports import (
    Append,
    Appended,
    Cause,
    Clock,
    Contended,
    EventLog,
    Idempotency,
    Record,
    StreamAppend,
    StreamRead,
)
from application.shared.streams import (
    Entity,
    Facts,
    Recent,
    Reference,
    Stream,
    facts_of,
)
from application.shared.turns import Lines, PlaceInLine, turns
from application.shared.views import CallerStanding, View
from domain.shared.deciders import Decider
from domain.shared.errors import Conflict, DaybookError, StaleVersion
from domain.shared.events import Event, name_of

State = TypeVar("State")
Command = TypeVar("Command")

_RECENT_STREAMS = 4_096


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """Who calls, why, under which key, and which version they have seen (`If-Match`): a request without its body.

    `seen` holds the versions of which one has to be there; any will do if it is empty. `proof` is what the command asks
    of the caller's sign-in.
    """

    principal: Principal
    cause: Cause
    idempotency: Idempotency | None = None
    seen: frozenset[int] = frozenset()
    proof: Proof = Proof.SIGN_IN

    def check_seen(self, version: int) -> None:
        """Go on only if the caller has seen the version that is there, or does not say which they saw.

        Raises:
            StaleVersion: they have seen another one.
        """
        if self.seen and version not in self.seen:
            raise StaleVersion.of(self.seen, version)


def of_itself(cause: Cause) -> Call:
    """What Daybook does of its own accord, in nobody's name and bound by no scope."""
    return Call(principal=THE_LOCAL_OPERATOR, cause=cause)


class Carried(msgspec.Struct, frozen=True, kw_only=True):
    """What a command left: the facts of the stream it is about, and up to which position it is in the log.

    That is the position of its own last event or, where it was quiet, of the newest of that stream. For an idempotency
    key that was known, all of it is as of the first time.
    """

    facts: Facts
    position: int
    replayed: bool = False

    @property
    def uid(self) -> UUID:
        """The stream."""
        return self.facts[0].stream_id

    @property
    def id(self) -> int:
        """The position of the event that began the stream."""
        return self.facts[0].position

    @property
    def version(self) -> int:
        """How many facts there are."""
        return len(self.facts)


class Write(msgspec.Struct, frozen=True):
    """One command on one stream. What is new has an id that was made for it, so there is nothing to load."""

    decider: Decider[Any, Any]
    uid: UUID
    command: Any
    is_new: bool = False


Prepare = Callable[[View], Awaitable[Sequence[Write]]]
"""Looks up what a command depends on, raises where it may not be given, and answers what it comes down to on which
streams; the first of them is the one that the answer tells of. Called anew for every attempt."""


class Commands:
    """Carries commands out on the log.

    Whoever gives one must still stand as the caller that a token says (`standing`), when it is decided as when it is
    appended. All of it raises, beside what a decider or a look-up refuses with:
        Unauthenticated: they do not.
        Forbidden: they did not sign in by such a way, or so lately, as the call's `proof` asks for.
        StaleVersion: the stream is not at the version that the caller has seen.
        Contended: others write to the streams at once, and were faster every time.
        Conflict: a stream that is to be new is there.
        KeyReused, Unavailable: as `EventLog.append` says.
    """

    def __init__(
        self,
        log: EventLog,
        clock: Clock,
        new_id: Callable[[], UUID],
        standing: CallerStanding | None = None,
    ) -> None:
        self.log = log
        self.clock = clock
        self.new_id = new_id
        self._recent = Recent(_RECENT_STREAMS)
        self._lines = Lines()
        self._standing = standing

    def view(self, principal: Principal, proof: Proof = Proof.SIGN_IN) -> View:
        """The log as somebody who stands sees it now, for questions that no command follows."""
        return View(self.log, principal, self.clock, standing=self._standing, proof=proof)

    async def check_standing(self, principal: Principal, proof: Proof = Proof.SIGN_IN) -> None:
        """Go on only if the caller may still give commands that ask for this, for what is done beside the log.

        Raises:
            Unauthenticated: their session has ended, or their roles are not what they were.
            Forbidden: their sign-in is not what is asked for.
        """
        await self.view(principal, proof).load()

    async def state(self, decider: Decider[State, Any], uid: UUID) -> State:
        """What a stream has come to by now."""
        return (await self.view(THE_LOCAL_OPERATOR).stream(decider, uid)).state

    async def start(self, decider: Decider[Any, Command], command: Command, call: Call) -> Carried:
        """Carry out a command that begins a stream of its own."""
        uid = self.new_id()

        async def prepare(_: View) -> Sequence[Write]:
            return (Write(decider, uid, command, is_new=True),)

        return await self.carry_out(call, prepare)

    async def change(
        self, entity: Entity[Any, Command], reference: Reference, command: Command, call: Call
    ) -> Carried:
        """Carry out a command on what a caller names, if they may see it."""

        async def prepare(view: View) -> Sequence[Write]:
            found = await view.find(entity, reference)
            return (Write(entity.decider, found.uid, command),)

        return await self.carry_out(call, prepare)

    async def tell(
        self, decider: Decider[Any, Command], uid: UUID, command: Command, call: Call
    ) -> Carried:
        """Carry out a command on a stream whose id is known, begun or not."""

        async def prepare(_: View) -> Sequence[Write]:
            return (Write(decider, uid, command),)

        return await self.carry_out(call, prepare)

    async def carry_out(self, call: Call, prepare: Prepare) -> Carried:
        """Append what `prepare` makes of the log as it is: all of it or nothing."""
        async with PlaceInLine(self._lines) as place:
            async for attempt in turns():
                carried = await self._attempt(attempt, place, call, prepare)
                if carried is not None:
                    return carried
        raise Contended("Others write to the same at this moment; nothing was done: send it again.")

    async def _attempt(
        self, attempt: int, place: PlaceInLine, call: Call, prepare: Prepare
    ) -> Carried | None:
        """What one attempt came to; None if it is to be decided again."""
        recent, place.has_come = self._recent if place.has_come else None, False
        view = View(
            self.log, call.principal, self.clock, attempt, recent, self._standing, call.proof
        )
        try:
            drafts = await _decided(view, writes := await prepare(view))
            call.check_seen(drafts[0].append.expected_version)
        except DaybookError:
            if view.is_from_memory:
                return None  # what stands against it may be over
            # The same request, sent again after it was carried out, is refused by what it did itself.
            known = await self.log.replayed(call.idempotency) if call.idempotency else None
            if known is None:
                raise
            return await self._again(known)
        view.remember(self._recent)
        written = tuple(draft.append for draft in drafts if draft.append.events)
        if not written and call.idempotency is None:
            return None if view.is_from_memory else drafts[0].left(call.cause, view, None)
        if (others := place.before(it.stream_id for it in written)) is not None:
            await place.join(others)
            return None
        try:
            return await self._appended(view, drafts, written, call)
        except Conflict as conflict:
            moved = conflict.facts.get("stream_id")
            if moved in {it.uid for it in writes if it.is_new}:
                raise
            if moved:
                await place.join(moved)
            return None

    async def decided(self, call: Call, prepare: Prepare) -> tuple[StreamAppend | StreamRead, ...]:
        """What a command comes down to by the log as it is, for somebody who appends it beside what is theirs.

        Nothing if it is quiet. Whoever hears of a `Conflict` then has it decided again.
        """
        view = self.view(call.principal, call.proof)
        drafts = await _decided(view, await prepare(view))
        written = tuple(draft.append for draft in drafts if draft.append.events)
        return (*written, *view.reads({it.stream_id for it in written})) if written else ()

    async def _appended(
        self,
        view: View,
        drafts: Sequence["_Draft"],
        written: tuple[StreamAppend, ...],
        call: Call,
    ) -> Carried:
        appended = await self.log.append(
            Append(
                streams=written,
                reads=view.reads({each.stream_id for each in written}),
                cause=call.cause,
                idempotency=call.idempotency,
                outcome=drafts[0].outcome(),
            )
        )
        if appended.replayed:
            return await self._again(appended)
        # Events are in the log in the order of the drafts, so each begins where the one before ends.
        carried, position = drafts[0].left(call.cause, view, appended), appended.first_position or 0
        self._recent.keep(*drafts[0].after(carried.facts))
        for before, draft in pairwise(drafts):
            position += len(before.append.events)
            self._recent.keep(*draft.after(draft.facts(call.cause, view, position)))
        return carried

    async def _again(self, known: Appended) -> Carried:
        """The answer of the first time. Keys that were stored without a version stand for what there is now."""
        uid, version = UUID(bytes=known.outcome[:16]), int.from_bytes(known.outcome[16:])
        facts = facts_of(await self.log.stream(uid))[: version or None]
        return Carried(
            facts=facts, position=known.last_position or facts[-1].position, replayed=True
        )


class _Draft(msgspec.Struct, frozen=True):
    """What a command would append to one stream, behind the facts that are there."""

    decider: Decider[Any, Any]
    stream: Stream[Any]
    append: StreamAppend

    def outcome(self) -> bytes:
        """Enough to give the same answer again, whatever has become of the stream by then."""
        version = len(self.stream.facts) + len(self.append.events)
        return self.append.stream_id.bytes + version.to_bytes(8)

    def after(self, facts: Facts) -> tuple[Decider[Any, Any], Stream[Any]]:
        """The stream with what was appended, and its decider."""
        state = reduce(self.decider.evolve, self.append.events, self.stream.state)
        return self.decider, Stream(self.append.stream_id, facts, state)

    def facts(self, cause: Cause, view: View, first: int) -> Facts:
        """What the stream says then, without reading back; its events were appended from this position on."""
        new = tuple(
            Record(
                position=first + place,
                stream_id=self.append.stream_id,
                version=len(self.stream.facts) + place + 1,
                name=name_of(type(event)),
                actor=cause.actor,
                correlation_id=cause.correlation_id,
                causation_id=cause.causation_id,
                recorded_at=view.now,
                event=event,
            )
            for place, event in enumerate(self.append.events)
        )
        return self.stream.facts + new

    def left(self, cause: Cause, view: View, appended: Appended | None) -> Carried:
        """The answer. The events of the first stream come first."""
        facts = self.facts(cause, view, (appended and appended.first_position) or 0)
        last = appended and appended.last_position
        return Carried(facts=facts, position=last or facts[-1].position)


async def _decided(view: View, writes: Sequence[Write]) -> list[_Draft]:
    """What the commands lead to.

    That a thing is not in a state for the command is told before that it has changed: it says more, and a precondition
    counts only where the request would succeed without it (RFC 9110, section 13.2.1).
    """
    for write in (each for each in writes if each.is_new):
        view.begin(write.uid)
    await view.load(*[write.uid for write in writes])
    return [_draft(await view.stream(each.decider, each.uid), each, view) for each in writes]


def _draft(stream: Stream[Any], write: Write, view: View) -> _Draft:
    events: tuple[Event, ...] = tuple(write.decider.decide(stream.state, write.command, view.now))
    return _Draft(write.decider, stream, StreamAppend(write.uid, stream.version, events))
