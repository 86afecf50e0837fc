"""Statements: what a customer earned and spent in twelve months.

Rules upheld here:
- a statement tells of exactly twelve consecutive months, of each once, and in one currency;
- money that was spent is positive; in a month more of it may have come back, in a whole statement not;
- a month is told of once: with other figures it is refused, until the import that brought it is reverted.
"""

import datetime as dt
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from decimal import Decimal
from uuid import UUID

import msgspec

from domain.shared.errors import Fault, Invalid
from domain.shared.events import Event, event
from domain.shared.ids import derived

MONTHS = 12
YEAR_MIN, YEAR_MAX = 1900, 2199


class MonthFigures(msgspec.Struct, frozen=True, kw_only=True):
    """What came in and went out in a month, which is named by its first day; amounts are exact, in `currency`."""

    month: dt.date
    income: Decimal
    expenses: Decimal
    currency: str


@event("statement.month_recorded.v1")
class MonthRecorded(MonthFigures, Event, frozen=True):
    """A customer's statement says this of a month."""

    customer_uid: UUID


def month_uid(fact: MonthRecorded) -> UUID:
    """The stream of a month of a customer."""
    return derived("statement month", fact.customer_uid, fact.month.isoformat())


def sane_month(month: dt.date) -> dt.date:
    """The month itself.

    Raises:
        Invalid: its year is not within 1900 to 2199 (`month_out_of_range`).
    """
    if not YEAR_MIN <= month.year <= YEAR_MAX:
        raise Invalid(
            f"a month from {YEAR_MIN} to {YEAR_MAX} was expected, got the year {month.year}",
            code="month_out_of_range",
        )
    return month


def told_otherwise(facts: Sequence[Event], fact: MonthRecorded) -> Fault | None:
    """What stands against a month that is recorded already, if it says anything else."""
    if facts[0] == fact:
        return None
    return Fault(
        detail=f"{named(fact.month)} of this customer is recorded with other figures; revert their import first",
        code="conflicting_month",
        column="month",
        got=named(fact.month),
    )


Row = tuple[int, MonthFigures]
"""The number of a row of a file, and what it says."""


def whole(rows: Sequence[Row]) -> list[Fault]:
    """What stands against these rows as one statement: each month that is missing, repeated or surplus, and more."""
    return [*_wrong_months(rows), *_wrong_money(rows)]


def named(month: dt.date) -> str:
    """A month as it is named in a sentence: `2021-01`."""
    return f"{month:%Y-%m}"


def after(month: dt.date, months: int) -> dt.date:
    """The month that is so many months later, or earlier.

    Raises:
        ValueError: there is no such year.
    """
    years, left = divmod(month.month - 1 + months, 12)
    return dt.date(month.year + years, left + 1, 1)


def _wrong_months(rows: Sequence[Row]) -> Iterator[Fault]:
    firsts = dict[dt.date, int]()
    for number, it in rows:
        if firsts.setdefault(it.month, number) != number:
            yield _of_month(
                it.month, "repeated", f"comes again; row {firsts[it.month]} has it", number
            )
    if not firsts:
        yield Fault(detail=f"{MONTHS} months were expected, got none", code="missing_month")
        return
    window = _window(sorted(firsts))
    for month in window:
        if month not in firsts:
            yield _of_month(month, "missing", "is missing")
    for month in sorted({*firsts} - {*window}):
        yield _of_month(
            month, "surplus", f"is beyond the {MONTHS} from {named(window[0])}", firsts[month]
        )
    if len(window) < MONTHS:
        yield _open_ended(window)


def _window(months: Sequence[dt.date]) -> list[dt.date]:
    """The twelve consecutive months that most of these lie in, the latest of them; fewer where these span fewer."""
    first, last = months[0], months[-1]
    span = min(MONTHS, (last.year - first.year) * 12 + last.month - first.month + 1)
    held = {end: at - bisect_left(months, after(end, 1 - span)) for at, end in enumerate(months)}
    most = max(months, key=lambda end: (held[end], end))
    return [after(most, it) for it in range(1 - span, 1)]


def _open_ended(window: Sequence[dt.date]) -> Fault:
    lacking = MONTHS - len(window)
    return Fault(
        detail=f"{MONTHS} consecutive months were expected, got {len(window)}: {lacking} before {named(window[0])} or "
        f"after {named(window[-1])} {'is' if lacking == 1 else 'are'} missing",
        code="missing_month",
        column="month",
    )


def _of_month(month: dt.date, what: str, says: str, row: int | None = None) -> Fault:
    return Fault(
        detail=f"{named(month)} {says}",
        code=f"{what}_month",
        row=row,
        column="month",
        got=named(month),
    )


def _wrong_money(rows: Sequence[Row]) -> Iterator[Fault]:
    for number, it in rows:
        if it.currency != rows[0][1].currency:
            yield Fault(
                detail=f"it is in {it.currency}, and row {rows[0][0]} in {rows[0][1].currency}",
                code="several_currencies",
                row=number,
                column="income",
                got=it.currency,
            )
    spent = [it.expenses for _, it in rows]
    if spent and max(spent) <= 0 > min(spent):
        yield Fault(
            detail="every amount spent is negative; if that is how the file writes money spent, declare "
            "`spending` as `negative`",
            code="negative_expenses",
            column="expenses",
        )
