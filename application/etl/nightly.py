"""The nightly run without a scheduler beside Daybook: days that are due are loaded, those that were missed as well.

Rules upheld here:
- each attempt at a day is a run whose id follows from place, day and attempt, so that two workers begin it once;
- what a worker that died left under way is ended as `abandoned`, and tried again;
- a day that keeps failing is tried ever more seldom, and not at all once it is out of reach.
"""

import datetime as dt
from collections.abc import Callable, Collection, Iterator
from uuid import UUID

from application.etl.pipeline import DayOrder, Pipeline, Worker
from application.etl.ports import Turns
from application.imports.runs import state_of
from application.shared.ports import Clock, EventLog
from domain.etl import due_again, nightly_uid, without_secrets
from domain.imports import EndedImport, ImportCompleted, State
from domain.shared.errors import Conflict, DaybookError

ACTOR = "schedule:nightly"
TRIGGER = "cron"


class NightlyRuns:
    """Makes the runs that are due; it blocks as long as that takes."""

    def __init__(self, pipeline: Pipeline, log: EventLog, turns: Turns, clock: Clock) -> None:
        self._pipeline = pipeline
        self._log = log
        self._turns = turns
        self._clock = clock

    @property
    def is_set(self) -> bool:
        """Whether there is a source, and so something to do."""
        return self._pipeline.setting.source is not None

    def catch_up(
        self, loaded: Collection[dt.date] = (), is_over: Callable[[], bool] = lambda: False
    ) -> list[DaybookError]:
        """Load every day that is due, within reach and not loaded yet; answers what went wrong.

        `loaded` are days that others have loaded, as far as that is known: loading one again is needless and does no
        harm. Nothing is done where no source is set, and nothing for a day that another process is at. No further day
        is begun once `is_over` says so.
        """
        failures = list[DaybookError]()
        days = self._pipeline.setting.nightly.days(self._clock.now()) if self.is_set else ()
        for day in (day for day in days if day not in loaded):
            if is_over():
                break
            try:
                self._look_after(day, Worker(ACTOR))
            except DaybookError as error:
                failures.append(error)
        return failures

    def _look_after(self, day: dt.date, worker: Worker) -> None:
        place = without_secrets(self._pipeline.setting.source or "")
        if self._next(place, day) is None:
            return
        with self._turns.hold(f"etl {place} {day}") as is_ours:
            # Looked at again: whoever had the turn before may have done it.
            attempt = self._next(place, day) if is_ours else None
            if attempt is None:
                return
            for run_id in self._left_behind(place, day):
                detail = "its worker ended before it did"
                self._pipeline.fail(run_id, worker, "abandoned", detail)
            order = DayOrder(day=day, trigger=TRIGGER, run_id=nightly_uid(place, day, attempt))
            try:
                self._pipeline.run(order, worker)
            except (
                Conflict
            ):  # somebody else is faster, with another turn: on another database server, say
                return

    def _attempts(self, place: str, day: dt.date) -> Iterator[tuple[UUID, State]]:
        attempt = 1
        while True:
            run_id = nightly_uid(place, day, attempt)
            facts = [record.event() for record in self._log.stream_blocking(run_id)]
            if not facts:
                return
            yield run_id, state_of(facts)
            attempt += 1

    def _left_behind(self, place: str, day: dt.date) -> list[UUID]:
        return [
            run_id
            for run_id, state in self._attempts(place, day)
            if not isinstance(state, EndedImport)
        ]

    def _next(self, place: str, day: dt.date) -> int | None:
        """Which attempt at the day is due now, if any."""
        states = [state for _, state in self._attempts(place, day)]
        ends = [state.end for state in states if isinstance(state, EndedImport)]
        if any(isinstance(end, ImportCompleted) for end in ends):
            return None
        if ends and due_again(len(states), ends[-1].finished_at) > self._clock.now():
            return None
        return len(states) + 1
