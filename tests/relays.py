"""A relay between a client and a Daybook, whose connections a test can cut off."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from select import select
from threading import Thread
from urllib.parse import urlsplit


class Relay:
    """Passes on to another address what comes to its own `url`."""

    def __init__(self, url: str) -> None:
        there = urlsplit(url)
        self._there = (there.hostname, there.port)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self._near: list[socket.socket] = []
        self._threads = [Thread(target=self._accept)]
        self._threads[0].start()

    def cut(self) -> None:
        """Cut off every connection there is."""
        while self._near:
            with suppress(OSError):  # its client has gone
                self._near.pop().shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Take no more connections, and cut off those there are."""
        self._listening.shutdown(socket.SHUT_RDWR)
        self._threads[0].join()
        self.cut()
        for thread in self._threads:
            thread.join()

    def _accept(self) -> None:
        with self._listening, suppress(OSError):
            while True:
                near, _ = self._listening.accept()
                self._near.append(near)
                self._threads.append(Thread(target=self._pass_on, args=(near,)))
                self._threads[-1].start()

    def _pass_on(self, near: socket.socket) -> None:
        with near, socket.create_connection(self._there) as far, suppress(OSError):
            while True:
                for source in select([near, far], [], [])[0]:
                    if not (said := source.recv(65536)):
                        return
                    (far if source is near else near).sendall(said)


@contextmanager
def relayed(url: str) -> Iterator[Relay]:
    """A relay to this address, for as long as the block lasts."""
    relay = Relay(url)
    try:
        yield relay
    finally:
        relay.close()
