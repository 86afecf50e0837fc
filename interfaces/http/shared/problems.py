"""Errors as `application/problem+json` (RFC 9457), and the one table that gives each family of errors its status.

Rules upheld here:
- whatever is not a success is a problem document: refusals of the domain, unknown routes and a bug alike;
- `type` names the family (and resolves: `GET /problems/<family>`), `code` the very reason, both stable;
- a 500 says nothing about the inside; the request id finds the story in the logs.
"""

import errno
from typing import Any, ClassVar

import msgspec
import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.types import ExceptionHandlersMap

from application.shared.ports import PositionAhead
from domain.shared.errors import (
    Conflict,
    DaybookError,
    Fault,
    Forbidden,
    Gone,
    Invalid,
    KeyReused,
    Malformed,
    NotFound,
    Refused,
    StaleVersion,
    Throttled,
    Unauthenticated,
    Unavailable,
    disk_full,
)
from interfaces.http.shared.arriving import TooSlow
from interfaces.http.shared.context import ACCEPT_PATCH, request_id_of, with_head

MEDIA_TYPE = "application/problem+json"


class NoSuchRoute(DaybookError, code="no_such_route"):
    """Nothing is served under this path."""


class MethodNotAllowed(DaybookError, code="method_not_allowed"):
    """The path is served, but not with this method; the header `Allow` lists those it has."""


class NotAcceptable(DaybookError, code="not_acceptable"):
    """The answer is not available in a form that the header `Accept` asks for."""


class TooLarge(DaybookError, code="body_too_large"):
    """The body is larger than the server takes."""


class TargetTooLong(DaybookError, code="uri_too_long"):
    """The path and the query are longer than the server takes."""


class HeadersTooLarge(DaybookError, code="headers_too_large"):
    """The header fields are larger than the server takes."""


class UnsupportedMediaType(DaybookError, code="unsupported_media_type"):
    """The body is of a form that this route does not read."""


class InternalError(DaybookError, code="internal_error"):
    """A fault of the server, not of the request; the request id finds it in the logs."""


class Family(msgspec.Struct, frozen=True):
    """How one family of errors looks from outside: its last path segment in `type`, its status, its title."""

    name: str
    status: int
    title: str


FAMILIES: dict[type[DaybookError], Family] = {
    Malformed: Family("malformed", 400, "The request cannot be read"),
    Unauthenticated: Family("unauthenticated", 401, "The caller is not known"),
    Forbidden: Family("forbidden", 403, "This caller may not do this"),
    NotFound: Family("not-found", 404, "There is no such thing"),
    NoSuchRoute: Family("no-such-route", 404, "There is no such route"),
    MethodNotAllowed: Family("method-not-allowed", 405, "The route has no such method"),
    NotAcceptable: Family("not-acceptable", 406, "The answer has no such form"),
    TooSlow: Family("too-slow", 408, "The body came too slowly"),
    Refused: Family("refused", 409, "The rules do not allow this now"),
    Conflict: Family("conflict", 409, "Somebody else wrote first"),
    Gone: Family("gone", 410, "What the caller goes on from is no more"),
    StaleVersion: Family("stale-version", 412, "It has changed since the caller saw it"),
    TooLarge: Family("too-large", 413, "The body is too large"),
    TargetTooLong: Family("uri-too-long", 414, "The path and the query are too long"),
    UnsupportedMediaType: Family("unsupported-media-type", 415, "The body has the wrong form"),
    Invalid: Family("invalid", 422, "A value has no meaning here"),
    KeyReused: Family("key-reused", 422, "The idempotency key belongs to another request"),
    Throttled: Family("too-many-attempts", 429, "There were too many attempts"),
    HeadersTooLarge: Family("headers-too-large", 431, "The header fields are too large"),
    InternalError: Family("internal-error", 500, "The server failed"),
    Unavailable: Family("unavailable", 503, "A part of the system does not answer now"),
}


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """What every answer outside 2xx and 3xx carries (RFC 9457), beside the facts of the case.

    `errors` has one entry per wrong part of the request: `pointer` into the body, `parameter` of the query or a header,
    or `row` and `column` of an imported file; what was got, what was expected, and the nearest valid name.
    """

    type: str
    title: str
    status: int
    detail: str
    code: str
    request_id: str
    errors: tuple[Fault, ...] = ()

    media_type: ClassVar[str] = MEDIA_TYPE


