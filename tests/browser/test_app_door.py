"""The door of the web app: signing in, staying signed in, and signing out, as people meet it."""

import json
import re
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import Page, expect

from domain.identity import user_uid
from tests.browser.apps import App
from tests.browser.conftest import found_by_axe
from tests.people import PASSWORD, links_to
from tests.processes import free_port, lives, wait_until
from tests.seconding import posted
from tests.sites import Site, process

COMMON_SITE = True
GUESS = "a guess, a guess"
MANY = 100


def signs_in(page: Page, email: str, password: str = PASSWORD) -> None:
    """Fill the form of the door and send it."""
    page.get_by_label("E-mail address").fill(email)
    page.get_by_role("textbox", name="Password").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def signs_out(page: Page) -> None:
    """By the menu under one's name."""
    page.get_by_role("button", name=": your sign-in, looks, language").last.click()
    page.get_by_role("menuitem", name="Sign out").click()


def is_at_the_door(page: Page) -> None:
    """The form to sign in is shown."""
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def is_in(page: Page, title: str = "Welcome, ") -> None:
    """A screen of whoever is signed in is shown."""
    expect(page.get_by_role("heading", level=1)).to_contain_text(title)


def waits(page: Page) -> None:
    """Let the access token run out."""
    page.clock.install()
    page.clock.fast_forward("11:00")


def looks_again(page: Page) -> None:
    """Come back to the page, which asks for what it shows."""
    page.evaluate("() => dispatchEvent(new Event('visibilitychange'))")


def test_nothing_at_an_address_is_said_in_page_and_title(app: App) -> None:
    page = app.stranger(path="/no-such-screen")
    expect(page.get_by_role("heading", level=1)).to_have_text("There is nothing at this address.")
    expect(page).to_have_title("There is nothing at this address. · Daybook")
    assert found_by_axe(page) == []
    page.get_by_role("link", name="Go to the start page").click()
    is_at_the_door(page)


def test_by_keyboard_alone_with_a_wrong_password_and_the_right_one(app: App) -> None:
    email = app.operator()
    app.may_fail("/auth/token")
    page = app.stranger(path="/account")
    is_at_the_door(page)
    expect(page.get_by_label("E-mail address")).to_be_focused()
    page.keyboard.type(email)
    page.keyboard.press("Tab")
    page.keyboard.type(GUESS)
    page.keyboard.press("Enter")
    alert = page.get_by_role("alert")
    expect(alert).to_have_text("E-mail address and password do not belong together.")
    expect(alert).to_be_focused()
    assert found_by_axe(page) == []
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Control+a")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    is_in(page, "Your sign-in")
    assert page.url == f"{app.url}/app/account"


def test_a_way_out_of_the_app_is_not_taken_after_signing_in(app: App) -> None:
    page = app.stranger(path="/sign-in?to=//evil.example/app")
    signs_in(page, app.operator())
    is_in(page)
    assert page.url == f"{app.url}/app/"


def test_who_is_not_answered_is_told_so_and_comes_in_afterwards(app: App) -> None:
    email = app.operator()
    app.may_fail("/auth/token")
    page = app.stranger(path="/sign-in")
    page.context.set_offline(True)
    signs_in(page, email)
    expect(page.get_by_role("alert")).to_contain_text("Daybook does not answer now")
    page.context.set_offline(False)
    page.get_by_role("button", name="Sign in", exact=True).click()
    is_in(page)


def test_too_many_attempts_are_told_with_when_there_may_be_another(app: App) -> None:
    nobody = f"{uuid4().hex}@daybook.example"
    tried = {"email": nobody, "password": GUESS}
    app.may_fail("/auth/token")
    page = app.stranger(path="/sign-in")  # first: another attempt is granted every minute
    answers = (httpx.post(f"{app.url}/auth/token", json=tried, timeout=120) for _ in range(MANY))
    assert any(answer.status_code == 429 for answer in answers)
    signs_in(page, nobody)
    said = re.compile(r"Too many attempts\. There may be another one at \d\d:\d\d:\d\d \(in .+\)")
    expect(page.get_by_role("alert")).to_have_text(said)


