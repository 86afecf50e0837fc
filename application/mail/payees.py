"""The letter about another payee version: to the owner of the account at their own address, whoever made it."""

from collections.abc import Mapping
from uuid import UUID

from application.mail.use_cases import Mail
from application.shared.reactions.handling import Handler
from application.shared.reactions.ports import Permanent, Reaction
from application.shared.services import Services
from application.shared.streams import facts_of, fold
from domain import identity
from domain.banks import accounts, members
from domain.banks.accounts import BankAccount
from domain.identity import ActiveUser
from domain.shared.account_numbers import masked
from domain.shared.kits import known


async def mail_payee(reaction: Reaction, services: Services) -> None:
    """Tell the owner what the account was, what it is now, and through whose hands that went."""
    facts = facts_of(await services.log.stream(reaction.subject))
    was = known(fold(accounts.DECIDER, (it for it in facts if it.position < reaction.position)))
    now = known(fold(accounts.DECIDER, (it for it in facts if it.position <= reaction.position)))
    if was is None or now is None:
        raise Permanent(f"there is no account {reaction.subject} that was changed")
    owner = known(await services.commands.state(members.DECIDER, now.member_uid))
    if owner is None:
        raise Permanent(f"there is no member {now.member_uid} to write to")
    values = {
        "first_name": owner.first_name,
        "account_uid": reaction.subject,
        "was": _told(was),
        "now": _told(now),
        "made_by": await _name(services, now.made_by, owner.user_uid),
        "confirmed_by": now.confirmed_by
        and await _name(services, now.confirmed_by, owner.user_uid),
    }
    await services.of(Mail).deliver(reaction, owner.email, "payee_changed", values)


def _told(account: BankAccount) -> str:
    numbers = account.numbers
    return f"{masked(numbers.iban or numbers.account_number)} of {account.holder}"


async def _name(services: Services, user: UUID | None, owner: UUID) -> str:
    if user == owner:
        return "you"
    if user is None:
        return "an operator at the machine"
    state = await services.commands.state(identity.DECIDER, user)
    return state.name if isinstance(state, ActiveUser) else "somebody who was shut out since"


HANDLERS: Mapping[str, Handler] = {"mail_payee": mail_payee}
"""The kind of reaction that tells the owner of an account of its payee."""
