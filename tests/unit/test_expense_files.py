"""CSV files of expenses: what is read, which rows are bad, and which files are no such table."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest

from domain.expenses import ExpenseRecorded
from domain.imports import RowFault
from domain.shared.errors import Invalid, Malformed
from infrastructure.imports.reader import CsvReader
from tests.facts import an_expense
from tests.importing import EXPENSE_FILES, Read, expenses_in

HEADER = "departments,project_name,amount,date,member_name\n"
ROW = 'IT,Mars-NS1,"1,200.00€",10/2/2021,Sam\n'
WHO = {"source": "erp", "departments": "IT", "project_name": "Mars-NS1", "member_name": "Sam"}
EXPENSE = an_expense(**WHO, amount=Decimal("1200.00"), currency="EUR", date=date(2021, 10, 2))


def rows(content: str | bytes, **options: str) -> list[Read]:
    data = content.encode() if isinstance(content, str) else content
    return list(expenses_in(BytesIO(data), **options))


def faults(content: str, **options: str) -> list[tuple[int, str | None, str]]:
    return [
        (number, fault.column, fault.code)
        for number, row in rows(content, **options)
        if isinstance(row, tuple)
        for fault in row
    ]


@pytest.mark.parametrize(
    "content",
    [
        HEADER + ROW,
        (HEADER + ROW).rstrip("\n"),
        (HEADER + ROW).replace("\n", "\r\n"),
        (HEADER + ROW).replace("\n", "\r"),
        b"\xef\xbb\xbf" + (HEADER + ROW).encode(),
        "Departments; Project_Name ;AMOUNT;date;member_name\nIT;Mars-NS1;1,200.00€;10/2/2021;Sam\n",
        "date\tmember_name\tamount\tdepartments\tproject_name\n2021-10-02\tSam\t€1,200\tIT\tMars-NS1\n",
        HEADER.replace("\n", ",,\n") + ROW.replace("\n", ",,\n"),
    ],
    ids=[
        "plain",
        "no_last_newline",
        "crlf",
        "cr",
        "bom",
        "semicolon",
        "tab_reordered",
        "trailing_delimiters",
    ],
)
def test_reads_a_table(content: str | bytes) -> None:
    assert rows(content) == [(2, EXPENSE)]


def test_numbers_rows_as_a_spreadsheet_does() -> None:
    content = "\n" + HEADER + ROW + "\n,,,,\n" + ROW.replace("Sam", '"S\nam"') + ROW
    assert [number for number, _ in rows(content)] == [3, 6, 7]


def test_reads_files_larger_than_a_chunk() -> None:
    member = "Zoë " * 39 + "Zoë"
    content = HEADER + ROW.replace("Sam", f'"{member}"') * 10_000
    read = rows(content)
    assert [number for number, _ in read] == list(range(2, 10_002))
    assert {row.member_name for _, row in read if isinstance(row, ExpenseRecorded)} == {member}


def test_names_every_bad_value_of_a_row() -> None:
    content = HEADER + ROW + ",x,twelve,13/13/2021,\n" + ROW
    assert faults(content) == [
        (3, "departments", "blank"),
        (3, "amount", "unreadable_amount"),
        (3, "date", "no_such_date"),
        (3, "member_name", "blank"),
    ]


def test_says_what_was_got_and_what_was_expected() -> None:
    ((_, fault),) = rows(HEADER + ROW.replace("10/2/2021", "yesterday"))
    assert fault == (
        RowFault(
            row=2,
            column="date",
            value="yesterday",
            code="unreadable_date",
            reason="a date as M/D/YYYY or YYYY-MM-DD was expected",
        ),
    )


@pytest.mark.parametrize("date", ["1/1/1899", "1/1/2200"])
def test_a_rule_of_the_domain_is_a_fault_of_its_column(date: str) -> None:
    content = HEADER + ROW.replace("10/2/2021", date)
    assert faults(content) == [(2, "date", "date_out_of_range")]


def test_rows_that_do_not_fit_the_header_are_bad_alone() -> None:
    content = HEADER + "IT,Mars\n" + "a,b,c,d,e,f\n" + 'IT,"Mars"x,1€,1/1/2021,Sam\n' + ROW
    assert faults(content) == [
        (2, None, "ragged_row"),
        (3, None, "ragged_row"),
        (4, None, "unreadable_row"),
    ]
    assert rows(content)[-1] == (5, EXPENSE)


def test_the_options_decide_how_values_are_read() -> None:
    content = HEADER + 'IT,Mars-NS1,"1.200,00",2.10.2021,Sam\n'
    assert rows(content, locale="de-DE", currency="EUR", date_format="D.M.YYYY") == [(2, EXPENSE)]


@pytest.mark.parametrize(
    ("content", "code", "said"),
    [
        (b"", "empty_file", "empty"),
        (b"\xef\xbb\xbf\r\n\n", "empty_file", "blank"),
        (b"PK\x03\x04\x14\x00", "damaged_workbook", "cut off"),
        (b"\xd0\xcf\x11\xe0", "not_text", "old Excel"),
        (b"<!DOCTYPE html><table>", "not_text", "web page"),
        (b'{"a": 1}', "not_text", "JSON"),
        (b"%PDF-1.7\n", "not_text", "PDF"),
        (b"\x1f\x8b\x08\x00", "not_text", "gzip"),
        (HEADER.encode() + b"IT,\x00", "not_text", "byte 52"),
        (HEADER.encode("utf-16") + b"\x00\xd8x\x00", "wrong_encoding", "offset 100"),
        ((HEADER + "\0").encode("utf-16"), "not_text", "NUL"),
        ((HEADER + "IT,Caf\xe9").encode("latin-1"), "wrong_encoding", "0xe9 at offset 55 (line 2)"),
        ((HEADER + ROW * 9).encode("cp1252"), "wrong_encoding", "0x80"),
        (b"\xef\xbb\xbf" + HEADER.encode() + b"\xff", "wrong_encoding", "offset 52"),
        (ROW.encode(), "wrong_header", "departments is missing"),
        (
            HEADER.replace("amount", "amout").encode(),
            "wrong_header",
            "'amout' is unknown (amount is near)",
        ),
        (HEADER.replace("\n", ",date\n").encode(), "wrong_header", "date comes twice"),
        (HEADER.replace("\n", ",note\n").encode(), "wrong_header", "'note' is unknown"),
        (b'"' * 3 + b"\n", "wrong_header", "is missing"),
        (HEADER.encode() + b'IT,"Mars\n' + ROW.encode() * 3, "unclosed_quote", "row 2"),
        (HEADER.encode() + ROW.encode() + b'IT,"' + b"Mars\n" * 50_000, "unclosed_quote", "row 3"),
    ],
)
def test_says_why_a_file_is_no_table_of_expenses(content: bytes, code: str, said: str) -> None:
    with pytest.raises(Malformed) as refusal:
        rows(content)
    assert refusal.value.code == code
    assert said in refusal.value.detail


class EndlessLine:
    """A file whose second line never ends, and the bytes that were read of it."""

    def __init__(self) -> None:
        self.bytes_read = 0

    def read(self, size: int, /) -> bytes:
        start = HEADER.encode() if not self.bytes_read else b""
        self.bytes_read += size
        return start.ljust(size, b"x")


def test_gives_up_on_an_endless_line_early() -> None:
    file = EndlessLine()
    with pytest.raises(Malformed) as refusal:
        list(expenses_in(file))
    assert refusal.value.code == "line_too_long"
    assert "line 2" in refusal.value.detail
    assert file.bytes_read < 2_000_000


@pytest.mark.parametrize(
    ("option", "value", "code"),
    [
        ("locale", "xx_YY", "unknown_locale"),
        ("locale", "", "unknown_locale"),
        ("locale", "\x00", "unknown_locale"),
        ("locale", "../en", "unknown_locale"),
        ("currency", "EURO", "unknown_currency"),
        ("currency", "", "unknown_currency"),
        ("date_format", "M/D/YY", "unknown_date_format"),
        ("encoding", "latin1", "unknown_encoding"),
        ("delimiter", "/", "unknown_delimiter"),
        ("header_row", "0", "wrong_row"),
        ("header_row", "٣", "wrong_row"),
        ("columns", "Betrag", "wrong_columns"),
        ("columns", "Betrag=amount;betrag=date", "wrong_columns"),
        ("columns", 'a"b";=amount', "wrong_columns"),
        ("columns", "Betrag=amout", "unknown_column"),
        ("totals", '"Total', "wrong_list"),
        ("totals", "a\0", "control_character"),
        ("sheet", "a\0", "control_character"),
        ("columns", "a\0=amount", "control_character"),
    ],
)
def test_refuses_options_that_cannot_be_used(option: str, value: str, code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        CsvReader().check({option: value}, EXPENSE_FILES.columns)
    assert [(fault.pointer, fault.code) for fault in refusal.value.faults] == [(f"/{option}", code)]
