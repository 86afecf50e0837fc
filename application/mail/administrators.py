"""Who administers a bank, read off the log: whoever was appointed when a claim came in is told of it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from application.shared.ports import EventLog, Record
from application.shared.rosters import Roster
from domain.banks.administrators import AdministratorAppointed, AdministratorDeactivated


class BankAdministrators:
    """The administrators of every bank."""

    def __init__(self, log: EventLog) -> None:
        self._active: dict[UUID, dict[UUID, None]] = {}  # bank, then administrators in order
        self._bank_of: dict[UUID, UUID] = {}
        kinds = (AdministratorAppointed, AdministratorDeactivated)
        self._roster = Roster(log, kinds, self._take)

    async def of(self, bank_uid: UUID, position: int) -> Sequence[UUID]:
        """The uids of the active administrators of a bank, at least as of this position of the log.

        Raises:
            Unavailable: the log cannot be reached.
        """
        await self._roster.read_to(position)
        return tuple(self._active.get(bank_uid, ()))

    def _take(self, record: Record[Any]) -> None:
        match record.event:
            case AdministratorAppointed(bank_uid=bank_uid):
                self._bank_of[record.stream_id] = bank_uid
                self._active.setdefault(bank_uid, {})[record.stream_id] = None
            case AdministratorDeactivated():
                bank_uid = self._bank_of[record.stream_id]
                self._active[bank_uid].pop(record.stream_id, None)
