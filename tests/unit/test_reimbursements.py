"""Given a claim, when somebody amends, withdraws or decides it, then ..."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from domain.reimbursements import claims, words
from domain.reimbursements.details import Details, normal
from domain.reimbursements.words import Approver
from domain.shared.errors import NotFound
from domain.shared.events import Event
from tests.kits import NOW, Given, given_of

LATER = NOW + timedelta(hours=1)
MEMBER, USER = uuid4(), uuid4()
EARLIER = uuid4()
DETAILS = Details(
    amount=Decimal("184.60"),
    currency="EUR",
    description="Train to the harbour and back",
    incurred_on=date(2026, 11, 2),
)
SUBMIT = claims.SubmitClaim(
    bank_uid=uuid4(),
    bank_id=1,
    bank_account_uid=uuid4(),
    bank_account_id=3,
    member_uid=MEMBER,
    bank_member_id=2,
    member_name="Mira Solberg",
    user_uid=USER,
    details=DETAILS,
    duplicate_of=None,
)


def an_approver(**changes: Any) -> Approver:
    """An administrator without a limit, with these fields changed."""
    user = uuid4()
    values: dict[str, Any] = {
        "administrator_uid": user,
        "user_uid": user,
        "name": "Tomasz Wrona",
        "limit": None,
        "limit_currency": "EUR",
    }
    return Approver(**{**values, **changes})


TOMASZ = an_approver()
RUTH = an_approver(name="Ruth Abara", limit=Decimal("100.00"))
NILS = an_approver(name="Nils Berg", limit=Decimal("100.00"))


def given(*commands: claims.Command) -> Given[claims.State, claims.Command]:
    """The claim that these commands lead to, one hour later each."""
    claim = given_of(claims.DECIDER)()
    for place, command in enumerate(commands):
        claim = claim.done(command, now=NOW + timedelta(hours=place))
    return claim


def submitted(**changes: Any) -> claims.SubmitClaim:
    return msgspec.structs.replace(
        SUBMIT, details=msgspec.structs.replace(DETAILS, **changes), duplicate_of=None
    )


def amend(**changes: Any) -> claims.AmendClaim:
    return claims.AmendClaim(
        user_uid=USER, details=msgspec.structs.replace(DETAILS, **changes), duplicate_of=None
    )


WITHDRAW = claims.WithdrawClaim(user_uid=USER)
APPROVE = claims.ApproveClaim(by=TOMASZ)
DENY = claims.DenyClaim(by=TOMASZ, reason="The ticket is not attached")
FLAGGED = msgspec.structs.replace(SUBMIT, duplicate_of=EARLIER)


# Submitting


def test_submits_in_normal_form() -> None:
    command = submitted(amount=Decimal("184.6"), description=" Train \n home ")
    fact = given().when(command).then_one(claims.ReimbursementSubmitted)
    assert (str(fact.amount), fact.description) == ("184.60", "Train home")
    assert (fact.member_uid, fact.user_uid, fact.submitted_at) == (MEMBER, USER, NOW)
    assert fact.duplicate_of is None


def test_a_submitted_claim_is_not_submitted_again() -> None:
    given(SUBMIT).when(SUBMIT, LATER).quiet()


@pytest.mark.parametrize(
    ("wrong", "pointer", "code"),
    [
        ({"amount": Decimal(0)}, "/amount", "not_positive"),
        ({"amount": Decimal("-0.01")}, "/amount", "not_positive"),
        ({"amount": Decimal("0.001")}, "/amount", "too_many_decimals"),
        ({"amount": Decimal("NaN")}, "/amount", "not_finite"),
        ({"amount": Decimal("-Infinity")}, "/amount", "not_finite"),
        ({"amount": Decimal("1e16")}, "/amount", "too_large"),
        ({"amount": Decimal("1.5"), "currency": "JPY"}, "/amount", "too_many_decimals"),
        ({"currency": "eur"}, "/currency", "unknown_currency"),
        ({"description": " \t "}, "/description", "blank"),
        ({"description": "x" * 501}, "/description", "too_long"),
        ({"description": "a\0b"}, "/description", "control_character"),
        ({"incurred_on": date(2026, 11, 22)}, "/incurred_on", "date_out_of_range"),
        ({"incurred_on": date(1899, 12, 31)}, "/incurred_on", "date_out_of_range"),
    ],
)
@pytest.mark.parametrize("amending", [False, True])
def test_refuses_what_breaks_a_rule(
    wrong: dict[str, Any], pointer: str, code: str, amending: bool
) -> None:
    when = given(SUBMIT).when(amend(**wrong)) if amending else given().when(submitted(**wrong))
    (fault,) = when.invalid(pointer)
    assert fault.code == code


def test_tells_everything_that_is_wrong_at_once() -> None:
    wrong = submitted(
        amount=Decimal(-1), currency="XXX", description="", incurred_on=date(2030, 1, 1)
    )
    given().when(wrong).invalid("/amount", "/currency", "/description", "/incurred_on")


def test_the_longest_description_and_tomorrow_are_taken() -> None:
    """Somewhere it is tomorrow already."""
    details = normal(
        msgspec.structs.replace(DETAILS, description="x" * 500, incurred_on=date(2026, 11, 21)), NOW
    )
    assert len(details.description) == 500


# Amending and withdrawing


def test_amends() -> None:
    state = given(SUBMIT)
    fact = state.when(amend(amount=Decimal(7)), LATER).then_one(claims.ReimbursementAmended)
    assert (str(fact.amount), fact.description) == ("7.00", DETAILS.description)
    before, after = state.state, state.after(fact).state
    assert isinstance(before, claims.PendingClaim)
    assert isinstance(after, claims.PendingClaim)
    assert after.details.amount == 7
    assert after.submitted == before.submitted


def test_amending_to_the_same_is_quiet() -> None:
    given(SUBMIT).when(amend(amount=Decimal("184.6")), LATER).quiet()


def test_withdraws_once() -> None:
    given(SUBMIT).when(WITHDRAW, LATER).then(claims.ReimbursementWithdrawn(withdrawn_at=LATER))
    given(SUBMIT, WITHDRAW).when(WITHDRAW, LATER).quiet()


@pytest.mark.parametrize("command", [amend(amount=Decimal(7)), WITHDRAW])
def test_only_its_member_changes_a_claim(command: claims.AmendClaim | claims.WithdrawClaim) -> None:
    foreign = msgspec.structs.replace(command, user_uid=uuid4())
    for state in (given(), given(SUBMIT), given(SUBMIT, APPROVE), given(SUBMIT, WITHDRAW)):
        state.when(foreign, LATER).refused(NotFound)


# Deciding


def test_approves() -> None:
    approved = claims.ReimbursementApproved(
        administrator_uid=TOMASZ.administrator_uid,
        administrator_name="Tomasz Wrona",
        user_uid=TOMASZ.user_uid,
        acknowledged_duplicate=False,
        policy_version=0,
        payee_version=1,
        approved_at=LATER,
    )
    given(SUBMIT).when(APPROVE, LATER).then(approved)


def test_denies_with_a_reason() -> None:
    command = claims.DenyClaim(by=RUTH, reason="  No   ticket ")
    fact = given(SUBMIT).when(command, LATER).then_one(claims.ReimbursementDenied)
    assert (fact.reason, fact.administrator_name, fact.denied_at) == (
        "No ticket",
        "Ruth Abara",
        LATER,
    )


@pytest.mark.parametrize("reason", ["", "  ", "x" * 501])
def test_a_denial_needs_a_reason(reason: str) -> None:
    given(SUBMIT).when(claims.DenyClaim(by=TOMASZ, reason=reason), LATER).invalid("/reason")


@pytest.mark.parametrize("before", [(), (APPROVE,), (DENY,), (WITHDRAW,)])
def test_nobody_decides_their_own_claim(before: tuple[claims.Command, ...]) -> None:
    own = an_approver(user_uid=USER)
    for command in (claims.ApproveClaim(by=own), claims.DenyClaim(by=own, reason="Because")):
        given(SUBMIT, *before).when(command, LATER).refused(claims.SelfApprovalForbidden)


def test_the_second_of_two_approvals_is_not_ones_own_either() -> None:
    state = given(submitted(), claims.ApproveClaim(by=RUTH))
    state.when(claims.ApproveClaim(by=an_approver(user_uid=USER)), LATER).refused(
        claims.SelfApprovalForbidden
    )


@pytest.mark.parametrize(
    ("last", "decision", "by", "name"),
    [
        (APPROVE, "approved", TOMASZ.administrator_uid, "Tomasz Wrona"),
        (DENY, "denied", TOMASZ.administrator_uid, "Tomasz Wrona"),
        (WITHDRAW, "withdrawn", MEMBER, "Mira Solberg"),
    ],
)
def test_what_is_decided_stays(last: claims.Command, decision: str, by: UUID, name: str) -> None:
    state = given(SUBMIT, last)
    later: list[claims.Command] = [
        APPROVE,
        DENY,
        claims.ApproveClaim(by=RUTH),
        amend(amount=Decimal(7)),
    ]
    if decision != "withdrawn":
        later.append(WITHDRAW)
    for command in later:
        refusal = state.when(command, NOW + timedelta(days=1)).refused(
            claims.AlreadyDecided,
            decision=decision,
            decided_by=by,
            decided_by_name=name,
            decided_at=LATER,
        )
        assert refusal.code == "already_decided"


def test_there_is_nothing_to_decide_about_no_claim() -> None:
    for command in (APPROVE, DENY):
        given().when(command).refused(NotFound)


# Four eyes


@pytest.mark.parametrize(
    ("amount", "currency", "limit", "limit_currency", "suffices"),
    [
        ("100.00", "EUR", "100.00", "EUR", True),
        ("100.01", "EUR", "100.00", "EUR", False),
        ("1.00", "USD", "100.00", "EUR", False),
        ("9999999.00", "USD", None, "EUR", True),
    ],
)
def test_up_to_their_limit_an_administrator_decides_alone(
    amount: str, currency: str, limit: str | None, limit_currency: str, suffices: bool
) -> None:
    by = an_approver(limit=limit and Decimal(limit), limit_currency=limit_currency)
    state = given(submitted(amount=Decimal(amount), currency=currency))
    kind = claims.ReimbursementApproved if suffices else claims.ReimbursementEndorsed
    state.when(claims.ApproveClaim(by=by), LATER).then_one(kind)


def test_above_the_limit_it_takes_two() -> None:
    endorsed = given(SUBMIT, claims.ApproveClaim(by=RUTH))
    assert isinstance(endorsed.state, claims.PendingClaim)
    assert [word.user_uid for word in endorsed.state.words] == [RUTH.user_uid]
    second = claims.ApproveClaim(by=NILS, beside=(RUTH,))
    fact = endorsed.when(second, LATER).then_one(claims.ReimbursementApproved)
    assert fact.user_uid == NILS.user_uid


@pytest.mark.parametrize("cents", [0, 1])
def test_both_limits_have_to_add_up(cents: int) -> None:
    """Two limits of 100.00 approve 200.00, and not a cent more."""
    state = given(
        submitted(amount=Decimal(200) + Decimal(cents) / 100), claims.ApproveClaim(by=RUTH)
    )
    when = state.when(claims.ApproveClaim(by=NILS, beside=(RUTH,)), LATER)
    if cents:
        refusal = when.refused(
            words.LimitsTooLow,
            endorsed_by=RUTH.administrator_uid,
            endorsed_by_name="Ruth Abara",
        )
        assert "100.00 EUR of Ruth Abara and 100.00 EUR of Nils Berg" in refusal.detail
    else:
        when.then_one(claims.ReimbursementApproved)


def test_the_endorsement_of_the_higher_limit_stands() -> None:
    """So that a low limit that came first keeps nobody from approving with a third."""
    state = given(submitted(amount=Decimal(500)), claims.ApproveClaim(by=RUTH))
    iris = an_approver(name="Iris Holm", limit=Decimal("400.00"))
    ivo = an_approver(name="Ivo Roth", limit=Decimal("300.00"))
    endorsed = state.when(claims.ApproveClaim(by=ivo, beside=(RUTH,)), LATER)
    assert endorsed.then_one(claims.ReimbursementEndorsed).user_uid == ivo.user_uid
    two = given(
        submitted(amount=Decimal(500)),
        claims.ApproveClaim(by=RUTH),
        claims.ApproveClaim(by=ivo, beside=(RUTH,)),
    )
    two.when(claims.ApproveClaim(by=RUTH, beside=(ivo,)), LATER).refused(words.LimitsTooLow)
    two.when(claims.ApproveClaim(by=iris, beside=(ivo,)), LATER).then_one(
        claims.ReimbursementApproved
    )


def test_a_limit_of_another_currency_adds_nothing() -> None:
    dollars = msgspec.structs.replace(NILS, limit_currency="USD", limit=Decimal(9999))
    state = given(SUBMIT, claims.ApproveClaim(by=RUTH))
    state.when(claims.ApproveClaim(by=dollars, beside=(RUTH,)), LATER).refused(words.LimitsTooLow)


def test_the_endorsement_of_one_who_is_dismissed_counts_for_nothing() -> None:
    state = given(SUBMIT, claims.ApproveClaim(by=RUTH))
    state.when(claims.ApproveClaim(by=NILS), LATER).then_one(claims.ReimbursementEndorsed)


def test_an_endorsement_counts_with_the_limit_of_now() -> None:
    state = given(SUBMIT, claims.ApproveClaim(by=RUTH))
    lowered = msgspec.structs.replace(RUTH, limit=Decimal("84.59"))
    by = claims.ApproveClaim(by=NILS, beside=(lowered,))
    assert isinstance(state.state, claims.PendingClaim)
    assert state.state.details.amount == Decimal("184.60")
    state.when(by, LATER).then_one(claims.ReimbursementEndorsed)


def test_the_same_administrator_twice_is_one() -> None:
    endorsed = given(SUBMIT, claims.ApproveClaim(by=RUTH))
    endorsed.when(claims.ApproveClaim(by=RUTH, beside=(RUTH,)), LATER).quiet()


def test_one_person_appointed_twice_is_one() -> None:
    endorsed = given(SUBMIT, claims.ApproveClaim(by=RUTH))
    again = msgspec.structs.replace(RUTH, administrator_uid=uuid4())
    endorsed.when(claims.ApproveClaim(by=again, beside=(RUTH,)), LATER).quiet()


def test_whoever_decides_alone_needs_no_other() -> None:
    endorsed = given(SUBMIT, claims.ApproveClaim(by=RUTH))
    endorsed.when(APPROVE, LATER).then_one(claims.ReimbursementApproved)
    raised = msgspec.structs.replace(RUTH, limit=None)
    endorsed.when(claims.ApproveClaim(by=raised), LATER).then_one(claims.ReimbursementApproved)


def test_one_is_enough_to_deny_what_another_endorsed() -> None:
    (
        given(SUBMIT, claims.ApproveClaim(by=RUTH))
        .when(claims.DenyClaim(by=NILS, reason="No"), LATER)
        .then_one(claims.ReimbursementDenied)
    )


def test_what_was_endorsed_and_amended_has_to_be_endorsed_anew() -> None:
    state = given(SUBMIT, claims.ApproveClaim(by=RUTH), amend(amount=Decimal(150)))
    # Whoever calls says nothing of an endorsement that is none any more, and it would not count either.
    for beside in ((), (RUTH,)):
        by = claims.ApproveClaim(by=NILS, beside=beside)
        state.when(by, LATER).then_one(claims.ReimbursementEndorsed)


# Duplicates


def test_a_flagged_claim_is_approved_once_that_was_seen() -> None:
    for command in (APPROVE, claims.ApproveClaim(by=RUTH)):
        when = given(FLAGGED).when(command, LATER)
        when.refused(words.DuplicateNotAcknowledged, duplicate_of=EARLIER)
    fact = (
        given(FLAGGED)
        .when(claims.ApproveClaim(by=TOMASZ, acknowledge_duplicates=True), LATER)
        .then_one(claims.ReimbursementApproved)
    )
    assert fact.acknowledged_duplicate


def test_acknowledging_what_is_no_duplicate_says_nothing() -> None:
    fact = (
        given(SUBMIT)
        .when(claims.ApproveClaim(by=TOMASZ, acknowledge_duplicates=True), LATER)
        .then_one(claims.ReimbursementApproved)
    )
    assert not fact.acknowledged_duplicate


def test_a_flagged_claim_is_denied_like_any_other() -> None:
    given(FLAGGED).when(DENY, LATER).then_one(claims.ReimbursementDenied)


def test_an_amendment_says_anew_what_it_duplicates() -> None:
    claim = claims.claim_of(given(FLAGGED, amend(amount=Decimal(7))).state)
    assert claim is not None
    assert claim.duplicate_of is None


# Evolution


@pytest.mark.parametrize(
    "claim", [given(), given(SUBMIT, APPROVE), given(SUBMIT, DENY), given(SUBMIT, WITHDRAW)]
)
def test_facts_that_do_not_follow_change_nothing(
    claim: Given[claims.State, claims.Command],
) -> None:
    pending = given(SUBMIT)
    facts: list[Event] = [
        *pending.when(APPROVE, LATER).facts(),
        *pending.when(DENY, LATER).facts(),
        *pending.when(WITHDRAW, LATER).facts(),
        *pending.when(claims.ApproveClaim(by=RUTH), LATER).facts(),
        *pending.when(amend(amount=Decimal(7)), LATER).facts(),
    ]
    for fact in facts:
        assert claim.after(fact).state == claim.state
