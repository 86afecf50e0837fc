"""What a decision about a claim rests on, made out of states: the same for who decides now and for who audits it later.

Nothing here waits for anything. `rests_on` and `of_approver` name the streams, the others make of their states what the
domain is told; where the states come from (the log as it is, or a prefix of it) is the affair of the caller.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, Protocol, TypeVar
from uuid import UUID

from msgspec import UNSET

from domain import delegations, identity, rates
from domain.banks import accounts, administrators, members, policies
from domain.banks.administrators import ActiveAdministrator
from domain.banks.policies import Tier, policy_uid
from domain.delegations import delegation_uid
from domain.rates import rate_uids
from domain.reimbursements import spending
from domain.reimbursements.claims import PendingClaim, ReimbursementApproved
from domain.reimbursements.details import Details
from domain.reimbursements.spending import months, spending_uid, spent
from domain.reimbursements.words import Approver, Controls
from domain.shared.deciders import Decider
from domain.shared.errors import Invalid
from domain.shared.exchange import Exchange, Rate, exchanged
from domain.shared.kits import known
from domain.shared.roles import Role, administrator_uid

State = TypeVar("State")


class States(Protocol):
    """Where streams have come to."""

    def state(self, decider: Decider[State, Any], uid: UUID) -> State:
        """The state of a stream, begun or not."""


def rests_on(claim: PendingClaim, now: dt.datetime) -> Iterator[UUID]:
    """The streams that tell of the policy, the payee, the member and their spending, and of who endorsed the claim."""
    of = claim.submitted
    yield from (policy_uid(of.bank_uid), of.bank_account_uid, of.member_uid)
    for currency in _currencies(claim):
        yield from _spending(claim, currency, now)
    yield from rates_for(claim, now)
    for word in claim.words:
        yield from of_approver(of.bank_uid, word.user_uid, word.on_behalf_of)


def of_approver(bank_uid: UUID, user_uid: UUID, lender: UUID | None = None) -> Iterator[UUID]:
    """The streams that tell of a user as one who decides, and of the one whose limit they use."""
    yield from (user_uid, administrator_uid(bank_uid, user_uid))
    if lender:
        uid = administrator_uid(bank_uid, lender)
        yield from (lender, uid, delegation_uid(uid))


def controls_of(states: States, claim: PendingClaim, now: dt.datetime) -> Controls:
    """What stands beside the claim."""
    of, details = claim.submitted, claim.details
    policy = states.state(policies.DECIDER, policy_uid(of.bank_uid))
    exchange = exchange_of(states, of.bank_uid, details, of.paid_in, now)
    spent_in = {
        currency: _lately(states, claim, currency, now, policy.splitting_days)
        for currency in _currencies(claim)
    }
    lately, lately_paid = spent_in[details.currency], spent_in[_paid_in(claim)]
    tiers = [policy.tier_of(details.amount + lately, details.currency)]
    if exchange:
        tiers.append(policy.tier_of(exchange.amount + lately_paid, exchange.currency))
    approvals, roles = _asked(tiers)
    member = known(states.state(members.DECIDER, of.member_uid))
    account = known(states.state(accounts.DECIDER, of.bank_account_uid))
    return Controls(
        policy_version=policy.version,
        four_eyes=policy.four_eyes,
        approvals=approvals,
        roles=roles,
        spent=lately,
        spent_paid=lately_paid if exchange else Decimal(0),
        admitted_by=member.admitted_by if member else None,
        payee_version=account.payee_version if account else 1,
        payee_by=account.payee_by if account else frozenset(),
        payee_duplicate_of=account.duplicate_of if account else None,
        exchange=exchange,
        cost_by=_cost_by(states, claim),
    )


def rates_for(claim: PendingClaim, now: dt.datetime) -> Iterator[UUID]:
    """The streams of the rates by which this claim could be paid."""
    of = claim.submitted
    return exchange_rests_on(of.bank_uid, claim.details, of.paid_in, now)


def exchange_rests_on(
    bank_uid: UUID, details: Details, paid_in: str | None, now: dt.datetime
) -> Iterator[UUID]:
    """The streams of the rates of now and of when the money was spent; none where it takes no rate."""
    if paid_in is not None and paid_in != details.currency:
        for day in {_today(now), details.incurred_on}:
            yield from rate_uids(bank_uid, details.currency, paid_in, day)


def exchange_of(
    states: States, bank_uid: UUID, details: Details, paid_in: str | None, now: dt.datetime
) -> Exchange | None:
    """What would be paid of these details into an account in that currency; None where it takes no rate, has none, or
    nothing would be left."""
    if paid_in is None or paid_in == details.currency:
        return None

    rate = _newest(states, bank_uid, details, paid_in, _today(now))
    if rate is None:
        return None
    then = _newest(states, bank_uid, details, paid_in, details.incurred_on)
    try:
        return exchanged(details.amount, paid_in, rate, then or rate)
    except Invalid:
        return None


def _cost_by(states: States, claim: PendingClaim) -> frozenset[UUID]:
    """The users who said what it was worth on the day it was spent."""
    of, details = claim.submitted, claim.details
    if of.paid_in is None or of.paid_in == details.currency:
        return frozenset()
    then = _newest(states, of.bank_uid, details, of.paid_in, details.incurred_on)
    return then.said_by if then else frozenset()


def _newest(
    states: States, bank_uid: UUID, details: Details, paid_in: str, day: dt.date
) -> Rate | None:
    """The rate that counts on a day."""
    uids = rate_uids(bank_uid, details.currency, paid_in, day)
    return next(filter(None, (states.state(rates.DECIDER, uid) for uid in uids)), None)


def _today(now: dt.datetime) -> dt.date:
    return now.astimezone(dt.UTC).date()


def givers_of(states: States, claim: PendingClaim, now: dt.datetime) -> tuple[Approver, ...]:
    """Those who endorsed the claim and may still decide, as they are at this moment."""
    bank_uid = claim.submitted.bank_uid
    givers = (
        approver_of(states, bank_uid, word.user_uid, now, word.on_behalf_of) for word in claim.words
    )
    return tuple(filter(None, givers))


def approver_of(
    states: States, bank_uid: UUID, user_uid: UUID, now: dt.datetime, lender: UUID | None = None
) -> Approver | None:
    """A user as one who decides at this moment; None if they may not, as an administrator or an operator.

    Whose limit they would use has lent it to them, or counts for nothing.
    """
    user = states.state(identity.DECIDER, user_uid)
    if not isinstance(user, identity.ActiveUser):
        return None
    if Role.OPERATOR in user.roles:
        return _operator(user_uid, user.name)
    uid = administrator_uid(bank_uid, user_uid)
    state = states.state(administrators.DECIDER, uid)
    if not isinstance(state, ActiveAdministrator):
        return None
    it = state.value
    return Approver(
        administrator_uid=uid,
        user_uid=user_uid,
        name=it.name,
        limit=it.approval_limit,
        limit_currency=it.currency,
        lender=_lender(states, bank_uid, lender, uid, now) if lender else None,
    )


def _operator(user_uid: UUID, name: str) -> Approver:
    return Approver(
        administrator_uid=user_uid,
        user_uid=user_uid,
        name=name,
        limit=None,
        limit_currency="",
        role=Role.OPERATOR,
    )


def _lender(
    states: States, bank_uid: UUID, user_uid: UUID, to: UUID, now: dt.datetime
) -> Approver | None:
    own = administrator_uid(bank_uid, user_uid)
    lent = states.state(delegations.DECIDER, delegation_uid(own))
    if lent is None or lent.to != to or not lent.holds(now):
        return None
    both = [known(states.state(administrators.DECIDER, uid)) for uid in (own, to)]
    if lent.appointments not in (UNSET, tuple(it.appointments for it in both if it)):
        return None
    return approver_of(states, bank_uid, user_uid, now)


def counted_in(claim: PendingClaim, approved: ReimbursementApproved) -> dict[UUID, Decimal]:
    """The streams of spending that an approval counts in, as what is claimed and as what is paid, and with how much."""
    details, exchange = claim.details, approved.exchange
    amounts = {details.currency: details.amount}
    amounts |= {exchange.currency: exchange.amount} if exchange else {}
    (month,) = months(approved.approved_at, 0)
    member = claim.submitted.member_uid
    return {spending_uid(member, currency, month): it for currency, it in amounts.items()}


def _currencies(claim: PendingClaim) -> tuple[str, ...]:
    """The one that is claimed, and the one that is paid."""
    return tuple(dict.fromkeys((claim.details.currency, _paid_in(claim))))


def _paid_in(claim: PendingClaim) -> str:
    return claim.submitted.paid_in or claim.details.currency


def _spending(claim: PendingClaim, currency: str, now: dt.datetime) -> Iterator[UUID]:
    for month in months(now, policies.SPLITTING_DAYS_MAX):
        yield spending_uid(claim.submitted.member_uid, currency, month)


def _lately(
    states: States, claim: PendingClaim, currency: str, now: dt.datetime, days: int
) -> Decimal:
    uids = _spending(claim, currency, now)
    return spent((states.state(spending.DECIDER, uid) for uid in uids), now, days)


def _asked(tiers: Sequence[Tier]) -> tuple[int, tuple[Role, ...]]:
    """How many people of which roles: as many as any of these tiers asks for, of roles that each of them names.

    Where no role is named by all, those of the last.
    """
    shared = [role for role in tiers[-1].roles if all(role in tier.roles for tier in tiers)]
    return max(tier.approvals for tier in tiers), tuple(shared) or tiers[-1].roles
