"""Who follows the log: how many may, and whether they still may."""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from fcntl import LOCK_EX, LOCK_NB, flock
from hashlib import sha256
from math import inf
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

from application.shared.permissions import Principal, Proof
from application.shared.ports import LogPage
from application.shared.services import Services
from domain.shared.errors import Throttled, Unauthenticated, Unavailable
from interfaces.http.shared.metrics import counting_folder

_STANDING_S = 1.0
"""Seconds after which it is asked anew whether a follower may go on."""

FOLLOWERS_MAX_OF_ONE = 4
"""Streams open at once for one user in one api."""

FOLLOWERS_MAX = 32
"""Streams open at once in one api: each holds a connection to the database."""


class Followers:
    """Whose streams are open, and how many may be, in all workers of an api together.

    A place is a lock on a file, which ends with the process that holds it, however that ends.
    """

    def __init__(self) -> None:
        self._own = None if counting_folder() else TemporaryDirectory(prefix="daybook-streams-")
        self._folder = counting_folder() or Path(self._own.name if self._own else "")

    @contextmanager
    def place(self, actor: str) -> Iterator[None]:
        """A place for one more stream of somebody, for the length of the block.

        Raises:
            Unavailable: as many are open as may be.
            Throttled: as many of theirs are.
        """
        told = "{} streams are open, which is the limit."
        with ExitStack() as stack:
            if not self._takes(stack, "all", FOLLOWERS_MAX):
                told = told.format(FOLLOWERS_MAX)
                raise Unavailable(told, code="too_many_streams", retry_after_s=10)
            theirs = f"of-{sha256(actor.encode()).hexdigest()[:32]}"
            if not self._takes(stack, theirs, FOLLOWERS_MAX_OF_ONE):
                told = f"Of yours {told.format(FOLLOWERS_MAX_OF_ONE)}"
                raise Throttled(told, code="too_many_streams", retry_after_s=10)
            yield

    def _takes(self, stack: ExitStack, name: str, most: int) -> bool:
        """Take one of the places of this name until the stack is closed; False if none is free."""
        for number in range(most):
            file = (self._folder / f"stream-{name}-{number}").open("ab")
            try:
                flock(file, LOCK_EX | LOCK_NB)
            except BlockingIOError:
                file.close()
            else:
                stack.callback(file.close)
                return True
        return False


class Watch:
    """Whether the caller of a stream still stands: asked when the log tells of them, and every now and then."""

    def __init__(self, services: Services, principal: Principal) -> None:
        self._commands, self._principal = services.commands, principal
        self._asked_at = -inf
        now, expires_at = services.clock.now(), principal.expires_at
        self.within_s = (expires_at - now).total_seconds() if expires_at else None

    async def check(self) -> None:
        """Go on only if they stand.

        Raises:
            Unauthenticated: they do not.
        """
        self._asked_at = monotonic()
        await self._commands.check_standing(self._principal, Proof.SESSION)

    async def allows(self, page: LogPage) -> bool:
        """Whether they may have this page. While nobody can say, they have none with events in it."""
        theirs = (self._principal.user_uid, self._principal.session_uid)
        is_told = any(event.stream_id in theirs for event in page.events)
        while is_told or monotonic() > self._asked_at + _STANDING_S:
            try:
                await self.check()
            except Unauthenticated:
                return False
            except Unavailable:
                self._asked_at = -inf
                if not page.events:
                    return True
                await asyncio.sleep(_STANDING_S)
            else:
                return True
        return True
