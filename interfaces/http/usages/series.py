"""Emissions over time: the collection's aggregate by period with a time zone, under the names a chart uses."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from litestar import Response

from application.shared.permissions import Permission
from domain.shared.errors import Invalid, Malformed
from domain.shared.numbers import total
from interfaces.http.shared.collections import asked
from interfaces.http.shared.inputs import query_pairs, services_of, wrong_value
from interfaces.http.shared.plain_routes import shows
from interfaces.http.shared.rendering import JSON, encode_json
from interfaces.http.shared.resources import AnyRequest, based
from interfaces.http.shared.routes import MIN_POSITION, Parameter, answer
from interfaces.http.usages.reading import RESOURCE
from projections.shared.query.fields import RESERVED, Collection, FieldType
from projections.shared.query.grouping import parse_aggregates
from projections.shared.query.requests import GROUPS_MAX, UTC_ZONE, AggregateQuery, Period
from projections.shared.query.values import EXPECTED, read_value, write_value
from projections.shared.query.zones import is_zone

_BUCKETS = [str(each) for each in (Period.DAY, Period.WEEK, Period.MONTH)]
_GROUPS = {"": "", "usage_type": ",usage_type_id"}
_SUM = "sum:emissions"


class Bucket(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was emitted from local midnight of the day `bucket` to that of the next bucket's."""

    bucket: date
    usage_type_id: int | None = None
    emissions: Decimal
    count: int


class SeriesTotal(msgspec.Struct, frozen=True):
    """The same over all buckets."""

    emissions: Decimal
    count: int


class Series(msgspec.Struct, frozen=True, kw_only=True):
    """Emissions per bucket, the oldest first, none left out."""

    data: Sequence[Bucket]
    total: SeriesTotal
    bucket: str
    tz: str
    basis: str
    emissions_unit: str = "kg CO2e"


