"""Words: what those who approve a claim say, and what it takes of them to have it paid.

Rules upheld here:
- so many different people as the policy asks for, of the roles it names, and their limits add up to what counts: the
  amount, and what was approved for the member lately, as it is claimed or as it is paid, by the currency of the limit;
- where one limit is short, a second adds to it; of more people than that, and than the policy asks for, the highest
  limits count;
- a limit that was lent counts once, and neither beside the word of whom it is nor where they could not give one;
- with four eyes, whoever made or confirmed the payee has no say, and whoever admitted the member none alone; nor has
  whoever recorded or confirmed an exchange rate that is used, and a claimant's own rate is used for nobody.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Self
from uuid import UUID

import msgspec

from domain.reimbursements.details import Details
from domain.shared.errors import Forbidden, Refused
from domain.shared.exchange import Exchange
from domain.shared.roles import Role

_AT_MOST = 2
"""So many limits add up, unless the policy asks for more people."""


class Approver(msgspec.Struct, frozen=True, kw_only=True):
    """Who decides: up to which amount they do alone (None: any), and whose limit they were lent, if they use it.

    `administrator_uid` is what they are at the bank; of an operator, who is nothing there, the user.
    """

    administrator_uid: UUID
    user_uid: UUID
    name: str
    limit: Decimal | None
    limit_currency: str
    role: Role = Role.ADMINISTRATOR
    lender: Self | None = None

    def covers(self, counted: Mapping[str, Decimal]) -> Fraction:
        """How much their own limit reaches of what counts, which is told in these currencies: 1 is all of it."""
        if self.limit is None:
            return Fraction(1)
        amount = counted.get(self.limit_currency)
        return Fraction(self.limit) / Fraction(amount) if amount else Fraction(0)


class Controls(msgspec.Struct, frozen=True, kw_only=True):
    """What stands beside a claim when it is decided.

    Attributes:
        policy_version, four_eyes, approvals, roles: what the policy of the bank asks for.
        spent: what else was approved for the member lately, in the claim's currency.
        spent_paid: the same in the currency that is paid, if it is another one.
        admitted_by: the user who made the claimant a member; None: the machine, or nobody knows.
        payee_version: what the account is paid as.
        payee_by: the users who made or confirmed that.
        payee_duplicate_of: an earlier account of another member with the same number.
        exchange: what is paid of a claim in another currency than its account; None too where no rate is kept.
        cost_by: the users who recorded or confirmed the rate of the day it was spent.
    """

    policy_version: int = 0
    four_eyes: bool = True
    approvals: int = 1
    roles: tuple[Role, ...] = (Role.ADMINISTRATOR,)
    spent: Decimal = Decimal(0)
    spent_paid: Decimal = Decimal(0)
    admitted_by: UUID | None = None
    payee_version: int = 1
    payee_by: frozenset[UUID] = frozenset()
    payee_duplicate_of: UUID | None = None
    exchange: Exchange | None = None
    cost_by: frozenset[UUID] = frozenset()

    @property
    def rates_by(self) -> frozenset[UUID]:
        """The users who recorded or confirmed the rates that are used."""
        return self.cost_by | (self.exchange.rate.said_by if self.exchange else frozenset())

    def counted(self, of: Details) -> dict[str, Decimal]:
        """What counts against limits: in the currency that is claimed, and in the one that is paid."""
        paid = self.exchange
        also = {paid.currency: paid.amount + self.spent_paid} if paid else {}
        return also | {of.currency: of.amount + self.spent}

    def barred(self, claimant: UUID) -> frozenset[UUID]:
        """Those whose limit nobody else may use here."""
        if not self.four_eyes:
            return frozenset({claimant})
        admitted_by = {self.admitted_by} if self.admitted_by else set[UUID]()
        return self.payee_by | self.rates_by | admitted_by | {claimant}


class PayeeOfTheirs(Forbidden, code="own_payee"):
    """Whoever made or confirmed where the money goes would approve it."""


class RateOfTheirs(Forbidden, code="own_rate"):
    """What is paid, or what it cost, follows from a rate that the approver or the claimant recorded or confirmed."""


class NoExchangeRate(Refused, code="no_exchange_rate"):
    """The claim is in another currency than its account, and the bank keeps no rate of both for these days."""


class NotAsked(Forbidden, code="not_asked"):
    """The policy names others for such an amount."""


class LenderBarred(Forbidden, code="lender_barred"):
    """The limit that was lent is of somebody who could not use it here."""


class LimitsTooLow(Refused, code="limits_too_low"):
    """The limits of those who gave a word do not add up to what is claimed."""


class DuplicateNotAcknowledged(Refused, code="duplicate_not_acknowledged"):
    """The claim or its account looks like an earlier one, and whoever approves did not say that they have seen that."""


class Weight(msgspec.Struct, frozen=True):
    """A word, and how much of what counts it covers: 1 is all of it."""

    giver: Approver
    covers: Fraction


def check_asked(by: Approver, *roles: Role) -> None:
    """Go on only if this person comes in one of these roles.

    Raises:
        NotAsked: they do not.
    """
    if by.role not in roles:
        asked = " and ".join(f"{role}s" for role in roles)
        raise NotAsked(f"The policy of the bank asks {asked} about such an amount.", roles=roles)


def check_may_say(by: Approver, claimant: UUID, controls: Controls) -> None:
    """Go on only if this person may say something for the claim.

    Raises:
        NotAsked, PayeeOfTheirs, RateOfTheirs, LenderBarred: as they say.
    """
    check_asked(by, *controls.roles)
    if controls.four_eyes and by.user_uid in controls.payee_by:
        raise PayeeOfTheirs(
            "Whoever made or confirmed the account that is paid does not approve what goes there: "
            f"{_others(controls.roles)} does. Where there is none, one is appointed, or the policy of the bank names "
            "others for such an amount."
        )
    if controls.four_eyes and controls.rates_by & {by.user_uid, claimant}:
        raise RateOfTheirs(
            "What is paid, or what it cost, follows from an exchange rate that the approver or the claimant recorded "
            "or confirmed; others do so, or somebody else approves."
        )
    if by.lender and by.lender.user_uid in controls.barred(claimant):
        raise LenderBarred(
            f"{by.lender.name} could not decide this alone, and nobody does for them."
        )


def _others(roles: Sequence[Role]) -> str:
    told = {Role.ADMINISTRATOR: "another administrator of the bank", Role.OPERATOR: "an operator"}
    return " or ".join(told[role] for role in roles)


def check_not_flagged(duplicate_of: UUID | None, controls: Controls) -> None:
    """Go on only if neither the claim nor its account looks like an earlier one.

    Raises:
        DuplicateNotAcknowledged: one does.
    """
    if duplicate_of:
        raise DuplicateNotAcknowledged(
            "An earlier claim has the same member, amount and date; `acknowledge_duplicates: true` approves this one "
            "all the same.",
            duplicate_of=duplicate_of,
        )
    if controls.payee_duplicate_of:
        raise DuplicateNotAcknowledged(
            "An earlier account of another member has the same number; `acknowledge_duplicates: true` approves what "
            "goes to this one all the same.",
            account_duplicate_of=controls.payee_duplicate_of,
        )


def may_say(by: Approver, claimant: UUID, controls: Controls) -> bool:
    """Whether `check_may_say` goes on."""
    try:
        check_may_say(by, claimant, controls)
    except Forbidden:
        return False
    return True


def is_enough(
    by: Approver, others: Sequence[Approver], claimant: UUID, of: Details, controls: Controls
) -> bool:
    """Whether the word of `by` is enough beside those of the others; of these only those count who may say something.

    Raises:
        LimitsTooLow: as many limits as may be are short of it, and this one adds nothing to the others.
    """
    others = [other for other in others if may_say(other, claimant, controls)]
    own, *rest = _weights((by, *others), claimant, of, controls)
    seats = max(_AT_MOST, controls.approvals) - 1
    beside = sorted(rest, key=lambda it: it.covers, reverse=True)[:seats]
    if own.covers + sum(it.covers for it in beside) < 1:
        if len(beside) == seats and all(own.covers <= it.covers for it in beside):
            raise _too_low(of, controls, [it.giver for it in beside], by)
        return False
    people = {by.user_uid, *(it.giver.user_uid for it in beside)}
    is_alone = controls.four_eyes and people == {controls.admitted_by}
    return len(people) >= controls.approvals and not is_alone


def _too_low(
    of: Details, controls: Controls, beside: Sequence[Approver], by: Approver
) -> LimitsTooLow:
    first = beside[0]
    limits = " and ".join(f"{it.limit} {it.limit_currency} of {it.name}" for it in (*beside, by))
    lately = f" and the {controls.spent} approved lately" if controls.spent else ""
    return LimitsTooLow(
        f"The limits, {limits}, do not add up to {of.amount} {of.currency}{lately}; it takes an administrator "
        f"with a higher one beside {first.name}, who endorsed the claim, or one who decides it alone.",
        endorsed_by=first.administrator_uid,
        endorsed_by_name=first.name,
    )


def _weights(
    givers: Sequence[Approver], claimant: UUID, of: Details, controls: Controls
) -> list[Weight]:
    counted = controls.counted(of)
    used = controls.barred(claimant) | {giver.user_uid for giver in givers}
    weights = []
    for giver in givers:
        covers, lender = giver.covers(counted), giver.lender
        if lender and lender.user_uid not in used:
            used |= {lender.user_uid}
            covers = max(covers, lender.covers(counted))
        weights.append(Weight(giver, covers))
    return weights


def check_rate(currency: str, paid_in: str | None, exchange: Exchange | None) -> None:
    """Go on only if a claim in this currency can be paid into an account in that one; None: that was not kept.

    Raises:
        NoExchangeRate: it takes a rate, and none is kept.
    """
    if paid_in not in (None, currency) and exchange is None:
        raise NoExchangeRate(
            f"This is paid into an account in {paid_in}, and the bank keeps no exchange rate of {currency} in "
            f"{paid_in} for these days, or none by which anything would be left.",
            currency=currency,
            account_currency=paid_in,
        )
