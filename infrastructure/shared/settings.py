"""The settings: read once from the environment, checked as a whole, and nowhere else.

A setting is declared once, as a field of a group: with its name, how its text is read, and what it means. The groups of
contexts lie with them (`infrastructure/<context>/settings.py`) and are found there.

Every wrong value is reported, not only the first, with the setting's name, what was got and what was expected; a
misspelt `DAYBOOK_…` name is an error too, since a setting that is silently ignored is worse than none.

A secret may be given by a file: `<name>_FILE` names it. It is never repeated, and a child process is given the file.
"""

import ipaddress
import os
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Annotated, Any, TypeVar, get_type_hints

import msgspec

from application.shared.quotas import Spending
from domain.shared.errors import Fault, Malformed, nearest
from domain.shared.exports import exported
from infrastructure.shared.addresses import (
    database_address,
    networks,
    redis_address,
    web_origins,
)
from infrastructure.shared.files import read_secret
from infrastructure.shared.forms import Read, home_folder, host_name, one_of, whole_number

_IN_FILE = "_FILE"


class Setting(msgspec.Struct, frozen=True):
    """The name of a setting, how its text is read, what it means, and its default as the documents say it."""

    name: str
    read: Read
    meaning: str
    default: str
    is_secret: bool = False

    @property
    def names(self) -> Sequence[str]:
        """The variables that give it: a secret may stand in the file that the second one names."""
        return (self.name, self.name + _IN_FILE) if self.is_secret else (self.name,)

    def shown(self, text: str) -> str:
        """What a message may repeat of the value that was got."""
        return "a value of another form" if self.is_secret else repr(text)


def _per_minute(name: str, meaning: str, usual: int) -> Setting:
    meaning = f"{meaning}; 0: as many as they like"
    return Setting(f"DAYBOOK_{name}_PER_MINUTE", whole_number(0, 1_000_000), meaning, str(usual))


def _database(name: str, meaning: str, default: str) -> Setting:
    return Setting(name, database_address, meaning, default, is_secret=True)


class SettingsGroup(msgspec.Struct, frozen=True, kw_only=True):
    """Settings that belong together: each field is annotated with its `Setting`."""

    def faults(self, settings: "Settings") -> Sequence[Fault]:  # noqa: ARG002
        """What is wrong with these values beside each other, or beside those of the installation."""
        return ()

    @classmethod
    def declared(cls) -> Mapping[str, Setting]:
        """The settings by field."""
        return _declared(cls)


@cache
def _declared(group: type[SettingsGroup]) -> Mapping[str, Setting]:
    hints = get_type_hints(group, include_extras=True)
    return {
        field: one
        for field in group.__struct_fields__
        for one in getattr(hints[field], "__metadata__", ())
        if isinstance(one, Setting)
    }


G = TypeVar("G", bound=SettingsGroup)


_TOLD_TOGETHER = (
    (
        "database_url",
        ("queries_url", "replica_url", "identity_url", "projector_url", "migrate_url", "read_url"),
    ),
    ("read_url", ("read_projector_url", "read_migrate_url")),
)


