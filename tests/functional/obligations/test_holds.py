"""What is held, cancelled and written off, and what a rail may have already."""

import asyncio
from uuid import uuid4

import msgspec
import psycopg
import pytest

from application.payments.asking import Asking
from application.payments.cases import CaseFinding, PaymentCases
from application.payments.obligations import Because, Obligations
from application.shared.commands import Carried
from application.shared.permissions import Principal
from application.shared.reactions.attempts import Done, Failed
from application.shared.services import Services
from domain.payments import obligations
from domain.payments.cases import case_uid
from domain.payments.obligation_facts import obligation_uid
from domain.payments.payment_facts import PaymentScheduled, payment_uid
from domain.shared.errors import Forbidden, NotFound, Refused
from domain.shared.roles import Role
from infrastructure.payments.simulated import Disturbance, SimulatedBank
from tests.facts import a_call
from tests.owing import (
    Play,
    account_of,
    ask,
    changes,
    owed,
    paid,
    shown,
)
from tests.paying import Payer, names_in, react


def test_what_a_rail_may_have_is_nobodys_to_cancel(play: Play) -> None:
    async def story(services: Services, bank: SimulatedBank, payer: Payer) -> None:
        claim = payer.approved()
        await react(services, "schedule_payment", claim.claim)
        await bank.disturb(Disturbance.ANSWER_LOST)
        assert isinstance(await react(services, "submit_payment", claim.payment), Failed)
        assert await names_in(services.log, claim.payment) == ["scheduled"]
        why = Because(reason="wrong account")
        for refused in (Obligations.cancel, Obligations.hold):
            with pytest.raises(obligations.PaymentUnderWay):
                await refused(services.of(Obligations), claim.claim, why, a_call())
        at = changes(payer, account := account_of(services, claim))
        assert await react(services, "follow_payee", account, at) == Done()
        assert await owed(services, claim) == ["incurred", "committed"]
        await paid(services, bank, claim.payment)

    play(story)


def test_nothing_more_is_paid_while_a_rail_contradicts_what_is_recorded(
    play: Play, database_url: str
) -> None:
    async def story(services: Services, bank: SimulatedBank, payer: Payer) -> None:
        before, after = payer.approved(), payer.approved()
        for claim in (before, after):
            await react(services, "schedule_payment", claim.claim)
            await react(services, "submit_payment", claim.payment)
            await bank.fail(claim.payment.hex, "account closed")
            assert await react(services, "follow_payment", claim.payment) == Done()
        await ask(services, after, Asking.RETRY)
        # The bank finds that both arrived after all.
        with psycopg.connect(database_url) as books:
            books.execute("UPDATE simbank.transfers SET state = 'settled'")
        for claim in (before, after):
            await react(services, "watch_payment", claim.payment)
        for asking in (Asking.RETRY, Asking.WRITE_OFF):
            with pytest.raises(Refused) as refusal:
                await ask(services, before, asking, reason="waived")
            assert refusal.value.code == "payment_case_open"
        second = payment_uid(after.claim, 2)
        assert await react(services, "submit_payment", second) == Done()
        assert (await bank.status(second.hex)).state == "unknown"
        assert await names_in(services.log, second) == ["scheduled", "cancelled"]
        assert (await shown(services, after))[0] == "blocked"
        # Once somebody has looked, they may have it paid.
        for claim in (before, after):
            case = case_uid(claim.payment)
            await services.of(PaymentCases).close(
                case, CaseFinding(note="it was another order"), a_call()
            )
            await ask(services, claim, Asking.RETRY)

    play(story)


def test_what_was_cancelled_never_reaches_the_rail(play: Play) -> None:
    async def story(services: Services, bank: SimulatedBank, payer: Payer) -> None:
        claims = [payer.approved() for _ in range(6)]
        for claim in claims:
            await react(services, "schedule_payment", claim.claim)
        why = Because(reason="wrong account")
        for claim in claims:
            both = await asyncio.gather(
                react(services, "submit_payment", claim.payment),
                services.of(Obligations).cancel(claim.claim, why, a_call()),
                return_exceptions=True,
            )
            was_cancelled = isinstance(both[1], Carried)
            facts = await owed(services, claim)
            assert facts == ["incurred", "cancelled" if was_cancelled else "committed"]
            has_it = (await bank.status(claim.payment.hex)).state != "unknown"
            assert has_it is not was_cancelled
            if was_cancelled:
                await ask(services, claim, Asking.RETRY)
                await paid(services, bank, payment_uid(claim.claim, 2))

    play(story)


