"""Routes that are neither pages of a collection nor commands on a resource: `shows` for a `GET`, `takes` for a `POST`.

The handler under either parses, makes one call and returns what is to be told. It gets the request, then what the path
names, then the body; its name makes the operation id (`get_caller`: `getCaller`), its docstring the description.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from inspect import cleandoc
from typing import Any, TypedDict, Unpack

import msgspec
from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler

from application.shared.permissions import Permission, Proof
from domain.shared.errors import DaybookError
from interfaces.http.shared.arriving import TooSlow
from interfaces.http.shared.bodies import JSON_LIMIT, read_json
from interfaces.http.shared.command_routes import POSITION_HEADERS
from interfaces.http.shared.inputs import proof_of, services_of
from interfaces.http.shared.problems import TooLarge, UnsupportedMediaType
from interfaces.http.shared.rendering import JSON, encode_json
from interfaces.http.shared.resources import AnyRequest
from interfaces.http.shared.routes import (
    Answer,
    Body,
    Deprecated,
    Named,
    Parameter,
    camel,
    documented,
)
from interfaces.http.shared.security import principal_of

Handler = Callable[..., Awaitable[Any]]
"""Answers a value that is told as JSON (`Written` if the log was written to), None where there is nothing to tell, or a
`Response` that goes out as it is."""

Published = Callable[[Handler], HTTPRouteHandler]

NO_STORE = {"Cache-Control": "no-store"}
WRITES = {"Daybook-Position": POSITION_HEADERS["Daybook-Position"]}
"""The header of an answer that is `Written`, for the OpenAPI document."""


class Written(msgspec.Struct, frozen=True):
    """What is to be told of what wrote up to this position of the log; None if nothing was written."""

    told: Any
    position: int | None


class Declared(TypedDict, total=False):
    """What `documented` is told beside the answers and the body; `headers` are those of every answer.

    `body_limit` is how many bytes a body may have, if not the usual number; `read_as` is what it is read as, where that
    is less than what is documented. `needs_body` False says that a `POST` may come without one.
    """

    parameters: Sequence[Parameter]
    problems: Sequence[type[DaybookError]]
    schemas: Sequence[Named]
    parses_query: bool
    located_at: str
    headers: Mapping[str, str]
    body_limit: int
    proof: Proof
    read_as: type[msgspec.Struct]
    needs_body: bool
    deprecated: Deprecated


def shows(
    path: str,
    tag: str,
    summary: str,
    permission: Permission,
    *answers: Answer,
    **told: Unpack[Declared],
) -> Published:
    """`GET` of one thing."""
    return _published(get, path, tag, summary, permission, answers, None, told)


def takes(
    path: str,
    tag: str,
    summary: str,
    permission: Permission,
    body: msgspec.Struct | None,
    *answers: Answer,
    **told: Unpack[Declared],
) -> Published:
    """`POST` of a JSON body like this one, or of none."""
    told = {"headers": NO_STORE, **told}
    return _published(post, path, tag, summary, permission, answers, body, told)


def _published(
    method: Callable[..., Callable[[Any], HTTPRouteHandler]],
    path: str,
    tag: str,
    summary: str,
    permission: Permission,
    answers: Sequence[Answer],
    body: msgspec.Struct | None,
    told: Declared,
) -> Published:
    declared: dict[str, Any] = {**told}
    headers, status = declared.pop("headers", None), answers[0].status
    limit, is_needed = declared.pop("body_limit", JSON_LIMIT), declared.pop("needs_body", True)
    kind = declared.pop("read_as", None if body is None else type(body))
    if body is not None:
        declared["body"] = Body(
            media_type=JSON, schema=type(body), example=body, required=is_needed
        )
        declared["problems"] = [TooSlow, TooLarge, UnsupportedMediaType, *told.get("problems", ())]

    # What is done here may be many commands, or none that the log tells of.
    is_checked = method is post and permission is not Permission.PUBLIC

    def publish(handler: Handler) -> HTTPRouteHandler:
        async def respond(request: AnyRequest) -> Response[Any]:
            if is_checked:
                await services_of(request).commands.check_standing(
                    principal_of(request), proof_of(request)
                )
            body = kind and await read_json(request, kind, required=is_needed, limit=limit)
            given = (body,) if kind else ()
            answered = await handler(request, *request.path_params.values(), *given)
            sent = dict(headers or {})
            if isinstance(answered, Written):
                if answered.position is not None:
                    sent["Daybook-Position"] = str(answered.position)
                answered = answered.told
            if isinstance(answered, Response):
                return answered
            if answered is None:
                return Response(b"", status_code=status, headers=sent)
            return Response(
                encode_json(answered), status_code=status, media_type=JSON, headers=sent
            )

        return method(
            path,
            operation_id=camel(handler.__name__),
            tags=[tag],
            summary=summary,
            description=cleandoc(handler.__doc__ or ""),
            opt=documented(permission, *answers, **declared),
        )(respond)

    return publish
