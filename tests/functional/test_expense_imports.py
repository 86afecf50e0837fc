"""Importing files of expenses into a real log: what is stored, what is not, and what is said about it."""

from contextlib import AbstractContextManager
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from application.imports.use_cases import Imports
from application.shared.ports import Amend, Append, BulkAppend, Cause, Idempotency, StreamAppend
from domain.banks.banks import BankOpened
from domain.expenses import ExpenseRecorded
from domain.imports import ImportCompleted, ImportMode, ImportRejected, ImportStarted
from domain.shared.errors import Invalid, KeyReused, Malformed, Unavailable
from infrastructure.imports.uploads import PostgresUploads
from infrastructure.shared.event_log.log import PostgresEventLog
from tests.facts import a_cause
from tests.importing import asked, imports_on

HEADER = "departments,project_name,amount,date,member_name\n"
GOOD = 'IT,Mars-NS1,"1,200.00€",10/2/2021,Sam\nHR,Gaama,800€,3/8/2021,George\n'
BAD = "HR,Gaama,lots,3/8/2021,\n"
NOW = datetime(2026, 11, 20, 21, 0, tzinfo=UTC)


class FixedClock:
    def now(self) -> datetime:
        return NOW


@pytest.fixture
def imports(log: PostgresEventLog, database_url: str) -> Imports:
    return imports_on(log, database_url, FixedClock())


def file(*parts: str) -> BytesIO:
    return BytesIO("".join(parts).encode())


def facts_of(log: PostgresEventLog) -> list[tuple[str, UUID, Any]]:
    """Every event of the log as (name, correlation id, fact)."""
    return [(it.name, it.correlation_id, it.event()) for it in log.page(0, 1_000_000).events]


def expenses_in(log: PostgresEventLog) -> int:
    return sum(isinstance(fact, ExpenseRecorded) for _, _, fact in facts_of(log))


def waiting_files(database_url: str) -> int:
    with psycopg.connect(database_url) as connection:
        counted = connection.execute(
            "SELECT (SELECT count(*) FROM daybook.uploads) + (SELECT count(*) FROM daybook.upload_chunks)"
        ).fetchone()
    assert counted
    return int(counted[0])


def test_imports_a_file_as_one_run(imports: Imports, log: PostgresEventLog) -> None:
    outcome = imports.run(asked(), file(HEADER, GOOD), a_cause())
    counts = (outcome.rows, outcome.imported, outcome.already_known, outcome.bad_rows)
    assert (outcome.status, counts) == ("completed", (2, 2, 0, 0))
    facts = facts_of(log)
    assert [type(fact) for _, _, fact in facts] == [
        ExpenseRecorded,
        ExpenseRecorded,
        ImportStarted,
        ImportCompleted,
    ]
    assert {correlation for _, correlation, _ in facts} == {outcome.import_id}
    assert outcome.position == log.head() == 4
    started = facts[2][2]
    assert (started.sha256, started.size_bytes) == (outcome.sha256, len((HEADER + GOOD).encode()))
    assert started.options == {"locale": "en_US", "date_format": "M/D/YYYY"}


def test_the_same_file_again_adds_nothing(imports: Imports, log: PostgresEventLog) -> None:
    imports.run(asked(), file(HEADER, GOOD, GOOD), a_cause())
    again = imports.run(asked(), file(HEADER, GOOD, GOOD), a_cause())
    assert (again.imported, again.already_known) == (0, 4)
    assert expenses_in(log) == 4


def test_equal_rows_of_one_file_both_stay(imports: Imports, log: PostgresEventLog) -> None:
    imports.run(asked(), file(HEADER, GOOD), a_cause())
    more = imports.run(asked(), file(HEADER, GOOD, GOOD, GOOD), a_cause())
    assert (more.imported, more.already_known) == (4, 2)
    assert expenses_in(log) == 6


def test_the_same_rows_of_another_source_are_other_expenses(
    imports: Imports, log: PostgresEventLog
) -> None:
    imports.run(asked("erp"), file(HEADER, GOOD), a_cause())
    imports.run(asked("bank"), file(HEADER, GOOD), a_cause())
    assert expenses_in(log) == 4


def test_one_bad_row_stores_nothing_but_the_run(imports: Imports, log: PostgresEventLog) -> None:
    with pytest.raises(Invalid) as refusal:
        imports.run(asked(), file(HEADER, GOOD, BAD, GOOD), a_cause())
    assert refusal.value.code == "bad_rows"
    assert [(it.row, it.column, it.code) for it in refusal.value.faults] == [
        (4, "amount", "unreadable_amount"),
        (4, "member_name", "blank"),
    ]
    facts = facts_of(log)
    assert [type(fact) for _, _, fact in facts] == [ImportStarted, ImportRejected]
    assert (facts[1][2].rows, facts[1][2].bad_rows) == (5, 1)
    assert refusal.value.facts["import_id"] == str(facts[0][1])
    assert refusal.value.facts["position"] == 2


