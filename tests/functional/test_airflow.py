"""The DAG of transactions in a real Airflow, on real servers: nights, a night that fails, its retry, a manual run."""

import ast
import datetime as dt
import json
import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from domain.etl import Nightly
from domain.imports import ImportCompleted, ImportRejected, ImportScheduled, ImportStepEnded
from infrastructure.embedded.airflow import airflow_environment, airflow_program
from infrastructure.embedded.postgres import PostgresServer
from infrastructure.embedded.valkey import ValkeyServer
from infrastructure.etl.settings import EtlSettings
from infrastructure.migrations import migrate
from infrastructure.shared.settings import read_settings
from infrastructure.transactions.samples import FIRST_DAY, write_days
from tests.pipelines import Files, Line, web_server
from tests.processes import ROOT

# Its runs are a dozen processes in turn, which on a busy machine take their time.
pytestmark = pytest.mark.timeout(900)

AIRFLOW = ROOT / ".venv-airflow"
NIGHTS = 28
ONE_DAY = dt.timedelta(days=1)
FIRST, CUT = FIRST_DAY, FIRST_DAY + ONE_DAY
MISSING = FIRST_DAY + NIGHTS * ONE_DAY
"""The day after the month, of which there is no file."""


class DagRuns:
    """What became of the runs of the DAG, and the pipeline on the same log."""

    def __init__(self, results: dict[str, Any], output: str, line: Line, web: Files) -> None:
        self.declared: dict[str, Any] = results["declared"]
        self.nightly, self.retried, self.failed, self.manual = results["runs"]
        self.output = output
        self.line = line
        self.web = web


