"""The supervisor: restarts with a pause, gives up in the end, and leaves nothing behind."""

import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from domain.shared.errors import Unavailable
from infrastructure.embedded import supervisor as supervisors
from infrastructure.embedded.supervisor import Program, Supervisor, check_port

FOREVER = """
import os, time
print(os.getpid(), flush=True)
time.sleep(600)
"""
DEAF = """
import os, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print(os.getpid(), flush=True)
time.sleep(600)
"""
PARENT = """
import os, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print(os.getpid(), child.pid, flush=True)
time.sleep(600)
"""


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def supervisor(said: list[str]) -> Iterator[Supervisor]:
    with Supervisor(said.append) as supervisor:
        yield supervisor


def program(code: str, log: Path | None) -> Program:
    return Program([sys.executable, "-c", code], dict(os.environ), log)


def printed(log: Path, lines: int = 1) -> Callable[[], bool]:
    return lambda: log.exists() and len(log.read_text().splitlines()) >= lines


def numbers(log: Path) -> list[int]:
    return [int(word) for word in log.read_text().split()]


def is_there(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False


def test_a_killed_program_is_started_again(
    supervisor: Supervisor, said: list[str], tmp_path: Path
) -> None:
    log = tmp_path / "log"
    supervisor.start("api", program(FOREVER, log))
    supervisor.watch(printed(log), timeout_s=120)
    os.kill(numbers(log)[0], signal.SIGKILL)
    supervisor.watch(printed(log, 2), timeout_s=120)
    first, second = numbers(log)
    assert first != second
    assert is_there(second)
    assert said == ["api was killed by signal 9; starting it again in 0.1 s"]


def test_the_workers_of_a_killed_program_are_swept_up(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    supervisor.start("api", program(PARENT, log))
    supervisor.watch(printed(log), timeout_s=120)
    parent, worker = numbers(log)
    os.kill(parent, signal.SIGKILL)
    supervisor.watch(lambda: not is_there(worker), timeout_s=120)


def test_a_program_that_keeps_dying_ends_everything_with_its_last_words(
    supervisor: Supervisor, said: list[str], tmp_path: Path
) -> None:
    supervisor.start("projector", program("raise SystemExit('no such table')", tmp_path / "log"))
    with pytest.raises(
        Unavailable, match=r"(?s)projector ended with code 1 6 times in a row.*no such table"
    ):
        supervisor.watch(timeout_s=120)
    assert len(said) == supervisors.DEATHS_MAX - 1
    assert said[-1].endswith("in 1.6 s")


def test_stopping_ends_even_what_does_not_listen(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with Supervisor(lambda _: None) as supervisor:
        supervisor.start("api", program(DEAF, log))
        supervisor.watch(printed(log), timeout_s=120)
    assert not is_there(numbers(log)[0])


def test_a_passing_program_hands_back_its_exit_code(supervisor: Supervisor, tmp_path: Path) -> None:
    assert supervisor.run(program("raise SystemExit(3)", tmp_path / "log")) == 3


def test_what_never_comes_true_is_an_error(supervisor: Supervisor) -> None:
    with pytest.raises(Unavailable) as caught:
        supervisor.watch(lambda: False, timeout_s=0.1)
    assert caught.value.code == "timed_out"


def test_a_taken_port_names_the_setting() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(Unavailable, match=rf"port {port} .*DAYBOOK_PORT") as caught:
            check_port("127.0.0.1", port)
    assert caught.value.code == "port_taken"


def test_a_port_that_was_just_left_is_free(supervisor: Supervisor) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        address = listening.getsockname()
        with socket.create_connection(address):
            listening.accept()[0].close()
    check_port(*address)


def test_an_address_of_another_machine_names_the_setting() -> None:
    with pytest.raises(Unavailable, match="DAYBOOK_HOST"):
        check_port("::2", 8000)
