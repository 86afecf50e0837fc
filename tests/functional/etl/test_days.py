"""Whole days of transactions, and files that are none."""

import datetime as dt
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest

from domain.imports import ImportCompleted, ImportScheduled, ImportStepEnded
from infrastructure.etl import frames
from tests.pipelines import DAY, HEADER, Line, amounts, file_of, put
from tests.processes import daybook

ONE_DAY = dt.timedelta(days=1)


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
