"""Deciding many claims at once."""

from collections.abc import Sequence
from typing import Any

from application.reimbursements.requests import Decisions, OneDecision, Verdict
from application.reimbursements.use_cases import Reimbursements
from application.shared.commands import Carried
from application.shared.permissions import Permission
from domain.shared.errors import DaybookError, Invalid
from interfaces.http.reimbursements.reading import APPROVED, OWN, SCHEMA, SCHEMAS, view
from interfaces.http.shared.collection_docs import object_schema
from interfaces.http.shared.context import request_id_of
from interfaces.http.shared.inputs import call_of, services_of
from interfaces.http.shared.plain_routes import WRITES, Written, takes
from interfaces.http.shared.problems import Problem, document_of, family_of
from interfaces.http.shared.resources import AnyRequest
from interfaces.http.shared.routes import IDEMPOTENCY_KEY, Named, answer

_RESULT = Named(
    "DecisionResult",
    {
        "type": "object",
        "description": "What became of one decision: the claim as it is now, or the problem.",
        "properties": {
            "reimbursement_id": {"type": ["integer", "string"]},
            "status": {
                "type": "integer",
                "description": "What the decision alone would be answered with.",
            },
            "reimbursement": SCHEMA,
            "problem": {"$ref": f"#/components/schemas/{Problem.__name__}"},
        },
        "required": ["reimbursement_id", "status"],
    },
)
_RESULTS = Named(
    "DecisionResults",
    object_schema(
        data={"type": "array", "items": {"$ref": f"#/components/schemas/{_RESULT.name}"}},
        decided={"type": "integer", "description": "Decisions that were carried out."},
        refused={"type": "integer", "description": "Decisions that were not."},
    ),
)
_EXAMPLE = Decisions(
    decisions=[
        OneDecision(reimbursement_id=4711, decision=Verdict.APPROVE, if_version=1),
        OneDecision(
            reimbursement_id=4712, decision=Verdict.DENY, reason="The ticket is not attached"
        ),
    ]
)


@takes(
    "/reimbursements/decisions",
    OWN.plural,
    "Decide many claims at once",
    Permission.CLAIMS_DECIDE,
    _EXAMPLE,
    answer(
        200,
        "One result per decision, in the same order.",
        {"$ref": f"#/components/schemas/{_RESULTS.name}"},
        example={
            "data": [{"reimbursement_id": 4711, "status": 200, "reimbursement": APPROVED}],
            "decided": 1,
            "refused": 0,
        },
        headers=WRITES,
    ),
    parameters=[IDEMPOTENCY_KEY],
    problems=[Invalid],
    schemas=[*SCHEMAS, _RESULT, _RESULTS],
)
async def decide_reimbursements(request: AnyRequest, said: Decisions) -> Written:
    """Each decision stands alone: what is refused keeps no other from being carried out, and the answer is 200.

    `if_version` is what `If-Match` is of a single one: 412 `stale_version` where the claim is not as it was seen.

    With an `Idempotency-Key`, a repetition answers what was carried out and tries what was not.
    """
    call = call_of(request, said, is_new=True)
    left = await services_of(request).of(Reimbursements).decide_each(said.decisions, call)
    return _results(said.decisions, left, request_id_of(request.scope))


def _results(
    asked: Sequence[OneDecision], left: Sequence[Carried | DaybookError], request_id: str
) -> Written:
    decided = [one for one in left if isinstance(one, Carried)]
    body = {
        "data": [
            {"reimbursement_id": one.reimbursement_id, **_result(what, request_id)}
            for one, what in zip(asked, left, strict=True)
        ],
        "decided": len(decided),
        "refused": len(left) - len(decided),
    }
    return Written(body, max((one.position for one in decided), default=None))


def _result(left: Carried | DaybookError, request_id: str) -> dict[str, Any]:
    if isinstance(left, Carried):
        return {"status": 200, "reimbursement": view(left.facts)}
    return {"status": family_of(left).status, "problem": document_of(left, request_id)}


ROUTES = [decide_reimbursements]
