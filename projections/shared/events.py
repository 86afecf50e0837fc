"""The event log itself as a collection to query: what was recorded, in what order, by whom and because of what.

This is no read model: nothing is projected, the rows are those of the log, so an answer is never behind.
"""

from typing import Any

import msgspec
import sqlalchemy as sa

from domain.shared.account_numbers import masked_fact
from domain.shared.events import check_content
from projections.shared import columns as col
from projections.shared.model import collection


def _shown(payload: bytes) -> Any:
    check_content("one of these events", payload)
    return msgspec.json.decode(masked_fact(payload))


# Only the position sorts: the log has one order, and any other would read all of it.
EVENTS = collection(
    "events",
    "The facts, as they were recorded: the log is only ever appended to.",
    [
        col.integer("position", "Place in the one total order: 1, 2, 3 … without a gap.", 42),
        col.uuid(
            "stream_id", "The entity it is about: its uid.", "b1d2c3e4-5f60-8718-8293-a4b5c6d7e81c"
        ),
        col.integer("version", "Place in its stream, from 1.", 1),
        col.label("name", "What happened.", "expense.recorded.v2"),
        col.json(
            "data",
            "The fact itself, as it was stored, but for account numbers, which are masked.",
            {"amount": "48.20", "currency": "EUR"},
            column="payload",
            show=_shown,
            stored_as=sa.LargeBinary(),
        ),
        col.label("actor", "Who acted.", "local:operator"),
        col.uuid(
            "correlation_id",
            "Shared by all that followed from one request or import.",
            "b1d2c3e4-5f60-4718-8293-a4b5c6d7e81d",
        ),
        col.uuid(
            "causation_id", "The command that led to it.", "b1d2c3e4-5f60-4718-8293-a4b5c6d7e81e"
        ),
        col.timestamp("recorded_at", "When it was recorded."),
    ],
    key="position",
    uid=None,
    sortable="position",
)
