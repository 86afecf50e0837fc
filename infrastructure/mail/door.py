"""A door at which mail servers hand in delivery reports, by LMTP or SMTP, and nothing else is taken.

Rules upheld here:
- a report was taken when what it says is recorded; where that cannot be now, its sender is asked to come back;
- whoever reaches the door gets little for much: connections, seconds, bytes, commands and reports are bounded.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from time import monotonic
from typing import Any

import structlog
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session

from domain.shared.errors import Unavailable
from infrastructure.mail.addresses import ReportDoor
from infrastructure.mail.desk import Heard, ReportDesk

CONNECTIONS_MAX = 20
"""So many conversations are held at once; further ones are broken off."""

MESSAGE_BYTES_MAX = 1_000_000
REPORTS_PER_MINUTE_MAX = 600
"""So many messages are looked at; who brings more is asked to come back."""

PATIENCE_S = 30.0
"""Seconds that a command, or a message as a whole, may take to come."""

_COMMANDS_MAX = 1_000
_FINISH_S = 0.5
_ANSWERS = {
    Heard.NOTED: "250 2.0.0 noted",
    Heard.NO_BOUNCE: "250 2.0.0 nothing to note",
    Heard.NOT_OURS: "550 5.7.1 only delivery reports about mail of Daybook are taken here",
}
_LATER = "451 4.3.0 it cannot be noted now"
_TOO_MANY = "451 4.7.1 too many reports, come back later"
_ONE = "452 4.5.3 one recipient at a time"

_logger = structlog.get_logger("daybook.bounces")


class Porter:
    """Answers those who come to the door.

    Args:
        patience_s: seconds that a command, or a message as a whole, may take to come.
    """

    def __init__(self, desk: ReportDesk, *, patience_s: float = PATIENCE_S) -> None:
        self.patience_s = patience_s
        self.held = 0
        self._desk = desk
        self._minute, self._taken = 0, 0

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _: SMTP, __: Session, envelope: Envelope, address: str, ___: list[str]
    ) -> str:
        """The answer to a recipient, whoever that is. One, as LMTP wants an answer for each."""
        if envelope.rcpt_tos:
            return _ONE
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, visit: SMTP, __: Session, envelope: Envelope) -> str:  # noqa: N802
        """The answer to a message."""
        content = envelope.content
        if isinstance(visit, _Visit):
            visit.received = 0
        if self._is_too_much() or not isinstance(content, bytes):
            return _TOO_MANY
        try:
            return _ANSWERS[await self._desk.take(content)]
        except Unavailable as error:
            _logger.warning("report_put_off", error=str(error))
            return _LATER

    def _is_too_much(self) -> bool:
        minute = int(monotonic() // 60)
        self._taken = 1 if minute != self._minute else self._taken + 1
        self._minute = minute
        return self._taken > REPORTS_PER_MINUTE_MAX


class _Visit(SMTP):
    """A conversation that is broken off when it is one too many, or brings more than a message may hold."""

    received = 0

    def __init__(self, porter: Porter) -> None:
        super().__init__(
            porter,
            hostname="localhost",
            ident="Daybook reports",
            data_size_limit=MESSAGE_BYTES_MAX,
            enable_SMTPUTF8=True,
            timeout=porter.patience_s,
            command_call_limit=_COMMANDS_MAX,
            loop=asyncio.get_running_loop(),
        )
        self._porter = porter

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._porter.held += 1
        super().connection_made(transport)
        if self._porter.held > CONNECTIONS_MAX:
            _abort(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self._porter.held -= 1
        super().connection_lost(error)

    def data_received(self, data: bytes) -> None:
        # A line without an end would be kept until its sender tires.
        self.received += len(data)
        if self.received > 2 * MESSAGE_BYTES_MAX:
            _abort(self.transport)
        else:
            super().data_received(data)


class _LmtpVisit(_Visit, LMTP):
    """The same by LMTP."""


def _abort(transport: Any) -> None:
    if isinstance(transport, asyncio.Transport):
        transport.abort()


@asynccontextmanager
async def open_door(door: ReportDoor, porter: Porter) -> AsyncIterator[int]:
    """Take reports until the block ends; yields the port. A socket that an earlier process left there is replaced.

    Raises:
        OSError: the address or socket cannot be listened on.
    """
    loop, visit = asyncio.get_running_loop(), _LmtpVisit if door.is_lmtp else _Visit
    if door.socket:
        with suppress(FileNotFoundError):
            await asyncio.to_thread(Path(door.socket).unlink)
        server = await loop.create_unix_server(lambda: visit(porter), path=door.socket)
    else:
        server = await loop.create_server(lambda: visit(porter), door.host, door.port)
    try:
        yield 0 if door.socket else server.sockets[0].getsockname()[1]
    finally:
        server.close()
        with suppress(TimeoutError):  # senders keep their connections open
            await asyncio.wait_for(server.wait_closed(), _FINISH_S)
        if door.socket:
            await asyncio.to_thread(Path(door.socket).unlink, missing_ok=True)
