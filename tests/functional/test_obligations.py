"""What is owed on the real log and the simulated bank: attempts, holds and payees, whatever else happens meanwhile."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import msgspec
import psycopg
import pytest

from application.payments.asking import PAYMENT_AGAIN, Asking, terms_of
from application.payments.cases import CaseFinding, PaymentCases
from application.payments.obligations import Because, Obligations
from application.payments.owing import owing
from application.reimbursements.reading import ClaimRecords
from application.shared.commands import Carried, View, Write
from application.shared.permissions import THE_LOCAL_OPERATOR, Principal
from application.shared.proposals import Hands
from application.shared.reactions.attempts import Done, Failed, Outcome, Postponed
from application.shared.services import Services
from domain.banks.accounts import BankAccountChanged, BankAccountClosed
from domain.banks.banks import BankDeactivated
from domain.banks.members import MemberDeactivated
from domain.banks.policies import ApprovalPolicy, PolicySet, policy_uid
from domain.expenses import ExpenseRecorded
from domain.payments import obligations
from domain.payments.cases import case_uid
from domain.payments.obligation_facts import obligation_uid
from domain.payments.payment_facts import PaymentScheduled, payment_uid
from domain.reimbursements.claims import ReimbursementSubmitted
from domain.shared.errors import DaybookError, Forbidden, NotFound, Refused
from domain.shared.ids import derived
from domain.shared.roles import Role
from infrastructure.payments.settings import PaymentSettings
from infrastructure.payments.simulated import Disturbance, SimulatedBank
from infrastructure.shared.settings import Settings
from projections.reimbursements import REIMBURSEMENTS
from projections.shared.replayed import folded
from tests.branches import IBAN
from tests.facts import a_call
from tests.kits import NOW
from tests.paying import ApprovedClaim, Payer, names_in, react, told

Story = Callable[[Services, SimulatedBank, Payer], Awaitable[Any]]
Play = Callable[[Story], Any]
AMOUNT = Decimal("184.60")


@pytest.fixture
def play(database_url: str, tmp_path: Path) -> Play:
    """Runs a story with services whose simulated bank settles only when it is told to, and a bank with claims."""
    settings = Settings(
        home=tmp_path,
        database_url=database_url,
        groups=(PaymentSettings(settle_after_s="never"),),
    )

    def run(story: Story) -> Any:
        bank = SimulatedBank(database_url, settle_after_s=None)
        return told(settings, lambda services: story(services, bank, Payer(services.log)))

    return run


def account_of(services: Services, claim: ApprovedClaim) -> UUID:
    submitted = services.log.stream_blocking(claim.claim)[0].event()
    assert isinstance(submitted, ReimbursementSubmitted)
    return submitted.bank_account_uid


def changes(
    payer: Payer,
    account: UUID,
    age: timedelta = timedelta(0),
    by: UUID | None = None,
    iban: str = IBAN,
) -> int:
    """The account has another number, for so long; the position of the fact."""
    changed = BankAccountChanged(
        holder="Mira Berg",
        iban=iban,
        routing_number=None,
        account_number=None,
        payee_since=datetime.now(UTC) - age,
        made_by=by,
    )
    return payer.records({account: changed})


def policy(payer: Payer, **terms: Any) -> None:
    """The bank has this policy."""
    said = msgspec.structs.asdict(ApprovalPolicy(**terms)) | {"version": 1}
    fact = PolicySet(**said, bank_uid=payer.uid, bank_id=1, set_at=NOW)
    payer.records({policy_uid(payer.uid): fact})


async def ask(
    services: Services, claim: ApprovedClaim, asking: Asking, by: Hands | None = None, **terms: Any
) -> Carried:
    """Have it done as if two people had asked for it."""

    async def prepare(view: View) -> Sequence[Write]:
        wanted = terms_of(await owing(view, claim.claim), asking, **terms)
        return await PAYMENT_AGAIN.writes(view, wanted, by or Hands(proposed_by=None))

    return await services.commands.carry_out(a_call(), prepare)


async def owed(services: Services, claim: ApprovedClaim) -> list[str]:
    return await names_in(services.log, obligation_uid(claim.claim))


async def shown(services: Services, claim: ApprovedClaim) -> tuple[str, str | None]:
    facts = await services.of(ClaimRecords).facts(THE_LOCAL_OPERATOR, claim.claim)
    row = folded(REIMBURSEMENTS.tables[0], facts)
    assert row is not None
    return row["payment_status"], row["payment_reason"]


async def paid(services: Services, bank: SimulatedBank, payment: UUID) -> None:
    """The payment is handed over and arrives."""
    assert await react(services, "submit_payment", payment) == Done()
    await bank.settle(payment.hex)
    assert await react(services, "follow_payment", payment) == Done()
    assert await react(services, "record_settled_expense", payment) == Done()


async def came_back(services: Services, bank: SimulatedBank, payment: UUID) -> None:
    await bank.send_back(payment.hex, "unknown beneficiary")
    assert await react(services, "follow_payment", payment) == Done()
    day = {"recorded_on": "2026-11-20"}
    assert await react(services, "record_returned_expense", payment, **day) == Done()


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
