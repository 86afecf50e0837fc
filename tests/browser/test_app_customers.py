"""Customers in the web app: their cash flow, how far their forms are, and what staff decide."""

import re
from uuid import uuid4

from playwright.sync_api import expect

from tests.browser.apps import App
from tests.browser.conftest import found_by_axe
from tests.sites import Site
from tests.statements import twelve
from tests.visiting import Visitor

COMMON_SITE = True


def _hands_in(site: Site, last_name: str) -> None:
    with Visitor(site) as visitor:
        visitor.open("/workflows/customer-cashflow/new")
        told = {"first_name": "Grace", "last_name": last_name, "date_of_birth": "1980-02-29"}
        values = {f"details.{name}": text for name, text in told.items()}
        file = ("s.csv", twelve("€100.10", "€160.05").encode())
        assert visitor.send(values, {"statement": file}).status_code == 303


def _asks_for_a_loan(site: Site) -> None:
    asked = {"amount": "20000", "months": "24", "income": "3000", "expenses": "1000"}
    with Visitor(site) as visitor:
        visitor.open("/workflows/loan-pre-check/new")
        contact = {"contact.name": "Ada", "contact.email": "ada@harbour.example"}
        values = {f"request.{name}": text for name, text in asked.items()}
        assert visitor.send({**contact, **values}).status_code == 303


def test_a_customers_cash_flow_is_shown_and_read_out(app: App, site: Site) -> None:
    name = f"Åkesson-{uuid4().hex[:6]}"
    _hands_in(site, name)
    page = app.signed_in(app.operator(), path="/customers")
    page.get_by_role("link", name=f"Grace {name}").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Grace {name}")
    chart = page.get_by_role("slider", name=re.compile("Did more come in than go out"))
    chart.focus()
    expect(chart).to_have_attribute("aria-valuetext", "Nov 2025, Income: 100.10 EUR")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowRight")
    expect(chart).to_have_attribute("aria-valuetext", "Dec 2025, Left over: −59.95 EUR")
    page.keyboard.press("t")
    rows = page.get_by_role("table").locator("tbody tr")
    expect(rows).to_have_count(12)
    expect(rows.first).to_have_text("Nov 2025100.10160.05−59.95")
    expect(page.get_by_text("−719.40")).to_be_visible()
    expect(page.get_by_text("Over: completed").first).to_be_visible()
    expect(page.get_by_text("Customer registered")).to_be_visible()
    assert found_by_axe(page) == []


def test_staff_decide_where_a_form_waits_for_them(app: App, site: Site) -> None:
    _asks_for_a_loan(site)
    page = app.signed_in(app.operator(), path="/customers")
    waiting = page.get_by_role("region", name="Waiting for a decision")
    waiting.get_by_role("link", name="Loan pre-check").last.click()
    expect(page.get_by_role("heading", name="Loan pre-check", level=1)).to_be_visible()
    expect(page.get_by_text("Waits for staff: Somebody decides").first).to_be_visible()
    assert found_by_axe(page) == []
    page.get_by_label("Decision", exact=True).select_option("Approve")
    page.get_by_label("Remark").fill("The budget holds.")
    page.get_by_role("button", name="Decide").click()
    expect(page.get_by_text("Over: approved").first).to_be_visible()
    expect(page.get_by_role("button", name="Decide")).to_have_count(0)
    expect(page.get_by_text("The budget holds.")).to_be_visible()


def test_customers_fit_a_phone(app: App, site: Site) -> None:
    name = f"Holm-{uuid4().hex[:6]}"
    _hands_in(site, name)
    page = app.signed_in(app.operator(), path="/customers", width=360, locale="de-DE")
    page.get_by_role("link", name=f"Grace {name}").click()
    expect(page.get_by_role("heading", name="Einnahmen und Ausgaben")).to_be_visible()
    expect(page.get_by_role("slider")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert found_by_axe(page) == []
