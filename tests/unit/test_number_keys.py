"""Given accounts with a number, when another one uses or releases it, then ..."""

from uuid import UUID

from domain.banks.numbers import (
    DECIDER,
    AccountNumberReleased,
    AccountNumberUsed,
    ReleaseNumber,
    UseNumber,
    number_uid,
)
from domain.shared.account_numbers import AccountNumbers
from tests.kits import given_of

BANK, INES, MILAN, FIRST, SECOND = (UUID(int=number) for number in range(1, 6))
IBAN = AccountNumbers(iban="DE89370400440532013000")
given = given_of(DECIDER)
OF_INES = {"bank_account_uid": FIRST, "member_uid": INES}
OF_MILAN = {"bank_account_uid": SECOND, "member_uid": MILAN}


def test_the_earliest_account_of_somebody_else_is_told() -> None:
    used = given(AccountNumberUsed(**OF_INES), AccountNumberUsed(**OF_MILAN))
    assert used.state.of_another(MILAN) == FIRST
    assert used.state.of_another(INES) == SECOND
    left = used.after(AccountNumberReleased(**OF_INES))
    assert left.state.of_another(MILAN) is None


def test_a_number_is_used_and_released_once() -> None:
    given().when(UseNumber(**OF_INES)).then(AccountNumberUsed(**OF_INES))
    given(AccountNumberUsed(**OF_INES)).when(UseNumber(**OF_INES)).quiet()
    given().when(ReleaseNumber(**OF_INES)).quiet()
    used = AccountNumberUsed(**OF_INES)
    given(used).when(ReleaseNumber(**OF_INES)).then(AccountNumberReleased(**OF_INES))
    assert given(used, used).state == given(used).state


def test_a_number_is_the_same_however_it_is_written_and_of_one_bank() -> None:
    routed = AccountNumbers(routing_number="011000015", account_number="440011927")
    spaced = AccountNumbers(routing_number="011000015", account_number="4400 1192-7")
    filled = AccountNumbers(routing_number="011000015", account_number="0000440011927")
    assert number_uid(BANK, routed) == number_uid(BANK, spaced) == number_uid(BANK, filled)
    assert len({number_uid(BANK, IBAN), number_uid(INES, IBAN), number_uid(BANK, routed)}) == 3
    assert number_uid(BANK, AccountNumbers()) is None
