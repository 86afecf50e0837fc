"""Which payments are scheduled to which accounts, read off the log: those that a change of the account concerns."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from application.shared.ports import EventLog, Record
from application.shared.rosters import Roster
from domain.payments.payment_facts import (
    PaymentCancelled,
    PaymentFailed,
    PaymentScheduled,
    PaymentSubmitted,
)


class ScheduledPayments:
    """The payments that no rail has taken."""

    def __init__(self, log: EventLog) -> None:
        self._claims: dict[UUID, dict[UUID, UUID]] = {}  # by account, then payment
        self._account_of: dict[UUID, UUID] = {}
        kinds = (PaymentScheduled, PaymentSubmitted, PaymentFailed, PaymentCancelled)
        self._roster = Roster(log, kinds, self._take)

    async def to(self, account_uid: UUID, position: int) -> Sequence[UUID]:
        """The claims whose payments to this account are scheduled, at least as of this position of the log.

        Raises:
            Unavailable: the log cannot be reached.
        """
        await self._roster.read_to(position)
        return tuple(self._claims.get(account_uid, {}).values())

    def _take(self, record: Record[Any]) -> None:
        match record.event:
            case PaymentScheduled(bank_account_uid=account, reimbursement_uid=claim):
                self._account_of[record.stream_id] = account
                self._claims.setdefault(account, {})[record.stream_id] = claim
            case _ if account_uid := self._account_of.pop(record.stream_id, None):
                self._claims[account_uid].pop(record.stream_id)
                if not self._claims[account_uid]:
                    del self._claims[account_uid]
            case _:
                pass
