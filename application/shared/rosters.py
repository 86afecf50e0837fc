"""What the events of some kinds come to, kept so that a look at it costs only what is new in the log."""

import asyncio
from collections.abc import Callable
from typing import Any

from application.shared.ports import EventLog, Record
from domain.shared.events import Event, names_read_as

_PAGE_EVENTS = 1_000


class Roster:
    """Hands every event of these kinds to `take`, once and in order."""

    def __init__(
        self, log: EventLog, kinds: tuple[type[Event], ...], take: Callable[[Record[Any]], None]
    ) -> None:
        self._log, self._take = log, take
        self._names = [name for kind in kinds for name in names_read_as(kind)]
        self._position = 0
        self._reading = asyncio.Lock()

    async def read_to(self, position: int) -> None:
        """Return once all up to this position was taken.

        Raises:
            Unavailable: the log cannot be reached.
        """
        async with self._reading:
            while self._position < position:
                page = await self._log.page_async(
                    self._position, _PAGE_EVENTS, names=self._names, until=position
                )
                for recorded in page.events:
                    self._take(recorded.decoded())
                self._position = page.until
