"""What surrounds every request, unknown routes included: its id, its log line, its measurements, the safe headers.

This wraps the whole Litestar app rather than being one of its middlewares, because those run after routing and would
miss every 404 and 405.
"""

import asyncio
import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from time import perf_counter
from typing import Any, TypeGuard
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

import structlog
from litestar.enums import HttpMethod, ScopeType
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

from application.shared import tracing
from application.shared.tracing import Span, SpanPart, SpanPlace
from interfaces.http.shared.arriving import Arriving
from interfaces.http.shared.crowds import Crowds
from interfaces.http.shared.metrics import HttpMetrics, known_method
from interfaces.http.shared.proxies import TrustedProxies
from interfaces.http.shared.quotas import spent_headers
from interfaces.http.shared.routes import Operation

_Header = tuple[bytes, bytes]

# A caller's own id is taken over if it is a plain token: it ends up in logs and headers.
_TOKEN = re.compile(rb"[A-Za-z0-9._:-]{1,128}")

# Of the version that there is, which is 55 characters long, and of those to come, which begin like it.
_TRACEPARENT = re.compile(
    rb"(?!ff|00.{54})[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(?:-.{0,99})?"
)

# A part of a path as long as this may open what it names: it is in no log.
_SECRET = re.compile(r"[A-Za-z0-9_-]{40,}")

PATCHES = ("application/json", "application/merge-patch+json")
"""How a `PATCH` may be written: members that are given replace others (RFC 7396)."""

ACCEPT_PATCH = ", ".join(PATCHES)

SLOW_READER_S = 30.0
"""Seconds that one part of a streamed answer may wait for its reader before the connection is dropped."""

VARY = b"Accept, Accept-Encoding, Authorization"
"""By what most answers differ."""

# The docs page is served from here and loads nothing from elsewhere; nothing of ours belongs into a foreign frame.
_SAFE_HEADERS: list[_Header] = [
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"content-security-policy", b"default-src 'self'; frame-ancestors 'none'; base-uri 'none'"),
    (b"cross-origin-resource-policy", b"same-origin"),
    # Nearly everything here is somebody's own: what may be kept says so, and how long.
    (b"cache-control", b"no-store"),
    (b"vary", VARY),
]


_OF_ORIGINS = (b"vary", b"access-control-")


def request_id_of(scope: Scope) -> str:
    """The id of a request: the caller's `X-Request-ID` if it is a plain token, else the trace of their `traceparent`,
    else a new UUID."""
    return str(scope["state"]["request_id"])


def correlation_id_of(request_id: str) -> UUID:
    """The id under which the events of a request are found in the log: the request id itself if it is a UUID.

    Any other token is mapped to one UUID of its own, always the same; so is that of zeros alone, which is no trace.
    """
    with suppress(ValueError):
        if (told := UUID(request_id)).int:
            return told
    return uuid5(NAMESPACE_URL, f"daybook:request:{request_id}")


def _caller_span(scope: HTTPScope) -> SpanPlace | None:
    """The span of whoever asks, if they tell it (W3C Trace Context)."""
    given = [value for name, value in scope["headers"] if name == b"traceparent"]
    found = _TRACEPARENT.fullmatch(given[0]) if len(given) == 1 else None
    trace, parent = (int(each, 16) for each in found.groups()) if found else (0, 0)
    return SpanPlace(UUID(int=trace), parent=parent) if trace and parent else None


def _place(request_id: str, caller: SpanPlace | None) -> SpanPlace:
    """Where the span of a request belongs: below the caller's, unless their `X-Request-ID` says something else."""
    trace = correlation_id_of(request_id)
    return caller if caller and caller.trace == trace else SpanPlace(trace)


