"""How much of the server one network address may take: connections, and requests in hand.

Rules upheld here:
- connections are counted where they are, at the sockets of this process: one that never sends a request is known to no
  layer above, and the server counts them all together;
- who came first keeps theirs; the connections of one address beyond the bound are ended;
- a proxy that is trusted brings those of many, so its connections are not counted; the requests in hand that it brings
  are, by the address that it tells.
"""

import os
import socket
import stat
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler
from litestar.types import HTTPScope

from domain.shared.errors import Throttled
from interfaces.http.shared.proxies import TrustedProxies, network_of_host

LOOK_S = 0.5
"""Seconds between two looks at the connections; so long at most somebody else may have to wait for one."""

_DESCRIPTORS = "/dev/fd"
_IN_HAND = "in_hand_of_peer"

Peer = tuple[str, int]


class Crowds:
    """Counts requests in hand by the address they come from, `most` for each."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._in_hand = Counter[str]()

    @contextmanager
    def counted(self, scope: HTTPScope) -> Iterator[None]:
        """Count a request for the length of the block; `refuse` is told how many there are."""
        network = network_of_host(scope["client"][0] if scope["client"] else "")
        self._in_hand[network] += 1
        scope["state"][_IN_HAND] = self._in_hand[network]
        try:
            yield
        finally:
            self._in_hand[network] -= 1
            if not self._in_hand[network]:
                del self._in_hand[network]

    async def refuse(
        self,
        connection: ASGIConnection,  # type: ignore[type-arg]
        handler: BaseRouteHandler,  # noqa: ARG002
    ) -> None:
        """A guard for every route.

        Raises:
            Throttled: more requests of this address are in hand than may be.
        """
        if connection.scope["state"][_IN_HAND] > self.most:
            raise Throttled(
                f"{self.most} requests of this address are in hand, which is the limit.",
                code="too_many_requests",
                retry_after_s=1,
            )


class ConnectionBounds:
    """Ends connections to a port of this process of which one address has more than `most`."""

    def __init__(
        self, port: int, most: int, proxies: TrustedProxies, tell: Callable[[int], None]
    ) -> None:
        """`tell` is called with how many connections of one address were ended."""
        self._port, self._most, self._proxies, self._tell = port, most, proxies, tell
        self._known = set[Peer]()
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to look, in a thread: a loop that is busy must not keep it from looking."""
        # Made here: Python 3.13 does not start a thread that was made before its process was forked.
        self._thread = threading.Thread(target=self._watch, name="connections", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Look no more."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join()

    def look(self) -> None:
        """End what is too much now."""
        # Nobody can have more than all have together, and files count here, too.
        descriptors = os.listdir(_DESCRIPTORS)  # noqa: PTH208 - numbers, not paths
        if len(descriptors) <= self._most:
            self._known.clear()
            return
        crowds: dict[str, list[tuple[bool, int, Peer]]] = {}
        for descriptor in map(int, descriptors):
            if (peer := _peer(descriptor, self._port)) and not self._proxies.trusts(peer[0]):
                entry = (peer not in self._known, descriptor, peer)
                crowds.setdefault(network_of_host(peer[0]), []).append(entry)
        self._known = {peer for crowd in crowds.values() for *_, peer in crowd}
        for crowd in crowds.values():
            if excess := sorted(crowd)[self._most :]:
                for _, descriptor, peer in excess:
                    _end(descriptor, peer)
                self._tell(len(excess))

    def _watch(self) -> None:
        while not self._ended.wait(LOOK_S):
            self.look()


def _opened(descriptor: int) -> socket.socket | None:
    """The connection behind a descriptor, by one more of our own; None if it is none of the internet, or gone."""
    try:
        if not stat.S_ISSOCK(os.fstat(descriptor).st_mode):
            return None
        opened = socket.socket(fileno=os.dup(descriptor))
    except OSError:
        return None
    if opened.family in (socket.AF_INET, socket.AF_INET6):
        return opened
    opened.close()
    return None


def _peer(descriptor: int, port: int) -> Peer | None:
    """Who is at the other end, if this end is at the port; nobody is where it only listens."""
    if not (opened := _opened(descriptor)):
        return None
    with opened, suppress(OSError):
        if opened.getsockname()[1] == port:
            host, peer_port, *_ = opened.getpeername()
            return host, peer_port
    return None


def _end(descriptor: int, peer: Peer) -> None:
    """End a connection, if the descriptor is still that of it."""
    if opened := _opened(descriptor):
        with opened, suppress(OSError):
            if tuple(opened.getpeername()[:2]) == peer:
                opened.shutdown(socket.SHUT_RDWR)
