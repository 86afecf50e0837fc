"""Files that were made to do harm, or are broken: each is refused in words, and costs little."""

import struct
import tracemalloc
import zipfile
from collections import deque
from io import BytesIO

import pytest

from domain.shared.errors import Malformed
from infrastructure.imports.reader import CsvReader
from infrastructure.imports.sheets import Sheet
from infrastructure.imports.workbooks import opened_workbook
from tests.importing import EXPENSE_FILES, asked, expenses_in
from tests.unit.test_file_shapes import NAMES, ZOE, sheet_row
from tests.workbooks import archive, cell, row, texts, workbook

GOOD = workbook([texts(*NAMES), sheet_row()])
SHEET = "xl/worksheets/sheet1.xml"
ENTITIES = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    "<worksheet><sheetData><row><c><v>&b;</v></c></row></sheetData></worksheet>"
)


def declared_size(content: bytes, size: int) -> bytes:
    """The same archive, whose directory says that every part is so large when unpacked."""
    changed = bytearray(content)
    at = -1
    while (at := changed.find(b"PK\x01\x02", at + 1)) >= 0:
        struct.pack_into("<L", changed, at + 24, size)
    return bytes(changed)


def with_locked_parts() -> bytes:
    changed = bytearray(GOOD)
    for magic, place in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        at = -1
        while (at := changed.find(magic, at + 1)) >= 0:
            changed[at + place] |= 1
    return bytes(changed)


def with_many_parts() -> bytes:
    return archive({f"{number:0250}": "" for number in range(4_000)} | {"xl/workbook.xml": ""})


def with_sheets_that_are_one(sheets: int) -> bytes:
    """So many sheets of blank rows, all of them one part: to read it for each of them would take an hour."""
    named = "".join(f'<sheet name="{it}" r:id="rId1"/>' for it in range(sheets))
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    parts = {"xl/workbook.xml": f'<workbook xmlns:r="{office}"><sheets>{named}</sheets></workbook>'}
    return workbook(["<row/>" * 100_000], parts=parts)


def deep(depth: int) -> str:
    return "<a>" * depth + "</a>" * depth


LETTERS = "x" * 100
BOMB = archive({"xl/workbook.xml": "<workbook/>", SHEET: b"\0" * 1_000_000})

