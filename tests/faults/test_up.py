"""`daybook up` with its processes killed: each alone, all at once, and in the middle of the first import."""

import os
import signal
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import pytest

from tests.processes import Up, alive, family, wait_until

SAMPLE_ROWS = 2_400


@pytest.fixture
def home(servers_home: Path) -> Path:
    return servers_home / f"up {uuid4().hex[:8]}" / ".daybook"


@pytest.fixture(scope="module")
def used(servers_home: Path) -> Path:
    """One that is started in again and again."""
    return servers_home / f"used {uuid4().hex[:8]}" / ".daybook"


def expenses_counted(up: Up) -> int:
    return int(up.get("/expenses?limit=1&count=exact")["page"]["count"])


def imports_or_did(up: Up) -> bool:
    """Whether the sample is being imported, or was before anybody could look."""
    commands = family(up.process.pid).values()
    return any("samples load" in command for command in commands) or "is ready" in up.output


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not alive(pid), f"the end of {pid}")


def test_whichever_process_is_killed_comes_back(used: Path) -> None:
    with Up(used) as up:
        up.ready()
        for word in (
            "interfaces.cli api",
            "interfaces.cli projector",
            "valkey-server",
            "bin/postgres -D",
        ):
            killed = up.member(word)
            kill(killed)
            wait_until(
                lambda word=word, killed=killed: up.member(word) != killed, f"another {word}"
            )
            wait_until(up.healthy, f"health after the end of {word}")
        assert expenses_counted(up) == SAMPLE_ROWS
        assert up.output.count("was killed by signal 9") == 4


def test_the_family_dies_with_its_head_and_the_next_start_heals(used: Path) -> None:
    with Up(used) as up:
        up.ready()
        members = family(up.process.pid)
        kill(up.process.pid)
        wait_until(lambda: not any(alive(pid) for pid in members), "the family's end")
    with Up(used) as up:
        up.ready()
        assert expenses_counted(up) == SAMPLE_ROWS


def test_the_whole_tree_is_killed_and_the_next_start_heals(used: Path) -> None:
    with Up(used) as up:
        up.ready()
        for pid in (up.process.pid, *family(up.process.pid)):
            with suppress(ProcessLookupError):  # it ended with its head meanwhile
                os.kill(pid, signal.SIGKILL)
    with Up(used) as up:
        up.ready()
        assert expenses_counted(up) == SAMPLE_ROWS


def test_killed_in_the_first_import_the_sample_is_imported_once(home: Path) -> None:
    for _ in range(2):
        with Up(home) as up:
            wait_until(lambda up=up: imports_or_did(up), "the first import")
            members = family(up.process.pid)
            kill(up.process.pid)
            wait_until(
                lambda members=members: not any(alive(pid) for pid in members), "the family's end"
            )
    with Up(home) as up:
        up.ready()
        assert expenses_counted(up) == SAMPLE_ROWS
