"""A real browser for the tests of pages: Chromium as `make` unpacked it, and axe for what stands in anybody's way."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from interfaces.http.shared.web_app import BUILT
from tests.browser.apps import App, aside
from tests.demo import with_demo
from tests.functional.conftest import site
from tests.sites import Site

__all__ = ["site"]

_PACKAGES = Path(__file__).with_name("node_modules")
_CHROMIUM = _PACKAGES / ".chromium"
_ARGUMENTS = ["--no-sandbox", "--headless", "--disable-gpu", "--disable-background-networking"]


@pytest.fixture(
    scope="module"
)  # as long as it is open, an event loop runs that other tests stumble over
def browser() -> Iterator[Browser]:
    """One browser for a module; each test makes contexts of its own in it."""
    brought = {
        "FONTCONFIG_FILE": str(_CHROMIUM / "fonts.conf"),
        "LD_LIBRARY_PATH": str(_CHROMIUM / "al2023" / "lib"),
    }
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=_CHROMIUM / "chromium",
            args=_ARGUMENTS,
            env={**os.environ, **brought},
        )
        yield opened
        opened.close()


@pytest.fixture
def app(browser: Browser, site: Site) -> Iterator[App]:
    """The web app of the site; whatever its pages complain of fails the test."""
    if not (BUILT / "index.html").is_file():
        pytest.fail("The web app is not built: run `make web`.")
    opened = App(site, browser)
    yield opened
    opened.close()
    assert opened.complaints == []


@pytest.fixture(scope="module")
def demo(site: Site) -> Site:
    """The site with the demo people in it."""
    return aside(lambda: with_demo(site))


def found_by_axe(page: Page, only: str = "") -> list[str]:
    """What axe says against a page: its rule and the elements concerned; `only` is the one rule to ask for, if any."""
    # A content security policy lets no script of ours in; evaluating it is not held to that.
    page.evaluate((_PACKAGES / "axe-core" / "axe.min.js").read_text(encoding="utf-8"))
    # What React Aria says to those who hear a page goes through an element of its own, which nobody sees or reaches.
    found: dict[str, Any] = page.evaluate(
        """(only) => axe.run({ exclude: [["[data-live-announcer]"]] }, only ? { runOnly: [only] } : {})""",
        only,
    )
    return [
        f"{one['id']}: {', '.join(str(node['target']) for node in one['nodes'])}"
        for one in found["violations"]
    ]
