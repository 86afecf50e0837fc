"""Signing in to the web app by passkeys of a virtual authenticator, and by a real identity provider."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import CDPSession, Page, expect

from tests.asking import problem
from tests.browser.apps import PATIENCE_MS, App
from tests.browser.conftest import found_by_axe
from tests.people import PASSWORD
from tests.processes import free_port
from tests.providers import CLIENT, Provider
from tests.sites import Site

PORT = free_port()
MENU = ": your sign-in, looks, language"
SETTINGS = {
    "DAYBOOK_OIDC_ISSUER": f"http://127.0.0.1:{PORT}",
    "DAYBOOK_SIGN_IN_WAYS": "operator=passkey",
    **CLIENT,
}
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


class Authenticator:
    """A browser's authenticator, as its developer tools make one."""

    def __init__(self, page: Page, **changed: Any) -> None:
        self.session: CDPSession = page.context.new_cdp_session(page)
        self.session.send("WebAuthn.enable")
        self.id = self.add(**changed)

    def add(self, **changed: Any) -> str:
        made = self.session.send(
            "WebAuthn.addVirtualAuthenticator", {"options": {**AUTHENTICATOR, **changed}}
        )
        return str(made["authenticatorId"])

    def credentials(self) -> list[dict[str, Any]]:
        found = self.session.send("WebAuthn.getCredentials", {"authenticatorId": self.id})
        return list(found["credentials"])

    def replaced_by(self, credential: dict[str, Any]) -> None:
        """Go on with this one alone: a copy, or one that its user is not asked for."""
        self.session.send("WebAuthn.clearCredentials", {"authenticatorId": self.id})
        told = {"authenticatorId": self.id, "credential": credential}
        self.session.send("WebAuthn.addCredential", told)


@pytest.fixture
def email(app: App) -> str:
    """The address of an operator with a password."""
    return app.operator()


Open = Callable[..., Page]


@pytest.fixture
def visit(app: App) -> Open:
    """Opens the door in a window of its own, under the name of the site that passkeys are of."""
    app.may_fail("/auth/")

    def opened(url: str = app.url.replace("127.0.0.1", "localhost")) -> Page:
        return app.stranger(path="/sign-in", url=url)

    return opened


def _says(page: Page, text: str) -> None:
    expect(page.get_by_text(text)).to_be_visible(timeout=PATIENCE_MS)


