"""The routes of commands: start something, change it, act on it, end it. Written once; a context only names its parts.

A route reads the body, `Idempotency-Key` and `If-Match`, makes a `Call` of them, hands it to its use case, and answers
what that left: where it is found, at which version, up to which position of the log.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Required, TypedDict, Unpack
from uuid import UUID

import msgspec
import structlog
from litestar import Response, delete, patch, post
from litestar.handlers import HTTPRouteHandler
from litestar.status_codes import HTTP_200_OK, HTTP_202_ACCEPTED, HTTP_204_NO_CONTENT
from litestar.types import Receive, Scope, Send

from application.shared.commands import Carried
from application.shared.permissions import Permission, Proof
from domain.shared.errors import DaybookError, Invalid, KeyReused, NotFound, Refused, StaleVersion
from domain.shared.proposed import Proposed
from interfaces.http.shared.arriving import TooSlow
from interfaces.http.shared.bodies import read_json
from interfaces.http.shared.collections import record_parameter
from interfaces.http.shared.inputs import call_of, services_of
from interfaces.http.shared.preferences import (
    MINIMAL,
    REPRESENTATION,
    preferences,
    what_it_left,
)
from interfaces.http.shared.problems import TooLarge, UnsupportedMediaType
from interfaces.http.shared.rendering import JSON, encode_json
from interfaces.http.shared.resources import AnyRequest, Resource
from interfaces.http.shared.routes import (
    IDEMPOTENCY_KEY,
    IF_MATCH,
    PREFER,
    Answer,
    Body,
    Deprecated,
    Named,
    Parameter,
    Schema,
    answer,
    camel,
    documented,
)
from interfaces.http.shared.tags import record_tag

POSITION_HEADERS = {
    "Daybook-Position": "The position in the log up to which this command wrote; for `Daybook-Min-Position`.",
    "Location": "Where the result is found.",
    "Idempotency-Replayed": "`true` if the idempotency key was known: this is the answer of the first time.",
    "Preference-Applied": "What of `Prefer` was followed.",
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
    example=ChangedRecord(id=41, uid=UUID("b1d2c3e4-5f60-4718-8293-a4b5c6d7e812"), version=1),
)
"""What is answered where nothing else is said."""


class WaitingRecord(ChangedRecord, frozen=True, kw_only=True):
    """The proposal that waits for somebody else: what it is, and when it lapses."""

    kind: str
    summary: str
    expires_at: datetime


_WAITS = WaitingRecord(
    id=52,
    uid=UUID("b1d2c3e4-5f60-4718-8293-a4b5c6d7e824"),
    version=1,
    kind="limit",
    summary="Let the administrator Ruth Abara decide alone up to 750.00 EUR",
    expires_at=datetime(2026, 11, 27, 21, 30, tzinfo=UTC),
)
PROPOSALS_PATH = "/proposals"
"""Under which what waits for somebody else is found."""


class CommandAnswer:
    """The answer to a command, as it is sent (ASGI): nothing is left to be made of it."""

    def __init__(self, body: bytes, status_code: int, headers: Mapping[str, str]) -> None:
        self.body = body
        self.status_code = status_code
        self._told = headers
        self._headers = [(name.lower().encode(), it.encode()) for name, it in headers.items()]
        if body:
            self._headers.append((b"content-type", JSON.encode()))
        self._headers.append((b"content-length", b"%d" % len(body)))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        """Send it."""
        start: Any = {
            "type": "http.response.start",
            "status": self.status_code,
            "headers": self._headers,
        }
        await send(start)
        body: Any = {"type": "http.response.body", "body": self.body, "more_body": False}
        await send(body)

    def instead(self, body: bytes, status_code: int, **headers: str) -> "CommandAnswer":
        """The same command, told otherwise."""
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        return CommandAnswer(body, status_code, {**self._told, **told})

    def response(self) -> Response[bytes]:
        """The same for a route that is written out."""
        headers = dict(self._told)
        return Response(self.body, status_code=self.status_code, media_type=JSON, headers=headers)


def command_answer(
    carried: Carried, resource: Resource, shown: Any, status_code: int = 200
) -> CommandAnswer:
    """The answer to a command on one of the resource."""
    structlog.contextvars.bind_contextvars(stream=str(carried.uid), position=carried.position)
    headers = command_headers(
        carried.position,
        f"{resource.record_path}/{carried.uid}",
        replayed=carried.replayed,
        etag=record_tag(resource.collection, carried.version),
    )
    body = b"" if status_code == HTTP_204_NO_CONTENT else encode_json(shown)
    return CommandAnswer(body, status_code, headers)


async def as_preferred(
    request: AnyRequest, resource: Resource, carried: Carried, usual: CommandAnswer, shown: Shown
) -> CommandAnswer:
    """The answer to a command as its sender would rather have it, or as it usually is."""
    wish = preferences(request).get("return")
    applied = f"return={wish}"
    if wish == MINIMAL:
        status = 204 if usual.status_code == HTTP_200_OK else usual.status_code
        return usual.instead(b"", status, Preference_Applied=applied)
    if wish != REPRESENTATION or usual.status_code == HTTP_204_NO_CONTENT:
        return usual
    if shown.schema == {"$ref": f"#/components/schemas/{resource.schema_name}"}:
        return usual.instead(usual.body, usual.status_code, Preference_Applied=applied)
    if left := await what_it_left(request, resource, carried):
        row, etag = left
        return usual.instead(
            encode_json({**msgspec.json.decode(usual.body), **row}),
            usual.status_code,
            Preference_Applied=applied,
            ETag=etag,
        )
    return usual


def waiting_answer(carried: Carried, made: Proposed) -> CommandAnswer:
    """The answer to a command that is a proposal by now, as it was made."""
    waits = WaitingRecord(
        id=carried.id,
        uid=carried.uid,
        version=carried.version,
        kind=made.kind,
        summary=made.summary,
        expires_at=made.expires_at,
    )
    headers = command_headers(
        carried.position, f"{PROPOSALS_PATH}/{carried.uid}", replayed=carried.replayed
    )
    return CommandAnswer(encode_json(waits), HTTP_202_ACCEPTED, headers)


def command_headers(
    position: int, location: str, *, replayed: bool, etag: str | None = None
) -> dict[str, str]:
    """The headers of a command's answer; `etag` is that of what it left, for things that can be changed."""
    headers = {"Daybook-Position": str(position), "Location": location, "Cache-Control": "no-store"}
    if etag is not None:
        headers["ETag"] = etag
    return {**headers, "Idempotency-Replayed": "true"} if replayed else headers


