"""However usages are split into batches, and however often those are sent, each is recorded once as it came first."""

import asyncio
from datetime import UTC, datetime
from decimal import Decimal
from uuid import uuid4

from hypothesis import given, settings
from hypothesis import strategies as st

from application.shared.commands import Commands
from application.usage_types import UsageTypes
from application.usages.batches import Batches, Fate, SentUsage
from application.usages.recording import Usages
from domain.usages.usages import UsageRecorded, usage_uid
from infrastructure.bootstrap import SystemClock
from infrastructure.shared.event_log.log import PostgresEventLog
from infrastructure.shared.units import PintUnits
from tests.drawing import examples
from tests.facts import a_call

AT = datetime(2026, 3, 14, tzinfo=UTC)
SENT = st.lists(
    st.lists(st.tuples(st.integers(0, 6), st.integers(0, 2)), min_size=1, max_size=8),
    min_size=1,
    max_size=5,
)


@settings(max_examples=examples(40))
@given(batches=SENT)
def test_each_is_recorded_once_as_it_came_first(
    database_url: str, batches: list[list[tuple[int, int]]]
) -> None:
    tag = uuid4().hex
    expected: dict[int, int] = {}

    async def scenario() -> None:
        log = PostgresEventLog(database_url)
        commands, units = Commands(log, SystemClock(), uuid4), PintUnits()
        await UsageTypes(commands, units).begin(a_call())
        batching = Batches(commands, Usages(commands, units))
        try:
            for batch in batches:
                await _send(batching, batch)
            head = await log.head_async()
            for batch in batches:
                await _send(batching, batch)
            assert await log.head_async() == head, "sent again, nothing is written"
            for name, amount in expected.items():
                (recorded,) = await log.stream(usage_uid(None, f"{tag}{name}"))
                fact = recorded.event()
                assert isinstance(fact, UsageRecorded)
                assert fact.amount == amount + 1
        finally:
            await log.aclose()

    async def _send(batching: Batches, batch: list[tuple[int, int]]) -> None:
        usages = [
            SentUsage(
                external_id=f"{tag}{name}",
                usage_type_id=100,
                usage_at=AT,
                # Nothing is measured as 0: that one is invalid whenever it comes.
                amount=Decimal(amount + 1 if name else 0),
            )
            for name, amount in batch
        ]
        outcome = await batching.record(usages, a_call())
        for (name, amount), told in zip(batch, outcome.results, strict=True):
            if name == 0:
                assert told.status is Fate.INVALID
                continue
            first = expected.setdefault(name, amount)
            assert (told.status is Fate.CONFLICT) == (amount != first)
            assert told.id is not None

    asyncio.run(scenario())
