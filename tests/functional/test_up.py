"""`daybook up` as a person meets it: started, tried, stopped, started again."""

import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from infrastructure.demo import DEMO_PASSWORD, sign_ins
from infrastructure.identity.keys import KEY_FILE, make_keys
from tests.processes import ROOT, Up, alive, daybook, family, free_port, wait_until

SAMPLE_ROWS = 2_400


@pytest.fixture
def home(servers_home: Path) -> Path:
    """A deep path with spaces and an umlaut."""
    return servers_home / f"up {uuid4().hex[:8]}" / ("deep " * 20) / ("größer/" * 10) / ".daybook"


def expenses_counted(up: Up) -> int:
    return int(up.get("/expenses?limit=1&count=exact")["page"]["count"])


def test_first_start_second_start_and_everything_printed(home: Path) -> None:
    with Up(home) as up:
        up.ready()
        lines = [
            line.strip() for line in up.output.splitlines() if line.strip().startswith("curl ")
        ]
        assert len(lines) == 3
        assert "DAYBOOK_AUTH=single-user" in up.output
        token = next(line.strip() for line in up.output.splitlines() if "TOKEN=" in line)
        for line in lines:
            pasted = subprocess.run(
                ["sh", "-c", f"{token}\n{line} -sS --fail"],
                capture_output=True,
                check=True,
                cwd=ROOT,
            )
            assert json.loads(pasted.stdout)["data"]
        assert httpx.get(f"{up.url}/docs").status_code == 200
        for one in sign_ins():
            assert one.email in up.output
        credentials = {"email": sign_ins()[-1].email, "password": DEMO_PASSWORD}
        assert DEMO_PASSWORD in up.output
        assert httpx.post(f"{up.url}/auth/token", json=credentials).status_code == 200
        assert expenses_counted(up) == SAMPLE_ROWS
        members = family(up.process.pid)
        up.process.send_signal(signal.SIGINT)
        assert up.ended() == 0
        wait_until(lambda: not any(alive(pid) for pid in members), "the family's end")
    with Up(home) as up:
        up.ready()
        assert expenses_counted(up) == SAMPLE_ROWS
        assert len(up.get("/imports?kind=expenses")["data"]) == 1
        assert up.get("/transactions/7/summary")["total_transactions"] > 20


EXAMPLES = (
    "/expanses_data?amount[gte]=1400&member_name=Sam",
    "/expanses_data?sort=departments&order=desc",
    "/expanses_data?fields=departments,member_name,amount",
    "/aggregates?by=departments",
)
"""As they were asked for."""


def test_without_tokens_the_examples_answer_as_they_stand(home: Path) -> None:
    with Up(home, DAYBOOK_AUTH="single-user") as up:
        up.ready()
        lines = [it.strip() for it in up.output.splitlines() if it.strip().startswith("curl ")]
        assert len(lines) == len(EXAMPLES)
        for line, example in zip(lines, EXAMPLES, strict=True):
            assert f"'{up.url}{example}'" in line
            done = subprocess.run(
                ["sh", "-c", f"{line} -sS --fail"], capture_output=True, check=True, cwd=ROOT
            )
            assert "data" in json.loads(done.stdout), line


def test_other_commands_meet_the_servers_that_run(home: Path) -> None:
    home.mkdir(parents=True)
    home.chmod(0o755)
    (home / "api.log").touch(mode=0o644)
    with Up(home) as up:
        up.ready()
        # As root PostgreSQL's own user walks through.
        assert home.stat().st_mode & 0o777 == (0o711 if os.geteuid() == 0 else 0o700)
        written = [path for path in home.iterdir() if path.is_file()]
        assert {path.name for path in written} >= {"lock", "servers.json", "api.log", "worker.log"}
        assert {path.stat().st_mode & 0o777 for path in written} == {0o600}
        settings = {"DAYBOOK_HOME": str(home)}
        status = daybook("projections", "status", "--json", settings=settings)
        assert {projection["state"] for projection in json.loads(status.stdout)} == {"live"}
        again = daybook("samples", "load", settings=settings)
        assert "no sample was imported" in again.stdout
        verified = daybook("projections", "verify", settings=settings)
        assert verified.returncode == 0, verified.stdout + verified.stderr


def test_without_sample_the_book_is_empty(home: Path) -> None:
    with Up(home, "--no-sample") as up:
        up.ready()
        assert expenses_counted(up) == 0


