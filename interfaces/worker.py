"""The worker process: carries out reactions.

This is an entry point: it builds its worker from the settings it is handed.
"""

import asyncio
import signal

from infrastructure.bootstrap import build_worker
from infrastructure.shared.settings import Settings
from interfaces.http.shared.logging import configure_logging


def serve(settings: Settings) -> None:
    """Carry out reactions until SIGTERM or SIGINT; what is in hand is finished or given back.

    Any number of these processes may run: each reaction is in the hands of one.
    """
    configure_logging(settings.log_level.upper())
    asyncio.run(_work(settings))


async def _work(settings: Settings) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await build_worker(settings).run(stop)
