"""Who administers a bank, and who operates Daybook, read off the log: they are told of what waits for them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from application.shared.ports import EventLog, Record
from application.shared.rosters import Roster
from domain.banks.administrators import AdministratorAppointed, AdministratorDeactivated
from domain.identity import UserDeactivated, UserRegistered
from domain.shared.roles import Role


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


class Operators:
    """The operators of this installation."""

    def __init__(self, log: EventLog) -> None:
        self._active: dict[UUID, None] = {}
        self._roster = Roster(log, (UserRegistered, UserDeactivated), self._take)

    async def all(self, position: int) -> Sequence[UUID]:
        """The users who operate Daybook, at least as of this position of the log.

        Raises:
            Unavailable: the log cannot be reached.
        """
        await self._roster.read_to(position)
        return tuple(self._active)

    def _take(self, record: Record[Any]) -> None:
        match record.event:
            case UserRegistered(roles=roles) if Role.OPERATOR in roles:
                self._active[record.stream_id] = None
            case UserDeactivated():
                self._active.pop(record.stream_id, None)
