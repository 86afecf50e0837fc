"""Whatever is imported, corrected, voided and reverted, in whatever order: the book is that of plain Python."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

import pytest
from hypothesis import Phase, event, given, settings
from hypothesis import strategies as st

from domain.shared.errors import Refused
from infrastructure.shared.read_store.read_models import PostgresReadModels
from projections.expenses import EXPENSES
from tests.books import Content, PlainBook, RealBook, shown
from tests.drawing import examples

# Few contents, so that files share rows and have some twice.
_amounts = st.sampled_from([Decimal("10.00"), Decimal("-3.50")])
_contents = st.tuples(
    st.just("?"),
    st.sampled_from(["Mars", "Lantern"]),
    _amounts,
    st.just("EUR"),
    st.just(date(2026, 1, 2)),
    st.sampled_from(["Ada", "Ben"]),
)
_corrected = st.tuples(
    st.just("?"),
    st.sampled_from(["Mars", "Venus"]),
    st.sampled_from([Decimal("10.00"), Decimal("7.00")]),
    st.sampled_from(["EUR", "USD"]),
    st.sampled_from([date(2026, 1, 2), date(2026, 1, 3)]),
    st.sampled_from(["Ada", "Zoë"]),
)
_places = st.integers(0, 30)
_steps = st.one_of(
    st.tuples(st.just("import"), st.lists(_contents, min_size=1, max_size=5)),
    st.tuples(st.just("correct"), _places, _corrected),
    st.tuples(st.just("void"), _places),
    st.tuples(st.just("revert"), _places),
    st.tuples(st.just("project"), st.integers(1, 9)),
)
_DEPARTMENTS = (f"D{number}" for number in count())


@pytest.fixture
def real(database_url: str) -> Iterator[RealBook]:
    """The real book, for all examples: each has a department of its own."""
    with closing(RealBook(database_url)) as book:
        yield book


def _outcome(attempt: Callable[[], Any]) -> str:
    try:
        attempt()
    except Refused:
        return "refused"
    return "done"


class Both:
    """Does each step in both books."""

    def __init__(self, real: RealBook, department: str) -> None:
        self.real, self.plain, self.department = real, PlainBook(), department
        self._runs: list[Any] = []
        self._uids: list[Any] = []

    def do(self, what: str, *how: Any) -> None:
        """One step; both books agree on whether it is refused."""
        if what == "project":
            self.real.catch_up(*how)
        elif what == "import":
            self._import([(self.department, *content[1:]) for content in how[0]])
        elif places := self._runs if what == "revert" else self._uids:
            place = how[0] % len(places)
            values = [(self.department, *content[1:]) for content in how[1:]]
            told = _outcome(lambda: getattr(self.plain, what)(place, *values))
            event(f"{what} {told}")
            assert _outcome(lambda: self._really(what, places[place], *values)) == told

    def _import(self, contents: list[Content]) -> None:
        head = self.real.log.head()
        outcome = self.real.import_file(contents, self.department)
        told = self.plain.import_file(contents)
        again = len(self.plain.entries) - len(self.plain.latest)
        event(f"{again and 'some'} anew; known {told[1] and 'some'}")
        assert (outcome.imported, outcome.already_known) == told
        self._runs.append(outcome.import_id)
        page = self.real.log.page(head, 100, names=["expense.recorded.v2"])
        self._uids += [each.stream_id for each in page.events]

    def _really(self, what: str, uid: Any, *values: Content) -> None:
        if what == "correct":
            names = ("departments", "project_name", "amount", "currency", "date", "member_name")
            self.real.correct(uid, **dict(zip(names, values[0], strict=True)))
        else:
            getattr(self.real, what)(uid)


@settings(max_examples=examples(40), phases=[Phase.explicit, Phase.generate, Phase.shrink])
@given(steps=st.lists(_steps, min_size=6, max_size=25), page_events=st.integers(1, 12))
def test_the_book_is_that_of_plain_python(
    real: RealBook, steps: list[tuple[Any, ...]], page_events: int
) -> None:
    both = Both(real, next(_DEPARTMENTS))
    if page_events % 3 == 0:  # a first load of all examples before, too
        real.start_over()
    for step in steps:
        both.do(*step)
    real.catch_up(page_events)
    assert Counter(map(shown, real.rows(both.department))) == Counter(both.plain.rows())
    for table in ("expense_totals", "expense_daily_totals"):
        assert real.totals(table, both.department) == both.plain.totals(table)


def test_a_first_load_gives_the_same(real: RealBook) -> None:
    content = ("IT", "Mars", Decimal("10.00"), "EUR", date(2026, 1, 2), "Ada")
    for _ in range(3):
        run = real.import_file([content] * 4).import_id
        real.revert(run)
    real.correct(_uid_of(real, real.import_file([content] * 2).import_id), amount=Decimal(9))
    real.catch_up(3)
    models = PostgresReadModels(real.database_url, real.log, [EXPENSES])
    assert models.verify("expenses").equal
    assert [row["standing"] for row in real.rows("IT")] == ["reverted"] * 12 + [
        "corrected",
        "recorded",
    ]


def _uid_of(real: RealBook, run: Any) -> Any:
    return next(
        row.stream_id for row in real.log.page(0, 1_000).events if row.correlation_id == run
    )
