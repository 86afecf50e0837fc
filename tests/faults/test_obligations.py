"""Workers killed while payments fail, come back and are attempted anew: the bank pays each claim once."""

import asyncio
import signal
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

import psycopg

from application.payments.asking import PAYMENT_AGAIN, Asking, terms_of
from application.payments.obligations import Because, Obligations
from application.payments.owing import owing
from application.payments.use_cases import Simulations
from application.shared.commands import Write
from application.shared.proposals import Hands
from application.shared.services import Services
from application.shared.views import View
from domain.expenses import ExpenseRecorded
from domain.payments.obligation_facts import obligation_uid
from domain.payments.obligations import PaymentUnderWay
from domain.payments.payment_facts import PaymentScheduled, payment_uid
from domain.shared.errors import DaybookError
from infrastructure.payments.settings import PaymentSettings
from infrastructure.payments.simulated import Disturbance, SimulatedBank
from infrastructure.shared.event_log.log import PostgresEventLog
from infrastructure.shared.settings import Settings
from tests.facts import a_call, eventually
from tests.paying import told
from tests.reacting import Firm, end_leases, make_due
from tests.sites import process


def transfers(database_url: str) -> dict[UUID, str]:
    """What the bank has in its books, by payment."""
    with psycopg.connect(database_url) as connection:
        found = connection.execute("SELECT reference, state FROM simbank.transfers").fetchall()
    return {UUID(hex=reference): state for reference, state in found}


def attempts(claim: UUID, number: int = 12) -> list[UUID]:
    return [payment_uid(claim, each) for each in range(1, number + 1)]


def outcome(log: PostgresEventLog, claim: UUID) -> str:
    """The last that was recorded of the last attempt."""
    for payment in reversed(attempts(claim)):
        if facts := log.stream_blocking(payment):
            return facts[-1].name.split(".")[1]
    return "none"


async def ask(services: Services, claim: UUID) -> None:
    """Another attempt, as two people have it made; whoever is too early is refused."""

    async def prepare(view: View) -> Sequence[Write]:
        wanted = terms_of(await owing(view, claim), Asking.RETRY)
        return await PAYMENT_AGAIN.writes(view, wanted, Hands(proposed_by=None))

    try:
        await services.commands.carry_out(a_call(), prepare)
    except DaybookError:
        return


def asked(database_url: str, tmp_path: Path, claims: Sequence[UUID]) -> None:
    """Everybody asks for another attempt at every claim, at once and more than once."""
    settings = Settings(
        home=tmp_path, database_url=database_url, groups=(PaymentSettings(settle_after_s=0),)
    )

    async def story(services: Services) -> None:
        await asyncio.gather(*(ask(services, claim) for claim in claims * 2))

    told(settings, story)


def test_workers_killed_over_many_attempts_pay_each_claim_once(
    database_url: str,
    settings: dict[str, str],
    log: PostgresEventLog,
    firm: Firm,
    tmp_path: Path,
) -> None:
    bank, output = SimulatedBank(database_url, settle_after_s=0), tmp_path / "output.txt"
    claims = [firm.submit(f"Journey {number}") for number in range(6)]
    went_wrong = (Disturbance.REFUSED, Disturbance.ANSWER_LOST, Disturbance.REQUEST_LOST)
    for kind in went_wrong * 4:
        asyncio.run(bank.disturb(kind, "so it is"))
    for claim in claims:
        firm.approve(claim)

    def all_settled() -> bool:
        make_due(database_url)
        asked(database_url, tmp_path, claims)
        return {outcome(log, claim) for claim in claims} == {"settled"}

    with process("projector", settings, output):
        for moment in range(3):
            with process("worker", settings, output) as worker:
                done = len(transfers(database_url))
                eventually(lambda least=done + moment: len(transfers(database_url)) >= least)
                worker.send_signal(signal.SIGKILL)
                worker.wait()
            asked(database_url, tmp_path, claims)
            end_leases(database_url)
        with process("worker", settings, output):
            eventually(all_settled)
            eventually(lambda: len(net(log)) == len(claims))
    states = transfers(database_url)
    for claim in claims:
        paid = [states[payment] for payment in attempts(claim) if payment in states]
        assert paid.count("settled") == 1
        assert set(paid) <= {"settled", "failed"}
        ordered = [bool(log.stream_blocking(payment)) for payment in attempts(claim)]
        assert ordered == sorted(ordered, reverse=True), "the numbers have no gap"
    assert net(log) == ["1248.20"] * len(claims)


def test_a_worker_killed_with_an_order_in_hand_leaves_nobody_to_cancel_it(
    database_url: str,
    settings: dict[str, str],
    log: PostgresEventLog,
    firm: Firm,
    tmp_path: Path,
) -> None:
    claim, output = firm.submit(), tmp_path / "output.txt"
    own = Settings(home=tmp_path, database_url=database_url)

    async def cancels(services: Services) -> str:
        try:
            await services.of(Obligations).cancel(claim, Because(reason="too late"), a_call())
        except PaymentUnderWay as refusal:
            return refusal.code
        return "cancelled"

    with process("projector", settings, output):
        # The bank takes the order, and its answer never comes: its books are locked.
        with psycopg.connect(database_url) as books, process("worker", settings, output) as worker:
            books.execute("LOCK TABLE simbank.transfers IN SHARE MODE")
            firm.approve(claim)
            eventually(lambda: "obligation.committed.v1" in names(log, obligation_uid(claim)))
            worker.send_signal(signal.SIGKILL)
            worker.wait()
        assert outcome(log, claim) == "scheduled"
        assert told(own, cancels) == "payment_under_way"
        end_leases(database_url)
        with process("worker", settings, output):
            eventually(lambda: outcome(log, claim) == "settled")
    assert list(transfers(database_url).values()) == ["settled"]
    assert names(log, obligation_uid(claim)) == [
        "obligation.incurred.v1",
        "obligation.committed.v1",
    ]


def names(log: PostgresEventLog, stream: UUID) -> list[str]:
    return [event.name for event in log.stream_blocking(stream)]


def test_money_that_came_back_is_paid_again_once_whoever_dies(
    database_url: str,
    settings: dict[str, str],
    log: PostgresEventLog,
    firm: Firm,
    tmp_path: Path,
) -> None:
    claim, output = firm.submit(), tmp_path / "output.txt"
    own = Settings(
        home=tmp_path, database_url=database_url, groups=(PaymentSettings(settle_after_s=0),)
    )
    firm.approve(claim)

    async def comes_back(services: Services) -> None:
        await services.of(Simulations).send_back(payment_uid(claim), "unknown", a_call())

    with process("projector", settings, output):
        with process("worker", settings, output) as worker:
            eventually(lambda: outcome(log, claim) == "settled")
            told(own, comes_back)
            asked(database_url, tmp_path, [claim])
            worker.send_signal(signal.SIGKILL)
            worker.wait()
        end_leases(database_url)
        with process("worker", settings, output):
            eventually(lambda: net(log) == ["1248.20", "-1248.20", "1248.20"])
    assert sorted(transfers(database_url).values()) == ["returned", "settled"]
    order = log.stream_blocking(payment_uid(claim, 2))[0].event()
    assert isinstance(order, PaymentScheduled)
    assert order.attempt == 2


def net(log: PostgresEventLog) -> list[str]:
    """The amounts of the expenses in the book."""
    events = [each.event() for each in log.page(0, 100_000).events]
    return [str(it.amount) for it in events if isinstance(it, ExpenseRecorded)]
