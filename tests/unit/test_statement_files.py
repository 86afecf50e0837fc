"""Statements in workbooks and CSV: what is read, what is asked, what is told, and where nothing is guessed."""

from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from domain.shared.errors import Invalid
from tests.statements import (
    DAYS,
    MONEY,
    NAMES,
    PLAIN,
    SHORT,
    months_of,
    read,
    rows_of,
    sheet_of,
    twelve,
)


def csv(*lines: str, header: str = "Month;Income;Expenses") -> str:
    return "\n".join((header, *lines, ""))


def asked(data: bytes | str, **options: str) -> dict[str, str | None]:
    return {it.option: it.proposal for it in read(data, **options).unsure}


def cells_told(data: bytes | str, **options: str) -> list[tuple[str | None, str]]:
    return [(it.cell, it.code) for it in read(data, **options).faults]


# What is read without a question


def test_a_plain_statement() -> None:
    reading = read(twelve())
    assert reading.is_sure
    assert reading.warnings == ()
    told = months_of(reading)
    assert (told[0], told[-1], len(told)) == (
        ("2025-11", "100.00", "60.50", "EUR"),
        ("2026-10", "100.00", "60.50", "EUR"),
        12,
    )


def test_a_workbook_with_months_as_days_and_a_currency_in_its_formats() -> None:
    reading = read(PLAIN)
    assert reading.is_sure
    assert months_of(reading)[0] == ("2025-11", "100.50", "60.00", "ZAR")
    assert reading.read_as == {"format": "xlsx", "sheet": "Sheet1", "header_row": "1"}


SAME = [(f"{day:%Y-%m}", "1234.50", "500.00", "EUR") for day in DAYS]
NOTATIONS = {
    "English": csv(*(f"{it:%b-%y};€1,234.50;500 EUR" for it in DAYS)),
    "German": csv(
        *(f"{it:%m.%Y};1.234,50 €;500,00 €" for it in DAYS), header="Monat;Einnahmen;Ausgaben"
    ),
    "French": csv(
        *(f"{it:%m/%Y};1 234,50 €;500 €" for it in DAYS), header="Mois;Recettes;Dépenses"
    ),
    "Spanish": csv(
        *(f"{it:%Y-%m};1234,50 €;500,00 €" for it in DAYS), header="Mes;Ingresos;Gastos"
    ),
    "Dutch": csv(
        *(f"{it:%Y-%m-%d};€ 1.234,50;€ 500" for it in DAYS), header="Maand;Inkomsten;Uitgaven"
    ),
    "Polish": csv(
        *(f"{it:%Y/%m};1 234,50 EUR;500 EUR" for it in DAYS),
        header="Miesiąc;Przychody;Wydatki",
    ),
    "Swiss": csv(*(f"{it:%Y%m};EUR 1'234.50;EUR 500.00" for it in DAYS)),
    "money in parentheses": csv(*(f"{it:%B %Y};€1,234.50;(€500.00)" for it in DAYS)),
    "money with a minus": csv(*(f"{it:%B %Y};€1,234.50;-€500.00" for it in DAYS)),
    "a currency in the header": csv(
        *(f"{it:%Y-%m};1,234.50;500.00" for it in DAYS),
        header="MONTH ;Income (EUR);Expenses in EUR",
    ),
    "a currency in some cells": csv(*(f"{it:%Y-%m};1,234.50;€500.00" for it in DAYS)),
    "days first": csv(*(f"{it:%d/%m/%Y};€1,234.50;€500.00" for it in DAYS)),
    "months first": csv(*(f"{it:%m/%d/%Y};€1,234.50;€500.00" for it in DAYS)),
    "the latest first": csv(*(f"{it:%Y-%m};€1,234.50;€500.00" for it in reversed(DAYS))),
    "titles above": "Cash flow;;\nof;Ada;Lovelace\n\n"
    + csv(*(f"{it:%Y-%m};€1,234.50;€500.00" for it in DAYS)),
    "totals below": csv(
        *(f"{it:%Y-%m};€1,234.50;€500.00" for it in DAYS),
        "Total;€14,814.00;€6,000.00",
        "Average;€1;€2",
    ),
    "columns beside": csv(
        *(f"{it.year};{it:%Y-%m};€734.50;€1,234.50;€500.00;fine" for it in DAYS),
        header="#;Month;Net;Income;Expenses;Note",
    )
    .replace("\n2025;", "\n;")
    .replace("\n2026;", "\n;"),
    "columns in another order": csv(
        *(f"€500.00;{it:%Y-%m};€1,234.50" for it in DAYS), header="Spending;Period;Revenue"
    ),
    "UTF-16": csv(*(f"{it:%Y-%m};€1,234.50;€500.00" for it in DAYS)),
}


