"""Banks: where members have their claims paid.

Rules upheld here:
- a bank's currency is given once: its ledger and its rails stand on it;
- a deactivated bank stays as it is, for ever; its data remain readable.

```
no bank ──opened──► open ──deactivated──► deactivated
                    │  ▲
                    └──┘ changed
```
"""

from functools import partial

import msgspec
from msgspec import UNSET, UnsetType

from domain.shared.deciders import Decider
from domain.shared.errors import Refused
from domain.shared.events import Event, event
from domain.shared.kits import Kind, Life, in_use, opened_changed_ended
from domain.shared.money import known_currency
from domain.shared.rules import clean_text, normalised


class Bank(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a bank; `iban` is the account its payments leave from, checked and without spaces."""

    name: str
    location: str
    currency: str
    iban: str | None


State = Life[Bank]


# Commands


class OpenBank(Bank, frozen=True, kw_only=True):
    """Open a bank. `iban` is the account its payments leave from, checked and without spaces."""

    iban: str | None = None


class ChangeBank(msgspec.Struct, frozen=True, kw_only=True):
    """Change what is given; the rest stays."""

    name: str | UnsetType = UNSET
    location: str | UnsetType = UNSET
    iban: str | UnsetType | None = UNSET


class DeactivateBank(msgspec.Struct, frozen=True):
    """Take a bank out of use: nothing can be opened, admitted or claimed there any more."""


Command = OpenBank | ChangeBank | DeactivateBank


# Events


@event("bank.opened.v1", by=OpenBank)
class BankOpened(Bank, Event, frozen=True):
    """A bank came into use; `iban` is the account its payments leave from."""


@event("bank.changed.v1", by=ChangeBank)
class BankChanged(Event, frozen=True):
    """A bank bears these details from now on."""

    name: str
    location: str
    iban: str | None


@event("bank.deactivated.v1", by=DeactivateBank)
class BankDeactivated(Event, frozen=True):
    """The bank went out of use."""


# Refusals


class BankInactive(Refused, code="bank_inactive"):
    """The bank is out of use."""


class AlreadyOpened(Refused, code="bank_already_opened"):
    """The bank exists with other details."""


# Rules


_BANK: Kind[Bank, Command] = Kind(
    noun="bank",
    value=Bank,
    commands=(OpenBank, ChangeBank, DeactivateBank),
    events=(BankOpened, BankChanged, BankDeactivated),
    normal=lambda bank: normalised(
        "the bank", bank, name=clean_text, location=clean_text, currency=known_currency
    ),
    taken=lambda bank: AlreadyOpened(f"the bank {bank.name} exists already"),
    over=lambda bank: BankInactive(f"the bank {bank.name} is out of use"),
)
open_bank = partial(in_use, _BANK)
"""The bank, if it is in use; raises `NotFound` if there is none, `BankInactive` if it is not."""

DECIDER: Decider[State, Command] = opened_changed_ended(_BANK)
