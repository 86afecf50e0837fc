"""Many writers of every kind at once, and readers that follow: the log's promises hold whatever the interleaving."""

import asyncio
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from application.shared.ports import RecordedEvent
from infrastructure.shared.event_log.log import PostgresEventLog
from tests.drawing import examples
from tests.writers import Told, Writer, abort, check_log, write, write_async, write_in_bulk


@settings(max_examples=examples(4))
@given(seed=st.integers(0, 2**32), operations=st.integers(10, 60))
def test_readers_see_every_acknowledged_event_once_and_in_order(
    make_database: Callable[[], str], seed: int, operations: int
) -> None:
    url = make_database()
    told, seen = _run(url, seed, operations)
    log = PostgresEventLog(url)
    everything = log.page(0, 1_000_000).events
    log.close()

    check_log(everything, told)
    assert {event.causation_id for event in everything} <= {entry.causation_id for entry in told}
    for followed in seen:
        assert [event.position for event in followed] == [event.position for event in everything]


def test_the_writers_of_this_test_do_fight(database_url: str) -> None:
    """The property says nothing unless appends succeed, conflict and are aborted."""
    told, _ = _run(database_url, 7, 60)
    verdicts = [entry.verdict for entry in told]
    assert {"appended", "conflict", "aborted"} <= set(verdicts)
    # A writer that runs into the end of the small gap of a bulk append is told to send it again; few are.
    assert verdicts.count("unknown") < len(told) // 10
    assert min(verdicts.count("appended"), verdicts.count("conflict")) > len(told) // 10


def _run(
    url: str, seed: int, operations: int
) -> tuple[Sequence[Told], Sequence[Sequence[RecordedEvent]]]:
    """Let every kind of writer write and every kind of reader follow; what they were told and what they saw."""
    log = PostgresEventLog(url)
    writers = [Writer(seed + 100 + number) for number in range(7)]
    done = Event()
    with ThreadPoolExecutor() as pool:
        followers = [pool.submit(_follow, log, done), pool.submit(_follow_async, url, done)]
        processes = [_spawn(url, seed + 1000 * number, operations) for number in (1, 2)]
        threads = [pool.submit(write, log, writer, operations) for writer in writers[:2]]
        threads.append(pool.submit(_tasks, url, writers[2:5], operations))
        threads.append(pool.submit(abort, url, writers[5], operations))
        threads.append(pool.submit(write_in_bulk, url, writers[6], operations // 5))
        for thread in threads:
            thread.result()
        lines = [line for process in processes for line in process.communicate()[0].splitlines()]
        done.set()
        seen = [follower.result() for follower in followers]
    log.close()
    assert [process.returncode for process in processes] == [0, 0]
    told = [entry for writer in writers for entry in writer.told]
    return [*told, *(msgspec.json.decode(line, type=Told) for line in lines)], seen


def _spawn(url: str, seed: int, operations: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.writers", url, str(seed), str(operations)]
    return subprocess.Popen(command, stdout=subprocess.PIPE)


def _tasks(url: str, writers: Sequence[Writer], operations: int) -> None:
    async def run() -> None:
        log = PostgresEventLog(url)
        await asyncio.gather(*(write_async(log, writer, operations) for writer in writers))
        await log.aclose()

    asyncio.run(run())


def _follow(log: PostgresEventLog, done: Event) -> Sequence[RecordedEvent]:
    """Follow in a thread, with small pages, until everything was written and read."""
    seen: list[RecordedEvent] = []
    after = 0
    with log.wakeups(poll_s=0.2) as wakeups:
        while True:
            finished = done.is_set()
            page = log.page(after, 7)
            seen += page.events
            after = page.until
            if finished and not page.events:
                return seen
            if len(page.events) < 7:
                wakeups.wait()


def _follow_async(url: str, done: Event) -> Sequence[RecordedEvent]:
    async def run() -> Sequence[RecordedEvent]:
        seen: list[RecordedEvent] = []
        log = PostgresEventLog(url)
        pages = log.follow(0, poll_s=0.2, limit=11)
        finished = False
        async for page in pages:
            seen += page.events
            if finished and not page.events:
                break
            finished = done.is_set()
        await pages.aclose()
        await log.aclose()
        return seen

    return asyncio.run(run())
