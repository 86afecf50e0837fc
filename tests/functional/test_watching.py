"""What a running Daybook measures of itself, as a scraper sees it."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from tests.facts import eventually
from tests.processes import family
from tests.seconding import posted
from tests.watching import Watched, a_watched_site

A_REACTION = """
    INSERT INTO daybook.reactions
        (uid, policy, kind, subject, position, correlation_id, payload, state, due_at, lane)
    SELECT gen_random_uuid(), 'a_test', 'unheard_of', gen_random_uuid(), 1, gen_random_uuid(), '{}', 'pending',
           clock_timestamp() - interval '1 hour', 'mail'
"""
NO_REACTION = "DELETE FROM daybook.reactions WHERE policy = 'a_test'"


@pytest.fixture(scope="module")
def watched(servers_home: Path) -> Iterator[Watched]:
    home = servers_home / f"watched-{uuid4().hex[:8]}"
    home.mkdir()
    with a_watched_site(home) as running:
        yield running


def test_appends_are_measured_over_all_workers(watched: Watched) -> None:
    count = 'sum(daybook_append_seconds_count{instance="api"})'
    before = watched.number(count)
    for number in range(20):
        assert watched.site.record(amount=f"{number + 1}.00").status_code == 201
    eventually(lambda: watched.number(count) >= before + 20)
    together = 'sum(daybook_append_batch_commands_sum{instance="api"})'
    assert watched.last(together) == watched.last(count)
    assert watched.number('sum(daybook_append_seconds_sum{instance="api"})') > 0


def test_attempts_are_measured_by_kind_and_outcome(watched: Watched) -> None:
    user = {"email": "ada@firm.example", "name": "Ada Holm", "role": "operator"}
    assert posted(watched.site, "/users", user).status_code == 201  # a letter tells her so
    done = 'sum(daybook_reaction_attempts_total{instance="worker", outcome="done"})'
    eventually(lambda: watched.number(done) >= 1)
    watched.execute(A_REACTION)
    # What kind it says it is may be anything; what it is counted as is not.
    parked = 'sum(daybook_reaction_attempts_total{kind="unknown", outcome="parked"})'
    eventually(lambda: watched.number(parked) == 1)
    assert (
        watched.number('daybook_lane_reactions{lane="mail", state="parked", instance="api"}') == 1
    )
    assert watched.number('sum(daybook_reaction_attempt_seconds_count{kind="unknown"})') == 1
    watched.execute(NO_REACTION)


def test_pools_disks_and_servers_are_measured(watched: Watched) -> None:
    watched.site.http.get("/expenses")
    for name in ("queries", "log"):
        size = f'daybook_pool_size{{instance="api", pool="{name}"}}'
        eventually(lambda size=size: watched.number(size) > 0)
    assert watched.number('daybook_pool_size{instance="api", pool="queries"}') == 20
    assert watched.number("sum(daybook_pool_in_use < 0)") == 0
    assert watched.number('daybook_pool_size{instance="projector", pool="log"}') > 0
    assert watched.number('daybook_pool_size{instance="worker", pool="worker"}') > 0
    for instance in ("api", "projector", "worker"):
        assert watched.number(f'daybook_redis_up{{instance="{instance}"}}') == 1
        assert watched.number(f'daybook_database_writable{{instance="{instance}"}}') == 1
        at = f'{{instance="{instance}", folder="home"}}'
        assert (
            0
            < watched.number(f"daybook_disk_free_bytes{at}")
            <= watched.number(f"daybook_disk_size_bytes{at}")
        )


def test_an_operator_sees_what_the_listener_tells(watched: Watched) -> None:
    page = watched.site.http.get("/metrics").text
    for name in ("daybook_append_seconds_bucket", "daybook_pool_size", "daybook_disk_free_bytes"):
        assert f"\n{name}{{" in page
    assert page.count("# TYPE daybook_pool_size ") == 1


def test_a_dead_worker_of_the_api_has_no_pool_any_more(watched: Watched) -> None:
    """What it had counted stays counted."""
    before = watched.number('sum(daybook_append_seconds_count{instance="api"})')
    first = min(family(watched.site.process_id("api")))
    os.kill(first, signal.SIGKILL)
    eventually(lambda: first not in family(watched.site.process_id("api")))
    size = 'daybook_pool_size{instance="api", pool="queries"}'
    eventually(lambda: watched.number(size) == 20)
    assert watched.number('sum(daybook_append_seconds_count{instance="api"})') >= before
