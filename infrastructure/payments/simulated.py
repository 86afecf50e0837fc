"""A bank for trying things out, with books of its own in the schema `simbank`.

It keeps what a real rail promises and no more: an order is known by its reference and carried out once; an answer may
get lost; settlement takes time; money may come back. Nothing of Daybook reads its tables.
"""

from enum import StrEnum

import msgspec
from psycopg import AsyncConnection

from application.payments.banking import (
    REASON_LENGTH_MAX,
    BankingService,
    BankSimulator,
    OutcomeUnknown,
    Transfer,
    TransferRefused,
    TransferState,
    TransferStatus,
)
from domain.shared.errors import Refused, Unavailable
from infrastructure.payments.connections import connected

_TAKE = """
    INSERT INTO simbank.transfers (reference, amount, currency, creditor_name, destination, settles_at)
    VALUES (%(reference)s, %(amount)s, %(currency)s, %(creditor_name)s, %(destination)s,
            clock_timestamp() + make_interval(secs => %(settle_after_s)s))
    ON CONFLICT (reference) DO NOTHING
"""
_SAME = """
    SELECT number, amount = %(amount)s AND currency = %(currency)s AND destination = %(destination)s
    FROM simbank.transfers WHERE reference = %(reference)s
"""
_SETTLE_IF_DUE = """
    UPDATE simbank.transfers SET state = 'settled', changed_at = settles_at
    WHERE reference = %s AND state = 'submitted' AND settles_at <= clock_timestamp()
"""
_LOOK = "SELECT number, state, reason, changed_at FROM simbank.transfers WHERE reference = %s"
_MOVE = """
    UPDATE simbank.transfers SET state = %s, reason = %s, changed_at = clock_timestamp()
    WHERE reference = %s AND state = %s
"""
_DISTURB = "INSERT INTO simbank.disturbances (kind, detail) VALUES (%s, %s)"
_NEXT_DISTURBANCE = """
    DELETE FROM simbank.disturbances WHERE number = (
        SELECT number FROM simbank.disturbances ORDER BY number LIMIT 1 FOR UPDATE SKIP LOCKED
    ) RETURNING kind, detail
"""
_WHO = "simulated bank"


class Disturbance(StrEnum):
    """What can go wrong with an order on its way."""

    REQUEST_LOST = "request_lost"
    ANSWER_LOST = "answer_lost"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"


class SimulatedBank(BankingService, BankSimulator):
    """`application.payments.banking.BankingService` and `BankSimulator` on PostgreSQL.

    Args:
        database_url: a libpq connection URI.
        settle_after_s: seconds after which money arrives by itself; None: only when `settle` says so.
    """

    rail = "simulated"

    def __init__(self, database_url: str, *, settle_after_s: int | None) -> None:
        self._database_url = database_url
        self._settle_after_s = settle_after_s

    def check(self, transfer: Transfer) -> None:
        """It carries everything."""

    async def submit(self, transfer: Transfer) -> str:
        match await self._disturbed():
            case Disturbance.UNREACHABLE, _:
                raise Unavailable("the simulated bank does not answer now", code="rail_unreachable")
            case Disturbance.REQUEST_LOST, _:
                raise OutcomeUnknown("the simulated bank did not answer in time")
            case Disturbance.REFUSED, reason:
                raise TransferRefused(reason or "the simulated bank refused the order")
            case Disturbance.ANSWER_LOST, _:
                await self._take(transfer)
                raise OutcomeUnknown("the simulated bank did not answer in time")
            case _:
                return await self._take(transfer)

    async def status(self, reference: str) -> TransferStatus:
        async with connected(self._database_url, _WHO) as books:
            return await _look(books, reference)

    async def settle(self, reference: str) -> TransferStatus:
        return await self._move(reference, TransferState.SUBMITTED, TransferState.SETTLED, "")

    async def fail(self, reference: str, reason: str) -> TransferStatus:
        return await self._move(reference, TransferState.SUBMITTED, TransferState.FAILED, reason)

    async def send_back(self, reference: str, reason: str) -> TransferStatus:
        return await self._move(reference, TransferState.SETTLED, TransferState.RETURNED, reason)

    async def disturb(self, kind: Disturbance, detail: str = "") -> None:
        """Let this go wrong with the next order that is handed over, and with no other."""
        async with connected(self._database_url, _WHO) as books:
            await books.execute(_DISTURB, (kind.value, detail))

    async def _take(self, transfer: Transfer) -> str:
        account = f"{transfer.routing_number}/{transfer.account_number}"
        own = {"destination": transfer.iban or account, "settle_after_s": self._settle_after_s}
        values = {**msgspec.structs.asdict(transfer), **own}
        async with connected(self._database_url, _WHO) as books:
            await books.execute(_TAKE, values)
            row = await (await books.execute(_SAME, values)).fetchone()
        assert row is not None, "the order was taken or there before"  # noqa: S101
        number, same = row
        if not same:
            raise TransferRefused("this reference stands for another order already")
        return _name_of(number)

    async def _move(
        self, reference: str, source: TransferState, target: TransferState, reason: str
    ) -> TransferStatus:
        async with connected(self._database_url, _WHO) as books:
            # What is due has happened before whatever is asked for now.
            await books.execute(_SETTLE_IF_DUE, (reference,))
            clean = reason[:REASON_LENGTH_MAX]
            await books.execute(_MOVE, (target.value, clean, reference, source.value))
            status = await _look(books, reference)
        if status.state is not target:
            raise Refused(
                f"at the simulated bank this order is {status.state}; only one that is {source} can be {target}",
                code="not_simulable",
                rail_state=status.state,
            )
        return status

    async def _disturbed(self) -> tuple[Disturbance, str] | None:
        async with connected(self._database_url, _WHO) as books:
            row = await (await books.execute(_NEXT_DISTURBANCE)).fetchone()
        return None if row is None else (Disturbance(row[0]), row[1])


async def _look(books: AsyncConnection, reference: str) -> TransferStatus:
    await books.execute(_SETTLE_IF_DUE, (reference,))
    row = await (await books.execute(_LOOK, (reference,))).fetchone()
    if row is None:
        return TransferStatus(state=TransferState.UNKNOWN)
    number, state, reason, at = row
    name = _name_of(number)
    return TransferStatus(state=TransferState(state), rail_reference=name, reason=reason, at=at)


def _name_of(number: int) -> str:
    return f"SIM-{number:06}"
