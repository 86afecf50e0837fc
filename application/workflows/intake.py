"""What stands before forms that anybody may fill in: how often they are taken, and what is kept until they are whole.

Rules upheld here:
- whoever sends forms without end waits, and nobody else does;
- what takes long and records nothing is done one at a time, so that what others send goes on;
- a file that could not be taken yet is kept for a short while, and only so many; who has the token of the form has it;
- which column of a file is which, as somebody said, is proposed to the next who hands in one with the same header where
  the file itself does not say: never used unseen, and only once an import succeeded by it; no other answer is.
"""

import asyncio
from collections.abc import Callable, Mapping
from datetime import timedelta
from math import ceil
from typing import Protocol, TypeVar

import msgspec

from application.shared.limits import Limit, UseLimits
from application.shared.ports import Clock
from domain.shared.errors import Throttled

FORMS_PER_ADDRESS = Limit(burst=60, interval=timedelta(seconds=10))
"""Many people may share an address."""

WAITING_MAX = 5
"""How many wait for what is done one at a time."""

T = TypeVar("T")


class DraftFile(msgspec.Struct, frozen=True):
    """A file as it was handed in with a form, and the options with which it was read."""

    name: str
    data: bytes
    options: Mapping[str, str] = {}


class FormDrafts(Protocol):
    """What is kept for a while, if there is a place for it; where there is none, everything is as if it was over."""

    async def keep(self, token: str, file: DraftFile) -> bool:
        """Keep the file of a form, in place of one that was kept; whether it is."""

    async def find(self, token: str) -> DraftFile | None:
        """The file that is kept for a form."""

    async def drop(self, token: str) -> None:
        """Keep the file of a form no longer."""

    async def remember(self, header: str, mapping: Mapping[str, str]) -> None:
        """Keep how files with this header are read."""

    async def remembered(self, header: str) -> Mapping[str, str]:
        """How files with this header were read; nothing if it is not known."""


class Intake:
    """The use cases around the forms."""

    def __init__(
        self, drafts: FormDrafts, limits: UseLimits, clock: Clock, limit: Limit = FORMS_PER_ADDRESS
    ) -> None:
        self.drafts = drafts
        self._limits, self._clock, self._limit = limits, clock, limit
        self._turn, self._waiting = asyncio.Lock(), 0

    async def admit(self, address: str) -> None:
        """Count a form that comes from this network address.

        Raises:
            Throttled: too many came from it lately.
        """
        wait = await self._limits.pay(f"form:{address}", self._limit, self._clock.now())
        if wait is not None:
            seconds = max(1, ceil(wait.total_seconds()))
            detail = f"There were too many forms from here; try again in {seconds} seconds."
            raise Throttled(detail, retry_after_s=seconds)

    async def in_turn(self, work: Callable[[], T]) -> T:
        """What this work answers, done in a thread while no other is.

        Raises:
            Throttled: too many wait for theirs.
        """
        if self._waiting > WAITING_MAX:
            detail = "Too many wait for their files just now; try again in 10 seconds."
            raise Throttled(detail, retry_after_s=10)
        self._waiting += 1
        try:
            async with self._turn:
                return await asyncio.to_thread(work)
        finally:
            self._waiting -= 1
