"""The follower of the log that plans reactions: what the policies answer becomes rows, exactly once.

Rules upheld here:
- the rows of a page are written in the transaction that moves the checkpoint;
- of all processes one plans, by an advisory lock; the others stand by and take over when it ends;
- an event that cannot be planned halts the planning loudly and is never skipped: a skipped event is a payment or a
  message that never comes;
- a Redis that does not answer delays reactions by a sweep and stops nothing.
"""

import asyncio
from collections.abc import Sequence
from threading import Event

import structlog

from application.policies import Policy, names_watched, planned
from application.shared.ports import EventLog, RecordedEvent, Wakeups
from application.shared.reactions.ports import Reaction
from domain.shared.errors import DaybookError
from infrastructure.shared.event_log.connections import LOST
from infrastructure.shared.reactions.queue import Job, JobQueue, queue_name
from infrastructure.shared.reactions.rows import INSERT, insertable
from infrastructure.shared.read_store import checkpoints
from infrastructure.shared.read_store.connections import (
    ACTIVE,
    ReadConnection,
    connected,
    try_lock,
)

CHECKPOINT = "reactions"
"""The row of `daybook.checkpoints` that tells how far the log was read for reactions."""

_VERSION = 1
_STANDBY_S = 0.5
_HALTED_S = 2.0
_PAUSE_MIN_S, _PAUSE_MAX_S = 0.2, 5.0

_logger = structlog.get_logger("daybook.reactions")


class Unplannable(Exception):
    """No reaction can be planned for an event; `position` says which."""

    def __init__(self, position: int, error: Exception) -> None:
        super().__init__(f"position {position}: {type(error).__name__}: {error}"[:500])
        self.position = position


class Reactor:
    """Plans the reactions of these policies.

    Args:
        database_url: a libpq connection URI.
        poll_s: how long an announcement may be missed before the log is read anyway, in seconds.
    """

    def __init__(
        self,
        policies: Sequence[Policy],
        database_url: str,
        log: EventLog,
        queue: JobQueue,
        *,
        poll_s: float = 1.0,
        page_events: int = 500,
    ) -> None:
        self._policies = policies
        self._names = names_watched(policies)
        self._database_url = database_url
        self._log = log
        self._queue = queue
        self._poll_s = poll_s
        self._page_events = page_events
        self._wakeups: Wakeups | None = None

    def run(self, stop: Event) -> None:
        """Plan until `stop` is set; trouble with the database is waited out, with growing pauses."""
        pause_s = _PAUSE_MIN_S
        while not stop.is_set():
            try:
                self._serve(stop)
                pause_s = _PAUSE_MIN_S
            except Unplannable as unplannable:
                self._halt(unplannable)
                stop.wait(_HALTED_S)
            except checkpoints.CheckpointLost:
                _logger.info("reactions_planned_elsewhere")
            except Exception as error:
                told = isinstance(error, (DaybookError, *LOST))
                _logger.warning(
                    "reactions_trouble", error=str(error), exc_info=None if told else error
                )
                stop.wait(pause_s)
                pause_s = min(pause_s * 2, _PAUSE_MAX_S)

    def wake(self) -> None:
        """Make it look at `stop` at once."""
        if self._wakeups is not None:
            self._wakeups.stop()

    def catch_up(self) -> int:
        """Plan up to the head of the log once, and answer the position reached; enqueues nothing.

        Raises:
            Unplannable: an event cannot be planned.
            Unavailable: the log cannot be reached.
        """
        with connected(self._database_url, "reactions") as connection:
            while self._plan_page(connection) is not None:
                pass
            return self._checkpoint(connection).position

    def _serve(self, stop: Event) -> None:
        with (
            connected(self._database_url, "reactions") as connection,
            self._log.wakeups(self._poll_s) as wakeups,
            asyncio.Runner() as runner,
        ):
            while not try_lock(connection, ACTIVE, CHECKPOINT):
                if stop.wait(_STANDBY_S):
                    return
            self._wakeups = wakeups
            name = queue_name(connection)
            try:
                while not stop.is_set():
                    self._plan_all(connection, runner, name, stop)
                    wakeups.wait()
            finally:
                self._wakeups = None
                runner.run(self._queue.aclose())

    def _plan_all(
        self, connection: ReadConnection, runner: asyncio.Runner, name: str, stop: Event
    ) -> None:
        while not stop.is_set():
            reactions = self._plan_page(connection)
            if reactions is None:
                return
            jobs = [Job(reaction.id, 0) for reaction in reactions]
            if jobs and not runner.run(self._queue.enqueue(name, jobs)):
                _logger.warning("reactions_not_enqueued", number=len(jobs))

    def _plan_page(self, connection: ReadConnection) -> list[Reaction] | None:
        """Plan the next page; None if the log was read to its end."""
        at = self._checkpoint(connection)
        page = self._log.page(at.position, self._page_events, names=self._names)
        if page.until <= at.position:
            return None
        reactions, bad = self._reactions(page.events)
        until = page.until if bad is None else bad.position - 1
        with connection.transaction():
            checkpoints.move(
                connection, CHECKPOINT, checkpoints.LIVE, at=at, until=until, state="live"
            )
            with connection.cursor() as cursor:
                cursor.executemany(INSERT, [insertable(reaction) for reaction in reactions])
        if bad is not None:
            raise bad
        return reactions

    def _reactions(
        self, events: Sequence[RecordedEvent]
    ) -> tuple[list[Reaction], Unplannable | None]:
        found: list[Reaction] = []
        for event in events:
            try:
                found += planned(self._policies, event)
            except Exception as error:  # noqa: BLE001 - an unknown event or a fault of a policy alike
                return found, Unplannable(event.position, error)
        return found, None

    def _checkpoint(self, connection: ReadConnection) -> checkpoints.Checkpoint:
        at = checkpoints.read(connection, CHECKPOINT, checkpoints.LIVE)
        if at is None:
            checkpoints.put(
                connection,
                CHECKPOINT,
                checkpoints.LIVE,
                version=_VERSION,
                position=0,
                state="live",
            )
            return self._checkpoint(connection)
        return at

    def _halt(self, unplannable: Unplannable) -> None:
        _logger.error("reactions_halted", error=str(unplannable))
        with connected(self._database_url, "reactions") as connection:
            checkpoints.halt(connection, CHECKPOINT, _VERSION, str(unplannable))
