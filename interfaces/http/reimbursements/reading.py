"""Reading claims: a caller's own, those of a bank, one as it is or as it was, and the facts behind one.

Lists come from the read model. One claim is replayed from the log itself, so it is there as soon as it was submitted.
"""

from datetime import datetime

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from application.reimbursements.reading import ClaimRecords, own
from application.shared.permissions import Permission, own_as_user
from application.shared.services import Services
from domain.shared.errors import Fault, Malformed, NotFound
from interfaces.http.reimbursements.presenting import APPROVED, SCHEMA, SCHEMAS, row_of
from interfaces.http.shared.collection_docs import grammar_parameters
from interfaces.http.shared.collections import (
    aggregates_route,
    conditional,
    facets_route,
    list_route,
    record_parameter,
)
from interfaces.http.shared.events import HISTORY_EXAMPLE, History, history_of
from interfaces.http.shared.inputs import query_pairs
from interfaces.http.shared.problems import NotAcceptable
from interfaces.http.shared.rendering import JSON, form_of
from interfaces.http.shared.resources import AnyRequest, Hidden, Resource
from interfaces.http.shared.routes import IF_NONE_MATCH, Answer, Parameter, answer, documented
from interfaces.http.shared.security import principal_of
from projections.reimbursements import LISTED, REIMBURSEMENTS, WITHDRAWN, shown
from projections.shared.query.fields import FieldType
from projections.shared.query.lists import parse_fields
from projections.shared.query.parameters import RECORD_PARAMETERS
from projections.shared.query.values import EXPECTED, read_value

OWN = Resource(
    collection=REIMBURSEMENTS.collection,
    path="/reimbursements",
    noun="reimbursement",
    plural="Reimbursements",
    permission=Permission.CLAIMS_READ,
    scope=own,
    hidden=Hidden(name=WITHDRAWN, column="listing", listed=LISTED),
    counted_by="status",
)
OF_ONE_BANK = OWN.of_bank("BankReimbursements", scope=own_as_user)

CLAIM_ID = record_parameter(REIMBURSEMENTS.collection)

_AS_OF = Parameter(
    name="as_of",
    description="Show the claim as it was at this moment; 404 if it had not been submitted then.",
    schema={"type": "string", "format": "date-time"},
    example="2026-11-20T21:32:00Z",
)


@get(
    "/reimbursements/{record_id:str}",
    operation_id="getReimbursement",
    tags=[OWN.plural],
    summary="One claim, as it is or as it was",
    opt=documented(
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
            CLAIM_ID,
            _AS_OF,
            *grammar_parameters(REIMBURSEMENTS.collection, RECORD_PARAMETERS),
            IF_NONE_MATCH,
        ],
        problems=[NotFound, NotAcceptable],
        schemas=SCHEMAS,
        parses_query=True,
    ),
)
async def get_reimbursement(
    request: AnyRequest, services: NamedDependency[Services], record_id: FromPath[str]
) -> Response[bytes]:
    """Replayed from the log, so it is never behind.

    `If-None-Match` with the `ETag` of an earlier answer gives 304 as long as nothing has changed.
    """
    form_of(request, (JSON,))
    pairs = query_pairs(request)
    fields = parse_fields(
        REIMBURSEMENTS.collection, [pair for pair in pairs if pair[0] != _AS_OF.name]
    )
    moment = _as_of([value for name, value in pairs if name == _AS_OF.name])
    claims = services.of(ClaimRecords)
    row = row_of(await claims.facts(principal_of(request), record_id, moment))
    if row is None:
        raise NotFound(f"There is no reimbursement with the id {record_id}.")
    whole = shown(row, [*fields, REIMBURSEMENTS.collection.by_name["version"]])
    return conditional(request, whole, [field.name for field in fields])


def _as_of(given: list[str]) -> datetime | None:
    if not given:
        return None
    try:
        moment = read_value(FieldType.TIMESTAMP, given[0])
    except ValueError:
        moment = None
    if len(given) == 1 and isinstance(moment, datetime):
        return moment
    expected = EXPECTED[FieldType.TIMESTAMP]
    fault = Fault(
        detail=f"as_of is {', '.join(given)[:100]!r}; {expected} was expected",
        code="bad_value" if len(given) == 1 else "repeated",
        parameter=_AS_OF.name,
        got=given[0][:200],
        expected=expected,
    )
    raise Malformed(fault.detail, code="invalid_query", faults=[fault])


@get(
    "/reimbursements/{record_id:str}/history",
    operation_id="getReimbursementHistory",
    tags=[OWN.plural],
    summary="The facts behind one claim",
    opt=documented(
        Permission.CLAIMS_READ,
        answer(200, "Its events, the oldest first.", History, example=HISTORY_EXAMPLE),
        parameters=[CLAIM_ID],
        problems=[NotFound],
    ),
)
async def get_reimbursement_history(
    request: AnyRequest, services: NamedDependency[Services], record_id: FromPath[str]
) -> Response[bytes]:
    """Read from the log itself. What became of the money is in the history of the payment (`payment_uid`)."""
    found = await services.find(OWN.noun, record_id, principal_of(request))
    return await history_of(services, str(found), subject="reimbursement")


ROUTES = [
    *list_route(OWN),
    *aggregates_route(OWN),
    *facets_route(OWN),
    # The address of the requirements' examples.
    *list_route(OF_ONE_BANK, aliases=["/bank/{bank_id:str}/reimbursements"]),
    get_reimbursement,
    get_reimbursement_history,
]
