"""Who carries a reaction out: the handlers that contexts export."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import cache

from application.shared.reactions.ports import PlannedReaction, Reaction
from application.shared.services import Services
from domain.shared.exports import exported

Handler = Callable[[Reaction, Services], Awaitable[Sequence[PlannedReaction] | None]]
"""Carries a reaction out. It may be called again for the same reaction, also after it succeeded.

It may answer further reactions, which are planned in the transaction that ends this one. How it went:
- it returns: done;
- `NotYet`: look again later, which is no failure;
- `Permanent`, or an error of the domain that waiting does not change (Refused, Invalid, NotFound …): parked;
- `Retryable`, `Unavailable`, `Conflict` or any other exception: tried again after a pause.
"""


@cache
def handlers() -> Mapping[str, Handler]:
    """The handlers of every context, by the kind of reaction."""
    return {
        kind: handler
        for some in exported("application", "HANDLERS")
        for kind, handler in some.items()
    }
