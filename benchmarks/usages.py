"""Latency of a series of a year of usages by day, over HTTP.

The usages of a thousand people of one bank are appended in bulk and projected by the real projector. One client asks on
loopback as the operator, who sees all of them, so a time is what the server takes and the way there and back. Kolkata
is half an hour off UTC, so its days are added up from the rows, and no rollup helps.

    python -m benchmarks.usages [--rows 1000000] [--requests 100]
"""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import psycopg

from application.shared.ports import Append, Cause, StreamAppend
from benchmarks.daybook import Daybook, daybook
from benchmarks.machine import Table, asked
from benchmarks.queries import Client, quantiles
from domain.shared.events import encode, name_of
from domain.shared.numbers import product
from domain.usage_types import usage_type_uid
from domain.usages.usages import UsageRecorded
from infrastructure.shared.event_log.log import PostgresEventLog

_PEOPLE = [UUID(int=number) for number in range(1, 1_001)]
_BANK = UUID(int=2_000)
_TYPES = ((100, "1.5"), (101, "26.93"), (102, "3.892"), (103, "8.57"), (104, "19.456"))
_FIRST, _MINUTES = datetime(2025, 1, 1, tzinfo=UTC), 365 * 24 * 60
_YEAR = "from=2025-01-01&to=2026-01-01"
_SHAPES = {
    "a year by day": f"{_YEAR}&tz=Europe/Berlin",
    "the same per type": f"{_YEAR}&tz=Europe/Berlin&group_by=usage_type",
    "one person's": f"{_YEAR}&tz=Europe/Berlin&user_uid={_PEOPLE[0]}",
    "by month": f"{_YEAR}&tz=Europe/Berlin&bucket=month",
    "by day in Kolkata": f"{_YEAR}&tz=Asia/Kolkata",
}


def usages(rows: int) -> Iterator[UsageRecorded]:
    """Invented usages, the same for the same number."""
    dice = random.Random(rows)
    for _ in range(rows):
        number, factor = dice.choice(_TYPES)
        amount = Decimal(dice.randrange(1, 100_000)) / 100
        yield UsageRecorded(
            user_uid=dice.choice(_PEOPLE),
            user_id=None,
            bank_uid=_BANK,
            usage_type_uid=usage_type_uid(number),
            usage_type_id=number,
            usage_type="heating",
            normalised_unit="kwh",
            factor=Decimal(factor),
            factor_version=1,
            emissions_unit="kg CO2e",
            usage_at=_FIRST + timedelta(minutes=dice.randrange(_MINUTES)),
            amount=amount,
            unit="kwh",
            normalised_amount=amount,
            emissions=product(amount, Decimal(factor)),
        )


@contextmanager
def filled(rows: int) -> Iterator[Daybook]:
    """A Daybook whose read model holds so many usages."""
    with daybook() as at:
        cause = Cause(actor="bench", correlation_id=uuid4(), causation_id=uuid4())
        log = PostgresEventLog(at.database_url)
        last, *others = usages(rows)
        with log.bulk(cause) as bulk:
            for fact in others:
                bulk.write(uuid4().hex, name_of(UsageRecorded), encode(fact).decode())
            bulk.finish(Append(streams=(StreamAppend(uuid4(), 0, (last,)),), cause=cause))
        log.close()
        with at.running("interfaces.cli", "projector"):
            at.wait_projecting()
            at.wait_caught_up()
        if (found := at.rows("SELECT count(*) FROM read.usages")) != rows:
            raise RuntimeError(f"{rows} usages were expected in the read model, got {found}")
        with psycopg.connect(at.database_url, autocommit=True) as connection:
            connection.execute("VACUUM (ANALYZE)")
        yield at


def main() -> None:
    """Measure and print the table of docs/performance.md."""
    options = asked(__doc__, rows=1_000_000, requests=100)
    with filled(options.rows) as at, at.serving():
        client = Client(at.port)
        table = Table("GET /usages/series?...", "buckets", "p50", "p99")
        for title, query in _SHAPES.items():
            path = f"/usages/series?{query}"
            buckets = len(client.get(path)["data"])
            table.row(title, f"{buckets:,}", *quantiles(client.times_ms(path, options.requests)))
        table.print()


if __name__ == "__main__":
    main()
