"""The facts behind one record, for whoever may see the record itself."""

from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from application.shared.services import Services
from domain.shared.errors import NotFound
from interfaces.http.shared.collections import record_parameter
from interfaces.http.shared.events import HISTORY_EXAMPLE, History, history_of
from interfaces.http.shared.inputs import caught_up
from interfaces.http.shared.resources import Resource, scope_of
from interfaces.http.shared.routes import MIN_POSITION, answer, documented


def history_route(resource: Resource, subject: str) -> HTTPRouteHandler:
    """`GET` of the events of one record; `subject` is the first part of their names."""
    collection = resource.collection

    async def get_history(
        request: Request[Any, Any, Any],
        services: NamedDependency[Services],
        record_id: FromPath[str],
    ) -> Response[bytes]:
        await caught_up(request, services, collection.projection)
        scope = await scope_of(request, services, resource)
        key = (collection.by_name["uid"],)
        row = await services.queries.one(collection, record_id, key, scope)
        return await history_of(services, str(row["uid"]), subject)

    name = resource.schema_name
    return get(
        f"{resource.path}/{{record_id:str}}/history",
        operation_id=f"get{name}History",
        tags=[resource.plural],
        summary=f"The facts behind one of the {collection.name}",
        description="Read from the log itself, the oldest first; account numbers are masked.",
        opt=documented(
            resource.permission,
            answer(200, "Its events, the oldest first.", History, example=HISTORY_EXAMPLE),
            parameters=[record_parameter(collection), MIN_POSITION],
            problems=[NotFound],
        ),
    )(get_history)
