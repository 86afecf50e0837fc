"""Profiles of files: confirmed, changed, withdrawn; and what is guessed of a file that has none."""

from io import BytesIO

import pytest

from application.imports.ports import Preview
from domain.imports.profiles import (
    DECIDER,
    ConfirmProfile,
    ProfileConfirmed,
    ProfileWithdrawn,
    WithdrawProfile,
    profile_uid,
)
from domain.shared.errors import Malformed, NotFound
from domain.shared.kits import Ended, Nothing, Open
from infrastructure.imports.reader import CsvReader
from tests.importing import EXPENSE_FILES, asked, expenses_in
from tests.kits import given_of
from tests.unit.test_file_shapes import GERMAN, GERMAN_IS, HEADER, NAMES, PLAIN, ZOE, sheet_row
from tests.workbooks import cell, texts, workbook

GERMAN_FILES = {"kind": "expenses", "source": "erp", "options": {"locale": "de_DE"}}
CONFIRM, CONFIRMED = ConfirmProfile(**GERMAN_FILES), ProfileConfirmed(**GERMAN_FILES)
OTHERS = {**GERMAN_FILES, "options": {"locale": "fr_FR"}}

given = given_of(DECIDER)


def test_is_confirmed() -> None:
    given().when(CONFIRM).then(CONFIRMED)
    assert given(CONFIRMED).state == Open(CONFIRMED)


def test_other_options_are_its_next_version() -> None:
    given(CONFIRMED).when(ConfirmProfile(**OTHERS)).then(ProfileConfirmed(**OTHERS))


def test_stays_quiet_when_the_same_is_confirmed_again() -> None:
    given(CONFIRMED).when(CONFIRM).quiet()


def test_is_withdrawn_and_may_be_confirmed_again() -> None:
    given(CONFIRMED).when(WithdrawProfile()).then(ProfileWithdrawn())
    withdrawn = given(CONFIRMED, ProfileWithdrawn())
    assert withdrawn.state == Ended(CONFIRMED)
    withdrawn.when(WithdrawProfile()).quiet()
    given(CONFIRMED, ProfileWithdrawn()).when(CONFIRM).then(CONFIRMED)


def test_what_is_not_there_cannot_be_withdrawn() -> None:
    given().when(WithdrawProfile()).refused(NotFound)
    assert given(ProfileWithdrawn()).state == Nothing()


def test_its_name_tells_kind_and_source_apart() -> None:
    uids = {profile_uid(*it) for it in [("a", "bc"), ("ab", "c"), ("a", "bd")]}
    assert len(uids) == 3


def preview(content: str | bytes, **given: str) -> Preview:
    data = content if isinstance(content, bytes) else content.encode()
    declared, make = asked(options=given).declared, EXPENSE_FILES.facts("erp", {})
    return CsvReader().preview(BytesIO(data), EXPENSE_FILES.columns, declared, given, make)


def guessed(content: str | bytes, **given: str) -> dict[str, str | None]:
    return {it.option: it.value for it in preview(content, **given).guesses}


SURE = PLAIN.replace("10/2/2021", "10/20/2021")
GUESSES: dict[str, tuple[str | bytes, dict[str, str | None]]] = {
    "nothing to guess": (SURE, {}),
    "days that could be others": (PLAIN, {"date_format": "M/D/YYYY"}),
    "German": (GERMAN, GERMAN_IS),
    "German in cp1252": (GERMAN.encode("cp1252"), {**GERMAN_IS, "encoding": "cp1252"}),
    "German under titles": (
        "Bericht\n\nStand;1.1.2022\n" + GERMAN,
        {**GERMAN_IS, "header_row": "4"},
    ),
    "names that nobody knows, told by what is under them": (
        SURE.replace("amount,date", "X,Y"),
        {"columns": "X=amount;Y=date"},
    ),
    "names nearly right, and more of them": (
        SURE.replace("amount,date", "Note,Amounts,Date of day").replace('"1', 'x,"1'),
        {"columns": "Amounts=amount;Date of day=date", "ignore": "Note"},
    ),
    "no currency": (SURE.replace("€", ""), {"currency": None}),
    "a sign of several currencies": (SURE.replace("€", "$"), {"currency": None}),
    "totals": (SURE + 'Summe:,,"1,234.50€",,\n', {"totals": "Summe"}),
    "several formats": (
        PLAIN + "IT,x,€1,2.10.2021,Zoë\nIT,x,€1,2-Oct-21,Zoë\n",
        {"date_format": "M/D/YYYY;D.M.YYYY;D-MMM-YY"},
    ),
    "days that no one format has, but two contrary ones": (
        PLAIN + "IT,x,€1,13/1/2021,Zoë\nIT,x,€1,1/13/2021,Zoë\n",
        {},
    ),
    "serial days": (PLAIN.replace("10/2/2021", "44471"), {"date_format": "SERIAL"}),
    "days first": (PLAIN.replace("10/2/2021", "31/12/2021"), {"date_format": "D/M/YYYY"}),
    "a workbook of several sheets": (
        workbook({"a": [texts(*NAMES), sheet_row(cell("1", style="euro"))], "b": [texts("x")]}),
        {"sheet": "a"},
    ),
}


@pytest.mark.parametrize("name", GUESSES)
def test_guesses(name: str) -> None:
    content, expected = GUESSES[name]
    assert guessed(content) == expected


def test_what_was_guessed_is_what_the_file_is_read_with_once_it_is_confirmed() -> None:
    content = ("Bericht\n" + GERMAN + "Summe;;1.234,50 €;;\n").encode("cp1252")
    seen = preview(content)
    assert [fact for _, fact in expenses_in(BytesIO(content), **seen.options)] == [ZOE]
    assert seen.read_as["encoding"] == "cp1252"
    (row,) = seen.rows
    assert [(it.column, it.text, it.value) for it in row.cells] == [
        ("departments", "Verkauf", "Verkauf"),
        ("project_name", "007", "007"),
        ("amount", "1.234,50 €", "1234.50 EUR"),
        ("date", "02.10.2021", "2021-10-02"),
        ("member_name", "Zoë", "Zoë"),
    ]


def test_every_guess_has_a_reason() -> None:
    reasons = [it.reason for it in preview(GERMAN).guesses]
    assert "de_DE" in reasons[1]
    assert all(reasons)


def test_what_is_declared_is_not_guessed_at() -> None:
    assert "locale" not in guessed(GERMAN, locale="en_US")


def test_values_that_cannot_be_read_are_shown_with_why() -> None:
    row, short = preview(PLAIN.replace("Zoë", "") + "a,b\n").rows
    assert [(it.column, it.text, it.value, it.code) for it in row.cells][-1] == (
        "member_name",
        "",
        None,
        "blank",
    )
    assert [fault.code for fault in short.faults] == ["ragged_row"]


def test_only_the_first_rows_are_shown_and_the_rest_is_not_read() -> None:
    rest = f"Verkauf,007,€1,10/2/2021,{'x' * 100}\n" * 20_000 + '"'
    assert [it.row for it in preview(f"{HEADER}\n{rest}").rows] == list(range(2, 22))


def test_what_is_like_nothing_is_refused() -> None:
    with pytest.raises(Malformed) as refusal:
        preview("a,b\n1,2\n")
    assert refusal.value.code == "wrong_header"
