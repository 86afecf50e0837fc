"""What is in hand when Daybook is told to end comes to its end."""

import json
import signal
from pathlib import Path
from uuid import uuid4

import httpx
import psycopg
import pytest

from tests.processes import Up, lives, wait_until
from tests.signed_in import Door, SignedIn

COPIES = 40
# Many more rows than the samples have, so that their export fits into no buffer.
_MORE = """
    INSERT INTO read.expenses SELECT (jsonb_populate_record(e, jsonb_build_object(
        'id', e.id + 10000000 * n, 'uid', gen_random_uuid()))).*
    FROM read.expenses e, generate_series(1, %s) AS n
"""


@pytest.fixture(scope="module")
def home(servers_home: Path) -> Path:
    """One whose list of expenses is long."""
    home = servers_home / f"draining {uuid4().hex[:8]}" / ".daybook"
    with Up(home) as up:
        up.ready()
        url = json.loads((home / "servers.json").read_text())["database_url"]
        with psycopg.connect(url, user="postgres", options="") as connection:
            connection.execute(_MORE, [COPIES])
    return home


def test_a_large_export_in_hand_is_told_to_its_end(home: Path) -> None:
    with Up(home, DAYBOOK_FINISH_S="120") as up:
        up.ready()
        of_sample = up.get("/expenses?limit=1&count=exact")["page"]["count"]
        auth = SignedIn(Door({"DAYBOOK_HOME": str(home)}))
        with httpx.stream("GET", f"{up.url}/expenses.ndjson", auth=auth, timeout=120) as export:
            chunks = export.iter_bytes(65_536)
            told = bytearray(next(chunks))
            up.process.send_signal(signal.SIGTERM)
            wait_until(lambda: not lives(up.url), "the api to let nobody in")
            for chunk in chunks:
                told += chunk
        assert len(told.splitlines()) == of_sample * (1 + COPIES)
        assert all(json.loads(line)["id"] for line in told.splitlines()[-3:])
        assert up.ended() == 0
    assert "Requests in hand have up to" in up.output


def test_a_second_signal_breaks_off_what_is_in_hand(home: Path) -> None:
    with Up(home, DAYBOOK_FINISH_S="600") as up:
        up.ready()
        auth = SignedIn(Door({"DAYBOOK_HOME": str(home)}))
        with httpx.stream("GET", f"{up.url}/expenses.ndjson", auth=auth, timeout=120) as export:
            assert export.status_code == 200
            chunks = export.iter_bytes(65_536)
            assert next(chunks)
            up.process.send_signal(signal.SIGINT)
            wait_until(lambda: "Requests in hand have up to" in up.output, "the stop to wait")
            up.process.send_signal(signal.SIGINT)
            assert up.ended() == 0
