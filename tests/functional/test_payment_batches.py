"""Batches on the real log: each payment in one file, each file the same bytes, outcomes reported by hand."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from application.payments.batches import (
    BatchOutdated,
    NewBatch,
    NotReleased,
    PaymentBatches,
    created,
)
from application.payments.cases import CaseFinding, PaymentCases, open_case
from application.payments.obligations import Because, Obligations
from application.payments.use_cases import Payments, ReportedByRail
from application.shared.permissions import Principal
from application.shared.ports import Idempotency
from application.shared.reactions.attempts import Done
from application.shared.services import Services
from domain.banks.policies import PolicySet, policy_uid
from domain.payments.batches import BatchReleased, NothingToPay, OwnBatch, PaymentBatchReleased
from domain.payments.cases import PaymentCaseOpened, case_uid
from domain.payments.payment_facts import (
    NoteFailure,
    NoteReturn,
    NoteSettlement,
    PaymentScheduled,
    PaymentUnbatched,
)
from domain.payments.payments import ScheduledPayment
from domain.payments.refusals import NotSubmitted, OutcomeContradicted
from domain.shared.errors import Invalid, NotFound, Refused
from domain.shared.roles import Role
from infrastructure.payments.banking_days import target_day
from infrastructure.payments.settings import PaymentSettings
from infrastructure.shared.settings import Settings
from tests.facts import a_call, a_cause, an_administrator_of
from tests.kits import NOW
from tests.paying import ApprovedClaim, Payer, names_in, react, told


def one_person(bank: UUID) -> PolicySet:
    """The policy of a bank where there is nobody else."""
    return PolicySet(bank_uid=bank, bank_id=1, four_eyes=False, version=1, set_at=NOW)


Story = Callable[[Services], Awaitable[Any]]
Play = Callable[..., Any]

OPERATOR = Principal(user_uid=uuid4(), name="Op", bank_uid=None, roles=frozenset({Role.OPERATOR}))


@pytest.fixture
def play(database_url: str, tmp_path: Path) -> Play:
    """Runs a story with services that pay by file (or by another rail)."""

    def run(story: Story, rail: str = "sepa_file", **more: Any) -> Any:
        groups = (PaymentSettings(rail=rail, **more),)
        return told(Settings(home=tmp_path, database_url=database_url, groups=groups), story)

    return run


async def scheduled(services: Services, bank: Payer, count: int = 1) -> list[ApprovedClaim]:
    claims = [bank.approved() for _ in range(count)]
    for claim in claims:
        assert await react(services, "schedule_payment", claim.claim) == Done()
        assert await react(services, "submit_payment", claim.payment) == Done()
    return claims


async def released(services: Services, bank: Payer, uids: list[UUID]) -> UUID:
    """A batch of these payments that may be handed in."""
    batches = services.of(PaymentBatches)
    made = await batches.create(bank.uid, uids, NewBatch(), a_call())
    await batches.release(made.uid, a_call())
    return made.uid


def test_a_batch_takes_what_waits_and_its_file_stays(play: Play, database_url: str) -> None:
    async def story(services: Services) -> None:
        bank, batches = Payer(services.log), services.of(PaymentBatches)
        uids = [claim.payment for claim in await scheduled(services, bank, 3)]
        made = await batches.create(bank.uid, uids, NewBatch(), a_call())
        fact = created(made.facts)
        assert (fact.payments, str(fact.total)) == (tuple(uids), "553.80")
        for uid in uids:
            assert await names_in(services.log, uid) == ["scheduled", "batched"]
            # Whatever an operator has tried again, it leaves with its batch only.
            assert await react(services, "submit_payment", uid) == Done()
        with pytest.raises(NotReleased):
            await batches.document(made.uid, OPERATOR)
        await batches.release(made.uid, a_call())
        for uid in uids:
            assert await names_in(services.log, uid) == ["scheduled", "batched", "submitted"]
            assert await react(services, "follow_payment", uid) == Done()
        told = await batches.document(made.uid, OPERATOR)
        assert told[:2] == (fact, fact.sha256)
        assert all(uid.hex.encode() in told[2] for uid in uids)
        assert await batches.document(str(made.id), OPERATOR) == told
        assert (await batches.release(made.uid, a_call())).version == 2
        with pytest.raises(NothingToPay):
            await batches.create(bank.uid, uids, NewBatch(), a_call())
        with psycopg.connect(database_url, autocommit=True) as connection:
            connection.execute("UPDATE daybook.payment_files SET document = 'altered'")
        with pytest.raises(LookupError):
            await batches.document(made.uid, OPERATOR)

    play(story)


def test_whoever_made_a_batch_does_not_release_it(play: Play) -> None:
    async def story(services: Services) -> None:
        bank, batches = Payer(services.log), services.of(PaymentBatches)
        ruth, omar = (an_administrator_of(bank.uid) for _ in range(2))
        uids = [claim.payment for claim in await scheduled(services, bank)]
        made = await batches.create(bank.uid, uids, NewBatch(), a_call(ruth))
        with pytest.raises(OwnBatch):
            await batches.release(made.uid, a_call(ruth))
        assert await names_in(services.log, uids[0]) == ["scheduled", "batched"]
        assert (await batches.release(made.uid, a_call(omar))).version == 2
        alone = Payer(services.log)
        alone.records({policy_uid(alone.uid): one_person(alone.uid)})
        (claim,) = await scheduled(services, alone)
        own = an_administrator_of(alone.uid)
        made = await batches.create(alone.uid, [claim.payment], NewBatch(), a_call(own))
        fact = (await batches.release(made.uid, a_call(own))).facts[-1].event
        assert isinstance(fact, PaymentBatchReleased)
        assert not fact.four_eyes

    play(story)


def test_what_is_voided_waits_again_and_what_is_released_is_not_voided(play: Play) -> None:
    async def story(services: Services) -> None:
        bank, batches = Payer(services.log), services.of(PaymentBatches)
        uids = [claim.payment for claim in await scheduled(services, bank, 2)]
        made = await batches.create(bank.uid, uids, NewBatch(), a_call())
        for _ in range(2):
            await batches.void(made.uid, "wrong account", a_call())
        assert await names_in(services.log, uids[0]) == ["scheduled", "batched", "unbatched"]
        with pytest.raises(Refused):
            await batches.release(made.uid, a_call())
        again = await released(services, bank, uids)
        with pytest.raises(BatchReleased):
            await batches.void(again, "too late", a_call())
        assert (await names_in(services.log, uids[0]))[-1] == "submitted"

    play(story)


def test_a_release_and_a_void_at_once_are_one_of_them(play: Play) -> None:
    async def story(services: Services) -> None:
        bank, batches = Payer(services.log), services.of(PaymentBatches)
        for _ in range(4):
            (claim,) = await scheduled(services, bank)
            made = await batches.create(bank.uid, [claim.payment], NewBatch(), a_call())
            came = await asyncio.gather(
                batches.release(made.uid, a_call()),
                batches.void(made.uid, "wrong account", a_call()),
                return_exceptions=True,
            )
            assert sum(isinstance(one, Refused) for one in came) == 1
            last = "unbatched" if isinstance(came[0], Refused) else "submitted"
            assert (await names_in(services.log, claim.payment))[-1] == last

    play(story)


def test_a_selection_leaves_as_it_is_named_or_not_at_all(play: Play) -> None:
    async def story(services: Services) -> None:
        bank, other = Payer(services.log), Payer(services.log)
        batches = services.of(PaymentBatches)
        first, second = [claim.payment for claim in await scheduled(services, bank, 2)]
        (foreign,) = await scheduled(services, other)
        abroad = bank.approved(iban="BR1500000000000010932840814P2")
        await react(services, "schedule_payment", abroad.claim)

        async def create(*named: Any, **more: Any) -> Any:
            new = NewBatch(payments=named, **more)
            return await batches.create(bank.uid, [first, second], new, a_call())

        for named, refusal in (
            ((foreign.payment,), NotFound),
            ((uuid4(),), NotFound),
            ((abroad.payment, first), Invalid),
            ((first,) * 501, Invalid),
            ((), NothingToPay),
        ):
            with pytest.raises(refusal):
                await create(*named)
        number = (await services.log.stream(second))[0].position
        made = await create(number, second, execution_on=next_monday())
        assert created(made.facts).payments == (second,)
        assert created(made.facts).execution_on == next_monday()
        with pytest.raises(Invalid, match="it is in the batch"):
            await create(second)
        with pytest.raises(Invalid, match="no bank pays on"):
            await create(first, execution_on=next_monday() - timedelta(days=1))

    play(story)


def next_monday() -> date:
    """The Monday after the next seven days, unless it is a holiday: then one of those after it."""
    monday = datetime.now(UTC).date() + timedelta(days=7)
    while monday.weekday() != 0 or target_day(monday) != monday:
        monday += timedelta(days=1)
    return monday


def test_one_bad_order_never_blocks_a_file(play: Play) -> None:
    async def story(services: Services) -> None:
        bank, batches = Payer(services.log), services.of(PaymentBatches)
        good = [claim.payment for claim in await scheduled(services, bank, 2)]
        bad = []
        for account in (
            {"iban": "BR1500000000000010932840814P2"},
            {"iban": "not an IBAN of any country"},
            {"holder": "Мира Берг"},
            {"currency": "NOK"},
        ):
            claim = bank.approved(**account)
            await react(services, "schedule_payment", claim.claim)
            bad.append(claim.payment)
        waiting = [*bad, *good]
        outline = await batches.preview(bank.uid, waiting, NewBatch(), OPERATOR)
        assert (outline.payments, str(outline.total)) == (tuple(good), "369.20")
        assert {each.uid: each.reason.split()[0] for each in outline.left_out}.keys() == set(bad)
        assert await names_in(services.log, good[0]) == ["scheduled"]
        made = await batches.create(bank.uid, waiting, NewBatch(), a_call())
        assert created(made.facts).payments == tuple(good)
        # Its rail says so at once; what only the schema of the file tells is found when one is made.
        (schema,) = (it.uid for it in outline.left_out if "written as" in it.reason)
        for each in {*bad} - {schema}:
            assert await react(services, "submit_payment", each) == Done()
            assert await names_in(services.log, each) == ["scheduled", "failed"]

    play(story)


def test_what_became_of_a_payment_meanwhile_stops_the_release(play: Play) -> None:
    async def story(services: Services) -> None:
        bank, batches = Payer(services.log), services.of(PaymentBatches)
        uids = [claim.payment for claim in await scheduled(services, bank)]
        made = await batches.create(bank.uid, uids, NewBatch(), a_call())
        bank.records({uids[0]: PaymentUnbatched(batch_uid=made.uid)})
        with pytest.raises(BatchOutdated):
            await batches.release(made.uid, a_call())
        assert (await batches.void(made.uid, "outdated", a_call())).version == 2

    play(story)


def test_what_cannot_leave_any_more_stays_out_of_the_file_at_its_release(play: Play) -> None:
    async def story(services: Services) -> None:
        bank, batches = Payer(services.log), services.of(PaymentBatches)
        claims = await scheduled(services, bank, 3)
        uids = [claim.payment for claim in claims]
        made = await batches.create(bank.uid, uids, NewBatch(), a_call())
        held, disputed, _ = claims
        await services.of(Obligations).hold(held.claim, Because(reason="a doubt"), a_call())
        order = (await services.log.stream(disputed.payment))[0].event()
        assert isinstance(order, PaymentScheduled)
        await open_case(
            services.commands, ScheduledPayment(order), "settled", "it arrived", a_cause()
        )
        done = await batches.release(made.uid, a_call())
        fact = done.facts[-1].event
        assert isinstance(fact, PaymentBatchReleased)
        assert {it.uid for it in fact.left_out} == {held.payment, disputed.payment}
        assert "cancelled" in fact.left_out[0].reason
        assert str(fact.total) == "184.60"
        _, _, document = await batches.document(made.uid, OPERATOR)
        has = [uid.hex.encode() in document for uid in uids]
        assert has == [False, False, True]
        assert await names_in(services.log, held.payment) == ["scheduled", "batched", "cancelled"]
        # It waits for another batch, in which it is once somebody has looked.
        assert (await names_in(services.log, disputed.payment))[-1] == "unbatched"
        case = case_uid(disputed.payment)
        await services.of(PaymentCases).close(case, CaseFinding(note="another order"), a_call())
        again = await batches.create(bank.uid, uids, NewBatch(), a_call())
        assert created(again.facts).payments == (disputed.payment,)

    play(story)


def test_a_file_is_of_the_version_that_is_set(play: Play) -> None:
    async def story(services: Services) -> bytes:
        bank = Payer(services.log)
        uids = [claim.payment for claim in await scheduled(services, bank)]
        batch = await released(services, bank, uids)
        document: bytes = (await services.of(PaymentBatches).document(batch, OPERATOR))[2]
        return document

    assert b"pain.001.001.09" in play(story)
    assert b"pain.001.001.03" in play(story, pain_version="pain.001.001.03")


def test_administrators_who_make_batches_at_once_pay_each_claim_once(play: Play) -> None:
    async def story(services: Services) -> None:
        bank = Payer(services.log)
        uids = [claim.payment for claim in await scheduled(services, bank, 4)]
        made = await asyncio.gather(
            *(
                services.of(PaymentBatches).create(bank.uid, uids, NewBatch(), a_call())
                for _ in range(4)
            ),
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
            services.of(PaymentBatches).create(bank.uid, uids[:4], NewBatch(), a_call()),
            services.of(PaymentBatches).create(bank.uid, uids[2:], NewBatch(), a_call()),
        )
        paid = [uid for one in made for uid in created(one.facts).payments]
        assert sorted(paid, key=str) == sorted(uids, key=str)

    play(story)


def test_a_key_that_comes_again_gets_the_batch_of_the_first_time(play: Play) -> None:
    async def story(services: Services) -> None:
        bank = Payer(services.log)
        uids = [claim.payment for claim in await scheduled(services, bank)]
        key = Idempotency(scope="test", key=uuid4().hex, request_hash=b"same")
        first = await services.of(PaymentBatches).create(
            bank.uid, uids, NewBatch(), a_call(idempotency=key)
        )
        again = await services.of(PaymentBatches).create(
            bank.uid, [], NewBatch(), a_call(idempotency=key)
        )
        assert (again.uid, again.id, again.replayed) == (first.uid, first.id, True)

    play(story)


def test_payments_of_others_and_those_no_file_can_carry_stay_out(play: Play) -> None:
    async def story(services: Services) -> None:
        bank, other = Payer(services.log), Payer(services.log)
        (mine,), (foreign,) = await scheduled(services, bank), await scheduled(services, other)
        uids = [mine.payment, foreign.payment, uuid4()]
        made = await services.of(PaymentBatches).create(bank.uid, uids, NewBatch(), a_call())
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
            await services.of(PaymentBatches).create(bank.uid, [], NewBatch(), a_call())
        assert refusal.value.code in ("bank_without_iban", "no_batches")
        return refusal.value.code

    assert play(story) == "bank_without_iban"
    assert play(story, rail="simulated") == "no_batches"


def test_another_banks_file_is_not_there(play: Play) -> None:
    async def story(services: Services) -> None:
        bank = Payer(services.log)
        uids = [claim.payment for claim in await scheduled(services, bank)]
        made = await services.of(PaymentBatches).create(bank.uid, uids, NewBatch(), a_call())
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
        settled = NoteSettlement(settled_on=datetime.now(UTC).date())
        with pytest.raises(NotSubmitted):
            await services.of(Payments).report(back, settled, a_call())
        await released(services, bank, [back, lost])
        for outcome in (settled, settled, NoteReturn(reason="unknown beneficiary")):
            await services.of(Payments).report(back, outcome, a_call())
        await services.of(Payments).report(lost, NoteFailure(reason="account closed"), a_call())
        assert (await names_in(services.log, back))[3:] == ["settled", "returned"]
        assert (await names_in(services.log, lost))[3:] == ["failed"]
        for _ in range(2):
            with pytest.raises(OutcomeContradicted) as refusal:
                await services.of(Payments).report(lost, settled, a_call())
            assert refusal.value.facts["case_uid"] == case_uid(lost)
        (case,) = await services.log.stream(case_uid(lost))
        fact = case.event()
        assert isinstance(fact, PaymentCaseOpened)
        assert (fact.payment_status, fact.reported) == ("failed", "settled")

    play(story)


def test_what_a_rail_reports_by_itself_nobody_else_does(play: Play) -> None:
    async def story(services: Services) -> None:
        (claim,) = await scheduled(services, Payer(services.log))
        with pytest.raises(ReportedByRail):
            await services.of(Payments).report(
                claim.payment, NoteFailure(reason="a rumour"), a_call()
            )

    play(story, rail="simulated")
