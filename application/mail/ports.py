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


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """A letter on its way to one person. `message_id` is written with its angle brackets."""

    message_id: str
    recipient: str
    letter: Letter


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
