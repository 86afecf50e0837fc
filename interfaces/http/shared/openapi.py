"""The OpenAPI 3.1 document, derived from what the routes declare.

Litestar's own generator is not used: it serves its pages with scripts from foreign servers, answers HTML under its
paths, and knows neither the parameters that come from a collection's fields nor the problem documents.
"""

from collections.abc import Iterator
from http import HTTPStatus
from inspect import cleandoc
from typing import Any

import msgspec
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute

from application.shared.permissions import Permission, Proof
from domain.shared.errors import DaybookError
from interfaces.http.shared.context import PATCHES
from interfaces.http.shared.problems import (
    FAMILIES,
    MEDIA_TYPE,
    InternalError,
    NotAcceptable,
    Problem,
)
from interfaces.http.shared.rendering import encode_json
from interfaces.http.shared.routes import Answer, Operation, Parameter, Schema
from interfaces.http.shared.security import (
    BEARER,
    SECURITY_SCHEMES,
    SERVICE_KEY,
    Machines,
    machines_of,
)

_REF = "#/components/schemas/{name}"


def build(app: Litestar, version: str) -> dict[str, Any]:
    """The document of every route of the app that is in the schema, as JSON-ready dicts."""
    documented = list(_documented(app))
    operations = [operation for _, _, operation in documented]
    paths: dict[str, dict[str, Any]] = {}
    for path, handler, operation in documented:
        method = next(iter(sorted(handler.http_methods))).lower()
        paths.setdefault(path, {})[method] = _operation(handler, operation)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Daybook",
            "version": version,
            "summary": "Every fact of a firm's spending, written down once and in order.",
            "description": _DESCRIPTION,
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/"}],
        "tags": [
            {"name": name}
            for name in sorted({tag for _, one, _ in documented for tag in one.resolve_tags()})
        ],
        "paths": dict(sorted(paths.items())),
        "components": {
            "securitySchemes": SECURITY_SCHEMES,
            "schemas": _schemas(operations),
            "parameters": _shared_parameters(operations),
            "responses": dict(
                _problem(status) for status in sorted({one.status for one in FAMILIES.values()})
            ),
        },
    }


_DESCRIPTION = cleandoc(
    """
    Every answer outside 2xx and 3xx is a problem document (`application/problem+json`): `code` is the stable reason,
    `errors` names each wrong part with what was got, what was expected and the nearest valid name, and `request_id`
    finds the request in the logs. `X-Request-ID` is taken over if it is sent and always answered.

    Amounts are exact decimals written as strings; times carry their offset.

    A path with its query has at most 32,768 bytes (414), all header fields together 65,536 (431). A target of more than
    65,534 bytes, more than 100 header fields (431), and what is no HTTP/1.1 (400: two lengths, an unknown transfer
    coding) are refused before there is a request: by a status without a body, and the end of the connection.
    """
)


def _documented(app: Litestar) -> Iterator[tuple[str, HTTPRouteHandler, Operation]]:
    for route in app.routes:
        if not isinstance(route, HTTPRoute):
            continue
        for handler in route.route_handlers:
            if handler.resolve_include_in_schema() and "operation" in handler.opt:
                yield route.path_format, handler, handler.opt["operation"]


def _operation(handler: HTTPRouteHandler, operation: Operation) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": handler.operation_id,
        "tags": handler.resolve_tags(),
        "summary": handler.summary,
        "description": "\n\n".join(
            filter(None, (_described(handler), _PROOFS.get(operation.proof), _of_banks(handler)))
        ),
        "x-permission": str(operation.permission),
        "security": _security(handler, operation),
        "responses": _responses(handler, operation),
    }
    if ending := operation.deprecated:
        described["deprecated"] = True
        described["description"] += (
            f"\n\nDeprecated since {ending.since}, may be gone from {ending.sunset} on; instead: {ending.instead}."
        )
    if operation.proof is not Proof.SIGN_IN:
        described["x-sign-in"] = str(operation.proof)
    if operation.parameters:
        described["parameters"] = [
            {"$ref": f"#/components/parameters/{one.shared}"} if one.shared else _parameter(one)
            for one in operation.parameters
        ]
    if body := operation.body:
        media_types = PATCHES if "PATCH" in handler.http_methods else (body.media_type,)
        content = {each: _media(body.schema, body.example) for each in media_types}
        described["requestBody"] = {"required": body.required, "content": content}
    return described


def _described(handler: HTTPRouteHandler) -> str:
    return handler.description or cleandoc(handler.fn.__doc__ or "")


