"""Given what a bank says of a day, when a rate is said, then ...; and what amounts come to in other currencies."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st
from msgspec.structs import asdict

from domain.rates import DECIDER, RATE_DAYS, ExchangeRateRecorded, RecordRate, rate_uid, rate_uids
from domain.shared.errors import Invalid
from domain.shared.exchange import Rate, converted, exchanged
from tests.kits import NOW, given_of

BANK = UUID(int=1)
RECORD = RecordRate(
    bank_uid=BANK,
    bank_id=41,
    base="EUR",
    quote="USD",
    value=Decimal("1.0842"),
    source="ECB",
    day=date(2026, 11, 20),
    recorded_by=UUID(int=2),
)
RECORDED = ExchangeRateRecorded(**asdict(RECORD))

given = given_of(DECIDER)


def test_a_rate_is_kept_and_another_one_takes_its_place() -> None:
    given().when(RECORD).then(RECORDED)
    other = msgspec.structs.replace(RECORD, value=Decimal("1.09"))
    given(RECORDED).when(other).then(ExchangeRateRecorded(**asdict(other)))
    rate = given(RECORDED, ExchangeRateRecorded(**asdict(other))).state
    assert rate is not None
    assert rate.value == Decimal("1.09")


def test_the_same_rate_again_is_quiet_whoever_says_it() -> None:
    given(RECORDED).when(RECORD).quiet()
    given(RECORDED).when(msgspec.structs.replace(RECORD, recorded_by=UUID(int=3))).quiet()


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"base": "XXX"}, "/base"),
        ({"quote": "EUR"}, "/quote"),
        ({"value": Decimal(0)}, "/value"),
        ({"value": Decimal(-1)}, "/value"),
        ({"value": Decimal("NaN")}, "/value"),
        ({"value": Decimal("1e12")}, "/value"),
        ({"value": Decimal("1e-13")}, "/value"),
        ({"source": " "}, "/source"),
        ({"day": NOW.date() + timedelta(days=2)}, "/day"),
        ({"day": date(1998, 12, 31)}, "/day"),
    ],
)
def test_refuses_what_is_no_rate(changes: dict[str, Any], pointer: str) -> None:
    given().when(msgspec.structs.replace(RECORD, **changes)).invalid(pointer)


def test_two_currencies_are_told_from_either_side() -> None:
    day = date(2026, 11, 20)
    assert rate_uid(BANK, "EUR", "USD", day) == rate_uid(BANK, "USD", "EUR", day)
    uids = list(rate_uids(BANK, "EUR", "USD", day))
    assert uids[0] == rate_uid(BANK, "EUR", "USD", day)
    assert uids[-1] == rate_uid(BANK, "EUR", "USD", day - timedelta(days=RATE_DAYS))
    assert len(uids) == len(set(uids)) == RATE_DAYS + 1


def rate(base: str, value: str, quote: str) -> Rate:
    return Rate(base=base, quote=quote, value=Decimal(value), source="ECB", day=date(2026, 11, 20))


@pytest.mark.parametrize(
    ("amount", "by", "to", "comes_to"),
    [
        ("100.00", rate("EUR", "1.0842", "USD"), "USD", "108.42"),
        ("100.00", rate("EUR", "1.0842", "USD"), "EUR", "92.23"),
        ("10000", rate("EUR", "161.53", "JPY"), "EUR", "61.91"),
        ("61.91", rate("EUR", "161.53", "JPY"), "JPY", "10000"),
        ("1.00", rate("EUR", "0.125", "BHD"), "BHD", "0.125"),
        # Half to even: 0.125 and 0.135 in cents.
        ("1.00", rate("EUR", "0.125", "USD"), "USD", "0.12"),
        ("1.00", rate("EUR", "0.135", "USD"), "USD", "0.14"),
    ],
)
def test_what_an_amount_comes_to(amount: str, by: Rate, to: str, comes_to: str) -> None:
    assert str(converted(Decimal(amount), to, by)) == comes_to


def test_what_comes_to_nothing_or_to_too_much_cannot_be_paid() -> None:
    for amount, value in (("0.01", "0.01"), ("9" * 12, "9" * 9)):
        with pytest.raises(Invalid):
            converted(Decimal(amount), "USD", rate("EUR", value, "USD"))


def test_the_cost_follows_from_the_rate_of_when_it_was_spent() -> None:
    exchange = exchanged(
        Decimal("100.00"), "EUR", rate("EUR", "1.0842", "USD"), rate("EUR", "1.1006", "USD")
    )
    assert (str(exchange.amount), str(exchange.cost)) == ("92.23", "90.86")


@drawn(
    amount=st.decimals("0.01", "999999.99", places=2),
    value=st.decimals("0.001", "1000", places=6),
)
def test_rounding_is_never_off_by_more_than_half_a_cent(amount: Decimal, value: Decimal) -> None:
    by = rate("EUR", str(value), "USD")
    if amount * value > Decimal("0.01"):
        assert abs(converted(amount, "USD", by) - amount * value) <= Decimal("0.005")
    if amount / value > Decimal("0.01"):
        assert abs(converted(amount, "EUR", by) * value - amount) <= Decimal("0.005") * value
