"""The process that serves HTTP: `app()` is what Granian runs in its worker.

This is an entry point: it reads the settings and builds the services; everything else gets them handed in.
"""

import asyncio
import gc
import signal

import structlog
from litestar import Litestar

from infrastructure.bootstrap import SystemClock, build
from infrastructure.identity.access import access_tokens
from infrastructure.imports.settings import ImportSettings
from infrastructure.shared.settings import Settings, read_settings
from infrastructure.workflows.composition import offered
from interfaces.http.app import create_app
from interfaces.http.shared.crowds import ConnectionBounds
from interfaces.http.shared.logging import configure_logging
from interfaces.http.shared.proxies import TrustedProxies

LEAVE = signal.SIGURG
"""Tells the process of the app that it is about to end; one that is not listening yet ignores it."""


def check(settings: Settings) -> None:
    """See that tokens can be signed and read, and that workflows are in order, before anybody is let in.

    Raises:
        Unavailable, Malformed: the key is missing, or cannot be used.
        Malformed: a document is wrong (`bad_workflow`); the detail names file, line and pointer.
    """
    offered(settings)
    access_tokens(settings, SystemClock()).public_keys()


def app() -> Litestar:
    """The app over services of its own, which connect when they are first used and close with the process."""
    settings = read_settings()
    configure_logging(settings.log_level.upper())
    services = build(settings)
    made = create_app(
        services,
        upload_bytes_max=settings.of(ImportSettings).upload_bytes_max,
        trusted_proxies=settings.trusted_proxies,
        in_hand_max=settings.connections_of_one,
    )
    bounds = ConnectionBounds(
        settings.port,
        settings.connections_of_one,
        TrustedProxies(settings.trusted_proxies),
        _tell_crowd,
    )
    made.on_startup += [_hear, bounds.start]
    made.on_shutdown.append(bounds.stop)
    # The app itself is for good. Looking through all of it again and again stopped every request for 0.1 s.
    gc.collect()
    gc.freeze()
    return made


def _tell_crowd(ended: int) -> None:
    """Which address it was is not told: logs have none."""
    structlog.get_logger().warning("too many connections of one address", connections=ended)


async def _hear(app: Litestar) -> None:
    asyncio.get_running_loop().add_signal_handler(LEAVE, app.state.leaving.set)
