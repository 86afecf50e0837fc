"""The letters about money: that it arrived, did not, or is not going to, and what somebody has to look into."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, assert_never
from uuid import UUID

from application.mail.administrators import BankAdministrators
from application.mail.telling import News, news_at, tell_administrator, tell_member, who_may_decide
from application.shared.reactions.handling import Handler
from application.shared.reactions.ports import Permanent, PlannedReaction, Reaction
from application.shared.services import Services
from application.shared.streams import facts_of
from domain.payments.cases import PaymentCaseOpened
from domain.payments.obligation_facts import (
    ObligationBlocked,
    ObligationCancelled,
    ObligationHeld,
    ObligationWrittenOff,
)
from domain.payments.payment_facts import (
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


async def _outcome(services: Services, stream: UUID, position: int) -> _Outcome:
    """What became of a payment, or of what is owed, at this position, as letters tell it."""
    facts = facts_of([it for it in await services.log.stream(stream) if it.position <= position])
    came_about = facts[-1].event
    if not isinstance(came_about, _Telling):
        raise Permanent(f"no letter tells of {type(came_about).__name__}")
    template, said = _told(came_about)
    ordered = facts[0].event
    numbers = (
        (ordered.iban, ordered.account_number) if isinstance(ordered, PaymentScheduled) else ()
    )
    values = {
        "paid": came_about.amount,
        "paid_currency": came_about.currency,
        "account": masked(next(filter(None, numbers), None)),
        **said,
    }
    news = await news_at(services.log, came_about.reimbursement_uid, position)
    return _Outcome(template, values, news)


_Telling = (
    PaymentSettled
    | PaymentFailed
    | PaymentReturned
    | ObligationBlocked
    | ObligationHeld
    | ObligationCancelled
    | ObligationWrittenOff
)


def _told(fact: _Telling) -> tuple[str, dict[str, Any]]:
    """The letter to the member about a fact, and what it says beside claim and amount."""
    match fact:
        case PaymentSettled(settled_on=settled_on):
            return "payment_settled", {"settled_on": settled_on}
        case PaymentFailed(reason=reason):
            return "payment_failed", {"reason": reason, "has_arrived": False}
        case PaymentReturned(reason=reason):
            return "payment_failed", {"reason": reason, "has_arrived": True}
        case ObligationBlocked(reason=reason):
            return "payment_put_off", {"reason": reason, "what": "blocked", "until": None}
        case ObligationHeld(reason=reason, until=until):
            return "payment_put_off", {"reason": reason, "what": "held", "until": until}
        case ObligationCancelled(reason=reason):
            return "payment_put_off", {"reason": reason, "what": "cancelled", "until": None}
        case ObligationWrittenOff(reason=reason):
            return "payment_put_off", {"reason": reason, "what": "written_off", "until": None}
        case _:
            assert_never(fact)


HANDLERS: Mapping[str, Handler] = {
    "mail_payment": mail_payment,
    "mail_payment_failed": mail_payment_failed,
    "mail_failure": mail_failure,
    "mail_payment_case": mail_payment_case,
    "mail_case": mail_case,
}
"""The kinds of reactions that tell people about payments."""
