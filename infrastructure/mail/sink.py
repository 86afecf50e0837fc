"""The mail server of the embedded default: it takes every message and delivers none.

Messages are kept in `daybook.mailbox`, where `/mailbox` shows them. A message that comes again, known by its
`Message-ID`, is counted and not kept twice, as a receiver with any sense does.
"""

import asyncio
from contextlib import suppress
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import psycopg
import structlog
from aiosmtpd.smtp import SMTP, Envelope, Session

from domain.shared.errors import Unavailable
from infrastructure.shared.connections import Database

_FINISH_S = 0.5
_TAKEN = "250 kept"
_LATER = "451 the mailbox cannot be reached now"

_KEEP = """
    INSERT INTO daybook.mailbox (message_id, recipient, sender, subject, text_body, html_body)
    VALUES (%s, %s, %s, %s, %s, %s)
    ON CONFLICT (message_id, recipient) DO UPDATE SET deliveries = mailbox.deliveries + 1
"""

_logger = structlog.get_logger("daybook.mailbox")


class MailSink:
    """Keeps messages in the database. Each is committed before the sender is told that it was taken."""

    def __init__(self, database_url: str) -> None:
        self._database = Database(database_url, "mailbox")

    async def handle_DATA(self, _: SMTP, __: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """The answer to a message."""
        content = envelope.content or b""
        raw = content if isinstance(content, bytes) else content.encode()
        mail = message_from_bytes(raw, policy=policy.default)
        try:
            await self._keep(mail, envelope.mail_from or "", envelope.rcpt_tos)
        except (psycopg.Error, Unavailable) as error:
            _logger.warning("mail_not_kept", error=str(error))
            return _LATER
        return _TAKEN

    async def _keep(self, mail: EmailMessage, sender: str, recipients: list[str]) -> None:
        texts = (_shown(mail["Subject"]), _body(mail, "plain"), _body(mail, "html"))
        message_id = _shown(mail["Message-ID"])
        async with self._database.transaction() as connection:
            for recipient in recipients:
                await connection.execute(_KEEP, (message_id, recipient, sender, *texts))

    async def aclose(self) -> None:
        """Give the connections back."""
        await self._database.aclose()


async def serve(database_url: str, socket: Path, stop: asyncio.Event) -> None:
    """Take mail on a Unix socket until `stop` is set. A socket that an earlier process left there is replaced."""
    sink = MailSink(database_url)
    loop = asyncio.get_running_loop()

    def protocol() -> SMTP:
        return SMTP(
            sink, hostname="localhost", ident="Daybook mailbox", enable_SMTPUTF8=True, loop=loop
        )

    with suppress(FileNotFoundError):
        await asyncio.to_thread(socket.unlink)
    server = await loop.create_unix_server(protocol, path=str(socket))
    try:
        await stop.wait()
    finally:
        server.close()
        with suppress(TimeoutError):  # senders keep their connections open
            await asyncio.wait_for(server.wait_closed(), _FINISH_S)
        await sink.aclose()
        await asyncio.to_thread(socket.unlink, missing_ok=True)


def _shown(header: Any) -> str:
    return str(header or "").replace("\0", "")


def _body(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    return "" if part is None else str(part.get_content()).replace("\0", "")
