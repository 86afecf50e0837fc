"""Durable appends per second: the group-commit log against the stock `eventsourcing` recorder, in one run.

Every client appends one event to a new stream and waits until it is durable, then the next. The stock recorder gets as
many threads as ours has clients, and a connection for each. Both write to the same PostgreSQL, fsync on. With reads,
each decision of ours also rests on three streams, one of which all share, like a claim's bank, member and account.

    python -m benchmarks.appends [--seconds 5] [--rounds 3] [--clients 1 16 64]
"""

import asyncio
import random
import statistics
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from uuid import UUID, uuid4

from eventsourcing.persistence import StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder

from application.shared.ports import Cause
from benchmarks.machine import Table, asked, benchmark_database, stock_datastore
from infrastructure.shared.event_log.batches import Command, EncodedEvent, Expectation
from infrastructure.shared.event_log.log import PostgresEventLog

PAYLOAD = (
    b'{"source":"bench","departments":"Finance","project_name":"Northwind","amount":"1200.00",'
    b'"currency":"EUR","date":"2026-01-31","member_name":"Ada Byron"}'
)


_OWN_READS = 200


def _command(reads: Sequence[UUID] = ()) -> Command:
    stream_id = uuid4()
    cause = Cause(actor="bench", correlation_id=uuid4(), causation_id=uuid4())
    event = EncodedEvent(stream_id, 1, "expense.recorded.v1", PAYLOAD)
    expectations = [Expectation(read, 1, None) for read in reads]
    return Command(cause, [Expectation(stream_id, 0, 1), *expectations], [event])


def _until(deadline: float, once: Callable[[], object]) -> int:
    done = 0
    while time.perf_counter() < deadline:
        once()
        done += 1
    return done


def ours_asyncio(url: str, clients: int, seconds: float, *, reading: bool = False) -> float:
    """Appends per second of that many asyncio tasks, each decision resting on three streams if `reading`."""

    async def run() -> float:
        log = PostgresEventLog(url)
        written = [_command() for _ in range(_OWN_READS)]
        await asyncio.gather(*(log.writer.append_async(command) for command in written))
        shared, *own = (command.events[0].stream_id for command in written)
        deadline = time.perf_counter() + seconds

        async def client() -> int:
            done = 0
            while time.perf_counter() < deadline:
                reads = (shared, *random.sample(own, 2)) if reading else ()
                await log.writer.append_async(_command(reads))
                done += 1
            return done

        done = await asyncio.gather(*(client() for _ in range(clients)))
        await log.aclose()
        return sum(done) / seconds

    return asyncio.run(run())


def ours_threads(url: str, clients: int, seconds: float) -> float:
    """Appends per second of that many threads."""
    log = PostgresEventLog(url)
    rate = _in_threads(clients, seconds, lambda: log.writer.append(_command()))
    log.close()
    return rate


def stock_threads(url: str, clients: int, seconds: float) -> float:
    """Appends per second of the stock recorder with that many threads."""
    datastore = stock_datastore(url, clients)
    recorder = PostgresApplicationRecorder(datastore, events_table_name="stock_events")
    recorder.create_table()
    rate = _in_threads(
        clients,
        seconds,
        lambda: recorder.insert_events([StoredEvent(uuid4(), 1, "expense.recorded.v1", PAYLOAD)]),
    )
    datastore.close()
    return rate


def _in_threads(clients: int, seconds: float, once: Callable[[], object]) -> float:
    once()
    deadline = time.perf_counter() + seconds
    with ThreadPoolExecutor(clients) as pool:
        return sum(pool.map(lambda _: _until(deadline, once), range(clients))) / seconds


def main() -> None:
    """Measure and print the table of docs/performance.md."""
    options = asked(__doc__, seconds=5.0, rounds=3, clients=[1, 16, 64])
    ways = {
        "stock, threads": stock_threads,
        "ours, threads": ours_threads,
        "ours, asyncio": ours_asyncio,
        "with reads": partial(ours_asyncio, reading=True),
    }
    table = Table("clients", *ways, "ratio (asyncio)", "reads cost")
    with benchmark_database() as url:
        for clients in options.clients:
            rounds = [
                [way(url, clients, options.seconds) for way in ways.values()]
                for _ in range(options.rounds)
            ]
            rates = [statistics.median(column) for column in zip(*rounds, strict=True)]
            stock, _, plain, reading = rates
            shown = (f"{rate:,.0f}/s" for rate in rates)
            table.row(clients, *shown, f"{plain / stock:.1f}x", f"{1 - reading / plain:.0%}")
    table.print()


if __name__ == "__main__":
    main()
