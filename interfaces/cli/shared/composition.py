"""The application as a command uses it: servers reached or started, services built, and given back at the end."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar
from uuid import UUID

from application.shared.permissions import LOCAL_OPERATOR
from application.shared.ports import Cause
from application.shared.services import Services

T = TypeVar("T")


@contextmanager
def composed(purpose: str) -> Iterator[Services]:
    """The services on a migrated database, until the block ends.

    Raises:
        DaybookError: a setting is wrong, or a server cannot be reached or started.
    """
    from infrastructure.bootstrap import build
    from infrastructure.embedded.home import servers
    from infrastructure.migrations import migrate
    from infrastructure.shared.settings import read_settings

    with servers(read_settings(), purpose) as settings:
        migrate(settings.database_url or "")
        services = build(settings)
        try:
            yield services
        finally:
            services.close()


def answered(services: Services, call: Callable[[Services], Awaitable[T]]) -> T:
    """What one call answers, in an event loop of its own: connections are given back within it."""

    async def called() -> T:
        try:
            return await call(services)
        finally:
            await services.aclose()

    return asyncio.run(called())


def command_cause(command_id: UUID) -> Cause:
    """The operator at this terminal, by a command of its own."""
    return Cause(actor=LOCAL_OPERATOR, correlation_id=command_id, causation_id=command_id)
