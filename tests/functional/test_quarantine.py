"""What is wrong with a file is put aside, what was wrong before is corrected, and every row is accounted for."""

import asyncio
from collections.abc import Sequence
from contextlib import closing
from decimal import Decimal
from io import BytesIO
from itertools import count
from typing import Any
from uuid import uuid4

import msgspec
import pytest

from application.imports.ports import ReadRow
from application.imports.rejects import Rejects
from application.imports.requests import FileTaken, ImportOutcome, ImportPlan, ImportRequest
from application.imports.use_cases import Imports
from application.shared.commands import Commands, of_itself
from application.shared.import_kinds import ImportKind
from application.shared.ports import Append, StreamAppend
from domain.imports import (
    CurrencySums,
    EndStep,
    ImportCompleted,
    ImportMode,
    ImportRejected,
    ImportReverted,
    ImportScheduled,
    ImportStarted,
    ImportStepEnded,
    Unbalanced,
)
from domain.imports.rejects import RejectQuarantined
from domain.shared.errors import Invalid, NotFound, Unavailable
from domain.shared.events import Event
from infrastructure.imports.reader import CsvReader
from infrastructure.imports.uploads import PostgresUploads
from infrastructure.shared.event_log.log import PostgresEventLog
from tests.facts import a_cause
from tests.importing import CLOCK
from tests.meters import KEYED_METERS, METERS, MeterCorrected, MeterRead

HEADER = "meter,cost,read_on\n"
PLAN = ImportPlan(location="file:///days/1.csv", trigger="cron", code_version="1")
FILE = FileTaken(file_name="1.csv", sha256="00", size_bytes=7)


@pytest.fixture
def imports(log: PostgresEventLog, database_url: str) -> Imports:
    return imports_of(KEYED_METERS, log, database_url)


def imports_of(kind: ImportKind[Any], log: PostgresEventLog, database_url: str) -> Imports:
    return Imports(log, CsvReader(), PostgresUploads(database_url), CLOCK, uuid4, [kind])


def asked(kind: ImportKind[Any] = KEYED_METERS, **more: Any) -> ImportRequest:
    values = {"mode": ImportMode.QUARANTINE, **more}
    return ImportRequest(kind=kind, source="cellar", file_name="meters.csv", **values)


def handed_in(imports: Imports, *rows: str, **more: Any) -> ImportOutcome:
    file = HEADER + "".join(f"{row}\n" for row in rows)
    return imports.run(asked(imports.kinds[0], **more), BytesIO(file.encode()), a_cause())


def facts(log: PostgresEventLog, kind: type[Event]) -> list[Any]:
    found = [record.event() for record in log.page(0, 1_000).events]
    return [fact for fact in found if type(fact) is kind]


def parts(outcome: ImportOutcome) -> tuple[int, ...]:
    """Imported, known, corrected, duplicates, quarantined and left out; they are all rows."""
    found = (
        outcome.imported,
        outcome.already_known,
        outcome.corrected,
        outcome.duplicates,
        outcome.quarantined,
        outcome.bad_rows,
    )
    assert sum(found) == outcome.rows
    return found


def test_a_bad_row_is_put_aside_with_all_it_held(imports: Imports, log: PostgresEventLog) -> None:
    outcome = handed_in(imports, "W1,€1.50,", "W2,much,13/13/2025", "W2,€500,")
    assert parts(outcome) == (1, 0, 0, 0, 2, 0)
    assert outcome.sums == {
        "EUR": CurrencySums(
            read=Decimal("501.50"), loaded=Decimal("1.50"), quarantined=Decimal(500)
        )
    }
    unreadable, flood = facts(log, RejectQuarantined)
    assert unreadable.cells == {"meter": "W2", "cost": "much", "read_on": "13/13/2025"}
    assert (unreadable.row, unreadable.raw) == (3, "W2,much,13/13/2025")
    assert [(it.column, it.code) for it in unreadable.faults] == [
        ("cost", "unreadable_amount"),
        ("read_on", "no_such_date"),
    ]
    assert (unreadable.reason, unreadable.amount) == ("unreadable_amount", None)
    assert (flood.reason, flood.amount, flood.currency) == ("flood", Decimal(500), "EUR")


