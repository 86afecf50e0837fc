"""Reading the log: the statements, and rows as recorded events."""

from collections.abc import Sequence
from typing import Any

from application.shared.ports import LogPage, RecordedEvent, Shard

COLUMNS = (
    "position, stream_id, version, name, payload, actor,"
    " correlation_id, causation_id, idempotency_key, recorded_at"
)

HEAD = "SELECT daybook.head()"

EPOCH = "SELECT daybook.epoch()"

STREAM = f"""
    SELECT {COLUMNS} FROM daybook.events
    WHERE stream_id = %s AND version > %s ORDER BY version
"""

# Streams by their ids, and by the positions of the events that created them.
STREAMS = f"""
    SELECT {COLUMNS} FROM daybook.events
    WHERE stream_id = ANY(%s::uuid[] || ARRAY(
        SELECT stream_id FROM daybook.events WHERE position = ANY(%s::bigint[]) AND version = 1
    ))
    ORDER BY stream_id, version
"""

_PAGE = f"""
    SELECT {COLUMNS} FROM daybook.events
    WHERE position > %(after)s AND position <= %(until)s {{more}} ORDER BY position LIMIT %(limit)s
"""

# Only some names: found by their index, so that a follower of rare events does not read all the others.
_OF_NAMES = "AND name = ANY(%(names)s)"

# The last byte of an id is random in ids of every kind that is recorded here.
_OF_SHARD = """AND (
    name = ANY(%(common)s) OR get_byte(uuid_send(stream_id), 15) %% %(of)s + 1 = %(number)s
)"""

NAMES = "SELECT name, first_position FROM daybook.event_names WHERE first_position > %s"

Statement = tuple[str, dict[str, Any]]


def page_statement(
    after: int,
    until: int,
    limit: int,
    names: Sequence[str] | None,
    shard: Shard | None = None,
) -> Statement:
    """The statement for one page, and its parameters."""
    more = list[str]()
    parameters: dict[str, Any] = {"after": after, "until": until, "limit": limit}
    if names is not None:
        more.append(_OF_NAMES)
        parameters["names"] = list(names)
    if shard is not None:
        more.append(_OF_SHARD)
        parameters |= {"number": shard.number, "of": shard.of, "common": list(shard.common)}
    return _PAGE.format(more=" ".join(more)), parameters


def page_of(rows: Sequence[Sequence[Any]], until: int, limit: int) -> LogPage:
    """The page that these rows make, read up to `until` unless the limit cut it short."""
    events = recorded(rows)
    return LogPage(events, events[-1].position if len(events) == limit else until)


def recorded(rows: Sequence[Sequence[Any]]) -> list[RecordedEvent]:
    """Rows of `COLUMNS` as recorded events."""
    return [RecordedEvent(*row) for row in rows]
