"""The steps of the nightly pipeline: each can run in a process of its own, and all of them in one."""

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

import msgspec

from application.etl.ports import DayFile, Extracted, Transformed, Workshop
from application.imports.requests import (
    FileTaken,
    ImportOutcome,
    ImportPlan,
    ImportRequest,
    requested,
)
from application.imports.runs import outcome_told, raise_if_rejected, state_of
from application.imports.tally import TOO_MANY_REJECTS
from application.imports.use_cases import Imports
from application.shared.import_kinds import ImportKind
from application.shared.ports import Cause, Clock, EventLog
from domain.etl import DAY, Nightly, begun, clear_address, without_secrets
from domain.imports import (
    EndedImport,
    EndStep,
    ImportCompleted,
    ImportMode,
    ImportRejected,
    ImportScheduled,
    ImportStepEnded,
    LogLine,
)
from domain.shared.errors import Conflict, DaybookError, Invalid, NotFound, Refused, Unavailable
from domain.shared.events import Event

Tell = Callable[[LogLine], None]
StepName = Literal["extract", "transform", "load"]

SOURCE = "etl"
"""Where the rows come from, as their runs and facts say."""


class RunHasEnded(Refused, code="run_has_ended"):
    """The run of a step is over (`facts`: run_id)."""


class PipelineSetting(msgspec.Struct, frozen=True, kw_only=True):
    """How an installation runs the pipeline; `source` may hold credentials, and is none where nothing is set."""

    kind: ImportKind[Any]
    nightly: Nightly
    source: str | None
    max_reject_ratio: Decimal | None
    code_version: str


class DayOrder(msgspec.Struct, frozen=True, kw_only=True):
    """Which day to load; source and ratio are those of the installation unless they are given.

    `run_id` is for who must not begin the same run twice.
    """

    day: dt.date
    source: str | None = None
    trigger: str = "manual"
    max_reject_ratio: Decimal | None = None
    run_id: UUID | None = None


class Worker(msgspec.Struct, frozen=True):
    """Who works on a run, and who hears every line of its log as it is said."""

    actor: str
    tell: Tell = lambda _: None


