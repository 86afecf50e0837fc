"""Replaying the log into a copy beside the live read model: to verify the live one, or to take its place.

Rules upheld here:
- the live tables are only read until the switch, which is one transaction and waits for nobody longer than its lock
  time-out: while it tries, queries are held up for that long at most, and then it lets them pass;
- copies are compared at one position, against one snapshot of the live tables;
- whoever builds starts from nothing: what a killed builder left behind is removed first.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event
from time import monotonic

import psycopg
import structlog
from psycopg import errors

from application.shared.ports import EventLog, Shard
from application.shared.read_models import Progress, Rebuilt, TableComparison, Verified
from domain.shared.errors import Refused, Unavailable
from infrastructure.shared.read_store import checkpoints
from infrastructure.shared.read_store.connections import ReadConnection, connected, try_lock, unlock
from infrastructure.shared.read_store.feeding import Feeder, PageReader, Stopped
from infrastructure.shared.read_store.fingerprints import Fingerprint, compared, fingerprints
from infrastructure.shared.read_store.sharding import (
    UNDIVIDED,
    ShardFailed,
    Shards,
    filled_by_shards,
    remove_shards,
)
from infrastructure.shared.read_store.tables import (
    create_schema,
    create_shelf,
    create_tables,
    drop_schema,
    leave_unlogged,
    replace_live,
)
from infrastructure.shared.read_store.writing import ReadModelWriter
from projections.shared.engine import Batch, names_of
from projections.shared.projection import Projection
from projections.shared.shelves import Shelf

_SWITCH_LOCK_TIMEOUT_MS = 250
SWITCH_PATIENCE_S = 600.0
_SWITCH_PAUSE_MAX_S = 5.0

_logger = structlog.get_logger("daybook.projector")


def no_progress(position: int, until: int) -> None:
    """Tell nobody."""


class ReplayedCopy:
    """A copy beside what is live on a shelf; `purpose` is `build` or `verify` and names its slot and schema.

    Attributes:
        epoch: that of the log which the copy follows, if it is on another server.
    """

    def __init__(
        self,
        connection: ReadConnection,
        log: EventLog,
        projection: Projection,
        shelf: Shelf,
        purpose: str,
        *,
        stop: Event,
        progress: Progress,
        is_remote: bool,
        shards: Shards = UNDIVIDED,
        shard: Shard | None = None,
    ) -> None:
        self.projection = projection
        self.shelf = shelf
        self.schema = shelf.scratch(purpose)
        self._connection = connection
        self._purpose = purpose
        self._stop = stop
        self._progress = progress
        self._reader = PageReader(log, shard=shard)
        self._names = names_of(projection)
        self._log = log
        self._shards = shards
        self.epoch = log.epoch() if is_remote else None
        self._begin()

    def load(self, until: int) -> None:
        """Fill the empty copy up to a position, without indexes at first."""
        with self._shards.taken_for(self.projection, until) as is_divided:
            if is_divided:
                self._fill_by_shards(until)
            else:
                self.fill(until)
        self._tables.finish_loading()

    def fill(self, until: int) -> None:
        """The first half of `load`: the rows."""
        self._tables.begin_loading()
        self.advance(until)

    def advance(self, until: int) -> None:
        """Feed the copy up to a position; a poison event raises PoisonEvent."""
        pages = self._reader.pages(
            self._names, self.feeder.position, self._stop, until, epoch=self.epoch
        )
        for batch in pages:
            self.feeder.apply(batch)
            self._progress(self.feeder.position, until)

    def pass_by(self, until: int) -> None:
        """Move the checkpoint to a position before which nothing is left that concerns the copy."""
        self.feeder.apply(Batch([], until))

    def _fill_by_shards(self, until: int) -> None:
        self._tables.begin_loading()
        try:
            witness = filled_by_shards(
                self._connection,
                self._shards,
                self.projection,
                self.shelf,
                self._purpose,
                self.feeder.at,
                until,
                self._stop,
                self._progress,
            )
        except (ShardFailed, OSError) as error:  # or it could not even be begun
            _logger.warning("shard_failed", projection=self.shelf.key, error=str(error))
            self._begin()
            self.fill(until)
        else:
            self._put(until, witness)
            self.feeder.forget()

    def compare(self, database_url: str) -> tuple[TableComparison, ...]:
        """Advance to where the live read model is, and compare with it as it is there."""
        position, live = _live_snapshot(database_url, self.projection, self.shelf)
        self.advance(position)
        return compared(live, fingerprints(self._connection, self.projection, self.schema))

    def switch(self, patience_s: float) -> None:
        """Take the place of the live tables.

        Raises:
            Unavailable: queries held the live tables for `patience_s` on end.
        """
        deadline, pause_s = monotonic() + patience_s, 0.05
        while True:
            self.advance(self._log.head())
            try:
                self._switch_now()
            except (errors.LockNotAvailable, errors.DeadlockDetected):
                self.feeder.forget()
            else:
                return
            if self._stop.wait(pause_s):
                raise Stopped
            if monotonic() > deadline:
                raise Unavailable(
                    f"the live tables of {self.projection.name} were never free to be replaced; try again later",
                    code="switch_timed_out",
                )
            pause_s = min(pause_s * 2, _SWITCH_PAUSE_MAX_S)

    def close(self) -> None:
        """Remove the copy, unless it has become the live one."""
        self._reader.close()
        with suppress(psycopg.Error):
            self._remove()

    def _begin(self) -> None:
        self._remove()
        create_shelf(self._connection, self.shelf)
        create_schema(self._connection, self.schema)
        self._made = create_tables(self._connection, self.projection, self.schema)
        if self.shelf.shard:
            leave_unlogged(self._connection, self.projection, self.schema)
        self._put(0, None)
        self._tables = ReadModelWriter(self._connection, self.projection, self.shelf, self.schema)
        self.feeder = Feeder(self._connection, self._tables, self._purpose)

    def _put(self, position: int, witness: str | None) -> None:
        checkpoints.put(
            self._connection,
            self.shelf.key,
            self._purpose,
            version=self.projection.version,
            position=position,
            state="building",
            epoch=self.epoch,
            witness=witness,
        )

    def _remove(self) -> None:
        if not self.shelf.shard:
            remove_shards(self._connection, self.shelf, self._purpose)
        drop_schema(self._connection, self.schema)
        checkpoints.remove(self._connection, self.shelf.key, self._purpose)

    def _switch_now(self) -> None:
        """The live checkpoint is locked first, as every writer does; then nothing can move past the copy any more."""
        name, version = self.shelf.key, self.shelf.version
        with self._connection.transaction():
            self._connection.execute(f"SET LOCAL lock_timeout = {_SWITCH_LOCK_TIMEOUT_MS}".encode())
            live = checkpoints.read(self._connection, name, checkpoints.LIVE, lock=True)
            if live is not None:
                self.advance(live.position)
            replace_live(self._connection, self.projection, self.schema, self.shelf)
            checkpoints.put(
                self._connection,
                name,
                checkpoints.LIVE,
                version=version,
                position=self.feeder.position,
                state="live",
                tables=self._made,
                epoch=self.epoch,
                witness=self.feeder.at.witness,
            )


def _live_snapshot(
    database_url: str, projection: Projection, shelf: Shelf
) -> tuple[int, dict[str, Fingerprint]]:
    """The live position and what the live tables hold at exactly that position."""
    with connected(database_url, "comparison") as connection, connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        live = checkpoints.read(connection, shelf.key, checkpoints.LIVE)
        position = live.position if live else 0
        return position, fingerprints(connection, projection, shelf.schema)


@contextmanager
def replay(
    database_url: str,
    log: EventLog,
    projection: Projection,
    purpose: str,
    *,
    stop: Event,
    is_remote: bool,
    progress: Progress = no_progress,
    shards: Shards = UNDIVIDED,
) -> Iterator[tuple[ReplayedCopy, checkpoints.Checkpoint | None]]:
    """A fresh replay for the length of a block, with the live checkpoint it starts beside.

    Args:
        is_remote: whether the log is on another server.
        shards: into how many parts it is divided.

    Raises:
        Refused: somebody else is at it.
    """
    with connected(database_url, f"{purpose} of {projection.name}") as connection:
        shelf = checkpoints.shelf(connection, projection)
        # What was retired before the lock was there may have left this version another shelf.
        if (
            not try_lock(connection, purpose, shelf.key)
            or checkpoints.shelf(connection, projection) != shelf
        ):
            raise Refused(
                f"{projection.name} is being replayed by another process; wait until it has ended",
                code={"build": "rebuild_running"}.get(purpose, "verify_running"),
            )
        live = checkpoints.read(connection, shelf.key, checkpoints.LIVE)
        copy = ReplayedCopy(
            connection,
            log,
            projection,
            shelf,
            purpose,
            stop=stop,
            progress=progress,
            is_remote=is_remote,
            shards=shards,
        )
        try:
            yield copy, live
        finally:
            copy.close()
            with suppress(psycopg.Error):
                unlock(connection, purpose, shelf.key)


def rebuild(
    database_url: str,
    log: EventLog,
    projection: Projection,
    *,
    stop: Event,
    is_remote: bool = False,
    progress: Progress = no_progress,
    compare: bool = True,
    switch_patience_s: float = SWITCH_PATIENCE_S,
    shards: Shards = UNDIVIDED,
) -> Rebuilt:
    """Build a read model anew and switch; see `application.shared.read_models.ReadModels.rebuild`."""
    started = monotonic()
    replayed = replay(
        database_url,
        log,
        projection,
        checkpoints.BUILD,
        stop=stop,
        is_remote=is_remote,
        progress=progress,
        shards=shards,
    )
    with replayed as (copy, live):
        comparable = compare and live is not None and live.version == projection.version
        copy.load(live.position if live and comparable else log.head())
        comparisons = copy.compare(database_url) if comparable else ()
        compared_at = copy.feeder.position if comparable else None
        copy.switch(switch_patience_s)
        return Rebuilt(
            projection=projection.name,
            version=projection.version,
            position=copy.feeder.position,
            duration_s=monotonic() - started,
            compared_at=compared_at,
            comparisons=comparisons,
        )


def verify(
    database_url: str,
    log: EventLog,
    projection: Projection,
    *,
    stop: Event,
    is_remote: bool = False,
    progress: Progress = no_progress,
    shards: Shards = UNDIVIDED,
) -> Verified:
    """Compare a read model with a replay; see `application.shared.read_models.ReadModels.verify`."""
    started = monotonic()
    replayed = replay(
        database_url,
        log,
        projection,
        checkpoints.VERIFY,
        stop=stop,
        is_remote=is_remote,
        progress=progress,
        shards=shards,
    )
    with replayed as (copy, live):
        if live is None or live.version != projection.version:
            raise Refused(
                f"{projection.name} is not built in version {projection.version} yet; start the projector",
                code="not_built",
            )
        copy.load(live.position)
        comparisons = copy.compare(database_url)
        return Verified(
            projection=projection.name,
            version=projection.version,
            position=copy.feeder.position,
            duration_s=monotonic() - started,
            comparisons=comparisons,
        )
