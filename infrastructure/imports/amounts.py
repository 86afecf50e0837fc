"""Amounts as people write them: `1,200.00€`, `€1,200`, `1 200,00 EUR`, `(12.50)`.

How numbers look comes from the locale data of Unicode (CLDR, through babel). Grouping is strict: `1,20` is not 120 and
`1.200` EUR is not 1.2, because a wrong guess would be a wrong number in the books. The currency is that of the sign or
code beside the number; a sign that several currencies share (`$`, `kr`) needs the declared currency.
"""

import re
import unicodedata
from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache

from babel import Locale
from babel.numbers import get_decimal_symbol, get_group_symbol

from domain.shared.errors import Invalid, nearest
from domain.shared.money import CURRENCIES, exact_amount

ReadAmount = Callable[[str], tuple[Decimal, str]]

# Which currencies write each of these signs at home (CLDR); checked against babel's data by a test.
SHARED_SYMBOLS: dict[str, frozenset[str]] = {
    symbol: frozenset(codes.split())
    for symbol, codes in {
        "$": "ARS AUD BBD BMD BND BSD BZD CAD CLP COP CUP DOP FJD GYD HKD JMD KYD LRD MXN NAD NIO NZD SBD SGD SRD TTD "
        "TWD USD UYU XCD",
        "£": "EGP FKP GBP GIP LBP SHP SSP SYP",
        "¥": "CNY JPY",
        "￥": "CNY JPY",
        "kr": "DKK ISK NOK SEK",
        "kr.": "DKK ISK NOK SEK",
        "Rs": "INR LKR MUR NPR PKR SCR",
        "₨": "INR LKR MUR NPR PKR SCR",
        "L": "HNL MDL",
    }.items()
}

# Signs of one currency each that people write in English too, where CLDR would have the code.
_OTHER_SYMBOLS = {
    "US$": "USD",
    "C$": "CAD",
    "zł": "PLN",
    "Kč": "CZK",
    "Ft": "HUF",
    "lei": "RON",
    "₺": "TRY",
    "₽": "RUB",
    "₴": "UAH",
    "฿": "THB",
    "₦": "NGN",
    "₾": "GEL",
    "₸": "KZT",
    "S/": "PEN",
    "R": "ZAR",
}

_SPACES = " \u00a0\u2009\u202f"
_APOSTROPHES = "'\u2019"
_MINUS = "-\u2212"
_STRAY = frozenset(_MINUS + "+()")
_BIDI_MARKS = {ord(mark): None for mark in "\u200e\u200f\u061c"}
_DIGITS = re.compile(r"[0-9][0-9.,'\u2019\s]*")
_SIGN = r"[A-Z]{3}|[A-Z]{0,2}[$€£¥₹₽₺₴₦฿]|R|zł|Kč|kr|Ft|CHF"
_NAMED = re.compile(rf"\s*(?:[(\[]\s*({_SIGN})\s*[)\]]|\s(?:in\s+)?([A-Z]{{3}})$|([$€£¥₹₽₺₴₦฿]))")
_LENGTH_MAX = 64
_CACHE_SIZE = 1 << 16


def amount_reader(locale: Locale, currency: str | None) -> ReadAmount:
    """A function that reads one amount written in `locale`, of `currency` where it bears no sign of its own.

    The function raises `Invalid`: `unreadable_amount`, `currency_missing`, `ambiguous_symbol`, `unknown_currency`,
    `currency_contradicts`, or as `domain.shared.money.check_amount` says.
    """
    number = _number_pattern(locale)
    around = _affix_reader(locale, currency)
    drop_groups = {ord(it): None for it in _alike(get_group_symbol(locale))}
    decimal = get_decimal_symbol(locale)

    @lru_cache(maxsize=_CACHE_SIZE)
    def read(text: str) -> tuple[Decimal, str]:
        seen = text.translate(_BIDI_MARKS) if len(text) <= _LENGTH_MAX else ""
        found = number.fullmatch(seen)
        if found is None:
            raise _unreadable(text, locale)
        before, digits, after = found.groups()
        code, negative = around(before, after)
        value = Decimal(digits.translate(drop_groups).replace(decimal, "."))
        return exact_amount(-value if negative else value, code), code

    return read


@lru_cache(maxsize=1 << 10)
def bare_number(text: str, locale: str) -> Decimal | None:
    """The number in an amount, whatever stands beside it, if it is written as in this locale."""
    spoken = Locale.parse(locale)
    found = _number_pattern(spoken).fullmatch(text.translate(_BIDI_MARKS)[:_LENGTH_MAX])
    if found is None:
        return None
    drop_groups = {ord(it): None for it in _alike(get_group_symbol(spoken))}
    decimal = get_decimal_symbol(spoken)
    return Decimal(found[2].translate(drop_groups).replace(decimal, "."))


def currencies_in(amount: str) -> frozenset[str]:
    """The currencies of which the sign beside a number may be; none if it has no sign."""
    beside = _DIGITS.sub(" ", amount.translate(_BIDI_MARKS)[:_LENGTH_MAX]).split()
    signs = [sign for it in beside if (sign := it.strip("()+-\u2212.,'\u2019"))]
    return _currencies_of(signs[0]) if len(signs) == 1 else frozenset()


def currencies_named(name: str) -> frozenset[str]:
    """The currencies that the name of a column may mean: `Income (ZAR)`, `Income in EUR`, `Income €`."""
    found = _NAMED.search(name[:_LENGTH_MAX])
    return _currencies_of(next(it for it in found.groups() if it)) if found else frozenset()


def without_currency(name: str) -> str:
    """The name of a column without the currency that it may mean."""
    return _NAMED.sub("", name)


