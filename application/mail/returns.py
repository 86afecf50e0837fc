"""Showing a return where an operator looks: on the reaction that sent the message."""

from typing import TYPE_CHECKING

from application.mail.use_cases import MAILS
from application.shared.handling import fold
from application.shared.reactions.ports import Permanent, Reaction
from domain.mail import BouncedMail

if TYPE_CHECKING:
    from application.services import Services


async def show_bounce(reaction: Reaction, services: "Services") -> None:
    """Show the return of a message on the reaction that sent it."""
    state, _ = fold(MAILS, await services.log.stream(reaction.subject))
    if not isinstance(state, BouncedMail):
        raise Permanent(f"the message did not come back: it is a {type(state).__name__}")
    fact = state.fact
    await services.reactions.remark(fact.reaction_id, f"the message came back: {fact.reason}")
