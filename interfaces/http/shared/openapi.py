"""The OpenAPI 3.1 document, derived from what the routes declare.

Litestar's own generator is not used: it serves its pages with scripts from foreign servers, answers HTML under its
paths, and knows neither the parameters that come from a collection's fields nor the problem documents.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
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
from interfaces.http.shared.event_schemas import texts
from interfaces.http.shared.problems import (
    FAMILIES,
    MEDIA_TYPE,
    InternalError,
    NotAcceptable,
    Problem,
)
from interfaces.http.shared.rendering import encode_json
from interfaces.http.shared.routes import Answer, Named, Operation, Parameter, Schema
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
    shared = _Shared(_shared_headers(operations), _shared_examples(operations))
    for path, handler, operation in documented:
        method = next(iter(sorted(handler.http_methods))).lower()
        paths.setdefault(path, {})[method] = _operation(handler, operation, shared)
    schemas = _schemas(operations)
    same = _same(schemas)
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
        # Before what refers to it: whatever makes the document smaller finds it again there.
        "components": {
            "securitySchemes": SECURITY_SCHEMES,
            "schemas": _once_each(schemas, same, operations),
            "parameters": _shared_parameters(operations, same),
            "headers": {name: _header(text) for name, text in sorted(shared.headers.items())},
            "examples": {name: {"value": it} for name, it in sorted(shared.examples.items())},
            "responses": dict(
                _problem(status)
                for status in sorted({it for _, by, one in documented for it in _failures(by, one)})
            ),
        },
        "paths": {path: dict(sorted(paths[path].items())) for path in sorted(paths)},
    }


_DECIMAL = r"^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?$"
"""How amounts in bodies are read, and written."""

_DESCRIPTION = cleandoc(
    """
    Every answer outside 2xx and 3xx is a problem document (`application/problem+json`): `code` is the stable reason,
    `errors` names each wrong part with what was got, what was expected and the nearest valid name, and `request_id`
    finds the request in the logs. `X-Request-ID`, or else the id of `traceparent`, is taken over if it is sent and
    always answered.

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


def _operation(
    handler: HTTPRouteHandler, operation: Operation, shared: "_Shared"
) -> dict[str, Any]:
    texts = [_described(handler), _PROOFS.get(operation.proof), _of_banks(handler)]
    described: dict[str, Any] = {
        "operationId": handler.operation_id,
        "summary": handler.summary,
        "tags": handler.resolve_tags(),
        "x-permission": str(operation.permission),
        "security": _security(handler, operation),
    }
    if operation.parameters:
        described["parameters"] = [
            {"$ref": f"#/components/parameters/{one.shared}"} if one.shared else _parameter(one)
            for one in operation.parameters
        ]
    if body := operation.body:
        media_types = PATCHES if "PATCH" in handler.http_methods else (body.media_type,)
        content = {each: _media(body.schema, body.example) for each in media_types}
        described["requestBody"] = {"required": body.required, "content": content}
    described["responses"] = _responses(handler, operation, shared)
    if ending := operation.deprecated:
        described["deprecated"] = True
        texts.append(
            f"Deprecated since {ending.since}, may be gone from {ending.sunset} on; instead: {ending.instead}."
        )
    if operation.proof is not Proof.SIGN_IN:
        described["x-sign-in"] = str(operation.proof)
    described["description"] = "\n\n".join(filter(None, texts))
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


class _Shared(msgspec.Struct, frozen=True):
    """What answers refer to: the headers and, by the names of their schemas, the examples that several of them have."""

    headers: Mapping[str, str]
    examples: Mapping[str, Any]


def _responses(handler: HTTPRouteHandler, operation: Operation, shared: _Shared) -> dict[str, Any]:
    answers = {str(one.status): _answer(one, shared) for one in operation.answers}
    problems = {
        str(status): {"$ref": f"#/components/responses/{_response_name(status)}"}
        for status in sorted(_failures(handler, operation))
    }
    # Pages for people tell their errors as pages.
    return dict(sorted({**problems, **answers}.items()))


def _failures(handler: HTTPRouteHandler, operation: Operation) -> set[int]:
    coded = [NotAcceptable] if handler.http_methods == {"GET"} else []
    return {FAMILIES[kind].status for kind in (*operation.problems, *coded, InternalError)}


def _answer(one: Answer, shared: _Shared) -> dict[str, Any]:
    described: dict[str, Any] = {"description": one.description}
    if one.headers:
        described["headers"] = {
            name: {"$ref": f"#/components/headers/{name}"}
            if shared.headers[name] == text
            else _header(text)
            for name, text in one.headers.items()
        }
    if one.bodies:
        described["content"] = {
            media_type: _media(schema, example, shared.examples)
            for media_type, (schema, example) in one.bodies.items()
        }
    return described


def _header(text: str) -> dict[str, Any]:
    return {"description": text, "schema": {"type": "string"}}


def _shared_headers(operations: list[Operation]) -> dict[str, str]:
    """The headers of answers, each with what is said of it most often."""
    told = Counter(
        it for operation in operations for one in operation.answers for it in one.headers.items()
    )
    return {name: text for (name, text), _ in sorted(told.items(), key=lambda it: (it[1], it[0]))}


