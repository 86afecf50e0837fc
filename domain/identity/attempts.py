"""Sign-ins that failed, and what stopped further ones.

Rules upheld here:
- of what is alike one is told in a quarter of an hour, so that nobody fills the log by guessing;
- what is tried with addresses that nobody is registered under is told on one stream, as that nobody;
- a network address is told by what stands for it, never by itself.
"""

import datetime as dt
from enum import StrEnum
from typing import assert_never
from uuid import UUID

import msgspec

from domain.shared.deciders import Decider
from domain.shared.events import Event, event
from domain.shared.ids import derived

WINDOW = dt.timedelta(minutes=15)
"""Of what is alike one is told in this time."""


class LimitedBy(StrEnum):
    """What was tried too often: a user from one place, a user on a known device, anybody from one address, or a user
    from everywhere they are not known."""

    PLACE = "place"
    DEVICE = "device"
    ADDRESS = "address"
    USER = "user"


# Commands


class NoteSignInFailure(msgspec.Struct, frozen=True, kw_only=True):
    """Write down that somebody could not prove to be this user; None for nobody's address."""

    user_uid: UUID | None
    address: str


class NoteSignInLock(msgspec.Struct, frozen=True, kw_only=True):
    """Write down that attempts are refused, and what was tried too often."""

    user_uid: UUID | None
    address: str
    limited_by: LimitedBy


Command = NoteSignInFailure | NoteSignInLock


# Events


@event("sign_in.failed.v1", by=NoteSignInFailure)
class SignInFailed(Event, frozen=True, kw_only=True):
    """Somebody could not prove to be this user: the first time in a quarter of an hour."""

    user_uid: UUID | None
    address: str
    failed_at: dt.datetime


@event("sign_in.locked.v1", by=NoteSignInLock)
class SignInLocked(Event, frozen=True, kw_only=True):
    """Attempts were refused since there were too many: the first time in a quarter of an hour."""

    user_uid: UUID | None
    address: str
    limited_by: LimitedBy
    locked_at: dt.datetime


class AttemptsTold(msgspec.Struct, frozen=True):
    """When a failure was told last, and a lock of each kind."""

    failed_at: dt.datetime | None = None
    locked_at: dict[LimitedBy, dt.datetime] = {}


def attempts_uid(user_uid: UUID | None) -> UUID:
    """The stream of a user's attempts, or of those with nobody's address."""
    return derived("sign-in attempts", user_uid or "nobody")


# Rules


def decide(state: AttemptsTold, command: Command, now: dt.datetime) -> list[Event]:
    """What a command leads to; nothing where the same was told a moment ago."""
    match command:
        case NoteSignInFailure(user_uid=user, address=address):
            fact = SignInFailed(user_uid=user, address=address, failed_at=now)
            return [] if _is_told(state.failed_at, now) else [fact]
        case NoteSignInLock(user_uid=user, address=address, limited_by=by):
            lock = SignInLocked(user_uid=user, address=address, limited_by=by, locked_at=now)
            return [] if _is_told(state.locked_at.get(by), now) else [lock]
        case _:
            assert_never(command)


def _is_told(at: dt.datetime | None, now: dt.datetime) -> bool:
    return at is not None and now < at + WINDOW


# Evolution


def evolve(state: AttemptsTold, fact: Event) -> AttemptsTold:
    """The state after a fact."""
    match fact:
        case SignInFailed(failed_at=at):
            return msgspec.structs.replace(state, failed_at=at)
        case SignInLocked(limited_by=by, locked_at=at):
            return msgspec.structs.replace(state, locked_at={**state.locked_at, by: at})
        case _:
            return state


DECIDER: Decider[AttemptsTold, Command] = Decider(AttemptsTold(), decide, evolve)
