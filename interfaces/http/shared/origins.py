"""Pages of other origins that may ask this api (CORS): those that a setting names, and no others.

Rules upheld here:
- origins are named exactly; there is no wildcard, and no credentials that a browser adds by itself: who calls is told
  by the `Authorization` header, which a page has to have been given;
- a preflight is answered for every path, before anything is looked up for it: it says how one may ask, not what is
  there;
- a page that may ask is still asked who it is: nothing here lets anybody in.
"""

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from interfaces.http.shared.context import VARY

_METHODS = b"GET, HEAD, POST, PATCH, DELETE, OPTIONS"
_ASKED = (
    b"Accept, Authorization, Content-Type, Daybook-Device, Daybook-Min-Position, Idempotency-Key, If-Match, "
    b"If-None-Match, Last-Event-ID, Prefer, traceparent, X-Request-ID"
)
_TOLD = (
    b"Accept-Patch, Allow, Content-Disposition, Daybook-Epoch, Daybook-Position, Deprecation, ETag, "
    b"Idempotency-Replayed, Link, Location, Preference-Applied, RateLimit, RateLimit-Policy, Retry-After, Sunset, "
    b"WWW-Authenticate, X-Request-ID"
)
_KNOWN_S = 600
"""Seconds for which a browser need not ask again how it may ask."""


def for_origins(app: ASGIApp, origins: str) -> ASGIApp:
    """The app, as pages of these origins, with commas between, may ask it; without any, the app itself."""
    allowed = frozenset(each.encode() for each in origins.split(",") if each)
    if not allowed:
        return app

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        origin = headers.get(b"origin", b"")
        if origin not in allowed:
            await app(scope, receive, _varying(send, []))
        elif scope["method"] == "OPTIONS" and b"access-control-request-method" in headers:
            await _tell_how(send, origin)
        else:
            told = [
                (b"access-control-allow-origin", origin),
                (b"access-control-expose-headers", _TOLD),
            ]
            await app(scope, receive, _varying(send, told))

    return serve


def _varying(send: Send, told: list[tuple[bytes, bytes]]) -> Send:
    """The way out, on which every answer says that it depends on who asks."""

    async def tell(message: Message) -> None:
        if message["type"] == "http.response.start":
            own = [(name.lower(), value) for name, value in message["headers"]]
            vary = dict(own).get(b"vary", VARY) + b", Origin"
            kept = [each for each in own if each[0] != b"vary"]
            message["headers"] = [*kept, (b"vary", vary), *told]
        await send(message)

    return tell


async def _tell_how(send: Send, origin: bytes) -> None:
    headers = [
        (b"access-control-allow-origin", origin),
        (b"access-control-allow-methods", _METHODS),
        (b"access-control-allow-headers", _ASKED),
        (b"access-control-max-age", b"%d" % _KNOWN_S),
        (b"vary", b"Origin, Access-Control-Request-Method, Access-Control-Request-Headers"),
    ]
    await send({"type": "http.response.start", "status": 204, "headers": headers})
    await send({"type": "http.response.body", "body": b"", "more_body": False})
