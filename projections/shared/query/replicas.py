"""Queries on a streaming replica of the server with the read models: what it has come to, and while it is fed.

Rules upheld here:
- rows and checkpoint arrive there together, and both are read in one transaction: whoever has to see a position is
  answered there once its checkpoint has passed it, and else by the primary;
- it lags by ten seconds at most: one that has not come to where the primary was then is not asked, whoever it is for;
- it answers for its own primary alone: a server that is no copy of that one is not asked;
- whatever goes wrong there (it is away, or gave a query up for what it had to write) is done again by the primary.
"""

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from time import monotonic
from types import MappingProxyType

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

_AGAIN_S = 5.0
_TELL_S = 60.0

_awaited: ContextVar[Mapping[str, int]] = ContextVar("awaited", default=MappingProxyType({}))

_SYSTEM = sa.text("SELECT system_identifier::text FROM pg_control_system()")
_STANDING = sa.text("""
    SELECT (SELECT system_identifier::text FROM pg_control_system()) AS system,
           (SELECT position FROM daybook.checkpoints
            WHERE slot = 'live' AND projection = :key AND version = :version) AS position
""")


def has_awaited(projection: str, position: int) -> None:
    """Note that whatever this task asks of a read model from now on has to have taken in what is at this position."""
    _awaited.set({**_awaited.get(), projection: position})


def awaited(projection: str) -> int:
    """The position that this task has waited for; 0 if none."""
    return _awaited.get().get(projection, 0)


class Replica:
    """One, and whether it may answer.

    Args:
        engine: its connections.
        primary: those of the server that it is a copy of.
        was_at: where a checkpoint was on the primary a while ago, by its key.
        tell: is told once in a while why it does not answer.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        primary: AsyncEngine,
        was_at: Callable[[str], int],
        tell: Callable[[str], None],
    ) -> None:
        self.engine = engine
        self._primary = primary
        self._was_at = was_at
        self._system: str | None = None
        self._tell = tell
        self._ask_at = self._tell_at = 0.0

    @property
    def is_worth_asking(self) -> bool:
        """Whether it did not fail a moment ago."""
        return monotonic() >= self._ask_at

    def failed(self, why: str) -> None:
        """Leave it alone for a moment."""
        self._ask_at = monotonic() + _AGAIN_S
        if monotonic() >= self._tell_at:
            self._tell_at = monotonic() + _TELL_S
            self._tell(why)

    async def may_answer(
        self, connection: AsyncConnection, projection: str, key: str, version: int
    ) -> bool:
        """Whether this transaction on it sees what the task has to see of a read model, under its `key`."""
        if self._system is None:
            async with self._primary.connect() as primary:
                self._system = (await primary.execute(_SYSTEM)).scalar_one()
        at = (await connection.execute(_STANDING, {"key": key, "version": version})).one()
        if at.system != self._system:
            self.failed("it is no copy of the server with the read models")
        elif at.position is None or at.position < self._was_at(key):
            self.failed(f"it is too far behind with {projection}")
        else:
            return bool(at.position >= awaited(projection))
        return False
