"""The intake of forms as the settings want it: the use cases joined with their adapters."""

from collections.abc import Awaitable, Callable

import msgspec

from application.shared.ports import Clock
from application.workflows.intake import Intake
from infrastructure.shared.connections import Database
from infrastructure.shared.limits import PostgresLimits
from infrastructure.workflows.drafts import RedisDrafts


class IntakeServices(msgspec.Struct, frozen=True):
    """What forms add to the services; `aclose` gives its connections back."""

    intake: Intake
    aclose: Callable[[], Awaitable[None]]


def build_intake(database_url: str, redis_url: str | None, clock: Clock) -> IntakeServices:
    """The intake on this database and this Redis; nothing is connected yet."""
    database, drafts = Database(database_url, "intake", connections_max=2), RedisDrafts(redis_url)

    async def aclose() -> None:
        await drafts.aclose()
        await database.aclose()

    return IntakeServices(Intake(drafts, PostgresLimits(database), clock), aclose)
