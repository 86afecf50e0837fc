"""How often a command is decided again that others were faster than, after which pause, and behind whom."""

import asyncio
import random
from collections.abc import AsyncIterator, Iterable
from types import TracebackType
from typing import Self
from uuid import UUID
from weakref import WeakValueDictionary

_ATTEMPTS, _AT_ONCE = 12, 2
_FIRST_PAUSE_S, _PAUSE_MAX_S = 0.01, 0.2


async def turns() -> AsyncIterator[int]:
    """The attempts, counted from 1, as long as another one is worth it.

    The second comes at once, each later one after a pause by chance, of a span that doubles: those who write to one
    stream together do not meet again.
    """
    span_s = _FIRST_PAUSE_S
    for attempt in range(1, _ATTEMPTS + 1):
        if attempt > _AT_ONCE:
            await asyncio.sleep(random.uniform(0, span_s))  # noqa: S311 - nothing secret
            span_s = min(2 * span_s, _PAUSE_MAX_S)
        yield attempt


class Lines:
    """Who waits to write which stream: those of one process take turns, and are not faster than each other again."""

    def __init__(self) -> None:
        self._lines: WeakValueDictionary[UUID, asyncio.Lock] = WeakValueDictionary()

    def among(self, streams: Iterable[UUID]) -> UUID | None:
        """One of these streams for which somebody waits or whose turn it is; None if there is none."""
        return next((uid for uid in streams if uid in self._lines), None) if self._lines else None

    def line(self, stream: UUID) -> asyncio.Lock:
        """The line for a stream, which is there as long as somebody stands in it."""
        return self._lines.setdefault(stream, asyncio.Lock())


class PlaceInLine:
    """Where a command stands: nowhere at first, then in one line at a time, so that no two wait for each other.

    `has_come` says that nothing was tried there yet: who was before may have left what is remembered as it is now.
    """

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._line: asyncio.Lock | None = None
        self.has_come = True

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        self._leave()

    def before(self, streams: Iterable[UUID]) -> UUID | None:
        """The stream among these in whose line others are, as long as this stands in none."""
        return self._lines.among(streams) if self._line is None else None

    async def join(self, stream: UUID) -> None:
        """Wait for the turn to write this stream."""
        line = self._lines.line(stream)
        if line is not self._line:
            self._leave()
            await line.acquire()
            self._line, self.has_come = line, True

    def _leave(self) -> None:
        line, self._line = self._line, None
        if line:
            line.release()
