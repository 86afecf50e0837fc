"""Feeding one copy of a read model: page after page, each in one transaction with the checkpoint."""

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import psycopg

from application.shared.ports import EventLog
from infrastructure.shared.read_store import checkpoints
from infrastructure.shared.read_store.connections import ReadConnection
from infrastructure.shared.read_store.tables import DeferredIndexes
from infrastructure.shared.read_store.writing import TableWriter
from projections.shared.engine import (
    Batch,
    Changes,
    PoisonEvent,
    decode_batch,
    fold_table,
    names_of,
)
from projections.shared.projection import Projection, Record, Row

# Large enough that a commit costs little per event, small enough that a page's objects stay in the processor's cache.
PAGE_EVENTS = 2_000

# What the server says when a row is at fault. Everything else it says is trouble of its own, which passes.
_BAD_ROW = (psycopg.DataError, psycopg.IntegrityError)


class Stopped(Exception):
    """The process is to end; what was committed stays, and the rest is done by the next one."""


class PageReader:
    """Reads and decodes the log for one projection, the next page while its caller writes the last; `close` it.

    Each page is a range of positions of bounded width, so that reading it costs the same however the planner finds it.
    """

    def __init__(
        self, log: EventLog, projection: Projection, *, page_events: int = PAGE_EVENTS
    ) -> None:
        self._log = log
        self._names = names_of(projection)
        self._page_events = page_events
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=f"read-{projection.name}")

    def pages(self, after: int, stop: Event, until: int = sys.maxsize) -> Iterator[Batch]:
        """Batches past `after` up to `until`, as far as the log goes now.

        Raises:
            Stopped: `stop` was set.
            Unavailable: the log cannot be reached now.
        """
        coming = self._thread.submit(self._read, after, until)
        while True:
            batch = coming.result()
            if stop.is_set():
                raise Stopped
            if batch.poison is not None:
                yield batch
                return
            if batch.until <= after:
                return
            after = batch.until
            coming = self._thread.submit(self._read, after, until)
            yield batch

    def close(self) -> None:
        """Wait for what is being read and end the thread."""
        self._thread.shutdown()

    def _read(self, after: int, until: int) -> Batch:
        end = min(after + self._page_events, until)
        page = self._log.page(after, self._page_events, names=self._names, until=end)
        return decode_batch(page.events, page.until)


class Feeder:
    """Applies batches to the tables of one projection in one schema and moves the checkpoint of one slot.

    In a first load (`loading`) there are no indexes to keep up and rollups are left for `finish_loading`.
    """

    def __init__(
        self, connection: ReadConnection, projection: Projection, *, schema: str, slot: str
    ) -> None:
        self.projection = projection
        self.slot = slot
        self._connection = connection
        self._schema = schema
        self._state = "live" if slot == checkpoints.LIVE else "building"
        self._writers = [TableWriter(connection, table, schema) for table in projection.tables]
        self._deferred: dict[str, DeferredIndexes] = {}
        self._at = self._checkpoint()

    @property
    def position(self) -> int:
        """Up to where the log was taken in."""
        return self._at.position

    def begin_loading(self) -> None:
        """Take the indexes off the tables, which must be empty."""
        for read_table in self.projection.tables:
            name = read_table.table.name
            self._deferred[name] = DeferredIndexes(
                self._connection, self._schema, read_table.table, read_table.key_column
            )

    def finish_loading(self) -> None:
        """Put the indexes back and compute the rollups."""
        for deferred in self._deferred.values():
            deferred.restore()
        for writer in self._writers:
            writer.roll_up_from_scratch()
        self._deferred.clear()

    def apply(self, batch: Batch) -> None:
        """Write one batch, but for what was written before; if an event in it is bad, everything before that event.

        Raises:
            PoisonEvent: an event cannot be taken in; the checkpoint is right before it.
            CheckpointLost: somebody else moved the checkpoint; nothing was written.
        """
        if batch.until > self.position:
            fresh = [record for record in batch.records if record.position > self.position]
            self._apply_until_bad(fresh, batch.until)
        if batch.poison is not None:
            raise batch.poison

    def forget(self) -> None:
        """Read the checkpoint again, after a transaction around `apply` was rolled back."""
        self._at = self._checkpoint()

    def _checkpoint(self) -> checkpoints.Checkpoint:
        name, version = self.projection.name, self.projection.version
        found = checkpoints.read(self._connection, name, self.slot)
        if found is None or found.version != version:
            raise checkpoints.CheckpointLost(f"{name} has no {self.slot} checkpoint of {version=}")
        return found

    def _apply_until_bad(self, records: list[Record[Any]], until: int) -> None:
        """Halve a page that fails until the one event at fault is left."""
        try:
            self._commit(records, until)
        except checkpoints.CheckpointLost:
            raise
        except Exception as error:
            if _is_trouble(error) or not records:
                raise
            if len(records) == 1:
                raise _poison(records[0], error) from error
            half = len(records) // 2
            self._apply_until_bad(records[:half], records[half - 1].position)
            self._apply_until_bad(records[half:], until)

    def _commit(self, records: list[Record[Any]], until: int) -> None:
        # Folding comes before the transaction: nobody else writes these rows, or else the checkpoint says so.
        changes = [(writer, self._fold(writer, records)) for writer in self._writers]
        with self._connection.transaction():
            at = checkpoints.move(
                self._connection,
                self.projection.name,
                self.slot,
                at=self._at,
                until=until,
                state=self._state,
            )
            for writer, change in changes:
                writer.write(change)
        self._at = at

    def _fold(self, writer: TableWriter, records: list[Record[Any]]) -> Changes:
        deferred = self._deferred.get(writer.read_table.table.name)

        def load(keys: list[Any]) -> dict[Any, Row]:
            if deferred is not None:
                deferred.restore_key()
            return writer.load(keys)

        return fold_table(writer.read_table, records, load, rollups=deferred is None)


def _poison(record: Record[Any], error: Exception) -> PoisonEvent:
    return PoisonEvent(record.position, record.name, f"{type(error).__name__}: {error}")


def _is_trouble(error: Exception) -> bool:
    """Whether the server failed, rather than the event or its fold."""
    return isinstance(error, psycopg.Error) and not isinstance(error, _BAD_ROW)
