"""The deciders of payments and batches, and what payments read of other contexts."""

from uuid import UUID

from application.shared.handling import fold
from application.shared.ports import EventLog
from domain.banks import accounts, banks
from domain.payments import batches, payments
from domain.reimbursements import claims
from domain.shared.errors import NotFound, Refused

PAYMENTS = payments.DECIDER
BATCHES = batches.DECIDER
_CLAIMS = claims.DECIDER
_ACCOUNTS = accounts.DECIDER
_BANKS = banks.DECIDER


async def approved_claim(log: EventLog, claim_uid: UUID) -> claims.PendingClaim:
    """What is claimed, if it is to be paid.

    Raises:
        Refused: the claim is not approved (`claim_not_approved`).
    """
    state, _ = fold(_CLAIMS, await log.stream(claim_uid))
    if not isinstance(state, claims.ApprovedClaim):
        raise Refused("only an approved claim is paid", code="claim_not_approved")
    return state.claim


async def account_in_use(log: EventLog, account_uid: UUID) -> accounts.BankAccount:
    """The account, if it is in use.

    Raises:
        NotFound, AccountClosed: as `domain.banks.accounts.open_account` says.
    """
    state, _ = fold(_ACCOUNTS, await log.stream(account_uid))
    return accounts.open_account(state)


async def bank_of(log: EventLog, bank_uid: UUID) -> banks.Bank:
    """The bank, in use or not.

    Raises:
        NotFound: there is none.
    """
    state, _ = fold(_BANKS, await log.stream(bank_uid))
    bank = banks.bank_of(state)
    if bank is None:
        raise NotFound("There is no such bank.")
    return bank
