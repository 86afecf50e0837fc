"""The port `IbanRegistry` by schwifty, which carries the registry of ISO 13616 with it."""

from application.banks.ports import IbanRegistry
from domain.shared.account_numbers import masked
from domain.shared.errors import Fault, Invalid

_LENGTH_MAX = 34
_TYPED_LENGTH_MAX = 2 * _LENGTH_MAX
"""Characters of an IBAN, and of one with as many spaces as people put in."""


class SchwiftyIbans(IbanRegistry):
    """Checks length, form and check digits by country. Nothing is loaded before the first use."""

    def normal(self, iban: str) -> str:
        from schwifty import IBAN
        from schwifty.exceptions import InvalidChecksumDigits, SchwiftyException

        if len(iban) > _TYPED_LENGTH_MAX:
            raise _refusal(iban, "wrong_form", "an IBAN of at most 34 characters")
        try:
            return IBAN(iban).compact
        except InvalidChecksumDigits:
            raise _refusal(
                iban, "wrong_check_digit", "an IBAN whose check digits fit the rest"
            ) from None
        except SchwiftyException:
            raise _refusal(
                iban, "wrong_form", "an IBAN as its country writes it, such as DE89 3704 0044 …"
            ) from None


def _refusal(iban: str, code: str, expected: str) -> Invalid:
    got = masked(iban.strip())
    detail = f"{expected} was expected, got {got}"
    fault = Fault(detail=detail, code=code, pointer="/iban", got=got, expected=expected)
    return Invalid(detail, code=code, faults=[fault])
