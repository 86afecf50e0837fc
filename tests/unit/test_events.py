"""The registry of facts: names are explicit, given once, and older versions are lifted."""

from decimal import Decimal

import msgspec
import pytest

from domain.shared import events
from domain.shared.events import (
    Event,
    UnknownEvent,
    decode,
    encode,
    event,
    name_of,
    names_read_as,
    upcast,
)


@event("test.metered.v3")
class Metered(Event, frozen=True):
    """The newest version: an amount with its unit."""

    amount: Decimal
    unit: str


upcast("test.metered.v2", "test.metered.v3", lambda old: {**old, "unit": "kWh"})
upcast("test.metered.v1", "test.metered.v2", lambda old: {"amount": old["kwh"]})


def test_an_event_survives_its_payload() -> None:
    fact = Metered(amount=Decimal("0.10"), unit="m3")
    payload = encode(fact)
    assert payload == b'{"amount":"0.10","unit":"m3"}'
    assert decode(name_of(Metered), payload) == fact


def test_older_versions_are_lifted_step_by_step() -> None:
    assert decode("test.metered.v1", b'{"kwh":"1.5"}') == Metered(amount=Decimal("1.5"), unit="kWh")
    assert decode("test.metered.v2", b'{"amount":"2"}') == Metered(amount=Decimal(2), unit="kWh")
    assert names_read_as(Metered) == ["test.metered.v3", "test.metered.v2", "test.metered.v1"]


def test_a_name_is_given_once() -> None:
    with pytest.raises(ValueError, match=r"test\.metered\.v3 is taken"):
        event("test.metered.v3")(Metered)
    with pytest.raises(ValueError, match=r"test\.metered\.v2 is taken"):
        upcast("test.metered.v2", "test.metered.v3", lambda old: old)


def test_an_unknown_name_is_not_guessed() -> None:
    with pytest.raises(UnknownEvent, match=r"test\.metered\.v4"):
        decode("test.metered.v4", b"{}")


@pytest.mark.parametrize(
    "payload",
    [b'{"amount":"1"}', b'{"amount":"x","unit":"l"}'],
)
def test_a_payload_that_does_not_fit_is_refused(payload: bytes) -> None:
    with pytest.raises(msgspec.ValidationError):
        decode("test.metered.v3", payload)


def test_what_newer_code_added_under_a_name_is_passed_over() -> None:
    more = b'{"amount":"1","unit":"l","more":1}'
    assert decode("test.metered.v3", more) == Metered(amount=Decimal(1), unit="l")


def test_no_name_is_newer_than_the_code() -> None:
    with pytest.raises(ValueError, match=r"test\.metered\.v4 is new in version"):
        event("test.metered.v4", since=events.CODE + 1)(Metered)


def test_names_are_versioned_words_and_never_python_paths() -> None:
    for name in events.known_names():
        subject, participle, version = name.split(".")
        assert subject.replace("_", "").isalpha()
        assert participle.replace("_", "").isalpha()
        assert version.startswith("v")
        assert version[1:].isdigit()
