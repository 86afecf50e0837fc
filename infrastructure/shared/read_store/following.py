"""Followers of the log: what each one has to have in place, and how it comes from far behind to where the others are.

Rules upheld here:
- a new version is built beside those that are there, and each goes on as long as it has a follower;
- a follower that is far behind builds a copy beside the live one and switches, because that is several times faster.

`projecting.py` feeds all followers of a process from one reading of the log.
"""

from collections.abc import Sequence
from threading import Event
from typing import Protocol

import structlog

from application.shared.ports import EventLog
from domain.shared.errors import Refused, Unavailable
from infrastructure.shared.read_store import checkpoints
from infrastructure.shared.read_store.collecting import collecting_rarely
from infrastructure.shared.read_store.connections import ReadConnection, connected
from infrastructure.shared.read_store.feeding import PAGE_EVENTS, Feeder, feed
from infrastructure.shared.read_store.replaying import SWITCH_PATIENCE_S, rebuild
from infrastructure.shared.read_store.sharding import UNDIVIDED, Shards
from infrastructure.shared.read_store.tables import create_shelf, create_tables, drop_live
from infrastructure.shared.read_store.writing import ReadModelWriter
from projections.shared.engine import PoisonEvent, names_of
from projections.shared.projection import Projection
from projections.shared.shelves import Shelf

FAR_BEHIND_EVENTS = 100_000
# The live tables stand still meanwhile: if an export holds them for longer, page by page is the better way.
_BESIDE_PATIENCE_S = 10.0

_logger = structlog.get_logger("daybook.projector")


class Following(Protocol):
    """Anything that follows the log with a checkpoint."""

    version: int
    names: Sequence[str]
    """The names of the events that concern it."""

    @property
    def name(self) -> str:
        """That of its checkpoint and its locks; once it is put in place (`is_in_place`) it may be another."""

    def is_in_place(self, connection: ReadConnection) -> bool:
        """Whether what it writes is there in its version; made now if that is quick."""

    def is_far_behind(self, position: int, head: int) -> bool:
        """Whether it is better to catch up alone than with everybody else."""

    def open(self, connection: ReadConnection) -> Feeder:
        """What feeds it from its checkpoint on."""

    def catch_up(self, stop: Event) -> int:
        """Put in place what it writes and bring it to the head of the log, alone; answers the position reached.

        Raises:
            PoisonEvent, CheckpointLost, Refused, Unavailable: what halts it, or is waited out.
        """


class Follower(Following):
    """Keeps one read model up to date.

    Args:
        database_url: a libpq connection URI.
        is_remote: whether the log is on another server than the read model.
        far_behind_events: a lag from which a copy is built beside the live tables, if it is most of the log.
        shards: into how many parts such a copy is divided.
    """

    def __init__(
        self,
        projection: Projection,
        database_url: str,
        log: EventLog,
        *,
        is_remote: bool = False,
        page_events: int = PAGE_EVENTS,
        far_behind_events: int = FAR_BEHIND_EVENTS,
        shards: Shards = UNDIVIDED,
    ) -> None:
        self._shelf = Shelf(projection.name, projection.version)
        self.version = projection.version
        self.names: Sequence[str] = names_of(projection)
        self._projection = projection
        self._database_url = database_url
        self._log = log
        self._is_remote = is_remote
        self._page_events = page_events
        self._far_behind_events = far_behind_events
        self._shards = shards
        self._logger = _logger.bind(projection=projection.name, version=projection.version)

    @property
    def name(self) -> str:
        return self._shelf.key

    def is_in_place(self, connection: ReadConnection) -> bool:
        """Whether there are live tables of this version; empty ones are made if there are none of any.

        Where another version is there, this one is built beside it. Tables that the checkpoint does not vouch for, or
        that follow a log of another course, are as good as none: they are built anew.
        """
        self._shelf = checkpoints.shelf(connection, self._projection)
        live = checkpoints.read(connection, self.name, checkpoints.LIVE)
        if live is None and not self._shelf.is_beside:
            return self._create_live(connection)
        if live is None or live.version != self.version or not live.vouches:
            return False
        return checkpoints.is_of(connection, self.name, live, self._log, is_remote=self._is_remote)

    def is_far_behind(self, position: int, head: int) -> bool:
        """Whether most of a long log is still to be read."""
        lag = head - position
        return lag >= self._far_behind_events and lag > position

    def open(self, connection: ReadConnection) -> Feeder:
        writer = ReadModelWriter(connection, self._projection, self._shelf, self._shelf.schema)
        return Feeder(connection, writer)

    def catch_up(self, stop: Event | None = None) -> int:
        stop = stop or Event()
        with connected(self._database_url, f"follower {self.name}") as connection:
            if not self.is_in_place(connection):
                self._logger.info("projection_building")
                self._rebuild(stop)
                self._shelf = checkpoints.shelf(connection, self._projection)
            feeder = self.open(connection)
            if self.is_far_behind(feeder.position, self._log.head()):
                self._catch_up_beside(stop)
                feeder = self.open(connection)
            return feed(feeder, self._log, self.names, stop, self._page_events)

    def _create_live(self, connection: ReadConnection) -> bool:
        """Make empty live tables, once: the checkpoint's row decides between processes that start together.

        False if another process was faster, whose version may be another.
        """
        epoch = self._log.epoch() if self._is_remote else None
        with connection.transaction():
            made = connection.execute(
                "INSERT INTO daybook.checkpoints (projection, slot, version, position, state)"
                " VALUES (%s, 'live', %s, 0, 'live') ON CONFLICT DO NOTHING",
                (self.name, self.version),
            )
            if made.rowcount == 1:
                create_shelf(connection, self._shelf)
                names = [table.name for table in self._projection.all_tables]
                drop_live(connection, self._shelf, names)
                tables = create_tables(connection, self._projection, self._shelf.schema)
                checkpoints.put(
                    connection,
                    self.name,
                    checkpoints.LIVE,
                    version=self.version,
                    position=0,
                    state="live",
                    tables=tables,
                    epoch=epoch,
                )
        return made.rowcount == 1 or self.is_in_place(connection)

    def _catch_up_beside(self, stop: Event) -> None:
        """A faster way than page by page; whatever keeps it from succeeding, page by page goes on."""
        try:
            self._rebuild(stop, _BESIDE_PATIENCE_S)
        except (PoisonEvent, Refused, Unavailable) as error:
            self._logger.warning("projection_not_built_beside", error=error.detail)

    def _rebuild(self, stop: Event, switch_patience_s: float = SWITCH_PATIENCE_S) -> None:
        with collecting_rarely():
            done = rebuild(
                self._database_url,
                self._log,
                self._projection,
                stop=stop,
                is_remote=self._is_remote,
                compare=False,
                switch_patience_s=switch_patience_s,
                shards=self._shards,
            )
        self._logger.info(
            "projection_rebuilt", position=done.position, duration_s=round(done.duration_s, 3)
        )
