"""The HTTP server: Granian with one worker, which never outlives it.

On SIGTERM it drains: the app is told at once, so that it is no longer ready and its streams end; it goes on serving for
as long as those who send it requests may need to notice; then nobody is let in any more, and what is in hand ends.
"""

import multiprocessing
import os
import resource
import signal
from collections.abc import Callable
from threading import Timer
from types import FrameType
from typing import cast

from granian import Granian
from granian.constants import HTTPModes, Interfaces, Loops
from granian.http import HTTP1Settings
from granian.log import LogLevels
from litestar import Litestar

from infrastructure.embedded.processes import die_with_parent
from infrastructure.shared.settings import Settings
from interfaces import api

_CONNECTIONS_MAX = 4_096
"""How many are served at a time; more wait until one of them ends."""


_HEAD_MS_MAX = 30_000
"""Milliseconds that a request's line and headers may take, and that a connection may be idle."""


def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT. If the worker dies the whole process ends, so that one policy restarts both."""
    api.check(settings)
    os.environ.update(
        settings.environment()
    )  # the worker reads its settings there, addresses found included
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)  # many systems begin with 1,024
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    server = Granian(
        f"{__name__}:{worker_app.__name__}",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.ASGI,
        factory=True,
        loop=Loops.uvloop,
        workers=1,
        # Granian looks for HTTP/2 in whatever the first bytes are, and waits for them for ever.
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=_HEAD_MS_MAX),
        backpressure=_CONNECTIONS_MAX,
        workers_kill_timeout=settings.finish_s,
        log_level=LogLevels.warning,
    )
    server.on_startup(lambda: _drain_first(settings.drain_s))
    server.serve()


def worker_app() -> Litestar:
    """The app, in a worker that the kernel ends with its parent."""
    die_with_parent(signal.SIGTERM)
    return api.app()


def _drain_first(drain_s: int) -> None:
    """Put draining before what the server does at SIGTERM; a second one, or SIGINT, ends it without."""
    end = cast("Callable[[int, FrameType | None], None]", signal.getsignal(signal.SIGTERM))

    def drain(number: int, frame: FrameType | None) -> None:
        signal.signal(signal.SIGTERM, end)
        for worker in multiprocessing.active_children():
            os.kill(worker.pid or 0, api.LEAVE)
        ending = Timer(drain_s, end, (number, frame))
        ending.daemon = True
        ending.start()

    signal.signal(signal.SIGTERM, drain)
