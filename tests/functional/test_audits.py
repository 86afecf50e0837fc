"""The audit of decisions: what was decided by the rules holds, and what was written past them is named."""

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from msgspec.structs import replace

from application.shared.auditing import Audit, audit_decisions
from application.shared.commands import Carried
from application.shared.ports import Append, Cause, RecordedEvent, StreamAppend
from domain.banks.administrators import AdministratorChanged
from domain.banks.policies import Tier
from domain.identity import user_uid
from domain.payments.batches import PaymentBatchCreated, PaymentBatchReleased
from domain.payments.payment_facts import PaymentScheduled, payment_uid
from domain.proposals import ProposalConfirmed
from domain.rates import ExchangeRateRecorded
from domain.reimbursements.claims import (
    ReimbursementApproved,
    ReimbursementDenied,
    ReimbursementEndorsed,
)
from domain.reimbursements.spending import SpendingCounted, spending_uid
from domain.shared.events import Event
from domain.shared.exchange import Rate, exchanged
from domain.shared.ids import derived
from domain.shared.rules import of_same_fields
from infrastructure.shared.event_log.log import PostgresEventLog
from tests.offices import THEIR_OWN_IBAN, Office, email
from tests.processes import daybook

NOW = dt.datetime.now(dt.UTC)


Scene = Callable[[Office], Awaitable[Any]]


@pytest.fixture
def played(database_url: str) -> Callable[[Scene], Any]:
    """What a scene leaves, at a bank with Ruth, Tom (up to 500) and the member Mira."""
    return lambda scene: asyncio.run(_played(database_url, scene))


async def _played(database_url: str, scene: Scene) -> Any:
    log = PostgresEventLog(database_url)
    try:
        office = Office(log)
        await office.open()
        await office.appoint("Ruth")
        await office.appoint("Tom", Decimal(500))
        await office.admit("Mira")
        return await scene(office)
    finally:
        await log.aclose()


def audited(log: PostgresEventLog) -> Audit:
    return audit_decisions(log, lambda _, __: None)


async def a_claim(office: Office, amount: int = 300) -> tuple[Office, UUID]:
    account = await office.account("Mira")
    return office, await office.claim("Mira", account, Decimal(amount))


def forges(log: PostgresEventLog, uid: UUID, fact: Event, actor: str) -> None:
    """Write a fact past every rule."""
    cause = Cause(actor=actor, correlation_id=UUID(int=1), causation_id=UUID(int=1))
    expected = len(log.stream_blocking(uid))
    log.append_blocking(Append(streams=(StreamAppend(uid, expected, (fact,)),), cause=cause))


def approved_by(office: Office, name: str, **changes: Any) -> ReimbursementApproved:
    """What would be recorded if they had approved it."""
    fact = ReimbursementApproved(
        administrator_uid=office.administrator(name),
        administrator_name=f"{name} Berg",
        user_uid=user_uid(email(name)),
        acknowledged_duplicate=False,
        policy_version=0,
        payee_version=1,
        approved_at=NOW,
    )
    return replace(fact, **changes)


def test_what_was_decided_by_the_rules_holds(
    played: Any, log: PostgresEventLog, database_url: str
) -> None:
    async def busy(office: Office) -> None:
        account = await office.account("Mira")
        one, two, three, four, five = [
            await office.claim("Mira", account, Decimal(it)) for it in (400, 401, 402, 403, 404)
        ]
        await office.approve(one, "Tom")
        await office.approve(two, "Tom")  # more than 500 by now: endorsed
        await office.approve(two, "Ruth")
        await office.deny(three, "Tom")
        await office.lend("Tom", "Ruth")
        await office.approve(four, "Tom", on_behalf_of="Ruth")
        await office.rate("USD", "0.9")
        dollars = await office.claim("Mira", account, currency="USD")
        await office.approve(dollars, "Ruth")
        await office.set_policy(four_eyes=False, tiers=(Tier(approvals=2),))
        await office.approve(five, "Ruth")
        await office.pay_into(account, THEIR_OWN_IBAN)
        await office.approve(five, "Tom")
        await office.approve(five, "Ruth")

    played(busy)
    audit = audited(log)
    assert audit.findings == []
    assert (audit.decisions, audit.unruled, [*audit.alone.values()]) == (9, 0, [3])
    done = daybook("audit", "decisions", settings={"DATABASE_URL": database_url})
    assert done.returncode == 0, done.stderr
    assert "there are 9 decisions: 0 do not hold." in done.stdout
    assert "Without four eyes: 3 decisions" in done.stdout


