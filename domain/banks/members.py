"""Members of a bank: the people who submit claims.

Rules upheld here:
- a member's id follows from the bank and the user, so nobody is a member twice;
- the e-mail names the user and stays; names may change;
- a deactivated member can be admitted again, and is the same member then.

```
no member ──admitted──► active ──deactivated──► inactive
                        │ ▲  ▲                     │
                 changed└─┘  └──────admitted───────┘
```
"""

import datetime as dt
from typing import assert_never
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from domain.banks.people import person_name
from domain.shared.deciders import Decider
from domain.shared.errors import NotFound, Refused
from domain.shared.events import Event, event
from domain.shared.rules import checked

# Commands


class AdmitMember(msgspec.Struct, frozen=True, kw_only=True):
    """Make a user a member of a bank; `email` comes in its normal form."""

    bank_uid: UUID
    bank_id: int
    user_uid: UUID
    first_name: str
    last_name: str
    email: str


class ChangeMember(msgspec.Struct, frozen=True, kw_only=True):
    """Change what is given; the rest stays."""

    first_name: str | UnsetType = UNSET
    last_name: str | UnsetType = UNSET


class DeactivateMember(msgspec.Struct, frozen=True):
    """End a membership."""


Command = AdmitMember | ChangeMember | DeactivateMember


# Events


@event("bank_member.admitted.v1")
class MemberAdmitted(Event, frozen=True):
    """A user became a member of a bank, or did so again."""

    bank_uid: UUID
    bank_id: int
    user_uid: UUID
    first_name: str
    last_name: str
    email: str


@event("bank_member.changed.v1")
class MemberChanged(Event, frozen=True):
    """A member bears this name from now on."""

    first_name: str
    last_name: str


@event("bank_member.deactivated.v1")
class MemberDeactivated(Event, frozen=True):
    """The membership ended."""


# States


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a member."""

    bank_uid: UUID
    bank_id: int
    user_uid: UUID
    first_name: str
    last_name: str
    email: str

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}"


class NoMember(msgspec.Struct, frozen=True):
    """Nothing happened on this stream."""


class ActiveMember(msgspec.Struct, frozen=True):
    """The member may submit claims."""

    member: Member


class InactiveMember(msgspec.Struct, frozen=True):
    """The membership is over."""

    member: Member


State = NoMember | ActiveMember | InactiveMember
INITIAL = NoMember()


# Refusals


class MemberInactive(Refused):
    """The membership is over."""

    default_code = "member_inactive"


class AlreadyMember(Refused):
    """The user is a member of this bank under another name."""

    default_code = "already_member"


# Rules


def decide(state: State, command: Command, now: dt.datetime) -> list[Event]:  # noqa: ARG001
    """What the command leads to; nothing where it is so already.

    Raises:
        Invalid: a name breaks a rule; one fault per name.
        NotFound: there is no member to change or deactivate.
        MemberInactive: the membership is over and would change.
        AlreadyMember: the user would be admitted again under another name.
    """
    match command:
        case AdmitMember():
            return _admit(state, command)
        case ChangeMember():
            return _change(active_member(state), command)
        case DeactivateMember():
            return [] if isinstance(state, InactiveMember) else _deactivate(state)
        case _:
            assert_never(command)


def member_of(state: State) -> Member | None:
    """What is known of a member, in use or not; None if there never was one."""
    return None if isinstance(state, NoMember) else state.member


def active_member(state: State) -> Member:
    """The member, if active.

    Raises:
        NotFound: there is none.
        MemberInactive: the membership is over.
    """
    match state:
        case ActiveMember(member):
            return member
        case InactiveMember():
            raise MemberInactive("the membership is over")
        case NoMember():
            raise NotFound("there is no such member")
        case _:
            assert_never(state)


def _admit(state: State, command: AdmitMember) -> list[Event]:
    wanted = _checked(Member(**msgspec.structs.asdict(command)))
    match state:
        case NoMember() | InactiveMember():
            return [MemberAdmitted(**msgspec.structs.asdict(wanted))]
        case ActiveMember(member) if member == wanted:
            return []
        case ActiveMember(member):
            raise AlreadyMember(f"{member.email} is a member of this bank already")
        case _:
            assert_never(state)


def _change(member: Member, command: ChangeMember) -> list[Event]:
    first = member.first_name if command.first_name is UNSET else command.first_name
    last = member.last_name if command.last_name is UNSET else command.last_name
    clean = _checked(msgspec.structs.replace(member, first_name=first, last_name=last))
    if clean == member:
        return []
    return [MemberChanged(first_name=clean.first_name, last_name=clean.last_name)]


def _deactivate(state: State) -> list[Event]:
    active_member(state)
    return [MemberDeactivated()]


def _checked(member: Member) -> Member:
    names = checked(
        "the member",
        first_name=(person_name, member.first_name),
        last_name=(person_name, member.last_name),
    )
    return msgspec.structs.replace(member, **names)


# Evolution


def evolve(state: State, fact: Event) -> State:
    """The state after a fact; facts that do not follow leave it as it is."""
    match state, fact:
        case NoMember() | InactiveMember(), MemberAdmitted():
            return ActiveMember(Member(**msgspec.structs.asdict(fact)))
        case ActiveMember(member), MemberChanged():
            return ActiveMember(msgspec.structs.replace(member, **msgspec.structs.asdict(fact)))
        case ActiveMember(member), MemberDeactivated():
            return InactiveMember(member)
        case _:
            return state


DECIDER: Decider[State, Command] = Decider(INITIAL, decide, evolve)
