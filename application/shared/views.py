"""What a command sees of the log: whatever it loads, its decision rests on."""

from typing import Any, Protocol, TypeVar
from uuid import UUID

from application.shared.permissions import Principal, Proof
from application.shared.ports import Clock, EventLog, StreamRead
from application.shared.streams import (
    Entity,
    Facts,
    Recent,
    Reference,
    Stream,
    facts_of,
    fold,
    named,
)
from domain.shared.deciders import Decider
from domain.shared.errors import DaybookError
from domain.shared.events import EventsArchived

State = TypeVar("State")


class CallerStanding(Protocol):
    """Whether callers may still give commands, by streams that are loaded with those a command rests on."""

    def streams(self, principal: Principal) -> tuple[UUID, ...]:
        """What tells of a caller; nothing for one who needs no telling."""

    async def check(self, view: "View") -> None:
        """Go on only if these streams, which are loaded, say that the view's caller stands, and signed in as asked.

        Raises:
            Unauthenticated: they do not any more.
            Forbidden: their sign-in is not what the view's `proof` asks for.
        """


class View:
    """What one attempt at a command sees of the log: whatever it loads, its decision rests on.

    `now` is the time of the decision; `attempt` counts from 1. `is_from_memory` says that some of it may be old.
    With a `standing`, nothing is read for a caller who does not stand: what tells of them is loaded with the rest.
    """

    def __init__(
        self,
        log: EventLog,
        principal: Principal,
        clock: Clock,
        attempt: int = 1,
        recent: Recent | None = None,
        standing: CallerStanding | None = None,
        proof: Proof = Proof.SIGN_IN,
    ) -> None:
        self.principal = principal
        self.proof = proof
        self.now = clock.now()
        self.attempt = attempt
        self.is_from_memory = False
        self._log = log
        self._recent = recent
        self._standing = standing
        self._facts: dict[UUID | int, Facts] = {}
        self._folded: dict[UUID, tuple[Decider[Any, Any], Stream[Any]]] = {}

    async def load(self, *references: Reference) -> None:
        """Read these streams with one statement, so that asking for each of them costs none.

        Raises:
            Malformed: a reference is neither an integer nor a UUID.
            Unauthenticated: the caller does not stand.
            Forbidden: they did not sign in as is asked for.
        """
        standing, self._standing = self._standing, None
        of_caller = standing.streams(self.principal) if standing else ()
        wanted: list[UUID | int] = [it for it in of_caller if not self._has(it)]
        is_remembered = self.is_from_memory
        # That they stood may be old: the append tells, and what appends nothing does no harm.
        if of_caller:
            self.is_from_memory = False
        wanted += [it for each in references if not self._has(it := named(each))]
        if wanted:
            for reference, recorded in (await self._log.streams(wanted)).items():
                self._take(reference, facts_of(recorded))
        if standing and of_caller:
            await self._check_standing(standing, is_remembered)

    async def _check_standing(self, standing: CallerStanding, is_remembered: bool) -> None:
        try:
            await standing.check(self)
        except DaybookError:
            self.is_from_memory = self.is_from_memory or is_remembered
            raise

    def _has(self, reference: UUID | int) -> bool:
        if reference in self._facts:
            return True
        known = self._recent.get(reference) if self._recent else None
        if known is None:
            return False
        self.is_from_memory = True
        self._take(reference, known[1].facts)
        self._folded[known[1].uid] = known
        return True

    def _take(self, reference: UUID | int, facts: Facts) -> None:
        self._facts[reference] = facts
        if facts:
            self._facts[facts[0].stream_id] = facts

    async def stream(self, decider: Decider[State, Any], uid: UUID) -> Stream[State]:
        """A stream, begun or not."""
        if uid not in self._facts:
            await self.load(uid)
        return self._loaded(decider, uid)

    def state(self, decider: Decider[State, Any], uid: UUID) -> State:
        """The state of a stream that was loaded."""
        return self._loaded(decider, uid).state

    def _loaded(self, decider: Decider[State, Any], uid: UUID) -> Stream[State]:
        known = self._folded.get(uid)
        if known is None or known[0] is not decider:
            facts = self._facts[uid]
            known = self._folded[uid] = (decider, Stream(uid, facts, fold(decider, facts)))
        return known[1]

    async def find(
        self, entity: Entity[State, Any], reference: Reference, **of: UUID | str | int
    ) -> Stream[State]:
        """The thing of this kind that a caller names; `of` narrows the scope, as `bank_uid=…` does.

        Raises:
            Malformed: the reference is neither an integer nor a UUID.
            NotFound: there is no such thing, or it is not the caller's to see.
        """
        name = entity.named(reference)
        try:
            await self.load(name)
        except EventsArchived as archived:
            if archived.facts["name"] not in entity.begins_as():
                raise entity.unknown(reference) from None
            raise
        facts = self._facts[name]
        entity.check_seen(facts, self.principal, reference, of)
        return await self.stream(entity.decider, facts[0].stream_id)

    def begin(self, uid: UUID) -> None:
        """Take a stream to be empty, without looking: the append finds out if it is not."""
        self._facts[uid] = ()

    def reads(self, written: set[UUID]) -> tuple[StreamRead, ...]:
        """The streams that were read, but for those that are written."""
        return tuple(
            StreamRead(uid, len(facts))
            for uid, facts in self._facts.items()
            if isinstance(uid, UUID) and uid not in written
        )

    def remember(self, recent: Recent) -> None:
        """Keep what was read for the next command."""
        for decider, stream in self._folded.values():
            recent.keep(decider, stream)
