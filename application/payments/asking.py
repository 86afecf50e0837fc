"""What takes two people about an obligation: another attempt to pay it, and giving it up."""

from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

import msgspec

from application.payments.facts import check_not_own
from application.payments.owing import DISPUTED, Hindrance, Owing, ReportedOutcome, owing, payee_now
from application.shared.commands import Write
from application.shared.proposals import Hands, ProposalKind
from application.shared.views import View
from domain.banks import accounts
from domain.payments.obligation_facts import Occasion, WriteOff
from domain.payments.refusals import OwnReport
from domain.proposals import ProposalOutdated
from domain.shared.errors import NotFound, Refused
from domain.shared.kits import known


class Asking(StrEnum):
    """What is to be done."""

    RETRY = "retry"
    REDIRECT = "redirect"
    RELEASE = "release"
    WRITE_OFF = "write_off"


class PaymentTerms(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked about the obligation of a claim: to redirect it, to which account; to write it off, why.

    `attempts` is how many there were when it was asked; `reported` is by whose word the last one failed or came back,
    where it was not a rail's.
    """

    asking: Asking
    reimbursement_uid: UUID
    member_name: str
    amount: Decimal
    currency: str
    attempts: int
    bank_account_uid: UUID | None = None
    reason: str = ""
    reported: ReportedOutcome | None = None


def terms_of(
    owed: Owing, asking: Asking, bank_account_uid: UUID | None = None, reason: str = ""
) -> PaymentTerms:
    """What is asked about this obligation as it is."""
    return PaymentTerms(
        asking=asking,
        reimbursement_uid=owed.claim_uid,
        member_name=owed.claim.submitted.member_name,
        amount=owed.claim.details.amount,
        currency=owed.claim.details.currency,
        attempts=owed.made,
        bank_account_uid=bank_account_uid,
        reason=reason,
        reported=owed.reported,
    )


async def _writes(view: View, terms: PaymentTerms, hands: Hands) -> Sequence[Write]:
    """Raises beside what the obligation refuses.

    OwnPayment: the claim is of who proposes it or who confirms it.
    OwnReport: who confirms it reported what became of the last attempt.
    ProposalOutdated: there was another attempt since, or somebody has reported something else of the last one.
    Refused: something stands in the way of the payment, which gives its code and detail.
    NotFound: the account is not there, or is another member's.
    """
    await check_not_own(view, terms.reimbursement_uid, hands.proposed_by, hands.confirmed_by)
    owed = await owing(view, terms.reimbursement_uid)
    if owed.made != terms.attempts:
        raise ProposalOutdated("There was another attempt to pay this since it was proposed.")
    if owed.reported != terms.reported:
        raise ProposalOutdated(
            "What became of the last attempt was reported since it was proposed."
        )
    if owed.reported and hands.confirmed_by == owed.reported.by:
        raise OwnReport(
            "Somebody else than who reported what became of the last payment confirms this."
        )
    if owed.is_disputed:
        raise Refused(DISPUTED.reason, code=DISPUTED.code)
    if terms.asking is Asking.WRITE_OFF:
        command = WriteOff(
            payment_status=owed.status,
            reason=terms.reason,
            asked_by=hands.proposed_by,
            confirmed_by=hands.confirmed_by,
        )
        return [owed.says(command), *owed.cancelled(terms.reason)]
    into = terms.bank_account_uid or owed.account_uid
    await _check_member(view, owed, into)
    found = await payee_now(view, owed, into, hands)
    if isinstance(found, Hindrance):
        raise Refused(found.reason, code=found.code, until=found.until)
    return owed.again(found, Occasion(terms.asking), hands)


async def _check_member(view: View, owed: Owing, account_uid: UUID) -> None:
    account = known((await view.stream(accounts.DECIDER, account_uid)).state)
    if account is None or account.member_uid != owed.claim.submitted.member_uid:
        raise NotFound(f"The member has no account {account_uid}.")


_SUMMARIES = {
    Asking.RETRY: "Pay the claim of {} over {} {} by another attempt",
    Asking.REDIRECT: "Pay the claim of {} over {} {} to another account of theirs",
    Asking.RELEASE: "Release the payment of the claim of {} over {} {}",
    Asking.WRITE_OFF: "Write off what is owed to {}, {} {}",
}


def _summary(terms: PaymentTerms) -> str:
    said = _SUMMARIES[terms.asking].format(terms.member_name, terms.amount, terms.currency)
    last = terms.reported
    return (
        f"{said}; that the last one is {last.status} was reported by {last.by_name}"
        if last
        else said
    )


PAYMENT_AGAIN = ProposalKind(
    name="payment",
    terms=PaymentTerms,
    writes=_writes,
    summary=_summary,
)
