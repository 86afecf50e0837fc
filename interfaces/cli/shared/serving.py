"""The HTTP server: Granian, whose workers share one listening socket and never outlive it.

A worker that dies is started anew while the others serve; what waits in the socket waits for whoever comes. The process
itself serves nothing but the admin listener, which answers while the workers are overrun.

On SIGTERM it drains: the apps are told at once, so that they are no longer ready and their streams end; they go on
serving for as long as those who send them requests may need to notice; then nobody is let in any more, and what is in
hand ends.
"""

import gc
import multiprocessing
import os
import resource
import shutil
import signal
import socket
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from threading import Event, Thread, Timer
from time import sleep
from types import FrameType
from typing import cast

from granian._granian import SocketHolder
from granian.constants import HTTPModes, Interfaces, Loops
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.mp import MPServer
from litestar import Litestar

from domain.shared.errors import Unavailable
from infrastructure.bootstrap import build_outlook
from infrastructure.shared.disks import disks
from infrastructure.shared.listening import BACKLOG, handed, listen_soon
from infrastructure.shared.settings import Settings, read_settings
from interfaces import api
from interfaces.http.shared.admin import Telling, admin_listener, check_stays
from interfaces.http.shared.metrics import count_in, counted_by_workers, counting_folder
from interfaces.http.shared.moments import FullDisk

_CONNECTIONS_MAX = 4_096
"""How many are served at a time; more wait until one of them ends."""

_HEAD_MS_MAX = 30_000
"""Milliseconds that a request's line and headers may take, and that a connection may be idle."""

_ORPHAN_POLL_S = 0.5
_MEMORY = "/dev/shm"  # noqa: S108 - the folder made there is for its owner alone
_made: list[Litestar] = []


class _ApiServer(MPServer):
    """Granian on a socket that is there already, which all workers accept from."""

    def __init__(self, listening: socket.socket, settings: Settings) -> None:
        super().__init__(
            f"{__name__}:{worker_app.__name__}",
            address=settings.host,
            port=settings.port,
            interface=Interfaces.ASGI,
            factory=True,
            loop=Loops.uvloop,
            workers=settings.api_workers,
            respawn_failed_workers=settings.api_workers > 1,
            # Granian looks for HTTP/2 in whatever the first bytes are, and waits for them for ever.
            http=HTTPModes.http1,
            http1_settings=HTTP1Settings(header_read_timeout=_HEAD_MS_MAX),
            backpressure=_CONNECTIONS_MAX // settings.api_workers,
            workers_kill_timeout=settings.finish_s,
            log_level=LogLevels.warning,
        )
        self._listening = listening

    def _init_shared_socket(self) -> None:
        self._listening.setblocking(False)
        self._ssp, self._sso = None, self._listening
        holder = cast("Callable[[int, bool, int], None]", SocketHolder)  # its stub tells less
        self._shd = holder(self._listening.fileno(), False, BACKLOG)


def serve(settings: Settings, admin: socket.socket | None, served: int | None = None) -> None:
    """Serve until SIGTERM or SIGINT, on the socket `served` that was handed over, or where the settings say.

    A single worker that dies ends the whole process, and so do workers that keep dying, so that one policy restarts it.

    Raises:
        Unavailable: nobody can listen there.
    """
    api.check(settings)
    os.environ.update(settings.environment())  # the workers read their settings there
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)  # many systems begin with 1,024
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    listening = listen_soon(settings.host, settings.port) if served is None else handed(served)
    folder = Path(tempfile.mkdtemp(prefix="daybook-api-", dir=_in_memory()))
    count_in(folder)
    leaving = Event()
    _made.append(api.app())
    # Workers begin as copies of this process: they share what is there, as long as nobody goes through all of it.
    gc.collect()
    gc.freeze()
    server = _ApiServer(listening, settings)
    server.on_startup(lambda: _drain_first(settings.drain_s, leaving))
    telling = Telling(
        partial(build_outlook, settings),
        dead=partial(api.stuck, folder),
        check=partial(_check_serves, folder, leaving),
        counted=lambda: [counted_by_workers(), disks(settings)],
        is_full=FullDisk(folder).is_full,
    )
    try:
        with admin_listener(admin, telling):
            server.serve()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _in_memory() -> str | None:
    """Where files are kept in memory, if that is anywhere.

    The workers write what they count through mapped memory: one that met a full disk there would be killed (SIGBUS).
    """
    return _MEMORY if os.access(_MEMORY, os.W_OK) else None


def worker_app() -> Litestar:
    """The app that was made before, in a worker that ends soon after its parent, whenever that died."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        patience_s = read_settings().finish_s
        Thread(target=_end_with, args=(parent.pid, patience_s), daemon=True).start()
    return _made.pop() if _made else api.app()


def _end_with(parent: int | None, patience_s: float) -> None:
    """End this process once its parent is no more: as at the end of the parent, and by force if that takes longer."""
    while os.getppid() == parent:
        sleep(_ORPHAN_POLL_S)
    shutil.rmtree(counting_folder() or "", ignore_errors=True)
    os.kill(os.getpid(), api.LEAVE)
    os.kill(os.getpid(), signal.SIGTERM)
    sleep(patience_s)
    os.kill(os.getpid(), signal.SIGKILL)


def _check_serves(folder: Path, leaving: Event) -> None:
    check_stays(leaving.is_set)
    if not api.has_begun(folder):
        raise Unavailable("no worker serves yet", code="starting")


def _drain_first(drain_s: int, leaving: Event) -> None:
    """Put draining before what the server does at SIGTERM; a second one, or SIGINT, ends it without."""
    end = cast("Callable[[int, FrameType | None], None]", signal.getsignal(signal.SIGTERM))

    def drain(number: int, frame: FrameType | None) -> None:
        signal.signal(signal.SIGTERM, end)
        leaving.set()
        for worker in multiprocessing.active_children():
            os.kill(worker.pid or 0, api.LEAVE)
        ending = Timer(drain_s, end, (number, frame))
        ending.daemon = True
        ending.start()

    signal.signal(signal.SIGTERM, drain)
