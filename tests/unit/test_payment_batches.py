"""Given payments that wait, when a batch is made, then ..."""

from decimal import Decimal
from uuid import UUID

import msgspec

from domain.payments.batches import (
    DECIDER,
    CreateBatch,
    NothingToPay,
    PaymentBatchCreated,
)
from domain.shared.kits import Recorded
from tests.kits import NOW, given_of

COMMAND = CreateBatch(
    bank_uid=UUID(int=1),
    message_id=UUID(int=2).hex,
    payments=(UUID(int=3), UUID(int=4)),
    total=Decimal("210.00"),
    sha256="00" * 32,
    created_at=NOW,
)
CREATED = PaymentBatchCreated(**msgspec.structs.asdict(COMMAND), currency="EUR")


given = given_of(DECIDER)


def test_makes_a_batch() -> None:
    given().when(COMMAND).then(CREATED)


def test_stays_quiet_once_it_is_made() -> None:
    assert given(CREATED).state == Recorded(CREATED)
    given(CREATED).when(COMMAND).quiet()
    other = msgspec.structs.replace(CREATED, total=Decimal(1))
    assert given(CREATED, other).state == Recorded(CREATED)


def test_refuses_an_empty_batch() -> None:
    given().when(msgspec.structs.replace(COMMAND, payments=())).refused(NothingToPay)
