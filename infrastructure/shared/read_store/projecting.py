"""The projector: one reader of the log per process, and every follower it concerns is fed from what was read.

Rules upheld here:
- a page is read and decoded once; all it concerns is written in one transaction with the checkpoints, exactly once;
- the checkpoints of the others move within a second or so, with the next page or alone (`waiting.py` asks the log);
- of all processes one feeds a follower, by an advisory lock; the others stand by and take over when it ends. One
  session holds the locks of a process, and another LISTENs;
- a bad event halts its follower and no other: it is logged, told in the status, and not skipped. What is built anew or
  far behind, or gets there while it is fed, comes up by itself in a thread of its own, and the others do not wait;
  so does whoever an event concerns that changes rows everywhere;
- an event whose name this code does not know halts everybody: newer code, which knows it, takes over;
- where the log is on another server, a page of another epoch than that of the checkpoints is not taken in;
- trouble with the database is waited out, with growing pauses, and never halts anything;
- under load pages grow, not their number: whoever was announced while a page was written waits for a moment.
"""

from collections.abc import Sequence
from contextlib import closing, suppress
from threading import Event, Thread
from time import monotonic, time_ns
from typing import Any

import psycopg
import structlog

from application.shared.ports import EventLog, Wakeups
from domain.shared.errors import DaybookError, Unavailable
from infrastructure.shared.event_log.connections import LOST
from infrastructure.shared.heartbeats import BEAT, BEAT_S
from infrastructure.shared.read_store import checkpoints
from infrastructure.shared.read_store.collecting import collecting_rarely
from infrastructure.shared.read_store.connections import (
    ACTIVE,
    ReadConnection,
    connected,
    try_lock,
    unlock,
)
from infrastructure.shared.read_store.feeding import (
    PAGE_EVENTS,
    Feeder,
    PageReader,
    Share,
    Stopped,
    commit,
)
from infrastructure.shared.read_store.following import Following
from infrastructure.shared.read_store.replays import ReplayRunner
from infrastructure.shared.read_store.traces import tell_shares
from projections.shared.engine import Batch, PoisonEvent, cut

_POLL_S = 0.5
_STANDBY_S = 0.5
_HALTED_S = 2.0
_PAUSE_MIN_S, _PAUSE_MAX_S = 0.2, 5.0
# How long the checkpoint of a follower that no event concerns may stand behind what was read.
_OWING_S = 0.5
# How long to let appends gather when they come faster than pages are written, and what counts as "faster".
_GATHER_S, _AT_ONCE_S = 0.03, 0.001
# So many pages somebody may be behind the others and still be waited for.
_NEAR_PAGES = 2

_logger = structlog.get_logger("daybook.projector")


class _Place:
    """Where a follower stands: in the line (`feeder`), coming up beside it (`alone`), or out of it until `due_at`."""

    def __init__(self, follower: Following) -> None:
        self.follower = follower
        self.names = frozenset(follower.names)
        self.feeder: Feeder | None = None
        self.alone: Thread | None = None
        self.failure: Exception | None = None
        self.locked: str | None = None
        self.is_halted = False
        self.due_at = 0.0
        self.pause_s = _PAUSE_MIN_S
        self.logger = _logger.bind(projection=follower.name, version=follower.version)

    def come_up_alone(self, stop: Event) -> None:
        """Catch up in a thread of its own; what it fails with is left in `failure`."""

        def work() -> None:
            try:
                self.follower.catch_up(stop)
            except Exception as error:  # noqa: BLE001 - whatever it is, it must not end the projection
                self.failure = error

        self.alone = Thread(target=work, name=f"catch-up-{self.follower.name}", daemon=True)
        self.alone.start()

    def wait(self, pause_s: float) -> None:
        """Look at it again after so many seconds."""
        self.due_at = monotonic() + pause_s

    def is_active(self) -> bool:
        """Whether it is fed, comes up, or waits for better code at an event that it cannot take in."""
        coming_up = self.alone is not None and self.alone.is_alive()
        return self.feeder is not None or coming_up or self.is_halted

    def is_waiting(self) -> bool:
        """Whether there is something to be done about it now."""
        coming_up = self.alone is not None and self.alone.is_alive()
        return self.feeder is None and not coming_up and monotonic() >= self.due_at


