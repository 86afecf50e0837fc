"""What another payment of a claim rests on: claim, obligation and last payment, and who would be paid by now.

Rules upheld here:
- bank, member and account are looked at as they are now: what stands in the way is told by its reason;
- a payee that was changed is not paid before the hold time of the bank's policy is over;
- a number that another member's account has, too, is paid only as it was approved;
- as long as a case of one of its payments is open, nothing more is paid for a claim;
- nobody who gave a word for the claim, or asks for its payment, made or confirmed the payee that is paid.
"""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from application.payments.facts import approval, is_disputed
from application.shared.commands import Write
from application.shared.permissions import user_of
from application.shared.proposals import Hands
from application.shared.streams import Stream
from application.shared.views import View
from domain import identity
from domain.banks import accounts, banks, members, policies
from domain.banks.accounts import BankAccount, open_account
from domain.banks.banks import open_bank
from domain.banks.members import active_member
from domain.payments import obligation_facts, obligations, payments
from domain.payments.cases import case_uid
from domain.payments.obligation_facts import (
    AttemptPayment,
    BlockObligation,
    HoldObligation,
    Incur,
    InTurn,
    Occasion,
    obligation_uid,
)
from domain.payments.obligations import NoObligation, last_payment
from domain.payments.payment_facts import CancelPayment, SchedulePayment, payment_uid
from domain.reimbursements import claims
from domain.reimbursements.claims import PendingClaim
from domain.reimbursements.details import NormalDetails
from domain.shared.errors import NotFound, Refused
from domain.shared.exchange import Exchange


class PayeeNow(msgspec.Struct, frozen=True):
    """The account that is paid to, as it is now, and its uid."""

    uid: UUID
    account: BankAccount


class Hindrance(msgspec.Struct, frozen=True):
    """Why a payment cannot be made as things are; `until` is when time alone ends it."""

    code: str
    reason: str
    until: datetime | None = None


class ReportedOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody reported of a payment, `failed` or `returned`, the reason they gave, and the user who did."""

    status: str
    reason: str
    by: UUID
    by_name: str


DISPUTED = Hindrance(
    "payment_case_open",
    "a rail contradicts what is recorded of a payment of this claim, so that it may be paid already",
)


class Owing(msgspec.Struct, frozen=True, kw_only=True):
    """A claim that was approved, by the words of the users `approved_by`, and what became of it since.

    `approved_version` is the payee version it was approved for; of a disputed one, a rail may have paid it already,
    whatever is recorded. `exchange` is what is owed instead, into an account in another currency. `reported` is by
    whose word the last payment failed or came back, None if a rail said so.
    """

    claim_uid: UUID
    claim: PendingClaim
    exchange: Exchange | None = None
    approved_by: frozenset[UUID]
    approved_version: int
    state: obligations.State
    payment: payments.State
    is_disputed: bool
    is_paid_before: bool = False
    reported: ReportedOutcome | None = None

    @property
    def uid(self) -> UUID:
        """The stream of the obligation."""
        return obligation_uid(self.claim_uid)

    @property
    def status(self) -> str:
        """What became of the payment of the last attempt, or that an earlier one is settled after all."""
        return payments.SettledPayment.status if self.is_paid_before else self.payment.status

    @property
    def owed(self) -> Exchange | NormalDetails:
        """What has the amount and the currency that are owed."""
        return self.exchange or self.claim.details

    @property
    def made(self) -> int:
        """How many attempts there were, also of before they were counted."""
        return self.state.attempts or int(not isinstance(self.payment, payments.NoPayment))

    @property
    def is_free(self) -> bool:
        """Whether a payment is scheduled that no rail can have."""
        is_scheduled = isinstance(self.payment, payments.ScheduledPayment)
        return is_scheduled and not obligations.may_be_at_rail(self.state)

    @property
    def account_uid(self) -> UUID:
        """The account that is, or was to be, paid to."""
        if isinstance(self.state, NoObligation):
            return self.claim.submitted.bank_account_uid
        return self.state.bank_account_uid

    def says(self, *commands: obligation_facts.Command) -> Write:
        """These commands on the obligation, quiet if none; with them what is owed, where that was not noted yet."""
        first = payment_uid(self.claim_uid) if self.made else None
        return Write(obligations.DECIDER, self.uid, InTurn((self.incur(first), *commands)))

    def incur(self, first: UUID | None = None, payee_version: int | None = None) -> Incur:
        """What is owed; with the `first` payment if there is one."""
        submitted = self.claim.submitted
        return Incur(
            reimbursement_uid=self.claim_uid,
            bank_uid=submitted.bank_uid,
            bank_account_uid=submitted.bank_account_uid,
            member_uid=submitted.member_uid,
            user_uid=submitted.user_uid,
            amount=self.owed.amount,
            currency=self.owed.currency,
            payment_uid=first,
            payee_version=payee_version,
            cost=self.exchange.cost if self.exchange else None,
        )

    def order(self, account: "PayeeNow", attempt: int, *, was_owed: bool) -> Write:
        """The order of the payment of this attempt."""
        uid, submitted = payment_uid(self.claim_uid, attempt), self.claim.submitted
        command = SchedulePayment(
            reimbursement_uid=self.claim_uid,
            bank_uid=submitted.bank_uid,
            bank_account_uid=account.uid,
            member_uid=submitted.member_uid,
            amount=self.owed.amount,
            currency=self.owed.currency,
            creditor_name=account.account.holder,
            **msgspec.structs.asdict(account.account.numbers),
            reference=uid.hex,
            attempt=attempt,
            payee_version=account.account.payee_version,
            was_owed=was_owed,
        )
        return Write(payments.DECIDER, uid, command)

    def first(self, account: "PayeeNow") -> list[Write]:
        """What is owed, with its first attempt."""
        first, version = payment_uid(self.claim_uid), account.account.payee_version
        incur = Write(obligations.DECIDER, self.uid, self.incur(first, version))
        return [incur, self.order(account, 1, was_owed=False)]

    def again(self, account: "PayeeNow", occasion: Occasion, by: Hands) -> list[Write]:
        """Another attempt, in the place of one that is scheduled."""
        command = AttemptPayment(
            payment_status=self.status,
            occasion=occasion,
            bank_account_uid=account.uid,
            payee_version=account.account.payee_version,
            asked_by=by.proposed_by,
            confirmed_by=by.confirmed_by,
        )
        return [
            self.says(command),
            self.order(account, self.made + 1, was_owed=True),
            *self.cancelled(f"another attempt: {occasion}"),
        ]

    def hindered(self, why: Hindrance) -> obligation_facts.Command:
        """What is noted where something stands in the way."""
        if why.until is None:
            return BlockObligation(payment_status=self.status, code=why.code, reason=why.reason)
        return HoldObligation(payment_status=self.status, reason=why.reason, until=why.until)

    def cancelled(self, reason: str) -> list[Write]:
        """The end of the payment that is scheduled, if one is."""
        if not isinstance(self.payment, payments.ScheduledPayment):
            return []
        uid = last_payment(self.state, self.claim_uid)
        return [Write(payments.DECIDER, uid, CancelPayment(reason=reason))]


async def owing(view: View, claim_uid: UUID) -> Owing:
    """What is owed for a claim.

    Raises:
        Refused: the claim is not approved (`claim_not_approved`).
    """
    first = payment_uid(claim_uid)
    await view.load(claim_uid, obligation_uid(claim_uid), first, case_uid(first))
    found = await approval(view, claim_uid)
    words = [
        fact.event
        for fact in (await view.stream(claims.DECIDER, claim_uid)).facts
        if isinstance(fact.event, claims.ReimbursementEndorsed | claims.ReimbursementApproved)
    ]
    state = (await view.stream(obligations.DECIDER, obligation_uid(claim_uid))).state
    payment = await view.stream(payments.DECIDER, last_payment(state, claim_uid))
    return Owing(
        claim_uid=claim_uid,
        claim=found.claim,
        exchange=found.approved.exchange,
        approved_by=frozenset(word.user_uid for word in words),
        approved_version=words[-1].payee_version or 1,
        state=state,
        payment=payment.state,
        is_disputed=await is_disputed(view, state, claim_uid),
        is_paid_before=await _is_paid_before(view, state, claim_uid),
        reported=await _reported(view, payment),
    )


async def _is_paid_before(view: View, state: obligations.State, claim_uid: UUID) -> bool:
    earlier = obligations.all_payments(state, claim_uid)[:-1]
    await view.load(*earlier)
    states = [(await view.stream(payments.DECIDER, uid)).state for uid in earlier]
    return any(isinstance(it, payments.SettledPayment) for it in states)


async def _reported(view: View, payment: Stream[payments.State]) -> ReportedOutcome | None:
    if not isinstance(payment.state, payments.FailedPayment | payments.ReturnedPayment):
        return None
    last = payment.facts[-1]
    by, reason = user_of(last.actor), getattr(last.event, "reason", "")
    if by is None:
        return None
    name = getattr((await view.stream(identity.DECIDER, by)).state, "name", "") or str(by)
    return ReportedOutcome(status=payment.state.status, reason=reason, by=by, by_name=name)


async def payee_now(
    view: View, owed: Owing, account_uid: UUID, by: Hands | None = None
) -> PayeeNow | Hindrance:
    """Who would be paid, or what stands in the way; `by` is who asks for it, None for the payment of the approval.

    Money is owed to former members, too: people may have it paid to them.
    """
    if owed.is_disputed:
        return DISPUTED
    submitted = owed.claim.submitted
    policy_stream = policies.policy_uid(submitted.bank_uid)
    await view.load(submitted.bank_uid, submitted.member_uid, account_uid, policy_stream)
    try:
        open_bank((await view.stream(banks.DECIDER, submitted.bank_uid)).state)
        if by is None:
            active_member((await view.stream(members.DECIDER, submitted.member_uid)).state)
        account = open_account((await view.stream(accounts.DECIDER, account_uid)).state)
    except (Refused, NotFound) as refusal:
        return Hindrance(refusal.code, refusal.detail)
    # Of claims from before their account's currency was noted, whatever was claimed is paid.
    if submitted.paid_in and account.currency != owed.owed.currency:
        reason = f"{owed.owed.currency} are owed, and the account is in {account.currency}"
        return Hindrance("other_currency", reason)
    policy = (await view.stream(policies.DECIDER, policy_stream)).state
    asking = {by.proposed_by, by.confirmed_by} - {None} if by else set[UUID | None]()
    if policy.four_eyes and account.payee_by & (owed.approved_by | asking):
        return Hindrance(
            "payee_of_theirs",
            "somebody who has a say in this payment made or confirmed the payee; somebody else is to have it paid",
        )
    approved = (submitted.bank_account_uid, owed.approved_version)
    if account.duplicate_of and (account_uid, account.payee_version) != approved:
        return Hindrance(
            "duplicate_account",
            "another member has an account with the same number, and nobody has approved paying it",
        )
    until = _held_until(account, policy.hold_hours)
    if until and view.now < until:
        reason = f"the payee was changed, so it is paid from {until:%Y-%m-%d %H:%M} UTC on"
        return Hindrance("payee_changed", reason, until)
    return PayeeNow(account_uid, account)


def _held_until(account: BankAccount, hours: int) -> datetime | None:
    if account.payee_version == 1 or account.payee_since is None:
        return None
    return account.payee_since + timedelta(hours=hours)
