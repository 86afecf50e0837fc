"""The AsyncAPI 3.0 document of the stream of events, made of the catalogue and of what the route declares."""

from functools import cache
from importlib.metadata import version
from typing import Any

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler

from application.shared.permissions import Permission
from interfaces.http.event_catalogue import CataloguedEvent, catalogue
from interfaces.http.shared.event_schemas import components
from interfaces.http.shared.events import EventView, stream_events
from interfaces.http.shared.rendering import JSON, encode_json, form_of
from interfaces.http.shared.resources import AnyRequest
from interfaces.http.shared.routes import Named, Operation, answer, documented
from interfaces.http.shared.security import SECURITY_SCHEMES

_SCHEMA = "#/components/schemas/{name}"
_TAG = "#/components/tags/{name}"
_CHANNEL = "events"
_FIELDS = "StreamFields"


@cache
def described() -> bytes:
    """The document as JSON."""
    return encode_json(_document())


def _document() -> dict[str, Any]:
    entries = {name: entry for name, (_, entry) in catalogue().items()}
    shapes = {name: kind.shape for name, (kind, _) in catalogue().items()}
    held = components([EventView, *shapes.values()], _SCHEMA)
    streams = {entry.stream.name: entry.stream.about for entry in entries.values()}
    tags = {name: {"name": name, "description": streams[name]} for name in sorted(streams)}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Daybook events",
            "version": version("daybook"),
            "description": "Every fact of a firm's spending, in the order in which they were written down.",
            "license": {"name": "MIT", "url": "https://spdx.org/licenses/MIT.html"},
            "tags": [{"$ref": _TAG.format(name=name)} for name in tags],
        },
        "defaultContentType": JSON,
        "servers": {
            "daybook": {
                "host": "{host}",
                "protocol": "http",
                "variables": {"host": {"default": "127.0.0.1:8000"}},
                "security": [
                    {"$ref": f"#/components/securitySchemes/{name}"} for name in SECURITY_SCHEMES
                ],
            }
        },
        "channels": {
            _CHANNEL: {
                "address": next(iter(stream_events.paths)),
                "title": stream_events.summary,
                "description": stream_events.description,
                "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in entries},
            }
        },
        "operations": {stream_events.operation_id: _operation(stream_events, list(entries))},
        "components": {
            "securitySchemes": SECURITY_SCHEMES,
            "tags": tags,
            "messages": {
                name: _message(entry, shapes[name].__name__) for name, entry in entries.items()
            },
            "schemas": {
                _FIELDS: _STREAM_FIELDS,
                **dict(sorted(_as_draft_7(held).items())),
            },
        },
    }


_STREAM_FIELDS = {
    "type": "object",
    "description": "The fields of a server-sent event beside `data`, which is the payload.",
    "properties": {
        "id": {
            "type": "string",
            "description": "The position and the epoch of the log: `Last-Event-ID`, to go on behind it.",
        },
        "event": {
            "type": "string",
            "description": "The name of the event; not there with `event=message`.",
        },
    },
    "required": ["id"],
}


def _as_draft_7(schema: Any) -> Any:
    """The same in the older dialect that AsyncAPI is written in, where a reference stands alone."""
    if isinstance(schema, list):
        return [_as_draft_7(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    told = {name: _as_draft_7(value) for name, value in schema.items()}
    if "prefixItems" in told:
        told |= {"items": told.pop("prefixItems"), "additionalItems": told["items"]}
    if "$ref" in told and len(told) > 1:
        told = {"allOf": [{"$ref": told.pop("$ref")}], **told}
    return told


def _operation(route: HTTPRouteHandler, names: list[str]) -> dict[str, Any]:
    declared: Operation = route.opt["operation"]
    asked = {
        one.name: {**one.schema, "description": one.description}
        for one in declared.parameters
        if one.where == "query" and not isinstance(one.schema, Named)
    }
    return {
        "action": "send",
        "channel": {"$ref": f"#/channels/{_CHANNEL}"},
        "title": route.summary,
        "description": "Sends each event behind the place that the follower names, and then whatever is recorded.",
        "messages": [{"$ref": f"#/channels/{_CHANNEL}/messages/{name}"} for name in names],
        "bindings": {
            "http": {
                "method": "GET",
                "query": {"type": "object", "properties": asked},
                "bindingVersion": "0.3.0",
            }
        },
    }


def _message(of: CataloguedEvent, shape: str) -> dict[str, Any]:
    said = {"name": {"const": of.name}, "data": {"$ref": _SCHEMA.format(name=shape)}}
    return {
        "name": of.name,
        "title": of.name,
        "summary": of.meaning.partition("\n")[0],
        "description": of.meaning,
        "tags": [{"$ref": _TAG.format(name=of.stream.name)}],
        "headers": {"$ref": _SCHEMA.format(name=_FIELDS)},
        "payload": {
            "allOf": [
                {"$ref": _SCHEMA.format(name=EventView.__name__)},
                {"type": "object", "properties": said},
            ]
        },
        "x-read-as": of.read_as,
        "x-appended-by": of.appended_by,
        "x-taken-in-by": of.taken_in_by,
    }


@get(
    "/asyncapi.json",
    include_in_schema=False,
    opt=documented(Permission.PUBLIC, answer(200, "The document.", {"type": "object"})),
)
async def get_asyncapi(request: AnyRequest) -> Response[bytes]:
    """The AsyncAPI document."""
    form_of(request, (JSON,))
    return Response(described(), media_type=JSON)


ROUTES = (get_asyncapi,)
