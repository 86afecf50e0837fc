"""When something was last met, for all workers of an api: whichever is asked knows what another one met."""

import math
import os
from pathlib import Path
from time import monotonic_ns

_FULL_S = 15.0
"""Seconds for which a full disk is told of; who is told so comes back sooner than that."""


class SharedMoment:
    """A moment that is kept as the time of a file, by a clock that nobody sets, which ends with the machine.

    Args:
        file: where all who share it find it; None if nobody else does.
    """

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._own_ns: int | None = None

    def mark(self) -> None:
        """It is now."""
        self._own_ns = monotonic_ns()
        if self._file is not None:
            self._file.touch()
            os.utime(self._file, ns=(self._own_ns, self._own_ns))

    def age_s(self) -> float:
        """Seconds since it was; without end if it never was."""
        at_ns = self._own_ns
        if self._file is not None:
            try:
                at_ns = self._file.stat().st_mtime_ns
            except FileNotFoundError:
                at_ns = None
        return math.inf if at_ns is None else (monotonic_ns() - at_ns) / 1e9


class FullDisk(SharedMoment):
    """When a disk was last met that had no room, by any of those who share this folder."""

    def __init__(self, folder: Path | None) -> None:
        super().__init__(folder / "disk-full" if folder else None)

    def is_full(self) -> bool:
        """Whether that was lately."""
        return self.age_s() < _FULL_S
