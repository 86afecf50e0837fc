"""What the answer to every command carries."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec
import structlog
from litestar.types import Receive, Scope, Send

from application.shared.commands import Carried
from interfaces.http.shared.rendering import JSON, encode_json
from interfaces.http.shared.resources import Resource
from interfaces.http.shared.routes import Named, Schema

POSITION_HEADERS = {
    "Daybook-Position": "The position in the log up to which this command wrote; for `Daybook-Min-Position`.",
    "Location": "Where the result is found.",
    "Idempotency-Replayed": "`true` if the idempotency key was known: this is the answer of the first time.",
}
"""The headers of a command's answer, for the OpenAPI document."""

ETAG_HEADER = {"ETag": "The version of the record as it is now; for `If-Match`."}
"""Beside `POSITION_HEADERS`, for what can be changed."""

COMMAND_HEADERS = {**POSITION_HEADERS, **ETAG_HEADER}


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """What a command is answered with: `show` makes it of what was left; `schemas` are those that `schema` names."""

    show: Callable[[Carried], Any]
    schema: Schema
    example: Any
    schemas: Sequence[Named] = ()


class ChangedRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Where the record is found, and the version this left it at."""

    id: int
    uid: UUID
    version: int


CHANGED = Shown(
    show=lambda it: ChangedRecord(id=it.id, uid=it.uid, version=it.version),
    schema=ChangedRecord,
    example=ChangedRecord(id=41, uid=UUID("7d1b8d0a-2f61-4c0e-9a44-0d2f5b6c7e11"), version=1),
)
"""What is answered where nothing else is said."""


class CommandAnswer:
    """The answer to a command, as it is sent (ASGI): nothing is left to be made of it."""

    def __init__(self, body: bytes, status_code: int, headers: Mapping[str, str]) -> None:
        self._body = body
        self._status_code = status_code
        self._headers = [(name.lower().encode(), it.encode()) for name, it in headers.items()]
        self._headers += [
            (b"content-type", JSON.encode()),
            (b"content-length", b"%d" % len(body)),
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        """Send it."""
        start: Any = {
            "type": "http.response.start",
            "status": self._status_code,
            "headers": self._headers,
        }
        await send(start)
        body: Any = {"type": "http.response.body", "body": self._body, "more_body": False}
        await send(body)


def command_answer(
    carried: Carried, resource: Resource, shown: Any, status_code: int = 200
) -> CommandAnswer:
    """The answer to a command on one of the resource."""
    structlog.contextvars.bind_contextvars(stream=str(carried.uid), position=carried.position)
    headers = command_headers(
        carried.position,
        f"{resource.record_path}/{carried.uid}",
        replayed=carried.replayed,
        version=carried.version,
    )
    return CommandAnswer(encode_json(shown), status_code, headers)


def command_headers(
    position: int, location: str, *, replayed: bool, version: int | None = None
) -> dict[str, str]:
    """The headers of a command's answer; `version` is that of what it left, for things that can be changed."""
    headers = {"Daybook-Position": str(position), "Location": location, "Cache-Control": "no-store"}
    if version is not None:
        headers["ETag"] = f'"{version}"'
    return {**headers, "Idempotency-Replayed": "true"} if replayed else headers
