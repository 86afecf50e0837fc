"""Attempts at paying what is owed, and what cannot be scheduled."""

import asyncio
from typing import Any

import pytest

from application.payments.asking import Asking
from application.shared.commands import Carried
from application.shared.reactions.attempts import Done
from application.shared.services import Services
from domain.banks.accounts import BankAccountClosed
from domain.banks.banks import BankDeactivated
from domain.banks.members import MemberDeactivated
from domain.expenses import ExpenseRecorded
from domain.payments import obligations
from domain.payments.obligation_facts import obligation_uid
from domain.payments.payment_facts import PaymentScheduled, payment_uid
from domain.reimbursements.claims import ReimbursementSubmitted
from domain.shared.errors import DaybookError, Refused
from domain.shared.ids import derived
from infrastructure.payments.simulated import Disturbance, SimulatedBank
from tests.owing import (
    AMOUNT,
    Play,
    ask,
    came_back,
    owed,
    paid,
    shown,
)
from tests.paying import Payer, react


def test_what_failed_is_paid_by_another_attempt(play: Play) -> None:
    async def story(services: Services, bank: SimulatedBank, payer: Payer) -> None:
        claim = payer.approved()
        await react(services, "schedule_payment", claim.claim)
        await bank.disturb(Disturbance.REFUSED, "no such account")
        assert await react(services, "submit_payment", claim.payment) == Done()
        assert await shown(services, claim) == ("failed", "no such account")
        carried = await ask(services, claim, Asking.RETRY)
        assert carried.uid == obligation_uid(claim.claim)
        second = payment_uid(claim.claim, 2)
        (order,) = [it.event() for it in await services.log.stream(second)]
        assert isinstance(order, PaymentScheduled)
        assert (order.attempt, order.was_owed, order.reference) == (2, True, second.hex)
        assert await shown(services, claim) == ("scheduled", None)
        await paid(services, bank, second)
        assert await shown(services, claim) == ("settled", None)
        with pytest.raises(obligations.AlreadyPaid):
            await ask(services, claim, Asking.RETRY)

    play(story)


def test_expenses_add_up_over_attempts_that_come_back(play: Play) -> None:
    async def story(services: Services, bank: SimulatedBank, payer: Payer) -> None:
        claim = payer.approved()
        await react(services, "schedule_payment", claim.claim)
        for number in (1, 2, 3):
            payment = payment_uid(claim.claim, number)
            await paid(services, bank, payment)
            if number < 3:
                await came_back(services, bank, payment)
                await ask(services, claim, Asking.RETRY)
        recorded = [
            event.event()
            for number in ("", "2", "3")
            for what in ("expense", "expense return")
            for event in await services.log.stream(
                derived(what, claim.claim, *([number] if number else []))
            )
        ]
        amounts = [it.amount for it in recorded if isinstance(it, ExpenseRecorded)]
        assert amounts == [AMOUNT, -AMOUNT, AMOUNT, -AMOUNT, AMOUNT]

    play(story)


def test_of_many_who_retry_at_once_one_does(play: Play) -> None:
    async def story(services: Services, bank: SimulatedBank, payer: Payer) -> None:
        claim = payer.approved()
        await react(services, "schedule_payment", claim.claim)
        await bank.disturb(Disturbance.REFUSED)
        await react(services, "submit_payment", claim.payment)
        results = await asyncio.gather(
            *(ask(services, claim, Asking.RETRY) for _ in range(4)),
            return_exceptions=True,
        )
        assert all(isinstance(it, Carried | DaybookError) for it in results), results
        assert (await owed(services, claim)).count("attempted") == 1
        assert not await services.log.stream(payment_uid(claim.claim, 3))

    play(story)


@pytest.mark.parametrize(
    ("fact", "code"),
    [
        (BankAccountClosed(), "account_closed"),
        (BankDeactivated(), "bank_inactive"),
        (MemberDeactivated(), "member_inactive"),
    ],
)
def test_what_cannot_be_scheduled_is_a_fact_with_its_reason(
    play: Play, fact: Any, code: str
) -> None:
    async def story(services: Services, bank: SimulatedBank, payer: Payer) -> None:
        claim = payer.approved()
        submitted = services.log.stream_blocking(claim.claim)[0].event()
        assert isinstance(submitted, ReimbursementSubmitted)
        over = {
            "account_closed": submitted.bank_account_uid,
            "bank_inactive": payer.uid,
            "member_inactive": submitted.member_uid,
        }
        payer.records({over[code]: fact})
        assert await react(services, "schedule_payment", claim.claim) == Done()
        assert await owed(services, claim) == ["incurred", "blocked"]
        assert (await shown(services, claim))[0] == "blocked"
        # Money is owed to former members, too: people may decide to pay it.
        if code == "member_inactive":
            await ask(services, claim, Asking.RETRY)
            await paid(services, bank, claim.payment)
        else:
            with pytest.raises(Refused) as refusal:
                await ask(services, claim, Asking.RETRY)
            assert refusal.value.code == code

    play(story)
