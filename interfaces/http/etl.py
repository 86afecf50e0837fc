"""How fresh the transactions are: the last day that was loaded, and when the next one is to be."""

import datetime as dt
from uuid import UUID

import msgspec

from application.etl.pipeline import Pipeline
from application.shared.permissions import Permission, of_bank
from interfaces.http.shared.inputs import caught_up, services_of
from interfaces.http.shared.plain_routes import shows
from interfaces.http.shared.resources import AnyRequest
from interfaces.http.shared.routes import MIN_POSITION, answer
from interfaces.http.shared.security import principal_of
from projections.imports import IMPORTS
from projections.shared.query.lists import parse_list

_LAST_GOOD = [
    ("status", "completed"),
    ("interval_start[is_null]", "false"),
    ("sort", "-interval_start"),
    ("fields", "interval_start"),
    ("limit", "1"),
]


class Freshness(msgspec.Struct, frozen=True, kw_only=True):
    """The last day of which a run was completed, and how many days that are due came after it.

    Both are null before the first; `next_run` is null where nothing is set to run by itself. Days are those of `zone`.
    """

    last_good_day: dt.date | None
    lag_days: int | None
    next_run: dt.datetime | None
    zone: str


@shows(
    "/etl/freshness",
    "Runs",
    "How fresh the transactions are",
    Permission.IMPORTS_READ,
    answer(
        200,
        "The last day that was loaded, and when the next one is to be.",
        example=Freshness(
            last_good_day=dt.date(2026, 11, 20),
            lag_days=0,
            next_run=dt.datetime(2026, 11, 22, tzinfo=dt.UTC),
            zone="UTC",
        ),
    ),
    parameters=[MIN_POSITION],
)
async def get_freshness(request: AnyRequest) -> Freshness:
    """A day counts as loaded once a run of it was completed, whatever began that run.

    `lag_days` counts the days that were due since, by the schedule of the worker (`DAYBOOK_ETL_AT`); 0 is fresh.
    """
    services = services_of(request)
    setting = services.of(Pipeline).setting
    nightly, now = setting.nightly, services.clock.now()
    scope: dict[str, UUID | str | int] = {
        **of_bank(principal_of(request)),
        "kind": setting.kind.name,
    }
    await caught_up(request, services, IMPORTS.name)
    query = parse_list(IMPORTS.collection, _LAST_GOOD, scope)
    rows = (await services.queries.page(IMPORTS.collection, query)).rows
    day = nightly.day_of(rows[0]["interval_start"]) if rows else None
    return Freshness(
        last_good_day=day,
        lag_days=None if day is None else max(0, (nightly.last_day(now) - day).days),
        next_run=nightly.next_run(now).astimezone(dt.UTC) if setting.source else None,
        zone=nightly.zone,
    )


ROUTES = (get_freshness,)
