"""Payments on the real log and the simulated bank: paid once, whatever gets lost on the way."""

import asyncio
from collections.abc import Awaitable, Callable
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from application.payments.banking import Transfer, TransferRefused, TransferState
from application.payments.cases import CaseFinding, PaymentCases
from application.payments.use_cases import Payments, ReportedByRail, Simulations
from application.shared.reactions.attempts import Done, Failed, Outcome, Parked, Postponed
from application.shared.services import Services
from domain.expenses import ExpenseRecorded
from domain.payments.cases import PaymentCaseOpened, case_uid
from domain.payments.payment_facts import NoteReturn
from domain.shared.errors import Invalid, Refused
from domain.shared.ids import derived
from infrastructure.payments.settings import PaymentSettings
from infrastructure.payments.simulated import Disturbance, SimulatedBank
from infrastructure.shared.settings import Settings
from tests.branches import MEMBER_IBAN
from tests.facts import a_call
from tests.paying import ApprovedClaim, Payer, names_in, react, told

Story = Callable[[Services, SimulatedBank], Awaitable[Any]]
Play = Callable[[Story], Any]


@pytest.fixture
def play(database_url: str, tmp_path: Path) -> Play:
    """Runs a story with services whose simulated bank settles only when it is told to."""
    settings = Settings(
        home=tmp_path,
        database_url=database_url,
        groups=(PaymentSettings(settle_after_s="never"),),
    )

    def run(story: Story) -> Any:
        bank = SimulatedBank(database_url, settle_after_s=None)
        return told(settings, lambda services: story(services, bank))

    return run


async def a_scheduled_payment(services: Services, **changes: Any) -> ApprovedClaim:
    claim = Payer(services.log).approved(**changes)
    assert await react(services, "schedule_payment", claim.claim) == Done()
    return claim


def transfers(database_url: str) -> list[tuple[Any, ...]]:
    """The orders in the simulated bank's books."""
    with psycopg.connect(database_url) as connection:
        return connection.execute(
            "SELECT reference, amount, currency, destination, state FROM simbank.transfers"
        ).fetchall()


def test_an_approved_claim_is_paid_and_becomes_an_expense(play: Play, database_url: str) -> None:
    async def story(services: Services, bank: SimulatedBank) -> None:
        claim = await a_scheduled_payment(services)
        assert await react(services, "submit_payment", claim.payment) == Done()
        waiting = await react(services, "follow_payment", claim.payment)
        assert isinstance(waiting, Postponed)
        await bank.settle(claim.payment.hex)
        assert await react(services, "follow_payment", claim.payment) == Done()
        assert await names_in(services.log, claim.payment) == ["scheduled", "submitted", "settled"]
        assert await react(services, "record_settled_expense", claim.payment) == Done()
        (recorded,) = await services.log.stream(derived("expense", claim.claim))
        expense = recorded.event()
        assert isinstance(expense, ExpenseRecorded)
        assert (expense.source, expense.bank_uid) == ("reimbursement", claim.bank)
        assert (expense.amount, expense.currency) == (Decimal("184.60"), "EUR")
        assert (expense.member_name, str(expense.date)) == ("Mira Berg", "2026-11-02")
        assert (expense.departments, expense.project_name) == ("Reimbursements", "Harbour Bank")
        (order,) = transfers(database_url)
        assert order == (claim.payment.hex, Decimal("184.60"), "EUR", MEMBER_IBAN, "settled")

    play(story)


def test_every_reaction_may_come_twice(play: Play, database_url: str) -> None:
    async def story(services: Services, bank: SimulatedBank) -> None:
        claim = Payer(services.log).approved()
        steps = [
            ("schedule_payment", claim.claim, {}),
            ("submit_payment", claim.payment, {}),
            ("follow_payment", claim.payment, {}),
            ("record_settled_expense", claim.payment, {}),
            ("record_returned_expense", claim.payment, {"recorded_on": "2026-11-20"}),
        ]
        for kind, subject, payload in steps:
            if kind == "follow_payment":
                await bank.settle(claim.payment.hex)
            assert await react(services, kind, subject, **payload) == Done()
            again: list[Outcome] = list(
                await asyncio.gather(*(react(services, kind, subject, **payload) for _ in range(3)))
            )
            assert again == [Done()] * 3
        assert await names_in(services.log, claim.payment) == ["scheduled", "submitted", "settled"]
        for kind in ("expense", "expense return"):
            assert await names_in(services.log, derived(kind, claim.claim)) == ["recorded"]
        assert len(transfers(database_url)) == 1

    play(story)


