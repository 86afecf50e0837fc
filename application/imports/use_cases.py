"""The use cases: import a file now, accept it for later, import what was accepted, load what somebody else has read."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any
from uuid import UUID

import msgspec

from application.imports.beside import Beside, unknown_references, with_beside
from application.imports.exports import compared
from application.imports.grounds import LogGrounds
from application.imports.ports import (
    Preview,
    Readable,
    Reader,
    Reading,
    ReadRow,
    Upload,
    Uploads,
)
from application.imports.profiles import with_profile
from application.imports.requests import (
    AcceptedImport,
    FileTaken,
    ImportOutcome,
    ImportPlan,
    ImportRequest,
    Progress,
    mode_fault,
    ratio_fault,
    requested,
    source_fault,
)
from application.imports.reverting import resting_on
from application.imports.runs import Run, outcome_of, outcome_told, raise_if_rejected, state_of
from application.imports.staging import HashedFile, Staging
from application.imports.tally import Tally, is_for_bad_rows
from application.shared.import_kinds import ImportKind
from application.shared.ports import Append, Cause, Clock, EventLog, Idempotency
from application.shared.units import NO_UNITS, Units
from domain import imports
from domain.imports import EndedImport, EndStep, RejectImport, ScheduledImport, ScheduleImport
from domain.shared.errors import Conflict, Invalid, NotFound
from domain.shared.events import Event
from domain.shared.rules import clean_text

_ATTEMPTS = 6


class Imports:
    """The use cases of importing files of these kinds. All of them block: call them from a thread."""

    def __init__(
        self,
        log: EventLog,
        reader: Reader,
        uploads: Uploads,
        clock: Clock,
        new_id: Callable[[], UUID],
        kinds: Sequence[ImportKind[Any]],
        units: Units = NO_UNITS,
    ) -> None:
        self.kinds = kinds
        self._units = units
        self._log = log
        self._reader = reader
        self._uploads = uploads
        self._clock = clock
        self._new_id = new_id

    def grounds(self) -> LogGrounds:
        """The log as it is from now on, for one file."""
        return LogGrounds(self._log, self._clock, self._units)

    def check(self, request: ImportRequest, beside: Beside = ()) -> None:
        """Refuse a request that no file could satisfy, before a file is read; what `beside` opens is known.

        Raises:
            Invalid: one fault per field, its pointer named after the field (`/source`, `/locale`, ...).
        """
        found = [source_fault(request), mode_fault(request), ratio_fault(request)]
        found += unknown_references(self._log, request, beside)
        faults = [fault for fault in found if fault]
        try:
            self._reader.check(request.declared, request.kind.columns)
        except Invalid as error:
            faults += error.faults
        if faults:
            fields = ", ".join(str(fault.pointer).removeprefix("/") for fault in faults)
            raise Invalid(f"the import cannot start: see {fields}", faults=faults)

    def _checked(self, request: ImportRequest, beside: Beside = ()) -> ImportRequest:
        profiled = with_profile(self._log, request)
        self.check(profiled, beside)
        return profiled

    def preview(self, request: ImportRequest, file: Readable) -> Preview:
        """How a file would be read, and what seems to fit of what was not declared; nothing is recorded.

        Raises:
            Invalid: the request is wrong.
            Malformed: no options were found under which the file is a table of its kind.
        """
        request = self._checked(request)
        kind, declared = request.kind, request.declared
        grounds = self.grounds()
        make = kind.maker(clean_text(request.source), request.refers_to, grounds)
        reader = self._reader.within(kind.limits)
        return reader.preview(file, kind.columns, declared, request.options, make)

    def run(
        self,
        request: ImportRequest,
        file: Readable,
        cause: Cause,
        idempotency: Idempotency | None = None,
        progress: Progress | None = None,
        beside: Beside = (),
    ) -> ImportOutcome:
        """Import a file now. The import's own id takes the place of `cause.correlation_id`.

        What is to be recorded `beside`, with the run if its file is stored, or not at all, may open what rows belong
        to.

        Raises:
            Invalid: the request is wrong; or rows are (code `bad_rows`) and the mode is all_or_nothing: one fault per
                bad value (the first 1,000), and the facts import_id, rows, bad_rows, position, replayed.
            Invalid: more rows are bad than may be (code `too_many_rejects`), or they are not whole (`not_whole`); the
                same facts.
            Malformed: the file cannot be read as a table of its kind; the same facts.
            Unbalanced: rows or sums do not add up; the same facts.
            Conflict: a stream beside has moved; nothing was stored.
            KeyReused, Unavailable: as the event log says; nothing was stored.
        """
        request = self._checked(request, beside)
        run = Run(self._new_id(), request, cause, self._clock.now(), beside=beside)
        return raise_if_rejected(self._import(run, file, idempotency, progress))

    def accept(
        self,
        request: ImportRequest,
        file: Readable,
        cause: Cause,
        idempotency: Idempotency | None = None,
    ) -> AcceptedImport:
        """Take a file in, to be imported by `run_pending`: when this returns, it is kept.

        Raises:
            Invalid: the request is wrong.
            KeyReused, Unavailable: as the event log says; the file was not kept.
        """
        request = self._checked(request)
        run = Run(self._new_id(), request, cause, self._clock.now())
        hashed = HashedFile(file)
        with self._uploads.keep(run.import_id, msgspec.json.encode(cause), hashed):
            opening = run.opening(run.start(hashed), idempotency)
            appended = self._log.append_blocking(opening)
        if appended.replayed:
            self._uploads.discard(run.import_id)
        kept = appended.outcome if appended.replayed else opening.outcome
        return AcceptedImport(
            import_id=msgspec.json.decode(kept, type=UUID),
            position=appended.last_position or 0,
            replayed=appended.replayed,
        )

    def run_pending(self, progress: Progress | None = None) -> int:
        """Import every accepted file that no other process is importing; answers how many ended.

        An import that fails for a reason of ours, not of its file, stays pending, and the others go on.

        Raises:
            Exception: the first such failure, once every file had its turn.
        """
        ended, failures = 0, list[Exception]()
        for import_id in self._uploads.waiting():
            try:
                with self._uploads.claim(import_id) as upload:
                    ended += upload is not None and self._resume(upload, progress)
            except Exception as error:  # noqa: BLE001 - raised below, after the others had their turn
                failures.append(error)
        if failures:
            raise failures[0]
        return ended

    def schedule(
        self,
        request: ImportRequest,
        plan: ImportPlan,
        cause: Cause,
        import_id: UUID | None = None,
    ) -> AcceptedImport:
        """Begin a run whose file is still to be looked for; any process may go on with it by its id.

        Raises:
            Invalid: the request is wrong.
            Conflict: the run of the id that was given has begun already.
            Unavailable: as the event log says.
        """
        request = self._checked(request)
        now = self._clock.now()
        run = Run(import_id or self._new_id(), request, cause, now)
        command = ScheduleImport(
            kind=request.kind.name,
            source=clean_text(request.source),
            mode=request.mode,
            options=request.kept,
            at=now,
            **msgspec.structs.asdict(plan),
        )
        appended = self._log.append_blocking(run.opening(command))
        return AcceptedImport(import_id=run.import_id, position=appended.last_position or 0)

    def scheduled(self, import_id: UUID) -> imports.ImportScheduled:
        """What a run was scheduled for.

        Raises:
            NotFound: no run with this id was scheduled.
        """
        first = next(iter(self._facts(import_id)), None)
        if not isinstance(first, imports.ImportScheduled):
            raise NotFound(f"There is no scheduled run {import_id}.")
        return first

    def step(self, import_id: UUID, step: EndStep, cause: Cause) -> int:
        """Note that a step of a scheduled run is done; answers the position of the event. Quiet if the run has ended.

        Raises:
            NotFound: no run with this id was scheduled.
            Unavailable: as the event log says.
        """
        return self._tell(import_id, step, cause)

    def fail(self, import_id: UUID, code: str, detail: str, cause: Cause) -> int:
        """End a scheduled run of which nothing is stored; as `step`."""
        end = RejectImport(code=code, detail=detail, rows=0, bad_rows=0)
        return self._tell(import_id, end, cause)

    def take(
        self, import_id: UUID, file: Readable, cause: Cause, progress: Progress | None = None
    ) -> ImportOutcome:
        """Import the file of a scheduled run now; a run that has ended is answered as it ended, whoever ended it.

        Raises:
            NotFound: no run with this id was scheduled.
            Invalid, Malformed, Unbalanced, Unavailable: as `run` says.
        """
        plan = self.scheduled(import_id)
        request = requested(plan, self.kinds)
        try:
            facts = self._facts(import_id)
            run = Run(import_id, request, cause, self._clock.now(), facts)
            if not isinstance(state_of(facts), EndedImport):
                return raise_if_rejected(self._import(run, file, None, progress))
        except Conflict:  # somebody else has ended it, or what it was to correct has moved
            if not isinstance(state_of(self._facts(import_id)), EndedImport):
                raise
        return raise_if_rejected(self._ended(import_id, self._facts(import_id)))

    def load(
        self,
        import_id: UUID,
        rows: Iterable[ReadRow],
        file: FileTaken,
        cause: Cause,
        *,
        expected_rows: int | None = None,
        progress: Progress | None = None,
    ) -> ImportOutcome:
        """Load the rows that somebody read of the file of a scheduled run, and end it: the step `load`.

        As many rows as `expected_rows` have to be loaded. A run that has ended already is answered as it ended
        (`replayed`), whoever ended it; a rejection is an outcome, too.

        Raises:
            NotFound: no run with this id was scheduled.
            Conflict: what the rows are to correct was changed meanwhile; nothing was stored, so it may be tried again.
            Unavailable: as the event log says; nothing was stored.
        """
        facts = self._facts(import_id)
        try:
            return self._load(import_id, facts, rows, file, cause, expected_rows, progress)
        except Conflict:
            facts = self._facts(import_id)
            if not isinstance(state_of(facts), EndedImport):
                raise
            return self._ended(import_id, facts)

    def _load(
        self,
        import_id: UUID,
        facts: Sequence[Event],
        rows: Iterable[ReadRow],
        file: FileTaken,
        cause: Cause,
        expected_rows: int | None,
        progress: Progress | None,
    ) -> ImportOutcome:
        state = state_of(facts)
        if isinstance(state, EndedImport):
            return self._ended(import_id, facts)
        if not isinstance(state, ScheduledImport):
            raise NotFound(f"There is no scheduled run {import_id}.")
        request = msgspec.structs.replace(
            requested(state.scheduled, self.kinds), file_name=file.file_name
        )
        run = Run(import_id, request, cause, self._clock.now(), facts)

        def report(count: int) -> None:
            if progress:
                progress(count, file.size_bytes)

        return self._carry_out(run, rows, file, report, expected_rows=expected_rows, is_step=True)

    def _ended(self, import_id: UUID, facts: Sequence[Event]) -> ImportOutcome:
        position = self._log.stream_blocking(import_id)[-1].position
        outcome = outcome_told(import_id, facts)
        return msgspec.structs.replace(outcome, position=position, replayed=True)

    def _facts(self, import_id: UUID) -> list[Event]:
        return [record.event() for record in self._log.stream_blocking(import_id)]

    def _tell(self, import_id: UUID, command: imports.Command, cause: Cause) -> int:
        for attempt in range(1, _ATTEMPTS + 1):
            recorded = self._log.stream_blocking(import_id)
            facts = [record.event() for record in recorded]
            if not facts or not isinstance(facts[0], imports.ImportScheduled):
                raise NotFound(f"There is no scheduled run {import_id}.")
            request = requested(facts[0], self.kinds)
            run = Run(import_id, request, cause, self._clock.now(), facts)
            append = run.opening(command)
            if not append.streams[0].events:
                return recorded[-1].position
            try:
                return self._log.append_blocking(append).last_position or 0
            except Conflict:
                if attempt == _ATTEMPTS:
                    raise
        raise AssertionError

    def _resume(self, upload: Upload, progress: Progress | None) -> bool:
        """Carry out an accepted import unless that was done already, then forget its file."""
        facts = self._facts(upload.import_id)
        state = state_of(facts)
        # A file without a run was never acknowledged: its caller died or was told of an error.
        if isinstance(state, imports.RunningImport):
            self._import(self._accepted(upload, state, facts), upload.file, None, progress)
        self._uploads.discard(upload.import_id)
        return isinstance(state, imports.RunningImport)

    def _accepted(
        self, upload: Upload, state: imports.RunningImport, facts: Sequence[Event]
    ) -> Run:
        request = requested(state.started, self.kinds)
        cause = msgspec.json.decode(upload.cause, type=Cause)
        # The end of the run follows from its acceptance; the log knows a repetition by the same causation.
        caused = msgspec.structs.replace(cause, causation_id=upload.import_id)
        return Run(upload.import_id, request, caused, self._clock.now(), facts)

    def _import(
        self,
        run: Run,
        file: Readable,
        idempotency: Idempotency | None,
        progress: Progress | None,
    ) -> ImportOutcome:
        """Read a file and load its rows."""
        hashed, reading = HashedFile(file), Reading()

        def report(rows: int) -> None:
            if progress:
                progress(rows, hashed.size_bytes)

        grounds = self.grounds()
        rows = self._rows(run.request, hashed, reading, grounds)
        return self._carry_out(
            run, rows, hashed, report, idempotency, reading=reading, grounds=grounds
        )

    def _carry_out(
        self,
        run: Run,
        rows: Iterable[ReadRow],
        file: HashedFile | FileTaken,
        report: Callable[[int], None],
        idempotency: Idempotency | None = None,
        *,
        expected_rows: int | None = None,
        is_step: bool = False,
        reading: Reading | None = None,
        grounds: LogGrounds | None = None,
    ) -> ImportOutcome:
        """Stage, count, balance and commit; or record why not."""
        request, began_at = run.request, self._clock.now()
        tally = Tally(request.mode, request.max_reject_ratio, expected_rows)
        staging = Staging(
            request.kind, request.mode, run.told, request.refers_to.get("bank"), tally
        )

        def closing(end: imports.CompleteImport | RejectImport) -> Append:
            now, end = self._clock.now(), self._described(end, request, reading)
            step = tally.step(end, began_at, now) if is_step else None
            return run.closing(end, file, now, idempotency, step)

        with self._log.bulk(run.cause, staging.amend if request.kind.amend else None) as bulk:
            end: imports.CompleteImport | RejectImport | None = staging.stage(rows, bulk, report)
            if end is None:
                bulk.counts(idempotency)
                end = tally.end(bulk.sums())
            if isinstance(end, imports.CompleteImport):
                grounded = with_beside(closing(end), grounds.reads() if grounds else ())
                last = resting_on(self._log, grounded, bulk.corrected(), run.import_id)
                return outcome_of(last, bulk.finish(last).closing)
        if isinstance(file, HashedFile):
            file.drain()
        last = closing(end)
        return outcome_of(last, self._log.append_blocking(last))

    def _described(
        self,
        end: imports.CompleteImport | RejectImport,
        request: ImportRequest,
        reading: Reading | None,
    ) -> imports.CompleteImport | RejectImport:
        """The end of a run with how its file was read and, if rows were bad, with options that would fit them all."""
        if reading is None:
            return end
        if is_for_bad_rows(end):
            proposal = self._reader.proposed(request.kind.columns, request.declared, reading.sample)
            end = msgspec.structs.replace(end, proposal=proposal)
        return msgspec.structs.replace(end, read_as=reading.read_as)

    def _rows(
        self, request: ImportRequest, file: Readable, reading: Reading, grounds: LogGrounds
    ) -> Iterator[ReadRow]:
        kind, source = request.kind, clean_text(request.source)
        make = kind.maker(source, request.refers_to, grounds)
        reader = self._reader.within(kind.limits)
        rows = reader.rows(file, kind.columns, request.declared, make, reading)
        return compared(rows, self._log, kind)
