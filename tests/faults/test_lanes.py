"""Lanes: what is taken up first, what waits behind what, and what becomes of it when its worker does not come back."""

import asyncio
from collections import Counter
from pathlib import Path
from uuid import UUID

import psycopg

from application.policies import POLICIES, Policy
from application.shared.reactions.attempts import Done
from application.shared.reactions.ports import Lane, Reaction
from application.shared.services import Services
from domain.reimbursements.claims import ReimbursementDenied, ReimbursementSubmitted
from infrastructure.shared.event_log.log import PostgresEventLog
from infrastructure.shared.reactions import rows
from infrastructure.shared.reactions.planning import Reactor
from infrastructure.shared.reactions.queue import JobQueue
from infrastructure.shared.reactions.rows import ReactionRows
from infrastructure.shared.reactions.working import HANDS
from tests.reacting import NOWHERE, Firm, Rig, in_loop, reactions

TELL = Policy("tell", (ReimbursementSubmitted,), "tell")
PAY = Policy("pay", (ReimbursementDenied,), "pay", lane=Lane.MONEY)
WAITING = """
    INSERT INTO daybook.reactions (uid, policy, kind, subject, position, correlation_id, payload, lane)
    SELECT gen_random_uuid(), 'tell', 'tell', gen_random_uuid(), number, gen_random_uuid(), '{}', 'money'
    FROM generate_series(1, 20000) AS number
"""
ALL = dict.fromkeys(Lane, 1_000)


def plan(database_url: str, log: PostgresEventLog, *policies: Policy) -> None:
    """Plan what these policies answer to the whole log."""
    Reactor(policies, database_url, log, JobQueue(NOWHERE)).catch_up()


def claimed(
    database_url: str, *rooms: dict[Lane, int], lease_s: float = 10.0
) -> list[list[Reaction]]:
    """What workers with this room take up, all at once."""

    async def claim() -> list[list[Reaction]]:
        table = ReactionRows(database_url)
        try:
            taken = await asyncio.gather(*(table.claim(room, lease_s) for room in rooms))
        finally:
            await table.aclose()
        return [[claim.reaction for claim in claims] for claims in taken]

    return in_loop(claim)


def test_of_each_lane_the_first_in_the_log_are_taken(
    database_url: str, log: PostgresEventLog, firm: Firm
) -> None:
    claims = [firm.submit(f"Journey {number}") for number in range(5)]
    for claim in reversed(claims):
        firm.deny(claim)
    plan(database_url, log, PAY, TELL)
    (first,) = claimed(database_url, {Lane.MONEY: 2, Lane.MAIL: 7, Lane.COMMON: 3})
    assert Counter(reaction.kind for reaction in first) == {"pay": 2, "tell": 3}
    assert {each.subject for each in first if each.kind == "pay"} == {claims[4], claims[3]}
    assert {each.subject for each in first if each.kind == "tell"} == set(claims[:3])
    (second,) = claimed(database_url, {Lane.MONEY: 0, Lane.COMMON: 1})
    assert [reaction.subject for reaction in second] == [claims[3]]


def test_workers_that_look_at_once_take_different_ones(
    database_url: str, log: PostgresEventLog, firm: Firm
) -> None:
    for number in range(12):
        firm.submit(f"Journey {number}")
    plan(database_url, log, TELL)
    taken = [reaction.id for each in claimed(database_url, *[ALL] * 4) for reaction in each]
    assert sorted(taken) == sorted(row.uid for row in reactions(database_url))


def test_a_claim_reads_what_it_takes_and_not_what_waits(database_url: str) -> None:
    """Told by the plan: with very many rows that wait, others are looked up one by one."""
    values = {"lanes": ["money", "mail"], "room": [12, 6], "lease_s": 1.0}
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(WAITING)
        connection.execute("ANALYZE daybook.reactions")
        plan = connection.execute(b"EXPLAIN " + rows._CLAIM.encode(), values).fetchall()
    assert "Seq Scan" not in str(plan)
    assert "reactions_due" in str(plan)


