"""Recording expenses by hand, one by one. What is read out of files is declared in `import_kind`."""

from application.shared.commands import Call, Carried, Commands
from domain import expenses
from domain.expenses import MANUAL_SOURCE, RecordExpense
from domain.shared.errors import Fault, Invalid


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


def _foreign_source(source: str) -> Invalid:
    fault = Fault(
        detail=f"an expense recorded by hand has the source {MANUAL_SOURCE!r}; others come by import",
        code="reserved",
        pointer="/source",
        got=source[:200],
        expected=MANUAL_SOURCE,
    )
    return Invalid(fault.detail, faults=[fault])
