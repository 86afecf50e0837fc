"""The pipeline of transactions: whole days, days that fail, and nights that were missed, on a real log."""

import datetime as dt
import socket
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from io import BytesIO
from os import mkfifo
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from application.etl.pipeline import DayOrder, RunHasEnded
from application.imports.requests import ImportRequest
from application.transactions.import_kind import KIND
from domain.etl import Nightly, nightly_uid
from domain.imports import ImportCompleted, ImportRejected, ImportScheduled, ImportStepEnded
from domain.shared.errors import Conflict, Invalid, Malformed, NotFound
from infrastructure.etl import frames
from tests.facts import a_cause
from tests.pipelines import DAY, HEADER, UNCLEAR, Files, Line, amounts, file_of, put, web_server
from tests.processes import daybook

ONE_DAY = dt.timedelta(days=1)


@pytest.fixture
def days(tmp_path: Path) -> Path:
    folder = tmp_path / "days"
    folder.mkdir()
    return folder


@pytest.fixture
def make_line(database_url: str, tmp_path: Path, days: Path) -> Iterator[Callable[..., Line]]:
    lines: list[Line] = []

    def make(source: str | None = str(days), **setting: Any) -> Line:
        lines.append(Line(database_url, tmp_path / "work", source, **setting))
        return lines[-1]

    yield make
    for line in lines:
        line.log.close()


@pytest.fixture
def line(make_line: Callable[..., Line]) -> Line:
    return make_line()


@pytest.fixture
def web() -> Iterator[Files]:
    with web_server() as files:
        yield files


def test_a_day_is_loaded_and_every_step_is_on_record(line: Line, days: Path) -> None:
    put(days, file_of('"$1,200.50"', "(3.00)", "0", "-1.25", "12 apples"))
    outcome = line.load()
    assert (outcome.imported, outcome.quarantined, outcome.rows) == (4, 1, 5)
    assert amounts(line.table()) == [Decimal("1200.50"), Decimal(-3), Decimal(0), Decimal("-1.25")]
    (run,) = line.runs()
    plan, *_, end = line.facts(run)
    assert isinstance(plan, ImportScheduled)
    assert plan.interval_start == dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
    assert plan.interval_end == dt.datetime(2026, 3, 3, tzinfo=dt.UTC)
    assert isinstance(end, ImportCompleted)
    steps = [it for it in line.facts(run) if isinstance(it, ImportStepEnded)]
    assert [it.step for it in steps] == ["extract", "transform", "load"]
    assert [it.rows for it in steps] == [5, 5, 5]
    assert [told.message for it in steps for told in it.lines] == line.said
    assert not list(line.work.iterdir()), "work files outlive their run"


def test_the_same_day_again_changes_nothing(line: Line, days: Path) -> None:
    put(days, file_of("1.00", "2.00"))
    line.load()
    again = line.load()
    assert (again.imported, again.already_known, again.rows) == (0, 2, 2)
    assert again.status == "completed"
    assert len([it for it in line.recorded() if it.name.startswith("transaction.")]) == 2


def test_a_file_put_right_at_its_source_corrects(line: Line, days: Path) -> None:
    put(days, file_of("1.00", "2.00"))
    line.load()
    put(days, file_of("1.00", "2.50"))
    outcome = line.load()
    assert (outcome.imported, outcome.already_known, outcome.corrected) == (0, 1, 1)
    assert amounts(line.table()) == [Decimal(1), Decimal("2.50")]


def test_further_columns_are_kept(line: Line, days: Path) -> None:
    put(days, f"transaction_id,channel,user_id,amount,transaction_date\nT-1,web,7,1.00,{DAY}\n")
    assert line.load().imported == 1
    (fact,) = [it.event() for it in line.recorded() if it.name == "transaction.ingested.v1"]
    assert (fact.extra, fact.day) == ({"channel": "web"}, DAY)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le"])
