"""Administrators of a bank: the people who decide claims.

Rules upheld here:
- an administrator's id follows from the bank and the user, so nobody is an administrator twice;
- the e-mail names the user and stays; names and the limit may change;
- a limit is a positive amount of one currency: what is above it, or in another currency, takes a second administrator
  (`domain.reimbursements`); an administrator without a limit decides alone;
- no administrator confers a higher limit than their own;
- nobody sets their own limit, neither by changing it nor by appointing themselves, nor by confirming either;
- a deactivated administrator can be appointed again, and is the same administrator then.

```
no administrator ──appointed──► active ──deactivated──► inactive
                                │ ▲  ▲                     │
                         changed└─┘  └──────appointed──────┘
```
"""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from functools import partial
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from domain.banks.people import Person, person_name
from domain.shared.deciders import Decider
from domain.shared.errors import Forbidden, Invalid, Refused
from domain.shared.events import Event, event
from domain.shared.kits import Kind, Life, Open, in_use, known, opened_again
from domain.shared.money import CURRENCIES, exact_amount, known_currency
from domain.shared.rules import normalised


class _Appointed(Person, frozen=True, kw_only=True):
    approval_limit: Decimal | None
    currency: str
    appointed_by: UUID | None = None
    confirmed_by: UUID | None = None


class Administrator(_Appointed, frozen=True, kw_only=True):
    """What is known of an administrator.

    `appointed_by`, `changed_by` and `confirmed_by` are the users who made them so, the last for what came last: None
    for the machine, and for what nobody noted at the time. `appointments` is how often they were appointed.
    """

    changed_by: UUID | None = None
    appointments: int = 1


State = Life[Administrator]
ActiveAdministrator = Open
"""The state of one who may decide claims."""


# Commands


class AppointAdministrator(_Appointed, frozen=True, kw_only=True):
    """Make a user an administrator of a bank."""

    approval_limit: Decimal | None = None


class ChangeAdministrator(msgspec.Struct, frozen=True, kw_only=True):
    """Change what is given; the rest stays. `changed_by` is the user who does it, `confirmed_by` who confirms it."""

    first_name: str | UnsetType = UNSET
    last_name: str | UnsetType = UNSET
    approval_limit: Decimal | UnsetType | None = UNSET
    currency: str | UnsetType = UNSET
    changed_by: UUID | None = None
    confirmed_by: UUID | None = None


class DeactivateAdministrator(msgspec.Struct, frozen=True):
    """End an appointment."""


Command = AppointAdministrator | ChangeAdministrator | DeactivateAdministrator


# Events


@event("bank_administrator.appointed.v1", by=AppointAdministrator)
class AdministratorAppointed(_Appointed, Event, frozen=True, omit_defaults=True):
    """A user became an administrator of a bank, or did so again."""


@event("bank_administrator.changed.v1", by=ChangeAdministrator)
class AdministratorChanged(Event, frozen=True, omit_defaults=True):
    """An administrator bears this name and has this limit from now on."""

    first_name: str
    last_name: str
    approval_limit: Decimal | None
    currency: str
    changed_by: UUID | None = None
    confirmed_by: UUID | None = None


@event("bank_administrator.deactivated.v1", by=DeactivateAdministrator)
class AdministratorDeactivated(Event, frozen=True):
    """The appointment ended."""


# Refusals


class AdministratorInactive(Refused, code="administrator_inactive"):
    """The appointment is over."""


class AlreadyAdministrator(Refused, code="already_administrator"):
    """The user is an administrator of this bank with another name or limit."""


class OwnLimitForbidden(Forbidden, code="own_limit"):
    """Somebody would set their own limit."""


class AboveOwnLimit(Forbidden, code="above_own_limit"):
    """An administrator would have another one decide alone more than they may themselves."""


# Rules


