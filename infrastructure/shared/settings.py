"""The settings: read once from the environment, checked as a whole, and nowhere else.

Every wrong value is reported, not only the first, with the setting's name, what was got and what was expected; a
misspelt `DAYBOOK_…` name is an error too, since a setting that is silently ignored is worse than none.
"""

import ipaddress
import os
from collections.abc import Callable, Mapping
from email.utils import parseaddr
from pathlib import Path
from typing import Any, Final, Literal
from urllib.parse import urlsplit

import msgspec

from domain.shared.errors import Fault, Malformed, nearest
from infrastructure.mail.addresses import mail_server

_LOG_LEVELS = ("debug", "info", "warning", "error")
JWT, SINGLE_USER = "jwt", "single-user"
_RAILS = ("simulated", "sepa_file")
_NEVER: Final = "never"
_LABEL_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:_")


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What can be set from outside.

    Attributes:
        home: folder of the embedded servers' data, the logs and the sample file (`DAYBOOK_HOME`).
        database_url: libpq URI of the PostgreSQL to use; None for the embedded one (`DATABASE_URL`).
        redis_url: address of the Redis or Valkey to use; None for the embedded one (`REDIS_URL`).
        host: address the HTTP server listens on (`DAYBOOK_HOST`).
        port: TCP port the HTTP server listens on (`DAYBOOK_PORT`).
        log_level: least severe log entries written (`DAYBOOK_LOG_LEVEL`).
        upload_mb_max: largest file an HTTP import takes, in MB of 1,000,000 bytes (`DAYBOOK_UPLOAD_MB_MAX`).
        rail: who moves money: `simulated`, a bank for trying things out, or `sepa_file`, files that administrators hand
            to a bank (`DAYBOOK_RAIL`).
        settle_after_s: seconds after which the simulated bank settles a payment by itself, or `never`
            (`DAYBOOK_SETTLE_AFTER_S`).
        smtp_url: address of the mail server; None for the sink that `daybook up` starts (`DAYBOOK_SMTP_URL`).
        mail_from: whom mail is from, an address or `Name <address>` (`DAYBOOK_MAIL_FROM`).
        auth: `jwt`, callers prove who they are, or `single-user`, everybody is the operator (`DAYBOOK_AUTH`).
        signing_key: PEM file of the keys that sign access tokens; None for one made in the home
            (`DAYBOOK_SIGNING_KEY`).
    """

    home: Path
    database_url: str | None = None
    redis_url: str | None = None
    host: str = "127.0.0.1"
    port: int = 8000
    log_level: str = "info"
    upload_mb_max: int = 200
    rail: str = "simulated"
    settle_after_s: int | Literal["never"] = 3
    smtp_url: str | None = None
    mail_from: str = "Daybook <daybook@daybook.example>"
    auth: str = JWT
    signing_key: Path | None = None

    @property
    def shows_mailbox(self) -> bool:
        """Whether `/mailbox` answers: mail goes to the sink, and nobody but this machine can look."""
        return (self.smtp_url or "").startswith("sink:") and self.is_loopback

    @property
    def is_loopback(self) -> bool:
        """Whether the HTTP server can be reached from this machine only."""
        return _is_loopback(self.host)

    @property
    def base_url(self) -> str:
        """Where a client on this machine finds the HTTP server, without a slash at the end."""
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self.host, self.host)  # noqa: S104
        return f"http://{f'[{host}]' if ':' in host.strip('[]') and host[0] != '[' else host}:{self.port}"

    def environment(self) -> dict[str, str]:
        """This process's environment with these settings in it, for a child process."""
        named = {name: getattr(self, field) for name, (field, _) in _READERS.items()}
        return {
            **os.environ,
            **{name: str(value) for name, value in named.items() if value is not None},
        }


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of the process's environment, or of the one given.

    An empty value counts as not set.

    Raises:
        Malformed: code `bad_settings`; one fault per wrong value or unknown `DAYBOOK_…` name.
    """
    given = os.environ if environment is None else environment
    faults = [_unknown(name) for name in sorted(given) if _is_unknown(name)]
    values: dict[str, Any] = {"home": Path(".daybook").absolute()}
    for name, (field, read) in _READERS.items():
        text = given.get(name, "")
        if not text:
            continue
        try:
            values[field] = read(text)
        except ValueError as error:
            faults.append(_wrong(name, text, expected=str(error)))
    faults += _exposed(Settings(**values))
    if faults:
        raise Malformed(
            "; ".join(fault.detail for fault in faults), code="bad_settings", faults=faults
        )
    return Settings(**values)


def _exposed(settings: Settings) -> list[Fault]:
    """Whoever can reach a single-user server is its operator: that must be nobody but this machine."""
    if settings.auth != SINGLE_USER or _is_loopback(settings.host):
        return []
    detail = (
        f"DAYBOOK_AUTH is {SINGLE_USER} and DAYBOOK_HOST is {settings.host!r}; "
        "a loopback address such as 127.0.0.1 was expected"
    )
    return [Fault(detail=detail, code="not_loopback", parameter="DAYBOOK_AUTH", got=settings.host)]


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _read_home(text: str) -> Path:
    if "\0" in text:
        raise ValueError("the path of a folder")
    path = Path(text).expanduser().absolute()
    if path.exists() and not path.is_dir():
        raise ValueError("the path of a folder; this is a file")
    return path


def _read_database_url(text: str) -> str:
    if _scheme(text) not in ("postgresql", "postgres"):
        raise ValueError("an address such as postgresql://user:password@127.0.0.1:5432/daybook")
    return text


def _read_redis_url(text: str) -> str:
    if _scheme(text) not in ("redis", "rediss", "unix"):
        raise ValueError("an address such as redis://127.0.0.1:6379/0 or unix:///run/valkey.sock")
    return text


def _scheme(address: str) -> str:
    try:
        return urlsplit(address).scheme
    except ValueError:  # brackets that hold no IPv6 address
        return ""


def _read_host(text: str) -> str:
    if not set(text) <= _LABEL_CHARACTERS:
        raise ValueError("an address to listen on, such as 127.0.0.1")
    return text


def _whole_number(low: int, high: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit() and len(text) < 10 and low <= int(text) <= high):
            raise ValueError(f"a whole number from {low} to {high}")
        return int(text)

    return read


def _read_log_level(text: str) -> str:
    if text.lower() not in _LOG_LEVELS:
        raise ValueError(f"one of {', '.join(_LOG_LEVELS)}")
    return text.lower()


def _read_auth(text: str) -> str:
    if text.lower() not in (JWT, SINGLE_USER):
        raise ValueError(f"{JWT} or {SINGLE_USER}")
    return text.lower()


def _read_file(text: str) -> Path:
    path = Path(text).expanduser().absolute() if "\0" not in text else None
    if path is None or not path.is_file():
        raise ValueError("the path of a file")
    return path


def _read_smtp_url(text: str) -> str:
    mail_server(text)
    return text


def _read_mail_from(text: str) -> str:
    address = parseaddr(text)[1]
    name, _, domain = address.rpartition("@")
    is_whole = text == address or text.endswith(f"<{address}>")
    if not (name and domain and is_whole and text.isprintable()) or set(domain) - _LABEL_CHARACTERS:
        raise ValueError(
            "an address such as daybook@firm.example or Daybook <daybook@firm.example>"
        )
    return text


def _read_rail(text: str) -> str:
    if text not in _RAILS:
        raise ValueError(f"one of {', '.join(_RAILS)}")
    return text


def _read_delay(text: str) -> int | Literal["never"]:
    if text == _NEVER:
        return _NEVER
    try:
        return _whole_number(0, 31_536_000)(text)
    except ValueError as error:
        raise ValueError(f"{error}, or {_NEVER}") from None


_READERS: dict[str, tuple[str, Callable[[str], Any]]] = {
    "DAYBOOK_HOME": ("home", _read_home),
    "DATABASE_URL": ("database_url", _read_database_url),
    "REDIS_URL": ("redis_url", _read_redis_url),
    "DAYBOOK_HOST": ("host", _read_host),
    "DAYBOOK_PORT": ("port", _whole_number(1, 65535)),
    "DAYBOOK_LOG_LEVEL": ("log_level", _read_log_level),
    "DAYBOOK_SMTP_URL": ("smtp_url", _read_smtp_url),
    "DAYBOOK_MAIL_FROM": ("mail_from", _read_mail_from),
    "DAYBOOK_AUTH": ("auth", _read_auth),
    "DAYBOOK_SIGNING_KEY": ("signing_key", _read_file),
    "DAYBOOK_RAIL": ("rail", _read_rail),
    "DAYBOOK_SETTLE_AFTER_S": ("settle_after_s", _read_delay),
    "DAYBOOK_UPLOAD_MB_MAX": ("upload_mb_max", _whole_number(1, 10_000)),
}


def _is_unknown(name: str) -> bool:
    return name.startswith("DAYBOOK_") and name not in _READERS


def _unknown(name: str) -> Fault:
    near = nearest(name, list(_READERS))
    meant = f"did you mean {near}?" if near else f"the settings are {', '.join(_READERS)}"
    return Fault(
        detail=f"{name} is not a setting; {meant}",
        code="unknown_setting",
        parameter=name,
        nearest=near,
    )


def _wrong(name: str, text: str, *, expected: str) -> Fault:
    # An address may carry a password: it is not repeated.
    got = "a value of another form" if name.endswith("_URL") else repr(text)
    return Fault(
        detail=f"{name} is {got}; {expected} was expected",
        code="bad_value",
        parameter=name,
        got=got,
        expected=expected,
    )
