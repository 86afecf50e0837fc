"""The sums of usages are kept in one form, whatever came and went: a replay says the same."""

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from uuid import UUID, uuid4

import msgspec
import psycopg

from application.shared.ports import Append, StreamAppend
from domain.imports import ImportReverted
from domain.shared.events import Event
from domain.usages.usages import UsageDeleted, UsageRecorded
from infrastructure.shared.event_log.log import PostgresEventLog
from infrastructure.shared.read_store.following import Follower
from infrastructure.shared.read_store.read_models import PostgresReadModels
from projections.usages.usages import USAGES
from tests.facts import a_cause

_SAMPLE = Path("tests/unit/events/usage.recorded.v1.json").read_bytes()


def emitting(emissions: str) -> UsageRecorded:
    told = msgspec.json.decode(_SAMPLE, type=UsageRecorded)
    return msgspec.structs.replace(told, emissions=Decimal(emissions))


def test_equal_sums_are_equal_however_they_came_about(
    log: PostgresEventLog, database_url: str
) -> None:
    follower, one, other, run = Follower(USAGES, database_url, log), uuid4(), uuid4(), uuid4()

    def tell(stream: UUID, version: int, *facts: Event, by: UUID | None = None) -> None:
        cause = a_cause()
        cause = msgspec.structs.replace(cause, correlation_id=by or cause.correlation_id)
        append = StreamAppend(stream, version, facts)
        log.append_blocking(Append(streams=(append,), cause=cause))
        follower.catch_up()

    tell(uuid4(), 0, emitting("1500"))
    tell(one, 0, emitting("0.0000001"))
    tell(one, 1, UsageDeleted())
    assert sums(database_url) == ["1500"] * 3
    tell(other, 0, emitting("2.5000001"), by=run)
    tell(run, 0, ImportReverted(reason="Wrong file"))
    assert sums(database_url) == ["1500"] * 3
    assert PostgresReadModels(database_url, log, [USAGES]).verify("usages").equal
    tell(uuid4(), 0, emitting("0.25"))
    tell(uuid4(), 0, emitting("0.75"))
    PostgresReadModels(database_url, log, [USAGES]).rebuild("usages")
    assert sums(database_url) == ["1501"] * 3


def sums(database_url: str) -> Sequence[str]:
    """What the rollups hold, as it is written there."""
    with psycopg.connect(database_url) as connection:
        return [
            str(total)
            for rollup in USAGES.collection.rollups
            for (total,) in connection.execute(
                f"SELECT sum_emissions FROM read.{rollup.table.name}"  # type: ignore[arg-type]
            )
        ]
