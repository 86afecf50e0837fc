"""Recording expenses by hand, one by one. What is read out of files is declared in `import_kind`."""

from collections.abc import Callable
from uuid import UUID

import msgspec

from application.shared.handling import handle
from application.shared.ports import Cause, Clock, EventLog, Idempotency
from domain import expenses
from domain.expenses import MANUAL_SOURCE, RecordExpense
from domain.shared.errors import Fault, Invalid

EXPENSES = expenses.DECIDER


class RecordedExpenseId(msgspec.Struct, frozen=True, kw_only=True):
    """Where a recorded expense is found: `id` is also the log position of the event that recorded it."""

    id: int
    uid: UUID
    version: int
    replayed: bool = False


class Expenses:
    """The use cases of single expenses."""

    def __init__(self, log: EventLog, clock: Clock, new_id: Callable[[], UUID]) -> None:
        self._log = log
        self._clock = clock
        self._new_id = new_id

    async def record(
        self, command: RecordExpense, cause: Cause, idempotency: Idempotency | None = None
    ) -> RecordedExpenseId:
        """Write one expense into the book, on a stream of its own.

        Two calls record two expenses, however alike; an idempotency key tells a repetition from a second expense.

        Raises:
            Invalid: a value breaks a rule of `domain.expenses`, or the source is not `manual`; one fault per value.
            KeyReused, Unavailable: as `EventLog.append` says.
        """
        if command.source != MANUAL_SOURCE:
            raise _foreign_source(command.source)
        uid = self._new_id()
        handled = await handle(
            self._log,
            self._clock,
            EXPENSES,
            uid,
            command,
            cause,
            idempotency=idempotency,
            outcome=uid.bytes,
            is_new=True,
        )
        appended = handled.appended
        return RecordedExpenseId(
            id=appended.first_position or 0,
            uid=UUID(bytes=appended.outcome) if appended.replayed else uid,
            version=1,
            replayed=appended.replayed,
        )

    async def record_derived(self, uid: UUID, command: RecordExpense, cause: Cause) -> None:
        """Write an expense that follows from something else in the log, which gives it its uid: once, however often.

        Raises:
            Invalid: a value breaks a rule of `domain.expenses`.
            Conflict, Unavailable: as `application.shared.handling.handle` says.
        """
        await handle(self._log, self._clock, EXPENSES, uid, command, cause)


def _foreign_source(source: str) -> Invalid:
    fault = Fault(
        detail=f"an expense recorded by hand has the source {MANUAL_SOURCE!r}; others come by import",
        code="reserved",
        pointer="/source",
        got=source[:200],
        expected=MANUAL_SOURCE,
    )
    return Invalid(fault.detail, faults=[fault])
