"""Having something done that takes two people: it is proposed, and confirmed or rejected by somebody else.

Rules upheld here:
- who speaks is looked up in the log with the rest (their appointment, not the role in a token), and the append checks
  it;
- what is confirmed is decided anew on what holds by then, and recorded together with the confirmation or not at all.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol, TypeVar
from uuid import UUID

import msgspec

from application.shared.commands import Call, Carried, Commands, View, Write
from application.shared.permissions import Principal, own_as_user
from application.shared.proposals import Draft, Hands, ProposalKind, Proposing, proposal_kinds
from application.shared.streams import Entity, Reference
from domain import identity, proposals
from domain.banks import administrators, policies
from domain.banks.administrators import ActiveAdministrator
from domain.banks.policies import policy_uid
from domain.identity import ActiveUser
from domain.proposals import (
    ConfirmProposal,
    MakeProposal,
    ProposalMade,
    ProposalOutdated,
    RejectProposal,
    Second,
    WithdrawProposal,
    made_of,
)
from domain.shared.errors import StaleVersion
from domain.shared.roles import Role, administrator_uid

T = TypeVar("T", bound=msgspec.Struct)

PROPOSAL = Entity("proposal", proposals.DECIDER, ProposalMade, own_as_user)


class Rejection(msgspec.Struct, frozen=True, kw_only=True):
    """Why something is not to be done: 1 to 500 characters, which the proposer gets to read."""

    reason: str | None = None


class AdministratorRoster(Protocol):
    """Who administers the banks."""

    async def of(self, bank_uid: UUID, position: int) -> Sequence[UUID]:
        """The uids of the administrators of a bank as of this position of the log; raises `Unavailable`."""


class Proposals(Proposing):
    """The use cases of proposals; they raise as `Commands` and `domain.proposals` say."""

    def __init__(self, commands: Commands, roster: AdministratorRoster) -> None:
        self._commands = commands
        self._roster = roster

    async def propose(
        self, kind: ProposalKind[T], draft: Callable[[View], Awaitable[Draft[T]]], call: Call
    ) -> Carried:
        uid, by = self._commands.new_id(), call.principal

        async def prepare(view: View) -> Sequence[Write]:
            it = await draft(view)
            writes = await kind.writes(view, it.terms, Hands(proposed_by=by.user_uid))
            is_quiet = await _tried(view, writes, call.if_version)
            if by.user_uid is None or it.at_once or is_quiet or await _decides_alone(view, it, by):
                return writes
            make = MakeProposal(
                bank_uid=it.bank_uid,
                bank_id=it.bank_id,
                kind=kind.name,
                terms=msgspec.to_builtins(it.terms),
                summary=" ".join(kind.summary(it.terms).split()),
                concerns=it.concerns,
                proposed_by=by.user_uid,
                proposed_by_name=by.name,
            )
            return [Write(proposals.DECIDER, uid, make, is_new=True)]

        # The version that the caller has seen is that of what they would change, and not of a proposal.
        return await self._commands.carry_out(
            msgspec.structs.replace(call, if_version=None), prepare
        )

    async def confirm(self, proposal: Reference, call: Call) -> Carried:
        """Have it done: all of it together with the confirmation, or nothing.

        Raises:
            ProposalOutdated: the proposer could not propose it any more.
            DaybookError: it cannot be done any more, as its kind says.
        """

        async def prepare(view: View) -> Sequence[Write]:
            found = await view.find(PROPOSAL, proposal)
            made = made_of(found.state)
            command = ConfirmProposal(await self._second(view, made, call.principal))
            confirm = Write(proposals.DECIDER, found.uid, command)
            if not proposals.DECIDER.decide(found.state, command, view.now):
                return [confirm]
            await _check_proposer(view, made)
            kind = _kind_of(made)
            hands = Hands(proposed_by=made.proposed_by, confirmed_by=call.principal.user_uid)
            terms = msgspec.convert(made.terms, kind.terms)
            return [confirm, *await kind.writes(view, terms, hands)]

        return await self._commands.carry_out(call, prepare)

    async def reject(self, proposal: Reference, rejection: Rejection, call: Call) -> Carried:
        """Have it not done."""
        return await self._end(
            proposal, lambda by: RejectProposal(by=by, reason=rejection.reason), call
        )

    async def withdraw(self, proposal: Reference, call: Call) -> Carried:
        """Take a proposal of the caller's own back."""
        return await self._end(proposal, WithdrawProposal, call)

    async def _end(
        self, proposal: Reference, command: Callable[[Second], Any], call: Call
    ) -> Carried:
        async def prepare(view: View) -> Sequence[Write]:
            found = await view.find(PROPOSAL, proposal)
            by = await self._second(view, made_of(found.state), call.principal)
            return [Write(proposals.DECIDER, found.uid, command(by))]

        return await self._commands.carry_out(call, prepare)

    async def _second(self, view: View, made: ProposalMade, caller: Principal) -> Second:
        operates = Role.OPERATOR in caller.roles
        return Second(
            user_uid=caller.user_uid,
            name=caller.name,
            administers=await _administers(view, made.bank_uid, caller.user_uid),
            operates=operates,
            others=await self._others(view, made) if operates else 0,
            owner_is_enough=_kind_of(made).owner_is_enough,
        )

    async def _others(self, view: View, made: ProposalMade) -> int:
        """How many administrators of the bank could confirm."""
        if made.bank_uid is None:
            return 0
        uids = await self._roster.of(made.bank_uid, await self._commands.log.head_async())
        await view.load(*uids)
        states = [(await view.stream(administrators.DECIDER, uid)).state for uid in uids]
        users = {it.value.user_uid for it in states if isinstance(it, ActiveAdministrator)}
        users -= {made.proposed_by, *made.concerns}
        await view.load(*users)
        return sum([await _is_active(view, user) for user in users])


