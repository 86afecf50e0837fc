"""The page to sign in on, in a real browser: passkeys of a virtual authenticator, and a real identity provider."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect

from tests.browser.conftest import found_by_axe
from tests.people import PASSWORD, let_choose
from tests.processes import free_port
from tests.providers import CLIENT
from tests.sites import Site

PORT = free_port()
SETTINGS = {"DAYBOOK_OIDC_ISSUER": f"http://127.0.0.1:{PORT}", **CLIENT}
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
def email(site: Site) -> str:
    """The address of an operator with a password."""
    made = f"{uuid4().hex[:12]}@daybook.example"
    site.http.post("/users", json={"email": made, "name": "Petra Passkey", "role": "operator"})
    let_choose(site, made)
    return made


Open = Callable[..., Page]


@pytest.fixture
def visit(browser: Browser, site: Site) -> Iterator[Open]:
    """Opens a page in a window of its own, under the name of the site that passkeys are of."""
    contexts = []

    def opened(url: str = site.url.replace("127.0.0.1", "localhost")) -> Page:
        context = browser.new_context(base_url=url)
        contexts.append(context)
        page = context.new_page()
        page.goto("/auth/sign-in")
        return page

    yield opened
    for context in contexts:
        context.close()


def _says(page: Page, text: str) -> None:
    expect(page.get_by_role("status")).to_contain_text(text, timeout=60_000)


def _signs_in(page: Page, email: str) -> None:
    page.get_by_label("E-mail address").fill(email)
    page.locator("#secret").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    _is_in(page)


def _is_in(page: Page) -> None:
    expect(page.get_by_text("You are signed in as Petra Passkey.")).to_be_visible(timeout=60_000)


def _adds(page: Page, name: str = "Laptop") -> None:
    page.get_by_label("What to call a new one").fill(name)
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("button", name=f"Remove {name}")).to_be_visible(timeout=60_000)


def _leaves(page: Page) -> None:
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_visible(timeout=60_000)


def _comes_in(page: Page) -> None:
    page.get_by_role("button", name="Sign in with a passkey").click()
    _is_in(page)


def _answers(page: Page) -> dict[str, Any]:
    """What the authenticator says to a question of ours, before anybody has seen it."""
    said: dict[str, Any] = page.evaluate(
        """async () => {
            const asked = await (await fetch("/auth/passkeys/ask", { method: "POST" })).json();
            const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(asked);
            return (await navigator.credentials.get({ publicKey })).toJSON();
        }"""
    )
    return said


def _sends(site: Site, said: dict[str, Any]) -> httpx.Response:
    return httpx.post(f"{site.url}/auth/passkeys/sign-in", json={"passkey": said}, timeout=30)


def test_a_passkey_is_added_signed_in_with_and_removed(site: Site, visit: Open, email: str) -> None:
    page = visit()
    Authenticator(page)
    assert found_by_axe(page) == []
    _signs_in(page, email)
    _adds(page)
    assert found_by_axe(page) == []
    _leaves(page)
    _comes_in(page)
    page.get_by_role("button", name="Confirm by passkey").click()
    _says(page, "Confirmed.")
    page.get_by_role("button", name="Remove Laptop").click()
    _says(page, "Laptop is good no more.")
    _leaves(page)
    page.get_by_role("button", name="Sign in with a passkey").click()
    _says(page, "no passkey that is good here")
