"""Which event leads to which reaction.

A policy is a pure function of one event. A follower of the log plans what it answers, in the order of the log; a policy
that is added later reacts to what is recorded from then on.
"""

from collections.abc import Callable, Sequence
from datetime import UTC
from typing import Any

import msgspec

from application.shared.ports import Record
from application.shared.reactions.ports import PlannedReaction, Reaction
from domain.mail import MailBounced
from domain.payments.payments import (
    PaymentReturned,
    PaymentScheduled,
    PaymentSettled,
    PaymentSubmitted,
)
from domain.reimbursements.claims import (
    ReimbursementApproved,
    ReimbursementDenied,
    ReimbursementSubmitted,
)
from domain.shared.events import Event, names_read_as
from domain.shared.ids import derived


class Policy(msgspec.Struct, frozen=True):
    """`plan` says what to do about an event of one of the kinds `on`; `name` is part of the ids, and given for ever."""

    name: str
    on: tuple[type[Event], ...]
    plan: Callable[[Record[Any]], Sequence[PlannedReaction]]


def names_watched(policies: Sequence[Policy]) -> list[str]:
    """The names of the events that these policies react to, older versions included."""
    return sorted(
        {name for policy in policies for kind in policy.on for name in names_read_as(kind)}
    )


def planned(policies: Sequence[Policy], record: Record[Any]) -> list[Reaction]:
    """The reactions to one event."""
    return [
        _reaction(policy, record, each, index)
        for policy in policies
        if isinstance(record.event, policy.on)
        for index, each in enumerate(policy.plan(record))
    ]


def _reaction(
    policy: Policy, record: Record[Any], planned: PlannedReaction, index: int
) -> Reaction:
    return Reaction(
        id=derived("reaction", policy.name, str(record.position), planned.kind, str(index)),
        policy=policy.name,
        kind=planned.kind,
        subject=planned.subject,
        position=record.position,
        correlation_id=record.correlation_id,
        payload=planned.payload,
    )


def always(kind: str) -> Callable[[Record[Any]], Sequence[PlannedReaction]]:
    """A plan that does one thing about every event: `kind`, on the stream of the event."""

    def plan(record: Record[Any]) -> Sequence[PlannedReaction]:
        return (PlannedReaction(kind, record.stream_id),)

    return plan


def _on_its_day(kind: str) -> Callable[[Record[Any]], Sequence[PlannedReaction]]:
    """As `always`, with the day on which it was recorded."""

    def plan(record: Record[Any]) -> Sequence[PlannedReaction]:
        day = record.recorded_at.astimezone(UTC).date().isoformat()
        return (PlannedReaction(kind, record.stream_id, {"recorded_on": day}),)

    return plan


POLICIES: tuple[Policy, ...] = (
    Policy("mail waiting claims", (ReimbursementSubmitted,), always("mail_claim_waiting")),
    Policy("mail approvals", (ReimbursementApproved,), always("mail_claim_approved")),
    Policy("mail denials", (ReimbursementDenied,), always("mail_claim_denied")),
    Policy("show bounces", (MailBounced,), always("show_bounce")),
    Policy("schedule payments", (ReimbursementApproved,), always("schedule_payment")),
    Policy("submit payments", (PaymentScheduled,), always("submit_payment")),
    Policy("follow payments", (PaymentSubmitted,), always("follow_payment")),
    Policy("record expenses", (PaymentSettled,), always("record_settled_expense")),
    Policy("record returns", (PaymentReturned,), _on_its_day("record_returned_expense")),
)
"""Every policy of Daybook."""
