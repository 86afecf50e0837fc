"""Users: who may sign in, for which bank, and in which roles.

Rules upheld here:
- an e-mail address names one user, whatever its letters' case: the user's uid follows from it;
- members, administrators and auditors belong to exactly one bank, which stays theirs; an operator belongs to none, and
  has no other role;
- a user without roles, or who was deactivated, cannot sign in; deactivation is final;
- passwords never come near the log: it only says that one was changed.
"""

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from typing import assert_never
from uuid import UUID

import msgspec

from domain.shared.deciders import Decider
from domain.shared.errors import Fault, Invalid, NotFound, Refused
from domain.shared.events import Event, event
from domain.shared.ids import derived
from domain.shared.roles import Role
from domain.shared.rules import fault_of

EMAIL_LENGTH_MAX = 254
NAME_LENGTH_MAX = 200
PASSWORD_LENGTH_MIN, PASSWORD_LENGTH_MAX = 12, 128


# Commands


class RegisterUser(msgspec.Struct, frozen=True, kw_only=True):
    """Let somebody new in. The stream is that of `user_uid(email)`."""

    email: str
    name: str
    bank_uid: UUID | None
    roles: frozenset[Role]


class AdmitUser(msgspec.Struct, frozen=True, kw_only=True):
    """Give somebody one role at a bank, registering them if they are new."""

    email: str
    name: str
    bank_uid: UUID
    role: Role


class WithdrawRole(msgspec.Struct, frozen=True):
    """Take one role away; the user stays, even with none left."""

    role: Role


class DeactivateUser(msgspec.Struct, frozen=True):
    """Shut a user out for good."""


class NotePasswordChange(msgspec.Struct, frozen=True):
    """Write down that the password was changed, and nothing about it."""


Command = RegisterUser | AdmitUser | WithdrawRole | DeactivateUser | NotePasswordChange


# Events


@event("user.registered.v1")
class UserRegistered(Event, frozen=True):
    """Somebody became a user."""

    email: str
    name: str
    bank_uid: UUID | None
    roles: tuple[Role, ...]


@event("user.roles_changed.v1")
class UserRolesChanged(Event, frozen=True):
    """From now on a user has these roles and no others."""

    roles: tuple[Role, ...]


@event("user.deactivated.v1")
class UserDeactivated(Event, frozen=True):
    """A user was shut out."""


@event("user.password_changed.v1")
class UserPasswordChanged(Event, frozen=True):
    """A user has another password."""


# States


class NoUser(msgspec.Struct, frozen=True):
    """Nobody is registered under this address."""


class ActiveUser(msgspec.Struct, frozen=True, kw_only=True):
    """A user who can sign in, as long as there is a role left."""

    email: str
    name: str
    bank_uid: UUID | None
    roles: frozenset[Role]


class DeactivatedUser(msgspec.Struct, frozen=True):
    """A user who was shut out."""

    email: str


State = NoUser | ActiveUser | DeactivatedUser
INITIAL = NoUser()


# Refusals


class EmailTaken(Refused, code="email_taken"):
    """Somebody is registered under this address already."""


class BelongsElsewhere(Refused, code="belongs_elsewhere"):
    """The user belongs to another bank, or to none as operators do."""


class UserIsDeactivated(Refused, code="user_deactivated"):
    """The user was deactivated, which is final."""


# Rules


def decide(state: State, command: Command, now: dt.datetime) -> list[Event]:  # noqa: ARG001
    """What a command leads to.

    Raises:
        Invalid: the address, the name or the roles break a rule; one fault per value.
        EmailTaken: registering an address that is somebody's already.
        BelongsElsewhere: admitting somebody to a second bank.
        UserIsDeactivated: admitting somebody who was shut out.
        NotFound: there is no such user.
    """
    match command:
        case RegisterUser():
            return _register(state, command)
        case AdmitUser():
            return _admit(state, command)
        case WithdrawRole(role):
            active = _existing(state)
            return [_roles(active.roles - {role})] if active and role in active.roles else []
        case DeactivateUser():
            return [UserDeactivated()] if _existing(state) else []
        case NotePasswordChange():
            return [UserPasswordChanged()] if _existing(state) else []
        case _:
            assert_never(command)


def _register(state: State, command: RegisterUser) -> list[Event]:
    registered = _registered(command, command.roles)
    if isinstance(state, NoUser):
        return [registered]
    if isinstance(state, ActiveUser) and state == _state_of(registered):
        return []
    raise EmailTaken(
        f"somebody is registered as {registered.email} already", email=registered.email
    )


