"""Number keys: which accounts of a bank have the same number, exactly, however many are opened at one moment.

Every number is a stream of its own. An account uses the key of its number when it is opened, and gives it back when it
is changed to another or closed; both happen in one append with the account's own event, so of two accounts with one
number one is the earlier, and the other knows it. Of one member two accounts may well have the same.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from hashlib import pbkdf2_hmac
from typing import assert_never
from uuid import UUID

import msgspec

from domain.shared.account_numbers import AccountNumbers, check_numbers, told_apart
from domain.shared.deciders import Decider
from domain.shared.errors import Invalid
from domain.shared.events import Event, event
from domain.shared.ids import derived

_ROUNDS = 10_000


class _OfAccount(msgspec.Struct, frozen=True, kw_only=True):
    bank_account_uid: UUID
    member_uid: UUID


# Commands


class UseNumber(_OfAccount, frozen=True, kw_only=True):
    """An account of this member has the number now."""


class ReleaseNumber(_OfAccount, frozen=True, kw_only=True):
    """It has it no more."""


# Events


@event("account_number.used.v1", by=UseNumber)
class AccountNumberUsed(_OfAccount, Event, frozen=True):
    """An account of this member has the number."""


@event("account_number.released.v1", by=ReleaseNumber)
class AccountNumberReleased(_OfAccount, Event, frozen=True):
    """It has it no more: it was changed or closed."""


# State


class NumberKey(msgspec.Struct, frozen=True):
    """The accounts with the number and their members, the earliest first."""

    holders: tuple[tuple[UUID, UUID], ...] = ()

    def of_another(self, member_uid: UUID) -> UUID | None:
        """The earliest account of somebody else."""
        return next((account for account, member in self.holders if member != member_uid), None)


# Rules


def number_uid(bank_uid: UUID, numbers: AccountNumbers) -> UUID | None:
    """The stream of these numbers at a bank; None if they name no account."""
    try:
        checked = check_numbers(numbers)
    except Invalid:
        return None
    return _uid(bank_uid, ":".join(it or "" for it in msgspec.structs.astuple(told_apart(checked))))


@lru_cache(maxsize=4_096)
def _uid(bank_uid: UUID, number: str) -> UUID:
    # Slow on purpose: ids of streams are shown where numbers are not, and there are not so many numbers to try.
    return derived(
        "account number", pbkdf2_hmac("sha256", number.encode(), bank_uid.bytes, _ROUNDS).hex()
    )


def decide(state: NumberKey, command: UseNumber | ReleaseNumber, now: datetime) -> Sequence[Event]:  # noqa: ARG001
    """What the command leads to; nothing where it is already so. A number refuses nobody."""
    of = {"bank_account_uid": command.bank_account_uid, "member_uid": command.member_uid}
    holds = (command.bank_account_uid, command.member_uid) in state.holders
    match command:
        case UseNumber():
            return [] if holds else [AccountNumberUsed(**of)]
        case ReleaseNumber():
            return [AccountNumberReleased(**of)] if holds else []
        case _:
            assert_never(command)


def evolve(state: NumberKey, fact: Event) -> NumberKey:
    """The state after a fact; facts that do not follow leave it as it is."""
    match fact:
        case AccountNumberUsed(bank_account_uid=account, member_uid=member):
            if (account, member) in state.holders:
                return state
            return NumberKey((*state.holders, (account, member)))
        case AccountNumberReleased(bank_account_uid=account):
            return NumberKey(tuple(one for one in state.holders if one[0] != account))
        case _:
            return state


DECIDER: Decider[NumberKey, UseNumber | ReleaseNumber] = Decider(NumberKey(), decide, evolve)
