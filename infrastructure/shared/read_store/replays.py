"""Replays that operators ask for: asked for in a row, done by a projector.

Rules upheld here:
- of each purpose and read model one is open at a time, and one process is at it; what a killed one was at is begun
  again by the next;
- a projector does one at a time, beside its work, over connections of its own; its line's connection asks for them and
  tells how far they are;
- what one process does with its own hands (`daybook projections rebuild`) is waited for.
"""

from collections.abc import Sequence
from datetime import datetime
from threading import Event, Thread
from time import monotonic
from typing import NamedTuple

import structlog

from application.shared.read_models import Purpose, Replay, Replays, ReplayState
from domain.shared.errors import DaybookError, NotFound, Refused, nearest
from infrastructure.shared.connections import connected
from infrastructure.shared.read_store.connections import ReadConnection
from infrastructure.shared.read_store.feeding import Stopped
from infrastructure.shared.read_store.read_models import PostgresReadModels
from projections.shared.projection import Projection

_LOOK_S = 1.0
# Whoever is at a replay touches its row every second; after so many without, somebody else begins it again.
_SILENT_S_MAX = 10.0
_RUNNING = {Purpose.VERIFY: "verify_running", Purpose.REBUILD: "rebuild_running"}

_COLUMNS = "projection, version, purpose, asked_by, asked_at, began_at, ended_at, position, until, differing, error"
_ASK = f"""
    INSERT INTO daybook.replays AS r (projection, purpose, version, asked_by) VALUES (%s, %s, %s, %s)
    ON CONFLICT (projection, purpose) DO UPDATE SET version = excluded.version, asked_by = excluded.asked_by,
        asked_at = clock_timestamp(), began_at = NULL, touched_at = NULL, ended_at = NULL, position = 0, until = 0,
        differing = NULL, error = NULL
    WHERE r.ended_at IS NOT NULL OR r.version <> excluded.version
    RETURNING {_COLUMNS}
"""
_ASKED = f"SELECT {_COLUMNS} FROM daybook.replays ORDER BY projection, purpose"
_TAKE = """
    UPDATE daybook.replays r SET began_at = clock_timestamp(), touched_at = clock_timestamp(), position = 0, until = 0
    FROM (
        SELECT projection, purpose FROM daybook.replays
        WHERE ended_at IS NULL AND coalesce(touched_at < clock_timestamp() - %(silent)s * interval '1 s', true)
          AND (projection, version) IN (SELECT * FROM unnest(%(names)s::text[], %(versions)s::int[]))
        ORDER BY asked_at LIMIT 1 FOR UPDATE SKIP LOCKED
    ) AS next
    WHERE r.projection = next.projection AND r.purpose = next.purpose
    RETURNING r.projection, r.purpose, r.began_at
"""
_TELL = """
    UPDATE daybook.replays SET touched_at = clock_timestamp(), position = %(position)s, until = %(until)s,
        differing = %(differing)s, error = %(error)s, ended_at = CASE WHEN %(ended)s THEN clock_timestamp() END
    WHERE projection = %(projection)s AND purpose = %(purpose)s AND began_at = %(began_at)s
"""

_logger = structlog.get_logger("daybook.projector")


class PostgresReplays(Replays):
    """The replays as the api process sees them; every call is a connection of its own, since they are few."""

    def __init__(self, database_url: str, projections: Sequence[Projection]) -> None:
        self._database_url = database_url
        self._versions = {each.name: each.version for each in projections}

    async def ask(self, projection: str, purpose: Purpose, actor: str) -> Replay:
        if projection not in self._versions:
            raise NotFound(
                f"there is no projection {projection!r}",
                code="unknown_projection",
                nearest=nearest(projection, list(self._versions)),
            )
        asked = (projection, purpose, self._versions[projection], actor)
        async with connected(self._database_url, "replays", autocommit=True) as connection:
            row = await (await connection.execute(_ASK, asked)).fetchone()
        if row is None:
            raise Refused(
                f"to {purpose} {projection} was asked for before, and has not ended",
                code=_RUNNING[purpose],
            )
        return _replay(*row)

    async def asked(self) -> Sequence[Replay]:
        async with connected(self._database_url, "replays", autocommit=True) as connection:
            rows = await (await connection.execute(_ASKED)).fetchall()
        return [_replay(*row) for row in rows if row[0] in self._versions]


