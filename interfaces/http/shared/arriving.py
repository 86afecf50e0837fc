"""The way in of a request's body: it has to come whole, and not too slowly, whatever route it is for."""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from litestar.types import Receive

from domain.shared.errors import DaybookError, Malformed

BODY_GRACE_S = 10.0
"""Seconds that a body has to begin with, however small."""

BODY_BYTES_PER_S = 10_000
"""Bytes that each further second has to bring; a line of 0.1 Mbit/s brings as many."""

_REST_BYTES_MAX, _REST_S = 8 * 1024 * 1024, 2.0
"""How much of a body that nobody reads is taken all the same, and for how long."""

_OF_A_BODY = frozenset({b"content-length", b"transfer-encoding"})


class TooSlow(DaybookError, code="body_too_slow"):
    """The body did not come in the time that its size allows."""


class Arriving:
    """What a request brings (ASGI `receive`).

    Whoever sends a byte and waits would keep a connection, and a place among the requests that are served, for ever.
    """

    def __init__(
        self,
        receive: Receive,
        headers: Iterable[tuple[bytes, bytes]] = (),
        grace_s: float = BODY_GRACE_S,
    ) -> None:
        self._receive = receive
        self._headers = headers
        self._grace_s = grace_s
        self._due: float | None = None
        self._is_over = False

    async def __call__(self) -> Any:
        """The next part of the body, and after its end whatever else is told.

        Raises:
            TooSlow: it did not come in time.
            Malformed: the client is gone before the body was whole, or wrote it wrongly (`body_broke_off`).
        """
        if self._is_over:
            return await self._receive()
        if self._due is None:
            self._due = asyncio.get_running_loop().time() + self._grace_s
        try:
            async with asyncio.timeout_at(self._due):
                message: Any = await self._receive()
        except TimeoutError:
            self._is_over = True
            raise TooSlow(
                f"The body did not come: {BODY_BYTES_PER_S:,} bytes a second are expected after "
                f"the first {self._grace_s:g} seconds."
            ) from None
        if message["type"] == "http.disconnect":
            self._is_over = True
            raise Malformed("The body broke off.", code="body_broke_off")
        self._due += len(message["body"]) / BODY_BYTES_PER_S
        self._is_over = not message.get("more_body")
        return message

    async def rest(self) -> None:
        """Take what is still to come before the answer, as far as it is little.

        A connection whose body was not taken ends with the answer. To a client that is still writing then, its system
        may tell the end alone, and never the answer that came before it.
        """
        if self._is_over or not self._is_worth_it():
            return
        taken = 0
        with suppress(TooSlow, Malformed, TimeoutError):
            async with asyncio.timeout(_REST_S):
                while not self._is_over and taken <= _REST_BYTES_MAX:
                    taken += len((await self())["body"])

    def _is_worth_it(self) -> bool:
        """Whether there is a body that is sent whatever the answer is, and not known to be too large."""
        told = {
            name: value for name, value in self._headers if name in _OF_A_BODY or name == b"expect"
        }
        if b"expect" in told and self._due is None:
            return False
        length = told.get(b"content-length", b"0")
        return bool(told) and (not length.isdigit() or int(length) <= _REST_BYTES_MAX)
