"""Waiting at the start of a process for what it needs, so that everything may be started in any order."""

from collections.abc import Callable
from time import monotonic, sleep

from domain.shared.errors import Unavailable

COMING = ("database_unreachable", "redis_unreachable", "migration_pending")
"""Codes of what may be there in a moment; anything else needs somebody to see to it."""

_PAUSE_S = 0.5


def awaited(check: Callable[[], None], wait_s: float, say: Callable[[str], None]) -> None:
    """Return once `check` raises nothing, trying again for up to `wait_s` seconds; each reason is said once.

    Raises:
        Unavailable: what `check` raised last, once the time is over; at once, if nothing comes of waiting.
    """
    deadline, told = monotonic() + wait_s, set[str]()
    while True:
        try:
            return check()
        except Unavailable as error:
            if error.code not in COMING or not wait_s:
                raise
            if monotonic() >= deadline:
                detail = f"gave up after {wait_s:.0f} s (DAYBOOK_WAIT_S): {error.detail}"
                raise Unavailable(detail, code=error.code) from error
            if error.detail not in told:
                say(f"Waiting: {error.detail}")
            told.add(error.detail)
        sleep(_PAUSE_S)
