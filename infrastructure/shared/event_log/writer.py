"""Group commit: one thread per process gathers the appends that are waiting and commits them together.

Rules upheld here:
- a caller hears of success only after the commit is durable;
- a refusal (`Conflict`, `KeyReused`) says that nothing was written. `Unavailable` leaves that open: the same request
  with the same idempotency key finds out;
- each command keeps its own outcome: what fails one does not touch the others of its commit;
- a batch whose answer was lost is sent again. The log recognises the commands by their causation ids, so a repetition
  writes nothing twice;
- nobody hangs: what cannot be committed within `patience_s` is answered with a retryable error.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future
from threading import Condition, Thread
from time import monotonic
from typing import NamedTuple

import psycopg

from application.shared.ports import Appended
from domain.shared.errors import Unavailable
from infrastructure.shared.event_log.batches import APPEND, Command, batch_of, outcome_of
from infrastructure.shared.event_log.connections import LOST, careful, unavailable
from infrastructure.shared.measurements import measurements

Verdict = Appended | Exception


Caller = Future[Appended] | asyncio.Future[Appended]


class _Waiting(NamedTuple):
    """A command in the queue, and whoever waits for it: a thread (`loop` None) or a task of an event loop."""

    command: Command
    deadline: float
    caller: Caller
    loop: asyncio.AbstractEventLoop | None

    def settle(self, verdict: Verdict) -> None:
        if self.caller.done():  # the caller has given up
            return
        if isinstance(verdict, Exception):
            self.caller.set_exception(verdict)
        else:
            self.caller.set_result(verdict)


class GroupCommitWriter:
    """Appends commands to the log, many to a commit.

    Args:
        database_url: where the log is.
        patience_s: how long a command may wait, a lost server included, before it fails as `Unavailable`.
        queue_max: how many commands may wait; one more fails at once.
        batch_max: how many commands one commit takes at most.
    """

    def __init__(
        self,
        database_url: str,
        *,
        patience_s: float = 5.0,
        queue_max: int = 10_000,
        batch_max: int = 256,
    ) -> None:
        self._database_url = careful(database_url, "daybook writer")
        self._patience_s = patience_s
        self._queue_max = queue_max
        self._batch_max = batch_max
        self._queue: deque[_Waiting] = deque()
        self._changed = Condition()
        self._closed = False
        self._connection: psycopg.Connection | None = None
        self._thread: Thread | None = None

    def append(self, command: Command) -> Appended:
        """Block until the command is durable; errors are those of `EventLog.append`."""
        caller: Future[Appended] = Future()
        self._submit(command, caller, None)
        try:
            return caller.result(self._patience_s * 2)
        except TimeoutError:
            raise unavailable() from None

    async def append_async(self, command: Command) -> Appended:
        """`append` for a task of an event loop."""
        loop = asyncio.get_running_loop()
        caller: asyncio.Future[Appended] = loop.create_future()
        self._submit(command, caller, loop)
        # A timer of the loop: half of what `wait_for` costs, and every command pays it.
        timer = loop.call_later(self._patience_s * 2, _give_up, caller)
        try:
            return await caller
        finally:
            timer.cancel()

    def close(self) -> None:
        """Commit what is waiting, then end the thread and its connection."""
        with self._changed:
            self._closed = True
            self._changed.notify()
            thread = self._thread
        if thread is not None:
            thread.join()
        self._disconnect()

    def _submit(
        self, command: Command, caller: Caller, loop: asyncio.AbstractEventLoop | None
    ) -> None:
        waiting = _Waiting(command, monotonic() + self._patience_s, caller, loop)
        with self._changed:
            if self._closed:
                raise Unavailable("the event log is closing", code="log_unavailable")
            if len(self._queue) >= self._queue_max:
                raise Unavailable(
                    "too many appends are waiting for the event log", code="log_overloaded"
                )
            if self._thread is None:
                self._thread = Thread(target=self._run, name="daybook-writer", daemon=True)
                self._thread.start()
            self._queue.append(waiting)
            self._changed.notify()

    def _run(self) -> None:
        while True:
            with self._changed:
                while not self._queue and not self._closed:
                    self._changed.wait()
                if not self._queue:
                    return
                batch = self._take()
            self._commit(batch)

    def _take(self) -> list[_Waiting]:
        """The next commands, in order, of which none touches what an earlier one writes; the rest stay for later.

        Nor does any overtake one that stays: it would change what that one has read.
        """
        taken: list[_Waiting] = []
        kept: deque[_Waiting] = deque()
        claimed: set[object] = set()
        read_later: set[object] = set()
        while self._queue and len(taken) < self._batch_max:
            waiting = self._queue.popleft()
            claims, reads = waiting.command.claims(), waiting.command.reads()
            if claimed.isdisjoint(claims | reads) and read_later.isdisjoint(claims):
                taken.append(waiting)
            else:
                kept.append(waiting)
                read_later |= reads
            claimed |= claims
        kept.extend(self._queue)
        self._queue = kept
        return taken

    def _commit(self, batch: Sequence[_Waiting]) -> None:
        together = batch
        self._commit_patiently(batch)
        # Who waited has been answered by now; only the next batch waits for this.
        began = [waiting.deadline - self._patience_s for waiting in together]
        ended = monotonic()
        measurements().appended([ended - each for each in began])

    def _commit_patiently(self, batch: Sequence[_Waiting]) -> None:
        pause_s = 0.02
        while batch:
            try:
                verdicts = self._execute([waiting.command for waiting in batch])
            except psycopg.errors.LockNotAvailable as error:
                # Either the lock of the log was not had in time, or a stream is in an import that has not ended.
                in_time = _give_up_on_late(batch, monotonic(), error)
                self._commit_one_by_one(in_time, unavailable())
                batch = ()
            except psycopg.errors.DiskFull as error:
                # Nobody makes room within a caller's patience, and whoever comes next would wait behind them.
                _settle(batch, [unavailable(error)] * len(batch))
                batch = ()
            except LOST as error:
                self._disconnect()
                batch = _give_up_on_late(batch, monotonic() + pause_s, error)
                self._pause(pause_s)
                pause_s = min(pause_s * 2, 0.5)
            except psycopg.Error as error:
                self._commit_one_by_one(batch, error)
                batch = ()
            else:
                _settle(batch, verdicts)
                batch = ()

    def _commit_one_by_one(self, batch: Sequence[_Waiting], error: Exception) -> None:
        """A command that the database cannot take must not fail its neighbours: each goes alone."""
        if len(batch) == 1:
            _settle(batch, [error])
        else:
            for waiting in batch:
                self._commit_patiently([waiting])

    def _pause(self, pause_s: float) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._closed, pause_s)

    def _execute(self, commands: Sequence[Command]) -> Sequence[Verdict]:
        if self._connection is None:
            self._connection = psycopg.connect(self._database_url, autocommit=True)
            # Behind a long import an append waits for the lock, but no longer than its caller does.
            lock_timeout_ms = int(self._patience_s * 1000)
            self._connection.execute(f"SET lock_timeout = {lock_timeout_ms}")
        rows = self._connection.execute(APPEND, [batch_of(commands)], prepare=True, binary=True)
        return [outcome_of(row) for row in rows]

    def _disconnect(self) -> None:
        if self._connection is not None:
            with contextlib.suppress(psycopg.Error):
                self._connection.close()
            self._connection = None


def _give_up_on_late(
    batch: Sequence[_Waiting], now: float, reason: Exception
) -> Sequence[_Waiting]:
    """Answer those whose patience is over; the others are left to be tried again."""
    failure = unavailable()
    failure.__cause__ = reason
    late = [waiting for waiting in batch if waiting.deadline <= now]
    _settle(late, [failure] * len(late))
    return [waiting for waiting in batch if waiting.deadline > now]


def _settle(batch: Sequence[_Waiting], verdicts: Sequence[Verdict]) -> None:
    """Answer everybody; the tasks of one event loop are woken together, since waking a loop is what costs."""
    by_loop: dict[asyncio.AbstractEventLoop, list[tuple[_Waiting, Verdict]]] = {}
    for waiting, verdict in zip(batch, verdicts, strict=True):
        if waiting.loop is None:
            waiting.settle(verdict)
        else:
            by_loop.setdefault(waiting.loop, []).append((waiting, verdict))
    for loop, pairs in by_loop.items():
        with contextlib.suppress(RuntimeError):  # the loop was closed while its task waited
            loop.call_soon_threadsafe(_settle_all, pairs)


def _give_up(caller: asyncio.Future[Appended]) -> None:
    if not caller.done():
        caller.set_exception(unavailable())


def _settle_all(pairs: Sequence[tuple[_Waiting, Verdict]]) -> None:
    for waiting, verdict in pairs:
        waiting.settle(verdict)
