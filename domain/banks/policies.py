"""Approval policies: what it takes at a bank to have a claim paid.

Rules upheld here:
- a bank has one policy at a time, every version of which stays in the log; until one is set it has the `DEFAULT`;
- for any amount of any currency there is exactly one tier: the tiers of a currency ascend, and what none of them
  reaches is for the one that names no currency;
- a tier names who may give a word, and how many different people it takes.

```
DEFAULT (version 0) ──set──► version 1 ──set──► version 2 …
```
"""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise
from uuid import UUID

import msgspec
from msgspec.structs import asdict

from domain.shared.deciders import Decider
from domain.shared.errors import Invalid
from domain.shared.events import Event, event
from domain.shared.ids import derived
from domain.shared.money import exact_amount, known_currency
from domain.shared.roles import Role
from domain.shared.rules import checked, of_same_fields

APPROVALS_MAX, TIERS_MAX = 3, 20
HOLD_HOURS_MAX = 24 * 31
SPLITTING_DAYS_MAX = 31
REMIND_DAYS_MAX = 31
_MAY_GIVE_A_WORD = (Role.ADMINISTRATOR, Role.OPERATOR)


class Tier(msgspec.Struct, frozen=True, kw_only=True):
    """What it takes up to an amount of a currency, the amount included: `approvals` people who have one of the `roles`.

    Without `up_to` it is for any amount of the currency, without a `currency` for whatever no other tier is for.
    """

    currency: str | None = None
    up_to: Decimal | None = None
    approvals: int = 1
    roles: tuple[Role, ...] = (Role.ADMINISTRATOR,)


class PolicyTerms(msgspec.Struct, frozen=True, kw_only=True):
    """What a policy says.

    Attributes:
        four_eyes: False for a bank of one person: whoever admitted a member or confirmed a payee decides all the same.
        tiers: who approves what.
        hold_hours: hours for which nothing is paid to a payee that was changed; 0 holds nothing.
        splitting_days: days over which a member's approved claims count together; 0 counts each for itself.
        remind_days: days after which a claim that waits is brought up again.
    """

    four_eyes: bool = True
    tiers: tuple[Tier, ...] = (Tier(),)
    hold_hours: int = 72
    splitting_days: int = 7
    remind_days: int = 3


class ApprovalPolicy(PolicyTerms, frozen=True, kw_only=True):
    """The policy in force; version 0 is the default."""

    version: int = 0

    def tier_of(self, amount: Decimal, currency: str) -> Tier:
        """What it takes for such an amount."""
        return self.tiers_from(amount, currency)[0]

    def tiers_from(self, amount: Decimal, currency: str) -> tuple[Tier, ...]:
        """The tier of such an amount, and the higher ones of its currency behind it."""
        return tuple(
            tier
            for tier in sorted(self.tiers, key=lambda it: it.currency is None)
            if tier.currency in (currency, None) and (tier.up_to is None or amount <= tier.up_to)
        )


DEFAULT = ApprovalPolicy()
"""Any amount takes one administrator."""


def policy_uid(bank_uid: UUID) -> UUID:
    """The stream of a bank's policy."""
    return derived("approval policy", bank_uid)


# Commands


class SetPolicy(PolicyTerms, frozen=True, kw_only=True):
    """Put this policy in force: `set_by` one user, `confirmed_by` another; None is nobody, or who is at the machine."""

    bank_uid: UUID
    bank_id: int
    set_by: UUID | None = None
    confirmed_by: UUID | None = None


# Events


@event("approval_policy.set.v1", by=SetPolicy)
class PolicySet(SetPolicy, Event, frozen=True):
    """This policy is in force from now on, for every decision that was not made yet."""

    version: int
    set_at: dt.datetime


# Rules


def decide(state: ApprovalPolicy, command: SetPolicy, now: dt.datetime) -> Sequence[Event]:
    """What the command leads to; nothing where this policy was set already.

    Raises:
        Invalid: one fault per value that breaks a rule.
    """
    terms = _normal(of_same_fields(PolicyTerms, command))
    if state.version and terms == of_same_fields(PolicyTerms, state):
        return []
    said = asdict(command) | {name: getattr(terms, name) for name in terms.__struct_fields__}
    return [PolicySet(**said, version=state.version + 1, set_at=now)]


def evolve(state: ApprovalPolicy, fact: Event) -> ApprovalPolicy:
    """The state after a fact."""
    return of_same_fields(ApprovalPolicy, fact) if isinstance(fact, PolicySet) else state


def _normal(terms: PolicyTerms) -> PolicyTerms:
    return msgspec.structs.replace(
        terms,
        **checked(
            "the policy",
            tiers=(_tiers, terms.tiers),
            hold_hours=(lambda it: _within(it, 0, HOLD_HOURS_MAX), terms.hold_hours),
            splitting_days=(lambda it: _within(it, 0, SPLITTING_DAYS_MAX), terms.splitting_days),
            remind_days=(lambda it: _within(it, 1, REMIND_DAYS_MAX), terms.remind_days),
        ),
    )


def _within(value: int, least: int, most: int) -> int:
    if not least <= value <= most:
        raise Invalid(f"{least} to {most} was expected, got {value}", code="out_of_range")
    return value


def _tiers(tiers: Sequence[Tier]) -> tuple[Tier, ...]:
    _within(len(tiers), 1, TIERS_MAX)
    normal = tuple(
        sorted(
            map(_tier, tiers),
            key=lambda it: (it.currency is None, it.currency or "", it.up_to or Decimal("Inf")),
        )
    )
    for one, next_one in pairwise(normal):
        if (one.currency, one.up_to) == (next_one.currency, next_one.up_to):
            of, up_to = one.currency or "any currency", one.up_to or "any amount"
            raise Invalid(
                f"one tier for {of} up to {up_to} was expected, got two", code="ambiguous"
            )
    if normal[-1].currency is not None:
        raise Invalid(
            "a tier without a currency and an amount was expected, for what no other one is for",
            code="incomplete",
        )
    return normal


def _tier(tier: Tier) -> Tier:
    _within(tier.approvals, 1, APPROVALS_MAX)
    roles = tuple(role for role in _MAY_GIVE_A_WORD if role in tier.roles)
    if not roles or len(roles) != len(tier.roles):
        raise Invalid(
            f"each of {', '.join(_MAY_GIVE_A_WORD)} at most once was expected for a tier, "
            f"got {', '.join(tier.roles) or 'none'}",
            code="unknown_role",
        )
    return msgspec.structs.replace(tier, up_to=_up_to(tier), roles=roles)


def _up_to(tier: Tier) -> Decimal | None:
    if tier.currency is not None:
        known_currency(tier.currency)
    if tier.up_to is None:
        return None
    if tier.currency is None:
        raise Invalid(f"a currency was expected beside the amount {tier.up_to}", code="no_currency")
    exact = exact_amount(tier.up_to, tier.currency)
    if exact <= 0:
        raise Invalid(f"an amount above 0 was expected, got {tier.up_to}", code="not_positive")
    return exact


DECIDER: Decider[ApprovalPolicy, SetPolicy] = Decider(DEFAULT, decide, evolve)