class Settings(SettingsGroup, frozen=True, kw_only=True):
    """The settings of the installation as a whole; `of` answers those of a context."""

    home: Annotated[
        Path, Setting("DAYBOOK_HOME", home_folder, "data of the embedded servers, logs", ".daybook")
    ]
    database_url: Annotated[
        str | None,
        _database(
            "DATABASE_URL",
            "libpq URI of a PostgreSQL, 15 or later",
            "embedded",
        ),
    ] = None
    queries_url: Annotated[
        str | None,
        _database(
            "DAYBOOK_QUERIES_URL",
            "the database of the read models for queries, by a pool in transaction mode if there is one",
            "as READ_DATABASE_URL",
        ),
    ] = None
    replica_url: Annotated[
        str | None,
        _database(
            "DAYBOOK_REPLICA_URL",
            "a streaming replica of the server with the read models, which answers queries as far as it has come",
            "none",
        ),
    ] = None
    identity_url: Annotated[
        str | None,
        _database(
            "DAYBOOK_IDENTITY_URL",
            "the same database, by the login of those who keep passwords, sessions and keys",
            "as DATABASE_URL",
        ),
    ] = None
    projector_url: Annotated[
        str | None,
        _database(
            "DAYBOOK_PROJECTOR_URL",
            "the same database, by the login of those who write read models",
            "as DATABASE_URL",
        ),
    ] = None
    migrate_url: Annotated[
        str | None,
        _database(
            "DAYBOOK_MIGRATE_URL",
            "the same database, by the login of its owner: for `migrate`, `backup`, `restore`, `log` and moves",
            "as DATABASE_URL",
        ),
    ] = None
    read_url: Annotated[
        str | None,
        _database(
            "READ_DATABASE_URL",
            "a PostgreSQL for the read models alone; the log stays where it is",
            "as DATABASE_URL: one for both",
        ),
    ] = None
    read_projector_url: Annotated[
        str | None,
        _database(
            "DAYBOOK_READ_PROJECTOR_URL",
            "the same, by the login of those who write read models",
            "as READ_DATABASE_URL",
        ),
    ] = None
    read_migrate_url: Annotated[
        str | None,
        _database(
            "DAYBOOK_READ_MIGRATE_URL",
            "the same, by the login of its owner: for `daybook migrate` alone",
            "as READ_DATABASE_URL",
        ),
    ] = None
    redis_url: Annotated[
        str | None,
        Setting(
            "REDIS_URL", redis_address, "address of a Redis or Valkey", "embedded", is_secret=True
        ),
    ] = None
    host: Annotated[
        str, Setting("DAYBOOK_HOST", host_name, "address that HTTP is served on", "127.0.0.1")
    ] = "127.0.0.1"
    port: Annotated[
        int, Setting("DAYBOOK_PORT", whole_number(1, 65535), "TCP port of HTTP", "8000")
    ] = 8000
    api_workers: Annotated[
        int,
        Setting(
            "DAYBOOK_API_WORKERS",
            whole_number(1, 64),
            "workers of an api: while one is started anew, the others answer",
            "2 where there are two cores, else 1",
        ),
    ] = msgspec.field(default_factory=lambda: min(2, os.cpu_count() or 1))
    admin_host: Annotated[
        str,
        Setting("DAYBOOK_ADMIN_HOST", host_name, "address of the admin listener", "127.0.0.1"),
    ] = "127.0.0.1"
    admin_port: Annotated[
        int | None,
        Setting(
            "DAYBOOK_ADMIN_PORT",
            whole_number(0, 65_532),
            "TCP port of health and metrics without a token, 0: none; `daybook up` takes the next two as well",
            "the one after DAYBOOK_PORT under `daybook up`, else none",
        ),
    ] = None
    trusted_proxies: Annotated[
        str,
        Setting(
            "DAYBOOK_TRUSTED_PROXIES",
            networks,
            "networks (CIDRs, with commas between) of proxies whose `X-Forwarded-For` or `Forwarded` is believed",
            "none: requests come from whoever connects",
        ),
    ] = ""
    cors_origins: Annotated[
        str,
        Setting(
            "DAYBOOK_CORS_ORIGINS",
            web_origins,
            "origins, exactly and with commas between, whose pages a browser may let ask this api",
            "none",
        ),
    ] = ""
    connections_of_one: Annotated[
        int,
        Setting(
            "DAYBOOK_CONNECTIONS_OF_ONE",
            whole_number(1, 100_000),
            "connections that one network address may have to a worker of an api at a time, and requests in hand; "
            "those of trusted proxies count for the addresses they tell",
            "512",
        ),
    ] = 512
    writes_per_minute: Annotated[
        int, _per_minute("WRITES", "commands that one person may give in a minute", 12_000)
    ] = 12_000
    exports_per_minute: Annotated[
        int, _per_minute("EXPORTS", "exports that one person may ask for in a minute", 600)
    ] = 600
    imports_per_minute: Annotated[
        int, _per_minute("IMPORTS", "files that one person may hand in in a minute", 600)
    ] = 600
    build_shards: Annotated[
        int,
        Setting(
            "DAYBOOK_BUILD_SHARDS",
            whole_number(1, 64),
            "processes that fill the copy of a read model, by stream, where the log has 500,000 events or more",
            "1",
        ),
    ] = 1
    log_level: Annotated[
        str,
        Setting(
            "DAYBOOK_LOG_LEVEL",
            one_of("debug", "info", "warning", "error"),
            "least severe log entries written: debug, info, warning, error",
            "info",
        ),
    ] = "info"
    wait_s: Annotated[
        int,
        Setting(
            "DAYBOOK_WAIT_S",
            whole_number(0, 86_400),
            "seconds that a process waits at its start for the servers and the schema it needs",
            "60",
        ),
    ] = 60
    drain_s: Annotated[
        int,
        Setting(
            "DAYBOOK_DRAIN_S",
            whole_number(0, 3_600),
            "seconds that an api goes on serving after SIGTERM, no longer ready, until nobody sends it requests",
            "0",
        ),
    ] = 0
    finish_s: Annotated[
        int,
        Setting(
            "DAYBOOK_FINISH_S",
            whole_number(1, 3_600),
            "seconds that requests in hand then have to come to an end",
            "20",
        ),
    ] = 20
    groups: tuple[SettingsGroup, ...] = ()

    def faults(self, settings: "Settings") -> Sequence[Fault]:
        """Other logins of a database are told with the database."""
        return [
            _wrong(
                named[one].name, f"not set, and {named[other].name} is", expected="both, or neither"
            )
            for one, others in _TOLD_TOGETHER
            for other in others
            for named in [self.declared()]
            if getattr(settings, one) is None and getattr(settings, other)
        ]

    def of(self, kind: type[G]) -> G:
        """The settings of a group; its defaults if nothing was said of it."""
        return next((group for group in self.groups if isinstance(group, kind)), kind())

    def with_group(self, group: SettingsGroup) -> "Settings":
        """These settings with another group in the place of the one of its kind."""
        others = [one for one in self.groups if type(one) is not type(group)]
        return msgspec.structs.replace(self, groups=(*others, group))

    @property
    def per_minute(self) -> Mapping[Spending, int]:
        """How much of each one person may do in a minute; 0: as much as they like."""
        return {
            Spending.WRITES: self.writes_per_minute,
            Spending.EXPORTS: self.exports_per_minute,
            Spending.IMPORTS: self.imports_per_minute,
        }

    @property
    def is_loopback(self) -> bool:
        """Whether the HTTP server can be reached from this machine only."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"

    @property
    def base_url(self) -> str:
        """Where a client on this machine finds the HTTP server, without a slash at the end."""
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self.host, self.host)  # noqa: S104
        return f"http://{f'[{host}]' if ':' in host.strip('[]') and host[0] != '[' else host}:{self.port}"

    def environment(self) -> dict[str, str]:
        """This process's environment with these settings in it, for a child process.

        What stands in a file is left there, and the owners' addresses of databases are no child's.
        """
        named = {
            setting.name: getattr(group, field)
            for group in (self, *self.groups)
            for field, setting in group.declared().items()
            if not os.environ.get(setting.name + _IN_FILE)
        }
        given = {name: str(value) for name, value in named.items() if value is not None}
        every = {**os.environ, **given}
        owners = [
            name
            for one in ("migrate_url", "read_migrate_url")
            for name in self.declared()[one].names
        ]
        return {name: value for name, value in every.items() if name not in owners}


@cache
def setting_groups() -> tuple[type[SettingsGroup], ...]:
    """Every group there is: that of the installation first, then those of contexts."""
    return (Settings, *exported("infrastructure", "SETTINGS", part="settings"))


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of the process's environment, or of the one given.

    An empty value counts as not set.

    Raises:
        Malformed: code `bad_settings`; one fault per wrong value or unknown `DAYBOOK_…` name.
    """
    given = os.environ if environment is None else environment
    declared = [one for group in setting_groups() for one in group.declared().values()]
    known = [name for setting in declared for name in setting.names]
    faults = [_unknown(name, known) for name in sorted(given) if _is_unknown(name, known)]
    whole, *parts = [(group, _values(group, given, faults)) for group in setting_groups()]
    groups = tuple(group(**values) for group, values in parts)
    settings = Settings(**{"home": Path(".daybook").absolute(), **whole[1]}, groups=groups)
    faults += [fault for group in (settings, *groups) for fault in group.faults(settings)]
    if faults:
        raise Malformed(
            "; ".join(fault.detail for fault in faults), code="bad_settings", faults=faults
        )
    return settings


