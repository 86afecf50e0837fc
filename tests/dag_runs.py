"""Runs the DAG of transactions within Airflow's own interpreter: `python tests/dag_runs.py < orders.json`.

An order holds the arguments of one `dag.test`. What became of each goes to the file named by `RESULTS`: Airflow writes
its own log to standard output.
"""

import json
import os
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from airflow.dag_processing.dagbag import DagBag

DAGS = Path(__file__).parents[1] / "interfaces" / "airflow" / "dags"


def main() -> None:
    """Run every order in turn; a task is tried twice, and at once."""
    bag = DagBag(str(DAGS))
    dag = bag.dags["transactions"]
    declared = {
        "import_errors": bag.import_errors,
        "dags": sorted(bag.dags),
        "max_active_runs": dag.max_active_runs,
        "catchup": dag.catchup,
        "timetable": dag.timetable.__class__.__name__,
        "cron": [dag.timetable.expression, str(dag.timetable.timezone)],
        "tasks": {
            task.task_id: {
                "downstream": sorted(task.downstream_task_ids),
                "retries": task.retries,
                "backs_off": bool(task.retry_exponential_backoff),
            }
            for task in dag.tasks
        },
    }
    for task in dag.tasks:
        task.retries, task.retry_delay = 1, timedelta(0)
    runs = [_run(dag, order) for order in json.load(sys.stdin)]
    results = {"declared": declared, "runs": runs}
    Path(os.environ["RESULTS"]).write_text(json.dumps(results, default=str), encoding="utf-8")


def _run(dag: Any, order: dict[str, Any]) -> dict[str, Any]:
    if order.get("logical_date"):
        order["logical_date"] = datetime.fromisoformat(order["logical_date"])
    run = dag.test(**order)
    tasks = {
        one.task_id: {
            "state": one.state,
            "tries": one.try_number,
            "xcom": one.xcom_pull(task_ids=one.task_id),
        }
        for one in run.get_task_instances()
    }
    return {"state": run.state, "tasks": tasks}


if __name__ == "__main__":
    main()
