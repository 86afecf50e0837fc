"""What an administrator does with claims: approve and deny, one at a time or many at once."""

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from application.reimbursements.requests import DECISIONS_MAX, ClaimLeft, Decision, Verdict
from application.services import Services
from application.shared.permissions import Permission
from domain.shared.errors import DaybookError, Fault, Invalid
from interfaces.http.reimbursements.presenting import (
    APPROVED,
    DENIED,
    SCHEMA,
    SCHEMAS,
    claim_answer,
    json_body,
    on_claim,
    view,
)
from interfaces.http.reimbursements.reading import CLAIM_ID, OWN
from interfaces.http.shared.bodies import read_json
from interfaces.http.shared.commands import POSITION_HEADERS
from interfaces.http.shared.context import request_id_of
from interfaces.http.shared.inputs import cause_of, idempotency_of, version_seen
from interfaces.http.shared.problems import (
    Problem,
    TooLarge,
    UnsupportedMediaType,
    document_of,
    family_of,
)
from interfaces.http.shared.rendering import JSON, encode_json
from interfaces.http.shared.routes import IDEMPOTENCY_KEY, Named, answer, documented
from interfaces.http.shared.security import principal_of


class Approval(msgspec.Struct, frozen=True, kw_only=True):
    """An approval. `acknowledge_duplicates` says that the claim in `duplicate_of` was seen."""

    acknowledge_duplicates: bool = False


class Denial(msgspec.Struct, frozen=True, kw_only=True):
    """A denial, and why: 1 to 500 characters, which the member gets to read."""

    reason: str = ""


