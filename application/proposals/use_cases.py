"""Having something done that takes two people: it is proposed, and confirmed or rejected by somebody else.

Rules upheld here:
- who speaks is looked up in the log with the rest (their appointment, not the role in a token), and the append checks
  it;
- what is confirmed is decided anew on what holds by then, and recorded together with the confirmation or not at all;
- what it would change is as it was when it was proposed: whoever confirms knows nothing of what came in between.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol, TypeVar
from uuid import UUID

import msgspec

from application.proposals.confirming import administers, confirmation, kind_of, others, tried
from application.proposals.waiting import WaitingProposals
from application.shared.commands import Call, Carried, Commands, Write
from application.shared.permissions import Principal, own_as_user
from application.shared.proposals import Draft, Hands, ProposalKind, Proposing
from application.shared.streams import Entity, Reference
from application.shared.views import View
from domain import proposals
from domain.banks import policies
from domain.banks.policies import policy_uid
from domain.proposals import (
    MakeProposal,
    ProposalMade,
    RejectProposal,
    Second,
    WithdrawProposal,
    made_of,
)
from domain.shared.errors import Refused
from domain.shared.roles import Role

T = TypeVar("T", bound=msgspec.Struct)

PROPOSAL = Entity("proposal", proposals.DECIDER, ProposalMade, own_as_user)


WAITING_MAX = 100
"""So many proposals of one person about one bank may wait: more than anybody looks through, and each is mailed."""


class TooManyProposals(Refused, code="too_many_proposals"):
    """As many proposals of one person wait as may."""


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
        self._waiting = WaitingProposals(commands.log)

    async def propose(
        self, kind: ProposalKind[T], draft: Callable[[View], Awaitable[Draft[T]]], call: Call
    ) -> Carried:
        uid, by = self._commands.new_id(), call.principal

        async def prepare(view: View) -> Sequence[Write]:
            it = await draft(view)
            writes = await kind.writes(view, it.terms, Hands(proposed_by=by.user_uid))
            first = await tried(view, writes)
            call.check_seen(first.version)
            if (
                by.user_uid is None
                or it.at_once
                or first.is_quiet
                or await _decides_alone(view, it, by)
            ):
                return writes
            await self._check_few(it.bank_uid, by.user_uid)
            make = MakeProposal(
                bank_uid=it.bank_uid,
                bank_id=it.bank_id,
                kind=kind.name,
                terms=msgspec.to_builtins(it.terms),
                summary=" ".join(kind.summary(it.terms).split()),
                concerns=it.concerns,
                proposed_by=by.user_uid,
                proposed_by_name=by.name,
                at_version=first.version,
            )
            return [Write(proposals.DECIDER, uid, make, is_new=True)]

        # The version that the caller has seen is that of what they would change, and not of a proposal.
        return await self._commands.carry_out(
            msgspec.structs.replace(call, seen=frozenset()), prepare
        )

    async def _check_few(self, bank: UUID | None, by: UUID) -> None:
        # What is sent at one moment may go beyond it by as much: nobody writes to the same.
        now, head = self._commands.clock.now(), await self._commands.log.head_async()
        if await self._waiting.of((bank, by), now, head) >= WAITING_MAX:
            raise TooManyProposals(
                f"{WAITING_MAX} proposals of yours wait; more are taken once some of them are decided or withdrawn.",
                limit=WAITING_MAX,
            )

    async def confirm(self, proposal: Reference, call: Call) -> Carried:
        """Have it done: all of it together with the confirmation, or nothing.

        Raises:
            ProposalOutdated: the proposer could not propose it any more, or what it would change was changed since.
            DaybookError: it cannot be done any more, as its kind says.
        """

        async def prepare(view: View) -> Sequence[Write]:
            found = await view.find(PROPOSAL, proposal)
            second = await self._second(view, made_of(found.state), call.principal)
            return await confirmation(view, found.uid, second)

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
            administers=await administers(view, made.bank_uid, caller.user_uid),
            operates=operates,
            others=await self._others(view, made) if operates else 0,
            owner_is_enough=kind_of(made).owner_is_enough,
        )

    async def _others(self, view: View, made: ProposalMade) -> int:
        """How many administrators of the bank could confirm."""
        if made.bank_uid is None:
            return 0
        uids = await self._roster.of(made.bank_uid, await self._commands.log.head_async())
        return await others(view, made, uids)


async def _decides_alone(view: View, draft: Draft[Any], by: Principal) -> bool:
    """Whether the bank does without a second person, and the caller is its administrator."""
    if draft.bank_uid is None:
        return False
    policy = (await view.stream(policies.DECIDER, policy_uid(draft.bank_uid))).state
    return not policy.four_eyes and await administers(view, draft.bank_uid, by.user_uid)
