"""The event log on a real PostgreSQL: what one caller may rely on."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from threading import Thread
from typing import Any, TypeVar
from uuid import UUID, uuid4

import msgspec
import psycopg
import pytest

from application.shared.ports import (
    Append,
    BulkOutcome,
    Idempotency,
    RecordedEvent,
    StreamAppend,
    StreamRead,
)
from domain.shared.errors import Conflict, KeyReused
from infrastructure.shared.event_log.log import PostgresEventLog
from tests.facts import a_cause, an_append, an_expense


def a_key(key: str = "k", request: bytes = b"a request") -> Idempotency:
    return Idempotency(scope="test", key=key, request_hash=request)


def reading(reads: tuple[StreamRead, ...]) -> Append:
    """An append to a stream of its own that rests on these."""
    return msgspec.structs.replace(an_append(), reads=reads)


def _bulk(
    log: PostgresEventLog,
    closing: Append,
    midway: Callable[[], object] = lambda: None,
    streams: Sequence[UUID] = (),
) -> BulkOutcome:
    """Bulk append an event to each of these streams (or to a new one), with something happening midway."""
    with log.bulk(a_cause()) as bulk:
        for stream in streams or (uuid4(),):
            bulk.write(stream.hex, "test.noted.v1", "{}")
        midway()
        return bulk.finish(closing)


T = TypeVar("T")


def finished(log: PostgresEventLog, story: Coroutine[Any, Any, T]) -> T:
    """What a story answers in a loop of its own, which its connections are given back to before it ends."""

    async def run() -> T:
        try:
            return await story
        finally:
            await log.aclose()

    return asyncio.run(run())


def test_an_append_is_read_back_with_its_envelope(log: PostgresEventLog) -> None:
    stream = uuid4()
    append = an_append(stream, events=2)
    appended = log.append_blocking(append)
    assert (appended.first_position, appended.last_position) == (1, 2)
    first, second = log.stream_blocking(stream)
    assert [event.version for event in (first, second)] == [1, 2]
    assert first.event() == append.streams[0].events[0]
    assert (first.actor, first.correlation_id) == ("test", append.cause.correlation_id)
    assert first.causation_id == append.cause.causation_id
    assert first.idempotency_key is None
    assert first.recorded_at.utcoffset() is not None
    assert log.stream_blocking(stream, after_version=1) == [second]
    assert log.stream_blocking(uuid4()) == []


def test_several_streams_are_read_at_once(log: PostgresEventLog) -> None:
    one, other, none = uuid4(), uuid4(), uuid4()
    log.append_blocking(an_append(one, other, events=2))
    found = finished(log, _read(log, one, other, none))
    assert found == {
        one: log.stream_blocking(one),
        other: log.stream_blocking(other),
        none: [],
    }


def test_a_stream_is_found_by_the_position_of_the_event_that_created_it(
    log: PostgresEventLog,
) -> None:
    one, other = uuid4(), uuid4()
    log.append_blocking(an_append(one, events=2))
    log.append_blocking(an_append(other, events=2))
    log.append_blocking(an_append(one, expected=2))
    unknown = (2, 4, 99, 0, -1, 2**63, 2**200)
    found = finished(log, _read(log, 1, other, 3, *unknown))
    assert found == {
        1: log.stream_blocking(one),
        3: log.stream_blocking(other),
        other: log.stream_blocking(other),
    } | {reference: [] for reference in unknown}


async def _read(
    log: PostgresEventLog, *references: UUID | int
) -> Mapping[UUID | int, Sequence[RecordedEvent]]:
    try:
        return await log.streams(references)
    finally:
        await log.aclose()


def test_a_stale_version_is_a_conflict_and_writes_nothing(log: PostgresEventLog) -> None:
    stream = uuid4()
    log.append_blocking(an_append(stream, events=2))
    for stale in (0, 1, 3):
        with pytest.raises(Conflict) as conflict:
            log.append_blocking(an_append(stream, expected=stale))
        assert conflict.value.facts == {"stream_id": stream, "actual": 2}
    assert log.head() == 2


def test_several_streams_are_appended_together_or_not_at_all(log: PostgresEventLog) -> None:
    one, other = uuid4(), uuid4()
    log.append_blocking(an_append(one))
    with pytest.raises(Conflict):
        log.append_blocking(an_append(other, one))
    assert log.stream_blocking(other) == []
    log.append_blocking(an_append(other, uuid4(), events=2))
    assert [event.version for event in log.stream_blocking(other)] == [1, 2]
    assert log.head() == 5


def test_a_key_answers_as_the_first_time(log: PostgresEventLog) -> None:
    first = log.append_blocking(an_append(idempotency=a_key(), outcome=b"done"))
    again = log.append_blocking(an_append(idempotency=a_key(), outcome=b"other"))
    assert again == msgspec.structs.replace(first, replayed=True)
    assert again.outcome == b"done"
    assert log.head() == 1
    with pytest.raises(KeyReused):
        log.append_blocking(an_append(idempotency=a_key(request=b"another request")))
    scope = Idempotency(scope="somebody else", key="k", request_hash=b"another request")
    assert not log.append_blocking(an_append(idempotency=scope)).replayed


def test_a_key_is_kept_with_an_append_of_nothing(log: PostgresEventLog) -> None:
    quiet = Append(streams=(), cause=a_cause(), idempotency=a_key(), outcome=b"already so")
    assert log.append_blocking(quiet).first_position is None
    assert log.append_blocking(an_append(idempotency=a_key())).outcome == b"already so"
    assert log.head() == 0


def test_a_refused_append_does_not_use_its_key_up(log: PostgresEventLog) -> None:
    with pytest.raises(Conflict):
        log.append_blocking(an_append(expected=4, idempotency=a_key()))
    assert not log.append_blocking(an_append(idempotency=a_key())).replayed


def test_the_same_command_sent_twice_is_recorded_once(log: PostgresEventLog) -> None:
    append = an_append(uuid4(), uuid4(), events=2)
    first = log.append_blocking(append)
    log.append_blocking(an_append(append.streams[0].stream_id, expected=2))
    assert log.append_blocking(append) == first
    assert log.head() == 5


def test_a_decision_stands_only_on_what_it_read(log: PostgresEventLog) -> None:
    read, absent = uuid4(), uuid4()
    log.append_blocking(an_append(read, events=2))
    seen = (StreamRead(read, 2), StreamRead(absent, 0))
    assert log.append_blocking(reading(seen)).first_position == 3
    for moved in (StreamRead(read, 1), StreamRead(read, 3), StreamRead(absent, 1)):
        with pytest.raises(Conflict) as conflict:
            log.append_blocking(reading((*seen[:1], moved)))
        at = 2 if moved.stream_id == read else 0
        assert conflict.value.facts == {"stream_id": moved.stream_id, "actual": at}
    assert log.head() == 3


def test_a_command_sent_again_is_known_whatever_happened_since(log: PostgresEventLog) -> None:
    read, checked, written, other = sorted(uuid4() for _ in range(4))
    log.append_blocking(an_append(read, checked))
    plain = an_append(written, other)
    append = msgspec.structs.replace(
        plain,
        streams=(StreamAppend(checked, 1, ()), *plain.streams),
        reads=(StreamRead(read, 1),),
    )
    first = log.append_blocking(append)
    for moved in (read, checked, written, other):
        log.append_blocking(an_append(moved, expected=1))
        assert log.append_blocking(append) == first
    assert log.head() == 8


def test_many_that_read_one_stream_share_a_commit(log: PostgresEventLog) -> None:
    bank = uuid4()
    log.append_blocking(an_append(bank))

    async def run() -> list[object]:
        before = (log.append(reading((StreamRead(bank, 1),))) for _ in range(60))
        written = log.append(an_append(bank, expected=1))
        after = (log.append(reading((StreamRead(bank, 1),))) for _ in range(60))
        return list(await asyncio.gather(*before, written, *after, return_exceptions=True))

    outcomes = finished(log, run())
    assert [isinstance(outcome, Conflict) for outcome in outcomes] == [False] * 61 + [True] * 60
    commits = {event.recorded_at for event in log.page(1, 100).events}
    assert len(commits) <= 5


def test_one_key_used_by_many_at_once_has_one_effect(log: PostgresEventLog) -> None:
    async def run() -> list[bool]:
        appends = (log.append(an_append(idempotency=a_key(), outcome=b"x")) for _ in range(50))
        return [appended.replayed for appended in await asyncio.gather(*appends)]

    assert sorted(finished(log, run())) == [False] + [True] * 49
    assert log.head() == 1


def test_a_stream_wanted_by_many_at_once_goes_to_one(log: PostgresEventLog) -> None:
    stream = uuid4()

    async def run() -> list[object]:
        appends = (log.append(an_append(stream)) for _ in range(50))
        return list(await asyncio.gather(*appends, return_exceptions=True))

    outcomes = finished(log, run())
    assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == 49
    assert log.head() == 1


def test_a_command_the_database_cannot_take_fails_alone(log: PostgresEventLog) -> None:
    cause = msgspec.structs.replace(a_cause(), actor="a\0b")
    bad = msgspec.structs.replace(an_append(), cause=cause)

    async def run() -> list[object]:
        appends = [log.append(append) for append in (an_append(), bad, an_append())]
        return list(await asyncio.gather(*appends, return_exceptions=True))

    first, refused, last = finished(log, run())
    assert isinstance(refused, psycopg.DataError)
    assert [first.last_position, last.last_position] == [1, 2]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE daybook.events SET actor = 'somebody else'",
        "DELETE FROM daybook.events",
        "TRUNCATE daybook.events",
    ],
)
def test_what_is_recorded_cannot_be_changed(
    log: PostgresEventLog, database_url: str, change: str
) -> None:
    log.append_blocking(an_append())
    with (
        psycopg.connect(database_url) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege, match="append-only"),
    ):
        connection.execute(change)
    assert log.head() == 1


def test_a_page_of_names_is_read_up_to_the_head(log: PostgresEventLog) -> None:
    log.append_blocking(an_append(events=5))
    page = log.page(1, 2)
    assert [event.position for event in page.events] == [2, 3]
    assert page.until == 3
    assert [event.position for event in log.page(3, 10).events] == [4, 5]
    assert log.page(0, 10, until=2).until == 2
    others = log.page(0, 10, names=["nothing.of.the.kind.v1"])
    assert (list(others.events), others.until) == ([], 5)
    assert len(log.page(0, 3, names=["expense.recorded.v2"]).events) == 3


def test_a_bulk_append_keeps_the_order_and_skips_what_is_known(log: PostgresEventLog) -> None:
    streams = [uuid4() for _ in range(5_000)]
    run = uuid4()
    payload = '{"note":"a \\\\ and a tab \\t"}'
    for known in (0, 5_000):
        cause = a_cause()
        with log.bulk(cause) as bulk:
            for stream in streams:
                bulk.write(stream.hex, "test.noted.v1", payload)
            assert bulk.counts() == (5_000 - known, known)
            closing = an_append(run, expected=min(known, 1))
            outcome = bulk.finish(closing)
        assert (outcome.appended, outcome.existing) == (5_000 - known, known)
    assert (outcome.closing.last_position, log.head()) == (5_002, 5_002)
    events = log.page(0, 10_000).events
    assert [event.stream_id for event in events[:5_000]] == streams
    assert {event.payload.decode() for event in events[:5_000]} == {payload}
    assert {event.version for event in events[:5_000]} == {1}


def test_a_bulk_append_that_is_not_finished_leaves_no_trace(log: PostgresEventLog) -> None:
    with log.bulk(a_cause()) as bulk:
        bulk.write(uuid4().hex, "test.noted.v1", "{}")
    with pytest.raises(ZeroDivisionError):
        _bulk(log, an_append(), lambda: 1 // 0)
    assert log.head() == 0
    assert log.append_blocking(an_append()).first_position == 1


def test_a_refused_bulk_append_leaves_no_trace(log: PostgresEventLog) -> None:
    known, new = uuid4(), uuid4()
    log.append_blocking(an_append(known))
    with pytest.raises(Conflict):
        _bulk(log, an_append(known))
    with pytest.raises(Conflict):  # one stream twice
        _bulk(log, an_append(), streams=(new, new))
    assert log.head() == 1
    assert log.append_blocking(an_append()).first_position == 2


def test_a_key_covers_a_whole_bulk_append(log: PostgresEventLog) -> None:
    closing = an_append(idempotency=a_key(), outcome=b"done")
    first = _bulk(log, closing)
    again = _bulk(log, an_append(idempotency=a_key()))
    assert (first.appended, again.appended) == (1, 0)
    assert again.closing == msgspec.structs.replace(first.closing, replayed=True)
    assert log.head() == 2
    with pytest.raises(KeyReused):
        _bulk(log, an_append(idempotency=a_key(request=b"another")))


def test_a_follower_is_woken_by_an_append(log: PostgresEventLog) -> None:
    async def first_event() -> int:
        pages = log.follow(0, poll_s=30)
        await anext(pages)  # LISTEN is up
        await asyncio.to_thread(log.append_blocking, an_append())
        page = await asyncio.wait_for(anext(pages), 10)
        await pages.aclose()
        await log.aclose()
        return page.events[0].position

    assert finished(log, first_event()) == 1


def test_a_waiting_thread_is_stopped_at_once(log: PostgresEventLog) -> None:
    with log.wakeups(poll_s=300) as wakeups:
        wakeups.wait()  # LISTEN is up
        waiting = Thread(target=wakeups.wait)
        waiting.start()
        wakeups.stop()
        waiting.join(10)
        assert not waiting.is_alive()
        wakeups.wait()  # and every later wait returns, too


def test_an_event_keeps_exact_amounts(log: PostgresEventLog) -> None:
    fact = an_expense(
        amount=msgspec.json.decode(b'"9999999999999999.9999"', type=type(an_expense().amount))
    )
    stream = uuid4()
    log.append_blocking(Append(streams=(StreamAppend(stream, 0, (fact,)),), cause=a_cause()))
    assert log.stream_blocking(stream)[0].event() == fact


def test_a_rare_value_is_found_without_reading_the_log(
    log: PostgresEventLog, database_url: str
) -> None:
    """An auditor's filter by correlation in a log full of one import reads a few block ranges (ADR 9)."""
    rare = a_cause()
    log.append_blocking(msgspec.structs.replace(an_append(), cause=rare))
    with log.bulk(a_cause()) as bulk:
        for _ in range(30_000):
            bulk.write(uuid4().hex, "test.noted.v1", '{"note":"one of very many"}')
        bulk.finish(an_append())
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE daybook.events")
        (plan,) = connection.execute(
            "EXPLAIN (ANALYZE, FORMAT JSON) SELECT * FROM daybook.events"
            f" WHERE correlation_id = '{rare.correlation_id}' ORDER BY position LIMIT 51"
        ).fetchone() or ([],)
    text = msgspec.json.encode(plan).decode()
    assert '"Index Name":"events_audit"' in text
    discarded = [
        node for node in _nodes(plan[0]["Plan"]) if "Rows Removed by Index Recheck" in node
    ]
    assert sum(node["Rows Removed by Index Recheck"] for node in discarded) < 5_000


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan.get("Plans", ()):
        yield from _nodes(child)


