"""Bank accounts: where a member's money goes.

Rules upheld here:
- an account belongs to one member of one bank and holds one currency, from its opening to its closing;
- it is named either by an IBAN, or by a routing number and an account number (`domain.shared.account_numbers`);
- a closed account stays as it is.

```
no account ──opened──► open ──closed──► closed
                       │  ▲
                       └──┘ changed
```
"""

from functools import partial
from typing import Any
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from domain.shared.account_numbers import AccountNumbers, check_numbers
from domain.shared.deciders import Decider
from domain.shared.errors import Refused
from domain.shared.events import Event, event
from domain.shared.kits import Kind, Life, in_use, opened_changed_ended
from domain.shared.money import known_currency
from domain.shared.rules import clean_text, normalised, of_same_fields

HOLDER_LENGTH_MAX = 70
"""Characters of a holder's name: what a payment order has room for (ISO 20022 `Nm`)."""


class _Owned(msgspec.Struct, frozen=True, kw_only=True):
    bank_uid: UUID
    bank_id: int
    member_uid: UUID
    bank_member_id: int
    holder: str
    currency: str


class BankAccount(_Owned, frozen=True, kw_only=True):
    """What is known of an account; `bank_id` and `bank_member_id` are the integer ids of what the uids name."""

    iban: str | None
    routing_number: str | None
    account_number: str | None

    @property
    def numbers(self) -> AccountNumbers:
        """How the account is named to its bank."""
        return of_same_fields(AccountNumbers, self)


State = Life[BankAccount]


# Commands


class OpenAccount(_Owned, frozen=True, kw_only=True):
    """Open an account of a member; an IBAN comes checked by the registry, without spaces."""

    numbers: AccountNumbers


class ChangeAccount(msgspec.Struct, frozen=True, kw_only=True):
    """Change what is given; `numbers` replaces how the account is named as a whole."""

    holder: str | UnsetType = UNSET
    numbers: AccountNumbers | UnsetType = UNSET


class CloseAccount(msgspec.Struct, frozen=True):
    """Take an account out of use: no claim can name it any more."""


Command = OpenAccount | ChangeAccount | CloseAccount


# Events


@event("bank_account.opened.v1")
class BankAccountOpened(BankAccount, Event, frozen=True):
    """A member's account came into use."""


@event("bank_account.changed.v1")
class BankAccountChanged(Event, frozen=True):
    """An account bears these details from now on."""

    holder: str
    iban: str | None
    routing_number: str | None
    account_number: str | None


@event("bank_account.closed.v1")
class BankAccountClosed(Event, frozen=True):
    """The account went out of use."""


# Refusals


class AccountClosed(Refused, code="account_closed"):
    """The account is out of use."""


class AccountExists(Refused, code="account_exists"):
    """The account exists with other details."""


# Rules


def _said(command: OpenAccount | ChangeAccount) -> dict[str, Any]:
    said = msgspec.structs.asdict(command)
    return said if command.numbers is UNSET else said | msgspec.structs.asdict(command.numbers)


def _normal(account: BankAccount) -> BankAccount:
    holder = partial(clean_text, length_max=HOLDER_LENGTH_MAX)
    clean = normalised("the account", account, holder=holder, currency=known_currency)
    return msgspec.structs.replace(clean, **msgspec.structs.asdict(check_numbers(clean.numbers)))


_ACCOUNT: Kind[BankAccount, Command] = Kind(
    noun="account",
    value=BankAccount,
    commands=(OpenAccount, ChangeAccount, CloseAccount),
    events=(BankAccountOpened, BankAccountChanged, BankAccountClosed),
    normal=_normal,
    said=_said,
    taken=lambda _: AccountExists("the account exists already"),
    over=lambda _: AccountClosed("the account is closed"),
)
open_account = partial(in_use, _ACCOUNT)
"""The account, if it is in use; raises `NotFound` if there is none, `AccountClosed` if it is not."""

DECIDER: Decider[State, Command] = opened_changed_ended(_ACCOUNT)