def _kind_of(made: ProposalMade) -> ProposalKind[Any]:
    if made.kind not in proposal_kinds():
        raise ProposalOutdated(
            f"There is nothing of the kind {made.kind} to confirm here (any more)."
        )
    return proposal_kinds()[made.kind]


async def _tried(view: View, writes: Sequence[Write], if_version: int | None) -> bool:
    """Whether the first of these commands changes nothing; raises what any of them is refused with."""
    for write in writes:
        if write.is_new:
            view.begin(write.uid)
    await view.load(*[write.uid for write in writes])
    streams = [await view.stream(write.decider, write.uid) for write in writes]
    facts = [
        write.decider.decide(stream.state, write.command, view.now)
        for write, stream in zip(writes, streams, strict=True)
    ]
    if if_version is not None and if_version != streams[0].version:
        raise StaleVersion.of(if_version, streams[0].version)
    return not facts[0]


async def _decides_alone(view: View, draft: Draft[Any], by: Principal) -> bool:
    """Whether the bank does without a second person, and the caller is its administrator."""
    if draft.bank_uid is None:
        return False
    policy = (await view.stream(policies.DECIDER, policy_uid(draft.bank_uid))).state
    return not policy.four_eyes and await _administers(view, draft.bank_uid, by.user_uid)


async def _administers(view: View, bank: UUID | None, user: UUID | None) -> bool:
    if bank is None or user is None:
        return False
    state = (await view.stream(administrators.DECIDER, administrator_uid(bank, user))).state
    return isinstance(state, ActiveAdministrator)


async def _is_active(view: View, user: UUID) -> bool:
    return isinstance((await view.stream(identity.DECIDER, user)).state, ActiveUser)


async def _check_proposer(view: View, made: ProposalMade) -> None:
    by = made.proposed_by
    user = (await view.stream(identity.DECIDER, by)).state if by else None
    stands = isinstance(user, ActiveUser) and (
        Role.OPERATOR in user.roles
        or by in made.concerns
        or await _administers(view, made.bank_uid, by)
    )
    if by is not None and not stands:
        raise ProposalOutdated(
            f"{made.proposed_by_name} could not propose this any more; somebody else has to."
        )
