"""The head of a request: how long its target and its header fields may be, told as every problem is.

The server in front of the app refuses what is longer still, or is no HTTP, before there is a request to answer: with a
status alone and the end of the connection.
"""

from litestar import Request
from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPScope, Receive, Scope, Send

from domain.shared.errors import DaybookError
from interfaces.http.shared.context import request_id_of
from interfaces.http.shared.problems import HeadersTooLarge, TargetTooLong, answer_for

TARGET_BYTES_MAX = 32_768
"""Bytes of a path with its query: some hundred filters, or a cursor of the longest kind twice."""

HEADERS_BYTES_MAX = 65_536
"""Bytes of all header fields together, names and values."""


def with_bounded_heads(app: ASGIApp) -> ASGIApp:
    """The app, which is not asked what has too long a head."""

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        refusal = _refusal(scope) if scope["type"] == ScopeType.HTTP else None
        if refusal is None:
            await app(scope, receive, send)
            return
        told = answer_for(refusal, request_id_of(scope))
        answer = told.to_asgi_response(None, Request(scope))
        await answer(scope, receive, send)

    return serve


def _refusal(scope: HTTPScope) -> DaybookError | None:
    target = len(scope["raw_path"]) + len(scope["query_string"])
    if target > TARGET_BYTES_MAX:
        detail = (
            f"The path and the query have {target} bytes; {TARGET_BYTES_MAX} at most were expected."
        )
        return TargetTooLong(detail, limit=TARGET_BYTES_MAX)
    size = sum(len(name) + len(value) for name, value in scope["headers"])
    if size > HEADERS_BYTES_MAX:
        detail = f"The header fields have {size} bytes; {HEADERS_BYTES_MAX} at most were expected."
        return HeadersTooLarge(detail, limit=HEADERS_BYTES_MAX)
    return None
