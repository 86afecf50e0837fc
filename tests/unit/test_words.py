"""Given a claim and what stands beside it, when somebody approves it, then ..."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from domain.reimbursements import claims
from domain.reimbursements.claims import ApproveClaim, ReimbursementApproved, ReimbursementEndorsed
from domain.reimbursements.words import (
    Approver,
    Controls,
    DuplicateNotAcknowledged,
    LenderBarred,
    LimitsTooLow,
    NoExchangeRate,
    NotAsked,
    PayeeOfTheirs,
    RateOfTheirs,
    check_may_say,
)
from domain.shared.exchange import Exchange, Rate
from domain.shared.roles import Role
from tests.kits import Given
from tests.unit.test_reimbursements import LATER, SUBMIT, USER, an_approver, given, submitted

RUTH, TOM, NILS = (an_approver(name=name) for name in ("Ruth", "Tom", "Nils"))
LIMITED = an_approver(name="Lena", limit=Decimal("100.00"))
OPERATOR = an_approver(name="Olga", role=Role.OPERATOR)
BOTH = (Role.ADMINISTRATOR, Role.OPERATOR)

Claim = Given[claims.State, claims.Command]


def says(by: Approver, *beside: Approver, **controls: Any) -> ApproveClaim:
    """An approval beside those who endorsed the claim."""
    return ApproveClaim(by=by, beside=beside, controls=Controls(**controls))


def endorses(claim: Claim, *words: ApproveClaim) -> Claim:
    """The claim with these words, none of which was enough."""
    for word in words:
        fact = claim.when(word, LATER).then_one(ReimbursementEndorsed)
        claim = claim.after(fact)
    return claim


# How many


def test_so_many_different_people_as_the_policy_asks_for() -> None:
    two = endorses(given(SUBMIT), says(RUTH, approvals=3), says(TOM, RUTH, approvals=3))
    two.when(says(TOM, RUTH, approvals=3), LATER).quiet()
    two.when(says(NILS, RUTH, TOM, approvals=3), LATER).then_one(ReimbursementApproved)


def test_one_person_is_one_however_they_come() -> None:
    again = msgspec.structs.replace(RUTH, administrator_uid=uuid4())
    claim = endorses(given(SUBMIT), says(RUTH, approvals=2))
    claim.when(says(again, RUTH, approvals=2), LATER).quiet()


def test_three_limits_add_up_where_it_takes_three() -> None:
    lena, lars, lisa = (an_approver(name=name, limit=Decimal(70)) for name in ("A", "B", "C"))
    claim = endorses(given(SUBMIT), says(lena, approvals=3), says(lars, lena, approvals=3))
    claim.when(says(lisa, lena, lars, approvals=3), LATER).then_one(ReimbursementApproved)


# Who


@pytest.mark.parametrize(
    ("by", "roles", "may"),
    [
        (OPERATOR, (Role.ADMINISTRATOR,), False),
        (OPERATOR, BOTH, True),
        (RUTH, (Role.OPERATOR,), False),
    ],
)
def test_only_those_whom_the_policy_names(by: Approver, roles: Any, may: bool) -> None:
    when = given(SUBMIT).when(says(by, roles=roles), LATER)
    if may:
        when.then_one(ReimbursementApproved)
    else:
        when.refused(NotAsked, roles=roles)


def test_an_administrator_denies_whatever_the_policy_asks_for() -> None:
    for by, may in ((RUTH, True), (OPERATOR, False)):
        deny = claims.DenyClaim(by=by, reason="No")
        when = given(SUBMIT).when(deny, LATER)
        if may:
            when.then_one(claims.ReimbursementDenied)
        else:
            when.refused(NotAsked)


def test_who_made_or_confirmed_the_payee_has_no_say() -> None:
    payee_by = frozenset({RUTH.user_uid, TOM.user_uid})
    for by in (RUTH, TOM):
        given(SUBMIT).when(says(by, payee_by=payee_by), LATER).refused(PayeeOfTheirs)
    for roles, who in (
        ((Role.ADMINISTRATOR,), "another administrator of the bank does"),
        (BOTH, "another administrator of the bank or an operator does"),
    ):
        with pytest.raises(PayeeOfTheirs, match=who):
            check_may_say(RUTH, USER, Controls(payee_by=payee_by, roles=roles))
    claim = endorses(given(SUBMIT), says(RUTH, approvals=2))
    # What they said before they made it counts for nothing.
    claim.when(says(NILS, RUTH, approvals=2, payee_by=payee_by), LATER).then_one(
        ReimbursementEndorsed
    )


def test_who_admitted_the_member_decides_beside_another_only() -> None:
    admitted = {"admitted_by": RUTH.user_uid}
    claim = endorses(given(SUBMIT), says(RUTH, **admitted))
    claim.when(says(RUTH, RUTH, **admitted), LATER).quiet()
    claim.when(says(LIMITED, RUTH, **admitted), LATER).then_one(ReimbursementApproved)
    given(SUBMIT).when(says(TOM, **admitted), LATER).then_one(ReimbursementApproved)


def test_a_bank_of_one_person_says_so_in_its_decisions() -> None:
    controls = {
        "four_eyes": False,
        "admitted_by": RUTH.user_uid,
        "payee_by": frozenset({RUTH.user_uid}),
        "policy_version": 3,
    }
    fact = given(SUBMIT).when(says(RUTH, **controls), LATER).then_one(ReimbursementApproved)
    assert (fact.four_eyes, fact.policy_version) == (False, 3)
    own = an_approver(user_uid=USER)
    given(SUBMIT).when(says(own, **controls), LATER).refused(claims.SelfApprovalForbidden)


# For whom


def test_an_endorsement_is_for_the_payee_of_then() -> None:
    claim = endorses(given(SUBMIT), says(RUTH, approvals=2))
    second = says(TOM, RUTH, approvals=2, payee_version=2)
    endorsed = claim.when(second, LATER).then_one(ReimbursementEndorsed)
    assert endorsed.payee_version == 2
    claim = endorses(claim, second, says(RUTH, approvals=3, payee_version=2))
    fact = claim.when(second, LATER).then_one(ReimbursementApproved)
    assert fact.payee_version == 2


def test_an_account_with_the_number_of_anothers_is_seen_first() -> None:
    flagged: dict[str, Any] = {"payee_duplicate_of": uuid4()}
    when = given(SUBMIT).when(says(RUTH, **flagged), LATER)
    when.refused(DuplicateNotAcknowledged, account_duplicate_of=flagged["payee_duplicate_of"])
    seen = msgspec.structs.replace(says(RUTH, **flagged), acknowledge_duplicates=True)
    assert given(SUBMIT).when(seen, LATER).then_one(ReimbursementApproved).acknowledged_duplicate


# How much


def test_what_was_approved_lately_counts() -> None:
    small = submitted(amount=Decimal(60))
    given(small).when(says(LIMITED, spent=Decimal(40)), LATER).then_one(ReimbursementApproved)
    given(small).when(says(LIMITED, spent=Decimal("40.01")), LATER).then_one(ReimbursementEndorsed)
    other = an_approver(name="Otto", limit=Decimal(50))
    claim = endorses(given(small), says(LIMITED, spent=Decimal(100)))
    refusal = claim.when(says(other, LIMITED, spent=Decimal(100)), LATER).refused(LimitsTooLow)
    assert "60.00 EUR and the 100 approved lately" in refusal.detail


# On whose behalf


def lent(by: Approver, to: Approver) -> Approver:
    return msgspec.structs.replace(to, lender=by)


def test_a_limit_that_was_lent_counts() -> None:
    fact = given(SUBMIT).when(says(lent(RUTH, LIMITED)), LATER).then_one(ReimbursementApproved)
    assert (fact.user_uid, fact.on_behalf_of) == (LIMITED.user_uid, RUTH.user_uid)


def test_a_limit_counts_once() -> None:
    """Neither beside the word of whose it is, nor for two to whom it was lent."""
    a_hundred = an_approver(name="Hans", limit=Decimal(100))
    one, two = (an_approver(name=name, limit=Decimal(50)) for name in ("One", "Two"))
    claim = endorses(given(SUBMIT), says(a_hundred))
    claim.when(says(lent(a_hundred, one), a_hundred), LATER).refused(LimitsTooLow)
    claim = endorses(given(SUBMIT), says(lent(a_hundred, one)))
    second = says(lent(a_hundred, two), lent(a_hundred, one))
    claim.when(second, LATER).then_one(ReimbursementEndorsed)  # 100 and 50


@pytest.mark.parametrize("barred", ["claimant", "payee_by", "admitted_by"])
def test_nobody_uses_the_limit_of_one_who_could_not_decide(barred: str) -> None:
    lender: UUID = USER if barred == "claimant" else RUTH.user_uid
    controls: dict[str, Any] = {
        "claimant": {},
        "payee_by": {"payee_by": frozenset({lender})},
        "admitted_by": {"admitted_by": lender},
    }[barred]
    by = lent(an_approver(user_uid=lender), LIMITED)
    given(SUBMIT).when(says(by, **controls), LATER).refused(LenderBarred)


def test_saying_it_again_with_a_limit_that_was_lent_is_another_word() -> None:
    claim = endorses(given(submitted(amount=Decimal(500))), says(LIMITED))
    more = an_approver(name="Mara", limit=Decimal(300))
    endorses(claim, says(lent(more, LIMITED))).when(
        says(lent(more, LIMITED)), LATER + timedelta(hours=1)
    ).quiet()


# In another currency


def paid(by: UUID | None = None) -> Exchange:
    """What is paid by a rate that this user recorded."""
    rate = Rate(
        base="EUR",
        quote="USD",
        value=Decimal("1.0842"),
        source="ECB",
        day=SUBMIT.details.incurred_on,
        recorded_by=by,
    )
    return Exchange(amount=Decimal("200.14"), currency="USD", cost=Decimal("200.14"), rate=rate)


INTO_USD = msgspec.structs.replace(SUBMIT, paid_in="USD", exchange=paid())


def test_what_is_paid_instead_is_part_of_the_approval() -> None:
    assert given().when(INTO_USD).then_one(claims.ReimbursementSubmitted).paid_in == "USD"
    approved = given(INTO_USD).when(says(RUTH, exchange=paid()), LATER)
    assert approved.then_one(ReimbursementApproved).exchange == paid()


def test_without_a_rate_it_is_neither_taken_nor_approved_but_denied() -> None:
    given().when(msgspec.structs.replace(INTO_USD, exchange=None)).refused(
        NoExchangeRate, currency="EUR", account_currency="USD"
    )
    given(INTO_USD).when(says(RUTH), LATER).refused(NoExchangeRate)
    deny = claims.DenyClaim(by=RUTH, reason="No receipt")
    given(INTO_USD).when(deny, LATER).then_one(claims.ReimbursementDenied)
    dearer = msgspec.structs.replace(SUBMIT.details, currency="NOK")
    amend = claims.AmendClaim(user_uid=USER, details=dearer, duplicate_of=None)
    given(INTO_USD).when(amend, LATER).refused(NoExchangeRate)


def test_nobody_approves_by_a_rate_of_their_own_nor_of_the_claimants() -> None:
    claim = given(INTO_USD)
    claim.when(says(RUTH, exchange=paid(RUTH.user_uid)), LATER).refused(RateOfTheirs)
    claim.when(says(RUTH, exchange=paid(USER)), LATER).refused(RateOfTheirs)
    for hand in (RUTH.user_uid, USER):
        then = says(RUTH, exchange=paid(), cost_by=frozenset({hand}))
        claim.when(then, LATER).refused(RateOfTheirs)
    alone = says(RUTH, exchange=paid(RUTH.user_uid), four_eyes=False)
    claim.when(alone, LATER).then_one(ReimbursementApproved)
    # An endorsement by whoever recorded the rate since counts for nothing.
    endorsed = endorses(claim, says(LIMITED, exchange=paid()))
    lars = an_approver(name="Lars", limit=Decimal("100.00"))
    by_hers = says(lars, LIMITED, exchange=paid(LIMITED.user_uid))
    endorsed.when(by_hers, LATER).then_one(ReimbursementEndorsed)
    endorsed.when(says(lars, LIMITED, exchange=paid(RUTH.user_uid)), LATER).then_one(
        ReimbursementApproved
    )


def test_a_limit_counts_in_what_is_claimed_and_in_what_is_paid() -> None:
    dollars: dict[str, Any] = {"limit_currency": "USD"}
    enough, short = (an_approver(limit=Decimal(it), **dollars) for it in ("200.14", "200.13"))
    neither = an_approver(limit=Decimal(9999), limit_currency="NOK")
    claim = given(INTO_USD)
    claim.when(says(enough, exchange=paid()), LATER).then_one(ReimbursementApproved)
    for by in (short, neither):
        claim.when(says(by, exchange=paid()), LATER).then_one(ReimbursementEndorsed)
    # What was approved lately counts in the currency of the limit.
    lately = says(enough, exchange=paid(), spent_paid=Decimal("0.01"))
    claim.when(lately, LATER).then_one(ReimbursementEndorsed)
    # 100.00 of 184.60 EUR, and the rest of 200.14 USD.
    endorsed = endorses(claim, says(LIMITED, exchange=paid()))
    rest, less = (an_approver(limit=Decimal(it), **dollars) for it in ("91.73", "91.72"))
    endorsed.when(says(rest, LIMITED, exchange=paid()), LATER).then_one(ReimbursementApproved)
    endorsed.when(says(less, LIMITED, exchange=paid()), LATER).refused(LimitsTooLow)
