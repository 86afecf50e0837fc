"""Recording expenses by hand on a real log."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar
from uuid import uuid4

import pytest

from application.expenses.recording import Expenses
from application.shared.commands import Commands
from application.shared.ports import Idempotency
from domain.expenses import ExpenseRecorded, RecordExpense
from domain.shared.errors import Invalid, KeyReused
from infrastructure.shared.event_log.log import PostgresEventLog
from tests.facts import a_call
from tests.importing import SystemClock

T = TypeVar("T")


def command(**changes: Any) -> RecordExpense:
    values: dict[str, Any] = {
        "departments": "IT",
        "project_name": "Mars-NS1",
        "amount": Decimal(1200),
        "currency": "EUR",
        "date": date(2021, 10, 2),
        "member_name": " Sam ",
    }
    return RecordExpense(**{**values, **changes})


def on(database_url: str, use: Callable[[Expenses, PostgresEventLog], Awaitable[T]]) -> T:
    async def run() -> T:
        log = PostgresEventLog(database_url)
        try:
            return await use(Expenses(Commands(log, SystemClock(), uuid4)), log)
        finally:
            await log.aclose()

    return asyncio.run(run())


def test_records_an_expense_in_its_normal_form(database_url: str) -> None:
    async def use(expenses: Expenses, log: PostgresEventLog) -> None:
        recorded = await expenses.record(command(), a_call())
        assert (recorded.id, recorded.version, recorded.replayed) == (1, 1, False)
        (event,) = await log.stream(recorded.uid)
        fact = event.event()
        assert isinstance(fact, ExpenseRecorded)
        assert (fact.source, fact.member_name, str(fact.amount)) == ("manual", "Sam", "1200.00")

    on(database_url, use)


def test_two_equal_expenses_are_two_unless_a_key_says_otherwise(database_url: str) -> None:
    key = Idempotency(scope="test", key="k", request_hash=b"1")
    other = Idempotency(scope="test", key="k", request_hash=b"2")

    async def use(expenses: Expenses, log: PostgresEventLog) -> None:
        one = await expenses.record(command(), a_call())
        two = await expenses.record(command(), a_call(idempotency=key))
        again = await expenses.record(command(), a_call(idempotency=key))
        assert one.uid != two.uid
        assert (again.id, again.uid, again.replayed) == (two.id, two.uid, True)
        with pytest.raises(KeyReused):
            await expenses.record(command(amount=Decimal(7)), a_call(idempotency=other))
        assert await log.head_async() == 2

    on(database_url, use)


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [({"source": "erp"}, "/source"), ({"member_name": ""}, "/member_name")],
)
def test_refuses_what_breaks_a_rule(database_url: str, wrong: dict[str, Any], pointer: str) -> None:
    async def use(expenses: Expenses, log: PostgresEventLog) -> None:
        with pytest.raises(Invalid) as refusal:
            await expenses.record(command(**wrong), a_call())
        assert [fault.pointer for fault in refusal.value.faults] == [pointer]
        assert await log.head_async() == 0

    on(database_url, use)
