"""Waiting for a read model to pass a position, and telling where each one stands.

The checkpoint of a projection that no event concerns moves late. What is missing is seen in the log itself: a read
model has passed a position if nothing between its checkpoint and there concerns it, whoever runs or does not run.
"""

import asyncio
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, suppress
from datetime import datetime
from time import monotonic
from typing import Any, NamedTuple

import msgspec
from msgspec.structs import replace
from psycopg import errors

from application.shared.checkpoints import Checkpoints, OtherVersion, ProjectionStatus
from application.shared.ports import check_not_ahead
from domain.shared.errors import Unavailable
from infrastructure.shared.connections import UNREACHABLE, Connection, Database, connected
from infrastructure.shared.event_log.tail import listening_async
from infrastructure.shared.heartbeats import HEARD
from infrastructure.shared.read_store.checkpoints import BUILD, CHANNEL, LIVE
from infrastructure.shared.read_store.connections import READING
from infrastructure.shared.tasks import cancelled
from projections.shared.engine import names_of
from projections.shared.projection import Projection
from projections.shared.query.replicas import MARK, Stood, has_awaited
from projections.shared.shelves import Shelf, kept_under, shelf_of

_ALL = (
    "SELECT projection, slot, version, position, state, error, updated_at, slot <> 'live' OR daybook.vouches(c), epoch,"
    f" {MARK} FROM daybook.checkpoints c"
)
_HEAD = "SELECT daybook.head()"
_EPOCH = "SELECT daybook.epoch()"
# The last position of the log, and the last past %(reached)s up to %(position)s that concerns a projection; 0 if none.
_NEEDED = f"""
    SELECT at.head, coalesce((
        SELECT e.position FROM daybook.events e
        WHERE e.position > %(reached)s AND e.position <= %(position)s AND e.name = ANY(%(names)s)
        ORDER BY e.position DESC LIMIT 1), 0)
    FROM ({_HEAD}) AS at (head)
"""
_LATEST = f"""
    SELECT e.name, max(e.position) FROM daybook.events e, ({_HEAD}) AS at (head)
    WHERE e.position > at.head - %s AND e.position <= at.head GROUP BY e.name
"""
# How old the first event behind each of these positions is, in seconds.
_AGES = f"""
    SELECT e.position - 1, extract(epoch FROM clock_timestamp() - e.recorded_at)::float8
    FROM daybook.events e WHERE e.position = ANY(%s) AND e.position <= ({_HEAD})
"""
# What is kept beside takes room; it is asked only where there is any.
_SIZES = """
    SELECT c.projection, sum(pg_total_relation_size(t.oid))::bigint
    FROM daybook.checkpoints c CROSS JOIN unnest(c.tables) AS named (name)
    JOIN pg_class t ON t.relname = named.name AND t.relnamespace = to_regnamespace(
        CASE WHEN c.projection LIKE '%%@%%' THEN 'read_v' || c.version ELSE 'read' END)
    WHERE c.slot = 'live' AND c.projection = ANY(%(keys)s) GROUP BY c.projection
"""
# A checkpoint further behind the head than this is behind because nobody has looked yet.
_LOOKED_AT_EVENTS = 20_000
_CONNECTIONS_MAX = 2
_BEFORE_S = 5.0
_LOST = "the log was restored without these tables; a projector builds them anew from it"
_ANOTHER = (
    "these tables follow the log as it was before; a projector takes them over, or builds them anew"
)
_AWAY = "the server of the read models does not answer"


class _Slot(msgspec.Struct, frozen=True):
    projection: str
    slot: str
    version: int
    position: int
    state: str
    error: str | None
    updated_at: datetime
    vouches: bool
    epoch: str | None
    mark: str
    is_of_the_log: bool = True

    @property
    def lost(self) -> str | None:
        """Why the tables are not what the log says up to the checkpoint, None where they are."""
        if not self.is_of_the_log:
            return _ANOTHER
        return None if self.vouches else _LOST

    def seen_at(self, head: int) -> "_Slot":
        """The same, once the log was asked for its head after it: nobody has read past that."""
        return replace(self, is_of_the_log=self.is_of_the_log and self.position <= head)


