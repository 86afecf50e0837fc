"""Rejects: rows of files that were put aside because something is wrong with them, each a stream of its own.

Rules upheld here:
- a reject keeps the cells as they came; a correction names cells and the text that they should have held;
- what was replayed has become a fact, or was one already: it can be corrected no more, and replaying it again is quiet.

```
nothing ──quarantined──► quarantined ──replayed──► replayed
                            └──┘ corrected
```
"""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import assert_never
from uuid import UUID

import msgspec

from domain.imports import RowFault
from domain.shared.deciders import Decider
from domain.shared.errors import NotFound, Refused
from domain.shared.events import Event, event
from domain.shared.ids import derived

RAW_LENGTH_MAX = 10_000


def reject_uid(
    kind: str, source: str, bank_uid: UUID | None, text: str, occurrence: int = 1
) -> UUID:
    """The id of a row as a reject: that of the `occurrence`-th equal one of a file, in whatever file of its source.

    So the same file again puts nothing aside that was put aside before.
    """
    return derived("reject", kind, source, str(bank_uid or ""), text, str(occurrence))


# Commands


class CorrectReject(msgspec.Struct, frozen=True, kw_only=True):
    """Say what these cells should have held."""

    cells: dict[str, str]


class ReplayReject(msgspec.Struct, frozen=True, kw_only=True):
    """Note that the row is loaded: what it `became`, and whether that `was_known` without it."""

    became: UUID
    was_known: bool = False


Command = CorrectReject | ReplayReject


# Events


@event("reject.quarantined.v1")
class RejectQuarantined(Event, frozen=True, omit_defaults=True):
    """A row was put aside.

    `cells` holds the text of each column, nothing where the row could not be taken apart, and `raw` the whole row;
    `reason` is the code of the first fault. Amount and currency are there if they could be read.
    """

    import_id: UUID
    kind: str
    source: str
    row: int
    cells: dict[str, str]
    raw: str
    faults: tuple[RowFault, ...]
    reason: str
    bank_uid: UUID | None = None
    amount: Decimal | None = None
    currency: str | None = None


@event("reject.corrected.v1", by=CorrectReject)
class RejectCorrected(Event, frozen=True):
    """These cells were given another text; the row as a whole is good with it."""

    cells: dict[str, str]


@event("reject.replayed.v1", by=ReplayReject)
class RejectReplayed(Event, frozen=True, omit_defaults=True):
    """The row was loaded: it `became` this stream's fact, or `was_known` there already."""

    became: UUID
    was_known: bool = False


# States


class NoReject(msgspec.Struct, frozen=True):
    """Nothing happened on this stream."""


class QuarantinedRow(msgspec.Struct, frozen=True):
    """The row lies aside; `cells` are as they were corrected last."""

    quarantined: RejectQuarantined
    cells: Mapping[str, str]


class ReplayedRow(msgspec.Struct, frozen=True):
    """The row was loaded."""

    quarantined: RejectQuarantined
    replayed: RejectReplayed


State = NoReject | QuarantinedRow | ReplayedRow


# Refusals


class AlreadyReplayed(Refused, code="reject_replayed"):
    """The row was loaded, so correcting it here would change nothing; `became` is the fact to correct."""


# Rules


def decide(state: State, command: Command, now: dt.datetime) -> list[Event]:  # noqa: ARG001
    """What the command leads to; nothing where it already happened.

    Raises:
        NotFound: there is no such reject.
        AlreadyReplayed: it would be corrected, and is loaded.
    """
    if isinstance(state, NoReject):
        raise NotFound("there is no such reject")
    match command:
        case CorrectReject():
            return _corrected(state, command.cells)
        case ReplayReject():
            if isinstance(state, ReplayedRow):
                return []
            return [RejectReplayed(became=command.became, was_known=command.was_known)]
        case _:
            assert_never(command)


def _corrected(state: QuarantinedRow | ReplayedRow, cells: Mapping[str, str]) -> list[Event]:
    if isinstance(state, ReplayedRow):
        became = state.replayed.became
        raise AlreadyReplayed(f"this row was loaded already, as {became}", became=str(became))
    changed = {name: text for name, text in cells.items() if state.cells.get(name) != text}
    return [RejectCorrected(cells=changed)] if changed else []


# Evolution


def evolve(state: State, fact: Event) -> State:
    """The state after a fact; facts that do not follow leave it as it is."""
    match state, fact:
        case NoReject(), RejectQuarantined():
            return QuarantinedRow(fact, fact.cells)
        case QuarantinedRow(quarantined, cells), RejectCorrected():
            return QuarantinedRow(quarantined, {**cells, **fact.cells})
        case QuarantinedRow(quarantined, _), RejectReplayed():
            return ReplayedRow(quarantined, fact)
        case _:
            return state


DECIDER: Decider[State, Command] = Decider(NoReject(), decide, evolve)