def _shared_examples(operations: list[Operation]) -> dict[str, Any]:
    told = Counter(
        (name, encode_json(_plain(example)))
        for operation in operations
        for one in operation.answers
        for schema, example in one.bodies.values()
        if example is not None and (name := _name_of(schema))
    )
    most = sorted(told.items(), key=lambda it: (it[1], it[0]))
    # What stands once is told there: to lead elsewhere takes more room than it saves.
    return {name: msgspec.json.decode(example) for (name, example), times in most if times > 1}


def _name_of(schema: Schema) -> str | None:
    """The component that a schema is or leads to."""
    if isinstance(schema, type):
        return schema.__name__
    return str(schema["$ref"]).rsplit("/", 1)[1] if "$ref" in schema else None


def _media(schema: Schema, example: Any, shared: Mapping[str, Any] = {}) -> dict[str, Any]:
    name = _name_of(schema)
    media: dict[str, Any] = {"schema": {"$ref": _REF.format(name=name)} if name else schema}
    if example is None:
        return media
    shown = _plain(example)
    if name and shared.get(name) == shown:
        return {**media, "examples": {"usual": {"$ref": f"#/components/examples/{name}"}}}
    return {**media, "example": shown}


def _plain(example: Any) -> Any:
    """An example exactly as an answer would show it."""
    return msgspec.json.decode(encode_json(example))


def _parameter(one: Parameter, same: Mapping[str, str] = {}) -> dict[str, Any]:
    described: dict[str, Any] = {
        "name": one.name,
        "in": one.where,
        "schema": _reference(same.get(one.schema.name, one.schema.name))
        if isinstance(one.schema, Named)
        else one.schema,
    }
    if one.description:
        described["description"] = one.description
    if one.required or one.where == "path":
        described["required"] = True
    if one.style:
        described |= {"style": one.style, "explode": one.explode}
    if one.example is not None:
        described["example"] = _plain(one.example)
    return described


def _shared_parameters(operations: list[Operation], same: Mapping[str, str]) -> dict[str, Any]:
    every = (one for operation in operations for one in operation.parameters)
    shared = {one.shared: _parameter(one, same) for one in every if one.shared}
    # By what follows the point, which is the kind: what is alike stands together, and so is sent smaller.
    return dict(sorted(shared.items(), key=lambda it: (it[0].rpartition(".")[2], it[0])))


def _schemas(operations: list[Operation]) -> dict[str, Any]:
    """The named schemas: the Structs that are referred to, and what those refer to."""
    named: list[type] = [Problem]
    for operation in operations:
        schemas = [schema for one in operation.answers for schema, _ in one.bodies.values()]
        schemas += [operation.body.schema] if operation.body else []
        named += [one for one in schemas if isinstance(one, type) and one not in named]
    _, components = msgspec.json.schema_components(named, ref_template=_REF)
    for schema in components.values():
        schema.pop("title", None)  # the name again
        if told := schema.get("description"):
            schema["description"] = cleandoc(told)
        for text in texts(schema):
            if text.get("format") == "decimal":
                text["pattern"] = _DECIMAL
    for operation in operations:
        if operation.body and isinstance(kind := operation.body.schema, type):
            components[kind.__name__]["additionalProperties"] = False  # as `read_json` has it
        told = [one.schema for one in operation.parameters if isinstance(one.schema, Named)]
        for one in (*operation.schemas, *told):
            if components.setdefault(one.name, dict(one.schema)) != one.schema:
                raise LookupError(f"two schemas are called {one.name}")
    return dict(sorted(components.items()))


def _same(schemas: Mapping[str, Any]) -> dict[str, str]:
    """Of each schema the name of the first that equals it."""
    first: dict[bytes, str] = {}
    for name, schema in schemas.items():
        first.setdefault(encode_json(schema), name)
    return {name: first[encode_json(schema)] for name, schema in schemas.items()}


def _once_each(
    schemas: Mapping[str, Any], same: Mapping[str, str], operations: list[Operation]
) -> dict[str, Any]:
    """The schemas, those that equal an earlier one as a reference to it.

    Those of parameters are left out then: many tools look for the form of a parameter one step away and no further.
    """
    every = (one.schema for operation in operations for one in operation.parameters)
    of_parameters = {schema.name for schema in every if isinstance(schema, Named)}
    return {
        name: schema if same[name] == name else _reference(same[name])
        for name, schema in schemas.items()
        if same[name] == name or name not in of_parameters
    }


def _reference(name: str) -> dict[str, str]:
    return {"$ref": _REF.format(name=name)}


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
        request_id="b1d2c3e4-5f60-4718-8293-a4b5c6d7e81d",
    )
    meanings = [meaning_of(kind) for kind, family in FAMILIES.items() if family.status == status]
    content = {MEDIA_TYPE: _media(Problem, example)}
    return _response_name(status), {"description": " ".join(meanings), "content": content}


def meaning_of(kind: type[DaybookError]) -> str:
    """What a family of errors means: the first paragraph of its class."""
    return " ".join(cleandoc(kind.__doc__ or "").split("\n\n")[0].split())
