"""Which event leads to which reaction.

A policy is a pure function of one event. A follower of the log plans what it answers, in the order of the log; a policy
that is added later reacts to what is recorded from then on.
"""

from collections.abc import Callable, Sequence
from datetime import UTC
from typing import Any

import msgspec

from application.shared.ports import Record
from application.shared.reactions.ports import Lane, Reaction, planned_id
from domain.banks.accounts import BankAccountChanged, BankAccountClosed, BankAccountOpened
from domain.banks.administrators import AdministratorChanged, AdministratorDeactivated
from domain.banks.members import MemberDeactivated
from domain.expenses import ExpenseRecorded
from domain.identity import PasswordLinkIssued, UserPasswordChanged, UserSessionsEnded
from domain.identity.sessions import SIGNED_OUT, SessionEnded
from domain.identity.ways import PasskeyAdded, PasskeyRemoved, SubjectPinned, WaysForgotten
from domain.mail import MailBounced, MailRefused, MailSent
from domain.payments.cases import PaymentCaseOpened
from domain.payments.obligation_facts import (
    ObligationAttempted,
    ObligationBlocked,
    ObligationCancelled,
    ObligationCommitted,
    ObligationHeld,
    ObligationIncurred,
    ObligationRevalued,
    ObligationWrittenOff,
)
from domain.payments.payment_facts import (
    PaymentCancelled,
    PaymentFailed,
    PaymentReturned,
    PaymentScheduled,
    PaymentSettled,
    PaymentSubmitted,
)
from domain.proposals import ProposalConfirmed, ProposalMade, ProposalRejected
from domain.reimbursements.claims import (
    ReimbursementAmended,
    ReimbursementApproved,
    ReimbursementDenied,
    ReimbursementEndorsed,
    ReimbursementSubmitted,
    ReimbursementWithdrawn,
)
from domain.shared.events import Event, names_read_as
from domain.workflows.instances import (
    DeadlinePassed,
    StepPerformed,
    StepsAwaited,
    StepSkipped,
    WorkflowEnded,
)

_MAIL: tuple[type[Event], ...] = (MailSent, MailRefused)


class Policy(msgspec.Struct, frozen=True):
    """About each event of one of the kinds `on` it is planned to do what `kind` says, on the stream of the event.

    `name` is part of the ids, and given for ever; `payload` makes of the event what the handler needs beside that;
    `lane` says behind what it waits, also with all that follows from it. Of the events only those count that `when`
    says. `appends` is what its reactions, and those they ask for, may record themselves; mail, if nothing else is said.
    """

    name: str
    on: tuple[type[Event], ...]
    kind: str
    payload: Callable[[Record[Any]], dict[str, Any]] = lambda _: {}
    lane: Lane = Lane.COMMON
    when: Callable[[Any], bool] = lambda _: True
    appends: tuple[type[Event], ...] = _MAIL


def names_watched(policies: Sequence[Policy]) -> list[str]:
    """The names of the events that these policies react to, older versions included."""
    return sorted(
        {name for policy in policies for kind in policy.on for name in names_read_as(kind)}
    )


def planned(policies: Sequence[Policy], record: Record[Any]) -> list[Reaction]:
    """The reactions to one event."""
    return [
        Reaction(
            id=planned_id(policy.name, record.position, policy.kind),
            policy=policy.name,
            kind=policy.kind,
            subject=record.stream_id,
            position=record.position,
            correlation_id=record.correlation_id,
            payload=policy.payload(record),
            lane=policy.lane,
        )
        for policy in policies
        if isinstance(record.event, policy.on) and policy.when(record.event)
    ]


def _day(record: Record[Any]) -> dict[str, Any]:
    return {"recorded_on": record.recorded_at.astimezone(UTC).date().isoformat()}


_OWED = (ObligationIncurred, ObligationRevalued, ObligationHeld, ObligationBlocked)
_PAID_ANEW = (*_OWED, ObligationAttempted, PaymentScheduled, PaymentCancelled)
_OUTCOMES = (PaymentSettled, PaymentFailed, PaymentReturned, PaymentCaseOpened)

