"""Given what came up about a payment, when something else is reported or somebody has looked, then ..."""

from decimal import Decimal
from uuid import UUID

import msgspec
import pytest
from msgspec.structs import asdict

from domain.payments.cases import (
    DECIDER,
    CaseOutcome,
    CloseCase,
    NoteContradiction,
    PaymentCaseClosed,
    PaymentCaseOpened,
)
from domain.shared.errors import NotFound
from tests.kits import NOW, given_of

CONTRADICTION = NoteContradiction(
    payment_uid=UUID(int=1),
    reimbursement_uid=UUID(int=2),
    bank_uid=UUID(int=3),
    amount=Decimal("184.60"),
    currency="EUR",
    rail="simulated",
    rail_reference="SIM-17",
    payment_status="settled",
    reported="failed",
    detail="this payment is settled; it cannot be failed any more",
)
OPENED = PaymentCaseOpened(**asdict(CONTRADICTION), opened_at=NOW)
CLOSE = CloseCase(note=" The bank  was wrong ", closed_by=UUID(int=4))
CLOSED = PaymentCaseClosed(note="The bank was wrong", closed_by=UUID(int=4), closed_at=NOW)

given = given_of(DECIDER)


def test_a_contradiction_opens_a_case_and_a_note_closes_it() -> None:
    given().when(CONTRADICTION).then(OPENED)
    given(OPENED).when(CLOSE).then(CLOSED)


def test_the_same_contradiction_is_noted_once() -> None:
    given(OPENED).when(CONTRADICTION).quiet()
    given(OPENED, CLOSED).when(CONTRADICTION).quiet()
    given(OPENED, CLOSED).when(CLOSE).quiet()


def test_another_contradiction_opens_it_again() -> None:
    other = msgspec.structs.replace(CONTRADICTION, reported="unknown")
    again = given(OPENED, CLOSED).when(other).then_one(PaymentCaseOpened)
    assert given(OPENED, CLOSED, again).state.is_open


def test_what_stands_may_be_found_settled_and_not_the_other_way_round() -> None:
    settle = msgspec.structs.replace(CLOSE, outcome=CaseOutcome.SETTLED)
    settled = msgspec.structs.replace(CLOSED, outcome=CaseOutcome.SETTLED)
    given(OPENED).when(settle).then(settled)
    given(OPENED, CLOSED).when(settle).then(settled)
    given(OPENED, settled).when(settle).quiet()
    given(OPENED, settled).when(CLOSE).quiet()


def test_what_contradicts_a_finding_that_it_is_settled_is_new() -> None:
    settled = msgspec.structs.replace(CLOSED, outcome=CaseOutcome.SETTLED)
    given(OPENED, settled).when(CONTRADICTION).then(OPENED)


def test_there_has_to_be_a_case() -> None:
    given().when(CLOSE).refused(NotFound)


@pytest.mark.parametrize("note", [" ", "x" * 501])
def test_a_note_says_something(note: str) -> None:
    given(OPENED).when(CloseCase(note=note)).invalid("/note")