def _signs_in(page: Page, email: str) -> None:
    page.get_by_label("E-mail address").fill(email)
    page.get_by_role("textbox", name="Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    _is_in(page)


def _is_in(page: Page) -> None:
    page.get_by_role("button", name=f"Petra Passkey{MENU}").last.click()
    page.get_by_role("menuitem", name="Your sign-in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your sign-in")


def _tries_to_add(page: Page, name: str = "Laptop") -> None:
    page.get_by_label("What to call a new one").fill(name)
    page.get_by_role("button", name="Add a passkey").click()


def _adds(page: Page, name: str = "Laptop") -> None:
    _tries_to_add(page, name)
    expect(page.get_by_role("button", name=f"Remove {name}")).to_be_visible(timeout=PATIENCE_MS)


def _leaves(page: Page) -> None:
    page.get_by_role("button", name=MENU).last.click()
    page.get_by_role("menuitem", name="Sign out").click()
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_visible(
        timeout=PATIENCE_MS
    )


def _comes_in(page: Page) -> None:
    page.get_by_role("button", name="Sign in with a passkey").click()
    _is_in(page)


def _answers(page: Page, challenge: str | None = None, asking: str = "required") -> dict[str, Any]:
    """What the authenticator says to a challenge, before anybody has seen it; else to one of ours."""
    said: dict[str, Any] = page.evaluate(
        """async ([challenge, userVerification]) => {
            const asked = challenge ? { challenge, rpId: "localhost", userVerification }
                : await (await fetch("/auth/passkeys/ask", { method: "POST" })).json();
            const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(asked);
            return (await navigator.credentials.get({ publicKey })).toJSON();
        }""",
        [challenge, asking],
    )
    return said


def _sends(site: Site, said: dict[str, Any]) -> httpx.Response:
    return httpx.post(f"{site.url}/auth/passkeys/sign-in", json={"passkey": said}, timeout=120)


def test_a_passkey_is_added_signed_in_with_and_removed(site: Site, visit: Open, email: str) -> None:
    page = visit()
    Authenticator(page)
    assert found_by_axe(page) == []
    _signs_in(page, email)
    _adds(page)
    assert found_by_axe(page) == []
    _leaves(page)
    _comes_in(page)
    page.get_by_role("button", name="Remove Laptop").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Remove").click()
    _says(page, "Laptop is good no more.")
    _leaves(page)
    page.get_by_role("button", name="Sign in with a passkey").click()
    _says(page, "There is no passkey that is good here.")


def test_what_a_passkey_answered_is_good_once(site: Site, visit: Open, email: str) -> None:
    page = visit()
    Authenticator(page)
    _signs_in(page, email)
    _adds(page)
    said = _answers(page)
    assert _sends(site, said).status_code == 200
    problem(_sends(site, said), 401, "passkey_not_proven")


def test_what_was_asked_for_one_thing_is_no_answer_to_another(
    site: Site, visit: Open, email: str
) -> None:
    page = visit()
    Authenticator(page)
    _signs_in(page, email)
    asked = _asks(site, page, "/auth/passkeys/new").json()
    _adds(page)
    problem(_sends(site, _answers(page, asked["challenge"])), 401, "passkey_not_proven")
    problem(_sends(site, _answers(page, "A" * 43)), 401, "passkey_not_proven")


def test_what_another_origin_asked_for_is_no_good(site: Site, visit: Open, email: str) -> None:
    """Another program on a port of the same machine may ask for the same passkey."""
    page = visit()
    Authenticator(page)
    _signs_in(page, email)
    _adds(page)
    evil = f"http://localhost:{free_port()}/"
    page.context.route(
        f"{evil}**", lambda route: route.fulfill(body="<h1>Evil</h1>", content_type="text/html")
    )
    page.goto(evil)
    asked = httpx.post(f"{site.url}/auth/passkeys/ask", timeout=120).json()
    problem(_sends(site, _answers(page, asked["challenge"])), 401, "passkey_not_proven")
    page.goto(f"{site.url.replace('127.0.0.1', 'localhost')}/app/sign-in")
    assert _sends(site, _answers(page)).status_code == 200


def test_a_copy_of_a_passkey_ends_it(site: Site, visit: Open, email: str) -> None:
    page = visit()
    authenticator = Authenticator(page)
    _signs_in(page, email)
    _adds(page)
    (copy,) = authenticator.credentials()
    assert _sends(site, _answers(page)).status_code == 200
    (owners,) = authenticator.credentials()
    authenticator.replaced_by(copy)
    problem(_sends(site, _answers(page)), 401, "passkey_copied")
    authenticator.replaced_by({**owners, "signCount": owners["signCount"] + 10})
    problem(_sends(site, _answers(page)), 401, "passkey_not_proven")
    names = {"name": "sign_in_ways.passkey_removed.v1", "sort": "-position", "limit": "1"}
    (removed,) = site.http.get("/events", params=names).json()["data"]
    assert removed["data"]["because"] == "there is a copy of it"


def test_a_passkey_whose_user_was_not_asked_is_no_good(site: Site, visit: Open, email: str) -> None:
    page = visit()
    Authenticator(page)
    _signs_in(page, email)
    _adds(page)
    asked = httpx.post(f"{site.url}/auth/passkeys/ask", timeout=120).json()
    said = _answers(page, asked["challenge"], asking="discouraged")
    problem(_sends(site, said), 401, "passkey_not_proven")


def test_a_passkey_of_another_confirms_nobody(site: Site, visit: Open, email: str) -> None:
    page = visit()
    Authenticator(page)
    _signs_in(page, email)
    _adds(page)
    said = _answers(page)
    answer = site.http.post("/auth/confirm", json={"passkey": said})
    problem(answer, 401, "passkey_not_proven")


def test_a_made_up_answer_is_told_so(site: Site) -> None:
    for said in ({}, {"response": {"clientDataJSON": "!"}}, {"response": 7, "rawId": "AAAA"}):
        problem(_sends(site, said), 400, "passkey_unreadable")


def test_a_role_that_asks_for_a_passkey_is_held_to_it(site: Site, visit: Open, email: str) -> None:
    """The first one is added after signing in by password; from then on nothing counts for it but a passkey."""
    page = visit()
    Authenticator(page)
    _signs_in(page, email)
    problem(_registers(site, page), 403, "stronger_sign_in_required")
    _adds(page)
    problem(_registers(site, page), 403, "stronger_sign_in_required")
    _tries_to_add(page, "Thief's")
    asked = page.get_by_role("dialog", name="Is it still you?")
    expect(asked).to_be_visible(timeout=PATIENCE_MS)
    expect(asked.get_by_label("Password")).to_have_count(0)
    assert found_by_axe(page) == []
    page.keyboard.press("Escape")
    _says(page, "Your role asks for another way of signing in.")
    page.get_by_role("button", name="Add a passkey").click()
    asked.get_by_role("button", name="Confirm by passkey").click()
    expect(asked).to_have_count(0)
    assert _registers(site, page).is_success


def test_the_firms_own_sign_in_leads_off_the_page_and_back(
    site: Site, visit: Open, email: str, tmp_path: Path
) -> None:
    """Once to come in, and once more, in a window beside the page, to prove who one is."""
    provider = Provider(PORT, f"{site.url}/auth/sign-in", tmp_path)
    provider.knows("petra", email)
    provider.start()
    try:
        page = visit(site.url)
        _keeps_from_the_net(page)
        page.get_by_role("button", name="Sign in with Harbour Login").click()
        _passes_by(page)
        _is_in(page)
        assert page.url == f"{site.url}/app/account"
    finally:
        provider.stop()


def _keeps_from_the_net(page: Page) -> None:
    """The pages of the provider want fonts of others; where there is no net, the console would tell of it."""
    page.context.route(
        lambda url: not url.startswith("http://127.0.0.1:"),
        lambda route: route.fulfill(body="", content_type="text/css"),
    )


def _passes_by(page: Page) -> None:
    page.locator("input[name=login]").fill("petra")
    page.locator("input[name=password]").fill("any")
    page.get_by_role("button", name="Sign-in").click()
    page.get_by_role("button", name="Continue").click()


def _token(page: Page) -> str:
    shown, token = (
        page.get_by_role("button", name="Show an access token"),
        page.get_by_label("Access token", exact=True),
    )
    if shown.is_visible():
        shown.click()
    return token.input_value()


def _asks(site: Site, page: Page, path: str, body: dict[str, str] | None = None) -> httpx.Response:
    headers = {"Authorization": f"Bearer {_token(page)}"}
    return httpx.post(f"{site.url}{path}", json=body, headers=headers, timeout=120)


def _registers(site: Site, page: Page) -> httpx.Response:
    body = {"email": f"{uuid4().hex}@daybook.example", "name": "A Colleague", "role": "operator"}
    return _asks(site, page, "/users", body)
