"""Given a bank's approval policy, when another one is set, then ... and which tier an amount is for."""

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import asdict

from domain.banks.policies import DECIDER, DEFAULT, ApprovalPolicy, PolicySet, SetPolicy, Tier
from domain.shared.roles import Role
from tests.kits import NOW, given_of

given = given_of(DECIDER)
BANK, RUTH, TOM = (UUID(int=number) for number in range(1, 4))
SMALL = Tier(currency="EUR", up_to=Decimal("1000.00"))
LARGE = Tier(currency="EUR", approvals=2)
OTHER = Tier(approvals=2, roles=(Role.ADMINISTRATOR, Role.OPERATOR))


def setting(**terms: Any) -> SetPolicy:
    return SetPolicy(bank_uid=BANK, bank_id=1, set_by=RUTH, confirmed_by=TOM, **terms)


def was_set(version: int, **terms: Any) -> PolicySet:
    return PolicySet(**asdict(setting()) | terms, version=version, set_at=NOW)


def test_a_bank_that_set_none_has_the_default() -> None:
    assert given().state == DEFAULT
    assert DEFAULT.version == 0
    assert DEFAULT.tier_of(Decimal(10) ** 9, "JPY") == Tier()


def test_a_policy_is_set_as_a_version_of_its_own() -> None:
    given().when(setting()).then(was_set(1))
    given(was_set(1)).when(setting(four_eyes=False)).then(was_set(2, four_eyes=False))
    given(was_set(1)).when(setting()).quiet()
    assert given(was_set(1), was_set(2, hold_hours=0)).state == ApprovalPolicy(
        version=2, hold_hours=0
    )


def test_tiers_are_told_in_their_order_with_exact_amounts() -> None:
    rough = Tier(currency="EUR", up_to=Decimal(1000), roles=(Role.ADMINISTRATOR,))
    twice = Tier(approvals=2, roles=(Role.OPERATOR, Role.ADMINISTRATOR))
    given().when(setting(tiers=(twice, LARGE, rough))).then(was_set(1, tiers=(SMALL, LARGE, OTHER)))


@pytest.mark.parametrize(
    ("amount", "currency", "tiers"),
    [
        ("1000.00", "EUR", (SMALL, LARGE, OTHER)),
        ("1000.01", "EUR", (LARGE, OTHER)),
        ("0.01", "USD", (OTHER,)),
    ],
)
def test_an_amount_is_for_the_lowest_tier_that_reaches_it(
    amount: str, currency: str, tiers: tuple[Tier, ...]
) -> None:
    policy = ApprovalPolicy(tiers=(SMALL, LARGE, OTHER))
    assert policy.tiers_from(Decimal(amount), currency) == tiers
    assert policy.tier_of(Decimal(amount), currency) == tiers[0]


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        ({"tiers": ()}, "out_of_range"),
        ({"tiers": (SMALL, LARGE)}, "incomplete"),
        ({"tiers": (SMALL, SMALL, OTHER)}, "ambiguous"),
        ({"tiers": (OTHER, Tier())}, "ambiguous"),
        ({"tiers": (Tier(up_to=Decimal(5)),)}, "no_currency"),
        ({"tiers": (Tier(currency="EUR", up_to=Decimal(0)), OTHER)}, "not_positive"),
        ({"tiers": (Tier(currency="EUR", up_to=Decimal("1.001")), OTHER)}, "too_many_decimals"),
        ({"tiers": (Tier(currency="EUX"), OTHER)}, "unknown_currency"),
        ({"tiers": (Tier(approvals=0),)}, "out_of_range"),
        ({"tiers": (Tier(approvals=4),)}, "out_of_range"),
        ({"tiers": (Tier(roles=()),)}, "unknown_role"),
        ({"tiers": (Tier(roles=(Role.MEMBER,)),)}, "unknown_role"),
        ({"tiers": (Tier(roles=(Role.OPERATOR, Role.OPERATOR)),)}, "unknown_role"),
        ({"hold_hours": -1}, "out_of_range"),
        ({"hold_hours": 745}, "out_of_range"),
        ({"splitting_days": 32}, "out_of_range"),
        ({"remind_days": 0}, "out_of_range"),
    ],
)
def test_what_makes_no_policy_is_refused(terms: dict[str, Any], code: str) -> None:
    (fault,) = given().when(setting(**terms)).invalid(*(f"/{name}" for name in terms))
    assert fault.code == code


def test_all_that_is_wrong_is_told_at_once() -> None:
    given().when(setting(hold_hours=-1, remind_days=99)).invalid("/hold_hours", "/remind_days")
