"""The use cases: import a file now, accept it for later, import what was accepted."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any
from uuid import UUID

import msgspec

from application.imports.ports import Readable, Reader, Reading, ReadRow, Upload, Uploads
from application.imports.requests import (
    AcceptedImport,
    ImportOutcome,
    ImportRequest,
    Progress,
    requested,
)
from application.imports.runs import Run, outcome_of, raise_if_rejected
from application.imports.staging import HashedFile, Tally, stage
from application.shared.import_kinds import ImportKind, Reference
from application.shared.ports import Cause, Clock, EventLog, Idempotency
from domain import imports
from domain.shared.errors import Fault, Invalid
from domain.shared.events import names_read_as
from domain.shared.rules import clean_text, fault_of


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
    ) -> None:
        self.kinds = kinds
        self._log = log
        self._reader = reader
        self._uploads = uploads
        self._clock = clock
        self._new_id = new_id

    def check(self, request: ImportRequest) -> None:
        """Refuse a request that no file could satisfy, before a file is read.

        Raises:
            Invalid: one fault per field, its pointer named after the field (`/source`, `/locale`, ...).
        """
        found = [_source_fault(request)]
        found += [self._unknown(reference, request) for reference in request.kind.references]
        faults = [fault for fault in found if fault]
        try:
            self._reader.check(request.declared, request.kind.columns)
        except Invalid as error:
            faults += error.faults
        if faults:
            fields = ", ".join(str(fault.pointer).removeprefix("/") for fault in faults)
            raise Invalid(f"the import cannot start: see {fields}", faults=faults)

    def run(
        self,
        request: ImportRequest,
        file: Readable,
        cause: Cause,
        idempotency: Idempotency | None = None,
        progress: Progress | None = None,
    ) -> ImportOutcome:
        """Import a file now. The import's own id takes the place of `cause.correlation_id`.

        Raises:
            Invalid: the request is wrong; or rows are (code `bad_rows`) and the mode is all_or_nothing: one fault per
                bad value (the first 1,000), and the facts import_id, rows, bad_rows, position, replayed.
            Malformed: the file cannot be read as a table of its kind; the same facts.
            KeyReused, Unavailable: as the event log says; nothing was stored.
        """
        self.check(request)
        run = Run(self._new_id(), request, cause, self._clock.now())
        return raise_if_rejected(self._carry_out(run, file, idempotency, progress))

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
        self.check(request)
        run = Run(self._new_id(), request, cause, self._clock.now())
        hashed = HashedFile(file)
        with self._uploads.keep(run.import_id, msgspec.json.encode(cause), hashed):
            opening = run.opening(hashed, idempotency)
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

    def _unknown(self, reference: Reference, request: ImportRequest) -> Fault | None:
        name, uid = reference.name, request.refers_to.get(reference.name)
        recorded = self._log.stream_blocking(uid) if uid else ()
        if uid is None or (recorded and recorded[0].name in names_read_as(reference.opened_by)):
            return None
        detail = f"there is no {name} {uid}"
        return Fault(detail=detail, code=f"unknown_{name}", pointer=f"/{name}", got=str(uid))

    def _resume(self, upload: Upload, progress: Progress | None) -> bool:
        """Carry out an accepted import unless that was done already, then forget its file."""
        state: imports.State = imports.INITIAL
        for record in self._log.stream_blocking(upload.import_id):
            state = imports.evolve(state, record.event())
        # A file without a run was never acknowledged: its caller died or was told of an error.
        if isinstance(state, imports.RunningImport):
            self._carry_out(self._accepted(upload, state), upload.file, None, progress)
        self._uploads.discard(upload.import_id)
        return isinstance(state, imports.RunningImport)

    def _accepted(self, upload: Upload, state: imports.RunningImport) -> Run:
        request = requested(state.started, self.kinds)
        cause = msgspec.json.decode(upload.cause, type=Cause)
        # The end of the run follows from its acceptance; the log knows a repetition by the same causation.
        caused = msgspec.structs.replace(cause, causation_id=upload.import_id)
        return Run(upload.import_id, request, caused, self._clock.now(), state)

    def _carry_out(
        self,
        run: Run,
        file: Readable,
        idempotency: Idempotency | None,
        progress: Progress | None,
    ) -> ImportOutcome:
        """Stage, count and commit; or record why not."""
        hashed, tally, reading = HashedFile(file), Tally(run.request.mode), Reading()

        def report(rows: int) -> None:
            if progress:
                progress(rows, hashed.size_bytes)

        with self._log.bulk(run.cause) as bulk:
            rejection = stage(
                run.request.kind, self._rows(run.request, hashed, reading), tally, bulk, report
            )
            if rejection is None:
                end = msgspec.structs.replace(
                    tally.completed(*bulk.counts(idempotency)), read_as=reading.read_as
                )
                closing = run.closing(end, hashed, self._clock.now(), idempotency)
                return outcome_of(closing, bulk.finish(closing).closing)
        hashed.drain()
        rejection = msgspec.structs.replace(
            rejection,
            read_as=reading.read_as,
            proposal=rejection.proposal or self._proposal(run.request, tally, reading),
        )
        closing = run.closing(rejection, hashed, self._clock.now(), idempotency)
        return outcome_of(closing, self._log.append_blocking(closing))

    def _proposal(self, request: ImportRequest, tally: Tally, reading: Reading) -> dict[str, str]:
        """Other options for a file of which every row is bad."""
        if not tally.rows or tally.bad_rows < tally.rows:
            return {}
        return self._reader.proposed(request.kind.columns, request.declared, reading.sample)

    def _rows(self, request: ImportRequest, file: Readable, reading: Reading) -> Iterator[ReadRow]:
        kind, source = request.kind, clean_text(request.source)
        make = kind.facts(source, request.refers_to)
        return self._reader.rows(file, kind.columns, request.declared, make, reading)


def _source_fault(request: ImportRequest) -> Fault | None:
    source, kind = request.source, request.kind
    fault = fault_of("source", clean_text, source)
    if fault is None and clean_text(source) in kind.reserved_sources:
        return Fault(
            detail=f"the source {clean_text(source)!r} is kept for {kind.name} that come from no file",
            code="reserved",
            pointer="/source",
            got=source,
        )
    return fault