FORGERIES: list[tuple[str, str, dict[str, Any]]] = [
    ("Tom", "otherwise", {}),  # 900 is above his limit
    ("Mira", "not_an_administrator", {}),
    ("Ruth", "otherwise", {"policy_version": 3}),
    ("Ruth", "otherwise", {"payee_version": 2}),
    ("Ruth", "otherwise", {"four_eyes": False}),
    ("Tom", "not_an_administrator", {"on_behalf_of": user_uid(email("Ruth"))}),
    ("Tom", "otherwise", {"policy_version": None}),
]


@pytest.mark.parametrize(("by", "code", "changes"), FORGERIES)
def test_what_was_written_past_the_rules_is_named(
    played: Any, log: PostgresEventLog, by: str, code: str, changes: dict[str, Any]
) -> None:
    office, claim = played(lambda it: a_claim(it, 900))
    fact = approved_by(office, by, **changes)
    forges(log, claim, fact, f"user:{fact.user_uid}")
    named = {finding.code for finding in audited(log).findings}
    # Nor was it counted among what Mira spent, unless it is older than that anything was.
    assert named == {code} | ({"not_counted"} if fact.policy_version is not None else set())


def test_the_stricter_tier_of_both_currencies_holds(played: Any, log: PostgresEventLog) -> None:
    async def scene(office: Office) -> list[type[Event]]:
        account = await office.account("Mira")
        await office.rate("USD", "0.9")
        tiers = (Tier(currency="EUR", up_to=Decimal(1000)), Tier(currency="USD"), Tier(approvals=2))
        await office.set_policy(tiers=tiers)
        claims = [
            await office.claim("Mira", account, Decimal(amount), currency)
            for amount, currency in ((1112, "USD"), (1000, "USD"), (101, "EUR"), (99, "EUR"))
        ]
        said = [await office.approve(claim, "Ruth") for claim in claims]
        return [type(it.facts[-1].event) for it in said]

    # 1,112 USD are 1,000.80 EUR; 1,000 USD are 900 EUR, beside which 101 EUR are too much.
    assert played(scene) == [
        *(ReimbursementEndorsed, ReimbursementApproved),
        *(ReimbursementEndorsed, ReimbursementApproved),
    ]
    audit = audited(log)
    assert (audit.decisions, audit.findings) == (4, [])


def test_what_counts_in_one_of_both_currencies_only_is_named(
    played: Any, log: PostgresEventLog
) -> None:
    async def scene(office: Office) -> tuple[Office, UUID]:
        account = await office.account("Mira")
        await office.rate("USD", "0.9")
        return office, await office.claim("Mira", account, currency="USD")

    office, claim = played(scene)
    rate = next(filter(None, (it for it in map(_rate, log.page(0, 100).events))))
    exchange = exchanged(Decimal(300), "EUR", rate, rate)
    fact = approved_by(office, "Ruth", exchange=exchange)
    forges(log, claim, fact, f"user:{fact.user_uid}")
    for currency, left in (("USD", 1), ("EUR", 0)):
        uid = spending_uid(office.member("Mira"), currency, f"{NOW:%Y-%m}")
        count = SpendingCounted(reimbursement_uid=claim, amount=Decimal(1), counted_at=NOW)
        forges(log, uid, count, f"user:{fact.user_uid}")
        assert [it.code for it in audited(log).findings] == ["not_counted"] * left


def _rate(recorded: RecordedEvent) -> Rate | None:
    fact = recorded.event()
    return of_same_fields(Rate, fact) if isinstance(fact, ExchangeRateRecorded) else None


