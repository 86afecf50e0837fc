"""Workers killed, Redis flushed and restarted, several at once: each claim has one message and one payment."""

import asyncio
import signal
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest
import redis

from application.policies import POLICIES
from application.shared.reactions.attempts import Done
from application.shared.reactions.ports import PlannedReaction, Reaction
from application.shared.services import Services
from infrastructure.embedded.valkey import ValkeyServer
from infrastructure.shared.event_log.log import PostgresEventLog
from infrastructure.shared.reactions.planning import Reactor
from infrastructure.shared.reactions.queue import JobQueue
from projections.shared.engine import PoisonEvent
from tests.facts import eventually
from tests.mail_servers import AwkwardMailServer, Mood
from tests.reacting import (
    ADMINISTRATOR,
    MEMBER,
    NOWHERE,
    Firm,
    Hands,
    Rig,
    names_in,
    reactions,
)
from tests.sites import process


@pytest.fixture
def settings(settings: dict[str, str]) -> dict[str, str]:
    """No reaction to a payment waits for a month to watch it."""
    return {**settings, "DAYBOOK_WATCH_PAYMENTS_DAYS": "0"}


def is_quiet(database_url: str, expected: int) -> Callable[[], bool]:
    """Whether so many reactions are planned, and all of them are done, but for claims to be brought up in days."""

    def quiet() -> bool:
        planned = reactions(database_url)
        states = [reaction.state for reaction in planned if reaction.kind != "remind_claim"]
        return len(states) >= expected and set(states) == {"done"}

    return quiet


PER_CLAIM = 10
"""Reactions to one claim that is approved and paid: five letters' worth, and five steps of a payment."""


def check_effects(log: PostgresEventLog, mail: AwkwardMailServer, claims: int) -> None:
    """Each claim has three letters to the member, and one payment, which arrived; one to the administrator at most.

    That a claim waits is told to nobody once it was decided.
    """
    names = names_in(log)
    for name in ("payment.scheduled.v1", "payment.submitted.v1", "payment.settled.v1"):
        assert names.count(name) == claims
    recipients = [recipient for recipient, _ in mail.deliveries()]
    assert names.count("mail.sent.v1") == len(recipients)
    assert recipients.count(MEMBER) == 3 * claims
    assert recipients.count(ADMINISTRATOR) == len(recipients) - 3 * claims <= claims


def test_a_worker_killed_between_effect_and_report_is_made_up_for(
    settings: dict[str, str],
    log: PostgresEventLog,
    firm: Firm,
    mail: AwkwardMailServer,
    tmp_path: Path,
) -> None:
    database_url = settings["DATABASE_URL"]
    output = tmp_path / "output.txt"
    mail.mood = Mood.IS_SILENT
    with process("projector", settings, output):
        firm.deny(firm.submit())
        with process("worker", settings, output) as worker:
            eventually(
                lambda: len(mail.taken) == 2
            )  # both to the member: nobody has to decide any more
            worker.send_signal(signal.SIGKILL)
            worker.wait()
        assert "mail.sent.v1" not in names_in(log), "the effect is there and its report is not"
        mail.mood = Mood.TAKES
        with process("worker", settings, output):
            eventually(is_quiet(database_url, 4))
    assert sorted(mail.deliveries().values()) == [2, 2], "the same two messages came again"
    assert names_in(log).count("mail.sent.v1") == 2


def test_a_worker_that_is_told_to_stop_gives_back_what_it_holds(
    settings: dict[str, str],
    log: PostgresEventLog,
    firm: Firm,
    mail: AwkwardMailServer,
    tmp_path: Path,
) -> None:
    database_url = settings["DATABASE_URL"]
    mail.mood = Mood.IS_SILENT
    firm.deny(firm.submit())
    Reactor(POLICIES, database_url, log, JobQueue(NOWHERE)).catch_up()
    with process("worker", settings, tmp_path / "output.txt") as worker:
        eventually(lambda: len(mail.taken) >= 1)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(120) == 0
    states = {reaction.kind: reaction.state for reaction in reactions(database_url)}
    assert states["mail_claim_denied"] == "pending"
    assert {reaction.failures for reaction in reactions(database_url)} == {0}


@pytest.fixture
def own_valkey(servers_home: Path) -> Iterator[ValkeyServer]:
    """A Valkey of this test's own, to flush, kill and restart."""
    server = ValkeyServer(servers_home / f"valkey-{uuid4().hex[:8]}").start()
    yield server
    server.stop()


def test_redis_flushed_killed_and_restarted_in_the_middle_loses_nothing(
    database_url: str,
    settings: dict[str, str],
    log: PostgresEventLog,
    firm: Firm,
    mail: AwkwardMailServer,
    own_valkey: ValkeyServer,
    tmp_path: Path,
) -> None:
    settings = {**settings, "REDIS_URL": own_valkey.url()}
    output = tmp_path / "output.txt"
    rounds = 8
    with process("projector", settings, output), process("worker", settings, output):
        for number in range(rounds):
            firm.approve(firm.submit(f"Journey {number}"))
            if number == 2:
                eventually(lambda: bool(mail.taken))
                with redis.Redis.from_url(own_valkey.url()) as client:
                    client.flushall()
            if number == 4:
                own_valkey.kill()
            if number == 6:
                own_valkey.start()
        eventually(is_quiet(database_url, rounds * PER_CLAIM))
    check_effects(log, mail, rounds)
    # A letter that was on its way when Redis was killed is given back, and may come again under the same id.
    assert set(mail.deliveries().values()) <= {1, 2}


