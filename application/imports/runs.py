"""One import run: what it appends to its stream, and what its caller is told."""

from collections.abc import Sequence
from datetime import datetime
from functools import reduce
from typing import Any, Protocol
from uuid import UUID

import msgspec

from application.imports.beside import Beside, with_beside
from application.imports.requests import ImportOutcome, ImportRequest
from application.imports.tally import BAD_ROWS, NOT_WHOLE, TOO_MANY_REJECTS, UNBALANCED
from application.shared.import_kinds import ImportingRun
from application.shared.ports import Append, Appended, Cause, Idempotency, StreamAppend
from domain import imports
from domain.imports import (
    CompleteImport,
    EndStep,
    ImportCompleted,
    ImportScheduled,
    RejectImport,
    RowFault,
    StartImport,
    Unbalanced,
)
from domain.shared.errors import Fault, Invalid, Malformed
from domain.shared.events import Event
from domain.shared.rules import clean_file_name, clean_text


class SizedFile(Protocol):
    """A file whose length and SHA-256 are known."""

    @property
    def sha256(self) -> str:
        """In hexadecimal."""

    @property
    def size_bytes(self) -> int:
        """Its length."""


class Run:
    """An import under way: `facts` is what its stream held when this process took it up, `beside` what is recorded only
    if its rows are."""

    def __init__(
        self,
        import_id: UUID,
        request: ImportRequest,
        cause: Cause,
        started_at: datetime,
        facts: Sequence[Event] = (),
        beside: Beside = (),
    ) -> None:
        self.import_id = import_id
        self.request = request
        self.cause = msgspec.structs.replace(cause, correlation_id=import_id)
        self._started_at = started_at
        self._facts = facts
        self._state = state_of(facts)
        self._beside = beside

    @property
    def told(self) -> ImportingRun:
        """What a kind may know of it."""
        return told_of(self.import_id, self.request, self._started_at, self._facts)

    def start(self, file: SizedFile) -> StartImport:
        """The command that begins the run of a file that was read to its end."""
        return StartImport(
            kind=self.request.kind.name,
            source=clean_text(self.request.source),
            file_name=clean_file_name(self.request.file_name),
            sha256=file.sha256,
            size_bytes=file.size_bytes,
            mode=self.request.mode,
            options=self.request.kept,
            started_at=self._started_at,
        )

    def opening(self, command: imports.Command, idempotency: Idempotency | None = None) -> Append:
        """The append of one command on the run; its outcome is the import's id."""
        facts = imports.decide(self._state, command, self._started_at)
        return self._append(facts, idempotency, msgspec.json.encode(self.import_id))

    def closing(
        self,
        end: CompleteImport | RejectImport,
        file: SizedFile,
        now: datetime,
        idempotency: Idempotency | None = None,
        step: EndStep | None = None,
    ) -> Append:
        """The append that ends the run (and begins it, unless it was accepted before); its outcome is the answer."""
        state, facts = self._state, list[Event]()
        for command in (self.start(file), *((step,) if step else ()), end):
            for fact in imports.decide(state, command, now):
                facts.append(fact)
                state = imports.evolve(state, fact)
        outcome = outcome_told(self.import_id, [*self._facts, *facts])
        append = self._append(facts, idempotency, msgspec.json.encode(outcome))
        return append if isinstance(end, RejectImport) else with_beside(append, self._beside)

    def _append(
        self, facts: Sequence[Event], idempotency: Idempotency | None, outcome: bytes
    ) -> Append:
        stream = StreamAppend(self.import_id, len(self._facts), tuple(facts))
        return Append(streams=(stream,), cause=self.cause, idempotency=idempotency, outcome=outcome)


def told_of(
    import_id: UUID, request: ImportRequest, started_at: datetime, facts: Sequence[Event]
) -> ImportingRun:
    """What a kind may know of a run with these facts."""
    plans = (fact for fact in facts if isinstance(fact, ImportScheduled))
    plan = next(plans, None)
    return ImportingRun(
        import_id=import_id,
        source=clean_text(request.source),
        started_at=started_at,
        interval_start=plan.interval_start if plan else None,
        interval_end=plan.interval_end if plan else None,
    )


def state_of(facts: Sequence[Event]) -> imports.State:
    """The state of a run with these facts."""
    state: imports.State = imports.INITIAL
    return reduce(imports.evolve, facts, state)


def outcome_told(import_id: UUID, facts: Sequence[Event]) -> ImportOutcome:
    """The answer to the caller, read off the facts of a run that has ended.

    Raises:
        TypeError: it has not ended.
    """
    state = state_of(facts)
    if not isinstance(state, imports.EndedImport):
        raise TypeError(f"the run {import_id} has not ended")
    told = {
        "import_id": import_id,
        "status": "completed" if isinstance(state.end, ImportCompleted) else "rejected",
        "imported": 0,
        "already_known": 0,
        **(msgspec.structs.asdict(state.started) if state.started else _without_file(facts)),
        **msgspec.structs.asdict(state.end),
    }
    known = ImportOutcome.__struct_fields__
    return ImportOutcome(**{name: value for name, value in told.items() if name in known})


def _without_file(facts: Sequence[Event]) -> dict[str, Any]:
    """What is told of a run that failed before there was a file."""
    plan = next(fact for fact in facts if isinstance(fact, ImportScheduled))
    told = msgspec.structs.asdict(plan)
    return {**told, "file_name": "", "sha256": "", "size_bytes": 0, "started_at": plan.at}


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
        Invalid: rows were bad (code `bad_rows` or `too_many_rejects`), one fault per bad value; or they are not what
            belongs into one file (`not_whole`).
        Unbalanced: not every row or amount was accounted for.
        Malformed: the file could not be read.
        All with the facts import_id, rows, bad_rows, position and replayed.
    """
    if outcome.status == "completed":
        return outcome
    family = _FAMILIES.get(outcome.code or "", Malformed)
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


_FAMILIES = {
    BAD_ROWS: Invalid,
    TOO_MANY_REJECTS: Invalid,
    NOT_WHOLE: Invalid,
    UNBALANCED: Unbalanced,
}


def _fault(fault: RowFault) -> Fault:
    return Fault(
        detail=fault.reason, code=fault.code, row=fault.row, column=fault.column, got=fault.value
    )
