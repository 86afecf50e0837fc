"""Entity tags, and answers that are not sent to whoever has them (RFC 9110, sections 8.8 and 13.1).

Rules upheld here:
- the tag of a list is made of what its rows follow from, of the question, and of who asks: two people who see different
  rows never have the same tag;
- what it is made of is read in the snapshot of the rows, so that a tag never outlives them;
- where an answer changes as time passes, without an event, there is no tag.
"""

import hashlib
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

import msgspec
from litestar import Request, Response

from application.shared.sight import sight
from interfaces.http.shared.inputs import entity_tags, services_of
from interfaces.http.shared.rendering import JSON, encode_json
from interfaces.http.shared.resources import AnyRequest, Resource
from interfaces.http.shared.security import principal_of
from interfaces.http.shared.smaller import plain_tag
from projections.shared.query.fields import Collection

_ASK_EVERY_TIME = {"Cache-Control": "private, no-cache"}


class Read(msgspec.Struct, frozen=True):
    """What was read for an answer, from which mark on, and the headers that belong to it."""

    told: Any
    mark: str | None
    headers: Mapping[str, str] = {}


async def unless_known(
    request: AnyRequest, resource: Resource, read: Callable[[], Awaitable[Read]]
) -> Response[bytes]:
    """What is read, as JSON with a weak tag; nothing is read for a caller who has it already (304)."""
    if "if-none-match" in request.headers:
        mark = await services_of(request).queries.mark(resource.collection)
        headers = _headers(request, resource, mark)
        if headers and is_known(request, headers["ETag"]):
            return Response(b"", status_code=304, headers=headers)
    found = await read()
    headers = {**_headers(request, resource, found.mark), **found.headers}
    return Response(encode_json(found.told), media_type=JSON, headers=headers)


def _headers(request: AnyRequest, resource: Resource, mark: str | None) -> dict[str, str]:
    if mark is None or resource.passing:
        return {}
    caller = principal_of(request)
    asked = (request.scope["path"], request.scope["query_string"])
    who = (caller.actor, sorted(caller.sees_as), resource.scope(caller), sight())
    digest = hashlib.sha256(repr((mark, asked, who)).encode()).hexdigest()
    return {"ETag": f'W/"{digest[:32]}"', **_ASK_EVERY_TIME}


def conditional(
    request: AnyRequest, row: Mapping[str, Any], shown: Iterable[str], etag: str
) -> Response[bytes]:
    """One record under a tag of its own; 304 if the caller has it already."""
    headers = {"ETag": etag, **_ASK_EVERY_TIME}
    if is_known(request, etag):
        return Response(b"", status_code=304, headers=headers)
    told = {name: row[name] for name in shown}
    return Response(encode_json(told), media_type=JSON, headers=headers)


def record_tag(collection: Collection, *numbers: int | None) -> str:
    """The tag of a record: its version, what else changes how it is shown, and the version of its read model."""
    return '"' + ".".join(str(number or 0) for number in (*numbers, collection.version)) + '"'


def is_known(request: Request[Any, Any, Any], etag: str) -> bool:
    """Whether the caller has what this tag names, in whichever coding they got it (`If-None-Match`)."""
    given = request.headers.get("if-none-match", "")
    known = {plain_tag(each.removeprefix("W/")) for each in entity_tags(given)}
    return given.strip() == "*" or plain_tag(etag.removeprefix("W/")) in known
