"""Letters in the web app: members see those they were sent, and nobody else's; operators see what became of all."""

from decimal import Decimal
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.branches import Branch, Person, fresh
from tests.browser.apps import App, aside
from tests.browser.conftest import found_by_axe
from tests.facts import eventually
from tests.sites import Site

COMMON_SITE = True


@pytest.fixture
def branch(site: Site) -> Branch:
    """A bank of this test's own."""
    return Branch(site)


def _approved(branch: Branch, mira: Person) -> str:
    """The subject of the letter that tells a member of an approval, which was sent."""
    amount = fresh()
    claim = mira.claimed(amount=amount)
    assert branch.administrator().decides(claim, "approve").status_code == 200
    subject = f"Your claim of {Decimal(amount):,f} EUR was approved"

    def is_sent() -> bool:
        return bool(mira.http.get("/letters", params={"subject": subject}).json()["data"])

    assert aside(lambda: eventually(is_sent))
    return subject


def _row(page: Page, subject: str) -> Locator:
    return page.get_by_role("row").filter(has_text=subject)


def test_members_see_their_letters_and_nobody_elses(app: App, branch: Branch) -> None:
    mira, noor = branch.member("Mira"), branch.member("Noor")
    subject = _approved(branch, mira)
    page = app.signed_in(mira.principal)
    page.get_by_role("link", name="Letters").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Letters")
    expect(_row(page, subject)).to_contain_text("Sent")
    expect(page.get_by_role("columnheader", name="To")).to_have_count(0)
    assert found_by_axe(page) == []

    page.get_by_label("Find in the subject").fill("was approved")
    page.keyboard.press("Enter")
    expect(page.get_by_role("row")).to_have_count(2)  # that of the names, and this one
    page.get_by_role("link", name=subject).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Claim")
    expect(page.get_by_text("Berg approved it").first).to_be_visible()

    other = app.signed_in(noor.principal, path="/letters")
    expect(other.get_by_role("row").nth(1)).to_be_visible()  # that lets her choose a password
    expect(_row(other, "claim")).to_have_count(0)
    app.goto(other, f"/letters?recipient={branch.email('Mira')}")
    expect(other.get_by_text("It writes to you when")).to_be_visible()


def test_what_came_back_says_why_on_a_phone_in_german(app: App, branch: Branch) -> None:
    mira = branch.member("Mira")
    subject = _approved(branch, mira)
    (letter,) = mira.http.get("/letters", params={"subject": subject}).json()["data"]
    reason = f"552 5.2.2 {uuid4().hex}{uuid4().hex} is full"
    report = {"message_id": letter["message_id"], "reason": reason}
    noted = branch.site.http.post("/mail/bounces", json=report)
    assert noted.status_code == 200
    branch.operator.sees(f"/letters/{letter['uid']}", noted)
    page = app.signed_in(mira.principal, path="/letters", width=360, locale="de-DE")
    expect(_row(page, subject)).to_contain_text("Zurückgekommen")
    expect(_row(page, subject)).to_contain_text(reason)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert found_by_axe(page) == []
    page.get_by_role("link", name="Abgelehnt").click()
    expect(page.get_by_text("So einen Brief gibt es nicht.")).to_be_visible()


def test_operators_find_the_letters_to_an_address(app: App, branch: Branch) -> None:
    mira = branch.member("Mira")
    subject = _approved(branch, mira)
    page = app.signed_in(app.operator(), path="/letters")
    page.get_by_label("Find in the address").fill(branch.email("Mira").upper())
    page.keyboard.press("Enter")
    expect(_row(page, subject)).to_contain_text(branch.email("Mira"))
    assert found_by_axe(page) == []
    app.goto(page, f"/explore/letters?recipient={branch.email('Mira')}")
    expect(_row(page, subject)).to_be_visible()
