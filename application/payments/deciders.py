"""The deciders of payments and batches, and what payments read of other contexts."""

from uuid import UUID

from application.handling import Decider, fold
from application.ports import EventLog
from domain import payment_batches, payments
from domain.banks import accounts, banks
from domain.errors import NotFound, Refused
from domain.reimbursements import claims

PAYMENTS: Decider[payments.State, payments.Command] = Decider(
    initial=payments.INITIAL, decide=payments.decide, evolve=payments.evolve
)
BATCHES: Decider[payment_batches.State, payment_batches.Command] = Decider(
    initial=payment_batches.INITIAL, decide=payment_batches.decide, evolve=payment_batches.evolve
)
_CLAIMS: Decider[claims.State, claims.Command] = Decider(
    initial=claims.INITIAL, decide=claims.decide, evolve=claims.evolve
)
_ACCOUNTS: Decider[accounts.State, accounts.Command] = Decider(
    initial=accounts.INITIAL, decide=accounts.decide, evolve=accounts.evolve
)
_BANKS: Decider[banks.State, banks.Command] = Decider(
    initial=banks.INITIAL, decide=banks.decide, evolve=banks.evolve
)


async def approved_claim(log: EventLog, claim_uid: UUID) -> claims.PendingClaim:
    """What is claimed, if it is to be paid.

    Raises:
        Refused: the claim is not approved (`claim_not_approved`).
    """
    state, _ = fold(_CLAIMS, await log.stream(claim_uid))
    if not isinstance(state, claims.ApprovedClaim):
        raise Refused("only an approved claim is paid", code="claim_not_approved")
    return state.claim


async def account_in_use(log: EventLog, account_uid: UUID) -> accounts.Account:
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
    match state:
        case banks.OpenedBank(bank) | banks.DeactivatedBank(bank):
            return bank
        case _:
            raise NotFound("There is no such bank.")
