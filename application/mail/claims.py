"""The letters about claims: to the administrators when one waits, to the member when it was decided."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import msgspec

from application.mail.administrators import BankAdministrators
from application.mail.use_cases import Mail
from application.shared.ports import EventLog
from application.shared.reactions.handling import Handler
from application.shared.reactions.ports import Permanent, PlannedReaction, Reaction
from application.shared.services import Services
from application.shared.streams import facts_of, fold
from domain.banks import administrators, members
from domain.banks.administrators import ActiveAdministrator
from domain.reimbursements import claims
from domain.reimbursements.claims import ApprovedClaim, DeniedClaim, PendingClaim
from domain.shared.kits import known

DIGEST_S = 600
"""Seconds between two digests for the same administrator, and within which letters about single claims are counted."""

DIGEST_CLAIMS_MAX = 100
"""So many claims one letter tells of at most."""

S = TypeVar("S", PendingClaim, ApprovedClaim, DeniedClaim)


async def mail_claim_waiting(reaction: Reaction, services: Services) -> Sequence[PlannedReaction]:
    """One letter per administrator of the bank, each a reaction of its own: one address that fails holds up no other.

    Whoever submitted the claim is not told: they could not decide it.
    """
    claim = await _claim(PendingClaim, services.log, reaction.subject, reaction.position)
    uids = await services.of(BankAdministrators).of(claim.submitted.bank_uid, reaction.position)
    payload = {"claim": str(reaction.subject)}
    return [PlannedReaction("mail_administrator", uid, payload) for uid in uids]


async def mail_administrator(reaction: Reaction, services: Services) -> Sequence[PlannedReaction]:
    """Tell one administrator that a claim waits, unless it is their own or they ceased to be one.

    Who has had many such letters lately is told of this claim in the digest, together with others.
    """
    mail = services.of(Mail)
    claim_uid = UUID(reaction.payload["claim"])
    claim = await _claim(PendingClaim, services.log, claim_uid, reaction.position)
    state = await services.commands.state(administrators.DECIDER, reaction.subject)
    if not isinstance(state, ActiveAdministrator):
        return ()
    administrator = state.value
    if administrator.user_uid == claim.submitted.user_uid:
        return ()
    is_crowded = await services.reactions.is_crowded(reaction.id, mail.digest_above, DIGEST_S)
    if is_crowded and not await mail.is_out(reaction):
        return [_digest(reaction.subject, services.clock.now())]
    values = _waiting(claim_uid, claim) | {"first_name": administrator.first_name}
    await mail.deliver(reaction, administrator.email, "claim_waiting", values)
    return ()


async def mail_digest(reaction: Reaction, services: Services) -> Sequence[PlannedReaction]:
    """Tell one administrator of all the claims that share this letter; what is too much for one goes into the next."""
    shared = UUID(reaction.payload.get("shared", str(reaction.id)))
    after = reaction.payload.get("after", 0)
    state = await services.commands.state(administrators.DECIDER, reaction.subject)
    told = await services.reactions.gathered(shared, after, DIGEST_CLAIMS_MAX)
    if not (told and isinstance(state, ActiveAdministrator)):
        return ()
    uids = [UUID(each.payload["claim"]) for each in told]
    waiting = await asyncio.gather(
        *(
            _claim(PendingClaim, services.log, uid, each.position)
            for uid, each in zip(uids, told, strict=True)
        )
    )
    values = {
        "first_name": state.value.first_name,
        "claims": [_waiting(uid, claim) for uid, claim in zip(uids, waiting, strict=True)],
    }
    await services.of(Mail).deliver(reaction, state.value.email, "claims_waiting", values)
    if len(told) < DIGEST_CLAIMS_MAX:
        return ()
    payload = {"shared": str(shared), "after": after + len(told)}
    return [PlannedReaction("mail_digest", reaction.subject, payload)]


async def mail_claim_approved(reaction: Reaction, services: Services) -> None:
    """Tell the member that their claim was approved."""
    state = await _claim(ApprovedClaim, services.log, reaction.subject, reaction.position)
    decided = {"decided_by": state.approved.administrator_name}
    await _tell_member(reaction, services, state.claim, "claim_approved", decided)


async def mail_claim_denied(reaction: Reaction, services: Services) -> None:
    """Tell the member that their claim was denied, and why."""
    state = await _claim(DeniedClaim, services.log, reaction.subject, reaction.position)
    denied = state.denied
    decided = {"decided_by": denied.administrator_name, "reason": denied.reason}
    await _tell_member(reaction, services, state.claim, "claim_denied", decided)


async def _tell_member(
    reaction: Reaction,
    services: Services,
    claim: PendingClaim,
    template: str,
    decided: Mapping[str, Any],
) -> None:
    uid = claim.submitted.member_uid
    # Also one whose membership is over: money is still owed to them.
    member = known(await services.commands.state(members.DECIDER, uid))
    if member is None:
        raise Permanent(f"there is no member {uid} to write to")
    values = {**_values(reaction.subject, claim), **decided, "first_name": member.first_name}
    await services.of(Mail).deliver(reaction, member.email, template, values)


async def _claim(kind: type[S], log: EventLog, uid: UUID, position: int) -> S:
    """The claim as it was right after the event at `position`, which left it in this state."""
    recorded = [event for event in await log.stream(uid) if event.position <= position]
    state = fold(claims.DECIDER, facts_of(recorded))
    if not isinstance(state, kind):
        raise Permanent(f"the claim is not what its event says: it is a {type(state).__name__}")
    return state


def _digest(administrator: UUID, now: datetime) -> PlannedReaction:
    """The letter to an administrator at the end of the ten minutes that are running now."""
    ends_at = (now.timestamp() // DIGEST_S + 1) * DIGEST_S
    after_s = ends_at - now.timestamp()
    return PlannedReaction("mail_digest", administrator, after_s=after_s, shared=f"{ends_at:.0f}")


def _waiting(uid: UUID, claim: PendingClaim) -> dict[str, Any]:
    return _values(uid, claim) | {
        "member_name": claim.submitted.member_name,
        "is_flagged": claim.duplicate_of is not None,
    }


def _values(uid: UUID, claim: PendingClaim) -> dict[str, Any]:
    return {"claim_uid": uid, **msgspec.structs.asdict(claim.details)}


HANDLERS: Mapping[str, Handler] = {
    "mail_claim_waiting": mail_claim_waiting,
    "mail_administrator": mail_administrator,
    "mail_digest": mail_digest,
    "mail_claim_approved": mail_claim_approved,
    "mail_claim_denied": mail_claim_denied,
}
"""The kinds of reactions that tell people about claims."""
