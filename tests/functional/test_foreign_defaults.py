"""A database with defaults of its own, and one that takes no writes for a while: nothing fails raw, and all heals."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from infrastructure.embedded.postgres import PostgresServer
from infrastructure.embedded.valkey import ValkeyServer
from infrastructure.shared.event_log.log import PostgresEventLog
from tests.following import book
from tests.foreign import set_default
from tests.processes import daybook, wait_until
from tests.sites import AN_EXPENSE, Site, a_site


@pytest.fixture
def young(postgres: PostgresServer, valkey: ValkeyServer, tmp_path: Path) -> Iterator[Site]:
    """A Daybook of a test's own."""
    with a_site(postgres, valkey, tmp_path) as running:
        yield running


def recorded_at_once(site: Site, number: int) -> list[httpx.Response]:
    """So many expenses sent at one moment."""

    async def send() -> list[httpx.Response]:
        headers = site.authorization()
        async with httpx.AsyncClient(base_url=site.url, headers=headers, timeout=120) as client:
            return await asyncio.gather(
                *(client.post("/expenses", json=AN_EXPENSE) for _ in range(number))
            )

    return asyncio.run(send())


@pytest.mark.parametrize("isolation", ["repeatable read", "serializable"])
def test_several_processes_append_under_any_isolation(database_url: str, isolation: str) -> None:
    """A snapshot from before the lock of the log was had would be one of the past."""
    set_default(database_url, "default_transaction_isolation", isolation)
    logs = [PostgresEventLog(database_url) for _ in range(4)]
    try:
        with ThreadPoolExecutor(len(logs)) as threads:
            done = [threads.submit(book, log, 1) for _ in range(60) for log in logs]
        assert len({each.result() for each in done}) == 240
    finally:
        for log in logs:
            log.close()


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("statement_timeout", "1"),
        ("idle_session_timeout", "200"),
    ],
)
def test_no_append_minds_the_defaults_of_the_database(
    young: Site, setting: str, value: str
) -> None:
    set_default(young.settings["DATABASE_URL"], setting, value)
    wait_until(lambda: young.record().status_code == 201, "the sessions that were ended")
    answers = [answer for _ in range(4) for answer in recorded_at_once(young, 60)]
    assert {answer.status_code for answer in answers} == {201}
    last = max(answer.json()["id"] for answer in answers)
    page = young.http.get("/expenses", headers={"Daybook-Min-Position": str(last)})
    assert page.status_code == 200


def read_only(site: Site) -> dict[str, Any] | None:
    """What the api says of itself once its own connections are told."""
    told: dict[str, Any] = site.http.get("/health/ready").json()
    return told if told.get("database") == "read_only" else None


def test_a_server_that_takes_no_writes_is_unavailable_until_it_does(young: Site) -> None:
    assert young.record().status_code == 201
    set_default(young.settings["DATABASE_URL"], "default_transaction_read_only", "on")
    refused = wait_until(
        lambda: answer if (answer := young.record()).status_code != 201 else None, "a refusal"
    )
    assert (refused.status_code, refused.json()["code"]) == (503, "log_unavailable")
    assert "Retry-After" in refused.headers
    signed_in = young.http.post(
        "/auth/token", json={"email": "ada@harbour.example", "password": "long enough, surely"}
    )
    assert signed_in.status_code < 500 or signed_in.status_code == 503
    assert young.http.get("/expenses").status_code == 200
    health = wait_until(lambda: read_only(young), "health to tell")
    assert health["status"] == "degraded"
    shown = daybook("status", settings=young.settings)
    assert shown.returncode == 1
    assert "only to be read" in shown.stdout
    set_default(young.settings["DATABASE_URL"], "default_transaction_read_only", "off")
    wait_until(lambda: young.record().status_code == 201, "writes")
    last = young.record().json()["id"]
    page = young.http.get("/expenses", headers={"Daybook-Min-Position": str(last)})
    assert page.status_code == 200, "followers write again too"
