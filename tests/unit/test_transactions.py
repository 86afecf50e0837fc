"""Given a transaction, when it is told again, corrected or voided, then ..."""

import datetime as dt
import re
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from domain.identity import UserDeactivated
from domain.shared.entries import Entry, EntryVoid
from domain.shared.errors import Fault, Invalid, NotFound
from domain.shared.events import Event
from domain.shared.kits import Nothing
from domain.transactions import (
    DECIDER,
    ConflictingTransaction,
    CorrectTransaction,
    IngestTransaction,
    TransactionCorrected,
    TransactionIngested,
    TransactionVoided,
    VoidTransaction,
    amended,
    said,
    transaction_uid,
    uid_hex,
    user_id_of,
)
from projections.transactions.summaries import average
from tests.kits import NOW, given_of

VALUES: dict[str, Any] = {
    "transaction_id": "T-1",
    "user_id": 123,
    "amount": Decimal("204.81"),
    "currency": "USD",
    "transaction_date": dt.date(2026, 3, 14),
}
WHY = "A test of the till"
VOID = TransactionVoided(reason=WHY)
TODAY = NOW.date()


def command(**changes: Any) -> IngestTransaction:
    return IngestTransaction(**{**VALUES, **changes})


def ingested(**changes: Any) -> TransactionIngested:
    return TransactionIngested(**{**VALUES, **changes})


def corrected(**changes: Any) -> TransactionCorrected:
    values = {**VALUES, "reason": WHY, **changes}
    del values["transaction_id"]
    return TransactionCorrected(**values)


given = given_of(DECIDER)


def test_ingests_a_transaction() -> None:
    given().when(command()).then(ingested())
    assert given(ingested()).state == Entry(ingested())


def test_stays_quiet_where_the_book_says_the_same() -> None:
    given(ingested()).when(command(extra={"channel": "web"})).quiet()


def test_refuses_another_transaction_of_the_same_number() -> None:
    refusal = given(ingested()).when(command(amount=Decimal(1), user_id=7))
    refused = refusal.refused(ConflictingTransaction, transaction_id="T-1")
    assert "user_id, amount" in refused.detail
    given(ingested(), VOID).when(command()).refused(EntryVoid)


def test_is_corrected_and_voided_by_linked_entries() -> None:
    change = CorrectTransaction(amount=Decimal(1), reason=f" {WHY} ")
    given(ingested()).when(change).then(corrected(amount=Decimal("1.00")))
    given(ingested(), corrected(amount=Decimal("1.00"))).when(change).quiet()
    given(ingested()).when(VoidTransaction(reason=WHY)).then(VOID)
    given(ingested(), VOID).when(VoidTransaction(reason=WHY)).quiet()
    given(ingested(), VOID).when(change).refused(EntryVoid)
    given().when(change).refused(NotFound)
    given(ingested()).when(CorrectTransaction(user_id=0, reason=WHY)).invalid("/user_id")
    given(ingested()).when(CorrectTransaction(user_id=9, reason=" ")).invalid("/reason")


def test_what_follows_is_what_it_is_now() -> None:
    right = corrected(amount=Decimal("1.00"))
    assert given(ingested(), right).state == Entry(ingested(amount=Decimal("1.00")))
    assert given(ingested(), VOID).state == Entry(ingested(), is_void=True)
    assert given(VOID, UserDeactivated()).state == Nothing()


@pytest.mark.parametrize("amount", ["0", "-0", "-12.5", "9999999999999999.99"])
def test_an_amount_has_any_sign_and_the_decimals_of_its_currency(amount: str) -> None:
    (fact,) = DECIDER.decide(Nothing(), command(amount=Decimal(amount)), NOW)
    assert isinstance(fact, TransactionIngested)
    assert (fact.amount.as_tuple().exponent, fact.amount) == (-2, Decimal(amount))
    assert str(fact.amount) != "-0.00"


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("transaction_id", " ", "blank"),
        ("transaction_id", "x" * 51, "too_long"),
        ("user_id", 0, "not_a_user_id"),
        ("user_id", -1, "not_a_user_id"),
        ("user_id", 2**31, "not_a_user_id"),
        ("amount", Decimal("0.001"), "too_many_decimals"),
        ("amount", Decimal("NaN"), "not_finite"),
        ("currency", "EUX", "unknown_currency"),
        ("transaction_date", dt.date(1899, 12, 31), "date_out_of_range"),
        ("transaction_date", TODAY + dt.timedelta(days=2), "date_in_future"),
    ],
)
def test_a_value_that_breaks_a_rule_is_named(field: str, value: Any, code: str) -> None:
    (fault,) = given().when(command(**{field: value})).invalid(f"/{field}")
    assert fault.code == code


def test_all_that_is_wrong_is_told_at_once() -> None:
    wrong = command(transaction_id="", user_id=0, currency="EUX", amount=Decimal("0.001"))
    given().when(wrong).invalid("/transaction_id", "/user_id", "/currency")


def test_a_day_that_has_begun_anywhere_on_earth_is_not_in_the_future() -> None:
    tomorrow = command(transaction_date=TODAY + dt.timedelta(days=1))
    early, late = NOW.replace(hour=9, minute=59), NOW.replace(hour=10)
    given().when(tomorrow, early).invalid("/transaction_date")
    assert given().when(tomorrow, late).facts()


