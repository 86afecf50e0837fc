"""Sessions of a browser: the refresh token is in a cookie that no script reads, and counts only with a header."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.cookies import Morsel, SimpleCookie
from threading import Barrier
from typing import Any

import httpx
import psycopg
import pytest
from litestar.testing import RequestFactory

from application.identity.signing_in import TokenPair
from interfaces.http.identity.browsers import handed
from tests.asking import problem
from tests.functional.test_http_identity import Person
from tests.functional.test_http_security_events import told
from tests.people import PASSWORD
from tests.sites import Site

COMMON_SITE = True

COOKIE, BY_COOKIE = "daybook_refresh", {"Daybook-Session": "cookie"}


class Browser:
    """A browser of somebody: what it is answered, and the cookie it keeps."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.http = httpx.Client(base_url=site.url, timeout=120)

    def sign_in(self, person: Person) -> dict[str, Any]:
        body = {"email": person.email, "password": PASSWORD}
        answer = self.http.post("/auth/token", json=body, headers=BY_COOKIE)
        assert answer.status_code == 200, answer.text
        pair: dict[str, Any] = answer.json()
        return pair

    def refresh(self, **more: Any) -> httpx.Response:
        return self.http.post("/auth/refresh", headers=BY_COOKIE, **more)

    @property
    def kept(self) -> str | None:
        """The refresh token, as only the browser itself knows it."""
        return self.http.cookies.get(COOKIE, path="/auth")

    @kept.setter
    def kept(self, token: str) -> None:
        self.http.cookies.set(COOKIE, token, domain="127.0.0.1", path="/auth")


def cookie_of(answer: httpx.Response, name: str = COOKIE) -> Morsel[str] | None:
    """What an answer has a browser keep."""
    set_by = [it for it in answer.headers.get_list("set-cookie") if it.startswith(f"{name}=")]
    return SimpleCookie(set_by[0])[name] if set_by else None


@pytest.fixture
def person(site: Site) -> Person:
    return Person(site)


@pytest.fixture
def browser(site: Site) -> Iterator[Browser]:
    made = Browser(site)
    with closing(made.http):
        yield made


@pytest.fixture
def other(site: Site) -> Iterator[Browser]:
    made = Browser(site)
    with closing(made.http):
        yield made


def by_body(site: Site, token: str | None) -> httpx.Response:
    """A refresh as programs ask for it."""
    return httpx.post(f"{site.url}/auth/refresh", json={"refresh_token": token}, timeout=120)


def test_the_token_is_in_a_cookie_that_no_script_reads(
    site: Site, browser: Browser, person: Person
) -> None:
    body = {"email": person.email, "password": PASSWORD}
    answer = browser.http.post("/auth/token", json=body, headers=BY_COOKIE)
    pair = answer.json()
    assert pair["refresh_token"] is None
    assert pair["expires_in"] == 600
    cookie = cookie_of(answer)
    assert cookie is not None
    assert (cookie["path"], cookie["samesite"].lower()) == ("/auth", "strict")
    assert (cookie["max-age"], cookie["domain"]) == (str(30 * 86_400), "")
    assert cookie["httponly"]
    assert not cookie["secure"]  # asked over plain http, which only this machine is
    assert cookie.value not in answer.text
    assert cookie_of(answer, "daybook_device")


@pytest.mark.parametrize(("scheme", "is_secure"), [("https", True), ("http", False)])
def test_over_https_the_cookie_is_for_https_alone(scheme: str, is_secure: bool) -> None:
    request = RequestFactory().post("/auth/refresh", headers=BY_COOKIE)
    request.scope["scheme"] = scheme
    issued = {"access_token": "a", "refresh_token": "r", "device_token": "d"}
    pair = TokenPair(**issued, expires_in=600)
    cookies = handed(request, pair).cookies
    assert {it.key: it.secure for it in cookies} == {
        "daybook_refresh": is_secure,
        "daybook_device": is_secure,
    }


def test_a_page_that_is_loaded_anew_goes_on(site: Site, browser: Browser, person: Person) -> None:
    browser.sign_in(person)
    seen = {browser.kept}
    for _ in range(3):
        answer = browser.refresh()
        assert answer.status_code == 200, answer.text
        assert answer.json()["refresh_token"] is None
        assert answer.headers["cache-control"] == "no-store"
        assert browser.kept not in seen
        seen.add(browser.kept)
        token = answer.json()["access_token"]
        me = browser.http.get("/auth/me", headers={"Authorization": f"Bearer {token}"})
        assert me.json()["uid"] == person.uid


