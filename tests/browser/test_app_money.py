"""Proposals, people, policies and payments by file in the web app, as the two people do them whom it takes."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from domain.identity.sessions import SignInWay
from tests.branches import Branch, Person, an_iban
from tests.browser.apps import PATIENCE_MS, App, aside
from tests.browser.conftest import found_by_axe
from tests.facts import eventually
from tests.people import PASSWORD, give_password
from tests.seconding import posted
from tests.sites import Site

SETTINGS = {"DAYBOOK_RAIL": "sepa_file"}
WAITS = "Not done yet: somebody else has to confirm it."
DEEDS = re.compile(r"^(Admit|Appoint an|Propose|Make|Confirm|Reject|Release)\b")
AN_HOUR = timedelta(hours=1)
expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture
def branch(site: Site) -> Branch:
    """A bank of this test's own."""
    return Branch(site)


@pytest.fixture
def two(branch: Branch) -> tuple[Person, Person]:
    """Two administrators, who decide any amount alone."""
    return branch.administrator("Ruth"), branch.administrator("Milan")


def _dialog(page: Page) -> Any:
    return page.get_by_role("dialog").or_(page.get_by_role("alertdialog"))


def _is_said(page: Page, text: str) -> None:
    expect(page.get_by_text(text).first).to_be_visible()


def _long_ago(app: App, page: Page, person: Person) -> None:
    """From now on the page goes on with a session whose sign-in is an hour ago."""
    door = app.site.door
    token = door.token_since(
        person.principal, datetime.now(tz=UTC) - AN_HOUR, way=SignInWay.PASSWORD
    )
    pair = json.dumps({"access_token": token, "token_type": "Bearer", "expires_in": 600})
    page.route(
        "**/auth/refresh",
        lambda route: route.fulfill(body=pair, content_type="application/json"),
    )


def test_another_account_is_proposed_by_one_and_confirmed_by_another_who_proves_who_they_are(
    app: App, branch: Branch, two: tuple[Person, Person]
) -> None:
    ruth, milan = two
    mira = branch.member("Mira")
    page = app.signed_in(ruth.principal, path=f"/accounts/{mira.account}")
    page.get_by_role("button", name="Change", exact=True).click()
    page.get_by_label("IBAN").fill(an_iban(4711))
    page.get_by_role("button", name="Propose").click()
    _is_said(page, WAITS)
    page.get_by_role("link", name="See the proposal").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Pay Mira Berg into another account")
    _is_said(page, "You proposed this, so somebody else confirms it.")
    expect(page.get_by_role("button", name="Confirm")).to_have_count(0)
    expect(page.get_by_role("button", name="Withdraw")).to_be_visible()
    app.goto(page, page.url.split("/app")[1])  # without what the last button announced
    expect(page.get_by_role("button", name="Withdraw")).to_be_visible()
    assert found_by_axe(page) == []

    app.may_fail("/confirm")
    second = app.signed_in(milan.principal)
    _long_ago(app, second, milan)
    app.goto(second, "/proposals")
    waiting = second.get_by_role("article", name="Pay Mira Berg into another account")
    expect(waiting.get_by_role("row", name="IBAN")).to_contain_text(an_iban(4711)[-4:])
    waiting.get_by_role("button", name="Confirm").click()
    second.get_by_role("alertdialog").get_by_role("button", name="Confirm").click()
    prove = second.get_by_role("dialog", name="Is it still you?")
    prove.get_by_label("Password", exact=True).fill(PASSWORD)
    prove.get_by_role("button", name="Confirm by password").click()
    _is_said(second, "Confirmed. It holds from now on.")
    expect(waiting).to_have_count(0)
    assert ruth.http.get(f"/accounts/{mira.account}").json()["iban"][-4:] == an_iban(4711)[-4:]


