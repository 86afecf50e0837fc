"""The letter about another payee version: to the owner of the account at their own address, whoever made it."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from application.mail.telling import PayeeNews, tell_payee_changed
from application.shared.reactions.handling import Handler
from application.shared.reactions.ports import Permanent, Reaction
from application.shared.services import Services
from application.shared.streams import facts_of, fold
from domain import identity
from domain.banks import accounts, members, policies
from domain.banks.accounts import BankAccount
from domain.banks.policies import policy_uid
from domain.identity import ActiveUser
from domain.shared.account_numbers import masked
from domain.shared.kits import known


async def mail_payee(reaction: Reaction, services: Services) -> None:
    """Tell the owner what the account was, what it is now, and through whose hands that went.

    What they opened themselves is no news to them.
    """
    facts = facts_of(await services.log.stream(reaction.subject))
    was = known(fold(accounts.DECIDER, (it for it in facts if it.position < reaction.position)))
    now = known(fold(accounts.DECIDER, (it for it in facts if it.position <= reaction.position)))
    if now is None:
        raise Permanent(f"there is no account {reaction.subject}")
    owner = known(await services.commands.state(members.DECIDER, now.member_uid))
    if was is None and owner and owner.user_uid == now.made_by:
        return
    policy = await services.commands.state(policies.DECIDER, policy_uid(now.bank_uid))
    hold = timedelta(hours=policy.hold_hours)
    news = PayeeNews(
        was=_told(was) if was else None,
        account=_told(now),
        changed_by=await _name(services, now.made_by),
        confirmed_by=await _name(services, now.confirmed_by) if now.confirmed_by else None,
        held_until=now.payee_since + hold if was and now.payee_since and hold else None,
    )
    await tell_payee_changed(reaction, services, now.member_uid, news)


def _told(account: BankAccount) -> str:
    numbers = account.numbers
    return f"{masked(numbers.iban or numbers.account_number)} of {account.holder}"


async def _name(services: Services, user: UUID | None) -> str:
    if user is None:
        return "An operator at the machine"
    state = await services.commands.state(identity.DECIDER, user)
    return state.name if isinstance(state, ActiveUser) else "Somebody who was shut out since"


HANDLERS: Mapping[str, Handler] = {"mail_payee": mail_payee}
"""The kind of reaction that tells the owner of an account of its payee."""
