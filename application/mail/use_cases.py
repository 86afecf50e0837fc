"""Sending a message once, and noting what became of it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec

from application.mail.ports import Letters, Mailer, Message, RefusedByServer
from application.shared.handling import fold, handle
from application.shared.ports import Cause, Clock, EventLog
from application.shared.reactions.ports import Permanent, Reaction
from domain import mail
from domain.mail import BouncedMail, Envelope, NoteBounced, NoteRefused, NoteSent, SentMail
from domain.shared.errors import NotFound

MAILS = mail.DECIDER


class Bounced(msgspec.Struct, frozen=True, kw_only=True):
    """A return that was noted: the message's stream, and the position up to which this wrote (0: nothing new)."""

    uid: UUID
    reaction_id: UUID
    position: int


class Mail:
    """The use cases of mail.

    Args:
        domain: the part of every `Message-ID` after the @.
    """

    def __init__(
        self, log: EventLog, clock: Clock, letters: Letters, mailer: Mailer, domain: str
    ) -> None:
        self._log = log
        self._clock = clock
        self._letters = letters
        self._mailer = mailer
        self._domain = domain

    async def deliver(
        self, reaction: Reaction, recipient: str, template: str, values: Mapping[str, Any]
    ) -> None:
        """Send the one message of a reaction, unless it is known to be out.

        Raises:
            Permanent: the mail server refused it; that is recorded.
            Unavailable: it could not be sent, or nobody knows; or that it was sent could not be recorded.
        """
        state, _ = fold(MAILS, await self._log.stream(mail.mail_uid(reaction.id)))
        if isinstance(state, SentMail | BouncedMail):
            return
        letter = self._letters.write(template, values)
        message = Message(
            message_id=message_id_of(reaction.id, self._domain), recipient=recipient, letter=letter
        )
        envelope = Envelope(
            reaction_id=reaction.id,
            policy=reaction.policy,
            recipient=recipient,
            subject=letter.subject,
            message_id=message.message_id,
        )
        try:
            await self._mailer.send(message)
        except RefusedByServer as refused:
            await self._note(reaction, NoteRefused(envelope, refused.detail))
            raise Permanent(f"the mail server refused it: {refused.detail}") from refused
        await self._note(reaction, NoteSent(envelope))

    async def bounced(self, message_id: str, reason: str, cause: Cause) -> Bounced:
        """Note that a message came back. Reporting it again changes nothing.

        Raises:
            NotFound: no message of ours has this `Message-ID`.
            NotSent: it was not sent, as far as is known.
            Unavailable: as `EventLog.append` says.
        """
        reaction_id = _reaction_of(message_id)
        uid = mail.mail_uid(reaction_id) if reaction_id else None
        if reaction_id is None or uid is None or not await self._log.stream(uid):
            raise NotFound(f"No message that was sent has the Message-ID {message_id[:200]}.")
        handled = await handle(self._log, self._clock, MAILS, uid, NoteBounced(reason), cause)
        return Bounced(
            uid=uid, reaction_id=reaction_id, position=handled.appended.last_position or 0
        )

    async def _note(self, reaction: Reaction, command: NoteSent | NoteRefused) -> None:
        uid = mail.mail_uid(reaction.id)
        step = f"{type(command).__name__} {reaction.failures}"
        await handle(self._log, self._clock, MAILS, uid, command, reaction.cause(step))


def message_id_of(reaction_id: UUID, domain: str) -> str:
    """The `Message-ID` of the one message of a reaction."""
    return f"<{reaction_id.hex}@{domain}>"


def _reaction_of(message_id: str) -> UUID | None:
    name = message_id.strip().removeprefix("<").partition("@")[0]
    try:
        return UUID(hex=name)
    except ValueError:
        return None
