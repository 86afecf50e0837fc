"""Sending a message once, and noting what became of it."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from application.mail.ports import Addressee, Letters, Mailer, Message, RefusedByServer
from application.shared.commands import Call, Carried, Commands, Write, of_itself
from application.shared.ports import Cause
from application.shared.reactions.handling import Handler
from application.shared.reactions.ports import Permanent, Reaction
from application.shared.services import Services
from application.shared.views import View
from domain import mail
from domain.shared.errors import NotFound
from domain.shared.ids import derived


class Mail:
    """The use cases of mail.

    Args:
        domain: the part of every `Message-ID` after the @.
        digest_above: how many letters about single claims an administrator gets in a while; the other claims share one.
        shows_mailbox: whether mail goes to a mailbox of ours, which can be looked at.
    """

    def __init__(
        self,
        commands: Commands,
        letters: Letters,
        mailer: Mailer,
        domain: str,
        *,
        digest_above: int,
        shows_mailbox: bool = False,
    ) -> None:
        self.digest_above = digest_above
        self.shows_mailbox = shows_mailbox
        self._commands = commands
        self._letters = letters
        self._mailer = mailer
        self._domain = domain

    async def deliver(
        self,
        reaction: Reaction,
        recipient: Addressee | str,
        template: str,
        values: Mapping[str, Any],
        *,
        first: UUID | None = None,
        about: UUID | None = None,
    ) -> None:
        """Send the one message of a reaction, unless it is known to be out.

        Of a `recipient` more than the address may be known. Letters `about` one claim name the reaction whose letter is
        or would be the `first` about it, and are shown together.

        Raises:
            Permanent: the mail server refused it; that is recorded.
            Unavailable: it could not be sent, or nobody knows; or that it was sent could not be recorded.
        """
        if await self.is_out(reaction):
            return
        to = Addressee(address=recipient) if isinstance(recipient, str) else recipient
        letter = self._letters.write(template, {"bank": to.bank, **values})
        message_id = self._message_id(reaction.id)
        envelope = mail.Envelope(
            reaction_id=reaction.id,
            policy=reaction.policy,
            recipient=to.address,
            subject=letter.subject,
            message_id=message_id,
            reimbursement_uid=about,
        )
        message = Message(
            message_id=message_id,
            recipient=to.address,
            recipient_name=to.name,
            sender_name=to.bank,
            letter=letter,
            list_id=f"{'claims' if first else 'notices'}.{self._domain}",
            answers=self._message_id(first) if first not in (None, reaction.id) else None,
        )
        try:
            await self._mailer.send(message)
        except RefusedByServer as refused:
            await self._note(reaction, mail.NoteRefused(envelope, refused.detail))
            raise Permanent(f"the mail server refused it: {refused.detail}") from refused
        await self._note(reaction, mail.NoteSent(envelope))

    def _message_id(self, reaction_id: UUID) -> str:
        return f"<{reaction_id.hex}@{self._domain}>"

    async def is_out(self, reaction: Reaction) -> bool:
        """Whether the message of a reaction is known to be out."""
        return mail.is_out(await self._commands.state(mail.DECIDER, mail.mail_uid(reaction.id)))

    async def bounced(self, message_id: str, reason: str, call: Call) -> Carried:
        """Note that a message came back. Reporting it again changes nothing.

        Raises:
            NotFound: no message of ours has this `Message-ID`.
            NotSent: it was not sent, as far as is known.
        """

        async def prepare(view: View) -> Sequence[Write]:
            uid = _stream_of(message_id)
            sent = None if uid is None else (await view.stream(mail.DECIDER, uid)).state
            if uid is None or sent is None or _bare(sent.message_id) != _bare(message_id):
                raise NotFound(f"No message that was sent has the Message-ID {message_id[:200]}.")
            return [Write(mail.DECIDER, uid, mail.NoteBounced(reason))]

        return await self._commands.carry_out(call, prepare)

    async def heard(self, message_id: str, reason: str) -> bool:
        """Note what a delivery report says of a message; False if that is none that was sent.

        Raises:
            Unavailable: the log cannot be reached.
        """
        uid = derived("delivery report", message_id)
        cause = Cause(actor="mail:reports", correlation_id=uid, causation_id=uid)
        try:
            await self.bounced(message_id, reason, of_itself(cause))
        except (NotFound, mail.NotSent):
            return False
        return True

    async def aclose(self) -> None:
        """Give the connections to the mail server back."""
        await self._mailer.aclose()

    async def _note(self, reaction: Reaction, command: mail.NoteSent | mail.NoteRefused) -> None:
        step = f"{type(command).__name__} {reaction.failures}"
        uid, call = mail.mail_uid(reaction.id), of_itself(reaction.cause(step))
        await self._commands.tell(mail.DECIDER, uid, command, call)


def reaction_of(carried: Carried) -> UUID:
    """The reaction whose message this is."""
    fact = carried.facts[-1].event
    if not isinstance(fact, mail.MailSent | mail.MailRefused | mail.MailBounced):
        raise TypeError(f"{fact} is about no message")
    return fact.reaction_id


def _bare(message_id: str) -> str:
    return message_id.strip().removeprefix("<").removesuffix(">").lower()


def _stream_of(message_id: str) -> UUID | None:
    name = _bare(message_id).partition("@")[0]
    try:
        return mail.mail_uid(UUID(hex=name))
    except ValueError:
        return None


async def show_bounce(reaction: Reaction, services: Services) -> None:
    """Show the return of a message where an operator looks: on the reaction that sent it."""
    state = await services.commands.state(mail.DECIDER, reaction.subject)
    if not isinstance(state, mail.MailBounced):
        raise Permanent(f"the message did not come back: it is a {type(state).__name__}")
    await services.reactions.remark(state.reaction_id, f"the message came back: {state.reason}")


HANDLERS: Mapping[str, Handler] = {"show_bounce": show_bounce}
"""The kind of reaction to a message that came back."""