@pytest.mark.parametrize("name", NOTATIONS)
def test_one_statement_in_many_notations(name: str) -> None:
    text = NOTATIONS[name]
    reading = read(text.encode("utf-16"), "cash.csv") if name == "UTF-16" else read(text)
    assert (reading.faults, reading.unsure) == ((), ())
    assert months_of(reading) == SAME


def test_a_header_may_stand_in_the_twentieth_row() -> None:
    above = [["Statement of", "Ada", "Lovelace", "2026"]] * 19
    reading = read(sheet_of([*above, NAMES, *rows_of()], MONEY))
    assert (reading.is_sure, reading.read_as["header_row"]) == (True, "20")


def test_of_several_sheets_the_one_with_the_columns_is_read() -> None:
    data = sheet_of([["Notes"], ["to", "self"]], MONEY, sheets={"Cash": [NAMES, *rows_of()]})
    reading = read(data)
    assert (reading.is_sure, reading.read_as["sheet"]) == (True, "Cash")


def test_texts_and_numbers_may_stand_side_by_side() -> None:
    rows = [
        [day, "1.234,56 €" if at % 2 else Decimal("99.5"), Decimal(5)]
        for at, day in enumerate(DAYS)
    ]
    reading = read(sheet_of([NAMES, *rows], {0: "mmm-yy"}))
    assert reading.is_sure
    assert [income for _, income, _, _ in months_of(reading)][:2] == ["99.50", "1234.56"]


# What is asked


def test_months_without_a_year_ask_for_the_last_one() -> None:
    text = csv(*(f"{it};€1;€1" for it in SHORT))
    assert asked(text) == {"last_month": "2025-12"}
    assert [month for month, *_ in months_of(read(text))][-1] == "2025-12"
    reading = read(text, last_month="2024-12")
    assert reading.is_sure
    assert months_of(reading)[0][0] == "2024-01"


def test_amounts_that_two_notations_fit_ask_for_one() -> None:
    text = csv(*(f"{it:%Y-%m};1.234;2.345" for it in DAYS))
    reading = read(text, currency="KWD")
    (question,) = reading.unsure
    assert (question.option, {*question.choices}) == ("locale", {"en_US", "de_DE"})
    for locale, amount in (("en_US", "1.234"), ("de_DE", "1234.000")):
        reading = read(text, currency="KWD", locale=locale)
        assert (reading.is_sure, months_of(reading)[0][1]) == (True, amount)


def test_of_a_currency_without_mills_only_one_fits() -> None:
    text = csv(*(f"{it:%Y-%m};1.234;2.345" for it in DAYS))
    assert months_of(read(text, currency="EUR"))[0][1:3] == ("1234.00", "2345.00")


def test_a_currency_that_nobody_names_is_asked_for() -> None:
    text = csv(*(f"{it:%Y-%m};1200.50;2" for it in DAYS))
    reading = read(text)
    assert (asked(text), reading.faults, reading.months) == ({"currency": None}, (), ())
    assert len(reading.texts) == 12
    assert read(text, currency="PLN").is_sure


def test_what_is_no_amount_is_no_sign_of_a_currency() -> None:
    rows = [f"{it:%Y-%m};{'abc' if it == DAYS[4] else 100};50" for it in DAYS]
    reading = read(csv(*rows))
    (question,) = reading.unsure
    assert (question.option, question.choices) == ("currency", ())
    assert [(it.cell, it.code) for it in reading.faults] == [("B6", "unreadable_amount")]


def test_a_sign_of_several_currencies_is_asked_for_the_likely_first() -> None:
    (question,) = read(csv(*(f"{it:%Y-%m};$1,200.50;$2" for it in DAYS))).unsure
    assert (question.option, question.choices[0]) == ("currency", "USD")
    assert {"CAD", "AUD"} <= {*question.choices}


