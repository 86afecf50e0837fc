"""Signing in from behind a proxy, where limits go by the address that it tells; and forms of workflows likewise."""

from uuid import uuid4

import httpx
import pytest

from tests.asking import problem
from tests.people import PASSWORD, let_choose
from tests.seconding import posted
from tests.sites import Site

SETTINGS = {"DAYBOOK_TRUSTED_PROXIES": "127.0.0.0/8,10.0.0.0/8"}
GUESS = "a guess, a guess"


def from_(address: str) -> dict[str, str]:
    """What our proxy tells of a request: behind what the caller claims."""
    return {"X-Forwarded-For": f"{uuid4().int % 250}.0.2.1, {address}, 10.1.1.1"}


def tries(
    site: Site,
    email: str,
    password: str = GUESS,
    client: httpx.Client | None = None,
    **headers: str,
) -> httpx.Response:
    send = client.post if client else httpx.post
    body = {"email": email, "password": password}
    return send(f"{site.url}/auth/token", json=body, headers=headers, timeout=120)


@pytest.fixture
def email(site: Site) -> str:
    address = f"op-{uuid4().hex[:12]}@daybook.example"
    body = {"email": address, "name": "Olga Op", "role": "operator"}
    assert posted(site, "/users", body).status_code == 201
    let_choose(site, address)
    return address


def test_who_guesses_elsewhere_does_not_lock_the_owner_out(site: Site, email: str) -> None:
    answers = [tries(site, email, **from_("203.0.113.1")) for _ in range(12)]
    assert [each.status_code for each in answers] == [401] * 10 + [429] * 2
    problem(answers[-1], 429, "too_many_attempts")
    assert tries(site, email, PASSWORD, **from_("203.0.113.1")).status_code == 429
    assert tries(site, email, PASSWORD, **from_("203.0.113.2")).status_code == 200


def test_who_keeps_cookies_is_known_and_who_keeps_the_token_as_well(site: Site, email: str) -> None:
    with httpx.Client(timeout=120) as browser:
        first = tries(site, email, PASSWORD, browser, **from_("203.0.113.3"))
        cookie = first.headers["set-cookie"]
        assert all(
            part in cookie for part in ("daybook_device=", "HttpOnly", "SameSite=strict", "/auth")
        )
        assert "Secure" not in cookie
        for _ in range(12):
            tries(site, email, **from_("203.0.113.4"))
        assert tries(site, email, PASSWORD, **from_("203.0.113.4")).status_code == 429
        assert tries(site, email, PASSWORD, browser, **from_("203.0.113.4")).status_code == 200
    known = {"Daybook-Device": first.json()["device_token"], **from_("203.0.113.4")}
    assert tries(site, email, PASSWORD, **known).status_code == 200
    behind_tls = {"X-Forwarded-Proto": "https", **from_("203.0.113.5")}
    assert "Secure" in tries(site, email, PASSWORD, **behind_tls).headers["set-cookie"]


def test_a_refresh_tells_nothing_new_of_the_device(site: Site, email: str) -> None:
    pair = tries(site, email, PASSWORD).json()
    body = {"refresh_token": pair["refresh_token"]}
    assert httpx.post(f"{site.url}/auth/refresh", json=body).json()["device_token"] is None


def test_a_network_of_ipv6_is_one_place(site: Site, email: str) -> None:
    for host in range(12):
        tries(site, email, **from_(f"2001:db8:1:1::{host}"))
    assert tries(site, email, PASSWORD, **from_("2001:db8:1:1::ffff")).status_code == 429
    assert tries(site, email, PASSWORD, **from_("2001:db8:1:2::1")).status_code == 200


def test_forms_are_limited_by_the_address_that_the_proxy_tells(site: Site) -> None:
    url = f"{site.url}/workflows/customer-cashflow"
    with httpx.Client(timeout=120) as sender:

        def sent(address: str) -> int:
            fields = {"first_name": (None, "x")}
            return sender.post(url, files=fields, headers=from_(address)).status_code

        assert sent("203.0.113.9") == 400  # no form of ours, and counted
        assert [sent("203.0.113.9") for _ in range(70)][-1] == 429
        assert sent("203.0.113.10") == 400
