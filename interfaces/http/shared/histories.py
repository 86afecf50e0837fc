"""The facts behind one record, for whoever may see the record itself."""

from collections.abc import Awaitable, Callable

from litestar.handlers import HTTPRouteHandler

from domain.shared.errors import NotFound, Refused
from interfaces.http.shared.collections import record_parameter
from interfaces.http.shared.events import HISTORY_EXAMPLE, History, history_of
from interfaces.http.shared.inputs import caught_up, services_of
from interfaces.http.shared.plain_routes import shows
from interfaces.http.shared.resources import AnyRequest, Resource, scope_of
from interfaces.http.shared.routes import MIN_POSITION, answer
from interfaces.http.shared.security import principal_of
from projections.shared.query.requests import Scope

Key = tuple[str, Scope]
"""Which record, and what the event that created it must say for the caller to see it."""


async def listed(request: AnyRequest, resource: Resource) -> Key:
    """The record as the read model knows it."""
    services, collection = services_of(request), resource.collection
    await caught_up(request, services, collection.projection)
    scope = await scope_of(request, services, resource, is_list=False)
    key = (collection.by_name["uid"],)
    row = await services.queries.one(collection, request.path_params["record_id"], key, scope)
    return str(row["uid"]), {}


async def found(request: AnyRequest, resource: Resource) -> Key:
    """The record as the log knows it, by its noun."""
    reference, caller = request.path_params["record_id"], principal_of(request)
    return str(await services_of(request).find(resource.noun, reference, caller)), {}


async def scoped(request: AnyRequest, resource: Resource) -> Key:
    """What the path names, if the event that created it is within the scope of the resource."""
    return request.path_params["record_id"], resource.scope(principal_of(request))


def history_route(
    resource: Resource,
    subject: str,
    description: str = "Read from the log itself, the oldest first; account numbers are masked.",
    *,
    summary: str = "",
    key: Callable[[AnyRequest, Resource], Awaitable[Key]] = listed,
) -> HTTPRouteHandler:
    """`GET` of the events of one record; `subject` is the first part of their names, and `key` finds it."""

    async def get_history(request: AnyRequest, record_id: str) -> History:  # noqa: ARG001 - in `key`
        uid, scope = await key(request, resource)
        return await history_of(services_of(request), uid, subject, scope)

    get_history.__name__, get_history.__doc__ = f"get_{resource.noun}_history", description
    return shows(
        f"{resource.path}/{{record_id:str}}/history",
        resource.plural,
        summary or f"The facts behind one of the {resource.collection.name}",
        resource.permission,
        answer(200, "Its events, the oldest first.", example=HISTORY_EXAMPLE),
        parameters=[
            record_parameter(resource.collection),
            *((MIN_POSITION,) if key is listed else ()),
        ],
        problems=[NotFound, Refused],
    )(get_history)