WAITS_ANSWER = answer(
    HTTP_202_ACCEPTED,
    "It waits for somebody else to confirm it, as the proposal that `Location` names.",
    WaitingRecord,
    example=_WAITS,
    headers=POSITION_HEADERS,
)

_MINIMAL_ANSWER = Answer(
    status=204, description="It is so, and nothing is told (`return=minimal`)."
)

Use = Callable[..., Awaitable[Carried]]
"""A use case, as a method of its class: told what the path names, what the body says, and the `Call`."""


class Told(TypedDict, total=False):
    """What a context says about a route in its own words.

    `said` describes the answer, and `shown` is what it shows. `into` is the command that the body becomes, member by
    member, or a function that makes it; without it the use case gets the body as it is. `needs_body` False says
    that a `POST` may come without one; `is_keyed` False, that neither `Idempotency-Key` nor `If-Match` is read.
    `proof` is what is asked of the caller's sign-in, such as `Proof.RECENT` where payees, people or limits change.
    With the `status` 204 nothing is shown. `may_wait` says that somebody else may have to confirm it first.
    `operation_id` is made of the use case and the resource (`openBank`) where it is not given.
    """

    permission: Required[Permission]
    proof: Proof
    summary: Required[str]
    description: Required[str]
    said: str
    shown: Shown
    into: Callable[..., Any]
    operation_id: str
    status: int
    problems: Sequence[type[DaybookError]]
    needs_body: bool
    is_keyed: bool
    may_wait: bool
    deprecated: Deprecated


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
    return _on_one(patch, resource, "", use, example, {"said": "It is so now.", **told})


