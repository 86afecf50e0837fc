"""The worker: takes up what is due, performs it, and frees what other workers have left behind.

Rules upheld here:
- a reaction is performed only by whoever claimed its row; the queue only says that it is worth looking;
- each lane has hands of its own, which are lent to no other: however much waits in one, the others go on;
- a Redis that went away is waited for; a database that went away leaves the claim to its lease;
- when the process is to end, nothing more is taken up, and what is in hand is finished or given back.
"""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from time import perf_counter, time_ns
from typing import Any

import structlog
from arq.worker import Worker, func
from redis.exceptions import RedisError

from application.shared.reactions.attempts import (
    Done,
    Failed,
    Outcome,
    Parked,
    Postponed,
    attempt,
)
from application.shared.reactions.handling import Handler
from application.shared.reactions.ports import Lane, followed
from application.shared.services import Services
from application.shared.tracing import Span
from domain.shared.errors import Unavailable
from infrastructure.shared.addresses import reason
from infrastructure.shared.measurements import measurements
from infrastructure.shared.reactions.queue import WAKE, JobQueue, decoded
from infrastructure.shared.reactions.rows import Claim, ReactionRows
from infrastructure.shared.reactions.traces import attempted, tell_planned
from infrastructure.shared.tasks import cancelled

HANDS: Mapping[Lane, int] = {Lane.MONEY: 12, Lane.MAIL: 6, Lane.COMMON: 6}
"""How many reactions of each lane a worker has in hand at most: its share of the worker."""

LEASE_S = 10.0
LOOK_S = 1.0
_POLL_S = 0.1
_WAKE_S_MAX = 5.0
_FINISH_S = 0.7  # the supervisor waits a little longer than this
_PAUSE_S = 0.5
# Hands that become free together are filled together.
_GATHER_S = 0.005

_OUTCOMES: Mapping[type[Outcome], str] = {
    Done: "done",
    Postponed: "postponed",
    Failed: "failed",
    Parked: "parked",
}
"""What came of an attempt, as it is measured; beside these `lost` and `given_back`."""

_logger = structlog.get_logger("daybook.worker")