def family_of(error: DaybookError) -> Family:
    """The row of the table for an error: that of its nearest listed class; unlisted ones are faults of ours."""
    listed = (FAMILIES[kind] for kind in type(error).__mro__ if kind in FAMILIES)
    return next(listed, FAMILIES[InternalError])


_ENCODER = msgspec.json.Encoder(decimal_format="string", enc_hook=str)


def answer_for(error: DaybookError, request_id: str) -> Response[bytes]:
    """The answer that tells an error."""
    return Response(
        _ENCODER.encode(document_of(error, request_id)),
        status_code=family_of(error).status,
        media_type=MEDIA_TYPE,
        headers=_headers(error),
    )


def document_of(error: DaybookError, request_id: str) -> dict[str, Any]:
    """The problem document of an error. Its facts become further members, and never hide the standard ones."""
    family = family_of(error)
    problem = Problem(
        type=f"/problems/{family.name}",
        title=family.title,
        status=family.status,
        detail=error.detail,
        code=error.code,
        request_id=request_id,
        errors=error.faults,
    )
    document = msgspec.structs.asdict(problem)
    if not problem.errors:
        del document["errors"]
    hidden = {*document, "errors", "replayed"}
    return document | {name: fact for name, fact in error.facts.items() if name not in hidden}


def _headers(error: DaybookError) -> dict[str, str]:
    headers = {"Cache-Control": "no-store"}
    if isinstance(error, Unauthenticated):
        headers["WWW-Authenticate"] = _challenge(error)
    if isinstance(error, Unavailable | Throttled):
        headers["Retry-After"] = str(error.retry_after_s)
    if isinstance(error, MethodNotAllowed):
        headers["Allow"] = ", ".join(error.facts["allowed"])
    # A command may be refused and still leave a trace in the log, as a rejected import does.
    position = error.facts.get("position")
    if position and not isinstance(error, PositionAhead):
        headers["Daybook-Position"] = str(position)
    if error.facts.get("replayed"):
        headers["Idempotency-Replayed"] = "true"
    return headers


def _challenge(error: Unauthenticated) -> str:
    """How to get in (RFC 6750); what is wrong with a token is said only of one that was sent."""
    realm = 'Bearer realm="daybook"'
    if not error.code.startswith("token_") or error.code == "token_missing":
        return realm
    return f'{realm}, error="invalid_token", error_description="{error.detail}"'


def _known(request: Request[Any, Any, Any], error: DaybookError) -> Response[bytes]:
    if error.code == "disk_full":
        request.app.state.full.mark()
    if family_of(error).status >= 500:
        structlog.get_logger().warning("unavailable", code=error.code, detail=error.detail)
    told = answer_for(error, request_id_of(request.scope))
    if isinstance(error, UnsupportedMediaType) and request.method == "PATCH":
        told.headers["Accept-Patch"] = ACCEPT_PATCH
    return told


def _unknown(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    structlog.get_logger().error("failure", exc_info=error)
    hidden = InternalError("The server failed; the request id finds the reason in its log.")
    return answer_for(hidden, request_id_of(request.scope))


def _of_the_machine(request: Request[Any, Any, Any], error: OSError) -> Response[bytes]:
    """Our own disk may have no room, too: for what is uploaded, for one."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return _known(request, disk_full("this server"))
    return _unknown(request, error)


def _of_the_framework(request: Request[Any, Any, Any], error: HTTPException) -> Response[bytes]:
    """Turn what Litestar itself refuses (routing, sizes, forms) into the same documents."""
    translated = _translated(error, request.scope["path"], request.scope["method"])
    if translated is None:
        return _unknown(request, error)
    return answer_for(translated, request_id_of(request.scope))


def _translated(error: HTTPException, path: str, method: str) -> DaybookError | None:
    match error.status_code:
        case 404:
            return NoSuchRoute(f"Nothing is served under {path}; GET /docs lists what is.")
        case 405:
            allow = (error.headers or {}).get("allow", "")
            allowed = with_head({one.strip() for one in allow.split(",")})
            detail = f"{path} does not take {method}; it takes {', '.join(allowed)}."
            return MethodNotAllowed(detail, allowed=allowed)
        case 413:
            return TooLarge("The body is larger than this route takes.")
        case 415:
            return UnsupportedMediaType(error.detail)
        case status if 400 <= status < 500:
            return Malformed(error.detail)
        case _:
            return None


EXCEPTION_HANDLERS: ExceptionHandlersMap = {
    DaybookError: _known,
    HTTPException: _of_the_framework,
    OSError: _of_the_machine,
    Exception: _unknown,
}
