"""The routes of commands: start something, change it, act on it, end it. Written once; a context only names its parts.

A route reads the body, `Idempotency-Key` and `If-Match`, makes a `Call` of them, hands it to its use case, and answers
what that left: where it is found, at which version, up to which position of the log.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Required, TypedDict, Unpack

import msgspec
from litestar import delete, patch, post
from litestar.handlers import HTTPRouteHandler

from application.shared.commands import Carried
from application.shared.permissions import Permission
from domain.shared.errors import DaybookError, Invalid, KeyReused, NotFound, Refused, StaleVersion
from interfaces.http.shared.bodies import read_json
from interfaces.http.shared.collections import record_parameter
from interfaces.http.shared.commands import (
    CHANGED,
    COMMAND_HEADERS,
    CommandAnswer,
    Shown,
    command_answer,
)
from interfaces.http.shared.inputs import call_of, services_of
from interfaces.http.shared.problems import TooLarge, UnsupportedMediaType
from interfaces.http.shared.rendering import JSON
from interfaces.http.shared.resources import AnyRequest, Resource
from interfaces.http.shared.routes import (
    IDEMPOTENCY_KEY,
    IF_MATCH,
    Body,
    Parameter,
    answer,
    documented,
)

Use = Callable[..., Awaitable[Carried]]
"""A use case, as a method of its class: told what the path names, what the body says, and the `Call`."""


class Told(TypedDict, total=False):
    """What a context says about a route in its own words.

    `said` describes the answer, and `shown` is what it shows. `into` is the command that the body becomes, member by
    member, or a function that makes it; without it the use case gets the body as it is. The member that `secret` names
    stays out of the digest kept with an idempotency key, since it could be guessed from that. `needs_body` False says
    that a `POST` may come without one; `is_keyed` False, that neither `Idempotency-Key` nor `If-Match` is read.
    `operation_id` is made of the use case and the resource (`openBank`) where it is not given.
    """

    permission: Required[Permission]
    summary: Required[str]
    description: Required[str]
    said: str
    shown: Shown
    into: Callable[..., Any]
    secret: str
    operation_id: str
    problems: Sequence[type[DaybookError]]
    needs_body: bool
    is_keyed: bool


def starts(
    resource: Resource, use: Use, example: msgspec.Struct | None, **told: Unpack[Told]
) -> HTTPRouteHandler:
    """`POST` that begins something; under a parent, the use case is told first what the path names."""
    parent = resource.parent.documented if resource.parent else None
    told = {"said": "It is there.", **told}
    return _route(post, resource, resource.path, use, example, parent, told, status=201)


def changes(
    resource: Resource, use: Use, example: msgspec.Struct, **told: Unpack[Told]
) -> HTTPRouteHandler:
    """`PATCH` of what a body gives."""
    told = {"said": "It is so now.", **told}
    return _on_one(patch, resource, "", use, example, told)


def ends(resource: Resource, use: Use, **told: Unpack[Told]) -> HTTPRouteHandler:
    """`DELETE`, which takes out of use; nothing is deleted."""
    told = {"said": "It is out of use.", **told}
    return _on_one(delete, resource, "", use, None, told)


def acts(
    resource: Resource,
    action: str,
    use: Use,
    example: msgspec.Struct | None = None,
    **told: Unpack[Told],
) -> HTTPRouteHandler:
    """`POST` of an action on one thing, named by the end of the path."""
    told = {"said": "It is done.", **told}
    return _on_one(post, resource, f"/{action}", use, example, told)


Method = Callable[..., Callable[[Any], HTTPRouteHandler]]


def _on_one(
    method: Method,
    resource: Resource,
    action: str,
    use: Use,
    example: msgspec.Struct | None,
    told: Told,
) -> HTTPRouteHandler:
    path = f"{resource.path}/{{record_id:str}}{action}"
    record = record_parameter(resource.collection)
    return _route(method, resource, path, use, example, record, told, status=200)


def _route(
    method: Method,
    resource: Resource,
    path: str,
    use: Use,
    example: msgspec.Struct | None,
    segment: Parameter | None,
    told: Told,
    *,
    status: int,
) -> HTTPRouteHandler:
    kind, secret = type(example) if example else None, told.get("secret")
    shown, is_required = told.get("shown", CHANGED), method is not post or _has_required(kind)
    is_new, is_keyed = status == 201, told.get("is_keyed", True)
    become = _becoming(told.get("into"))

    async def carry_out(request: AnyRequest) -> CommandAnswer:
        body = await read_json(request, kind, required=is_required) if kind else None
        call = call_of(request, body, secret=secret, is_new=is_new, is_keyed=is_keyed)
        given: list[Any] = [request.path_params[segment.name]] if segment else []
        if body is not None:
            given.append(become(body))
        carried = await use(services_of(request).owner(use), *given, call)
        return command_answer(carried, resource, shown.show(carried), status)

    return method(
        path,
        operation_id=told.get("operation_id") or f"{use.__name__}{resource.schema_name}",
        tags=[resource.plural],
        summary=told["summary"],
        description=told["description"],
        status_code=status,
        opt=documented(
            told["permission"],
            answer(
                status, told["said"], shown.schema, example=shown.example, headers=COMMAND_HEADERS
            ),
            parameters=[
                *([segment] if segment else ()),
                *((IDEMPOTENCY_KEY,) if is_keyed else ()),
                *((IF_MATCH,) if is_keyed and not is_new else ()),
            ],
            body=_body(example, told.get("needs_body", True)),
            problems=[
                *((TooLarge, UnsupportedMediaType, Invalid) if kind else ()),
                *((NotFound,) if segment else ()),
                *((KeyReused,) if is_keyed else ()),
                *((StaleVersion,) if is_keyed and not is_new else ()),
                Refused,
                *told.get("problems", ()),
            ],
            schemas=shown.schemas,
            located_at=resource.record_path,
        ),
    )(carry_out)


def _becoming(into: Callable[..., Any] | None) -> Callable[[msgspec.Struct], Any]:
    if into is None:
        return lambda body: body
    if isinstance(into, type):
        return lambda body: into(**msgspec.structs.asdict(body))
    return into


def _has_required(kind: type[msgspec.Struct] | None) -> bool:
    return kind is None or any(field.required for field in msgspec.structs.fields(kind))


def _body(example: msgspec.Struct | None, needs_body: bool) -> Body | None:
    if example is None:
        return None
    return Body(media_type=JSON, schema=type(example), example=example, required=needs_body)
