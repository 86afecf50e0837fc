"""Who administers a bank, read off the log: whoever was appointed when a claim came in is told of it."""

import asyncio
from collections.abc import Sequence
from uuid import UUID

from application.shared.ports import EventLog
from domain.banks.administrators import AdministratorAppointed, AdministratorDeactivated
from domain.shared.events import names_read_as

_PAGE_EVENTS = 1_000


class BankAdministrators:
    """The administrators of every bank. What was read once is kept, so a lookup costs only what is new in the log."""

    def __init__(self, log: EventLog) -> None:
        self._log = log
        self._position = 0
        self._active: dict[UUID, dict[UUID, None]] = {}  # bank, then administrators in order
        self._bank_of: dict[UUID, UUID] = {}
        self._reading = asyncio.Lock()

    async def of(self, bank_uid: UUID, position: int) -> Sequence[UUID]:
        """The uids of the active administrators of a bank, at least as of this position of the log.

        Raises:
            Unavailable: the log cannot be reached.
        """
        async with self._reading:
            while self._position < position:
                await self._read(position)
            return tuple(self._active.get(bank_uid, ()))

    async def _read(self, until: int) -> None:
        page = await self._log.page_async(self._position, _PAGE_EVENTS, names=_NAMES, until=until)
        for recorded in page.events:
            match recorded.event():
                case AdministratorAppointed(bank_uid=bank_uid):
                    self._bank_of[recorded.stream_id] = bank_uid
                    self._active.setdefault(bank_uid, {})[recorded.stream_id] = None
                case AdministratorDeactivated():
                    bank_uid = self._bank_of[recorded.stream_id]
                    self._active[bank_uid].pop(recorded.stream_id, None)
        self._position = page.until


_NAMES = [*names_read_as(AdministratorAppointed), *names_read_as(AdministratorDeactivated)]
