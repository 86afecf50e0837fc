"""The pages of workflows as people meet them: with and without script, on a phone, by keyboard, and in the dark."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import redis
from playwright.sync_api import Browser, Page

from domain.statements import after
from tests.browser.conftest import found_by_axe
from tests.sites import Site
from tests.statements import NAMES, sheet_of, twelve

CASHFLOW, LOAN = "/workflows/customer-cashflow/new", "/workflows/loan-pre-check/new"
PHONE, DESKTOP = {"width": 360, "height": 740}, {"width": 1280, "height": 800}
DAYS = [after(date(2025, 11, 1), it) for it in range(12)]
RESULT = "Income and expenditure by month"

Open = Callable[..., Page]


@pytest.fixture
def visit(browser: Browser, site: Site) -> Iterator[Open]:
    """Opens a page in a window of its own; nothing may be loaded from elsewhere, and nothing may complain."""
    contexts, complaints = [], list[str]()

    def opened(path: str, **told: Any) -> Page:
        context = browser.new_context(base_url=site.url, **{"viewport": DESKTOP, **told})
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "request",
            lambda request: (
                None if request.url.startswith(site.url) else complaints.append(request.url)
            ),
        )
        page.goto(path)
        return page

    yield opened
    for context in contexts:
        context.close()
    # A browser notes every answer that is an error of its own accord.
    assert [it for it in complaints if "status of 4" not in it] == []


@pytest.fixture
def statement(tmp_path: Path) -> Path:
    """A workbook that is read without a question."""
    path = tmp_path / "statement.xlsx"
    rows = [NAMES, *((day, 19_770 + 100 * at, 17_200.5 + 700 * at) for at, day in enumerate(DAYS))]
    path.write_bytes(
        sheet_of(rows, {0: "mmm yyyy", 1: "[$R-1C09] #,##0.00", 2: "[$R-1C09] #,##0.00"})
    )
    return path


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A file that does not say of which currency it is."""
    path = tmp_path / "bare.csv"
    path.write_text(twelve().replace("€", ""), encoding="utf-8")
    return path


def _fill(page: Page, file: Path | None, first: str = "Ada", last: str = "Holm") -> None:
    page.get_by_label("First name").fill(first)
    page.get_by_label("Last name").fill(last)
    page.get_by_label("Date of birth").fill("1990-12-31")
    if file:
        page.get_by_label("Your workbook").set_input_files(file)


def _send(page: Page) -> None:
    page.get_by_role("button", name="Send").click()


def _registered(site: Site, last_name: str) -> int:
    found = site.http.get("/customers", params={"last_name": last_name})
    return len(found.json()["data"])


@pytest.mark.parametrize("script", [False, True])
def test_a_customer_hands_in_a_statement_and_sees_it(
    visit: Open, statement: Path, *, script: bool
) -> None:
    page = visit("/workflows", java_script_enabled=script)
    page.get_by_role("link", name="Twelve months").click()
    _fill(page, statement)
    _send(page)
    assert page.get_by_role("heading", name=RESULT).is_visible()
    chart = page.get_by_role("img", name="Income, expenses and net per month in ZAR")
    assert chart.is_visible()
    assert page.locator("svg .bar rect").count() == 36
    assert page.get_by_role("cell", name="19,770.00").is_visible()
    page.reload()
    assert chart.is_visible(), "its address is the one to come back to"


def test_the_chart_is_drawn_in_the_colours_of_the_theme(visit: Open, statement: Path) -> None:
    colours = set()
    for scheme in ("light", "dark"):
        page = visit(CASHFLOW, color_scheme=scheme)
        _fill(page, statement)
        _send(page)
        fill = "(bar) => getComputedStyle(bar).fill"
        colours |= {page.locator(f".serie-{it} rect").first.evaluate(fill) for it in range(3)}
        text = page.locator("svg text").first.evaluate("(it) => getComputedStyle(it).fill")
        colours.add(text)
    assert len(colours) == 8


