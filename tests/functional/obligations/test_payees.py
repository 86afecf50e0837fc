"""Whom a claim is paid to, whoever was changed meanwhile."""

from datetime import timedelta
from uuid import uuid4

import msgspec
import pytest

from application.payments.asking import Asking
from application.shared.proposals import Hands
from application.shared.reactions.attempts import Done, Failed, Outcome, Postponed
from application.shared.services import Services
from domain.banks.accounts import BankAccountClosed
from domain.payments.payment_facts import PaymentScheduled, payment_uid
from domain.shared.errors import NotFound, Refused
from infrastructure.payments.simulated import SimulatedBank
from tests.branches import IBAN
from tests.owing import Play, account_of, ask, changes, owed, paid, policy, shown
from tests.paying import Payer, names_in, react


def test_a_claim_is_paid_to_another_account_of_its_member_and_to_no_other(play: Play) -> None:
    async def story(services: Services, bank: SimulatedBank, payer: Payer) -> None:
        claim = payer.approved()
        payer.records({account_of(services, claim): BankAccountClosed()})
        await react(services, "schedule_payment", claim.claim)
        for account in (payer.member("Iris").account, uuid4()):
            with pytest.raises(NotFound):
                await ask(services, claim, Asking.REDIRECT, bank_account_uid=account)
        opened = services.log.stream_blocking(account_of(services, claim))[0].event()
        other = uuid4()
        payer.records({other: msgspec.structs.replace(opened, iban=IBAN)})
        await ask(services, claim, Asking.REDIRECT, bank_account_uid=other)
        order = services.log.stream_blocking(claim.payment)[0].event()
        assert isinstance(order, PaymentScheduled)
        assert (order.bank_account_uid, order.iban, order.attempt) == (other, IBAN, 1)

    play(story)


def test_a_payee_who_was_changed_is_paid_after_its_time(play: Play) -> None:
    async def story(services: Services, bank: SimulatedBank, payer: Payer) -> None:
        policy(payer, hold_hours=1)
        claim = payer.approved()
        await react(services, "schedule_payment", claim.claim)
        # Two seconds are left of the hour.
        account = account_of(services, claim)
        at = changes(payer, account, timedelta(minutes=59, seconds=58))
        assert await react(services, "follow_payee", account, at) == Done()
        assert await owed(services, claim) == ["incurred", "held"]
        assert await names_in(services.log, claim.payment) == ["scheduled", "cancelled"]
        assert (await shown(services, claim))[0] == "held"
        assert await react(services, "submit_payment", claim.payment) == Done()
        for asking in (Asking.RETRY, Asking.RELEASE):
            with pytest.raises(Refused):
                await ask(services, claim, asking)
        ends: Outcome = Postponed(0.0)
        while isinstance(ends, Postponed):
            ends = await react(services, "end_hold", uuid4(), claim=str(claim.claim))
            assert not isinstance(ends, Failed)
        assert await owed(services, claim) == ["incurred", "held", "attempted"]
        second = payment_uid(claim.claim, 2)
        await paid(services, bank, second)
        order = services.log.stream_blocking(second)[0].event()
        assert isinstance(order, PaymentScheduled)
        assert (order.iban, order.payee_version) == (IBAN, 2)

    play(story)


@pytest.mark.parametrize(("hours", "age"), [(0, 0), (72, 73)])
def test_without_a_hold_the_payee_of_now_is_paid(play: Play, hours: int, age: int) -> None:
    async def story(services: Services, bank: SimulatedBank, payer: Payer) -> None:
        policy(payer, hold_hours=hours)
        claim = payer.approved()
        await react(services, "schedule_payment", claim.claim)
        account = account_of(services, claim)
        at = changes(payer, account, timedelta(hours=age))
        await react(services, "follow_payee", account, at)
        assert await owed(services, claim) == ["incurred", "attempted"]
        assert await names_in(services.log, claim.payment) == ["scheduled", "cancelled"]
        # Again, it changes nothing.
        await react(services, "follow_payee", account, at)
        assert await owed(services, claim) == ["incurred", "attempted"]

    play(story)


def test_a_payee_that_an_approver_made_is_not_paid(play: Play) -> None:
    async def story(services: Services, bank: SimulatedBank, payer: Payer) -> None:
        claim = payer.approved()
        age = timedelta(hours=100)
        changes(payer, account_of(services, claim), age, by=payer.ruth.user_uid)
        await react(services, "schedule_payment", claim.claim)
        assert await owed(services, claim) == ["incurred", "blocked"]
        with pytest.raises(Refused) as refusal:
            await ask(services, claim, Asking.RETRY)
        assert refusal.value.code == "payee_of_theirs"
        # Nor may they ask for its payment who made it, whoever approved.
        tomasz = uuid4()
        changes(payer, account_of(services, claim), age, by=tomasz, iban="BE68539007547034")
        for by in (Hands(proposed_by=tomasz), Hands(proposed_by=uuid4(), confirmed_by=tomasz)):
            with pytest.raises(Refused):
                await ask(services, claim, Asking.RETRY, by)
        await ask(services, claim, Asking.RETRY, Hands(proposed_by=uuid4(), confirmed_by=uuid4()))

    play(story)