def test_what_only_the_run_can_tell_puts_a_row_aside_too(
    imports: Imports, log: PostgresEventLog
) -> None:
    outcome = handed_in(imports, "W1,€1.50,1/1/2190", "W1,€2,2020-01-01")
    assert parts(outcome) == (1, 0, 0, 0, 1, 0)
    (reject,) = facts(log, RejectQuarantined)
    assert (reject.reason, reject.faults[0].column, reject.amount) == (
        "future",
        "read_on",
        Decimal("1.50"),
    )


def test_a_row_is_kept_as_it_stands_in_its_file(imports: Imports, log: PostgresEventLog) -> None:
    file = "note;cost;meter\nwet;much;W1\n"
    request = asked(options={"ignore": "note"})
    imports.run(request, BytesIO(file.encode()), a_cause())
    (reject,) = facts(log, RejectQuarantined)
    assert reject.raw == "wet,much,W1"
    assert reject.cells == {"meter": "W1", "cost": "much", "read_on": ""}


def test_a_row_that_cannot_be_taken_apart_has_no_cells(
    imports: Imports, log: PostgresEventLog
) -> None:
    handed_in(imports, 'W1,"€1,200.00",,x')
    handed_in(imports, 'W1,"€1"x,', "W2,€1,")
    ragged, unreadable = facts(log, RejectQuarantined)
    assert (ragged.reason, ragged.cells, ragged.raw) == ("ragged_row", {}, 'W1,"€1,200.00",,x')
    assert (unreadable.reason, unreadable.cells) == ("unreadable_row", {})
    assert unreadable.raw == 'W1,"€1"x,'


@pytest.mark.parametrize("mode", ImportMode)
def test_the_same_row_again_is_a_duplicate(imports: Imports, mode: ImportMode) -> None:
    outcome = handed_in(imports, "W1,€1,", "W1,€1.00,", "W3,CHF 2,", "W1,1 €,", mode=mode)
    assert parts(outcome) == (2, 0, 0, 2, 0, 0)
    assert outcome.sums["EUR"].duplicates == 2


def test_another_row_with_its_key_is_put_aside_and_the_first_stays(
    imports: Imports, log: PostgresEventLog
) -> None:
    outcome = handed_in(imports, "W1,€1,", "W1,€2,", "W1,€1,")
    assert parts(outcome) == (1, 0, 0, 1, 1, 0)
    assert facts(log, MeterRead)[0].cost == 1
    assert facts(log, RejectQuarantined)[0].reason == "conflicting_meter"


def test_a_known_row_with_other_values_is_corrected(
    imports: Imports, log: PostgresEventLog
) -> None:
    handed_in(imports, "W1,€1,", "W2,€2,", "W3,€3,")
    outcome = handed_in(imports, "W1,€1,", "W2,€2.50,", "W3,CHF 3,", "W4,€4,")
    assert parts(outcome) == (1, 1, 1, 0, 1, 0)
    assert outcome.sums["EUR"] == CurrencySums(
        read=Decimal("7.50"), loaded=Decimal(4), unchanged=Decimal(1), corrected=Decimal("2.50")
    )
    assert outcome.sums["CHF"].quarantined == 3
    (fact,) = facts(log, MeterCorrected)
    assert fact.cost == Decimal("2.50")
    (reject,) = facts(log, RejectQuarantined)
    assert (reject.row, reject.reason, reject.cells["cost"]) == (4, "conflicting_meter", "CHF 3")
    again = handed_in(imports, "W1,€1,", "W2,€2.50,")
    assert parts(again) == (0, 2, 0, 0, 0, 0)
    back = handed_in(imports, "W2,€2,")
    assert parts(back) == (0, 0, 1, 0, 0, 0)
    assert [it.version for it in log.page(0, 100).events if "corrected" in it.name] == [2, 3]