def test_an_administrator_is_appointed_by_keyboard_alone_and_rejected_with_a_reason(
    app: App, branch: Branch, two: tuple[Person, Person]
) -> None:
    ruth, milan = two
    page = app.signed_in(ruth.principal, path="/people")
    press = page.keyboard.press
    page.get_by_role("button", name="Appoint an administrator").focus()
    press("Enter")
    expect(page.get_by_label("First name")).to_be_focused()
    for text in ("Tess", "Okafor", branch.email("Tess")):
        page.keyboard.type(text)
        press("Tab")
    expect(page.get_by_label("Limit in EUR")).to_be_focused()
    page.keyboard.type("250.00")
    press("Enter")
    _is_said(page, WAITS)
    press("Shift+Tab")
    expect(page.get_by_role("link", name="See the proposal")).to_be_focused()
    press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Appoint Tess Okafor an administrator"
    )
    expect(page.get_by_role("row", name="Decides alone")).to_contain_text("up to 250.00 EUR")

    second = app.signed_in(milan.principal, path=page.url.split("/app")[1])
    second.get_by_role("button", name="Reject").click()
    _dialog(second).get_by_label("Reason").fill("We agreed on 100.00")
    _dialog(second).get_by_role("button", name="Reject").click()
    _is_said(second, "Rejected. Nothing changes.")
    app.goto(page, "/proposals")
    expect(page.get_by_role("row", name="Appoint Tess Okafor")).to_contain_text("Rejected")


def test_a_limit_is_lowered_at_once_and_raised_by_two(
    app: App, branch: Branch, two: tuple[Person, Person]
) -> None:
    ruth, _ = two
    tess = branch.administrator("Tess", limit="250.00")
    page = app.signed_in(ruth.principal, path=f"/people/{tess.principal.user_uid}")
    for limit, said in (("100.00", "Tess Berg has another limit."), ("400.00", WAITS)):
        page.get_by_role("button", name="Change the limit").click()
        _dialog(page).get_by_label("Limit in EUR").fill(limit)
        _dialog(page).get_by_role("button", name="Change the limit").click()
        _is_said(page, said)
    page.get_by_role("button", name="Done").click()
    expect(page.get_by_text("100.00 EUR").first).to_be_visible()


def test_ending_a_membership_asks_for_the_person_by_name(
    app: App, branch: Branch, two: tuple[Person, Person]
) -> None:
    mira = branch.member("Mira")
    page = app.signed_in(two[0].principal, path="/people")
    page.get_by_role("link", name="Berg, Mira").click()
    page.get_by_role("button", name="End the membership").click()
    question = page.get_by_role("alertdialog", name="End the membership of Mira Berg?")
    expect(question.get_by_role("button", name="Cancel")).to_be_focused()
    page.keyboard.press("Escape")
    expect(question).to_have_count(0)
    page.get_by_role("button", name="End the membership").click()
    question.get_by_role("button", name="End the membership").click()
    _is_said(page, "Mira Berg is no member any more.")
    assert two[0].http.get(mira.path).json()["status"] == "inactive"


def test_a_member_opens_an_account_and_is_told_of_a_wrong_number_at_the_field(
    app: App, branch: Branch, two: tuple[Person, Person]
) -> None:
    mira = branch.member("Mira")
    app.may_fail("/accounts")
    page = app.signed_in(mira.principal, path="/accounts")
    page.get_by_role("button", name="Open an account").click()
    number = _dialog(page).get_by_label("IBAN")
    number.fill("DE00 1234")
    _dialog(page).get_by_role("button", name="Open an account").click()
    expect(number).to_have_attribute("aria-invalid", "true")
    number.fill(an_iban(815))
    _dialog(page).get_by_role("button", name="Open an account").click()
    _is_said(page, "Opened. Claims can name it from now on.")
    expect(page.get_by_role("row", name=f"****{an_iban(815)[-4:]}")).to_be_visible()


def test_a_policy_is_set_with_what_it_changes_in_words_and_a_second_person(
    app: App, branch: Branch, two: tuple[Person, Person]
) -> None:
    page = app.signed_in(two[0].principal, path="/policies")
    page.get_by_role("button", name="Propose a change").click()
    preview = page.get_by_role("region", name="What would change")
    _is_said(page, "Nothing yet. Change a field to see it here.")
    page.get_by_label("Hours to hold").fill("48")
    page.get_by_role("button", name="Add a tier").click()
    first = page.get_by_role("group", name="Tier 1")
    first.get_by_label("Up to").fill("1,000.00")
    first.get_by_label("Currency").fill("EUR")
    expect(preview).to_contain_text("Payments wait for 48 hours.")
    expect(preview).to_contain_text("Up to 1,000.00 EUR: one administrator.")
    assert found_by_axe(page) == []
    page.get_by_role("button", name="Propose", exact=True).click()
    _is_said(page, WAITS)

    second = app.signed_in(two[1].principal, path="/proposals")
    second.get_by_role("button", name="Confirm").click()
    second.get_by_role("alertdialog").get_by_role("button", name="Confirm").click()
    _is_said(second, "Confirmed. It holds from now on.")
    app.goto(page, "/policies")
    _is_said(page, "Payments wait for 48 hours.")
    expect(page.get_by_text("proposed by you, confirmed by Milan Berg").first).to_be_visible()


