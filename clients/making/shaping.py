"""The OpenAPI document as generators of clients are given it: what types rest on, each thing said once.

Left out are examples, the headers of answers, long descriptions, and what only pages for people ask for. The problems
of an operation are one answer, `default`, since they all have one form; a success keeps one form, JSON if it has that.

What operations of one kind have in common is named, since generators write anew for each what has no name: the filters
of a kind are one parameter `filters`, and names of fields are schemas. Names come from the shortest operation.
"""

import re
from collections.abc import Iterator, Mapping
from functools import reduce
from operator import getitem
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
JSON = "application/json"
PROBLEM = "application/problem+json"
REF = "#/components/schemas/"
FILTERS = "filters"
_PAGES = {"text/html", "text/javascript"}
_SAID_ELSEWHERE = {"example", "examples"}
_FEW = 3
"""So many choices of a parameter need no name."""


def shaped(document: Mapping[str, Any]) -> dict[str, Any]:
    """The document for the generators."""
    slim: dict[str, Any] = _without_examples(document)
    slim["paths"] = {path: kept for path, item in slim["paths"].items() if (kept := _kept(item))}
    every = [operation for _, _, operation in operations(slim)]
    for operation in sorted(every, key=lambda one: (len(one["operationId"]), one["operationId"])):
        told = [_at(slim, one["$ref"]) if "$ref" in one else one for one in operation["parameters"]]
        told = _without_preferences(operation, told)
        schemas = slim["components"]["schemas"]
        operation["parameters"] = list(_shared(told, _kind(operation), schemas))
    problem = slim["components"]["responses"].popitem()[1]["content"][PROBLEM]
    slim["components"] = {
        "schemas": slim["components"]["schemas"],
        "responses": {"Problem": {"description": "What is wrong.", "content": {PROBLEM: problem}}},
    }
    return slim


def operations(document: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Path, method and operation, one after the other."""
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield path, method, operation


def repeated(document: Mapping[str, Any]) -> list[str]:
    """The lists in queries that are sent as a pair for each; all others are joined by commas."""
    return sorted(
        {
            one["name"]
            for _, _, operation in operations(document)
            for one in operation["parameters"]
            if one["schema"].get("type") == "array" and one.get("explode", True)
        }
    )


def successes(operation: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The answers that are one."""
    return [answer for status, answer in operation["responses"].items() if status.startswith("2")]


def named(schema: Mapping[str, Any], name: str, schemas: dict[str, Any]) -> dict[str, str]:
    """A reference to a schema, which gets this name if it has none."""
    known = next((each for each, known in schemas.items() if known == schema), name)
    schemas[known] = schema
    return {"$ref": f"{REF}{known}"}


def _without_preferences(
    operation: dict[str, Any], told: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Parameters without `Prefer`, by which an answer has another form than its type says; uploads ask no more by it
    than to be answered at once."""
    if "multipart/form-data" in operation.get("requestBody", {}).get("content", {}):
        return told
    kept = [one for one in told if one["name"] != "Prefer"]
    if kept != told and len(successes(operation)) > 1:
        operation["responses"].pop("204", None)
    return kept


def _kind(operation: Mapping[str, Any]) -> str:
    """What an operation is about: `Expenses` of `listExpenses`."""
    return re.sub("^[a-z]+", "", operation["operationId"])


def _shared(
    told: list[dict[str, Any]], kind: str, schemas: dict[str, Any]
) -> Iterator[dict[str, Any]]:
    """Parameters with what they share by name."""
    for one in told:
        schema = one["schema"]
        if len(schema.get("items", {}).get("enum", ())) > _FEW:
            items = named(schema["items"], f"{kind}{one['name'].title()}", schemas)
            schema = {"type": "array", "items": items}
        if not _is_filter(one):
            yield {**one, "schema": schema, "description": ""}
    if filters := {one["name"]: one["schema"] for one in told if _is_filter(one)}:
        schema = named({"type": "object", "properties": filters}, f"{kind}Filters", schemas)
        yield {"name": FILTERS, "in": "query", "schema": schema}


def _is_filter(parameter: Mapping[str, Any]) -> bool:
    return parameter.get("style") == "deepObject"


def _at(document: Mapping[str, Any], reference: str) -> Any:
    """What a reference refers to."""
    return reduce(getitem, reference.removeprefix("#/").split("/"), document)


def _without_examples(node: Any, *, is_by_name: bool = False) -> Any:
    """The node without examples; below `properties`, keys are names of the API's own."""
    if isinstance(node, dict):
        return {
            key: _without_examples(value, is_by_name=key == "properties" and not is_by_name)
            for key, value in node.items()
            if is_by_name or key not in _SAID_ELSEWHERE
        }
    return [_without_examples(value) for value in node] if isinstance(node, list) else node


def _kept(item: Mapping[str, Any]) -> dict[str, Any]:
    return {
        method: _one_form(operation)
        for method, operation in sorted(item.items())
        if _is_for_programs(operation)
    }


def _is_for_programs(operation: Mapping[str, Any]) -> bool:
    forms = {form for answer in successes(operation) for form in answer.get("content", {})}
    return not forms & _PAGES


def _one_form(operation: dict[str, Any]) -> dict[str, Any]:
    answers = {
        status: {"description": answer["description"], **_content(answer)}
        for status, answer in operation["responses"].items()
        if status.startswith("2")
    }
    answers["default"] = {"$ref": "#/components/responses/Problem"}
    kept = {name: operation[name] for name in ("operationId", "summary")}
    if "requestBody" in operation:
        kept["requestBody"] = operation["requestBody"] | _content(operation["requestBody"])
    return kept | {"parameters": operation.get("parameters", []), "responses": answers}


def _content(answer: Mapping[str, Any]) -> dict[str, Any]:
    content = answer.get("content", {})
    content = {JSON: content[JSON]} if JSON in content else content
    return {"content": content} if content else {}
