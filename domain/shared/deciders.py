"""What a context's rules are, as data."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Generic, TypeVar

import msgspec

from domain.shared.events import Event

State = TypeVar("State")
Command = TypeVar("Command")


class Decider(msgspec.Struct, Generic[State, Command], frozen=True):
    """A context's rules as data: how a stream's life begins, what a command leads to, what an event changes."""

    initial: State
    decide: Callable[[State, Command, datetime], Sequence[Event]]
    evolve: Callable[[State, Event], State]