def _scheduled(branch: Branch, by: Person, *amounts: str) -> None:
    """Claims of a member that are approved, and whose payments wait."""
    mira = branch.member("Mira")
    for amount in amounts:
        answer = by.decides(mira.claimed(amount=amount), "approve")
        assert answer.status_code == 200, answer.text
    waiting = {"status": "scheduled"}
    eventually(lambda: len(by.http.get("/payments", params=waiting).json()["data"]) == len(amounts))


def test_payments_leave_in_a_file_that_one_makes_and_another_releases_and_downloads(
    app: App, branch: Branch, two: tuple[Person, Person]
) -> None:
    ruth, milan = two
    _scheduled(branch, ruth, "184.60", "42.00")
    page = app.signed_in(ruth.principal, path="/batches")
    page.get_by_role("link", name="Make a file").click()
    _is_said(page, "2 payments, 226.60 EUR together.")
    page.get_by_role("checkbox", name="Mira Berg 42.00").click()
    _is_said(page, "One payment, 184.60 EUR together.")
    assert found_by_axe(page) == []
    page.get_by_role("button", name="Make the file").click()
    _is_said(page, "You made this file, so somebody else releases it.")
    expect(page.get_by_role("button", name="Release")).to_have_count(0)

    second = app.signed_in(milan.principal, path=page.url.split("/app")[1])
    second.get_by_role("button", name="Release").click()
    question = second.get_by_role("alertdialog", name="Release 184.60 EUR?")
    question.get_by_role("button", name="Release").click()
    with second.expect_download() as downloading:
        second.get_by_role("button", name="Download the file").click()
    file = Path(downloading.value.path()).read_text()
    assert "pain.001" in file
    assert '<InstdAmt Ccy="EUR">184.60</InstdAmt>' in file
    assert "42.00" not in file

    second.get_by_role("table", name="Payments").get_by_role("link", name="Mira Berg").click()
    _is_said(second, "The money is on its way")
    second.get_by_role("button", name="Report what became of it").click()
    _dialog(second).get_by_label("Outcome").select_option("failed")
    _dialog(second).get_by_label("Reason").fill("account closed")
    _dialog(second).get_by_role("button", name="Report what became of it").click()
    _is_said(second, "Reason: account closed.")
    happened = second.get_by_role("region", name="What happened")
    expect(happened.get_by_role("listitem").first).to_contain_text("Payment failed")
    expect(happened).to_contain_text("Payment of 184.60 EUR ordered")
    second.get_by_role("button", name="Pay again").click()
    second.get_by_role("alertdialog").get_by_role("button", name="Propose").click()
    _is_said(second, WAITS)


def test_an_auditor_sees_all_of_it_and_can_do_nothing(
    app: App, branch: Branch, two: tuple[Person, Person]
) -> None:
    _scheduled(branch, two[0], "77.00")
    nadia = {"email": branch.email("Nadia"), "name": "Nadia Berg", "role": "auditor"}
    admitted = posted(app.site, "/users", {**nadia, "bank_id": branch.id}, branch.administrators)
    assert admitted.status_code == 201, admitted.text
    aside(lambda: give_password(app.site.settings, UUID(admitted.json()["uid"])))
    page = app.signed_in(nadia["email"], path="/payments")
    page.get_by_role("link", name="Mira Berg").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Payment to Mira Berg")
    main = page.get_by_role("main")
    expect(main.get_by_role("button")).to_have_count(0)
    for path in ("/people", "/policies", "/batches", "/cases", "/proposals"):
        app.goto(page, path)
        for role in ("button", "link"):
            expect(main.get_by_role(role, name=DEEDS)).to_have_count(0)
    expect(main.get_by_role("row", name="Appoint Milan Berg")).to_be_visible()
