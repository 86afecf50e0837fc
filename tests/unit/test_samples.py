"""Sample files: repeatable, of the format they are samples of, and like a firm's books."""

from collections import defaultdict
from io import BytesIO, StringIO

from domain.expenses import ExpenseRecorded
from infrastructure.expenses.samples import write_sample
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
