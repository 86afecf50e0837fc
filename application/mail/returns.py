"""Showing a return where an operator looks: on the reaction that sent the message."""

from collections.abc import Mapping

from application.shared.reactions.handling import Handler
from application.shared.reactions.ports import Permanent, Reaction
from application.shared.services import Services
from domain import mail
from domain.mail import BouncedMail


async def show_bounce(reaction: Reaction, services: Services) -> None:
    """Show the return of a message on the reaction that sent it."""
    state = await services.commands.state(mail.DECIDER, reaction.subject)
    if not isinstance(state, BouncedMail):
        raise Permanent(f"the message did not come back: it is a {type(state).__name__}")
    fact = state.fact
    await services.reactions.remark(fact.reaction_id, f"the message came back: {fact.reason}")


HANDLERS: Mapping[str, Handler] = {"show_bounce": show_bounce}
"""The kind of reaction to a message that came back."""
