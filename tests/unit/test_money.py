"""Money is exact and knows its currency's decimals."""

from decimal import Decimal

import pytest
from babel.core import get_global
from babel.numbers import get_currency_precision, list_currencies

from domain.shared.errors import Invalid
from domain.shared.money import (
    AMOUNT_LIMIT,
    CURRENCIES,
    check_amount,
    decimals_of,
)


@pytest.mark.parametrize(
    ("amount", "currency", "code"),
    [
        *((amount, "EUR", "not_finite") for amount in ("NaN", "Infinity")),
        (str(AMOUNT_LIMIT), "EUR", "too_large"),
        ("1E+99999999999", "EUR", "too_large"),
        ("1E-99999999999", "EUR", "too_many_decimals"),
        *(("1", currency, "unknown_currency") for currency in ("EURO", "eur", "XAU")),
        *(
            (amount, currency, "too_many_decimals")
            for amount, currency in (("1.005", "EUR"), ("1.5", "JPY"), ("1.0005", "BHD"))
        ),
    ],
)
def test_what_a_currency_cannot_express_is_refused(amount: str, currency: str, code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        check_amount(Decimal(amount), currency)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("amount", "currency"), [("1.05", "EUR"), ("1", "JPY"), ("1.005", "BHD"), ("1E+3", "EUR")]
)
def test_what_a_currency_can_express_is_accepted(amount: str, currency: str) -> None:
    check_amount(Decimal(amount), currency)


def test_every_currency_in_use_is_known() -> None:
    """Held against the tender of every territory in CLDR, which the babel package carries."""
    in_use = {
        code
        for currencies in get_global("territory_currencies").values()
        for code, _start, end, is_tender in currencies
        if end is None and is_tender
    }
    assert in_use <= set(CURRENCIES) <= list_currencies()


def test_currencies_have_the_decimals_of_iso_4217() -> None:
    """CLDR agrees, but for currencies whose ISO decimals are no longer in use as cash."""
    differing = [code for code in CURRENCIES if get_currency_precision(code) != decimals_of(code)]
    only_on_paper = "AFN ALL IQD IRR KPW LAK LBP MGA MMK RSD SOS SYP YER"
    assert " ".join(sorted(differing)) == only_on_paper
    assert [decimals_of(code) for code in ("EUR", "JPY", "KWD", "CLF")] == [2, 0, 3, 4]
