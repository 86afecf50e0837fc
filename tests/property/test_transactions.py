"""Days of files in any order leave the same book; what is told of a user is what a plain-Python book tells."""

import datetime as dt
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from functools import reduce
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from domain.shared.entries import Entry
from domain.shared.errors import Fault
from domain.shared.events import Event, decode, encode, name_of
from domain.transactions import (
    DECIDER,
    State,
    TransactionCorrected,
    TransactionIngested,
    TransactionVoided,
    amended,
)
from projections.transactions.summaries import average

DAYS = [None, *(dt.date(2026, 3, day) for day in (14, 15, 16))]
few = st.sampled_from


def _fact(
    day: dt.date | None, transaction_id: str, amount: int, user_id: int
) -> TransactionIngested:
    return TransactionIngested(
        transaction_id=transaction_id,
        user_id=user_id,
        amount=Decimal(amount).scaleb(-2),
        currency="USD",
        transaction_date=dt.date(2026, 3, 13),
        source="nightly",
        day=day,
    )


files = st.lists(st.tuples(few("AB"), few([0, 100]), few([7, 8])), max_size=3)
"""The rows of one file; the same number comes up in several files with other values."""

deliveries = st.lists(st.tuples(few(DAYS), files), max_size=4, unique_by=lambda it: it[0])


Book = dict[str, list[Event]]
"""The streams of transactions by their numbers."""


def loaded(files: list[list[TransactionIngested]], onto: Book | None = None) -> Book:
    """The streams that these files leave, as the import machinery would append to them."""
    book = {} if onto is None else onto
    for file in files:
        first = {row.transaction_id: row for row in reversed(file)}  # the first of its number stays
        for number, row in first.items():
            stream = book.setdefault(number, [])
            told = amended(stream, row) if stream else row
            if isinstance(told, Event):
                stream.append(decode(name_of(type(told)), encode(told)))
            else:
                assert told is None or isinstance(told, Fault)
    return book


def said(book: Book) -> dict[str, tuple[int, Decimal, dt.date | None]]:
    """The table: what the book says of each transaction, and by which day."""
    states: dict[str, State] = {
        number: reduce(DECIDER.evolve, stream, DECIDER.initial) for number, stream in book.items()
    }
    return {
        number: (state.fact.user_id, state.fact.amount, state.fact.day)
        for number, state in states.items()
        if isinstance(state, Entry)
    }


@given(deliveries, st.booleans())
def test_any_order_of_days_gives_the_same_table(
    days: list[tuple[dt.date | None, list[tuple[str, int, int]]]], again: bool
) -> None:
    made = [[_fact(day, *row) for row in rows] for day, rows in days]
    tables = [said(loaded([*order, *order] if again else [*order])) for order in permutations(made)]
    assert all(table == tables[0] for table in tables)


@given(deliveries)
def test_the_same_files_again_change_nothing(
    days: list[tuple[dt.date | None, list[tuple[str, int, int]]]],
) -> None:
    made = [[_fact(day, *row) for row in rows] for day, rows in days]
    assert loaded([*made, *made]) == loaded(made)


@given(
    few([day for day in DAYS if day]),
    few([day for day in DAYS if day]),
    st.lists(few([0, 100, 200]), min_size=1, max_size=4),
    few([0, 100]),
)
def test_a_day_delivered_again_is_told_as_the_last_time(
    day: dt.date, other: dt.date, amounts: list[int], others: int
) -> None:
    """However a file of another day comes in between."""
    if day == other:
        return
    mine = [[_fact(day, "A", amount, 7)] for amount in amounts]
    theirs = [_fact(other, "A", others, 7)]
    tables = [
        said(loaded([*mine[:place], theirs, *mine[place:]])) for place in range(len(mine) + 1)
    ]
    assert all(table == tables[0] for table in tables)
    right = amounts[-1] if day < other else others
    assert tables[0]["A"][1] == Decimal(right).scaleb(-2)


decisions = st.one_of(
    st.just(TransactionVoided(reason="x")),
    st.builds(
        TransactionCorrected,
        user_id=few([7, 9]),
        amount=few([Decimal("0.00"), Decimal("5.00")]),
        currency=st.just("USD"),
        transaction_date=st.just(dt.date(2026, 3, 13)),
        reason=st.just("x"),
    ),
)


@given(deliveries, decisions, deliveries)
def test_what_a_person_has_decided_stays_whatever_files_come(
    before: list[tuple[dt.date | None, list[tuple[str, int, int]]]],
    decision: TransactionVoided | TransactionCorrected,
    after: list[tuple[dt.date | None, list[tuple[str, int, int]]]],
) -> None:
    book = loaded([[_fact(day, *row) for row in rows] for day, rows in before])
    if "A" in book:
        book["A"].append(decision)
        decided = list(book["A"])
        loaded([[_fact(day, *row) for row in rows] for day, rows in after], book)
        assert book["A"] == decided


@given(st.integers(-(10**22), 10**22), st.integers(1, 10**9))
def test_an_average_is_the_exact_quotient_rounded_once(units: int, count: int) -> None:
    total = Decimal(units).scaleb(-4)
    with localcontext(prec=100):
        exact = (total / count).quantize(Decimal("0.01"), ROUND_HALF_EVEN)
    assert average(total, count) == exact
