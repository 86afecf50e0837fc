"""No usage in the log is pinned to a factor that was not the one valid then, whoever appends factors meanwhile."""

import asyncio
import contextlib
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

from application.shared.commands import Commands
from application.usage_types import NewFactor, UsageTypes
from application.usages.recording import NewUsage, Usages
from domain import usage_types
from domain.shared.errors import Conflict
from domain.usage_types import factor_at, usage_type_uid
from domain.usages.usages import UsageRecorded
from infrastructure.bootstrap import SystemClock
from infrastructure.shared.event_log.log import PostgresEventLog
from infrastructure.shared.units import PintUnits
from tests.facts import a_call

_FIRST = datetime(2020, 1, 1, tzinfo=UTC)
_DAYS = 30


def test_a_usage_rests_on_the_factors_of_its_type(log: PostgresEventLog) -> None:
    units = PintUnits()

    def office() -> tuple[UsageTypes, Usages]:
        commands = Commands(log, SystemClock(), uuid4)  # a process of its own has its own memory
        return UsageTypes(commands, units), Usages(commands, units)

    async def append() -> None:
        types, _ = office()
        for day in range(_DAYS):
            at = (_FIRST + timedelta(days=day)).isoformat()
            new = NewFactor(factor=Decimal(day + 1), valid_from=at, source="test")
            await types.append_factor(100, new, a_call())

    async def record() -> None:
        _, usages = office()
        for day in range(4 * _DAYS):
            at = _FIRST + timedelta(days=day % _DAYS)
            new = NewUsage(usage_type_id=100, usage_at=at, amount=Decimal(1))
            with contextlib.suppress(Conflict):  # it lost too often, and may be sent again
                await usages.record(new, a_call())

    async def scenario() -> None:
        await office()[0].begin(a_call())
        await asyncio.gather(append(), record(), record(), record())
        await log.aclose()

    asyncio.run(scenario())
    kind, versions = usage_types.DECIDER.initial, set[int]()
    for recorded in log.page(0, 10_000).events:
        fact = recorded.event()
        if recorded.stream_id == usage_type_uid(100):
            kind = usage_types.DECIDER.evolve(kind, fact)
        elif isinstance(fact, UsageRecorded):
            assert fact.factor_version == factor_at(kind, fact.usage_at).version
            versions.add(fact.factor_version)
    assert len(versions) > 3, "factors came while usages were recorded"
