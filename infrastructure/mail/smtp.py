"""Handing messages to a mail server by SMTP: the adapter behind `application.mail.Mailer`.

Rules upheld here:
- "sent" means that the server answered the message with 250; what it does to the connection afterwards is no matter;
- a refusal is final only where it is about this message (5xx to sender, recipient or content); a server that will not
  let us in may do so later;
- a connection that broke, at whatever moment, leaves the outcome open, and the same message is sent again;
- an address goes out with its domain in ASCII (IDNA); one whose name is not in ASCII takes a server with SMTPUTF8;
- a connection is used again, after the server has answered that it is still there: one that it closed costs no attempt.
"""

import asyncio
from contextlib import suppress
from email.headerregistry import Address, HeaderRegistry, MessageIDHeader
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime, parseaddr
from time import monotonic

import aiosmtplib
import idna
from aiosmtplib import (
    SMTP,
    SMTPAuthenticationError,
    SMTPConnectResponseError,
    SMTPException,
    SMTPHeloError,
    SMTPNotSupported,
    SMTPRecipientsRefused,
    SMTPResponseException,
)

from application.mail.ports import Mailer, Message, RefusedByServer
from application.shared import tracing
from application.shared.ports import Clock
from application.shared.tracing import SpanPart
from domain.shared.errors import Unavailable
from infrastructure.mail.addresses import MailServer

PATIENCE_S = 10.0
"""Seconds that the server may take for one answer."""

CONNECTIONS_MAX = 8
"""So many messages are on their way at once; who wants to send another one waits for a connection."""

# A server that counts, counts to a hundred or more; one that has heard nothing for longer may be gone without a word.
_MESSAGES_MAX = 100
_IDLE_S_MAX = 20.0

_LETTING_IN = (SMTPAuthenticationError, SMTPConnectResponseError, SMTPHeloError)
_FINAL = 500


def _headers() -> HeaderRegistry:
    registry = HeaderRegistry()
    for name in ("in-reply-to", "references", "list-id"):  # which nobody would find again folded
        registry.map_to_type(name, MessageIDHeader)  # type: ignore[arg-type]
    return registry


def _shown(text: str) -> str:
    """A name or a subject as a header can hold it.

    Python takes what looks like an encoded word (RFC 2047) for one, and would write what is in it: line ends, too.
    """
    return "".join(it if it.isprintable() else " " for it in text).replace("=?", "= ?")


_POLICY = EmailPolicy(header_factory=_headers())


class SmtpMailer(Mailer):
    """Sends messages over a few connections, which belong to one event loop until `aclose`.

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
        self._idle: list[_Conversation] = []
        self._free = asyncio.Semaphore(CONNECTIONS_MAX)

    async def send(self, message: Message) -> None:
        recipient = _in_ascii(message.recipient)
        mail = self._mail(message, recipient)
        try:
            with tracing.span("smtp send", part=SpanPart.CLIENT):
                async with self._free:
                    await self._hand_over(mail, recipient)
        except SMTPRecipientsRefused as refused:
            raise _answered(refused.recipients[0]) from refused
        except SMTPResponseException as answer:
            raise _answered(answer) from answer
        except (SMTPException, OSError, TimeoutError) as error:
            told = f"the mail server broke off: {str(error) or type(error).__name__}"
            raise Unavailable(told, code="mail_server_unreachable") from error

    def _mail(self, message: Message, recipient: str) -> EmailMessage:
        mail = EmailMessage(policy=_POLICY)
        name, sender = parseaddr(self._sender)
        shown = _shown(" via ".join(filter(None, (message.sender_name, name))))
        mail["From"] = _address(shown, sender)
        mail["To"] = _address(_shown(message.recipient_name), recipient)
        mail["Subject"] = _shown(message.letter.subject)
        mail["Date"] = format_datetime(self._clock.now())
        mail["Message-ID"] = message.message_id
        if message.answers:
            mail["In-Reply-To"] = mail["References"] = message.answers
        if message.list_id:
            mail["List-Id"] = f"<{message.list_id}>"
        mail["Auto-Submitted"] = "auto-generated"  # keeps absence notes from answering (RFC 3834)
        mail.set_content(message.letter.text)
        mail.add_alternative(message.letter.html, subtype="html")
        return mail

    async def aclose(self) -> None:
        idle, self._idle = self._idle, []
        await asyncio.gather(*(talk.end() for talk in idle))

    async def _hand_over(self, mail: EmailMessage, recipient: str) -> None:
        talk = await self._conversation()
        try:
            await talk.client.send_message(
                mail, sender=parseaddr(self._sender)[1], recipients=[recipient]
            )
        except SMTPNotSupported as lacking:
            self._idle.append(talk)  # nothing of the message was said
            raise RefusedByServer(str(lacking)) from lacking
        except (SMTPRecipientsRefused, SMTPResponseException):
            self._idle.append(talk)  # it answered, so it is there
            raise
        except BaseException:
            talk.client.close()
            raise
        talk.messages += 1
        if talk.messages < _MESSAGES_MAX:
            self._idle.append(talk)
        else:
            await talk.end()

    async def _conversation(self) -> "_Conversation":
        """A connection that answers: the one that was used last, or a new one."""
        while self._idle:
            talk = self._idle.pop()
            if await talk.is_there():
                return talk
        client = self._client()
        try:
            await client.connect()
        except BaseException:
            client.close()
            raise
        return _Conversation(client)

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


class _Conversation:
    """A connection, and what went over it."""

    def __init__(self, client: SMTP) -> None:
        self.client = client
        self.messages = 0
        self._used_at = monotonic()

    async def is_there(self) -> bool:
        """Whether the server answers on it, which also makes it forget a message that it refused half-way."""
        since, self._used_at = self._used_at, monotonic()
        is_there = False
        try:
            with suppress(SMTPException, OSError, TimeoutError):
                if self._used_at - since < _IDLE_S_MAX:
                    await self.client.rset()
                    is_there = True
        finally:
            if not is_there:
                self.client.close()
        return is_there

    async def end(self) -> None:
        """Take leave. What was sent is sent, also if the farewell fails."""
        with suppress(SMTPException, OSError, TimeoutError):
            await self.client.quit()
        self.client.close()


class UnsetMailer(Mailer):
    """Stands where no mail server is set: every message waits for one."""

    async def send(self, message: Message) -> None:  # noqa: ARG002
        """Raise `Unavailable`, always."""
        raise Unavailable(
            "no mail server is set; name one in DAYBOOK_SMTP_URL", code="no_mail_server"
        )

    async def aclose(self) -> None:
        """Nothing is connected."""


def _address(name: str, address: str) -> Address:
    local, _, domain = address.rpartition("@")
    return Address(name, local, domain)


def _in_ascii(address: str) -> str:
    """The address with its domain as mail servers look it up."""
    local, _, domain = address.rpartition("@")
    try:
        return (
            address if domain.isascii() else f"{local}@{idna.encode(domain, uts46=True).decode()}"
        )
    except idna.IDNAError as error:
        raise RefusedByServer(f"{domain} is no domain: {error}") from error


def _answered(answer: SMTPResponseException) -> RefusedByServer | Unavailable:
    said = f"{answer.code} {answer.message}"
    if answer.code >= _FINAL and not isinstance(answer, _LETTING_IN):
        return RefusedByServer(said)
    return Unavailable(f"the mail server answered {said}", code="mail_server_refuses")
