"""Answers that are made while they are sent, and what happens when nobody takes them any more."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Mapping
from contextlib import aclosing, suppress
from typing import Any, TypeVar

from litestar import Request
from litestar.response import Stream
from litestar.response.streaming import ASGIStreamingResponse
from litestar.types import Receive, Send

T = TypeVar("T")


async def until(
    end: asyncio.Event, items: AsyncGenerator[T, None], within_s: float | None = None
) -> AsyncGenerator[T, None]:
    """The items that come before `end` is set, or these seconds are over; then their generator is closed, whatever it
    waits for.
    """
    ending = asyncio.create_task(_set_or_over(end, within_s))
    try:
        async with aclosing(items):
            while (item := await _before(ending, anext(items, None))) is not None:
                yield item
    finally:
        ending.cancel()


async def _set_or_over(end: asyncio.Event, within_s: float | None) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(within_s):
            await end.wait()


async def _before(ending: asyncio.Task[Any], awaited: Awaitable[T]) -> T | None:
    """What is awaited, or None if the other comes first."""
    coming = asyncio.ensure_future(awaited)
    try:
        await asyncio.wait({coming, ending}, return_when=asyncio.FIRST_COMPLETED)
        return None if ending.done() else coming.result()
    finally:
        coming.cancel()
        await asyncio.gather(coming, return_exceptions=True)


class Streamed(Stream):
    """An answer sent chunk by chunk as `chunks` makes them.

    Litestar's own stream leaves its generator to the garbage collector when the caller goes away, and with it a
    connection to the database; this one closes it at once.
    """

    def __init__(
        self, chunks: AsyncGenerator[bytes, None], *, media_type: str, headers: Mapping[str, str]
    ) -> None:
        super().__init__(chunks, media_type=media_type, headers=dict(headers))
        self._chunks = chunks

    def to_asgi_response(
        self,
        app: Any,  # noqa: ARG002
        request: Request[Any, Any, Any],  # noqa: ARG002
        **_: Any,
    ) -> ASGIStreamingResponse:
        """The answer as Litestar sends it."""
        return _ClosingResponse(
            iterator=self._chunks, headers=self.headers, media_type=self.media_type
        )


class _ClosingResponse(ASGIStreamingResponse):
    async def send_body(self, send: Send, receive: Receive) -> None:
        """Send until the end, or until the caller is gone."""
        sender = asyncio.create_task(self._stream(send))
        gone = asyncio.create_task(_disconnected(receive))
        try:
            await asyncio.wait({sender, gone}, return_when=asyncio.FIRST_COMPLETED)
            if sender.done():
                sender.result()
        finally:
            sender.cancel()
            gone.cancel()
            await asyncio.gather(sender, gone, return_exceptions=True)
            if isinstance(self.iterator, AsyncGenerator):
                await self.iterator.aclose()


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
