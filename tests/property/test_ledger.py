"""The ledger over random histories of payments, failures and returns included."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import reduce
from typing import Any
from uuid import UUID

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from domain.payments.payment_facts import (
    Command,
    NoteFailure,
    NoteReturn,
    NoteSettlement,
    NoteSubmission,
    SchedulePayment,
    payment_uid,
)
from domain.payments.payments import INITIAL, State, decide, evolve
from domain.shared.errors import Refused
from domain.shared.events import Event, name_of
from domain.shared.money import CURRENCIES
from projections.ledger.balances import AccountBalance, balances_of, trial_of
from projections.ledger.chart import BookAccount
from projections.ledger.journal import LEDGER
from projections.shared.engine import fold_table
from projections.shared.projection import Record, Row

NOW = datetime(2026, 11, 20, 21, 0, tzinfo=UTC)
BANKS = [UUID(int=1), UUID(int=2)]
REPORTS: list[Command] = [
    NoteSubmission(rail="simulated", rail_reference="SIM-1"),
    NoteSettlement(settled_on=date(2026, 11, 20)),
    NoteFailure(reason="account closed"),
    NoteReturn(reason="unknown beneficiary"),
]


@st.composite
def orders(draw: st.DrawFn) -> SchedulePayment:
    """An order of any amount and of one of a few currencies with different decimals."""
    claim, currency = draw(st.uuids()), draw(st.sampled_from(["EUR", "JPY", "KWD"]))
    units = draw(st.integers(1, 10**12))
    return SchedulePayment(
        reimbursement_uid=claim,
        bank_uid=draw(st.sampled_from(BANKS)),
        bank_account_uid=UUID(int=3),
        member_uid=UUID(int=4),
        amount=Decimal(units).scaleb(-CURRENCIES[currency]),
        currency=currency,
        creditor_name="Mira Solberg",
        iban="DE89370400440532013000",
        routing_number=None,
        account_number=None,
        reference=payment_uid(claim).hex,
    )


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Record[Any]], list[tuple[SchedulePayment, State]]]:
    """What random commands on several payments left in the log, and how each payment ended."""
    ordered = draw(st.lists(orders(), min_size=1, max_size=6))
    log: list[tuple[UUID, int, Event]] = []
    states: list[State] = [INITIAL] * len(ordered)
    versions = Counter[int]()
    steps = draw(
        st.lists(
            st.tuples(st.integers(0, len(ordered) - 1), st.sampled_from([None, *REPORTS])),
            max_size=40,
        )
    )
    for which, report in steps:
        try:
            facts = decide(states[which], report or ordered[which], NOW)
        except Refused:
            continue
        for fact in facts:
            versions[which] += 1
            log.append((payment_uid(ordered[which].reimbursement_uid), versions[which], fact))
        states[which] = reduce(evolve, facts, states[which])
    records = [record(place, *entry) for place, entry in enumerate(log, start=1)]
    return records, list(zip(ordered, states, strict=True))


def record(position: int, stream: UUID, version: int, fact: Event) -> Record[Any]:
    at = NOW + timedelta(seconds=position)
    return Record(
        position, stream, version, name_of(type(fact)), "t", UUID(int=9), UUID(int=9), at, fact
    )


def journal(pages: Sequence[Sequence[Record[Any]]]) -> dict[int, Row]:
    """The entries that these pages of the log leave, folded one after the other."""
    (table,) = LEDGER.tables
    rows: dict[int, Row] = {}
    for page in pages:
        changes = fold_table(
            table, page, lambda keys: {key: rows[key] for key in keys if key in rows}
        )
        assert not changes.removed
        rows.update((row["id"], row) for row in (*changes.added, *changes.replaced))
    return rows


def balances(rows: dict[int, Row]) -> list[AccountBalance]:
    return balances_of({**row, "sum:amount": row["amount"]} for row in rows.values())


@given(histories())
def test_every_book_is_in_balance_after_every_event(history: Any) -> None:
    records, _ = history
    for length in range(len(records) + 1):
        trials = trial_of(balances(journal([records[:length]])))
        assert [trial for trial in trials if trial.difference != 0] == []
        assert all(trial.debit == trial.credit > 0 for trial in trials)


@given(histories())
def test_balances_say_where_the_money_of_every_payment_is(history: Any) -> None:
    records, payments = history
    expected: dict[tuple[UUID, str, BookAccount], Decimal] = {}
    where = {
        "scheduled": BookAccount.REIMBURSEMENTS_PAYABLE,
        "submitted": BookAccount.PAYMENTS_IN_TRANSIT,
        "settled": BookAccount.CASH_AT_BANK,
        "failed": BookAccount.REIMBURSEMENTS_PAYABLE,
        "returned": BookAccount.REIMBURSEMENTS_PAYABLE,
    }
    for order, state in payments:
        if (status := state.status) != "none":
            for account, sign in ((BookAccount.EMPLOYEE_EXPENSES, 1), (where[status], -1)):
                key = (order.bank_uid, order.currency, account)
                expected[key] = expected.get(key, Decimal(0)) + sign * order.amount
    found = {(one.bank_uid, one.currency, one.account): one for one in balances(journal([records]))}
    assert {key: one.balance for key, one in found.items() if one.balance} == {
        key: amount for key, amount in expected.items() if amount
    }


@given(histories(), st.data())
def test_the_journal_does_not_depend_on_pages_or_repetition(history: Any, data: Any) -> None:
    records, _ = history
    cut = data.draw(st.integers(0, len(records)))
    whole = journal([records])
    assert journal([records[:cut], records[cut:]]) == whole
    assert journal([records, records]) == whole


@given(histories())
def test_an_entry_debits_one_account_and_credits_another(history: Any) -> None:
    records, _ = history
    for entry in journal([records]).values():
        assert entry["debit_account"] != entry["credit_account"]
        assert entry["amount"] > 0
        assert msgspec.convert(entry["debit_account"], BookAccount) in BookAccount
