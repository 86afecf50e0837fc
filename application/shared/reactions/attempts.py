"""One attempt at a reaction, and what follows from how it went."""

import asyncio
from collections.abc import Mapping

import msgspec

from application.shared.reactions.handling import Handler
from application.shared.reactions.ports import (
    NotYet,
    Permanent,
    PlannedReaction,
    Reaction,
    Retryable,
)
from application.shared.services import Services
from domain.shared.errors import Conflict, DaybookError, Unavailable

FAILURES_MAX = 12
"""Failures after which a reaction is parked."""

ATTEMPT_S_MAX = 60.0
"""Seconds after which an attempt is given up, as a failure."""

_PAUSE_S_FIRST, _PAUSE_S_MAX = 1.0, 300.0
_PASSING = (Retryable, Unavailable, Conflict)
_ERROR_LENGTH_MAX = 500


class Done(msgspec.Struct, frozen=True):
    """It is done; `followers` are to be planned with it."""

    followers: tuple[PlannedReaction, ...] = ()


class Postponed(msgspec.Struct, frozen=True):
    """Nothing failed, and nothing is known yet: again in `after_s` seconds."""

    after_s: float


class Failed(msgspec.Struct, frozen=True):
    """The attempt failed: again in `after_s` seconds. `unexpected` is the error if it was none that we raise."""

    after_s: float
    reason: str
    unexpected: Exception | None = None


class Parked(msgspec.Struct, frozen=True):
    """No further attempt until an operator says so."""

    reason: str
    unexpected: Exception | None = None


Outcome = Done | Postponed | Failed | Parked


async def attempt(
    reaction: Reaction, handlers: Mapping[str, Handler], services: Services
) -> Outcome:
    """Let the handler of this kind do it; whatever it raises becomes an outcome."""
    handler = handlers.get(reaction.kind)
    if handler is None:
        return Parked(f"there is no handler for the kind {reaction.kind}")
    if reaction.failures >= FAILURES_MAX:  # every worker that took it up died before it could tell
        return Parked(f"the workers of {reaction.failures} attempts ended in the middle of it")
    try:
        async with asyncio.timeout(ATTEMPT_S_MAX):
            planned = await handler(reaction, services)
    except NotYet as not_yet:
        return Postponed(not_yet.after_s)
    except _PASSING as passing:
        return _failed(reaction, _told(passing))
    except DaybookError as final:  # Permanent, and what the rules refuse
        return Parked(_told(final))
    except Exception as unexpected:  # noqa: BLE001 - a fault of ours may pass too, and must not end the worker
        reason = f"{type(unexpected).__name__}: {unexpected}".removesuffix(": ")
        return _failed(reaction, reason[:_ERROR_LENGTH_MAX], unexpected)
    return Done(tuple(planned or ()))


def pause_s(failures: int) -> float:
    """Seconds to wait after so many failures: 1, 2, 4 … 300."""
    return min(_PAUSE_S_FIRST * 2.0 ** max(0, failures - 1), _PAUSE_S_MAX)


def _failed(
    reaction: Reaction, reason: str, unexpected: Exception | None = None
) -> Failed | Parked:
    failures = reaction.failures + 1
    if failures >= FAILURES_MAX:
        return Parked(f"{reason} (after {failures} attempts)", unexpected)
    return Failed(pause_s(failures), reason, unexpected)


def _told(error: DaybookError) -> str:
    prefix = "" if isinstance(error, Retryable | Permanent) else f"{error.code}: "
    return f"{prefix}{error.detail}"[:_ERROR_LENGTH_MAX]
