"""Given a claim, when somebody amends, withdraws or decides it, then ..."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from domain.reimbursements import keys
from domain.reimbursements.claims import (
    INITIAL,
    AlreadyDecided,
    AmendClaim,
    ApproveClaim,
    Approver,
    Command,
    DenyClaim,
    DuplicateNotAcknowledged,
    PendingClaim,
    ReimbursementAmended,
    ReimbursementApproved,
    ReimbursementDenied,
    ReimbursementEndorsed,
    ReimbursementSubmitted,
    ReimbursementWithdrawn,
    SelfApprovalForbidden,
    State,
    SubmitClaim,
    WithdrawClaim,
    claim_of,
    decide,
    evolve,
)
from domain.reimbursements.details import Details, normal
from domain.reimbursements.keys import ClaimKey, key_uid
from domain.shared.errors import Invalid, NotFound
from domain.shared.events import Event

NOW = datetime(2026, 11, 20, 21, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
MEMBER, USER = uuid4(), uuid4()
EARLIER = uuid4()
DETAILS = Details(
    amount=Decimal("184.60"),
    currency="EUR",
    description="Train to the harbour and back",
    incurred_on=date(2026, 11, 2),
)
SUBMIT = SubmitClaim(
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


def given(*commands: Command) -> State:
    """The claim that these commands lead to, one hour later each."""
    state: State = INITIAL
    for place, command in enumerate(commands):
        for fact in decide(state, command, NOW + timedelta(hours=place)):
            state = evolve(state, fact)
    return state


def submitted(**changes: Any) -> SubmitClaim:
    return msgspec.structs.replace(
        SUBMIT, details=msgspec.structs.replace(DETAILS, **changes), duplicate_of=None
    )


def amend(**changes: Any) -> AmendClaim:
    return AmendClaim(
        user_uid=USER, details=msgspec.structs.replace(DETAILS, **changes), duplicate_of=None
    )


WITHDRAW = WithdrawClaim(user_uid=USER)
APPROVE = ApproveClaim(by=TOMASZ)
DENY = DenyClaim(by=TOMASZ, reason="The ticket is not attached")
FLAGGED = msgspec.structs.replace(SUBMIT, duplicate_of=EARLIER)


# Submitting


def test_submits_in_normal_form() -> None:
    (fact,) = decide(
        INITIAL, submitted(amount=Decimal("184.6"), description=" Train \n home "), NOW
    )
    assert isinstance(fact, ReimbursementSubmitted)
    assert (str(fact.amount), fact.description) == ("184.60", "Train home")
    assert (fact.member_uid, fact.user_uid, fact.submitted_at) == (MEMBER, USER, NOW)
    assert fact.duplicate_of is None


def test_a_submitted_claim_is_not_submitted_again() -> None:
    assert decide(given(SUBMIT), SUBMIT, LATER) == []


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
    state = given(SUBMIT) if amending else INITIAL
    command = amend(**wrong) if amending else submitted(**wrong)
    with pytest.raises(Invalid) as refusal:
        decide(state, command, NOW)
    assert [(fault.pointer, fault.code) for fault in refusal.value.faults] == [(pointer, code)]


def test_tells_everything_that_is_wrong_at_once() -> None:
    wrong = submitted(
        amount=Decimal(-1), currency="XXX", description="", incurred_on=date(2030, 1, 1)
    )
    with pytest.raises(Invalid) as refusal:
        decide(INITIAL, wrong, NOW)
    pointers = [fault.pointer for fault in refusal.value.faults]
    assert pointers == ["/amount", "/currency", "/description", "/incurred_on"]


def test_the_longest_description_and_tomorrow_are_taken() -> None:
    """Somewhere it is tomorrow already."""
    details = normal(
        msgspec.structs.replace(DETAILS, description="x" * 500, incurred_on=date(2026, 11, 21)), NOW
    )
    assert len(details.description) == 500


# Amending and withdrawing


def test_amends() -> None:
    state = given(SUBMIT)
    (fact,) = decide(state, amend(amount=Decimal(7)), LATER)
    assert isinstance(fact, ReimbursementAmended)
    assert (str(fact.amount), fact.description) == ("7.00", DETAILS.description)
    after = evolve(state, fact)
    assert isinstance(after, PendingClaim)
    assert after.details.amount == 7
    assert after.submitted == state.submitted  # type: ignore[union-attr]


def test_amending_to_the_same_is_quiet() -> None:
    assert decide(given(SUBMIT), amend(amount=Decimal("184.6")), LATER) == []


def test_withdraws_once() -> None:
    assert decide(given(SUBMIT), WITHDRAW, LATER) == [ReimbursementWithdrawn(withdrawn_at=LATER)]
    assert decide(given(SUBMIT, WITHDRAW), WITHDRAW, LATER) == []


@pytest.mark.parametrize("command", [amend(amount=Decimal(7)), WITHDRAW])
def test_only_its_member_changes_a_claim(command: AmendClaim | WithdrawClaim) -> None:
    foreign = msgspec.structs.replace(command, user_uid=uuid4())
    for state in (INITIAL, given(SUBMIT), given(SUBMIT, APPROVE), given(SUBMIT, WITHDRAW)):
        with pytest.raises(NotFound):
            decide(state, foreign, LATER)


# Deciding


def test_approves() -> None:
    assert decide(given(SUBMIT), APPROVE, LATER) == [
        ReimbursementApproved(
            administrator_uid=TOMASZ.administrator_uid,
            administrator_name="Tomasz Wrona",
            user_uid=TOMASZ.user_uid,
            acknowledged_duplicate=False,
            approved_at=LATER,
        )
    ]


def test_denies_with_a_reason() -> None:
    command = DenyClaim(by=RUTH, reason="  No   ticket ")
    (fact,) = decide(given(SUBMIT), command, LATER)
    assert isinstance(fact, ReimbursementDenied)
    assert (fact.reason, fact.administrator_name, fact.denied_at) == (
        "No ticket",
        "Ruth Abara",
        LATER,
    )


@pytest.mark.parametrize("reason", ["", "  ", "x" * 501])
def test_a_denial_needs_a_reason(reason: str) -> None:
    with pytest.raises(Invalid) as refusal:
        decide(given(SUBMIT), DenyClaim(by=TOMASZ, reason=reason), LATER)
    assert [fault.pointer for fault in refusal.value.faults] == ["/reason"]


@pytest.mark.parametrize("before", [(), (APPROVE,), (DENY,), (WITHDRAW,)])
def test_nobody_decides_their_own_claim(before: tuple[Command, ...]) -> None:
    own = an_approver(user_uid=USER)
    for command in (ApproveClaim(by=own), DenyClaim(by=own, reason="Because")):
        with pytest.raises(SelfApprovalForbidden):
            decide(given(SUBMIT, *before), command, LATER)


def test_the_second_of_two_approvals_is_not_ones_own_either() -> None:
    state = given(submitted(), ApproveClaim(by=RUTH))
    with pytest.raises(SelfApprovalForbidden):
        decide(state, ApproveClaim(by=an_approver(user_uid=USER)), LATER)


@pytest.mark.parametrize(
    ("last", "decision", "by", "name"),
    [
        (APPROVE, "approved", TOMASZ.administrator_uid, "Tomasz Wrona"),
        (DENY, "denied", TOMASZ.administrator_uid, "Tomasz Wrona"),
        (WITHDRAW, "withdrawn", MEMBER, "Mira Solberg"),
    ],
)
def test_what_is_decided_stays(last: Command, decision: str, by: UUID, name: str) -> None:
    state = given(SUBMIT, last)
    later: list[Command] = [APPROVE, DENY, ApproveClaim(by=RUTH), amend(amount=Decimal(7))]
    if decision != "withdrawn":
        later.append(WITHDRAW)
    for command in later:
        with pytest.raises(AlreadyDecided) as refusal:
            decide(state, command, NOW + timedelta(days=1))
        assert refusal.value.code == "already_decided"
        assert refusal.value.facts == {
            "decision": decision,
            "decided_by": by,
            "decided_by_name": name,
            "decided_at": LATER,
        }


def test_there_is_nothing_to_decide_about_no_claim() -> None:
    for command in (APPROVE, DENY):
        with pytest.raises(NotFound):
            decide(INITIAL, command, NOW)


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
    (fact,) = decide(state, ApproveClaim(by=by), LATER)
    assert isinstance(fact, ReimbursementApproved if suffices else ReimbursementEndorsed)


def test_above_the_limit_it_takes_two() -> None:
    endorsed = given(SUBMIT, ApproveClaim(by=RUTH))
    assert isinstance(endorsed, PendingClaim)
    assert endorsed.endorsed is not None
    (fact,) = decide(endorsed, ApproveClaim(by=NILS), LATER)
    assert isinstance(fact, ReimbursementApproved)
    assert fact.user_uid == NILS.user_uid


def test_the_same_administrator_twice_is_one() -> None:
    endorsed = given(SUBMIT, ApproveClaim(by=RUTH))
    assert decide(endorsed, ApproveClaim(by=RUTH), LATER) == []


def test_one_person_appointed_twice_is_one() -> None:
    endorsed = given(SUBMIT, ApproveClaim(by=RUTH))
    again = msgspec.structs.replace(RUTH, administrator_uid=uuid4())
    assert decide(endorsed, ApproveClaim(by=again), LATER) == []


def test_whoever_decides_alone_needs_no_other() -> None:
    endorsed = given(SUBMIT, ApproveClaim(by=RUTH))
    (fact,) = decide(endorsed, APPROVE, LATER)
    assert isinstance(fact, ReimbursementApproved)
    raised = msgspec.structs.replace(RUTH, limit=None)
    (fact,) = decide(endorsed, ApproveClaim(by=raised), LATER)
    assert isinstance(fact, ReimbursementApproved)


def test_one_is_enough_to_deny_what_another_endorsed() -> None:
    (fact,) = decide(given(SUBMIT, ApproveClaim(by=RUTH)), DenyClaim(by=NILS, reason="No"), LATER)
    assert isinstance(fact, ReimbursementDenied)


def test_what_was_endorsed_and_amended_has_to_be_endorsed_anew() -> None:
    state = given(SUBMIT, ApproveClaim(by=RUTH), amend(amount=Decimal(9000)))
    (fact,) = decide(state, ApproveClaim(by=NILS), LATER)
    assert isinstance(fact, ReimbursementEndorsed)


# Duplicates


def test_a_flagged_claim_is_approved_once_that_was_seen() -> None:
    for command in (APPROVE, ApproveClaim(by=RUTH)):
        with pytest.raises(DuplicateNotAcknowledged) as refusal:
            decide(given(FLAGGED), command, LATER)
        assert refusal.value.facts == {"duplicate_of": EARLIER}
    (fact,) = decide(given(FLAGGED), ApproveClaim(by=TOMASZ, acknowledge_duplicates=True), LATER)
    assert isinstance(fact, ReimbursementApproved)
    assert fact.acknowledged_duplicate


def test_acknowledging_what_is_no_duplicate_says_nothing() -> None:
    (fact,) = decide(given(SUBMIT), ApproveClaim(by=TOMASZ, acknowledge_duplicates=True), LATER)
    assert isinstance(fact, ReimbursementApproved)
    assert not fact.acknowledged_duplicate


def test_a_flagged_claim_is_denied_like_any_other() -> None:
    (fact,) = decide(given(FLAGGED), DENY, LATER)
    assert isinstance(fact, ReimbursementDenied)


def test_an_amendment_says_anew_what_it_duplicates() -> None:
    claim = claim_of(given(FLAGGED, amend(amount=Decimal(7))))
    assert claim is not None
    assert claim.duplicate_of is None


def test_a_key_knows_who_came_first() -> None:
    one, two, three = uuid4(), uuid4(), uuid4()
    key = keyed(keys.UseKey(reimbursement_uid=one), keys.UseKey(reimbursement_uid=two))
    assert (key.earlier_than(one), key.earlier_than(two), key.earlier_than(three)) == (
        two,
        one,
        one,
    )


def test_a_key_is_used_and_released_once() -> None:
    one = uuid4()
    use, release = keys.UseKey(reimbursement_uid=one), keys.ReleaseKey(reimbursement_uid=one)
    assert keys.decide(keyed(use), use, NOW) == []
    assert keys.decide(keyed(), release, NOW) == []
    assert keyed(use, release) == ClaimKey()
    assert keys.decide(keyed(use, release), use, NOW) == [keys.ClaimKeyUsed(reimbursement_uid=one)]


def keyed(*commands: keys.Command) -> ClaimKey:
    key = keys.INITIAL
    for command in commands:
        for fact in keys.decide(key, command, NOW):
            key = keys.evolve(key, fact)
    return key


def test_a_key_is_of_a_member_an_amount_a_currency_and_a_day() -> None:
    mine = key_uid(MEMBER, DETAILS)
    assert key_uid(MEMBER, msgspec.structs.replace(DETAILS, description="Other words")) == mine
    others = [
        key_uid(uuid4(), DETAILS),
        key_uid(MEMBER, msgspec.structs.replace(DETAILS, amount=Decimal("184.61"))),
        key_uid(MEMBER, msgspec.structs.replace(DETAILS, currency="USD")),
        key_uid(MEMBER, msgspec.structs.replace(DETAILS, incurred_on=date(2026, 11, 3))),
    ]
    assert mine not in others


# Evolution


@pytest.mark.parametrize(
    "state", [INITIAL, given(SUBMIT, APPROVE), given(SUBMIT, DENY), given(SUBMIT, WITHDRAW)]
)
def test_facts_that_do_not_follow_change_nothing(state: State) -> None:
    pending = given(SUBMIT)
    facts: list[Event] = [
        *decide(pending, APPROVE, LATER),
        *decide(pending, DENY, LATER),
        *decide(pending, WITHDRAW, LATER),
        *decide(pending, ApproveClaim(by=RUTH), LATER),
        *decide(pending, amend(amount=Decimal(7)), LATER),
    ]
    for fact in facts:
        assert evolve(state, fact) == state
