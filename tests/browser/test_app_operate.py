"""What operators do in the app: files, rows that were put aside, reactions, people, machines, and a look at all."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from infrastructure.embedded.postgres import PostgresServer
from infrastructure.embedded.valkey import ValkeyServer
from infrastructure.shared.event_log.log import PostgresEventLog
from tests.browser.apps import App, aside
from tests.browser.conftest import found_by_axe
from tests.people import PASSWORD, give_password
from tests.processes import wait_until
from tests.reacting import Firm
from tests.sites import Site, a_site

COMMON_SITE = True
GERMAN = (
    "Abteilung;Projekt;Betrag;Datum;Mitglied\n"
    "Vertrieb;Müller-Bau;1.204,81 €;2.10.2025;Jürgen\n"
    "IT;Mars;zwölf €;3.10.2025;Sam\n"
).encode("cp1252")


def _operator(site: Site) -> str:
    """The address of an operator of a test's own, with a password."""
    email = f"{uuid4().hex[:12]}@daybook.example"
    uid = site.door.operator(email, "Petra Operator")
    aside(lambda: give_password(site.settings, uid))
    return email


@pytest.fixture
def page(app: App, site: Site) -> Page:
    """A page of an operator."""
    return app.signed_in(_operator(site))


def _sees(page: Page, text: str) -> None:
    expect(page.get_by_text(text).first).to_be_visible(timeout=60_000)


def _is(page: Page, state: str) -> None:
    """The state of the thing, as it is told to those who hear the page too."""
    expect(page.get_by_role("status").filter(has_text=state)).to_be_visible()


def _proves(page: Page, done: Locator) -> None:
    """Whoever is asked once more who they are says so; who signed in a moment ago is not asked."""
    asked = page.get_by_role("dialog", name="Is it still you?")
    expect(asked.or_(done).first).to_be_visible()
    if asked.is_visible():
        asked.get_by_label("Password").fill(PASSWORD)
        asked.get_by_role("button", name="password").click()


def test_a_foreign_file_is_looked_at_imported_corrected_and_taken_back(
    app: App, page: Page
) -> None:
    app.may_fail("/imports/expenses")  # a header that has to be explained first
    source = f"branch {uuid4().hex[:8]}"
    app.goto(page, "/imports/new")
    file = {"name": "oktober.csv", "mimeType": "text/csv", "buffer": GERMAN}
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_label("Source").fill(source)
    page.get_by_role("button", name="Look at it first").click()

    expect(page.get_by_label("project_name")).to_have_value("Projekt", timeout=60_000)
    page.get_by_role("button", name="Read it like this").click()
    _sees(page, "every date looks like D.M.YYYY")
    page.get_by_label("Locale").select_option("de_DE")
    page.get_by_role("button", name="Read it like this").click()
    _sees(page, "One row of the first 2 cannot be read like this.")
    _sees(page, "Müller-Bau")
    assert found_by_axe(page) == []
    page.get_by_label("What a bad row means").select_option("quarantine")
    page.get_by_label("from now on").check()
    page.get_by_role("button", name="Import", exact=True).click()

    _sees(page, "One row was put aside.")
    run = page.url
    assert found_by_axe(page) == []
    page.get_by_role("link", name="Correct them").click()
    cell = page.get_by_label("amount of row 3")
    expect(cell).to_have_value("zwölf €", timeout=60_000)
    app.may_fail("/rejects/")
    # Nobody who writes on and presses Enter again waits until the first answer is there.
    held: list[Route] = []
    page.route("**/rejects/*", lambda route: held.append(route), times=1)
    cell.fill("dreizehn")
    with page.expect_request("**/rejects/*"):
        cell.press("Enter")
    cell.fill("12,00 €")
    cell.press("Enter")
    held[0].continue_()
    _sees(page, "Corrected, to be replayed")
    expect(cell).to_have_value("12,00 €")
    assert found_by_axe(page) == []
    page.get_by_role("button", name="Replay row 3").click()
    _sees(page, "1 recorded, 0 had been before, 0 still cannot be.")
    _sees(page, "Nothing is put aside.")

    page.goto(run)
    page.get_by_role("button", name="Take it back").click()
    asked = page.get_by_role("alertdialog", name="Take back oktober.csv?")
    asked.get_by_label("Why").fill("It was of last year")
    asked.get_by_role("button", name="Take all of it back").click()
    _is(page, "reverted")


