"""Old code on a log that newer code writes to: it stops before what it does not know, and steps down when told."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import msgspec
import psycopg
import pytest

from application.shared.ports import Append, StreamAppend
from domain.shared.errors import Unavailable
from domain.shared.events import CODE
from infrastructure.embedded.postgres import PostgresServer
from infrastructure.embedded.valkey import ValkeyServer
from infrastructure.shared.event_log.log import PostgresEventLog
from infrastructure.shared.read_store.following import Follower
from projections.shared.engine import PoisonEvent
from tests.facts import a_cause, an_expense, eventually
from tests.following import book, checkpoints, column
from tests.ledgers import ledger
from tests.sites import Site, a_site


@pytest.fixture
def young(postgres: PostgresServer, valkey: ValkeyServer, tmp_path: Path) -> Iterator[Site]:
    """A Daybook of a test's own: what newer code leaves in its book is there to stay."""
    with a_site(postgres, valkey, tmp_path) as running:
        yield running


def newer_code_appends(
    database_url: str, name: str, since: int = 1, stream: UUID | None = None, version: int = 1
) -> str:
    """What a process of a newer version does; answers the status."""
    uid = str(stream or uuid4())
    batch = {
        "code": CODE + 1,
        "since": since,
        "commands": [["user:x", uid, str(uuid4()), *[None] * 6]],
        "streams": [[1, uid, version - 1, version]],
        "events": [[1, uid, version, name, b"{}".hex()]],
    }
    with psycopg.connect(database_url, autocommit=True) as connection:
        row = connection.execute(
            "SELECT status FROM daybook.append(%s::jsonb)", [msgspec.json.encode(batch).decode()]
        ).fetchone()
    assert row
    return str(row[0])


def test_nobody_follows_the_log_past_a_name_they_do_not_know(young: Site) -> None:
    first = young.record().json()["id"]
    eventually(lambda: min(checkpoints(young.settings["DATABASE_URL"]).values()) >= first)
    assert (
        newer_code_appends(young.settings["DATABASE_URL"], "reimbursement.marvelled.v1")
        == "appended"
    )
    young.record()

    def halted() -> bool:
        told = young.http.get("/health/ready").json()
        return all(it["state"] == "halted" for it in told["projections"]) and bool(
            told["reactions"]["halted"]
        )

    eventually(halted)
    told = young.http.get("/health/ready").json()
    assert told["status"] == "degraded"
    assert {it["position"] for it in told["projections"]} == {first}, "it stands before the event"
    assert all("reimbursement.marvelled.v1" in it["error"] for it in told["projections"])
    assert checkpoints(young.settings["DATABASE_URL"])["reactions"] == first, "nothing is passed by"


def test_a_name_of_which_nobody_heard_halts_who_follows_alone(
    log: PostgresEventLog, database_url: str
) -> None:
    book(log, 1)
    newer_code_appends(database_url, "ledger.marvelled.v1")
    newer_code_appends(database_url, "ledger.marvelled.v1")
    book(log, 2)
    with pytest.raises(PoisonEvent, match=r"position 2, ledger\.marvelled\.v1"):
        Follower(ledger(), database_url, log).catch_up()
    assert checkpoints(database_url)["test_ledger"] == 1


def test_what_was_met_once_halts_wherever_it_comes_again(
    log: PostgresEventLog, database_url: str
) -> None:
    """Who is past the first one, as whoever passed over it in earlier times, still stops before the next."""
    book(log, 1)
    follower = Follower(ledger(), database_url, log)
    assert follower.catch_up() == 1
    newer_code_appends(database_url, "ledger.marvelled.v1")
    with psycopg.connect(database_url) as connection:
        connection.execute("UPDATE daybook.checkpoints SET position = 2")
    newer_code_appends(database_url, "ledger.marvelled.v1")
    with pytest.raises(PoisonEvent, match="position 3"):
        follower.catch_up()