class _There(NamedTuple):
    """What is at the server of the read models: checkpoints, signs of life and sizes; or why nothing is known of it."""

    slots: dict[tuple[str, str], _Slot]
    heard: dict[str, float]
    sizes: dict[str, int]
    error: str | None = None


class PostgresCheckpoints(Checkpoints):
    """The checkpoints as the api process sees them: the adapter behind `application.shared.ports.Checkpoints`.

    One connection listens for all waiters, and the rows are read again at every poll, so that neither a lost
    announcement nor a restarted server leaves anybody with a wrong position. It starts with the first `wait`.

    Args:
        database_url: a libpq connection URI.
        log_url: that of the log, if it is on another server than the read models.
        poll_s: how long a lost announcement can go unnoticed, in seconds.
    """

    def __init__(
        self,
        database_url: str,
        projections: Sequence[Projection],
        *,
        log_url: str | None = None,
        poll_s: float = 1.0,
    ) -> None:
        self._database_url = database_url
        self._is_remote = log_url is not None
        self._epoch: str | None = None
        self._usual: dict[str, int] | None = None
        self._versions = {projection.name: projection.version for projection in projections}
        self._names = {projection.name: names_of(projection) for projection in projections}
        self._poll_s = poll_s
        self._log_url = log_url or database_url
        self._log = Database(self._log_url, "waiting", connections_max=_CONNECTIONS_MAX)
        self._live: dict[str, tuple[int, str]] = {}
        self._before: dict[str, int] = {}
        self._lately: dict[str, int] = {}
        self._marks: dict[str, str] = {}
        self._note_at = 0.0
        self._moved = asyncio.Condition()
        self._listener: asyncio.Task[None] | None = None

    def attend(self) -> None:
        if self._listener is None or self._listener.done():
            self._listener = asyncio.create_task(self._listen(), name="checkpoints")

    def stood(self, key: str) -> Stood | None:
        """Where a live checkpoint was some seconds ago, as far as this process heard; None if it heard nothing."""
        mark = self._marks.get(key)
        return None if mark is None else Stood(self._before.get(key, 0), mark)

    async def wait(self, projection: str, position: int, timeout_s: float = 2.0) -> None:
        """Return once the projection has passed `position`.

        Raises:
            KeyError: this code has no such projection.
            PositionAhead: the log itself has not come there.
            Unavailable: it has not within `timeout_s`, or is halted before it (code `not_caught_up`); or the server of
                the read models cannot be reached.
        """
        version = self._versions[projection]
        self.attend()
        needed = position
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                async with self._moved:
                    await self._moved.wait_for(lambda: self._usual is not None)
                needed = await self._needed(projection, position)
                async with self._moved:
                    await self._moved.wait_for(lambda: self._is_decided(projection, needed))
        if self._usual is None:
            raise Unavailable("the read models cannot be reached now")
        reached, state = self._reached(projection)
        if reached < needed:
            raise Unavailable(
                f"{projection} (version {version}) has read up to position {reached}, not {position} yet"
                + (": it is halted by a bad event" if state == "halted" else "; try again soon"),
                code="not_caught_up",
                projection=projection,
                position=reached,
                wanted=position,
            )
        has_awaited(projection, needed)

    async def statuses(self) -> Sequence[ProjectionStatus]:
        async with AsyncExitStack() as stack:
            log = await stack.enter_async_context(self._connected(self._log_url))
            there = await self._there(stack, log)
            live = {key: each for (key, slot), each in there.slots.items() if slot == LIVE}
            following = sorted({each.position + 1 for each in live.values()})
            latest = dict(await _rows(log, _LATEST, (_LOOKED_AT_EVENTS,)))
            ages = dict(await _rows(log, _AGES, (following,)))
        head = max(latest.values(), default=0)
        if there.error is not None:
            return [_away(*each, head, there.error) for each in self._versions.items()]
        slots = {
            at: each.seen_at(head) if self._is_remote else each for at, each in there.slots.items()
        }
        usual = _usual(slots)
        others = self._others(slots, usual)

        def other(slot: _Slot) -> OtherVersion:
            return OtherVersion(
                version=slot.version,
                state="missing" if slot.lost else slot.state,
                position=slot.position,
                lag=max(0, head - slot.position),
                silent_s=there.heard.get(slot.projection),
                size=there.sizes.get(slot.projection, 0),
            )

        return [
            replace(
                status,
                lag_s=round(ages.get(live[key].position, 0.0), 1)
                if status.lag and key in live
                else 0.0,
                silent_s=there.heard.get(key),
                others=tuple(map(other, others.get(status.name, ()))),
            )
            for name in self._versions
            for key in [self._key(name, usual)]
            for status in [self._status(slots, name, key, latest)]
        ]

    async def _there(self, stack: AsyncExitStack, log: Connection) -> "_There":
        """What the server of the read models tells; if it is another one, it may be away without the log."""
        try:
            read = (
                await stack.enter_async_context(self._connected(self._database_url))
                if self._is_remote
                else log
            )
            slots = await self._slots(read, await _epoch(log) if self._is_remote else None)
        except Unavailable as error:
            if not self._is_remote:
                raise
            return _There({}, {}, {}, _AWAY if error.code == UNREACHABLE else error.detail)
        others = self._others(slots, _usual(slots))
        keys = [each.projection for found in others.values() for each in found]
        sizes = dict(await _rows(read, _SIZES, {"keys": keys})) if keys else {}
        return _There(slots, dict(await _rows(read, HEARD)), sizes)

    def _connected(self, database_url: str) -> AbstractAsyncContextManager[Connection]:
        return connected(database_url, "checkpoints", autocommit=True)

    async def _slots(
        self, connection: Connection, epoch: str | None
    ) -> dict[tuple[str, str], _Slot]:
        """Every checkpoint there is; `epoch` is that of the log on another server, None if it is not known.

        Raises:
            Unavailable: code `migration_pending`; there is no place for checkpoints.
        """
        try:
            rows = await _rows(connection, _ALL)
        except (errors.UndefinedTable, errors.InvalidSchemaName, errors.UndefinedColumn) as error:
            raise Unavailable(
                "the database of the read models has not the schema of this code: run `daybook migrate`",
                code="migration_pending",
            ) from error
        found = [_Slot(*row) for row in rows]
        return {
            (each.projection, each.slot): replace(each, is_of_the_log=epoch in (None, each.epoch))
            for each in found
        }

    async def aclose(self) -> None:
        """Stop listening, and give the connections back."""
        if self._listener is not None:
            await cancelled([self._listener])
        await self._log.aclose()

    async def _needed(self, projection: str, position: int) -> int:
        """What of the log up to `position` the projection has still to read, as its last position.

        Raises:
            PositionAhead: the log ends before it.
        """
        reached, state = self._reached(projection)
        if reached >= position:
            return position
        asked = {
            "reached": position if state == "missing" else reached,
            "position": position,
            "names": self._names[projection],
        }
        with suppress(Unavailable):
            async with self._log.connection() as connection:
                ((head, needed),) = await _rows(connection, _NEEDED, asked)
            check_not_ahead(position, head)
            # What halted it may be of a name that nobody here knows, and concern it.
            return position if state in ("missing", "halted") else int(needed)
        return position

    def _key(self, projection: str, usual: dict[str, int]) -> str:
        return shelf_of(projection, self._versions[projection], usual.get(projection)).key

    def _reached(self, projection: str) -> tuple[int, str]:
        key = None if self._usual is None else self._key(projection, self._usual)
        return self._live.get(key or "", (0, "missing"))

    def _others(
        self, slots: dict[tuple[str, str], _Slot], usual: dict[str, int]
    ) -> dict[str, list[_Slot]]:
        """By projection, what there is of versions that are not this code's."""
        found: dict[str, list[_Slot]] = {}
        for (key, slot), each in slots.items():
            name = kept_under(key, each.version).projection
            is_other = name in self._versions and key != self._key(name, usual)
            if is_other and (slot == LIVE or (slot == BUILD and (key, LIVE) not in slots)):
                found.setdefault(name, []).append(each)
        return found

    def _is_decided(self, projection: str, position: int) -> bool:
        reached, state = self._reached(projection)
        return reached >= position or state == "halted"

    def _status(
        self, slots: dict[tuple[str, str], _Slot], name: str, key: str, latest: dict[str, int]
    ) -> ProjectionStatus:
        version, head = self._versions[name], max(latest.values(), default=0)
        live, build = slots.get((key, LIVE)), slots.get((key, BUILD))
        if live is None:
            missing = "missing" if key == name else "building"
            return ProjectionStatus(
                name=name,
                version=version,
                state=build.state if build else missing,
                position=build.position if build else 0,
                head=head,
                error=build.error if build else None,
            )
        if live.lost:
            return ProjectionStatus(
                name=name,
                version=version,
                state="missing",
                position=build.position if build else 0,
                head=head,
                error=live.lost,
            )
        concern = max(latest.get(event, 0) for event in self._names[name])
        was_looked_at = head - live.position <= _LOOKED_AT_EVENTS and concern <= live.position
        is_at_head = was_looked_at and live.state != "halted"
        return ProjectionStatus(
            name=name,
            version=version,
            state=live.state,
            position=head if is_at_head else live.position,
            head=max(head, live.position),
            error=live.error,
            updated_at=live.updated_at,
        )

    async def _listen(self) -> None:
        names = [Shelf(*each).name for each in self._versions.items()]
        first = (READING, {"names": names})
        async for heard in listening_async(self._database_url, self._poll_s, CHANNEL, first):
            moves = [payload.rpartition(":") for payload in heard]
            if (
                moves
                and self._usual is not None
                and all(place.isdecimal() for _, _, place in moves)
            ):
                self._live.update({name: (int(place), "live") for name, _, place in moves})
            else:
                await self._read()
            self._note()
            async with self._moved:
                self._moved.notify_all()

    def _note(self) -> None:
        """Keep where everything is, for later; nothing was heard of a server that is away."""
        if self._live and monotonic() >= self._note_at:
            self._note_at = monotonic() + _BEFORE_S
            self._before = self._lately
            self._lately = {key: position for key, (position, _) in self._live.items()}

    async def _read(self) -> None:
        try:
            if self._is_remote:
                with suppress(Unavailable):  # what it was then, it still is as far as anybody knows
                    async with self._log.connection() as log:
                        self._epoch = await _epoch(log)
            async with self._connected(self._database_url) as connection:
                slots = await self._slots(connection, self._epoch)
        except Unavailable:
            self._live, self._usual = {}, None
        else:
            self._usual = _usual(slots)
            self._marks = {name: each.mark for (name, slot), each in slots.items() if slot == LIVE}
            self._live = {
                name: (0, "missing") if found.lost else (found.position, found.state)
                for (name, slot), found in slots.items()
                if slot == LIVE
            }


def _away(name: str, version: int, head: int, error: str) -> ProjectionStatus:
    return ProjectionStatus(
        name=name, version=version, state="away", position=0, head=head, error=error
    )


def _usual(slots: dict[tuple[str, str], _Slot]) -> dict[str, int]:
    """Which version of each projection has the usual place."""
    return {key: each.version for (key, slot), each in slots.items() if slot == LIVE}


async def _epoch(log: Connection) -> str:
    ((epoch,),) = await _rows(log, _EPOCH)
    return str(epoch)


async def _rows(connection: Connection, statement: str, parameters: Any = None) -> list[Any]:
    return await (await connection.execute(statement, parameters)).fetchall()