@pytest.fixture(scope="module")
def log(site: Site) -> Iterator[PostgresEventLog]:
    """The log of the site."""
    opened = PostgresEventLog(site.settings["DATABASE_URL"])
    yield opened
    opened.close()


@pytest.fixture
def parked(site: Site, log: PostgresEventLog) -> Callable[[], dict[str, Any]]:
    """Makes a reaction that cannot succeed: a letter to a member who is not there."""

    def made() -> dict[str, Any]:
        firm = Firm(log)
        claim = firm.submit("Told to nobody", member_uid=uuid4())
        firm.deny(claim)
        query = {"subject": str(claim), "kind": "mail_claim_denied", "state": "parked"}
        found = wait_until(
            lambda: site.http.get("/reactions", params=query).json()["data"], "a parked reaction"
        )
        one: dict[str, Any] = found[0]
        return one

    return made


def _state(site: Site, reaction: dict[str, Any]) -> str:
    return str(site.http.get(f"/reactions/{reaction['id']}").json()["state"])


def test_what_is_parked_is_tried_again_or_given_up(
    app: App, page: Page, site: Site, parked: Callable[[], dict[str, Any]]
) -> None:
    one, other = parked(), parked()
    question = page.get_by_role("alertdialog", name="Give up")  # what was done is told by another
    app.goto(page, f"/reactions/{one['id']}")
    _sees(page, "What went wrong last")
    assert found_by_axe(page) == []
    page.get_by_role("button", name="Try again now").click()
    _sees(page, "It is tried again now.")
    wait_until(lambda: _state(site, one) == "parked", "another failure")
    page.get_by_role("button", name="Give it up").click()
    expect(question).to_contain_text("A letter is not sent")
    question.get_by_role("button", name="Give it up").click()
    _is(page, "given up")

    app.goto(page, f"/reactions?subject={other['subject']}")
    page.get_by_label(f"Select row {other['id']}").check()
    page.get_by_role("button", name="Give one up").click()
    question.get_by_role("button", name="Give it up").click()
    _sees(page, "It was given up.")
    expect(page.get_by_label(f"Select row {other['id']}")).to_have_count(0)
    assert found_by_axe(page) == []


def test_an_auditor_is_let_in_and_shut_out(app: App, page: Page, site: Site) -> None:
    bank = f"Bank {uuid4().hex[:8]}"
    body = {"name": bank, "location": "Kiel", "currency": "EUR"}
    assert site.http.post("/banks", json=body).status_code == 201
    name, email = f"Nora {uuid4().hex[:8]}", f"{uuid4().hex[:12]}@daybook.example"
    app.goto(page, f"/users?email[starts_with]={email}")
    page.get_by_role("button", name="Let somebody in").click()
    form = page.get_by_role("dialog", name="Let in an auditor or an operator")
    form.get_by_label("Name").fill(name)
    form.get_by_label("E-mail").fill(email)
    form.get_by_label("Bank").select_option(label=bank)
    form.get_by_role("button", name="Let in").click()
    _proves(page, page.get_by_text(f"{name} is let in").first)
    page.get_by_role("link", name=name).click()
    expect(page.get_by_role("heading", name=name)).to_be_visible(timeout=60_000)
    assert found_by_axe(page) == []
    page.get_by_role("button", name="Shut out").click()
    asked = page.get_by_role("alertdialog", name=f"Shut out {name} for good?")
    asked.get_by_role("button", name="Shut out").click()
    _is(page, "shut out")


def test_an_auditor_of_the_firm_is_proposed_and_has_no_bank(app: App, page: Page) -> None:
    name, email = f"Gro {uuid4().hex[:8]}", f"{uuid4().hex[:12]}@daybook.example"
    app.goto(page, "/users")
    page.get_by_role("button", name="Let somebody in").click()
    form = page.get_by_role("dialog", name="Let in an auditor or an operator")
    form.get_by_label("Name").fill(name)
    form.get_by_label("E-mail").fill(email)
    form.get_by_label("Role").select_option(label="Auditor of the firm")
    expect(form.get_by_label("Bank")).to_have_count(0)
    expect(form).to_contain_text("Another operator has to confirm it.")
    assert found_by_axe(page) == []
    form.get_by_role("button", name="Let in").click()
    _proves(page, page.get_by_text(f"{name} comes in once another operator confirms it").first)
    second = app.signed_in(app.operator("Otto Second"), path="/proposals")
    card = second.get_by_role("article", name=f"Let in {name} as an auditor of the firm")
    expect(card).to_contain_text("Auditors of the firm read every bank and the whole log")
    assert found_by_axe(second) == []


