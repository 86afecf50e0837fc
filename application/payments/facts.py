"""What payments rest on in other contexts: the claim and the bank, each as it is now."""

from uuid import UUID

from application.shared.streams import Facts
from application.shared.views import View
from domain.banks import accounts, banks, policies
from domain.payments import cases, obligations
from domain.payments.cases import case_uid
from domain.payments.obligation_facts import obligation_uid
from domain.payments.payment_facts import PaymentScheduled
from domain.payments.refusals import OwnPayment
from domain.reimbursements import claims
from domain.shared.errors import NotFound, Refused
from domain.shared.kits import known


async def approved_claim(view: View, claim_uid: UUID) -> claims.PendingClaim:
    """What is claimed, if it is to be paid; raises as `approval`."""
    return (await approval(view, claim_uid)).claim


async def approval(view: View, claim_uid: UUID) -> claims.ApprovedClaim:
    """What is claimed and approved.

    Raises:
        Refused: the claim is not approved (`claim_not_approved`).
    """
    state = (await view.stream(claims.DECIDER, claim_uid)).state
    if not isinstance(state, claims.ApprovedClaim):
        raise Refused("only an approved claim is paid", code="claim_not_approved")
    return state


async def check_not_own(view: View, claim_uid: UUID, *users: UUID | None) -> None:
    """Go on only if none of these users made the claim; None is who is at the machine.

    Raises:
        OwnPayment: one of them did.
    """
    facts = (await view.stream(claims.DECIDER, claim_uid)).facts
    made_by = getattr(facts[0].event, "user_uid", None) if facts else None
    if made_by is not None and made_by in users:
        raise OwnPayment("Nobody has a say in what is paid for a claim of their own.")


async def check_no_part(view: View, order: PaymentScheduled) -> None:
    """Go on only if the view's caller may say what became of this payment: it can be paid again by what they say.

    Raises:
        OwnPayment: the claim is theirs or, at a bank with four eyes, they made or confirmed the payee that was paid.
    """
    by, policy_uid = view.principal.user_uid, policies.policy_uid(order.bank_uid)
    await view.load(order.reimbursement_uid, order.bank_account_uid, policy_uid)
    await check_not_own(view, order.reimbursement_uid, by)
    account = await view.stream(accounts.DECIDER, order.bank_account_uid)
    policy = (await view.stream(policies.DECIDER, policy_uid)).state
    if policy.four_eyes and by in _payee_by(account.facts, order.payee_version or 1):
        raise OwnPayment("Whoever made or confirmed the account has no say in what became of it.")


def _payee_by(facts: Facts, version: int) -> frozenset[UUID]:
    """Through whose hands this payee version of an account went; the account may have changed since."""
    state, evolve = accounts.DECIDER.initial, accounts.DECIDER.evolve
    for fact in facts:
        state = evolve(state, fact.event)
        account = known(state)
        if account and account.payee_version == version:
            return account.payee_by
    return frozenset()


async def bank_of(view: View, bank_uid: UUID) -> banks.Bank:
    """The bank, in use or not.

    Raises:
        NotFound: there is none.
    """
    bank = known((await view.stream(banks.DECIDER, bank_uid)).state)
    if bank is None:
        raise NotFound("There is no such bank.")
    return bank


async def may_be_elsewhere(view: View, claim_uid: UUID) -> bool:
    """Whether a rail that takes orders one by one may have the payment of this claim, or have paid it before."""
    state = (await view.stream(obligations.DECIDER, obligation_uid(claim_uid))).state
    return obligations.may_be_at_rail(state) is not None or await is_disputed(
        view, state, claim_uid
    )


async def is_disputed(view: View, state: obligations.State, claim_uid: UUID) -> bool:
    """Whether a case of any payment of this claim is open: its money may be there, whatever is recorded."""
    uids = [case_uid(each) for each in obligations.all_payments(state, claim_uid)]
    await view.load(*uids)
    return any([(await view.stream(cases.DECIDER, uid)).state.is_open for uid in uids])