def test_columns_of_unknown_names_are_asked_for() -> None:
    text = csv(*(f"{it:%Y-%m};€1;€2" for it in DAYS), header="A;B;C")
    (question,) = read(text).unsure
    assert (question.option, question.choices) == ("columns", ("A", "B", "C"))
    reading = read(text, columns="A=month;B=income;C=expenses")
    assert reading.is_sure
    assert reading.fingerprint == read(text).fingerprint


def test_a_column_of_numbers_is_not_left_out_in_silence() -> None:
    text = csv(
        *(f"{it:%Y-%m};€1;€5;€2" for it in DAYS), header="Month;Income;Other income;Expenses"
    )
    reading = read(text)
    (question,) = reading.unsure
    assert question.option == "columns"
    assert "'Other income'" in question.reason
    assert question.proposal == "Month=month;Income=income;Expenses=expenses"
    assert read(text, columns=question.proposal).is_sure


def test_of_two_sheets_that_fit_one_is_chosen_by_its_owner() -> None:
    data = sheet_of([NAMES, *rows_of()], MONEY, sheets={"Other": [NAMES, *rows_of()]})
    (question,) = read(data).unsure
    assert (question.option, question.choices) == ("sheet", ("Sheet1", "Other"))
    assert read(data, sheet="Other").is_sure


def test_a_file_in_no_unicode_asks_for_its_encoding() -> None:
    text = csv(*(f"{it:%m.%Y};1.234,50 €;500,00 €" for it in DAYS), header="Monat;Erträge;Ausgaben")
    reading = read(text.encode("cp1252"), "cash.csv")
    assert {it.option: it.proposal for it in reading.unsure} == {"encoding": "cp1252"}
    assert len(reading.months) == 12


def test_the_fingerprint_is_that_of_the_header() -> None:
    prints = [
        read(twelve()).fingerprint,
        read(twelve("€7").replace("Month,", " MONTH ,")).fingerprint,
        read(twelve().replace("Income", "Revenue")).fingerprint,
    ]
    assert prints[0] == prints[1] != prints[2]
    assert read("").fingerprint is None


def test_money_that_was_spent_with_either_sign_is_asked_for() -> None:
    text = twelve(expenses="(€5)").replace("(€5)", "€5", 1)
    (question,) = read(text).unsure
    assert (question.option, question.proposal) == ("spending", "negative")
    spent = [it.expenses for it in read(text, spending="negative").months]
    assert spent == [-5, *[5] * 11]
    assert [it.expenses for it in read(text, spending="positive").months] == [5, *[-5] * 11]


# What is told by cell


def test_a_value_that_is_none_is_told_with_its_cell() -> None:
    reading = read(twelve().replace('"€60.50"', '"abc"', 1).replace("2026-01", "Foo"))
    assert [(it.cell, it.text) for it in reading.faults] == [("C2", "abc"), ("A4", "Foo")]
    assert reading.faults[0].detail.startswith('C2: "abc" is not an amount')
    assert reading.faults[1].detail.startswith('A4: "Foo" is not a month')
    assert reading.months == ()


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (
            twelve().replace("2026-10", "2026-09"),
            [("A13", "repeated_month"), (None, "missing_month")],
        ),
        (twelve() + "2026-11,€1,€1\n", [("A2", "surplus_month")]),
        (twelve().replace("2026-10", ""), [("A13", "blank")]),
        (twelve().replace('"€60.50"', '"$5"', 1), [("C2", "ambiguous_symbol")]),
        (twelve().replace('"€60.50"', '"5 PLN"', 1), [("C2", "several_currencies")]),
        (twelve("€1.005"), [(f"B{it}", "too_many_decimals") for it in range(2, 14)]),
        (twelve().replace('"€60.50"', '"€60.50",x', 1), [(None, "ragged_row")]),
        (",".join(NAMES) + "\n", [(None, "missing_month")]),
    ],
)
def test_faults(data: str, told: list[tuple[str | None, str]]) -> None:
    assert cells_told(data) == told


def test_columns_further_right_have_their_letters() -> None:
    rows = [[*[None] * 27, day, "abc", Decimal(1)] for day in DAYS]
    reading = read(sheet_of([[*[None] * 27, *NAMES], *rows], {27: "mmm-yy"}))
    assert reading.faults[0].cell == "AC2"


