"""The admin listener of a process: health and metrics, for probes and scrapers, without a token.

Rules upheld here:
- it shares no thread, no event loop and no connection with what the process serves: it answers when that is overrun;
- it answers GET only, with numbers and names: no texts of errors, which may quote what an event says;
- on a loopback address it heeds only who calls it by one, so that no browser is led here by a foreign name;
- who asks often, or slowly, gets in nobody's way: the database is asked once a second at most, and a few are served.
"""

import asyncio
import os
import socket
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from socketserver import ThreadingMixIn
from threading import BoundedSemaphore, Lock, Thread
from time import monotonic
from typing import Any, TypeVar
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer
from wsgiref.types import StartResponse, WSGIEnvironment

import msgspec
import structlog
from msgspec.structs import replace
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from application.shared.services import Outlook
from domain.shared.errors import DaybookError, Forbidden, Unavailable
from interfaces.http.shared.metrics import Measuring, MetricsPage, ProcessFamily
from interfaces.http.shared.own_machine import check_own_machine
from interfaces.http.shared.standing import Ready, readiness, standing

T = TypeVar("T")

_SERVED_MAX = 8
_CALLER_PATIENCE_S = 5.0
_ANSWER_S_MAX = 8.0
_KEPT_S = 1.0
_JSON = "application/json"

_computing = Lock()
# A process that forks, as an api does for its workers, does so while nothing here is half done.
os.register_at_fork(
    before=_computing.acquire,
    after_in_parent=_computing.release,
    after_in_child=_computing.release,
)


def nothing_wrong() -> str | None:
    """For a process that lives as long as it answers."""
    return None


def check_stays(is_leaving: Callable[[], bool]) -> None:
    """Go on only if the process is not about to end.

    Raises:
        Unavailable: it is.
    """
    if is_leaving():
        raise Unavailable("this process is about to end", code="leaving")


@dataclass(frozen=True)
class Telling:
    """What one process tells.

    Attributes:
        outlook: makes what asks the database, anew for each time.
        dead: why it has to be started anew, None while it has not.
        check: goes on only if it can do its work now; raises `Unavailable` if it is about to end, or has only begun.
        counted: measurements of its own.
        is_full: whether it, or one that it started, met a disk without room lately.
    """

    outlook: Callable[[], Outlook]
    dead: Callable[[], str | None] = nothing_wrong
    check: Callable[[], None] = lambda: None
    counted: Callable[[], Iterable[Measuring]] = tuple
    is_full: Callable[[], bool] = lambda: False


@contextmanager
def admin_listener(listening: socket.socket | None, telling: Telling) -> Iterator[None]:
    """Tell whoever connects to this socket, in threads of its own, until the block ends; None: nobody."""
    if listening is None:
        yield
        return
    os.register_at_fork(after_in_child=listening.close)
    server = _AdminServer(listening, _AdminPages(telling, is_loopback=_is_loopback(listening)))
    Thread(target=server.serve_forever, name="admin", daemon=True).start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()


