"""The screens of auditors, as people click them: the ledger, expenses, the log."""

import re
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.browser.apps import App, aside
from tests.browser.conftest import found_by_axe
from tests.demo import signed_in
from tests.facts import eventually
from tests.sites import Site

COMMON_SITE = True

FIRM_AUDITOR = "greta@daybook.example"
OPERATOR, AUDITOR = "operator@daybook.example", "nadia@harbour.example"
MEMBER, ADMINISTRATOR = "ines@harbour.example", "ruth@harbour.example"


@pytest.fixture(scope="module")
def paid(demo: Site) -> dict[str, Any]:
    """The first entry of the journal for a claim that was approved and paid."""
    return aside(lambda: _paid(demo))


def _paid(site: Site) -> dict[str, Any]:
    with signed_in(site, MEMBER) as member, signed_in(site, ADMINISTRATOR) as administrator:
        account = member.get("/accounts").json()["data"][0]["id"]
        claim = member.post(
            "/reimbursements",
            json={
                "bank_account_id": account,
                "amount": "63.00",
                "description": f"Taxi {uuid4()}",
                "incurred_on": "2026-03-02",
            },
        ).json()
        administrator.post(
            f"/reimbursements/{claim['id']}/approve", json={"acknowledge_duplicates": True}
        )
        query = {"reimbursement_uid": claim["uid"], "occasion": "settled"}
        rows = eventually(lambda: administrator.get("/ledger/entries", params=query).json()["data"])
        return dict(rows[0])


def test_balances_as_of_a_day_differ_from_those_of_now_and_debits_equal_credits(
    app: App, paid: dict[str, Any]
) -> None:
    """Now the account is there with the payment in it; long ago nothing was posted."""
    page = app.signed_in(AUDITOR, path="/ledger")
    expect(page.get_by_role("link", name="Cash at bank")).to_be_visible()
    expect(page.get_by_text("the difference is 0.00 EUR")).to_be_visible()
    assert found_by_axe(page) == []
    app.goto(page, "/ledger?as_of=2020-01-01")
    expect(page.get_by_text("Nothing had been posted by then.")).to_be_visible()


def test_an_entry_leads_to_its_payment_and_its_claim(app: App, paid: dict[str, Any]) -> None:
    """Both sides are there, and what it follows from."""
    page = app.signed_in(AUDITOR, path="/ledger/entries")
    assert found_by_axe(page) == []
    app.goto(page, f"/ledger/entries/{paid['id']}")
    expect(page.get_by_role("row", name=re.compile("Cash at bank"))).to_contain_text("63.00")
    payment = page.get_by_role("link", name="Open the payment")
    assert (payment.get_attribute("href") or "").endswith(paid["payment_uid"])
    claim = page.get_by_role("link", name="Open the claim")
    assert (claim.get_attribute("href") or "").endswith(paid["reimbursement_uid"])
    assert found_by_axe(page) == []


def test_the_totals_of_expenses_are_those_of_the_api(app: App, site: Site, paid: object) -> None:
    """What the page adds up for a filter is what the API does."""
    query = {"member_name[contains]": "Ines", "by": "currency"}
    eventually(lambda: site.http.get("/expenses/aggregates", params=query).json()["data"])
    rows = site.http.get("/expenses/aggregates", params=query).json()["data"]
    page = app.signed_in(OPERATOR, path="/expenses")
    page.get_by_role("searchbox", name="Who").fill("Ines")
    page.get_by_role("button", name="Show", exact=True).click()
    sums = page.get_by_role("region", name="Totals of all that fits")
    for row in rows:
        expect(sums).to_contain_text(f"{float(row['sum:amount']):,.2f} {row['currency']}")
    assert found_by_axe(page) == []


def test_an_expense_is_recorded_by_hand_and_voided_with_a_reason(app: App, demo: Site) -> None:
    """Its history tells both, and that it was oneself."""
    page = app.signed_in(OPERATOR, path="/expenses/new")
    page.get_by_label("Who").fill("Ines Falk")
    page.get_by_label("Amount").fill("12.40")
    page.get_by_role("spinbutton", name=re.compile("^day")).press_sequentially("14032026")
    page.get_by_label("Project").fill("Harbour")
    page.get_by_label("Department").fill("IT")
    page.get_by_role("button", name="Record an expense").click()
    page.get_by_role("button", name="Void").click()
    page.get_by_label("Reason").fill("Paid by the tenant")
    page.get_by_role("alertdialog").get_by_role("button", name="Void").click()
    history = page.get_by_role("region", name="What happened")
    expect(history).to_contain_text("Expense voided by you")
    expect(history).to_contain_text("Paid by the tenant")
    assert found_by_axe(page) == []


def test_the_graph_of_an_approval_shows_the_payment_and_the_mail(
    app: App, paid: dict[str, Any]
) -> None:
    """All that followed from it is drawn, each a link to its event."""
    page = app.signed_in(OPERATOR, path=f"/events/{paid['id']}")
    graph = page.get_by_role("group", name="Graph of correlation and causation")
    expect(graph.get_by_role("link", name="Claim approved")).to_be_visible()
    expect(
        graph.get_by_role("link", name=re.compile("Payment of 63.00 EUR ordered"))
    ).to_be_visible()
    expect(graph.get_by_role("link", name=re.compile("E-mail to ines")).first).to_be_visible()
    assert found_by_axe(page) == []