def test_valid_only_stores_the_rest(imports: Imports, log: PostgresEventLog) -> None:
    outcome = imports.run(asked(mode="valid_only"), file(HEADER, GOOD, BAD, GOOD), a_cause())
    assert (outcome.rows, outcome.imported, outcome.bad_rows) == (5, 4, 1)
    assert [(it.row, it.column) for it in outcome.faults] == [(4, "amount"), (4, "member_name")]
    assert expenses_in(log) == 4


def test_lists_the_first_thousand_faults_and_counts_all(imports: Imports) -> None:
    outcome = imports.run(asked(mode="valid_only"), file(HEADER, BAD * 3_000), a_cause())
    assert (outcome.bad_rows, len(outcome.faults)) == (3_000, 1_000)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"PK\x03\x04", "damaged_workbook"),
        (HEADER.encode("utf-16") + b"\0", "wrong_encoding"),
        (b"a,b\n1,2\n", "wrong_header"),
        ((HEADER + GOOD).encode() + b"x" * 2_500_000, "line_too_long"),
        ((HEADER + GOOD * 20_000).encode() + b"\xff", "wrong_encoding"),
    ],
    ids=["empty", "zip", "utf16", "header", "long_line", "encoding_at_the_end"],
)
@pytest.mark.parametrize("mode", list(ImportMode))
def test_a_file_that_is_no_table_stores_nothing_but_the_run(
    imports: Imports, log: PostgresEventLog, content: bytes, code: str, mode: ImportMode
) -> None:
    with pytest.raises(Malformed) as refusal:
        imports.run(asked(mode=mode), BytesIO(content), a_cause())
    assert refusal.value.code == code
    facts = [fact for _, _, fact in facts_of(log)]
    assert [type(fact) for fact in facts] == [ImportStarted, ImportRejected]
    assert facts[0].size_bytes == len(content)
    assert facts[1].detail == refusal.value.detail


