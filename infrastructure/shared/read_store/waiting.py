"""Waiting for a read model to pass a position, and telling where each one stands.

The checkpoint of a projection that no event concerns moves late. What is missing is seen in the log itself: a read
model has passed a position if nothing between its checkpoint and there concerns it, whoever runs or does not run.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

import msgspec
from msgspec.structs import replace

from application.shared.ports import Checkpoints, ProjectionStatus
from domain.shared.errors import Unavailable
from infrastructure.shared.connections import Connection, Database, connected
from infrastructure.shared.event_log.tail import listening_async
from infrastructure.shared.heartbeats import HEARD
from infrastructure.shared.read_store.checkpoints import BUILD, CHANNEL, LIVE
from infrastructure.shared.tasks import cancelled
from projections.shared.engine import names_of
from projections.shared.projection import Projection

_ALL = (
    "SELECT projection, slot, version, position, state, error, updated_at, slot <> 'live' OR daybook.vouches(c)"
    " FROM daybook.checkpoints c"
)
_HEAD = "SELECT daybook.head()"
# The last position that a projection still has to read; 0 if nothing past its checkpoint concerns it.
_NEEDED = f"""
    SELECT CASE WHEN %(position)s > ({_HEAD}) THEN %(position)s
        ELSE coalesce((SELECT e.position FROM daybook.events e
                       WHERE e.position > c.position AND e.position <= %(position)s AND e.name = ANY(%(names)s)
                       ORDER BY e.position DESC LIMIT 1), 0) END
    FROM daybook.checkpoints c WHERE c.projection = %(projection)s AND c.slot = 'live'
"""
_LATEST = f"""
    SELECT e.name, max(e.position) FROM daybook.events e, ({_HEAD}) AS at (head)
    WHERE e.position > at.head - %s AND e.position <= at.head GROUP BY e.name
"""
# How old the first event behind each checkpoint is, in seconds.
_AGES = f"""
    SELECT c.projection, extract(epoch FROM clock_timestamp() - e.recorded_at)::float8
    FROM daybook.checkpoints c JOIN daybook.events e ON e.position = c.position + 1
    WHERE c.slot = 'live' AND c.position < ({_HEAD})
