"""What can go wrong, by name: each is done to an arena under load, and is over when it returns.

Another one is one more function.
"""

import shutil
import socket
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
import redis

from interfaces.http.shared.uploads import MEMORY_BYTES_MAX
from tests.broken_clients import ALONE, BREAKING
from tests.campaign.arena import Arena
from tests.foreign import cut_connections, set_default
from tests.processes import daybook
from tests.reacting import end_leases
from tests.sites import PROCESSES

Fault = Callable[[Arena], None]

FAULTS: dict[str, Fault] = {}
"""All of them, in the order in which the table shows them."""

_SLOW_CLIENTS = 200
_STILL_S = 2.0


def fault(name: str) -> Callable[[Fault], Fault]:
    """Enter a fault under this name."""

    def entered(do: Fault) -> Fault:
        FAULTS[name] = do
        return do

    return entered


def _killed(process: str) -> Fault:
    def do(arena: Arena) -> None:
        arena.site.kill(process)
        if process == "worker":  # the only one: what it had in hand is free
            end_leases(arena.database_url)
        arena.site.begin(process)

    return do


def _stands_still(process: str) -> Fault:
    return lambda arena: arena.site.stand_still(process, _STILL_S)


for _process in PROCESSES:
    FAULTS[f"{_process} killed"] = _killed(_process)
for _process in PROCESSES:
    FAULTS[f"{_process} stands still"] = _stands_still(_process)


@fault("PostgreSQL killed")
def _(arena: Arena) -> None:
    arena.postgres.kill()
    arena.postgres.start()


@fault("PostgreSQL orphaned")
def _(arena: Arena) -> None:
    arena.find_orphan()


@fault("Valkey killed")
def _(arena: Arena) -> None:
    arena.valkey.kill()
    arena.until_acknowledged()
    arena.valkey.start()


@fault("Valkey flushed")
def _(arena: Arena) -> None:
    with redis.Redis.from_url(arena.valkey.url()) as client:
        client.flushall()


@fault("connections cut")
def _(arena: Arena) -> None:
    cut_connections(arena.database_url)


@fault("foreign isolation level")
def _(arena: Arena) -> None:
    for level in ("repeatable read", "serializable"):
        set_default(arena.database_url, "default_transaction_isolation", level)
        arena.until_acknowledged()
    set_default(arena.database_url, "default_transaction_isolation", "read committed")


@fault("read-only server")
def _(arena: Arena) -> None:
    set_default(arena.database_url, "default_transaction_read_only", "on")
    arena.until_refused("log_unavailable")
    set_default(arena.database_url, "default_transaction_read_only", "off")


@fault("disk full")
def _(arena: Arena) -> None:
    """Of the database, of its log, and of the files and logs of every process: PostgreSQL may end of it."""
    arena.disk.fill()
    try:
        if arena.until_refused("disk_full"):
            health = arena.health()
            arena.finds(health.get("disk") == "full", f"a full disk does not show: {health}")
            refused = arena.site.upload("x" * (MEMORY_BYTES_MAX + 1))
            arena.finds(refused.status_code == 503, f"an upload that finds no room: {refused.text}")
    finally:
        arena.disk.empty()


@fault("slow bodies")
def _(arena: Arena) -> None:
    at = urlsplit(arena.site.url)
    with ExitStack() as opened:
        for _ in range(_SLOW_CLIENTS):
            client = socket.create_connection((at.hostname, at.port), timeout=120)
            opened.enter_context(client).sendall(ALONE + b"{")
        arena.until_acknowledged()


@fault("clients that break off")
def _(arena: Arena) -> None:
    at = urlsplit(arena.site.url)
    for make, body in BREAKING.values():
        with socket.create_connection((at.hostname, at.port), timeout=120) as client:
            client.sendall(make(arena.site) + body)


@fault("backup and restore")
def _(arena: Arena) -> None:
    folder, settings = arena.disk.folder / uuid4().hex, dict(arena.site.settings)
    done = daybook("backup", str(folder), settings=settings)
    assert done.returncode == 0, done.stderr
    with arena.another_database() as copy:
        done = daybook("restore", str(folder), settings={**settings, "DATABASE_URL": copy})
        assert done.returncode == 0, done.stderr
        restored = _log(copy)
    shutil.rmtree(folder)
    whole = _log(arena.database_url)
    arena.finds(restored == whole[: len(restored)], "a restored log is another one")


def _log(database_url: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(database_url) as connection:
        return connection.execute("SELECT * FROM daybook.events ORDER BY position").fetchall()
