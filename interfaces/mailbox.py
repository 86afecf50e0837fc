"""The mail server of the embedded default as a process: it keeps all mail and delivers none.

This is an entry point: it serves on the socket that the settings it is handed name.
"""

import asyncio
import signal
import socket
from contextlib import suppress
from functools import partial
from pathlib import Path

from application.shared.services import Outlook
from domain.shared.errors import Malformed
from infrastructure.mail import sink
from infrastructure.mail.addresses import mail_server
from infrastructure.mail.settings import MailSettings
from infrastructure.shared.roles import DatabaseRole, address_of
from infrastructure.shared.settings import Settings
from interfaces.http.shared.admin import Telling, admin_listener
from interfaces.http.shared.logging import configure_logging


def serve(settings: Settings, admin: socket.socket | None) -> None:
    """Take mail until SIGTERM or SIGINT.

    Raises:
        Malformed: the settings name no socket to listen on.
    """
    smtp_url = settings.of(MailSettings).smtp_url
    path = mail_server(smtp_url).socket if smtp_url else None
    if path is None:
        raise Malformed(
            "DAYBOOK_SMTP_URL names no sink; sink:///run/daybook/smtp.sock would be one"
        )
    configure_logging(settings.log_level.upper())
    with admin_listener(admin, Telling(partial(_outlook, settings))):
        asyncio.run(_keep(address_of(settings, DatabaseRole.APPLICATION), Path(path)))


def _outlook(settings: Settings) -> Outlook:
    # All that a Daybook is made of takes a second and 50 MB, which who keeps mail needs not until somebody asks.
    from infrastructure.bootstrap import build_outlook

    return build_outlook(settings)


async def _keep(database_url: str, path: Path) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    await sink.serve(database_url, path, stop)
    with suppress(OSError):  # it was made for this socket alone, unless something else is in it
        path.parent.rmdir()
