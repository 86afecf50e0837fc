"""Given facts of a payment, the row of its claim says what became of the money."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from domain.payments.payment_facts import (
    PaymentFailed,
    PaymentReturned,
    PaymentScheduled,
    PaymentSettled,
    PaymentSubmitted,
)
from domain.shared.events import Event
from projections.reimbursements import REIMBURSEMENTS
from projections.shared.projection import Record, Row

(CLAIMS,) = REIMBURSEMENTS.tables
CLAIM, PAYMENT = uuid4(), uuid4()
ABOUT: dict[str, Any] = {
    "reimbursement_uid": CLAIM,
    "bank_uid": uuid4(),
    "amount": Decimal("12.50"),
    "currency": "EUR",
}
SCHEDULED = PaymentScheduled(
    **ABOUT,
    bank_account_uid=uuid4(),
    member_uid=uuid4(),
    creditor_name="Mira Solberg",
    iban="DE89370400440532013000",
    routing_number=None,
    account_number=None,
    reference=PAYMENT.hex,
)
SUBMITTED = PaymentSubmitted(**ABOUT, rail="simulated", rail_reference="S-1")
SETTLED = PaymentSettled(**ABOUT, settled_on=date(2026, 11, 23))
FAILED = PaymentFailed(**ABOUT, reason="account closed", was_submitted=True)
RETURNED = PaymentReturned(**ABOUT, reason="unknown holder")


def recorded(fact: Event, version: int) -> Record[Any]:
    at = datetime(2026, 11, 20, 21, 0, tzinfo=UTC)
    return Record(40 + version, PAYMENT, version, "any", "test", CLAIM, CLAIM, at, fact)


def after(*facts: Event) -> Row:
    """The row of an approved claim, at version 2, after these facts of its payment."""
    row: Row | None = {"uid": CLAIM, "version": 2, "status": "approved", "payment_status": "none"}
    for version, fact in enumerate(facts, start=1):
        record = recorded(fact, version)
        assert CLAIMS.key(record) == CLAIM
        row = CLAIMS.folds[type(fact)](row, record)
    assert row is not None
    return row


@pytest.mark.parametrize(
    ("facts", "status", "columns"),
    [
        ([SCHEDULED], "scheduled", {"payment_uid": PAYMENT}),
        ([SCHEDULED, SUBMITTED], "submitted", {"payment_uid": PAYMENT}),
        ([SCHEDULED, SUBMITTED, SETTLED], "settled", {"paid_on": date(2026, 11, 23)}),
        ([SCHEDULED, SUBMITTED, FAILED], "failed", {"payment_reason": "account closed"}),
        (
            [SCHEDULED, SUBMITTED, SETTLED, RETURNED],
            "returned",
            {"payment_reason": "unknown holder", "paid_on": None},
        ),
    ],
)
def test_the_row_follows_the_money(
    facts: list[Event], status: str, columns: dict[str, Any]
) -> None:
    row = after(*facts)
    assert (row["payment_status"], row["status"]) == (status, "approved")
    assert {name: row[name] for name in columns} == columns
    # Whatever changes the row changes its ETag.
    assert row["version"] == 2 + len(facts)


@pytest.mark.parametrize("fact", [SCHEDULED, SUBMITTED, SETTLED, FAILED, RETURNED])
def test_a_payment_of_an_unknown_claim_makes_no_row(fact: Event) -> None:
    assert CLAIMS.folds[type(fact)](None, recorded(fact, 1)) is None
