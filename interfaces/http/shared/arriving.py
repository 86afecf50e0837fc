"""The way in of a request's body: it has to come whole, and not too slowly, whatever route it is for."""

import asyncio
from typing import Any

from litestar.types import Receive

from domain.shared.errors import DaybookError, Malformed

BODY_GRACE_S = 10.0
"""Seconds that a body has to begin with, however small."""

BODY_BYTES_PER_S = 10_000
"""Bytes that each further second has to bring; a line of 0.1 Mbit/s brings as many."""


class TooSlow(DaybookError, code="body_too_slow"):
    """The body did not come in the time that its size allows."""


class Arriving:
    """What a request brings (ASGI `receive`).

    Whoever sends a byte and waits would keep a connection, and a place among the requests that are served, for ever.
    """

    def __init__(self, receive: Receive, grace_s: float = BODY_GRACE_S) -> None:
        self._receive = receive
        self._grace_s = grace_s
        self._due: float | None = None
        self._is_whole = False

    async def __call__(self) -> Any:
        """The next part of the body, and after its end whatever else is told.

        Raises:
            TooSlow: it did not come in time.
            Malformed: the client is gone before the body was whole, or wrote it wrongly (`body_broke_off`).
        """
        if self._is_whole:
            return await self._receive()
        if self._due is None:
            self._due = asyncio.get_running_loop().time() + self._grace_s
        try:
            async with asyncio.timeout_at(self._due):
                message: Any = await self._receive()
        except TimeoutError:
            raise TooSlow(
                f"The body did not come: {BODY_BYTES_PER_S:,} bytes a second are expected after "
                f"the first {self._grace_s:g} seconds."
            ) from None
        if message["type"] == "http.disconnect":
            raise Malformed("The body broke off.", code="body_broke_off")
        self._due += len(message["body"]) / BODY_BYTES_PER_S
        self._is_whole = not message.get("more_body")
        return message
