"""Grouped loads: what is asked for while one statement is on its way is asked for together by the next.

It is for reading what group commit is for writing: at 64 callers the cost of a statement is shared by all that wait. A
load sees every commit that was acknowledged before it was asked for, since its statement begins after that.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from uuid import UUID

from application.shared.ports import RecordedEvent

Reference = UUID | int
Streams = Mapping[Reference, Sequence[RecordedEvent]]
Read = Callable[[Sequence[UUID], Sequence[int]], Awaitable[Sequence[RecordedEvent]]]
_Load = tuple[frozenset[Reference], asyncio.Future[Streams]]

_POSITION_MAX = 2**63 - 1


class GroupedLoads:
    """Loads streams, those of many callers with one statement; for one event loop.

    Args:
        read: answers the events of these streams (by their ids, and by the positions of the events that created
            them), as they are at one moment, each stream in order.
    """

    def __init__(self, read: Read) -> None:
        self._read = read
        self._waiting: list[_Load] = []
        self._reading: asyncio.Task[None] | None = None

    async def load(self, references: Iterable[Reference]) -> Streams:
        """The events of several streams as they are at one moment; whatever `read` raises."""
        loop = asyncio.get_running_loop()
        caller: asyncio.Future[Streams] = loop.create_future()
        self._waiting.append((frozenset(references), caller))
        if self._reading is None:
            self._reading = loop.create_task(self._read_all())
        return await caller

    async def _read_all(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting, []
                await self._read_together(batch)
        finally:  # also when the loop ends in the middle: the next loop starts afresh
            self._reading = None

    async def _read_together(self, batch: Sequence[_Load]) -> None:
        wanted = frozenset[Reference]().union(*(references for references, _ in batch))
        stream_ids = [each for each in wanted if isinstance(each, UUID)]
        positions = [each for each in wanted if isinstance(each, int) and 0 < each <= _POSITION_MAX]
        try:
            events = await self._read(stream_ids, positions)
        except Exception as error:  # noqa: BLE001 - every caller hears of it
            _fail(batch, error)
        else:
            _answer(batch, events)


def _answer(batch: Sequence[_Load], events: Sequence[RecordedEvent]) -> None:
    found: dict[Reference, list[RecordedEvent]] = {}
    for event in events:
        found.setdefault(event.stream_id, []).append(event)
        if event.version == 1:
            found[event.position] = found[event.stream_id]
    for references, caller in batch:
        if not caller.done():  # a caller that was cancelled waits no more
            caller.set_result({wanted: found.get(wanted, []) for wanted in references})


def _fail(batch: Sequence[_Load], error: Exception) -> None:
    for _, caller in batch:
        if not caller.done():
            caller.set_exception(error)