def test_errors_and_formulas_without_a_saved_value_are_told_with_their_cells() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(NAMES)
    for day in DAYS:
        sheet.append([day, "€5", "€3"])
    sheet["B4"], sheet["C5"] = "=1+1", "#DIV/0!"
    file = BytesIO()
    book.save(file)
    reading = read(file.getvalue())
    assert [(it.cell, it.code) for it in reading.faults] == [
        ("B4", "unreadable_row"),
        ("C5", "unreadable_row"),
    ]
    assert "a formula whose value was not saved" in reading.faults[0].detail
    assert "the error #DIV/0!" in reading.faults[1].detail


def test_errors_in_columns_that_nobody_asks_for_do_not_matter() -> None:
    rows = [[*it, "#DIV/0!"] for it in rows_of()]
    data = sheet_of([[*NAMES, "Savings rate"], *rows], MONEY, _error_at_d2)
    assert read(data).is_sure


def _error_at_d2(_: Workbook, sheet: Worksheet) -> None:
    sheet.write_formula("D2", "=1/0", None, "#DIV/0!")


# What is warned of


@pytest.mark.parametrize(
    "name",
    ["RAND()", "RANDBETWEEN(1,9)", "NOW()", "now( )", "TODAY()", "OFFSET(A1,1,1)", "INDIRECT(A1)"],
)
def test_a_formula_that_is_another_at_any_time_is_told(name: str) -> None:
    rows = rows_of()
    rows[3][2] = (f"=1+{name}", 77)
    reading = read(sheet_of([NAMES, *rows], MONEY))
    assert [(it.cell, it.code) for it in reading.warnings] == [("C5", "volatile_formula")]
    assert name.split("(")[0].upper().strip() in reading.warnings[0].detail
    assert (reading.is_sure, months_of(reading)[3][2]) == (True, "77.00")


@pytest.mark.parametrize("formula", ["=SUM(B1:B2)", '=IF(1,"NOW()",2)+3', "=BRAND(1)"])
def test_other_formulas_are_read_by_their_saved_values(formula: str) -> None:
    rows = rows_of()
    rows[3][2] = (formula, 77)
    reading = read(sheet_of([NAMES, *rows], MONEY))
    assert (reading.warnings, months_of(reading)[3][2]) == ((), "77.00")


def test_hidden_and_merged_cells_are_told() -> None:
    def hide(_: Workbook, sheet: Worksheet) -> None:
        sheet.set_row(4, None, None, {"hidden": True})
        sheet.set_column(1, 1, None, None, {"hidden": True})
        sheet.merge_range("C7:D7", 5)

    reading = read(sheet_of([NAMES, *rows_of()], {0: "mmm-yy", 1: '"R"0.00', 2: "0"}, hide))
    told = [(it.cell, it.code) for it in reading.warnings if it.code != "found_currency"]
    assert told == [("B:B", "hidden_column"), ("5:5", "hidden_row"), ("C7:D7", "merged_cells")]


def test_merged_titles_and_hidden_columns_beside_are_nobodys_business() -> None:
    def hide(_: Workbook, sheet: Worksheet) -> None:
        sheet.set_column(5, 5, None, None, {"hidden": True})
        sheet.merge_range("A1:C1", "Cash flow")

    reading = read(sheet_of([[], NAMES, *rows_of()], MONEY, hide))
    assert (reading.is_sure, reading.warnings) == (True, ())


def test_what_was_found_out_is_told() -> None:
    text = csv(*(f"{it:%Y-%m};€1,234.50;-€500" for it in DAYS), "Summe;€1;€2")
    assert [it.code for it in read(text).warnings] == ["skipped_rows", "found_spending"]


# Options


def test_options_that_cannot_be_used_are_refused() -> None:
    with pytest.raises(Invalid) as refusal:
        read(twelve(), locale="xx", last_month="soon", spending="odd", currency="EURO")
    assert sorted(it.pointer or "" for it in refusal.value.faults) == [
        "/currency",
        "/last_month",
        "/locale",
        "/spending",
    ]


def test_options_of_no_statement_are_passed_over() -> None:
    assert read(twelve(), bank="x", keep="*").is_sure


def test_the_options_of_a_reading_read_the_same() -> None:
    text = NOTATIONS["German"]
    options = dict(read(text).options)
    again = read(text, **options)
    assert (again.is_sure, again.months, dict(again.options)) == (True, read(text).months, options)


# Copies and templates
