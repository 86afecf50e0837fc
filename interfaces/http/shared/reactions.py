"""Reactions: what is to be done because of events, for the operators who see to what keeps failing."""

from typing import Any
from uuid import UUID

import msgspec
import structlog
from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from application.shared.permissions import Permission, everything
from application.shared.reactions.ports import ReactionState, ReactionStatus
from application.shared.services import Services
from domain.shared.errors import NotFound, Refused
from interfaces.http.shared.collections import (
    aggregates_route,
    list_route,
    record_parameter,
    record_route,
)
from interfaces.http.shared.rendering import JSON, encode_json
from interfaces.http.shared.resources import Resource
from interfaces.http.shared.routes import answer, documented
from interfaces.http.shared.security import principal_of
from projections.shared.reactions import REACTIONS

RESOURCE = Resource(
    collection=REACTIONS,
    path="/reactions",
    noun="reaction",
    plural="Reactions",
    permission=Permission.REACTIONS_READ,
    scope=everything,
)


_EXAMPLE = ReactionStatus(
    id=7,
    uid=UUID("1d6a6a2e-30c2-8c1b-9a1f-2f4a54a1c0de"),
    kind="mail_claim_approved",
    state=ReactionState.PENDING,
    failures=0,
    last_error="the mail server refused it: 550 no such mailbox",
)


def _changing(description: str, state: ReactionState) -> dict[str, Any]:
    example = msgspec.structs.replace(_EXAMPLE, state=state)
    return documented(
        Permission.REACTIONS_MANAGE,
        answer(200, description, ReactionStatus, example=example),
        parameters=[record_parameter(REACTIONS)],
        problems=[NotFound, Refused],
    )


@post(
    "/reactions/{record_id:str}/retry",
    operation_id="retryReaction",
    tags=["Reactions"],
    summary="Try a reaction again",
    opt=_changing("It is due.", ReactionState.PENDING),
    status_code=200,
)
async def retry_reaction(
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    record_id: FromPath[str],
) -> Response[bytes]:
    """Makes it due at once, with its failures forgotten. What is done stays done, and what runs is left alone: 409."""
    return _shown(await services.reactions.retry(record_id, principal_of(request).actor))


@post(
    "/reactions/{record_id:str}/discard",
    operation_id="discardReaction",
    tags=["Reactions"],
    summary="Give a reaction up",
    opt=_changing("It is given up.", ReactionState.DISCARDED),
    status_code=200,
)
async def discard_reaction(
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    record_id: FromPath[str],
) -> Response[bytes]:
    """Its effect does not happen, unless somebody retries it. What is done or runs cannot be given up: 409."""
    return _shown(await services.reactions.discard(record_id, principal_of(request).actor))


def _shown(status: ReactionStatus) -> Response[bytes]:
    structlog.contextvars.bind_contextvars(reaction=str(status.uid))
    return Response(encode_json(status), media_type=JSON, headers={"Cache-Control": "no-store"})


ROUTES = [
    *list_route(RESOURCE),
    *aggregates_route(RESOURCE),
    *record_route(RESOURCE),
    retry_reaction,
    discard_reaction,
]
