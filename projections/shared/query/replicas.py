"""Queries on a streaming replica of the server with the read models: what it has come to, and while it is fed.

Rules upheld here:
- rows and checkpoint arrive there together, and both are read in one transaction: whoever has to see a position is
  answered there once its checkpoint has passed it, and else by the primary;
- it lags by ten seconds at most: one that has not come to where the primary was then is not asked, whoever it is for;
- positions are compared of the same tables and the same course of the log only: what stands there from before a read
  model was built anew, or the log was taken back, is not shown;
- it answers for its own primary alone: a server or a database that is no copy of that one is not asked;
- whatever goes wrong there (it is away, or gave a query up for what it had to write) is done again by the primary.
"""

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from time import monotonic
from types import MappingProxyType
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

_AGAIN_S = 5.0
_TELL_S = 60.0

_awaited: ContextVar[Mapping[str, int]] = ContextVar("awaited", default=MappingProxyType({}))

MARK = "concat_ws('.', c.token, coalesce(c.epoch, daybook.epoch()))"
"""What tells the tables of a checkpoint `c`, and the log that they follow, from those of before and after."""

_DATABASE = """
    (SELECT concat_ws('.', system_identifier, oid) FROM pg_control_system(), pg_database
     WHERE datname = current_database())
"""
_OF_PRIMARY = sa.text(f"SELECT {_DATABASE}")
_STANDING = sa.text(f"""
    SELECT {_DATABASE} AS database, c.position, {MARK} AS mark
    FROM (VALUES (1)) AS one LEFT JOIN daybook.checkpoints c
      ON c.slot = 'live' AND c.projection = :key AND c.version = :version
""")


def has_awaited(projection: str, position: int) -> None:
    """Note that whatever this task asks of a read model from now on has to have taken in what is at this position."""
    _awaited.set({**_awaited.get(), projection: position})


def awaited(projection: str) -> int:
    """The position that this task has waited for; 0 if none."""
    return _awaited.get().get(projection, 0)


class Stood(NamedTuple):
    """Where a checkpoint of the primary was a while ago, and its `MARK` as it is now."""

    position: int
    mark: str


class Replica:
    """One, and whether it may answer.

    Args:
        engine: its connections.
        primary: those of the server that it is a copy of.
        stood: what is known of a checkpoint on the primary, by its key; None if nothing is.
        tell: is told once in a while why it does not answer.
        count: is called for each query that it is to answer.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        primary: AsyncEngine,
        stood: Callable[[str], Stood | None],
        tell: Callable[[str], None],
        count: Callable[[], None] = lambda: None,
    ) -> None:
        self.engine = engine
        self._primary = primary
        self._stood = stood
        self._database: str | None = None
        self._tell = tell
        self._count = count
        self._ask_at = 0.0
        self._tell_at: dict[str, float] = {}

    @property
    def is_worth_asking(self) -> bool:
        """Whether it did not fail a moment ago."""
        return monotonic() >= self._ask_at

    def failed(self, why: str, details: str = "") -> None:
        """Leave it alone for a moment; the first details within a while are told with what is wrong."""
        self._ask_at = monotonic() + _AGAIN_S
        if monotonic() >= self._tell_at.get(why, 0.0):
            self._tell_at[why] = monotonic() + _TELL_S
            self._tell(f"{why}: {details}" if details else why)

    async def may_answer(
        self, connection: AsyncConnection, projection: str, key: str, version: int
    ) -> bool:
        """Whether this transaction on it sees what the task has to see of a read model, under its `key`."""
        if (stood := self._stood(key)) is None:
            return False
        if self._database is None:
            async with self._primary.connect() as primary:
                self._database = (await primary.execute(_OF_PRIMARY)).scalar_one()
        at = (await connection.execute(_STANDING, {"key": key, "version": version})).one()
        if at.database != self._database:
            self.failed("it is no copy of the database with the read models")
        elif at.position is None or at.position < stood.position:
            self.failed("it is too far behind", projection)
        elif at.mark != stood.mark:
            has_tables = at.mark.partition(".")[0] == stood.mark.partition(".")[0]
            of_before = "before the log was taken back" if has_tables else "before a rebuild"
            self.failed(f"it stands {of_before}", projection)
        elif at.position >= awaited(projection):
            self._count()
            return True
        return False
