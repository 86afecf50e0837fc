"""The explorer of the web app: one page for every collection, whose address is the query of the API."""

import csv
import re
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.branches import Branch, Person
from tests.browser.apps import App
from tests.browser.conftest import found_by_axe
from tests.sites import Site

COMMON_SITE = True
SOON_MS = 60_000
expect.set_options(timeout=SOON_MS)

CLAIMS = [("Train, early", "12.00", "EUR"), ("Hotel", "340.50", "EUR"), ("Taxi", "25.00", "USD")]


@pytest.fixture
def branch(site: Site) -> Branch:
    """A bank of this test's own."""
    return Branch(site)


@pytest.fixture
def mira(branch: Branch) -> Person:
    """A member with three claims, in two currencies."""
    member = branch.member()
    accounts = {"EUR": member.account, "USD": branch.opened(member, "USD")}
    for what, amount, currency in CLAIMS:
        account = accounts[currency]
        member.claimed(description=what, amount=amount, currency=currency, bank_account_id=account)
    return member


def _rows(page: Page) -> Locator:
    return page.locator("tbody tr")


def _add(page: Page, field: str, comparison: str, value: str) -> None:
    page.get_by_role("button", name="Add a filter").click()
    form = page.get_by_role("dialog", name="Add a filter")
    form.get_by_label("Field").select_option(field)
    form.get_by_label("Comparison").select_option(comparison)
    form.get_by_label("Value").fill(value)
    form.get_by_role("button", name="Show", exact=True).click()


def test_filters_are_the_query_of_the_api_and_the_address(app: App, mira: Person) -> None:
    page = app.signed_in(mira.principal, path="/explore/reimbursements")
    expect(_rows(page)).to_have_count(3)
    _add(page, "Amount", "is at least", "20")
    expect(_rows(page)).to_have_count(2)
    assert page.url.endswith("?amount[gte]=20")
    page.get_by_role("button", name="Change the filter: Amount is at least 20").click()
    form = page.get_by_role("dialog")
    form.get_by_label("Value").fill("1,000.50")
    form.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_text("No row matches.")).to_be_visible()
    assert page.url.endswith("?amount[gte]=1000.50")
    page.go_back()
    expect(_rows(page)).to_have_count(2)
    assert found_by_axe(page) == []

    elsewhere = app.signed_in(mira.principal, path=f"/{page.url.split('/app/')[1]}", width=360)
    expect(_rows(elsewhere)).to_have_count(2)
    assert found_by_axe(elsewhere) == []
    elsewhere.get_by_role("button", name="Remove the filter: Amount is at least 20").click()
    expect(_rows(elsewhere)).to_have_count(3)


def test_sorting_and_turning_pages(app: App, mira: Person) -> None:
    page = app.signed_in(mira.principal, path="/explore/reimbursements?limit=2")
    page.get_by_role("button", name="Sort by Amount").click()
    expect(page.get_by_role("columnheader", name="Amount")).to_have_attribute(
        "aria-sort", "ascending"
    )
    expect(_rows(page).first).to_contain_text("12.00 EUR")
    page.get_by_role("button", name="Next page").click()
    expect(_rows(page)).to_have_count(1)
    expect(_rows(page)).to_contain_text("340.50 EUR")
    page.reload()
    expect(_rows(page)).to_have_count(1)
    page.get_by_role("button", name="Previous page").click()
    expect(_rows(page)).to_have_count(2)
    page.get_by_role("button", name="Next page").click()
    expect(_rows(page)).to_have_count(1)
    page.get_by_role("button", name="Sort by Amount").click()
    expect(_rows(page).first).to_contain_text("340.50 EUR")
    assert "cursor" not in page.url
    page.get_by_role("button", name="About how many?").click()
    page.get_by_role("button", name="Count exactly").click()
    expect(page.get_by_text("3 rows", exact=True)).to_be_visible()


def test_groups_as_chart_and_table_lead_to_their_rows(app: App, mira: Person) -> None:
    page = app.signed_in(mira.principal, path="/explore/reimbursements")
    page.get_by_role("link", name="Groups", exact=True).click()
    page.get_by_label("Group by").select_option("Currency")
    table = page.get_by_role("table", name=re.compile("reimbursements", re.IGNORECASE))
    expect(table.locator("tbody tr")).to_have_count(2)
    expect(table.get_by_role("row").filter(has_text="EUR").first).to_contain_text("352.50")
    expect(page.get_by_role("figure")).to_be_visible()
    expect(page.get_by_role("figure").locator("svg").first).to_be_visible()
    assert found_by_axe(page) == []
    table.get_by_role("link", name="USD").click()
    expect(_rows(page)).to_have_count(1)
    assert page.url.endswith("?currency=USD")
    expect(_rows(page)).to_contain_text("25.00 USD")


