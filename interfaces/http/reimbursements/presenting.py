"""How a claim is shown, alike in every answer that shows one, and how its routes are documented."""

from collections.abc import Sequence
from typing import Any

import msgspec
import structlog
from litestar import Response

from application.reimbursements.requests import ClaimLeft
from application.shared.permissions import Permission
from domain.shared.errors import (
    DaybookError,
    Forbidden,
    Invalid,
    KeyReused,
    NotFound,
    Refused,
    StaleVersion,
)
from interfaces.http.shared.collection_docs import record_example, record_schema
from interfaces.http.shared.commands import ETAG_HEADER, POSITION_HEADERS, command_headers
from interfaces.http.shared.problems import TooLarge, UnsupportedMediaType
from interfaces.http.shared.rendering import JSON, encode_json
from interfaces.http.shared.routes import (
    IDEMPOTENCY_KEY,
    IF_MATCH,
    Answer,
    Body,
    Parameter,
    answer,
    documented,
)
from projections.reimbursements import REIMBURSEMENTS, replayed, shown

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


def view(left: ClaimLeft) -> dict[str, Any]:
    """The claim as a command left it, as lists show it once they have caught up."""
    row = replayed(left.events)
    return shown(row) if row else {}


def claim_answer(left: ClaimLeft, status_code: int = 200) -> Response[bytes]:
    """The answer to a command on one claim."""
    structlog.contextvars.bind_contextvars(stream=str(left.uid), position=left.position)
    return Response(
        encode_json(view(left)),
        status_code=status_code,
        media_type=JSON,
        headers=command_headers(
            left.position,
            f"/reimbursements/{left.uid}",
            replayed=left.replayed,
            version=left.version,
        ),
    )


def on_claim(
    permission: Permission,
    said: str,
    example: dict[str, Any],
    *,
    path: Sequence[Parameter],
    body: Body | None = None,
    problems: Sequence[type[DaybookError]] = (Forbidden, Refused, StaleVersion),
    status: int = 200,
) -> dict[str, Any]:
    """The `opt` of a command on one claim, which answers the claim as it left it."""
    of_body = (TooLarge, UnsupportedMediaType, Invalid) if body else ()
    return documented(
        permission,
        answered(status, said, example),
        parameters=[*path, IDEMPOTENCY_KEY, *([IF_MATCH] if path else [])],
        body=body,
        problems=[*of_body, NotFound, KeyReused, *problems],
        schemas=SCHEMAS,
    )


def answered(status: int, said: str, example: dict[str, Any]) -> Answer:
    """An answer that shows the claim, with where it is and which version."""
    headers = {**POSITION_HEADERS, **ETAG_HEADER}
    return answer(status, said, SCHEMA, example=example, headers=headers)


def json_body(example: msgspec.Struct, *, required: bool = True) -> Body:
    """A JSON body like the example."""
    return Body(media_type=JSON, schema=type(example), example=example, required=required)