class RequestContext:
    """The outermost layer of the app (ASGI)."""

    def __init__(
        self,
        app: ASGIApp,
        metrics: HttpMetrics,
        methods: Mapping[str, Iterable[str]],
        leaving: asyncio.Event,
        proxies: TrustedProxies,
        crowds: Crowds,
    ) -> None:
        """Wrap `app`; `methods` are those that each path has; `leaving` says that connections are not to be kept."""
        self._app = app
        self._crowds = crowds
        self._proxies = proxies
        self._leaving = leaving
        self._metrics = metrics
        self._allow = {
            path: ", ".join(with_head({*names, "OPTIONS"})).encode()
            for path, names in methods.items()
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request in its context; see the module."""
        if not _is_http(scope):
            await self._app(scope, receive, send)
            return
        caller = _caller_span(scope)
        request_id = _incoming_id(scope) or str(caller.trace if caller else uuid4())
        self._proxies.tell(scope)
        scope["state"]["request_id"] = request_id
        arriving = Arriving(receive, scope["headers"])
        answer = _Answer(
            send,
            request_id,
            lambda: [*self._ending(), *spent_headers(scope), *_announced(scope)],
            arriving,
        )
        method = scope["method"]
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        started = perf_counter()
        with tracing.span(method, _place(request_id, caller), SpanPart.SERVER) as span:
            try:
                with self._crowds.counted(scope):
                    await self._serve(scope, arriving, answer)
            except Exception as error:
                if not answer.abandoned:
                    # The status is out already: all that is left is to break off.
                    structlog.get_logger().error("answer broke off", exc_info=error)
                    raise
            finally:
                self._tell(scope, method, answer, perf_counter() - started, span)

    async def _serve(self, scope: HTTPScope, arriving: Arriving, answer: "_Answer") -> None:
        if scope["method"] == "HEAD":
            # A HEAD is the GET without its body: every route has both, with the same headers.
            scope["method"] = HttpMethod.GET
            await self._app(scope, answer.gone_once_headed, answer.head)
        elif scope["method"] == "OPTIONS":
            await self._app(scope, arriving, self._telling_all(scope, answer))
        else:
            await self._app(scope, arriving, answer)

    def _ending(self) -> list[_Header]:
        """What ends the connection with its answer once this process is to end."""
        return [(b"connection", b"close")] if self._leaving.is_set() else []

    def _telling_all(self, scope: HTTPScope, send: Send) -> Send:
        """Where several handlers share a path, Litestar's answer to OPTIONS knows only the first of them."""

        async def told(message: Message) -> None:
            allow = self._allow.get(scope.get("path_template", ""))
            if message["type"] == "http.response.start" and message["status"] == 204 and allow:
                patches = [(b"accept-patch", ACCEPT_PATCH.encode())] if b"PATCH" in allow else []
                told = [it for it in message["headers"] if it[0].startswith(_OF_ORIGINS)]
                message["headers"] = [(b"allow", allow), *patches, *told]
            await send(message)

        return told

    def _tell(
        self, scope: HTTPScope, method: str, answer: "_Answer", seconds: float, span: Span
    ) -> None:
        route = scope.get("path_template") or "unmatched"
        self._metrics.observe(method, route, answer.status, seconds)
        span.call(f"{known_method(method)} {route}")
        span.note("http.request.method", known_method(method))
        span.note("http.route", route)
        span.note("http.response.status_code", answer.status)
        if answer.status >= 500 or not answer.status:
            span.fail(str(answer.status))
        # The query string stays out: filters carry names of people.
        structlog.get_logger().info(
            "request",
            method=method,
            path=_SECRET.sub("…", scope["path"]),
            route=route,
            status=answer.status,
            duration_ms=round(seconds * 1000, 2),
        )


class _Answer:
    """The way out: adds the headers that every answer has, unless it has its own; remembers the status (0 if none was
    sent); drops slow readers."""

    def __init__(
        self, send: Send, request_id: str, more: Callable[[], list[_Header]], arriving: Arriving
    ) -> None:
        """Wrap `send`; `more` tells the headers that are known only when the answer begins."""
        self._send = send
        self._arriving = arriving
        self._headers = [*_SAFE_HEADERS, (b"x-request-id", request_id.encode())]
        self._more = more
        self._headed = asyncio.Event()
        self.status = 0
        self.abandoned = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            own = [*message["headers"]]
            named = {name.lower() for name, _ in own}
            ours = [*self._headers, *self._more()]
            message["headers"] = [*own, *(one for one in ours if one[0] not in named)]
            await self._arriving.rest()
            await self._send(message)
        elif message["type"] == "http.response.body" and message.get("more_body"):
            await self._send_in_time(message)
        else:
            await self._send(message)

    async def _send_in_time(self, message: Message) -> None:
        """A part of a stream: what waits for a reader holds memory and perhaps a connection to the database."""
        try:
            async with asyncio.timeout(SLOW_READER_S):
                await self._send(message)
        except TimeoutError:
            self.abandoned = True
            structlog.get_logger().warning("slow reader dropped", seconds=SLOW_READER_S)
            raise

    async def head(self, message: Message) -> None:
        """The answer to a HEAD: the body ends where it would begin."""
        if message["type"] == "http.response.start":
            await self(message)
        elif not self._headed.is_set():
            self._headed.set()
            await self._send({"type": "http.response.body", "body": b"", "more_body": False})

    async def gone_once_headed(self) -> Any:
        """Ends a stream that would go on making a body for a HEAD."""
        await self._headed.wait()
        return {"type": "http.disconnect"}


def with_head(methods: set[str]) -> list[str]:
    """The methods of a path, sorted: a GET brings a HEAD along, which Litestar does not know."""
    return sorted(methods | {"HEAD"} if "GET" in methods else methods)


def _announced(scope: HTTPScope) -> list[_Header]:
    """That the route is on its way out, if it is."""
    handler: Any = scope.get("route_handler")
    operation: Operation | None = handler.opt.get("operation") if handler else None
    deprecated = operation.deprecated if operation else None
    told = deprecated.headers if deprecated else {}
    return [(name.lower().encode(), value.encode()) for name, value in told.items()]


def _is_http(scope: Scope) -> TypeGuard[HTTPScope]:
    return scope["type"] == ScopeType.HTTP


def _incoming_id(scope: Scope) -> str | None:
    given = next((value for name, value in scope["headers"] if name == b"x-request-id"), b"")
    return given.decode() if _TOKEN.fullmatch(given) else None