def test_events_of_another_application_concern_nobody(
    log: PostgresEventLog, database_url: str
) -> None:
    book(log, 1)
    newer_code_appends(database_url, "kennel.dogs:Dog.Registered")
    assert Follower(ledger(), database_url, log).catch_up() == 2


def test_every_way_to_append_leaves_its_names(log: PostgresEventLog, database_url: str) -> None:
    book(log, 1)
    with log.bulk(a_cause()) as bulk:
        bulk.write(uuid4().hex, "bank.deactivated.v1", "{}")
        bulk.write(uuid4().hex, "bank.deactivated.v1", "{}")
        bulk.finish(Append(streams=(), cause=a_cause()))
    assert log.new_names(0) == {"expense.recorded.v2": 1, "bank.deactivated.v1": 2}
    assert log.new_names(1) == {"bank.deactivated.v1": 2}


def test_more_under_a_known_name_is_passed_over(log: PostgresEventLog, database_url: str) -> None:
    fact = msgspec.to_builtins(an_expense())
    with log.bulk(a_cause()) as bulk:
        payload = msgspec.json.encode({**fact, "marvel": 3}).decode()
        bulk.write(uuid4().hex, "expense.recorded.v2", payload)
        bulk.finish(Append(streams=(), cause=a_cause()))
    assert Follower(ledger(), database_url, log).catch_up() == 1


def test_old_code_appends_until_newer_code_writes_what_it_cannot_read(
    log: PostgresEventLog, database_url: str
) -> None:
    assert newer_code_appends(database_url, "expense.recorded.v2", since=CODE) == "appended"
    book(log, 1)  # both write
    assert newer_code_appends(database_url, "ledger.marvelled.v1", since=CODE + 1) == "appended"
    append = Append(streams=(StreamAppend(uuid4(), 0, (an_expense(),)),), cause=a_cause())
    with pytest.raises(Unavailable, match="newer code has taken over") as refused:
        log.append_blocking(append)
    assert refused.value.code == "code_outdated"
    with log.bulk(a_cause()) as bulk:
        bulk.write(uuid4().hex, "bank.deactivated.v1", "{}")
        with pytest.raises(Unavailable, match="newer code"):
            bulk.finish(Append(streams=(), cause=a_cause()))
    assert log.head() == 3, "nothing was written"
    assert newer_code_appends(database_url, "expense.recorded.v2") == "appended"


def test_a_refused_append_does_not_raise_the_fence(
    log: PostgresEventLog, database_url: str
) -> None:
    stream = uuid4()
    book(log, 1, stream=stream)
    status = newer_code_appends(database_url, "ledger.marvelled.v1", since=CODE + 1, stream=stream)
    assert status == "conflict"
    book(log, 2)
    assert column(database_url, "SELECT code FROM daybook.fence") == [1]


def test_an_api_of_old_code_steps_down_and_still_answers_questions(young: Site) -> None:
    recorded = young.record().json()
    newer_code_appends(young.settings["DATABASE_URL"], "ledger.marvelled.v1", since=CODE + 1)
    refused = young.record()
    assert (refused.status_code, refused.json()["code"]) == (503, "code_outdated")
    assert "Retry-After" in refused.headers
    with httpx.Client(base_url=young.url) as anybody:
        ready = anybody.get("/health/ready")
    assert (ready.status_code, ready.json()["code"]) == (503, "code_outdated")
    assert young.http.get(f"/expenses/{recorded['uid']}").status_code == 200


def test_a_stream_that_newer_code_wrote_to_is_unavailable_to_old_code(young: Site) -> None:
    opened = young.http.post(
        "/banks", json={"name": "Harbour", "location": "Rotterdam", "currency": "EUR"}
    ).json()
    newer_code_appends(
        young.settings["DATABASE_URL"], "bank.marvelled.v1", stream=UUID(opened["uid"]), version=2
    )
    answer = young.http.patch(f"/banks/{opened['uid']}", json={"location": "Utrecht"})
    assert (answer.status_code, answer.json()["code"]) == (503, "code_outdated")