@pytest.fixture(scope="module")
def runs(
    postgres: PostgresServer, valkey: ValkeyServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[DagRuns]:
    """The DAG run for two days, one of which is cut off at first; for a day without a file; and by hand."""
    if not (AIRFLOW / ".made").exists():
        subprocess.run(["make", ".venv-airflow/.made"], cwd=ROOT, check=True)
    folder = tmp_path_factory.mktemp("airflow")
    with ExitStack() as stack:
        web = stack.enter_context(web_server())
        # What was delivered again stands in the place of what was delivered first.
        for day in write_days(NIGHTS, 20):
            web.texts[f"/transactions-{day.day}.csv"] = day.text
        web.cut[f"/transactions-{CUT}.csv"] = 100
        database_url = stack.enter_context(_database(postgres))
        line = Line(database_url, folder / "work", f"{web.url}/")
        stack.callback(line.log.close)
        results, output = _carry_out(database_url, valkey.url(), folder, line.pipeline.setting)
        yield DagRuns(results, output, line, web)


def _carry_out(
    database_url: str, redis_url: str, folder: Path, setting: Any
) -> tuple[dict[str, Any], str]:
    settings = read_settings(
        {
            "DAYBOOK_HOME": str(folder),
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            "DAYBOOK_ETL_SOURCE": setting.source,
        }
    )
    variables = {
        **airflow_environment(settings, sys.executable),
        "RESULTS": str(folder / "results.json"),
        "PYTHONPATH": str(ROOT),
    }
    program = airflow_program(AIRFLOW)
    # A run is of the interval that ends with its date.
    orders = [
        *({"logical_date": f"{_midnight(day + ONE_DAY)}"} for day in (FIRST, CUT, MISSING)),
        {"logical_date": None, "run_conf": {"day": str(FIRST)}},
    ]
    subprocess.run([*program, "db", "migrate"], env=variables, capture_output=True, check=True)
    done = subprocess.run(
        [program[0], "tests/dag_runs.py"],
        env=variables,
        cwd=ROOT,
        input=json.dumps(orders),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads((folder / "results.json").read_text()), done.stdout


@contextmanager
def _database(postgres: PostgresServer) -> Iterator[str]:
    """A migrated database, which goes with the one that Airflow makes beside it."""
    name = f"book_{uuid4().hex[:12]}"
    with psycopg.connect(postgres.url(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
        try:
            migrate(postgres.url(name))
            yield postgres.url(name)
        finally:
            for made in (name, f"{name}_airflow"):
                connection.execute(f"DROP DATABASE IF EXISTS {made} WITH (FORCE)".encode())


def test_the_dag_is_nightly_one_at_a_time_and_tries_again(runs: DagRuns) -> None:
    assert runs.declared["import_errors"] == {}
    assert runs.declared["dags"] == ["transactions"]
    assert runs.declared["timetable"] == "CronDataIntervalTimetable"
    assert runs.declared["cron"] == ["0 0 * * *", "UTC"]
    assert (runs.declared["max_active_runs"], runs.declared["catchup"]) == (1, False)
    tasks = runs.declared["tasks"]
    assert {name: told["downstream"] for name, told in tasks.items()} == {
        "extract": ["transform"],
        "transform": ["load"],
        "load": [],
    }
    assert all(told["backs_off"] and told["retries"] == 3 for told in tasks.values())


def test_a_night_is_one_run_and_only_its_id_is_handed_over(runs: DagRuns) -> None:
    assert runs.nightly["state"] == "success"
    facts = runs.line.facts(_run_of(runs.nightly))
    plan, end = facts[0], facts[-1]
    assert isinstance(plan, ImportScheduled)
    assert (plan.trigger, plan.interval_start) == ("airflow", _midnight(FIRST))
    assert isinstance(end, ImportCompleted)
    handed = {told["xcom"] for told in runs.nightly["tasks"].values()}
    assert handed == {str(_run_of(runs.nightly)), None}


def test_airflow_and_the_run_tell_the_same_story(runs: DagRuns) -> None:
    steps = [
        fact for fact in runs.line.facts(_run_of(runs.nightly)) if isinstance(fact, ImportStepEnded)
    ]
    said = [line.message for step in steps for line in step.lines]
    assert [step.step for step in steps] == ["extract", "transform", "load"]
    assert [message for message in said if message not in runs.output] == []
    assert "secret" not in runs.output


def test_a_file_that_is_cut_off_fails_an_attempt_and_the_next_one_loads_it(runs: DagRuns) -> None:
    assert runs.retried["state"] == "success"
    assert runs.retried["tasks"]["extract"]["tries"] == 2
    first, second = _runs_for(runs.line, CUT)
    ends = [runs.line.facts(run)[-1] for run in (first, second)]
    assert isinstance(ends[0], ImportRejected)
    assert ends[0].code == "truncated_file"
    assert isinstance(ends[1], ImportCompleted)
    assert _run_of(runs.retried) == second


def test_a_night_without_a_file_fails_with_a_run_for_each_attempt(runs: DagRuns) -> None:
    assert runs.failed["state"] == "failed"
    states = {name: told["state"] for name, told in runs.failed["tasks"].items()}
    assert states == {
        "extract": "failed",
        "transform": "upstream_failed",
        "load": "upstream_failed",
    }
    ends = [runs.line.facts(run)[-1] for run in _runs_for(runs.line, MISSING)]
    assert [end.code for end in ends if isinstance(end, ImportRejected)] == ["no_file", "no_file"]


def test_a_manual_run_loads_the_day_it_is_asked_for_and_changes_nothing(runs: DagRuns) -> None:
    assert runs.manual["state"] == "success"
    facts = runs.line.facts(_run_of(runs.manual))
    plan, end = facts[0], facts[-1]
    assert isinstance(plan, ImportScheduled)
    assert plan.interval_start == _midnight(FIRST)
    assert isinstance(end, ImportCompleted)
    assert (end.imported, end.corrected) == (0, 0)


def test_a_back_fill_of_a_month_leaves_the_table_of_the_nightly_runs(
    runs: DagRuns, database_url: str, tmp_path: Path
) -> None:
    nights = Line(
        database_url,
        tmp_path,
        runs.line.pipeline.setting.source,
        nightly=Nightly(at=dt.time(0, 30), zone="UTC", reach_days=1),
    )
    days = [FIRST_DAY + night * ONE_DAY for night in range(NIGHTS)]
    for day in days:
        nights.clock.at = _midnight(day + ONE_DAY) + dt.timedelta(hours=1)
        assert nights.nightly.catch_up() == []
    missing = [day for day in days if day not in (FIRST, CUT)]
    runs.line.clock.at = nights.clock.at
    for day in random.Random(1).sample(missing, len(missing)):
        runs.line.load(day)
    table = nights.table()
    nights.log.close()
    assert len(table) > NIGHTS * 15
    assert runs.line.table() == table


def test_the_dag_knows_the_product_by_its_command_line_alone() -> None:
    """No module of the product is there in Airflow's environment, nor the other way round."""
    layers = ("domain", "application", "projections", "infrastructure", "interfaces")
    for path in (ROOT / "interfaces" / "airflow").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [it.name for it in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not [name for name in names if name.split(".")[0] in layers]


def test_airflow_is_paused_where_there_is_nothing_to_extract(
    postgres: PostgresServer, tmp_path: Path
) -> None:
    with _database(postgres) as database_url:
        settings = read_settings({"DAYBOOK_HOME": str(tmp_path), "DATABASE_URL": database_url})
        with_source = settings.with_group(EtlSettings(source="/days"))
        paused = [
            airflow_environment(it, sys.executable)["AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION"]
            for it in (settings, with_source)
        ]
    assert paused == ["True", "False"]


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), dt.UTC)


def _run_of(dag_run: dict[str, Any]) -> UUID:
    return UUID(dag_run["tasks"]["extract"]["xcom"])


def _runs_for(line: Line, day: dt.date) -> list[UUID]:
    """The runs of a day, the earliest first."""
    plans = {run: line.facts(run)[0] for run in line.runs()}
    return [
        run
        for run, plan in plans.items()
        if isinstance(plan, ImportScheduled) and plan.interval_start == _midnight(day)
    ]