@pytest.mark.parametrize(
    "text", ["0", "-1", "2147483648", "1e3", "abc", "٣", "12.0", "+5", "9" * 99]
)
def test_the_number_of_a_user_is_written_in_plain_digits(text: str) -> None:
    with pytest.raises(Invalid) as refusal:
        user_id_of(text)
    assert refusal.value.code == "not_a_user_id"
    assert user_id_of("2147483647") == 2**31 - 1


def test_the_stream_follows_from_the_number() -> None:
    assert transaction_uid("T-1").version == 8
    assert uid_hex("T-1") == transaction_uid("T-1").hex != uid_hex("t-1")


@pytest.mark.parametrize(
    ("total", "count", "told"),
    [
        ("10240.50", 50, "204.81"),
        ("0.05", 2, "0.02"),
        ("0.15", 2, "0.08"),
        ("-0.05", 2, "-0.02"),
        ("-0.01", 4, "0.00"),
        ("100", 3, "33.33"),
        ("0.00", 7, "0.00"),
        # A quotient that is first rounded to 28 digits would seem to lie half-way.
        ("499999999999999999999999999999.9999", 10**32, "0.00"),
    ],
)
def test_an_average_is_rounded_once_half_to_even(total: str, count: int, told: str) -> None:
    assert str(average(Decimal(total), count)) == told


# What a file tells of a transaction that the book has

FIRST, SECOND = dt.date(2026, 3, 14), dt.date(2026, 3, 15)
OTHER = Decimal("7.00")


def by_file(day: dt.date | None = FIRST, **changes: Any) -> TransactionIngested:
    return ingested(day=day, source="nightly", **changes)


def test_the_same_row_of_the_same_or_a_later_day_changes_nothing() -> None:
    for day in (FIRST, SECOND, None):
        assert amended([by_file()], by_file(day, extra={"channel": "web"})) is None


def test_a_file_that_is_delivered_again_corrects_the_one_before() -> None:
    for day in (FIRST, None):
        event = amended([by_file(day)], by_file(day, amount=OTHER))
        assert isinstance(event, TransactionCorrected)
        assert (event.amount, event.day) == (OTHER, day)
        assert "delivered again" in event.reason


@pytest.mark.parametrize("told", [by_file(SECOND), by_file(None), ingested()])
def test_an_earlier_day_is_right_and_is_recorded_even_where_it_says_the_same(
    told: TransactionIngested,
) -> None:
    event = amended([told], by_file(FIRST, amount=OTHER))
    assert isinstance(event, TransactionCorrected)
    assert (event.amount, event.day) == (OTHER, FIRST)
    same = amended([told], by_file(FIRST))
    assert isinstance(same, TransactionCorrected)
    assert (same.amount, same.day) == (told.amount, FIRST)


@pytest.mark.parametrize(
    ("told", "row"),
    [
        (by_file(FIRST), by_file(SECOND, amount=OTHER)),
        (by_file(FIRST), by_file(None, amount=OTHER)),
        (ingested(), by_file(None, amount=OTHER)),
    ],
)
def test_a_later_day_or_another_source_that_says_otherwise_is_a_conflict(
    told: TransactionIngested, row: TransactionIngested
) -> None:
    fault = amended([told], row)
    assert isinstance(fault, Fault)
    assert (fault.code, fault.got) == ("conflicting_transaction_id", "T-1")
    assert "another amount" in fault.detail


def test_a_row_that_says_what_a_person_decided_is_known() -> None:
    facts = [by_file(SECOND), corrected(amount=OTHER)]
    assert amended(facts, by_file(SECOND, amount=OTHER)) is None
    assert amended([*facts, VOID], by_file(FIRST, amount=OTHER)) is None
    assert isinstance(amended(facts, by_file(SECOND, amount=Decimal("6.00"))), Fault)


@pytest.mark.parametrize("since", [by_file(SECOND), by_file(FIRST), VOID, corrected()])
def test_a_replayed_row_changes_nothing_that_was_told_since(since: Event) -> None:
    facts = [since] if isinstance(since, TransactionIngested) else [by_file(FIRST), since]
    fault = amended(facts, by_file(FIRST, amount=OTHER), [since])
    assert isinstance(fault, Fault)
    assert re.search(r"later (delivery|decision) says 204\.81 \(amount\)", fault.detail)


@pytest.mark.parametrize("told", [by_file(FIRST), by_file(SECOND)])
def test_a_replayed_row_that_corrects_says_so(told: TransactionIngested) -> None:
    event = amended([told], by_file(FIRST, amount=OTHER), [])
    assert isinstance(event, TransactionCorrected)
    assert "replayed" in event.reason


def test_a_correction_by_hand_changes_nothing_of_where_it_came_from() -> None:
    first = by_file(FIRST, extra={"channel": "web"})
    right = msgspec.structs.replace(first, amount=OTHER)
    assert said([first, corrected(amount=OTHER)]) == right
    assert said([first, corrected(amount=OTHER), VOID]) == right


@pytest.mark.parametrize("decision", [VOID, corrected(amount=Decimal(1), day=SECOND)])
def test_what_a_person_has_decided_no_file_changes(
    decision: TransactionVoided | TransactionCorrected,
) -> None:
    facts = [by_file(SECOND), decision]
    assert amended(facts, by_file(SECOND)) is None
    assert amended(facts, by_file(FIRST)) is None
    fault = amended(facts, by_file(SECOND, amount=OTHER))
    assert isinstance(fault, Fault)
    assert "a person has decided" in fault.detail
