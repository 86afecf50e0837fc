"""The letter with the link by which somebody chooses a password of their own."""

from collections.abc import Mapping

from application.mail.ports import Addressee, LinkTokens
from application.mail.use_cases import Mail
from application.shared.commands import Commands
from application.shared.reactions.handling import Handler
from application.shared.reactions.ports import Reaction
from application.shared.services import Services
from application.shared.streams import facts_of, fold
from domain import identity
from domain.identity import ActiveUser


class PasswordLetters:
    """Writes links into letters."""

    def __init__(self, commands: Commands, tokens: LinkTokens, mail: Mail) -> None:
        self._commands = commands
        self._tokens = tokens
        self._mail = mail

    async def send(self, reaction: Reaction) -> None:
        """Mail the link that the reaction's event issued; nothing if it is void by now, or not needed any more."""
        facts = facts_of(await self._commands.log.stream(reaction.subject))
        issued = next((fact.event for fact in facts if fact.position == reaction.position), None)
        user = fold(identity.DECIDER, facts)
        if not isinstance(user, ActiveUser) or user.link is None or user.link != issued:
            return
        is_over = user.link.expires_at <= self._commands.clock.now()
        token = None if is_over else await self._tokens.token(reaction.subject, user.link)
        if token is None:
            return
        values = {
            "name": user.name,
            "token": token,
            "expires_at": user.link.expires_at,
            "is_reset": user.link.is_reset,
        }
        addressee = Addressee(address=user.email, name=user.name)
        await self._mail.deliver(reaction, addressee, "password_link", values)


async def mail_password_link(reaction: Reaction, services: Services) -> None:
    """Mail the link to the user's address."""
    await services.of(PasswordLetters).send(reaction)


HANDLERS: Mapping[str, Handler] = {"mail_password_link": mail_password_link}
"""The kind of reaction that lets somebody choose a password."""
