"""Amounts as people write them, and the ones that are refused rather than guessed."""

from collections import defaultdict

import pytest
from babel import Locale
from babel.core import get_global
from babel.localedata import exists

from domain.shared.errors import Invalid
from domain.shared.money import CURRENCIES
from infrastructure.imports.amounts import SHARED_SYMBOLS, amount_reader


def read(text: str, locale: str = "en_US", currency: str | None = None) -> tuple[str, str]:
    amount, code = amount_reader(Locale.parse(locale), currency)(text)
    return str(amount), code


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1,200.00€", "1200.00"),
        ("€1,200", "1200.00"),
        ("1200 EUR", "1200.00"),
        ("eur 1,234,567.8", "1234567.80"),
        (" 7 € ", "7.00"),
        ("-12.50€", "-12.50"),
        ("−12.50€", "-12.50"),
        ("€-12.50", "-12.50"),
        ("+12.50€", "12.50"),
        ("(12.50)€", "-12.50"),
        ("(€12.50)", "-12.50"),
        ("€(12.50)", "-12.50"),
        ("-0€", "0.00"),
        ("€12.50 EUR", "12.50"),
    ],
)
def test_reads_amounts_with_their_currency(text: str, amount: str) -> None:
    assert read(text) == (amount, "EUR")


@pytest.mark.parametrize(
    ("text", "locale", "currency", "amount"),
    [
        ("1 200,00 EUR", "fr_FR", None, "1200.00 EUR"),
        ("1\u00a0200,00\u00a0€", "fr_FR", None, "1200.00 EUR"),
        ("1\u202f200,00\u202f€", "fr_FR", None, "1200.00 EUR"),
        ("1.200,00 €", "de_DE", None, "1200.00 EUR"),
        ("CHF 1’200.50", "de_CH", None, "1200.50 CHF"),
        ("1'200.50", "de_CH", "CHF", "1200.50 CHF"),
        ("₹12,34,567.00", "en_IN", None, "1234567.00 INR"),
        ("1 200,50 kr", "sv_SE", "SEK", "1200.50 SEK"),
        ("$1,200", "en_US", "USD", "1200.00 USD"),
        ("$1,200", "en_US", "CAD", "1200.00 CAD"),
        ("¥1,200", "en_US", "JPY", "1200 JPY"),
        ("12.50 zł", "en_US", None, "12.50 PLN"),
        ("12.50", "en_US", "EUR", "12.50 EUR"),
        ("(12.50)", "en_US", "EUR", "-12.50 EUR"),
        ("1.234 KWD", "en_US", None, "1.234 KWD"),
        # Signs that end in a dot, which touches the number.
        ("Cg.0.00", "en_US", None, "0.00 XCG"),
        ("-Cg.1,200.50", "en_US", None, "-1200.50 XCG"),
        ("(Cg.12)", "en_US", None, "-12.00 XCG"),
        ("Rs.1,200.50", "ta_LK", "LKR", "1200.50 LKR"),
        ("kr.1.200,50", "kl_GL", "DKK", "1200.50 DKK"),
        # Groups as the locale writes them in numbers, and as it writes them in amounts of money.
        ("12,34,567.00₹", "ml_IN", None, "1234567.00 INR"),
        ("₹1,234,567.00", "ml_IN", None, "1234567.00 INR"),
        # Where the minus stands last.
        ("€ 1.200,50-", "fy_NL", None, "-1200.50 EUR"),
        ("1.200,50−", "fy_NL", "EUR", "-1200.50 EUR"),
    ],
)
def test_reads_amounts_in_a_declared_form(
    text: str, locale: str, currency: str | None, amount: str
) -> None:
    assert " ".join(read(text, locale, currency)) == amount


@pytest.mark.parametrize(
    ("text", "currency", "code"),
    [
        ("", "EUR", "blank"),
        ("  ", "EUR", "blank"),
        ("n/a", "EUR", "unreadable_amount"),
        ("1,20€", None, "unreadable_amount"),
        ("12,00,000€", None, "unreadable_amount"),
        ("1.200,00€", None, "unreadable_amount"),
        ("1 200€", None, "unreadable_amount"),
        ("0,800.00€", None, "unreadable_amount"),
        ("1e5€", None, "unreadable_amount"),
        ("1.2.3€", None, "unreadable_amount"),
        (".50€", None, "unreadable_amount"),
        ("12.€", None, "unreadable_amount"),
        ("€.50", None, "unreadable_amount"),
        ("kr.50", "DKK", "unreadable_amount"),
        ("Cg..50", None, "unreadable_amount"),
        ("1" * 65, "EUR", "unreadable_amount"),
        ("1.200€", None, "too_many_decimals"),
        ("5.5 JPY", None, "too_many_decimals"),
        ("1" * 17, "EUR", "too_large"),
        ("12.50", None, "currency_missing"),
        ("(12.50", None, "unreadable_amount"),
        ("12.50-", "EUR", "unreadable_amount"),
        ("(-5)", "EUR", "unreadable_amount"),
        ("(€5", "EUR", "unreadable_amount"),
        ("--5", "EUR", "unreadable_amount"),
        ("5€-", "EUR", "unreadable_amount"),
        ("5%", "EUR", "unreadable_amount"),
        ("12.50 ZZZ", None, "unknown_currency"),
        ("12.50 EURO", None, "unknown_currency"),
        ("$12.50", None, "ambiguous_symbol"),
        ("12.50 kr", None, "ambiguous_symbol"),
        ("¥12", None, "ambiguous_symbol"),
        ("$12.50", "EUR", "currency_contradicts"),
        ("12.50 USD", "EUR", "currency_contradicts"),
        ("€12.50 USD", None, "currency_contradicts"),
    ],
)
def test_refuses_what_it_would_have_to_guess(text: str, currency: str | None, code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        read(text, currency=currency)
    assert refusal.value.code == code


def test_signs_that_currencies_share_at_home_are_known_to_be_shared() -> None:
    # Derived from CLDR: the sign of every currency in the main language of each territory where it is tender.
    signs: defaultdict[str, set[str]] = defaultdict(set)
    for territory, tenders in get_global("territory_currencies").items():
        spoken = get_global("likely_subtags").get(f"und_{territory}", "und")
        locale = f"{spoken.split('_')[0]}_{territory}"
        for code, _, end, is_tender in tenders:
            if exists(locale) and is_tender and end is None and code in CURRENCIES:
                signs[Locale.parse(locale).currency_symbols.get(code, code)].add(code)
    shared = {sign: codes for sign, codes in signs.items() if len(codes) > 1}
    assert "$" in shared
    assert [sign for sign, codes in shared.items() if codes - SHARED_SYMBOLS.get(sign, set())] == []