def test_the_same_file_again_puts_nothing_aside_anew(
    imports: Imports, log: PostgresEventLog
) -> None:
    handed_in(imports, "W1,€1,")
    rows = ("W1,CHF 1,", "W2,abc,", "W2,abc,", "W3,€3,", "W3,€4,")
    first = handed_in(imports, *rows)
    assert parts(first) == (1, 0, 0, 0, 4, 0)
    again = handed_in(imports, *rows)
    assert parts(again) == (0, 5, 0, 0, 0, 0)
    shifted = handed_in(imports, "W5,€5,", "W2,abc,", "W2,abc,", "W2,abc,", "W1,CHF 1,")
    assert parts(shifted) == (1, 3, 0, 0, 1, 0)
    assert len(facts(log, RejectQuarantined)) == 5


def test_what_a_reverted_file_put_aside_is_put_aside_anew(
    imports: Imports, log: PostgresEventLog
) -> None:
    handed_in(imports, "W1,€1,")
    for number in range(1, 4):
        outcome = handed_in(imports, "W1,CHF 1,", "W2,abc,", "W3,€3,")
        assert parts(outcome) == (1, 0, 0, 0, 2, 0)
        assert len(facts(log, RejectQuarantined)) == 2 * number
        append = Append(
            streams=(StreamAppend(outcome.import_id, 2, (ImportReverted(reason="wrong"),)),),
            cause=a_cause(),
        )
        log.append_blocking(append)


def test_without_quarantine_a_conflict_is_left_out_or_refuses_the_file(
    imports: Imports, log: PostgresEventLog
) -> None:
    handed_in(imports, "W1,€1,")
    outcome = handed_in(imports, "W1,CHF 1,", "W2,€2,", mode=ImportMode.VALID_ONLY)
    assert parts(outcome) == (1, 0, 0, 0, 0, 1)
    with pytest.raises(Invalid) as refusal:
        handed_in(imports, "W1,CHF 1,", "W3,€2,", mode=ImportMode.ALL_OR_NOTHING)
    assert [fault.code for fault in refusal.value.faults] == ["conflicting_meter"]
    assert len(facts(log, MeterRead)) == 2


@pytest.mark.parametrize(("ratio", "is_refused"), [("0.5", False), ("0.49", True), ("0", True)])
def test_too_many_rejects_refuse_the_file(
    imports: Imports, log: PostgresEventLog, ratio: str, is_refused: bool
) -> None:
    rows, more = ("W1,€1,", "W2,much,"), {"max_reject_ratio": Decimal(ratio)}
    if not is_refused:
        assert handed_in(imports, *rows, **more).quarantined == 1
        return
    with pytest.raises(Invalid) as refusal:
        handed_in(imports, *rows, **more)
    assert refusal.value.code == "too_many_rejects"
    assert (facts(log, MeterRead), facts(log, RejectQuarantined)) == ([], [])
    (end,) = facts(log, ImportRejected)
    assert (end.rows, end.bad_rows) == (2, 1)


def test_conflicts_with_what_is_known_count_as_rejects_too(
    imports: Imports, log: PostgresEventLog
) -> None:
    handed_in(imports, "W1,€1,")
    with pytest.raises(Invalid) as refusal:
        handed_in(imports, "W1,CHF 1,", "W2,€2,", max_reject_ratio=Decimal("0.4"))
    assert refusal.value.code == "too_many_rejects"
    assert len(facts(log, MeterRead)) == 1


@pytest.mark.parametrize("ratio", ["-0.1", "1.1", "NaN"])
def test_a_ratio_that_is_none(imports: Imports, ratio: str) -> None:
    with pytest.raises(Invalid) as refusal:
        handed_in(imports, "W1,€1,", max_reject_ratio=Decimal(ratio))
    assert [fault.pointer for fault in refusal.value.faults] == ["/max_reject_ratio"]


