"""Auditing: what people did to others' money and power is done once more, out of nothing but what stands before it.

Contexts say what they audit as `AUDITORS`. Each asks the functions that decided at the time anew; what they answer
otherwise does not hold: it was written by other code, or past it.
"""

from collections.abc import Callable, Coroutine, Iterator
from datetime import datetime
from functools import reduce
from typing import Any, ClassVar, TypeVar
from uuid import UUID

import msgspec

from application.shared.permissions import LOCAL_OPERATOR, THE_LOCAL_OPERATOR
from application.shared.ports import Clock, EventLog, RecordedEvent
from application.shared.streams import Entity, Fact, Facts, Reference, Stream
from application.shared.views import View
from domain.shared.deciders import Decider
from domain.shared.events import Event, known_names
from domain.shared.exports import exported

State = TypeVar("State")
T = TypeVar("T")

_PAGE = 5_000


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """Something that does not hold: where it is in the log, `about` which thing, and what stands against it.

    `reimbursement_uid` is the thing's uid again where that is a claim.
    """

    position: int
    about: str
    uid: UUID
    reimbursement_uid: UUID | None = None
    code: str
    detail: str


class Audit(msgspec.Struct, frozen=True, kw_only=True):
    """What an audit came to.

    Attributes:
        position: up to where the log was read.
        decisions: how many decisions about claims were made anew.
        unruled: how many of them are older than policies; they are held against limits and roles only.
        alone: how many were made at banks without four eyes, by bank.
        confirmations: how many confirmations of proposals were made anew.
        by_appointees: how many of them by somebody whom the proposer had appointed, or confirmed.
        releases: how many releases of batches were made anew.
        findings: what does not hold, in the order of the log.
    """

    position: int
    decisions: int = 0
    unruled: int = 0
    alone: dict[UUID, int] = {}
    confirmations: int = 0
    by_appointees: int = 0
    releases: int = 0
    findings: list[Finding]


class Prefix:
    """The streams as a beginning of the log leaves them; folded when somebody asks."""

    def __init__(self) -> None:
        self._facts: dict[UUID, list[Fact]] = {}
        self._folded: dict[UUID, tuple[Decider[Any, Any], Any, int]] = {}

    def take(self, fact: Fact) -> None:
        """Go one event further."""
        self._facts.setdefault(fact.stream_id, []).append(fact)

    def facts(self, uid: UUID) -> Facts:
        """What was recorded on a stream."""
        return tuple(self._facts.get(uid, ()))

    def state(self, decider: Decider[State, Any], uid: UUID) -> State:
        """The state of a stream, begun or not."""
        facts = self._facts.get(uid, [])
        known = self._folded.get(uid)
        before: State = known[1] if known and known[0] is decider else decider.initial
        place = known[2] if known and known[0] is decider else 0
        state = reduce(decider.evolve, (it.event for it in facts[place:]), before)
        self._folded[uid] = (decider, state, len(facts))
        return state


class _Then(Clock):
    def __init__(self, moment: datetime) -> None:
        self._moment = moment

    def now(self) -> datetime:
        return self._moment


class PrefixView(View):
    """A prefix of the log as commands look at it, at the time of a fact."""

    def __init__(self, prefix: Prefix, now: datetime) -> None:
        super().__init__(_NO_LOG, THE_LOCAL_OPERATOR, _Then(now))
        self._prefix = prefix

    async def load(self, *references: Reference) -> None:
        """All is there."""

    async def stream(self, decider: Decider[State, Any], uid: UUID) -> Stream[State]:
        return Stream(uid, self._prefix.facts(uid), self._prefix.state(decider, uid))

    def state(self, decider: Decider[State, Any], uid: UUID) -> State:
        return self._prefix.state(decider, uid)

    async def find(
        self, entity: Entity[State, Any], reference: Reference, **of: UUID | str | int
    ) -> Stream[State]:
        uid = reference if isinstance(reference, UUID) else UUID(int=0)
        entity.check_seen(self._prefix.facts(uid), self.principal, reference, of)
        return await self.stream(entity.decider, uid)


_NO_LOG: Any = None


def at_once(coroutine: Coroutine[Any, Any, T]) -> T:
    """What comes of a look at a prefix, which waits for nothing."""
    try:
        coroutine.send(None)
    except StopIteration as done:
        found: T = done.value
        return found
    coroutine.close()
    raise RuntimeError("something is awaited that no prefix of the log has")


class Auditor:
    """Holds facts of some kinds against what stands before them, which is in the `prefix`.

    `subjects` are what the events are named after that it has to see, by the first part of their names.
    """

    subjects: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, prefix: Prefix) -> None:
        self.prefix = prefix

    def take(self, recorded: RecordedEvent, fact: Event) -> None:
        """Look at the next event, which is not in the prefix yet."""

    def findings(self) -> list[Finding]:
        """What does not hold, once all was seen."""
        return []

    def counts(self) -> dict[str, Any]:
        """How much was looked at, as `Audit` has it."""
        return {}


def acts_as(user_uid: UUID | None) -> str:
    """The actor of what this user did; None for who is at the machine."""
    return LOCAL_OPERATOR if user_uid is None else f"user:{user_uid}"


def audit_decisions(log: EventLog, progress: Callable[[int, int], None]) -> Audit:
    """Hold all of the log that contexts audit against what stands before it; blocking.

    Raises:
        Unavailable: the log cannot be reached.
        UnknownEvent: it was written by newer code.
    """
    head, prefix = log.head(), Prefix()
    auditors: list[Auditor] = [
        auditor(prefix) for auditor in exported("application", "AUDITORS", part="auditing")
    ]
    for recorded in _pages(log, auditors, head, progress):
        fact = recorded.decoded()
        for auditor in auditors:
            auditor.take(recorded, fact.event)
        prefix.take(fact)
    counts = {name: it for auditor in auditors for name, it in auditor.counts().items()}
    found = [finding for auditor in auditors for finding in auditor.findings()]
    return Audit(position=head, findings=sorted(found, key=lambda it: it.position), **counts)


def _pages(
    log: EventLog, auditors: list[Auditor], head: int, progress: Callable[[int, int], None]
) -> Iterator[RecordedEvent]:
    subjects = frozenset[str]().union(*(auditor.subjects for auditor in auditors))
    names = [name for name in known_names() if name.partition(".")[0] in subjects]
    after = 0
    while after < head:
        page = log.page(after, _PAGE, names=names, until=head)
        yield from page.events
        after = page.until
        progress(after, head)
