"""Feeding what follows the log: page after page, each in one transaction with the checkpoints it moves."""

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from threading import Event
from typing import Any, NamedTuple, Protocol

import psycopg

from application.shared.ports import EventLog, Record, Shard
from domain.shared import events
from domain.shared.errors import Unavailable
from domain.shared.events import known_names
from infrastructure.shared.read_store import checkpoints
from infrastructure.shared.read_store.collecting import collecting_rarely
from infrastructure.shared.read_store.connections import ReadConnection
from projections.shared.engine import Batch, PoisonEvent, cut, decode_batch

# Large enough that a commit costs little per event, small enough that a page's objects stay in the processor's cache.
PAGE_EVENTS = 2_000

# An application of the eventsourcing package names its events by their classes, and they concern nobody here.
_OURS = re.compile(r"[a-z_]+\.[a-z_]+\.v[0-9]+")

# What the server says when a row is at fault. Everything else it says is trouble of its own, which passes.
_BAD_ROW = (psycopg.DataError, psycopg.IntegrityError)


class Stopped(Exception):
    """The process is to end; what was committed stays, and the rest is done by the next one."""


class PageReader:
    """Reads and decodes the log, the next page while its caller writes the last; `close` it.

    Each page is a range of positions of bounded width, so that reading it costs the same however the planner finds it.
    For rows on another server than the log each is of the epoch that they follow: one that was read while the log was
    taken back might be of either.
    """

    def __init__(
        self, log: EventLog, *, page_events: int = PAGE_EVENTS, shard: Shard | None = None
    ) -> None:
        self._log = log
        self._shard = shard
        self._page_events = page_events * (shard.of if shard else 1)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="read")
        self._names_read_to = -1
        self._strangers: dict[str, int] = {}

    def pages(
        self,
        names: Sequence[str],
        after: int,
        stop: Event,
        until: int = sys.maxsize,
        *,
        epoch: str | None = None,
    ) -> Iterator[Batch]:
        """Batches of events of these names past `after` up to `until`, as far as the log goes now.

        One whose name this code does not know ends its batch as poison, whoever it concerns.

        Raises:
            Stopped: `stop` was set.
            Unavailable: the log cannot be reached now, or is no longer of this `epoch`.
        """
        coming = self._thread.submit(self._read, names, after, until, epoch)
        while True:
            batch = coming.result()
            if stop.is_set():
                raise Stopped
            # A page that is not as wide as it may be ends at the head: there is nothing to read ahead.
            is_full = batch.poison is None and batch.until == after + self._page_events
            is_news = batch.poison is not None or batch.until > after
            if is_full:
                after = batch.until
                coming = self._thread.submit(self._read, names, after, until, epoch)
            if is_news:
                yield batch
            if not is_full:
                return

    def is_full(self, batch: Batch) -> bool:
        """Whether a page holds as many events as it may, so that more are likely to follow."""
        return len(batch.records) >= self._page_events

    def close(self) -> None:
        """Wait for what is being read and end the thread."""
        self._thread.shutdown()

    def _read(self, names: Sequence[str], after: int, until: int, epoch: str | None) -> Batch:
        end = min(after + self._page_events, until)
        read = partial(self._log.page, after, self._page_events, shard=self._shard)
        page = read(names=names, until=end)
        strangers = self._strangers_until(page.until) if page.until > after else ()
        if strangers:
            page = read(names=[*names, *strangers], until=page.until)
        if epoch is not None and self._log.epoch() != epoch:  # asked last: it never comes back
            raise Unavailable(
                "the log is of another epoch than what follows it", code="log_changed"
            )
        return decode_batch(page.events, page.until)

    def _strangers_until(self, position: int) -> list[str]:
        """The names in the log up to there that newer code gave; asked after a page, so that none of it is missed."""
        if new := self._log.new_names(self._names_read_to):
            self._names_read_to, known = max(new.values()), known_names()
            ours = {name for name in new if _OURS.fullmatch(name)}
            self._strangers |= {name: new[name] for name in ours.difference(known)}
        return [name for name, first in self._strangers.items() if first <= position]


class Prepared(NamedTuple):
    """What becomes of a page: to `write` in the transaction of its checkpoint; to do `afterwards`, when it is over."""

    write: Callable[[], None]
    afterwards: Callable[[], None] = lambda: None


class Target(Protocol):
    """What is written in step with a checkpoint: the tables of a read model, or planned reactions."""

    @property
    def name(self) -> str:
        """The name of its checkpoint."""

    @property
    def version(self) -> int:
        """The version of it that this code writes."""

    @property
    def apart(self) -> frozenset[type[events.Event]]:
        """The classes of events of which each has to come alone."""

    def prepare(self, records: list[Record[Any]]) -> Prepared:
        """Work out what these events change, without writing; whatever a fold raises."""


