"""The epochs of a log: what is to be said, and undone, once a log was taken back to what it had been.

`daybook.epoch()` sees by itself that a log is on another server, in another database or on another timeline. What it
cannot see, and what has to happen anyhow, is here.
"""

from datetime import datetime
from typing import Any

import msgspec
import psycopg

from infrastructure.shared.event_log.connections import careful, reaching_the_log

_BEGIN = "INSERT INTO daybook.epochs (position, reason) VALUES (daybook.head(), %s)"
# Whoever was shut out since would be in again: so would a refresh token that was used, or a link.
_SIGN_EVERYBODY_OUT = """
    UPDATE daybook.sessions SET ended_at = clock_timestamp(), ended_because = 'the log was restored'
    WHERE ended_at IS NULL
"""
_CLEAR = (
    # What is good once.
    "DELETE FROM daybook.password_links",
    "DELETE FROM daybook.sign_in_challenges",
    # Processes of the server that was; those that run give a sign of life every other second.
    "DELETE FROM daybook.heartbeats",
)
_ALL = """
    SELECT number, position, reason, began_at, daybook.epoch() FROM daybook.epochs ORDER BY number
"""


class Epoch(msgspec.Struct, frozen=True, kw_only=True):
    """One epoch: the head of the log when it began, and why. The last one's `name` is what followers are told."""

    number: int
    position: int
    reason: str
    began_at: datetime
    name: str | None = None


def renew(database_url: str, reason: str) -> Epoch:
    """Begin an epoch: followers outside hear of it, everybody has to sign in again, and links in letters are void.

    Raises:
        Unavailable: the database does not answer.
    """
    with (
        reaching_the_log(),
        psycopg.connect(careful(database_url, "daybook epochs")) as connection,
    ):
        begin(connection, reason)
    return epochs(database_url)[-1]


def begin(connection: psycopg.Connection[Any], reason: str) -> None:
    """As `renew`, in a transaction of the caller's."""
    connection.execute(_BEGIN, (reason,))
    connection.execute(_SIGN_EVERYBODY_OUT)
    for statement in _CLEAR:
        connection.execute(statement)


def epochs(database_url: str) -> list[Epoch]:
    """The epochs there were, the present one last.

    Raises:
        Unavailable: the database does not answer.
    """
    with (
        reaching_the_log(),
        psycopg.connect(careful(database_url, "daybook epochs")) as connection,
    ):
        rows = connection.execute(_ALL).fetchall()
    return [
        Epoch(
            number=number,
            position=position,
            reason=reason,
            began_at=began_at,
            name=name if number == rows[-1][0] else None,
        )
        for number, position, reason, began_at, name in rows
    ]
