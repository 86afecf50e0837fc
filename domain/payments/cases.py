"""Cases: what a rail says of a payment and what is recorded of it contradict each other, and somebody has to look.

Rules upheld here:
- a payment has one case, which any number of contradictions open; each of them is noted once;
- it is closed with a note that says what came of it; another contradiction opens it again;
- what was closed since what is recorded stands can still be found settled, but not the other way round;
- once the payment is settled after all, what contradicts that is new, whatever was noted before.

```
no case ──opened──► open ──closed──► closed ┄┄ opened again
                    │  ▲
                    └──┘ opened (by another contradiction)
```
"""

import datetime as dt
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

import msgspec
from msgspec.structs import asdict

from domain.shared.deciders import Decider
from domain.shared.errors import NotFound
from domain.shared.events import Event, event
from domain.shared.ids import derived
from domain.shared.rules import checked, clean_text

NOTE_LENGTH_MAX = 500


def case_uid(payment_uid: UUID) -> UUID:
    """The stream of the case of a payment."""
    return derived("payment case", payment_uid)


class Contradiction(msgspec.Struct, frozen=True, kw_only=True):
    """What is recorded of a payment (`payment_status`), what was `reported` of it instead, and in words why not."""

    payment_uid: UUID
    reimbursement_uid: UUID
    bank_uid: UUID
    amount: Decimal
    currency: str
    rail: str
    rail_reference: str
    payment_status: str
    reported: str
    detail: str


# Commands


class NoteContradiction(Contradiction, frozen=True, kw_only=True):
    """Have somebody look at this."""


class CaseOutcome(StrEnum):
    """What came of a case: what is recorded stands, or the payment is settled after all."""

    STANDS = "stands"
    SETTLED = "settled"


class CloseCase(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody has looked; the note says what came of it, in 1 to 500 characters."""

    note: str
    outcome: CaseOutcome = CaseOutcome.STANDS
    closed_by: UUID | None = None


Command = NoteContradiction | CloseCase


# Events


@event("payment_case.opened.v1", by=NoteContradiction)
class PaymentCaseOpened(Contradiction, Event, frozen=True, kw_only=True):
    """A contradiction came up, and somebody has to look at it."""

    opened_at: dt.datetime


@event("payment_case.closed.v1", by=CloseCase)
class PaymentCaseClosed(Event, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody has looked; `closed_by` is None for who is at the machine."""

    note: str
    closed_by: UUID | None
    closed_at: dt.datetime
    outcome: CaseOutcome = CaseOutcome.STANDS


# State


class CaseState(msgspec.Struct, frozen=True):
    """The case of a payment: whether it is open, what came up since it was settled after all (or ever), as status and
    report, and what came of it last."""

    is_open: bool = False
    known: frozenset[tuple[str, str]] = frozenset()
    outcome: CaseOutcome | None = None


# Rules


def decide(state: CaseState, command: Command, now: dt.datetime) -> list[Event]:
    """What the command leads to; nothing where the contradiction is known, or the case closed.

    Raises:
        NotFound: there is no case to close.
        Invalid: the note is blank or too long.
    """
    if isinstance(command, NoteContradiction):
        if (command.payment_status, command.reported) in state.known:
            return []
        return [PaymentCaseOpened(**asdict(command), opened_at=now)]
    if state == CaseState():
        raise NotFound("There is no such case.")
    if not state.is_open and state.outcome in (command.outcome, CaseOutcome.SETTLED):
        return []
    said = checked("the note", note=(lambda it: clean_text(it, NOTE_LENGTH_MAX), command.note))
    by = command.closed_by
    return [PaymentCaseClosed(**said, closed_by=by, closed_at=now, outcome=command.outcome)]


def evolve(state: CaseState, fact: Event) -> CaseState:
    """The state after a fact."""
    match fact:
        case PaymentCaseOpened(payment_status=status, reported=reported):
            return CaseState(True, state.known | {(status, reported)})
        case PaymentCaseClosed(outcome=outcome):
            known = frozenset() if outcome is CaseOutcome.SETTLED else state.known
            return CaseState(False, known, outcome)
        case _:
            return state


DECIDER: Decider[CaseState, Command] = Decider(CaseState(), decide, evolve)
