"""`daybook up`, killed at any moment of its start: the next one starts, and nothing of the last one is left.

`DAYBOOK_FAULTS=long` kills it fifty times.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import pytest

from infrastructure.embedded.orphans import end_orphans, is_orphan
from infrastructure.embedded.postgres import PostgresServer
from tests.processes import ROOT, Up, alive, environment, family, wait_until

KILLS = 50 if os.environ.get("DAYBOOK_FAULTS") == "long" else 8
START_S = 8.0
SAMPLE_ROWS = 2_400
SMALL = {"shared_buffers": "16MB", "fsync": "off"}
# It starts a child that heeds no SIGTERM, says which, and waits.
STARTER = """
import os, sys, time
from pathlib import Path
from infrastructure.embedded.orphans import mark
from infrastructure.embedded.processes import spawn
deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)"
home = Path(sys.argv[1])
log = home / "deaf.log"
child = spawn([sys.executable, "-c", deaf], log=log, environment={**os.environ, **mark(home)})
while not (log.exists() and "deaf" in log.read_text()):
    time.sleep(0.01)
print(child.pid, flush=True)
time.sleep(600)
"""
# A PostgreSQL whose starter is killed.
OWNER = """
import sys, time
from pathlib import Path
from infrastructure.embedded.postgres import PostgresServer
server = PostgresServer(Path(sys.argv[1]), {"shared_buffers": "16MB", "fsync": "off"}).start()
print(server.pid, flush=True)
time.sleep(600)
"""


@pytest.fixture
def home(servers_home: Path) -> Path:
    return servers_home / f"killed {uuid4().hex[:8]}" / ".daybook"


def test_it_starts_again_after_any_kill(home: Path) -> None:
    moments = random.Random(12)
    for _ in range(KILLS):
        with Up(home) as up:
            time.sleep(moments.uniform(0, START_S))
            assert up.process.poll() is None, up.output
            others = family(up.process.pid) if moments.random() < 0.3 else ()
            for pid in (up.process.pid, *others):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            up.ended()
    with Up(home) as up:
        up.ready()
        assert up.get("/expenses?limit=1&count=exact")["page"]["count"] == SAMPLE_ROWS


def started_by_somebody_killed(
    code: str, folder: Path, first: Callable[[int], None] = lambda _: None
) -> int:
    """The process that this code starts and prints, its own killed; `first` is done to it before."""
    starter = subprocess.Popen(
        [sys.executable, "-c", code, str(folder)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=environment(),
    )
    assert starter.stdout is not None
    with starter, starter.stdout:
        pid = int(starter.stdout.readline())
        first(pid)
        starter.kill()
    return pid


def test_an_orphan_that_does_not_listen_is_ended_by_force(tmp_path: Path) -> None:
    def has_a_parent(pid: int) -> None:
        assert not is_orphan(pid, tmp_path)

    orphan = started_by_somebody_killed(STARTER, tmp_path, has_a_parent)
    assert is_orphan(orphan, tmp_path)
    end_orphans(tmp_path / "elsewhere")
    assert alive(orphan)
    end_orphans(tmp_path)
    assert not alive(orphan)


def test_a_postgresql_that_cannot_stop_is_ended_by_force(servers_home: Path) -> None:
    """Stopped dead, it hears nothing but SIGKILL."""
    folder = servers_home / f"stuck {uuid4().hex[:8]}"
    stuck = started_by_somebody_killed(OWNER, folder, lambda pid: os.kill(pid, signal.SIGSTOP))
    assert alive(stuck)
    server = PostgresServer(folder, SMALL)
    try:
        server.start(timeout_s=60)
        assert server.pid != stuck
        wait_until(lambda: not alive(stuck), "its end")
    finally:
        server.stop()


def test_a_pid_file_that_was_never_written_is_no_obstacle(servers_home: Path) -> None:
    folder = servers_home / f"empty {uuid4().hex[:8]}"
    server = PostgresServer(folder, SMALL).start()
    server.kill()
    (server.data / "postmaster.pid").write_text("")
    try:
        server.start()
        assert server.exit_code is None
    finally:
        server.stop()