def _values(
    group: type[SettingsGroup], given: Mapping[str, str], faults: list[Fault]
) -> dict[str, Any]:
    """The values that are given of a group; what cannot be read is added to `faults`."""
    values: dict[str, Any] = {}
    for field, setting in group.declared().items():
        text = _text(setting, given, faults)
        try:
            values |= {field: setting.read(text)} if text else {}
        except ValueError as error:
            faults.append(_wrong(setting.name, setting.shown(text), expected=str(error)))
    return values


def _text(setting: Setting, given: Mapping[str, str], faults: list[Fault]) -> str:
    """What is given of a setting, in its file perhaps; "" if nothing is, or `faults` tell what is wrong about it."""
    text, file = (given.get(name, "") for name in (setting.name, setting.name + _IN_FILE))
    if not (setting.is_secret and file):
        return text
    if text:
        faults.append(_wrong(setting.name, "given twice", expected=f"it or {setting.name}_FILE"))
        return ""
    try:
        return read_secret(Path(file))
    except (OSError, ValueError) as error:
        got = f"{file!r} ({getattr(error, 'strerror', None) or error})"
        expected = "the path of a file that holds the value"
        faults.append(_wrong(setting.name + _IN_FILE, got, expected=expected))
        return ""


def _is_unknown(name: str, known: Sequence[str]) -> bool:
    return name.startswith("DAYBOOK_") and name not in known


def _unknown(name: str, known: Sequence[str]) -> Fault:
    near = nearest(name, known)
    meant = f"did you mean {near}?" if near else f"the settings are {', '.join(known)}"
    return Fault(
        detail=f"{name} is not a setting; {meant}",
        code="unknown_setting",
        parameter=name,
        nearest=near,
    )


def _wrong(name: str, got: str, *, expected: str) -> Fault:
    return Fault(
        detail=f"{name} is {got}; {expected} was expected",
        code="bad_value",
        parameter=name,
        got=got,
        expected=expected,
    )
