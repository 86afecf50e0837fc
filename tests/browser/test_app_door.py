"""The door of the web app: signing in, staying signed in, and signing out, as people meet it."""

import pytest
from playwright.sync_api import expect

from tests.browser.apps import App
from tests.browser.conftest import found_by_axe

COMMON_SITE = True
pytestmark = pytest.mark.usefixtures("demo")


def test_somebody_who_signed_in_before_is_in(app: App) -> None:
    page = app.signed_in("ines@harbour.example")
    expect(page.get_by_role("heading", level=1)).to_have_text("Welcome, Ines Falk")
    assert found_by_axe(page) == []