"""
# A checkpoint further behind the head than this is behind because nobody has looked yet.
_LOOKED_AT_EVENTS = 20_000
_CONNECTIONS_MAX = 2
_LOST = "the log was restored without these tables; a projector builds them anew from it"


class _Slot(msgspec.Struct, frozen=True):
    projection: str
    slot: str
    version: int
    position: int
    state: str
    error: str | None
    updated_at: datetime
    vouches: bool


class PostgresCheckpoints(Checkpoints):
    """The checkpoints as the api process sees them: the adapter behind `application.shared.ports.Checkpoints`.

    One connection listens for all waiters, and the rows are read again at every poll, so that neither a lost
    announcement nor a restarted server leaves anybody with a wrong position. It starts with the first `wait`.

    Args:
        database_url: a libpq connection URI.
        poll_s: how long a lost announcement can go unnoticed, in seconds.
    """

    def __init__(
        self, database_url: str, projections: Sequence[Projection], *, poll_s: float = 1.0
    ) -> None:
        self._database_url = database_url
        self._versions = {projection.name: projection.version for projection in projections}
        self._names = {projection.name: names_of(projection) for projection in projections}
        self._poll_s = poll_s
        self._database = Database(database_url, "waiting", connections_max=_CONNECTIONS_MAX)
        self._live: dict[str, tuple[int, str]] = {}
        self._moved = asyncio.Condition()
        self._listener: asyncio.Task[None] | None = None

    async def wait(self, projection: str, position: int, timeout_s: float = 2.0) -> None:
        """Return once the projection has passed `position`.

        Raises:
            KeyError: this code has no such projection.
            Unavailable: it has not within `timeout_s`, or is halted before it (code `not_caught_up`).
        """
        version = self._versions[projection]
        if self._listener is None or self._listener.done():
            self._listener = asyncio.create_task(self._listen(), name="checkpoints")
        needed = position
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                needed = await self._needed(projection, position)
                async with self._moved:
                    await self._moved.wait_for(lambda: self._is_decided(projection, needed))
        reached, state = self._live.get(projection, (0, "missing"))
        if reached < needed:
            raise Unavailable(
                f"{projection} (version {version}) has read up to position {reached}, not {position} yet"
                + (": it is halted by a bad event" if state == "halted" else "; try again soon"),
                code="not_caught_up",
                projection=projection,
                position=reached,
                wanted=position,
            )

    async def statuses(self) -> Sequence[ProjectionStatus]:
        async with connected(self._database_url, "checkpoints", autocommit=True) as connection:
            slots = await _slots(connection)
            latest = dict(await _rows(connection, _LATEST, (_LOOKED_AT_EVENTS,)))
            ages, heard = dict(await _rows(connection, _AGES)), dict(await _rows(connection, HEARD))
        return [
            replace(
                status,
                lag_s=round(ages.get(status.name, 0.0), 1) if status.lag else 0.0,
                silent_s=heard.get(status.name),
            )
            for status in (self._status(slots, name, latest) for name in self._versions)
        ]

    async def aclose(self) -> None:
        """Stop listening, and give the connections back."""
        if self._listener is not None:
            await cancelled([self._listener])
        await self._database.aclose()

    async def _needed(self, projection: str, position: int) -> int:
        """What of the log up to `position` the projection has still to read, as its last position."""
        if self._is_decided(projection, position):
            return position
        asked = {"projection": projection, "position": position, "names": self._names[projection]}
        with suppress(Unavailable):
            async with self._database.connection() as connection:
                for (needed,) in await _rows(connection, _NEEDED, asked):
                    return int(needed)
        return position

    def _is_decided(self, projection: str, position: int) -> bool:
        reached, state = self._live.get(projection, (0, "missing"))
        return reached >= position or state == "halted"

    def _status(
        self, slots: dict[tuple[str, str], _Slot], name: str, latest: dict[str, int]
    ) -> ProjectionStatus:
        version, head = self._versions[name], max(latest.values(), default=0)
        live, build = slots.get((name, LIVE)), slots.get((name, BUILD))
        if live is None:
            return ProjectionStatus(
                name=name, version=version, state="missing", position=0, head=head
            )
        if not live.vouches:
            return ProjectionStatus(
                name=name,
                version=version,
                state="missing",
                position=build.position if build else 0,
                head=head,
                error=_LOST,
            )
        # Live tables of another version are served, but they are not what this code asks for.
        told = live if live.version == version else build
        concern = max(latest.get(event, 0) for event in self._names[name])
        was_looked_at = head - live.position <= _LOOKED_AT_EVENTS and concern <= live.position
        is_at_head = was_looked_at and told is live and live.state != "halted"
        return ProjectionStatus(
            name=name,
            version=version,
            state=told.state if told else "building",
            position=head if is_at_head else live.position,
            head=max(head, live.position),
            error=told.error if told else None,
            updated_at=live.updated_at,
        )

    async def _listen(self) -> None:
        async for heard in listening_async(self._database_url, self._poll_s, CHANNEL):
            moves = [payload.rpartition(":") for payload in heard]
            if moves and all(place.isdecimal() for _, _, place in moves):
                self._live.update({name: (int(place), "live") for name, _, place in moves})
            else:
                await self._read()
            async with self._moved:
                self._moved.notify_all()

    async def _read(self) -> None:
        try:
            async with connected(self._database_url, "checkpoints", autocommit=True) as connection:
                slots = await _slots(connection)
        except Unavailable:
            self._live = {}
        else:
            self._live = {
                name: (found.position, found.state) if found.vouches else (0, "missing")
                for (name, slot), found in slots.items()
                if slot == LIVE
            }


async def _slots(connection: Connection) -> dict[tuple[str, str], _Slot]:
    return {(row[0], row[1]): _Slot(*row) for row in await _rows(connection, _ALL)}


async def _rows(connection: Connection, statement: str, parameters: Any = None) -> list[Any]:
    return await (await connection.execute(statement, parameters)).fetchall()
