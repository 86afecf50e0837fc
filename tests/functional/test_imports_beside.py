"""What is recorded beside a run stands with it or not at all, and its rows may belong to what is opened there."""

from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from threading import Barrier
from typing import Any
from uuid import UUID, uuid4

import pytest

from application.imports.requests import ImportOutcome
from application.imports.use_cases import Imports
from application.shared.ports import Idempotency, StreamAppend, StreamRead
from domain.banks.banks import BankOpened
from domain.expenses import ExpenseRecorded
from domain.imports import ImportCompleted, ImportRejected, ImportStarted
from domain.shared.errors import Conflict, Invalid, Malformed
from infrastructure.shared.event_log.log import PostgresEventLog
from tests.facts import a_cause
from tests.importing import asked, imports_on

HEADER = "departments,project_name,amount,date,member_name\n"
GOOD = "IT,Mars,800€,3/8/2021,Sam\n"
BAD = "HR,Gaama,lots,3/8/2021,Ann\n"
OPENED = BankOpened(name="Nord", location="Oslo", currency="EUR", iban=None)


@pytest.fixture
def imports(log: PostgresEventLog, database_url: str) -> Imports:
    return imports_on(log, database_url)


def run(
    imports: Imports,
    bank: UUID,
    text: str = HEADER + GOOD,
    *more: Any,
    key: str = "",
    **asking: Any,
) -> ImportOutcome:
    """An import of expenses of a bank that is opened beside it."""
    request = asked(refers_to={"bank": bank}, **asking)
    idempotency = Idempotency(scope="test", key=key, request_hash=b"1") if key else None
    beside = (StreamAppend(bank, 0, (OPENED,)), *more)
    return imports.run(request, BytesIO(text.encode()), a_cause(), idempotency, beside=beside)


def recorded(log: PostgresEventLog) -> list[type]:
    return [type(each.event()) for each in log.page(0, 1_000).events]


def test_rows_may_belong_to_what_is_opened_beside_them(
    imports: Imports, log: PostgresEventLog
) -> None:
    bank = uuid4()
    outcome = run(imports, bank)
    assert recorded(log) == [ExpenseRecorded, ImportStarted, ImportCompleted, BankOpened]
    assert outcome.position == log.head() == 4
    assert {each.correlation_id for each in log.page(0, 9).events} == {outcome.import_id}
    assert log.stream_blocking(bank)[0].event() == OPENED


@pytest.mark.parametrize(
    ("text", "error"), [(HEADER + GOOD + BAD, Invalid), ("a,b\n", Malformed), ("", Malformed)]
)
def test_nothing_stands_beside_a_run_that_stores_nothing(
    imports: Imports, log: PostgresEventLog, text: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        run(imports, uuid4(), text)
    assert recorded(log) == [ImportStarted, ImportRejected]


def test_it_stands_beside_the_rows_that_are_good(imports: Imports, log: PostgresEventLog) -> None:
    run(imports, uuid4(), HEADER + BAD + GOOD, mode="valid_only")
    assert recorded(log) == [ExpenseRecorded, ImportStarted, ImportCompleted, BankOpened]


@pytest.mark.parametrize("is_read", [False, True])
def test_a_stream_that_has_moved_leaves_nothing_of_the_run(
    imports: Imports, log: PostgresEventLog, *, is_read: bool
) -> None:
    known = uuid4()
    run(imports, known)
    head = log.head()
    moved = StreamRead(known, 0) if is_read else StreamAppend(known, 0, (OPENED,))
    with pytest.raises(Conflict):
        run(imports, uuid4(), HEADER + GOOD * 2, moved)
    assert log.head() == head


@pytest.mark.parametrize("opened", [(), (StreamAppend(uuid4(), 0, (OPENED,)),)])
def test_what_is_not_opened_by_it_is_unknown(
    imports: Imports, log: PostgresEventLog, opened: tuple[StreamAppend, ...]
) -> None:
    request = asked(refers_to={"bank": uuid4()})
    with pytest.raises(Invalid) as refusal:
        imports.run(request, BytesIO(HEADER.encode()), a_cause(), beside=opened)
    assert [fault.code for fault in refusal.value.faults] == ["unknown_bank"]
    assert log.head() == 0


def test_a_stream_of_another_beginning_is_unknown_too(
    imports: Imports, log: PostgresEventLog
) -> None:
    bank = uuid4()
    started = run(imports, uuid4()).import_id
    for stream in (StreamAppend(bank, 1, (OPENED,)), StreamAppend(started, 0, (OPENED,))):
        with pytest.raises(Invalid):
            imports.run(asked(refers_to={"bank": bank}), BytesIO(), a_cause(), beside=(stream,))


def test_the_same_key_again_records_nothing_twice(imports: Imports, log: PostgresEventLog) -> None:
    bank = uuid4()
    first, second = run(imports, bank, key="k"), run(imports, bank, key="k")
    assert (first.replayed, second.replayed) == (False, True)
    assert (second.import_id, second.position) == (first.import_id, first.position)
    assert len(recorded(log)) == 4


@pytest.mark.parametrize("key", ["", "k"])
def test_of_two_at_once_one_records(imports: Imports, log: PostgresEventLog, key: str) -> None:
    bank, together = uuid4(), Barrier(2)

    def one(_: int) -> ImportOutcome | Conflict:
        together.wait()
        try:
            return run(imports, bank, key=key)
        except Conflict as error:
            return error

    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(one, range(2)))
    assert len(recorded(log)) == 4
    done = [it for it in outcomes if isinstance(it, ImportOutcome)]
    assert sorted(it.replayed for it in done) == ([False, True] if key else [False])
