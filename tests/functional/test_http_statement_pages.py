"""A statement handed in on a page: taken if it is sure, asked about if not, given back if it is wrong."""

from collections.abc import Iterator
from datetime import date
from io import BytesIO
from typing import Any

import openpyxl
import psycopg
import pytest

from domain.statements import after
from tests.processes import wait_until
from tests.sites import Site
from tests.statements import NAMES, sheet_of, twelve
from tests.visiting import Files, Visitor

COMMON_SITE = True

NEW = "/workflows/customer-cashflow/new"
ADA = {
    "details.first_name": "Ada",
    "details.last_name": "Holm",
    "details.date_of_birth": "1990-12-31",
}
_MONTHS_TABLE = """
SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) FROM pg_tables
WHERE tablename LIKE 'statement_months%'
"""
DAYS = [after(date(2025, 11, 1), it) for it in range(12)]


@pytest.fixture
def visitor(site: Site) -> Iterator[Visitor]:
    """Somebody with the form open."""
    with Visitor(site) as somebody:
        somebody.open(NEW)
        yield somebody


def _file(content: bytes | str, name: str = "") -> Files:
    data = content if isinstance(content, bytes) else content.encode()
    return {"statement": (name or ("s.csv" if isinstance(content, str) else "s.xlsx"), data)}


def _registered(site: Site) -> int:
    asked = {"name": "customer.registered.v1", "limit": "200"}
    return len(site.http.get("/events", params=asked).json()["data"])


def test_a_sure_file_is_taken_at_once_and_shown(site: Site, visitor: Visitor) -> None:
    answer = visitor.send(ADA, _file(twelve()))
    assert answer.status_code == 303
    assert visitor.open(answer.headers["location"]).status_code == 200
    assert visitor.page.count("<svg") == 1
    assert "November 2025" in visitor.page
    assert "<caption>The same, month by month, in EUR</caption>" in visitor.page
    for told in ("100.00", "60.50", "39.50", "1,200.00", "474.00"):
        assert f">{told}</td>" in visitor.page


def test_a_workbook_is_taken_as_well(visitor: Visitor) -> None:
    rows = [NAMES, *((day, 2000, 1500.25) for day in DAYS)]
    formats = {0: "mmm yyyy", 1: "[$R-1C09] #,##0.00", 2: "[$R-1C09] #,##0.00"}
    answer = visitor.send(ADA, _file(sheet_of(rows, formats)))
    assert answer.status_code == 303, visitor.page
    visitor.open(answer.headers["location"])
    assert "amounts in ZAR" in visitor.page


def test_the_template_round_trips(visitor: Visitor) -> None:
    assert 'href="/workflows/customer-cashflow/template.xlsx"' in visitor.page
    template = visitor.open("/workflows/customer-cashflow/template.xlsx")
    assert template.status_code == 200
    assert 'filename="customer-cashflow.xlsx"' in template.headers["content-disposition"]
    assert visitor.send(ADA, _file(template.content)).status_code == 303


def test_what_is_wrong_is_told_by_cell_and_can_be_downloaded(site: Site, visitor: Visitor) -> None:
    before = _registered(site)
    answer = visitor.send(ADA, _file(twelve().replace("60.50", "abc", 1)))
    assert answer.status_code == 422
    assert "C2: " in visitor.page
    assert "is not an amount" in visitor.page
    assert 'value="Holm"' in visitor.page
    (link,) = [part.split('"')[0] for part in visitor.page.split('href="') if "errors.xlsx" in part]
    page = visitor.page
    marked = visitor.open(link)
    sheet = openpyxl.load_workbook(BytesIO(marked.content)).active
    assert sheet is not None
    assert [cell.value for cell in sheet[1]][-1] == "error"
    assert "abc" in str([cell.value for cell in sheet[2]][-1])
    assert visitor.open(link.replace("/instances/", "/instances/A")).status_code == 404
    visitor.page = page
    assert visitor.send(ADA, _file(twelve())).status_code == 303
    assert _registered(site) == before + 1


def test_a_file_need_not_be_chosen_again_because_of_a_name(visitor: Visitor) -> None:
    answer = visitor.send({**ADA, "details.first_name": " "}, _file(twelve(), "mine <1>.csv"))
    assert answer.status_code == 422
    assert "You chose <bdi>mine &lt;1&gt;.csv</bdi>" in visitor.page
    assert visitor.send(ADA).status_code == 303


def test_what_a_file_does_not_say_is_asked_and_proposed_to_nobody_else(
    site: Site, visitor: Visitor
) -> None:
    bare = twelve().replace("€", "").replace("Month,", "Months covered,")
    answer = visitor.send(ADA, _file(bare))
    assert answer.status_code == 200
    assert "Which currency are the amounts in?" in visitor.page
    assert "Nothing is recorded yet" in visitor.page
    answer = visitor.send({"option.currency": "ZAR"})
    assert answer.status_code == 303, visitor.page
    visitor.open(answer.headers["location"])
    assert "amounts in ZAR" in visitor.page
    with Visitor(site) as other:
        other.open(NEW)
        assert other.send(ADA, _file(bare)).status_code == 200
        assert "ZAR" not in other.filled().values()