def test_a_last_line_is_one_in_any_encoding(line: Line, days: Path, encoding: str) -> None:
    mark = "\ufeff" if encoding == "utf-16-le" else ""
    whole, file = mark + file_of("1.00", "2.00"), put(days, "")
    file.write_bytes((whole + "2,7,3.0").encode(encoding))
    assert line.failed().code == "truncated_file"
    file.write_bytes((whole + "2,7,3.0\n").encode(encoding))
    outcome = line.load()
    assert (outcome.imported, outcome.quarantined) == (2, 1)
    assert not [said for said in line.said if "has no end" in said]


def test_several_chunks_are_one_file(line: Line, days: Path) -> None:
    rows = frames.CHUNK_ROWS + 10
    numbered = "".join(f"{number},7,1.00,{DAY}\n" for number in range(rows))
    put(days, f"{HEADER}{numbered}0,7,2.00,{DAY}\n")
    outcome = line.load()
    assert (outcome.rows, outcome.imported, outcome.quarantined) == (rows + 1, rows, 1)
    quarantined = line.log.page(0, 2, names=["reject.quarantined.v1"]).events
    (reject,) = [it.event() for it in quarantined]
    assert reject.reason == "conflicting_transaction_id"
    assert reject.row == rows + 2


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (None, "no_file"),
        ("", "empty_file"),
        ("\n\n", "empty_file"),
        (file_of("1.00") + "2,7,3.0", "truncated_file"),
        (file_of("1.00") + '2,7,"3.00', "truncated_file"),
        (file_of("1.00") + '2,7,"3.00\n', "truncated_file"),
        (file_of("1.00") + f'2,7,"3.00,{DAY}\n3,7,1.00,{DAY}\n', "unclosed_quote"),
        (HEADER.replace("amount", "amnt"), "wrong_header"),
        (HEADER.replace(",amount", ""), "wrong_header"),
    ],
)
def test_a_file_that_cannot_be_taken_in_fails_its_run_and_what_was_loaded_stands(
    line: Line, days: Path, text: str | None, code: str
) -> None:
    before = DAY - ONE_DAY
    put(days, file_of("5.00", day=before), before)
    line.load(before)
    if text is not None:
        put(days, text)
    error = line.failed()
    assert error.code == code
    assert amounts(line.table()) == [Decimal(5)]
    assert line.load(before).already_known == 1
    assert not list(line.work.iterdir())


def test_a_missing_column_is_named(line: Line, days: Path) -> None:
    put(days, HEADER.replace(",amount", ""))
    error = line.failed()
    assert [fault.column for fault in error.faults] == ["amount"]
    assert "amount is missing" in error.detail


def test_a_last_line_without_an_end_is_a_row(line: Line, days: Path) -> None:
    put(days, file_of("1.00", "2.00").rstrip("\n"))
    assert line.load().imported == 2


def test_a_file_of_a_header_alone_is_a_day_without_transactions(line: Line, days: Path) -> None:
    put(days, HEADER)
    assert line.load().rows == 0


def test_too_many_bad_rows_fail_the_run_before_it_loads(line: Line, days: Path) -> None:
    put(days, file_of("1.00", "?", "2.00", "3.00"))
    error = line.failed(max_reject_ratio=Decimal("0.2"))
    assert error.code == "too_many_rejects"
    assert line.table() == []
    assert line.load(max_reject_ratio=Decimal("0.25")).imported == 3


def test_a_folder_in_an_archive_holds_days_as_any_other(line: Line, tmp_path: Path) -> None:
    archive = tmp_path / "days.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr(f"march/transactions-{DAY}.csv", file_of("1.00"))
    assert line.load(source=f"zip://march::{archive}").imported == 1
    assert line.failed(DAY - ONE_DAY, source=f"zip://march::{archive}").code == "no_file"


@pytest.mark.parametrize("source", ["{url}/{{day}}.csv", "{url}/days/?signature=secret-too"])
def test_a_file_of_the_web_leaves_no_credentials_behind(
    make_line: Callable[..., Line], web: Files, source: str
) -> None:
    text = file_of("1.00")
    web.texts = {f"/{DAY}.csv": text, f"/days/transactions-{DAY}.csv": text}
    line = make_line(source.format(url=web.url))
    assert line.load().imported == 1
    assert "secret" not in str(line.recorded()) + str(line.said)
    web.texts.clear()
    assert line.failed().code == "no_file"
    assert "secret" not in str(line.recorded()) + str(line.said)


