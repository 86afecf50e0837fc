"""Sessions: from a sign-in to whatever ended it.

Rules upheld here:
- a session stands until it ends, its time is over (90 days at most), or its user is shut out, gets another password or
  is signed out everywhere: what begins an epoch of the user ends every session before;
- a caller acts in the roles that the user has now, whatever an access token says;
- a session knows by which ways its user has proven themselves in it, and when last: what a role or a command asks for
  beyond a session is measured by that.

```
none ──started──► running ──ended──► ended
                  └─confirmed─┘
```
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import TypeGuard, assert_never
from uuid import UUID

import msgspec

from domain.identity import ActiveUser
from domain.identity import State as UserState
from domain.shared.deciders import Decider
from domain.shared.errors import NotFound
from domain.shared.events import Event, event

LIFETIME_MAX = dt.timedelta(days=90)
RECENT = dt.timedelta(minutes=15)
"""How long a sign-in counts as recent."""


class SignInWay(StrEnum):
    """How somebody proved who they are."""

    PASSWORD = "password"  # noqa: S105 - the name of a way
    LINK = "link"
    COMMAND_LINE = "command_line"
    OIDC = "oidc"
    PASSKEY = "passkey"


SIGNED_OUT = "signed out"
"""Why a session was ended by whoever was in it."""

# Commands


class StartSession(msgspec.Struct, frozen=True, kw_only=True):
    """Begin a session of a user in this epoch of theirs, for at most `lifetime`.

    `proven_at` is when they proved who they are, where that was before; `address` what stands for where they are.
    """

    user_uid: UUID
    epoch: int
    way: SignInWay
    lifetime: dt.timedelta = LIFETIME_MAX
    proven_at: dt.datetime | None = None
    address: str | None = None


class EndSession(msgspec.Struct, frozen=True):
    """End a session; `because` says why in a few words, `address` what stands for where that was done."""

    because: str
    address: str | None = None


class ConfirmSession(msgspec.Struct, frozen=True):
    """Note that the user has proven themselves again, in a session that stands."""

    way: SignInWay


Command = StartSession | EndSession | ConfirmSession


# Events


@event("session.started.v1", by=StartSession)
class SessionStarted(Event, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody signed in. The session ends by itself at `expires_at`.

    `proven_at` tells when they proved who they are to a provider that let them in again by that. `address` is what
    stands for the network address that they came from.
    """

    user_uid: UUID
    epoch: int
    way: SignInWay
    started_at: dt.datetime
    expires_at: dt.datetime
    proven_at: dt.datetime | None = None
    address: str | None = None


@event("session.ended.v1", by=EndSession)
class SessionEnded(Event, frozen=True, omit_defaults=True):
    """A session of `user_uid` was ended; `address` stands for where somebody used a refresh token of it again."""

    because: str
    address: str | None = None
    user_uid: UUID | None = None


@event("session.confirmed.v1", by=ConfirmSession)
class SessionConfirmed(Event, frozen=True):
    """The user of a session proved themselves again."""

    way: SignInWay
    confirmed_at: dt.datetime


# States


class RunningSession(msgspec.Struct, frozen=True, kw_only=True):
    """A session that nothing but time has ended. `proofs` are the ways its user went in it, each with when last."""

    user_uid: UUID
    epoch: int
    expires_at: dt.datetime
    proofs: Mapping[SignInWay, dt.datetime]


State = RunningSession | SessionEnded | None
"""None before it began."""


# Rules


def decide(state: State, command: Command, now: dt.datetime) -> list[Event]:
    """What a command leads to; nothing where it already happened.

    Raises:
        NotFound: a session ends that never began, or one is confirmed that does not run.
    """
    match command:
        case StartSession():
            return [] if state else [_started(command, now)]
        case EndSession(because, address):
            if state is None:
                raise NotFound("There is no such session.")
            if isinstance(state, SessionEnded):
                return []
            return [SessionEnded(because, address, state.user_uid)]
        case ConfirmSession(way):
            if not isinstance(state, RunningSession):
                raise NotFound("There is no such session.")
            return [SessionConfirmed(way, now)]
        case _:
            assert_never(command)


def _started(command: StartSession, now: dt.datetime) -> SessionStarted:
    return SessionStarted(
        user_uid=command.user_uid,
        epoch=command.epoch,
        way=command.way,
        started_at=now,
        expires_at=now + min(command.lifetime, LIFETIME_MAX),
        proven_at=command.proven_at,
        address=command.address,
    )


def stands(
    session: State, user_uid: UUID, user: UserState, now: dt.datetime
) -> TypeGuard[RunningSession]:
    """Whether this is a session of the user, who may sign in, and it is not over."""
    return (
        isinstance(session, RunningSession)
        and isinstance(user, ActiveUser)
        and session.user_uid == user_uid
        and session.epoch == user.epoch
        and now < session.expires_at
    )


def is_proven(
    session: RunningSession, asked: Iterable[frozenset[SignInWay]], since: dt.datetime
) -> bool:
    """Whether the user went, since then, one of the ways of each set; whoever holds the machine needs no more."""
    gone = {way for way, at in session.proofs.items() if at >= since}
    return all(gone & (ways | {SignInWay.COMMAND_LINE}) for ways in asked)


# Evolution


def evolve(state: State, fact: Event) -> State:
    """The state after a fact; facts that do not follow leave it as it is."""
    match state, fact:
        case None, SessionStarted(way=way, started_at=at):
            return RunningSession(
                user_uid=fact.user_uid,
                epoch=fact.epoch,
                expires_at=fact.expires_at,
                proofs={way: fact.proven_at or at},
            )
        case RunningSession(proofs=proofs), SessionConfirmed(way, at):
            return msgspec.structs.replace(state, proofs={**proofs, way: at})
        case RunningSession(), SessionEnded():
            return fact
        case _:
            return state


DECIDER: Decider[State, Command] = Decider(None, decide, evolve)
