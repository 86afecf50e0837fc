"""Embedded servers that are killed, orphaned, or find another's traces."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Timer
from uuid import uuid4

import psycopg
import pytest

from infrastructure.embedded.postgres import PostgresServer
from infrastructure.embedded.processes import ServerFailed
from infrastructure.embedded.valkey import ValkeyServer

SMALL = {"shared_buffers": "16MB", "fsync": "off"}
OWNER = """
import sys, time
from pathlib import Path
from infrastructure.embedded.postgres import PostgresServer
from infrastructure.embedded.valkey import ValkeyServer
home = Path(sys.argv[1])
servers = [PostgresServer(home, {"shared_buffers": "16MB", "fsync": "off"}).start(), ValkeyServer(home).start()]
print(*(server.pid for server in servers), flush=True)
time.sleep(600)
"""


@pytest.fixture
def folder(servers_home: Path) -> Iterator[Path]:
    folder = servers_home / f"home {uuid4().hex[:8]}"
    yield folder
    for server in (PostgresServer(folder, SMALL), ValkeyServer(folder)):
        server.stop()  # takes away the socket folder a killed one left


def await_gone(pid: int) -> None:
    deadline = time.monotonic() + 30
    while Path(f"/proc/{pid}").exists():
        assert time.monotonic() < deadline, f"process {pid} is still there"
        time.sleep(0.01)


def test_committed_rows_survive_kill_9_again_and_again(private_postgres: PostgresServer) -> None:
    with psycopg.connect(private_postgres.url()) as connection:
        connection.execute("CREATE TABLE kept (n int)")
    for n in range(5):
        with psycopg.connect(private_postgres.url()) as connection:
            connection.execute("INSERT INTO kept VALUES (%s)", (n,))
        private_postgres.kill()
        assert private_postgres.exit_code == -signal.SIGKILL
        private_postgres.start()
    with psycopg.connect(private_postgres.url()) as connection:
        rows = connection.execute("SELECT n FROM kept ORDER BY n").fetchall()
    assert rows == [(n,) for n in range(5)]


@contextmanager
def an_owner(folder: Path) -> Iterator[list[int]]:
    """The servers of another process's own, which is killed at the end of the block and takes them along."""
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER, str(folder)], stdout=subprocess.PIPE, text=True
    )
    assert owner.stdout is not None
    with owner, owner.stdout:
        try:
            pids = [int(word) for word in owner.stdout.readline().split()]
            yield pids
        finally:
            owner.kill()
    for pid in pids:
        await_gone(pid)


@pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux tells children that their parent died"
)
def test_servers_die_with_their_owner_and_the_next_start_heals(folder: Path) -> None:
    with an_owner(folder) as pids:
        assert len(pids) == 2
    server = PostgresServer(folder, SMALL).start()
    server.stop()


def test_a_strangers_process_with_the_old_pid_does_not_matter(folder: Path) -> None:
    server = PostgresServer(folder, SMALL).start()
    server.kill()
    lock_file = server.data / "postmaster.pid"
    lines = lock_file.read_text().splitlines()
    stranger = subprocess.Popen(
        ["sleep", "600"], user=server.data.stat().st_uid if os.geteuid() == 0 else None
    )
    try:
        lock_file.write_text("\n".join([str(stranger.pid), *lines[1:]]) + "\n")
        server.start()
        assert stranger.poll() is None
    finally:
        server.stop()
        stranger.kill()
        stranger.wait()


def test_an_orphaned_server_is_ended_before_a_new_one_starts(folder: Path) -> None:
    server = PostgresServer(folder, SMALL).start()
    orphan = server.pid
    successor = PostgresServer(folder, SMALL).start()
    try:
        assert server.exit_code is not None
        assert successor.pid != orphan
    finally:
        successor.stop()


def test_a_server_of_another_living_daybook_is_not_touched(folder: Path) -> None:
    with an_owner(folder) as pids:
        with pytest.raises(ServerFailed, match="in use by the PostgreSQL of another Daybook"):
            PostgresServer(folder, SMALL).start(timeout_s=0.5)
        assert Path(f"/proc/{pids[0]}").exists()


def test_a_killed_server_that_nobody_has_reaped_yet_is_waited_for(servers_home: Path) -> None:
    """Until its parent, or init, takes notice of its death, a process is still there for PostgreSQL's lock files."""
    home = servers_home / "unreaped"
    server = PostgresServer(home, SMALL).start()
    os.kill(server.pid, signal.SIGKILL)  # not reaped: `server` has not been asked how it ended
    reaping = Timer(0.3, lambda: server.exit_code)
    reaping.start()
    successor = PostgresServer(home, SMALL)
    try:
        successor.start()
        assert successor.exit_code is None
    finally:
        reaping.join()
        successor.stop()
        shutil.rmtree(home)
