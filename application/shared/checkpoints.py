"""How far read models have read the log, and whether somebody looks after them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import msgspec

SILENT_S_MAX = 8.0
"""Seconds without a sign of life after which somebody counts as dead."""

LAG_S_MAX = 60.0
"""Seconds that a read model may be behind."""


class OtherVersion(msgspec.Struct, frozen=True, kw_only=True):
    """A version of a read model that other code makes: it stays until it is retired.

    `lag` is how many positions of the log it has not read; it grows when nobody follows the log for it any more.
    `silent_s` is as for `ProjectionStatus`, `size` in bytes.
    """

    version: int
    state: str
    position: int
    lag: int
    silent_s: float | None
    size: int

    @property
    def is_followed(self) -> bool:
        """Whether a process of the code that makes it is at work."""
        return self.silent_s is not None and self.silent_s <= SILENT_S_MAX


class ProjectionStatus(msgspec.Struct, frozen=True, kw_only=True):
    """Where one read model stands: `state` is `live`, `building`, `halted` or `missing`; or `away`, with nothing known
    of it, while the server that it has beside that of the log does not answer.

    `lag_s` is the age of the oldest event that it has not read, `silent_s` how many seconds ago whoever follows the log
    for it gave a sign of life; None if nobody ever did. `updated_at` is None as long as it is not built. `others` are
    the versions that are kept beside this one.
    """

    name: str
    version: int
    state: str
    position: int
    head: int
    error: str | None = None
    updated_at: datetime | None = None
    lag_s: float = 0.0
    silent_s: float | None = None
    others: tuple[OtherVersion, ...] = ()

    @property
    def is_left_to_others(self) -> bool:
        """Whether it is not built yet, while processes of other code make a version of their own."""
        return self.updated_at is None and any(each.is_followed for each in self.others)

    @property
    def is_away(self) -> bool:
        """Whether nothing is known of it."""
        return self.state == "away"

    @property
    def is_sound(self) -> bool:
        """Whether it is looked after, and not far behind."""
        alive = self.silent_s is not None and self.silent_s <= SILENT_S_MAX
        return self.state in ("live", "building") and alive and self.lag_s <= LAG_S_MAX

    @property
    def lag(self) -> int:
        """How many positions of the log are still to be projected."""
        return max(0, self.head - self.position)


class Checkpoints(Protocol):
    """How far each projection has read, in the version that this code knows."""

    def attend(self) -> None:
        """Say, as long as this process lives, that it reads these versions; from within its event loop."""

    async def wait(self, projection: str, position: int, timeout_s: float = 2.0) -> None:
        """Return once the projection has passed `position`.

        Raises:
            PositionAhead: the log itself has not come there.
            Unavailable: it has not within `timeout_s` (code `not_caught_up`).
        """

    async def statuses(self) -> Sequence[ProjectionStatus]:
        """One entry per projection of this code, in the catalogue's order.

        Raises:
            Unavailable: the database does not answer (code `database_unreachable`).
        """
