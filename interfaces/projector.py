"""The projector process: follows the log and keeps the read models up to date.

This is an entry point: it builds its followers from the settings it is handed.
"""

import signal
import socket
from functools import partial
from threading import Event, Thread

from infrastructure.bootstrap import build_outlook, build_projector
from infrastructure.shared.disks import disks
from infrastructure.shared.measurements import measurements
from infrastructure.shared.roles import DatabaseRole
from infrastructure.shared.settings import Settings
from infrastructure.tracing.composition import tracing
from interfaces.http.shared.admin import Telling, admin_listener, check_stays
from interfaces.http.shared.logging import configure_logging

_END = (signal.SIGTERM, signal.SIGINT)


def serve(settings: Settings, admin: socket.socket | None) -> None:
    """Keep every read model up to date until SIGTERM or SIGINT, then finish the pages in hand.

    Any number of these processes may run: one is active per projection, the others take over when it ends.
    """
    configure_logging(settings.log_level.upper())
    measured = (measurements(), disks(settings))
    # Blocked in every thread and waited for in this one: a handler that set `stop` could meet it half locked.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _END)
    try:
        with tracing(settings, "projector"), build_projector(settings) as projector:
            stop = Event()
            working = Thread(target=projector.run, args=(stop,), name="projector")
            working.start()
            telling = Telling(
                partial(build_outlook, settings, DatabaseRole.PROJECTOR),
                dead=lambda: None if working.is_alive() else "nobody follows the log any more",
                check=partial(check_stays, stop.is_set),
                counted=lambda: measured,
            )
            with admin_listener(admin, telling):
                signal.sigwait(_END)
                stop.set()
                working.join()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
