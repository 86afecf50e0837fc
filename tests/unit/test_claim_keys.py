"""Keys of claims: which of two that are alike came first."""

from datetime import date
from decimal import Decimal
from uuid import uuid4

import msgspec

from domain.reimbursements import keys
from domain.reimbursements.details import Details
from domain.reimbursements.keys import ClaimKey, key_uid
from tests.kits import Given, given_of

MEMBER = uuid4()
DETAILS = Details(
    amount=Decimal("184.60"),
    currency="EUR",
    description="Train to the harbour and back",
    incurred_on=date(2026, 11, 2),
)


def test_a_key_knows_who_came_first() -> None:
    one, two, three = uuid4(), uuid4(), uuid4()
    key = keyed(keys.UseKey(reimbursement_uid=one), keys.UseKey(reimbursement_uid=two)).state
    assert (key.earlier_than(one), key.earlier_than(two), key.earlier_than(three)) == (
        two,
        one,
        one,
    )


def test_a_key_is_used_and_released_once() -> None:
    one = uuid4()
    use, release = keys.UseKey(reimbursement_uid=one), keys.ReleaseKey(reimbursement_uid=one)
    keyed(use).when(use).quiet()
    keyed().when(release).quiet()
    assert keyed(use, release).state == ClaimKey()
    keyed(use, release).when(use).then(keys.ClaimKeyUsed(reimbursement_uid=one))


def keyed(*commands: keys.Command) -> Given[ClaimKey, keys.Command]:
    return given_of(keys.DECIDER)().done(*commands)


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