def _admit(state: State, command: AdmitUser) -> list[Event]:
    roles = frozenset({command.role})
    registered = _registered(command, roles)
    match state:
        case NoUser():
            return [registered]
        case ActiveUser(bank_uid=bank_uid) if bank_uid != command.bank_uid:
            raise BelongsElsewhere(f"{state.email} does not belong to this bank", email=state.email)
        case ActiveUser():
            return [] if command.role in state.roles else [_roles(state.roles | roles)]
        case DeactivatedUser():
            raise UserIsDeactivated(f"{state.email} was deactivated", email=state.email)
        case _:
            assert_never(state)


def _existing(state: State) -> ActiveUser | None:
    """The user if active, None if deactivated; `NotFound` if nobody was ever registered."""
    if isinstance(state, NoUser):
        raise NotFound("There is no such user.")
    return state if isinstance(state, ActiveUser) else None


def _roles(roles: Iterable[Role]) -> UserRolesChanged:
    return UserRolesChanged(roles=tuple(sorted(roles)))


def _registered(command: RegisterUser | AdmitUser, roles: frozenset[Role]) -> UserRegistered:
    email, name, bank_uid = command.email, command.name, command.bank_uid
    found = (fault_of("email", normal_email, email), fault_of("name", _normal_name, name))
    faults = [*filter(None, found), *_role_faults(bank_uid, roles)]
    if faults:
        fields = ", ".join(str(fault.pointer).removeprefix("/") for fault in faults)
        raise Invalid(f"the user cannot be registered: see {fields}", faults=faults)
    return UserRegistered(
        email=normal_email(email),
        name=_normal_name(name),
        bank_uid=bank_uid,
        roles=tuple(sorted(roles)),
    )


_EMAIL = re.compile(
    r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
)


def normal_email(email: str) -> str:
    """The address in its one form: trimmed and in small letters.

    Raises:
        Invalid: it is no address of the form `name@host.domain` in ASCII, or has more than 254 characters (`email`).
    """
    normal = email.strip().lower()
    local = normal.partition("@")[0]
    if len(normal) > EMAIL_LENGTH_MAX or len(local) > 64 or not _EMAIL.fullmatch(normal):
        raise Invalid(
            f"an e-mail address such as ada@harbour.example was expected, got {email[:80]!r}",
            code="email",
        )
    return normal


def user_uid(email: str) -> UUID:
    """The id of the user of an address; two users can never share one.

    Raises:
        Invalid: as `normal_email`.
    """
    return derived("user", normal_email(email))


def check_password(password: str) -> None:
    """Length is all that is asked of a password: rules about kinds of characters only make worse ones.

    Raises:
        Invalid: it has not 12 to 128 characters (`password_length`).
    """
    if not PASSWORD_LENGTH_MIN <= len(password) <= PASSWORD_LENGTH_MAX:
        raise Invalid(
            f"a password of {PASSWORD_LENGTH_MIN} to {PASSWORD_LENGTH_MAX} characters was expected, "
            f"got {len(password)}",
            code="password_length",
        )


def _normal_name(name: str) -> str:
    clean = " ".join(name.split())
    if 0 < len(clean) <= NAME_LENGTH_MAX and clean.isprintable():
        return clean
    raise Invalid(
        f"a name of 1 to {NAME_LENGTH_MAX} printable characters was expected", code="name"
    )


def _role_faults(bank_uid: UUID | None, roles: frozenset[Role]) -> Iterator[Fault]:
    def fault(field: str, code: str, detail: str) -> Fault:
        return Fault(detail=detail, code=code, pointer=f"/{field}")

    if not roles:
        yield fault("roles", "no_role", "one role at least was expected")
    elif Role.OPERATOR in roles:
        if len(roles) > 1:
            yield fault("roles", "operator_alone", "an operator has no other role")
        if bank_uid is not None:
            yield fault("bank_uid", "operator_has_no_bank", "an operator belongs to no bank")
    elif bank_uid is None:
        told = f"a bank was expected: {', '.join(sorted(roles))} belongs to one"
        yield fault("bank_uid", "bank_missing", told)


# Evolution


def evolve(state: State, fact: Event) -> State:
    """The state after a fact."""
    match fact:
        case UserRegistered():
            return _state_of(fact)
        case UserRolesChanged(roles=roles) if isinstance(state, ActiveUser):
            return msgspec.structs.replace(state, roles=frozenset(roles))
        case UserDeactivated() if isinstance(state, ActiveUser):
            return DeactivatedUser(state.email)
        case _:
            return state


def _state_of(fact: UserRegistered) -> ActiveUser:
    return ActiveUser(
        email=fact.email, name=fact.name, bank_uid=fact.bank_uid, roles=frozenset(fact.roles)
    )


DECIDER: Decider[State, Command] = Decider(INITIAL, decide, evolve)
