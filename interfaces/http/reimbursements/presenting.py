"""How a claim is shown, alike in every answer that shows one."""

from typing import Any

import msgspec

from application.shared.streams import Facts
from interfaces.http.shared.collection_docs import record_example, record_schema
from interfaces.http.shared.command_routes import Shown
from projections.reimbursements import REIMBURSEMENTS, folded, shown
from projections.shared.projection import Record, Row

SCHEMA_NAME = "Reimbursement"
SCHEMA = {"$ref": f"#/components/schemas/{SCHEMA_NAME}"}
SCHEMAS = (record_schema(SCHEMA_NAME, REIMBURSEMENTS.collection),)

PENDING: dict[str, Any] = {
    **record_example(REIMBURSEMENTS.collection),
    **dict.fromkeys(
        field.name for field in REIMBURSEMENTS.collection.fields if field.nullable and field.shown
    ),
}
"""A claim that was just submitted, for examples."""

APPROVED: dict[str, Any] = {
    **PENDING,
    "status": "approved",
    "decided_by": "9d8c7b6a-5f4e-8d3c-b2a1-908f7e6d5c4b",
    "decided_by_name": "Tomasz Wrona",
    "decided_at": "2026-11-20T21:32:00Z",
}
DENIED: dict[str, Any] = {
    **APPROVED,
    "status": "denied",
    "reason": "The ticket is not attached",
}


def row_of(facts: Facts) -> Row | None:
    """The row that these facts of one claim and its payment make; None if there is no claim."""
    return folded(Record(**msgspec.structs.asdict(fact)) for fact in facts)


def view(facts: Facts) -> dict[str, Any]:
    """The claim as lists show it once they have caught up."""
    row = row_of(facts)
    return shown(row) if row else {}


def like(example: dict[str, Any]) -> Shown:
    """An answer that shows the claim."""
    return Shown(
        show=lambda carried: view(carried.facts), schema=SCHEMA, example=example, schemas=SCHEMAS
    )
