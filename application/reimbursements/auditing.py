"""Auditing decisions: each one in the log is made once more, out of nothing but what stands before it.

The same functions that decide (`deciding.py`, `domain.reimbursements`) are asked anew. What they answer otherwise does
not hold: it was written by other code, or past it.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import reduce
from typing import Any, TypeVar
from uuid import UUID

import msgspec

from application.reimbursements.deciding import (
    States,
    approver_of,
    controls_of,
    counted_in,
    givers_of,
)
from application.shared.ports import EventLog, RecordedEvent
from domain.reimbursements import claims
from domain.reimbursements.claims import (
    ApproveClaim,
    DenyClaim,
    PendingClaim,
    ReimbursementApproved,
    ReimbursementDenied,
    ReimbursementEndorsed,
)
from domain.reimbursements.spending import SpendingCounted
from domain.reimbursements.words import Controls
from domain.shared.deciders import Decider
from domain.shared.errors import DaybookError
from domain.shared.events import Event, known_names

State = TypeVar("State")
_BEFORE_POLICIES = Controls(four_eyes=False)
"""What held before banks had policies: limits, and that it is no claim of one's own."""

Decision = ReimbursementEndorsed | ReimbursementApproved | ReimbursementDenied

_PAGE = 5_000
_SUBJECTS = frozenset(
    {
        "approval_policy",
        "bank_account",
        "bank_administrator",
        "bank_member",
        "exchange_rate",
        "member_spending",
        "reimbursement",
        "user",
    }
)


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """A decision that does not hold: where it is in the log, about which claim, and what stands against it."""

    position: int
    reimbursement_uid: UUID
    code: str
    detail: str


class Audit(msgspec.Struct, frozen=True, kw_only=True):
    """What an audit came to.

    Attributes:
        position: up to where the log was read.
        decisions: how many were made anew.
        unruled: how many of them are older than policies; they are held against limits and roles only.
        alone: how many were made at banks without four eyes, by bank.
        findings: what does not hold, in the order of the log.
    """

    position: int
    decisions: int
    unruled: int
    alone: dict[UUID, int]
    findings: list[Finding]


class Prefix(States):
    """The streams as a beginning of the log leaves them; folded when somebody asks."""

    def __init__(self) -> None:
        self._states: dict[UUID, Any] = {}
        self._new: dict[UUID, list[Event]] = {}

    def take(self, uid: UUID, fact: Event) -> None:
        """Go one event further."""
        self._new.setdefault(uid, []).append(fact)

    def state(self, decider: Decider[State, Any], uid: UUID) -> State:
        state: State = reduce(
            decider.evolve, self._new.pop(uid, ()), self._states.get(uid, decider.initial)
        )
        self._states[uid] = state
        return state


def audit_decisions(log: EventLog, progress: Callable[[int, int], None]) -> Audit:
    """Make every decision of the log anew; blocking.

    Raises:
        Unavailable: the log cannot be reached.
        UnknownEvent: it was written by newer code.
    """
    head, auditor = log.head(), _Auditor()
    for recorded in _pages(log, head, progress):
        auditor.take(recorded)
    return auditor.come_to(head)


def _pages(
    log: EventLog, head: int, progress: Callable[[int, int], None]
) -> Iterator[RecordedEvent]:
    names = [name for name in known_names() if name.partition(".")[0] in _SUBJECTS]
    after = 0
    while after < head:
        page = log.page(after, _PAGE, names=names, until=head)
        yield from page.events
        after = page.until
        progress(after, head)


class _Auditor:
    def __init__(self) -> None:
        self._prefix = Prefix()
        self._findings: list[Finding] = []
        self._made: Counter[str] = Counter()
        self._alone: Counter[UUID] = Counter()
        self._uncounted: dict[tuple[UUID, UUID], Finding] = {}

    def take(self, recorded: RecordedEvent) -> None:
        fact, uid = recorded.event(), recorded.stream_id
        if isinstance(fact, Decision):
            self._findings += self._against(recorded, fact)
        elif isinstance(fact, SpendingCounted):
            self._uncounted.pop((fact.reimbursement_uid, uid), None)
        self._prefix.take(uid, fact)

    def come_to(self, head: int) -> Audit:
        found = [*self._findings, *self._uncounted.values()]
        return Audit(
            position=head,
            decisions=self._made.total(),
            unruled=self._made["unruled"],
            alone=dict(self._alone),
            findings=sorted(found, key=lambda it: it.position),
        )

    def _against(self, recorded: RecordedEvent, fact: Decision) -> Iterable[Finding]:
        uid = recorded.stream_id
        is_ruled = fact.policy_version is not None
        self._made["ruled" if is_ruled else "unruled"] += 1
        claim = claims.claim_of(state := self._prefix.state(claims.DECIDER, uid))

        def finding(code: str, detail: str) -> Finding:
            return Finding(
                position=recorded.position, reimbursement_uid=uid, code=code, detail=detail
            )

        if claim is None:
            return [finding("not_found", "Nothing was claimed before it.")]
        if not fact.four_eyes:
            self._alone[claim.submitted.bank_uid] += 1
        if is_ruled and isinstance(fact, ReimbursementApproved):
            told = "It does not count among what its member spent."
            for spending in counted_in(claim, fact):
                self._uncounted[uid, spending] = finding("not_counted", told)
        if recorded.actor != f"user:{fact.user_uid}":
            told = f"It was recorded by {recorded.actor} in the name of {fact.administrator_name}."
            return [finding("in_anothers_name", told)]
        try:
            again = claims.decide(state, _command(self._prefix, claim, fact), _moment(fact))
        except DaybookError as error:
            return [finding(error.code, error.detail)]
        if _is_same(again, fact):
            return []
        due = " and ".join(type(it).__name__ for it in again) or "nothing"
        return [finding("otherwise", f"By what stands before it, it comes to {due} or says more.")]


def _command(states: States, claim: PendingClaim, fact: Decision) -> ApproveClaim | DenyClaim:
    """What was asked for, with what it rested on.

    Raises:
        NobodyWhoDecides: it was by somebody who was no administrator and no operator then.
    """
    now, bank_uid = _moment(fact), claim.submitted.bank_uid
    lender = None if isinstance(fact, ReimbursementDenied) else fact.on_behalf_of
    by = approver_of(states, bank_uid, fact.user_uid, now, lender)
    if by is None or (lender and by.lender is None):
        raise NobodyWhoDecides(f"{fact.administrator_name} could decide nothing then.")
    is_ruled = fact.policy_version is not None
    controls = controls_of(states, claim, now) if is_ruled else _BEFORE_POLICIES
    if isinstance(fact, ReimbursementDenied):
        return DenyClaim(by=by, reason=fact.reason, controls=controls)
    return ApproveClaim(
        by=by,
        acknowledge_duplicates=fact.acknowledged_duplicate,
        beside=givers_of(states, claim, now),
        controls=controls,
    )


class NobodyWhoDecides(DaybookError, code="not_an_administrator"):
    """A decision was made by somebody who may make none."""


def _is_same(again: list[Event], fact: Decision) -> bool:
    if fact.policy_version is not None:
        return again == [fact]
    return [type(it) for it in again] == [type(fact)]


def _moment(fact: Decision) -> dt.datetime:
    match fact:
        case ReimbursementEndorsed():
            return fact.endorsed_at
        case ReimbursementApproved():
            return fact.approved_at
        case ReimbursementDenied():
            return fact.denied_at
