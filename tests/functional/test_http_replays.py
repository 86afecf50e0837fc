"""Read models verified and rebuilt for an operator who asks over HTTP: by a projector, each once, whatever dies."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import httpx
import psycopg
import pytest

from application.shared.read_models import Purpose
from domain.shared.roles import Role
from infrastructure.shared.event_log.log import PostgresEventLog
from infrastructure.shared.read_store.connections import VERIFY, connected, try_lock
from infrastructure.shared.read_store.following import Follower
from infrastructure.shared.read_store.read_models import PostgresReadModels
from infrastructure.shared.read_store.replays import PostgresReplays, ReplayRunner
from tests.asking import problem
from tests.facts import eventually
from tests.following import book
from tests.functional.test_permissions import someone
from tests.ledgers import ledger
from tests.sites import Site


@pytest.fixture(autouse=True)
def expenses(site: Site) -> None:
    """Something to compare, and nothing that is still to be read."""
    recorded = site.record()
    assert site.http.get("/expenses", headers=site.after(recorded)).status_code == 200


@pytest.fixture
def tables(site: Site) -> Iterator[psycopg.Connection]:
    """The database, for whoever means harm."""
    with psycopg.connect(site.settings["DATABASE_URL"], autocommit=True) as connection:
        yield connection


def ask(site: Site, purpose: str, projection: str = "expenses") -> httpx.Response:
    return site.http.post(f"/projections/{projection}/replays", json={"purpose": purpose})


def told(site: Site, purpose: str) -> dict[str, Any]:
    """What is told of the expenses."""
    rows: list[dict[str, Any]] = site.http.get("/projections/replays").json()["data"]
    (found,) = (row for row in rows if (row["projection"], row["purpose"]) == ("expenses", purpose))
    return found


def done(site: Site, purpose: str) -> dict[str, Any]:
    """What came of it."""
    answer = ask(site, purpose)
    assert answer.status_code == 202, answer.text
    assert answer.json()["state"] == "waiting"
    eventually(lambda: told(site, purpose)["ended_at"] is not None)
    return told(site, purpose)


def test_a_read_model_is_verified_and_put_right(site: Site, tables: psycopg.Connection) -> None:
    right = done(site, "verify")
    assert (right["state"], right["differing"], right["error"]) == ("done", [], None)
    assert right["asked_by"].startswith("user:")
    assert right["position"] == right["until"] > 0
    assert right["asked_at"] <= right["began_at"] <= right["ended_at"]

    tables.execute("UPDATE read.expenses SET amount = amount + 1")
    assert done(site, "verify")["differing"] == ["expenses"]
    assert {row["amount"] for row in site.http.get("/expenses").json()["data"]} == {"13.50"}

    assert done(site, "rebuild")["differing"] == ["expenses"]
    assert {row["amount"] for row in site.http.get("/expenses").json()["data"]} == {"12.50"}
    assert done(site, "verify")["differing"] == []
    assert site.is_ready()


def test_what_is_asked_of_nobody_waits_and_is_asked_once(site: Site) -> None:
    site.kill("projector")
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: ask(site, "verify"), range(8)))
    refused = [answer for answer in answers if answer.status_code != 202]
    assert len(refused) == 7
    for answer in refused:
        problem(answer, 409, "verify_running")
    assert told(site, "verify")["state"] == "waiting"
    assert ask(site, "rebuild").status_code == 202  # another thing
    site.begin("projector")
    for purpose in ("verify", "rebuild"):
        eventually(lambda purpose=purpose: told(site, purpose)["state"] == "done")


def test_what_a_killed_projector_was_at_is_begun_again(site: Site) -> None:
    with connected(site.settings["DATABASE_URL"], "test") as by_hand:
        assert try_lock(by_hand, VERIFY, "expenses")  # as `daybook projections verify` holds it
        assert ask(site, "verify").status_code == 202
        eventually(lambda: told(site, "verify")["state"] == "running")
        problem(ask(site, "verify"), 409, "verify_running")
        site.kill("projector")
    site.begin("projector")
    eventually(lambda: told(site, "verify")["state"] == "done")
    assert told(site, "verify")["differing"] == []


@pytest.mark.parametrize("role", set(Role) - {Role.OPERATOR})
def test_who_is_no_operator_asks_for_nothing(site: Site, role: Role) -> None:
    with site.signed_in(someone(role)) as client:
        assert client.get("/projections/replays").status_code == 403
        body = {"purpose": "rebuild"}
        assert client.post("/projections/expenses/replays", json=body).status_code == 403


def test_what_there_is_not_is_said(site: Site) -> None:
    answer = problem(ask(site, "verify", "expense"), 404, "unknown_projection")
    assert answer["nearest"] == "expenses"
    for body in ({}, {"purpose": "drop"}, {"purpose": "verify", "version": 1}):
        refused = site.http.post("/projections/expenses/replays", json=body)
        assert refused.status_code == 400, body
        assert refused.json()["errors"]


def test_what_cannot_be_replayed_has_failed(log: PostgresEventLog, database_url: str) -> None:
    book(log, 1)
    Follower(ledger(), database_url, log).catch_up()
    book(log, 2, departments="Gravel")
    replays = PostgresReplays(database_url, [ledger()])
    asked = asyncio.run(replays.ask("test_ledger", Purpose.REBUILD, "user:1"))
    choking = PostgresReadModels(database_url, log, [ledger(chokes_on="Gravel")])
    runner, stop = ReplayRunner(choking), Event()
    with connected(database_url, "test") as connection:

        def has_ended() -> bool:
            runner.see_to(connection, stop)
            row = connection.execute("SELECT ended_at FROM daybook.replays").fetchone()
            return row is not None and row[0] is not None

        eventually(has_ended)
    (failed,) = asyncio.run(replays.asked())
    assert (failed.state, failed.asked_at, failed.differing) == ("failed", asked.asked_at, None)
    assert "Gravel" in (failed.error or "")
    again = asyncio.run(replays.ask("test_ledger", Purpose.REBUILD, "user:1"))
    assert again.state == "waiting"
