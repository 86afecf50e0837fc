"""Many claims at once: administrators get few letters, and every claim is in one of them, whatever dies in between."""

import re
import signal
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from uuid import UUID

import psycopg
import pytest

from application.mail.claims import DIGEST_CLAIMS_MAX, DIGEST_S
from application.policies import POLICIES
from application.shared.reactions.attempts import Done
from infrastructure.shared.event_log.log import PostgresEventLog
from infrastructure.shared.reactions.planning import Reactor
from infrastructure.shared.reactions.queue import JobQueue
from tests.facts import eventually
from tests.mail_rooms import MailRoom
from tests.mail_servers import AwkwardMailServer, a_mail_server
from tests.reacting import (
    ADMINISTRATOR,
    NOWHERE,
    Firm,
    Hands,
    end_leases,
    make_due,
    names_in,
    reactions,
)
from tests.sites import process


@pytest.fixture
def server() -> Iterator[AwkwardMailServer]:
    with a_mail_server() as running:
        yield running


def letters(server: AwkwardMailServer) -> list[EmailMessage]:
    """The letters to the administrator."""
    return [mail for recipient, mail in server.taken if recipient == ADMINISTRATOR]


def claims_in(server: AwkwardMailServer) -> list[set[UUID]]:
    """The claims that each letter to the administrator tells of."""
    found = []
    for mail in letters(server):
        part = mail.get_body(("plain",))
        assert part is not None
        uids = re.findall(r"[0-9a-f-]{36}", part.get_content())
        found.append({UUID(uid) for uid in uids})
    return found


def test_the_first_claims_have_a_letter_each_and_the_others_share_one(
    database_url: str, log: PostgresEventLog, firm: Firm, server: AwkwardMailServer, tmp_path: Path
) -> None:
    claims = [firm.submit(f"Journey {number}") for number in range(8)]
    office = MailRoom(database_url, tmp_path, server, digest_above=3)
    office.plan(log)
    office.perform("mail_claim_waiting")
    office.perform("mail_administrator")
    assert claims_in(server) == [{claim} for claim in claims[:3]]
    (digest,) = reactions(database_url, "mail_digest")
    told = [row.digest for row in reactions(database_url, "mail_administrator")]
    assert told == [None] * 3 + [digest.uid] * 5

    office.perform("mail_digest")
    assert claims_in(server)[3:] == [set(claims[3:])]
    assert server.taken[-1][1]["Subject"] == "5 claims wait for a decision"
    assert server.taken[-1][1]["Message-ID"] == f"<{digest.uid.hex}@daybook.example>"
    assert names_in(log).count("mail.sent.v1") == 4
    assert not office.waiting("mail_digest")


def test_a_digest_tells_of_what_still_waits_when_it_leaves(
    database_url: str, log: PostgresEventLog, firm: Firm, server: AwkwardMailServer, tmp_path: Path
) -> None:
    claims = [firm.submit(f"Journey {number}") for number in range(3)]
    office = MailRoom(database_url, tmp_path, server, digest_above=0)
    office.plan(log)
    office.perform("mail_claim_waiting")
    office.perform("mail_administrator")
    for claim in claims[:2]:
        firm.approve(claim)
    office.perform("mail_digest")
    assert claims_in(server) == [{claims[2]}]
    firm.approve(firm.submit("Home"))
    office.clock.at += timedelta(seconds=DIGEST_S)
    office.plan(log)
    office.perform("mail_claim_waiting")
    office.perform("mail_administrator")
    assert not office.waiting("mail_digest")


def test_a_digest_is_due_when_its_ten_minutes_are_over(
    database_url: str, log: PostgresEventLog, firm: Firm, server: AwkwardMailServer, tmp_path: Path
) -> None:
    firm.submit()
    office = MailRoom(database_url, tmp_path, server, digest_above=0)
    office.plan(log)
    office.perform("mail_claim_waiting")
    office.perform("mail_administrator")
    with psycopg.connect(database_url) as connection:
        row = connection.execute(
            "SELECT due_at - created_at FROM daybook.reactions WHERE kind = 'mail_digest'"
        ).fetchone()
    assert row is not None
    assert row[0] == pytest.approx(timedelta(minutes=7), abs=timedelta(seconds=1))