def test_an_order_whose_answer_was_lost_is_asked_for_and_not_sent_again(
    play: Play, database_url: str
) -> None:
    async def story(services: Services, bank: SimulatedBank) -> None:
        claim = await a_scheduled_payment(services)
        await bank.disturb(Disturbance.ANSWER_LOST)
        lost = await react(services, "submit_payment", claim.payment)
        assert isinstance(lost, Failed)
        assert await names_in(services.log, claim.payment) == ["scheduled"]
        # Were it sent again, this would refuse it.
        await bank.disturb(Disturbance.REFUSED, "sent twice")
        assert await react(services, "submit_payment", claim.payment) == Done()
        assert await names_in(services.log, claim.payment) == ["scheduled", "submitted"]
        assert [state for *_, state in transfers(database_url)] == ["submitted"]

    play(story)


def test_an_order_that_settled_before_its_answer_was_heard_is_recorded_in_order(
    play: Play, database_url: str
) -> None:
    async def story(services: Services, bank: SimulatedBank) -> None:
        claim = await a_scheduled_payment(services)
        await bank.disturb(Disturbance.ANSWER_LOST)
        await react(services, "submit_payment", claim.payment)
        await bank.settle(claim.payment.hex)
        assert await react(services, "submit_payment", claim.payment) == Done()
        assert await react(services, "follow_payment", claim.payment) == Done()
        assert await names_in(services.log, claim.payment) == ["scheduled", "submitted", "settled"]

    play(story)


@pytest.mark.parametrize("kind", [Disturbance.REQUEST_LOST, Disturbance.UNREACHABLE])
def test_an_order_that_never_arrived_is_sent_again(
    play: Play, database_url: str, kind: Disturbance
) -> None:
    async def story(services: Services, bank: SimulatedBank) -> None:
        claim = await a_scheduled_payment(services)
        await bank.disturb(kind)
        assert isinstance(await react(services, "submit_payment", claim.payment), Failed)
        assert transfers(database_url) == []
        assert await react(services, "submit_payment", claim.payment) == Done()
        assert len(transfers(database_url)) == 1

    play(story)


def test_an_order_that_the_bank_refuses_fails_with_its_reason(play: Play) -> None:
    async def story(services: Services, bank: SimulatedBank) -> None:
        claim = await a_scheduled_payment(services)
        await bank.disturb(Disturbance.REFUSED, " the account\x07 is blocked ")
        assert await react(services, "submit_payment", claim.payment) == Done()
        failed = (await services.log.stream(claim.payment))[-1]
        assert b'"reason":"the account is blocked","was_submitted":false' in failed.payload
        assert await react(services, "follow_payment", claim.payment) == Done()

    play(story)


def test_what_the_bank_says_later_is_recorded(play: Play) -> None:
    async def story(services: Services, bank: SimulatedBank) -> None:
        failed, returned = [await a_scheduled_payment(services) for _ in range(2)]
        for claim in (failed, returned):
            await react(services, "submit_payment", claim.payment)
        await services.of(Simulations).fail(failed.payment, "account closed", a_call())
        await services.of(Simulations).settle(returned.payment, a_call())
        await services.of(Simulations).send_back(returned.payment, "unknown beneficiary", a_call())
        assert await names_in(services.log, failed.payment) == ["scheduled", "submitted", "failed"]
        assert await names_in(services.log, returned.payment) == [
            "scheduled",
            "submitted",
            "settled",
            "returned",
        ]
        with pytest.raises(Refused, match="this order is returned"):
            await services.of(Simulations).settle(returned.payment, a_call())
        with pytest.raises(Invalid):
            await services.of(Simulations).fail(failed.payment, "\n", a_call())

    play(story)


