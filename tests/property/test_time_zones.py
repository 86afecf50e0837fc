"""Periods in any time zone: every moment lies in the period of its local day, whatever its length."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infrastructure.embedded.postgres import PostgresServer
from projections.shared.query.aggregates import source_of
from projections.shared.query.grouping import parse_aggregates
from projections.shared.query.zones import has_whole_hours, zones
from tests.drawing import examples
from tests.grammar_model import period_of
from tests.things import BY_HOUR, THINGS, Row, Run, Things, a_thing

ZONES = (
    *("UTC", "Europe/Berlin", "America/New_York", "America/Havana", "Pacific/Apia"),
    *("Asia/Kolkata", "Asia/Kathmandu", "Australia/Lord_Howe", "America/St_Johns", "Asia/Beirut"),
)
PERIODS = ("day", "week", "month", "quarter", "year")

# Around what is odd: nights of 23, 25 and 23.5 hours, a midnight that was not, a day that never came.
_ODD = [
    *(datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 10, 25, tzinfo=UTC)),
    *(datetime(2026, 3, 8, 5, tzinfo=UTC), datetime(2026, 11, 1, 5, tzinfo=UTC)),
    *(datetime(2026, 4, 4, 15, tzinfo=UTC), datetime(2011, 12, 30, 10, tzinfo=UTC)),
    *(datetime(2025, 12, 31, 23, tzinfo=UTC), datetime(2022, 3, 26, 22, tzinfo=UTC)),
]
MOMENTS = st.builds(
    lambda at, minutes: at + timedelta(minutes=minutes),
    st.sampled_from(_ODD),
    st.integers(-1_600, 1_600),
)


def pairs_of(period: str, zone: str, *more: tuple[str, str]) -> list[tuple[str, str]]:
    asked = {"by": f"moment:{period}", "tz": zone, "measures": "sum:amount,count"}
    return [*asked.items(), *more]


def of_model(moments: Sequence[datetime], period: str, zone: str) -> dict[Any, tuple[Decimal, int]]:
    found: dict[Any, tuple[Decimal, int]] = {}
    for number, at in enumerate(moments):
        day = period_of(at, period, zone)
        total, count = found.get(day, (Decimal(0), 0))
        found[day] = (total + number, count + 1)
    return found


@settings(max_examples=examples(150))
@given(
    moments=st.lists(MOMENTS, min_size=1, max_size=30),
    period=st.sampled_from(PERIODS),
    zone=st.sampled_from(ZONES),
    is_filled=st.booleans(),
)
def test_a_moment_counts_for_its_local_day(
    run: Run, moments: list[datetime], period: str, zone: str, is_filled: bool
) -> None:
    rows: list[Row] = [a_thing(number, moment=at) for number, at in enumerate(moments)]
    expected = of_model(moments, period, zone)

    async def scenario(table: Things) -> None:
        await table.hold(rows)
        more = [("fill", "true")] if is_filled and period != "day" else []
        query = parse_aggregates(THINGS, pairs_of(period, zone, *more))
        source = source_of(THINGS, query.conditions, query.by, query.measures)
        assert (source.table is BY_HOUR.table) == has_whole_hours(zone)
        answer = (await table.queries.aggregate(THINGS, query)).rows
        found = {row[f"moment:{period}"]: (row["sum:amount"], row["count"]) for row in answer}
        assert {day: told for day, told in found.items() if told[1]} == expected
        assert sum(row["sum:amount"] for row in answer) == sum(range(len(moments)))

    run(scenario)


@settings(max_examples=examples(60))
@given(
    moments=st.lists(MOMENTS, min_size=1, max_size=20),
    bounds=st.lists(MOMENTS, min_size=2, max_size=2).map(sorted),
    whole=st.booleans(),
    zone=st.sampled_from(ZONES),
)
def test_bounds_hold_to_the_minute(
    run: Run, moments: list[datetime], bounds: list[datetime], whole: bool, zone: str
) -> None:
    since, until = (at.replace(minute=0) if whole else at for at in bounds)
    kept = [number for number, at in enumerate(moments) if since <= at < until]

    async def scenario(table: Things) -> None:
        await table.hold([a_thing(number, moment=at) for number, at in enumerate(moments)])
        more = (("moment[gte]", since.isoformat()), ("moment[lt]", until.isoformat()))
        query = parse_aggregates(THINGS, pairs_of("day", zone, *more))
        answer = (await table.queries.aggregate(THINGS, query)).rows
        assert sum(row["sum:amount"] for row in answer) == sum(kept)
        assert sum(row["count"] for row in answer) == len(kept)

    run(scenario)


def test_the_database_knows_every_zone_that_is_offered(postgres: PostgresServer) -> None:
    with psycopg.connect(postgres.url()) as connection:
        known = {name for (name,) in connection.execute("SELECT name FROM pg_timezone_names")}
    assert zones() - known == set()
    assert len(zones()) > 400


@pytest.mark.parametrize(
    ("zone", "whole"),
    [
        ("Europe/Berlin", True),
        ("Asia/Kolkata", False),
        ("Asia/Singapore", False),
        ("America/Caracas", False),
        ("UTC", True),
    ],
)
def test_a_zone_that_was_ever_half_an_hour_off_is_no_whole_one(zone: str, whole: bool) -> None:
    assert has_whole_hours(zone) == whole