class _Line:
    """The followers that are fed together, over one connection that holds their locks."""

    def __init__(
        self, connection: ReadConnection, log: EventLog, places: Sequence[_Place], stop: Event
    ) -> None:
        self._connection = connection
        self._log = log
        self._places = places
        self._stop = stop
        self._settle_at = monotonic() + _OWING_S
        self._beat_at = 0.0
        for place in places:
            place.feeder, place.locked = None, None

    @property
    def fed(self) -> list[tuple[_Place, Feeder]]:
        """Those in the line."""
        return [(place, place.feeder) for place in self._places if place.feeder is not None]

    @property
    def position(self) -> int:
        """Up to where all in the line have taken the log in."""
        return min(feeder.position for _, feeder in self.fed)

    @property
    def names(self) -> list[str]:
        """The names of the events that concern anybody in the line."""
        return sorted({name for place, _ in self.fed for name in place.names})

    @property
    def epoch(self) -> str | None:
        """The epoch that all in the line follow, None for the log beside them.

        Raises:
            Unavailable: it changed while they came together.
        """
        followed = {feeder.at.epoch for _, feeder in self.fed}
        if len(followed) > 1:
            raise Unavailable("the log was taken back just now", code="log_changed")
        return followed.pop()

    @property
    def is_awaited(self) -> bool:
        """Whether there is somebody to muster."""
        return any(place.is_waiting() for place in self._places)

    def muster(self) -> None:
        """Let in who may come, and see to those who may not."""
        coming: list[tuple[_Place, Feeder]] = []
        for place in self._places:
            try:
                coming += self._opened(place) if place.is_waiting() else ()
            except Exception as error:  # noqa: BLE001 - it must not be the others' trouble
                self._leave(place, error)
        head = self._log.head() if coming else 0
        ahead = max((feeder.position for _, feeder in [*coming, *self.fed]), default=0)
        for place, feeder in coming:
            is_near = ahead - feeder.position <= _NEAR_PAGES * PAGE_EVENTS
            if is_near and not place.follower.is_far_behind(feeder.position, head):
                place.feeder = feeder
                place.logger.info("projection_active", position=feeder.position)
            else:
                place.come_up_alone(self._stop)

    def part(self, batch: Batch) -> bool:
        """Let go whom most of this page concerns and who is far behind; answers whether anybody went."""
        enough = len(batch.records) / 2
        concerned = [
            (place, feeder)
            for place, feeder in self.fed
            if sum(record.name in place.names for record in batch.records) >= enough
        ]
        head = self._log.head() if concerned else 0
        gone = [
            place
            for place, feeder in concerned
            if place.follower.is_far_behind(feeder.position, head)
        ]
        for place in gone:
            place.feeder = None
            place.come_up_alone(self._stop)
        return bool(gone)

    def take(self, batch: Batch) -> None:
        """Feed a page to those it concerns; the others have passed it by."""
        self.beat()
        apart = {kind for _, feeder in self.fed for kind in feeder.target.apart}
        for piece in cut(batch, apart):
            self._let_go(piece)
            self._take(piece)

    def _let_go(self, piece: Batch) -> None:
        """Whoever this changes all over comes up alone: that may take as long as there are rows."""
        for place, feeder in self.fed:
            if any(type(record.event) in feeder.target.apart for record in piece.records):
                place.feeder = None
                place.come_up_alone(self._stop)

    def _take(self, batch: Batch) -> None:
        shares = self._shares(batch)
        began_ns = time_ns()
        try:
            lost = commit(self._connection, [share for _, share in shares]) if shares else []
        except Exception as error:  # noqa: BLE001 - one by one tells whose fault it is
            self._take_one_by_one(shares, error)
        else:
            for place, share in shares:
                place.pause_s = _PAUSE_MIN_S
                if share.feeder in lost:
                    self._leave(
                        place, checkpoints.CheckpointLost(f"not at {share.feeder.position}")
                    )
            tell_shares([it for _, it in shares if it.feeder not in lost], began_ns)
        if batch.poison is not None:
            for place, _ in self.fed:
                if batch.poison.is_unknown or batch.poison.facts["name"] in place.names:
                    self._leave(place, batch.poison)

    def beat(self) -> None:
        """Give a sign of life for everybody who is fed or comes up, if it is time."""
        if monotonic() < self._beat_at:
            return
        self._beat_at = monotonic() + BEAT_S
        names = sorted({place.follower.name for place in self._places if place.is_active()})
        self._connection.execute(BEAT, (names,))

    def settle(self, *, now: bool = False) -> None:
        """Move the checkpoints that stand behind what was read, if it is time."""
        if now:
            self._settle_at = 0.0
        self.take(Batch([], 0))

    def _shares(self, batch: Batch) -> list[tuple[_Place, Share]]:
        is_due = monotonic() >= self._settle_at
        if is_due:
            self._settle_at = monotonic() + _OWING_S
        shares = []
        for place, feeder in self.fed:
            names, position = place.names, feeder.position
            fresh = [
                record
                for record in batch.records
                if record.name in names and record.position > position
            ]
            if fresh:
                shares.append((place, Share(feeder, fresh, batch.until)))
                continue
            feeder.pass_by(batch.until)
            if is_due and feeder.is_owing:
                shares.append((place, Share(feeder, [], feeder.position)))
        return shares

    def _take_one_by_one(self, shares: Sequence[tuple[_Place, Share]], error: Exception) -> None:
        _logger.info("page_divided", error=f"{type(error).__name__}: {error}")
        for place, (feeder, records, until) in shares:
            try:
                feeder.apply(Batch(records, until))
            except Exception as error:  # noqa: BLE001 - as above
                self._leave(place, error)

    def _opened(self, place: _Place) -> list[tuple[_Place, Feeder]]:
        """The place with its feeder, if it may be fed now."""
        follower = place.follower
        place.alone, failure, place.failure = None, place.failure, None
        if failure is not None:
            raise failure
        if place.is_halted and self._is_still_halted(follower):
            place.wait(_HALTED_S)
        elif not follower.is_in_place(self._connection):
            place.come_up_alone(self._stop)
        elif self._is_locked(place):
            place.is_halted = False
            return [(place, follower.open(self._connection))]
        else:
            place.wait(_STANDBY_S)
        return []

    def _is_locked(self, place: _Place) -> bool:
        """Whether this process is the one to feed it, under the name that it has now."""
        if place.locked != place.follower.name:
            self._unlock(place)
            if try_lock(self._connection, ACTIVE, place.follower.name):
                place.locked = place.follower.name
        return place.locked is not None

    def _unlock(self, place: _Place) -> None:
        if place.locked is not None:
            unlock(self._connection, ACTIVE, place.locked)
            place.locked = None

    def _is_still_halted(self, follower: Following) -> bool:
        """Whether nobody has rebuilt it, or has got further with it."""
        live = checkpoints.read(self._connection, follower.name, checkpoints.LIVE)
        return live is None or live.version != follower.version or live.state == "halted"

    def _leave(self, place: _Place, error: Exception) -> None:
        """Take a follower out of the line; one that has lost its connection takes everybody with it.

        Raises:
            Exception: the connection is lost.
        """
        if self._connection.broken:
            raise error
        place.feeder = None
        self._unlock(place)
        if isinstance(error, PoisonEvent):
            place.logger.error("projection_halted", position=error.position, error=error.detail)
            checkpoints.halt(
                self._connection, place.follower.name, place.follower.version, error.detail
            )
            place.is_halted = True
            place.wait(_HALTED_S)
        elif isinstance(error, checkpoints.CheckpointLost):
            place.logger.info("projection_replaced", detail=str(error))
            place.wait(_PAUSE_MIN_S)
        elif not isinstance(error, Stopped):
            _log_trouble(place.logger, error, place.pause_s)
            place.wait(place.pause_s)
            place.pause_s = min(place.pause_s * 2, _PAUSE_MAX_S)


