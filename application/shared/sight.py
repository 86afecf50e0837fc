"""Which bank's rows whoever is served now may see, for the database to hold every query within it.

It stands behind the scope of queries (ADR 15), which says more: a query whose scope was forgotten still finds nothing
of another bank (ADR 43). It holds for the task it is said in, and what that task begins; nothing said, nothing is seen.
"""

from collections.abc import Mapping
from contextvars import ContextVar
from enum import Enum
from uuid import UUID


class Wide(Enum):
    """The sight of operators, and of what no bank's people asked for."""

    EVERY_BANK = "every bank"


_SIGHT: ContextVar[UUID | Wide | None] = ContextVar("sight", default=None)


def see(scope: Mapping[str, UUID]) -> None:
    """From now on, see the bank of this scope; every bank, if it names none."""
    _SIGHT.set(scope.get("bank_uid", Wide.EVERY_BANK))


def see_every_bank() -> None:
    """From now on, see the rows of every bank and those of none."""
    see({})


def sight() -> UUID | Wide | None:
    """What may be seen now; None: nothing of any bank."""
    return _SIGHT.get()
