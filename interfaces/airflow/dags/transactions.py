"""The nightly pipeline of transactions as an Airflow DAG.

Rules upheld here:
- the tasks run Daybook's own code in Daybook's own interpreter, and no data pass through Airflow, only a run's id;
- an attempt to extract is a run of its own, so that every failure stays on record; the later steps belong to its run;
- what would fail again in the same way (bad rows beyond the threshold, say) is not retried.

The variable `daybook_python` (`AIRFLOW_VAR_DAYBOOK_PYTHON`) names the interpreter; the settings of Daybook
(README.md) are those of the environment that Airflow's tasks have.
"""

import logging
import os
import subprocess
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from airflow.sdk import CronDataIntervalTimetable, Param, Variable, dag, get_current_context, task
from airflow.sdk.exceptions import AirflowException, AirflowFailException

ZONE = os.environ.get("DAYBOOK_ETL_ZONE") or "UTC"
_NEXT_TO_THE_CODE = Path(__file__).parents[3] / ".venv" / "bin" / "python"
_REFUSED = 1  # the exit code of what no further attempt would change

_logger = logging.getLogger(__name__)


@dag(
    dag_id="transactions",
    description="Extract, transform and load the transactions of a day",
    schedule=CronDataIntervalTimetable("0 0 * * *", timezone=ZONE),
    start_date=datetime(2026, 1, 1, tzinfo=ZoneInfo(ZONE)),
    catchup=False,
    max_active_runs=1,
    params={
        "day": Param(
            None,
            type=["null", "string"],
            format="date",
            description="The day to load, YYYY-MM-DD; the one before the run if it is left out.",
        )
    },
    default_args={
        "retries": 3,
        "retry_delay": timedelta(minutes=1),
        "retry_exponential_backoff": True,
        "max_retry_delay": timedelta(hours=1),
        "execution_timeout": timedelta(hours=6),
    },
    tags=["daybook"],
    doc_md=__doc__,
)
def transactions() -> None:
    """Three tasks in a row, which hand over the id of their run."""
    load(transform(extract()))


@task
def extract() -> str:
    """Begin a run of the day and take its file in; answers the id of the run."""
    try:
        return daybook("begin", "--extract", "--date", _day(), "--trigger", "airflow")
    except AirflowFailException as error:
        raise AirflowException(str(error)) from None  # the file may be there at the next attempt


@task
def transform(run: str) -> str:
    """Read the rows of the file; what cannot be read goes to the quarantine."""
    daybook("transform", run)
    return run


@task
def load(run: str) -> None:
    """Load the rows into the log, all or none."""
    daybook("load", run)


def _day() -> str:
    """The day that was asked for, that of the data interval, or the one before the run was to start."""
    context = get_current_context()
    if asked := context["params"].get("day"):
        return str(asked)
    if begin := context.get("data_interval_start"):
        return str(begin.astimezone(ZoneInfo(ZONE)).date())
    run_after: datetime = context["dag_run"].run_after
    return str(run_after.astimezone(ZoneInfo(ZONE)).date() - timedelta(days=1))


def daybook(*arguments: str) -> str:
    """Run a command of `daybook etl`, its lines in the task's log as they come; answers the last one.

    Raises:
        AirflowFailException: it refused; the same again would do so again.
        AirflowException: it failed otherwise.
    """
    python = Variable.get("daybook_python", default=str(_NEXT_TO_THE_CODE))
    command = [python, "-m", "interfaces.cli", "etl", *arguments]
    last = ""
    with subprocess.Popen(  # noqa: S603 - the arguments are a day and the id of a run
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8"
    ) as process:
        try:
            for line in process.stdout or ():
                last = line.strip()
                _logger.info("%s", last)
        except BaseException:
            process.terminate()  # the task was ended: so is what it started
            raise
    if process.returncode == _REFUSED:
        raise AirflowFailException(last)
    if process.returncode:
        raise AirflowException(f"exit code {process.returncode}: {last}")
    return last


transactions()
