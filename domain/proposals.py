"""Proposals: what one person asks for, and another one has to confirm.

Rules upheld here:
- nobody confirms what they proposed, and nobody what concerns themselves, but for the owner of a payee, whose word on
  it is enough;
- of a bank's proposals its active administrators confirm, and operators where it has no other administrator;
  of those that belong to no bank, operators; at the machine itself anything can be confirmed;
- whoever may confirm may reject, and so may those whom it concerns; only the proposer withdraws;
- a proposal is decided once, and lapses after seven days.

```
no proposal ──made──► waiting ──confirmed──► confirmed
                         ├──────rejected───► rejected
                         ├──────withdrawn──► withdrawn
                         └┈┈┈┈┈┈(7 days)┈┈┈► lapsed
```
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any, assert_never
from uuid import UUID

import msgspec

from domain.shared.deciders import Decider
from domain.shared.errors import Forbidden, NotFound, Refused
from domain.shared.events import Event, event, name_of
from domain.shared.proposed import ProposalTerms, Proposed
from domain.shared.rules import checked, clean_text, fields_in

LIFETIME = dt.timedelta(days=7)
REASON_LENGTH_MAX = 500

# Commands


class MakeProposal(ProposalTerms, frozen=True, kw_only=True):
    """Ask for something; it lapses seven days later."""


class Second(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who speaks to a proposal, as they are now; `user_uid` is None at the machine.

    Attributes:
        administers: whether they are an active administrator of the proposal's bank.
        operates: whether they are an operator.
        others: how many administrators of the bank, whom it does not concern and who did not propose it, could confirm.
        owner_is_enough: whether those whom such a proposal concerns may confirm it.
    """

    user_uid: UUID | None
    name: str
    administers: bool = False
    operates: bool = False
    others: int = 0
    owner_is_enough: bool = False


class ConfirmProposal(msgspec.Struct, frozen=True):
    """Have it done."""

    by: Second


class RejectProposal(msgspec.Struct, frozen=True):
    """Have it not done, and say why or not."""

    by: Second
    reason: str | None = None


class WithdrawProposal(msgspec.Struct, frozen=True):
    """Take it back."""

    by: Second


Command = MakeProposal | ConfirmProposal | RejectProposal | WithdrawProposal


# Events


@event("proposal.made.v1", by=MakeProposal)
class ProposalMade(Proposed, frozen=True, kw_only=True):
    """It waits for somebody else."""


class _Ending(Event, frozen=True, kw_only=True):
    decided_by: UUID | None
    decided_by_name: str
    decided_at: dt.datetime


@event("proposal.confirmed.v1", by=ConfirmProposal)
class ProposalConfirmed(_Ending, frozen=True):
    """It took effect, with the facts that were recorded together with this one."""


@event("proposal.rejected.v1", by=RejectProposal)
class ProposalRejected(_Ending, frozen=True, kw_only=True):
    """It takes no effect."""

    reason: str | None


@event("proposal.withdrawn.v1", by=WithdrawProposal)
class ProposalWithdrawn(_Ending, frozen=True):
    """The proposer took it back."""


Ending = ProposalConfirmed | ProposalRejected | ProposalWithdrawn


# States


class NoProposal(msgspec.Struct, frozen=True):
    """Nothing was proposed on this stream."""


class WaitingProposal(msgspec.Struct, frozen=True):
    """Waits for somebody, unless it has lapsed."""

    made: ProposalMade


class ClosedProposal(msgspec.Struct, frozen=True):
    """Is decided: by this fact."""

    made: ProposalMade
    ending: Ending


State = NoProposal | WaitingProposal | ClosedProposal


# Refusals


class UnknownProposal(NotFound, code="not_found"):
    """There is no such proposal."""


class OwnProposal(Forbidden, code="own_proposal"):
    """Somebody would confirm what they proposed themselves."""


class ConcernsYourself(Forbidden, code="concerns_yourself"):
    """Somebody would confirm what concerns themselves."""


class MayNotConfirm(Forbidden, code="may_not_confirm"):
    """Somebody would confirm or reject who is not the one to do it; the detail says who is."""


class ProposalClosed(Refused, code="proposal_closed"):
    """The proposal was confirmed, rejected or withdrawn."""


class ProposalLapsed(Refused, code="proposal_lapsed"):
    """The proposal waited for seven days, and has to be made anew."""


