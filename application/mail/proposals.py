"""The letters about proposals: to those who can confirm, to whom they concern, to the proposer once it is decided."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from application.mail.administrators import BankAdministrators, Operators
from application.mail.ports import Addressee
from application.mail.use_cases import Mail
from application.shared.proposals import proposal_kinds
from application.shared.reactions.handling import Handler
from application.shared.reactions.ports import Permanent, PlannedReaction, Reaction
from application.shared.services import Services
from application.shared.streams import facts_of, fold
from domain import identity, proposals
from domain.banks import administrators
from domain.banks.administrators import ActiveAdministrator
from domain.identity import ActiveUser
from domain.proposals import (
    ClosedProposal,
    ProposalConfirmed,
    ProposalMade,
    ProposalRejected,
    WaitingProposal,
)


async def mail_proposal(reaction: Reaction, services: Services) -> Sequence[PlannedReaction]:
    """One letter for each who is to hear of it, each a reaction of its own."""
    state = await _proposal(services, reaction.subject, reaction.position)
    users = dict.fromkeys(await _readers(state, services, reaction.position))
    payload = {"proposal": str(reaction.subject)}
    return [PlannedReaction("mail_proposal_to", user, payload) for user in users]


async def mail_proposal_to(reaction: Reaction, services: Services) -> None:
    """Tell one user of a proposal as it was right after the event, unless they were shut out since."""
    uid = UUID(reaction.payload["proposal"])
    state = await _proposal(services, uid, reaction.position)
    user = await services.commands.state(identity.DECIDER, reaction.subject)
    if not isinstance(user, ActiveUser) or not user.roles:
        return
    values: dict[str, Any] = {
        "first_name": user.name,
        "proposal_uid": uid,
        "summary": state.made.summary,
        "proposed_by": state.made.proposed_by_name,
        "expires_at": state.made.expires_at,
        "is_concerned": reaction.subject in state.made.concerns,
        "may_confirm": _may_confirm(state.made, reaction.subject),
    }
    template = "proposal_made"
    if isinstance(state, ClosedProposal):
        template, ending = "proposal_decided", state.ending
        values["decided_by"] = ending.decided_by_name
        values["is_confirmed"] = isinstance(ending, ProposalConfirmed)
        values["reason"] = ending.reason if isinstance(ending, ProposalRejected) else None
    to = Addressee(address=user.email, name=user.name)
    await services.of(Mail).deliver(reaction, to, template, values)


async def _readers(
    state: WaitingProposal | ClosedProposal, services: Services, position: int
) -> Iterable[UUID]:
    made = state.made
    if isinstance(state, WaitingProposal):
        second = [it for it in await _seconds(made, services, position) if it != made.proposed_by]
        return [*made.concerns, *second]
    # Whose account it is about is told of the change itself.
    is_told = isinstance(state.ending, ProposalConfirmed) and _owner_is_enough(made)
    told = [made.proposed_by, *(() if is_told else made.concerns)]
    return [it for it in told if it is not None and it != state.ending.decided_by]


async def _seconds(made: ProposalMade, services: Services, position: int) -> list[UUID]:
    """Who could confirm it, but for the machine and whom it concerns."""
    uids = (
        await services.of(BankAdministrators).of(made.bank_uid, position) if made.bank_uid else ()
    )
    states = [await services.commands.state(administrators.DECIDER, uid) for uid in uids]
    users = [it.value.user_uid for it in states if isinstance(it, ActiveAdministrator)]
    able = [it for it in users if it != made.proposed_by and it not in made.concerns]
    return able or [*await services.of(Operators).all(position)]


def _owner_is_enough(made: ProposalMade) -> bool:
    return proposal_kinds()[made.kind].owner_is_enough


def _may_confirm(made: ProposalMade, user: UUID) -> bool:
    return user not in made.concerns or _owner_is_enough(made)


async def _proposal(
    services: Services, uid: UUID, position: int
) -> WaitingProposal | ClosedProposal:
    """The proposal as it was right after the event at `position`."""
    recorded = [it for it in await services.log.stream(uid) if it.position <= position]
    state = fold(proposals.DECIDER, facts_of(recorded))
    if not isinstance(state, WaitingProposal | ClosedProposal):
        raise Permanent(f"there is no proposal {uid}")
    return state


HANDLERS: Mapping[str, Handler] = {
    "mail_proposal": mail_proposal,
    "mail_proposal_to": mail_proposal_to,
}
"""The kinds of reactions that tell people about proposals."""
