"""The letters about power that one person takes away: to whom it was, and of an administrator to the others."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from application.mail.administrators import BankAdministrators
from application.mail.telling import addressee_of, who_may_decide
from application.mail.use_cases import Mail
from application.shared.permissions import SERVICE
from application.shared.reactions.handling import Handler
from application.shared.reactions.ports import Permanent, PlannedReaction, Reaction
from application.shared.services import Services
from application.shared.streams import Fact, Facts, facts_of, fold
from domain import identity
from domain.banks import administrators, members
from domain.banks.administrators import (
    Administrator,
    AdministratorChanged,
    ChangeAdministrator,
    is_raised,
)
from domain.banks.members import Member
from domain.identity import ActiveUser
from domain.shared.deciders import Decider
from domain.shared.kits import known


async def mail_power(reaction: Reaction, services: Services) -> Sequence[PlannedReaction]:
    """One letter for each who is to hear of it, but for who did it, each a reaction of its own."""
    facts = facts_of(await services.log.stream(reaction.subject))
    was, fact = _before(facts, reaction.position)
    if isinstance(fact.event, AdministratorChanged) and not _is_lowered(was, fact.event):
        return []
    payload = {"of": str(reaction.subject)}
    told = [reaction.subject]
    if isinstance(was, Administrator):
        told += await services.of(BankAdministrators).of(was.bank_uid, reaction.position)
    return [PlannedReaction("mail_power_to", uid, payload) for uid in dict.fromkeys(told)]


async def mail_power_to(reaction: Reaction, services: Services) -> None:
    """Tell one of them, unless it was they who did it, or they were shut out since."""
    of = UUID(reaction.payload["of"])
    was, fact = _before(facts_of(await services.log.stream(of)), reaction.position)
    is_own = reaction.subject == of
    to = was if is_own else await who_may_decide(services, reaction.subject)
    if to is None or fact.actor == f"user:{to.user_uid}":
        return
    values: dict[str, Any] = {
        "first_name": to.first_name,
        "is_own": is_own,
        "name": was.name,
        "role": "administrator" if isinstance(was, Administrator) else "member",
        "by": await _name(services, fact.actor),
        "at": fact.recorded_at,
        "limit": _limit(fact),
    }
    addressee = await addressee_of(services, to)
    await services.of(Mail).deliver(reaction, addressee, "power_taken", values)


def _before(facts: Facts, position: int) -> tuple[Administrator | Member, Fact]:
    """The person as they were known right before the fact at this position, and the fact."""
    fact = next((it for it in facts if it.position == position), None)
    earlier = [it for it in facts if it.position < position]
    for decider in _DECIDERS:
        person = known(fold(decider, earlier))
        if person is not None and fact is not None:
            return person, fact
    raise Permanent(f"nobody was there before position {position}")


_DECIDERS: tuple[Decider[Any, Any], ...] = (administrators.DECIDER, members.DECIDER)


def _is_lowered(was: Administrator | Member, fact: AdministratorChanged) -> bool:
    if not isinstance(was, Administrator):
        return False
    is_other = (was.approval_limit, was.currency) != (fact.approval_limit, fact.currency)
    said = ChangeAdministrator(approval_limit=fact.approval_limit, currency=fact.currency)
    return is_other and not is_raised(was, said)


def _limit(fact: Fact) -> str:
    it = fact.event
    return f"{it.approval_limit} {it.currency}" if isinstance(it, AdministratorChanged) else ""


async def _name(services: Services, actor: str) -> str:
    kind, _, uid = actor.partition(":")
    if kind != "user":
        return "A service account" if actor.startswith(SERVICE) else "An operator at the machine"
    state = await services.commands.state(identity.DECIDER, UUID(uid))
    return state.name if isinstance(state, ActiveUser) else "Somebody who was shut out since"


HANDLERS: Mapping[str, Handler] = {"mail_power": mail_power, "mail_power_to": mail_power_to}
"""The kinds of reactions that tell people of power that was taken away."""
