"""A whole Daybook whose worker fetches the days by itself: what it loads, says, and is late with."""

import asyncio
import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from application.shared.sight import see_every_bank
from infrastructure.bootstrap import build
from infrastructure.embedded.postgres import PostgresServer
from infrastructure.embedded.valkey import ValkeyServer
from infrastructure.etl.composition import loaded_days
from infrastructure.shared.settings import read_settings
from tests.pipelines import file_of, put
from tests.processes import daybook, wait_until
from tests.sites import Site, a_site

ONE_DAY = dt.timedelta(days=1)
NOW = dt.datetime.now(dt.UTC)
# At what is noon now, so that no day begins while the tests run.
ZONE = f"Etc/GMT{NOW.hour - 12:+d}"
TODAY = (NOW - dt.timedelta(hours=NOW.hour - 12)).date()
YESTERDAY, BEFORE = TODAY - ONE_DAY, TODAY - 2 * ONE_DAY


@pytest.fixture(scope="module")
def days(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("days")
    put(folder, file_of("1.00", "?", day=BEFORE), BEFORE)
    return folder


@pytest.fixture(scope="module")
def site(
    postgres: PostgresServer,
    valkey: ValkeyServer,
    tmp_path_factory: pytest.TempPathFactory,
    days: Path,
) -> Iterator[Site]:
    """A Daybook that fetches its days from a folder, in which that of yesterday is missing."""
    settings = {
        "DAYBOOK_ETL_SOURCE": str(days),
        "DAYBOOK_ETL_ZONE": ZONE,
        "DAYBOOK_ETL_CATCH_UP_DAYS": "2",
    }
    with a_site(postgres, valkey, tmp_path_factory.mktemp("site"), **settings) as running:
        yield running


def test_the_worker_loads_what_is_there_and_tells_how_late_the_rest_is(
    site: Site, days: Path
) -> None:
    def fresh() -> dict[str, object]:
        told: dict[str, object] = site.http.get("/etl/freshness").json()
        return told

    wait_until(lambda: fresh()["last_good_day"] == str(BEFORE), "the day that is there")
    assert fresh()["lag_days"] == 1
    assert fresh()["zone"] == ZONE
    due = dt.datetime.fromisoformat(str(fresh()["next_run"])).astimezone(ZoneInfo(ZONE))
    assert (due.date(), due.time()) == (TODAY + ONE_DAY, dt.time(0, 30))
    failed = wait_until(lambda: _runs(site, "rejected"), "the day that is not")
    assert (failed[0]["code"], failed[0]["trigger"]) == ("no_file", "cron")
    put(days, file_of("2.00", day=YESTERDAY), YESTERDAY)
    done = daybook("etl", "run", "--date", str(YESTERDAY), settings=site.settings)
    assert done.returncode == 0, done.stderr
    wait_until(lambda: fresh()["lag_days"] == 0, "the day loaded by hand")
    assert fresh()["last_good_day"] == str(YESTERDAY)


def test_a_run_shows_its_steps_and_says_what_the_command_said(site: Site, days: Path) -> None:
    done = daybook("etl", "run", "--date", str(BEFORE), "--trigger", "test", settings=site.settings)
    run = wait_until(lambda: _runs(site, "completed", trigger="test"), "the run")[0]
    log = site.http.get(f"/etl/runs/{run['id']}/log").json()["data"]
    said = [line for line in done.stderr.splitlines() if line[:1].isalpha()]  # not the bad rows
    told = [f"{line['level'].upper()} {line['message']}" for line in log]
    assert said[-1].startswith("INFO 2 rows = 0 loaded + 2 unchanged")
    assert [line for line in said if line not in told] == []
    assert [step["step"] for step in run["steps"]] == ["extract", "transform", "load"]


def test_the_worker_knows_what_others_have_loaded(site: Site) -> None:
    done = daybook("etl", "run", "--date", str(YESTERDAY), settings=site.settings)
    assert done.returncode == 0, done.stderr
    wait_until(lambda: _loaded(site) == {BEFORE, YESTERDAY}, "both days")


def test_what_a_person_has_reverted_is_not_for_the_night_to_load_again(site: Site) -> None:
    for run in _runs(site, "completed"):
        undone = site.http.post(f"/imports/{run['id']}/revert", json={"reason": "It was wrong."})
        assert undone.status_code == 200, undone.text
    wait_until(lambda: not _runs(site, "completed"), "that nothing stands")
    assert _loaded(site) == {BEFORE, YESTERDAY}


def _loaded(site: Site) -> set[dt.date]:
    async def found() -> set[dt.date]:
        see_every_bank()  # as the worker does
        services = build(read_settings(site.settings))
        try:
            return await loaded_days(services)
        finally:
            await services.aclose()

    return asyncio.run(found())


def _runs(site: Site, status: str, **more: str) -> list[dict[str, object]]:
    query = {"status": status, "sort": "-id", **more}
    rows: list[dict[str, object]] = site.http.get("/etl/runs", params=query).json()["data"]
    return rows