def test_a_kind_that_lies_about_its_amounts_is_not_stored(
    imports: Imports, log: PostgresEventLog, database_url: str
) -> None:
    """It says something else of a row that corrects than of that row as it was read."""
    handed_in(imports, "W1,€1,")
    told = count(1)
    liar = msgspec.structs.replace(KEYED_METERS, measure=lambda _: ("EUR", Decimal(next(told))))
    with pytest.raises(Unbalanced) as refusal:
        handed_in(imports_of(liar, log, database_url), "W1,€2,")
    assert refusal.value.code == "unbalanced"
    recorded = [type(it.event()) for it in log.page(0, 10).events]
    assert recorded[3:] == [ImportStarted, ImportRejected]


def test_a_log_that_is_away_is_no_fault_of_a_row() -> None:
    with closing(PostgresEventLog("postgresql://127.0.0.1:1/away")) as away:
        rejects = Rejects(Commands(away, CLOCK, uuid4), CsvReader(), [KEYED_METERS])
        with pytest.raises(Unavailable):
            asyncio.run(rejects.replay(uuid4(), of_itself(a_cause())))


# Scheduled runs


def rows_of(*rows: str) -> list[ReadRow]:
    file, make = HEADER + "".join(f"{it}\n" for it in rows), METERS.facts("cellar", {})
    declared = asked().declared
    return list(CsvReader().rows(BytesIO(file.encode()), METERS.columns, declared, make))


def step(name: Any, lines: Sequence[Any] = ()) -> EndStep:
    now = CLOCK.now()
    return EndStep(step=name, started_at=now, finished_at=now, rows=2, lines=tuple(lines))


def test_a_scheduled_run_is_taken_up_by_its_id(
    imports: Imports, log: PostgresEventLog, database_url: str
) -> None:
    begun = imports.schedule(asked(max_reject_ratio=Decimal("0.9")), PLAN, a_cause())
    with closing(PostgresEventLog(database_url)) as elsewhere:
        another = imports_of(KEYED_METERS, elsewhere, database_url)
        assert another.scheduled(begun.import_id).location == PLAN.location
        another.step(begun.import_id, step("extract"), a_cause())
        outcome = another.load(begun.import_id, rows_of("W1,€1,", "W2,much,"), FILE, a_cause())
    assert parts(outcome) == (1, 0, 0, 0, 1, 0)
    stream = [it.event() for it in log.stream_blocking(begun.import_id)]
    kinds = [ImportScheduled, ImportStepEnded, ImportStarted, ImportStepEnded, ImportCompleted]
    assert [type(it) for it in stream] == kinds
    assert stream[3].lines[-1].message.startswith("2 rows = 1 loaded")
    assert {it.correlation_id for it in log.page(0, 10).events} == {begun.import_id}
    again = imports.load(begun.import_id, rows_of("W3,€1,"), FILE, a_cause())
    assert again.replayed
    assert (again.imported, again.position) == (outcome.imported, outcome.position)
    assert imports.fail(begun.import_id, "no_file", "gone", a_cause()) == outcome.position


def test_a_scheduled_run_may_fail_before_there_is_a_file(
    imports: Imports, log: PostgresEventLog
) -> None:
    begun = imports.schedule(asked(), PLAN, a_cause())
    position = imports.fail(begun.import_id, "no_file", "there is none", a_cause())
    assert imports.fail(begun.import_id, "no_file", "there is none", a_cause()) == position
    assert facts(log, ImportRejected)[0].code == "no_file"
    late = imports.load(begun.import_id, rows_of("W1,€1,"), FILE, a_cause())
    assert (late.status, late.code, late.replayed) == ("rejected", "no_file", True)
    with pytest.raises(NotFound):
        imports.load(uuid4(), [], FILE, a_cause())


def test_what_was_read_has_to_be_loaded(imports: Imports, log: PostgresEventLog) -> None:
    begun = imports.schedule(asked(), PLAN, a_cause())
    rows = rows_of("W1,€1,", "W2,€2,")
    outcome = imports.load(begun.import_id, rows, FILE, a_cause(), expected_rows=3)
    assert (outcome.status, outcome.code) == ("rejected", "unbalanced")
    assert facts(log, MeterRead) == []
    fits = imports.schedule(asked(), PLAN, a_cause())
    assert imports.load(fits.import_id, iter(rows), FILE, a_cause(), expected_rows=2).imported == 2
