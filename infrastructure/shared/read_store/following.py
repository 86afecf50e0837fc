"""Following the log: one follower per projection keeps its live read model up to date, for ever.

Rules upheld here:
- of all processes one is active per projection, by an advisory lock; the others stand by and take over when it ends;
- trouble with the database is waited out, with growing pauses, and never halts a projection;
- a bad event halts its projection and no other: it is logged, told in the status, and not skipped;
- a new version is built beside the live one before this follower takes over;
- a follower that is far behind builds a copy beside the live one and switches, because that is several times faster.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Event, Thread
from typing import Protocol

import structlog

from application.shared.ports import EventLog, Wakeups
from domain.shared.errors import DaybookError, Refused, Unavailable
from infrastructure.shared.event_log.connections import LOST
from infrastructure.shared.read_store import checkpoints
from infrastructure.shared.read_store.collecting import collecting_rarely
from infrastructure.shared.read_store.connections import ACTIVE, ReadConnection, connected, try_lock
from infrastructure.shared.read_store.feeding import PAGE_EVENTS, Feeder, PageReader, Stopped
from infrastructure.shared.read_store.replaying import SWITCH_PATIENCE_S, rebuild, refuse_outdated
from infrastructure.shared.read_store.tables import create_schema, create_tables, drop_live
from projections.shared.engine import PoisonEvent
from projections.shared.projection import READ_SCHEMA, Projection

FAR_BEHIND_EVENTS = 100_000
# The live tables stand still meanwhile: if an export holds them for longer, page by page is the better way.
_BESIDE_PATIENCE_S = 10.0
_STANDBY_S = 0.5
_HALTED_S = 2.0
_PAUSE_MIN_S, _PAUSE_MAX_S = 0.2, 5.0

_logger = structlog.get_logger("daybook.projector")


class Follower:
    """Keeps one projection up to date.

    Args:
        database_url: a libpq connection URI.
        poll_s: how long an announcement may be missed before the log is read anyway, in seconds.
        far_behind_events: a lag from which a copy is built beside the live tables, if it is most of the log.
    """

    def __init__(
        self,
        projection: Projection,
        database_url: str,
        log: EventLog,
        *,
        poll_s: float = 1.0,
        page_events: int = PAGE_EVENTS,
        far_behind_events: int = FAR_BEHIND_EVENTS,
    ) -> None:
        self._projection = projection
        self._database_url = database_url
        self._log = log
        self._poll_s = poll_s
        self._reader = PageReader(log, projection, page_events=page_events)
        self._far_behind_events = far_behind_events
        self._wakeups: Wakeups | None = None
        self._pause_s = _PAUSE_MIN_S
        self._logger = _logger.bind(projection=projection.name, version=projection.version)

    def run(self, stop: Event) -> None:
        """Follow until `stop` is set."""
        while not stop.is_set():
            try:
                self._serve_or_halt(stop)
            except Stopped:
                return
            except checkpoints.CheckpointLost as lost:
                self._logger.info("projection_replaced", detail=str(lost))
            except Exception as error:  # noqa: BLE001 - whatever it is, it must not end the projection
                self._log_trouble(error)
                stop.wait(self._pause_s)
                self._pause_s = min(self._pause_s * 2, _PAUSE_MAX_S)

    def wake(self) -> None:
        """Make a follower that waits for news look at `stop` at once."""
        if self._wakeups is not None:
            self._wakeups.stop()

    def _serve_or_halt(self, stop: Event) -> None:
        try:
            self._serve(stop)
        except PoisonEvent as poison:
            self._halt(poison, stop)

    def catch_up(self) -> int:
        """Bring the live read model to the head of the log once, and answer the position reached.

        Raises:
            PoisonEvent, CheckpointLost, Refused, Unavailable: what `run` would halt at or wait out.
        """
        with self._active_connection(Event()) as connection:
            return self._catch_up(connection, Event()).position

    def _serve(self, stop: Event) -> None:
        with (
            self._active_connection(stop) as connection,
            self._log.wakeups(self._poll_s) as wakeups,
        ):
            self._wakeups = wakeups
            while not stop.is_set():
                self._catch_up(connection, stop)
                self._pause_s = _PAUSE_MIN_S
                wakeups.wait()

    @contextmanager
    def _active_connection(self, stop: Event) -> Iterator[ReadConnection]:
        """A connection that makes this follower the active one, with live tables of this version in place."""
        with connected(self._database_url, f"projector {self._projection.name}") as connection:
            self._ensure_built(connection, stop)
            self._stand_by(connection, stop)
            # The one that was active until now may have left another version behind.
            self._ensure_built(connection, stop)
            try:
                yield connection
            finally:
                self._wakeups = None

    def _ensure_built(self, connection: ReadConnection, stop: Event) -> None:
        """Have live tables of this code's version, however that is done."""
        live = checkpoints.read(connection, self._projection.name, checkpoints.LIVE)
        refuse_outdated(self._projection, live)
        if live is None:
            self._create_live(connection)
        elif live.version < self._projection.version:
            self._logger.info("projection_building", live_version=live.version)
            self._rebuild(stop)

    def _create_live(self, connection: ReadConnection) -> None:
        """Make empty live tables, once: the checkpoint's row decides between processes that start together."""
        name = self._projection.name
        with connection.transaction():
            made = connection.execute(
                "INSERT INTO daybook.checkpoints (projection, slot, version, position, state)"
                " VALUES (%s, 'live', %s, 0, 'live') ON CONFLICT DO NOTHING",
                (name, self._projection.version),
            )
            if made.rowcount == 1:
                create_schema(connection, READ_SCHEMA)
                drop_live(connection, self._projection)
                create_tables(connection, self._projection, READ_SCHEMA)

    def _stand_by(self, connection: ReadConnection, stop: Event) -> None:
        # Waiting in the server would hold a snapshot open and keep dead rows from being cleaned up.
        while not try_lock(connection, ACTIVE, self._projection.name):
            if stop.wait(_STANDBY_S):
                raise Stopped
        self._logger.info("projection_active")

    def _catch_up(self, connection: ReadConnection, stop: Event) -> Feeder:
        feeder = Feeder(connection, self._projection, schema=READ_SCHEMA, slot=checkpoints.LIVE)
        if self._is_far_behind(feeder.position):
            self._catch_up_beside(stop)
            feeder.forget()
        with collecting_rarely():
            for batch in self._reader.pages(feeder.position, stop):
                feeder.apply(batch)
        return feeder

    def _is_far_behind(self, position: int) -> bool:
        lag = self._log.head() - position
        return lag >= self._far_behind_events and lag > position

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
                compare=False,
                switch_patience_s=switch_patience_s,
            )
        self._logger.info(
            "projection_rebuilt", position=done.position, duration_s=round(done.duration_s, 3)
        )

    def _halt(self, poison: PoisonEvent, stop: Event) -> None:
        """Tell everybody, and wait until somebody has rebuilt the projection or the process is restarted."""
        self._logger.error("projection_halted", position=poison.position, error=poison.detail)
        name = self._projection.name
        with connected(self._database_url, f"halted {name}") as connection:
            checkpoints.halt(connection, name, self._projection.version, poison.detail)
            while not stop.wait(_HALTED_S):
                live = checkpoints.read(connection, name, checkpoints.LIVE)
                if live and live.version == self._projection.version and live.state != "halted":
                    return

    def _log_trouble(self, error: Exception) -> None:
        told = isinstance(error, (DaybookError, *LOST))
        self._logger.warning(
            "projection_trouble",
            error=f"{type(error).__name__}: {error}".strip(),
            retry_in_s=self._pause_s,
            exc_info=None if told else error,
        )


class Following(Protocol):
    """Anything that follows the log."""

    def run(self, stop: Event) -> None:
        """Follow until `stop` is set."""

    def wake(self) -> None:
        """Look at `stop` at once."""


class Projector:
    """Runs every follower of the log, each in a thread of its own: one per projection, and that of reactions."""

    def __init__(self, followers: Sequence[Following]) -> None:
        self._followers = followers

    def run(self, stop: Event) -> None:
        """Follow the log until `stop` is set; then finish the pages in hand and return."""
        threads = [
            Thread(target=follower.run, args=(stop,), name=f"projection-{number}", daemon=True)
            for number, follower in enumerate(self._followers)
        ]
        for thread in threads:
            thread.start()
        stop.wait()
        for follower in self._followers:
            follower.wake()
        for thread in threads:
            thread.join()
