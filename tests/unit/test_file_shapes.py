"""Files as people have them: the bytes, what is declared of them, and the rows that are read."""

from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest

from application.imports.ports import BadRow, Reading
from domain.shared.errors import Malformed
from infrastructure.imports.numbers import DATE_CODE, meaning_of
from infrastructure.imports.reader import CsvReader
from tests.facts import an_expense
from tests.importing import EXPENSE_FILES, asked, expenses_in
from tests.meters import NOTED_METERS
from tests.workbooks import cell, row, texts, workbook

NAMES = ["departments", "project_name", "amount", "date", "member_name"]
HEADER = ",".join(NAMES)
ZOE = an_expense(
    source="erp",
    departments="Verkauf",
    project_name="007",
    amount=Decimal("1234.50"),
    currency="EUR",
    date=date(2021, 10, 2),
    member_name="Zoë",
)
PLAIN = f'{HEADER}\nVerkauf,007,"1,234.50€",10/2/2021,Zoë\n'
GERMAN = "Abteilung;Projekt;Betrag;Datum;Mitarbeiter\nVerkauf;007;1.234,50 €;02.10.2021;Zoë\n"
GERMAN_IS = {
    "columns": "Abteilung=departments;Projekt=project_name;Betrag=amount;Datum=date;Mitarbeiter=member_name",
    "locale": "de_DE",
    "date_format": "D.M.YYYY",
}
TITLES = "Expenses of 2021\n\nPrinted:,2022-01-03\n"


def sheet_row(amount: str = cell("1234.5"), day: str = cell("44471", style="day")) -> str:
    who = cell("Verkauf", "inlineStr"), cell("007", "inlineStr")
    return row(*who, amount, day, cell("Zoë", "inlineStr"))


