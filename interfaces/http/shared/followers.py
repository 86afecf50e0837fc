"""Who follows the log: how many may, and whether they still may."""

import asyncio
from math import inf
from time import monotonic

from application.shared.permissions import Principal, Proof
from application.shared.ports import LogPage
from application.shared.services import Services
from domain.shared.errors import Unauthenticated, Unavailable
from interfaces.http.shared.places import SharedPlaces

_STANDING_S = 1.0
"""Seconds after which it is asked anew whether a follower may go on."""

FOLLOWERS_MAX_OF_ONE = 4
"""Streams open at once for one user in one api."""

FOLLOWERS_MAX = 32
"""Streams open at once in one api: each holds a connection to the database."""


def follower_places() -> SharedPlaces:
    """The places of those who follow the log."""
    return SharedPlaces("streams", FOLLOWERS_MAX, FOLLOWERS_MAX_OF_ONE)


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