def test_a_reload_finds_the_session_and_scripts_find_no_token(app: App) -> None:
    page = app.stranger(path="/sign-in")
    with page.expect_response("**/auth/token") as answered:
        signs_in(page, app.operator())
    is_in(page)
    pair = answered.value.json()
    assert pair["refresh_token"] is None
    page.reload()
    is_in(page)
    kept = page.evaluate(
        "() => JSON.stringify([document.cookie, {...localStorage}, {...sessionStorage}])"
    )
    names = {name for part in json.loads(kept)[1:] for name in part}
    assert json.loads(kept)[0] == ""
    assert all(name.startswith(("daybook.", "tsr-scroll")) for name in names)
    assert "eyJ" not in kept
    cookies = {each["name"]: each for each in page.context.cookies(f"{app.url}/auth/refresh")}
    refresh = cookies["daybook_refresh"]
    assert (refresh["httpOnly"], refresh["sameSite"], refresh["path"]) == (True, "Strict", "/auth")
    assert refresh["value"] not in kept


def test_a_token_that_ran_out_is_renewed_unseen(app: App) -> None:
    page = app.signed_in(app.operator(), path="/account")
    table = page.get_by_role("table", name="Your sessions")
    expect(table).to_be_visible()
    waits(page)
    with page.expect_response("**/auth/refresh") as renewed:
        looks_again(page)
    assert renewed.value.status == 200
    expect(table).to_be_visible()
    is_in(page, "Your sign-in")


def test_two_tabs_that_renew_at_once_both_stay(app: App) -> None:
    one = app.signed_in(app.operator(), path="/account")
    other = one.context.new_page()
    app.goto(other, "/account")
    renewed = list[int]()
    one.context.on(
        "response", lambda it: renewed.append(it.status) if "/auth/refresh" in it.url else None
    )
    for page in (one, other):
        waits(page)
    with one.expect_response("**/auth/refresh"), other.expect_response("**/auth/refresh"):
        looks_again(one)
        looks_again(other)
    for page in (one, other):
        page.reload()
        is_in(page, "Your sign-in")
    assert len(renewed) >= 2 * 2  # each when it looked again, and when it was loaded anew
    assert set(renewed) == {200}


def test_signing_out_in_one_tab_signs_out_the_other_and_signing_in_brings_it_back(app: App) -> None:
    email = app.operator()
    one = app.signed_in(email)
    other = one.context.new_page()
    app.goto(other, "/account")
    signs_out(one)
    is_at_the_door(one)
    is_at_the_door(other)
    expect(other.get_by_role("status")).to_contain_text("You signed out in another tab.")
    expect(one.get_by_text("in another tab")).not_to_be_visible()
    one.reload()
    is_at_the_door(one)
    signs_in(one, email)
    is_in(one)
    is_in(other, "Your sign-in")


def test_who_signs_in_as_somebody_else_in_one_tab_is_them_in_the_other(app: App) -> None:
    one = app.signed_in(app.operator("Olga Op"))
    is_in(one, "Welcome, Olga Op")
    other = one.context.new_page()
    signs_out(one)
    is_at_the_door(one)
    app.goto(other, "/sign-in")
    signs_in(other, app.operator("Petra Passkey"))
    is_in(other, "Welcome, Petra Passkey")
    is_in(one, "Welcome, Petra Passkey")


def test_a_session_that_an_operator_ended_leads_to_the_door_and_back(app: App) -> None:
    email = app.operator()
    app.may_fail("/auth/")
    page = app.signed_in(email, path="/account")
    assert app.site.http.post(f"/users/{user_uid(email)}/sign-out").is_success
    page.get_by_label("What to call a new one").fill("Laptop")
    page.get_by_role("button", name="Add a passkey").click()
    is_at_the_door(page)
    expect(page.get_by_role("status")).to_contain_text("Your session has ended")
    signs_in(page, email)
    is_in(page, "Your sign-in")