class ProposalOutdated(Refused, code="proposal_outdated"):
    """What the proposal is about has changed since, or its proposer could not make it any more."""


# Rules


def decide(state: State, command: Command, now: dt.datetime) -> Sequence[Event]:
    """What the command leads to; nothing where the same person said the same before.

    Raises:
        Invalid: the reason is blank or too long.
        UnknownProposal, OwnProposal, ConcernsYourself, MayNotConfirm, ProposalClosed, ProposalLapsed: as they say.
    """
    match command:
        case MakeProposal():
            made = ProposalMade(**fields_in(command, ProposalTerms), expires_at=now + LIFETIME)
            return [made] if isinstance(state, NoProposal) else []
        case ConfirmProposal(by):
            _check_confirms(made_of(state), by)
            return _ended(state, ProposalConfirmed(**_said(by, now)), now)
        case RejectProposal(by, reason):
            _check_rejects(made_of(state), by)
            why = checked("the rejection", reason=(_reason, reason))["reason"]
            return _ended(state, ProposalRejected(**_said(by, now), reason=why), now)
        case WithdrawProposal(by):
            if made_of(state).proposed_by != by.user_uid:
                raise MayNotConfirm("Only who made a proposal takes it back; others reject it.")
            return _ended(state, ProposalWithdrawn(**_said(by, now)), now)
        case _:
            assert_never(command)


def made_of(state: State) -> ProposalMade:
    """What was proposed, whatever became of it.

    Raises:
        UnknownProposal: nothing was.
    """
    if isinstance(state, NoProposal):
        raise UnknownProposal("There is no such proposal.")
    return state.made


def _check_confirms(made: ProposalMade, by: Second) -> None:
    if by.user_uid is None:
        return
    if by.user_uid == made.proposed_by:
        raise OwnProposal("Nobody confirms what they proposed: it takes a second person.")
    if by.user_uid in made.concerns:
        if by.owner_is_enough:
            return
        raise ConcernsYourself("Nobody confirms what concerns themselves: it takes somebody else.")
    if by.administers or (by.operates and not (made.bank_uid and by.others)):
        return
    who = "an active administrator of the bank, or an operator where it has no other administrator"
    raise MayNotConfirm(f"This is confirmed by {who if made.bank_uid else 'another operator'}.")


def _check_rejects(made: ProposalMade, by: Second) -> None:
    if by.user_uid is not None and by.user_uid == made.proposed_by:
        raise OwnProposal("Who made a proposal withdraws it.")
    speaks = by.user_uid is None or by.user_uid in made.concerns or by.administers or by.operates
    if not speaks:
        raise MayNotConfirm("This is rejected by those who could confirm it, or whom it concerns.")


def _said(by: Second, now: dt.datetime) -> dict[str, Any]:
    return {"decided_by": by.user_uid, "decided_by_name": by.name, "decided_at": now}


def _reason(reason: str | None) -> str | None:
    return None if reason is None else clean_text(reason, REASON_LENGTH_MAX)


def _ended(state: State, ending: Ending, now: dt.datetime) -> list[Event]:
    if isinstance(state, ClosedProposal):
        was = state.ending
        if type(was) is type(ending) and was.decided_by == ending.decided_by:
            return []
        raise _closed(was)
    if now >= (over := made_of(state).expires_at):
        raise ProposalLapsed(f"This proposal lapsed on {over:%Y-%m-%d at %H:%M:%S} UTC.")
    return [ending]


def _closed(was: Ending) -> ProposalClosed:
    how, at = name_of(type(was)).split(".")[1], f"{was.decided_at:%Y-%m-%d at %H:%M:%S} UTC"
    return ProposalClosed(
        f"This proposal was {how} by {was.decided_by_name} on {at}.",
        outcome=how,
        decided_by=was.decided_by,
        decided_by_name=was.decided_by_name,
        decided_at=was.decided_at,
    )


# Evolution


def evolve(state: State, fact: Event) -> State:
    """The state after a fact; facts that do not follow leave it as it is."""
    match state, fact:
        case NoProposal(), ProposalMade():
            return WaitingProposal(fact)
        case WaitingProposal(made), ProposalConfirmed() | ProposalRejected() | ProposalWithdrawn():
            return ClosedProposal(made, fact)
        case _:
            return state


DECIDER: Decider[State, Command] = Decider(NoProposal(), decide, evolve)
