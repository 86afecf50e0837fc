"""A book that is imported into, corrected, voided and reverted: the real one, and one in plain Python beside it."""

import asyncio
from collections import Counter
from collections.abc import Coroutine, Iterable, Sequence
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import msgspec
import psycopg

from application.expenses.recording import Expenses
from application.imports.requests import ImportOutcome
from application.imports.reverting import ImportRuns
from application.shared.commands import Carried, Commands
from domain.expenses import CorrectExpense, VoidExpense
from domain.imports import RevertImport
from domain.shared.errors import Refused
from infrastructure.bootstrap import SystemClock
from infrastructure.shared.event_log.log import PostgresEventLog
from infrastructure.shared.read_store.following import Follower
from projections.expenses import EXPENSES
from tests.facts import a_call, a_cause
from tests.importing import asked, imports_on

HEADER = "departments,project_name,amount,date,member_name\n"
WHY = "The receipt says so"

Content = tuple[str, str, Decimal, str, date, str]
"""Department, project, amount, currency, date and member."""


def a_file(contents: Iterable[Content]) -> BytesIO:
    """A file with these rows."""
    lines = (
        f"{department},{project},{amount} {currency},{day},{member}\n"
        for department, project, amount, currency, day, member in contents
    )
    return BytesIO((HEADER + "".join(lines)).encode())


class RealBook:
    """The use cases over a real log; everything blocks. `close` it."""

    def __init__(self, database_url: str) -> None:
        self.database_url = database_url
        self.log = PostgresEventLog(database_url)
        commands = Commands(self.log, SystemClock(), uuid4)
        self.expenses, self.runs = Expenses(commands), ImportRuns(commands)
        self.imports = imports_on(self.log, database_url)
        self._runner = asyncio.Runner()

    def import_file(self, contents: Sequence[Content], source: str = "erp") -> ImportOutcome:
        """Import a file with these rows."""
        return self.imports.run(asked(source), a_file(contents), a_cause())

    def correct(self, uid: UUID, **changes: Any) -> Carried:
        """Correct an expense."""
        change = CorrectExpense(**{"reason": WHY, **changes})
        return self.now(self.expenses.correct(uid, change, a_call()))

    def void(self, uid: UUID) -> Carried:
        """Void an expense."""
        return self.now(self.expenses.void(uid, VoidExpense(reason=WHY), a_call()))

    def revert(self, run: UUID) -> Carried:
        """Revert an import."""
        return self.now(self.runs.revert(run, RevertImport(reason=WHY), a_call()))

    def now(self, doing: Coroutine[Any, Any, Any]) -> Any:
        """What comes of it."""
        return self._runner.run(doing)

    def start_over(self) -> None:
        """Forget the read model."""
        with psycopg.connect(self.database_url) as connection:
            connection.execute("DELETE FROM daybook.checkpoints")

    def catch_up(self, page_events: int) -> None:
        """Bring the read model up to the log, by pages of so many events."""
        Follower(EXPENSES, self.database_url, self.log, page_events=page_events).catch_up()

    def rows(self, department: str) -> list[dict[str, Any]]:
        """What the read model has of a department, with what does not stand."""
        with psycopg.connect(self.database_url) as connection:
            cursor = connection.execute(
                "SELECT * FROM read.expenses WHERE departments = %s ORDER BY id", (department,)
            )
            names = [column.name for column in cursor.description or ()]
            return [dict(zip(names, row, strict=True)) for row in cursor]

    def totals(self, table: str, department: str) -> Counter[tuple[Any, ...]]:
        """What a rollup has of a department: each group with count and sum, but for the bank."""
        group = "project_name, member_name" if table == "expense_totals" else "date"
        with psycopg.connect(self.database_url) as connection:
            cursor = connection.execute(
                f"SELECT currency, {group}, listing, count, sum_amount FROM read.{table}"
                " WHERE departments = %s".encode(),
                (department,),
            )
            return Counter(cursor.fetchall())

    def close(self) -> None:
        """Give back what it holds."""
        self._runner.run(self.log.aclose())
        self._runner.close()


class PlainRun:
    """A file that was imported."""

    def __init__(self) -> None:
        self.is_reverted = self.is_built_on = False


class PlainEntry:
    """An entry: what it says, what it said first, and what became of it."""

    def __init__(self, content: Content, run: PlainRun) -> None:
        self.content, self.first, self.run = content, content, run
        self.is_corrected = self.is_void = False

    @property
    def standing(self) -> str:
        """What became of it."""
        if self.run.is_reverted:
            return "reverted"
        return "voided" if self.is_void else "corrected" if self.is_corrected else "recorded"

    @property
    def listing(self) -> str:
        """Whether it counts."""
        return "listed" if self.standing in ("recorded", "corrected") else "struck"


class PlainBook:
    """The same book without a log: what is refused raises `Refused`."""

    def __init__(self) -> None:
        self.entries: list[PlainEntry] = []
        self.runs: list[PlainRun] = []
        self.latest: dict[tuple[Content, int], PlainEntry] = {}

    def import_file(self, contents: Sequence[Content]) -> tuple[int, int]:
        """Answers how many rows were recorded, and how many known."""
        run, seen, new = PlainRun(), Counter[Content](), 0
        self.runs.append(run)
        for content in contents:
            seen[content] += 1
            known = self.latest.get((content, seen[content]))
            if known is None or known.run.is_reverted:
                self.latest[content, seen[content]] = entry = PlainEntry(content, run)
                self.entries.append(entry)
                new += 1
        return new, len(contents) - new

    def correct(self, place: int, content: Content) -> None:
        """Correct an entry."""
        entry = self.entries[place]
        if entry.is_void:
            raise Refused("void")
        if content != entry.content:
            self._build_on(entry)
            entry.content, entry.is_corrected = content, True

    def void(self, place: int) -> None:
        """Void an entry."""
        entry = self.entries[place]
        if not entry.is_void:
            self._build_on(entry)
            entry.is_void = True

    def revert(self, place: int) -> None:
        """Revert a run."""
        if self.runs[place].is_built_on:
            raise Refused("built on")
        self.runs[place].is_reverted = True

    def rows(self) -> list[tuple[Any, ...]]:
        """What the read model is to show of each entry."""
        return [
            (*each.content, each.standing, each.first if each.is_corrected else None)
            for each in self.entries
        ]

    def totals(self, table: str) -> Counter[tuple[Any, ...]]:
        """What a rollup is to hold."""
        groups: dict[tuple[Any, ...], list[Any]] = {}
        for each in self.entries:
            _, project, amount, currency, day, member = each.content
            group = (project, member) if table == "expense_totals" else (day,)
            total = groups.setdefault((currency, *group, each.listing), [0, Decimal(0)])
            total[0], total[1] = total[0] + 1, total[1] + amount
        return Counter((*group, *total) for group, total in groups.items())

    def _build_on(self, entry: PlainEntry) -> None:
        if entry.run.is_reverted:
            raise Refused("reverted")
        entry.run.is_built_on = True


def shown(row: dict[str, Any]) -> tuple[Any, ...]:
    """A row of the read model as `PlainBook.rows` has it."""
    names = ("departments", "project_name", "amount", "currency", "date", "member_name")
    first = row["first_recorded"]
    was = first and (
        *(first[name] for name in names[:2]),
        Decimal(first["amount"]),
        first["currency"],
        msgspec.convert(first["date"], date, strict=False),
        first["member_name"],
    )
    return (*(row[name] for name in names), row["standing"], was)
