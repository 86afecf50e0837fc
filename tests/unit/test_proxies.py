"""Which address a request comes from, as our own proxies tell it and as nobody else can make us believe."""

from typing import Any

import pytest

from interfaces.http.shared.proxies import TrustedProxies, network_of

TRUSTED = "10.0.0.0/8,fd00::/8"
CHAIN, FORWARDED, SCHEME = "x-forwarded-for", "forwarded", "x-forwarded-proto"


def told(peer: str, *headers: tuple[str, str], trusted: str = TRUSTED) -> tuple[str, str]:
    scope: Any = {
        "client": (peer, 40_000),
        "scheme": "http",
        "headers": [(name.encode(), value.encode()) for name, value in headers],
    }
    TrustedProxies(trusted).tell(scope)
    return scope["client"][0], scope["scheme"]


@pytest.mark.parametrize(
    ("peer", "headers", "client"),
    [
        ("10.0.0.1", [], "10.0.0.1"),
        ("10.0.0.1", [(CHAIN, "192.0.2.7")], "192.0.2.7"),
        ("10.0.0.1", [(CHAIN, "192.0.2.7, 10.1.2.3")], "192.0.2.7"),
        ("10.0.0.1", [(CHAIN, "192.0.2.7"), (CHAIN, "10.1.2.3")], "192.0.2.7"),
        ("10.0.0.1", [(CHAIN, "10.9.9.9, 10.1.2.3")], "10.9.9.9"),
        ("10.0.0.1", [(CHAIN, "192.0.2.7:51000")], "192.0.2.7"),
        ("10.0.0.1", [(CHAIN, "2001:db8::1")], "2001:db8::1"),
        ("fd00::1", [(CHAIN, "[2001:db8::1]:51000")], "2001:db8::1"),
        ("::ffff:10.0.0.1", [(CHAIN, "::ffff:192.0.2.7")], "192.0.2.7"),
        ("10.0.0.1", [(FORWARDED, "for=192.0.2.7;proto=https;by=10.0.0.1")], "192.0.2.7"),
        ("10.0.0.1", [(FORWARDED, 'by=10.0.0.1;For="[2001:db8::1]:80", for=10.1.1.1')], "2001:db8::1"),
        ("10.0.0.1", [(FORWARDED, "for=192.0.2.7"), (CHAIN, "192.0.2.7")], "192.0.2.7"),
    ],
)  # fmt: skip
def test_our_proxies_are_believed(peer: str, headers: list[tuple[str, str]], client: str) -> None:
    assert told(peer, *headers)[0] == client


@pytest.mark.parametrize(
    ("peer", "headers", "client"),
    [
        ("192.0.2.9", [(CHAIN, "192.0.2.7")], "192.0.2.9"),
        ("192.0.2.9", [(CHAIN, "10.0.0.1"), (FORWARDED, "for=10.0.0.1")], "192.0.2.9"),
        # What a caller wrote stands to the left of what the proxy added.
        ("10.0.0.1", [(CHAIN, "203.0.113.5, 192.0.2.7")], "192.0.2.7"),
        ("10.0.0.1", [(CHAIN, "10.0.0.2, 192.0.2.7")], "192.0.2.7"),
        ("10.0.0.1", [(FORWARDED, 'for="203.0.113.5"; x="a", for=192.0.2.7')], "192.0.2.7"),
        # The header that the proxy does not set is the caller's.
        ("10.0.0.1", [(FORWARDED, "for=203.0.113.5"), (CHAIN, "192.0.2.7")], "10.0.0.1"),
        ("10.0.0.1", [(FORWARDED, "for=unknown"), (CHAIN, "192.0.2.7")], "10.0.0.1"),
        # Nobody goes beyond what cannot be read.
        ("10.0.0.1", [(CHAIN, "203.0.113.5, rubbish")], "10.0.0.1"),
        ("10.0.0.1", [(CHAIN, "203.0.113.5, rubbish, 10.2.2.2")], "10.2.2.2"),
        ("10.0.0.1", [(CHAIN, ",,")], "10.0.0.1"),
        ("10.0.0.1", [(FORWARDED, "for=_hidden")], "10.0.0.1"),
        ("10.0.0.1", [(CHAIN, "\xff\xfe")], "10.0.0.1"),
    ],
)
def test_nobody_else_is(peer: str, headers: list[tuple[str, str]], client: str) -> None:
    assert told(peer, *headers)[0] == client


def test_without_the_setting_requests_come_from_whoever_connects() -> None:
    headers = (CHAIN, "192.0.2.7"), (SCHEME, "https")
    assert told("10.0.0.1", *headers, trusted="") == ("10.0.0.1", "http")


def test_the_scheme_is_that_of_the_proxy() -> None:
    assert told("10.0.0.1", (SCHEME, "https"))[1] == "https"
    assert told("192.0.2.7", (SCHEME, "https"))[1] == "http"


@pytest.mark.parametrize(
    ("host", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("a socket", "unknown"),
    ],
)
def test_one_place_has_one_name(host: str, network: str) -> None:
    from litestar import Request

    scope: Any = {"type": "http", "client": (host, 1), "headers": [], "state": {}}
    assert network_of(Request(scope)) == network