@pytest.mark.parametrize(
    ("source", "code"),
    [("manual", "reserved"), (" manual ", "reserved"), (" ", "blank"), ("x" * 201, "too_long")],
)
def test_refuses_a_source_before_it_reads(
    imports: Imports, log: PostgresEventLog, source: str, code: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        imports.run(asked(source), file(HEADER, GOOD), a_cause())
    assert [(it.pointer, it.code) for it in refusal.value.faults] == [("/source", code)]
    assert log.head() == 0


def test_tells_its_progress(imports: Imports) -> None:
    told: list[tuple[int, int]] = []
    content = file(HEADER, GOOD * 3_000)
    imports.run(asked(), content, a_cause(), progress=lambda *it: told.append(it))
    assert [rows for rows, _ in told] == [2_000, 4_000, 6_000]
    assert 0 < told[0][1] <= told[2][1] == len(content.getvalue())


# Idempotency keys


def keyed(request_hash: bytes = b"1") -> Idempotency:
    return Idempotency(scope="test", key="k", request_hash=request_hash)


def test_a_key_that_comes_again_gets_the_same_answer(
    imports: Imports, log: PostgresEventLog
) -> None:
    first = imports.run(asked(), file(HEADER, GOOD), a_cause(), keyed())
    second = imports.run(asked(), file(HEADER, GOOD), a_cause(), keyed())
    assert (first.replayed, second.replayed) == (False, True)
    assert second.import_id == first.import_id
    assert (second.imported, second.position) == (2, first.position)
    assert log.head() == first.position


def test_a_refusal_is_an_answer_too(imports: Imports, log: PostgresEventLog) -> None:
    answers = []
    for _ in range(2):
        with pytest.raises(Invalid) as refusal:
            imports.run(asked(), file(HEADER, BAD), a_cause(), keyed())
        answers.append(refusal.value)
    assert answers[0].facts["import_id"] == answers[1].facts["import_id"]
    assert [it.facts["replayed"] for it in answers] == [False, True]
    assert answers[0].faults == answers[1].faults
    assert log.head() == 2


def test_a_key_of_another_request_is_refused(imports: Imports, log: PostgresEventLog) -> None:
    imports.run(asked(), file(HEADER, GOOD), a_cause(), keyed())
    with pytest.raises(KeyReused):
        imports.run(asked("bank"), file(HEADER, GOOD), a_cause(), keyed(b"2"))
    assert expenses_in(log) == 2


# Files accepted for later


def test_an_accepted_file_is_imported_later(
    imports: Imports, log: PostgresEventLog, database_url: str
) -> None:
    accepted = imports.accept(asked(), file(HEADER, GOOD * 50_000), a_cause())
    assert [type(fact) for _, _, fact in facts_of(log)] == [ImportStarted]
    assert waiting_files(database_url) == 1 + 4  # the request, and chunks of 1 MiB
    assert imports.run_pending() == 1
    facts = facts_of(log)
    assert isinstance(facts[-1][2], ImportCompleted)
    assert facts[-1][2].imported == 100_000
    assert {correlation for _, correlation, _ in facts} == {accepted.import_id}
    assert waiting_files(database_url) == 0
    assert imports.run_pending() == 0


def test_an_accepted_file_is_read_as_was_declared_for_the_bank_it_was_handed_in_for(
    log: PostgresEventLog, imports: Imports
) -> None:
    bank = uuid4()
    opened = BankOpened(name="Nord", location="Oslo", currency="EUR", iban=None)
    log.append_blocking(Append(streams=(StreamAppend(bank, 0, (opened,)),), cause=a_cause()))
    options = {"locale": "de_DE", "currency": "EUR", "date_format": "D.M.YYYY"}
    request = asked(options=options, refers_to={"bank": bank})
    imports.accept(request, file(HEADER, 'IT,Mars,"1.200,50",2.10.2021,Sam\n'), a_cause())
    assert imports.run_pending() == 1
    started, expense = (fact for _, _, fact in facts_of(log)[1:3])
    assert started.options == {**options, "bank": str(bank)}
    assert (str(expense.amount), expense.date.month) == ("1200.50", 10)
    assert (expense.source, expense.bank_uid) == ("erp", bank)


def test_an_accepted_file_that_cannot_be_imported_ends_as_rejected(
    imports: Imports, log: PostgresEventLog, database_url: str
) -> None:
    imports.accept(asked(), file(""), a_cause())
    imports.accept(asked(), file(HEADER, BAD), a_cause())
    assert imports.run_pending() == 2
    codes = [fact.code for _, _, fact in facts_of(log) if isinstance(fact, ImportRejected)]
    assert codes == ["empty_file", "bad_rows"]
    assert waiting_files(database_url) == 0


def test_accepting_again_with_the_same_key_keeps_one_file(
    imports: Imports, log: PostgresEventLog, database_url: str
) -> None:
    first = imports.accept(asked(), file(HEADER, GOOD), a_cause(), keyed())
    second = imports.accept(asked(), file(HEADER, GOOD), a_cause(), keyed())
    assert (second.import_id, second.position) == (first.import_id, first.position)
    assert (first.replayed, second.replayed) == (False, True)
    assert waiting_files(database_url) == 2
    assert imports.run_pending() == 1
    assert expenses_in(log) == 2


def test_a_file_whose_acceptance_failed_is_not_kept(imports: Imports, database_url: str) -> None:
    imports.accept(asked(), file(HEADER, GOOD), a_cause(), keyed())
    with pytest.raises(KeyReused):
        imports.accept(asked("bank"), file(HEADER, GOOD), a_cause(), keyed(b"2"))
    assert waiting_files(database_url) == 2


def test_a_file_that_another_process_has_is_left_to_it(
    imports: Imports, log: PostgresEventLog, database_url: str
) -> None:
    accepted = imports.accept(asked(), file(HEADER, GOOD), a_cause())
    with PostgresUploads(database_url).claim(accepted.import_id) as upload:
        assert upload
        assert imports.run_pending() == 0
        assert expenses_in(log) == 0
    assert imports.run_pending() == 1


def test_a_file_without_a_run_was_never_acknowledged_and_is_dropped(
    imports: Imports, log: PostgresEventLog, database_url: str
) -> None:
    with PostgresUploads(database_url).keep(uuid4(), b"{}", file(HEADER, GOOD)):
        pass
    assert imports.run_pending() == 0
    assert (log.head(), waiting_files(database_url)) == (0, 0)


class LogThatFailsOnce:
    """The real log, of which the first bulk append is lost before its commit."""

    def __init__(self, log: PostgresEventLog) -> None:
        self._log = log
        self._failed = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._log, name)

    def bulk(self, cause: Cause, amend: Amend | None = None) -> AbstractContextManager[BulkAppend]:
        if self._failed:
            return self._log.bulk(cause, amend)
        self._failed = True
        raise Unavailable("the log is away")


def test_an_import_that_fails_for_a_reason_of_ours_stays_and_others_go_on(
    log: PostgresEventLog, database_url: str
) -> None:
    imports = imports_on(LogThatFailsOnce(log), database_url, FixedClock())
    imports.accept(asked("one"), file(HEADER, GOOD), a_cause())
    imports.accept(asked("two"), file(HEADER, GOOD), a_cause())
    with pytest.raises(Unavailable):
        imports.run_pending()
    assert expenses_in(log) == 2
    assert imports.run_pending() == 1
    assert expenses_in(log) == 4
    assert waiting_files(database_url) == 0