def ends(resource: Resource, use: Use, **told: Unpack[Told]) -> HTTPRouteHandler:
    """`DELETE`, which takes out of use; nothing is deleted."""
    return _on_one(delete, resource, "", use, None, {"said": "It is out of use.", **told})


def acts(
    resource: Resource,
    action: str,
    use: Use,
    example: msgspec.Struct | None = None,
    **told: Unpack[Told],
) -> HTTPRouteHandler:
    """`POST` of an action on one thing, named by the end of the path."""
    return _on_one(post, resource, f"/{action}", use, example, {"said": "It is done.", **told})


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
    kind = type(example) if example else None
    shown, is_required = told.get("shown", CHANGED), method is not post or _has_required(kind)
    is_new, is_keyed = status == 201, told.get("is_keyed", True)
    may_wait = told.get("may_wait", False)
    status = told.get("status", status)
    become = _becoming(told.get("into"))

    async def carry_out(request: AnyRequest) -> CommandAnswer:
        body = await read_json(request, kind, required=is_required) if kind else None
        call = call_of(request, body, is_new=is_new, is_keyed=is_keyed)
        given: list[Any] = [request.path_params[segment.name]] if segment else []
        if body is not None:
            given.append(become(body))
        services = services_of(request)
        owner = services.owners.get(use, services.commands)
        carried = await use(owner, *given, call)
        if may_wait and isinstance(made := carried.facts[0].event, Proposed):
            return waiting_answer(carried, made)
        usual = command_answer(carried, resource, shown.show(carried), status)
        return await as_preferred(request, resource, carried, usual, shown)

    return method(
        path,
        operation_id=told.get("operation_id") or f"{camel(use.__name__)}{resource.schema_name}",
        tags=[resource.plural],
        summary=told["summary"],
        description=told["description"],
        # Litestar wants no handler of a 204 to answer anything; the answer brings its own status.
        status_code=HTTP_200_OK if status == HTTP_204_NO_CONTENT else status,
        opt=documented(
            told["permission"],
            *_answers(told["said"], shown, status, may_wait=may_wait),
            parameters=[
                *([segment] if segment else ()),
                *((IDEMPOTENCY_KEY,) if is_keyed else ()),
                *((IF_MATCH,) if is_keyed and not is_new else ()),
                PREFER,
            ],
            body=_body(example, told.get("needs_body", True)),
            problems=[
                *((TooSlow, TooLarge, UnsupportedMediaType, Invalid) if kind else ()),
                *((NotFound,) if segment else ()),
                *((KeyReused,) if is_keyed else ()),
                *((StaleVersion,) if is_keyed and not is_new else ()),
                Refused,
                *told.get("problems", ()),
            ],
            schemas=shown.schemas,
            located_at=resource.record_path,
            proof=told.get("proof", Proof.SIGN_IN),
            deprecated=told.get("deprecated"),
        ),
    )(carry_out)


def _answers(said: str, shown: Shown, status: int, *, may_wait: bool) -> list[Answer]:
    """The usual answer, that of a proposal, and the least there is to say."""
    is_quiet = status == HTTP_204_NO_CONTENT
    schema, example = (None, None) if is_quiet else (shown.schema, shown.example)
    return [
        answer(status, said, schema, example=example, headers=COMMAND_HEADERS),
        *([WAITS_ANSWER] if may_wait else ()),
        *([_MINIMAL_ANSWER] if status == HTTP_200_OK else ()),
    ]


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
