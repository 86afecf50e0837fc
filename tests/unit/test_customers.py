"""Customers: which names and birthdays they may have."""

from datetime import UTC, date, datetime

import pytest

from domain.customers import DECIDER, CustomerRegistered, RegisterCustomer
from domain.shared.errors import Invalid
from tests.kits import declared

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)


def registered(
    born: date = date(1990, 12, 31), name: str = "Zoë", now: datetime = NOW
) -> CustomerRegistered:
    command = RegisterCustomer(first_name=name, last_name="Nguyễn", date_of_birth=born)
    (fact,) = declared(command, DECIDER.decide(DECIDER.initial, command, now))
    assert isinstance(fact, CustomerRegistered)
    return fact


@pytest.mark.parametrize(
    ("name", "kept"),
    [("  Zoe\u0308 ", "Zoë"), ("李", "李"), ("عائشة", "عائشة"), ("x" * 100, "x" * 100), ("O’Neil-Ó", "O’Neil-Ó")],
)  # fmt: skip
def test_names_are_of_any_script(name: str, kept: str) -> None:
    assert registered(name=name).first_name == kept


@pytest.mark.parametrize("name", ["", "  ", "x" * 101, "a\0b", "a\u202eb", "\u200b"])
def test_what_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(Invalid) as caught:
        registered(name=name)
    assert [fault.pointer for fault in caught.value.faults] == ["/first_name"]


@pytest.mark.parametrize(
    ("born", "now", "code"),
    [
        (date(2026, 11, 21), NOW, None),
        (date(2026, 11, 22), NOW, "in_the_future"),
        (date(2026, 11, 22), NOW.replace(hour=10), None),  # the day has begun on the Line Islands
        (date(1896, 11, 21), NOW, None),
        (date(1896, 11, 20), NOW, "too_long_ago"),
        (date(1896, 2, 29), datetime(2026, 2, 28, 9, tzinfo=UTC), None),
        (date(1896, 2, 29), datetime(2026, 3, 1, 9, tzinfo=UTC), "too_long_ago"),
        (date(1, 1, 1), NOW, "too_long_ago"),
        (date(9999, 12, 31), NOW, "in_the_future"),
    ],
)
def test_birthdays_are_over_and_not_too_long_ago(
    born: date, now: datetime, code: str | None
) -> None:
    if code is None:
        assert registered(born, now=now).date_of_birth == born
        return
    with pytest.raises(Invalid) as caught:
        registered(born, now=now)
    assert [(fault.pointer, fault.code) for fault in caught.value.faults] == [
        ("/date_of_birth", code)
    ]


def test_a_customer_is_registered_once() -> None:
    state = DECIDER.evolve(DECIDER.initial, registered())
    again = RegisterCustomer(first_name="Bo", last_name="Bo", date_of_birth=date(1990, 1, 1))
    assert DECIDER.decide(state, again, NOW) == []
