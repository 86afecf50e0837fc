"""Numbers of bank accounts: how they are checked as far as arithmetic goes, and how they are shown.

Rules upheld here:
- an account is named either by an IBAN, or by a routing number (ABA) and an account number: one of the two, never both;
- a number is shown by its last four characters at most: read models hold no more, and events are shown masked; in full
  it goes to a payment and nowhere else.

Whether an IBAN is one is said by a library behind the port `application.banks.IbanRegistry`: its rules are per country.
"""

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from domain.shared.errors import Fault, Invalid

SHOWN_CHARACTERS = 4
_NUMBER_MEMBERS = ("iban", "routing_number", "account_number")

_ROUTING_NUMBER = re.compile(r"[0-9]{9}")
_ROUTING_WEIGHTS = (3, 7, 1, 3, 7, 1, 3, 7, 1)
_ACCOUNT_NUMBER = re.compile(r"[0-9]{4,17}")


class AccountNumbers(msgspec.Struct, frozen=True, kw_only=True):
    """How a bank account is named to a bank."""

    iban: str | None = None
    routing_number: str | None = None
    account_number: str | None = None


def masked(number: str | None) -> str | None:
    """A number as it may be shown: `****3000`, half of a short one; None stays None."""
    if number is None:
        return None
    shown = min(SHOWN_CHARACTERS, len(number) // 2)
    return f"****{number[len(number) - shown :]}"


def masked_fact(payload: bytes) -> bytes:
    """The payload of an event as it may be shown: account numbers masked, however deep, all else as it was stored."""
    # Nearly every event has none, and is shown without being read.
    if not any(b'"%s":' % name.encode() in payload for name in _NUMBER_MEMBERS):
        return payload
    members = msgspec.json.decode(payload, type=dict[str, msgspec.Raw])
    for name, raw in members.items():
        if name in _NUMBER_MEMBERS:
            number = msgspec.json.decode(raw, type=str | None)
            members[name] = msgspec.Raw(msgspec.json.encode(masked(number)))
        elif bytes(raw).startswith(b"{"):
            members[name] = msgspec.Raw(masked_fact(bytes(raw)))
    return msgspec.json.encode(members)


def masked_members(terms: Mapping[str, Any]) -> dict[str, Any]:
    """The same with the numbers of accounts among its members masked."""
    return {name: masked(it) if name in _NUMBER_MEMBERS else it for name, it in terms.items()}


def check_numbers(numbers: AccountNumbers) -> AccountNumbers:
    """The numbers without spaces and hyphens, if they name one account in one way.

    Raises:
        Invalid: neither or both ways are used (`one_of`), half of one is missing (`missing`), or a number is of the
            wrong form (`wrong_form`) or does not fit its check digit (`wrong_check_digit`). No number is repeated in
            full.
    """
    routed = (numbers.routing_number, numbers.account_number)
    if (numbers.iban is None) == (routed == (None, None)):
        raise _refusal("/iban", "one_of", "either an IBAN, or a routing and an account number")
    if numbers.iban is not None:
        return numbers
    if numbers.routing_number is None or numbers.account_number is None:
        absent = "routing_number" if numbers.routing_number is None else "account_number"
        raise _refusal(f"/{absent}", "missing", "a routing number and an account number together")
    return AccountNumbers(
        routing_number=_routing_number(_compact(numbers.routing_number)),
        account_number=_account_number(_compact(numbers.account_number)),
    )


def told_apart(numbers: AccountNumbers) -> AccountNumbers:
    """The numbers as they tell accounts apart: banks fill account numbers up with zeros, or do not."""
    number = numbers.account_number
    return msgspec.structs.replace(numbers, account_number=number and number.lstrip("0"))


def _compact(number: str) -> str:
    return number.replace(" ", "").replace("-", "")


def _routing_number(number: str) -> str:
    if not _ROUTING_NUMBER.fullmatch(number):
        raise _refusal("/routing_number", "wrong_form", "nine digits", number)
    weighted = zip(_ROUTING_WEIGHTS, map(int, number), strict=True)
    if number == "000000000" or sum(weight * digit for weight, digit in weighted) % 10:
        expected = "a routing number whose check digit fits the others"
        raise _refusal("/routing_number", "wrong_check_digit", expected, number)
    return number


def _account_number(number: str) -> str:
    if not _ACCOUNT_NUMBER.fullmatch(number):
        raise _refusal("/account_number", "wrong_form", "4 to 17 digits", number)
    return number


def _refusal(pointer: str, code: str, expected: str, number: str | None = None) -> Invalid:
    got = masked(number)
    detail = f"{expected} was expected" + ("" if got is None else f", got {got}")
    fault = Fault(detail=detail, code=code, pointer=pointer, got=got, expected=expected)
    return Invalid(detail, code=code, faults=[fault])
