"""The two lives that most things have: "recorded once and stays", and "opened, changed, ended".

A context says its words, events and rules as data and gets its decider. What no other context has stays by hand in the
context's own module, around that decider; whose life has more phases writes all of it out.

```
nothing ──recorded──► recorded              nothing ──opened──► open ──ended──► ended
                                                                │  ▲              ┊
                                                                └──┘ changed      ┊ opened (`opened_again`)
                                                                ▲┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┘
```
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Generic, TypeVar, assert_never

import msgspec
from msgspec import UNSET

from domain.shared.deciders import Decider
from domain.shared.errors import NotFound, Refused
from domain.shared.events import Event
from domain.shared.rules import of_same_fields

Fact = TypeVar("Fact", bound=Event)
Value = TypeVar("Value", bound=msgspec.Struct)
Command = TypeVar("Command")


class Nothing(msgspec.Struct, frozen=True):
    """Nothing happened on this stream."""


class Recorded(msgspec.Struct, Generic[Fact], frozen=True):
    """It is in the book, where it stays as it is."""

    fact: Fact


class Open(msgspec.Struct, Generic[Value], frozen=True):
    """It is in use, and this is known of it."""

    value: Value


class Ended(msgspec.Struct, Generic[Value], frozen=True):
    """It is out of use; this was known of it."""

    value: Value


Life = Nothing | Open[Value] | Ended[Value]


# Recorded once and stays


def recorded_once(
    recorded: type[Fact], record: Callable[[Command], Fact]
) -> Decider[Nothing | Recorded[Fact], Command]:
    """The rules of what one command writes into the book: once, and quietly if it is there.

    Args:
        recorded: the event.
        record: the event that a command leads to; raises what stands against it.
    """

    def decide(state: Nothing | Recorded[Fact], command: Command, now: datetime) -> list[Event]:  # noqa: ARG001
        return [] if isinstance(state, Recorded) else [record(command)]

    def evolve(state: Nothing | Recorded[Fact], fact: Event) -> Nothing | Recorded[Fact]:
        if isinstance(state, Nothing) and isinstance(fact, recorded):
            return Recorded(fact)
        return state

    return Decider(Nothing(), decide, evolve)


# Opened, changed, ended


class Kind(msgspec.Struct, Generic[Value, Command], frozen=True, kw_only=True):
    """A kind of thing that is opened, changed and ended.

    Attributes:
        noun: its name in a sentence.
        value: what is known of one; the events have fields of the same names.
        commands, events: that open, change and end one. Where a command's field is not set, what is known stays.
        normal: what is known in its normal form; raises `Invalid`.
        taken: why it cannot be opened with other values.
        over: why it cannot be changed or used any more.
        said: what a command says, by field of `value`; other names in it are passed over.
        noted: fields of `value` that tell how it came about: what differs in them alone is the same.
    """

    noun: str
    value: type[Value]
    commands: tuple[type[Command], type[Command], type[Command]]
    events: tuple[type[Event], type[Event], type[Event]]
    normal: Callable[[Value], Value]
    taken: Callable[[Value], Refused]
    over: Callable[[Value], Refused]
    said: Callable[[Any], dict[str, Any]] = msgspec.structs.asdict
    noted: tuple[str, ...] = ()

    def is_same(self, one: Value, other: Value) -> bool:
        """Whether nothing differs but how both came about."""
        return (
            msgspec.structs.replace(one, **{it: getattr(other, it) for it in self.noted}) == other
        )


def opened_changed_ended(kind: Kind[Value, Command]) -> Decider[Life[Value], Command]:
    """The rules of such a kind. To open again with the same values, to change nothing and to end twice is quiet.

    A decision raises:
        Invalid: a value breaks a rule.
        NotFound: there is nothing to change or end.
        Refused: `taken` where it would be opened with other values, `over` where it has ended and would change.
    """
    return Decider(
        Nothing(),
        lambda state, command, _now: _decided(kind, state, command),
        lambda state, fact: _evolved(kind, state, fact),
    )


def opened_again(kind: Kind[Value, Command]) -> Decider[Life[Value], Command]:
    """As `opened_changed_ended`, but what has ended can be opened again, and is as new then."""
    opens, opened = kind.commands[0], kind.events[0]

    def as_new(state: Life[Value], is_opening: bool) -> Life[Value]:
        return Nothing() if is_opening and isinstance(state, Ended) else state

    return Decider(
        Nothing(),
        lambda state, it, _now: _decided(kind, as_new(state, isinstance(it, opens)), it),
        lambda state, fact: _evolved(kind, as_new(state, isinstance(fact, opened)), fact),
    )


def known(state: Life[Value]) -> Value | None:
    """What is known of it, in use or not; None if there never was one."""
    return None if isinstance(state, Nothing) else state.value


def in_use(kind: Kind[Value, Any], state: Life[Value]) -> Value:
    """What is known of it, if it is in use.

    Raises:
        NotFound: there is none.
        Refused: it has ended, as `kind.over` says.
    """
    match state:
        case Open(value):
            return value
        case Ended(value):
            raise kind.over(value)
        case Nothing():
            raise NotFound(f"there is no such {kind.noun}")
        case _:
            assert_never(state)


def _decided(kind: Kind[Value, Command], state: Life[Value], command: Command) -> list[Event]:
    opens, changes, _ends = kind.commands
    if isinstance(command, opens):
        return _opened(kind, state, kind.normal(kind.value(**_given(kind, command))))
    if isinstance(command, changes):
        value = in_use(kind, state)
        new = kind.normal(msgspec.structs.replace(value, **_given(kind, command)))
        return [] if kind.is_same(new, value) else [of_same_fields(kind.events[1], new)]
    if isinstance(state, Ended):
        return []
    in_use(kind, state)
    return [kind.events[2]()]


def _opened(kind: Kind[Value, Any], state: Life[Value], wanted: Value) -> list[Event]:
    if isinstance(state, Nothing):
        return [of_same_fields(kind.events[0], wanted)]
    if isinstance(state, Open) and kind.is_same(wanted, state.value):
        return []
    raise kind.taken(state.value)


def _given(kind: Kind[Value, Any], command: object) -> dict[str, Any]:
    said = kind.said(command)
    fields = kind.value.__struct_fields__
    return {field: said[field] for field in fields if said.get(field, UNSET) is not UNSET}


def _evolved(kind: Kind[Value, Any], state: Life[Value], fact: Event) -> Life[Value]:
    opened, changed, ended = kind.events
    if isinstance(state, Nothing) and isinstance(fact, opened):
        said = msgspec.structs.asdict(fact)
        return Open(
            kind.value(**{it: said[it] for it in kind.value.__struct_fields__ if it in said})
        )
    if isinstance(state, Open) and isinstance(fact, changed):
        return Open(msgspec.structs.replace(state.value, **msgspec.structs.asdict(fact)))
    if isinstance(state, Open) and isinstance(fact, ended):
        return Ended(state.value)
    return state
