"""Values as callers write them, where that is not how they are kept."""

from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated

import msgspec

from domain.shared.errors import Fault, Invalid

Amount = Annotated[
    Decimal,
    msgspec.Meta(
        description="An exact decimal, as a string or a number.",
        extra_json_schema={"type": ["string", "number"], "format": "decimal"},
    ),
]
"""An amount of money in a request."""

Moment = Annotated[datetime, msgspec.Meta(tz=True, description="A time with its offset.")]
"""A time in a request: without an offset nobody knows when it is."""


def moment_of(text: str, pointer: str) -> datetime:
    """The moment that a member of a request names: a time with its offset, or the beginning of a day in UTC.

    Raises:
        Invalid: it names none; `pointer` is the member's.
    """
    for written in (text, f"{text}T00:00:00Z"):
        with suppress(msgspec.ValidationError, OverflowError):
            moment = msgspec.convert(written, datetime)
            if moment.tzinfo is not None:
                return moment.astimezone(UTC)
    expected = "a time with its offset such as 2027-01-01T00:00:00+01:00, or a day"
    detail = f"{text[:100]!r} was given; {expected} was expected"
    fault = Fault(
        detail=detail, code="bad_value", pointer=pointer, got=text[:200], expected=expected
    )
    raise Invalid(detail, faults=[fault])


NOBODYS_PASSWORD = {
    "password": "nobody sets another's password: a link to choose one with, good once and for 24 hours, is mailed to "
    "the user's address"
}
"""What is said to those who hand in a password for somebody else (`not_taken`)."""
