"""A real mail server with real moods, for tests of what sends mail."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from enum import Enum, auto
from threading import Event, Thread

from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.facts import PATIENCE_S


class Mood(Enum):
    """How the server takes the next message."""

    TAKES = auto()
    REFUSES_RECIPIENT = auto()
    REFUSES_CONTENT = auto()
    ASKS_TO_COME_BACK = auto()
    IS_SILENT = auto()
    """It takes the message and never says so."""
    DROPS_AFTER_DATA = auto()
    """It takes the message and breaks the connection instead of saying so."""
    IS_FULL = auto()
    """It lets nobody in: it answers every greeting with 554."""


class AwkwardMailServer:
    """Listens on a port of this machine; `taken` holds every message it took, in order, whatever it said."""

    def __init__(self, *, takes_utf8: bool = True) -> None:
        self.mood = Mood.TAKES
        self._takes_utf8 = takes_utf8
        self.taken: list[tuple[str, EmailMessage]] = []
        self.raw: list[bytes] = []
        """The same messages as they came."""
        self.greeted: list[SMTP] = []
        """Every connection over which somebody began to speak."""
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._started = Event()

    @property
    def url(self) -> str:
        """Its address, as a setting."""
        return f"smtp://127.0.0.1:{self.port}?tls=none"

    def deliveries(self) -> Counter[tuple[str, str]]:
        """How often each message came, by recipient and `Message-ID`."""
        return Counter((recipient, str(mail["Message-ID"])) for recipient, mail in self.taken)

    async def handle_EHLO(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, answers: list[str]
    ) -> list[str]:
        """Let the client in, or not."""
        self.greeted.append(server)
        if self.mood is Mood.IS_FULL:
            return ["554 no room"]
        session.host_name = hostname
        return answers

    async def handle_HELO(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str
    ) -> str:
        """As EHLO, for a client that tries the older way."""
        session.host_name = hostname
        return "554 no room" if self.mood is Mood.IS_FULL else "250 localhost"

    async def handle_RCPT(  # noqa: N802
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        """Know the recipient, or not."""
        if self.mood is Mood.REFUSES_RECIPIENT:
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take the message as the mood is."""
        if self.mood is Mood.ASKS_TO_COME_BACK:
            return "451 4.3.0 come back later"
        if self.mood is Mood.REFUSES_CONTENT:
            return "552 5.3.4 too large"
        assert isinstance(envelope.content, bytes)
        mail = message_from_bytes(envelope.content, policy=policy.default)
        self.raw.append(envelope.content)
        self.taken += [(recipient, mail) for recipient in envelope.rcpt_tos]
        if self.mood is Mood.IS_SILENT:
            await asyncio.Event().wait()
        if self.mood is Mood.DROPS_AFTER_DATA:
            assert server.transport is not None
            server.transport.abort()
        return "250 taken"

    def hang_up(self) -> None:
        """Close every connection, as a server does that has heard nothing for a while; return once it is done."""
        closed = Event()

        def close() -> None:
            for one in self.greeted:
                if one.transport is not None:
                    one.transport.close()
            self._loop.call_soon(closed.set)

        self._loop.call_soon_threadsafe(close)
        assert closed.wait(PATIENCE_S)

    def serve(self) -> None:
        """Serve until `stop`, in a thread of its own."""
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(
            self._loop.create_server(
                lambda: SMTP(
                    self,
                    hostname="localhost",
                    enable_SMTPUTF8=self._takes_utf8,
                    loop=self._loop,
                ),
                "127.0.0.1",
                0,
            )
        )
        self.port = server.sockets[0].getsockname()[1]
        self._started.set()
        try:
            self._loop.run_forever()
        finally:
            server.close()
            tasks = asyncio.all_tasks(self._loop)
            for task in tasks:
                task.cancel()
            self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
            self._loop.close()

    def wait_until_up(self) -> None:
        """Return once it listens."""
        assert self._started.wait(PATIENCE_S)

    def stop(self) -> None:
        """End the serving."""
        self._loop.call_soon_threadsafe(self._loop.stop)


@contextmanager
def a_mail_server(*, takes_utf8: bool = True) -> Iterator[AwkwardMailServer]:
    """A mail server for the length of a block; with `takes_utf8` it offers SMTPUTF8 (RFC 6531)."""
    server = AwkwardMailServer(takes_utf8=takes_utf8)
    thread = Thread(target=server.serve, daemon=True)
    thread.start()
    server.wait_until_up()
    try:
        yield server
    finally:
        server.stop()
        thread.join(10)
