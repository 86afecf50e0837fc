"""Folding records into what changes: no database needed."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from application.shared.ports import RecordedEvent
from domain.expenses import ExpenseRecorded
from domain.imports import ImportReverted
from domain.shared.events import encode
from projections.shared.engine import Batch, EveryRow, FoldError, cut, decode_batch, fold_table
from projections.shared.projection import Record
from tests.facts import an_expense
from tests.ledgers import ledger

ACCOUNTS, MEMBERS = ledger().tables
AT = datetime(2026, 2, 3, tzinfo=UTC)


def a_record(
    position: int, amount: int, *, stream: UUID | None = None, version: int = 1, **changes: Any
) -> Record[ExpenseRecorded]:
    """The record of an expense of this amount."""
    fact = an_expense(amount=Decimal(amount), **changes)
    return Record(
        position,
        stream or uuid4(),
        version,
        "expense.recorded.v2",
        "test",
        uuid4(),
        uuid4(),
        AT,
        fact,
    )


def nothing(keys: Sequence[Any]) -> dict[Any, Any]:
    """No row exists yet."""
    return {}


def refused(keys: Sequence[Any]) -> dict[Any, Any]:
    """For pages that must not look anything up."""
    raise AssertionError(keys)


def test_streams_that_begin_in_the_page_are_not_looked_up() -> None:
    stream = uuid4()
    records = [a_record(1, 5, stream=stream), a_record(2, 6, stream=stream, version=2)]
    changes = fold_table(ACCOUNTS, records, refused)
    (row,) = changes.added
    assert (row["id"], row["uid"], row["version"], row["balance"]) == (1, stream, 2, 11)
    assert (changes.replaced, changes.removed) == ([], [])


def test_other_keys_are_looked_up_at_once() -> None:
    asked: list[list[Any]] = []

    def load(keys: list[Any]) -> dict[Any, Any]:
        asked.append(keys)
        return {}

    fold_table(
        MEMBERS, [a_record(number, 1, member_name=f"m{number % 3}") for number in range(9)], load
    )
    assert asked == [["m0", "m1", "m2"]]


def test_an_unchanged_row_is_not_written() -> None:
    stream = uuid4()
    (row,) = fold_table(ACCOUNTS, [a_record(1, 5, stream=stream)], refused).added
    closed_and_opened = replace(ACCOUNTS, folds={ExpenseRecorded: lambda found, _: found})
    changes = fold_table(
        closed_and_opened, [a_record(2, 1, stream=stream, version=2)], lambda _: {stream: row}
    )
    assert (changes.added, changes.replaced, changes.removed) == ([], [], [])


def test_rollups_move_between_groups_by_what_differs() -> None:
    stream = uuid4()
    (row,) = fold_table(ACCOUNTS, [a_record(1, 5, stream=stream)], refused).added
    moved = a_record(2, 6, stream=stream, version=2, member_name="Grace")
    balances, days, _ = fold_table(ACCOUNTS, [moved], lambda _: {stream: row}).rollups
    deltas = {key: (delta.count, *delta.sums) for key, delta in balances.deltas.items()}
    assert deltas == {("EUR", "Ada"): (-1, -5, -1), ("EUR", "Grace"): (1, 11, 2)}
    assert days.deltas == {}


def test_a_removed_row_leaves_its_groups() -> None:
    stream = uuid4()
    (row,) = fold_table(ACCOUNTS, [a_record(1, 5, stream=stream)], refused).added
    closing = a_record(2, 0, stream=stream, version=2)
    changes = fold_table(ACCOUNTS, [closing], lambda _: {stream: row})
    assert changes.removed == [stream]
    assert [delta.count for delta in changes.rollups[0].deltas.values()] == [-1]


def test_opened_and_closed_in_one_page_is_nothing() -> None:
    stream = uuid4()
    records = [a_record(1, 5, stream=stream), a_record(2, 0, stream=stream, version=2)]
    changes = fold_table(ACCOUNTS, records, refused)
    assert (changes.added, changes.removed) == ([], [])
    assert all(rolled_up.deltas == {} for rolled_up in changes.rollups)


def test_sums_are_exact_beyond_the_usual_precision() -> None:
    most = Decimal("99999999999999999999999999.9999")
    records = [a_record(1, 1), a_record(2, 1)]
    balances, *_ = fold_table(
        replace(ACCOUNTS, folds={ExpenseRecorded: lambda _, record: _an_account(record, most)}),
        records,
        refused,
    ).rollups
    assert next(iter(balances.deltas.values())).sums[0] == Decimal(
        "199999999999999999999999999.9998"
    )


def _an_account(record: Record[Any], balance: Decimal) -> dict[str, Any]:
    rest = {
        "owner": None,
        "currency": "EUR",
        "bookings": 1,
        "open": True,
        "notes": [],
        "opened_by": uuid4(),
    }
    ids = {"id": record.position, "uid": record.stream_id, "version": record.version}
    return {**ids, "balance": balance, "last_on": date(2026, 1, 1), "recorded_at": AT, **rest}


def a_revert(position: int) -> Record[ImportReverted]:
    """The record of a run that was reverted."""
    fact = ImportReverted(reason="Wrong file")
    return Record(position, uuid4(), 3, "import.reverted.v1", "test", uuid4(), uuid4(), AT, fact)


def test_a_page_is_cut_before_and_behind_what_changes_rows_everywhere() -> None:
    records = [a_record(2, 1), a_revert(5), a_revert(6), a_record(9, 1), a_record(10, 1)]
    pieces = list(cut(Batch(records, 12), ledger().apart))
    assert [([record.position for record in each.records], each.until) for each in pieces] == [
        ([2], 4),
        ([5], 5),
        ([6], 6),
        ([9, 10], 12),
    ]


def test_where_nothing_changes_rows_everywhere_a_page_stays_whole() -> None:
    batch = Batch([a_record(2, 1), a_revert(5)], 12)
    assert list(cut(batch, ())) == [batch]


def test_what_changes_rows_everywhere_looks_at_none() -> None:
    record = a_revert(5)
    change = fold_table(ACCOUNTS, [record], refused).everywhere
    assert change == EveryRow(
        "opened_by", record.stream_id, {"open": False, "owner": "Wrong file"}, rollups=True
    )
    removal = fold_table(MEMBERS, [record], refused, rollups=False).everywhere
    assert removal == EveryRow("met_by", record.stream_id, None, rollups=False)


def test_a_page_that_was_not_cut_is_refused() -> None:
    with pytest.raises(FoldError, match="not cut"):
        fold_table(ACCOUNTS, [a_record(1, 1), a_revert(2)], refused)


def test_a_row_with_other_columns_is_refused_by_name() -> None:
    row = {"id": 1, "uid": uuid4(), "version": 1, "member": "Ada"}
    wrong = replace(MEMBERS, folds={ExpenseRecorded: lambda *_: row})
    with pytest.raises(FoldError, match=r"\['bookings', 'member_name', 'met_by'\].*\['member'\]"):
        fold_table(wrong, [a_record(1, 1)], nothing)


def test_a_batch_ends_before_an_event_that_cannot_be_decoded() -> None:
    cause, good = uuid4(), encode(an_expense())
    events = [
        RecordedEvent(
            number, uuid4(), 1, "expense.recorded.v2", payload, "t", cause, cause, None, AT
        )
        for number, payload in enumerate((good, good, b"{}", good), start=1)
    ]
    batch = decode_batch(events, until=9)
    assert ([record.position for record in batch.records], batch.until) == ([1, 2], 2)
    assert batch.poison is not None
    assert batch.poison.position == 3
    assert decode_batch(events[:2], until=9).until == 9
