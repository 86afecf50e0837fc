"""Writers that fight over a few streams, and remember what they were told: `python -m tests.writers URL SEED OPS`."""

import asyncio
import random
import sys
from collections.abc import Iterator, Sequence
from uuid import NAMESPACE_OID, UUID, uuid4, uuid5

import msgspec
import psycopg

from application.shared.ports import Cause, RecordedEvent
from domain.shared.errors import Conflict, Unavailable
from infrastructure.shared.event_log.batches import (
    APPEND,
    Command,
    EncodedEvent,
    Expectation,
    batch_of,
)
from infrastructure.shared.event_log.bulk import bulk_append
from infrastructure.shared.event_log.log import PostgresEventLog
from tests.facts import an_append

BULK = "test.noted_in_bulk.v1"
STREAMS = [uuid5(NAMESPACE_OID, f"stream {number}") for number in range(12)]


class Told(msgspec.Struct, frozen=True):
    """What a writer heard about one command: `verdict` is `appended`, `conflict`, `aborted` or `unknown`."""

    causation_id: UUID
    verdict: str
    events: int
    first_position: int | None = None
    last_position: int | None = None


class Writer:
    """Draws commands from a seed, guessing versions well enough to succeed often and to conflict often."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._guess = dict.fromkeys(STREAMS, 0)
        self.told: list[Told] = []

    def commands(self, count: int) -> Iterator[Command]:
        """That many commands, each of 1 to 3 streams with 1 to 3 events."""
        for _ in range(count):
            yield self._command()

    def learn(self, command: Command, outcome: object) -> None:
        """Remember the outcome, and the versions it betrays."""
        verdict, first, last = "appended", None, None
        match outcome:
            case Conflict():
                verdict = "conflict"
                self._guess[outcome.facts["stream_id"]] = outcome.facts["actual"]
            case Unavailable():
                verdict = "unknown"
            case (first, last):
                for event in command.events:
                    self._guess[event.stream_id] = event.version
            case _:
                verdict = "aborted"
        causation_id = command.cause.causation_id
        self.told.append(Told(causation_id, verdict, len(command.events), first, last))

    def _command(self) -> Command:
        draw = self._random
        streams = draw.sample(STREAMS, draw.choice((1, 1, 1, 2, 3)))
        cause = Cause(
            actor=f"writer {draw.randrange(3)}",
            correlation_id=UUID(int=draw.getrandbits(128)),
            causation_id=UUID(int=draw.getrandbits(128)),
        )
        expectations = [Expectation(s, self._guess[s], self._guess[s] + 1) for s in streams]
        places = [(s, step) for s in streams for step in range(1, draw.choice((1, 1, 2, 3)) + 1)]
        events = [
            EncodedEvent(s, self._guess[s] + step, "test.noted.v1", b'{"of":%d}' % len(places))
            for s, step in places
        ]
        return Command(cause, expectations, events)


def write(log: PostgresEventLog, writer: Writer, count: int) -> None:
    """Append from this thread."""
    for command in writer.commands(count):
        try:
            appended = log.writer.append(command)
        except (Conflict, Unavailable) as error:
            writer.learn(command, error)
        else:
            writer.learn(command, (appended.first_position, appended.last_position))


async def write_async(log: PostgresEventLog, writer: Writer, count: int) -> None:
    """Append from a task."""
    for command in writer.commands(count):
        try:
            appended = await log.writer.append_async(command)
        except (Conflict, Unavailable) as error:
            writer.learn(command, error)
        else:
            writer.learn(command, (appended.first_position, appended.last_position))


def abort(database_url: str, writer: Writer, count: int) -> None:
    """Append in transactions that are rolled back: no trace may be left, no position used up."""
    with psycopg.connect(database_url) as connection:
        for command in writer.commands(count):
            connection.execute(APPEND, [batch_of([command])]).fetchall()
            connection.rollback()
            writer.learn(command, None)


def write_in_bulk(database_url: str, writer: Writer, count: int) -> None:
    """Append in bulk, to new streams, with a gap so small that the others run into its end."""
    for number in range(count):
        closing = an_append()
        rows = 1 + 5 * (number % 10)
        with bulk_append(database_url, closing.cause, held_rows=4) as bulk:
            for _ in range(rows):
                bulk.write(uuid4().hex, BULK, f'{{"of":{rows + 1}}}')
            last = bulk.finish(closing).closing.last_position or 0
        told = Told(closing.cause.causation_id, "appended", rows + 1, last - rows, last)
        writer.told.append(told)


def check_log(everything: Sequence[RecordedEvent], told: Sequence[Told]) -> None:
    """The log's promises: positions without a gap, streams in order, and commands as their callers were told.

    Commands of which nobody was told anything, because somebody died, are there whole or not at all.
    """
    assert [event.position for event in everything] == list(range(1, len(everything) + 1))
    # What is appended in bulk carries the moment at which that began.
    times = [event.recorded_at for event in everything if event.name != BULK]
    assert times == sorted(times)
    versions: dict[UUID, int] = {}
    written: dict[UUID, list[RecordedEvent]] = {}
    for event in everything:
        assert event.version == versions.get(event.stream_id, 0) + 1
        versions[event.stream_id] = event.version
        written.setdefault(event.causation_id, []).append(event)
    for events in written.values():
        assert len(events) == msgspec.json.decode(events[0].payload)["of"]
        assert events[-1].position - events[0].position == len(events) - 1
    for entry in told:
        events = written.get(entry.causation_id, [])
        if entry.verdict == "appended":
            positions = [event.position for event in events]
            assert [positions[0], positions[-1]] == [entry.first_position, entry.last_position]
        elif entry.verdict != "unknown":
            assert events == []


def main() -> None:
    """Write with four tasks, and print what they were told, a JSON line as soon as each is told it."""
    url, seed, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])

    class Printing(Writer):
        def learn(self, command: Command, outcome: object) -> None:
            super().learn(command, outcome)
            sys.stdout.buffer.write(msgspec.json.encode(self.told[-1]) + b"\n")
            sys.stdout.buffer.flush()

    async def run() -> None:
        log = PostgresEventLog(url)
        await asyncio.gather(*(write_async(log, Printing(seed + n), count) for n in range(4)))
        await log.aclose()

    asyncio.run(run())


if __name__ == "__main__":
    main()
