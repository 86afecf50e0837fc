"""The days on which euro payments are carried out: those of the TARGET calendar (EPC125-05, section 4.2)."""

from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from holidays import HolidayBase

_SATURDAY = 5


def target_day(day: date) -> date:
    """The first TARGET business day from this day on."""
    while day.weekday() >= _SATURDAY or day in _closing_days():
        day += timedelta(days=1)
    return day


@cache
def _closing_days() -> "HolidayBase":
    # It takes a second to load, and only those who write batches need it.
    from holidays.financial.european_central_bank import EuropeanCentralBank

    return EuropeanCentralBank()  # type: ignore[no-untyped-call]
