"""The worker: takes jobs from the queue, performs reactions, and sweeps up what the queue has forgotten.

Rules upheld here:
- a reaction is performed only by whoever claimed its row, whatever stands in the queue;
- a Redis that went away is waited for; a database that went away leaves the claim to its lease;
- when the process is to end, no further job is taken, and what is in hand is finished or given back.
"""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from uuid import UUID

import structlog
from arq.worker import Worker, func
from redis.exceptions import RedisError

from application.shared.reactions.attempts import (
    ATTEMPT_S_MAX,
    Done,
    Failed,
    Outcome,
    Parked,
    Postponed,
    attempt,
)
from application.shared.reactions.handling import Handler
from application.shared.services import Services
from domain.shared.errors import Unavailable
from infrastructure.shared.reactions.queue import PERFORM, JobQueue, decoded
from infrastructure.shared.reactions.rows import Claim, ReactionRows
from infrastructure.shared.tasks import cancelled

LEASE_S = 10.0
SWEEP_S = 1.0
_POLL_S = 0.1
_AT_ONCE = 20
_FINISH_S = 0.7  # the supervisor waits a little longer than this
_PAUSE_S = 0.5
# arq gives up on a job after its own time-out; ours comes first, and tells the reaction.
_JOB_S_MAX = ATTEMPT_S_MAX + 30.0

_logger = structlog.get_logger("daybook.worker")


class ReactionWorker:
    """Performs reactions until it is told to stop.

    Args:
        lease_s: seconds after which a reaction whose worker died is taken up by another one.
        sweep_s: seconds between two looks for reactions that no job leads to.
    """

    def __init__(
        self,
        rows: ReactionRows,
        queue: JobQueue,
        handlers: Mapping[str, Handler],
        services: Services,
        *,
        lease_s: float = LEASE_S,
        sweep_s: float = SWEEP_S,
    ) -> None:
        self._rows = rows
        self._queue = queue
        self._handlers = handlers
        self._services = services
        self._lease_s = lease_s
        self._sweep_s = sweep_s

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set, then give everything back."""
        tasks = [asyncio.create_task(self._sweep(stop)), asyncio.create_task(self._carry(stop))]
        try:
            await asyncio.gather(*tasks)
        finally:
            await cancelled(tasks)
            await self._queue.aclose()
            await self._rows.aclose()
            await self._services.aclose()

    async def perform(self, reaction_id: UUID) -> Outcome | None:
        """Carry a reaction out if it is due and free; None if it is not.

        Raises:
            Unavailable: the database does not answer; the reaction stays as it is, or falls to the sweep.
        """
        claim = await self._rows.claim(reaction_id, self._lease_s)
        if claim is None:
            return None
        try:
            outcome = await self._attempt(claim)
        except asyncio.CancelledError:  # given back undone, which is no failure
            await self._rows.settle(claim, Postponed(0.0))
            raise
        settled = await self._rows.settle(claim, outcome)
        _log(claim, outcome, settled)
        return outcome

    async def _job(self, _: dict[Any, Any], reaction_id: str) -> None:
        with suppress(Unavailable):  # the sweep comes back to it
            await self.perform(UUID(reaction_id))

    async def _attempt(self, claim: Claim) -> Outcome:
        renewing = asyncio.create_task(self._renew(claim))
        try:
            return await attempt(claim.reaction, self._handlers, self._services)
        finally:
            await cancelled((renewing,))

    async def _renew(self, claim: Claim) -> None:
        held = True
        while held:
            await asyncio.sleep(self._lease_s / 3)
            with suppress(Unavailable):
                held = await self._rows.renew(claim, self._lease_s)

    async def _sweep(self, stop: asyncio.Event) -> None:
        """Enqueue what is due, again and again; what is in the queue already is not enqueued twice."""
        while not stop.is_set():
            try:
                await self._queue.enqueue(await self._rows.queue_name(), await self._rows.due())
            except Unavailable as error:
                _logger.warning("sweep_failed", error=error.detail)
            await _waited(stop, self._sweep_s)

    async def _carry(self, stop: asyncio.Event) -> None:
        """Run arq's worker, and start another one whenever Redis has thrown it out."""
        while not stop.is_set():
            try:
                await self._carry_until_lost(stop)
            except (RedisError, OSError, Unavailable) as error:
                _logger.warning("queue_lost", error=f"{type(error).__name__}: {error}")
                await _waited(stop, _PAUSE_S)

    async def _carry_until_lost(self, stop: asyncio.Event) -> None:
        worker = self._arq_worker(await self._rows.queue_name())
        carrying = asyncio.create_task(worker.async_run())
        stopping = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait((carrying, stopping), return_when=asyncio.FIRST_COMPLETED)
            if not stop.is_set():
                await carrying  # it ends by itself only with an error
        finally:
            worker.allow_pick_jobs = False
            await cancelled((carrying, stopping))
            # Jobs in hand may end, but not for long; the others are cancelled, which gives their reactions back.
            if tasks := list(worker.tasks.values()):
                await asyncio.wait(tasks, timeout=_FINISH_S)
                await cancelled(tasks)

    def _arq_worker(self, queue: str) -> Worker:
        return Worker(
            [func(self._job, name=PERFORM, keep_result=0)],  # type: ignore[arg-type]
            queue_name=queue,
            redis_pool=self._queue.redis(),
            handle_signals=False,
            max_jobs=_AT_ONCE,
            job_timeout=_JOB_S_MAX,
            keep_result=0,
            poll_delay=_POLL_S,
            job_deserializer=decoded,
            log_results=False,
        )


async def _waited(stop: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await stop.wait()


def _log(claim: Claim, outcome: Outcome, settled: bool) -> None:
    reaction = claim.reaction
    logger = _logger.bind(
        reaction=str(reaction.id), kind=reaction.kind, correlation_id=str(reaction.correlation_id)
    )
    match outcome:
        case _ if not settled:
            logger.warning("reaction_lost", detail="the lease was over before the attempt was")
        case Done():
            logger.info("reaction_done")
        case Failed(after_s, reason, unexpected):
            logger.warning("reaction_failed", error=reason, retry_in_s=after_s, exc_info=unexpected)
        case Parked(reason, unexpected):
            logger.error("reaction_parked", error=reason, exc_info=unexpected)
        case _:
            logger.debug("reaction_postponed")
