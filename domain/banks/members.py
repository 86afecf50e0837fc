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

from functools import partial
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from domain.banks.people import Person, person_name
from domain.shared.deciders import Decider
from domain.shared.errors import Refused
from domain.shared.events import Event, event
from domain.shared.kits import Kind, Life, in_use, opened_again
from domain.shared.rules import normalised


class Member(Person, frozen=True, kw_only=True):
    """What is known of a member; `admitted_by` is None for the machine, and for who came before that was noted."""

    admitted_by: UUID | None = None


State = Life[Member]


# Commands


class AdmitMember(Member, frozen=True, kw_only=True):
    """Make a user a member of a bank; `admitted_by` is the user who does it."""


class ChangeMember(msgspec.Struct, frozen=True, kw_only=True):
    """Change what is given; the rest stays."""

    first_name: str | UnsetType = UNSET
    last_name: str | UnsetType = UNSET


class DeactivateMember(msgspec.Struct, frozen=True):
    """End a membership."""


Command = AdmitMember | ChangeMember | DeactivateMember


# Events


@event("bank_member.admitted.v1", by=AdmitMember)
class MemberAdmitted(Member, Event, frozen=True, omit_defaults=True):
    """A user became a member of a bank, or did so again."""


@event("bank_member.changed.v1", by=ChangeMember)
class MemberChanged(Event, frozen=True):
    """A member bears this name from now on."""

    first_name: str
    last_name: str


@event("bank_member.deactivated.v1", by=DeactivateMember)
class MemberDeactivated(Event, frozen=True):
    """The membership ended."""


# Refusals


class MemberInactive(Refused, code="member_inactive"):
    """The membership is over."""


class AlreadyMember(Refused, code="already_member"):
    """The user is a member of this bank under another name."""


# Rules


_MEMBER: Kind[Member, Command] = Kind(
    noun="member",
    value=Member,
    commands=(AdmitMember, ChangeMember, DeactivateMember),
    events=(MemberAdmitted, MemberChanged, MemberDeactivated),
    normal=lambda member: normalised(
        "the member", member, first_name=person_name, last_name=person_name
    ),
    taken=lambda member: AlreadyMember(f"{member.email} is a member of this bank already"),
    over=lambda _: MemberInactive("the membership is over"),
    noted=("admitted_by",),
)
active_member = partial(in_use, _MEMBER)
"""The member, if active; raises `NotFound` if there is none, `MemberInactive` if not."""

DECIDER: Decider[State, Command] = opened_again(_MEMBER)