def test_a_taken_port_is_reported_before_anything_starts(home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = daybook("up", settings={"DAYBOOK_HOME": str(home), "DAYBOOK_PORT": str(port)})
    assert done.returncode == 3
    assert "DAYBOOK_PORT" in done.stderr
    assert [path.name for path in home.iterdir()] == ["lock"]


def test_an_airflow_that_is_not_there_is_reported_before_anything_starts(home: Path) -> None:
    settings = {"DAYBOOK_HOME": str(home), "DAYBOOK_PORT": str(free_port())}
    done = daybook("up", "--airflow", str(home / "nowhere"), settings=settings)
    assert done.returncode == 3
    assert "`make airflow` installs it" in done.stderr
    assert [path.name for path in home.iterdir()] == ["lock"]


def test_one_home_has_one_daybook(home: Path) -> None:
    with Up(home, "--no-sample") as up:
        up.ready()
        with Up(home, "--no-sample") as second:
            assert second.ended() == 3
            assert f"in use by process {up.process.pid}" in second.output
        assert up.healthy()


def test_a_wrong_setting_is_named(home: Path) -> None:
    done = daybook("up", settings={"DAYBOOK_HOME": str(home), "DAYBOOK_PROT": "9000"})
    assert done.returncode == 2
    assert "did you mean DAYBOOK_PORT?" in done.stderr


def test_sigterm_in_the_middle_of_starting_leaves_nothing(home: Path) -> None:
    with Up(home) as up:
        up.member("postgres")
        members = family(up.process.pid)
        up.process.send_signal(signal.SIGTERM)
        assert up.ended() == 0
        wait_until(lambda: not any(alive(pid) for pid in members), "the family's end")


def test_servers_named_from_outside_are_used(home: Path, database_url: str, redis_url: str) -> None:
    home.mkdir(parents=True, exist_ok=True)
    make_keys(home / KEY_FILE)  # other processes may serve the same book
    with Up(home, "--no-sample", DATABASE_URL=database_url, REDIS_URL=redis_url) as up:
        up.ready()
        assert not [command for command in family(up.process.pid).values() if "valkey" in command]
        assert not (home / "postgresql-18").exists()
        assert "users register" in up.output
        assert DEMO_PASSWORD not in up.output
        assert json.loads((home / "servers.json").read_text())["smtp_url"].startswith("sink://")
        for path in home.rglob("*.json"):
            assert database_url not in path.read_text()
            assert redis_url not in path.read_text()
        told = daybook("projections", "status", settings={"DAYBOOK_HOME": str(home)})
        assert (told.returncode, "set DATABASE_URL" in told.stderr) == (3, True), told.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can start it as another user")
def test_it_runs_as_an_ordinary_user(servers_home: Path) -> None:
    user = pwd.getpwnam("nobody")
    parent = servers_home / f"their own {uuid4().hex[:8]}"
    parent.mkdir()
    os.chown(parent, user.pw_uid, user.pw_gid)
    python_home = _python_everybody_reaches(servers_home / "python")
    with Up(
        parent / ".daybook",
        python=str(python_home / "bin" / "python"),
        user=user.pw_name,
        PYTHONHOME=str(python_home),
        PYTHONPATH=os.pathsep.join(path for path in sys.path if path),
        PYTHONDONTWRITEBYTECODE="1",
        LD_LIBRARY_PATH=str(python_home / "lib"),
    ) as up:
        up.ready()
        assert expenses_counted(up) == SAMPLE_ROWS
        owners = {_owner_of(pid) for pid in family(up.process.pid)}
        assert owners - {None} == {user.pw_uid}


def _owner_of(pid: int) -> int | None:
    """Whose process it is; None if it has ended: PostgreSQL has some that come and go."""
    try:
        return Path(f"/proc/{pid}").stat().st_uid
    except FileNotFoundError:
        return None


def _python_everybody_reaches(home: Path) -> Path:
    """A copy of this Python: the original often lies in a folder only root can enter."""
    library = Path(sysconfig.get_path("stdlib"))
    left_out = shutil.ignore_patterns("test", "site-packages", "idlelib", "config-*", "__pycache__")
    shutil.copytree(library, home / "lib" / library.name, ignore=left_out)
    for shared in library.parent.glob("libpython*.so*"):
        shutil.copy2(shared, home / "lib")
    (home / "bin").mkdir()
    shutil.copy2(Path(sys.executable).resolve(), home / "bin" / "python")
    return home
