"""Given an expense, when it is recorded, then ..."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from domain.expenses import (
    DECIDER,
    ExpenseRecorded,
    RecordExpense,
    expense_uid,
)
from domain.identity import UserDeactivated
from domain.shared.events import decode, encode
from domain.shared.kits import Nothing, Recorded
from domain.shared.rules import clean_text
from tests.kits import given_of

VALUES: dict[str, Any] = {
    "departments": "IT",
    "project_name": "Mars-NS1",
    "amount": Decimal("1200.00"),
    "currency": "EUR",
    "date": date(2021, 10, 2),
    "member_name": "Sam",
}


def command(**changes: Any) -> RecordExpense:
    return RecordExpense(**{**VALUES, **changes})


def recorded(**changes: Any) -> ExpenseRecorded:
    return ExpenseRecorded(**{"source": "manual", **VALUES, **changes})


given = given_of(DECIDER)


def test_records_an_expense() -> None:
    given().when(command()).then(recorded())
    assert given(recorded()).state == Recorded(recorded())


def test_stays_quiet_once_it_is_recorded() -> None:
    given(recorded()).when(command(amount=Decimal(7))).quiet()


def test_facts_of_others_change_nothing() -> None:
    assert given(recorded(), recorded(amount=Decimal(1))).state == Recorded(recorded())
    assert given(UserDeactivated()).state == Nothing()


@pytest.mark.parametrize(
    ("amount", "currency", "kept"),
    [
        ("1200", "EUR", "1200.00"),
        ("1E+3", "JPY", "1000"),
        ("-0", "EUR", "0.00"),
        ("0.5", "KWD", "0.500"),
    ],
)
def test_records_an_amount_with_the_decimals_of_its_currency(
    amount: str, currency: str, kept: str
) -> None:
    when = given().when(command(amount=Decimal(amount), currency=currency))
    fact = when.then_one(ExpenseRecorded)
    assert str(fact.amount) == kept


def test_trims_texts_and_joins_white_space() -> None:
    when = given().when(command(member_name="  Ann \n\u00a0 Lee\t", departments="e\u0301"))
    fact = when.then_one(ExpenseRecorded)
    assert (fact.member_name, fact.departments) == ("Ann Lee", "\u00e9")


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("departments", " \u00a0\n", "blank"),
        ("project_name", "x" * 201, "too_long"),
        ("member_name", "Sam\x00", "control_character"),
        ("member_name", "Sam\x7f", "control_character"),
        ("source", "", "blank"),
        ("amount", Decimal("1.005"), "too_many_decimals"),
        ("amount", Decimal("NaN"), "not_finite"),
        ("amount", Decimal("Infinity"), "not_finite"),
        ("amount", Decimal(10) ** 16, "too_large"),
        ("currency", "EURO", "unknown_currency"),
        ("currency", "eur", "unknown_currency"),
        ("date", date(1899, 12, 31), "date_out_of_range"),
        ("date", date(2200, 1, 1), "date_out_of_range"),
    ],
)
def test_refuses_a_value_that_breaks_a_rule(field: str, value: Any, code: str) -> None:
    (fault,) = given().when(command(**{field: value})).invalid(f"/{field}")
    assert fault.code == code


def test_names_every_value_that_breaks_a_rule() -> None:
    wrong = command(departments="", member_name="", currency="?", date=date(1, 1, 1))
    given().when(wrong).invalid("/departments", "/member_name", "/date", "/currency")


def test_takes_names_of_every_script() -> None:
    # The zero-width non-joiner is no control character: it is part of Persian spelling.
    for name in ("Zoë", "山田太郎", "نیم\u200cفاصله", "O’Brien", "a" * 200):
        assert clean_text(name) == name


def test_an_expense_is_named_by_source_content_and_occurrence() -> None:
    uid = expense_uid(recorded())
    assert uid == expense_uid(recorded())
    assert (uid.version, uid.variant) == (8, "specified in RFC 4122")
    others = [
        expense_uid(recorded(), occurrence=2),
        expense_uid(recorded(source="other")),
        expense_uid(recorded(departments="IT Mars-NS1", project_name="x")),
        expense_uid(recorded(departments="IT", project_name="Mars-NS1 x")),
        expense_uid(recorded(amount=Decimal("1200.01"))),
        expense_uid(recorded(bank_uid=UUID(int=1))),
    ]
    assert len({uid, *others}) == 7


def test_an_expense_from_before_there_were_banks_belongs_to_none() -> None:
    payload = encode(recorded()).replace(b',"bank_uid":null', b"")
    assert b"bank_uid" not in payload
    assert decode("expense.recorded.v1", payload) == recorded(bank_uid=None)
