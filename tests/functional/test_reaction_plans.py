"""Planning the log anew: what is missing and what is too much is named, what is missing can be added."""

from collections.abc import Sequence

import psycopg
import pytest
from click.testing import CliRunner, Result

from application.policies import POLICIES, Policy
from application.shared.reactions.ports import PlanComparison
from domain.reimbursements.claims import ReimbursementApproved, ReimbursementSubmitted
from infrastructure.shared.event_log.log import PostgresEventLog
from infrastructure.shared.reactions.comparing import compare
from infrastructure.shared.reactions.planning import Reactor
from infrastructure.shared.reactions.queue import JobQueue
from interfaces.cli import main
from tests.reacting import NOWHERE, Firm, reactions

FORGED = """
    INSERT INTO daybook.reactions (uid, policy, kind, subject, position, correlation_id, payload)
    SELECT gen_random_uuid(), %s, %s, subject, position, correlation_id, '{}' FROM daybook.reactions
    WHERE kind = %s ORDER BY id LIMIT 1 RETURNING id
"""


@pytest.fixture
def firm(log: PostgresEventLog) -> Firm:
    """Three claims that were submitted and approved."""
    firm = Firm(log)
    for number in range(3):
        firm.approve(firm.submit(f"Journey {number}"))
    return firm


def plan(url: str, log: PostgresEventLog, policies: Sequence[Policy] = POLICIES) -> None:
    Reactor(policies, url, log, JobQueue(NOWHERE)).catch_up()


def compared(
    url: str, log: PostgresEventLog, policies: Sequence[Policy] = POLICIES
) -> PlanComparison:
    return compare(url, log, policies, lambda *_: None)


def forged(url: str, policy: str, kind: str, like: str) -> int:
    """The id of a row that nobody planned, beside the first of the kind `like`."""
    with psycopg.connect(url) as connection:
        row = connection.execute(FORGED, (policy, kind, like)).fetchone()
    assert row is not None
    return int(row[0])


def daybook(url: str, redis_url: str, *arguments: str) -> Result:
    settings = {"DATABASE_URL": url, "REDIS_URL": redis_url}
    return CliRunner().invoke(main, ["reactions", *arguments], env=settings)


def test_what_was_planned_is_what_the_log_asks_for(
    database_url: str, redis_url: str, log: PostgresEventLog, firm: Firm
) -> None:
    plan(database_url, log)
    firm.submit("Not planned yet")
    done = daybook(database_url, redis_url, "verify")
    assert done.exit_code == 0, done.output
    assert done.stdout == (
        f"Up to position {log.head() - 1} the log asks for 15 reactions: 0 missing, 0 too much.\n"
    )


def test_what_is_missing_is_named_and_added_as_it_was(
    database_url: str, redis_url: str, log: PostgresEventLog, firm: Firm
) -> None:
    plan(database_url, log)
    before = {row.uid for row in reactions(database_url)}
    lost = reactions(database_url, "schedule_payment")[1]
    with psycopg.connect(database_url) as connection:
        connection.execute("DELETE FROM daybook.reactions WHERE uid = %s", (lost.uid,))
    told = daybook(database_url, redis_url, "verify")
    assert told.exit_code == 1
    assert "missing   schedule_payment" in told.stdout
    assert str(lost.subject) in told.stdout
    added = daybook(database_url, redis_url, "replan")
    assert added.exit_code == 0
    assert added.stdout.endswith("1 added.\n")
    assert {row.uid for row in reactions(database_url)} == before
    with psycopg.connect(database_url) as connection:
        row = connection.execute(
            "SELECT lane, state FROM daybook.reactions WHERE uid = %s", (lost.uid,)
        ).fetchone()
    assert row == ("money", "pending")
    assert daybook(database_url, redis_url, "verify").exit_code == 0
    assert daybook(database_url, redis_url, "replan").stdout.endswith("0 added.\n")


def test_a_row_that_nothing_asks_for_is_too_much_and_stays(
    database_url: str, redis_url: str, log: PostgresEventLog, firm: Firm
) -> None:
    plan(database_url, log)
    twice = forged(database_url, "schedule payments", "schedule_payment", "schedule_payment")
    unheard = forged(database_url, "schedule payments", "submit_payment", "mail_claim_waiting")
    unknown = forged(database_url, "give presents", "give", "mail_claim_waiting")
    forged(database_url, "mail waiting claims", "mail_administrator", "mail_claim_waiting")
    found = compared(database_url, log)
    assert [row.id for row in found.extra] == [unheard, unknown, twice]
    assert not found.missing
    told = daybook(database_url, redis_url, "replan")
    assert (
        f"too much  schedule_payment         position {found.extra[2].position:>10}" in told.stdout
    )
    assert [row.id for row in compared(database_url, log).extra] == [unheard, unknown, twice]


def test_a_policy_owes_nothing_for_what_was_recorded_before_it(
    database_url: str, log: PostgresEventLog, firm: Firm
) -> None:
    first = Policy("tell", (ReimbursementSubmitted,), "tell")
    later = Policy("tell more", (ReimbursementSubmitted, ReimbursementApproved), "tell")
    plan(database_url, log, [first])
    assert compared(database_url, log, [first, later]).planned == 3, "it was never at work"
    plan(database_url, log, [first, later])
    firm.approve(firm.submit("One more"))
    plan(database_url, log, [first, later])
    found = compared(database_url, log, [first, later])
    assert (found.planned, found.missing, found.extra) == (6, [], [])
    retired = compared(database_url, log, [later])
    assert (retired.planned, retired.missing, retired.extra) == (2, [], [])


def test_an_empty_book_asks_for_nothing(
    database_url: str, redis_url: str, log: PostgresEventLog
) -> None:
    assert compared(database_url, log).planned == 0
    assert "0 missing" in daybook(database_url, redis_url, "verify").stdout