def test_a_return_whose_settlement_nobody_heard_of_records_both(play: Play) -> None:
    async def story(services: Services, bank: SimulatedBank) -> None:
        claim = await a_scheduled_payment(services)
        await react(services, "submit_payment", claim.payment)
        await bank.settle(claim.payment.hex)
        await bank.send_back(claim.payment.hex, "unknown beneficiary")
        assert await react(services, "follow_payment", claim.payment) == Done()
        assert (await names_in(services.log, claim.payment))[2:] == ["settled", "returned"]
        await react(services, "record_returned_expense", claim.payment, recorded_on="2026-11-20")
        (back,) = await services.log.stream(derived("expense return", claim.claim))
        assert b'"amount":"-184.60"' in back.payload
        assert b'"date":"2026-11-20"' in back.payload

    play(story)


async def a_settled_payment(services: Services, bank: SimulatedBank) -> ApprovedClaim:
    claim = await a_scheduled_payment(services)
    await react(services, "submit_payment", claim.payment)
    await bank.settle(claim.payment.hex)
    await react(services, "follow_payment", claim.payment)
    return claim


def test_money_that_comes_back_late_is_heard_of(play: Play) -> None:
    async def story(services: Services, bank: SimulatedBank) -> None:
        claim = await a_settled_payment(services, bank)
        assert isinstance(await react(services, "watch_payment", claim.payment), Postponed)
        await bank.send_back(claim.payment.hex, "account closed long ago")
        assert await react(services, "watch_payment", claim.payment) == Done()
        assert (await names_in(services.log, claim.payment))[2:] == ["settled", "returned"]
        assert await react(services, "watch_payment", claim.payment) == Done()

    play(story)


def test_a_rail_that_is_asked_no_more_leaves_the_return_to_an_administrator(
    database_url: str, tmp_path: Path
) -> None:
    async def story(services: Services) -> None:
        bank = SimulatedBank(database_url, settle_after_s=None)
        claim = await a_settled_payment(services, bank)
        await bank.send_back(claim.payment.hex, "account closed")
        assert await react(services, "watch_payment", claim.payment) == Done()
        assert (await names_in(services.log, claim.payment))[2:] == ["settled"]
        await services.of(Payments).report(claim.payment, NoteReturn(reason="closed"), a_call())
        assert (await names_in(services.log, claim.payment))[2:] == ["settled", "returned"]

    groups = (PaymentSettings(settle_after_s="never", watch_days=0),)
    told(Settings(home=tmp_path, database_url=database_url, groups=groups), story)


@pytest.mark.parametrize("word", ["failed", "submitted"])
def test_a_rail_that_contradicts_itself_opens_a_case(
    play: Play, database_url: str, word: str
) -> None:
    async def story(services: Services, bank: SimulatedBank) -> None:
        claim = await a_settled_payment(services, bank)
        report = NoteReturn(reason="it came back")
        with pytest.raises(ReportedByRail):
            await services.of(Payments).report(claim.payment, report, a_call())
        with psycopg.connect(database_url, autocommit=True) as connection:
            connection.execute("UPDATE simbank.transfers SET state = %s", (word,))
        for _ in range(2):
            assert isinstance(await react(services, "watch_payment", claim.payment), Postponed)
        (opened,) = await services.log.stream(case_uid(claim.payment))
        fact = opened.event()
        assert isinstance(fact, PaymentCaseOpened)
        assert (fact.payment_status, fact.reported, fact.rail) == ("settled", word, "simulated")
        # Now that the rail is not to be believed, an administrator says what is so.
        await services.of(Payments).report(claim.payment, report, a_call())
        await services.of(PaymentCases).close(
            opened.stream_id, CaseFinding(note="It came back."), a_call()
        )
        assert await names_in(services.log, opened.stream_id) == ["opened", "closed"]

    play(story)


