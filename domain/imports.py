"""Import runs: one stream per file that was handed in, whatever its rows are about.

Rules upheld here:
- a run starts once and ends once, completed or rejected; what has ended stays as it is;
- the first 1,000 faults are kept, and the number of bad rows always.

```
no run ──started──► running ──completed──► completed
                       └──────rejected───► rejected
```
"""

import datetime as dt
from enum import StrEnum
from typing import assert_never

import msgspec

from domain.shared.deciders import Decider
from domain.shared.errors import Fault, Refused
from domain.shared.events import Event, event

FAULTS_KEPT = 1_000
FILE_NAME_LENGTH_MAX = 255


class ImportMode(StrEnum):
    """What one bad row means for the others."""

    ALL_OR_NOTHING = "all_or_nothing"
    VALID_ONLY = "valid_only"


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


# Commands


class _File(msgspec.Struct, frozen=True, kw_only=True):
    kind: str
    source: str
    file_name: str
    sha256: str
    size_bytes: int
    mode: ImportMode
    options: dict[str, str]
    started_at: dt.datetime


class StartImport(_File, frozen=True, kw_only=True):
    """Take a file in. `options` are those the caller declared; `sha256` is in hexadecimal."""


class _Completion(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    rows: int
    imported: int
    already_known: int
    bad_rows: int
    faults: tuple[RowFault, ...]
    read_as: dict[str, str] = {}


class CompleteImport(_Completion, frozen=True, kw_only=True):
    """Close a run whose valid rows are in the log. `read_as` says how its file was read, declared or found."""

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


Command = StartImport | CompleteImport | RejectImport


# Events


@event("import.started.v1")
class ImportStarted(_File, Event, frozen=True):
    """A file was taken in, to be imported."""


@event("import.completed.v1")
class ImportCompleted(_Completion, Event, frozen=True):
    """The run ended: `imported` rows became new facts, `already_known` were in the log before.

    `rows` counts all rows of values; `rows == imported + already_known + bad_rows`.
    """

    finished_at: dt.datetime


@event("import.rejected.v1")
class ImportRejected(_Rejection, Event, frozen=True):
    """The run ended and nothing was stored."""

    finished_at: dt.datetime


# States


class NoRun(msgspec.Struct, frozen=True):
    """Nothing happened on this stream."""


class RunningImport(msgspec.Struct, frozen=True):
    """The file was taken in and its rows are being read."""

    started: ImportStarted


class EndedImport(msgspec.Struct, frozen=True):
    """The run is over."""

    started: ImportStarted
    end: ImportCompleted | ImportRejected


State = NoRun | RunningImport | EndedImport
INITIAL = NoRun()


# Refusals


class NotStarted(Refused, code="import_not_started"):
    """A run ends that never began."""


# Rules


def decide(state: State, command: Command, now: dt.datetime) -> list[Event]:
    """What the command leads to; nothing where it already happened.

    Raises:
        NotStarted: the run to end was never started.
    """
    match command:
        case StartImport():
            return [_started(command)] if isinstance(state, NoRun) else []
        case CompleteImport() | RejectImport():
            if isinstance(state, NoRun):
                raise NotStarted("an import ends only after it has started")
            return [] if isinstance(state, EndedImport) else [_ended(command, now)]
        case _:
            assert_never(command)


def _started(command: StartImport) -> ImportStarted:
    return ImportStarted(**msgspec.structs.asdict(command))


def _ended(command: CompleteImport | RejectImport, now: dt.datetime) -> Event:
    values = msgspec.structs.asdict(command) | {"faults": command.faults[:FAULTS_KEPT]}
    if isinstance(command, CompleteImport):
        return ImportCompleted(**values, finished_at=now)
    return ImportRejected(**values, finished_at=now)


def clean_file_name(name: str) -> str:
    """The last part of a file's path, fit to be shown: 1 to 255 printable characters."""
    last = name.replace("\\", "/").rstrip("/").rpartition("/")[2]
    shown = "".join(it if it.isprintable() else "\ufffd" for it in last.strip())
    return shown[:FILE_NAME_LENGTH_MAX] or "unnamed"


# Evolution


def evolve(state: State, fact: Event) -> State:
    """The state after a fact; facts that do not follow leave it as it is."""
    match state, fact:
        case NoRun(), ImportStarted():
            return RunningImport(fact)
        case RunningImport(started), ImportCompleted() | ImportRejected():
            return EndedImport(started, fact)
        case _:
            return state


DECIDER: Decider[State, Command] = Decider(INITIAL, decide, evolve)