class OneDecision(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is decided about one claim, named by its id or uid. To deny it takes a `reason`."""

    reimbursement_id: int | UUID
    decision: Verdict
    reason: str = ""
    acknowledge_duplicates: bool = False


class Decisions(msgspec.Struct, frozen=True, kw_only=True):
    """Up to 100 decisions, which are made one after the other."""

    decisions: Annotated[
        Sequence[OneDecision],
        msgspec.Meta(extra_json_schema={"minItems": 1, "maxItems": DECISIONS_MAX}),
    ]


@post(
    "/reimbursements/{record_id:str}/approve",
    operation_id="approveReimbursement",
    tags=[OWN.plural],
    summary="Have a claim paid",
    status_code=200,
    opt=on_claim(
        Permission.CLAIMS_DECIDE,
        "It is approved; or, above the caller's limit, endorsed and still pending.",
        APPROVED,
        path=(CLAIM_ID,),
        body=json_body(Approval(acknowledge_duplicates=True), required=False),
    ),
)
async def approve_reimbursement(
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    record_id: FromPath[str],
) -> Response[bytes]:
    """Above the caller's limit a second, different administrator has to approve, too: until then it is `endorsed_by`.

    Refused are one's own claim (403 `self_approval`), one that is not pending any more (409 `already_decided`, with who
    decided what and when), and one that looks like an earlier one unless that is acknowledged (409
    `duplicate_not_acknowledged`).
    """
    said = await read_json(request, Approval, required=False)
    decision = Decision(
        reimbursement=record_id,
        verdict=Verdict.APPROVE,
        acknowledge_duplicates=said.acknowledge_duplicates,
        if_version=version_seen(request),
    )
    return await _decided(request, services, decision, said)


@post(
    "/reimbursements/{record_id:str}/deny",
    operation_id="denyReimbursement",
    tags=[OWN.plural],
    summary="Refuse to have a claim paid",
    status_code=200,
    opt=on_claim(
        Permission.CLAIMS_DECIDE,
        "It is denied.",
        DENIED,
        path=(CLAIM_ID,),
        body=json_body(Denial(reason="The ticket is not attached")),
    ),
)
async def deny_reimbursement(
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    record_id: FromPath[str],
) -> Response[bytes]:
    """One administrator is enough to deny, whatever the amount. Refused are the same claims as for an approval."""
    said = await read_json(request, Denial, required=False)
    decision = Decision(
        reimbursement=record_id,
        verdict=Verdict.DENY,
        reason=said.reason,
        if_version=version_seen(request),
    )
    return await _decided(request, services, decision, said)


async def _decided(
    request: Request[Any, Any, Any], services: Services, decision: Decision, said: msgspec.Struct
) -> Response[bytes]:
    cause = cause_of(request)
    left = await services.reimbursements.decide(
        principal_of(request),
        decision,
        cause,
        idempotency_of(request, cause.actor, encode_json(said)),
    )
    return claim_answer(left)


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
    {
        "type": "object",
        "properties": {
            "data": {
                "type": "array",
                "items": {"$ref": f"#/components/schemas/{_RESULT.name}"},
            },
            "decided": {"type": "integer", "description": "Decisions that were carried out."},
            "refused": {"type": "integer", "description": "Decisions that were not."},
        },
        "required": ["data", "decided", "refused"],
    },
)


@post(
    "/reimbursements/decisions",
    operation_id="decideReimbursements",
    tags=[OWN.plural],
    summary="Decide many claims at once",
    status_code=200,
    opt=documented(
        Permission.CLAIMS_DECIDE,
        answer(
            200,
            "One result per decision, in the same order.",
            {"$ref": f"#/components/schemas/{_RESULTS.name}"},
            example={
                "data": [{"reimbursement_id": 4711, "status": 200, "reimbursement": APPROVED}],
                "decided": 1,
                "refused": 0,
            },
            headers={"Daybook-Position": POSITION_HEADERS["Daybook-Position"]},
        ),
        parameters=[IDEMPOTENCY_KEY],
        body=json_body(
            Decisions(
                decisions=[
                    OneDecision(reimbursement_id=4711, decision=Verdict.APPROVE),
                    OneDecision(
                        reimbursement_id=4712,
                        decision=Verdict.DENY,
                        reason="The ticket is not attached",
                    ),
                ]
            )
        ),
        problems=[TooLarge, UnsupportedMediaType, Invalid],
        schemas=[*SCHEMAS, _RESULT, _RESULTS],
    ),
)
async def decide_reimbursements(
    request: Request[Any, Any, Any], services: NamedDependency[Services]
) -> Response[bytes]:
    """Each decision stands alone: what is refused keeps no other from being carried out, and the answer is 200.

    With an `Idempotency-Key`, a repetition answers what was carried out and tries what was not.
    """
    said = await read_json(request, Decisions)
    _check_number(said)
    cause = cause_of(request)
    left = await services.reimbursements.decide_each(
        principal_of(request),
        [
            Decision(
                reimbursement=one.reimbursement_id,
                verdict=one.decision,
                reason=one.reason,
                acknowledge_duplicates=one.acknowledge_duplicates,
            )
            for one in said.decisions
        ],
        cause,
        idempotency_of(request, cause.actor, encode_json(said)),
    )
    return _results(said.decisions, left, request_id_of(request.scope))


def _check_number(said: Decisions) -> None:
    number = len(said.decisions)
    if not 1 <= number <= DECISIONS_MAX:
        fault = Fault(
            detail=f"{number} decisions were given; 1 to {DECISIONS_MAX} were expected",
            code="too_many" if number else "empty",
            pointer="/decisions",
            got=number,
            expected=f"1 to {DECISIONS_MAX} decisions",
        )
        raise Invalid(fault.detail, faults=[fault])


def _results(
    asked: Sequence[OneDecision], left: Sequence[ClaimLeft | DaybookError], request_id: str
) -> Response[bytes]:
    decided = [one for one in left if isinstance(one, ClaimLeft)]
    body = {
        "data": [
            {"reimbursement_id": one.reimbursement_id, **_result(what, request_id)}
            for one, what in zip(asked, left, strict=True)
        ],
        "decided": len(decided),
        "refused": len(left) - len(decided),
    }
    headers = {"Cache-Control": "no-store"}
    if decided:
        headers["Daybook-Position"] = str(max(one.position for one in decided))
    return Response(encode_json(body), media_type=JSON, headers=headers)


def _result(left: ClaimLeft | DaybookError, request_id: str) -> dict[str, Any]:
    if isinstance(left, ClaimLeft):
        return {"status": 200, "reimbursement": view(left)}
    return {"status": family_of(left).status, "problem": document_of(left, request_id)}
