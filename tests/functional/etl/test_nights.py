"""Nights: what was missed or failed is made up for, and what was loaded is left alone."""

import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path

import pytest

from application.etl.pipeline import DayOrder
from domain.etl import Nightly, nightly_uid
from domain.imports import ImportRejected, ImportScheduled
from domain.shared.errors import Conflict
from tests.pipelines import DAY, Line, amounts, file_of, put

ONE_DAY = dt.timedelta(days=1)


def test_missed_nights_are_made_up_for_and_what_is_loaded_is_left_alone(
    line: Line, days: Path
) -> None:
    for back in range(5):
        put(days, file_of(f"{back}.00", day=DAY - back * ONE_DAY), DAY - back * ONE_DAY)
    assert line.nightly.catch_up() == []
    assert amounts(line.table()) == [Decimal(2), Decimal(1), Decimal(0)], "three are within reach"
    plans = [line.facts(run)[0] for run in line.runs()]
    assert {plan.trigger for plan in plans if isinstance(plan, ImportScheduled)} == {"cron"}
    assert line.nightly.catch_up() == []
    assert len(line.runs()) == 3
    line.clock.at += ONE_DAY
    put(days, file_of("9.00", day=DAY + ONE_DAY), DAY + ONE_DAY)
    line.nightly.catch_up()
    assert len(line.runs()) == 4


def test_a_day_that_others_have_loaded_is_left_alone_at_night(line: Line, days: Path) -> None:
    put(days, file_of("1.00"))
    assert line.nightly.catch_up({DAY, DAY - ONE_DAY, DAY - 2 * ONE_DAY}) == []
    assert line.runs() == []


def test_no_further_day_is_begun_once_the_worker_is_to_stop(line: Line, days: Path) -> None:
    for back in range(3):
        put(days, file_of("1.00", day=DAY - back * ONE_DAY), DAY - back * ONE_DAY)
    assert line.nightly.catch_up(is_over=lambda: len(line.runs()) == 1) == []
    assert len(line.runs()) == 1


def test_nothing_happens_at_night_without_a_source(make_line: Callable[..., Line]) -> None:
    line = make_line(None)
    assert line.nightly.catch_up() == []
    assert line.recorded() == []


def test_a_night_that_failed_is_tried_again_ever_more_seldom(
    make_line: Callable[..., Line], days: Path
) -> None:
    line = make_line(nightly=Nightly(at=dt.time(0, 30), zone="UTC", reach_days=1))
    assert [it.code for it in line.nightly.catch_up()] == ["no_file"]
    for pause, attempts in ((9, 1), (1, 2), (19, 2), (1, 3), (39, 3)):
        line.clock.at += dt.timedelta(minutes=pause)
        line.nightly.catch_up()
        assert len(line.runs()) == attempts
    put(days, file_of("1.00"))
    line.clock.at += dt.timedelta(minutes=1)
    assert line.nightly.catch_up() == []
    assert len(line.runs()) == 4
    assert amounts(line.table()) == [Decimal(1)]


def test_two_workers_make_one_run_of_a_night(make_line: Callable[..., Line], days: Path) -> None:
    for back in range(3):
        put(days, file_of(*map(str, range(100)), day=DAY - back * ONE_DAY), DAY - back * ONE_DAY)
    lines = [make_line() for _ in range(4)]
    with ThreadPoolExecutor() as pool:
        assert list(pool.map(lambda it: it.nightly.catch_up(), lines)) == [[], [], [], []]
    # Who does not get a turn goes on to the next day, and comes back later.
    lines[0].nightly.catch_up()
    assert len(lines[0].runs()) == 3
    assert len(lines[0].table()) == 300


def test_what_a_worker_left_behind_is_ended_and_tried_again(line: Line, days: Path) -> None:
    put(days, file_of("1.00"))
    left = nightly_uid(str(days), DAY, 1)
    line.pipeline.begin(DayOrder(day=DAY, run_id=left), line.worker)
    with pytest.raises(Conflict):
        line.pipeline.begin(DayOrder(day=DAY, run_id=left), line.worker)
    line.pipeline.extract(left, line.worker)
    line.nightly.catch_up()
    *_, end = line.facts(left)
    assert isinstance(end, ImportRejected)
    assert end.code == "abandoned"
    assert amounts(line.table()) == [Decimal(1)]
