"""Deciders that fight over a few limits: `python -m tests.limits URL SEED OPS`.

Some move a limit; the others spend on a stream of their own, up to the limit that they read. What each event says lets
the log be checked afterwards: no decision may rest on a limit that had moved before it.
"""

import asyncio
import random
import sys
from collections.abc import Sequence
from uuid import NAMESPACE_OID, UUID, uuid4, uuid5

import msgspec

from application.shared.ports import Cause, RecordedEvent
from domain.shared.errors import Conflict
from infrastructure.shared.event_log.batches import Command, EncodedEvent, Expectation
from infrastructure.shared.event_log.log import PostgresEventLog

LIMITS = [uuid5(NAMESPACE_OID, f"limit {number}") for number in range(3)]


class Moved(msgspec.Struct, tag="test.limit_moved.v1", tag_field="name"):
    """The limit is `limit` from here on."""

    limit: int


class Spent(msgspec.Struct, tag="test.spent.v1", tag_field="name"):
    """So much was spent, because `limit` was seen to allow it at `version`."""

    amount: int
    limit: UUID
    version: int


Fact = Moved | Spent


async def decide(log: PostgresEventLog, draw: random.Random, operations: int) -> int:
    """Take that many decisions, each again until nobody came between; answers how often somebody did."""
    conflicts = 0
    for _ in range(operations):
        limit, moves, amount = draw.choice(LIMITS), draw.random() < 0.3, draw.randrange(100)
        while True:
            seen = await log.stream(limit)
            command = _moved(limit, seen, amount) if moves else _spent(limit, seen, amount)
            if command is None:
                break
            try:
                await log.writer.append_async(command)
                break
            except Conflict:
                conflicts += 1
    return conflicts


def check(everything: Sequence[RecordedEvent]) -> int:
    """For every decision, the fold of the prefix before it allows it; answers how many there are."""
    limits, versions, decisions = dict.fromkeys(LIMITS, 0), dict.fromkeys(LIMITS, 0), 0
    for event in everything:
        match msgspec.json.decode(event.payload, type=Fact):
            case Moved(limit):
                limits[event.stream_id], versions[event.stream_id] = limit, event.version
            case Spent(amount, limit, version):
                assert versions[limit] == version
                assert amount <= limits[limit]
                decisions += 1
    return decisions


def _moved(limit: UUID, seen: Sequence[RecordedEvent], to: int) -> Command:
    version = len(seen)
    return _command(Moved(to), limit, version + 1, Expectation(limit, version, version + 1))


def _spent(limit: UUID, seen: Sequence[RecordedEvent], amount: int) -> Command | None:
    """Spend on a new stream, if the limit allows it; the limit is read and not written."""
    if amount > (msgspec.json.decode(seen[-1].payload, type=Moved).limit if seen else 0):
        return None
    stream, read = uuid4(), Expectation(limit, len(seen), None)
    return _command(Spent(amount, limit, len(seen)), stream, 1, Expectation(stream, 0, 1), read)


def _command(fact: Fact, stream: UUID, version: int, *expectations: Expectation) -> Command:
    cause = Cause(actor="test", correlation_id=uuid4(), causation_id=uuid4())
    name = str(fact.__struct_config__.tag)
    event = EncodedEvent(stream, version, name, msgspec.json.encode(fact))
    return Command(cause, expectations, [event])


def main() -> None:
    """Decide with eight tasks, and print how many conflicts they met."""
    url, seed, operations = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])

    async def run() -> None:
        log = PostgresEventLog(url)
        draws = [random.Random(seed + number) for number in range(8)]
        conflicts = await asyncio.gather(*(decide(log, draw, operations) for draw in draws))
        sys.stdout.write(f"{sum(conflicts)}\n")
        await log.aclose()

    asyncio.run(run())


if __name__ == "__main__":
    main()
