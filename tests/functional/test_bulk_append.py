"""A bulk append beside others who append: nobody waits for it, and nobody sees any of it before all of it."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from decimal import Decimal
from uuid import UUID, uuid4

import psycopg
import pytest

from application.shared.ports import BulkEvent, BulkOutcome, KnownEvent, RecordedEvent
from domain.shared.errors import Conflict, Unavailable
from infrastructure.shared.event_log.batches import APPEND, batch_of, command_of
from infrastructure.shared.event_log.bulk import PostgresBulkAppend, bulk_append
from infrastructure.shared.event_log.log import PostgresEventLog
from tests.facts import a_cause, an_append, eventually

NAME = "test.noted.v1"
HELD = 4
WAITING = (
    "SELECT FROM pg_stat_activity WHERE application_name = 'daybook bulk'"
    " AND wait_event_type = 'Lock' AND datname = current_database()"
)


@pytest.fixture
def streams() -> list[UUID]:
    return [uuid4() for _ in range(50)]


@pytest.fixture
def bulk(database_url: str, streams: Sequence[UUID]) -> Iterator[PostgresBulkAppend]:
    """An open bulk append of an event for each of the streams, which holds four rows back."""
    with bulk_append(database_url, a_cause(), held_rows=HELD) as opened:
        for stream in streams:
            opened.write(stream.hex, NAME, "{}")
        yield opened


def append_all(database_url: str, streams: Sequence[UUID]) -> BulkOutcome:
    """A bulk append of an event for each of these streams, from its beginning to its end."""
    with bulk_append(database_url, a_cause(), held_rows=HELD) as bulk:
        for stream in streams:
            bulk.write(stream.hex, NAME, "{}")
        return bulk.finish(an_append())


def imported(log: PostgresEventLog) -> list[UUID]:
    """The streams of the bulk append, by position; positions have no gap."""
    events: Sequence[RecordedEvent] = log.page(0, 1_000).events
    assert [event.position for event in events] == list(range(1, len(events) + 1))
    return [event.stream_id for event in events if event.name == NAME]


def test_alone_it_keeps_its_order(
    log: PostgresEventLog, bulk: PostgresBulkAppend, streams: Sequence[UUID]
) -> None:
    log.append_blocking(an_append(events=3))
    bulk.write_ahead()
    assert bulk.counts() == (50, 0)
    assert bulk.finish(an_append()).closing.last_position == 54
    assert imported(log) == streams


def test_positions_grow_past_those_that_fit_a_small_number(
    log: PostgresEventLog, database_url: str, streams: Sequence[UUID]
) -> None:
    """Head and gap may each be a `smallint`, and their sum none."""
    before = append_all(database_url, [uuid4() for _ in range(32_765)]).closing.last_position or 0
    assert before == 32_766
    with bulk_append(database_url, a_cause(), held_rows=HELD) as bulk:
        for stream in streams:
            bulk.write(stream.hex, NAME, "{}")
        bulk.write_ahead()
        assert bulk.finish(an_append()).closing.last_position == before + len(streams) + 1


@pytest.mark.parametrize("meanwhile", range(HELD + 1))
def test_others_append_meanwhile_and_come_first(
    log: PostgresEventLog, bulk: PostgresBulkAppend, streams: Sequence[UUID], meanwhile: int
) -> None:
    bulk.write_ahead()
    for number in range(meanwhile):
        assert log.append_blocking(an_append()).last_position == number + 1
    assert (log.head(), imported(log)) == (meanwhile, [])
    outcome = bulk.finish(an_append())
    assert outcome.closing.last_position == log.head() == meanwhile + 51
    kept = HELD - meanwhile
    assert imported(log) == [*streams[:kept], *streams[HELD:], *streams[kept:HELD]]
    assert log.append_blocking(an_append()).last_position == meanwhile + 52


def test_who_runs_into_the_end_of_the_gap_may_come_again(
    log: PostgresEventLog, bulk: PostgresBulkAppend, streams: Sequence[UUID]
) -> None:
    bulk.write_ahead()
    log.append_blocking(an_append(events=HELD))
    with pytest.raises(Unavailable):
        log.append_blocking(an_append())
    bulk.finish(an_append())
    assert log.append_blocking(an_append()).last_position == HELD + 52
    assert sorted(imported(log)) == sorted(streams)


def test_a_stream_that_somebody_began_meanwhile_is_known(
    log: PostgresEventLog, bulk: PostgresBulkAppend, streams: Sequence[UUID]
) -> None:
    log.append_blocking(an_append(streams[30], streams[1]))
    bulk.write_ahead()  # rows 0, 2, 3 and 4 are held back
    log.append_blocking(an_append(streams[3]))
    assert bulk.counts() == (47, 3)
    bulk.finish(an_append())
    assert sorted(imported(log)) == sorted(set(streams) - {streams[n] for n in (1, 3, 30)})


def test_a_stream_that_is_being_imported_is_waited_for_by_nobody(
    log: PostgresEventLog, bulk: PostgresBulkAppend, streams: Sequence[UUID]
) -> None:
    """Whether it can be begun depends on the import; its neighbours in the batch do not."""
    bulk.write_ahead()
    same, others = an_append(streams[30]), [an_append(), an_append()]
    with ThreadPoolExecutor() as pool:
        answers = [pool.submit(log.append_blocking, append) for append in (same, *others)]
    with pytest.raises(Unavailable):
        answers[0].result()
    assert sorted(answer.result().last_position or 0 for answer in answers[1:]) == [1, 2]
    bulk.finish(an_append())
    with pytest.raises(Conflict):
        log.append_blocking(same)
    assert sorted(imported(log)) == sorted(streams)


def test_a_stream_that_comes_to_be_while_rows_are_written_is_known(
    log: PostgresEventLog,
    bulk: PostgresBulkAppend,
    streams: Sequence[UUID],
    database_url: str,
) -> None:
    with (
        ThreadPoolExecutor() as pool,
        psycopg.connect(database_url) as writer,
        psycopg.connect(database_url, autocommit=True) as observer,
    ):
        writer.execute(APPEND, [batch_of([command_of(an_append(streams[30]))])])
        writing = pool.submit(bulk.write_ahead)
        eventually(lambda: observer.execute(WAITING).rowcount)
        writer.commit()
        writing.result(20)
    assert bulk.counts() == (49, 1)
    bulk.finish(an_append())
    assert imported(log) == [*streams[:30], *streams[31:]]


def test_one_stream_twice_is_a_conflict_wherever_it_lies(
    log: PostgresEventLog, database_url: str, streams: list[UUID]
) -> None:
    for first, second in ((0, 1), (0, 40), (39, 40)):
        twice = list(streams)
        twice[first] = twice[second]
        with pytest.raises(Conflict, match="two events"):
            append_all(database_url, twice)
    assert log.head() == 0


def test_one_that_was_given_up_can_be_done_again(
    log: PostgresEventLog, database_url: str, streams: Sequence[UUID]
) -> None:
    for _ in range(3):
        with bulk_append(database_url, a_cause(), held_rows=HELD) as bulk:
            for stream in streams:
                bulk.write(stream.hex, NAME, "{}")
            bulk.write_ahead()
            log.append_blocking(an_append())
    assert (log.head(), imported(log)) == (3, [])
    assert append_all(database_url, streams).appended == 50
    assert imported(log) == streams


# Streams that are known with another payload


def amending(known: KnownEvent) -> BulkEvent | None:
    """Row 1 is left as it is, row 2 corrected, row 3 put on a stream of its own, row 4 taken for nothing."""
    told = {"name": NAME, "payload": '{"of":2}', "measured": ("EUR", Decimal(2))}
    stream, version = known.stream_id.hex, len(known.facts) + 1
    match known.note:
        case "2":
            return BulkEvent(stream_id=stream, version=version, label="corrected", **told)
        case "3":
            return BulkEvent(stream_id=uuid4().hex, version=1, label="aside", **told)
        case "4":
            return BulkEvent(stream_id=stream, version=1, name="", payload="", label="nothing")
        case _:
            return None


@contextmanager
def amended(database_url: str, streams: Sequence[UUID]) -> Iterator[PostgresBulkAppend]:
    """An open bulk append of a row each, numbered from 0, of 1 EUR each."""
    with bulk_append(database_url, a_cause(), held_rows=HELD, amend=amending) as bulk:
        for number, stream in enumerate(streams):
            told = {"label": "loaded", "measured": ("EUR", Decimal(1)), "note": str(number)}
            bulk.write(stream.hex, NAME, '{"of":9}', **told)
        yield bulk


def told_of(bulk: PostgresBulkAppend) -> dict[str, tuple[int, Decimal]]:
    bulk.counts()
    return {it.label: (it.events, it.amount) for it in bulk.sums() if it.events}


@pytest.mark.parametrize("late", [False, True])
def test_rows_that_are_known_with_another_payload_are_amended(
    log: PostgresEventLog, database_url: str, *, late: bool
) -> None:
    """Also those that come to be known only while the others are written."""
    streams = [uuid4() for _ in range(20)]
    if not late:
        log.append_blocking(an_append(*streams[1:5]))
    with amended(database_url, streams) as bulk:
        if late:
            bulk.write_ahead()
            log.append_blocking(an_append(*streams[1:4]))
        told = told_of(bulk)
        bulk.finish(an_append())
    unchanged, loaded = (1, 17) if late else (1, 16)
    assert told == {
        "loaded": (loaded, Decimal(loaded)),
        "unchanged": (unchanged, Decimal(unchanged)),
        "corrected": (1, Decimal(2)),
        "aside": (1, Decimal(2)),
    }
    assert [it.version for it in log.stream_blocking(streams[2])] == [1, 2]
    assert [len(log.stream_blocking(streams[n])) for n in (0, 1, 3, 4)] == [1, 1, 1, 1]
    imported(log)


def test_rows_that_are_known_as_they_are_are_not_read(
    log: PostgresEventLog, database_url: str
) -> None:
    streams = [uuid4() for _ in range(5)]
    with amended(database_url, streams) as bulk:
        bulk.finish(an_append())
    with amended(database_url, streams) as bulk:
        assert told_of(bulk) == {"unchanged": (5, Decimal(5))}


def test_a_stream_that_moves_while_it_is_to_be_amended_is_a_conflict(
    log: PostgresEventLog, database_url: str
) -> None:
    streams = [uuid4() for _ in range(3)]  # all of them are held back
    log.append_blocking(an_append(*streams))
    head = log.head()
    with amended(database_url, streams) as bulk:
        bulk.write_ahead()
        log.append_blocking(an_append(streams[2], expected=1))
        with pytest.raises(Conflict, match="amended"):
            bulk.finish(an_append())
    assert log.head() == head + 1


def test_two_at_once_both_arrive(
    log: PostgresEventLog, database_url: str, bulk: PostgresBulkAppend, streams: Sequence[UUID]
) -> None:
    more = [uuid4() for _ in range(50)]

    bulk.write_ahead()
    with ThreadPoolExecutor() as pool, psycopg.connect(database_url, autocommit=True) as observer:
        second = pool.submit(append_all, database_url, (*more, *streams[:10]))
        eventually(lambda: observer.execute(WAITING).rowcount)
        bulk.finish(an_append())
        assert second.result(20).existing == 10
    assert imported(log) == [*streams, *more]


def test_positions_outgrow_small_integers(database_url: str, log: PostgresEventLog) -> None:
    """Where the sum of two small numbers is none: a log of 32,760 events, and ten more."""
    log.append_blocking(an_append())
    with psycopg.connect(database_url) as connection:
        connection.execute(
            "INSERT INTO daybook.events SELECT n, gen_random_uuid(), 1, name, payload, actor, correlation_id,"
            " causation_id, NULL, recorded_at FROM daybook.events, generate_series(2, 32760) n"
        )
        connection.execute("UPDATE daybook.head_hint SET position = 32760")
    assert append_all(database_url, [uuid4() for _ in range(10)]).appended == 10
    assert log.head() == 32771
