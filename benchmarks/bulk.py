"""Events per second of a bulk append, against the stock `eventsourcing` recorder and a bare COPY, in one run.

All three write the same events, prepared beforehand, into tables that are empty at first. Ours is the whole of it:
staging, the check which streams exist already, the insert under the lock and the closing append. The stock recorder
saves 1,000 events at a time. The bare COPY loads finished rows into a table of the log's columns and indexes: what
PostgreSQL itself can do.

    python -m benchmarks.bulk [--events 500000] [--stock-events 50000] [--rounds 3]
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID, uuid4

import psycopg
from eventsourcing.persistence import StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder

from application.shared.ports import Append, Cause, StreamAppend
from benchmarks.machine import (
    Table,
    asked,
    benchmark_server,
    fresh_database,
    medians,
    stock_datastore,
)
from domain.expenses import ExpenseRecorded
from domain.shared.events import encode, name_of
from infrastructure.embedded.postgres import PostgresServer
from infrastructure.shared.event_log.log import PostgresEventLog

_SAVED_AT_ONCE = 1_000
_COPIED_AT_ONCE = 2_000
FACT = ExpenseRecorded(
    source="bench",
    departments="Finance",
    project_name="Ledger Renewal",
    amount=Decimal("1200.00"),
    currency="EUR",
    date=date(2026, 1, 31),
    member_name="Greta Hoffmann",
)
_NAME = name_of(ExpenseRecorded)
_CAUSE = Cause(actor="bench", correlation_id=uuid4(), causation_id=uuid4())


def ours(url: str, ids: list[UUID]) -> float:
    """Events per second of our bulk append."""
    log = PostgresEventLog(url)
    payload = encode(FACT).decode()
    names = [stream_id.hex for stream_id in ids]
    closing = Append(streams=(StreamAppend(uuid4(), 0, (FACT,)),), cause=_CAUSE)
    with _timed(len(ids)) as rate, log.bulk(_CAUSE) as bulk:
        for name in names:
            bulk.write(name, _NAME, payload)
        assert bulk.counts() == (len(ids), 0)
        bulk.finish(closing)
    log.close()
    return rate[0]


def stock(url: str, ids: list[UUID]) -> float:
    """Events per second of the stock recorder."""
    datastore = stock_datastore(url)
    recorder = PostgresApplicationRecorder(datastore, events_table_name="stock_events")
    recorder.create_table()
    events = [StoredEvent(stream_id, 1, _NAME, encode(FACT)) for stream_id in ids]
    with _timed(len(ids)) as rate:
        for first in range(0, len(events), _SAVED_AT_ONCE):
            recorder.insert_events(events[first : first + _SAVED_AT_ONCE])
    datastore.close()
    return rate[0]


def copied(url: str, ids: list[UUID]) -> float:
    """Rows per second of a COPY without any check."""
    payload = "\\\\x" + encode(FACT).hex()
    cause = f"{_CAUSE.actor}\t{_CAUSE.correlation_id}\t{_CAUSE.causation_id}"
    now = datetime.now(UTC).isoformat()
    rows = [
        f"{position}\t{stream_id}\t1\t{_NAME}\t{payload}\t{cause}\t\\N\t{now}\n"
        for position, stream_id in enumerate(ids, start=1)
    ]
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE daybook.copied (LIKE daybook.events INCLUDING ALL)")
        connection.commit()
        with _timed(len(ids)) as rate:
            with connection.cursor().copy("COPY daybook.copied FROM STDIN") as copy:
                for first in range(0, len(rows), _COPIED_AT_ONCE):
                    copy.write("".join(rows[first : first + _COPIED_AT_ONCE]))
            connection.commit()
    return rate[0]


@contextmanager
def _timed(events: int) -> Iterator[list[float]]:
    """Put the rate of the block into the list it gives."""
    rate: list[float] = []
    started = time.perf_counter()
    yield rate
    rate.append(events / (time.perf_counter() - started))


def _fresh(server: PostgresServer, way: Callable[[str, list[UUID]], float], events: int) -> float:
    with fresh_database(server) as url:
        return way(url, [uuid4() for _ in range(events)])


def main() -> None:
    """Measure and print the table of docs/performance.md."""
    options = asked(__doc__, events=500_000, stock_events=50_000, rounds=3)
    ways = {
        "stock recorder, 1,000 at a time": (stock, options.stock_events),
        "ours": (ours, options.events),
        "bare COPY": (copied, options.events),
    }
    with benchmark_server() as server:
        rounds = [
            {name: _fresh(server, *way) for name, way in ways.items()}
            for _ in range(options.rounds)
        ]
    rates = medians(rounds)
    table = Table("bulk append", "events", "events/s", "ours is")
    for name, rate in rates.items():
        table.row(name, f"{ways[name][1]:,}", f"{rate:,.0f}", f"{rates['ours'] / rate:.2f}x")
    table.print()


if __name__ == "__main__":
    main()