def test_long_amounts_stay_on_a_narrow_phone(visit: Open, tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_text(twelve("€12,345,678.50", "€11,345,678.50"), encoding="utf-8")
    page = visit(CASHFLOW, viewport={"width": 320, "height": 640})
    _fill(page, path)
    _send(page)
    assert page.get_by_role("cell", name="12,345,678.50").first.is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_nothing_runs_out_of_the_page(
    visit: Open, statement: Path, bare: Path, tmp_path: Path, viewport: dict[str, int], scheme: str
) -> None:
    long, wrong = "Wolfeschlegelsteinhausenbergerdorff" * 2, tmp_path / f"{'long' * 50}.csv"
    wrong.write_text(twelve().replace("60.50", "abc"), encoding="utf-8")
    page = visit("/workflows", viewport=viewport, color_scheme=scheme)

    def check(shown: str) -> None:
        assert page.get_by_role("heading", name=shown, exact=True).first.is_visible()
        assert found_by_axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]

    check("What you can do here")
    page.goto(CASHFLOW)
    check("Twelve months of income and expenditure")
    _fill(page, wrong, last=long)
    page.get_by_label("Date of birth").fill("2999-01-01")
    _send(page)
    check("There are problems")
    _fill(page, bare, first="שלום עולם", last=long)
    _send(page)
    check("Please check how we read your file")
    page.get_by_label("Which currency are the amounts in?").select_option("ZAR")
    page.get_by_role("button", name="This is right").click()
    check(RESULT)
    page.goto("/workflows/unheard-of/new")
    check("There is no such page")
    page.goto(LOAN)
    check("Loan pre-check")
    _fill_loan(page)
    _send(page)
    check("Loan pre-check")
    assert page.get_by_role("status").is_visible()


def _fill_loan(page: Page) -> None:
    told = {"Name": "Ada", "E-mail address": "ada@harbour.example", "Amount in euro": "90000"}
    told |= {"Months to pay it back": "120", "Your income in a month": "2500"}
    for label, text in (told | {"Your expenses in a month": "1000"}).items():
        page.get_by_label(label, exact=True).fill(text)


def test_errors_take_the_focus_and_lead_to_their_fields(visit: Open) -> None:
    page = visit(CASHFLOW)
    _fill(page, None)
    page.get_by_label("First name").fill("  ")
    page.get_by_label("Your workbook").evaluate("(file) => file.required = false")
    _send(page)
    page.locator("#errors:focus").wait_for()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.locator("[id='details.first_name']:focus").wait_for()
    described = page.get_by_label("First name").get_attribute("aria-describedby")
    assert page.locator(f"[id='{described}']").inner_text().split("\n")[-1] == "Enter “First name”"
    assert page.get_by_label("Last name").input_value() == "Holm"


def test_a_form_is_filled_in_by_keyboard_alone(visit: Open) -> None:
    page = visit(LOAN)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    for text in ("Ada", "ada@harbour.example", "1000", "12", "3000", "1000"):
        page.keyboard.press("Tab")
        page.keyboard.type(text)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/instances/*")
    assert "Approved" in page.get_by_role("status").inner_text()


def test_pressing_twice_and_coming_back_have_one_effect(
    visit: Open, site: Site, statement: Path
) -> None:
    name = uuid4().hex
    page = visit(CASHFLOW)
    _fill(page, statement, last=name)
    page.get_by_role("button", name="Send").dblclick()
    page.get_by_role("heading", name=RESULT).wait_for()
    first = page.url
    page.go_back()
    _fill(page, statement, last=name)
    _send(page)
    page.get_by_role("heading", name=RESULT).wait_for()
    assert page.url == first
    assert _registered(site, name) == 1


def test_a_file_that_is_kept_no_longer_is_asked_for_again(
    visit: Open, site: Site, bare: Path
) -> None:
    page = visit(CASHFLOW)
    _fill(page, bare)
    _send(page)
    with redis.Redis.from_url(site.settings["REDIS_URL"]) as client:
        client.delete(*client.keys("daybook:draft:*"))
    page.get_by_label("Which currency are the amounts in?").select_option("ZAR")
    page.get_by_role("button", name="This is right").click()
    assert page.get_by_role("link", name="Choose “Your workbook”").is_visible()
    assert page.get_by_label("Last name").input_value() == "Holm"


def test_names_are_shown_as_text(visit: Open, bare: Path, tmp_path: Path) -> None:
    page = visit(CASHFLOW)
    hostile = "<img src=x onerror=document.title=1>"
    file = tmp_path / f"{hostile.replace('/', '')}.csv"
    file.write_text(bare.read_text("utf-8").replace("100.00", hostile), encoding="utf-8")
    _fill(page, file, first=hostile, last="'\"><script>document.title=1</script>")
    _send(page)
    page.get_by_role("heading", name="Please check").wait_for()
    assert page.locator("main img, main script").count() == 0
    page.get_by_role("button", name="Choose another file").click()
    assert page.get_by_label("First name").input_value() == hostile
    assert page.title() != "1"


def test_another_site_cannot_send_a_form(visit: Open, site: Site) -> None:
    page = visit(LOAN)
    token = page.locator("input[name=token]").input_value()
    seal = page.locator("input[name=seal]").input_value()
    foreign = page.context.new_page()
    foreign.set_content(
        f"<form method=post enctype=multipart/form-data action='{site.url}/workflows/loan-pre-check'>"
        f"<input name=token value='{token}'><input name=seal value='{seal}'><button>Go</button></form>"
    )
    foreign.get_by_role("button").click()
    assert foreign.get_by_role("heading", name="This form cannot be taken").is_visible()
