"""What a client would rather have (`Prefer`, RFC 7240): the least there is to say of a command, or all that it left."""

from typing import Any

from litestar import Request

from application.shared.commands import Carried
from domain.shared.errors import NotFound, Unavailable
from interfaces.http.shared.inputs import services_of
from interfaces.http.shared.rendering import Row
from interfaces.http.shared.resources import AnyRequest, Resource, scope_of
from interfaces.http.shared.security import principal_of
from interfaces.http.shared.tags import record_tag
from projections.shared.query.fields import Field
from projections.shared.query.lists import parse_fields

MINIMAL, REPRESENTATION = "minimal", "representation"


def preferences(request: Request[Any, Any, Any]) -> dict[str, str]:
    """The preferences by their names; of one that is said twice the first counts."""
    found: dict[str, str] = {}
    for said in request.headers.getall("prefer", []):
        for each in said.split(","):
            name, _, value = each.partition(";")[0].partition("=")
            found.setdefault(name.strip().lower(), value.strip().strip('"').lower())
    return found


async def record_of(
    request: AnyRequest, resource: Resource, record_id: str, fields: tuple[Field, ...]
) -> tuple[Row, str]:
    """One record with at least these fields, and its tag.

    Raises:
        NotFound: the caller sees none of this name.
    """
    services, collection = services_of(request), resource.collection
    tags = tuple(filter(None, ("version", resource.passing)))
    shown = tuple(dict.fromkeys((*fields, *(collection.by_name[it] for it in tags))))
    scope = await scope_of(request, services, resource, is_list=False)
    try:
        row = await services.queries.one(collection, record_id, shown, scope)
    except NotFound:
        if resource.named is None:
            raise
        uid = await resource.named(services, record_id, principal_of(request))
        row = await services.queries.one(collection, uid, shown, scope)
    return row, record_tag(collection, *(row[name] for name in tags))


async def what_it_left(
    request: AnyRequest, resource: Resource, carried: Carried
) -> tuple[Row, str] | None:
    """The record as a command left it, or somebody after it, and its tag; None if the caller may not read it, or its
    read model is not there in time."""
    services, collection = services_of(request), resource.collection
    may_read = principal_of(request).may(resource.permission)
    if collection.projection is None or "version" not in collection.by_name or not may_read:
        return None
    try:
        await services.checkpoints.wait(collection.projection, carried.position)
        fields = parse_fields(collection, ())
        row, etag = await record_of(request, resource, str(carried.uid), fields)
    except (NotFound, Unavailable):
        return None
    return {field.name: row[field.name] for field in fields}, etag
