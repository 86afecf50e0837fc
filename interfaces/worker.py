"""The worker process: carries out reactions, makes the nightly runs that are due, and removes what is kept no longer.

This is an entry point: it builds its worker from the settings it is handed.
"""

import asyncio
import signal
import socket
from functools import partial

from application.shared.sight import see_every_bank
from infrastructure.bootstrap import build, build_outlook, build_worker
from infrastructure.etl.composition import look_after
from infrastructure.retention import removing
from infrastructure.shared.disks import disks
from infrastructure.shared.measurements import measurements
from infrastructure.shared.settings import Settings
from infrastructure.tracing.composition import tracing
from interfaces.http.shared.admin import Telling, admin_listener, check_stays
from interfaces.http.shared.logging import configure_logging


def serve(settings: Settings, admin: socket.socket | None) -> None:
    """Carry out reactions until SIGTERM or SIGINT; what is in hand is finished or given back.

    Any number of these processes may run: each reaction, and each nightly run, is in the hands of one.
    """
    configure_logging(settings.log_level.upper())
    with tracing(settings, "worker"):
        asyncio.run(_work(settings, admin))


async def _work(settings: Settings, admin: socket.socket | None) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    services = build(
        settings
    )  # of its own: a run that is in hand when the worker is done needs them still
    see_every_bank()  # for nobody in particular
    nightly = look_after(services, stop)
    measured = (measurements(), disks(settings))
    telling = Telling(
        partial(build_outlook, settings),
        check=partial(check_stays, stop.is_set),
        counted=lambda: measured,
    )
    try:
        upkeep = removing.look_after(settings, stop)
        with admin_listener(admin, telling):
            await asyncio.gather(build_worker(settings).run(stop), nightly, upkeep)
    finally:
        await services.aclose()
