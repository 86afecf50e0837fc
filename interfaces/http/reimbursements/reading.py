"""Reading claims: a caller's own, those of a bank, one as it is or as it was, and the facts behind one.

Lists come from the read model. One claim is replayed from the log itself, so it is there as soon as it was submitted.
"""

from contextlib import suppress
from datetime import datetime
from typing import Any

from litestar import Response

from application.reimbursements.reading import ClaimRecords, own
from application.shared.permissions import Permission, own_as_user
from application.shared.streams import Facts
from domain.shared.errors import NotFound
from interfaces.http.shared.collection_docs import record_example, record_schema
from interfaces.http.shared.collections import (
    aggregates_route,
    facets_route,
    list_route,
    record_parameter,
)
from interfaces.http.shared.command_routes import Shown
from interfaces.http.shared.histories import found, history_route
from interfaces.http.shared.inputs import query_pairs, services_of, wrong_value
from interfaces.http.shared.plain_routes import shows
from interfaces.http.shared.problems import NotAcceptable
from interfaces.http.shared.query_docs import grammar_parameters
from interfaces.http.shared.rendering import JSON, form_of
from interfaces.http.shared.resources import AnyRequest, Hidden, Resource
from interfaces.http.shared.routes import IF_NONE_MATCH, Answer, Parameter, answer
from interfaces.http.shared.security import principal_of
from interfaces.http.shared.tags import conditional, record_tag
from projections.reimbursements import LISTED, REIMBURSEMENTS, WITHDRAWN
from projections.shared.query.fields import FieldType
from projections.shared.query.lists import parse_fields
from projections.shared.query.parameters import RECORD_PARAMETERS
from projections.shared.query.values import EXPECTED, read_value
from projections.shared.replayed import folded, shown

CLAIMS = REIMBURSEMENTS.collection
OWN = Resource(
    collection=CLAIMS,
    noun="reimbursement",
    permission=Permission.CLAIMS_READ,
    scope=own,
    hidden=Hidden(name=WITHDRAWN, column="listing", listed=LISTED),
    counted_by="status",
)
OF_ONE_BANK = OWN.of_bank("BankReimbursements", scope=own_as_user)

SCHEMA = {"$ref": f"#/components/schemas/{OWN.schema_name}"}
SCHEMAS = (record_schema(OWN.schema_name, CLAIMS),)

PENDING: dict[str, Any] = {
    **record_example(CLAIMS),
    **dict.fromkeys(field.name for field in CLAIMS.fields if field.nullable and field.shown),
}
"""A claim that was just submitted, for examples."""

APPROVED: dict[str, Any] = {
    **PENDING,
    "status": "approved",
    "decided_by": "b1d2c3e4-5f60-8718-8293-a4b5c6d7e826",
    "decided_by_name": "Tomasz Wrona",
    "decided_at": "2026-11-20T21:32:00Z",
}
DENIED: dict[str, Any] = {**APPROVED, "status": "denied", "reason": "The ticket is not attached"}


def view(facts: Facts) -> dict[str, Any]:
    """The claim as lists show it once they have caught up."""
    row = folded(REIMBURSEMENTS.tables[0], facts)
    return shown(CLAIMS, row) if row else {}


def like(example: dict[str, Any]) -> Shown:
    """An answer that shows the claim."""
    return Shown(
        show=lambda carried: view(carried.facts), schema=SCHEMA, example=example, schemas=SCHEMAS
    )


_AS_OF = Parameter(
    name="as_of",
    description="Show the claim as it was at this moment; 404 if it had not been submitted then.",
    schema={"type": "string", "format": "date-time"},
    example="2026-11-20T21:32:00Z",
)


@shows(
    "/reimbursements/{record_id:str}",
    OWN.plural,
    "One claim, as it is or as it was",
    Permission.CLAIMS_READ,
    answer(
        200,
        "The claim.",
        SCHEMA,
        example=APPROVED,
        headers={"ETag": "The version of the claim and of its payment."},
    ),
    Answer(status=304, description="Nothing has changed."),
    parameters=[
        record_parameter(CLAIMS),
        _AS_OF,
        *grammar_parameters(CLAIMS, RECORD_PARAMETERS),
        IF_NONE_MATCH,
    ],
    problems=[NotFound, NotAcceptable],
    schemas=SCHEMAS,
    parses_query=True,
)
async def get_reimbursement(request: AnyRequest, record_id: str) -> Response[bytes]:
    """Replayed from the log, so it is never behind.

    `If-None-Match` with the `ETag` of an earlier answer gives 304 as long as nothing has changed.
    """
    form_of(request, (JSON,))
    pairs = query_pairs(request)
    fields = parse_fields(CLAIMS, [pair for pair in pairs if pair[0] != _AS_OF.name])
    moment = _as_of([value for name, value in pairs if name == _AS_OF.name])
    claims = services_of(request).of(ClaimRecords)
    facts = await claims.facts(principal_of(request), record_id, moment)
    row = folded(REIMBURSEMENTS.tables[0], facts)
    if row is None:
        raise NotFound(f"There is no reimbursement with the id {record_id}.")
    whole = shown(CLAIMS, row, (*fields, CLAIMS.by_name["version"]))
    etag = record_tag(CLAIMS, whole["version"])
    return conditional(request, whole, [field.name for field in fields], etag)


def _as_of(given: list[str]) -> datetime | None:
    if not given:
        return None
    code = "bad_value" if len(given) == 1 else "repeated"
    with suppress(ValueError):
        moment = read_value(FieldType.TIMESTAMP, given[0])
        if len(given) == 1 and isinstance(moment, datetime):
            return moment
    got = {"code": code, "got": given[0][:200]}
    raise wrong_value(_AS_OF.name, ", ".join(given), EXPECTED[FieldType.TIMESTAMP], **got)


ROUTES = [
    *list_route(OWN),
    *aggregates_route(OWN),
    *facets_route(OWN),
    # The address of the requirements' examples.
    *list_route(OF_ONE_BANK, aliases=["/bank/{bank_id:str}/reimbursements"]),
    get_reimbursement,
    history_route(
        OWN,
        "reimbursement",
        "Read from the log itself. What became of the money is in the history of the payment (`payment_uid`).",
        summary="The facts behind one claim",
        key=found,
    ),
]
