"""How many proposals of one person wait, read off the log."""

from datetime import datetime
from typing import Any
from uuid import UUID

from application.shared.ports import EventLog, Record
from application.shared.rosters import Roster
from domain.proposals import ProposalConfirmed, ProposalMade, ProposalRejected, ProposalWithdrawn

Whose = tuple[UUID | None, UUID | None]
"""A bank, None where it is about none, and a user."""


class WaitingProposals:
    """The proposals that nobody has decided, by bank and proposer."""

    def __init__(self, log: EventLog) -> None:
        self._lapse: dict[Whose, dict[UUID, datetime]] = {}
        self._whose: dict[UUID, Whose] = {}
        kinds = (ProposalMade, ProposalConfirmed, ProposalRejected, ProposalWithdrawn)
        self._roster = Roster(log, kinds, self._take)

    async def of(self, whose: Whose, now: datetime, position: int) -> int:
        """How many wait, at least as of this position of the log; raises `Unavailable`."""
        await self._roster.read_to(position)
        return sum(at > now for at in self._lapse.get(whose, {}).values())

    def _take(self, record: Record[Any]) -> None:
        uid = record.stream_id
        match record.event:
            case ProposalMade(bank_uid=bank, proposed_by=by, expires_at=at):
                self._whose[uid] = (bank, by)
                self._lapse.setdefault((bank, by), {})[uid] = at
            case _ if whose := self._whose.pop(uid, None):
                self._lapse[whose].pop(uid)
            case _:
                pass
