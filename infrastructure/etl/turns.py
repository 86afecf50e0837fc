"""Turns as advisory locks of a PostgreSQL session: they end with the process that holds them, however it ends."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from application.etl.ports import Turns
from infrastructure.shared.event_log.connections import careful, reaching_the_log

_TRY = "SELECT pg_try_advisory_lock(hashtextextended('daybook turn ' || %s, 0))"


class PostgresTurns(Turns):
    """`application.etl.ports.Turns` over the database of this address."""

    def __init__(self, database_url: str) -> None:
        self._database_url = database_url

    @contextmanager
    def hold(self, name: str) -> Iterator[bool]:
        url = careful(self._database_url, "daybook turns")
        with reaching_the_log(), psycopg.connect(url, autocommit=True) as connection:
            row = connection.execute(_TRY, [name]).fetchone()
            yield row == (True,)
