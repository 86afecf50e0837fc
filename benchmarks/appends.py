"""Durable appends per second: the group-commit log against the stock `eventsourcing` recorder, in one run.

Every client appends one event to a new stream and waits until it is durable, then the next. The stock recorder gets as
many threads as ours has clients, and a connection for each. Both write to the same PostgreSQL, fsync on.

    python -m benchmarks.appends [--seconds 5] [--rounds 3]
"""

import argparse
import asyncio
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

from eventsourcing.persistence import StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder

from application.shared.ports import Cause
from benchmarks.machine import Table, benchmark_database, stock_datastore
from infrastructure.shared.event_log.batches import Command, EncodedEvent, Expectation
from infrastructure.shared.event_log.log import PostgresEventLog

PAYLOAD = (
    b'{"source":"bench","departments":"Finance","project_name":"Northwind","amount":"1200.00",'
    b'"currency":"EUR","date":"2026-01-31","member_name":"Ada Byron"}'
)


def _command() -> Command:
    stream_id = uuid4()
    cause = Cause(actor="bench", correlation_id=uuid4(), causation_id=uuid4())
    event = EncodedEvent(stream_id, 1, "expense.recorded.v1", PAYLOAD)
    return Command(cause, [Expectation(stream_id, 0, 1)], [event])


def _until(deadline: float, once: Callable[[], object]) -> int:
    done = 0
    while time.perf_counter() < deadline:
        once()
        done += 1
    return done


def ours_asyncio(url: str, clients: int, seconds: float) -> float:
    """Appends per second of that many asyncio tasks."""

    async def run() -> float:
        log = PostgresEventLog(url)
        await log.writer.append_async(_command())
        deadline = time.perf_counter() + seconds

        async def client() -> int:
            done = 0
            while time.perf_counter() < deadline:
                await log.writer.append_async(_command())
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
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    table = Table("clients", "stock, threads", "ours, threads", "ours, asyncio", "ratio (asyncio)")
    with benchmark_database() as url:
        for clients in (1, 16, 64):
            runs = [
                [
                    run(url, clients, options.seconds)
                    for run in (stock_threads, ours_threads, ours_asyncio)
                ]
                for _ in range(options.rounds)
            ]
            stock, threads, tasks = (
                statistics.median(column) for column in zip(*runs, strict=True)
            )
            table.row(
                clients,
                f"{stock:,.0f}/s",
                f"{threads:,.0f}/s",
                f"{tasks:,.0f}/s",
                f"{tasks / stock:.1f}x",
            )
    table.print()


if __name__ == "__main__":
    main()
