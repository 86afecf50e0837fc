"""How an account may be named, and how its numbers are shown."""

import pytest

from domain.shared.account_numbers import AccountNumbers, check_numbers, masked, masked_fact
from domain.shared.errors import Invalid
from infrastructure.banks.ibans import SchwiftyIbans

IBAN = AccountNumbers(iban="DE89370400440532013000")
ROUTED = AccountNumbers(routing_number="011000015", account_number="440011927")


@pytest.mark.parametrize("numbers", [IBAN, ROUTED])
def test_an_account_is_named_in_one_way(numbers: AccountNumbers) -> None:
    assert check_numbers(numbers) == numbers


def test_spaces_and_hyphens_are_left_out() -> None:
    typed = AccountNumbers(routing_number="0110-0001-5", account_number=" 4400 11927")
    assert check_numbers(typed) == ROUTED


@pytest.mark.parametrize(
    ("numbers", "pointer", "code"),
    [
        (AccountNumbers(), "/iban", "one_of"),
        (AccountNumbers(iban=IBAN.iban, account_number="440011927"), "/iban", "one_of"),
        (AccountNumbers(routing_number="011000015"), "/account_number", "missing"),
        (AccountNumbers(account_number="440011927"), "/routing_number", "missing"),
        (
            AccountNumbers(routing_number="011000016", account_number="440011927"),
            "/routing_number",
            "wrong_check_digit",
        ),
        (
            AccountNumbers(routing_number="000000000", account_number="440011927"),
            "/routing_number",
            "wrong_check_digit",
        ),
        (
            AccountNumbers(routing_number="01100001", account_number="440011927"),
            "/routing_number",
            "wrong_form",
        ),
        (
            AccountNumbers(routing_number="011000015", account_number="44001192X"),
            "/account_number",
            "wrong_form",
        ),
    ],
)
def test_refuses_what_names_none_or_two(numbers: AccountNumbers, pointer: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_numbers(numbers)
    assert [(fault.pointer, fault.code) for fault in refused.value.faults] == [(pointer, code)]
    assert "440011927" not in refused.value.detail


@pytest.mark.parametrize(
    "typed", ["DE89 3704 0044 0532 0130 00", "de89370400440532013000", " DE89370400440532013000"]
)
def test_an_iban_has_one_form(typed: str) -> None:
    assert SchwiftyIbans().normal(typed) == "DE89370400440532013000"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("DE88370400440532013000", "wrong_check_digit"),
        ("DE8937040044053201300", "wrong_form"),
        ("XX89370400440532013000", "wrong_form"),
        ("", "wrong_form"),
        ("é" * 22, "wrong_form"),
        ("DE89370400440532013000" * 4, "wrong_form"),
    ],
)
def test_refuses_what_is_no_iban_without_repeating_it(typed: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        SchwiftyIbans().normal(typed)
    (fault,) = refused.value.faults
    assert (fault.pointer, fault.code) == ("/iban", code)
    assert typed[:-4] == "" or typed[:-4] not in str(fault)


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("DE89370400440532013000", "****3000"),
        ("440011927", "****1927"),
        ("1234", "****34"),
        ("", "****"),
        (None, None),
    ],
)
def test_a_number_is_shown_by_its_end(number: str | None, shown: str | None) -> None:
    assert masked(number) == shown


def test_a_fact_is_shown_with_its_numbers_masked_and_all_else_as_it_is() -> None:
    stored = b'{"holder":"Ines","iban":"DE89370400440532013000","account_number":null,"n":1.50}'
    assert masked_fact(stored) == (
        b'{"holder":"Ines","iban":"****3000","account_number":null,"n":1.50}'
    )
    assert masked_fact(b'{"holder": "Ines"}') == b'{"holder": "Ines"}'
    nested = b'{"terms":{"iban":"DE89370400440532013000","of":{"account_number":"440011927"}}}'
    assert (
        masked_fact(nested) == b'{"terms":{"iban":"****3000","of":{"account_number":"****1927"}}}'
    )
