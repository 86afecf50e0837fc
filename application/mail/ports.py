"""What sending mail needs of the world."""

from collections.abc import Mapping
from typing import Any, Protocol
from uuid import UUID

import msgspec

from domain.identity import PasswordLinkIssued
from domain.shared.errors import DaybookError


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """What a message says: its subject in one line, and the same text with and without markup."""

    subject: str
    text: str
    html: str


class Addressee(msgspec.Struct, frozen=True, kw_only=True):
    """Whom a letter is for: their address and name, and the name of the bank that writes to them, if one does."""

    address: str
    name: str = ""
    bank: str = ""


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """A letter on its way to one person. Ids of messages are written with their angle brackets.

    Attributes:
        sender_name: in whose name it is, beside that of the installation.
        list_id: what readers sort it by (RFC 2919), such as `claims.daybook.example`.
        answers: the `Message-ID` of the letter that it is shown below.
    """

    message_id: str
    recipient: str
    letter: Letter
    recipient_name: str = ""
    sender_name: str = ""
    list_id: str | None = None
    answers: str | None = None


class RefusedByServer(DaybookError, code="mail_refused"):
    """The mail server will not take this message, now or later; the detail is what it said."""


class Letters(Protocol):
    """Writes letters."""

    def write(self, template: str, values: Mapping[str, Any]) -> Letter:
        """The letter that a template makes of these values.

        Raises:
            LookupError: there is no such template, or it needs a value that is not there.
        """


class LinkTokens(Protocol):
    """Makes the secrets of links by which people choose a password."""

    async def token(self, user_uid: UUID, issued: PasswordLinkIssued) -> str | None:
        """A token for the link of a user; None if they need none any more."""


class Mailer(Protocol):
    """Hands messages to a mail server."""

    async def send(self, message: Message) -> None:
        """Return once the server has taken the message over.

        Sending a message again is safe: it bears the same `Message-ID`.

        Raises:
            RefusedByServer: the server refused it for good.
            Unavailable: the server cannot be reached, asks to come back, or broke off: nobody knows whether it has it.
        """

    async def aclose(self) -> None:
        """Give the connections back, from within the event loop that used them."""
