"""The application as a command uses it: servers reached or started, services built, and given back at the end."""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, TypeVar
from uuid import UUID

import click

from application.shared.permissions import LOCAL_OPERATOR
from application.shared.ports import Cause
from application.shared.services import Services
from application.shared.sight import see_every_bank

if TYPE_CHECKING:
    from infrastructure.shared.settings import Settings

T = TypeVar("T")


@contextmanager
def waited_for(purpose: str, *, queue: bool = False) -> "Iterator[Settings]":
    """The settings once PostgreSQL answers, and Redis for the `queue`, until the block ends.

    SIGTERM ends it as Ctrl-C does: without that, nothing would end the first process of a container.

    Raises:
        DaybookError: a setting is wrong, or a server cannot be started, or reached in the time that is set.
    """
    from infrastructure.embedded.home import check_servers, servers
    from infrastructure.shared.settings import read_settings
    from infrastructure.shared.waiting import awaited

    signal.signal(signal.SIGTERM, signal.default_int_handler)
    given = read_settings()
    awaited(partial(check_servers, given, queue=queue), given.wait_s, say)
    with servers(given, purpose, queue=queue) as settings:
        yield settings


@contextmanager
def checked(
    purpose: str, *, patiently: bool = False, as_owner: bool = False
) -> "Iterator[Settings]":
    """The settings on a database that has the schema this code needs, until the block ends; nobody migrates by the way.

    Args:
        patiently: servers and schema are waited for, as long as is set.
        as_owner: what is done to the database is the owner's to do, and nothing to the queue.

    Raises:
        DaybookError: a setting is wrong, a server cannot be reached or started, or the database is to be migrated.
    """
    from infrastructure.embedded.home import servers
    from infrastructure.migrations import check_read_schema, check_schema
    from infrastructure.shared.roles import DatabaseRole, address_of
    from infrastructure.shared.settings import read_settings
    from infrastructure.shared.waiting import awaited

    role = DatabaseRole.OWNER if as_owner else DatabaseRole.APPLICATION
    found = (
        waited_for(purpose) if patiently else servers(read_settings(), purpose, queue=not as_owner)
    )
    with found as settings:
        check = partial(check_schema, address_of(settings, role))
        awaited(check, settings.wait_s if patiently else 0, say)
        if not as_owner:
            check_read_schema(settings, role)
        yield settings


@contextmanager
def composed(purpose: str, *, patiently: bool = False) -> Iterator[Services]:
    """The services on the database that `checked` finds, until the block ends.

    Raises:
        DaybookError: as `checked` says.
    """
    from infrastructure.bootstrap import build
    from infrastructure.tracing.composition import tracing

    with checked(purpose, patiently=patiently) as settings, tracing(settings, "cli"):
        services = build(settings)
        see_every_bank()  # as the operator at this terminal does
        try:
            yield services
        finally:
            services.close()


def say(text: str) -> None:
    """Tell whoever reads along, beside the output."""
    click.echo(text, err=True)


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