def test_the_cookie_alone_is_never_used(site: Site, browser: Browser, person: Person) -> None:
    """What a form of another site could send, if its browser sent the cookie along at all."""
    browser.sign_in(person)
    kept = browser.kept
    for path in ("/auth/refresh", "/auth/sign-out"):
        problem(browser.http.post(path), 400, "malformed")
        form = browser.http.post(path, data={"Daybook-Session": "cookie"})
        problem(form, 415, "unsupported_media_type")
        text = {"content-type": "text/plain"}
        assert browser.http.post(path, content=b"{}", headers=text).status_code == 415
        query = browser.http.post(path, params={"Daybook-Session": "cookie"})
        assert query.status_code == 400
        for answer in (form, query):
            assert cookie_of(answer) is None
    assert browser.kept == kept
    assert browser.refresh().status_code == 200


def test_no_page_of_another_origin_may_send_the_header(site: Site) -> None:
    asks = {
        "Origin": "https://evil.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "daybook-session",
    }
    answer = httpx.options(f"{site.url}/auth/refresh", headers=asks)
    assert "access-control-allow-headers" not in answer.headers
    assert "access-control-allow-origin" not in answer.headers


FOREIGN = (
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
)


@pytest.mark.parametrize("said", FOREIGN)
def test_what_a_page_of_another_site_sends_is_refused(
    browser: Browser, person: Person, said: dict[str, str]
) -> None:
    """A browser asks first, and hears no; this is for one that did not."""
    browser.sign_in(person)
    kept = browser.kept
    for path in ("/auth/refresh", "/auth/sign-out"):
        problem(browser.http.post(path, headers={**BY_COOKIE, **said}), 403, "foreign_site")
    body = {"email": person.email, "password": PASSWORD}
    begun = browser.http.post("/auth/token", json=body, headers={**BY_COOKIE, **said})
    problem(begun, 403, "foreign_site")
    assert browser.kept == kept
    own = {"Origin": browser.site.url, "Sec-Fetch-Site": "same-origin"}
    assert browser.http.post("/auth/refresh", headers={**BY_COOKIE, **own}).status_code == 200


def test_without_the_header_nothing_is_kept(site: Site, person: Person) -> None:
    answer = person.sign_in()
    assert answer.json()["refresh_token"]
    assert cookie_of(answer) is None
    refreshed = by_body(site, answer.json()["refresh_token"])
    assert refreshed.json()["refresh_token"]
    assert cookie_of(refreshed) is None
    refused = by_body(site, answer.json()["refresh_token"])
    assert cookie_of(refused) is None
    problem(refused, 401, "refresh_token_invalid")
    faults = by_body(site, None).json()["errors"]
    assert [(it["pointer"], it["code"]) for it in faults] == [("/refresh_token", "missing")]


@pytest.mark.parametrize("path", ["/auth/refresh", "/auth/sign-out"])
def test_what_makes_no_sense_is_said(browser: Browser, person: Person, path: str) -> None:
    missing = browser.http.post(path, headers=BY_COOKIE)
    problem(missing, 401, "refresh_token_missing")
    browser.sign_in(person)
    kept = browser.kept
    both = browser.http.post(path, json={"refresh_token": kept}, headers=BY_COOKIE)
    problem(both, 400, "two_refresh_tokens")
    for said in ("cookies", "COOKIE", "", "cookie, cookie"):
        answer = browser.http.post(path, headers={"Daybook-Session": said})
        assert answer.status_code == 400, said
        assert answer.json()["errors"][0]["parameter"] == "Daybook-Session"
    assert browser.kept == kept
    assert browser.refresh().status_code == 200


def test_a_wrong_header_begins_no_session(site: Site, person: Person) -> None:
    body = {"email": person.email, "password": PASSWORD}
    answer = httpx.post(f"{site.url}/auth/token", json=body, headers={"Daybook-Session": "yes"})
    assert answer.status_code == 400
    token = person.tokens()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    listed = httpx.get(f"{site.url}/auth/sessions", headers=headers).json()["data"]
    assert len(listed) == 1


def test_signing_out_takes_the_cookie_away(site: Site, browser: Browser, person: Person) -> None:
    browser.sign_in(person)
    kept = browser.kept
    answer = browser.http.post("/auth/sign-out", headers=BY_COOKIE)
    assert (answer.status_code, answer.content) == (204, b"")
    gone = cookie_of(answer)
    assert gone is not None
    assert (gone.value, gone["max-age"], gone["path"]) == ("", "0", "/auth")
    assert browser.kept is None
    problem(by_body(site, kept), 401, "refresh_token_invalid")


