"""The rules of what is recorded in a book, corrected and voided: a linked entry says so, and nothing is overwritten.

```
nothing ──recorded──► in the book ──voided──► void
                       │  ▲
                       └──┘ corrected
```

Rules upheld here:
- a correction gives what it says anew and keeps the rest; what it leads to obeys the rules of what is recorded;
- the same values again, and to void what is void, lead to nothing;
- what is void is not corrected;
- both have a reason of 1 to 500 characters.
"""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar

import msgspec
from msgspec import UNSET

from domain.shared.deciders import Decider
from domain.shared.errors import NotFound, Refused
from domain.shared.events import Event
from domain.shared.kits import Nothing
from domain.shared.rules import checked, clean_text, fields_in

REASON_LENGTH_MAX = 500

Fact = TypeVar("Fact", bound=Event)


class EntryStanding(StrEnum):
    """What became of an entry; only those recorded and corrected stand."""

    RECORDED = "recorded"
    CORRECTED = "corrected"
    VOIDED = "voided"
    REVERTED = "reverted"


class Entry(msgspec.Struct, Generic[Fact], frozen=True):
    """It is in the book: `fact` is what was recorded, as it was corrected last."""

    fact: Fact
    is_void: bool = False


class EntryVoid(Refused, code="entry_void"):
    """What is to be corrected was voided."""


class EntryKind(msgspec.Struct, Generic[Fact], frozen=True, kw_only=True):
    """A kind of entries.

    Attributes:
        noun: its name in a sentence.
        commands, events: that record, correct and void one. A correction's fields are those that it may change, and
            `reason`; what it leaves unset stays. Its event has all of them anew.
        normal: the fact in its normal form, of a command or of a fact with some values changed; raises `Invalid`.
        fixed: why an entry can be neither corrected nor voided, or None.
    """

    noun: str
    commands: tuple[type[Any], type[Any], type[Any]]
    events: tuple[type[Fact], type[Event], type[Event]]
    normal: Callable[[Any, datetime], Fact]
    fixed: Callable[[Fact], Refused | None] = lambda _fact: None


def entered(kind: EntryKind[Fact]) -> Decider[Nothing | Entry[Fact], Any]:
    """The rules of such a kind.

    A decision raises:
        Invalid: a value or the reason breaks a rule.
        NotFound: there is nothing to correct or void.
        Refused: `EntryVoid`, or as `kind.fixed` says.
    """
    return Decider(
        Nothing(),
        lambda state, command, now: _decided(kind, state, command, now),
        lambda state, fact: _evolved(kind, state, fact),
    )


def clean_reason(text: str) -> str:
    """A reason in its normal form.

    Raises:
        Invalid: as `domain.shared.rules.clean_text`, for 500 characters.
    """
    return clean_text(text, REASON_LENGTH_MAX)


def _decided(
    kind: EntryKind[Fact], state: Nothing | Entry[Fact], command: Any, now: datetime
) -> list[Event]:
    records, corrects, _voids = kind.commands
    if isinstance(command, records):
        return [] if isinstance(state, Entry) else [kind.normal(command, now)]
    if isinstance(state, Nothing):
        raise NotFound(f"there is no such {kind.noun}")
    if refusal := kind.fixed(state.fact):
        raise refusal
    if isinstance(command, corrects):
        return _corrected(kind, state, command, now)
    reason = _reason("the voiding", command)
    return [] if state.is_void else [kind.events[2](reason=reason)]


def _corrected(
    kind: EntryKind[Fact], state: Entry[Fact], command: Any, now: datetime
) -> list[Event]:
    reason = _reason("the correction", command)
    if state.is_void:
        raise EntryVoid(f"this {kind.noun} was voided, so there is nothing to correct")
    said = {name: value for name, value in _changes(command).items() if value is not UNSET}
    new = kind.normal(msgspec.structs.replace(state.fact, **said), now)
    if new == state.fact:
        return []
    values = {name: getattr(new, name) for name in _changes(command)}
    return [kind.events[1](**values, reason=reason)]


def _reason(of: str, command: Any) -> str:
    reason: str = checked(of, reason=(clean_reason, command.reason))["reason"]
    return reason


def _changes(of: msgspec.Struct) -> dict[str, Any]:
    values = fields_in(of, type(of))
    del values["reason"]
    return values


def _evolved(
    kind: EntryKind[Fact], state: Nothing | Entry[Fact], fact: Event
) -> Nothing | Entry[Fact]:
    recorded, corrected, voided = kind.events
    if isinstance(state, Nothing):
        return Entry(fact) if isinstance(fact, recorded) else state
    if isinstance(fact, corrected):
        return Entry(msgspec.structs.replace(state.fact, **_changes(fact)), state.is_void)
    return Entry(state.fact, is_void=True) if isinstance(fact, voided) else state
