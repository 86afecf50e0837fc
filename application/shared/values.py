"""Values as callers write them, where that is not how they are kept."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

import msgspec

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
