"""What takes two people about an obligation: another attempt to pay it, and giving it up."""

from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

import msgspec

from application.payments.owing import DISPUTED, Hindrance, Owing, owing, payee_now
from application.shared.commands import View, Write
from application.shared.proposals import Hands, ProposalKind
from domain.banks import accounts
from domain.payments.obligation_facts import Occasion, WriteOff
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

    `attempts` is how many there were when it was asked.
    """

    asking: Asking
    reimbursement_uid: UUID
    member_name: str
    amount: Decimal
    currency: str
    attempts: int
    bank_account_uid: UUID | None = None
    reason: str = ""


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
    )


async def _writes(view: View, terms: PaymentTerms, hands: Hands) -> Sequence[Write]:
    """Raises beside what the obligation refuses.

    ProposalOutdated: there was another attempt since.
    Refused: something stands in the way of the payment, which gives its code and detail.
    NotFound: the account is not there, or is another member's.
    """
    owed = await owing(view, terms.reimbursement_uid)
    if owed.made != terms.attempts:
        raise ProposalOutdated("There was another attempt to pay this since it was proposed.")
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

PAYMENT_AGAIN = ProposalKind(
    name="payment",
    terms=PaymentTerms,
    writes=_writes,
    summary=lambda it: _SUMMARIES[it.asking].format(it.member_name, it.amount, it.currency),
)