def _of_banks(handler: HTTPRouteHandler) -> str:
    is_theirs = machines_of(handler.opt["permission"], handler) is Machines.OF_BANKS
    return (
        "Of service accounts, those of a bank alone can hold the permission." if is_theirs else ""
    )


_LATELY = "Asks for a sign-in of the last 15 minutes (403 `recent_sign_in_required`); `POST /auth/confirm` is one."
_PROOFS = {
    Proof.RECENT: _LATELY,
    Proof.ENROLMENT: f"{_LATELY} Any way will do for the first, where the role takes nothing else.",
}


def _security(handler: HTTPRouteHandler, operation: Operation) -> list[dict[str, list[str]]]:
    if operation.permission is Permission.PUBLIC:
        return []
    is_machines = machines_of(operation.permission, handler) is not Machines.NONE
    return [{name: []} for name in ((BEARER, SERVICE_KEY) if is_machines else (BEARER,))]


def _responses(handler: HTTPRouteHandler, operation: Operation) -> dict[str, Any]:
    answers = {str(one.status): _answer(one) for one in operation.answers}
    coded = [NotAcceptable] if handler.http_methods == {"GET"} else []
    statuses = {FAMILIES[kind].status for kind in (*operation.problems, *coded, InternalError)}
    problems = {
        str(status): {"$ref": f"#/components/responses/{_response_name(status)}"}
        for status in sorted(statuses)
    }
    # Pages for people tell their errors as pages.
    return {**problems, **answers}


def _answer(one: Answer) -> dict[str, Any]:
    described: dict[str, Any] = {"description": one.description}
    if one.headers:
        described["headers"] = {
            name: {"description": text, "schema": {"type": "string"}}
            for name, text in one.headers.items()
        }
    if one.bodies:
        described["content"] = {
            media_type: _media(schema, example)
            for media_type, (schema, example) in one.bodies.items()
        }
    return described


def _media(schema: Schema, example: Any) -> dict[str, Any]:
    named = {"$ref": _REF.format(name=schema.__name__)} if isinstance(schema, type) else schema
    media: dict[str, Any] = {"schema": named}
    if example is not None:
        media["example"] = _plain(example)
    return media


def _plain(example: Any) -> Any:
    """An example exactly as an answer would show it."""
    return msgspec.json.decode(encode_json(example))


def _parameter(one: Parameter) -> dict[str, Any]:
    described: dict[str, Any] = {
        "name": one.name,
        "in": one.where,
        "required": one.required or one.where == "path",
        "description": one.description,
        "schema": one.schema,
    }
    if one.example is not None:
        described["example"] = _plain(one.example)
    return described


def _shared_parameters(operations: list[Operation]) -> dict[str, Any]:
    every = (one for operation in operations for one in operation.parameters)
    return {one.shared: _parameter(one) for one in every if one.shared}


def _schemas(operations: list[Operation]) -> dict[str, Any]:
    """The named schemas: the Structs that are referred to, and what those refer to."""
    named: list[type] = [Problem]
    for operation in operations:
        schemas = [schema for one in operation.answers for schema, _ in one.bodies.values()]
        schemas += [operation.body.schema] if operation.body else []
        named += [one for one in schemas if isinstance(one, type) and one not in named]
    _, components = msgspec.json.schema_components(named, ref_template=_REF)
    for operation in operations:
        components |= {one.name: dict(one.schema) for one in operation.schemas}
    return dict(sorted(components.items()))


def _response_name(status: int) -> str:
    return HTTPStatus(status).name.title().replace("_", "")


def _problem(status: int) -> tuple[str, dict[str, Any]]:
    kind, family = next(
        (kind, family) for kind, family in FAMILIES.items() if family.status == status
    )
    example = Problem(
        type=f"/problems/{family.name}",
        title=family.title,
        status=status,
        detail=meaning_of(kind),
        code=kind.default_code,
        request_id="3f0e2c4a-6a55-4f0e-9a5e-0d8f3f4f6c11",
    )
    meanings = [meaning_of(kind) for kind, family in FAMILIES.items() if family.status == status]
    content = {MEDIA_TYPE: _media(Problem, example)}
    return _response_name(status), {"description": " ".join(meanings), "content": content}


def meaning_of(kind: type[DaybookError]) -> str:
    """What a family of errors means: the first paragraph of its class."""
    return " ".join(cleandoc(kind.__doc__ or "").split("\n\n")[0].split())