def test_two_projectors_and_two_workers_do_everything_once(
    settings: dict[str, str],
    log: PostgresEventLog,
    firm: Firm,
    mail: AwkwardMailServer,
    tmp_path: Path,
) -> None:
    database_url = settings["DATABASE_URL"]
    output = tmp_path / "output.txt"
    for number in range(5):
        firm.approve(firm.submit(f"Journey {number}"))
    with (
        process("projector", settings, output) as first,
        process("projector", settings, output),
        process("worker", settings, output),
        process("worker", settings, output),
    ):
        eventually(lambda: bool(reactions(database_url)))
        first.send_signal(signal.SIGKILL)
        first.wait()
        for number in range(5, 10):
            firm.approve(firm.submit(f"Journey {number}"))
        eventually(is_quiet(database_url, 10 * PER_CLAIM))
    check_effects(log, mail, 10)
    assert set(mail.deliveries().values()) == {1}


def planned(database_url: str, log: PostgresEventLog, firm: Firm) -> UUID:
    """The first reaction to a claim that was submitted."""
    firm.submit()
    Reactor(POLICIES, database_url, log, JobQueue(NOWHERE)).catch_up()
    return reactions(database_url)[0].uid


def test_one_reaction_is_in_the_hands_of_one_worker(
    database_url: str, log: PostgresEventLog, firm: Firm, tmp_path: Path
) -> None:
    uid = planned(database_url, log, firm)
    calls: list[UUID] = []

    async def handler(reaction: Reaction, _: Services) -> None:
        calls.append(reaction.id)
        await asyncio.sleep(0)

    async def at_once(hands: Hands) -> None:
        outcomes = await asyncio.gather(*(hands.perform(uid) for _ in range(8)))
        assert [outcome for outcome in outcomes if outcome is not None] == [Done()]

    Rig(database_url, {"mail_claim_waiting": handler}, tmp_path).use(at_once)
    assert calls == [uid]


def test_a_lease_is_renewed_for_as_long_as_the_work_takes(
    database_url: str, log: PostgresEventLog, firm: Firm, tmp_path: Path
) -> None:
    uid = planned(database_url, log, firm)

    def renewals() -> int:
        with psycopg.connect(database_url) as connection:
            row = connection.execute(
                "SELECT claimed_until FROM daybook.reactions WHERE uid = %s", [uid]
            ).fetchone()
            seen.add(row[0] if row else None)
        return len(seen)

    seen: set[object] = set()

    async def handler(_: Reaction, __: Services) -> None:
        await asyncio.to_thread(eventually, lambda: renewals() >= 4)

    async def once(hands: Hands) -> None:
        assert await hands.perform(uid, lease_s=0.3) == Done()

    Rig(database_url, {"mail_claim_waiting": handler}, tmp_path).use(once, lease_s=0.3)
    assert [it.state for it in reactions(database_url) if it.uid == uid] == ["done"]


def test_who_lost_the_claim_reports_in_vain(
    database_url: str, log: PostgresEventLog, firm: Firm, tmp_path: Path
) -> None:
    uid = planned(database_url, log, firm)

    async def handler(_: Reaction, __: Services) -> Sequence[PlannedReaction]:
        with psycopg.connect(database_url) as connection:  # another worker took it up meanwhile
            connection.execute("UPDATE daybook.reactions SET claims = claims + 1")
        return [PlannedReaction("mail_administrator", uuid4())]

    async def once(hands: Hands) -> None:
        await hands.perform(uid)

    Rig(database_url, {"mail_claim_waiting": handler}, tmp_path).use(once)
    assert not reactions(database_url, "mail_administrator")
    (row,) = reactions(database_url, "mail_claim_waiting")
    assert row.state == "running", "what it asked to follow is not planned either"


def test_planning_again_plans_nothing_twice(
    database_url: str, log: PostgresEventLog, firm: Firm
) -> None:
    for _ in range(3):
        firm.approve(firm.submit())
    reactor = Reactor(POLICIES, database_url, log, JobQueue(NOWHERE), page_events=2)
    assert reactor.catch_up() == log.head()
    first = reactions(database_url)
    with psycopg.connect(database_url) as connection:
        connection.execute("DELETE FROM daybook.checkpoints WHERE projection = 'reactions'")
    assert Reactor(POLICIES, database_url, log, JobQueue(NOWHERE)).catch_up() == log.head()
    assert reactions(database_url) == first
    assert len(first) == 15


def test_an_event_nobody_knows_halts_the_planning_and_is_not_skipped(
    database_url: str, log: PostgresEventLog, firm: Firm
) -> None:
    firm.submit()
    with psycopg.connect(database_url) as connection:
        connection.execute(
            "INSERT INTO daybook.events SELECT max(position) + 1, %s, 1, 'reimbursement.submitted.v1', '{}', 'x',"
            " %s, %s, NULL, now() FROM daybook.events",
            (uuid4(), uuid4(), uuid4()),
        )
    bad = log.head()
    firm.submit()
    reactor = Reactor(POLICIES, database_url, log, JobQueue(NOWHERE))
    for _ in range(2):
        with pytest.raises(PoisonEvent, match=f"position {bad}"):
            reactor.catch_up()
    assert len(reactions(database_url)) == 3
