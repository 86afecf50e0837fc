"""Auditing decisions about claims: `deciding.py` and `domain.reimbursements` are asked anew."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from application.reimbursements.deciding import (
    States,
    approver_of,
    controls_of,
    counted_in,
    givers_of,
)
from application.shared.auditing import Auditor, Finding, Prefix, acts_as
from application.shared.ports import RecordedEvent
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
from domain.shared.errors import DaybookError
from domain.shared.events import Event

_BEFORE_POLICIES = Controls(four_eyes=False)
"""What held before banks had policies: limits, and that it is no claim of one's own."""

Decision = ReimbursementEndorsed | ReimbursementApproved | ReimbursementDenied


class DecisionAuditor(Auditor):
    """Makes every decision about a claim once more."""

    subjects = frozenset(
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

    def __init__(self, prefix: Prefix) -> None:
        super().__init__(prefix)
        self._findings: list[Finding] = []
        self._made: Counter[str] = Counter()
        self._alone: Counter[UUID] = Counter()
        self._uncounted: dict[tuple[UUID, UUID], Finding] = {}

    def take(self, recorded: RecordedEvent, fact: Event) -> None:
        if isinstance(fact, Decision):
            self._findings += self._against(recorded, fact)
        elif isinstance(fact, SpendingCounted):
            self._uncounted.pop((fact.reimbursement_uid, recorded.stream_id), None)

    def findings(self) -> list[Finding]:
        return [*self._findings, *self._uncounted.values()]

    def counts(self) -> dict[str, Any]:
        return {
            "decisions": self._made.total(),
            "unruled": self._made["unruled"],
            "alone": dict(self._alone),
        }

    def _against(self, recorded: RecordedEvent, fact: Decision) -> Iterable[Finding]:
        uid = recorded.stream_id
        is_ruled = fact.policy_version is not None
        self._made["ruled" if is_ruled else "unruled"] += 1
        claim = claims.claim_of(state := self.prefix.state(claims.DECIDER, uid))

        def finding(code: str, detail: str) -> Finding:
            return Finding(
                position=recorded.position,
                about="claim",
                uid=uid,
                reimbursement_uid=uid,
                code=code,
                detail=detail,
            )

        if claim is None:
            return [finding("not_found", "Nothing was claimed before it.")]
        if not fact.four_eyes:
            self._alone[claim.submitted.bank_uid] += 1
        if is_ruled and isinstance(fact, ReimbursementApproved):
            told = "It does not count among what its member spent."
            for spending in counted_in(claim, fact):
                self._uncounted[uid, spending] = finding("not_counted", told)
        if recorded.actor != acts_as(fact.user_uid):
            told = f"It was recorded by {recorded.actor} in the name of {fact.administrator_name}."
            return [finding("in_anothers_name", told)]
        try:
            again = claims.decide(state, _command(self.prefix, claim, fact), _moment(fact))
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


AUDITORS = (DecisionAuditor,)
