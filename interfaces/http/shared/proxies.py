"""Which network address a request comes from: that of the peer or, behind proxies that are trusted, what they tell.

Rules upheld here:
- what a peer tells that is not trusted is not read: anybody can write such a header;
- of a chain of addresses the right end was written by our own proxy, so it is read from there, as far as it is trusted;
- a header that our proxy does not set comes from the caller: where `X-Forwarded-For` and `Forwarded` say different
  things, neither is believed.
"""

import re
from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

from litestar import Request
from litestar.types import HTTPScope

Address = IPv4Address | IPv6Address

_CHAIN, _FORWARDED = b"x-forwarded-for", b"forwarded"
_FOR = re.compile(r'(?:^|;)\s*for="?([^";]+)"?', re.IGNORECASE)
_BY_TLS = re.compile(rb'[;,\s]proto="?https\b|^proto="?https\b', re.IGNORECASE)
_PORT = re.compile(r"\A(?:\[([^\]]*)\]|([^:]*))(?::\d+)?\Z")
_PREFIX_V6 = 64
"""Bits of an IPv6 address that name a network: whoever has one has all the addresses in it."""


class TrustedProxies:
    """The proxies in front of this server.

    Args:
        networks: their networks as CIDRs, separated by commas; nobody if empty.
    """

    def __init__(self, networks: str = "") -> None:
        self._networks = [ip_network(each) for each in networks.split(",") if each]

    def tell(self, scope: HTTPScope) -> None:
        """Put the address that the request comes from in the place of the peer's, and its scheme beside it."""
        peer = scope["client"]
        if peer and self.trusts(peer[0]):
            scope["client"] = (self._told(peer[0], scope["headers"]), peer[1])
            headers = dict(scope["headers"])
            by_tls = _BY_TLS.search(headers.get(_FORWARDED, b""))
            if by_tls or headers.get(b"x-forwarded-proto") == b"https":
                scope["scheme"] = "https"

    def trusts(self, host: str) -> bool:
        """Whether this is the address of such a proxy."""
        return bool(self._networks) and self._is_trusted(_read(host))

    def _told(self, peer: str, headers: Iterable[tuple[bytes, bytes]]) -> str:
        given: dict[bytes, list[str]] = {_CHAIN: [], _FORWARDED: []}
        for name, value in headers:
            if name in given:
                given[name] += value.decode("latin-1").split(",")
        chains = [given[_CHAIN], [_node(each) for each in given[_FORWARDED]]]
        found = {self._first_foreign(peer, chain) for chain in chains if chain}
        return found.pop() if len(found) == 1 else peer

    def _first_foreign(self, peer: str, chain: Sequence[str]) -> str:
        """The first address from the right that is no proxy of ours; as far as the chain can be read."""
        for hop in reversed(chain):
            address = _read(hop)
            if address is None:
                break
            peer = str(address)
            if not self._is_trusted(address):
                break
        return peer

    def _is_trusted(self, address: Address | None) -> bool:
        return address is not None and any(address in network for network in self._networks)


def network_of(request: Request[Any, Any, Any]) -> str:
    """What limits take for one place: the address that a request comes from, of IPv6 its network."""
    return network_of_host(request.client.host if request.client else "")


def network_of_host(host: str) -> str:
    """As `network_of`, of the text of an address."""
    address = _read(host)
    if isinstance(address, IPv6Address):
        return str(ip_network((address, _PREFIX_V6), strict=False))
    return str(address or "unknown")


def _node(element: str) -> str:
    """Whom an element of `Forwarded` (RFC 7239) is for."""
    found = _FOR.search(element.strip())
    return found[1] if found else ""


def _read(text: str) -> Address | None:
    """An address with or without a port; one of IPv4 in the form of IPv6 is one of IPv4."""
    text = text.strip()
    parts = _PORT.fullmatch(text)
    bare = (parts[1] or parts[2] or "") if parts else text
    try:
        address = ip_address(bare.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
