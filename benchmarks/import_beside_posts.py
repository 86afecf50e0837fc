"""How long others wait while a large file is imported: single appends, alone and beside a bulk append, in one run.

The bulk append runs in a process of its own. Each client appends one event to a new stream, waits until it is durable,
pauses and does it again, all the time that the import takes; then, for comparison, for as long again without it.

    python -m benchmarks.import_beside_posts [--rows 1000000] [--clients 4] [--pause 0.01]
"""

import asyncio
import statistics
import time
from collections.abc import Awaitable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from uuid import uuid4

import msgspec

from application.shared.ports import Append, Cause, StreamAppend
from benchmarks.bulk import FACT
from benchmarks.machine import Table, asked, benchmark_database
from domain.shared.errors import Unavailable
from domain.shared.events import encode, name_of
from infrastructure.shared.event_log.log import PostgresEventLog


class Waits(msgspec.Struct, frozen=True):
    """Seconds that each append took, and how many were answered with `Unavailable`."""

    seconds: list[float]
    unavailable: int


def import_rows(url: str, rows: int) -> float:
    """Append so many events in one bulk append; answers the seconds it took."""
    log = PostgresEventLog(url)
    payload, name, cause = encode(FACT).decode(), name_of(type(FACT)), _cause()
    started = time.perf_counter()
    with log.bulk(cause) as bulk:
        for _ in range(rows):
            bulk.write(uuid4().hex, name, payload)
        bulk.finish(_append())
    log.close()
    return time.perf_counter() - started


async def appending(url: str, clients: int, pause_s: float, until: Awaitable[object]) -> Waits:
    """Append with so many clients until that has happened."""
    log, waits, refused = PostgresEventLog(url), list[float](), 0
    over = asyncio.ensure_future(until)

    async def client() -> None:
        nonlocal refused
        while not over.done():
            started = time.perf_counter()
            try:
                await log.append(_append())
            except Unavailable:
                refused += 1
            waits.append(time.perf_counter() - started)
            await asyncio.sleep(pause_s)

    await asyncio.gather(*(client() for _ in range(clients)))
    await log.aclose()
    return Waits(waits, refused)


async def measure(url: str, rows: int, clients: int, pause_s: float) -> tuple[float, Waits, Waits]:
    """The seconds of the import, and the waits beside it and alone."""
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        importing = loop.run_in_executor(pool, import_rows, url, rows)
        beside = await appending(url, clients, pause_s, importing)
        took_s = await importing
    return took_s, beside, await appending(url, clients, pause_s, asyncio.sleep(took_s))


def _cause() -> Cause:
    return Cause(actor="bench", correlation_id=uuid4(), causation_id=uuid4())


def _append() -> Append:
    return Append(streams=(StreamAppend(uuid4(), 0, (FACT,)),), cause=_cause())


def main() -> None:
    """Measure and print the table of docs/performance.md."""
    options = asked(__doc__, rows=1_000_000, clients=4, pause=0.01)
    with benchmark_database() as url:
        took_s, *measured = asyncio.run(measure(url, options.rows, options.clients, options.pause))
        log = PostgresEventLog(url)
        appended = sum(len(waits.seconds) - waits.unavailable for waits in measured)
        assert log.head() == options.rows + 1 + appended
        log.close()
    table = Table("appends", "number", "p50", "p99", "longest", "refused")
    for name, waits in zip((f"beside an import of {took_s:.1f} s", "alone"), measured, strict=True):
        seconds = sorted(waits.seconds)
        shown = (statistics.median(seconds), seconds[int(len(seconds) * 0.99)], seconds[-1])
        table.row(
            name,
            len(seconds),
            *(f"{wait * 1000:,.0f} ms" for wait in shown),
            waits.unavailable or "none",
        )
    table.print()


if __name__ == "__main__":
    main()