EUR = {"currency": "EUR"}
SHAPES: dict[str, tuple[bytes, dict[str, str], dict[str, str]]] = {
    "utf-8": (PLAIN.encode(), {}, {"format": "csv", "encoding": "utf-8", "delimiter": ","}),
    "utf-8 with mark": (PLAIN.encode("utf-8-sig"), {}, {"encoding": "utf-8"}),
    "utf-16 with mark": (PLAIN.encode("utf-16"), {}, {"encoding": "utf-16-le"}),
    "utf-16 big end first": (
        b"\xfe\xff" + PLAIN.encode("utf-16-be"),
        {},
        {"encoding": "utf-16-be"},
    ),
    "utf-16 without mark": (PLAIN.encode("utf-16-le"), {}, {"encoding": "utf-16-le"}),
    "utf-16 big end first, without mark": (
        PLAIN.encode("utf-16-be"),
        {},
        {"encoding": "utf-16-be"},
    ),
    "utf-16 in tabs, as Excel's Unicode text": (
        PLAIN.replace(",", "\t").replace("1\t2", "1,2").encode("utf-16"),
        {},
        {"delimiter": "tab"},
    ),
    "cp1252": (PLAIN.encode("cp1252"), {"encoding": "cp1252"}, {"encoding": "cp1252"}),
    "old Mac line ends": (PLAIN.replace("\n", "\r").encode(), {}, {}),
    "sep line": (("sep=;\r\n" + GERMAN).encode(), GERMAN_IS, {"delimiter": ";", "header_row": "2"}),
    "sep line in quotes, after a mark": (('"sep=;"\n' + GERMAN).encode("utf-8-sig"), GERMAN_IS, {}),
    "semicolons": (GERMAN.encode(), GERMAN_IS, {"delimiter": ";"}),
    "bars": (GERMAN.replace(";", "|").encode(), GERMAN_IS, {"delimiter": "|"}),
    "declared delimiter": (
        f"{HEADER};;\nVerkauf,007,€1234.50,10/2/2021,Zoë;;\n".replace(",", ";").encode(),
        {"delimiter": ";"},
        {"delimiter": ";"},
    ),
    "titles above": ((TITLES + PLAIN).encode(), {}, {"header_row": "4"}),
    "declared header": (
        ("a,b,c,d,e\n" + PLAIN).encode(),
        {"header_row": "2"},
        {"header_row": "2"},
    ),
    "columns of no interest": (
        PLAIN.replace("amount", "note,amount").replace('"1', '"so;,so","1').encode(),
        {"ignore": "note"},
        {},
    ),
    "every other column left out": (
        PLAIN.replace("amount", "Note;,,amount").replace('"1', 'x,,"1').encode(),
        {"ignore": "*"},
        {},
    ),
    "totals": (
        (PLAIN + 'Total,,"1,234.50€",,\n,,,,\nGrand total:,,"1,234.50€",,\n').encode(),
        {"totals": "total;grand total"},
        {"skipped_rows": "3, 5"},
    ),
    "Excel's own days as text": (
        PLAIN.replace("10/2/2021", "2-Oct-21").encode(),
        {"date_format": "D-MMM-YY"},
        {},
    ),
    "days with a midnight": (PLAIN.replace("10/2/2021", "10/2/2021 0:00:00").encode(), {}, {}),
    "serial days": (
        PLAIN.replace("10/2/2021", "44471").encode(),
        {"date_format": "M/D/YYYY;SERIAL"},
        {},
    ),
    "workbook": (
        workbook([texts(*NAMES), sheet_row()]),
        EUR,
        {"format": "xlsx", "sheet": "Sheet1", "header_row": "1"},
    ),
    "workbook with titles and blank rows": (
        workbook(
            [
                row(cell("Expenses", "inlineStr", place="A2"), number=2),
                row(number=7),
                texts(*NAMES),
                sheet_row(),
            ]
        ),
        EUR,
        {"header_row": "8"},
    ),
    "workbook of shared texts": (
        workbook(
            [
                texts(*NAMES),
                row(
                    cell("0", "s"),
                    cell("1", "s"),
                    cell("1234.5"),
                    cell("44471", style="day"),
                    cell("2", "s"),
                ),
            ],
            strings=[
                "<si><t>Verkauf</t></si>",
                "<si><r><t>0</t></r><r><t>07</t></r></si>",
                "<si><t>Zo_x00EB_</t><rPh><t>ゾエ</t></rPh></si>",
            ],
        ),
        EUR,
        {},
    ),
    "workbook in currency": (
        workbook([texts(*NAMES), sheet_row(cell("1234.5", style="euro"))]),
        {},
        {},
    ),
    "workbook of a locale": (
        workbook(
            [
                texts(*NAMES),
                sheet_row(cell("1234.5", style="euro"), cell("44471", style="day of ours")),
            ]
        ),
        {"locale": "de_DE"},
        {},
    ),
    "workbook with what a computer adds up": (
        workbook([texts(*NAMES), sheet_row(cell("1234.4999999999998"))]),
        EUR,
        {},
    ),
    "workbook of 1904": (
        workbook([texts(*NAMES), sheet_row(day=cell("43009", style="day"))], is_1904=True),
        EUR,
        {},
    ),
    "workbook of days as texts and bare numbers": (
        workbook(
            [
                texts(*NAMES),
                sheet_row(day=cell("44471")),
                sheet_row(day=cell("2.10.2021", "inlineStr")),
            ]
        ),
        {**EUR, "date_format": "D.M.YYYY;SERIAL"},
        {},
    ),
    "workbook with one sheet that is shown": (
        workbook(
            {"notes": [], "old": [texts("x")], "2021": [texts(*NAMES), sheet_row()]}, hidden=["old"]
        ),
        EUR,
        {"sheet": "2021"},
    ),
    "workbook of several sheets": (
        workbook({"notes": [texts("x")], "2021": [texts(*NAMES), sheet_row()]}),
        {**EUR, "sheet": "2021"},
        {"sheet": "2021"},
    ),
    "workbook of formulas": (
        workbook([texts(*NAMES), sheet_row("<c><f>SUM(1)</f><v>1234.5</v></c>")]),
        EUR,
        {},
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_reads(shape: str) -> None:
    content, options, read_as = SHAPES[shape]
    reading = Reading()
    CsvReader().check(asked(options=options).declared, EXPENSE_FILES.columns)
    declared, make = asked(options=options).declared, EXPENSE_FILES.facts("erp", {})
    read = [
        fact
        for _, fact, _ in CsvReader().rows(
            BytesIO(content), EXPENSE_FILES.columns, declared, make, reading
        )
    ]
    assert read == [ZOE] * max(1, len(read))
    assert reading.read_as.items() >= read_as.items()
    assert ("skipped_rows" in reading.read_as) == ("skipped_rows" in read_as)


def refused(content: bytes, **options: str) -> Malformed:
    with pytest.raises(Malformed) as refusal:
        list(expenses_in(BytesIO(content), **options))
    return refusal.value


PROPOSALS: dict[str, tuple[bytes, dict[str, str]]] = {
    "cp1252": (PLAIN.encode("cp1252"), {"encoding": "cp1252"}),
    "a column more": (PLAIN.replace("amount", "note,amount").encode(), {"ignore": "note"}),
    "a name with a semicolon": (
        PLAIN.replace("amount", '"no;te",amount').encode(),
        {"ignore": '"no;te"'},
    ),
    "names nearly right": (
        PLAIN.replace("amount", "amout").replace("member_name", "Member Name").encode(),
        {"columns": "Member Name=member_name;amout=amount"},
    ),
    "names in German": (GERMAN.encode(), {"columns": GERMAN_IS["columns"]}),
    "sheets": (workbook({"a": [texts(*NAMES)], "b": [texts("x")]}), {"sheet": "a"}),
    "nothing like it": (b"a,b\n1,2\n", {}),
    "twice": (f"{HEADER},date\n".encode(), {}),
}


@pytest.mark.parametrize("shape", PROPOSALS)
def test_a_file_that_nobody_declared_is_refused_with_what_would_fit(shape: str) -> None:
    content, proposal = PROPOSALS[shape]
    assert refused(content).facts.get("proposal", {}) == proposal


def test_what_could_be_rows_above_a_header_is_not_taken_for_titles() -> None:
    first, second, _ = PLAIN.split("\n")
    assert refused(f"{second}\n{first}\n{second}\n".encode()).code == "wrong_header"


def test_a_row_that_lacks_nothing_is_no_row_of_totals() -> None:
    content = PLAIN.replace("Verkauf", "Total Wine")
    ((_, fact),) = expenses_in(BytesIO(content.encode()), totals="Total")
    assert not isinstance(fact, tuple)


def test_a_declared_encoding_that_the_file_contradicts_is_refused() -> None:
    error = refused(PLAIN.encode("utf-16"), encoding="cp1252")
    assert (error.code, error.facts["proposal"]) == ("wrong_encoding", {"encoding": "utf-16-le"})


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ('<c t="e"><v>#N/A</v></c>', "C2 holds the error #N/A"),
        ("<c><f>1+1</f></c>", "C2 holds a formula whose value was not saved"),
        ("<c><f>1+1</f><v></v></c>", "C2 holds a formula whose value was not saved"),
        ('<c t="str"><f>""</f></c>', "C2 holds a formula whose value was not saved"),
    ],
)
def test_a_cell_without_a_value_of_its_own_makes_its_row_bad(wrong: str, said: str) -> None:
    content = workbook([texts(*NAMES), sheet_row(wrong), sheet_row()])
    (_, bad), (number, good) = expenses_in(BytesIO(content), currency="EUR")
    assert isinstance(bad, tuple)
    assert said in bad[0].reason
    assert (number, good) == (3, ZOE)