class _Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What the caller asks of a series; `filters` are left to the grammar."""

    bucket: str = "day"
    group_by: str = ""
    tz: str = UTC_ZONE
    since: str | None = None
    until: str | None = None
    filters: Sequence[tuple[str, str]] = ()


def _text(name: str, description: str, example: str, choices: Sequence[str] = ()) -> Parameter:
    schema = {"type": "string", **({"enum": [*choices]} if choices else {})}
    return Parameter(name=name, description=description, schema=schema, example=example)


_BOUND = "A day, from its local midnight, or a time with its offset"


@shows(
    "/usages/series",
    RESOURCE.plural,
    "Emissions over time",
    Permission.USAGES_READ,
    answer(
        200,
        "The buckets, empty ones included.",
        example=Series(
            data=[
                Bucket(bucket=date(2026, 3, 1), emissions=Decimal("18.75"), count=1),
                Bucket(bucket=date(2026, 4, 1), emissions=Decimal(0), count=0),
            ],
            total=SeriesTotal(Decimal("18.75"), 1),
            bucket="month",
            tz="Europe/Berlin",
            basis="original",
        ),
    ),
    parameters=[
        _text(
            "bucket",
            "How long a bucket is; weeks begin on Monday. A day if not given.",
            "month",
            _BUCKETS,
        ),
        _text("group_by", "Whether to tell usage types apart.", "usage_type", ["usage_type"]),
        _text(
            "tz",
            "The time zone (IANA) whose midnights part the buckets; UTC if not given.",
            "Europe/Berlin",
        ),
        _text("from", f"{_BOUND}; the first usage if not given.", "2026-01-01"),
        _text(
            "to",
            f"{_BOUND}: the series ends before it; after the last usage if not given.",
            "2027-01-01",
        ),
        RESOURCE.basis_documented,
        MIN_POSITION,
    ],
    problems=[Invalid],
    parses_query=True,
)
async def get_usage_series(request: AnyRequest) -> Response[bytes]:
    """Buckets follow local midnight on days of 23 and 25 hours as well, and sum to the total of the list. Every filter
    of the list applies."""
    resource = based(request, RESOURCE)
    told = _read(query_pairs(request))
    query = await asked(request, resource, lambda of, _: _query(of, told))
    groups = await services_of(request).queries.aggregate(resource.collection, query)
    key = f"usage_at:{told.bucket}"
    series = Series(
        data=[
            Bucket(
                bucket=row[key],
                usage_type_id=row.get("usage_type_id"),
                emissions=row[_SUM],
                count=row["count"],
            )
            for row in groups.rows
        ],
        total=_total(groups.rows),
        bucket=told.bucket,
        tz=told.tz,
        basis=resource.basis,
    )
    return Response(encode_json(series), media_type=JSON)


def _total(rows: Sequence[Mapping[str, Any]]) -> SeriesTotal:
    return SeriesTotal(total(row[_SUM] for row in rows), sum(row["count"] for row in rows))


def _read(pairs: Sequence[tuple[str, str]]) -> _Asked:
    own: dict[str, Any] = {}
    filters: list[tuple[str, str]] = []
    names = {"bucket": "bucket", "group_by": "group_by", "tz": "tz", "from": "since", "to": "until"}
    for name, value in pairs:
        if name not in names:
            if name in RESERVED:
                raise Malformed(f"{name} has no meaning for a series", code="unknown_parameter")
            filters.append((name, value))
        elif names[name] in own:
            raise wrong_value(name, value, "one value")
        else:
            own[names[name]] = value
    asked_for = _Asked(**own, filters=[pair for pair in filters if pair[0] != "basis"])
    if asked_for.bucket not in _BUCKETS:
        raise wrong_value("bucket", asked_for.bucket, ", ".join(_BUCKETS))
    if asked_for.group_by not in _GROUPS:
        raise wrong_value("group_by", asked_for.group_by, "usage_type")
    if not is_zone(asked_for.tz):
        raise wrong_value("tz", asked_for.tz, "a time zone such as Europe/Berlin")
    return asked_for


def _query(collection: Collection, told: _Asked) -> AggregateQuery:
    zone = ZoneInfo(told.tz)
    since, until = _moment("from", told.since, zone), _moment("to", told.until, zone)
    if since and until and since >= until:
        raise wrong_value("to", str(told.until), "a time after `from`")
    bounds = (("usage_at[gte]", since), ("usage_at[lt]", until))
    pairs = [
        ("by", f"usage_at:{told.bucket}{_GROUPS[told.group_by]}"),
        ("measures", f"{_SUM},count"),
        ("tz", told.tz),
        ("fill", "true"),
        ("limit", str(GROUPS_MAX)),
        *((name, write_value(at)) for name, at in bounds if at),
    ]
    query = parse_aggregates(collection, [*pairs, *told.filters])
    last = until - timedelta(microseconds=1) if until else None
    days = [_day(name, at, zone) for name, at in (("from", since), ("to", last)) if at]
    return msgspec.structs.replace(query, span=(days[0], days[-1]) if days else None)


def _day(name: str, at: datetime, zone: ZoneInfo) -> date:
    try:
        return at.astimezone(zone).date()
    except OverflowError:
        raise wrong_value(name, str(at), "a time that clocks can show") from None


def _moment(name: str, text: str | None, zone: ZoneInfo) -> datetime | None:
    if text is None:
        return None
    for kind in (FieldType.TIMESTAMP, FieldType.DATE):
        try:
            value = read_value(kind, text)
            if isinstance(value, datetime):
                return value
            if isinstance(value, date):
                return datetime.combine(value, time(), zone).astimezone(ZoneInfo(UTC_ZONE))
        except (ValueError, OverflowError):
            continue
    raise wrong_value(name, text, f"{EXPECTED[FieldType.TIMESTAMP]}, or {EXPECTED[FieldType.DATE]}")


ROUTES = [get_usage_series]