class _AdminPages:
    """The WSGI application."""

    def __init__(self, telling: Telling, *, is_loopback: bool) -> None:
        self._telling = telling
        self._is_loopback = is_loopback
        self._ready = _KeptAnswer(
            lambda: self._asked(partial(readiness, is_full=self._telling.is_full()))
        )
        self._metrics = _KeptAnswer(self._measured)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        try:
            status, kind, body = self._answer(environ)
        except DaybookError as error:
            status, kind, body = _refusal(error)
        except Exception as error:  # noqa: BLE001 - whatever it is, who asks hears that it is not well
            structlog.get_logger().error("admin listener", exc_info=error)
            status, kind, body = _told(HTTPStatus.INTERNAL_SERVER_ERROR, code="internal")
        headers = [
            ("Content-Type", kind),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
        ]
        start_response(f"{status.value} {status.phrase}", headers)
        return [body]

    def _answer(self, environ: WSGIEnvironment) -> tuple[HTTPStatus, str, bytes]:
        if self._is_loopback:
            check_own_machine({"host": environ.get("HTTP_HOST", "")})
        if environ["REQUEST_METHOD"] != "GET":
            return _told(HTTPStatus.METHOD_NOT_ALLOWED, code="method_not_allowed")
        match environ.get("PATH_INFO"):
            case "/health/live":
                if dead := self._telling.dead():
                    raise Unavailable(dead, code="dead")
                return _told(HTTPStatus.OK, status="ok")
            case "/health/ready":
                self._telling.check()
                return HTTPStatus.OK, _JSON, msgspec.json.encode(_without_texts(self._ready()))
            case "/metrics":
                return HTTPStatus.OK, CONTENT_TYPE_LATEST, self._metrics()
        return _told(HTTPStatus.NOT_FOUND, code="not_found")

    def _measured(self) -> bytes:
        found = self._asked(partial(standing, is_full=self._telling.is_full()))
        return generate_latest(MetricsPage(ProcessFamily(), *self._telling.counted(), found))

    def _asked(self, question: Callable[[Outlook], Awaitable[T]]) -> T:
        """What a question is answered, over connections that are given back with the answer."""

        async def asked() -> T:
            outlook = self._telling.outlook()
            try:
                async with asyncio.timeout(_ANSWER_S_MAX):
                    return await question(outlook)
            except TimeoutError as error:
                detail = f"the database does not answer within {_ANSWER_S_MAX:.0f} s"
                raise Unavailable(detail, code="database_unreachable") from error
            finally:
                await outlook.aclose()

        return asyncio.run(asked())


class _KeptAnswer:
    """An answer that is made once, and kept for a moment for all who ask; so is a refusal."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self._make = make
        self._until = 0.0
        self._answer: Any = None

    def __call__(self) -> Any:
        with _computing:
            if monotonic() > self._until:
                try:
                    self._answer = self._make()
                except DaybookError as error:
                    self._answer = error
                self._until = monotonic() + _KEPT_S
        if isinstance(self._answer, DaybookError):
            raise self._answer
        return self._answer


class _AdminServer(ThreadingMixIn, WSGIServer):
    """A WSGI server on a socket that listens already, with a bounded number of threads."""

    daemon_threads = True

    def __init__(self, listening: socket.socket, pages: _AdminPages) -> None:
        host, port = listening.getsockname()[:2]
        super().__init__((host, port), _AdminHandler, bind_and_activate=False)
        self.socket.close()
        self.socket = listening
        self.server_name, self.server_port = host, port
        self.setup_environ()
        self.set_app(pages)
        self._places = BoundedSemaphore(_SERVED_MAX)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Serve it in a thread, if there is one left."""
        if self._places.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Serve it, and leave the place to another."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._places.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Who goes away, or asks in no language of ours, is no trouble."""


class _AdminHandler(WSGIRequestHandler):
    """One connection, which does not wait for ever."""

    timeout = _CALLER_PATIENCE_S

    def log_message(self, *_: object) -> None:
        """A probe every few seconds is no news."""


def _is_loopback(listening: socket.socket) -> bool:
    host = str(listening.getsockname()[0])
    return host.startswith("127.") or host == "::1"


def _without_texts(ready: Ready) -> Ready:
    """As it is, but for errors, of which it is told only that there are some."""
    return replace(
        ready,
        projections=tuple(
            replace(one, error="see daybook status" if one.error else None)
            for one in ready.projections
        ),
        reactions=replace(
            ready.reactions, halted="see daybook status" if ready.reactions.halted else None
        ),
    )


def _told(outcome: HTTPStatus, **members: str) -> tuple[HTTPStatus, str, bytes]:
    return outcome, _JSON, msgspec.json.encode(members)


def _refusal(error: DaybookError) -> tuple[HTTPStatus, str, bytes]:
    is_foreign = isinstance(error, Forbidden)
    status = HTTPStatus.FORBIDDEN if is_foreign else HTTPStatus.SERVICE_UNAVAILABLE
    return _told(status, code=error.code, detail=error.detail)
