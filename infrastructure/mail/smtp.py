"""Handing messages to a mail server by SMTP: the adapter behind `application.mail.Mailer`.

Rules upheld here:
- "sent" means that the server answered the message with 250; what it does to the connection afterwards is no matter;
- a refusal is final only where it is about this message (5xx to sender, recipient or content); a server that will not
  let us in may do so later;
- a connection that broke, at whatever moment, leaves the outcome open, and the same message is sent again.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr

import aiosmtplib
from aiosmtplib import (
    SMTP,
    SMTPAuthenticationError,
    SMTPConnectResponseError,
    SMTPException,
    SMTPHeloError,
    SMTPRecipientsRefused,
    SMTPResponseException,
)

from application.mail.ports import Mailer, Message, RefusedByServer
from application.shared.ports import Clock
from domain.shared.errors import Unavailable
from infrastructure.mail.addresses import MailServer

PATIENCE_S = 10.0
"""Seconds that the server may take for one answer."""

_LETTING_IN = (SMTPAuthenticationError, SMTPConnectResponseError, SMTPHeloError)
_FINAL = 500


class SmtpMailer(Mailer):
    """Sends each message over a connection of its own.

    Args:
        sender: whom the messages are from, `Daybook <daybook@firm.example>` or the address alone.
        patience_s: seconds that the server may take for one answer.
    """

    def __init__(
        self, server: MailServer, sender: str, clock: Clock, *, patience_s: float = PATIENCE_S
    ) -> None:
        self._server = server
        self._sender = sender
        self._clock = clock
        self._patience_s = patience_s

    async def send(self, message: Message) -> None:
        mail = self._mail(message)
        try:
            async with self._connected() as client:
                await client.send_message(
                    mail, sender=parseaddr(self._sender)[1], recipients=[message.recipient]
                )
        except SMTPRecipientsRefused as refused:
            raise _answered(refused.recipients[0]) from refused
        except SMTPResponseException as answer:
            raise _answered(answer) from answer
        except (SMTPException, OSError, TimeoutError) as error:
            told = f"the mail server broke off: {str(error) or type(error).__name__}"
            raise Unavailable(told, code="mail_server_unreachable") from error

    def _mail(self, message: Message) -> EmailMessage:
        mail = EmailMessage()
        mail["From"] = self._sender
        mail["To"] = message.recipient
        mail["Subject"] = message.letter.subject
        mail["Date"] = format_datetime(self._clock.now())
        mail["Message-ID"] = message.message_id
        mail["Auto-Submitted"] = "auto-generated"  # keeps absence notes from answering (RFC 3834)
        mail.set_content(message.letter.text)
        mail.add_alternative(message.letter.html, subtype="html")
        return mail

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[SMTP]:
        client = self._client()
        await client.connect()
        try:
            yield client
            # The message is out by now: that the farewell fails does not take it back.
            with suppress(SMTPException, OSError, TimeoutError):
                await client.quit()
        finally:
            client.close()

    def _client(self) -> SMTP:
        server = self._server
        is_here = server.host in ("", "127.0.0.1", "localhost")
        return aiosmtplib.SMTP(
            hostname=server.host or None,
            port=server.port or None,
            socket_path=server.socket,
            username=server.username,
            password=server.password,
            use_tls=server.tls,
            start_tls=False if server.socket else server.starttls,
            timeout=self._patience_s,
            local_hostname="localhost" if is_here else None,
        )


class UnsetMailer(Mailer):
    """Stands where no mail server is set: every message waits for one."""

    async def send(self, message: Message) -> None:  # noqa: ARG002
        """Raise `Unavailable`, always."""
        raise Unavailable(
            "no mail server is set; name one in DAYBOOK_SMTP_URL", code="no_mail_server"
        )


def _answered(answer: SMTPResponseException) -> RefusedByServer | Unavailable:
    said = f"{answer.code} {answer.message}"
    if answer.code >= _FINAL and not isinstance(answer, _LETTING_IN):
        return RefusedByServer(said)
    return Unavailable(f"the mail server answered {said}", code="mail_server_refuses")