def test_the_key_of_a_machine_is_shown_once(app: App, page: Page) -> None:
    app.goto(page, "/machines")
    page.get_by_role("button", name="Let in a machine").click()
    form = page.get_by_role("dialog", name="Let in a machine")
    form.get_by_label("Name").fill("Prometheus")
    form.get_by_label("operations:read").check()
    form.get_by_role("button", name="Let it in").click()
    machine = page.get_by_role("heading", name="Prometheus", level=1)
    _proves(page, machine)
    expect(machine).to_be_visible(timeout=60_000)
    page.get_by_role("button", name="Issue a key").click()
    page.get_by_role("dialog").get_by_role("button", name="Issue it").click()
    shown = page.get_by_label("The key")
    expect(shown).to_be_visible(timeout=60_000)
    key = shown.input_value()
    assert key.startswith("dbk_")
    assert found_by_axe(page) == []
    page.get_by_role("button", name="I have kept it").click()
    expect(page.get_by_role("button", name="Revoke dbk_")).to_be_visible(timeout=60_000)
    assert key not in page.content()
    page.get_by_role("button", name="Revoke dbk_").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Revoke").click()
    expect(page.get_by_role("cell", name="revoked")).to_be_visible(timeout=60_000)
    page.get_by_role("button", name="Take out of use").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Take out of use").click()
    _is(page, "out of use")


def test_the_transactions_of_a_user_are_summed_by_month(app: App, page: Page, site: Site) -> None:
    for number, amount in enumerate(("100.00", "50.50")):
        body = {
            "transaction_id": f"{uuid4()}",
            "user_id": 4711,
            "amount": amount,
            "currency": "USD",
            "transaction_date": f"2026-0{number + 1}-03",
        }
        assert site.http.post("/transactions", json=body).status_code == 201
    app.goto(page, "/transactions?user_id=4711")
    _sees(page, "February 2026")
    _sees(page, "150.50")
    assert found_by_axe(page) == []


def test_health_says_when_nobody_reads_the_log_and_what_differs_is_put_right(
    browser: Browser, postgres: PostgresServer, valkey: ValkeyServer, tmp_path: Path
) -> None:
    with a_site(postgres, valkey, tmp_path) as own:
        app = App(own, browser)
        page = app.signed_in(_operator(own), path="/health")
        _sees(page, "All is well.")
        own.kill("projector")
        _sees(page, "Start the projector.")
        expect(page.get_by_text("All is well.")).to_have_count(0)
        assert found_by_axe(page) == []
        own.tend("projector")
        _sees(page, "All is well.")
        _puts_right(app, page, own)
        app.close()
        assert app.complaints == []


def _puts_right(app: App, page: Page, own: Site) -> None:
    """A read model that does not say what the log says is found and built anew."""
    recorded = own.record()
    own.http.get("/expenses", headers=own.after(recorded))
    app.goto(page, "/projections")
    row = page.get_by_role("row", name=re.compile("^Expenses"))
    row.get_by_role("button", name="Verify").click()
    expect(row).to_contain_text("Says what the log says", timeout=60_000)
    with psycopg.connect(own.settings["DATABASE_URL"]) as harm:
        harm.execute("UPDATE read.expenses SET amount = amount + 1")
    row.get_by_role("button", name="Verify").click()
    expect(row).to_contain_text("Differs from the log: Expenses", timeout=60_000)
    assert found_by_axe(page) == []
    row.get_by_role("button", name="Rebuild").click()
    question = page.get_by_role("alertdialog", name="Rebuild Expenses?")
    assert found_by_axe(page) == []
    question.get_by_role("button", name="Rebuild").click()
    expect(row).to_contain_text("Rebuilt and put right: Expenses", timeout=60_000)
    assert own.http.get("/expenses").json()["data"][0]["amount"] == "12.50"
