"""Import runs: one stream per file that was handed in or is to be fetched, whatever its rows are about.

Rules upheld here:
- a run starts once and ends once, completed or rejected; what has ended stays as it is;
- a run completes only if it balances: each row that was read, and each amount, is accounted for exactly once;
- the first 1,000 faults are kept, and the number of bad rows always;
- what was completed is reverted as a whole, as long as nothing was built on its rows and it corrected nobody else's;
- nothing is built on the rows of a run that was reverted.

```
no run ──scheduled──► scheduled ──started──► running ──completed──► completed
   └─────────────────started──────────────────►┘ │
                          └──────────────rejected┴─────────────────► rejected
```
Steps may end whenever a run is scheduled or running. What is completed may be reverted, and then stays so.
"""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Literal, assert_never
from uuid import UUID

import msgspec

from domain.shared.deciders import Decider
from domain.shared.entries import clean_reason
from domain.shared.errors import Fault, Refused
from domain.shared.events import Event, event
from domain.shared.rules import checked, of_same_fields

FAULTS_KEPT = 1_000
LINES_KEPT = 1_000
LINE_LENGTH_MAX = 2_000
CORRECTED_OTHERS = "corrected by a replayed row of this import"  # of an entry of others; keeps it from a revert, too


class ImportMode(StrEnum):
    """What one bad row means for the others."""

    ALL_OR_NOTHING = "all_or_nothing"
    VALID_ONLY = "valid_only"
    QUARANTINE = "quarantine"


