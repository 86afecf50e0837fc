"""The letters about claims: one for each fact that matters to whoever reads it.

The member hears what became of their claim, administrators that one waits or waits anew (as long as it does), and
whoever endorsed one that it was withdrawn.
"""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from application.mail.administrators import BankAdministrators
from application.mail.telling import (
    News,
    addressee_of,
    news_at,
    tell_administrator,
    tell_member,
    who_may_decide,
)
from application.mail.use_cases import Mail
from application.shared.reactions.handling import Handler
from application.shared.reactions.ports import Permanent, PlannedReaction, Reaction
from application.shared.services import Services
from domain.reimbursements.claims import (
    ReimbursementAmended,
    ReimbursementApproved,
    ReimbursementDenied,
    ReimbursementEndorsed,
    ReimbursementSubmitted,
)
from domain.shared.events import Event

DIGEST_S = 600
"""Seconds between two digests for the same administrator, and within which letters about single claims are counted."""

DIGEST_CLAIMS_MAX = 100
"""So many claims one letter tells of at most."""


async def mail_claim(reaction: Reaction, services: Services) -> None:
    """Tell the member what became of their claim."""
    news = await news_at(services.log, reaction.subject, reaction.position)
    template, values = _told(news.fact)
    await tell_member(reaction, services, news, template, values)


def _told(fact: Event) -> tuple[str, dict[str, Any]]:
    """The letter to the member about a fact, and what it says beside the claim."""
    match fact:
        case ReimbursementSubmitted():
            return "claim_received", {"is_changed": False}
        case ReimbursementAmended():
            return "claim_received", {"is_changed": True}
        case ReimbursementEndorsed(administrator_name=name):
            return "claim_endorsed", {"decided_by": name}
        case ReimbursementApproved(administrator_name=name):
            return "claim_approved", {"decided_by": name}
        case ReimbursementDenied(administrator_name=name, reason=reason):
            return "claim_denied", {"decided_by": name, "reason": reason}
        case _:
            raise Permanent(f"no letter tells a member of {type(fact).__name__}")


async def mail_claim_waiting(reaction: Reaction, services: Services) -> Sequence[PlannedReaction]:
    """One letter per administrator of the bank, each a reaction of its own: one address that fails holds up no other.

    Whoever submitted the claim is not told: they could not decide it.
    """
    news = await news_at(services.log, reaction.subject, reaction.position)
    bank_uid = news.claim.submitted.bank_uid
    uids = await services.of(BankAdministrators).of(bank_uid, reaction.position)
    payload = {"claim": str(reaction.subject)}
    return [PlannedReaction("mail_administrator", uid, payload) for uid in uids]


async def mail_administrator(reaction: Reaction, services: Services) -> Sequence[PlannedReaction]:
    """Tell one administrator that a claim waits, if it still does, is not their own, and they still are one.

    Who has had many such letters lately is told of this claim in the digest, together with others.
    """
    mail = services.of(Mail)
    news = await news_at(services.log, UUID(reaction.payload["claim"]), reaction.position)
    administrator = await who_may_decide(services, reaction.subject) if news.waits else None
    if administrator is None or administrator.user_uid == news.claim.submitted.user_uid:
        return ()
    is_crowded = await services.reactions.is_crowded(reaction.id, mail.digest_above, DIGEST_S)
    if is_crowded and not await mail.is_out(reaction):
        return [_digest(reaction.subject, services.clock.now())]
    values = {"is_changed": _is_changed(news)}
    await tell_administrator(reaction, services, administrator, news, "claim_waiting", values)
    return ()


async def mail_digest(reaction: Reaction, services: Services) -> Sequence[PlannedReaction]:
    """Tell one administrator of all the claims that share this letter and wait still; the next has what is too much."""
    shared = UUID(reaction.payload.get("shared", str(reaction.id)))
    after = reaction.payload.get("after", 0)
    administrator = await who_may_decide(services, reaction.subject)
    told = await services.reactions.gathered(shared, after, DIGEST_CLAIMS_MAX)
    if not told or administrator is None:
        return ()
    found = await asyncio.gather(
        *(news_at(services.log, UUID(each.payload["claim"]), each.position) for each in told)
    )
    waiting = [news.values | {"is_changed": _is_changed(news)} for news in found if news.waits]
    if waiting:
        values = {"first_name": administrator.first_name, "claims": waiting}
        addressee = await addressee_of(services, administrator)
        await services.of(Mail).deliver(reaction, addressee, "claims_waiting", values)
    if len(told) < DIGEST_CLAIMS_MAX:
        return ()
    payload = {"shared": str(shared), "after": after + len(told)}
    return [PlannedReaction("mail_digest", reaction.subject, payload)]


def _is_changed(news: News) -> bool:
    return isinstance(news.fact, ReimbursementAmended)


def _digest(administrator: UUID, now: datetime) -> PlannedReaction:
    """The letter to an administrator at the end of the ten minutes that are running now."""
    ends_at = (now.timestamp() // DIGEST_S + 1) * DIGEST_S
    after_s = ends_at - now.timestamp()
    return PlannedReaction("mail_digest", administrator, after_s=after_s, shared=f"{ends_at:.0f}")


async def mail_claim_withdrawn(reaction: Reaction, services: Services) -> Sequence[PlannedReaction]:
    """Tell whoever endorsed the claim that it waits no longer; to all others it is gone from what waits."""
    news = await news_at(services.log, reaction.subject, reaction.position)
    payload = {"claim": str(reaction.subject)}
    return [
        PlannedReaction("mail_withdrawal", word.administrator_uid, payload)
        for word in news.claim.words
    ]


async def mail_withdrawal(reaction: Reaction, services: Services) -> None:
    """Tell one administrator that a claim was withdrawn."""
    news = await news_at(services.log, UUID(reaction.payload["claim"]), reaction.position)
    administrator = await who_may_decide(services, reaction.subject)
    if administrator is not None:
        await tell_administrator(reaction, services, administrator, news, "claim_withdrawn", {})


HANDLERS: Mapping[str, Handler] = {
    "mail_claim_received": mail_claim,
    "mail_claim_endorsed": mail_claim,
    "mail_claim_approved": mail_claim,
    "mail_claim_denied": mail_claim,
    "mail_claim_waiting": mail_claim_waiting,
    "mail_administrator": mail_administrator,
    "mail_digest": mail_digest,
    "mail_claim_withdrawn": mail_claim_withdrawn,
    "mail_withdrawal": mail_withdrawal,
}
"""The kinds of reactions that tell people about claims."""
