"""Batches on the real log: each payment in one file, each file the same bytes, outcomes reported by hand."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from application.payments.batches import PaymentBatches, created
from application.payments.use_cases import Payments, ReportedByRail
from application.shared.permissions import Principal
from application.shared.ports import Idempotency
from application.shared.reactions.attempts import Done
from application.shared.services import Services
from domain.payments.batches import NothingToPay
from domain.payments.payments import NoteFailure, NoteReturn, NoteSettlement, NotSubmitted
from domain.shared.errors import NotFound, Refused
from domain.shared.roles import Role
from infrastructure.payments.settings import PaymentSettings
from infrastructure.shared.settings import Settings
from tests.facts import a_call
from tests.paying import ApprovedClaim, Payer, names_in, react, told

Story = Callable[[Services], Awaitable[Any]]
Play = Callable[..., Any]

OPERATOR = Principal(user_uid=uuid4(), name="Op", bank_uid=None, roles=frozenset({Role.OPERATOR}))


@pytest.fixture
def play(database_url: str, tmp_path: Path) -> Play:
    """Runs a story with services that pay by file (or by another rail)."""

    def run(story: Story, rail: str = "sepa_file") -> Any:
        groups = (PaymentSettings(rail=rail),)
        return told(Settings(home=tmp_path, database_url=database_url, groups=groups), story)

    return run


async def scheduled(services: Services, bank: Payer, count: int = 1) -> list[ApprovedClaim]:
    claims = [bank.approved() for _ in range(count)]
    for claim in claims:
        assert await react(services, "schedule_payment", claim.claim) == Done()
        assert await react(services, "submit_payment", claim.payment) == Done()
    return claims


def test_a_batch_takes_what_waits_and_its_file_stays(play: Play, database_url: str) -> None:
    async def story(services: Services) -> None:
        bank = Payer(services.log)
        claims = await scheduled(services, bank, 3)
        uids = [claim.payment for claim in claims]
        made = await services.of(PaymentBatches).create(bank.uid, uids, a_call())
        assert (created(made.facts).payments, str(created(made.facts).total)) == (
            tuple(uids),
            "553.80",
        )
        for claim in claims:
            assert await names_in(services.log, claim.payment) == ["scheduled", "submitted"]
            assert await react(services, "follow_payment", claim.payment) == Done()
        fact, document = await services.of(PaymentBatches).document(made.uid, OPERATOR)
        assert all(uid.hex.encode() in document for uid in uids)
        assert await services.of(PaymentBatches).document(str(made.id), OPERATOR) == (
            fact,
            document,
        )
        with pytest.raises(NothingToPay):
            await services.of(PaymentBatches).create(bank.uid, uids, a_call())
        with psycopg.connect(database_url, autocommit=True) as connection:
            connection.execute("UPDATE daybook.payment_files SET document = 'altered'")
        with pytest.raises(LookupError):
            await services.of(PaymentBatches).document(made.uid, OPERATOR)

    play(story)


def test_administrators_who_make_batches_at_once_pay_each_claim_once(play: Play) -> None:
    async def story(services: Services) -> None:
        bank = Payer(services.log)
        uids = [claim.payment for claim in await scheduled(services, bank, 4)]
        made = await asyncio.gather(
            *(services.of(PaymentBatches).create(bank.uid, uids, a_call()) for _ in range(4)),
            return_exceptions=True,
        )
        batches = [one for one in made if not isinstance(one, BaseException)]
        assert len(batches) == 1
        assert sum(isinstance(one, NothingToPay) for one in made) == 3
        assert created(batches[0].facts).payments == tuple(uids)

    play(story)


def test_overlapping_batches_share_no_payment(play: Play) -> None:
    async def story(services: Services) -> None:
        bank = Payer(services.log)
        uids = [claim.payment for claim in await scheduled(services, bank, 6)]
        made = await asyncio.gather(
            services.of(PaymentBatches).create(bank.uid, uids[:4], a_call()),
            services.of(PaymentBatches).create(bank.uid, uids[2:], a_call()),
        )
        paid = [uid for one in made for uid in created(one.facts).payments]
        assert sorted(paid, key=str) == sorted(uids, key=str)

    play(story)


def test_a_key_that_comes_again_gets_the_batch_of_the_first_time(play: Play) -> None:
    async def story(services: Services) -> None:
        bank = Payer(services.log)
        uids = [claim.payment for claim in await scheduled(services, bank)]
        key = Idempotency(scope="test", key=uuid4().hex, request_hash=b"same")
        first = await services.of(PaymentBatches).create(bank.uid, uids, a_call(idempotency=key))
        again = await services.of(PaymentBatches).create(bank.uid, [], a_call(idempotency=key))
        assert (again.uid, again.id, again.replayed) == (first.uid, first.id, True)

    play(story)


def test_payments_of_others_and_those_no_file_can_carry_stay_out(play: Play) -> None:
    async def story(services: Services) -> None:
        bank, other = Payer(services.log), Payer(services.log)
        (mine,), (foreign,) = await scheduled(services, bank), await scheduled(services, other)
        uids = [mine.payment, foreign.payment, uuid4()]
        made = await services.of(PaymentBatches).create(bank.uid, uids, a_call())
        assert created(made.facts).payments == (mine.payment,)
        crowns = bank.approved(currency="NOK")
        await react(services, "schedule_payment", crowns.claim)
        await react(services, "submit_payment", crowns.payment)
        assert await names_in(services.log, crowns.payment) == ["scheduled", "failed"]

    play(story)


def test_a_bank_without_an_iban_and_a_rail_without_files_make_none(play: Play) -> None:
    async def story(services: Services) -> None:
        bank = Payer(services.log, iban=None)
        with pytest.raises(Refused) as refusal:
            await services.of(PaymentBatches).create(bank.uid, [], a_call())
        assert refusal.value.code in ("bank_without_iban", "no_batches")
        return refusal.value.code

    assert play(story) == "bank_without_iban"
    assert play(story, rail="simulated") == "no_batches"


def test_another_banks_file_is_not_there(play: Play) -> None:
    async def story(services: Services) -> None:
        bank = Payer(services.log)
        uids = [claim.payment for claim in await scheduled(services, bank)]
        made = await services.of(PaymentBatches).create(bank.uid, uids, a_call())
        stranger = Principal(
            user_uid=uuid4(),
            name="Stranger",
            bank_uid=uuid4(),
            roles=frozenset({Role.ADMINISTRATOR}),
        )
        with pytest.raises(NotFound):
            await services.of(PaymentBatches).document(made.uid, stranger)

    play(story)


def test_an_administrator_reports_what_became_of_a_payment(play: Play) -> None:
    async def story(services: Services) -> None:
        bank = Payer(services.log)
        claims = await scheduled(services, bank, 2)
        back, lost = [claim.payment for claim in claims]
        settled = NoteSettlement(settled_on=date(2026, 11, 20))
        with pytest.raises(NotSubmitted):
            await services.of(Payments).report(back, settled, a_call())
        await services.of(PaymentBatches).create(bank.uid, [back, lost], a_call())
        for outcome in (settled, settled, NoteReturn(reason="unknown beneficiary")):
            await services.of(Payments).report(back, outcome, a_call())
        await services.of(Payments).report(lost, NoteFailure(reason="account closed"), a_call())
        assert (await names_in(services.log, back))[2:] == ["settled", "returned"]
        assert (await names_in(services.log, lost))[2:] == ["failed"]
        with pytest.raises(Refused):
            await services.of(Payments).report(lost, settled, a_call())

    play(story)


def test_what_a_rail_reports_by_itself_nobody_else_does(play: Play) -> None:
    async def story(services: Services) -> None:
        (claim,) = await scheduled(services, Payer(services.log))
        with pytest.raises(ReportedByRail):
            await services.of(Payments).report(
                claim.payment, NoteFailure(reason="a rumour"), a_call()
            )

    play(story, rail="simulated")
