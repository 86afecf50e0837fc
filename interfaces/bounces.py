"""The process that hears of mail which came back: it reads a folder, keeps a door, or both.

This is an entry point: it builds what it needs from the settings it is handed.
"""

import asyncio
import signal
import socket
from contextlib import AsyncExitStack
from functools import partial

from application.mail.use_cases import Mail
from domain.shared.errors import Malformed, Unavailable
from infrastructure.bootstrap import build, build_outlook
from infrastructure.mail.addresses import report_door
from infrastructure.mail.desk import ReportDesk, ReportFolder
from infrastructure.mail.door import Porter, open_door
from infrastructure.mail.settings import MailSettings
from infrastructure.shared.settings import Settings
from interfaces.http.shared.admin import Telling, admin_listener
from interfaces.http.shared.logging import configure_logging


def serve(settings: Settings, admin: socket.socket | None) -> None:
    """Take delivery reports until SIGTERM or SIGINT.

    Raises:
        Malformed: the settings say nowhere to take them, or name a folder that is no Maildir.
        Unavailable: the door cannot be opened where they say.
    """
    if not settings.of(MailSettings).hears_bounces:
        raise Malformed("set DAYBOOK_BOUNCES_FOLDER or DAYBOOK_BOUNCES_DOOR to take reports there")
    configure_logging(settings.log_level.upper())
    with admin_listener(admin, Telling(partial(build_outlook, settings))):
        asyncio.run(_hear(settings))


async def _hear(settings: Settings) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    given = settings.of(MailSettings)
    async with AsyncExitStack() as stack:
        services = build(settings)
        stack.push_async_callback(services.aclose)
        desk = ReportDesk(services.of(Mail))
        if given.bounces_door:
            door = open_door(report_door(given.bounces_door), Porter(desk))
            try:
                await stack.enter_async_context(door)
            except OSError as error:
                raise Unavailable(f"{given.bounces_door} cannot be listened on: {error}") from error
        if given.bounces_folder:
            await ReportFolder(given.bounces_folder, desk).watch(stop)
        await stop.wait()
