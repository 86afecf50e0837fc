"""Every benchmark runs and measures something: a small run of each, which fails by itself if its rows are not there."""

import re
import subprocess
import sys

import pytest

from benchmarks.__main__ import BENCHMARKS
from tests.processes import ROOT, environment

# Small enough for the gate; the figures of such a run mean nothing.
SMALL = {
    "appends": "--seconds 0.2 --rounds 1",
    "bulk": "--events 2000 --stock-events 1000 --rounds 1",
    "posts": "--seconds 0.4 --rounds 1 --clients 4",
    "processes": "--seconds 0.3 --rounds 1 --clients 4 --apis 2",
    "queries": "--rows 3000 --depth 2 --requests 3 --rounds 1",
    "row_walls": "--rows 3000 --rounds 3",
    "usages": "--rows 3000 --requests 3",
    "reactions": "--approvals 5",
    "projection_catch_up": "--events 2000 --stock-events 100 --rounds 1",
    "shards": "--sizes 2000 4000",
    "import_million": "--rows 3000",
    "transactions": "--rows 20000 --insert 1000 --rounds 1",
    "import_beside_posts": "--rows 3000 --clients 2",
    "sign_in_beside_imports": "--files 2 --rows 500 --alone 3",
    "startup": "--starts 1",
    "sizes": "--rows 1000 --claims 5 --idle 1",
    "pages": "--runs 1 --screens sign-in",
}


# Other forms of them, as docs/scaling.md has them.
FORMS = [("projection_catch_up", "--events 2000 --rounds 1 --read-server")]


@pytest.mark.parametrize(
    ("name", "options"), [*((each, SMALL[each]) for each in BENCHMARKS), *FORMS]
)
def test_a_benchmark_measures_what_it_says(name: str, options: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", f"benchmarks.{name}", *options.split()],
        capture_output=True,
        check=False,
        text=True,
        cwd=ROOT,
        env=environment(),
        timeout=240,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    rows = re.findall(r"^\| (?!---)(.+) \|$", done.stdout, re.MULTILINE)
    assert len(rows) >= 3, done.stdout
    cells = {cell for row in rows for cell in row.split(" | ")}
    assert cells.isdisjoint({"0", "0/s", "nan", "nan/s"}), done.stdout