def test_what_people_hold_they_release(play: Play) -> None:
    async def story(services: Services, bank: SimulatedBank, payer: Payer) -> None:
        claim = payer.approved()
        await react(services, "schedule_payment", claim.claim)
        hold = services.of(Obligations).hold
        # Named by its claim, its payment or itself, and again without effect.
        for reference in (claim.claim, claim.payment, obligation_uid(claim.claim)):
            left = await hold(reference, Because(reason="in dispute"), a_call())
            assert (left.uid, left.version) == (obligation_uid(claim.claim), 4)
        assert await shown(services, claim) == ("held", "in dispute")
        await ask(services, claim, Asking.RELEASE)
        await paid(services, bank, payment_uid(claim.claim, 2))

    play(story)


def test_only_administrators_of_the_bank_hold_and_cancel(play: Play) -> None:
    async def story(services: Services, bank: SimulatedBank, payer: Payer) -> None:
        claim = payer.approved()
        await react(services, "schedule_payment", claim.claim)
        for user, of, error in (
            (uuid4(), payer.uid, Forbidden),
            (payer.ruth.user_uid, uuid4(), NotFound),
        ):
            caller = Principal(
                user_uid=user, name="X", bank_uid=of, roles=frozenset({Role.ADMINISTRATOR})
            )
            with pytest.raises(error):
                await services.of(Obligations).cancel(
                    claim.claim, Because(reason="mine"), a_call(caller)
                )

    play(story)


def test_what_was_written_off_is_paid_no_more(play: Play) -> None:
    async def story(services: Services, bank: SimulatedBank, payer: Payer) -> None:
        claim = payer.approved()
        await react(services, "schedule_payment", claim.claim)
        await ask(services, claim, Asking.WRITE_OFF, reason="the member waived it")
        assert await shown(services, claim) == ("written_off", "the member waived it")
        assert await react(services, "submit_payment", claim.payment) == Done()
        assert (await bank.status(claim.payment.hex)).state == "unknown"
        for asking in (Asking.RETRY, Asking.RELEASE):
            with pytest.raises(obligations.NothingOwed):
                await ask(services, claim, asking)

    play(story)


def test_what_was_ordered_before_there_were_obligations_is_one_too(play: Play) -> None:
    async def story(services: Services, bank: SimulatedBank, payer: Payer) -> None:
        claim, other = payer.approved(), payer.approved()
        await react(services, "schedule_payment", other.claim)
        template = services.log.stream_blocking(other.payment)[0].event()
        assert isinstance(template, PaymentScheduled)
        old = msgspec.structs.replace(
            template,
            reimbursement_uid=claim.claim,
            reference=claim.payment.hex,
            payee_version=None,
        )
        payer.records({claim.payment: old})
        await bank.disturb(Disturbance.REFUSED)
        assert await react(services, "submit_payment", claim.payment) == Done()
        assert await owed(services, claim) == ["incurred", "committed"]
        await ask(services, claim, Asking.RETRY)
        await paid(services, bank, payment_uid(claim.claim, 2))

    play(story)


def test_what_is_owed_in_one_currency_is_not_paid_into_an_account_in_another(play: Play) -> None:
    async def story(services: Services, bank: SimulatedBank, payer: Payer) -> None:
        mira = payer.member("Mira", currency="NOK")
        claim = mira.claimed(paid_in="EUR")
        payer.ruth.decides(claim, "approve")
        assert await react(services, "schedule_payment", claim) == Done()
        assert await names_in(services.log, obligation_uid(claim)) == ["incurred", "blocked"]
        blocked = (await services.log.stream(obligation_uid(claim)))[-1]
        assert b'"code":"other_currency"' in blocked.payload

    play(story)