class Pipeline:
    """The use cases of the pipeline; all of them block."""

    def __init__(
        self,
        log: EventLog,
        imports: Imports,
        workshop: Workshop,
        clock: Clock,
        new_id: Callable[[], UUID],
        setting: PipelineSetting,
    ) -> None:
        self.setting = setting
        self._log = log
        self._imports = imports
        self._workshop = workshop
        self._clock = clock
        self._new_id = new_id

    def begin(self, order: DayOrder, worker: Worker) -> UUID:
        """Begin a run for a day, before anybody has looked for its file; answers the run's id.

        Raises:
            Invalid: the day has not begun (`day_in_future`), there is no source (`no_source`), or one that
                may hold a password where it would be shown (`unclear_address`).
            Conflict: the run of the id that was given has begun already.
        """
        nightly, ratio = self.setting.nightly, order.max_reject_ratio
        day = begun(order.day, nightly, self._clock.now())
        start, end = nightly.interval(day)
        plan = ImportPlan(
            location=without_secrets(self._address(day, order.source)),
            trigger=order.trigger,
            code_version=self.setting.code_version,
            interval_start=start,
            interval_end=end,
        )
        request = ImportRequest(
            kind=self.setting.kind,
            source=SOURCE,
            file_name=plan.location,
            mode=ImportMode.QUARANTINE,
            max_reject_ratio=self.setting.max_reject_ratio if ratio is None else ratio,
        )
        return self._imports.schedule(request, plan, self._cause(worker), order.run_id).import_id

    def extract(self, run_id: UUID, worker: Worker, source: str | None = None) -> Extracted:
        """Fetch the file of a run, whole, and check its header.

        `source` is that of the order, if it held credentials, which are nowhere on record.

        Raises:
            NotFound: there is no such run.
            RunHasEnded: it is over.
            Malformed: there is no file, or it cannot be taken in; the run has failed with the same code and detail.
        """
        plan, day = self._under_way(run_id)
        form = self._form(plan)
        known = _of_day(source or self.setting.source or "", day)
        address = known if without_secrets(known) == plan.location else plan.location
        with self._step("extract", run_id, worker) as step:
            step.say(f"fetching {plan.location}")
            file = self._workshop.extract(run_id, address, day, form, step.say)
            step.rows = file.rows
        return file

    def transform(self, run_id: UUID, worker: Worker) -> Transformed:
        """Read the rows of the file that was fetched.

        Raises:
            NotFound: there is no such run.
            RunHasEnded: it is over.
            Malformed: the file is not there (`no_work_file`, and the run goes on once it is), or it cannot be read to
                its end; the run has failed then.
            Invalid: more rows are bad than may be (`too_many_rejects`); the run has failed.
        """
        plan, _ = self._under_way(run_id)
        self._workshop.extracted(run_id)
        with self._step("transform", run_id, worker) as step:
            read = self._workshop.transform(run_id, self._form(plan), step.say)
            step.rows = read.rows
            _check_ratio(read, requested(plan, self._imports.kinds).max_reject_ratio)
        return read

    def load(self, run_id: UUID, worker: Worker) -> ImportOutcome:
        """Load the rows that were read, all or none, and end the run; one that has ended is answered as it did.

        Raises:
            NotFound: there is no such run.
            RunHasEnded: it has failed before.
            Malformed: there is nothing that was read (`no_work_file`); the run goes on once there is.
            Invalid, Unbalanced: as `Imports.run` says; the run has failed.
            Conflict, Unavailable: nothing was stored; it may be tried again.
        """
        plan, _ = self._planned(run_id)
        outcome = self._loaded(run_id) or self._load(run_id, plan, worker)
        for fact in self._facts(run_id):
            if isinstance(fact, ImportStepEnded) and fact.step == "load":
                for line in fact.lines:
                    worker.tell(line)
        self._workshop.discard(run_id)
        return raise_if_rejected(outcome)

    def run(self, order: DayOrder, worker: Worker) -> ImportOutcome:
        """All of it, in this process.

        Raises:
            DaybookError: as `begin`, `extract`, `transform` and `load` say.
        """
        run_id = self.begin(order, worker)
        self.extract(run_id, worker, order.source)
        self.transform(run_id, worker)
        return self.load(run_id, worker)

    def fail(self, run_id: UUID, worker: Worker, code: str, detail: str) -> None:
        """End a run that was given up; quiet if it has ended."""
        self._imports.fail(run_id, code, detail, self._cause(worker))
        self._workshop.discard(run_id)

    def _loaded(self, run_id: UUID) -> ImportOutcome | None:
        """How the run has ended, if it was loaded already."""
        facts = self._facts(run_id)
        match state_of(facts):
            case EndedImport(end=ImportCompleted()):
                outcome = outcome_told(run_id, facts)
                return msgspec.structs.replace(outcome, replayed=True)
            case EndedImport(end=ImportRejected(code=code, detail=detail)):
                raise RunHasEnded(f"the run {run_id} has failed ({code}): {detail}")
        return None

    def _load(self, run_id: UUID, plan: ImportScheduled, worker: Worker) -> ImportOutcome:
        file = self._workshop.extracted(run_id)
        rows = self._workshop.rows(run_id, self._form(plan))
        with self._failing(run_id, worker):
            return self._imports.load(
                run_id,
                rows,
                FileTaken(file_name=file.file_name, sha256=file.sha256, size_bytes=file.size_bytes),
                self._cause(worker),
                expected_rows=file.rows,
            )

    @contextmanager
    def _step(self, name: StepName, run_id: UUID, worker: Worker) -> Iterator["_Saying"]:
        """A step within the block: what it says is on record afterwards, and an error fails the run."""
        step = _Saying(self._clock, worker.tell)
        began_at = self._clock.now()

        def end() -> None:
            ended = EndStep(
                step=name,
                started_at=began_at,
                finished_at=self._clock.now(),
                rows=step.rows,
                lines=tuple(step.lines),
            )
            self._imports.step(run_id, ended, self._cause(worker))

        with self._failing(run_id, worker):
            try:
                yield step
            except BaseException as error:
                step.say(_told(error)[1], level="error")
                end()
                raise
            end()

    @contextmanager
    def _failing(self, run_id: UUID, worker: Worker) -> Iterator[None]:
        """Whatever goes wrong within the block ends the run, unless it may go right if it is done again."""
        try:
            yield
        except (Conflict, Unavailable):
            raise
        except BaseException as error:
            self.fail(run_id, worker, *_told(error))
            raise

    def _under_way(self, run_id: UUID) -> tuple[ImportScheduled, dt.date]:
        planned = self._planned(run_id)
        if isinstance(state_of(self._facts(run_id)), EndedImport):
            raise RunHasEnded(f"the run {run_id} has ended; begin another", run_id=str(run_id))
        return planned

    def _planned(self, run_id: UUID) -> tuple[ImportScheduled, dt.date]:
        """What a run of ours is to load, and of which day."""
        plan = self._imports.scheduled(run_id)
        if plan.interval_start is None or plan.kind != self.setting.kind.name:
            raise NotFound(f"The run {run_id} is of no day of {self.setting.kind.name}.")
        return plan, plan.interval_start.date()

    def _facts(self, run_id: UUID) -> list[Event]:
        return [record.event() for record in self._log.stream_blocking(run_id)]

    def _address(self, day: dt.date, source: str | None) -> str:
        address = source or self.setting.source
        if not address:
            raise Invalid(
                "there is no source: name one, or set DAYBOOK_ETL_SOURCE", code="no_source"
            )
        return clear_address(_of_day(address, day))

    def _form(self, plan: ImportScheduled) -> DayFile:
        request = requested(plan, self._imports.kinds)
        return DayFile(kind=request.kind, source=plan.source, options=request.declared)

    def _cause(self, worker: Worker) -> Cause:
        command_id = self._new_id()
        return Cause(actor=worker.actor, correlation_id=command_id, causation_id=command_id)


def _of_day(address: str, day: dt.date) -> str:
    return address.replace(DAY, day.isoformat())


class _Saying:
    """What a step has to say, and how many rows it is about."""

    def __init__(self, clock: Clock, tell: Tell) -> None:
        self._clock = clock
        self._tell = tell
        self.rows = 0
        self.lines: list[LogLine] = []

    def say(self, message: str, level: Literal["info", "warning", "error"] = "info") -> None:
        """Put a line into the log of the run."""
        line = LogLine(at=self._clock.now(), message=message, level=level)
        self.lines.append(line)
        self._tell(line)


def _told(error: BaseException) -> tuple[str, str]:
    """The code and the reason that a failed run shows; what we did not foresee may say what must not be shown."""
    if isinstance(error, DaybookError):
        return error.code, error.detail
    if isinstance(error, KeyboardInterrupt):
        return "interrupted", "it was interrupted"
    return "failed", f"it failed for a reason of ours: {type(error).__name__}"


def _check_ratio(read: Transformed, ratio: Decimal | None) -> None:
    if ratio is not None and read.bad_rows > ratio * read.rows:
        raise Invalid(
            f"{read.bad_rows} of {read.rows} rows are bad, and at most {ratio} of all may be, so nothing was stored",
            code=TOO_MANY_REJECTS,
        )
