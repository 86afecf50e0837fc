"""Given payments that wait, when a batch is made, then ..."""

from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

import msgspec
import pytest

from domain.payments.batches import (
    INITIAL,
    CreateBatch,
    CreatedBatch,
    NothingToPay,
    PaymentBatchCreated,
    decide,
    evolve,
)

NOW = datetime(2026, 11, 20, 21, 0, tzinfo=UTC)
COMMAND = CreateBatch(
    bank_uid=UUID(int=1),
    message_id=UUID(int=2).hex,
    payments=(UUID(int=3), UUID(int=4)),
    total=Decimal("210.00"),
    sha256="00" * 32,
    created_at=NOW,
)
CREATED = PaymentBatchCreated(**msgspec.structs.asdict(COMMAND), currency="EUR")


def test_makes_a_batch() -> None:
    assert decide(INITIAL, COMMAND, NOW) == [CREATED]


def test_stays_quiet_once_it_is_made() -> None:
    state = evolve(INITIAL, CREATED)
    assert state == CreatedBatch(CREATED)
    assert decide(state, COMMAND, NOW) == []
    assert evolve(state, msgspec.structs.replace(CREATED, total=Decimal(1))) == state


def test_refuses_an_empty_batch() -> None:
    with pytest.raises(NothingToPay):
        decide(INITIAL, msgspec.structs.replace(COMMAND, payments=()), NOW)
