"""Logs of processes that go on writing them."""

import subprocess
import sys
from pathlib import Path

from infrastructure.embedded.logs import Logs
from infrastructure.embedded.settings import LogSettings
from infrastructure.shared.settings import Settings
from tests.processes import wait_until


def test_a_long_log_is_put_aside_under_the_process_that_writes_it(tmp_path: Path) -> None:
    kept = LogSettings(log_mb_max=1, logs_kept=2)
    settings = Settings(home=tmp_path, groups=(kept,))
    log = tmp_path / "api.log"
    log.touch(mode=0o600)
    for letter in "abcd":
        with log.open("ab") as opened:
            subprocess.run(
                [sys.executable, "-c", f"print({letter!r} * 1_100_000)"], stdout=opened, check=True
            )
        Logs(settings).look()
        assert log.read_bytes() == b""
    aside = {path.name: path.read_bytes()[:1] for path in tmp_path.iterdir()}
    assert aside == {"api.log": b"", "api.log.1": b"d", "api.log.2": b"c"}
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}


def test_whoever_writes_goes_on_at_the_beginning(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, groups=(LogSettings(log_mb_max=1, logs_kept=1),))
    log = tmp_path / "api.log"
    code = "import sys; [print(line.strip() * 1_100_000, flush=True) for line in sys.stdin]"
    log.touch(mode=0o600)
    with (
        log.open("ab") as opened,
        subprocess.Popen(
            [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=opened
        ) as child,
    ):
        assert child.stdin
        child.stdin.write(b"x\n")
        child.stdin.flush()
        wait_until(lambda: log.stat().st_size > 1_100_000, "a long log")
        Logs(settings).look()
        child.stdin.write(b"y\n")
        child.stdin.close()
        child.wait(60)
    assert log.read_bytes() == b"y" * 1_100_000 + b"\n"
