"""Given a payment in some phase, when something is ordered or reported, then ..."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
import pytest

from domain.payments import payment_facts, payments
from domain.payments.refusals import (
    InAnotherBatch,
    NotCancellable,
    NotScheduled,
    NotSubmitted,
    OutcomeContradicted,
)
from domain.shared.errors import Refused
from domain.shared.events import Event
from tests.kits import NOW, given_of

CLAIM = UUID("3f0c9a52-7d1e-4b8a-9c65-2e4f81d0a7b3")
BANK = UUID("b1d2c3e4-5f60-4718-8293-a4b5c6d7e8f9")
ABOUT: dict[str, Any] = {
    "reimbursement_uid": CLAIM,
    "bank_uid": BANK,
    "amount": Decimal("184.60"),
    "currency": "EUR",
}

ORDER = payment_facts.SchedulePayment(
    **ABOUT,
    bank_account_uid=UUID(int=1),
    member_uid=UUID(int=2),
    creditor_name="Mira Solberg",
    iban="DE89370400440532013000",
    routing_number=None,
    account_number=None,
    reference=payment_facts.payment_uid(CLAIM).hex,
)
SCHEDULED = payment_facts.PaymentScheduled(**msgspec.structs.asdict(ORDER))
SUBMITTED = payment_facts.PaymentSubmitted(
    **ABOUT, rail="simulated", rail_reference="SIM-17", submitted_at=NOW
)
SETTLED = payment_facts.PaymentSettled(**ABOUT, settled_on=date(2026, 11, 20))
REFUSED = payment_facts.PaymentFailed(**ABOUT, reason="account closed", was_submitted=False)
FAILED = payment_facts.PaymentFailed(**ABOUT, reason="account closed", was_submitted=True)
RETURNED = payment_facts.PaymentReturned(**ABOUT, reason="unknown beneficiary")

CANCELLED = payment_facts.PaymentCancelled(**ABOUT, reason="in dispute")

NOTHING: list[Event] = []
ON_ORDER: list[Event] = [SCHEDULED]
BATCH = UUID(int=7)
PUT_IN = payment_facts.PutIntoBatch(batch_uid=BATCH)
TAKE_OUT = payment_facts.TakeOutOfBatch(batch_uid=BATCH)
BATCHED: list[Event] = [SCHEDULED, payment_facts.PaymentBatched(batch_uid=BATCH)]
TAKEN_OUT: list[Event] = [*BATCHED, payment_facts.PaymentUnbatched(batch_uid=BATCH)]
ON_ITS_WAY: list[Event] = [SCHEDULED, SUBMITTED]
ARRIVED: list[Event] = [SCHEDULED, SUBMITTED, SETTLED]
NEVER_SENT: list[Event] = [SCHEDULED, REFUSED]
LOST: list[Event] = [SCHEDULED, SUBMITTED, FAILED]
SENT_BACK: list[Event] = [SCHEDULED, SUBMITTED, SETTLED, RETURNED]

TAKEN_BACK: list[Event] = [SCHEDULED, CANCELLED]

SUBMIT = payment_facts.NoteSubmission(rail="simulated", rail_reference="SIM-17")
SETTLE = payment_facts.NoteSettlement(settled_on=date(2026, 11, 20))
FAIL = payment_facts.NoteFailure(reason=" account  closed ")
RETURN = payment_facts.NoteReturn(reason="unknown beneficiary")
CANCEL = payment_facts.CancelPayment(reason=" in  dispute")


stream = given_of(payments.DECIDER)


@pytest.mark.parametrize(
    ("given", "when", "then"),
    [
        (NOTHING, ORDER, [SCHEDULED]),
        (ON_ORDER, SUBMIT, [SUBMITTED]),
        (ON_ORDER, FAIL, [REFUSED]),
        (ON_ORDER, CANCEL, [CANCELLED]),
        (ON_ITS_WAY, SETTLE, [SETTLED]),
        (ON_ITS_WAY, FAIL, [FAILED]),
        (ARRIVED, RETURN, [RETURNED]),
        (ON_ORDER, PUT_IN, [payment_facts.PaymentBatched(batch_uid=BATCH)]),
        (TAKEN_OUT, PUT_IN, [payment_facts.PaymentBatched(batch_uid=BATCH)]),
        (BATCHED, TAKE_OUT, [payment_facts.PaymentUnbatched(batch_uid=BATCH)]),
        (BATCHED, SUBMIT, [SUBMITTED]),
        # Of a return whose settlement was missed, both are recorded: only what arrived can come back.
        (ON_ITS_WAY, RETURN, [SETTLED, RETURNED]),
    ],
)
def test_does_it(given: list[Event], when: payment_facts.Command, then: list[Event]) -> None:
    stream(*given).when(when).then(*then)


@pytest.mark.parametrize(
    ("given", "when"),
    [
        *((facts, ORDER) for facts in (ON_ORDER, ON_ITS_WAY, ARRIVED, NEVER_SENT, LOST, SENT_BACK)),
        *((facts, SUBMIT) for facts in (ON_ITS_WAY, ARRIVED, LOST, SENT_BACK)),
        *((facts, SETTLE) for facts in (ARRIVED, SENT_BACK)),
        *((facts, FAIL) for facts in (NEVER_SENT, LOST)),
        (SENT_BACK, RETURN),
        *((TAKEN_BACK, command) for command in (ORDER, CANCEL)),
        (BATCHED, PUT_IN),
        *((facts, TAKE_OUT) for facts in (ON_ORDER, TAKEN_OUT, ON_ITS_WAY, LOST)),
        (BATCHED, payment_facts.TakeOutOfBatch(batch_uid=UUID(int=8))),
    ],
)
def test_stays_quiet_about_what_is_recorded(
    given: list[Event], when: payment_facts.Command
) -> None:
    stream(*given).when(when).quiet()


@pytest.mark.parametrize(
    ("given", "when", "refusal"),
    [
        *((NOTHING, command, NotScheduled) for command in (SUBMIT, SETTLE, FAIL, RETURN)),
        *((ON_ORDER, command, NotSubmitted) for command in (SETTLE, RETURN)),
        (NOTHING, PUT_IN, NotScheduled),
        (BATCHED, payment_facts.PutIntoBatch(batch_uid=UUID(int=8)), InAnotherBatch),
        *((facts, PUT_IN, InAnotherBatch) for facts in (NEVER_SENT, ON_ITS_WAY, ARRIVED)),
        (NOTHING, CANCEL, NotScheduled),
        *(
            (facts, CANCEL, NotCancellable)
            for facts in (ON_ITS_WAY, ARRIVED, NEVER_SENT, LOST, SENT_BACK)
        ),
        *((TAKEN_BACK, command, OutcomeContradicted) for command in (SUBMIT, SETTLE, FAIL, RETURN)),
        (NEVER_SENT, SUBMIT, OutcomeContradicted),
        *((facts, SETTLE, OutcomeContradicted) for facts in (NEVER_SENT, LOST)),
        *((facts, RETURN, OutcomeContradicted) for facts in (NEVER_SENT, LOST)),
        *((facts, FAIL, OutcomeContradicted) for facts in (ARRIVED, SENT_BACK)),
    ],
)
def test_refuses_what_cannot_follow(
    given: list[Event], when: payment_facts.Command, refusal: type[Refused]
) -> None:
    stream(*given).when(when).refused(refusal)


def test_a_contradiction_names_both_sides() -> None:
    named = {"payment_status": "settled", "reported": "failed"}
    stream(*ARRIVED).when(FAIL).refused(OutcomeContradicted, **named)


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"amount": Decimal(0)}, "/amount"),
        ({"amount": Decimal("-1.00")}, "/amount"),
        ({"iban": None}, "/iban"),
        ({"routing_number": "021000021"}, "/iban"),
        ({"routing_number": "021000021", "account_number": "4242"}, "/iban"),
        ({"iban": None, "account_number": "4242"}, "/iban"),
    ],
)
def test_refuses_an_order_that_cannot_be_paid(changes: dict[str, Any], pointer: str) -> None:
    stream().when(msgspec.structs.replace(ORDER, **changes)).invalid(pointer)


def test_orders_a_payment_by_routing_and_account_number() -> None:
    changes = {"iban": None, "routing_number": "021000021", "account_number": "4242"}
    fact = (
        stream()
        .when(msgspec.structs.replace(ORDER, **changes))
        .then_one(payment_facts.PaymentScheduled)
    )
    assert (fact.routing_number, fact.account_number) == ("021000021", "4242")


@pytest.mark.parametrize("reason", [" ", "x" * 201])
@pytest.mark.parametrize("kind", [payment_facts.NoteFailure, payment_facts.NoteReturn])
def test_refuses_an_outcome_without_a_sensible_reason(kind: Any, reason: str) -> None:
    stream(*ON_ITS_WAY).when(kind(reason=reason)).invalid("/reason")


def test_a_settlement_lies_at_most_a_time_zone_ahead() -> None:
    on_its_way = stream(*ON_ITS_WAY)
    on_its_way.when(payment_facts.NoteSettlement(settled_on=date(2026, 11, 21))).then_one(
        payment_facts.PaymentSettled
    )
    on_its_way.when(payment_facts.NoteSettlement(settled_on=date(2026, 11, 22))).invalid(
        "/settled_on"
    )


def test_a_settlement_lies_at_most_a_time_zone_before_its_submission() -> None:
    on_its_way, later = stream(*ON_ITS_WAY), NOW + timedelta(days=9)
    on_its_way.when(payment_facts.NoteSettlement(settled_on=date(2026, 11, 19)), later).then_one(
        payment_facts.PaymentSettled
    )
    on_its_way.when(payment_facts.NoteSettlement(settled_on=date(2026, 11, 18)), later).invalid(
        "/settled_on"
    )
    # Of a submission from before its moment was kept, nothing is known.
    unknown = msgspec.structs.replace(SUBMITTED, submitted_at=None)
    stream(SCHEDULED, unknown).when(
        payment_facts.NoteSettlement(settled_on=date(2026, 11, 1))
    ).then_one(payment_facts.PaymentSettled)


def test_every_phase_has_its_word() -> None:
    phases = [NOTHING, ON_ORDER, ON_ITS_WAY, ARRIVED, LOST, SENT_BACK, TAKEN_BACK]
    words = ["none", "scheduled", "submitted", "settled", "failed", "returned", "cancelled"]
    assert [stream(*facts).state.status for facts in phases] == words


def test_a_payment_that_no_rail_took_has_no_submission() -> None:
    assert stream(*NEVER_SENT).state == payments.FailedPayment(SCHEDULED, None)


def test_only_a_return_is_denied() -> None:
    deny = payment_facts.DenyReturn()
    named = {"payment_status": "returned", "reported": "not_returned"}
    stream(*SENT_BACK).when(deny).refused(OutcomeContradicted, **named)
    for facts in (ON_ORDER, ON_ITS_WAY, ARRIVED, LOST, TAKEN_BACK):
        stream(*facts).when(deny).quiet()


def test_what_came_back_is_settled_after_all_and_may_still_come_back() -> None:
    settle = payment_facts.SettleAfterAll(settled_on=date(2026, 11, 20), case_uid=UUID(int=9))
    reinstated = payment_facts.PaymentReinstated(**ABOUT, case_uid=UUID(int=9))
    stream(*SENT_BACK).when(settle).then(reinstated, SETTLED)
    again = stream(*SENT_BACK, reinstated, SETTLED)
    assert isinstance(again.state, payments.SettledPayment)
    again.when(RETURN).then(RETURNED)


def test_only_what_a_rail_took_and_failed_is_settled_after_all() -> None:
    settle = payment_facts.SettleAfterAll(settled_on=date(2026, 11, 20), case_uid=UUID(int=9))
    reinstated = payment_facts.PaymentReinstated(**ABOUT, case_uid=UUID(int=9))
    stream(*LOST).when(settle).then(reinstated, SETTLED)
    assert isinstance(stream(*LOST, reinstated, SETTLED).state, payments.SettledPayment)
    stream(*NEVER_SENT).when(settle).refused(NotSubmitted)
    for facts in (ON_ORDER, ON_ITS_WAY, ARRIVED):
        stream(*facts).when(settle).refused(OutcomeContradicted)
    late = msgspec.structs.replace(settle, settled_on=date(2027, 1, 1))
    stream(*LOST).when(late).invalid("/settled_on")


@pytest.mark.parametrize("fact", [SUBMITTED, SETTLED, FAILED, RETURNED])
def test_facts_that_do_not_follow_change_nothing(fact: Event) -> None:
    assert stream(fact).state == payments.INITIAL


def test_the_id_of_an_attempt_follows_from_its_claim_and_number() -> None:
    # Pinned: other ids would pay again what is paid.
    first, second = payment_facts.payment_uid(CLAIM), payment_facts.payment_uid(CLAIM, 2)
    assert first == payment_facts.payment_uid(UUID(CLAIM.hex), 1)
    assert str(first) == "6b42ca12-86f9-829b-b897-69bd2353c064"
    assert str(second) == "12b5c610-1a9a-838e-adb2-266ac7511fa6"
    assert payment_facts.payment_uid(BANK) not in (first, second)
