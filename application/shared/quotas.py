"""How much one person may do in a while, who has proven who they are; limits at the door are in `limits.py`."""

from enum import StrEnum
from typing import Protocol

import msgspec


class Spending(StrEnum):
    """What is counted."""

    WRITES = "writes"
    EXPORTS = "exports"
    IMPORTS = "imports"


class Spent(msgspec.Struct, frozen=True, kw_only=True):
    """How one person stands: of `quota` in `window_s` seconds so many remain, and in `reset_s` seconds all are back.

    `is_over` says that this one was too many.
    """

    quota: int
    window_s: int
    remaining: int
    reset_s: int
    is_over: bool = False


class Quotas(Protocol):
    """What everybody did lately, known to all processes."""

    async def spend(self, on: Spending, who: str) -> Spent | None:
        """Count something before it is done; None if it is not counted."""

    async def aclose(self) -> None:
        """Give connections back."""
