"""The process that serves HTTP: `app()` is what Granian runs in its workers.

This is an entry point: it reads the settings and builds the services; everything else gets them handed in.
"""

import asyncio
import os
import signal
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import structlog
from litestar import Litestar

from infrastructure.bootstrap import SystemClock, build
from infrastructure.identity.access import access_tokens
from infrastructure.imports.settings import ImportSettings
from infrastructure.shared.disks import disks
from infrastructure.shared.measurements import measurements
from infrastructure.shared.settings import Settings, read_settings
from infrastructure.tracing.composition import tracing
from infrastructure.workflows.composition import offered
from interfaces.http.app import create_app
from interfaces.http.shared.crowds import ConnectionBounds
from interfaces.http.shared.logging import configure_logging
from interfaces.http.shared.metrics import counting_folder
from interfaces.http.shared.moments import SharedMoment
from interfaces.http.shared.proxies import TrustedProxies

LEAVE = signal.SIGURG
"""Tells the process of the app that it is about to end; one that is not listening yet ignores it."""

_TURN_S = 1.0
_STUCK_S = 60.0
"""Seconds without a turn of its event loop after which a worker is stuck for good."""


def check(settings: Settings) -> None:
    """See that tokens can be signed and read, and that workflows are in order, before anybody is let in.

    Raises:
        Unavailable, Malformed: the key is missing, or cannot be used.
        Malformed: a document is wrong (`bad_workflow`); the detail names file, line and pointer.
    """
    offered(settings)
    access_tokens(settings, SystemClock()).public_keys()


def app() -> Litestar:
    """The app over services of its own, which connect when they are first used and close with the process.

    It may be made in the process that starts the workers: nothing of it runs yet.
    """
    settings = read_settings()
    configure_logging(settings.log_level.upper())
    services = build(settings)
    made = create_app(
        services,
        upload_bytes_max=settings.of(ImportSettings).upload_bytes_max,
        trusted_proxies=settings.trusted_proxies,
        cors_origins=settings.cors_origins,
        in_hand_max=settings.connections_of_one,
        counting=[measurements()],
        asked=[disks(settings)],
    )
    bounds = ConnectionBounds(
        settings.port,
        settings.connections_of_one,
        TrustedProxies(settings.trusted_proxies),
        _tell_crowd,
    )
    traces = ExitStack()
    made.on_startup += [partial(_trace, settings, traces), _hear, _turn, bounds.start]
    made.on_shutdown += [bounds.stop, partial(_send_last, traces)]
    return made


async def _trace(settings: Settings, traces: ExitStack) -> None:
    traces.enter_context(tracing(settings, "api"))


async def _send_last(traces: ExitStack) -> None:
    await asyncio.to_thread(traces.close)


def _tell_crowd(ended: int) -> None:
    """Which address it was is not told: logs have none."""
    structlog.get_logger().warning("too many connections of one address", connections=ended)


async def _hear(app: Litestar) -> None:
    asyncio.get_running_loop().add_signal_handler(LEAVE, app.state.leaving.set)


async def _turn(app: Litestar) -> None:
    folder = counting_folder()
    if folder is not None:
        app.state.turning = asyncio.create_task(
            _turning(SharedMoment(folder / f"turn-{os.getpid()}"))
        )


async def _turning(turned: SharedMoment) -> None:
    """Mark each turn of the event loop where the parent process sees it, and how the pools stand."""
    while True:
        turned.mark()
        measurements().look()
        await asyncio.sleep(_TURN_S)


def has_begun(folder: Path) -> bool:
    """Whether a worker that counts into this folder serves."""
    return any(folder.glob("turn-*"))


def stuck(folder: Path) -> str | None:
    """Why the workers that count into this folder have to be started anew, None while all of them turn."""
    for sign in folder.glob("turn-*"):
        try:
            os.kill(int(sign.name.removeprefix("turn-")), 0)
        except ProcessLookupError:
            sign.unlink(missing_ok=True)
            continue
        if SharedMoment(sign).age_s() > _STUCK_S:
            return f"a worker of the api has been stuck for {_STUCK_S:.0f} s"
    return None
