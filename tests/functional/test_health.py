"""The truth about itself: who is dead, what is behind and what waits is told within seconds, and heals."""

import json
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import psycopg

from tests.facts import eventually
from tests.processes import daybook
from tests.sites import Site


def ready(site: Site) -> Any:
    return site.http.get("/health/ready").raise_for_status().json()


def told(site: Site) -> subprocess.CompletedProcess[str]:
    """What `daybook status` prints."""
    return daybook("status", settings=site.settings)


@contextmanager
def without(site: Site, name: str) -> Iterator[None]:
    """One process is dead for the length of a block, and all is well after it."""
    site.kill(name)
    yield
    site.begin(name)
    eventually(lambda: ready(site)["status"] == "ok")


def first(of: Any, name: str) -> Any:
    return next(it for it in of if it["name"] == name)


def test_all_is_well_with_everybody_there(site: Site) -> None:
    eventually(lambda: all(it["lag_s"] == 0 for it in ready(site)["projections"]))
    found = ready(site)
    assert found["status"] == "ok"
    assert all(it["silent_s"] < 8 for it in found["projections"])
    assert found["reactions"]["workers_silent_s"] < 8
    answer = told(site)
    assert (answer.returncode, answer.stdout.splitlines()[-1]) == (0, "All is well.")
    assert not json.loads(daybook("status", "--json", settings=site.settings).stdout)["wrong"]


def test_a_dead_projector_is_told_with_its_lag_in_seconds(site: Site) -> None:
    with without(site, "projector"):
        site.record()
        eventually(lambda: ready(site)["status"] == "degraded")
        eventually(lambda: first(ready(site)["projections"], "expenses")["lag_s"] > 1)
        found = first(ready(site)["projections"], "expenses")
        assert found["state"] == "live"
        assert found["lag"] >= 1
        eventually(lambda: ready(site)["reactions"]["planner_silent_s"] > 8)
        answer = told(site)
        assert answer.returncode == 1
        assert "WRONG: expenses is live, " in answer.stdout
        metrics = site.http.get("/metrics").text
        assert 'daybook_projection_lag_seconds{projection="expenses"}' in metrics
        assert 'daybook_silent_seconds{who="reactions"}' in metrics


def test_a_dead_worker_is_told_before_anything_waits_for_it(site: Site) -> None:
    with without(site, "worker"):
        eventually(lambda: ready(site)["status"] == "degraded")
        assert ready(site)["reactions"]["overdue"] == 0
        answer = told(site)
        assert answer.returncode == 1
        assert "WRONG: the last worker was heard" in answer.stdout


def test_what_waits_for_an_operator_degrades(site: Site) -> None:
    with psycopg.connect(site.settings["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(
            "INSERT INTO daybook.reactions (uid, policy, kind, subject, position, correlation_id, payload, state)"
            " SELECT gen_random_uuid(), 'p', 'k', gen_random_uuid(), 1, gen_random_uuid(), '{}', 'parked'"
        )
        assert ready(site)["status"] == "degraded"
        wrong = [line for line in told(site).stdout.splitlines() if line.startswith("WRONG")]
        assert wrong == ["WRONG: 0 reactions are overdue and 1 parked"]
        connection.execute("DELETE FROM daybook.reactions WHERE kind = 'k'")
    assert ready(site)["status"] == "ok"


def test_health_does_not_wait_behind_queries(site: Site) -> None:
    """More questions than there are connections for them, each held up by a lock."""
    with (
        psycopg.connect(site.settings["DATABASE_URL"]) as holder,
        ThreadPoolExecutor(12) as threads,
    ):
        holder.execute("LOCK TABLE read.expenses IN ACCESS EXCLUSIVE MODE")
        waiting = [threads.submit(site.http.get, "/expenses") for _ in range(12)]
        eventually(lambda: _held_up(site) >= 10)
        assert ready(site)["database"] == "ok"
        holder.rollback()
        assert {each.result().status_code for each in waiting} == {200}


def _held_up(site: Site) -> int:
    with psycopg.connect(site.settings["DATABASE_URL"]) as connection:
        row = connection.execute("SELECT count(*) FROM pg_locks WHERE NOT granted").fetchone()
    return int(row[0]) if row else 0
