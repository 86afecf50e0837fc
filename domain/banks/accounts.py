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

import datetime as dt
from typing import assert_never
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from domain.shared.account_numbers import AccountNumbers, check_numbers
from domain.shared.deciders import Decider
from domain.shared.errors import NotFound, Refused
from domain.shared.events import Event, event
from domain.shared.money import decimals_of
from domain.shared.rules import checked, clean_text

HOLDER_LENGTH_MAX = 70
"""Characters of a holder's name: what a payment order has room for (ISO 20022 `Nm`)."""

# Commands


class OpenAccount(msgspec.Struct, frozen=True, kw_only=True):
    """Open an account of a member; an IBAN comes checked by the registry, without spaces.

    `bank_id` and `bank_member_id` are the integer ids of what the uids name.
    """

    bank_uid: UUID
    bank_id: int
    member_uid: UUID
    bank_member_id: int
    holder: str
    currency: str
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
class BankAccountOpened(Event, frozen=True):
    """A member's account came into use."""

    bank_uid: UUID
    bank_id: int
    member_uid: UUID
    bank_member_id: int
    holder: str
    currency: str
    iban: str | None
    routing_number: str | None
    account_number: str | None


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


# States


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of an account."""

    bank_uid: UUID
    bank_id: int
    member_uid: UUID
    bank_member_id: int
    holder: str
    currency: str
    numbers: AccountNumbers


class NoAccount(msgspec.Struct, frozen=True):
    """Nothing happened on this stream."""


class OpenedAccount(msgspec.Struct, frozen=True):
    """The account is in use."""

    account: Account


class ClosedAccount(msgspec.Struct, frozen=True):
    """The account is out of use."""

    account: Account


State = NoAccount | OpenedAccount | ClosedAccount
INITIAL = NoAccount()


# Refusals


class AccountClosed(Refused):
    """The account is out of use."""

    default_code = "account_closed"


class AccountExists(Refused):
    """The account exists with other details."""

    default_code = "account_exists"


# Rules


def decide(state: State, command: Command, now: dt.datetime) -> list[Event]:  # noqa: ARG001
    """What the command leads to; nothing where it is so already.

    Raises:
        Invalid: a value breaks a rule.
        NotFound: there is no account to change or close.
        AccountClosed: it is out of use and would change.
        AccountExists: it would be opened again with other details.
    """
    match command:
        case OpenAccount():
            return _open(state, command)
        case ChangeAccount():
            return _change(open_account(state), command)
        case CloseAccount():
            return [] if isinstance(state, ClosedAccount) else _close(state)
        case _:
            assert_never(command)


def account_of(state: State) -> Account | None:
    """What is known of an account, in use or not; None if there never was one."""
    return None if isinstance(state, NoAccount) else state.account


def open_account(state: State) -> Account:
    """The account, if it is in use.

    Raises:
        NotFound: there is none.
        AccountClosed: it is out of use.
    """
    match state:
        case OpenedAccount(account):
            return account
        case ClosedAccount():
            raise AccountClosed("the account is closed")
        case NoAccount():
            raise NotFound("there is no such account")
        case _:
            assert_never(state)


def _open(state: State, command: OpenAccount) -> list[Event]:
    clean = _checked(Account(**msgspec.structs.asdict(command)))
    match state:
        case NoAccount():
            return [
                BankAccountOpened(
                    bank_uid=clean.bank_uid,
                    bank_id=clean.bank_id,
                    member_uid=clean.member_uid,
                    bank_member_id=clean.bank_member_id,
                    holder=clean.holder,
                    currency=clean.currency,
                    **msgspec.structs.asdict(clean.numbers),
                )
            ]
        case OpenedAccount(account) if account == clean:
            return []
        case _:
            raise AccountExists("the account exists already")


def _change(account: Account, command: ChangeAccount) -> list[Event]:
    new = msgspec.structs.replace(
        account,
        holder=account.holder if command.holder is UNSET else command.holder,
        numbers=account.numbers if command.numbers is UNSET else command.numbers,
    )
    clean = _checked(new)
    if clean == account:
        return []
    return [BankAccountChanged(holder=clean.holder, **msgspec.structs.asdict(clean.numbers))]


def _close(state: State) -> list[Event]:
    open_account(state)
    return [BankAccountClosed()]


def _checked(account: Account) -> Account:
    clean = checked(
        "the account",
        holder=(_holder, account.holder),
        currency=(decimals_of, account.currency),
    )
    numbers = check_numbers(account.numbers)
    return msgspec.structs.replace(account, holder=clean["holder"], numbers=numbers)


def _holder(name: str) -> str:
    return clean_text(name, HOLDER_LENGTH_MAX)


# Evolution


def evolve(state: State, fact: Event) -> State:
    """The state after a fact; facts that do not follow leave it as it is."""
    match state, fact:
        case NoAccount(), BankAccountOpened():
            return OpenedAccount(
                Account(
                    bank_uid=fact.bank_uid,
                    bank_id=fact.bank_id,
                    member_uid=fact.member_uid,
                    bank_member_id=fact.bank_member_id,
                    holder=fact.holder,
                    currency=fact.currency,
                    numbers=_numbers(fact),
                )
            )
        case OpenedAccount(account), BankAccountChanged():
            changed = msgspec.structs.replace(account, holder=fact.holder, numbers=_numbers(fact))
            return OpenedAccount(changed)
        case OpenedAccount(account), BankAccountClosed():
            return ClosedAccount(account)
        case _:
            return state


def _numbers(fact: BankAccountOpened | BankAccountChanged) -> AccountNumbers:
    return AccountNumbers(
        iban=fact.iban, routing_number=fact.routing_number, account_number=fact.account_number
    )


DECIDER: Decider[State, Command] = Decider(INITIAL, decide, evolve)
