"""Rejects: correcting a row that was put aside, and loading it with the lineage of its import.

Rules upheld here:
- a correction is recorded only if the whole row is good with it, read as the file that it came in was to be read;
- a row is loaded once, together with the note that it is: whoever asks again is told what it became;
- what it becomes has the id that it would have had in its file, so that a file with the row corrected adds nothing.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from itertools import count
from typing import Any
from uuid import UUID

import msgspec

from application.imports.grounds import LogGrounds
from application.imports.ports import BadRow, Reader
from application.imports.requests import requested
from application.imports.runs import told_of
from application.imports.staging import amended, completed, conflict_code
from application.shared.commands import Call, Carried, Commands, Write
from application.shared.entries import standing
from application.shared.import_kinds import ImportingRun, ImportKind
from application.shared.permissions import of_bank
from application.shared.ports import StreamRead
from application.shared.streams import Entity, Facts, Reference, Stream
from application.shared.units import NO_UNITS, Units
from application.shared.views import View
from domain import imports
from domain.imports import (
    ImportScheduled,
    ImportStarted,
    RowFault,
    rejects,
    row_fault,
)
from domain.imports.rejects import (
    CorrectReject,
    QuarantinedRow,
    RejectQuarantined,
    RejectReplayed,
    ReplayReject,
)
from domain.shared.deciders import Decider
from domain.shared.errors import (
    Conflict,
    DaybookError,
    Fault,
    Invalid,
    Refused,
    Unavailable,
    nearest,
)
from domain.shared.events import Event
from domain.shared.rules import clean_text

IMPORT = Entity("import", imports.DECIDER, (ImportStarted, ImportScheduled), of_bank)
REJECT = Entity("reject", rejects.DECIDER, RejectQuarantined, of_bank)

_ROWS_KEPT = 64

_OF_RUN = "a row of the same import has its key, and other values"
_OF_OTHERS = "the book has its key with other values, which others recorded"

# An event that was decided on already.
_AS_IT_IS: Decider[None, Event] = Decider(None, lambda _, fact, __: [fact], lambda state, _: state)


class UnknownKind(Refused, code="unknown_kind"):
    """The row is of a kind that this version does not know: a newer one put it aside."""


class ImportUndone(Refused, code="import_undone"):
    """The import that put the row aside has not stored anything, or that is undone; import the file again."""


class ReplayOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a reject that was to be replayed.

    `status` is `replayed` (now), `already_replayed` or `failed` (then `code`, `detail` and `errors` say why). `became`
    is the fact that the row is, and `was_known` says that it was there without it.
    """

    reject: str
    status: str
    became: UUID | None = None
    was_known: bool | None = None
    position: int | None = None
    code: str | None = None
    detail: str | None = None
    errors: Sequence[Fault] = ()


