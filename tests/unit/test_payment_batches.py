"""Given payments that wait, or a batch of them, when it is made, released or voided, then ..."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import msgspec
import pytest

from domain.payments.batches import (
    DECIDER,
    BatchReleased,
    BatchVoided,
    CreateBatch,
    MadeBatch,
    NothingToPay,
    OwnBatch,
    PaymentBatchCreated,
    PaymentBatchReleased,
    PaymentBatchVoided,
    ReleaseBatch,
    ReleasedBatch,
    VoidBatch,
    VoidedBatch,
)
from domain.shared.errors import NotFound
from tests.kits import NOW, given_of

RUTH, OMAR = UUID(int=21), UUID(int=22)
COMMAND = CreateBatch(
    bank_uid=UUID(int=1),
    message_id=UUID(int=2).hex,
    payments=(UUID(int=3), UUID(int=4)),
    total=Decimal("210.00"),
    sha256="00" * 32,
    created_at=NOW,
    execution_on=date(2026, 11, 23),
    created_by=RUTH,
)
CREATED = PaymentBatchCreated(**msgspec.structs.asdict(COMMAND), currency="EUR", needs_release=True)
RELEASE = ReleaseBatch(
    released_by=OMAR, four_eyes=True, sha256="11" * 32, execution_on=date(2026, 11, 24)
)
RELEASED = PaymentBatchReleased(**msgspec.structs.asdict(RELEASE), released_at=NOW)
VOID = VoidBatch(voided_by=RUTH, reason="wrong account")
VOIDED = PaymentBatchVoided(**msgspec.structs.asdict(VOID), voided_at=NOW)


given = given_of(DECIDER)


def test_makes_releases_and_voids_a_batch() -> None:
    given().when(COMMAND).then(CREATED)
    given(CREATED).when(RELEASE).then(RELEASED)
    given(CREATED).when(VOID).then(VOIDED)
    assert given(CREATED).state == MadeBatch(CREATED)
    assert given(CREATED, VOIDED).state == VoidedBatch(CREATED)


def test_stays_quiet_once_it_is_so() -> None:
    given(CREATED).when(COMMAND).quiet()
    given(CREATED, RELEASED).when(RELEASE).quiet()
    given(CREATED, VOIDED).when(VOID).quiet()
    other = msgspec.structs.replace(CREATED, total=Decimal(1))
    assert given(CREATED, other).state == MadeBatch(CREATED)


def test_refuses_an_empty_batch_and_a_day_on_which_no_bank_can_be_asked_to_pay() -> None:
    given().when(msgspec.structs.replace(COMMAND, payments=())).refused(NothingToPay)
    for day in (NOW.date() - timedelta(days=1), NOW.date() + timedelta(days=366)):
        given().when(msgspec.structs.replace(COMMAND, execution_on=day)).invalid("/execution_on")


def test_whoever_made_a_batch_does_not_release_it_unless_the_bank_is_one_person() -> None:
    own = msgspec.structs.replace(RELEASE, released_by=RUTH)
    given(CREATED).when(own).refused(OwnBatch)
    alone = msgspec.structs.replace(own, four_eyes=False)
    assert not given(CREATED).when(alone).then_one(PaymentBatchReleased).four_eyes
    # Who is at the machine has the database anyway.
    given(CREATED).when(msgspec.structs.replace(RELEASE, released_by=None)).then_one(
        PaymentBatchReleased
    )


def test_what_was_released_is_not_voided_nor_the_other_way_round() -> None:
    given(CREATED, RELEASED).when(VOID).refused(BatchReleased)
    given(CREATED, VOIDED).when(RELEASE).refused(BatchVoided)


@pytest.mark.parametrize("command", [RELEASE, VOID])
def test_there_has_to_be_a_batch(command: ReleaseBatch | VoidBatch) -> None:
    given().when(command).refused(NotFound)


def test_a_batch_from_before_there_were_releases_is_released() -> None:
    old = msgspec.structs.replace(CREATED, needs_release=False, created_by=None, execution_on=None)
    assert given(old).state == ReleasedBatch(old, None)
    assert ReleasedBatch(old, None).sha256 == old.sha256
    assert ReleasedBatch(CREATED, RELEASED).sha256 == RELEASED.sha256
    given(old).when(VOID).refused(BatchReleased)
    given(old).when(RELEASE).quiet()


def test_a_reason_says_something() -> None:
    given(CREATED).when(msgspec.structs.replace(VOID, reason=" ")).invalid("/reason")
