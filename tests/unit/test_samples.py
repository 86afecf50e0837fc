"""Sample files: repeatable, of the format they are samples of, and like a firm's books."""

from collections import Counter, defaultdict
from io import BytesIO, StringIO

import pytest

from application.imports.ports import BadRow
from application.imports.requests import ImportRequest
from application.transactions.import_kind import KIND as TRANSACTION_FILES
from domain.expenses import ExpenseRecorded
from domain.shared.errors import Malformed
from domain.transactions import TransactionIngested, transaction_uid
from infrastructure.expenses.samples import write_sample
from infrastructure.imports.reader import CsvReader
from infrastructure.transactions.samples import SAMPLE_DAYS, write_days
from tests.importing import expenses_in


def sample(rows: int, seed: int = 1) -> str:
    file = StringIO(newline="")
    write_sample(file, rows, seed)
    return file.getvalue()


def expenses(rows: int) -> list[ExpenseRecorded]:
    file = BytesIO(sample(rows).encode())
    return [row for _, row in expenses_in(file) if isinstance(row, ExpenseRecorded)]


def test_the_same_seed_writes_the_same_file() -> None:
    assert sample(500) == sample(500)
    assert sample(500) != sample(500, seed=2)
    assert sample(1_000).startswith(sample(500))


def test_every_row_is_an_expense() -> None:
    assert sample(1).startswith("departments,project_name,amount,date,member_name\n")
    assert len(expenses(2_000)) == 2_000


def test_it_looks_like_the_books_of_a_firm() -> None:
    read = expenses(2_000)
    departments_of: defaultdict[str, set[str]] = defaultdict(set)
    for expense in read:
        departments_of[expense.project_name].add(expense.departments)
        departments_of[expense.member_name].add(expense.departments)
    assert {len(departments) for departments in departments_of.values()} == {1}
    assert len({expense.departments for expense in read}) == 6
    assert {expense.date.year for expense in read} == {2024, 2025}
    in_euro = sum(expense.currency == "EUR" for expense in read)
    assert 1_800 < in_euro < 2_000
    assert any(expense.amount < 0 for expense in read)


def test_progress_is_told() -> None:
    told: list[int] = []
    write_sample(StringIO(newline=""), 12_000, progress=told.append)
    assert told == [5_000, 10_000]


# Files of transactions, a day each


def days(days: int = 7, rows: int = 250, seed: int = 1) -> dict[str, str]:
    return {one.path: one.text for one in write_days(days, rows, seed)}


def read_day(text: str) -> tuple[list[TransactionIngested], Counter[str]]:
    """The good rows of a file, and the codes of what is wrong with the others."""
    request = ImportRequest(kind=TRANSACTION_FILES, source="s", file_name="f")
    make = TRANSACTION_FILES.facts("s", {})
    good, bad = list[TransactionIngested](), Counter[str]()
    file = BytesIO(text.encode())
    for _, row, _ in CsvReader().rows(file, TRANSACTION_FILES.columns, request.declared, make):
        if isinstance(row, TransactionIngested):
            good.append(row)
        elif isinstance(row, BadRow):
            bad[row.faults[0].code] += 1
    return good, bad


def test_the_same_seed_writes_the_same_days() -> None:
    assert days() == days() != days(seed=2)
    short, long = days(3), days(5)
    assert short["transactions-2026-03-02.csv"] == long["transactions-2026-03-02.csv"]


def test_days_have_the_faults_of_real_files() -> None:
    bad, good, negative, zero, repeated = Counter[str](), 0, 0, 0, 0
    for path, text in days().items():
        if path == "transactions-2026-03-07.csv":
            with pytest.raises(Malformed, match="transaction_id is missing"):
                read_day(text)
            continue
        rows, faults = read_day(text)
        good, bad = good + len(rows), bad + faults
        negative += sum(row.amount < 0 for row in rows)
        zero += sum(row.amount == 0 for row in rows)
        repeated += len(rows) - len({row.transaction_id for row in rows})
    assert {*bad} >= {
        "blank",
        "unreadable_amount",
        "currency_contradicts",
        "no_such_date",
        "not_a_user_id",
    }
    assert good > 1_900
    assert 10 < sum(bad.values()) < 150
    assert min(negative, zero, repeated) > 5


def test_a_day_is_delivered_again_put_right() -> None:
    first, _ = read_day(days()["transactions-2026-03-06.csv"])
    again, bad = read_day(days()["redelivered/transactions-2026-03-06.csv"])
    assert not bad
    before = {row.transaction_id: row.amount for row in first}
    corrected = [row for row in again if before.get(row.transaction_id, row.amount) != row.amount]
    assert 3 < len(corrected) < 12


def test_what_the_last_file_begins_shows_that_all_are_loaded() -> None:
    """Its day had a wrong header at first."""
    wrong = "transactions-2026-03-07.csv"
    *before, last = (
        {transaction_uid(row.transaction_id) for row in read_day(text)[0]}
        for path, text in days().items()
        if path != wrong
    )
    assert SAMPLE_DAYS.last_uid in last.difference(*before)
