"""Given what happened, when a command comes, then these facts follow, or it is refused, or nothing does.

given = given_of(DECIDER)
given(OPENED).when(DeactivateBank()).then(BankDeactivated())
given(OPENED, CLOSED).when(ChangeBank(name="X")).refused(BankInactive)
given(OPENED).when(OPEN).quiet()
assert given(OPENED).state == Open(BANK)
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import reduce
from typing import Any, Generic, TypeVar

import msgspec
import pytest

from domain.shared.deciders import Decider
from domain.shared.errors import DaybookError, Fault, Invalid
from domain.shared.events import Event, decode, encode, leads_to, name_of

NOW = datetime(2026, 11, 20, 21, 0, tzinfo=UTC)

State = TypeVar("State")
Command = TypeVar("Command")
Fact = TypeVar("Fact", bound=Event)
Refusal = TypeVar("Refusal", bound=DaybookError)


class When(msgspec.Struct, frozen=True):
    """A command that came; it is decided as often as it is asked about."""

    facts: Callable[[], Sequence[Event]]

    def then(self, *facts: Event) -> None:
        """These facts follow and no others."""
        assert list(self.facts()) == list(facts)

    def then_one(self, kind: type[Fact]) -> Fact:
        """One fact of this kind follows: this one."""
        (fact,) = self.facts()
        assert type(fact) is kind
        return fact

    def quiet(self) -> None:
        """It is so already."""
        self.then()

    def refused(self, kind: type[Refusal], **facts: Any) -> Refusal:
        """It is refused for this reason, with these facts if any are named."""
        with pytest.raises(kind) as refusal:
            self.facts()
        assert not facts or refusal.value.facts == facts
        return refusal.value

    def invalid(self, *pointers: str) -> Sequence[Fault]:
        """These values and no others break a rule, named in this order."""
        faults = self.refused(Invalid).faults
        assert [fault.pointer for fault in faults] == list(pointers)
        return faults


def declared(command: Any, facts: Sequence[Event]) -> Sequence[Event]:
    """These facts, each of which says that it follows from such a command."""
    commands = getattr(command, "commands", (command,))
    for fact in facts:
        assert any(leads_to(one, fact) for one in commands), (
            f"{name_of(type(fact))} follows from {command}: its @event has to name it"
        )
    return facts


class Given(msgspec.Struct, Generic[State, Command], frozen=True):
    """A stream on which something happened."""

    decider: Decider[State, Command]
    state: State

    def when(self, command: Command, now: datetime = NOW) -> When:
        """A command comes."""
        return When(lambda: declared(command, self.decider.decide(self.state, command, now)))

    def after(self, *facts: Event) -> "Given[State, Command]":
        """This happened too."""
        return Given(self.decider, reduce(self.decider.evolve, facts, self.state))

    def done(self, *commands: Command, now: datetime = NOW) -> "Given[State, Command]":
        """These commands were carried out too."""
        given = self
        for command in commands:
            given = given.after(*given.when(command, now).facts())
        return given


def given_of(decider: Decider[State, Command]) -> Callable[..., Given[State, Command]]:
    """What begins a sentence about the streams of this decider: a function from facts to what they leave."""
    return Given(decider, decider.initial).after


class Lived(msgspec.Struct, Generic[State, Command], frozen=True):
    """What commands left: each that was not refused, with what was given when it came and the facts that followed."""

    given: Given[State, Command]
    steps: list[tuple[Given[State, Command], Command, Sequence[Event]]]

    @property
    def facts(self) -> list[Event]:
        """All facts, in order."""
        return [fact for _, _, facts in self.steps for fact in facts]


def lived(
    decider: Decider[State, Command],
    commands: Sequence[Command],
    now_of: Callable[[int], datetime] = lambda _: NOW,
) -> Lived[State, Command]:
    """These commands one after the other; what is refused leaves no trace. `now_of` is the time of the n-th."""
    given, steps = Given(decider, decider.initial), []
    for place, command in enumerate(commands):
        try:
            facts = given.when(command, now_of(place)).facts()
        except DaybookError:
            continue
        steps.append((given, command, facts))
        given = given.after(*facts)
    return Lived(given, steps)


def replayed(decider: Decider[State, Any], facts: Sequence[Event]) -> State:
    """The state that the facts leave once they were stored and read again."""
    read = (decode(name_of(type(fact)), encode(fact)) for fact in facts)
    return reduce(decider.evolve, read, decider.initial)
