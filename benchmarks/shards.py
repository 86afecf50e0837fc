"""What a read model costs to build by its size, and how much sooner several processes are done, each with its streams.

Every size is a log of its own, from which the expenses are built from nothing by each number of shards, in turns; what
is written has to be the same each time, byte by byte. `sooner` compares with one process in the same round. With the
database on the same machine, its processes and the shards share the cores.

    python -m benchmarks.shards [--sizes 10000 100000 1000000 10000000] [--shards 1 2] [--rounds 1]
"""

import statistics
import time

import psycopg
import structlog

from benchmarks.machine import Table, asked, benchmark_server, fresh_database
from benchmarks.projection_catch_up import fill
from infrastructure.shared.event_log.log import PostgresEventLog
from infrastructure.shared.read_store.connections import connected
from infrastructure.shared.read_store.fingerprints import Fingerprint, fingerprints
from infrastructure.shared.read_store.following import Follower
from infrastructure.shared.read_store.sharding import Shards
from projections.expenses import EXPENSES
from projections.shared.projection import READ_SCHEMA

_SIZES = """
    SELECT pg_total_relation_size('daybook.events'), (
        SELECT sum(pg_total_relation_size(oid)) FROM pg_class
        WHERE relnamespace = 'read'::regnamespace AND relkind = 'r')
"""

Written = dict[str, Fingerprint]


def build(url: str, count: int) -> tuple[float, Written]:
    """How many seconds so many shards take for the whole log, and what they wrote."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DELETE FROM daybook.checkpoints")
        connection.execute("CHECKPOINT")
    log = PostgresEventLog(url)
    shards = Shards(count, url, url, least_events=1)
    follower = Follower(EXPENSES, url, log, far_behind_events=1, shards=shards)
    started = time.perf_counter()
    follower.catch_up()
    seconds = time.perf_counter() - started
    log.close()
    with connected(url, "comparison") as connection:
        return seconds, fingerprints(connection, EXPENSES, READ_SCHEMA)


def sizes(url: str) -> tuple[float, float]:
    """Megabytes of the log, and of the read model."""
    with psycopg.connect(url) as connection:
        row = connection.execute(_SIZES).fetchone() or (0, 0)
    return float(row[0]) / 1e6, float(row[1]) / 1e6


def main() -> None:
    """Measure and print the table of docs/scaling.md."""
    options = asked(__doc__, sizes=[10**4, 10**5, 10**6, 10**7], shards=[1, 2], rounds=1)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    table = Table(
        "events", "shards", "seconds", "µs an event", "sooner", "log", "read model, with indexes"
    )
    with benchmark_server() as server:
        for events in options.sizes:
            with fresh_database(server) as url:
                fill(url, events)
                runs = [
                    {count: build(url, count) for count in options.shards}
                    for _ in range(options.rounds)
                ]
                of_log, of_rows = sizes(url)
            written = {str(what) for one in runs for _, what in one.values()}
            if len(written) != 1:
                raise RuntimeError(f"not the same was written: {written}")
            for count in options.shards:
                seconds = statistics.median(one[count][0] for one in runs)
                first = options.shards[0]
                sooner = statistics.median(one[first][0] / one[count][0] for one in runs)
                table.row(
                    f"{events:,}",
                    count,
                    f"{seconds:,.1f}",
                    f"{seconds / events * 1e6:,.0f}",
                    f"{sooner:.2f}",
                    f"{of_log:,.0f} MB",
                    f"{of_rows:,.0f} MB",
                )
    table.print()


if __name__ == "__main__":
    main()
