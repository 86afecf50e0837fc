"""What confirming a proposal comes to: the same for who confirms now and for who audits it later."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import msgspec
from msgspec import UNSET

from application.shared.commands import Write
from application.shared.proposals import Hands, ProposalKind, proposal_kinds
from application.shared.views import View
from domain import identity, proposals
from domain.banks import administrators
from domain.banks.administrators import ActiveAdministrator
from domain.identity import ActiveUser
from domain.proposals import ConfirmProposal, ProposalMade, ProposalOutdated, Second, made_of
from domain.shared.roles import Role, administrator_uid


async def confirmation(view: View, uid: UUID, second: Second) -> list[Write]:
    """The confirmation of a proposal with all that it has done; alone where the proposal is decided.

    Raises:
        ProposalOutdated: the proposer could not propose it any more, or what it would change was changed since.
        DaybookError: it is not theirs to confirm, or cannot be done any more, as its kind says.
    """
    state, command = (await view.stream(proposals.DECIDER, uid)).state, ConfirmProposal(second)
    made, confirm = made_of(state), Write(proposals.DECIDER, uid, command)
    if not proposals.DECIDER.decide(state, command, view.now):
        return [confirm]
    await _check_proposer(view, made)
    kind = kind_of(made)
    hands = Hands(proposed_by=made.proposed_by, confirmed_by=second.user_uid)
    writes = await kind.writes(view, msgspec.convert(made.terms, kind.terms), hands)
    if made.at_version not in (UNSET, (await tried(view, writes)).version):
        raise ProposalOutdated("What this would change was changed since it was proposed.")
    return [confirm, *writes]


def kind_of(made: ProposalMade) -> ProposalKind[Any]:
    """What kind of proposal it is; raises `ProposalOutdated` if there is no such kind any more."""
    if made.kind not in proposal_kinds():
        raise ProposalOutdated(
            f"There is nothing of the kind {made.kind} to confirm here (any more)."
        )
    return proposal_kinds()[made.kind]


class Tried(msgspec.Struct, frozen=True):
    """What the first of some commands found: at which version, and whether it changes nothing."""

    version: int
    is_quiet: bool


async def tried(view: View, writes: Sequence[Write]) -> Tried:
    """What these commands would come to; raises what any of them is refused with."""
    for write in writes:
        if write.is_new:
            view.begin(write.uid)
    await view.load(*[write.uid for write in writes])
    streams = [await view.stream(write.decider, write.uid) for write in writes]
    facts = [
        write.decider.decide(stream.state, write.command, view.now)
        for write, stream in zip(writes, streams, strict=True)
    ]
    return Tried(streams[0].version, not facts[0])


async def administers(view: View, bank: UUID | None, user: UUID | None) -> bool:
    """Whether a user is an active administrator of a bank."""
    if bank is None or user is None:
        return False
    state = (await view.stream(administrators.DECIDER, administrator_uid(bank, user))).state
    return isinstance(state, ActiveAdministrator)


async def others(view: View, made: ProposalMade, uids: Iterable[UUID]) -> int:
    """How many of these administrators of the bank could confirm."""
    await view.load(*uids)
    states = [(await view.stream(administrators.DECIDER, uid)).state for uid in uids]
    users = {it.value.user_uid for it in states if isinstance(it, ActiveAdministrator)}
    users -= {made.proposed_by, *made.concerns}
    await view.load(*users)
    return sum([await _is_active(view, user) for user in users])


async def _is_active(view: View, user: UUID) -> bool:
    return isinstance((await view.stream(identity.DECIDER, user)).state, ActiveUser)


async def _check_proposer(view: View, made: ProposalMade) -> None:
    by = made.proposed_by
    user = (await view.stream(identity.DECIDER, by)).state if by else None
    stands = isinstance(user, ActiveUser) and (
        Role.OPERATOR in user.roles
        or by in made.concerns
        or await administers(view, made.bank_uid, by)
    )
    if by is not None and not stands:
        raise ProposalOutdated(
            f"{made.proposed_by_name} could not propose this any more; somebody else has to."
        )
