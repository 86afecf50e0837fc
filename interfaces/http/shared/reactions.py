"""Reactions: what is to be done because of events, for the operators who see to what keeps failing."""

from uuid import UUID

import msgspec
import structlog

from application.shared.permissions import Permission, everything
from application.shared.reactions.ports import ReactionState, ReactionStatus
from domain.shared.errors import NotFound, Refused
from interfaces.http.shared.collections import (
    aggregates_route,
    list_route,
    record_parameter,
    record_route,
)
from interfaces.http.shared.inputs import services_of
from interfaces.http.shared.plain_routes import Published, takes
from interfaces.http.shared.resources import AnyRequest, Resource
from interfaces.http.shared.routes import answer
from interfaces.http.shared.security import principal_of
from projections.shared.reactions import REACTIONS

RESOURCE = Resource(
    collection=REACTIONS, noun="reaction", permission=Permission.REACTIONS_READ, scope=everything
)


_EXAMPLE = ReactionStatus(
    id=7,
    uid=UUID("b1d2c3e4-5f60-8718-8293-a4b5c6d7e832"),
    kind="mail_claim_approved",
    state=ReactionState.PENDING,
    failures=0,
    last_error="the mail server refused it: 550 no such mailbox",
)


def _changes(action: str, summary: str, description: str, state: ReactionState) -> Published:
    return takes(
        f"{RESOURCE.path}/{{record_id:str}}/{action}",
        RESOURCE.plural,
        summary,
        Permission.REACTIONS_MANAGE,
        None,
        answer(200, description, example=msgspec.structs.replace(_EXAMPLE, state=state)),
        parameters=[record_parameter(REACTIONS)],
        problems=[NotFound, Refused],
    )


@_changes("retry", "Try a reaction again", "It is due.", ReactionState.PENDING)
async def retry_reaction(request: AnyRequest, record_id: str) -> ReactionStatus:
    """Makes it due at once, with its failures forgotten. What is done stays done, and what runs is left alone: 409."""
    reactions = services_of(request).reactions
    return _told(await reactions.retry(record_id, principal_of(request).actor))


@_changes("discard", "Give a reaction up", "It is given up.", ReactionState.DISCARDED)
async def discard_reaction(request: AnyRequest, record_id: str) -> ReactionStatus:
    """Its effect does not happen, unless somebody retries it. What is done or runs cannot be given up: 409."""
    reactions = services_of(request).reactions
    return _told(await reactions.discard(record_id, principal_of(request).actor))


def _told(status: ReactionStatus) -> ReactionStatus:
    structlog.contextvars.bind_contextvars(reaction=str(status.uid))
    return status


ROUTES = [
    *list_route(RESOURCE),
    *aggregates_route(RESOURCE),
    *record_route(RESOURCE),
    retry_reaction,
    discard_reaction,
]
