"""The HTTP server: Granian with one worker, which never outlives it."""

import os
import resource
import signal

from granian import Granian
from granian.constants import Interfaces, Loops
from granian.log import LogLevels
from litestar import Litestar

from infrastructure.embedded.processes import die_with_parent
from infrastructure.shared.settings import Settings
from interfaces import api

# An open event stream would hold a worker for ever: after this it is ended, and its client resumes elsewhere.
_WORKER_PATIENCE_S = 1

_CONNECTIONS_MAX = 4_096
"""How many are served at a time; more wait until one of them ends."""


def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT. If the worker dies the whole process ends, so that one policy restarts both."""
    os.environ.update(
        settings.environment()
    )  # the worker reads its settings there, addresses found included
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)  # many systems begin with 1,024
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    Granian(
        f"{__name__}:{worker_app.__name__}",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.ASGI,
        factory=True,
        loop=Loops.uvloop,
        workers=1,
        backpressure=_CONNECTIONS_MAX,
        workers_kill_timeout=_WORKER_PATIENCE_S,
        log_level=LogLevels.warning,
    ).serve()


def worker_app() -> Litestar:
    """The app, in a worker that the kernel ends with its parent."""
    die_with_parent(signal.SIGTERM)
    return api.app()