def test_a_claim_that_comes_when_the_digest_is_on_its_way_goes_into_the_next(
    database_url: str, log: PostgresEventLog, firm: Firm, server: AwkwardMailServer, tmp_path: Path
) -> None:
    first, second = firm.submit("Journey"), firm.submit("Return")
    office = MailRoom(database_url, tmp_path, server, digest_above=0)
    office.plan(log)
    office.perform("mail_claim_waiting")
    early, late = office.waiting("mail_administrator")
    make_due(database_url)

    async def begun(hands: Hands) -> None:
        assert isinstance(await hands.perform(early), Done)
        make_due(database_url)
        digest = await hands.claim(office.waiting("mail_digest")[0])
        assert digest is not None
        await hands.perform(late)
        assert late in office.waiting("mail_administrator"), "it asks again, and nothing failed"
        assert await hands.give(digest) == Done()
        office.clock.at += timedelta(seconds=DIGEST_S)
        make_due(database_url)
        assert isinstance(await hands.perform(late), Done)

    office.use().use(begun)
    office.perform("mail_digest")
    assert claims_in(server) == [{first}, {second}]
    assert {row.failures for row in reactions(database_url)} == {0}


def test_what_is_too_much_for_one_letter_goes_into_another(
    database_url: str, log: PostgresEventLog, firm: Firm, server: AwkwardMailServer, tmp_path: Path
) -> None:
    claims = [firm.submit(f"Journey {number}") for number in range(DIGEST_CLAIMS_MAX + 1)]
    office = MailRoom(database_url, tmp_path, server, digest_above=0)
    office.plan(log)
    office.perform("mail_claim_waiting")
    office.perform("mail_administrator")
    office.perform("mail_digest")
    office.perform("mail_digest")
    assert [len(letter) for letter in claims_in(server)] == [DIGEST_CLAIMS_MAX, 1]
    assert set.union(*claims_in(server)) == set(claims)


def test_workers_killed_at_any_time_leave_every_claim_in_one_letter(
    database_url: str,
    redis_url: str,
    log: PostgresEventLog,
    firm: Firm,
    server: AwkwardMailServer,
    tmp_path: Path,
) -> None:
    settings = {
        "DAYBOOK_HOME": str(tmp_path),
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "DAYBOOK_SMTP_URL": server.url,
        "DAYBOOK_DIGEST_ABOVE": "2",
    }
    output = tmp_path / "output.txt"
    claims = [firm.submit(f"Journey {number}") for number in range(30)]
    Reactor(POLICIES, database_url, log, JobQueue(NOWHERE)).catch_up()

    def settled(kind: str) -> int:
        return sum(row.state == "done" for row in reactions(database_url, kind))

    for enough in (1, 8, 20):
        with process("worker", settings, output) as worker:
            eventually(lambda least=enough: settled("mail_administrator") >= least)
            worker.send_signal(signal.SIGKILL)
            worker.wait()
        end_leases(database_url)
    with process("worker", settings, output):
        eventually(lambda: settled("mail_administrator") == len(claims))
        for _ in range(2):  # two digests, if the ten minutes were over in between
            make_due(database_url)
            eventually(
                lambda: settled("mail_digest") == len(reactions(database_url, "mail_digest"))
            )
    letters_of: dict[str, set[UUID]] = {}
    for mail, letter in zip(letters(server), claims_in(server), strict=True):
        assert letters_of.setdefault(str(mail["Message-ID"]), letter) == letter, "it says the same"
    assert Counter(uid for letter in letters_of.values() for uid in letter) == Counter(claims)
    assert len(letters_of) <= 2 + 2
