"""Given what is owed, and what became of its last payment, when something is asked or noted, then ..."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
import pytest

from domain.payments import obligations
from domain.payments.obligation_facts import (
    AttemptPayment,
    BlockObligation,
    CancelAttempt,
    Command,
    CommitAttempt,
    HoldObligation,
    Incur,
    InTurn,
    ObligationAttempted,
    ObligationBlocked,
    ObligationCancelled,
    ObligationCommitted,
    ObligationHeld,
    ObligationIncurred,
    ObligationOwedAgain,
    ObligationRevalued,
    ObligationWrittenOff,
    Occasion,
    OweAgain,
    WriteOff,
    obligation_uid,
)
from domain.payments.payment_facts import payment_uid
from domain.shared.errors import Refused
from domain.shared.events import Event
from domain.shared.rules import of_same_fields
from tests.kits import NOW, given_of

CLAIM, ACCOUNT, OTHER = (
    UUID("3f0c9a52-7d1e-4b8a-9c65-2e4f81d0a7b3"),
    UUID(int=1),
    UUID(int=5),
)
ABOUT: dict[str, Any] = {
    "reimbursement_uid": CLAIM,
    "bank_uid": UUID(int=2),
    "amount": Decimal("184.60"),
    "currency": "EUR",
}
RUTH, TOMASZ = UUID(int=6), UUID(int=7)
BOTH = {"asked_by": RUTH, "confirmed_by": TOMASZ}
NOBODY = {"asked_by": None, "confirmed_by": None}
LATER = NOW + timedelta(hours=72)

INCUR = Incur(
    **ABOUT,
    bank_account_uid=ACCOUNT,
    member_uid=UUID(int=3),
    user_uid=UUID(int=4),
    payment_uid=payment_uid(CLAIM),
    payee_version=1,
)
INCURRED = of_same_fields(ObligationIncurred, INCUR)
ALONE = msgspec.structs.replace(INCURRED, payment_uid=None, payee_version=None)
COMMITTED = ObligationCommitted(**ABOUT, payment_uid=payment_uid(CLAIM), rail="simulated")
HELD = ObligationHeld(**ABOUT, **NOBODY, reason="in dispute", until=None)
HELD_FOR_PAYEE = ObligationHeld(**ABOUT, **NOBODY, reason="payee changed", until=LATER)
BLOCKED = ObligationBlocked(**ABOUT, code="account_closed", reason="the account is closed")
CANCELLED = ObligationCancelled(**ABOUT, **NOBODY, reason="in cash")
WRITTEN_OFF = ObligationWrittenOff(**ABOUT, **NOBODY, reason="waived")
AGAIN = ObligationAttempted(
    **ABOUT,
    **BOTH,
    number=2,
    payment_uid=payment_uid(CLAIM, 2),
    occasion=Occasion.RETRY,
    bank_account_uid=ACCOUNT,
    payee_version=1,
)

NOTHING: list[Event] = []
PAYING: list[Event] = [INCURRED]
SENT: list[Event] = [INCURRED, COMMITTED]
ON_HOLD: list[Event] = [INCURRED, HELD]
FOR_PAYEE: list[Event] = [INCURRED, HELD_FOR_PAYEE]
STUCK: list[Event] = [ALONE, BLOCKED]
TAKEN_BACK: list[Event] = [INCURRED, CANCELLED]
GIVEN_UP: list[Event] = [INCURRED, WRITTEN_OFF]


def attempt(status: str, occasion: Occasion, into: UUID = ACCOUNT) -> AttemptPayment:
    return AttemptPayment(
        payment_status=status, occasion=occasion, bank_account_uid=into, payee_version=1, **BOTH
    )


def commit(status: str = "scheduled", number: int = 1) -> CommitAttempt:
    return CommitAttempt(
        payment_status=status, payment_uid=payment_uid(CLAIM, number), rail="simulated"
    )


def hold(status: str, until: datetime | None = None) -> HoldObligation:
    return HoldObligation(payment_status=status, reason=" in  dispute ", until=until)


def cancel(status: str) -> CancelAttempt:
    return CancelAttempt(payment_status=status, reason="in cash")


def write_off(status: str) -> WriteOff:
    return WriteOff(payment_status=status, reason="waived")


def block(status: str, reason: str = "the account is closed") -> BlockObligation:
    return BlockObligation(payment_status=status, code="account_closed", reason=reason)


RETRY, REDIRECT, RELEASE, PAYEE_CHANGED = Occasion
OVER = ("failed", "returned", "cancelled")
stream = given_of(obligations.DECIDER)


def attempted(number: int, occasion: Occasion, into: UUID = ACCOUNT) -> ObligationAttempted:
    return msgspec.structs.replace(
        AGAIN,
        number=number,
        payment_uid=payment_uid(CLAIM, number),
        occasion=occasion,
        bank_account_uid=into,
    )


@pytest.mark.parametrize(
    ("given", "when", "then"),
    [
        (NOTHING, INCUR, [INCURRED]),
        *((PAYING, attempt(over, RETRY), [AGAIN]) for over in OVER),
        ([*PAYING, AGAIN], attempt("failed", RETRY), [attempted(3, RETRY)]),
        # Another account takes the place of what is scheduled.
        (PAYING, attempt("scheduled", REDIRECT, OTHER), [attempted(2, REDIRECT, OTHER)]),
        (PAYING, attempt("scheduled", PAYEE_CHANGED), [attempted(2, PAYEE_CHANGED)]),
        (STUCK, attempt("none", RETRY), [attempted(1, RETRY)]),
        (TAKEN_BACK, attempt("cancelled", RETRY), [attempted(2, RETRY)]),
        (ON_HOLD, attempt("cancelled", RELEASE), [attempted(2, RELEASE)]),
        (FOR_PAYEE, attempt("cancelled", REDIRECT, OTHER), [attempted(2, REDIRECT, OTHER)]),
        (PAYING, commit(), [COMMITTED]),
        (PAYING, hold("scheduled"), [HELD]),
        (PAYING, hold("failed"), [HELD]),
        (FOR_PAYEE, hold("cancelled"), [HELD]),
        (PAYING, cancel("scheduled"), [CANCELLED]),
        (ON_HOLD, cancel("cancelled"), [CANCELLED]),
        (PAYING, block("scheduled"), [BLOCKED]),
        *((PAYING, write_off(it), [WRITTEN_OFF]) for it in ("scheduled", *OVER)),
        (STUCK, write_off("none"), [WRITTEN_OFF]),
        # What is older than obligations is noted with what becomes of it.
        (NOTHING, InTurn((INCUR, attempt("failed", RETRY))), [INCURRED, AGAIN]),
    ],
)
def test_does_it(given: list[Event], when: Command, then: list[Event]) -> None:
    stream(*given).when(when).then(*then)


@pytest.mark.parametrize(
    ("given", "when"),
    [
        *((facts, INCUR) for facts in (PAYING, SENT, ON_HOLD, STUCK, TAKEN_BACK, GIVEN_UP)),
        (SENT, commit()),
        # Somebody was faster: it is not to be handed over.
        (PAYING, commit("cancelled")),
        (PAYING, commit("submitted")),
        ([*PAYING, AGAIN], commit("scheduled", 1)),
        (ON_HOLD, commit()),
        (ON_HOLD, hold("cancelled")),
        (ON_HOLD, hold("cancelled", LATER)),
        (FOR_PAYEE, hold("cancelled", LATER)),
        (STUCK, block("none")),
        (TAKEN_BACK, cancel("cancelled")),
        (GIVEN_UP, write_off("cancelled")),
        (NOTHING, InTurn((INCUR,))),
        (NOTHING, InTurn((INCUR, commit("submitted")))),
        (PAYING, InTurn(())),
    ],
)
def test_stays_quiet(given: list[Event], when: Command) -> None:
    stream(*given).when(when).quiet()


ASKED = (
    lambda status: attempt(status, RETRY),
    lambda status: attempt(status, REDIRECT, OTHER),
    hold,
    cancel,
    write_off,
    block,
)


@pytest.mark.parametrize("asked", ASKED)
@pytest.mark.parametrize(
    ("given", "status", "refusal"),
    [
        (NOTHING, "none", obligations.NothingOwed),
        (GIVEN_UP, "cancelled", obligations.NothingOwed),
        (PAYING, "settled", obligations.AlreadyPaid),
        (SENT, "settled", obligations.AlreadyPaid),
        (SENT, "submitted", obligations.PaymentUnderWay),
        (PAYING, "submitted", obligations.PaymentUnderWay),
        (SENT, "scheduled", obligations.PaymentUnderWay),
    ],
)
def test_nothing_is_done_about_money_that_is_there_or_may_be_on_its_way(
    given: list[Event], status: str, refusal: type[Refused], asked: Any
) -> None:
    if (given, asked) == (GIVEN_UP, write_off):
        stream(*given).when(asked(status)).quiet()
    else:
        stream(*given).when(asked(status)).refused(refusal)


@pytest.mark.parametrize(
    ("given", "when", "refusal"),
    [
        (PAYING, attempt("scheduled", RETRY), obligations.PaymentUnderWay),
        (ON_HOLD, attempt("cancelled", RETRY), obligations.OnHold),
        (FOR_PAYEE, attempt("cancelled", RETRY), obligations.OnHold),
        (FOR_PAYEE, attempt("cancelled", RELEASE), obligations.OnHold),
        (FOR_PAYEE, attempt("cancelled", PAYEE_CHANGED), obligations.OnHold),
        (ON_HOLD, attempt("cancelled", PAYEE_CHANGED), obligations.NotOnHold),
        (PAYING, attempt("failed", RELEASE), obligations.NotOnHold),
        (STUCK, cancel("none"), obligations.NothingToCancel),
        (PAYING, cancel("failed"), obligations.NothingToCancel),
    ],
)
def test_refuses_what_cannot_follow(
    given: list[Event], when: Command, refusal: type[Refused]
) -> None:
    stream(*given).when(when).refused(refusal)


@pytest.mark.parametrize("occasion", [RELEASE, PAYEE_CHANGED])
def test_a_hold_for_a_payee_ends_with_its_time(occasion: Occasion) -> None:
    held = stream(*FOR_PAYEE)
    held.when(attempt("cancelled", occasion), LATER - timedelta(seconds=1)).refused(
        obligations.OnHold, until=LATER
    )
    held.when(attempt("cancelled", occasion), LATER).then(attempted(2, occasion))


@pytest.mark.parametrize("asked", [hold, cancel, write_off])
def test_whoever_asks_says_why(asked: Any) -> None:
    command = msgspec.structs.replace(asked("scheduled"), reason=" ")
    stream(*PAYING).when(command).invalid("/reason")


def test_another_attempt_may_be_handed_over_anew() -> None:
    again = stream(*SENT, AGAIN)
    assert obligations.may_be_at_rail(again.state) is None
    again.when(commit("scheduled", 2)).then_one(ObligationCommitted)
    assert obligations.may_be_at_rail(stream(*SENT).state) == "simulated"


def test_every_phase_has_its_word() -> None:
    phases = [NOTHING, PAYING, [ALONE], ON_HOLD, STUCK, TAKEN_BACK, GIVEN_UP]
    words = ["none", "paying", "waiting", "held", "blocked", "cancelled", "written_off"]
    assert [stream(*facts).state.status for facts in phases] == words


def test_ids_follow_from_the_claim_and_the_number() -> None:
    assert obligation_uid(CLAIM) == UUID("e550d211-3d9c-8bf0-aba1-223b8f808c67")
    assert obligations.all_payments(stream().state, CLAIM) == [payment_uid(CLAIM)]
    both = [payment_uid(CLAIM), payment_uid(CLAIM, 2)]
    state = stream(INCURRED, AGAIN).state
    assert obligations.all_payments(state, CLAIM) == both
    assert obligations.last_payment(state, CLAIM) == both[1] != both[0]


def test_what_is_written_off_is_owed_again_where_it_was_paid_after_all() -> None:
    owe, again = OweAgain(payment_status="returned"), ObligationOwedAgain(**ABOUT, **NOBODY)
    stream(*GIVEN_UP).when(owe).then(again)
    stream(*GIVEN_UP, again).when(write_off("returned")).then(WRITTEN_OFF)
    stream(*PAYING).when(owe).quiet()


@pytest.mark.parametrize("fact", [AGAIN, COMMITTED, HELD, BLOCKED, CANCELLED, WRITTEN_OFF])
def test_facts_that_do_not_follow_change_nothing(fact: Event) -> None:
    assert stream(fact).state == obligations.INITIAL
    if fact is COMMITTED:
        assert stream(*STUCK, fact).state == stream(*STUCK).state


@pytest.mark.parametrize(("cost", "is_loss"), [("180.00", True), ("190.00", False)])
def test_what_rates_made_of_the_debt_is_told_apart(cost: str, is_loss: bool) -> None:
    incur = msgspec.structs.replace(INCUR, cost=Decimal(cost))
    difference = abs(INCUR.amount - Decimal(cost))
    revalued = ObligationRevalued(
        **{**ABOUT, "amount": difference, "currency": INCUR.currency}, is_loss=is_loss
    )
    stream().when(incur).then(INCURRED, revalued)
    stream(INCURRED, revalued).when(incur).quiet()
    # To incur alone is noted with what follows only, whatever it comes to.
    stream().when(InTurn((incur,))).quiet()
    block = BlockObligation(payment_status="none", code="account_closed", reason="closed")
    facts = stream().when(InTurn((incur, block))).facts()
    assert [type(fact) for fact in facts] == [
        ObligationIncurred,
        ObligationRevalued,
        ObligationBlocked,
    ]


def test_what_is_worth_the_same_is_not_revalued() -> None:
    stream().when(msgspec.structs.replace(INCUR, cost=INCUR.amount)).then(INCURRED)
