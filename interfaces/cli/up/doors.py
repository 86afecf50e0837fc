"""Where the processes of `daybook up` listen: its own sockets, which it goes on holding while they are started anew."""

import socket
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import Self

from domain.shared.errors import Unavailable
from infrastructure.shared.listening import listen
from infrastructure.shared.settings import Settings

_TELLING = ("api", "projector", "worker")
"""Who has an admin listener, each on the port after that of the one before."""

_PORT_MAX = 65_535


class Doors:
    """The socket that HTTP is served on, and those of the admin listeners, until the block ends.

    Nobody asked for admin listeners where their port is not set, so there they may be missing.

    Raises:
        Unavailable: a port that is set cannot be had.
    """

    def __init__(self, settings: Settings, say: Callable[[str], None]) -> None:
        with ExitStack() as stack:
            self._public = stack.enter_context(listen(settings.host, settings.port))
            try:
                self._admin = _listeners(settings)
            except Unavailable as error:
                if settings.admin_port is not None:
                    raise
                say(f"No admin listeners: {error.detail}")
                self._admin = {}
            stack.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for each in self.sockets:
            each.close()

    @property
    def sockets(self) -> Sequence[socket.socket]:
        """All of them."""
        return (self._public, *self._admin.values())

    def of(self, name: str) -> tuple[Sequence[str], Sequence[socket.socket]]:
        """What the process of this name is handed, and the options that say so."""
        handed = {"--fd": self._public} if name == "api" else {}
        if name in self._admin:
            handed["--admin-fd"] = self._admin[name]
        options = [word for option, each in handed.items() for word in (option, str(each.fileno()))]
        return options, tuple(handed.values())

    @property
    def told(self) -> str:
        """Where the admin listeners are, for people."""
        ports = (f"{each.getsockname()[1]} {name}" for name, each in self._admin.items())
        return f"health and metrics on ports {', '.join(ports)}" if self._admin else "none"


def _listeners(settings: Settings) -> dict[str, socket.socket]:
    first = settings.port + 1 if settings.admin_port is None else settings.admin_port
    if not 0 < first <= _PORT_MAX - len(_TELLING):
        return {}
    with ExitStack() as stack:
        made = {
            name: stack.enter_context(
                listen(settings.admin_host, first + number, "DAYBOOK_ADMIN_PORT")
            )
            for number, name in enumerate(_TELLING)
        }
        stack.pop_all()
        return made
