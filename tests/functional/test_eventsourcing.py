"""An application of the `eventsourcing` package on the book: the example of docs/eventsourcing.md, run as it stands."""

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.sites import Site

_DOCUMENT = Path(__file__).parents[2] / "docs/eventsourcing.md"


def test_the_example_writes_into_the_book(site: Site) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", _DOCUMENT.read_text("utf-8"), re.DOTALL)
    ran = subprocess.run(
        [sys.executable, "-c", example],
        env={**os.environ, "DATABASE_URL": site.settings["DATABASE_URL"]},
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stderr
    position, name, actor = ran.stdout.split()
    assert (name, actor) == ("expense.recorded.v2", "field-trips")

    event = site.http.get(f"/events/{position}").json()
    assert (event["name"], event["actor"]) == (name, actor)
    expense = site.http.get(f"/expenses/{position}", headers={"Daybook-Min-Position": position})
    shown = expense.json()
    assert (shown["uid"], shown["amount"]) == (event["stream_id"], "86.40")
    assert (shown["source"], shown["project_name"]) == ("field trips", "Tidal flats")