class ReactionWorker:
    """Performs reactions until it is told to stop.

    Args:
        lease_s: seconds after which a reaction whose worker died is taken up by another one.
        look_s: seconds between two looks for what is due that nobody asks for.
    """

    def __init__(
        self,
        rows: ReactionRows,
        queue: JobQueue,
        handlers: Mapping[str, Handler],
        services: Services,
        *,
        lease_s: float = LEASE_S,
        look_s: float = LOOK_S,
    ) -> None:
        self._rows = rows
        self._queue = queue
        self._handlers = handlers
        self._services = services
        self._lease_s = lease_s
        self._look_s = look_s
        self._in_hand: dict[asyncio.Task[None], Lane] = {}
        self._news = asyncio.Event()

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set, then give everything back."""
        tasks = [asyncio.create_task(each(stop)) for each in (self._look, self._listen, self._work)]
        try:
            await asyncio.gather(*tasks)
        finally:
            await cancelled(tasks)
            await self._finish()
            await self._queue.aclose()
            await self._rows.aclose()
            await self._services.aclose()

    async def perform(self, claim: Claim) -> Outcome:
        """Carry out what was claimed, and write down what came of it.

        Raises:
            Unavailable: the database does not answer; the reaction falls to whoever looks when its lease is over.
        """
        began = perf_counter()
        with attempted(claim.reaction) as span:
            try:
                outcome = await self._attempt(claim)
            except asyncio.CancelledError:  # given back undone, which is no failure
                await self._rows.settle(claim, Postponed(0.0))
                self._measure(claim, "given_back", began)
                raise
            settled = await self._rows.settle(claim, outcome)
            told = _OUTCOMES[type(outcome)] if settled else "lost"
            self._measure(claim, told, began)
            _trace(claim, outcome, told, span)
        _log(claim, outcome, settled)
        return outcome

    def _measure(self, claim: Claim, outcome: str, began: float) -> None:
        kind = claim.reaction.kind if claim.reaction.kind in self._handlers else "unknown"
        measurements().attempted(kind, outcome, perf_counter() - began)

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

    async def _work(self, stop: asyncio.Event) -> None:
        """Take up what is due for as long as there is any, then wait for news."""
        while not stop.is_set():
            self._news.clear()
            try:
                claims = await self._rows.claim(self._room(), self._lease_s)
            except Unavailable as error:
                _logger.warning("claim_failed", error=error.detail)
                claims = ()
            for claim in claims:
                task = asyncio.create_task(self._perform(claim))
                self._in_hand[task] = claim.reaction.lane
                task.add_done_callback(self._put_down)
            if not claims:
                await self._news.wait()
            await asyncio.sleep(_GATHER_S)

    def _room(self) -> dict[Lane, int]:
        held = [*self._in_hand.values()]
        return {lane: hands - held.count(lane) for lane, hands in HANDS.items()}

    async def _perform(self, claim: Claim) -> None:
        with suppress(Unavailable):  # its lease comes to an end
            await self.perform(claim)

    def _put_down(self, task: asyncio.Task[None]) -> None:
        """A hand is free, and what was done may have led to more."""
        del self._in_hand[task]
        self._news.set()
        if not task.cancelled() and (error := task.exception()):
            _logger.error("reaction_not_settled", exc_info=error)

    async def _finish(self) -> None:
        """What is in hand may end, but not for long; the rest is cancelled, which gives it back."""
        if tasks := [*self._in_hand]:
            await asyncio.wait(tasks, timeout=_FINISH_S)
            await cancelled(tasks)

    async def _look(self, stop: asyncio.Event) -> None:
        """Free what dead workers hold, and look for what is due, again and again, whether or not Redis says so."""
        while not stop.is_set():
            try:
                await self._rows.beat()
                await self._rows.free()
            except Unavailable as error:
                _logger.warning("look_failed", error=error.detail)
            self._news.set()
            await _waited(stop, self._look_s)
        self._news.set()

    async def _listen(self, stop: asyncio.Event) -> None:
        """Run arq's worker, and start another one whenever Redis has thrown it out."""
        while not stop.is_set():
            try:
                await self._listen_until_lost(stop)
            except (RedisError, OSError, Unavailable) as error:
                _logger.warning("queue_lost", error=reason(error))
                await _waited(stop, _PAUSE_S)

    async def _listen_until_lost(self, stop: asyncio.Event) -> None:
        worker = self._arq_worker(await self._rows.queue_name())
        listening = asyncio.create_task(worker.async_run())
        stopping = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait((listening, stopping), return_when=asyncio.FIRST_COMPLETED)
            if not stop.is_set():
                await listening  # it ends by itself only with an error
        finally:
            worker.allow_pick_jobs = False
            await cancelled((listening, stopping, *worker.tasks.values()))

    async def _wake(self, _: dict[Any, Any]) -> None:
        self._news.set()

    def _arq_worker(self, queue: str) -> Worker:
        return Worker(
            [func(self._wake, name=WAKE, keep_result=0)],  # type: ignore[arg-type]
            queue_name=queue,
            redis_pool=self._queue.redis(),
            handle_signals=False,
            job_timeout=_WAKE_S_MAX,
            keep_result=0,
            poll_delay=_POLL_S,
            job_deserializer=decoded,
            log_results=False,
        )


async def _waited(stop: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await stop.wait()


def _trace(claim: Claim, outcome: Outcome, told: str, span: Span) -> None:
    span.note("daybook.outcome", told)
    if isinstance(outcome, Failed | Parked):
        span.fail(told)
    for planned in outcome.followers if isinstance(outcome, Done) else ():
        tell_planned(followed(claim.reaction, planned), time_ns())


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