def _currencies_of(sign: str) -> frozenset[str]:
    if shared := SHARED_SYMBOLS.get(sign):
        return shared
    symbols = _symbols_of(Locale.parse("en"))
    return frozenset({symbols.get(sign) or symbols.get(sign.upper()) or sign})


@lru_cache(maxsize=64)
def _number_pattern(locale: Locale) -> re.Pattern[str]:
    """What stands before a number, the number itself, strictly grouped or not at all, and what stands after."""
    group = f"[{re.escape(_alike(get_group_symbol(locale)))}]"
    decimal = re.escape(get_decimal_symbol(locale))
    # Some locales group money otherwise than numbers (ml: ₹1,234,567 but 12,34,567).
    patterns = locale.decimal_formats[None], locale.currency_formats["standard"]
    grouped = "|".join(
        rf"[1-9][0-9]{{0,{rest - 1}}}(?:{group}[0-9]{{{rest}}})*{group}[0-9]{{{first}}}"
        for first, rest in {pattern.grouping for pattern in patterns}
    )
    # No comma or dot may touch the number from outside: what looks like a part of it must be one, but for the dot
    # that ends a sign of the locale.
    dotted = [sign for sign in _signs_of(locale) if sign.endswith(".")]
    apart = "|".join([r"(?<![.,'’])", *(rf"(?<={re.escape(sign)})" for sign in dotted)])
    return re.compile(
        rf"([^0-9]*(?:{apart}))((?:{grouped}|[0-9]+)(?:{decimal}[0-9]+)?)((?![.,'’])[^0-9]*)",
        re.DOTALL,
    )


def _alike(symbol: str) -> str:
    """All characters that people type for this group separator."""
    for family in (_SPACES, _APOSTROPHES):
        if symbol in family:
            return family
    return symbol


def _affix_reader(locale: Locale, declared: str | None) -> Callable[[str, str], tuple[str, bool]]:
    """A function from what stands before and after a number to its currency and whether it is negative."""
    symbols = _symbols_of(locale)
    minus_last = locale.currency_formats["standard"].suffix[1].endswith("-")

    @lru_cache(maxsize=1 << 10)
    def read(before: str, after: str) -> tuple[str, bool]:
        before, after, negative = _without_sign(before.strip(), after.strip(), minus_last)
        signs = [sign for sign in (_plain(before), _plain(after)) if sign]
        if any(_is_no_currency(sign) and sign not in symbols for sign in signs):
            raise _unreadable(before + after, locale)
        codes = {_currency_of(sign, symbols, declared) for sign in signs}
        code = codes.pop() if codes else declared
        if codes:
            raise Invalid(f"{' and '.join(signs)} are two currencies", code="currency_contradicts")
        if code is None:
            raise Invalid(
                "it has no currency sign, and no currency was declared", code="currency_missing"
            )
        if declared and code != declared:
            raise Invalid(
                f"it is in {code}, but the file was declared to be in {declared}",
                code="currency_contradicts",
            )
        return code, negative

    return read


def _without_sign(before: str, after: str, minus_last: bool) -> tuple[str, str, bool]:
    """The affixes without parentheses, minus or plus; accountants put negative amounts in parentheses.

    A minus behind the number is one only where the locale writes it there (`minus_last`).
    """
    if minus_last and after and after[-1] in _MINUS:
        return before, after[:-1], True
    if before[:1] == "(" and after[-1:] == ")":
        return before[1:], after[:-1], True
    if before[-1:] == "(" and after[:1] == ")":
        return before[:-1], after[1:], True
    for sign, negative in ((_MINUS, True), ("+", False)):
        if before and before[0] in sign:
            return before[1:], after, negative
        if before and before[-1] in sign:
            return before[:-1], after, negative
    return before, after, False


@lru_cache(maxsize=64)
def _symbols_of(locale: Locale) -> dict[str, str]:
    """Every sign that names one currency in this locale, or in English."""
    return (
        _OTHER_SYMBOLS
        | _signs_of(Locale.parse("en"))
        | _signs_of(locale)
        | {code: code for code in CURRENCIES}
    )


def _signs_of(locale: Locale) -> dict[str, str]:
    """The sign of every currency in this locale."""
    known = locale.currency_symbols.items()
    return {_plain(sign): code for code, sign in known if code in CURRENCIES}


def _plain(sign: str) -> str:
    """The sign without what cannot be seen; a narrow space inside (`F CFA`) is typed as any space."""
    return " ".join(sign.translate(_BIDI_MARKS).split())


def _currency_of(sign: str, symbols: dict[str, str], declared: str | None) -> str:
    if shared := SHARED_SYMBOLS.get(sign):
        if declared in shared:
            return str(declared)
        raise Invalid(
            f"{sign} is the sign of {', '.join(sorted(shared))}: declare `currency`",
            code="currency_contradicts" if declared else "ambiguous_symbol",
        )
    code = symbols.get(sign) or symbols.get(sign.upper())
    if code is None:
        near = nearest(sign.upper(), list(CURRENCIES)) if sign.isalpha() else None
        hint = f"; {near} is near" if near else ""
        raise Invalid(
            f"{sign!r} is not a sign or code of a currency{hint}", code="unknown_currency"
        )
    return code


def _is_no_currency(sign: str) -> bool:
    """Whether there is a stray minus or parenthesis in it, or no letter and no sign of any currency."""
    if _STRAY.intersection(sign):
        return True
    return not any(it.isalpha() or unicodedata.category(it) == "Sc" for it in sign)


def _unreadable(text: str, locale: Locale) -> Invalid:
    group, decimal = get_group_symbol(locale), get_decimal_symbol(locale)
    return Invalid(
        f"an amount such as 1{group}234{decimal}56 or €1{group}234 (locale {locale}) was expected",
        code="blank" if not text.strip() else "unreadable_amount",
    )