class Rejects:
    """The use cases of rejects. `kind` narrows them to those of that kind, as if there were no others.

    Every method raises as `Commands` says, and:
        Malformed: the reference is neither an integer nor a UUID.
        NotFound: there is no such reject, or it is not the caller's to see.
    """

    def __init__(
        self,
        commands: Commands,
        reader: Reader,
        kinds: Sequence[ImportKind[Any]],
        units: Units = NO_UNITS,
    ) -> None:
        self._units = units
        self._commands = commands
        self._reader = reader
        self._kinds = kinds
        self._rows: dict[UUID, _Row] = {}

    async def correct(
        self, reference: Reference, cells: Mapping[str, str], call: Call, kind: str = ""
    ) -> Carried:
        """Say what some cells should have held.

        Raises:
            Invalid: the row is still bad (`bad_row`), or has no such column; one fault per column.
            AlreadyReplayed: it is loaded.
        """

        async def prepare(view: View) -> Sequence[Write]:
            reject = await _found(view, reference, kind)
            if isinstance(reject.state, QuarantinedRow):
                row = await self._row(view, reject.state)
                row.check_columns(cells)
                row.fact({**reject.state.cells, **cells})
            return (Write(rejects.DECIDER, reject.uid, CorrectReject(cells=dict(cells))),)

        return await self._commands.carry_out(call, prepare)

    async def replay(self, reference: Reference, call: Call, kind: str = "") -> ReplayOutcome:
        """Load a row as it is by now, with the id of its import as correlation id.

        What stands against it is not raised but told.

        Raises:
            Unavailable: as the event log says; it may be sent again.
        """
        try:
            view = self._commands.view(call.principal)
            return await self._replayed(await _found(view, reference, kind), call)
        except Unavailable:
            raise
        except DaybookError as error:
            return ReplayOutcome(
                reject=str(reference),
                status="failed",
                code=error.code,
                detail=error.detail,
                errors=error.faults,
            )

    async def _replayed(self, reject: Stream[rejects.State], call: Call) -> ReplayOutcome:
        import_id = reject.facts[0].event.import_id  # type: ignore[attr-defined]
        # A request may name a row twice: the second time is another command, not the first one repeated.
        cause = msgspec.structs.replace(
            call.cause, correlation_id=import_id, causation_id=self._commands.new_id()
        )
        was_replayed = False

        async def prepare(view: View) -> Sequence[Write]:
            nonlocal was_replayed
            found = await view.find(REJECT, reject.uid)
            state = found.state
            was_replayed = not isinstance(state, QuarantinedRow)
            if not isinstance(state, QuarantinedRow):
                return (Write(rejects.DECIDER, reject.uid, ReplayReject(became=reject.uid)),)
            became, writes = await self._target(view, state, found.id)
            note = ReplayReject(became=became, was_known=not writes)
            return (Write(rejects.DECIDER, reject.uid, note), *writes)

        carried = await self._commands.carry_out(
            Call(principal=call.principal, cause=cause), prepare
        )
        told = next(it.event for it in carried.facts if isinstance(it.event, RejectReplayed))
        return ReplayOutcome(
            reject=str(reject.uid),
            status="already_replayed" if was_replayed else "replayed",
            became=told.became,
            was_known=told.was_known,
            position=carried.position,
        )

    async def _target(
        self, view: View, state: QuarantinedRow, put_aside_at: int
    ) -> tuple[UUID, Sequence[Write]]:
        """Which stream a row is, and what is to be written to it, if anything, and to the runs that this concerns."""
        row = await self._row(view, state)
        kind, fact = row.kind, row.fact(state.cells)
        for occurrence in count(1):
            uid = UUID(hex=kind.uid(fact, occurrence))
            told = await standing(view, _AS_IT_IS, [uid], imports.DECIDER)
            known = told[uid]
            if not known.facts:
                return known.uid, [Write(_AS_IT_IS, known.uid, fact)]
            is_of_run = any(it.correlation_id == row.run.import_id for it in known.facts)
            is_keyed = kind.uid(fact, occurrence + 1) == kind.uid(fact, occurrence)
            if is_keyed or not is_of_run:
                row = row.replayed(known, put_aside_at)
                correction = row.correction(known, fact, state, is_of_run=is_of_run)
                return known.uid, _with_runs(correction, known, row.run.import_id)
        raise AssertionError

    async def _row(self, view: View, state: QuarantinedRow) -> "_Row":
        """How a row is to be read: as the file that it came in.

        Raises:
            UnknownKind: this version does not know how.
            ImportUndone: the import has not stored anything, or that is undone.
        """
        import_id = state.quarantined.import_id
        run = await view.stream(imports.DECIDER, import_id)
        ended = run.state if isinstance(run.state, imports.EndedImport) else None
        if ended is None or ended.started is None or ended.is_reverted:
            raise ImportUndone(f"what the import {import_id} brought is not in the book")
        if import_id not in self._rows:
            while len(self._rows) >= _ROWS_KEPT:
                del self._rows[next(iter(self._rows))]
            grounds = LogGrounds(self._commands.log, self._commands.clock, self._units)
            row = await asyncio.to_thread(
                self._reading, import_id, ended.started, run.facts, grounds
            )
            if reads := grounds.reads():  # it rests on them: the next time they may have moved
                await _check_still(view, reads)
                return row
            self._rows[import_id] = row
        return self._rows[import_id]

    def _reading(
        self, import_id: UUID, started: ImportStarted, facts: Facts, grounds: LogGrounds
    ) -> "_Row":
        try:
            request = requested(started, self._kinds)
        except LookupError as error:
            raise UnknownKind(str(error)) from None
        kind = request.kind
        make = kind.maker(clean_text(request.source), request.refers_to, grounds)
        events = [fact.event for fact in facts]
        return _Row(
            kind,
            told_of(import_id, request, started.started_at, events),
            self._reader.row_reader(kind.columns, request.declared, make),
        )


