"""Given an expense, when it is recorded, then ..."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from domain.expenses import (
    DECIDER,
    REIMBURSEMENT_SOURCE,
    Command,
    CorrectExpense,
    ExpenseCorrected,
    ExpenseRecorded,
    ExpenseVoided,
    FollowsFromClaim,
    RecordExpense,
    VoidExpense,
    expense_uid,
)
from domain.identity import UserDeactivated
from domain.shared.entries import Entry, EntryVoid
from domain.shared.errors import NotFound
from domain.shared.events import decode, encode
from domain.shared.kits import Nothing
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
    assert given(recorded()).state == Entry(recorded())


def test_stays_quiet_once_it_is_recorded() -> None:
    given(recorded()).when(command(amount=Decimal(7))).quiet()


def test_facts_of_others_change_nothing() -> None:
    assert given(recorded(), recorded(amount=Decimal(1))).state == Entry(recorded())
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


WHY = "The receipt says so"
VOID, VOIDED = VoidExpense(reason=WHY), ExpenseVoided(reason=WHY)


def correct(**changes: Any) -> CorrectExpense:
    return CorrectExpense(**{"reason": WHY, **changes})


def corrected(**changes: Any) -> ExpenseCorrected:
    return ExpenseCorrected(**{**VALUES, "reason": WHY, **changes})


def test_a_correction_says_all_anew_in_its_normal_form() -> None:
    wanted = correct(
        amount=Decimal(12), currency="JPY", project_name="  Mars   NS2 ", reason=f" {WHY} "
    )
    fact = corrected(amount=Decimal(12), currency="JPY", project_name="Mars NS2")
    given(recorded()).when(wanted).then(fact)
    now = recorded(amount=Decimal(12), currency="JPY", project_name="Mars NS2")
    assert given(recorded(), fact).state == Entry(now)


def test_a_correction_rests_on_the_one_before() -> None:
    before = corrected(amount=Decimal("7.00"))
    given(recorded(), before).when(correct(member_name="Ada")).then(
        corrected(amount=Decimal("7.00"), member_name="Ada")
    )


def test_a_correction_keeps_source_and_bank() -> None:
    imported = recorded(source="erp", bank_uid=UUID(int=7))
    now = given(imported).done(correct(amount=Decimal(1))).state
    assert now == Entry(recorded(source="erp", bank_uid=UUID(int=7), amount=Decimal("1.00")))


def test_the_same_values_again_are_quiet() -> None:
    given(recorded()).when(correct()).quiet()
    given(recorded()).when(correct(amount=Decimal(1200), departments=" IT")).quiet()


def test_a_correction_obeys_the_rules_of_what_is_recorded() -> None:
    given(recorded()).when(correct(amount=Decimal("1.005"), departments="")).invalid(
        "/departments", "/amount"
    )
    # An amount that is there already must suit the currency as well.
    given(recorded(amount=Decimal("1.25"))).when(correct(currency="JPY")).invalid("/amount")


@pytest.mark.parametrize("reason", ["", " \t", "x" * 501, "a\0b"])
def test_a_reason_is_a_sentence(reason: str) -> None:
    given(recorded()).when(correct(amount=Decimal(1), reason=reason)).invalid("/reason")
    given(recorded()).when(VoidExpense(reason=reason)).invalid("/reason")


def test_voids_once() -> None:
    given(recorded()).when(VOID).then(VOIDED)
    given(recorded(), VOIDED).when(VoidExpense(reason="Another")).quiet()
    assert given(recorded(), VOIDED).state == Entry(recorded(), is_void=True)


def test_what_is_void_is_not_corrected() -> None:
    given(recorded(), VOIDED).when(correct(amount=Decimal(1))).refused(EntryVoid)
    given(recorded(), VOIDED).when(correct()).refused(EntryVoid)
    given(recorded(), VOIDED).when(command()).quiet()


@pytest.mark.parametrize("asked", [correct(amount=Decimal(1)), VOID])
def test_what_follows_from_a_claim_is_what_the_ledger_says(asked: Command) -> None:
    given(recorded(source=REIMBURSEMENT_SOURCE)).when(asked).refused(
        FollowsFromClaim, source=REIMBURSEMENT_SOURCE
    )


@pytest.mark.parametrize("asked", [correct(amount=Decimal(1)), VOID])
def test_nothing_is_neither_corrected_nor_voided(asked: Command) -> None:
    given().when(asked).refused(NotFound)
