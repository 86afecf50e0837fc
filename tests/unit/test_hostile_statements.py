"""Statements that are none, or that are meant to do harm: each is refused in words, and within bounds."""

import zipfile
from io import BytesIO

import pytest

from tests.mutations import mutated, told_of
from tests.statements import NAMES, STATEMENTS, handed, read, sheet_of, twelve
from tests.workbooks import row, texts, workbook

PLAIN = STATEMENTS.template("EUR")
CFB = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500


def with_part(name: str, content: bytes = b"x") -> bytes:
    """A sound workbook with one part more, or another in its place."""
    file = BytesIO()
    with zipfile.ZipFile(BytesIO(PLAIN)) as old, zipfile.ZipFile(file, "w") as new:
        for each in old.namelist():
            if each != name:
                new.writestr(each, old.read(each))
        new.writestr(name, content, zipfile.ZIP_DEFLATED)
    return file.getvalue()


ENTITY = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><worksheet>&e;</worksheet>'
SHEET = "xl/worksheets/sheet1.xml"
FILES: dict[str, tuple[str, bytes, str, str]] = {
    "nothing": ("a.xlsx", b"", "empty_file", "empty"),
    "a text renamed": ("a.xlsx", twelve().encode(), "not_a_workbook", "is none"),
    "a web page renamed": ("A.XLSX", b"<html>", "not_a_workbook", "is none"),
    "an old workbook": ("a.xls", CFB, "not_text", "old Excel workbook"),
    "an old workbook renamed": ("a.xlsx", CFB, "not_text", "old Excel workbook"),
    "a locked workbook": (
        "a.xlsx",
        CFB + "EncryptedPackage".encode("utf-16-le"),
        "encrypted_workbook",
        "locked with a password",
    ),
    "a PDF": ("a.pdf", b"%PDF-1.7", "not_text", "PDF"),
    "half of a workbook": ("a.xlsx", PLAIN[: len(PLAIN) // 2], "damaged_workbook", "cut off"),
    "another archive": ("a.xlsx", b"PK\x05\x06" + b"\0" * 18, "not_text", ""),
    "macros": ("a.xlsm", with_part("xl/vbaProject.bin"), "has_macros", "without them"),
    "macros renamed": ("a.xlsx", with_part("xl/vbaProject.bin"), "has_macros", "without them"),
    "an entity": ("a.xlsx", with_part(SHEET, ENTITY), "damaged_workbook", "document type"),
    "an encoding that there is not": (
        "a.xlsx",
        with_part(SHEET, b'<?xml version="1.0" encoding="UTF-99"?><worksheet/>'),
        "damaged_workbook",
        "unknown encoding",
    ),
    "a bomb": (
        "a.xlsx",
        with_part("xl/media/x.bin", b"\0" * 12_000_000),
        "workbook_too_large",
        "when unpacked",
    ),
    "texts without end": (
        "a.xlsx",
        workbook([texts(*NAMES)], strings=["<si><t>a</t></si>"] * 150_000),
        "workbook_too_large",
        "when unpacked",
    ),
    "too many bytes": ("a.csv", b"x" * 900 + b"\n" * 5_000_000, "file_too_large", "5,000,000"),
    "too many rows": ("a.csv", (twelve() + "2021-01,1,1\n" * 10_000).encode(), "too_many_rows", ""),
    "too many rows in a sheet": (
        "a.xlsx",
        workbook([texts(*NAMES), *["<row><c><v>1</v></c></row>"] * 10_001]),
        "too_many_rows",
        "10,000",
    ),
    "too many cells": (
        "a.xlsx",
        workbook([texts(*NAMES), *[row(*["<c><v>1</v></c>"] * 900)] * 70]),
        "too_many_cells",
        "60,000",
    ),
    "a header without end": (
        "a.csv",
        (",".join([*NAMES, *["x"] * 1_000]) + "\n").encode(),
        "too_many_columns",
        "1,000",
    ),
    "no table": ("a.csv", b"hello\n", "wrong_header", "month, income, expenses"),
    "an export": (
        "a.csv",
        b"uid,month,income,expenses\nx,2021-01,1,1\n",
        "wrong_header",
        "an export",
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_is_refused_in_words_and_has_a_copy_that_says_so(name: str) -> None:
    file_name, data, code, said = FILES[name]
    file = handed(data, file_name)
    reading = STATEMENTS.read(file)
    assert [it.code for it in reading.faults] == [code]
    assert said in reading.faults[0].detail
    assert reading.months == ()
    assert read(STATEMENTS.marked(file, reading)).months == ()


def test_a_thousand_faults_are_told_and_no_more() -> None:
    reading = read("\n".join([",".join(NAMES), *["x,y,z"] * 9_999]), currency="EUR")
    assert 1_000 <= len(reading.faults) <= 1_003


@pytest.mark.parametrize(
    "text", ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "\u202e", "\0", "x" * 40_000]
)
def test_whatever_stands_in_a_cell_is_told_and_copied(text: str) -> None:
    file = handed(sheet_of([NAMES, *[["2021-01", text, "€1"]]]))
    reading = STATEMENTS.read(file)
    assert reading.faults
    assert STATEMENTS.marked(file, reading)


@pytest.mark.parametrize("seed", range(6))
def test_damaged_files_are_read_asked_about_or_refused(seed: int) -> None:
    told = [told_of(file) for file in mutated(seed, 60)]
    assert len({*told}) > 3