def decide(state: State, command: Command, now: dt.datetime) -> Sequence[Event]:
    """What the command leads to; nothing where it is so already.

    Raises:
        OwnLimitForbidden: somebody would set their own limit.
        DaybookError: as `domain.shared.kits.opened_again`.
    """
    facts = _APPOINTMENTS.decide(state, command, now)
    match state, command, facts:
        case _, AppointAdministrator(user_uid=appointed) as it, [_] if appointed in (
            it.appointed_by,
            it.confirmed_by,
        ):
            raise OwnLimitForbidden("nobody appoints themselves an administrator")
        case Open(was), ChangeAdministrator() as it, [AdministratorChanged() as will_be] if (
            was.user_uid in (it.changed_by, it.confirmed_by)
            and _limit_of(will_be) != _limit_of(was)
        ):
            raise OwnLimitForbidden("nobody sets their own limit")
        case _:
            return facts


def check_confers(by: Administrator, limit: Decimal | None, currency: str) -> None:
    """Go on only if an administrator may propose such a limit for another one.

    Raises:
        AboveOwnLimit: it is higher than their own, or in another currency.
    """
    if _is_higher(limit, currency, than=by):
        raise AboveOwnLimit(
            f"{by.name} decides alone up to {by.approval_limit} {by.currency}, and confers no higher limit than that.",
            own_limit=by.approval_limit,
            own_currency=by.currency,
        )


def is_raised(was: Administrator, change: ChangeAdministrator) -> bool:
    """Whether a change lets an administrator decide alone what they could not before."""
    return _is_higher(*limit_after(was, change), than=was)


def limit_after(was: Administrator, change: ChangeAdministrator) -> tuple[Decimal | None, str]:
    """Up to how much, in which currency, an administrator decides alone after a change."""
    limit, currency = change.approval_limit, change.currency
    return (
        was.approval_limit if limit is UNSET else limit,
        was.currency if currency is UNSET else currency,
    )


def _is_higher(limit: Decimal | None, currency: str, *, than: Administrator) -> bool:
    if than.approval_limit is None:
        return False
    return limit is None or currency != than.currency or limit > than.approval_limit


def _limit_of(it: Administrator | AdministratorChanged) -> tuple[Decimal | None, str]:
    return it.approval_limit, it.currency


def _normal(administrator: Administrator) -> Administrator:
    return normalised(
        "the administrator",
        administrator,
        first_name=person_name,
        last_name=person_name,
        currency=known_currency,
        approval_limit=lambda limit: _limit(limit, administrator.currency),
    )


def _limit(limit: Decimal | None, currency: str) -> Decimal | None:
    # An unknown currency is told once, by its own field.
    if limit is None or currency not in CURRENCIES:
        return None
    exact = exact_amount(limit, currency)
    if exact <= 0:
        raise Invalid(f"an amount above 0 was expected, got {limit}", code="not_positive")
    return exact


_ADMINISTRATOR: Kind[Administrator, Command] = Kind(
    noun="administrator",
    value=Administrator,
    commands=(AppointAdministrator, ChangeAdministrator, DeactivateAdministrator),
    events=(AdministratorAppointed, AdministratorChanged, AdministratorDeactivated),
    normal=_normal,
    taken=lambda it: AlreadyAdministrator(f"{it.email} is an administrator of this bank already"),
    over=lambda _: AdministratorInactive("the appointment is over"),
    noted=("appointed_by", "changed_by", "confirmed_by", "appointments"),
)
active_administrator = partial(in_use, _ADMINISTRATOR)
"""The administrator, if active; raises `NotFound` if there is none, `AdministratorInactive` if not."""

_APPOINTMENTS = opened_again(_ADMINISTRATOR)


def evolve(state: State, fact: Event) -> State:
    """The state after a fact; facts that do not follow leave it as it is."""
    was, after = known(state), _APPOINTMENTS.evolve(state, fact)
    if (
        was
        and isinstance(after, Open)
        and isinstance(fact, AdministratorAppointed)
        and after != state
    ):
        return Open(msgspec.structs.replace(after.value, appointments=was.appointments + 1))
    return after


DECIDER: Decider[State, Command] = Decider(_APPOINTMENTS.initial, decide, evolve)
