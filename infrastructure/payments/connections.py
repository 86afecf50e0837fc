"""How payments reach their tables: one short-lived connection per call."""

from contextlib import AbstractAsyncContextManager

from infrastructure.shared import connections
from infrastructure.shared.connections import Connection


def connected(database_url: str, who: str) -> AbstractAsyncContextManager[Connection]:
    """As `infrastructure.shared.connections.connected`, with the code `rail_unreachable`."""
    silent = f"the {who} does not answer now"
    return connections.connected(database_url, who, silent, "rail_unreachable")
