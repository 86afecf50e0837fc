"""Profiles: what somebody confirmed that the files of one kind from one source are like.

Rules upheld here:
- there is one profile for each kind and source; confirming another one makes its next version;
- a run says which version it used, so what a file was read as can be told for ever.

```
nothing ──confirmed──► confirmed ──withdrawn──► withdrawn
                        └──┘ confirmed  ▲───────── confirmed
```
"""

import datetime as dt
from typing import assert_never
from uuid import UUID

import msgspec

from domain.shared.deciders import Decider
from domain.shared.errors import NotFound
from domain.shared.events import Event, event
from domain.shared.ids import derived
from domain.shared.kits import Ended, Nothing, Open


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """Of which files, and the options under which they are read, by name."""

    kind: str
    source: str
    options: dict[str, str]


# Commands


class ConfirmProfile(Profile, frozen=True, kw_only=True):
    """Let files of this kind and source be read so."""


class WithdrawProfile(msgspec.Struct, frozen=True):
    """Let nothing be taken for granted of such files any more."""


Command = ConfirmProfile | WithdrawProfile


# Events


@event("import.profile_confirmed.v1", by=ConfirmProfile)
class ProfileConfirmed(Profile, Event, frozen=True):
    """Somebody said that files of this kind and source are like this."""


@event("import.profile_withdrawn.v1", by=WithdrawProfile)
class ProfileWithdrawn(Event, frozen=True):
    """Nothing is taken for granted of such files any more."""


State = Nothing | Open[ProfileConfirmed] | Ended[ProfileConfirmed]


# Rules


def profile_uid(kind: str, source: str) -> UUID:
    """The stream of the profile of a kind and a source in its normal form."""
    return derived("import profile", kind, source)


def decide(state: State, command: Command, now: dt.datetime) -> list[Event]:  # noqa: ARG001
    """What the command leads to; nothing where it is so already.

    Raises:
        NotFound: there is no profile to withdraw.
    """
    match command:
        case ConfirmProfile():
            fact = ProfileConfirmed(**msgspec.structs.asdict(command))
            return [] if isinstance(state, Open) and state.value == fact else [fact]
        case WithdrawProfile():
            if isinstance(state, Nothing):
                raise NotFound("there is no such profile")
            return [ProfileWithdrawn()] if isinstance(state, Open) else []
        case _:
            assert_never(command)


def evolve(state: State, fact: Event) -> State:
    """The state after a fact; facts that do not follow leave it as it is."""
    match fact:
        case ProfileConfirmed():
            return Open(fact)
        case ProfileWithdrawn() if isinstance(state, Open):
            return Ended(state.value)
        case _:
            return state


DECIDER: Decider[State, Command] = Decider(Nothing(), decide, evolve)