def test_a_settlement_from_before_its_submission_opens_a_case(
    play: Play, database_url: str
) -> None:
    async def story(services: Services, bank: SimulatedBank) -> None:
        claim = await a_scheduled_payment(services)
        await react(services, "submit_payment", claim.payment)
        await bank.settle(claim.payment.hex)
        with psycopg.connect(database_url, autocommit=True) as connection:
            connection.execute("UPDATE simbank.transfers SET changed_at = '2020-01-01'")
        assert await react(services, "follow_payment", claim.payment) == Done()
        assert await names_in(services.log, claim.payment) == ["scheduled", "submitted"]
        (opened,) = await services.log.stream(case_uid(claim.payment))
        assert b"lies before" in opened.payload

    play(story)


def test_a_payment_that_failed_and_settles_after_all_opens_a_case(
    play: Play, database_url: str
) -> None:
    async def story(services: Services, bank: SimulatedBank) -> None:
        claim = await a_scheduled_payment(services)
        await react(services, "submit_payment", claim.payment)
        await bank.fail(claim.payment.hex, "account closed")
        await react(services, "follow_payment", claim.payment)
        assert isinstance(await react(services, "watch_payment", claim.payment), Postponed)
        with psycopg.connect(database_url, autocommit=True) as connection:
            connection.execute("UPDATE simbank.transfers SET state = 'settled'")
        assert isinstance(await react(services, "watch_payment", claim.payment), Postponed)
        assert await names_in(services.log, case_uid(claim.payment)) == ["opened"]

    play(story)


def test_what_cannot_be_paid_waits_for_an_operator(play: Play) -> None:
    async def story(services: Services, bank: SimulatedBank) -> None:
        for kind in ("schedule_payment", "submit_payment", "record_settled_expense"):
            outcome = await react(services, kind, uuid4())
            assert isinstance(outcome, Parked), kind

    play(story)


def test_a_bank_that_knows_nothing_of_what_it_took_is_asked_again(
    play: Play, database_url: str
) -> None:
    async def story(services: Services, bank: SimulatedBank) -> None:
        claim = await a_scheduled_payment(services)
        await react(services, "submit_payment", claim.payment)
        with psycopg.connect(database_url, autocommit=True) as connection:
            connection.execute("DELETE FROM simbank.transfers")
        for _ in range(2):
            again = await react(services, "follow_payment", claim.payment)
            assert isinstance(again, Postponed)
        (case,) = await services.log.stream(case_uid(claim.payment))
        assert b'"reported":"unknown"' in case.payload

    play(story)


def an_order(**changes: Any) -> Transfer:
    """An order to the bank, with these fields changed."""
    fields: dict[str, Any] = {
        "reference": uuid4().hex,
        "bank_uid": uuid4(),
        "amount": Decimal("10.00"),
        "currency": "EUR",
        "creditor_name": "Mira Solberg",
        "iban": MEMBER_IBAN,
        "routing_number": None,
        "account_number": None,
    }
    return Transfer(**{**fields, **changes})


def test_the_simulated_bank_takes_a_reference_once(play: Play) -> None:
    async def story(_: Services, bank: SimulatedBank) -> None:
        order = an_order()
        taken = await asyncio.gather(*(bank.submit(order) for _ in range(8)))
        assert len(set(taken)) == 1
        with pytest.raises(TransferRefused):
            await bank.submit(an_order(reference=order.reference, amount=Decimal("11.00")))

    play(story)


def test_the_simulated_bank_settles_by_itself_after_its_time(play: Play, database_url: str) -> None:
    async def story(_: Services, patient: SimulatedBank) -> None:
        at_once = SimulatedBank(database_url, settle_after_s=0)
        soon, never = an_order(), an_order()
        await at_once.submit(soon)
        await patient.submit(never)
        assert (await at_once.status(soon.reference)).state is TransferState.SETTLED
        assert (await at_once.status(never.reference)).state is TransferState.SUBMITTED
        with pytest.raises(Refused):
            await at_once.fail(soon.reference, "too late")

    play(story)
