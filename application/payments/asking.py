"""What takes two people about an obligation: another attempt to pay it, or giving it up."""

from collections.abc import Sequence
from enum import StrEnum
from uuid import UUID

import msgspec

from application.payments.owing import Askers, Hindrance, Owing, owing, payee_now
from application.shared.commands import View, Write
from domain.banks import accounts
from domain.payments.obligation_facts import Occasion, WriteOff
from domain.shared.errors import NotFound, Refused
from domain.shared.kits import known


class Asking(StrEnum):
    """What is to be done."""

    RETRY = "retry"
    REDIRECT = "redirect"
    RELEASE = "release"
    WRITE_OFF = "write_off"


class PaymentTerms(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked about the obligation of a claim: to redirect it, to which account; to write it off, why."""

    asking: Asking
    reimbursement_uid: UUID
    bank_account_uid: UUID | None = None
    reason: str = ""


async def writes(view: View, terms: PaymentTerms, by: Askers) -> Sequence[Write]:
    """What it comes down to by the log as it is.

    Raises:
        Refused: the claim is not approved, or as `domain.payments.obligations` says; or something stands in the way of
            the payment, which gives its code and detail.
        NotFound: the account is not there, or is another member's.
    """
    owed = await owing(view, terms.reimbursement_uid)
    if terms.asking is Asking.WRITE_OFF:
        command = WriteOff(
            payment_status=owed.status,
            reason=terms.reason,
            asked_by=by.asked_by,
            confirmed_by=by.confirmed_by,
        )
        return [owed.says(command), *owed.cancelled(terms.reason)]
    into = terms.bank_account_uid or owed.account_uid
    await _check_member(view, owed, into)
    found = await payee_now(view, owed, into, by)
    if isinstance(found, Hindrance):
        raise Refused(found.reason, code=found.code, until=found.until)
    return owed.again(found, Occasion(terms.asking), by)


async def _check_member(view: View, owed: Owing, account_uid: UUID) -> None:
    account = known((await view.stream(accounts.DECIDER, account_uid)).state)
    if account is None or account.member_uid != owed.claim.submitted.member_uid:
        raise NotFound(f"The member has no account {account_uid}.")