def _replay(
    projection: str,
    version: int,
    purpose: str,
    asked_by: str,
    asked_at: datetime,
    began_at: datetime | None,
    ended_at: datetime | None,
    position: int,
    until: int,
    differing: list[str] | None,
    error: str | None,
) -> Replay:
    if ended_at is not None:
        state = ReplayState.DONE if error is None else ReplayState.FAILED
    else:
        state = ReplayState.WAITING if began_at is None else ReplayState.RUNNING
    return Replay(
        projection=projection,
        version=version,
        purpose=Purpose(purpose),
        state=state,
        asked_by=asked_by,
        asked_at=asked_at,
        began_at=began_at,
        ended_at=ended_at,
        position=position,
        until=until,
        differing=None if differing is None else tuple(differing),
        error=error,
    )


class _Claim(NamedTuple):
    projection: str
    purpose: str
    began_at: datetime


class _Run:
    """One replay, in a thread of its own; what comes of it is left here for whoever tells."""

    def __init__(self, claim: _Claim, work: Thread) -> None:
        self.claim = claim
        self.work = work
        self.position, self.until = 0, 0
        self.differing: list[str] | None = None
        self.error: str | None = None
        # False for one that was stopped, or that somebody else is at with their own hands: it is begun again.
        self.has_ended = False

    def note(self, position: int, until: int) -> None:
        """How far it is."""
        self.position, self.until = position, max(until, position)


class ReplayRunner:
    """Does for a projector what operators asked for."""

    def __init__(self, read_models: PostgresReadModels) -> None:
        self._read_models = read_models
        self._run: _Run | None = None
        self._look_at = 0.0

    def see_to(self, connection: ReadConnection, stop: Event) -> None:
        """Tell how far the one in hand is, and begin the next, if it is time to look; waits for nothing."""
        if monotonic() < self._look_at:
            return
        self._look_at = monotonic() + _LOOK_S
        if self._run is not None:
            self._tell(connection, self._run)
        if self._run is None and not stop.is_set():
            self._begin(connection, stop)

    def join(self) -> None:
        """Wait until the one in hand has stopped."""
        if self._run is not None:
            self._run.work.join()

    def _tell(self, connection: ReadConnection, run: _Run) -> None:
        is_over = not run.work.is_alive()  # before what it left is read
        if run.has_ended or not is_over:
            ended = is_over and run.has_ended
            told = {
                "position": run.position,
                "until": run.until,
                "error": run.error,
                "ended": ended,
            }
            connection.execute(_TELL, {**run.claim._asdict(), **told, "differing": run.differing})
        if is_over:
            self._run = None

    def _begin(self, connection: ReadConnection, stop: Event) -> None:
        known = self._read_models.versions()
        sought = {"names": list(known), "versions": list(known.values()), "silent": _SILENT_S_MAX}
        row = connection.execute(_TAKE, sought).fetchone()
        if row is not None:
            claim = _Claim(*row)
            work = Thread(
                target=lambda: self._do(run, stop), name=f"replay-{claim.projection}", daemon=True
            )
            run = self._run = _Run(claim, work)
            work.start()

    def _do(self, run: _Run, stop: Event) -> None:
        projection, purpose, _ = run.claim
        logger = _logger.bind(projection=projection, purpose=purpose)
        models = self._read_models
        work = models.verify if purpose == Purpose.VERIFY else models.rebuild
        try:
            done = work(projection, run.note, stop)
        except Stopped:
            return
        except DaybookError as error:
            if error.code == _RUNNING[Purpose(purpose)]:
                return
            run.error = error.detail
            logger.warning("replay_failed", error=error.detail)
        except Exception as error:
            run.error = f"{type(error).__name__}: what this projector logged says more"
            logger.exception("replay_failed")
        else:
            run.note(done.position, done.position)
            run.differing = [each.table for each in done.comparisons if not each.equal]
            logger.info(
                "replay_done",
                position=done.position,
                duration_s=round(done.duration_s, 3),
                differing=run.differing,
            )
        run.has_ended = True
