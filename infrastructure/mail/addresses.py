"""How a mail server is named in the settings: one address, credentials and encryption included."""

import re
from urllib.parse import parse_qs, unquote, urlsplit

import msgspec

EXPECTED = (
    "an address such as smtp://user:password@mail.example:587?tls=starttls, smtps://mail.example, or "
    "sink:///run/daybook/smtp.sock"
)
_HOST = re.compile(r"[\w.:-]+", re.ASCII)
_TLS = ("starttls", "none")
_PORTS = {"smtp": 25, "smtps": 465}


DOOR_EXPECTED = "an address such as lmtp://127.0.0.1:2424, smtp://127.0.0.1:2525 or lmtp:///run/daybook/bounces.sock"


class ReportDoor(msgspec.Struct, frozen=True, kw_only=True):
    """Where delivery reports are taken: on a `socket`, or on an address and port."""

    is_lmtp: bool
    host: str = "127.0.0.1"
    port: int = 0
    socket: str | None = None


def report_door(url: str) -> ReportDoor:
    """The door that an address names; without a host it is open to this machine only.

    Raises:
        ValueError: the address is none; the message says what was expected.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ValueError(DOOR_EXPECTED) from None
    is_lmtp, host = parts.scheme == "lmtp", parts.hostname or "127.0.0.1"
    if not (is_lmtp or parts.scheme == "smtp") or parts.query or parts.username:
        raise ValueError(DOOR_EXPECTED)
    if not parts.netloc and parts.path.startswith("/"):
        return ReportDoor(is_lmtp=is_lmtp, socket=unquote(parts.path))
    if not port or parts.path.strip("/") or not _HOST.fullmatch(host):
        raise ValueError(DOOR_EXPECTED)
    return ReportDoor(is_lmtp=is_lmtp, host=host, port=port)


class MailServer(msgspec.Struct, frozen=True, kw_only=True):
    """Where mail goes.

    Attributes:
        socket: path of the sink's Unix socket; None for a server on the network.
        tls: whether the connection is encrypted from its beginning.
        starttls: whether it must become encrypted before anything is said (True), must not (False), or does if the
            server offers it (None).
    """

    host: str = ""
    port: int = 0
    socket: str | None = None
    username: str | None = None
    password: str | None = None
    tls: bool = False
    starttls: bool | None = None


def mail_server(url: str) -> MailServer:
    """The server that an address names. Credentials are sent over an encrypted connection only, unless `tls=none`.

    Raises:
        ValueError: the address is none; the message says what was expected.
    """
    try:
        parts = urlsplit(url)
        options = parse_qs(parts.query, strict_parsing=True) if parts.query else {}
        port = parts.port
    except ValueError:
        raise ValueError(EXPECTED) from None
    if parts.scheme == "sink":
        if parts.netloc or not parts.path.startswith("/") or parts.query:
            raise ValueError(EXPECTED)
        return MailServer(socket=unquote(parts.path))
    host = parts.hostname or ""
    if parts.scheme not in _PORTS or not _HOST.fullmatch(host) or parts.path.strip("/"):
        raise ValueError(EXPECTED)
    tls = options.pop("tls", [None])[-1]
    if options or (tls is not None and (tls not in _TLS or parts.scheme == "smtps")):
        raise ValueError(f"{EXPECTED}; tls is one of {', '.join(_TLS)}")
    username, password = parts.username, parts.password
    return MailServer(
        host=host,
        port=port or _PORTS[parts.scheme],
        username=unquote(username) if username else None,
        password=unquote(password) if password else None,
        tls=parts.scheme == "smtps",
        starttls=_starttls(parts.scheme, tls, bool(username)),
    )


def _starttls(scheme: str, tls: str | None, has_credentials: bool) -> bool | None:
    if scheme == "smtps" or tls == "none":
        return False
    return True if tls == "starttls" or has_credentials else None