def test_a_decision_in_anothers_name_is_named(
    played: Any, log: PostgresEventLog, database_url: str
) -> None:
    office, claim = played(a_claim)
    mallory = user_uid(email("Tom"))
    forges(log, claim, approved_by(office, "Ruth"), f"user:{mallory}")
    done = daybook("audit", "decisions", settings={"DATABASE_URL": database_url})
    assert done.returncode == 1
    assert f"in_anothers_name: It was recorded by user:{mallory}" in done.stdout
    assert str(claim) in done.stdout


def test_what_was_decided_twice_or_about_nothing_is_named(
    played: Any, log: PostgresEventLog
) -> None:
    async def scene(office: Office) -> tuple[Office, UUID]:
        _, claim = await a_claim(office)
        await office.deny(claim, "Ruth")
        return office, claim

    office, claim = played(scene)
    fact = approved_by(office, "Ruth", policy_version=None)
    for uid in (claim, derived("claim", "nothing")):
        forges(log, uid, fact, f"user:{fact.user_uid}")
    assert [it.code for it in audited(log).findings] == ["already_decided", "not_found"]


def test_an_endorsement_that_was_a_denial_is_named(played: Any, log: PostgresEventLog) -> None:
    office, claim = played(a_claim)
    said = approved_by(office, "Ruth", policy_version=None)
    endorsed = ReimbursementEndorsed(
        administrator_uid=said.administrator_uid,
        administrator_name=said.administrator_name,
        user_uid=said.user_uid,
        acknowledged_duplicate=False,
        endorsed_at=NOW,
    )
    forges(log, claim, endorsed, f"user:{said.user_uid}")
    (finding,) = audited(log).findings
    assert (finding.code, finding.reimbursement_uid) == ("otherwise", claim)
    assert ReimbursementApproved.__name__ in finding.detail


def test_decisions_older_than_policies_are_held_against_limits(
    played: Any, log: PostgresEventLog
) -> None:
    office, claim = played(a_claim)
    old = approved_by(office, "Tom", policy_version=None, payee_version=None)
    forges(log, claim, old, f"user:{old.user_uid}")
    denied = ReimbursementDenied(
        administrator_uid=old.administrator_uid,
        administrator_name=old.administrator_name,
        user_uid=user_uid(email("Mira")),
        reason="No",
        denied_at=NOW,
    )
    audit = audited(log)
    assert (audit.decisions, audit.unruled, audit.findings) == (1, 1, [])
    forges(log, claim, denied, f"user:{denied.user_uid}")
    assert [it.code for it in audited(log).findings] == ["not_an_administrator"]


# What two people did


async def two_people(office: Office) -> Office:
    """Ruth proposes and Tom confirms one of each kind; Otto is let in by that, and confirms for Ruth."""
    account = await office.account("Mira")
    otto = await office.appoint("Otto", Decimal(100), by="Ruth")
    await office.confirm(otto.uid, "Tom")
    raised = await office.limit("Otto", Decimal(400), by="Ruth")
    await office.confirm(raised.uid, "Tom")
    policy = await office.set_policy(by="Ruth", hold_hours=24)
    await office.confirm(policy.uid, "Otto")
    rate = await office.rate("USD", "0.9", by="Ruth")
    await office.confirm(rate.uid, "Tom")
    payee = await office.pay_into(account, THEIR_OWN_IBAN, by="Ruth")
    await office.confirm(payee.uid, "Mira")
    return office


def test_what_two_people_did_by_the_rules_holds(
    played: Any, log: PostgresEventLog, database_url: str
) -> None:
    played(two_people)
    audit = audited(log)
    assert audit.findings == []
    # The policy was confirmed by Otto, whom Ruth had appointed.
    assert (audit.confirmations, audit.by_appointees) == (5, 1)
    done = daybook("audit", "decisions", settings={"DATABASE_URL": database_url})
    assert done.returncode == 0, done.stderr
    assert "Confirmations of proposals: 5, releases of batches: 0." in done.stdout
    assert "whom the proposer had appointed: 1" in done.stdout


def confirmed_by(name: str, **changes: Any) -> ProposalConfirmed:
    """What would be recorded if they had confirmed it."""
    by = user_uid(email(name))
    return replace(
        ProposalConfirmed(decided_by=by, decided_by_name=name, decided_at=NOW), **changes
    )


