"""Given an import run, when it starts or ends, then ..."""

from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
import pytest

from domain.imports import (
    DECIDER,
    FAULTS_KEPT,
    INITIAL,
    LINE_LENGTH_MAX,
    LINES_KEPT,
    BuildOnImport,
    BuiltOn,
    CompleteImport,
    CurrencySums,
    EndedImport,
    EndStep,
    ImportBuiltOn,
    ImportCompleted,
    ImportMode,
    ImportRejected,
    ImportReverted,
    ImportScheduled,
    ImportStarted,
    ImportStepEnded,
    LogLine,
    NotCompleted,
    NotStarted,
    RejectImport,
    RevertImport,
    RowFault,
    RunningImport,
    ScheduleImport,
    StartImport,
    Unbalanced,
    WasReverted,
)
from domain.shared.events import Event
from domain.shared.rules import clean_file_name
from tests.kits import NOW, given_of

START: dict[str, Any] = {
    "kind": "expenses",
    "source": "erp",
    "file_name": "a.csv",
    "sha256": "00",
    "size_bytes": 7,
    "mode": ImportMode.ALL_OR_NOTHING,
    "options": {"locale": "en_US"},
    "started_at": NOW,
}
STARTED = ImportStarted(**START)
COMPLETE = CompleteImport(rows=3, imported=2, already_known=1, bad_rows=0)
REJECT = RejectImport(code="bad_rows", detail="1 of 3 rows", rows=3, bad_rows=1)
COMPLETED = ImportCompleted(
    rows=3, imported=2, already_known=1, bad_rows=0, faults=(), finished_at=NOW
)
REJECTED = ImportRejected(
    code="bad_rows", detail="1 of 3 rows", rows=3, bad_rows=1, faults=(), finished_at=NOW
)


given = given_of(DECIDER)


def test_starts() -> None:
    given().when(StartImport(**START)).then(STARTED)
    assert given(STARTED).state == RunningImport(STARTED)


@pytest.mark.parametrize(("command", "fact"), [(COMPLETE, COMPLETED), (REJECT, REJECTED)])
def test_ends(command: CompleteImport | RejectImport, fact: Event) -> None:
    given(STARTED).when(command).then(fact)
    assert isinstance(given(STARTED, fact).state, EndedImport)


@pytest.mark.parametrize("command", [COMPLETE, REJECT])
def test_refuses_to_end_before_it_started(command: CompleteImport | RejectImport) -> None:
    given().when(command).refused(NotStarted)


@pytest.mark.parametrize("end", [COMPLETED, REJECTED])
@pytest.mark.parametrize("command", [StartImport(**START), COMPLETE, REJECT])
def test_stays_quiet_once_it_ended(
    end: Event, command: StartImport | CompleteImport | RejectImport
) -> None:
    given(STARTED, end).when(command).quiet()


def test_stays_quiet_when_it_is_started_again() -> None:
    given(STARTED).when(StartImport(**START)).quiet()


def test_facts_out_of_order_change_nothing() -> None:
    assert given(COMPLETED).state == INITIAL
    ended = given(STARTED, COMPLETED)
    assert ended.after(REJECTED, STARTED).state == ended.state


PLAN: dict[str, Any] = {
    "kind": "transactions",
    "source": "nightly",
    "location": "file:///days/1.csv",
    "trigger": "cron",
    "code_version": "1",
    "mode": ImportMode.QUARANTINE,
    "options": {},
    "at": NOW,
}
SCHEDULED = ImportScheduled(**PLAN)
STEP: dict[str, Any] = {"step": "extract", "started_at": NOW, "finished_at": NOW, "rows": 3}


def test_is_scheduled_and_then_started() -> None:
    given().when(ScheduleImport(**PLAN)).then(SCHEDULED)
    given(SCHEDULED).when(ScheduleImport(**PLAN)).quiet()
    given(SCHEDULED).when(StartImport(**START)).then(STARTED)
    assert given(SCHEDULED, STARTED, COMPLETED).state == EndedImport(STARTED, COMPLETED)


def test_fails_before_there_is_a_file() -> None:
    given(SCHEDULED).when(REJECT).then(REJECTED)
    assert given(SCHEDULED, REJECTED).state == EndedImport(None, REJECTED)


def test_notes_steps_until_it_has_ended() -> None:
    noted = ImportStepEnded(**STEP)
    given(SCHEDULED).when(EndStep(**STEP)).then(noted)
    given(STARTED, noted).when(EndStep(**STEP)).then(noted)
    given(STARTED, COMPLETED).when(EndStep(**STEP)).quiet()
    given().when(EndStep(**STEP)).refused(NotStarted)
    assert given(SCHEDULED, noted).state == given(SCHEDULED).state


