"""Keeping read models right: rebuilding one from the log, and proving that one says what the log says."""

from collections.abc import Callable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Protocol

import msgspec

Progress = Callable[[int, int], None]
"""Called after each page with the position reached and the position aimed at."""


class TableComparison(msgspec.Struct, frozen=True, kw_only=True):
    """One live table beside its replayed copy, both at the same position.

    A hash is a sum over the rows and does not depend on their order; it covers every column.
    """

    table: str
    live_rows: int
    replayed_rows: int
    live_hash: str
    replayed_hash: str

    @property
    def equal(self) -> bool:
        """Whether both hold the same rows."""
        return (self.live_rows, self.live_hash) == (self.replayed_rows, self.replayed_hash)


class Rebuilt(msgspec.Struct, frozen=True, kw_only=True):
    """A read model was built anew up to `position` and took the place of the live one.

    `compared_at` and `comparisons` tell how the copy differed from what it replaced; None and empty if that was of
    another version or not there, and so could not be compared.
    """

    projection: str
    version: int
    position: int
    duration_s: float
    compared_at: int | None
    comparisons: tuple[TableComparison, ...]


class Verified(msgspec.Struct, frozen=True, kw_only=True):
    """A read model was compared with a replay of the log up to `position`."""

    projection: str
    version: int
    position: int
    duration_s: float
    comparisons: tuple[TableComparison, ...]

    @property
    def equal(self) -> bool:
        """Whether every table says what the log says."""
        return all(comparison.equal for comparison in self.comparisons)


class Retired(msgspec.Struct, frozen=True, kw_only=True):
    """A version of a read model that is gone, and the room that its tables took, in bytes."""

    projection: str
    version: int
    size: int


class Purpose(StrEnum):
    """What the log is replayed for."""

    VERIFY = "verify"
    REBUILD = "rebuild"


class ReplayState(StrEnum):
    """How far a replay is that was asked for."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Replay(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked of a projector for one read model, and how far it is: at `position` of the log, up to `until`.

    `differing` are the tables that did not say what the log says, once they were compared; a rebuild has put that
    right. `error` says what it failed with.
    """

    projection: str
    version: int
    purpose: Purpose
    state: ReplayState
    asked_by: str
    asked_at: datetime
    began_at: datetime | None
    ended_at: datetime | None
    position: int
    until: int
    differing: tuple[str, ...] | None
    error: str | None


class Replays(Protocol):
    """What operators ask projectors to do: the last of each purpose and read model is kept."""

    async def ask(self, projection: str, purpose: Purpose, actor: str) -> Replay:
        """Have a read model verified or rebuilt, in this code's version, by the next projector of it that has time.

        Raises:
            NotFound: there is no projection of this name (`unknown_projection`).
            Refused: the same was asked for, and has not ended (`verify_running`, `rebuild_running`).
            Unavailable: the database does not answer.
        """

    async def asked(self) -> Sequence[Replay]:
        """What was asked for last, by the names of read models.

        Raises:
            Unavailable: the database does not answer.
        """


class ReadModels(Protocol):
    """The read models as a whole, for those who look after them (blocking calls)."""

    def names(self) -> Sequence[str]:
        """The names of all projections, in the catalogue's order."""

    def rebuild(self, name: str, progress: Progress | None = None) -> Rebuilt:
        """Build a read model anew beside the live one and put it in its place; queries are answered throughout.

        Raises:
            NotFound: there is no projection of this name (`unknown_projection`).
            Refused: it is being rebuilt already (`rebuild_running`).
            PoisonEvent: an event cannot be taken in; the live read model stays as it is.
            Unavailable: the database does not answer, or long queries kept the switch from happening.
        """

    def verify(self, name: str, progress: Progress | None = None) -> Verified:
        """Replay the log up to the live checkpoint into a scratch copy and compare; the live tables are only read.

        Raises:
            NotFound, Refused, PoisonEvent, Unavailable: as for `rebuild` (`verify_running`, `not_built`).
        """

    def retire(self, names: Sequence[str] = (), *, force: bool = False) -> Sequence[Retired]:
        """Remove every version but this code's of these read models, or of all; this code's has the usual place then.

        With `force` even if somebody follows the log for one, or answers questions from it.

        Raises:
            NotFound: there is nothing of this name (`unknown_projection`).
            Refused: nothing was removed: a version is in use (`version_in_use`), or this code's is not live
                (`not_built`).
            Unavailable: as for `rebuild`; what was removed by then is gone.
        """
