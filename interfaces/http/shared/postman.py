"""The API as a Postman collection (format v2.1), made from the OpenAPI document.

The first folder is the chain: one claim from submission to settlement, request by request, each taking what it needs
from the answers before it. The others hold every operation with its example, by tag.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"

Item = dict[str, Any]


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One request of the chain. `{{name}}` stands for a variable; `keep` says which members of the answer become one.

    `token` names the variable with the caller's token, None for a request without one.
    """

    name: str
    method: str
    path: str
    body: Any = None
    token: str | None = None
    keep: Mapping[str, str] = {}
    headers: Mapping[str, str] = {}


def collection_of(
    document: Mapping[str, Any], chain: Sequence[Step], variables: Mapping[str, str]
) -> dict[str, Any]:
    """The collection of an OpenAPI document, with a chain of requests that work one after the other."""
    folders: dict[str, list[Item]] = {}
    # Sorted, because a framework's routing has no order that two runs share.
    for path, methods in sorted(document["paths"].items()):
        for method, operation in sorted(methods.items()):
            tag = next(iter(operation.get("tags", ["Other"])))
            folders.setdefault(tag, []).append(_operation(path, method.upper(), operation))
    return {
        "info": {
            "name": document["info"]["title"],
            "description": document["info"].get("description", ""),
            "schema": SCHEMA,
        },
        "item": [
            {
                "name": "The chain: one claim, from end to end",
                "item": [_step(step) for step in chain],
            },
            *({"name": tag, "item": items} for tag, items in sorted(folders.items())),
        ],
        "variable": [{"key": key, "value": value} for key, value in variables.items()],
    }


def _step(step: Step) -> Item:
    headers = dict(step.headers)
    if step.token:
        headers["Authorization"] = f"Bearer {{{{{step.token}}}}}"
    item = _request(step.name, step.method, step.path, step.body, headers)
    if step.keep:
        lines = [
            f'pm.collectionVariables.set("{name}", pm.response.json(){_accessor(pointer)});'
            for name, pointer in step.keep.items()
        ]
        item["event"] = [{"listen": "test", "script": {"type": "text/javascript", "exec": lines}}]
    return item


def _accessor(pointer: str) -> str:
    """A JSON pointer as JavaScript: `/data/0/uid` becomes `.data[0].uid`."""
    parts = pointer.removeprefix("/").split("/")
    return "".join(f"[{part}]" if part.isdigit() else f".{part}" for part in parts)


def _operation(path: str, method: str, operation: Mapping[str, Any]) -> Item:
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    headers = {"Authorization": "Bearer {{token}}"} if operation.get("security") else {}
    item = _request(
        operation.get("summary", operation["operationId"]),
        method,
        path.replace("{", "{{").replace("}", "}}"),
        body.get("example"),
        headers,
    )
    item["request"]["description"] = operation.get("description", "")
    return item


def _request(name: str, method: str, path: str, body: Any, headers: Mapping[str, str]) -> Item:
    request: dict[str, Any] = {
        "method": method,
        "header": [{"key": key, "value": value} for key, value in headers.items()],
        "url": f"{{{{base_url}}}}{path}",
    }
    if body is not None:
        request["body"] = {
            "mode": "raw",
            "raw": msgspec.json.format(msgspec.json.encode(body)).decode(),
            "options": {"raw": {"language": "json"}},
        }
    return {"name": name, "request": request}