def test_many_loads_at_once_each_get_their_own_streams(log: PostgresEventLog) -> None:
    """Loads that wait together share a statement, and none gets another's events or misses what it wrote before."""

    async def client(number: int) -> bool:
        one, other, unknown = uuid4(), uuid4(), uuid4()
        await log.append(an_append(one, events=1 + number % 3))
        await log.append(an_append(other))
        found = await log.streams([one, other, unknown])
        alone = await log.stream(one)
        return (
            [event.version for event in found[one]] == list(range(1, 2 + number % 3))
            and {event.stream_id for event in alone} == {one}
            and len(found[other]) == 1
            and found[unknown] == []
        )

    async def run() -> list[bool]:
        try:
            return list(await asyncio.gather(*(client(number) for number in range(40))))
        finally:
            await log.aclose()

    assert all(finished(log, run()))


def test_a_load_that_is_given_up_disturbs_no_other(log: PostgresEventLog) -> None:
    stream = uuid4()

    async def run() -> int:
        await log.append(an_append(stream))
        given_up = asyncio.create_task(log.stream(stream))
        others = [asyncio.create_task(log.stream(stream)) for _ in range(3)]
        await asyncio.sleep(0)
        given_up.cancel()
        events = sum([len(await other) for other in others])
        await log.aclose()
        return events

    assert finished(log, run()) == 3
