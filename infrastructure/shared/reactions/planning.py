"""The follower of the log that plans reactions: what the policies answer becomes rows, exactly once.

Rules upheld here:
- the rows of a page are written in the transaction that moves the checkpoint (`read_store/projecting.py` feeds this
  follower as it does every read model: one process plans, and what cannot be planned halts the planning, loudly: a
  skipped event is a payment or a message that never comes);
- a Redis that does not answer delays reactions by a second and stops nothing: jobs have a thread of their own.
"""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from time import time_ns
from typing import Any

import structlog

from application.policies import Policy, names_watched, planned
from application.shared.ports import EventLog, Record
from application.shared.tracing import span_of
from infrastructure.shared.reactions.queue import JobQueue, queue_name
from infrastructure.shared.reactions.rows import DONE_WITH, INSERT, insertable
from infrastructure.shared.reactions.traces import tell_planned
from infrastructure.shared.read_store import checkpoints
from infrastructure.shared.read_store.connections import ReadConnection, connected
from infrastructure.shared.read_store.feeding import Feeder, Prepared, feed
from infrastructure.shared.read_store.following import Following

CHECKPOINT = "reactions"
"""The row of `daybook.checkpoints` that tells how far the log was read for reactions."""

_VERSION = 1
_REGISTER = """
    INSERT INTO daybook.policies (name, since)
    SELECT policy.name, c.position FROM unnest(%s::text[]) AS policy (name), daybook.checkpoints c
    WHERE c.projection = 'reactions' AND c.slot = 'live' ON CONFLICT DO NOTHING
"""
_Wake = Callable[[str], None]

_logger = structlog.get_logger("daybook.reactions")


class Reactor(Following):
    """Plans the reactions of these policies and wakes workers for them; `close` when it is not to wake any more.

    Args:
        database_url: a libpq connection URI.
    """

    name, version = CHECKPOINT, _VERSION

    def __init__(
        self,
        policies: Sequence[Policy],
        database_url: str,
        log: EventLog,
        queue: JobQueue,
        *,
        page_events: int = 500,
    ) -> None:
        self.names: Sequence[str] = names_watched(policies)
        self._policies = policies
        self._database_url = database_url
        self._log = log
        self._page_events = page_events
        self._queue = queue
        self._waking = ThreadPoolExecutor(1, thread_name_prefix="wake")
        self._runner = asyncio.Runner()

    def is_in_place(self, connection: ReadConnection) -> bool:
        """True: the table of reactions is always there; its checkpoint is made, and new policies begin there."""
        if checkpoints.read(connection, CHECKPOINT, checkpoints.LIVE) is None:
            done_with = connection.execute(DONE_WITH.encode()).fetchone()
            checkpoints.put(
                connection,
                CHECKPOINT,
                checkpoints.LIVE,
                version=_VERSION,
                position=done_with[0] if done_with else 0,
                state="live",
            )
        connection.execute(_REGISTER.encode(), ([policy.name for policy in self._policies],))
        return True

    def is_far_behind(self, position: int, head: int) -> bool:  # noqa: ARG002
        """False: rows are planned page by page, however many."""
        return False

    def open(self, connection: ReadConnection) -> Feeder:
        return Feeder(connection, _Planner(self._policies, connection, self._wake_soon))

    def catch_up(self, stop: Event | None = None) -> int:
        """Plan up to the head of the log once, and answer the position reached; wakes nobody.

        Raises:
            PoisonEvent: an event cannot be planned.
            Unavailable: the log cannot be reached.
        """
        with connected(self._database_url, "reactions") as connection:
            self.is_in_place(connection)
            feeder = Feeder(connection, _Planner(self._policies, connection, lambda *_: None))
            return feed(feeder, self._log, self.names, stop or Event(), self._page_events)

    def close(self) -> None:
        """Finish the call in hand; what still waits is left to the workers, who look by themselves."""
        self._waking.shutdown(cancel_futures=True)
        self._runner.run(self._queue.aclose())
        self._runner.close()

    def _wake_soon(self, queue: str) -> None:
        self._waking.submit(self._wake, queue)

    def _wake(self, queue: str) -> None:
        if not self._runner.run(self._queue.wake(queue)):
            _logger.warning("workers_not_woken")


class _Planner:
    """Writes the reactions to a page: a `feeding.Target`; `wake` is told that there are some."""

    name, version = CHECKPOINT, _VERSION
    apart = frozenset[Any]()

    def __init__(self, policies: Sequence[Policy], connection: ReadConnection, wake: _Wake) -> None:
        self._policies = policies
        self._connection = connection
        self._wake = wake
        self._queue_name = queue_name(connection)

    def prepare(self, records: list[Record[Any]]) -> Prepared:
        """Ask the policies."""
        began_ns = time_ns()
        reactions = [(each, it) for it in records for each in planned(self._policies, it)]

        def write() -> None:
            with self._connection.cursor() as cursor:
                cursor.executemany(INSERT, [insertable(each) for each, _ in reactions])

        def afterwards() -> None:
            self._wake(self._queue_name)
            for reaction, record in reactions:
                tell_planned(reaction, began_ns, parent=span_of(record.causation_id))

        return Prepared(write, afterwards)
