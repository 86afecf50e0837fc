"""The letters about payments: that money arrived, that it did not, or that nobody knows: somebody has to look."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from application.mail.administrators import BankAdministrators
from application.mail.telling import News, news_at, tell_administrator, tell_member, who_may_decide
from application.shared.reactions.handling import Handler
from application.shared.reactions.ports import Permanent, PlannedReaction, Reaction
from application.shared.services import Services
from application.shared.streams import facts_of
from domain.payments.cases import PaymentCaseOpened
from domain.payments.payments import (
    PaymentFailed,
    PaymentReturned,
    PaymentScheduled,
    PaymentSettled,
)
from domain.shared.account_numbers import masked


class _Outcome(NamedTuple):
    template: str
    values: dict[str, Any]
    news: News


async def mail_payment(reaction: Reaction, services: Services) -> None:
    """Tell the member what became of the money."""
    outcome = await _outcome(services, reaction.subject, reaction.position)
    await tell_member(reaction, services, outcome.news, outcome.template, outcome.values)


async def mail_payment_failed(reaction: Reaction, services: Services) -> Sequence[PlannedReaction]:
    """One letter per administrator of the bank: what is owed stays owed until one of them acts."""
    outcome = await _outcome(services, reaction.subject, reaction.position)
    bank_uid = outcome.news.claim.submitted.bank_uid
    uids = await services.of(BankAdministrators).of(bank_uid, reaction.position)
    payload = {"payment": str(reaction.subject)}
    return [PlannedReaction("mail_failure", uid, payload) for uid in uids]


async def mail_failure(reaction: Reaction, services: Services) -> None:
    """Tell one administrator that money did not arrive, unless it is their own: that they hear as the member."""
    payment = UUID(reaction.payload["payment"])
    template, values, news = await _outcome(services, payment, reaction.position)
    administrator = await who_may_decide(services, reaction.subject)
    if administrator is None or administrator.user_uid == news.claim.submitted.user_uid:
        return
    template = f"{template}_to_administrator"
    await tell_administrator(reaction, services, administrator, news, template, values)


async def mail_payment_case(reaction: Reaction, services: Services) -> Sequence[PlannedReaction]:
    """One letter per administrator of the bank: what is told of the money contradicts itself."""
    case = await _contradiction(services, reaction.subject, reaction.position)
    uids = await services.of(BankAdministrators).of(case.bank_uid, reaction.position)
    payload = {"case": str(reaction.subject)}
    return [PlannedReaction("mail_case", uid, payload) for uid in uids]


async def mail_case(reaction: Reaction, services: Services) -> None:
    """Tell one administrator of a case, whoever's money it is about."""
    case = await _contradiction(services, UUID(reaction.payload["case"]), reaction.position)
    administrator = await who_may_decide(services, reaction.subject)
    if administrator is None:
        return
    values = {
        "paid": case.amount,
        "paid_currency": case.currency,
        "payment_status": case.payment_status,
        "reported": case.reported,
        "detail": case.detail,
    }
    news = await news_at(services.log, case.reimbursement_uid, reaction.position)
    await tell_administrator(reaction, services, administrator, news, "payment_case", values)


async def _contradiction(services: Services, case_uid: UUID, position: int) -> PaymentCaseOpened:
    """What came up at this position."""
    for recorded in await services.log.stream(case_uid):
        fact = recorded.event()
        if recorded.position == position and isinstance(fact, PaymentCaseOpened):
            return fact
    raise Permanent(f"no contradiction came up at {position}")


async def _outcome(services: Services, payment_uid: UUID, position: int) -> _Outcome:
    """What became of a payment at this position, as letters tell it."""
    facts = facts_of(
        [it for it in await services.log.stream(payment_uid) if it.position <= position]
    )
    ordered, came_about = facts[0].event, facts[-1].event
    if not isinstance(ordered, PaymentScheduled):
        raise Permanent(f"there is no payment {payment_uid}")
    template, said = _told(came_about)
    values = {
        "paid": ordered.amount,
        "paid_currency": ordered.currency,
        "account": masked(ordered.iban or ordered.account_number),
        **said,
    }
    return _Outcome(
        template, values, await news_at(services.log, ordered.reimbursement_uid, position)
    )


def _told(fact: object) -> tuple[str, dict[str, Any]]:
    match fact:
        case PaymentSettled(settled_on=settled_on):
            return "payment_settled", {"settled_on": settled_on}
        case PaymentFailed(reason=reason):
            return "payment_failed", {"reason": reason, "has_arrived": False}
        case PaymentReturned(reason=reason):
            return "payment_failed", {"reason": reason, "has_arrived": True}
        case _:
            raise Permanent(f"no letter tells of {type(fact).__name__}")


HANDLERS: Mapping[str, Handler] = {
    "mail_payment": mail_payment,
    "mail_payment_failed": mail_payment_failed,
    "mail_failure": mail_failure,
    "mail_payment_case": mail_payment_case,
    "mail_case": mail_case,
}
"""The kinds of reactions that tell people about payments."""
