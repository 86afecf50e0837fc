"""Waking followers: LISTEN tells that the log has grown, a slow poll is the safety net.

A follower reads once more after LISTEN is up, so an append between its last read and the LISTEN is not slept through.
"""

import asyncio
import contextlib
import select
import socket
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager
from typing import Any, LiteralString

import psycopg

from infrastructure.shared.event_log.connections import LOST, careful

CHANNEL = "daybook_events"


class ListeningWakeups:
    """A blocking source of wake-ups for one thread; see `application.shared.ports.Wakeups`."""

    def __init__(self, database_url: str, poll_s: float, channel: str = CHANNEL) -> None:
        self._database_url = careful(database_url, "daybook follower")
        self._poll_s = poll_s
        self._channel = channel
        self._connection: psycopg.Connection | None = None
        self._stopping, self._stopper = socket.socketpair()

    def wait(self) -> None:
        """Block until an append was announced, the poll interval is over, or `stop` was called."""
        try:
            if self._connection is None:
                self._connection = psycopg.connect(self._database_url, autocommit=True)
                self._connection.execute(f"LISTEN {self._channel}")
                return  # read once more now that nothing can be slept through
            watched: list[psycopg.Connection | socket.socket] = [self._connection, self._stopping]
            ready, _, _ = select.select(watched, [], [], self._poll_s)
            if self._connection in ready:
                for _ in self._connection.notifies(timeout=0):
                    pass
        except LOST:
            self._disconnect()
            select.select([self._stopping], [], [], min(self._poll_s, 0.2))

    def stop(self) -> None:
        """Make the present and every later `wait` return at once."""
        with contextlib.suppress(OSError):
            self._stopper.send(b"x")

    def close(self) -> None:
        """Release the connection."""
        self._disconnect()
        self._stopping.close()
        self._stopper.close()

    def _disconnect(self) -> None:
        if self._connection is not None:
            with contextlib.suppress(psycopg.Error):
                self._connection.close()
            self._connection = None


@contextmanager
def listening(
    database_url: str, poll_s: float, channel: str = CHANNEL
) -> Iterator[ListeningWakeups]:
    """Wake-ups for the length of a block."""
    wakeups = ListeningWakeups(database_url, poll_s, channel)
    try:
        yield wakeups
    finally:
        wakeups.close()


async def listening_async(
    database_url: str,
    poll_s: float,
    channel: str = CHANNEL,
    first: tuple[LiteralString, dict[str, Any]] | None = None,
) -> AsyncGenerator[list[str], None]:
    """The payloads announced on a channel, for ever; an empty list at least every `poll_s` seconds.

    The first item comes when LISTEN is up. A lost server is waited for. Each session says `first` before it listens.
    """
    conninfo = careful(database_url, "daybook follower")
    while True:
        with contextlib.suppress(*LOST):
            async with await psycopg.AsyncConnection.connect(
                conninfo, autocommit=True
            ) as connection:
                if first is not None:
                    await connection.execute(*first)
                await connection.execute(f"LISTEN {channel}")
                yield []
                while True:
                    heard = [
                        notice.payload
                        async for notice in connection.notifies(timeout=poll_s, stop_after=1)
                    ]
                    yield heard
        await asyncio.sleep(min(poll_s, 0.2))
        yield []