def test_the_link_of_an_invitation_leads_to_a_password_and_in(app: App) -> None:
    email = f"{uuid4().hex[:12]}@daybook.example"
    body = {"email": email, "name": "Nils Neu", "role": "operator"}
    assert posted(app.site, "/users", body).is_success
    token, *_ = links_to(app.site, email)
    app.may_fail("/auth/password")
    page = app.stranger(path=None)
    page.goto(f"/auth/password#{token}")  # as letters of before say it
    expect(page.get_by_role("heading", level=1)).to_have_text("Choose a password")
    assert page.url == f"{app.url}/app/password"
    assert found_by_axe(page) == []
    password, send = page.get_by_label("New password"), page.get_by_role("button", name="Set it")
    password.fill("short")
    send.click()
    expect(page.get_by_role("alert")).to_contain_text("12 to 128 characters")
    password.fill("daybook password")
    send.click()
    expect(page.get_by_role("alert")).to_contain_text("easily guessed")
    password.fill(PASSWORD)
    send.click()
    is_in(page, "Welcome, Nils Neu")
    again = app.stranger(path=f"/password#{token}")
    again.get_by_label("New password").fill(PASSWORD)
    again.get_by_role("button", name="Set it").click()
    expect(again.get_by_role("alert")).to_contain_text("not good any more")
    without = app.stranger(path="/password")
    expect(without.get_by_text("Open the link once more")).to_be_visible()


def test_other_sessions_are_ended_from_the_list_and_by_another_password(app: App) -> None:
    email = app.operator()
    app.may_fail("/auth/")
    lost = app.signed_in(email)
    page = app.signed_in(email, path="/account")
    rows = page.get_by_role("table", name="Your sessions").get_by_role("row")
    expect(rows).to_have_count(3)
    expect(rows.filter(has_text="This one")).to_have_count(1)
    page.get_by_role("button", name="End the session of").first.click()
    expect(rows).to_have_count(2)
    lost.reload()
    is_at_the_door(lost)
    third = app.signed_in(email)
    page.get_by_label("Current password").fill(PASSWORD)
    page.get_by_role("textbox", name="New password").fill(f"{PASSWORD}, walnut ferry")
    page.get_by_role("button", name="Change it").click()
    expect(page.get_by_text("Your password is changed.")).to_be_visible()
    third.reload()
    is_at_the_door(third)
    page.reload()
    is_in(page, "Your sign-in")


def test_no_script_runs_that_stands_in_the_page(app: App) -> None:
    app.may_say("Content Security Policy")
    page = app.stranger(path="/sign-in")
    page.evaluate(
        """() => {
            const script = document.createElement("script");
            script.textContent = "window.owned = true";
            document.body.append(script);
            document.body.insertAdjacentHTML("beforeend", "<img src=x: onerror='window.owned = true'>");
        }"""
    )
    page.wait_for_timeout(200)
    assert page.evaluate("() => window.owned") is None


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
def test_in_german_on_a_phone(app: App, color_scheme: str) -> None:
    page = app.stranger(path="/sign-in", locale="de-DE", width=360, color_scheme=color_scheme)
    expect(page.get_by_role("heading", level=1)).to_have_text("Anmelden")
    assert page.locator("html").get_attribute("lang") == "de"
    page.get_by_label("E-Mail-Adresse").fill(app.operator())
    page.get_by_role("textbox", name="Passwort").fill(PASSWORD)
    assert found_by_axe(page) == []
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 360
    page.get_by_role("button", name="Anmelden", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Willkommen")


def test_where_nobody_signs_in_the_app_is_open(app: App, site: Site, tmp_path: Path) -> None:
    port = free_port()
    settings = {**site.settings, "DAYBOOK_PORT": str(port), "DAYBOOK_AUTH": "single-user"}
    with process("api", settings, tmp_path / "output.txt"):
        url = f"http://127.0.0.1:{port}"
        wait_until(lambda: lives(url), "the api")
        sent = list[dict[str, str]]()
        page = app.stranger(path=None, url=url)
        page.on("request", lambda request: sent.append(request.headers))
        app.goto(page, "/")
        is_in(page)
        page.get_by_role("button", name=": your sign-in, looks, language").last.click()
        expect(page.get_by_role("menuitem", name="Sign out")).to_have_count(0)
        assert [it for it in sent if "authorization" in it] == []
        app.goto(page, "/sign-in")
        is_in(page)
        # What does not go through the client: a file, and the live tail.
        app.goto(page, "/explore/usage-types")
        page.get_by_role("button", name="Export").click()
        with page.expect_download() as coming:
            page.get_by_role("menuitem", name="As CSV").click()
        assert "electricity" in coming.value.path().read_text(encoding="utf-8")
        app.goto(page, "/events")
        with page.expect_response(re.compile("/events/stream")) as tail:
            page.get_by_role("switch", name=re.compile("Live")).check()
        assert tail.value.status == 200
        assert [it for it in sent if "authorization" in it] == []
        page.close()  # before the api is gone, which a page would complain of
