"""How the event log reaches PostgreSQL, and what it says when it cannot."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import psycopg
from psycopg import conninfo
from psycopg_pool import PoolTimeout

from domain.shared.errors import Unavailable, disk_full

# A server that is gone is noticed within seconds, also behind a network that swallows packets.
_NOTICE_LOSS = {
    "connect_timeout": "3",
    "keepalives_idle": "5",
    "keepalives_interval": "2",
    "keepalives_count": "3",
    "tcp_user_timeout": "8000",
}

# What appends and followers rest on, whatever the database or the role has as its default. A transaction that is left
# open holds up everybody; what may take how long is said where it is known.
_SESSION = {
    "default_transaction_isolation": "read committed",
    "idle_in_transaction_session_timeout": "10min",
    "idle_session_timeout": "0",
    "lock_timeout": "0",
    "statement_timeout": "0",
}

LOST = (
    psycopg.OperationalError,
    psycopg.InterfaceError,
    psycopg.errors.ReadOnlySqlTransaction,
    PoolTimeout,
)
"""Errors that say nothing about the statement: the connection or the server failed, the server takes no writes now (it
stands by, or somebody said so), or a lock was not had in time."""


def careful(
    database_url: str, application_name: str, session: Mapping[str, str] | None = None
) -> str:
    """A connection string with the time-outs that keep a lost server from becoming a hang.

    Args:
        session: settings of the session beside, or in the place of, those that every session has.
    """
    options = {**_SESSION, **(session or {})}
    said = [
        f"-c {name}={value}".replace("=read committed", r"=read\ committed")
        for name, value in options.items()
    ]
    given = conninfo.conninfo_to_dict(database_url)
    given["options"] = " ".join([str(given.get("options") or ""), *said]).strip()
    return through_a_pool(conninfo.make_conninfo("", **given), application_name)


def through_a_pool(database_url: str, application_name: str) -> str:
    """As `careful`, for a pool that lends sessions and takes no settings of one when it is connected to."""
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
        raise unavailable(error) from error


def unavailable(reason: Exception | None = None) -> Unavailable:
    """The one retryable error of the log; a disk without room is told as what it is."""
    if isinstance(reason, psycopg.errors.DiskFull):
        return disk_full("the database")
    return Unavailable(
        "the event log does not answer; send the same request again", code="log_unavailable"
    )
