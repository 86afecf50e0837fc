"""Requests from this machine alone, for what nobody has to sign in for.

A browser on this machine is led here by other sites, too: by a name of theirs that they let mean this machine (DNS
rebinding), by a form, by a link. It says so in `Host`, `Origin` and `Sec-Fetch-Site`.
"""

import ipaddress
from collections.abc import Mapping
from urllib.parse import urlsplit

from litestar.datastructures import Headers
from litestar.types import Scope

from domain.shared.errors import Forbidden

_OWN = ("same-origin", "none")
_PASSED_ON = (
    *("forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-forwarded-port"),
    *("via", "x-real-ip", "true-client-ip", "cf-connecting-ip"),
)
"""What proxies add: they mostly send a `Host` of this machine, whoever asks them."""


class ForeignSite(Forbidden, code="foreign_site"):
    """Another site sends the request, or reaches this machine by a name of its own."""


def is_own_site(headers: Mapping[str, str]) -> bool:
    """Whether no browser says that the request comes from another site than it goes to."""
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    is_own = site in _OWN if site else True
    return is_own and (origin is None or _authority(origin) == headers.get("host", ""))


def is_for_own_machine(headers: Mapping[str, str]) -> bool:
    """Whether the request goes to a name of this machine, and no proxy says that it passed it on."""
    is_passed_on = any(name in headers for name in _PASSED_ON)
    return not is_passed_on and _is_loopback(_host(headers))


def check_own_machine(headers: Mapping[str, str], port: int | None = None) -> None:
    """Go on only if the request goes to a name of this machine, through no proxy, and comes from no other site.

    `port` is where this machine is answered, for whoever is not.

    Raises:
        ForeignSite: it does not.
    """
    if not (is_for_own_machine(headers) and is_own_site(headers)):
        raise ForeignSite(
            "Nobody has to sign in here, so only this machine is answered: use its address, such as "
            f"http://127.0.0.1{f':{port}' if port else ''}, no proxy, and no link or form of another site."
        )


def port_of(scope: Scope) -> int | None:
    """The port that a request came to, if the server tells."""
    server = scope.get("server")
    return server[1] if server else None


def _host(headers: Mapping[str, str]) -> str:
    """The name that is asked; none where two are, of which a proxy may have looked at the other (RFC 9112, 3.2)."""
    every = (
        headers.getall("host", []) if isinstance(headers, Headers) else [headers.get("host", "")]
    )
    return every[0] if len(every) == 1 else ""


def _authority(origin: str) -> str:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""


def _is_loopback(host: str) -> bool:
    try:
        name = urlsplit(f"//{host}").hostname or ""
        return name == "localhost" or ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