async def _check_still(view: View, reads: Sequence[StreamRead]) -> None:
    """Let the decision rest on these streams as they were seen.

    Raises:
        Conflict: one of them has moved since.
    """
    uids = [each.stream_id for each in reads]
    await view.load(*uids)
    versions = {each.stream_id: each.version for each in view.reads(set())}
    if any(versions.get(each.stream_id) != each.version for each in reads):
        raise Conflict("what the row rests on has changed just now; send it again")


class _Row(msgspec.Struct, frozen=True):
    """How the rows of one import are read."""

    kind: ImportKind[Any]
    run: ImportingRun
    read: Callable[[int, Mapping[str, str]], Event | BadRow]

    def check_columns(self, cells: Mapping[str, str]) -> None:
        """Refuse cells of columns that there are not."""
        known = self.kind.column_names
        faults = [_unknown(name, known) for name in cells if name not in known]
        if faults:
            wrong = ", ".join(fault.got for fault in faults)
            raise Invalid(f"{self.kind.name} have no column {wrong}", faults=faults)

    def fact(self, cells: Mapping[str, str]) -> Event:
        """The fact that a row of these cells is.

        Raises:
            Invalid: it is bad (`bad_row`), with one fault per column.
        """
        read = completed(self.kind, 0, self.read(0, cells), self.run)
        if isinstance(read, BadRow):
            said = "; ".join(f"{it.column or 'the row'}: {it.reason}" for it in read.faults[:5])
            faults = [_of_row(fault) for fault in read.faults]
            raise Invalid(f"the row is still bad: {said}", code="bad_row", faults=faults)
        return read

    def replayed(self, known: Stream[None], put_aside_at: int) -> "_Row":
        """The same, as its kind is to see it: after it was put aside this stream was told more of."""
        since = [it.event for it in known.facts if it.position > put_aside_at]
        run = msgspec.structs.replace(self.run, told_since=since)
        return msgspec.structs.replace(self, run=run)

    def correction(
        self, known: Stream[None], fact: Event, state: QuarantinedRow, *, is_of_run: bool
    ) -> Write | None:
        """What corrects a stream that is there, None if nothing is to change.

        Raises:
            Invalid: something stands against the row.
        """
        facts, kind = [it.event for it in known.facts], self.kind
        answer = amended(kind, facts, fact, self.run)
        if kind.key and kind.amend is None and facts[0] != fact:
            answer = self._conflict("a row with its key is known, and has other values")
        if isinstance(answer, Event) and self._still_conflicts(state, is_of_run=is_of_run):
            answer = self._conflict(_OF_RUN if is_of_run else _OF_OTHERS)
        if isinstance(answer, Fault):
            fault = _of_row(row_fault(state.quarantined.row, answer))
            raise Invalid(answer.detail, code=answer.code, faults=[fault])
        return None if answer is None else Write(_AS_IT_IS, known.uid, answer)

    def _still_conflicts(self, state: QuarantinedRow, *, is_of_run: bool) -> bool:
        """The first valid row of an import stays, and no reject becomes a correction merely by being replayed."""
        is_as_it_came = state.cells == state.quarantined.cells
        return is_of_run or (is_as_it_came and state.quarantined.reason == self._conflict("").code)

    def _conflict(self, detail: str) -> Fault:
        key = self.kind.key
        return Fault(detail=detail, code=conflict_code(key), column=key)


def _with_runs(correction: Write | None, known: Stream[None], import_id: UUID) -> Sequence[Write]:
    """A correction, and what keeps the run that it corrects and its own from being reverted behind its back."""
    if correction is None:
        return ()
    runs = {import_id: imports.CORRECTED_OTHERS, known.facts[0].correlation_id: "corrected"}
    notes = [(run, imports.BuildOnImport(by=known.uid, what=runs[run])) for run in sorted(runs)]
    return (correction, *(Write(imports.DECIDER, run, note) for run, note in notes))


async def _found(view: View, reference: Reference, kind: str) -> Stream[rejects.State]:
    return await view.find(REJECT, reference, **({"kind": kind} if kind else {}))


def _of_row(fault: RowFault) -> Fault:
    """A fault of a row as one of the body that gives its cells."""
    return Fault(
        detail=fault.reason,
        code=fault.code,
        pointer=f"/{fault.column}" if fault.column else "",
        got=fault.value,
    )


def _unknown(name: str, known: Sequence[str]) -> Fault:
    return Fault(
        detail=f"there is no column {name[:100]!r}",
        code="unknown_column",
        pointer=f"/{name[:100]}",
        got=name[:100],
        expected=list(known),
        nearest=nearest(name[:100], known),
    )