POLICIES: tuple[Policy, ...] = (
    Policy("mail waiting claims", (ReimbursementSubmitted,), "mail_claim_waiting"),
    Policy("mail changed claims", (ReimbursementAmended,), "mail_claim_waiting"),
    Policy("mail receipts", (ReimbursementSubmitted, ReimbursementAmended), "mail_claim_received"),
    Policy("mail endorsements", (ReimbursementEndorsed,), "mail_claim_endorsed", lane=Lane.MAIL),
    Policy("mail second words", (ReimbursementEndorsed,), "mail_word_wanted", lane=Lane.MAIL),
    Policy("bring up claims", (ReimbursementSubmitted,), "remind_claim"),
    Policy("mail withdrawals", (ReimbursementWithdrawn,), "mail_claim_withdrawn"),
    Policy("mail approvals", (ReimbursementApproved,), "mail_claim_approved", lane=Lane.MAIL),
    Policy("mail denials", (ReimbursementDenied,), "mail_claim_denied", lane=Lane.MAIL),
    Policy(
        "mail payments",
        (PaymentSettled, PaymentFailed, PaymentReturned),
        "mail_payment",
        lane=Lane.MAIL,
    ),
    Policy(
        "mail failures", (PaymentFailed, PaymentReturned), "mail_payment_failed", lane=Lane.MAIL
    ),
    Policy(
        "mail obligations",
        (ObligationBlocked, ObligationHeld, ObligationCancelled, ObligationWrittenOff),
        "mail_payment",
        lane=Lane.MAIL,
    ),
    Policy("mail obstacles", (ObligationBlocked,), "mail_payment_failed", lane=Lane.MAIL),
    Policy("mail password links", (PasswordLinkIssued,), "mail_password_link", lane=Lane.MAIL),
    Policy("mail proposals", (ProposalMade, ProposalConfirmed, ProposalRejected), "mail_proposal"),
    Policy("mail payees", (BankAccountChanged,), "mail_payee", lane=Lane.MAIL),
    Policy(
        "mail accounts",
        (BankAccountOpened,),
        "mail_payee",
        lane=Lane.MAIL,
        when=lambda it: it.made_by is not None,
    ),
    Policy(
        "mail lost powers",
        (AdministratorChanged, AdministratorDeactivated, MemberDeactivated),
        "mail_power",
        lane=Lane.MAIL,
    ),
    Policy(
        "mail sign-in ways",
        (PasskeyAdded, PasskeyRemoved, SubjectPinned, WaysForgotten),
        "mail_sign_in_ways",
        lane=Lane.MAIL,
    ),
    Policy(
        "mail ended sessions",
        (UserPasswordChanged, UserSessionsEnded, SessionEnded),
        "mail_sign_in_ways",
        lane=Lane.MAIL,
        when=lambda it: getattr(it, "because", "") != SIGNED_OUT,
    ),
    Policy("show bounces", (MailBounced,), "show_bounce", appends=()),
    Policy("mail cases", (PaymentCaseOpened,), "mail_payment_case", lane=Lane.MAIL),
    Policy(
        "schedule payments",
        (ReimbursementApproved,),
        "schedule_payment",
        lane=Lane.MONEY,
        appends=(*_OWED, PaymentScheduled),
    ),
    Policy(
        "end holds",
        (ObligationHeld,),
        "end_hold",
        lambda record: {"claim": str(record.event.reimbursement_uid)},
        Lane.MONEY,
        when=lambda it: it.until is not None,
        appends=_PAID_ANEW,
    ),
    # Members change accounts of theirs as often as they like; what is paid looks at the account as it is anyway.
    Policy(
        "follow payees", (BankAccountChanged, BankAccountClosed), "follow_payee", appends=_PAID_ANEW
    ),
    Policy(
        "submit payments",
        (PaymentScheduled,),
        "submit_payment",
        lane=Lane.MONEY,
        appends=(
            *_OWED,
            ObligationCommitted,
            PaymentSubmitted,
            PaymentFailed,
            PaymentCancelled,
        ),
    ),
    Policy(
        "follow payments",
        (PaymentSubmitted,),
        "follow_payment",
        lane=Lane.MONEY,
        appends=_OUTCOMES,
    ),
    Policy(
        "watch payments",
        (PaymentSettled, PaymentFailed),
        "watch_payment",
        when=lambda it: getattr(it, "was_submitted", True),
        appends=_OUTCOMES,
    ),
    Policy(
        "record expenses",
        (PaymentSettled,),
        "record_settled_expense",
        lane=Lane.MONEY,
        appends=(ExpenseRecorded,),
    ),
    Policy(
        "record returns",
        (PaymentReturned,),
        "record_returned_expense",
        _day,
        Lane.MONEY,
        appends=(ExpenseRecorded,),
    ),
    # Whoever finds a form begins workflows: their letters hold up none about decisions.
    Policy("mail notices", (StepPerformed,), "mail_notices", when=lambda it: it.has_effect),
    Policy("mail late steps", (DeadlinePassed,), "mail_notices"),
    Policy(
        "watch deadlines",
        (StepsAwaited,),
        "watch_deadline",
        lambda record: {"awaited_at": record.version},
        when=lambda it: it.due_at is not None,
        appends=(DeadlinePassed, StepPerformed, StepSkipped, StepsAwaited, WorkflowEnded),
    ),
)
"""Every policy of Daybook."""
