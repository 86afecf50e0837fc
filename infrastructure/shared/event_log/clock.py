"""When the clock was ahead: what the log noted of it."""

from datetime import datetime, timedelta

import msgspec
import psycopg

from infrastructure.shared.event_log.connections import careful, reaching_the_log

_ALL = "SELECT position, ahead, seen_at FROM daybook.clock_jumps ORDER BY position"


class ClockJump(msgspec.Struct, frozen=True, kw_only=True):
    """Events up to `position` were recorded by a clock that was `ahead`, as was seen at `seen_at`."""

    position: int
    ahead: timedelta
    seen_at: datetime


def jumps(database_url: str) -> list[ClockJump]:
    """Every time that the clock was found to have been ahead, in the order of the log.

    Raises:
        Unavailable: the database does not answer.
    """
    with reaching_the_log(), psycopg.connect(careful(database_url, "daybook clock")) as connection:
        rows = connection.execute(_ALL).fetchall()
    return [
        ClockJump(position=position, ahead=ahead, seen_at=seen_at)
        for position, ahead, seen_at in rows
    ]
