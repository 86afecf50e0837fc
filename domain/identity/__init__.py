"""Users: who may sign in, for which bank, and in which roles.

Rules upheld here:
- an e-mail address names one user, however it is written (`addresses.py`): the user's uid follows from it;
- members, administrators and auditors belong to exactly one bank, which stays theirs; an operator belongs to none, and
  has no other role;
- an auditor of the firm belongs to none either, and has no other role: who registers one says so, since leaving out
  the bank of an auditor must not show them every bank;
- a user without roles, or who was deactivated, cannot sign in; deactivation is final;
- passwords never come near the log: it only says that one was changed, and that a link was issued to choose one with;
- of the links issued to a user only the newest is good, for 24 hours and for one password;
- another password, and an operator who says so, end every session that began before (`epoch`).
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import assert_never
from uuid import UUID

import msgspec

from domain.identity.addresses import normal_email
from domain.shared.deciders import Decider
from domain.shared.errors import Fault, Invalid, NotFound, Refused
from domain.shared.events import Event, event
from domain.shared.ids import derived
from domain.shared.roles import Role
from domain.shared.rules import clean_text, fault_of

NAME_LENGTH_MAX = 200
PASSWORD_LENGTH_MIN, PASSWORD_LENGTH_MAX = 12, 128
LINK_LIFETIME = dt.timedelta(hours=24)
LINK_VOID = (
    "This link is not good any more: it was used, 24 hours have passed, or a newer one was sent. An operator can send "
    "another."
)


# Commands


class RegisterUser(msgspec.Struct, frozen=True, kw_only=True):
    """Let somebody new in; who `is_invited` chooses a password by a link. The stream is that of `user_uid(email)`.

    `of_firm` says that an auditor is to have no bank.
    """

    email: str
    name: str
    bank_uid: UUID | None
    roles: frozenset[Role]
    of_firm: bool = False
    is_invited: bool = False


class AdmitUser(msgspec.Struct, frozen=True, kw_only=True):
    """Give somebody one role at a bank, registering and inviting them if they are new.

    Who was invited and let the link run out is invited again.
    """

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


class ResetPassword(msgspec.Struct, frozen=True):
    """Issue a link to choose another password with, and end every session."""


class RedeemLink(msgspec.Struct, frozen=True):
    """Choose a password with the link of this number."""

    number: int


class EndSessions(msgspec.Struct, frozen=True):
    """End every session that has begun so far."""


Command = (
    RegisterUser
    | AdmitUser
    | WithdrawRole
    | DeactivateUser
    | NotePasswordChange
    | ResetPassword
    | RedeemLink
    | EndSessions
)


# Events


@event("user.registered.v1", by=(RegisterUser, AdmitUser))
class UserRegistered(Event, frozen=True):
    """Somebody became a user."""

    email: str
    name: str
    bank_uid: UUID | None
    roles: tuple[Role, ...]


@event("user.roles_changed.v1", by=(AdmitUser, WithdrawRole))
class UserRolesChanged(Event, frozen=True):
    """From now on a user has these roles and no others."""

    roles: tuple[Role, ...]


@event("user.deactivated.v1", by=DeactivateUser)
class UserDeactivated(Event, frozen=True):
    """A user was shut out."""


@event("user.password_changed.v1", by=(NotePasswordChange, RedeemLink))
class UserPasswordChanged(Event, frozen=True):
    """A user has another password."""


@event("user.password_link_issued.v1", by=(RegisterUser, AdmitUser, ResetPassword))
class PasswordLinkIssued(Event, frozen=True, kw_only=True):
    """A user may choose a password by a link, the first, second … of theirs; those before are void.

    With `is_reset` the password they had and every session that began before are void as well.
    """

    number: int
    expires_at: dt.datetime
    is_reset: bool


@event("user.sessions_ended.v1", by=EndSessions)
class UserSessionsEnded(Event, frozen=True):
    """Every session of a user that began before has ended."""


# States


class NoUser(msgspec.Struct, frozen=True):
    """Nobody is registered under this address."""


class ActiveUser(msgspec.Struct, frozen=True, kw_only=True):
    """A user who can sign in, as long as there is a role left.

    `links` counts those issued, of which `link` still waits to be used. `epoch` counts what ended all sessions: one
    that began in an earlier epoch is over.
    """

    email: str
    name: str
    bank_uid: UUID | None
    roles: frozenset[Role]
    links: int = 0
    link: PasswordLinkIssued | None = None
    epoch: int = 0


class DeactivatedUser(msgspec.Struct, frozen=True):
    """A user who was shut out."""

    email: str


State = NoUser | ActiveUser | DeactivatedUser
INITIAL = NoUser()


# Refusals


class WeakPassword(Invalid, code="weak_password"):
    """A password that is easily guessed."""


class EmailTaken(Refused, code="email_taken"):
    """Somebody is registered under this address already."""


class BelongsElsewhere(Refused, code="belongs_elsewhere"):
    """The user belongs to another bank, or to none as operators and auditors of the firm do."""


class UserIsDeactivated(Refused, code="user_deactivated"):
    """The user was deactivated, which is final."""


class LinkVoid(Refused, code="password_link_void"):
    """A link was used, ran out, or was followed by a newer one."""


# Rules


def decide(state: State, command: Command, now: dt.datetime) -> list[Event]:
    """What a command leads to.

    Raises:
        Invalid: the address, the name or the roles break a rule; one fault per value.
        EmailTaken: registering an address that is somebody's already.
        BelongsElsewhere: admitting somebody to a second bank.
        UserIsDeactivated: admitting somebody who was shut out, or resetting their password.
        LinkVoid: the link is not good any more.
        NotFound: there is no such user.
    """
    match command:
        case RegisterUser():
            return _register(state, command, now)
        case AdmitUser():
            return _admit(state, command, now)
        case WithdrawRole(role):
            active = _existing(state)
            return [_roles(active.roles - {role})] if active and role in active.roles else []
        case DeactivateUser():
            return [UserDeactivated()] if _existing(state) else []
        case NotePasswordChange():
            return [UserPasswordChanged()] if _existing(state) else []
        case ResetPassword():
            return [_link(_active(state), now, is_reset=True)]
        case RedeemLink(number):
            return _redeem(state, number, now)
        case EndSessions():
            return [UserSessionsEnded()] if _existing(state) else []
        case _:
            assert_never(command)


def _register(state: State, command: RegisterUser, now: dt.datetime) -> list[Event]:
    registered = _registered(command, command.roles, of_firm=command.of_firm)
    new = _state_of(registered)
    if isinstance(state, NoUser):
        return [registered, _link(new, now)] if command.is_invited else [registered]
    if isinstance(state, ActiveUser) and _told(state) == _told(new):
        return _invited_again(state, now)
    raise EmailTaken(
        f"somebody is registered as {registered.email} already", email=registered.email
    )


def _told(state: ActiveUser) -> tuple[object, ...]:
    return state.email, state.name, state.bank_uid, state.roles


def _admit(state: State, command: AdmitUser, now: dt.datetime) -> list[Event]:
    roles = frozenset({command.role})
    registered = _registered(command, roles)
    match state:
        case NoUser():
            return [registered, _link(_state_of(registered), now)]
        case ActiveUser(bank_uid=bank_uid) if bank_uid != command.bank_uid:
            raise BelongsElsewhere(f"{state.email} does not belong to this bank", email=state.email)
        case ActiveUser():
            given = [] if command.role in state.roles else [_roles(state.roles | roles)]
            return [*given, *_invited_again(state, now)]
        case DeactivatedUser():
            raise _deactivated(state)
        case _:
            assert_never(state)


def _link(user: ActiveUser, now: dt.datetime, *, is_reset: bool = False) -> PasswordLinkIssued:
    return PasswordLinkIssued(
        number=user.links + 1, expires_at=now + LINK_LIFETIME, is_reset=is_reset
    )


def _invited_again(user: ActiveUser, now: dt.datetime) -> list[Event]:
    """Another link for who never used theirs; as long as that is good, it is the only one."""
    is_over = user.link is not None and user.link.expires_at <= now
    return [_link(user, now)] if is_over else []


def _redeem(state: State, number: int, now: dt.datetime) -> list[Event]:
    link = state.link if isinstance(state, ActiveUser) and state.roles else None
    if link is None or link.number != number or link.expires_at <= now:
        raise LinkVoid(LINK_VOID)
    return [UserPasswordChanged()]


def _active(state: State) -> ActiveUser:
    if isinstance(state, DeactivatedUser):
        raise _deactivated(state)
    if isinstance(state, NoUser):
        raise NotFound("There is no such user.")
    return state


def _deactivated(state: DeactivatedUser) -> UserIsDeactivated:
    return UserIsDeactivated(f"{state.email} was deactivated", email=state.email)


def _existing(state: State) -> ActiveUser | None:
    """The user if active, None if deactivated; `NotFound` if nobody was ever registered."""
    if isinstance(state, NoUser):
        raise NotFound("There is no such user.")
    return state if isinstance(state, ActiveUser) else None


def _roles(roles: Iterable[Role]) -> UserRolesChanged:
    return UserRolesChanged(roles=tuple(sorted(roles)))


def _registered(
    command: RegisterUser | AdmitUser, roles: frozenset[Role], *, of_firm: bool = False
) -> UserRegistered:
    email, name, bank_uid = command.email, command.name, command.bank_uid
    found = (fault_of("email", normal_email, email), fault_of("name", _normal_name, name))
    faults = [*filter(None, found), *_role_faults(bank_uid, roles, of_firm=of_firm)]
    if faults:
        fields = ", ".join(str(fault.pointer).removeprefix("/") for fault in faults)
        raise Invalid(f"the user cannot be registered: see {fields}", faults=faults)
    return UserRegistered(
        email=normal_email(email),
        name=_normal_name(name),
        bank_uid=bank_uid,
        roles=tuple(sorted(roles)),
    )


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
    try:
        return clean_text(name, NAME_LENGTH_MAX)
    except Invalid as error:
        raise Invalid(
            f"a name of 1 to {NAME_LENGTH_MAX} printable characters was expected: {error.detail}",
            code="name",
        ) from error


def _role_faults(
    bank_uid: UUID | None, roles: frozenset[Role], *, of_firm: bool
) -> Iterator[Fault]:
    if not roles:
        yield _at("roles", "no_role", "one role at least was expected")
    elif of_firm:
        yield from _firm_auditor_faults(bank_uid, roles)
    elif Role.OPERATOR in roles:
        if len(roles) > 1:
            yield _at("roles", "operator_alone", "an operator has no other role")
        if bank_uid is not None:
            yield _at("bank_uid", "operator_has_no_bank", "an operator belongs to no bank")
    elif bank_uid is None:
        told = f"a bank was expected: {', '.join(sorted(roles))} belongs to one"
        if roles == {Role.AUDITOR}:
            told += ", unless they are said to be of the firm"
        yield _at("bank_uid", "bank_missing", told)


def _firm_auditor_faults(bank_uid: UUID | None, roles: frozenset[Role]) -> Iterator[Fault]:
    if roles != {Role.AUDITOR}:
        told = "of the firm is only who audits and has no other role"
        yield _at("of_firm", "auditor_of_firm_alone", told)
    if bank_uid is not None:
        told = "an auditor of the firm belongs to no bank"
        yield _at("bank_uid", "auditor_of_firm_has_no_bank", told)


def _at(field: str, code: str, detail: str) -> Fault:
    return Fault(detail=detail, code=code, pointer=f"/{field}")


# Evolution


def evolve(state: State, fact: Event) -> State:
    """The state after a fact."""
    match fact:
        case UserRegistered():
            return _state_of(fact)
        case UserRolesChanged(roles=roles) if isinstance(state, ActiveUser):
            return msgspec.structs.replace(state, roles=frozenset(roles))
        case UserPasswordChanged() if isinstance(state, ActiveUser):
            return msgspec.structs.replace(state, link=None, epoch=state.epoch + 1)
        case PasswordLinkIssued(number=number) if isinstance(state, ActiveUser):
            epoch = state.epoch + fact.is_reset
            return msgspec.structs.replace(state, links=number, link=fact, epoch=epoch)
        case UserSessionsEnded() if isinstance(state, ActiveUser):
            return msgspec.structs.replace(state, epoch=state.epoch + 1)
        case UserDeactivated() if isinstance(state, ActiveUser):
            return DeactivatedUser(state.email)
        case _:
            return state


def _state_of(fact: UserRegistered) -> ActiveUser:
    return ActiveUser(
        email=fact.email, name=fact.name, bank_uid=fact.bank_uid, roles=frozenset(fact.roles)
    )


DECIDER: Decider[State, Command] = Decider(INITIAL, decide, evolve)
