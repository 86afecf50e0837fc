"""The ways beside a password by which a user signs in: passkeys, and who they are to the firm's identity provider.

Rules upheld here:
- a user has at most ten passkeys; their keys and counters lie beside the log, as hashes of passwords do;
- whom the provider names is pinned to a user when they first sign in by it: nobody else of the provider is that user
  from then on, nor they another user, until an operator has the user's ways forgotten.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import assert_never
from uuid import UUID

import msgspec

from domain.shared.deciders import Decider
from domain.shared.errors import Forbidden, Refused
from domain.shared.events import Event, event
from domain.shared.ids import derived
from domain.shared.rules import clean_text

PASSKEYS_MAX = 10
NAME_LENGTH_MAX = 60


class Subject(msgspec.Struct, frozen=True):
    """Somebody as a provider names them: its address, and a name of its own that never becomes another's."""

    issuer: str
    subject: str


# Commands


class AddPasskey(msgspec.Struct, frozen=True):
    """Let the user sign in with another passkey, under a name by which they know it."""

    user_uid: UUID
    passkey_uid: UUID
    name: str


class RemovePasskey(msgspec.Struct, frozen=True):
    """Let the user sign in with a passkey no more; `because` says why in a few words."""

    passkey_uid: UUID
    because: str


class PinSubject(msgspec.Struct, frozen=True):
    """Take whom the provider names to be this user."""

    user_uid: UUID
    subject: Subject


class ForgetWays(msgspec.Struct, frozen=True):
    """Let the user begin anew: without passkeys, and unknown to the provider."""


Command = AddPasskey | RemovePasskey | PinSubject | ForgetWays


# Events


@event("sign_in_ways.passkey_added.v1", by=AddPasskey)
class PasskeyAdded(Event, frozen=True):
    """A user can sign in with another passkey."""

    user_uid: UUID
    passkey_uid: UUID
    name: str


@event("sign_in_ways.passkey_removed.v1", by=RemovePasskey)
class PasskeyRemoved(Event, frozen=True):
    """A user can sign in with a passkey no more."""

    passkey_uid: UUID
    because: str


@event("sign_in_ways.subject_pinned.v1", by=PinSubject)
class SubjectPinned(Event, frozen=True):
    """A user is known to the provider as this subject."""

    user_uid: UUID
    subject: Subject


@event("sign_in_ways.forgotten.v1", by=ForgetWays)
class WaysForgotten(Event, frozen=True):
    """A user has none of these ways any more."""


# State


class KnownWays(msgspec.Struct, frozen=True):
    """A user's passkeys with their names, and who the user is to the provider."""

    passkeys: Mapping[UUID, str] = {}
    subject: Subject | None = None


INITIAL = KnownWays()


# Refusals


class TooManyPasskeys(Refused, code="too_many_passkeys"):
    """The user has as many passkeys as anybody may have."""


class SubjectDiffers(Forbidden, code="identity_differs"):
    """The provider tells of another person than the one who is known here under this address."""


# Rules


def ways_uid(user_uid: UUID) -> UUID:
    """The stream of a user's ways."""
    return derived("ways of signing in", user_uid)


def decide(state: KnownWays, command: Command, now: datetime) -> list[Event]:  # noqa: ARG001
    """What a command leads to; nothing where it is already so.

    Raises:
        Invalid: the name of a passkey has not 1 to 60 characters that can be seen.
        TooManyPasskeys: there are ten.
        SubjectDiffers: the user is known to the provider as another subject.
    """
    match command:
        case AddPasskey(user_uid, passkey_uid, name):
            named = clean_text(name, NAME_LENGTH_MAX)
            if passkey_uid in state.passkeys:
                return []
            if len(state.passkeys) >= PASSKEYS_MAX:
                raise TooManyPasskeys(
                    f"You have {PASSKEYS_MAX} passkeys, and more are not kept: remove one that you do not use."
                )
            return [PasskeyAdded(user_uid, passkey_uid, named)]
        case RemovePasskey(passkey_uid, because):
            return [PasskeyRemoved(passkey_uid, because)] if passkey_uid in state.passkeys else []
        case PinSubject(user_uid, subject):
            if state.subject not in (None, subject):
                raise _differs()
            return [] if state.subject else [SubjectPinned(user_uid, subject)]
        case ForgetWays():
            return [] if state == INITIAL else [WaysForgotten()]
        case _:
            assert_never(command)


def _differs() -> SubjectDiffers:
    return SubjectDiffers(
        "Your identity provider tells of somebody else than before; an operator can have what was known forgotten."
    )


# Evolution


def evolve(state: KnownWays, fact: Event) -> KnownWays:
    """The state after a fact."""
    match fact:
        case PasskeyAdded(passkey_uid=uid, name=name):
            return msgspec.structs.replace(state, passkeys={**state.passkeys, uid: name})
        case PasskeyRemoved(passkey_uid=uid):
            left = {one: name for one, name in state.passkeys.items() if one != uid}
            return msgspec.structs.replace(state, passkeys=left)
        case SubjectPinned(subject=subject):
            return msgspec.structs.replace(state, subject=subject)
        case WaysForgotten():
            return INITIAL
        case _:
            return state


DECIDER: Decider[KnownWays, Command] = Decider(INITIAL, decide, evolve)