@pytest.mark.parametrize(
    ("day", "code"),
    [
        (cell("44471.5", style="day"), "unreadable_date"),
        (cell("60", style="day"), "unreadable_date"),
        (cell("44471", style="hours"), "unreadable_date"),
        (cell("44471"), "unreadable_date"),
        (cell("1e300", style="day"), "unreadable_date"),
        (cell("0", style="day"), "unreadable_date"),
    ],
)
def test_what_is_no_day_in_a_workbook(day: str, code: str) -> None:
    content = workbook([texts(*NAMES), sheet_row(day=day)])
    ((_, bad),) = expenses_in(BytesIO(content), currency="EUR")
    assert isinstance(bad, tuple)
    assert [fault.code for fault in bad] == [code]


def extras(content: str, **options: str) -> list[Any]:
    declared = asked(kind=NOTED_METERS, options=options).declared
    rows = CsvReader().rows(
        BytesIO(content.encode()), NOTED_METERS.columns, declared, NOTED_METERS.facts("s", {})
    )
    return [it.faults[0].code if isinstance(it, BadRow) else it.extra for _, it, _ in rows]


def test_columns_are_kept_by_the_names_that_the_file_gives_them() -> None:
    content = "meter,cost,Note,Colour\nW1,€1, so;so ,\nW2,€1,,\n"
    assert extras(content, keep="*") == [{"Note": " so;so "}, None]
    assert extras(content, keep="*", ignore="note") == [None, None]
    assert extras(content, keep="note", ignore="*") == [{"Note": " so;so "}, None]
    assert extras('meter,cost,extra\nW1,€1,"{""a"":""\\u0000""}"\n') == ["control_character"]
    assert extras(f"meter,cost,note\nW1,€1,{'x' * 10_000}\n", keep="*") == ["too_long"]
    assert extras('meter,cost,extra\nW1,€1,"{""a"":""\\ud800""}"\n') == ["unreadable_extra"]
    assert extras('meter,cost,extra\nW1,€1,"{""a"":""b""}"\nW2,€1,[]\n') == [
        {"a": "b"},
        "unreadable_extra",
    ]


@pytest.mark.parametrize(
    ("number", "code", "meaning"),
    [
        ("14", None, DATE_CODE),
        ("22", None, DATE_CODE),
        ("4", None, ""),
        ("164", "yyyy\\-mm\\-dd", DATE_CODE),
        ("164", "[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy", DATE_CODE),
        ("164", "[h]:mm:ss", ""),
        ("164", "[Red]0.00", ""),
        ("164", '"day "0', ""),
        ("164", "0.00E+00", ""),
        ("164", "General", ""),
        ("164", "[$€-407]#,##0.00", "€"),
        ("164", "[$$-409]#,##0.00", "$"),
        ("164", "#,##0.00\\ [$kr-41D]", "kr"),
        ("164", '_-* #,##0.00\\ "€"_-;-* #,##0.00\\ "€"_-', "€"),
        ("164", '#,##0 "USD"', "USD"),
        ("164", "£#,##0", "£"),
        ("164", "0.00%", ""),
    ],
)
def test_what_the_format_of_a_cell_says(number: str, code: str | None, meaning: str) -> None:
    assert meaning_of(number, code) == meaning
