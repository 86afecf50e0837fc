"""Customers: people who handed in what they earn and spend.

Rules upheld here:
- a name has 1 to 100 characters of any script, in its normal form;
- nobody is born in the future, as far as the day has begun anywhere, or longer than 130 years ago.
"""

import datetime as dt
from collections.abc import Callable, Sequence

import msgspec

from domain.shared.deciders import Decider
from domain.shared.errors import Invalid
from domain.shared.events import Event, event
from domain.shared.kits import Nothing, Recorded, recorded_once
from domain.shared.rules import clean_text, normalised, of_same_fields

NAME_LENGTH_MAX = 100
AGE_MAX = 130
"""In years."""

_AHEAD = dt.timedelta(hours=14)
"""How far the clocks of the Line Islands are ahead of UTC."""


class CustomerDetails(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a customer."""

    first_name: str
    last_name: str
    date_of_birth: dt.date


class RegisterCustomer(CustomerDetails, frozen=True, kw_only=True):
    """Write down a customer."""


@event("customer.registered.v1", by=RegisterCustomer)
class CustomerRegistered(CustomerDetails, Event, frozen=True):
    """Somebody became a customer."""


State = Nothing | Recorded[CustomerRegistered]


def _registered(command: RegisterCustomer) -> CustomerRegistered:
    return of_same_fields(CustomerRegistered, command)


_RECORDED = recorded_once(CustomerRegistered, _registered)


def _decide(state: State, command: RegisterCustomer, now: dt.datetime) -> Sequence[Event]:
    clean = normalised(
        "the customer",
        command,
        first_name=_name,
        last_name=_name,
        date_of_birth=_birthday(now),
    )
    return _RECORDED.decide(state, clean, now)


def _name(text: str) -> str:
    return clean_text(text, NAME_LENGTH_MAX)


def _birthday(now: dt.datetime) -> Callable[[dt.date], dt.date]:
    today = (now.astimezone(dt.UTC) + _AHEAD).date()

    def check(day: dt.date) -> dt.date:
        if day > today:
            raise Invalid(f"a day that is over was expected, got {day}", code="in_the_future")
        if (day.year + AGE_MAX, day.month, day.day) < (today.year, today.month, today.day):
            raise Invalid(
                f"a day within the last {AGE_MAX} years was expected, got {day}",
                code="too_long_ago",
            )
        return day

    return check


DECIDER: Decider[State, RegisterCustomer] = Decider(Nothing(), _decide, _RECORDED.evolve)