def test_money_moves_while_every_hand_for_letters_is_held_up(
    database_url: str, log: PostgresEventLog, firm: Firm, tmp_path: Path
) -> None:
    claims = [firm.submit(f"Journey {number}") for number in range(2 * sum(HANDS.values()))]
    for claim in claims[:5]:
        firm.deny(claim)
    plan(database_url, log, TELL, PAY)
    paid, told = set[UUID](), set[UUID]()
    moved, released, over = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def pay(reaction: Reaction, _: Services) -> None:
        paid.add(reaction.subject)
        if paid == set(claims[:5]):
            moved.set()

    async def tell(reaction: Reaction, _: Services) -> None:
        await released.wait()
        told.add(reaction.subject)
        if told == set(claims):
            over.set()

    async def both() -> None:
        await moved.wait()
        assert not told
        released.set()
        await over.wait()

    Rig(database_url, {"pay": pay, "tell": tell}, tmp_path).run(both)


def test_what_a_worker_took_and_never_did_is_another_ones_when_the_lease_is_over(
    database_url: str, log: PostgresEventLog, firm: Firm, tmp_path: Path
) -> None:
    """Killed between the claim and the work: nothing but the lease is waited for."""
    claim = firm.submit()
    plan(database_url, log, TELL)
    ((held,),) = claimed(database_url, ALL, lease_s=0.2)
    assert claimed(database_url, ALL) == [[]], "it is held"
    done = asyncio.Event()

    async def tell(reaction: Reaction, _: Services) -> None:
        assert (reaction.id, reaction.subject, reaction.failures) == (held.id, claim, 1)
        done.set()

    async def until() -> None:
        await done.wait()

    Rig(database_url, {"tell": tell}, tmp_path).run(until, look_s=0.05)
    (row,) = reactions(database_url)
    assert (row.state, row.failures) == ("done", 1)


def test_a_report_on_what_was_freed_meanwhile_counts_for_nothing(
    database_url: str, log: PostgresEventLog, firm: Firm
) -> None:
    firm.submit()
    plan(database_url, log, TELL)

    async def lost() -> None:
        table = ReactionRows(database_url)
        (held,) = await table.claim(ALL, lease_s=-1.0)
        await table.free()
        assert not await table.renew(held, 10.0)
        assert not await table.settle(held, Done())
        await table.aclose()

    in_loop(lost)
    assert reactions(database_url)[0].state == "pending"


def test_a_job_wakes_a_worker_that_does_not_look_by_itself(
    database_url: str, redis_url: str, log: PostgresEventLog, firm: Firm, tmp_path: Path
) -> None:
    done = asyncio.Event()

    async def tell(_: Reaction, __: Services) -> None:
        done.set()

    async def woken() -> None:
        table, queue = ReactionRows(database_url), JobQueue(redis_url)
        # The worker has looked once when it holds what was there from the start.
        await done.wait()
        done.clear()
        firm.submit("One more")
        await asyncio.to_thread(plan, database_url, log, TELL)
        assert await queue.wake(await table.queue_name())
        await done.wait()
        await queue.aclose()
        await table.aclose()

    firm.submit()
    plan(database_url, log, TELL)
    Rig(database_url, {"tell": tell}, tmp_path).run(woken, redis_url, look_s=3_600.0)


def test_nothing_a_member_does_is_waited_for_by_money_or_decisions() -> None:
    """A member can submit any number of claims, and an outsider any number of forms."""
    assert {policy.lane for policy in POLICIES if ReimbursementSubmitted in policy.on} == {
        Lane.COMMON
    }
    assert {policy.name for policy in POLICIES if policy.lane is Lane.MONEY} == {
        "schedule payments",
        "submit payments",
        "follow payments",
        "record expenses",
        "record returns",
        "end holds",  # one for each payment that is held
    }