def test_what_is_refused_is_taken_away(site: Site, browser: Browser, person: Person) -> None:
    browser.sign_in(person)
    site.http.post(f"/users/{person.uid}/sign-out")
    answer = browser.refresh()
    problem(answer, 401, "refresh_token_invalid")
    gone = cookie_of(answer)
    assert gone is not None
    assert (gone.value, gone["max-age"], gone["path"]) == ("", "0", "/auth")
    assert browser.kept is None
    problem(browser.refresh(), 401, "refresh_token_missing")


def test_choosing_another_password_goes_on_in_the_browser(browser: Browser, person: Person) -> None:
    token = browser.sign_in(person)["access_token"]
    before = browser.kept
    body = {"current_password": PASSWORD, "new_password": "another horse, another battery"}
    headers = {**BY_COOKIE, "Authorization": f"Bearer {token}"}
    answer = browser.http.post("/auth/password", json=body, headers=headers)
    assert (answer.status_code, answer.json()["refresh_token"]) == (200, None)
    assert browser.kept != before
    assert browser.refresh().status_code == 200


def test_an_answer_that_was_lost_is_given_again(
    site: Site, browser: Browser, person: Person
) -> None:
    """A page loaded anew while it asked, more than once: the browser never had what came after."""
    browser.sign_in(person)
    first, lost = str(browser.kept), []
    for _ in range(3):
        browser.kept = first
        assert browser.refresh().status_code == 200
        lost.append(browser.kept)
    assert len({*lost}) == 3
    assert browser.refresh().status_code == 200  # the last one is good, and now used
    assert browser.refresh().status_code == 200


def test_of_tokens_that_went_two_ways_one_is_good(
    site: Site, browser: Browser, other: Browser, person: Person
) -> None:
    """Somebody has a copy, and is quick: the browser's next refresh finds them out, and ends the session."""
    browser.sign_in(person)
    other.kept = str(browser.kept)
    assert browser.refresh().status_code == 200
    assert other.refresh().status_code == 200
    with psycopg.connect(site.settings["DATABASE_URL"]) as connection:
        _age(connection, person)
    problem(browser.refresh(), 401, "refresh_token_invalid")
    problem(other.refresh(), 401, "refresh_token_invalid")
    (reuse,) = told(site, user_uid=person.uid, kind="reuse")
    assert reuse["name"] == "session.ended.v1"


def test_a_copy_that_comes_later_ends_the_session(
    site: Site, browser: Browser, other: Browser, person: Person
) -> None:
    browser.sign_in(person)
    other.kept = str(browser.kept)
    assert browser.refresh().status_code == 200
    assert browser.refresh().status_code == 200  # the answer was not lost: what came after is used
    problem(other.refresh(), 401, "refresh_token_invalid")
    problem(browser.refresh(), 401, "refresh_token_invalid")


def test_there_is_no_leeway_for_what_a_program_sends(
    site: Site, browser: Browser, person: Person
) -> None:
    browser.sign_in(person)
    stolen = str(browser.kept)
    assert browser.refresh().status_code == 200
    problem(by_body(site, stolen), 401, "refresh_token_invalid")
    problem(browser.refresh(), 401, "refresh_token_invalid")


@pytest.mark.parametrize("last", [0, 1])
def test_two_tabs_at_once_stay_signed_in(browser: Browser, person: Person, last: int) -> None:
    """They send the same cookie; whichever answer the browser keeps last is good for some seconds at least."""
    browser.sign_in(person)
    token, together = str(browser.kept), Barrier(2)

    def send() -> httpx.Response:
        headers = {**BY_COOKIE, "Cookie": f"{COOKIE}={token}"}
        together.wait()
        return httpx.post(f"{browser.site.url}/auth/refresh", headers=headers, timeout=120)

    with ThreadPoolExecutor(2) as pool:
        answers = [one.result() for one in [pool.submit(send) for _ in range(2)]]
    assert [answer.status_code for answer in answers] == [200, 200]
    cookie = cookie_of(answers[last])
    assert cookie is not None
    browser.kept = cookie.value
    for _ in range(2):
        assert browser.refresh().status_code == 200


def _age(connection: psycopg.Connection[Any], person: Person) -> None:
    """Let a minute pass for the tokens of somebody that were used."""
    connection.execute(
        """
        UPDATE daybook.refresh_tokens t SET used_at = t.used_at - interval '1 minute'
        FROM daybook.sessions s WHERE s.session_uid = t.session_uid AND s.user_uid = %s
        """,
        [person.uid],
    )