def test_keeps_the_first_thousand_lines_and_the_beginning_of_each() -> None:
    lines = (LogLine(at=NOW, message="x" * 5_000), *[LogLine(at=NOW, message="y")] * 2_000)
    fact = given(SCHEDULED).when(EndStep(**STEP, lines=lines)).then_one(ImportStepEnded)
    assert len(fact.lines) == LINES_KEPT
    assert fact.lines[0].message == "x" * LINE_LENGTH_MAX + "…"


@pytest.mark.parametrize(
    "changes",
    [
        {"rows": 4},
        {"duplicates": 1},
        {"corrected": 1},
        {"quarantined": 1},
        {"bad_rows": 1},
        {"sums": {"EUR": CurrencySums(read=Decimal("0.01"))}},
        {"sums": {"EUR": CurrencySums(), "USD": CurrencySums(loaded=Decimal(1))}},
    ],
)
def test_completes_only_if_it_balances(changes: dict[str, Any]) -> None:
    end = msgspec.structs.replace(COMPLETE, **changes)
    given(STARTED).when(end).refused(Unbalanced)


def test_completes_with_the_sums_of_every_part() -> None:
    parts = ("loaded", "unchanged", "corrected", "duplicates", "quarantined")
    sums = CurrencySums(read=Decimal("-2.50"), **dict.fromkeys(parts, Decimal("-0.5")))
    end = msgspec.structs.replace(COMPLETE, rows=5, duplicates=1, quarantined=1, sums={"EUR": sums})
    fact = given(STARTED).when(end).then_one(ImportCompleted)
    assert (fact.duplicates, fact.sums) == (1, {"EUR": sums})


def test_keeps_the_first_thousand_faults() -> None:
    faults = tuple(RowFault(row=row, code="blank", reason="blank") for row in range(2, 2_000))
    many = RejectImport(code="bad_rows", detail="", rows=1_998, bad_rows=1_998, faults=faults)
    fact = given(STARTED).when(many).then_one(ImportRejected)
    assert fact.faults == faults[:FAULTS_KEPT]
    assert fact.bad_rows == 1_998


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("expenses.csv", "expenses.csv"),
        (r"C:\books\may.csv", "may.csv"),
        ("../../etc/passwd", "passwd"),
        ("a\x00b\n.csv", "a\ufffdb\ufffd.csv"),
        ("", "unnamed"),
        ("/", "unnamed"),
        ("x" * 300, "x" * 255),
    ],
)
def test_shows_only_the_last_part_of_a_file_name(name: str, shown: str) -> None:
    assert clean_file_name(name) == shown


REVERT, REVERTED = RevertImport(reason=" Wrong  file "), ImportReverted(reason="Wrong file")
BUILD = BuildOnImport(by=UUID(int=7), what="corrected")
BUILT_ON = ImportBuiltOn(by=UUID(int=7), what="corrected")


def test_reverts_once() -> None:
    given(STARTED, COMPLETED).when(REVERT).then(REVERTED)
    given(STARTED, COMPLETED, REVERTED).when(RevertImport(reason="Another")).quiet()


@pytest.mark.parametrize(
    ("facts", "status"), [((STARTED,), "running"), ((STARTED, REJECTED), "rejected")]
)
def test_only_what_was_completed_is_reverted(facts: tuple[Event, ...], status: str) -> None:
    given(*facts).when(REVERT).refused(NotCompleted, import_status=status)


def test_a_revert_needs_a_reason() -> None:
    given(STARTED, COMPLETED).when(RevertImport(reason=" ")).invalid("/reason")


def test_what_was_built_on_is_not_reverted() -> None:
    given(STARTED, COMPLETED, BUILT_ON).when(REVERT).refused(
        BuiltOn, by=str(UUID(int=7)), what="corrected"
    )


def test_the_first_that_builds_on_a_run_is_enough() -> None:
    given(STARTED, COMPLETED).when(BUILD).then(BUILT_ON)
    given(STARTED, COMPLETED, BUILT_ON).when(BuildOnImport(by=UUID(int=8), what="voided")).quiet()


def test_nothing_is_built_on_what_was_reverted() -> None:
    given(STARTED, COMPLETED, REVERTED).when(BUILD).refused(WasReverted)


def test_what_no_import_recorded_rests_on_none() -> None:
    given().when(BUILD).quiet()
