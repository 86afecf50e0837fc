"""Exact money: a decimal amount beside its ISO 4217 currency.

Rules upheld here:
- an amount is a `Decimal`, finite, with no more decimals than its currency has (ISO 4217 minor units);
- nothing is ever rounded silently.
"""

from decimal import Decimal

from domain.shared.errors import Invalid

# ISO 4217 by number of decimals: active codes of money that is spent (no metals, no test codes), and those that gave
# way to the euro so lately that books still hold them (BGN, HRK).
_ZERO = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_THREE = "BHD IQD JOD KWD LYD OMR TND"
_FOUR = "CLF UYW"
_TWO = (
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD "
    "CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP "
    "GMD GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL "
    "MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK "
    "PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS "
    "TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG"
)
CURRENCIES: dict[str, int] = {
    code: decimals
    for decimals, codes in ((0, _ZERO), (2, _TWO), (3, _THREE), (4, _FOUR))
    for code in codes.split()
}

# Wide enough for any firm's books and for a sum over all of them; what NUMERIC(20, 4) holds.
AMOUNT_LIMIT = Decimal(10) ** 16


def decimals_of(currency: str) -> int:
    """How many decimals amounts of this currency have (ISO 4217 minor units).

    Raises:
        Invalid: the code is not an active ISO 4217 currency.
    """
    try:
        return CURRENCIES[currency]
    except KeyError:
        raise Invalid(
            f"{currency!r} is not a currency; an ISO 4217 code such as EUR was expected",
            code="unknown_currency",
        ) from None


def known_currency(code: str) -> str:
    """The code itself, if it is one; raises as `decimals_of`."""
    decimals_of(code)
    return code


def check_amount(amount: Decimal, currency: str) -> None:
    """Refuse an amount that its currency cannot express.

    Raises:
        Invalid: unknown currency, an amount that is not finite, too large, or has more decimals than the currency.
    """
    decimals = decimals_of(currency)
    if not amount.is_finite():
        raise Invalid(f"{amount} is not an amount of money", code="not_finite")
    if amount.copy_abs() >= AMOUNT_LIMIT:
        raise Invalid(
            f"{amount} is too large an amount; under 10^16 was expected", code="too_large"
        )
    exponent = amount.as_tuple().exponent
    if isinstance(exponent, int) and -exponent > decimals:
        raise Invalid(
            f"{amount} has {-exponent} decimals; {currency} has {decimals}",
            code="too_many_decimals",
        )


def exact_amount(amount: Decimal, currency: str) -> Decimal:
    """The amount with exactly the decimals of its currency; nothing is rounded.

    Raises:
        Invalid: as `domain.shared.money.check_amount` says.
    """
    unit = _UNIT_OF.get(currency)
    # Already exact, as nearly every amount of an import is: said in a tenth of the time.
    if (
        unit is not None
        and amount
        and amount.same_quantum(unit)
        and amount.copy_abs() < AMOUNT_LIMIT
    ):
        return amount
    check_amount(amount, currency)
    exact = amount.quantize(_UNIT_OF[currency])
    return exact or abs(exact)  # there is no negative zero in a book


_UNIT_OF = {currency: Decimal(1).scaleb(-decimals) for currency, decimals in CURRENCIES.items()}
