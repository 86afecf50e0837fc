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

import datetime as dt
from typing import assert_never

import msgspec
from msgspec import UNSET, UnsetType

from domain.shared.deciders import Decider
from domain.shared.errors import NotFound, Refused
from domain.shared.events import Event, event
from domain.shared.money import decimals_of
from domain.shared.rules import checked, clean_text

# Commands


class OpenBank(msgspec.Struct, frozen=True, kw_only=True):
    """Open a bank. `iban` is the account its payments leave from, checked and without spaces."""

    name: str
    location: str
    currency: str
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


@event("bank.opened.v1")
class BankOpened(Event, frozen=True):
    """A bank came into use; `iban` is the account its payments leave from."""

    name: str
    location: str
    currency: str
    iban: str | None


@event("bank.changed.v1")
class BankChanged(Event, frozen=True):
    """A bank bears these details from now on."""

    name: str
    location: str
    iban: str | None


@event("bank.deactivated.v1")
class BankDeactivated(Event, frozen=True):
    """The bank went out of use."""


# States


class Bank(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a bank."""

    name: str
    location: str
    currency: str
    iban: str | None


class NoBank(msgspec.Struct, frozen=True):
    """Nothing happened on this stream."""


class OpenedBank(msgspec.Struct, frozen=True):
    """The bank is in use."""

    bank: Bank


class DeactivatedBank(msgspec.Struct, frozen=True):
    """The bank is out of use."""

    bank: Bank


State = NoBank | OpenedBank | DeactivatedBank
INITIAL = NoBank()


# Refusals


class BankInactive(Refused):
    """The bank is out of use."""

    default_code = "bank_inactive"


class AlreadyOpened(Refused):
    """The bank exists with other details."""

    default_code = "bank_already_opened"


# Rules


def decide(state: State, command: Command, now: dt.datetime) -> list[Event]:  # noqa: ARG001
    """What the command leads to; nothing where it is so already.

    Raises:
        Invalid: a value breaks a rule; one fault per value.
        NotFound: there is no bank to change or deactivate.
        BankInactive: it is out of use and would change.
        AlreadyOpened: it would be opened again with other details.
    """
    match command:
        case OpenBank():
            return _open(state, command)
        case ChangeBank():
            return _change(open_bank(state), command)
        case DeactivateBank():
            return [] if isinstance(state, DeactivatedBank) else _deactivate(state)
        case _:
            assert_never(command)


def bank_of(state: State) -> Bank | None:
    """What is known of a bank, in use or not; None if there never was one."""
    return None if isinstance(state, NoBank) else state.bank


def open_bank(state: State) -> Bank:
    """The bank, if it is in use.

    Raises:
        NotFound: there is none.
        BankInactive: it is out of use.
    """
    match state:
        case OpenedBank(bank):
            return bank
        case DeactivatedBank(bank):
            raise BankInactive(f"the bank {bank.name} is out of use")
        case NoBank():
            raise NotFound("there is no such bank")
        case _:
            assert_never(state)


def _open(state: State, command: OpenBank) -> list[Event]:
    wanted = _checked(command.name, command.location, command.iban, command.currency)
    match state:
        case NoBank():
            return [BankOpened(**msgspec.structs.asdict(wanted))]
        case OpenedBank(bank) if bank == wanted:
            return []
        case _:
            raise AlreadyOpened(f"the bank {state.bank.name} exists already")


def _change(bank: Bank, command: ChangeBank) -> list[Event]:
    given = {
        name: value for name, value in msgspec.structs.asdict(command).items() if value is not UNSET
    }
    new = msgspec.structs.replace(bank, **given)
    clean = _checked(new.name, new.location, new.iban, new.currency)
    if clean == bank:
        return []
    return [BankChanged(name=clean.name, location=clean.location, iban=clean.iban)]


def _deactivate(state: State) -> list[Event]:
    open_bank(state)
    return [BankDeactivated()]


def _checked(name: str, location: str, iban: str | None, currency: str) -> Bank:
    texts = checked(
        "the bank",
        name=(clean_text, name),
        location=(clean_text, location),
        currency=(decimals_of, currency),
    )
    return Bank(**{**texts, "currency": currency, "iban": iban})


# Evolution


def evolve(state: State, fact: Event) -> State:
    """The state after a fact; facts that do not follow leave it as it is."""
    match state, fact:
        case NoBank(), BankOpened():
            return OpenedBank(Bank(**msgspec.structs.asdict(fact)))
        case OpenedBank(bank), BankChanged():
            return OpenedBank(msgspec.structs.replace(bank, **msgspec.structs.asdict(fact)))
        case OpenedBank(bank), BankDeactivated():
            return DeactivatedBank(bank)
        case _:
            return state


DECIDER: Decider[State, Command] = Decider(INITIAL, decide, evolve)
