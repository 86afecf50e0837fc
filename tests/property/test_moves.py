"""Whatever is in a log comes out of an export as it went in."""

from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infrastructure.moving import files
from infrastructure.moving.exporting import export_log
from infrastructure.moving.importing import import_log
from infrastructure.moving.tables import CARRIED
from tests.drawing import examples
from tests.moving import EVENTS, carried, rows

# PostgreSQL keeps no NUL and no half of a pair in text.
TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20)
MOMENTS = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001
EVENT = st.tuples(
    st.integers(1, 2**31 - 1),
    TEXT,
    st.binary(max_size=100),
    TEXT,
    st.uuids(),
    st.uuids(),
    st.none() | TEXT,
    MOMENTS,
)
LETTER = st.tuples(TEXT, TEXT, TEXT, TEXT)
INSERT = """
    INSERT INTO daybook.events (position, stream_id, version, name, payload, actor, correlation_id, causation_id,
        idempotency_key, recorded_at)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
POST = """
    INSERT INTO daybook.mailbox (message_id, recipient, sender, subject, text_body, html_body)
    VALUES (%s, 'ada@daybook.example', %s, %s, %s, '')
"""


@pytest.fixture
def empty(make_database: Callable[[], str]) -> Callable[[str], None]:
    """Empties a database of logs, which its own rules forbid."""
    cleared = sorted(CARRIED.keys() - {"daybook.fence"})

    def clear(url: str) -> None:
        with psycopg.connect(url) as connection:
            connection.execute("SET session_replication_role = replica")
            for table in cleared:
                connection.execute(f"DELETE FROM {table}".encode())
            connection.execute("UPDATE daybook.head_hint SET position = 0")

    return clear


@settings(max_examples=examples(25))
@given(events=st.lists(EVENT, max_size=8), letters=st.lists(LETTER, max_size=3))
def test_any_events_and_any_text_move_as_they_are(
    pair: tuple[str, str],
    empty: Callable[[str], None],
    tmp_path: Path,
    events: list[tuple[Any, ...]],
    letters: list[tuple[str, ...]],
) -> None:
    source, target = pair
    empty(source)
    empty(target)
    with psycopg.connect(source) as connection, connection.cursor() as cursor:
        for position, (version, *others) in enumerate(events, 1):
            cursor.execute(INSERT.encode(), (position, uuid4(), version, *others))
        for number, (message, *others) in enumerate(letters):
            cursor.execute(POST.encode(), (f"{number}{message}", *others))
    file = tmp_path / f"{uuid4().hex}.export"
    made = export_log(source, file, lambda *_: None)
    import_log(target, file, made.sha256, lambda *_: None)
    assert rows(target, EVENTS) == rows(source, EVENTS)
    mine = ("daybook.epochs",)
    assert carried(target, but=mine) == carried(source, but=mine)
    assert made.head.position == len(events)


@pytest.fixture
def pair(make_database: Callable[[], str]) -> tuple[str, str]:
    """Two migrated databases."""
    return make_database(), make_database()


LINE = st.binary(max_size=40).map(lambda it: it.replace(b"\n", b"") + b"\n")


@given(
    tables=st.dictionaries(
        st.text(max_size=10), st.lists(LINE.filter(lambda it: it != b"\\.\n"), max_size=5)
    )
)
def test_a_file_says_what_was_written_into_it(
    tmp_path: Path, tables: dict[str, list[bytes]]
) -> None:
    path = tmp_path / f"{uuid4().hex}.export"
    head = files.ExportHead(
        format=files.FORMAT,
        daybook="0",
        revision="0001",
        code=1,
        epoch="e",
        position=0,
        exported_at=datetime.now(UTC),
        tables={name: [] for name in tables},
    )
    digest = files.write(path, head, tables.items())
    with files.opened(path) as file:
        assert file.head == head
        assert {name: [*rows] for name, rows in file.tables()} == tables
    assert files.check(path) == (head, digest)
    assert digest == sha256(path.read_bytes()).hexdigest()
    path.unlink()
