"""How the event log reaches PostgreSQL, and what it says when it cannot."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import conninfo
from psycopg_pool import PoolTimeout

from domain.shared.errors import Unavailable

# A server that is gone is noticed within seconds, also behind a network that swallows packets.
_NOTICE_LOSS = {
    "connect_timeout": "3",
    "keepalives_idle": "5",
    "keepalives_interval": "2",
    "keepalives_count": "3",
    "tcp_user_timeout": "8000",
}

LOST = (psycopg.OperationalError, psycopg.InterfaceError, PoolTimeout)
"""Errors that say nothing about the statement: the connection or the server failed, or a lock was not had in time."""


def careful(database_url: str, application_name: str) -> str:
    """A connection string with the time-outs that keep a lost server from becoming a hang."""
    given = conninfo.conninfo_to_dict(database_url)
    return conninfo.make_conninfo(
        "", **{**_NOTICE_LOSS, "application_name": application_name, **given}
    )


@contextmanager
def reaching_the_log() -> Iterator[None]:
    """Turn a lost connection into the retryable error that callers know."""
    try:
        yield
    except LOST as error:
        raise unavailable() from error


def unavailable() -> Unavailable:
    """The one retryable error of the log."""
    return Unavailable(
        "the event log does not answer; send the same request again", code="log_unavailable"
    )
