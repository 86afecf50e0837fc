"""Listening on TCP: by whoever serves, or by who started it and goes on listening while it is started anew."""

import errno
import socket
from time import monotonic, sleep

from domain.shared.errors import Unavailable
from infrastructure.shared.settings import Settings

BACKLOG = 1_024
"""How many connections wait until somebody takes them."""

_LEFT_WITHIN_S = 5.0
_POLL_S = 0.05


def listen(host: str, port: int, setting: str = "DAYBOOK_PORT") -> socket.socket:
    """A socket that listens there; `setting` names the port to whoever has to choose another.

    Raises:
        Unavailable: code `port_taken` or `cannot_listen`, naming the setting that changes it.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        # Who asks for all addresses by `::` means those of the older kind, too.
        return socket.create_server(
            (host, port), family=family, backlog=BACKLOG, dualstack_ipv6=host == "::"
        )
    except OSError as error:
        if error.errno in (errno.EADDRINUSE, errno.EACCES):
            raise Unavailable(
                f"cannot listen on {host} port {port} ({error.strerror}); set {setting} to a free port, "
                f"for example {setting}={port + 1 if 1023 < port < 65535 else 8000}",
                code="port_taken",
            ) from error
        named = setting.replace("_PORT", "_HOST")
        raise Unavailable(
            f"cannot listen on {host} ({error.strerror}); set {named} to an address of this machine",
            code="cannot_listen",
        ) from error


def listen_soon(host: str, port: int, setting: str = "DAYBOOK_PORT") -> socket.socket:
    """As `listen`, once whoever was killed there just now has left it."""
    deadline = monotonic() + _LEFT_WITHIN_S
    while True:
        try:
            return listen(host, port, setting)
        except Unavailable as error:
            if error.code != "port_taken" or monotonic() > deadline:
                raise
        sleep(_POLL_S)


def handed(descriptor: int) -> socket.socket:
    """The listening socket that whoever started this process has handed to it."""
    return socket.socket(fileno=descriptor)


def admin_socket(settings: Settings, descriptor: int | None) -> socket.socket | None:
    """The admin socket that whoever started this process has handed to it, or the one that is set; None for none.

    Raises:
        Unavailable: nobody can listen where it is set.
    """
    if descriptor is not None:
        return handed(descriptor)
    if not settings.admin_port:
        return None
    return listen_soon(settings.admin_host, settings.admin_port, "DAYBOOK_ADMIN_PORT")