def test_the_live_tail_shows_what_is_recorded_meanwhile_and_pauses(app: App, demo: Site) -> None:
    """What comes while it is paused waits until it goes on."""
    page = app.signed_in(OPERATOR, path="/events")
    with page.expect_request(re.compile("/events/stream")):
        page.get_by_role("switch", name=re.compile("Live")).check()
    first = _expense(demo)
    expect(page.get_by_role("link", name=first, exact=True)).to_be_visible()
    page.get_by_role("button", name="Pause").click()
    second = _expense(demo)
    expect(page.get_by_role("status").filter(has_text="Paused: one new event")).to_be_visible()
    expect(page.get_by_role("link", name=second, exact=True)).to_be_hidden()
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("link", name=second, exact=True)).to_be_visible()
    assert found_by_axe(page) == []


def test_an_auditor_of_the_firm_goes_from_the_log_to_causes_and_follows_it_live(
    app: App, demo: Site, paid: dict[str, Any]
) -> None:
    """From the start page to the log, an event, its graph and another event of it, and what is recorded meanwhile."""
    page = app.signed_in(FIRM_AUDITOR)
    assert found_by_axe(page) == []
    page.get_by_role("navigation").get_by_role("link", name="Events").click()
    approval = {"name": "reimbursement.approved.v1", "stream_id": paid["reimbursement_uid"]}
    app.goto(page, f"/events?{urlencode(approval)}")
    page.get_by_role("table").get_by_role("link").first.click()
    expect(page.get_by_role("heading", name=re.compile("^Event ")).first).to_be_visible()
    graph = page.get_by_role("group", name="Graph of correlation and causation")
    expect(graph.get_by_text("Ruth Abara")).to_be_visible()
    expect(graph.get_by_role("link", name=re.compile("E-mail to ines")).first).to_be_visible()
    graph.get_by_role("link", name=re.compile("Payment of 63.00 EUR ordered")).click()
    expect(page.get_by_text("Payment of 63.00 EUR ordered").first).to_be_visible()
    page.get_by_role("link", name="Its history").click()
    expect(page.get_by_role("heading", name="History of")).to_be_visible()
    expect(page.get_by_role("main").get_by_text("63.00 EUR arrived")).to_be_visible()
    app.goto(page, "/events")
    with page.expect_request(re.compile("/events/stream")):
        page.get_by_role("switch", name=re.compile("Live")).check()
    expect(page.get_by_role("link", name=_expense(demo), exact=True)).to_be_visible()
    assert found_by_axe(page) == []


READING = re.compile(
    "^(Show|Show as a table|Find|Calendar|Previous page|Next page|Older|Newer|Pause|Go on)$"
)
"""What buttons say that only show something else; those of a table's head sort."""


def test_an_auditor_of_the_firm_sees_every_bank_and_no_button_that_does_anything(
    app: App, demo: Site, paid: dict[str, Any]
) -> None:
    """On every screen of theirs, and on one record of each; nothing that a screen asks for is refused to them."""
    page = app.signed_in(FIRM_AUDITOR, path="/accounts")
    refused = list[str]()
    page.on("response", lambda it: it.status >= 400 and refused.append(f"{it.status} {it.url}"))
    for name in ("Ines Falk", "Dana Whitfield"):
        expect(page.get_by_role("link", name=name)).to_be_visible()
    places = page.locator("nav#places a").evaluate_all(
        "links => [...new Set(links.map((link) => link.pathname.replace('/app', '')))]"
    )
    assert {"/events", "/ledger", "/expenses", "/transactions"} < set(places)
    assert not {"/inbox", "/customers", "/users", "/machines", "/reactions", "/health"} & {*places}
    records = [f"/claims/{paid['reimbursement_uid']}", f"/payments/{paid['payment_uid']}"]
    doing = list[str]()
    for path in [*places, *records, f"/ledger/entries/{paid['id']}"]:
        app.goto(page, path)
        expect(page.locator(".loading")).to_have_count(0)
        for each in page.locator("main button:not(th button):not(td button)").all():
            label = each.get_attribute("aria-label") or each.inner_text()
            if not READING.match(label.strip()):
                doing.append(f"{path}: {label}")
        doing += [
            f"{path}: {link}" for link in page.locator("main a.button.main").all_inner_texts()
        ]
    assert (doing, refused) == ([], [])


def test_a_thing_is_found_by_its_name_and_number(app: App, demo: Site) -> None:
    """As somebody would write it into a message."""
    number = _expense(demo)
    page = app.signed_in(OPERATOR, path="/events")
    page.get_by_label("Find a thing or an event").fill(f"expenses/{number}")
    page.get_by_role("button", name="Find").click()
    expect(page.get_by_role("heading", name=f"History of expenses/{number}")).to_be_visible()
    expect(page.get_by_role("region", name="What happened")).to_contain_text("Expense of 48.20 EUR")
    assert found_by_axe(page) == []


def _expense(site: Site) -> str:
    """The number of an expense that is recorded now, which is the position of its event."""
    expense = {
        "departments": "IT",
        "project_name": f"Harbour {uuid4()}",
        "amount": "48.20",
        "currency": "EUR",
        "date": "2026-03-14",
        "member_name": "Ines Falk",
    }
    return str(site.http.post("/expenses", json=expense).json()["id"])