def test_values_beside_the_list_narrow_it(app: App, mira: Person) -> None:
    page = app.signed_in(mira.principal, path="/explore/reimbursements")
    expect(_rows(page)).to_have_count(3)
    page.get_by_role("button", name="Show values beside the list").click()
    currencies = page.get_by_role("region", name="Currency")
    currencies.get_by_role("button", name="EUR").click()
    expect(_rows(page)).to_have_count(2)
    currencies.get_by_role("button", name="USD").click()
    expect(_rows(page)).to_have_count(3)
    assert page.url.endswith("?currency[in]=EUR,USD")
    currencies.get_by_role("button", name="EUR").click()
    expect(_rows(page)).to_have_count(1)
    assert found_by_axe(page) == []


def test_columns_and_one_record(app: App, mira: Person) -> None:
    page = app.signed_in(mira.principal, path="/explore/reimbursements?fields=amount")
    expect(page.get_by_role("columnheader")).to_have_count(2)
    expect(_rows(page).first).to_contain_text("25.00 USD")
    page.get_by_role("button", name=re.compile("^Columns")).click()
    page.get_by_role("checkbox", name="Uid", exact=True).check()
    page.keyboard.press("Escape")
    expect(page.get_by_role("columnheader")).to_have_count(3)
    assert page.url.endswith("?fields=id,amount,uid")
    _rows(page).first.get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Reimbursement")
    expect(page.get_by_role("region", name="What is recorded")).to_contain_text("25.00 USD")
    expect(page.get_by_role("region", name="What happened").get_by_role("listitem")).to_have_count(
        1
    )
    assert found_by_axe(page) == []


def test_a_file_has_all_of_the_view(app: App, mira: Person, tmp_path: Path) -> None:
    path = "/explore/reimbursements?currency=EUR&fields=amount&sort=amount&limit=1"
    page = app.signed_in(mira.principal, path=path)
    page.get_by_role("button", name="Export").click()
    with page.expect_download() as coming:
        page.get_by_role("menuitem", name="As CSV").click()
    assert coming.value.suggested_filename == "reimbursements.csv"
    coming.value.save_as(tmp_path / "file.csv")
    with (tmp_path / "file.csv").open(encoding="utf-8", newline="") as file:
        rows = [(row["amount"], row["currency"]) for row in csv.DictReader(file)]
    assert rows == [("12.00", "EUR"), ("340.50", "EUR")]


def test_a_program_can_ask_for_the_same_view(app: App, mira: Person) -> None:
    path = "/explore/reimbursements?currency=EUR&amount[gte]=100&sort=amount"
    looks = {"permissions": ["clipboard-read", "clipboard-write"]}
    page = app.signed_in(mira.principal, path=path, **looks)
    expect(page.get_by_role("row")).to_have_count(2)
    page.get_by_role("button", name="Export").click()
    page.get_by_role("menuitem", name="Copy the address of the API").click()
    expect(page.get_by_text("Copied")).to_be_visible()
    address = page.evaluate("() => navigator.clipboard.readText()")
    assert address.startswith(f"{app.url}/reimbursements?")
    rows = mira.http.get(address).json()["data"]
    assert [row["amount"] for row in rows] == ["340.50"]


def test_what_the_api_refuses_is_told_and_mended(app: App, mira: Person) -> None:
    app.may_fail("/reimbursements")
    page = app.signed_in(mira.principal, path="/explore/reimbursements?amount[gtee]=20&sort=amont")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("This query cannot be answered as it stands.")
    alert.get_by_role("button", name="Use amount").click()
    page.get_by_role("button", name=re.compile("Use gte?")).click()
    expect(_rows(page).first).to_be_visible()


def test_each_sees_what_is_theirs(app: App, mira: Person) -> None:
    page = app.signed_in(mira.principal, path="/explore")
    expect(page.get_by_role("link", name="Reimbursements", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="Events", exact=True)).to_have_count(0)
    assert found_by_axe(page) == []
    page.get_by_label("Find a collection").fill(f"no {uuid4()}")
    expect(page.get_by_text("There is no collection of that name.")).to_be_visible()
    app.goto(page, "/explore/events")
    expect(page.get_by_text("There is no collection called events")).to_be_visible()

    operator = app.signed_in(app.operator(), path="/explore")
    collections = operator.get_by_role("main")
    expect(collections.get_by_role("link", name="Ledger entries", exact=True)).to_be_visible()
    collections.get_by_role("link", name="Events", exact=True).click()
    expect(_rows(operator).first).to_be_visible()
    assert found_by_axe(operator) == []
