"""What a statement's owner gets back: a copy with what is wrong with it, and templates."""

from decimal import Decimal
from io import BytesIO
from typing import Any

import openpyxl
import pytest

from application.statements.import_kind import KIND
from domain.shared.errors import Invalid
from tests.statements import (
    DAYS,
    NAMES,
    PLAIN,
    STATEMENTS,
    handed,
    months_of,
    read,
    twelve,
)


def opened(data: bytes) -> list[tuple[Any, ...]]:
    sheet = openpyxl.load_workbook(BytesIO(data)).active
    assert sheet is not None
    return list(sheet.iter_rows(values_only=True))


def test_the_copy_has_every_row_where_it_was_with_what_is_wrong_behind_it() -> None:
    file = handed("Title\n\n" + twelve().replace('"€60.50"', '"abc"', 1) + "2026-11,€1,=1+1\n")
    rows = opened(STATEMENTS.marked(file, STATEMENTS.read(file)))
    assert rows[0][0] == "Title"
    assert rows[2] == (*NAMES, "error")
    assert rows[3][:3] == ("2025-11", "€100.00", "abc")
    assert str(rows[3][3]).startswith('C4: "abc" is not an amount')
    assert rows[15][:3] == ("2026-11", "€1", "=1+1")


def test_no_text_of_a_copy_is_run() -> None:
    file = handed(twelve().replace('"€60.50"', '"=HYPERLINK(""http://x"")"', 1))
    book = openpyxl.load_workbook(BytesIO(STATEMENTS.marked(file, STATEMENTS.read(file))))
    sheet = book.active
    assert sheet is not None
    assert (sheet["C2"].value, sheet["C2"].data_type) == ('=HYPERLINK("http://x")', "s")


def test_what_is_wrong_with_the_file_as_a_whole_stands_below() -> None:
    file = handed(twelve().replace("2026-10", "2026-09"))
    rows = opened(STATEMENTS.marked(file, STATEMENTS.read(file)))
    assert "2026-09 comes again" in str(rows[12][3])
    assert "after 2026-09 is missing" in str(rows[14][3])


def test_a_copy_without_its_errors_reads_as_the_file_did() -> None:
    file = handed(PLAIN)
    reading = STATEMENTS.read(file)
    assert read(STATEMENTS.marked(file, reading)).months == reading.months


def test_a_file_that_cannot_be_opened_has_a_copy_that_says_why() -> None:
    file = handed(b"PK\x03\x04")
    ((said, *_), *_) = [
        row for row in opened(STATEMENTS.marked(file, STATEMENTS.read(file))) if any(row)
    ]
    assert "damaged" in said


@pytest.mark.parametrize("currency", ["EUR", "ZAR", "JPY", "KWD", "USD"])
def test_the_template_is_read_without_a_question(currency: str) -> None:
    reading = read(STATEMENTS.template(currency))
    assert (reading.is_sure, reading.warnings) == (True, ())
    assert [month for month, *_ in months_of(reading)] == [f"{it:%Y-%m}" for it in DAYS]
    assert {(it.currency, it.income) for it in reading.months} == {(currency, Decimal(0))}


def test_the_template_when_filled_in_says_what_was_filled_in() -> None:
    book = openpyxl.load_workbook(BytesIO(STATEMENTS.template("EUR")))
    sheet = book.active
    assert sheet is not None
    for row in range(2, 14):
        sheet.cell(row, 2).value, sheet.cell(row, 3).value = row * 100.25, row * 10
    file = BytesIO()
    book.save(file)
    assert months_of(read(file.getvalue()))[0] == ("2025-11", "200.50", "20.00", "EUR")


def test_a_template_has_a_currency_that_there_is() -> None:
    with pytest.raises(Invalid):
        STATEMENTS.template("XXL")


def test_an_example_of_the_kind_names_its_columns() -> None:
    assert KIND.column_names == ["month", "income", "expenses"]


def test_an_empty_cell_is_told_as_one_and_nobody_reads_of_locales() -> None:
    text = twelve("€1,234.50").replace("€60.50", "", 1).replace("€60.50", "abc", 1)
    empty, wrong = (it.detail for it in read(text).faults)
    assert empty == "C2: it is empty: an amount such as 1,234.56 or €1,234 was expected"
    assert wrong.startswith('C3: "abc" is not an amount: an amount such as 1,234.56')
    assert "locale" not in wrong
