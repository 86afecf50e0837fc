"""Addresses of servers, which may hold a password: checked by their form, and never repeated when they do not answer.

What a driver says of an address it cannot read, or cannot reach, holds parts of it; with a password that was not
percent-encoded those may be parts of the password. So the words here are our own.
"""

import ipaddress
import re
from urllib.parse import urlsplit

_POSTGRESQL = (
    "an address such as postgresql://user:password@127.0.0.1:5432/daybook, with every sign of the user and the "
    "password that is no letter or digit percent-encoded (%40 for @)"
)
_REDIS = (
    "an address such as redis://:password@127.0.0.1:6379/0 or unix:///run/valkey.sock, with every sign of the password "
    "that is no letter or digit percent-encoded (%23 for #)"
)
_ORIGIN = re.compile(r"https?://(?:[a-z0-9.-]+|\[[0-9a-f:]+\])(?::[0-9]{1,5})?")
_PORT_MAX = 65_535
_REASONS = {
    "Connection refused": "nothing listens there",
    "No such file or directory": "there is no such socket",
    "Permission denied": "the socket may not be used",
    "failed to resolve host|Name or service not known": "the name of its host is not known",
    "[Tt]imeout|[Tt]imed out": "it did not answer in time",
    "password authentication failed|invalid username-password": "it refuses the user or the password",
    "no password supplied|Authentication required": "it asks for a password",
    'database ".*" does not exist': "there is no database of that name",
    'role ".*" does not exist': "there is no role of that name",
    "no pg_hba.conf entry": "it lets nobody in from here (pg_hba.conf)",
    "starting up": "it is starting up",
    "shutting down": "it is shutting down",
    "too many (clients|connections)|connection slots": "it has too many connections",
    "SSL|certificate": "TLS with it failed",
}


def database_address(text: str) -> str:
    """The address of a PostgreSQL.

    Raises:
        ValueError: it is none; what was expected.
    """
    import psycopg  # here, as below: help and health checks do without it
    from psycopg import conninfo

    try:
        given = conninfo.conninfo_to_dict(text)
    except psycopg.Error:
        raise ValueError(_POSTGRESQL) from None
    ports = str(given.get("port") or "").split(",")
    is_uri = text.startswith(("postgresql://", "postgres://"))
    if not is_uri or "@" in str(given.get("host")) or not all(map(_is_port, ports)):
        raise ValueError(_POSTGRESQL)
    return text


def _is_port(text: str) -> bool:
    return not text or (text.isdecimal() and len(text) < 6 and 0 < int(text) <= _PORT_MAX)


def redis_address(text: str) -> str:
    """The address of a Redis or Valkey.

    Raises:
        ValueError: it is none; what was expected.
    """
    from redis.connection import parse_url

    try:
        parse_url(text)  # type: ignore[no-untyped-call]
        parts = urlsplit(text)
    except ValueError:
        raise ValueError(_REDIS) from None
    if parts.scheme != "unix" and (parts.fragment or "@" in parts.path):
        raise ValueError(_REDIS)
    return text


def reason(error: Exception) -> str:
    """Why a server could not be reached, in words that hold nothing of its address."""
    said = str(error)
    known = (told for sign, told in _REASONS.items() if re.search(sign, said))
    return next(known, type(error).__name__)


def networks(text: str) -> str:
    """Networks as CIDRs, as they are usually written."""
    try:
        return ",".join(str(ipaddress.ip_network(each.strip())) for each in text.split(","))
    except ValueError:
        raise ValueError(
            "networks as CIDRs, separated by commas, such as 10.0.0.0/8,fd00::/8"
        ) from None


def web_origins(text: str) -> str:
    """Origins as browsers send them; nothing stands for all of them."""
    origins = [each.strip() for each in text.split(",")]
    if not all(map(_ORIGIN.fullmatch, origins)):
        raise ValueError(
            "origins as browsers send them, separated by commas, such as https://books.example,http://127.0.0.1:3000"
        )
    return ",".join(origins)
