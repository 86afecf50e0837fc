"""Every screen that the navigation leads to, as people of each role are led there: light, dark and on a phone.

Each is held to the same and leaves a picture in `build/screens`, to be looked at: a screen that is added to the
navigation comes in by itself.
"""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.apps import HEIGHT, App
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
    "auditor of the firm": "greta@daybook.example",
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


def _found(page: Page, picture: Path, only: str = "") -> list[str]:
    """What there is against the screen as it looks now, of which a picture is taken; of axe `only` one rule."""
    picture.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=picture, full_page=True)
    titles = page.locator("h1").count()
    wide = page.evaluate("() => document.documentElement.scrollWidth > innerWidth")
    told = found_by_axe(page, only)
    if titles != 1:
        told.append(f"{titles} headings of the first level")
    if wide:
        told.append("scrolls sideways")
    return [f"{picture.parent.name}/{picture.stem}: {each}" for each in told]


def _in_all_looks(page: Page, pictures: Path, name: str) -> list[str]:
    """What there is against a screen at a desk by day and by night, and on a phone; it is opened once for all."""
    found = _found(page, pictures / f"{name}-light.png")
    page.emulate_media(color_scheme="dark")
    found += _found(page, pictures / f"{name}-dark.png", only="color-contrast")
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": PHONE, "height": HEIGHT})
    found += _found(page, pictures / f"{name}-narrow.png")
    page.set_viewport_size({"width": DESK, "height": HEIGHT})
    return found


def _name(path: str) -> str:
    return path.removeprefix("/app").strip("/").replace("/", "-") or "start"


def test_every_screen(app: App) -> None:
    """The start page of each role, and any other screen as the first one sees it who is led to it."""
    found, seen = list[str](), set[str]()
    for role, email in ROLES.items():
        page = app.signed_in(email)
        for path in _places(page):
            if path in seen:
                continue
            _opens(app, page, path)
            found += _in_all_looks(page, PICTURES / role, _name(path))
            if _name(path) != "start":
                seen.add(path)
        page.context.close()
    assert found == []


@pytest.mark.parametrize("width", [DESK, PHONE])
def test_the_door(app: App, width: int) -> None:
    look = "light" if width == DESK else "narrow"
    page = app.stranger(path="/sign-in", width=width)
    found = _found(page, PICTURES / "door" / f"sign-in-{look}.png")
    app.goto(page, "/password#a-token")
    found += _found(page, PICTURES / "door" / f"password-{look}.png")
    assert found == []