def test_columns_are_mapped_by_hand_and_proposed_to_the_next(site: Site, visitor: Visitor) -> None:
    strange = twelve().replace("Income,Expenses", "Plus,Minus")
    answer = visitor.send(ADA, _file(strange))
    assert answer.status_code == 200
    assert "Which column has the income?" in visitor.page
    columns = {"month": "Month", "income": "Plus", "expenses": "Minus"}
    given = {f"option.columns.{name}": told for name, told in columns.items()}
    answer = visitor.send(given)
    assert answer.status_code == 303, visitor.page
    with Visitor(site) as other:
        other.open(NEW)
        assert other.send(ADA, _file(strange)).status_code == 200, "never used unseen"
        assert given.items() <= other.filled().items()


def test_what_a_file_says_of_its_columns_is_not_overruled_by_others(
    site: Site, visitor: Visitor
) -> None:
    strange = twelve().replace("Month,Income,Expenses", "Month,Income,Leaving")
    visitor.send(ADA, _file(strange))
    says = visitor.filled()
    assert says["option.columns.income"] == "Income"
    swapped = {"option.columns.income": "Leaving", "option.columns.expenses": "Income"}
    assert visitor.send({"option.columns.month": "Month", **swapped}).status_code == 303
    with Visitor(site) as other:
        other.open(NEW)
        assert other.send(ADA, _file(strange)).status_code == 200
        assert other.filled()["option.columns.income"] == "Income"


def test_another_file_can_be_chosen_instead_of_answering(visitor: Visitor) -> None:
    visitor.send(ADA, _file(twelve().replace("€", "")))
    answer = visitor.send({"again": "yes"})
    assert answer.status_code == 200
    assert 'type="file"' in visitor.page
    assert 'value="Holm"' in visitor.page
    assert visitor.send(ADA, _file(twelve())).status_code == 303


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (twelve().rsplit("\n", 2)[0] + "\n", "12 consecutive months were expected"),
        (b"PK\x03\x04 damaged", ""),
        ("Month,Income,Expenses\n", "12 months were expected"),
        ("", "Choose “Your workbook”"),
    ],
)
def test_a_file_that_will_not_do_is_told(visitor: Visitor, content: bytes | str, told: str) -> None:
    answer = visitor.send(ADA, _file(content))
    assert answer.status_code == 422
    assert told in visitor.page
    assert visitor.errors()


HOSTILE = "<script>alert(1)</script>"


def test_markup_in_files_stays_text(visitor: Visitor) -> None:
    rows = [(HOSTILE, "Income", "Expenses"), *((HOSTILE, HOSTILE, 1) for _ in DAYS)]
    for file in (
        _file(twelve().replace("60.50", HOSTILE), f"{HOSTILE}.csv"),
        _file(twelve().replace("Month,Income,Expenses", f"{HOSTILE},In {HOSTILE},Out")),
        _file(sheet_of(rows), f"{HOSTILE}.xlsx"),
    ):
        visitor.open(NEW)
        assert visitor.send(ADA, file).status_code in (200, 422)
        assert "<script" not in visitor.page


@pytest.mark.parametrize(
    ("born", "told"),
    [("2999-01-01", "a day that is over"), ("1850-01-01", "130 years"), ("x", "1990-12-31")],
)
def test_dates_of_birth_are_held_to_a_life(visitor: Visitor, born: str, told: str) -> None:
    answer = visitor.send({**ADA, "details.date_of_birth": born}, _file(twelve()))
    assert answer.status_code == 422
    assert told in visitor.errors()[0]


@pytest.mark.parametrize("name", ["  Åsa  ", "李", "O'Neill-Söhne", "ש" * 100])
def test_names_of_any_script_are_taken(visitor: Visitor, name: str) -> None:
    assert visitor.send({**ADA, "details.last_name": name}, _file(twelve())).status_code == 303


def test_names_are_no_longer_than_a_hundred_characters(visitor: Visitor) -> None:
    answer = visitor.send({**ADA, "details.last_name": "x" * 101}, _file(twelve()))
    assert answer.status_code == 422


def test_a_file_with_faults_is_not_asked_about_as_if_it_could_go_on(visitor: Visitor) -> None:
    formats = {0: "mmm yyyy", 1: "[$R-1C09] #,##0.00", 2: "[$R-1C09] #,##0.00"}
    rows: list[list[Any]] = [[day, 2000, 1500.25] for day in DAYS]
    rows[3][2] = ("=1+NOW()", 77)
    assert visitor.send(ADA, _file(sheet_of([NAMES, *rows], formats))).status_code == 200
    assert "This is right, go on" in visitor.page, "with a warning alone"
    rows[5][1] = "abc"
    visitor.open(NEW)
    answer = visitor.send(ADA, _file(sheet_of([NAMES, *rows], formats)))
    assert answer.status_code == 422
    assert "This is right, go on" not in visitor.page
    assert "is not an amount" in visitor.page
    assert "Worth a look, too" in visitor.page
    assert "C5" in visitor.page


def test_what_is_recorded_and_not_to_be_seen_yet_is_told_so(site: Site, visitor: Visitor) -> None:
    with psycopg.connect(site.settings["DATABASE_URL"]) as connection:
        ((table,),) = connection.execute(_MONTHS_TABLE).fetchall()
        connection.execute(f"LOCK TABLE {table} IN EXCLUSIVE MODE".encode())
        path = visitor.send(ADA, _file(twelve())).headers["location"]
        answer = visitor.open(path)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
        assert "We have what you sent" in visitor.page
        assert "received and is recorded" in visitor.page
        assert "statement_months" not in visitor.page
    wait_until(lambda: visitor.open(path).status_code == 200, "the months")
    assert "<svg" in visitor.page
