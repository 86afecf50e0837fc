"""The web app in a real browser: people signed in to it, each in a window of their own, and nothing may complain.

app.signed_in("ines@harbour.example", path="/claims", width=360, locale="de-DE")
app.signed_in(mira.principal)           # whoever a test made, with or without a password
app.may_fail("/auth/token")             # the console may tell of requests that are answered with an error
app.may_say("Content Security Policy")  # … and may say this

A console error or an error of a script fails the test. What is asked of the product in a loop of its own has to be
asked by `aside`, since a browser that is open keeps the thread of the tests in one.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar
from uuid import UUID, uuid4

import httpx
from playwright.sync_api import Browser, ConsoleMessage, Page, StorageState, expect

from application.shared.permissions import Principal
from infrastructure.demo import DEMO_PASSWORD, sign_ins
from tests.people import PASSWORD, give_password
from tests.sites import Site

PATIENCE_MS = 60_000
expect.set_options(timeout=PATIENCE_MS)  # on a machine that has much else to do
HEIGHT = 768
_BY_COOKIE = {"Daybook-Session": "cookie"}
_HINT = {"name": "daybook.signed-in", "value": "yes"}
_DEMO = frozenset(one.email for one in sign_ins())
T = TypeVar("T")


def aside(story: Callable[[], T]) -> T:
    """What a story answers that runs an event loop of its own."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(story).result()


class App:
    """The web app of a running Daybook."""

    def __init__(self, site: Site, browser: Browser) -> None:
        self.site = site
        self.url = site.url
        self.complaints: list[str] = []
        self._browser = browser
        self._opened: list[Any] = []
        self._may_fail: list[str] = []
        self._may_say: list[str] = []
        self._with_password: dict[UUID, str] = {}

    def signed_in(
        self,
        who: str | Principal,
        *,
        path: str = "/",
        password: str | None = None,
        url: str | None = None,
        **looks: Any,
    ) -> Page:
        """A page of somebody who signed in before it opened; `who` is a principal, or an address with a password."""
        email = self._email(who) if isinstance(who, Principal) else who
        secret = password or (DEMO_PASSWORD if email in _DEMO else PASSWORD)
        at = url or self.url
        page = self.stranger(path=None, url=at, kept=_kept(at, self.url, email, secret), **looks)
        self.goto(page, path)
        return page

    def stranger(
        self,
        *,
        path: str | None = "/",
        locale: str = "en-GB",
        width: int = 1366,
        color_scheme: Any = "light",
        url: str | None = None,
        kept: StorageState | None = None,
        **more: Any,
    ) -> Page:
        """A page of somebody who has not signed in; None for `path` opens nothing yet."""
        context = self._browser.new_context(
            base_url=url or self.url,
            locale=locale,
            timezone_id="Europe/Berlin",
            viewport={"width": width, "height": HEIGHT},
            color_scheme=color_scheme,
            storage_state=kept,
            **more,
        )
        context.set_default_timeout(PATIENCE_MS)
        self._opened.append(context)
        context.on("page", self._listen)
        page = context.new_page()
        if path is not None:
            self.goto(page, path)
        return page

    def goto(self, page: Page, path: str) -> None:
        """Open a path of the app, such as `/claims`, and wait until its screen says what it is."""
        page.goto(f"/app{path}")
        page.locator("h1").first.wait_for()

    def may_fail(self, part_of_url: str) -> None:
        """From now on the console may tell of failed requests to addresses with this in them."""
        self._may_fail.append(part_of_url)

    def may_say(self, part_of_text: str) -> None:
        """From now on the console may say this."""
        self._may_say.append(part_of_text)

    def close(self) -> None:
        """Close every window; what complained meanwhile is in `complaints`."""
        for context in self._opened:
            context.close()

    def _listen(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        page.on("console", self._hear)

    def _hear(self, message: ConsoleMessage) -> None:
        where = message.location["url"]
        is_request = message.text.startswith("Failed to load resource")
        is_expected = any(it in message.text for it in self._may_say) or (
            is_request and any(it in where for it in self._may_fail)
        )
        if message.type == "error" and not is_expected:
            self.complaints.append(f"{message.text} ({where})")

    def operator(self, name: str = "Petra Passkey") -> str:
        """The address of an operator of a test's own, with a password."""
        email = f"{uuid4().hex[:12]}@daybook.example"
        uid = self.site.door.operator(email, name)
        aside(lambda: give_password(self.site.settings, uid))
        return email

    def _email(self, who: Principal) -> str:
        uid = self.site.door.let_in(who).user_uid
        assert uid is not None
        if uid not in self._with_password:
            aside(lambda: give_password(self.site.settings, uid))
            self._with_password[uid] = self.site.http.get(f"/users/{uid}").json()["email"]
        return self._with_password[uid]


def _kept(at: str, url: str, email: str, password: str) -> StorageState:
    """What the browser keeps of who signed in: the cookies, and the page's note that there is a session."""
    credentials = {"email": email, "password": password}
    answer = httpx.post(f"{url}/auth/token", json=credentials, headers=_BY_COOKIE, timeout=120)
    assert answer.status_code == 200, answer.text
    cookies: list[Any] = [
        {
            "name": each.name,
            "value": each.value,
            "domain": httpx.URL(at).host,
            "path": each.path,
            "expires": -1,
            "httpOnly": True,
            "secure": False,
            "sameSite": "Strict",
        }
        for each in answer.cookies.jar
    ]
    return {"cookies": cookies, "origins": [{"origin": at, "localStorage": [_HINT]}]}
