"""One client, without a token, that wants the whole server for itself: all connections, for ever, or all hands."""

import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from threading import Thread
from urllib.parse import urlsplit

import httpx
import pytest

from infrastructure.demo import DEMO_PASSWORD, OPERATOR_EMAIL
from tests.asking import problem
from tests.demo import with_demo
from tests.processes import wait_until
from tests.sites import Site

PROXY = "127.0.0.9"
SLOW = (
    b"POST /auth/token HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    b"Content-Length: 500\r\n"
)
SETTINGS = {
    "DAYBOOK_API_WORKERS": "1",  # each counts for itself
    "DAYBOOK_CONNECTIONS_OF_ONE": "40",
    "DAYBOOK_TRUSTED_PROXIES": PROXY,
}
MORE_THAN_ARE_SERVED = 4_200
"""Connections; the server takes 4,096 at a time."""


@pytest.fixture
def opened() -> Iterator[ExitStack]:
    """What is open until the test ends."""
    with ExitStack() as opened:
        yield opened


def connection(site: Site, opened: ExitStack, source: str = "127.0.0.1") -> socket.socket:
    """A connection from this address of the machine's own."""
    at = urlsplit(site.url)
    target, own = (at.hostname or "", at.port or 0), (source, 0)
    return opened.enter_context(socket.create_connection(target, timeout=60, source_address=own))


def from_elsewhere(site: Site, **headers: str) -> httpx.Response:
    """What somebody at another address is answered."""
    with httpx.Client(transport=httpx.HTTPTransport(local_address="127.0.0.2")) as client:
        return client.get(f"{site.url}/health/live", headers=headers, timeout=120)


def is_ended(client: socket.socket) -> bool:
    """Whether the server ends the connection; what it says before is passed over."""
    with suppress(ConnectionError):
        while client.recv(4_096):
            continue
    return True


def test_who_connects_and_says_nothing_leaves_connections_for_others(
    site: Site, opened: ExitStack
) -> None:
    crowd = [connection(site, opened) for _ in range(MORE_THAN_ARE_SERVED)]
    assert from_elsewhere(site).status_code == 200
    assert all(is_ended(client) for client in crowd[40:])
    assert '"too many connections of one address"' in site.output.read_text()


def test_who_lets_bodies_wait_leaves_hands_for_others(site: Site, opened: ExitStack) -> None:
    """Through a proxy, whose connections are those of many, requests count for the address that it tells."""
    crowd = [connection(site, opened, PROXY) for _ in range(60)]
    for client in crowd:
        client.sendall(SLOW + b"X-Forwarded-For: 198.51.100.7\r\n\r\n{")
    assert from_elsewhere(site).status_code == 200
    answers = Counter(client.recv(12) for client in crowd)
    assert answers == {b"HTTP/1.1 408": 40, b"HTTP/1.1 429": 20}


BEGUN = b"GET /health/live HTTP/1.1\r\nHost: localhost\r\n"
WAITING = {
    "who says nothing": b"",
    "who stops in the first line": b"GET /hea",
    "who stops in the headers": BEGUN,
    "who asks for HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "who is answered, and stays": BEGUN + b"\r\n",
}


def test_who_waits_in_the_headers_is_not_waited_for(site: Site, opened: ExitStack) -> None:
    waiting = [connection(site, opened) for _ in WAITING]
    for client, begun in zip(waiting, WAITING.values(), strict=True):
        client.sendall(begun)
    endless = connection(site, opened)
    endless.sendall(BEGUN)
    thread = Thread(target=send_headers_until_it_ends, args=[endless])
    thread.start()
    assert all(is_ended(client) for client in waiting)
    thread.join(60)
    assert not thread.is_alive()


def send_headers_until_it_ends(client: socket.socket) -> None:
    client.settimeout(0.1)
    while True:
        try:
            client.sendall(b"X-More: 1\r\n")
            if not client.recv(4_096):
                return
        except TimeoutError:
            continue
        except ConnectionError:
            return


def test_headers_as_long_as_a_file_are_refused(site: Site, opened: ExitStack) -> None:
    client = connection(site, opened)
    client.sendall(BEGUN)
    with suppress(ConnectionError):
        client.sendall(2_000 * (b"X-More: " + b"x" * 1_000 + b"\r\n"))
    assert is_ended(client)
    assert from_elsewhere(site).status_code == 200


def test_a_refusal_is_a_problem_that_says_when_to_come_again(site: Site, opened: ExitStack) -> None:
    told = "198.51.100.8"
    for _ in range(40):
        client = connection(site, opened, PROXY)
        client.sendall(SLOW + f"X-Forwarded-For: {told}\r\n\r\n{{".encode())
    transport = httpx.HTTPTransport(local_address=PROXY)
    with httpx.Client(
        transport=transport, headers={"X-Forwarded-For": told}, timeout=120
    ) as asking:

        def refused() -> httpx.Response | None:
            answer = asking.get(f"{site.url}/health/live")
            return answer if answer.status_code == 429 else None

        answer = wait_until(refused, "a refusal")
    problem(answer, 429, "too_many_requests")
    assert answer.headers["Retry-After"] == "1"


@pytest.mark.parametrize(
    ("source", "told", "is_secure"),
    [
        (PROXY, {"X-Forwarded-Proto": "https"}, True),
        (PROXY, {"Forwarded": "for=198.51.100.9;proto=https"}, True),
        (PROXY, {"X-Forwarded-Proto": "http"}, False),
        ("127.0.0.1", {"X-Forwarded-Proto": "https"}, False),
    ],
)
def test_cookies_are_secure_where_a_trusted_proxy_was_reached_by_tls(
    site: Site, source: str, told: dict[str, str], is_secure: bool
) -> None:
    with_demo(site)
    credentials = {"email": OPERATOR_EMAIL, "password": DEMO_PASSWORD}
    with httpx.Client(transport=httpx.HTTPTransport(local_address=source), timeout=120) as client:
        answer = client.post(f"{site.url}/auth/token", json=credentials, headers=told)
    assert answer.status_code == 200, answer.text
    assert ("Secure" in answer.headers["Set-Cookie"]) is is_secure


def test_who_has_a_token_is_answered_beside_all_that(site: Site) -> None:
    assert site.record().status_code == 201
