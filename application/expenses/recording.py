"""Recording expenses by hand, one by one, and correcting and voiding any. What is read out of files is declared in
`import_kind`."""

from functools import partial

from application.shared.commands import Call, Carried, Commands, Write
from application.shared.entries import amend
from application.shared.permissions import of_bank
from application.shared.streams import Entity, Reference, Stream
from domain import expenses, imports
from domain.expenses import (
    MANUAL_SOURCE,
    RESERVED_SOURCES,
    CorrectExpense,
    ExpenseRecorded,
    RecordExpense,
    VoidExpense,
)
from domain.imports import BuildOnImport
from domain.shared.errors import Fault, Invalid

EXPENSE = Entity("expense", expenses.DECIDER, ExpenseRecorded, of_bank)


def _builds_on(expense: Stream[expenses.State], what: str) -> Write | None:
    """What a correction of this expense leaves on the run that recorded it; None if it came from no file."""
    first = expense.facts[0]
    if not isinstance(first.event, ExpenseRecorded) or first.event.source in RESERVED_SOURCES:
        return None
    return Write(imports.DECIDER, first.correlation_id, BuildOnImport(by=expense.uid, what=what))


class Expenses:
    """The use cases of single expenses; they raise as `Commands` and `domain.expenses` say."""

    def __init__(self, commands: Commands) -> None:
        self._commands = commands

    async def record(self, new: RecordExpense, call: Call) -> Carried:
        """Write one expense into the book, on a stream of its own.

        Two calls record two expenses, however alike; an idempotency key tells a repetition from a second expense.

        Raises:
            Invalid: the source is not `manual`.
        """
        if new.source != MANUAL_SOURCE:
            raise _foreign_source(new.source)
        return await self._commands.start(expenses.DECIDER, new, call)

    async def correct(self, expense: Reference, change: CorrectExpense, call: Call) -> Carried:
        """Say anew what is given of an expense, by a linked entry."""
        builds_on = partial(_builds_on, what="corrected")
        return await amend(self._commands, EXPENSE, expense, change, call, builds_on)

    async def void(self, expense: Reference, voiding: VoidExpense, call: Call) -> Carried:
        """Let an expense stand no longer."""
        builds_on = partial(_builds_on, what="voided")
        return await amend(self._commands, EXPENSE, expense, voiding, call, builds_on)


def _foreign_source(source: str) -> Invalid:
    fault = Fault(
        detail=f"an expense recorded by hand has the source {MANUAL_SOURCE!r}; others come by import",
        code="reserved",
        pointer="/source",
        got=source[:200],
        expected=MANUAL_SOURCE,
    )
    return Invalid(fault.detail, faults=[fault])