def test_what_a_web_server_refuses_or_cuts_off_fails_the_run(
    make_line: Callable[..., Line], web: Files
) -> None:
    line = make_line(f"{web.url}/{{day}}.csv")
    path = f"/{DAY}.csv"
    web.texts[path], web.cut[path] = file_of("1.00", "2.00"), 40
    assert line.failed().code == "truncated_file"
    web.status[path] = 403
    refused = line.failed()
    assert (refused.code, "403" in refused.detail) == ("source_unreachable", True)
    del web.status[path]
    assert line.load().imported == 2


@pytest.mark.parametrize(
    "source", ["nowhere://a/{day}.csv", "http://reader:secret@127.0.0.1:1/a", "s3://k:secret@b/a"]
)
def test_a_source_that_cannot_be_opened_fails_the_run(line: Line, source: str) -> None:
    error = line.failed(source=source)
    assert error.code == "source_unreachable"
    assert "secret" not in str(line.recorded())


@pytest.mark.parametrize(
    "source", ["{pipe}", "file://{pipe}", "simplecache::file://{pipe}", "/dev/zero"]
)
def test_only_regular_files_of_this_machine_are_read(
    line: Line, tmp_path: Path, source: str
) -> None:
    pipe = tmp_path / "pipe"
    mkfifo(pipe)
    assert line.failed(source=source.format(pipe=pipe)).code == "no_regular_file"


def test_a_pipe_in_a_folder_is_no_file_of_a_day(line: Line, days: Path) -> None:
    mkfifo(days / f"transactions-{DAY}.csv")
    assert line.failed().code == "no_regular_file"


def test_a_file_has_a_largest_size(make_line: Callable[..., Line], days: Path, web: Files) -> None:
    text = file_of("1.00", "2.00")
    file, web.texts[f"/{DAY}.csv"] = put(days, text), text
    web.unannounced.add(f"/{DAY}.csv")
    at_web = f"{web.url}/{{day}}.csv"
    exact, less = make_line(bytes_max=len(text)), make_line(bytes_max=len(text) - 1)
    for source in (str(file), at_web):
        assert less.failed(source=source).code == "file_too_large"
        assert exact.load(source=source).rows == 2


def test_a_silent_web_server_is_given_up(make_line: Callable[..., Line]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        line = make_line(f"http://127.0.0.1:{silent.getsockname()[1]}/{{day}}.csv")
        error = line.failed()
    assert (error.code, "silent" in error.detail) == ("source_unreachable", True)


@pytest.mark.parametrize("source", UNCLEAR)
def test_a_source_that_was_mistyped_is_written_down_nowhere(line: Line, source: str) -> None:
    with pytest.raises(Invalid) as refused:
        line.load(source=source)
    assert refused.value.code == "unclear_address"
    assert "secret" not in str(refused.value)
    assert (line.recorded(), line.said) == ([], [])


def test_a_day_that_has_not_begun_and_a_source_that_is_not_set_are_refused(
    make_line: Callable[..., Line],
) -> None:
    line = make_line(None)
    with pytest.raises(Invalid, match="has not begun"):
        line.load(DAY + 2 * ONE_DAY)
    with pytest.raises(Invalid, match="DAYBOOK_ETL_SOURCE"):
        line.load()
    assert line.runs() == []


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
        "it failed for a reason of ours: NotADirectoryError",
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


def test_the_command_line_loads_a_day_or_says_why_not(
    database_url: str, redis_url: str, tmp_path: Path, days: Path
) -> None:
    settings = {
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "DAYBOOK_HOME": str(tmp_path),
        "DAYBOOK_ETL_SOURCE": str(days),
    }
    put(days, file_of("1.00", "?"))
    whole = daybook("etl", "run", "--date", str(DAY), settings=settings)
    assert "1 of 2 rows recorded" in whole.stdout
    assert "INFO 2 rows read: 1 good, 1 to be put aside" in whole.stderr
    failed = daybook("etl", "run", "--date", str(DAY - ONE_DAY), settings=settings)
    assert failed.returncode == 1
    assert f"there is no file at file://{days}/transactions-{DAY - ONE_DAY}.csv" in failed.stderr
