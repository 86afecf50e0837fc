"""Everything that can go wrong, one after the other, under load and followed from outside: nothing is lost."""

import os
from pathlib import Path
from uuid import uuid4

from tests.campaign.arena import an_arena
from tests.campaign.campaign import run


def test_nothing_is_lost(servers_home: Path, seed: int, hours: float) -> None:
    with an_arena(servers_home / f"campaign-{uuid4().hex[:8]}") as arena:
        report = run(arena, seed, hours * 3600)
    print(f"\n{report.table()}")  # noqa: T201 - it is what `make test-faults` shows
    assert not any(report.lost.values()), report.table()
    assert "CI" not in os.environ or not report.not_done, "there everything can be done"
