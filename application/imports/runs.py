"""One import run: what it appends to its stream, and what its caller is told."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from application.imports.requests import ImportOutcome, ImportRequest
from application.imports.staging import BAD_ROWS, HashedFile
from application.shared.ports import Append, Appended, Cause, Idempotency, StreamAppend
from domain import imports
from domain.imports import CompleteImport, ImportCompleted, RejectImport, RowFault, StartImport
from domain.shared.errors import Fault, Invalid, Malformed
from domain.shared.events import Event
from domain.shared.rules import clean_text


class Run:
    """An import under way: `state` is what its stream held when this process took it up."""

    def __init__(
        self,
        import_id: UUID,
        request: ImportRequest,
        cause: Cause,
        started_at: datetime,
        state: imports.State = imports.INITIAL,
    ) -> None:
        self.import_id = import_id
        self.request = request
        self.cause = msgspec.structs.replace(cause, correlation_id=import_id)
        self._started_at = started_at
        self._state = state

    def start(self, file: HashedFile) -> StartImport:
        """The command that begins the run of a file that was read to its end."""
        return StartImport(
            kind=self.request.kind.name,
            source=clean_text(self.request.source),
            file_name=imports.clean_file_name(self.request.file_name),
            sha256=file.sha256,
            size_bytes=file.size_bytes,
            mode=self.request.mode,
            options=self.request.declared
            | {it: str(uid) for it, uid in self.request.refers_to.items()},
            started_at=self._started_at,
        )

    def opening(self, file: HashedFile, idempotency: Idempotency | None) -> Append:
        """The append that accepts a file; its outcome is the import's id."""
        facts = imports.decide(self._state, self.start(file), self._started_at)
        return self._append(facts, idempotency, msgspec.json.encode(self.import_id))

    def closing(
        self,
        end: CompleteImport | RejectImport,
        file: HashedFile,
        now: datetime,
        idempotency: Idempotency | None,
    ) -> Append:
        """The append that ends the run (and begins it, unless it was accepted before); its outcome is the answer."""
        state, facts = self._state, list[Event]()
        for command in (self.start(file), end):
            for fact in imports.decide(state, command, now):
                facts.append(fact)
                state = imports.evolve(state, fact)
        return self._append(facts, idempotency, msgspec.json.encode(self._outcome(state)))

    def _append(
        self, facts: Sequence[Event], idempotency: Idempotency | None, outcome: bytes
    ) -> Append:
        expected = 0 if isinstance(self._state, imports.NoRun) else 1
        stream = StreamAppend(self.import_id, expected, tuple(facts))
        return Append(streams=(stream,), cause=self.cause, idempotency=idempotency, outcome=outcome)

    def _outcome(self, state: imports.State) -> ImportOutcome:
        """The answer to the caller, read off the facts."""
        if not isinstance(state, imports.EndedImport):
            raise TypeError(f"the run {self.import_id} has not ended")
        facts = {
            "import_id": self.import_id,
            "status": "completed" if isinstance(state.end, ImportCompleted) else "rejected",
            "imported": 0,
            "already_known": 0,
            **msgspec.structs.asdict(state.started),
            **msgspec.structs.asdict(state.end),
        }
        known = ImportOutcome.__struct_fields__
        return ImportOutcome(**{name: value for name, value in facts.items() if name in known})


def outcome_of(closing: Append, appended: Appended) -> ImportOutcome:
    """The answer to the caller: what was kept the first time where the idempotency key came again."""
    outcome = appended.outcome if appended.replayed else closing.outcome
    return msgspec.structs.replace(
        msgspec.json.decode(outcome, type=ImportOutcome),
        position=appended.last_position or 0,
        replayed=appended.replayed,
    )


def raise_if_rejected(outcome: ImportOutcome) -> ImportOutcome:
    """The outcome itself, if the import was completed.

    Raises:
        Invalid: rows were bad (code `bad_rows`), one fault per bad value.
        Malformed: the file could not be read.
        Both with the facts import_id, rows, bad_rows, position and replayed.
    """
    if outcome.status == "completed":
        return outcome
    family = Invalid if outcome.code == BAD_ROWS else Malformed
    raise family(
        outcome.detail or "",
        code=outcome.code or "",
        faults=[_fault(fault) for fault in outcome.faults],
        import_id=str(outcome.import_id),
        rows=outcome.rows,
        bad_rows=outcome.bad_rows,
        position=outcome.position,
        replayed=outcome.replayed,
        read_as=outcome.read_as,
        **({"proposal": outcome.proposal} if outcome.proposal else {}),
    )


def _fault(fault: RowFault) -> Fault:
    return Fault(
        detail=fault.reason, code=fault.code, row=fault.row, column=fault.column, got=fault.value
    )
