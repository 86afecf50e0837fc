"""Every screen that the navigation leads to, as each role sees it: light, dark and on a phone.

Each is held to the same and leaves a picture in `build/screens`, to be looked at: a screen that is added to the
navigation comes in by itself.
"""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.apps import App
from tests.browser.conftest import found_by_axe
from tests.processes import ROOT

COMMON_SITE = True
pytestmark = pytest.mark.usefixtures("demo")

PICTURES = ROOT / "build" / "screens"
DESK, PHONE = 1366, 360
ROLES = {
    "operator": "operator@daybook.example",
    "administrator": "ruth@harbour.example",
    "member": "ines@harbour.example",
    "auditor": "nadia@harbour.example",
}
BESIDE_THE_NAVIGATION = ["/app/account"]


def _places(page: Page) -> list[str]:
    """Where the navigation leads, the start page first."""
    found: list[str] = page.locator("nav#places a").evaluate_all(
        "links => [...new Set(links.map((link) => link.pathname))]"
    )
    return [*found, *BESIDE_THE_NAVIGATION]


def _opens(app: App, page: Page, path: str) -> None:
    app.goto(page, path.removeprefix("/app"))
    expect(page.locator("h1")).not_to_be_empty()
    expect(page.locator(".loading")).to_have_count(0)


def _found(page: Page, picture: Path) -> list[str]:
    """What there is against the screen as it looks now, of which a picture is taken."""
    picture.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=picture, full_page=True)
    titles = page.locator("h1").count()
    wide = page.evaluate("() => document.documentElement.scrollWidth > innerWidth")
    told = found_by_axe(page)
    if titles != 1:
        told.append(f"{titles} headings of the first level")
    if wide:
        told.append("scrolls sideways")
    return [f"{picture.parent.name}/{picture.stem}: {each}" for each in told]


def _name(path: str) -> str:
    return path.removeprefix("/app").strip("/").replace("/", "-") or "start"


@pytest.mark.parametrize("role", ROLES)
def test_every_screen_at_a_desk(app: App, role: str) -> None:
    page = app.signed_in(ROLES[role])
    found = list[str]()
    for path in _places(page):
        _opens(app, page, path)
        for look in ("light", "dark"):
            page.emulate_media(color_scheme="light" if look == "light" else "dark")
            found += _found(page, PICTURES / role / f"{_name(path)}-{look}.png")
        page.emulate_media(color_scheme="light")
    assert found == []


@pytest.mark.parametrize("role", ROLES)
def test_every_screen_on_a_phone(app: App, role: str) -> None:
    page = app.signed_in(ROLES[role], width=PHONE)
    found = list[str]()
    for path in _places(page):
        _opens(app, page, path)
        found += _found(page, PICTURES / role / f"{_name(path)}-narrow.png")
    assert found == []


@pytest.mark.parametrize("width", [DESK, PHONE])
def test_the_door(app: App, width: int) -> None:
    look = "light" if width == DESK else "narrow"
    page = app.stranger(path="/sign-in", width=width)
    found = _found(page, PICTURES / "door" / f"sign-in-{look}.png")
    app.goto(page, "/password#a-token")
    found += _found(page, PICTURES / "door" / f"password-{look}.png")
    assert found == []
