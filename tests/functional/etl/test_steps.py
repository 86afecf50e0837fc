"""The steps of a run, by whom and when they are done."""

import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from application.etl.pipeline import DayOrder, RunHasEnded
from application.imports.requests import ImportRequest
from application.transactions.import_kind import KIND
from domain.imports import ImportRejected, ImportStepEnded
from domain.shared.errors import Malformed, NotFound
from tests.facts import a_cause
from tests.pipelines import DAY, Line, file_of, put

ONE_DAY = dt.timedelta(days=1)


def test_steps_may_be_done_by_different_processes_and_again(
    make_line: Callable[..., Line], days: Path
) -> None:
    put(days, file_of("1.00", "2.00"))
    first, second, third = make_line(), make_line(None), make_line(None)
    run = first.pipeline.begin(DayOrder(day=DAY), first.worker)
    for other in (second, first):
        other.pipeline.extract(run, other.worker)
    for other in (second, third):
        assert other.pipeline.transform(run, other.worker).rows == 2
    loaded = third.pipeline.load(run, third.worker)
    again = second.pipeline.load(run, second.worker)
    assert (loaded.imported, loaded.replayed) == (2, False)
    assert (again.imported, again.replayed) == (2, True)
    for step in (first.pipeline.extract, first.pipeline.transform):
        with pytest.raises(RunHasEnded):
            step(run, first.worker)


def test_a_step_before_its_turn_is_refused_and_the_run_goes_on(line: Line, days: Path) -> None:
    put(days, file_of("1.00"))
    run = line.pipeline.begin(DayOrder(day=DAY), line.worker)

    def refused(*steps: Callable[..., Any]) -> None:
        before = line.facts(run)
        for step in steps:
            with pytest.raises(Malformed, match="in order: extract, transform, load") as refusal:
                step(run, line.worker)
            assert refusal.value.code == "no_work_file"
        assert line.facts(run) == before

    refused(line.pipeline.transform, line.pipeline.load)
    line.pipeline.extract(run, line.worker)
    assert line.work.stat().st_mode & 0o777 == 0o700
    refused(line.pipeline.load)
    line.pipeline.transform(run, line.worker)
    assert line.pipeline.load(run, line.worker).imported == 1


def test_the_steps_are_for_runs_of_the_pipeline(line: Line) -> None:
    """An import that was handed in has ended with counts, which a step must not tell as its own."""
    imported = line.imports.run(
        ImportRequest(kind=KIND, source="own", file_name="a.csv"),
        BytesIO(file_of("1.00").encode()),
        a_cause(),
    )
    for run in (uuid4(), imported.import_id):
        for step in (line.pipeline.extract, line.pipeline.transform, line.pipeline.load):
            with pytest.raises(NotFound):
                step(run, line.worker)


def test_a_fault_of_ours_fails_the_run_and_tells_no_more_than_its_kind(
    line: Line, days: Path
) -> None:
    put(days, file_of("1.00"))
    line.work.write_text("no folder")
    with pytest.raises(OSError, match="work"):
        line.load()
    *_, step, end = line.facts(line.runs()[-1])
    assert isinstance(step, ImportStepEnded)
    assert isinstance(end, ImportRejected)
    assert (end.code, end.detail) == (
        "failed",
        "it failed for a reason of ours: FileExistsError",
    )


def test_a_run_that_was_given_up_stays_so(line: Line, days: Path) -> None:
    put(days, file_of("1.00"))
    run = line.pipeline.begin(DayOrder(day=DAY), line.worker)
    line.pipeline.extract(run, line.worker)
    line.pipeline.fail(run, line.worker, "given_up", "nobody wants it")
    line.pipeline.fail(run, line.worker, "again", "quietly")
    *_, end = line.facts(run)
    assert isinstance(end, ImportRejected)
    assert end.code == "given_up"


def test_one_day_loaded_by_many_at_once_is_loaded_once(
    make_line: Callable[..., Line], days: Path
) -> None:
    put(days, file_of(*map(str, range(1, 200)), "?"))
    lines = [make_line() for _ in range(3)]
    with ThreadPoolExecutor() as pool:
        outcomes = list(pool.map(Line.load, lines))
    assert sum(it.imported for it in outcomes) == 199
    assert sum(it.quarantined for it in outcomes) == 1
    assert {it.imported + it.already_known + it.quarantined for it in outcomes} == {200}
    assert len(lines[0].table()) == 199