class RowFault(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is wrong with one value of one row, or with the row as a whole (`column` is None).

    `row` counts as a spreadsheet does: the header is row 1, the first row of values row 2.
    """

    row: int
    column: str | None = None
    value: str | None = None
    code: str
    reason: str


def row_fault(row: int, fault: Fault) -> RowFault:
    """What is wrong with one value of an entity, as a fault of the row that asked for it."""
    column = fault.column or (fault.pointer or "").removeprefix("/") or None
    return RowFault(row=row, column=column, value=fault.got, code=fault.code, reason=fault.detail)


class LogLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a step of a run has to say."""

    at: dt.datetime
    message: str
    level: Literal["info", "warning", "error"] = "info"


class CurrencySums(msgspec.Struct, frozen=True, kw_only=True):
    """What the amounts of one currency come to, as far as they could be read: of all rows, and of each part."""

    read: Decimal = Decimal(0)
    loaded: Decimal = Decimal(0)
    unchanged: Decimal = Decimal(0)
    corrected: Decimal = Decimal(0)
    duplicates: Decimal = Decimal(0)
    quarantined: Decimal = Decimal(0)


def bank_of(options: Mapping[str, str]) -> UUID | None:
    """The bank that the rows of a file belong to, as its options name it."""
    return UUID(options["bank"]) if "bank" in options else None


# Commands


class _Plan(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    kind: str
    source: str
    location: str
    trigger: str
    code_version: str
    mode: ImportMode
    options: dict[str, str]
    at: dt.datetime
    interval_start: dt.datetime | None = None
    interval_end: dt.datetime | None = None

    @property
    def bank_uid(self) -> UUID | None:
        """The bank that its rows are to belong to."""
        return bank_of(self.options)


class ScheduleImport(_Plan, frozen=True, kw_only=True):
    """Mean to import what is at a location, for an interval of time, before anybody has looked whether it is there.

    `location` is an address without credentials; `trigger` says what began the run (`cron`, `airflow`, `manual` ...).
    """


class _Step(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    step: Literal["extract", "transform", "load"]
    started_at: dt.datetime
    finished_at: dt.datetime
    rows: int
    lines: tuple[LogLine, ...] = ()


class EndStep(_Step, frozen=True, kw_only=True):
    """Note that a step of a run is done, with how many rows came out of it and what it had to say."""


class _File(msgspec.Struct, frozen=True, kw_only=True):
    kind: str
    source: str
    file_name: str
    sha256: str
    size_bytes: int
    mode: ImportMode
    options: dict[str, str]
    started_at: dt.datetime

    @property
    def bank_uid(self) -> UUID | None:
        """The bank that its rows belong to."""
        return bank_of(self.options)


class StartImport(_File, frozen=True, kw_only=True):
    """Take a file in. `options` are those the caller declared; `sha256` is in hexadecimal."""


class _Completion(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    rows: int
    imported: int
    already_known: int
    bad_rows: int
    faults: tuple[RowFault, ...]
    duplicates: int = 0
    corrected: int = 0
    quarantined: int = 0
    sums: dict[str, CurrencySums] = {}
    read_as: dict[str, str] = {}
    proposal: dict[str, str] = {}


class CompleteImport(_Completion, frozen=True, kw_only=True):
    """Close a run whose valid rows are in the log; where none was, `proposal` says which options would fit."""

    faults: tuple[RowFault, ...] = ()


class _Rejection(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    code: str
    detail: str
    rows: int
    bad_rows: int
    faults: tuple[RowFault, ...]
    read_as: dict[str, str] = {}
    proposal: dict[str, str] = {}


class RejectImport(_Rejection, frozen=True, kw_only=True):
    """Close a run of which nothing was stored; `code` and `detail` say why, `proposal` which options would fit."""

    faults: tuple[RowFault, ...] = ()


class RevertImport(msgspec.Struct, frozen=True, kw_only=True):
    """Take all that a run recorded out of the book."""

    reason: str


class BuildOnImport(msgspec.Struct, frozen=True, kw_only=True):
    """Let something rest on a run: `by` is the uid of a row, `what` says what became of that."""

    by: UUID
    what: str


Command = (
    ScheduleImport
    | StartImport
    | EndStep
    | CompleteImport
    | RejectImport
    | RevertImport
    | BuildOnImport
)


# Events


@event("import.scheduled.v1", by=ScheduleImport)
class ImportScheduled(_Plan, Event, frozen=True):
    """Somebody means to import what is at a location."""


@event("import.step_ended.v1", by=EndStep)
class ImportStepEnded(_Step, Event, frozen=True):
    """A step of the run is done."""


@event("import.started.v1", by=StartImport)
class ImportStarted(_File, Event, frozen=True):
    """A file was taken in, to be imported."""


@event("import.completed.v1", by=CompleteImport)
class ImportCompleted(_Completion, Event, frozen=True):
    """The run ended: `imported` rows became new facts, `already_known` were in the log before.

    `corrected` ones were in the log with other values, `duplicates` came before in the same file, `quarantined` were
    put aside as rejects, `bad_rows` left out. `rows` counts all rows of values, which is the sum of these.
    """

    finished_at: dt.datetime


@event("import.rejected.v1", by=RejectImport)
class ImportRejected(_Rejection, Event, frozen=True):
    """The run ended and nothing was stored."""

    finished_at: dt.datetime


@event("import.reverted.v1", by=RevertImport)
class ImportReverted(Event, frozen=True):
    """Whatever the run recorded stands no longer: all entries whose correlation id is this stream."""

    reason: str


@event("import.built_on.v1", by=BuildOnImport)
class ImportBuiltOn(Event, frozen=True):
    """Something rests on the rows of this run from now on: `by` was the first to be `what` (`corrected`, `voided`)."""

    by: UUID
    what: str


# States


class NoRun(msgspec.Struct, frozen=True):
    """Nothing happened on this stream."""

    is_reverted = False


class ScheduledImport(msgspec.Struct, frozen=True):
    """It is meant to be imported; what is to come of it was not looked at, or not in full."""

    scheduled: ImportScheduled
    is_reverted = False


class RunningImport(msgspec.Struct, frozen=True):
    """The file was taken in and its rows are being read."""

    started: ImportStarted
    is_reverted = False


class EndedImport(msgspec.Struct, frozen=True):
    """The run is over; it was never started if there was nothing to take in. `built_on` is what rests on its rows."""

    started: ImportStarted | None
    end: ImportCompleted | ImportRejected
    built_on: ImportBuiltOn | None = None
    is_reverted: bool = False


State = NoRun | ScheduledImport | RunningImport | EndedImport
INITIAL = NoRun()


# Refusals


class NotStarted(Refused, code="import_not_started"):
    """A run ends that never began."""


class NotCompleted(Refused, code="import_not_completed"):
    """There is nothing to revert: the run stored nothing, or not yet."""


class BuiltOn(Refused, code="import_built_on"):
    """Something rests on the rows of the run."""


class CorrectedOthers(Refused, code="import_corrected_others"):
    """The run corrected what other runs recorded; that is not taken back by leaving out its own rows."""


class WasReverted(Refused, code="import_reverted"):
    """The run was reverted, and with it the row that something was to be built on."""


class Unbalanced(Refused, code="unbalanced"):
    """Not every row or amount that was read is accounted for exactly once."""


# Rules


def decide(state: State, command: Command, now: dt.datetime) -> list[Event]:
    """What the command leads to; nothing where it already happened.

    Raises:
        NotStarted: the run to end was never started nor scheduled.
        Unbalanced: it cannot be completed, because its rows or sums do not add up.
        NotCompleted, BuiltOn, CorrectedOthers: the run cannot be reverted.
        WasReverted: nothing can rest on it any more.
        Invalid: a reason is blank or too long.
    """
    if isinstance(command, RevertImport):
        return _reverted(state, command)
    if isinstance(command, BuildOnImport):
        return built_on(state, command)
    if isinstance(state, EndedImport):
        return []
    match command:
        case ScheduleImport():
            return [of_same_fields(ImportScheduled, command)] if isinstance(state, NoRun) else []
        case StartImport():
            return (
                [] if isinstance(state, RunningImport) else [of_same_fields(ImportStarted, command)]
            )
        case EndStep() | CompleteImport() | RejectImport():
            if isinstance(state, NoRun):
                raise NotStarted("an import ends only after it has started")
            return [_noted(command, now)]
        case _:
            assert_never(command)


def _noted(command: EndStep | CompleteImport | RejectImport, now: dt.datetime) -> Event:
    if isinstance(command, EndStep):
        lines = tuple(map(_kept, command.lines[:LINES_KEPT]))
        return of_same_fields(ImportStepEnded, msgspec.structs.replace(command, lines=lines))
    values = msgspec.structs.asdict(command) | {"faults": command.faults[:FAULTS_KEPT]}
    if isinstance(command, RejectImport):
        return ImportRejected(**values, finished_at=now)
    if said := imbalance(command):
        raise Unbalanced(said)
    return ImportCompleted(**values, finished_at=now)


def _kept(line: LogLine) -> LogLine:
    if len(line.message) <= LINE_LENGTH_MAX:
        return line
    return msgspec.structs.replace(line, message=f"{line.message[:LINE_LENGTH_MAX]}…")


def imbalance(end: CompleteImport) -> str | None:
    """What does not add up about the end of a run, as a sentence; None if all does."""
    parts = "imported", "already_known", "corrected", "duplicates", "quarantined", "bad_rows"
    found = sum(getattr(end, part) for part in parts)
    if found != end.rows:
        return f"{end.rows} rows were read, and {found} are accounted for"
    for currency, sums in sorted(end.sums.items()):
        told = sum(list(msgspec.structs.astuple(sums))[1:], Decimal(0))
        if told != sums.read:
            return f"{sums.read} {currency} were read, and {told} {currency} are accounted for"
    return None


def _reverted(state: State, command: RevertImport) -> list[Event]:
    reason = checked("the revert", reason=(clean_reason, command.reason))["reason"]
    if not isinstance(state, EndedImport) or not isinstance(state.end, ImportCompleted):
        status = "rejected" if isinstance(state, EndedImport) else "running"
        raise NotCompleted(
            f"only a completed import can be reverted; it is {status}", import_status=status
        )
    if state.is_reverted:
        return []
    if state.end.corrected:
        raise CorrectedOthers(
            "this import corrected what others had recorded; void or correct those"
        )
    if found := state.built_on:
        whose = "others" if found.what == CORRECTED_OTHERS else "this import"
        detail = f"an entry that {whose} recorded was {found.what}: {found.by}"
        raise BuiltOn(detail, by=str(found.by), what=found.what)
    return [ImportReverted(reason=reason)]


def built_on(state: State, command: BuildOnImport) -> list[Event]:
    """What lets something rest on a run.

    Nothing where something does already: one is enough to keep it, and others need not wait for it.

    Raises:
        WasReverted: nothing can rest on it any more.
    """
    if not isinstance(state, EndedImport):  # not recorded by an import
        return []
    if state.is_reverted:
        raise WasReverted("the import that recorded this was reverted, so it stands no longer")
    return [] if state.built_on else [ImportBuiltOn(by=command.by, what=command.what)]


# Evolution


def evolve(state: State, fact: Event) -> State:
    """The state after a fact; facts that do not follow leave it as it is."""
    match state, fact:
        case NoRun(), ImportScheduled():
            return ScheduledImport(fact)
        case NoRun() | ScheduledImport(), ImportStarted():
            return RunningImport(fact)
        case RunningImport(started), ImportCompleted() | ImportRejected():
            return EndedImport(started, fact)
        case ScheduledImport(), ImportRejected():
            return EndedImport(None, fact)
        case EndedImport(), ImportBuiltOn():
            return msgspec.structs.replace(state, built_on=state.built_on or fact)
        case EndedImport(), ImportReverted():
            return msgspec.structs.replace(state, is_reverted=True)
        case _:
            return state


DECIDER: Decider[State, Command] = Decider(INITIAL, decide, evolve)
