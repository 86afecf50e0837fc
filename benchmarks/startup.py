"""Seconds from `make run` to the first answer, on a warm machine: with empty hands, and with the data of a run before.

The first start of a round makes the database and imports the sample; the others find both. An answer is a 200 on
`GET /expenses?limit=1` that holds an expense, in single-user mode, since a token costs a process of its own. What is
installed is not installed again.

    python -m benchmarks.startup [--starts 3]
"""

import os
import shutil
import signal
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

from benchmarks.daybook import body_of, free_port, until
from benchmarks.machine import Table, asked

_ROOT = Path(__file__).parent.parent
_ANSWER_S_MAX = 90.0


def start_and_stop(home: Path) -> tuple[float, float]:
    """The seconds until the first answer, and those that Ctrl-C takes."""
    port = free_port()
    environment = {**os.environ, "DAYBOOK_HOME": str(home), "DAYBOOK_PORT": str(port)}
    environment["DAYBOOK_AUTH"] = "single-user"
    started = time.perf_counter()
    with (home.parent / "startup.log").open("ab") as log:
        process = subprocess.Popen(
            ["make", "--silent", "run"],
            cwd=_ROOT,
            env=environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        until(lambda: b'"uid"' in (body_of(port, "/expenses?limit=1") or b""), _ANSWER_S_MAX)
        answered_s = time.perf_counter() - started
    finally:
        started = time.perf_counter()
        os.killpg(process.pid, signal.SIGINT)  # make and what it runs, as Ctrl-C does
        process.wait()
    return answered_s, time.perf_counter() - started


def main() -> None:
    """Measure and print the table of docs/performance.md."""
    options = asked(__doc__, starts=3)
    firsts, seconds = [], []
    for _ in range(options.starts):
        folder = Path(tempfile.mkdtemp(prefix="daybook-bench-"))
        folder.chmod(0o755)
        try:
            firsts.append(start_and_stop(folder / "home"))
            seconds.append(start_and_stop(folder / "home"))
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    table = Table("make run", "first answer", "slowest", "Ctrl-C")
    for name, runs in (("first start, sample imported", firsts), ("second start", seconds)):
        answered, stopped = zip(*runs, strict=True)
        table.row(
            name,
            f"{statistics.median(answered):.1f} s",
            f"{max(answered):.1f} s",
            f"{statistics.median(stopped):.1f} s",
        )
    table.print()


if __name__ == "__main__":
    main()
