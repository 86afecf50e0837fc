"""Delegations: an administrator lends another one their limit, from a day to a day.

Rules upheld here:
- only they themselves lend it, to one other at a time, and for 92 days at most; both days count whole, in UTC;
- what is lent is what they may decide themselves: `domain.reimbursements.words` says where that counts;
- it is lent as long as both are the administrators that they were: who is appointed anew lends, and is lent, anew.

```
nothing lent ──delegated──► lent ──delegation_ended──► nothing lent
                            │  ▲
                            └──┘ delegated (to another, or for other days)
```
"""

import datetime as dt
from collections.abc import Sequence
from typing import assert_never
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType
from msgspec.structs import asdict

from domain.shared.deciders import Decider
from domain.shared.errors import Forbidden, Invalid
from domain.shared.events import Event, event
from domain.shared.ids import derived
from domain.shared.rules import checked, of_same_fields

DAYS_MAX = 92


class Delegation(msgspec.Struct, frozen=True, kw_only=True):
    """Who lends whom their limit, and when; the uids are those of administrators.

    `appointments` are how often both had been appointed by then, the lender first; unset where that was not noted.
    """

    bank_uid: UUID
    bank_id: int
    administrator_uid: UUID
    to: UUID
    starts_on: dt.date
    ends_on: dt.date
    appointments: tuple[int, int] | UnsetType = UNSET

    def holds(self, now: dt.datetime) -> bool:
        """Whether it is lent at this moment."""
        return self.starts_on <= now.astimezone(dt.UTC).date() <= self.ends_on


def delegation_uid(administrator_uid: UUID) -> UUID:
    """The stream of what an administrator lends."""
    return derived("delegation", administrator_uid)


# Commands


class Delegate(Delegation, frozen=True, kw_only=True):
    """Lend it."""


class EndDelegation(msgspec.Struct, frozen=True):
    """Lend it no longer; `by` is the administrator who says so."""

    by: UUID


Command = Delegate | EndDelegation


# Events


@event("bank_administrator.delegated.v1", by=Delegate)
class AdministratorDelegated(Delegation, Event, frozen=True):
    """An administrator lent another one their limit."""


@event("bank_administrator.delegation_ended.v1", by=EndDelegation)
class DelegationEnded(Event, frozen=True):
    """It is lent no longer."""


# Refusals


class NotTheirs(Forbidden, code="not_yours_to_lend"):
    """Somebody would dispose of another's limit."""


# Rules


def decide(state: Delegation | None, command: Command, now: dt.datetime) -> Sequence[Event]:
    """What the command leads to; nothing where it is so already.

    Raises:
        Invalid: one fault per value that breaks a rule.
        NotTheirs: it is somebody else's.
    """
    match command:
        case Delegate():
            _check(command, now.astimezone(dt.UTC).date())
            same = state is not None and asdict(state) == asdict(command)
            return [] if same else [of_same_fields(AdministratorDelegated, command)]
        case EndDelegation(by=by):
            if state is None:
                return []
            if state.administrator_uid != by:
                raise NotTheirs("Only whoever lends a limit takes it back.")
            return [DelegationEnded()]
        case _:
            assert_never(command)


def _check(command: Delegate, today: dt.date) -> None:
    checked(
        "the delegation",
        to=(lambda to: _another(to, command.administrator_uid), command.to),
        ends_on=(lambda day: _last_day(day, command.starts_on, today), command.ends_on),
    )


def _another(to: UUID, own: UUID) -> None:
    if to == own:
        raise Invalid("another administrator was expected", code="oneself")


def _last_day(day: dt.date, first: dt.date, today: dt.date) -> None:
    earliest = max(first, today)
    latest = dt.date.fromordinal(min(first.toordinal() + DAYS_MAX - 1, dt.date.max.toordinal()))
    if not earliest <= day <= latest:
        raise Invalid(
            f"a day from {earliest} to {latest} was expected, got {day}", code="date_out_of_range"
        )


def evolve(state: Delegation | None, fact: Event) -> Delegation | None:
    """The state after a fact: what is lent; None if nothing is."""
    match fact:
        case AdministratorDelegated():
            return of_same_fields(Delegation, fact)
        case DelegationEnded():
            return None
        case _:
            return state


DECIDER: Decider[Delegation | None, Command] = Decider(None, decide, evolve)
