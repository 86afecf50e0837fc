"""Administrators of a bank: the people who decide claims.

Rules upheld here:
- an administrator's id follows from the bank and the user, so nobody is an administrator twice;
- the e-mail names the user and stays; names and the limit may change;
- a limit is a positive amount of one currency: what is above it, or in another currency, takes a second administrator
  (`domain.reimbursements`); an administrator without a limit decides alone;
- nobody sets their own limit, neither by changing it nor by appointing themselves;
- a deactivated administrator can be appointed again, and is the same administrator then.

```
no administrator ──appointed──► active ──deactivated──► inactive
                        │ ▲  ▲                     │
                 changed└─┘  └──────appointed───────┘
```
"""

import datetime as dt
from decimal import Decimal
from typing import assert_never
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from domain.banks.people import person_name
from domain.shared.deciders import Decider
from domain.shared.errors import Forbidden, Invalid, NotFound, Refused
from domain.shared.events import Event, event
from domain.shared.money import CURRENCIES, decimals_of, exact_amount
from domain.shared.rules import checked

# Commands


class AppointAdministrator(msgspec.Struct, frozen=True, kw_only=True):
    """Make a user an administrator of a bank; `email` comes in its normal form, `by` is the user who does it."""

    bank_uid: UUID
    bank_id: int
    user_uid: UUID
    first_name: str
    last_name: str
    email: str
    currency: str
    approval_limit: Decimal | None = None
    by: UUID | None = None


class ChangeAdministrator(msgspec.Struct, frozen=True, kw_only=True):
    """Change what is given; the rest stays. `by` is the user who does it."""

    first_name: str | UnsetType = UNSET
    last_name: str | UnsetType = UNSET
    approval_limit: Decimal | UnsetType | None = UNSET
    currency: str | UnsetType = UNSET
    by: UUID | None = None


class DeactivateAdministrator(msgspec.Struct, frozen=True):
    """End an appointment."""


Command = AppointAdministrator | ChangeAdministrator | DeactivateAdministrator


# Events


@event("bank_administrator.appointed.v1")
class AdministratorAppointed(Event, frozen=True):
    """A user became an administrator of a bank, or did so again."""

    bank_uid: UUID
    bank_id: int
    user_uid: UUID
    first_name: str
    last_name: str
    email: str
    approval_limit: Decimal | None
    currency: str


@event("bank_administrator.changed.v1")
class AdministratorChanged(Event, frozen=True):
    """An administrator bears this name and has this limit from now on."""

    first_name: str
    last_name: str
    approval_limit: Decimal | None
    currency: str


@event("bank_administrator.deactivated.v1")
class AdministratorDeactivated(Event, frozen=True):
    """The appointment ended."""


# States


