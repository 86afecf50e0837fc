"""Exchange rates that a bank keeps: facts with a value, a source and a day, said by people.

Rules upheld here:
- of two currencies a bank keeps one rate a day, told from either side; the last one that was said counts;
- a rate is above 0, and of no later day than today, in UTC and plus a day, because somewhere it is tomorrow already;
- it counts for its day, and for the ten days after it, as long as no newer one is kept.
"""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from uuid import UUID

from msgspec.structs import asdict

from domain.shared.deciders import Decider
from domain.shared.errors import Invalid
from domain.shared.events import Event, event
from domain.shared.exchange import Rate
from domain.shared.ids import derived
from domain.shared.money import known_currency
from domain.shared.numbers import exact_decimal
from domain.shared.rules import checked, clean_text, of_same_fields

RATE_DAYS = 10
"""Days for which a rate counts after its own: no market is closed for longer."""

DAY_MIN = dt.date(1999, 1, 1)
_DECIMALS_MAX, _BELOW = 12, Decimal(10) ** 12


def rate_uid(bank_uid: UUID, one: str, other: str, day: dt.date) -> UUID:
    """The stream of what a bank says of two currencies on a day, from whichever side."""
    return derived("exchange rate", bank_uid, *sorted((one, other)), day.isoformat())


def rate_uids(bank_uid: UUID, one: str, other: str, day: dt.date) -> Iterator[UUID]:
    """The streams of the rates that count on a day, the newest first."""
    for age in range(RATE_DAYS + 1):
        yield rate_uid(bank_uid, one, other, day - dt.timedelta(days=age))


class RecordRate(Rate, frozen=True, kw_only=True):
    """Keep this rate at a bank."""

    bank_uid: UUID
    bank_id: int


@event("exchange_rate.recorded.v1", by=RecordRate)
class ExchangeRateRecorded(RecordRate, Event, frozen=True, kw_only=True):
    """This is the rate of the day from now on."""


def decide(state: Rate | None, command: RecordRate, now: dt.datetime) -> list[Event]:
    """What the command leads to; nothing where that rate is kept.

    Raises:
        Invalid: one fault per value that breaks a rule.
    """
    latest = now.astimezone(dt.UTC).date() + dt.timedelta(days=1)
    said = checked(
        "the rate",
        base=(known_currency, command.base),
        quote=(lambda it: _other(known_currency(it), command.base), command.quote),
        value=(
            lambda it: exact_decimal(it, decimals_max=_DECIMALS_MAX, below=_BELOW),
            command.value,
        ),
        source=(clean_text, command.source),
        day=(lambda it: _known_by(it, latest), command.day),
    )
    fact = ExchangeRateRecorded(**asdict(command) | said)
    is_kept = state is not None and _told(state) == _told(fact)
    return [] if is_kept else [fact]


def _told(rate: Rate) -> tuple[str, str, Decimal, str]:
    return rate.base, rate.quote, rate.value, rate.source


def _other(quote: str, base: str) -> str:
    if quote == base:
        raise Invalid(f"another currency than {base} was expected", code="same_currency")
    return quote


def _known_by(day: dt.date, latest: dt.date) -> dt.date:
    if not DAY_MIN <= day <= latest:
        raise Invalid(
            f"a day from {DAY_MIN} to {latest} was expected, got {day}", code="date_out_of_range"
        )
    return day


def evolve(state: Rate | None, fact: Event) -> Rate | None:
    """The rate of the day after a fact."""
    return of_same_fields(Rate, fact) if isinstance(fact, ExchangeRateRecorded) else state


DECIDER: Decider[Rate | None, RecordRate] = Decider(None, decide, evolve)
