"""What a reaction is, how its handler tells how it went, and what those who look after reactions may ask."""

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID

import msgspec

from application.shared.checkpoints import SILENT_S_MAX
from application.shared.ports import Cause
from domain.shared.errors import DaybookError, NotFound, Refused
from domain.shared.ids import derived


class ReactionState(StrEnum):
    """Where a reaction stands.

    `pending` waits for its time, `running` is in the hands of a worker, `done` ended well; `parked` waits for an
    operator, `discarded` was given up by one.
    """

    PENDING = "pending"
    RUNNING = "running"
    DONE = "done"
    PARKED = "parked"
    DISCARDED = "discarded"


class Lane(StrEnum):
    """What reactions wait behind: those of their own lane, in the order of the log, and no others.

    `money` moves money, and comes first; `mail` tells people what was decided; `common` is whatever anybody can cause
    any number of: claims that wait, forms that come in.
    """

    MONEY = "money"
    MAIL = "mail"
    COMMON = "common"


class PlannedReaction(msgspec.Struct, frozen=True):
    """Something to do: its kind names the handler, `subject` the stream it is about.

    `payload` holds what the handler needs beside that, as JSON; mostly nothing, since a handler loads what it needs.
    `after_s` is how many seconds to wait before. Those who ask for one of the same kind, subject and `shared` name get
    the same one, which tells of all of them (`Reactions.gathered`); whoever asks once it is begun has to ask again.
    """

    kind: str
    subject: UUID
    payload: dict[str, Any] = {}
    after_s: float = 0.0
    shared: str | None = None


class Reaction(msgspec.Struct, frozen=True, kw_only=True):
    """A planned reaction in the hands of its handler.

    `position` is that of the event that led to it, `failures` the number of attempts that failed so far.
    """

    id: UUID
    policy: str
    kind: str
    subject: UUID
    position: int
    correlation_id: UUID
    payload: dict[str, Any] = {}
    lane: Lane = Lane.COMMON
    failures: int = 0

    def cause(self, step: str = "") -> Cause:
        """The cause of a command that reports on this reaction: the same at every attempt.

        `step` tells the commands of one handler apart if it sends several.
        """
        return Cause(
            actor=f"reaction:{self.policy}",
            correlation_id=self.correlation_id,
            causation_id=derived("reaction report", self.id, step),
        )


def planned_id(policy: str, position: int, kind: str) -> UUID:
    """The id of what a policy plans about the event at a position."""
    # The last part is older than that a policy plans one thing only: ids are given for ever.
    return derived("reaction", policy, str(position), kind, "0")


def followed(parent: Reaction, planned: PlannedReaction) -> Reaction:
    """A reaction that the handler of another one asks for; its id tells by parent (or name), kind and subject."""
    named = ("reaction", parent.id) if planned.shared is None else ("shared", planned.shared)
    return Reaction(
        id=derived(*named, planned.kind, planned.subject),
        policy=parent.policy,
        lane=parent.lane,
        kind=planned.kind,
        subject=planned.subject,
        position=parent.position,
        correlation_id=parent.correlation_id,
        payload=planned.payload,
    )


class Retryable(DaybookError, code="retryable"):
    """The effect did not happen, or nobody knows; trying again with the same key is safe and may succeed."""


class Permanent(DaybookError, code="permanent"):
    """Trying again cannot succeed: an operator has to look."""


class NotYet(DaybookError, code="not_yet"):
    """There is nothing to report yet; ask again later.

    Attributes:
        after_s: seconds after which to ask again.
    """

    def __init__(self, after_s: float, detail: str = "the outcome is not known yet") -> None:
        super().__init__(detail)
        self.after_s = after_s


class ReactionNotFound(NotFound, code="reaction_not_found"):
    """There is no reaction with this id."""


class WrongReactionState(Refused, code="wrong_reaction_state"):
    """The reaction's state does not allow this; the facts name it."""


class ReactionStatus(msgspec.Struct, frozen=True, kw_only=True):
    """A reaction as an operator sees it after a command on it."""

    id: int
    uid: UUID
    kind: str
    state: ReactionState
    failures: int
    last_error: str | None


class ReactionCounts(msgspec.Struct, frozen=True, kw_only=True):
    """How many reactions are open: `overdue` is the part of `pending` and `running` that should be done by now.

    `position` is how far the log was read for reactions, `halted` why it is not read on, None if it is. Whoever reads
    it, and the workers, gave their last sign of life so many seconds ago; None if they never did.
    """

    pending: int
    running: int
    overdue: int
    parked: int
    position: int
    halted: str | None = None
    planner_silent_s: float | None = None
    workers_silent_s: float | None = None

    @property
    def is_sound(self) -> bool:
        """Whether all that is due is done, and somebody is there to do what comes."""
        signs = (self.planner_silent_s, self.workers_silent_s)
        alive = all(sign is not None and sign <= SILENT_S_MAX for sign in signs)
        return alive and self.halted is None and not (self.overdue or self.parked)


class LaneCounts(msgspec.Struct, frozen=True, kw_only=True):
    """How many reactions of a lane are open, and for how many seconds the one has been due that has been so longest."""

    lane: Lane
    pending: int
    running: int
    parked: int
    oldest_s: float


class ExtraReaction(msgspec.Struct, frozen=True):
    """A reaction, by its integer id, that nothing in the log asks for."""

    id: int
    policy: str
    kind: str
    position: int


class PlanComparison(msgspec.Struct, frozen=True, kw_only=True):
    """How many reactions the log asks for up to `position`, which of them are `missing`, and which rows are too many.

    What follows from reactions is not planned, but asked for by their handlers: it counts as right if they are.
    """

    position: int
    planned: int
    missing: Sequence[Reaction]
    extra: Sequence[ExtraReaction]


class Reactions(Protocol):
    """Reactions as a whole, for those who look after them.

    Every method raises `Unavailable` while the database cannot be reached.
    """

    async def counts(self) -> ReactionCounts:
        """How many are open, and how far the log was read for them."""

    async def lanes(self) -> Sequence[LaneCounts]:
        """How many of each lane are open, and how long it has kept them waiting."""

    async def retry(self, identity: str, actor: str) -> ReactionStatus:
        """Make a parked, discarded or waiting reaction due at once, with its failures forgotten.

        `identity` is its integer id or its uid.

        Raises:
            ReactionNotFound: there is none.
            WrongReactionState: it is running or done.
        """

    async def discard(self, identity: str, actor: str) -> ReactionStatus:
        """Give up a reaction that is parked or waits; nothing happens to one that was given up before.

        Raises:
            ReactionNotFound: there is none.
            WrongReactionState: it is running or done.
        """

    async def remark(self, uid: UUID, remark: str) -> None:
        """Show on a reaction what became of its effect later; nothing happens if there is no such reaction."""

    def verify(self, progress: Callable[[int, int], None]) -> PlanComparison:
        """Plan the log anew in memory, and compare; `progress` is told the position reached and the one aimed at.

        Raises:
            PoisonEvent: an event cannot be read.
        """

    def replan(self, progress: Callable[[int, int], None]) -> PlanComparison:
        """`verify`, and add what is missing; what is too much stays."""

    async def is_crowded(self, uid: UUID, number: int, within_s: float) -> bool:
        """Whether so many like this one, so of its kind and subject, were planned in the seconds before it."""

    async def gathered(self, uid: UUID, after: int, limit: int) -> Sequence[Reaction]:
        """Those that asked for this shared reaction, in order, without the first `after`; no more when it was begun."""