FILES: dict[str, tuple[bytes, str, str]] = {
    "a gigabyte declared": (declared_size(GOOD, 1_000_000_000), "workbook_too_large", "unpacked"),
    "less declared than there is": (declared_size(GOOD, 40), "damaged_workbook", "damaged"),
    "a part that is no XML": (
        workbook([], parts={SHEET: b"\0" * 1_000_000}),  # type: ignore[dict-item]
        "damaged_workbook",
        "not well-formed",
    ),
    "cut off": (GOOD[:-40], "damaged_workbook", "cut off"),
    "cut off at the start": (GOOD[:4] + GOOD[200:], "damaged_workbook", "damaged"),
    "a byte changed": (
        GOOD.replace(b"\x00\x00\x00\x08", b"\x00\x00\x00\x63"),
        "damaged_workbook",
        "",
    ),
    "no workbook": (archive({"word/document.xml": "<x/>"}), "not_text", "no Excel workbook"),
    "locked parts": (with_locked_parts(), "damaged_workbook", "encrypted"),
    "locked with a password": (
        b"\xd0\xcf\x11\xe0" + bytes(600) + "EncryptedPackage".encode("utf-16-le"),
        "encrypted_workbook",
        "password",
    ),
    "parts without end": (with_many_parts(), "workbook_too_large", "too many parts"),
    "no sheet": (workbook([], parts={SHEET: None}), "damaged_workbook", "is missing"),
    "no relations": (
        workbook([], parts={"xl/_rels/workbook.xml.rels": None}),
        "damaged_workbook",
        "missing",
    ),
    "nothing in it": (workbook([]), "empty_file", "no visible sheet"),
    "nothing that is shown": (
        workbook([texts(*NAMES)], hidden=["Sheet1"]),
        "empty_file",
        "visible",
    ),
    "entities": (workbook([], parts={SHEET: ENTITIES}), "damaged_workbook", "document type"),
    "a text that is not there": (
        workbook([row(cell("7", "s"))]),
        "damaged_workbook",
        "no text '7'",
    ),
    "a row out of order": (workbook([row(number=5), row(number=4)]), "damaged_workbook", "row '4'"),
    "a row beyond the last": (workbook([row(number=99_999_999)]), "damaged_workbook", "row '9"),
    "a cell out of order": (
        workbook([row(cell("1", place="B1"), cell("1", place="A1"))]),
        "damaged_workbook",
        "'A1'",
    ),
    "a cell of no place": (workbook([row(cell("1", place="1A"))]), "damaged_workbook", "'1A'"),
    "a far cell": (
        workbook([texts(*NAMES), row(cell("1", place="XFD1048576"), number=1_048_576)]),
        "too_many_columns",
        "more than 1,000 columns",
    ),
    "sheets that are one": (with_sheets_that_are_one(10_000), "empty_file", "no visible sheet"),
    "a long cell": (
        workbook([texts(*NAMES), texts("x" * 1_000_001)]),
        "line_too_long",
        "row 2 is longer than 1,000,000 characters",
    ),
    "a long cell in pieces": (
        workbook([row(f'<c t="inlineStr"><is>{f"<r><t>{LETTERS}</t></r>" * 10_001}</is></c>')]),
        "line_too_long",
        "row 1 is longer",
    ),
    "a long text that cells share": (
        workbook(
            [texts(*NAMES), row(*[cell("0", "s")] * 3)],
            strings=[f"<si><t>{'x' * 400_000}</t></si>"],
        ),
        "line_too_long",
        "row 2 is longer",
    ),
    "a header without end": (
        ",".join(map(str, range(1_001))).encode(),
        "too_many_columns",
        "row 1 names more than 1,000 columns",
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_is_refused_in_words(name: str) -> None:
    content, code, said = FILES[name]
    with pytest.raises(Malformed) as refusal:
        list(expenses_in(BytesIO(content), currency="EUR"))
    assert refusal.value.code == code
    assert said in refusal.value.detail


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param([",".join(["1" * 130_000 + "x"] * 7)], id="numbers that are none"),
        pytest.param(["A title", ",".join(f"n{it}" for it in range(100_000))], id="columns"),
    ],
)
def test_a_file_that_is_like_nothing_is_looked_at_no_longer_than_another(lines: list[str]) -> None:
    file = BytesIO("\n".join([*lines, "1,2"]).encode())
    make, declared = EXPENSE_FILES.facts("erp", {}), asked().declared
    with pytest.raises(Malformed) as refusal:
        CsvReader().preview(file, EXPENSE_FILES.columns, declared, {}, make)
    assert refusal.value.code == "wrong_header"


def test_a_workbook_takes_less_memory_than_it_has_when_unpacked() -> None:
    content = workbook([texts(*NAMES), *[sheet_row()] * 5_000])
    assert len(content) < 200_000
    tracemalloc.start()
    read = sum(fact == ZOE for _, fact in expenses_in(BytesIO(content), currency="EUR"))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert read == 5_000
    with zipfile.ZipFile(BytesIO(content)) as archived:
        unpacked = sum(it.file_size for it in archived.infolist())
    assert unpacked > 1_000_000
    assert peak < unpacked


def test_elements_however_deep_cost_no_stack() -> None:
    content = workbook([texts(*NAMES), sheet_row(), deep(200_000), sheet_row()])
    assert [fact for _, fact in expenses_in(BytesIO(content), currency="EUR")] == [ZOE, ZOE]


def test_a_sheet_of_too_many_rows_is_refused() -> None:
    content = workbook(["<row><c><v>1</v></c></row>"] * 102)
    with opened_workbook(BytesIO(content)) as opened, pytest.raises(Malformed) as refusal:
        deque(Sheet(opened, None, ".", rows_max=100), maxlen=0)
    assert refusal.value.code == "too_many_rows"
    with opened_workbook(BytesIO(content)) as opened:
        assert len(list(Sheet(opened, None, "."))) == 102


@pytest.mark.parametrize(
    ("name", "code"),
    [("a_x0000_b", None), ("a_x0007_b", "control_character"), ("a_xD800_b", None)],
)
def test_characters_that_are_none(name: str, code: str | None) -> None:
    content = workbook(
        [
            texts(*NAMES),
            row(
                *[cell(name, "inlineStr")] * 2,
                cell("1"),
                cell("44471", style="day"),
                cell("x", "inlineStr"),
            ),
        ]
    )
    ((_, read),) = expenses_in(BytesIO(content), currency="EUR")
    if code is None:
        assert not isinstance(read, tuple)
        assert read.departments == name  # type: ignore[attr-defined]
    else:
        assert isinstance(read, tuple)
        assert [fault.code for fault in read] == [code, code]