class Projector:
    """Feeds every follower of the log: one per read model, and that of reactions.

    Args:
        database_url: a libpq connection URI.
        replays: who does what operators ask for, beside it.
    """

    def __init__(
        self,
        database_url: str,
        log: EventLog,
        followers: Sequence[Following],
        *,
        page_events: int = PAGE_EVENTS,
        replays: ReplayRunner | None = None,
    ) -> None:
        self._database_url = database_url
        self._log = log
        self._replays = replays
        self._places = [_Place(follower) for follower in followers]
        self._page_events = page_events
        self._wakeups: Wakeups | None = None

    def run(self, stop: Event) -> None:
        """Follow the log until `stop` is set; then finish the page in hand and return."""
        following = Thread(target=self._follow, args=(stop,), name="projector", daemon=True)
        following.start()
        stop.wait()
        if (wakeups := self._wakeups) is not None:
            wakeups.stop()
        following.join()
        for place in self._places:
            if place.alone is not None:
                place.alone.join()
        if self._replays is not None:
            self._replays.join()

    def _follow(self, stop: Event) -> None:
        pause_s = _PAUSE_MIN_S
        while not stop.is_set():
            began = monotonic()
            try:
                self._serve(stop)
            except Stopped:
                return
            except Exception as error:  # noqa: BLE001 - whatever it is, it must not end the projector
                pause_s = _PAUSE_MIN_S if monotonic() - began > _PAUSE_MAX_S else pause_s
                _log_trouble(_logger, error, pause_s)
                stop.wait(pause_s)
                pause_s = min(pause_s * 2, _PAUSE_MAX_S)

    def _serve(self, stop: Event) -> None:
        with (
            connected(self._database_url, "projector") as connection,
            self._log.wakeups(_POLL_S) as wakeups,
            closing(PageReader(self._log, page_events=self._page_events)) as reader,
        ):
            self._wakeups = wakeups
            line = _Line(connection, self._log, self._places, stop)
            try:
                while not stop.is_set():
                    line.muster()
                    line.beat()
                    if self._replays is not None:
                        self._replays.see_to(connection, stop)
                    if not line.fed:
                        stop.wait(_STANDBY_S)
                    elif _has_read_on(line, reader, stop):
                        _wait(wakeups, stop)
            finally:
                self._wakeups = None
                with suppress(psycopg.Error):
                    line.settle(now=True)


def _has_read_on(line: _Line, reader: PageReader, stop: Event) -> bool:
    """Feed the line up to the head of the log; False if it changed on the way."""
    with collecting_rarely():
        for batch in reader.pages(line.names, line.position, stop, epoch=line.epoch):
            has_parted = reader.is_full(batch) and line.part(batch)
            line.take(batch)
            if batch.poison is not None or has_parted or line.is_awaited:
                return False
    line.settle()
    return True


def _wait(wakeups: Wakeups, stop: Event) -> None:
    """Wait for an append; for several, if one was announced while the last page was written."""
    began = monotonic()
    wakeups.wait()
    if monotonic() - began < _AT_ONCE_S:
        stop.wait(_GATHER_S)


def _log_trouble(logger: Any, error: Exception, retry_in_s: float) -> None:
    told = isinstance(error, (DaybookError, *LOST))
    logger.warning(
        "projection_trouble",
        error=f"{type(error).__name__}: {error}".strip(),
        retry_in_s=retry_in_s,
        exc_info=None if told else error,
    )
