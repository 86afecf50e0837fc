"""A lean HTTP/1.1 load generator: keep-alive clients, each with one request under way, in a process of its own.

It reads only what it has to (the status and the length of an answer), so that the server is what is measured.
"""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import msgspec
import uvloop


class Load(msgspec.Struct, frozen=True):
    """What a run brought: requests per second, and the latency of every request in seconds, sorted."""

    rate: float
    latencies: list[float]

    def quantile_ms(self, share: float) -> float:
        """The latency that this share of the requests did not exceed, in milliseconds."""
        return self.latencies[int(share * (len(self.latencies) - 1))] * 1000


def load(
    port: int, clients: int, seconds: float, request: Callable[[], bytes], expect: int = 201
) -> Load:
    """Send what `request` (a function of a module) makes, a new one each time, for so many seconds.

    Raises:
        RuntimeError: an answer had another status than `expect`.
    """
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_run, port, clients, seconds, request, expect).result()


def _run(
    port: int, clients: int, seconds: float, request: Callable[[], bytes], expect: int
) -> Load:
    return uvloop.run(_all(port, clients, seconds, request, b"HTTP/1.1 %d" % expect))


async def _all(
    port: int, clients: int, seconds: float, request: Callable[[], bytes], status: bytes
) -> Load:
    started = time.perf_counter()
    runs = [_client(port, started + seconds, request, status) for _ in range(clients)]
    latencies = sorted(each for run in await asyncio.gather(*runs) for each in run)
    return Load(len(latencies) / (time.perf_counter() - started), latencies)


async def _client(
    port: int, deadline: float, request: Callable[[], bytes], status: bytes
) -> list[float]:
    loop = asyncio.get_running_loop()
    transport, answers = await loop.create_connection(_Answers, "127.0.0.1", port)
    latencies = []
    while (sent := time.perf_counter()) < deadline:
        transport.write(request())
        answer = await answers.next()
        latencies.append(time.perf_counter() - sent)
        if not answer.startswith(status):
            raise RuntimeError(f"{status.decode()} was expected, got {answer[:500]!r}")
    transport.close()
    return latencies


class _Answers(asyncio.Protocol):
    """Puts the answers of one connection together; they must have a Content-Length."""

    def __init__(self) -> None:
        self._received = b""
        self._next: asyncio.Future[bytes] | None = None

    def next(self) -> asyncio.Future[bytes]:
        self._next = asyncio.get_running_loop().create_future()
        return self._next

    def data_received(self, data: bytes) -> None:
        self._received += data
        head = self._received.find(b"\r\n\r\n")
        if head < 0 or self._next is None:
            return
        named = self._received.lower().find(b"content-length:", 0, head)
        length = int(self._received[named + 15 : self._received.find(b"\r\n", named)])
        if len(self._received) >= head + 4 + length:
            answer, self._received = self._received, b""
            self._next.set_result(answer)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._next is not None and not self._next.done():
            self._next.set_exception(exc or ConnectionError("the server closed the connection"))