class Administrator(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of an administrator."""

    bank_uid: UUID
    bank_id: int
    user_uid: UUID
    first_name: str
    last_name: str
    email: str
    approval_limit: Decimal | None
    currency: str

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}"


class NoAdministrator(msgspec.Struct, frozen=True):
    """Nothing happened on this stream."""


class ActiveAdministrator(msgspec.Struct, frozen=True):
    """The administrator may decide claims."""

    administrator: Administrator


class InactiveAdministrator(msgspec.Struct, frozen=True):
    """The appointment is over."""

    administrator: Administrator


State = NoAdministrator | ActiveAdministrator | InactiveAdministrator
INITIAL = NoAdministrator()


# Refusals


class AdministratorInactive(Refused):
    """The appointment is over."""

    default_code = "administrator_inactive"


class AlreadyAdministrator(Refused):
    """The user is an administrator of this bank with another name or limit."""

    default_code = "already_administrator"


class OwnLimitForbidden(Forbidden):
    """Somebody would set their own limit."""

    default_code = "own_limit"


# Rules


def decide(state: State, command: Command, now: dt.datetime) -> list[Event]:  # noqa: ARG001
    """What the command leads to; nothing where it is so already.

    Raises:
        Invalid: a name or the limit breaks a rule; one fault per value.
        NotFound: there is no administrator to change or deactivate.
        AdministratorInactive: the appointment is over and would change.
        AlreadyAdministrator: the user would be appointed again with another name or limit.
        OwnLimitForbidden: somebody would set their own limit.
    """
    match command:
        case AppointAdministrator():
            return _appoint(state, command)
        case ChangeAdministrator():
            return _change(active_administrator(state), command)
        case DeactivateAdministrator():
            return [] if isinstance(state, InactiveAdministrator) else _deactivate(state)
        case _:
            assert_never(command)


def administrator_of(state: State) -> Administrator | None:
    """What is known of an administrator, in use or not; None if there never was one."""
    return None if isinstance(state, NoAdministrator) else state.administrator


def active_administrator(state: State) -> Administrator:
    """The administrator, if active.

    Raises:
        NotFound: there is none.
        AdministratorInactive: the appointment is over.
    """
    match state:
        case ActiveAdministrator(administrator):
            return administrator
        case InactiveAdministrator():
            raise AdministratorInactive("the appointment is over")
        case NoAdministrator():
            raise NotFound("there is no such administrator")
        case _:
            assert_never(state)


def _appoint(state: State, command: AppointAdministrator) -> list[Event]:
    wanted = _checked(_appointed(command))
    match state:
        case ActiveAdministrator(administrator) if administrator == wanted:
            return []
        case ActiveAdministrator(administrator):
            raise AlreadyAdministrator(
                f"{administrator.email} is an administrator of this bank already"
            )
        case NoAdministrator() | InactiveAdministrator():
            if command.by == command.user_uid:
                raise OwnLimitForbidden("nobody appoints themselves an administrator")
            return [AdministratorAppointed(**msgspec.structs.asdict(wanted))]
        case _:
            assert_never(state)


def _appointed(command: AppointAdministrator) -> Administrator:
    return Administrator(
        bank_uid=command.bank_uid,
        bank_id=command.bank_id,
        user_uid=command.user_uid,
        first_name=command.first_name,
        last_name=command.last_name,
        email=command.email,
        approval_limit=command.approval_limit,
        currency=command.currency,
    )


def _change(administrator: Administrator, command: ChangeAdministrator) -> list[Event]:
    given = {
        name: value
        for name, value in msgspec.structs.asdict(command).items()
        if value is not UNSET and name != "by"
    }
    clean = _checked(msgspec.structs.replace(administrator, **given))
    if clean == administrator:
        return []
    if command.by == administrator.user_uid and _limit_of(clean) != _limit_of(administrator):
        raise OwnLimitForbidden("nobody sets their own limit")
    return [
        AdministratorChanged(
            first_name=clean.first_name,
            last_name=clean.last_name,
            approval_limit=clean.approval_limit,
            currency=clean.currency,
        )
    ]


def _limit_of(administrator: Administrator) -> tuple[Decimal | None, str]:
    return administrator.approval_limit, administrator.currency


def _deactivate(state: State) -> list[Event]:
    active_administrator(state)
    return [AdministratorDeactivated()]


def _checked(administrator: Administrator) -> Administrator:
    values = checked(
        "the administrator",
        first_name=(person_name, administrator.first_name),
        last_name=(person_name, administrator.last_name),
        currency=(_currency, administrator.currency),
        approval_limit=(
            lambda limit: _limit(limit, administrator.currency),
            administrator.approval_limit,
        ),
    )
    return msgspec.structs.replace(administrator, **values)


def _currency(code: str) -> str:
    decimals_of(code)
    return code


def _limit(limit: Decimal | None, currency: str) -> Decimal | None:
    # An unknown currency is told once, by its own field.
    if limit is None or currency not in CURRENCIES:
        return None
    exact = exact_amount(limit, currency)
    if exact <= 0:
        raise Invalid(f"an amount above 0 was expected, got {limit}", code="not_positive")
    return exact


# Evolution


def evolve(state: State, fact: Event) -> State:
    """The state after a fact; facts that do not follow leave it as it is."""
    match state, fact:
        case NoAdministrator() | InactiveAdministrator(), AdministratorAppointed():
            return ActiveAdministrator(Administrator(**msgspec.structs.asdict(fact)))
        case ActiveAdministrator(administrator), AdministratorChanged():
            return ActiveAdministrator(
                msgspec.structs.replace(administrator, **msgspec.structs.asdict(fact))
            )
        case ActiveAdministrator(administrator), AdministratorDeactivated():
            return InactiveAdministrator(administrator)
        case _:
            return state


DECIDER: Decider[State, Command] = Decider(INITIAL, decide, evolve)
