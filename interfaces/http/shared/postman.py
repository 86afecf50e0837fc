"""The API as a Postman collection (format v2.1), made from the OpenAPI document and the flows beside its routes.

Rules upheld here:
- every operation is in it, in a flow or, if it only reads, in the folder of its tag, whose list names its records;
- each request is sent by somebody who may, and says what is expected of its answer; one script holds it to that;
- what one request leaves is a variable for others: `Location: /members/<uid>` becomes `{{members}}`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from application.shared.permissions import Permission, roles_with
from interfaces.http.shared.flows import Flow, Step, Who

SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
_SCRIPTS = Path(__file__).with_name("postman_scripts")
_BOUNDARY = "daybook-form"
_JSON, _FORM, _PROBLEM = "application/json", "multipart/form-data", "application/problem+json"

Item = dict[str, Any]


class _Documented(msgspec.Struct, frozen=True):
    """An operation, and where the document has it."""

    path: str
    method: str
    said: Mapping[str, Any]

    @property
    def parameters(self) -> Mapping[str, Any]:
        """Its parameters by name."""
        return {one["name"]: one for one in self.said.get("parameters", ())}


class _Expected(msgspec.Struct, frozen=True, kw_only=True):
    """What `answers.js` holds an answer to."""

    status: int
    type: str | None
    code: str = ""
    schema: Any = None
    members: Mapping[str, Sequence[str]] = {}
    until: Mapping[str, Any] = {}
    keep: Mapping[str, str] = {}
    empty: bool = False


def collection_of(
    document: Mapping[str, Any], flows: Sequence[Flow], variables: Mapping[str, str]
) -> dict[str, Any]:
    """The collection of an OpenAPI document: the flows, then by tag whatever operation is in none of them."""
    operations = {
        said["operationId"]: _Documented(path, method.upper(), _resolved(said, document))
        for path, methods in document["paths"].items()
        for method, said in methods.items()
    }
    return {
        "info": {
            "name": document["info"]["title"],
            "description": document["info"].get("description", ""),
            "schema": SCHEMA,
        },
        "item": [
            _begin(),
            *(
                {
                    "name": flow.name,
                    "item": [
                        _item(_found(operations, step.operation), step) for step in flow.steps
                    ],
                }
                for flow in (*flows, *_rest(operations, flows))
            ),
        ],
        "event": [_script("test", *_lines("answers.js"))],
        "variable": [{"key": key, "value": value} for key, value in variables.items()],
    }


def _found(operations: Mapping[str, _Documented], named: str) -> _Documented:
    """The operation of this id; a page that the document leaves out is named by its method and path."""
    if " " not in named:
        return operations[named]
    method, path = named.split(" ")
    shown = {
        "x-permission": "public",
        "summary": path,
        "responses": {"200": {"content": {"text/html": {}}}},
    }
    return _Documented(path, method, shown)


def _begin() -> Item:
    """The document, whose schemas answers are held to, and what no earlier run had."""
    expected = _Expected(status=200, type=_JSON)
    return {
        "name": "Begin",
        "event": [_prerequest(expected), _script("test", *_lines("begin.js"))],
        "request": {"method": "GET", "header": [], "url": "{{base_url}}/openapi.json"},
    }


def _rest(operations: Mapping[str, _Documented], flows: Sequence[Flow]) -> Iterator[Flow]:
    """By tag what no flow has: in the order of the paths, in which lists come before what they name."""
    used = {step.operation for flow in flows for step in flow.steps}
    folders: dict[str, list[Step]] = {}
    for name, one in sorted(operations.items(), key=lambda it: (it[1].path, it[1].method)):
        if name not in used:
            folders.setdefault(one.said["tags"][0], []).append(Step(operation=name))
    yield from (Flow(tag, steps) for tag, steps in sorted(folders.items()))


def _item(one: _Documented, step: Step) -> Item:
    body, headers = _body(one, step)
    parameters = one.parameters
    if who := step.by or _who(one):
        headers["Authorization"] = f"Bearer {{{{{who}_token}}}}"
    if "Daybook-Min-Position" in parameters:
        headers["Daybook-Min-Position"] = "{{position}}"
    if "Idempotency-Key" in parameters:
        headers["Idempotency-Key"] = "{{$guid}}"
    request: dict[str, Any] = {
        "method": one.method,
        "header": [{"key": key, "value": value} for key, value in headers.items()],
        "url": f"{{{{base_url}}}}{_path(one, step)}{_query(one, step)}",
        "description": one.said.get("description", ""),
    }
    if body is not None:
        request["body"] = {"mode": "raw", "raw": body}
    return {
        "name": step.name or one.said["summary"],
        "event": [_prerequest(_expected(one, step))],
        "request": request,
        "protocolProfileBehavior": {"followRedirects": False},
    }


def _script(listen: str, *lines: str) -> Item:
    return {"listen": listen, "script": {"type": "text/javascript", "exec": [*lines]}}


def _prerequest(expected: "_Expected") -> Item:
    text = msgspec.json.encode(msgspec.json.encode(expected).decode()).decode()
    return _script("prerequest", f'pm.variables.set("expected", {text});')


def _lines(name: str) -> list[str]:
    return (_SCRIPTS / name).read_text(encoding="utf-8").splitlines()


def _who(one: _Documented) -> Who | None:
    """The first who may; an operator sees every bank, and what is shown is the most."""
    permission = Permission(one.said["x-permission"])
    if permission is Permission.PUBLIC:
        return None
    held = {str(role) for role in roles_with(permission)}
    return next(who for who in (Who.OPERATOR, Who.ADMINISTRATOR, Who.MEMBER) if str(who) in held)


def _path(one: _Documented, step: Step) -> str:
    def value(match: re.Match[str]) -> str:
        name = match[1]
        return step.at.get(name, f"{{{{{_variable(one.path) if name == 'record_id' else name}}}}}")

    return re.sub(r"(?<!{){(\w+)}", value, one.path)


def _variable(path: str) -> str:
    """What the records under this path are called: `/payments/cases/{record_id}/close` is of `payments_cases`."""
    before = re.sub(r"/{record_id}.*", "", path)
    return re.sub(r"\W", "_", re.sub(r".*}/", "/", before).strip("/"))


def _query(one: _Documented, step: Step) -> str:
    asked = [step.ask] if step.ask else []
    parameters = one.parameters
    if "by" in parameters and "by=" not in step.ask:
        asked.append(f"by={parameters['by']['schema']['items']['enum'][0]}")
    if "limit" in parameters and "limit=" not in step.ask:
        asked.append("limit=2")
    return "?" + "&".join(asked) if asked else ""


def _resolved(said: Any, document: Mapping[str, Any]) -> Any:
    """What is said of an operation with its shared parameters and examples in place; schemas stay references."""
    if isinstance(said, list):
        return [_resolved(each, document) for each in said]
    if not isinstance(said, dict):
        return said
    found = re.fullmatch("#/components/(parameters|examples)/(.+)", said.get("$ref", ""))
    if found:
        return document["components"][found[1]][found[2]]
    return {key: _resolved(it, document) for key, it in said.items()}


def _example_of(media: Mapping[str, Any]) -> Any:
    """The example of a body: its own, or the first of several."""
    several = media.get("examples", {}).values()
    return media.get("example", next((one["value"] for one in several), None))


def _first(said: Mapping[str, Any]) -> tuple[str | None, Mapping[str, Any]]:
    """The first form that a body or an answer may have: its media type, and what is said of it."""
    content: Mapping[str, Mapping[str, Any]] = said.get("content", {})
    return next(iter(content.items()), (None, {}))


def _body(one: _Documented, step: Step) -> tuple[str | None, dict[str, str]]:
    kind, told = _first(one.said.get("requestBody", {}))
    body = step.body if step.body is not None else _example_of(told)
    if body is None:
        return None, {}
    if isinstance(body, dict):
        body = {name: it for name, it in {**body, **step.say}.items() if it is not None}
    if kind == _FORM:
        return _form(body), {"Content-Type": f"{_FORM}; boundary={_BOUNDARY}"}
    text = msgspec.json.format(msgspec.json.encode(body)).decode()
    return re.sub(r'"{{#(\w+)}}"', r"{{\1}}", text), {"Content-Type": kind or _JSON}


def _form(fields: Mapping[str, str]) -> str:
    """A form as it is sent, so that no file has to be chosen."""
    parts = [
        f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"'
        + (
            f'; filename="{name}.csv"\r\nContent-Type: text/csv'
            if name in ("file", "statement")
            else ""
        )
        + f"\r\n\r\n{value}\r\n"
        for name, value in fields.items()
    ]
    return f"{''.join(parts)}--{_BOUNDARY}--\r\n"


def _expected(one: _Documented, step: Step) -> _Expected:
    if step.code:
        problem = {"$ref": "#/components/schemas/Problem"}
        return _Expected(status=step.status, code=step.code, type=_PROBLEM, schema=problem)
    responses = one.said["responses"]
    status = step.status or min(int(each) for each in responses if each[0] in "23")
    kind, told = _first(responses[str(status)])
    keep, until, members = dict(step.keep), dict(step.until), {}
    if isinstance(example := _example_of(told), dict):
        members[""] = [*example]
        rows = example.get("data")
        if rows and isinstance(rows, list) and isinstance(rows[0], dict) and not step.is_empty:
            members["/data/0"] = [*rows[0]]
            until.setdefault("/data/0", None)
            if one.method == "GET" and "page" in example:
                key = "uid" if "uid" in rows[0] else next(iter(rows[0]))
                keep = keep or {_variable(one.path): f"/data/0/{key}"}
    return _Expected(
        status=status,
        type=kind,
        schema=told.get("schema") if kind == _JSON else None,
        members=members,
        until=until,
        keep=keep,
        empty=step.is_empty,
    )
