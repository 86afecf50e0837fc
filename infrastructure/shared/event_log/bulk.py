"""Bulk append: COPY into a staging table without a lock, then one insert under it.

All of a bulk append is one transaction: either every event of it is in the log, at consecutive positions and in the
order written, or none is. The append lock is held only from `counts` to the end, so other writers wait for the insert
but not for the file to be read.
"""

import contextlib
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from application.shared.ports import Append, Appended, BulkOutcome, Cause
from domain.shared.errors import Conflict
from infrastructure.shared.event_log.batches import APPEND, batch_of, command_of, outcome_of
from infrastructure.shared.event_log.connections import careful, reaching_the_log
from infrastructure.shared.event_log.reading import HEAD

# Temporary, so it costs no write-ahead log, and another session can neither see nor disturb it.
_STAGE = """
    CREATE TEMPORARY TABLE staged (
        place bigint NOT NULL, stream_id uuid NOT NULL, name text NOT NULL, payload text NOT NULL
    ) ON COMMIT DROP
"""

_DROP_KNOWN = """
    DELETE FROM staged s USING daybook.events e
    WHERE e.stream_id = s.stream_id AND e.position > %s
"""

_INSERT = """
    INSERT INTO daybook.events
    SELECT head.position + row_number() OVER (ORDER BY s.place), s.stream_id, 1, s.name,
           convert_to(s.payload, 'UTF8'), %(actor)s, %(correlation)s, %(causation)s, %(key)s,
           greatest(head.recorded_at, clock.now)
    FROM staged s, (SELECT clock_timestamp() AS now) clock, (
        SELECT coalesce(max(e.position), 0) AS position, max(e.recorded_at) AS recorded_at
        FROM (SELECT * FROM daybook.events ORDER BY position DESC LIMIT 1) e
    ) head
    ORDER BY s.place
"""

_FLUSH_ROWS = 2_000


class Unfinished(Exception):
    """What the server is told of a COPY whose bulk append was given up."""


class PostgresBulkAppend:
    """An open bulk append on a connection of its own; see `application.shared.ports.BulkAppend`."""

    def __init__(self, connection: psycopg.Connection, cause: Cause) -> None:
        self._connection = connection
        self._cause = cause
        self._rows: list[str] = []
        self._written = 0
        self._existing: int | None = None
        connection.execute("SET LOCAL work_mem = '256MB'")
        connection.execute(_STAGE)
        self._cursor = connection.cursor()
        self._copying = self._cursor.copy("COPY staged FROM STDIN")
        self._copy = self._copying.__enter__()

    def write(self, stream_id: str, name: str, payload: str) -> None:
        """Stage the creating event of one stream; `payload` is JSON, so it has no line breaks of its own."""
        self._written += 1
        escaped = payload.replace("\\", "\\\\")
        self._rows.append(f"{self._written}\t{stream_id}\t{name}\t{escaped}\n")
        if len(self._rows) >= _FLUSH_ROWS:
            self._flush()

    def counts(self) -> tuple[int, int]:
        """How many of the staged events are new and how many have a stream already. Takes the append lock."""
        if self._existing is None:
            self._flush()
            self._copying.__exit__(None, None, None)
            self._existing = self._drop_known()
        return self._written - self._existing, self._existing

    def finish(self, closing: Append) -> BulkOutcome:
        """Insert what is staged and new, then append `closing`, and commit; errors as the port says."""
        new, existing = self.counts()
        try:
            self._insert(closing)
            verdict = self._close_with(closing)
        except psycopg.errors.UniqueViolation as error:
            self._connection.rollback()
            raise Conflict("two events of one bulk append are for the same stream") from error
        if isinstance(verdict, Exception):
            self._connection.rollback()
            raise verdict
        if verdict.replayed:
            self._connection.rollback()
            return BulkOutcome(0, existing, verdict)
        self._connection.commit()
        return BulkOutcome(new, existing, verdict)

    def abandon(self) -> None:
        """Leave no trace; an unfinished COPY is ended first, or else the driver warns of it."""
        if self._existing is None:
            reason = Unfinished("the bulk append was not finished")
            with contextlib.suppress(psycopg.Error, Unfinished):
                self._copying.__exit__(Unfinished, reason, None)
        self._connection.close()

    def _flush(self) -> None:
        if self._rows:
            self._copy.write("".join(self._rows))
            self._rows.clear()

    def _drop_known(self) -> int:
        """Forget staged events whose stream exists: most before the lock, under it only what came since."""
        run = self._connection.execute
        run("ANALYZE staged")
        (head,) = run(HEAD).fetchone() or (0,)
        known = run(_DROP_KNOWN, [0]).rowcount
        run("SELECT daybook.lock_log()")
        return known + run(_DROP_KNOWN, [head]).rowcount

    def _insert(self, closing: Append) -> None:
        self._connection.execute(
            _INSERT,
            {
                "actor": self._cause.actor,
                "correlation": self._cause.correlation_id,
                "causation": self._cause.causation_id,
                "key": closing.idempotency.key if closing.idempotency else None,
            },
        )

    def _close_with(self, closing: Append) -> Appended | Exception:
        row = self._connection.execute(APPEND, [batch_of([command_of(closing)])], binary=True)
        return outcome_of(row.fetchall()[0])


@contextmanager
def bulk_append(database_url: str, cause: Cause) -> Iterator[PostgresBulkAppend]:
    """Open a bulk append; the connection is its own, because it lives as long as a file is read.

    Raises:
        Unavailable: the log cannot be reached, or was lost in the middle; nothing was written.
    """
    with reaching_the_log():
        bulk = PostgresBulkAppend(psycopg.connect(careful(database_url, "daybook bulk")), cause)
        try:
            yield bulk
        finally:
            bulk.abandon()