class Feeder:
    """Feeds one target, and knows where its checkpoint is.

    Raises:
        CheckpointLost: there is no such checkpoint of the target's version.
    """

    def __init__(
        self, connection: ReadConnection, target: Target, slot: str = checkpoints.LIVE
    ) -> None:
        self.target = target
        self._slot = slot
        self._connection = connection
        self.forget()

    def forget(self) -> None:
        """Read the checkpoint again, after a transaction around `apply` was rolled back."""
        name, version = self.target.name, self.target.version
        found = checkpoints.read(self._connection, name, self._slot)
        if found is None or found.version != version:
            raise checkpoints.CheckpointLost(f"{name} has no {self._slot} checkpoint of {version=}")
        self.at = found
        self._passed = found.position

    @property
    def position(self) -> int:
        """Up to where the log was taken in: the checkpoint, or past it if nothing there concerned the target."""
        return max(self.at.position, self._passed)

    @property
    def is_owing(self) -> bool:
        """Whether the checkpoint stands before `position`."""
        return self.at.position < self._passed

    def pass_by(self, until: int) -> None:
        """Take note that nothing up to `until` concerns the target; its checkpoint may move later."""
        self._passed = max(self._passed, until)

    def apply(self, batch: Batch) -> None:
        """Write one batch, but for what was written before; if an event in it is bad, everything before that event.

        Raises:
            PoisonEvent: an event cannot be taken in; the checkpoint is right before it.
            CheckpointLost: somebody else holds or moved the checkpoint; nothing was written.
        """
        for piece in cut(batch, self.target.apart):
            if piece.until > self.at.position:
                fresh = [record for record in piece.records if record.position > self.at.position]
                self._apply_until_bad(fresh, piece.until)
        if batch.poison is not None:
            raise batch.poison

    def _apply_until_bad(self, records: list[Record[Any]], until: int) -> None:
        """Halve a page that fails until the one event at fault is left."""
        try:
            lost = commit(self._connection, [Share(self, records, until)], self._slot)
        except Exception as error:
            if _is_trouble(error) or not records:
                raise
            if len(records) == 1:
                raise _poison(records[0], error) from error
            half = len(records) // 2
            self._apply_until_bad(records[:half], records[half - 1].position)
            self._apply_until_bad(records[half:], until)
        else:
            if lost:
                name, at = self.target.name, self.at.position
                raise checkpoints.CheckpointLost(
                    f"{self._slot} checkpoint of {name}: not at {at}, or held"
                )


class Share(NamedTuple):
    """What of a page, read up to `until`, concerns one target."""

    feeder: Feeder
    records: list[Record[Any]]
    until: int


def commit(
    connection: ReadConnection, shares: Sequence[Share], slot: str = checkpoints.LIVE
) -> list[Feeder]:
    """Write shares in one transaction, and answer the feeders whose checkpoint somebody else holds or moved."""
    # Folding comes before the transaction: nobody else writes these rows, or else the checkpoint says so.
    prepared = {
        share.feeder.target.name: share.feeder.target.prepare(share.records)
        for share in shares
        if share.records
    }
    state = "live" if slot == checkpoints.LIVE else "building"
    moves = [
        (share.feeder.target.name, share.feeder.at, share.until, _witness(share))
        for share in shares
    ]
    with connection.transaction():
        moved = checkpoints.move(connection, slot, moves, state=state)
        for name in prepared.keys() & moved.keys():
            prepared[name].write()
    for share in shares:
        if at := moved.get(share.feeder.target.name):
            share.feeder.at = at
    for name in prepared.keys() & moved.keys():
        prepared[name].afterwards()
    return [share.feeder for share in shares if share.feeder.target.name not in moved]


def _witness(share: Share) -> str | None:
    if share.feeder.at.epoch is None or not share.records:
        return None
    return checkpoints.witness_of(share.records[-1])


def feed(
    feeder: Feeder, log: EventLog, names: Sequence[str], stop: Event, page_events: int = PAGE_EVENTS
) -> int:
    """Feed one target alone up to the head of the log, and answer the position reached.

    Raises:
        PoisonEvent, CheckpointLost: as `Feeder.apply` says.
        Stopped, Unavailable: as `PageReader.pages` says.
    """
    with closing(PageReader(log, page_events=page_events)) as reader, collecting_rarely():
        for batch in reader.pages(names, feeder.position, stop, epoch=feeder.at.epoch):
            feeder.apply(batch)
    return feeder.position


def _poison(record: Record[Any], error: Exception) -> PoisonEvent:
    return PoisonEvent(record.position, record.name, f"{type(error).__name__}: {error}")


def _is_trouble(error: Exception) -> bool:
    """Whether the server failed, rather than the event or its fold."""
    return isinstance(error, psycopg.Error) and not isinstance(error, _BAD_ROW)