@pytest.mark.parametrize(
    ("by", "code", "changes"),
    [
        ("Ruth", "own_proposal", {}),
        ("Puppet", "may_not_confirm", {}),
        ("Mira", "may_not_confirm", {}),
        ("Tom", "otherwise", {}),  # nothing came of it
        ("Tom", "proposal_lapsed", {"decided_at": NOW + dt.timedelta(days=8)}),
        ("Tom", "in_anothers_name", {"decided_by": None}),
    ],
)
def test_a_confirmation_past_the_rules_is_named(
    played: Any, log: PostgresEventLog, by: str, code: str, changes: dict[str, Any]
) -> None:
    waits = played(lambda office: office.appoint("Puppet", by="Ruth"))
    fact = confirmed_by(by, **changes)
    forges(log, waits.uid, fact, f"user:{user_uid(email(by))}")
    (finding,) = audited(log).findings
    assert (finding.code, finding.about, finding.uid) == (code, "proposal", waits.uid)


def test_more_than_was_confirmed_is_named(played: Any, log: PostgresEventLog) -> None:
    async def scene(office: Office) -> tuple[UUID, Carried]:
        await office.appoint("Nils")
        return office.administrator("Tom"), await office.limit("Tom", Decimal(600), by="Ruth")

    tom, waits = played(scene)
    by = user_uid(email("Nils"))
    higher = AdministratorChanged(
        first_name="Tom",
        last_name="Berg",
        approval_limit=Decimal(6_000),
        currency="EUR",
        changed_by=user_uid(email("Ruth")),
        confirmed_by=by,
    )
    streams = (
        StreamAppend(waits.uid, 1, (confirmed_by("Nils"),)),
        StreamAppend(tom, len(log.stream_blocking(tom)), (higher,)),
    )
    cause = Cause(actor=f"user:{by}", correlation_id=UUID(int=1), causation_id=UUID(int=1))
    log.append_blocking(Append(streams=streams, cause=cause))
    (finding,) = audited(log).findings
    assert (finding.code, finding.uid) == ("otherwise", waits.uid)
    assert "AdministratorChanged is due" in finding.detail


@pytest.mark.parametrize(
    ("by", "codes", "changes"),
    [
        ("Tom", set(), {}),
        ("Ruth", {"own_batch"}, {}),
        ("Ruth", {"otherwise"}, {"four_eyes": False}),
        ("Mira", {"own_payment"}, {}),
    ],
)
def test_a_release_past_the_rules_is_named(
    played: Any, log: PostgresEventLog, by: str, codes: set[str], changes: dict[str, Any]
) -> None:
    office, claim = played(a_claim)
    batch, payment, ruth = uuid4(), payment_uid(claim), user_uid(email("Ruth"))
    order = PaymentScheduled(
        reimbursement_uid=claim,
        bank_uid=office.bank,
        bank_account_uid=uuid4(),
        member_uid=office.member("Mira"),
        amount=Decimal(300),
        currency="EUR",
        creditor_name="Mira Berg",
        iban=THEIR_OWN_IBAN,
        routing_number=None,
        account_number=None,
        reference=payment.hex,
    )
    made = PaymentBatchCreated(
        bank_uid=office.bank,
        message_id=batch.hex,
        payments=(payment,),
        total=Decimal(300),
        currency="EUR",
        sha256="0" * 64,
        created_at=NOW,
        execution_on=NOW.date(),
        created_by=ruth,
        needs_release=True,
    )
    released = PaymentBatchReleased(
        released_by=user_uid(email(by)),
        four_eyes=True,
        sha256="0" * 64,
        execution_on=NOW.date(),
        released_at=NOW,
    )
    forges(log, payment, order, f"user:{ruth}")
    forges(log, batch, made, f"user:{ruth}")
    forges(log, batch, replace(released, **changes), f"user:{user_uid(email(by))}")
    audit = audited(log)
    assert {finding.code for finding in audit.findings} == codes
    assert audit.releases == 1
