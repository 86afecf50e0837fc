"""What every letter about a claim has in common: what is told of the claim, and to whom it goes."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from application.mail.ports import Addressee
from application.mail.use_cases import Mail
from application.shared.ports import EventLog
from application.shared.reactions.ports import Permanent, Reaction, planned_id
from application.shared.services import Services
from application.shared.streams import facts_of, fold
from domain import identity
from domain.banks import administrators, banks, members
from domain.banks.administrators import ActiveAdministrator, Administrator
from domain.identity import DeactivatedUser
from domain.reimbursements import claims
from domain.reimbursements.claims import PendingClaim, claim_of
from domain.shared.events import Event
from domain.shared.kits import known


class News(NamedTuple):
    """A claim as a `fact` left it, the reaction whose letter is the `first` about it, and if the claim still waits."""

    claim_uid: UUID
    claim: PendingClaim
    fact: Event
    first: UUID
    waits: bool

    @property
    def values(self) -> dict[str, Any]:
        """What letters tell of the claim."""
        return {
            "claim_uid": self.claim_uid,
            "member_name": self.claim.submitted.member_name,
            "is_flagged": self.claim.duplicate_of is not None,
            **msgspec.structs.asdict(self.claim.details),
        }


class PayeeNews(msgspec.Struct, frozen=True, kw_only=True):
    """That an account has another number, or is new: both masked, who did it, and until when nothing is paid there."""

    was: str | None
    account: str
    changed_by: str
    confirmed_by: str | None = None
    held_until: datetime | None = None


async def news_at(log: EventLog, claim_uid: UUID, position: int) -> News:
    """The claim as it was at a position of the log.

    Raises:
        Permanent: there was none.
    """
    by_now = facts_of(await log.stream(claim_uid))
    facts = tuple(it for it in by_now if it.position <= position)
    claim = claim_of(fold(claims.DECIDER, facts))
    if claim is None:
        raise Permanent(f"there is no claim {claim_uid}")
    # The receipt for what was submitted: the first that anybody is told of a claim.
    first = planned_id("mail receipts", facts[0].position, "mail_claim_received")
    waits = isinstance(fold(claims.DECIDER, by_now), PendingClaim)
    return News(claim_uid, claim, facts[-1].event, first, waits)


async def tell_member(
    reaction: Reaction, services: Services, news: News, template: str, values: Mapping[str, Any]
) -> None:
    """Write to the member whose claim it is."""
    uid = news.claim.submitted.member_uid
    # Also one whose membership is over: money is still owed to them.
    member = known(await services.commands.state(members.DECIDER, uid))
    if member is None:
        raise Permanent(f"there is no member {uid} to write to")
    told = {**news.values, **values, "first_name": member.first_name}
    addressee = await addressee_of(services, member)
    await _deliver(reaction, services, addressee, news, template, told)


async def tell_administrator(
    reaction: Reaction,
    services: Services,
    administrator: Administrator,
    news: News,
    template: str,
    values: Mapping[str, Any],
) -> None:
    """Write to an administrator about somebody's claim."""
    told = {**news.values, **values, "first_name": administrator.first_name}
    addressee = await addressee_of(services, administrator)
    await _deliver(reaction, services, addressee, news, template, told)


async def _deliver(
    reaction: Reaction,
    services: Services,
    addressee: Addressee,
    news: News,
    template: str,
    told: Mapping[str, Any],
) -> None:
    mail, claim = services.of(Mail), news.claim_uid
    await mail.deliver(reaction, addressee, template, told, first=news.first, about=claim)


async def tell_payee_changed(
    reaction: Reaction,
    services: Services,
    member_uid: UUID,
    change: PayeeNews,
) -> None:
    """Write to a member that their money goes elsewhere from now on."""
    member = known(await services.commands.state(members.DECIDER, member_uid))
    if member is None:
        raise Permanent(f"there is no member {member_uid} to write to")
    values = {"first_name": member.first_name, **msgspec.structs.asdict(change)}
    addressee = await addressee_of(services, member)
    await services.of(Mail).deliver(reaction, addressee, "payee_changed", values)


async def addressee_of(services: Services, person: members.Member | Administrator) -> Addressee:
    """How somebody of a bank is written to."""
    bank = known(await services.commands.state(banks.DECIDER, person.bank_uid))
    return Addressee(address=person.email, name=person.name, bank=bank.name if bank else "")


async def who_may_decide(services: Services, uid: UUID) -> Administrator | None:
    """The administrator, if they still are one and were not shut out."""
    state = await services.commands.state(administrators.DECIDER, uid)
    if not isinstance(state, ActiveAdministrator):
        return None
    user = await services.commands.state(identity.DECIDER, state.value.user_uid)
    return None if isinstance(user, DeactivatedUser) else state.value
