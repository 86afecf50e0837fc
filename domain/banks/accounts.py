"""Bank accounts: where a member's money goes.

Rules upheld here:
- an account belongs to one member of one bank and holds one currency, from its opening to its closing;
- it is named either by an IBAN, or by a routing number and an account number (`domain.shared.account_numbers`);
- its holder is named in Latin letters, as banks write names in payment orders;
- a closed account stays as it is;
- its numbers and its holder are who is paid: a version, which each change of them follows by another (`payee_version`),
  with who made it, who confirmed it, and since when it is so;
- an account with the number of an earlier one of another member says so (`duplicate_of`).

```
no account ──opened──► open ──closed──► closed
                       │  ▲
                       └──┘ changed (the next payee version)
```
"""

import datetime as dt
from collections.abc import Sequence
from functools import partial
from typing import Any
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from domain.shared.account_numbers import AccountNumbers, check_numbers, told_apart
from domain.shared.deciders import Decider
from domain.shared.errors import Refused
from domain.shared.events import Event, event
from domain.shared.kits import Kind, Life, Open, in_use, opened_changed_ended
from domain.shared.latin import latin_name
from domain.shared.money import known_currency
from domain.shared.rules import normalised, of_same_fields

HOLDER_LENGTH_MAX = 70
"""Characters of a holder's name: what a payment order has room for (ISO 20022 `Nm`)."""


class MadeBy(msgspec.Struct, frozen=True, kw_only=True):
    """The users who brought a payee version about: None for the machine, and for what nobody noted at the time."""

    made_by: UUID | None = None
    confirmed_by: UUID | None = None


class _Owned(MadeBy, frozen=True, kw_only=True):
    bank_uid: UUID
    bank_id: int
    member_uid: UUID
    bank_member_id: int
    holder: str
    currency: str


class _Details(_Owned, frozen=True, kw_only=True):
    iban: str | None
    routing_number: str | None
    account_number: str | None
    payee_since: dt.datetime | None = None
    duplicate_of: UUID | None = None


class BankAccount(_Details, frozen=True, kw_only=True):
    """What is known of an account; `bank_id` and `bank_member_id` are the integer ids of what the uids name.

    `payee_version` counts from 1; `payee_since` is None where the version is older than that it was noted.
    `duplicate_of` is an earlier account of another member with the same number. `payee_by` are the users through whose
    hands the numbers and the holder went that are paid now: who corrects a name takes nobody's hand out of the number.
    """

    payee_version: int = 1
    payee_by: frozenset[UUID] = frozenset()

    @property
    def numbers(self) -> AccountNumbers:
        """How the account is named to its bank."""
        return of_same_fields(AccountNumbers, self)


State = Life[BankAccount]


# Commands


class OpenAccount(_Owned, frozen=True, kw_only=True):
    """Open an account of a member; an IBAN comes checked by the registry, without spaces."""

    numbers: AccountNumbers
    duplicate_of: UUID | None = None


class ChangeAccount(MadeBy, frozen=True, kw_only=True):
    """Change what is given; `numbers` replaces how the account is named as a whole."""

    holder: str | UnsetType = UNSET
    numbers: AccountNumbers | UnsetType = UNSET
    duplicate_of: UUID | UnsetType | None = UNSET


class CloseAccount(msgspec.Struct, frozen=True):
    """Take an account out of use: no claim can name it any more."""


Command = OpenAccount | ChangeAccount | CloseAccount


# Events


@event("bank_account.opened.v1", by=OpenAccount)
class BankAccountOpened(_Details, Event, frozen=True, omit_defaults=True):
    """A member's account came into use, with its first payee version."""


@event("bank_account.changed.v1", by=ChangeAccount)
class BankAccountChanged(MadeBy, Event, frozen=True, kw_only=True, omit_defaults=True):
    """An account bears these details from now on: the next payee version."""

    holder: str
    iban: str | None
    routing_number: str | None
    account_number: str | None
    payee_since: dt.datetime | None = None
    duplicate_of: UUID | None = None


@event("bank_account.closed.v1", by=CloseAccount)
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
    holder = partial(latin_name, length_max=HOLDER_LENGTH_MAX)
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
    noted=("made_by", "confirmed_by", "payee_since", "payee_version", "payee_by", "duplicate_of"),
)
open_account = partial(in_use, _ACCOUNT)
"""The account, if it is in use; raises `NotFound` if there is none, `AccountClosed` if it is not."""

_LIFE = opened_changed_ended(_ACCOUNT)


def decide(state: State, command: Command, now: dt.datetime) -> Sequence[Event]:
    """What the command leads to; raises as `domain.shared.kits.opened_changed_ended`."""
    return [
        fact
        if isinstance(fact, BankAccountClosed)
        else msgspec.structs.replace(fact, payee_since=now)
        for fact in _LIFE.decide(state, command, now)
    ]


def evolve(state: State, fact: Event) -> State:
    """The state after a fact; facts that do not follow leave it as it is."""
    after = _LIFE.evolve(state, fact)
    if not isinstance(after, Open) or after is state:
        return after
    now, version = after.value, 1
    hands = frozenset(filter(None, (now.made_by, now.confirmed_by)))
    if isinstance(state, Open):
        was, version = state.value, state.value.payee_version + 1
        is_same = told_apart(was.numbers) == told_apart(now.numbers)
        hands |= was.payee_by if is_same else frozenset()
    return Open(msgspec.structs.replace(now, payee_version=version, payee_by=hands))


DECIDER: Decider[State, Command] = Decider(_LIFE.initial, decide, evolve)
