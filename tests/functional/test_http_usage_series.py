"""Emissions over time over HTTP: buckets of local days, none left out, that sum to the list."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest

from tests.branches import Branch, Person
from tests.processes import wait_until
from tests.sites import Site

COMMON_SITE = True

BERLIN = "tz=Europe/Berlin"
# The night of 25 hours: 00:30, 02:30 twice, and 23:30 of 25 October; the last one is of 26 October in Berlin only.
NIGHT = (
    "2026-10-24T22:30:00Z",
    "2026-10-25T00:30:00Z",
    "2026-10-25T01:30:00Z",
    "2026-10-25T22:30:00Z",
    "2026-10-25T23:30:00Z",
)


@pytest.fixture(scope="module")
def mira(site: Site) -> Person:
    """A member with usages in the night the clocks went back, and one of water in August."""
    wait_until(lambda: site.http.get("/usage-types/104").status_code == 200, "the types")
    mira = Branch(site).member()
    usages = [
        {"external_id": at, "usage_type_id": 100, "usage_at": at, "amount": "2"} for at in NIGHT
    ]
    water = {"usage_type_id": 101, "usage_at": "2026-08-31T23:30:00Z", "amount": "1"}
    sent = [*usages, {"external_id": "water", **water}]
    answer = mira.http.post("/usages/batch", json={"usages": sent})
    assert answer.json()["counts"]["recorded"] == 6, answer.text
    assert mira.http.get("/usages/series", headers=site.after(answer)).status_code == 200
    return mira


def series(by: Person, *asked: str) -> dict[str, Any]:
    answer = by.http.get(f"/usages/series?{'&'.join(asked)}")
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def counts(data: Sequence[dict[str, Any]]) -> dict[str, int]:
    return {one["bucket"]: one["count"] for one in data if one["count"]}


def test_a_day_of_25_hours_is_one_bucket(mira: Person) -> None:
    told = series(mira, BERLIN, "from=2026-10-24", "to=2026-10-28")
    assert [(one["bucket"], one["emissions"], one["count"]) for one in told["data"]] == [
        ("2026-10-24", "0", 0),
        ("2026-10-25", "12", 4),
        ("2026-10-26", "3", 1),
        ("2026-10-27", "0", 0),
    ]
    assert told["total"] == {"emissions": "15", "count": 5}
    assert counts(series(mira)["data"]) == {"2026-08-31": 1, "2026-10-24": 1, "2026-10-25": 4}
    assert counts(series(mira, "tz=Asia/Kathmandu")["data"])["2026-10-26"] == 2


def test_weeks_and_months_have_no_gaps(mira: Person) -> None:
    told = series(mira, BERLIN, "bucket=month", "from=2026-07-15", "to=2026-12-01")
    assert [one["bucket"] for one in told["data"]] == [
        *("2026-07-01", "2026-08-01", "2026-09-01", "2026-10-01", "2026-11-01")
    ]
    assert counts(told["data"]) == {"2026-09-01": 1, "2026-10-01": 5}
    weeks = series(mira, "bucket=week", BERLIN, "usage_type_id=100")
    assert counts(weeks["data"]) == {"2026-10-19": 4, "2026-10-26": 1}


def test_types_are_told_apart_and_sum_to_the_list(mira: Person) -> None:
    told = series(mira, "group_by=usage_type", "bucket=month", BERLIN)
    apart = {(one["bucket"], one["usage_type_id"]): one["emissions"] for one in told["data"]}
    assert apart["2026-09-01", 101] == "26.93"
    assert apart["2026-09-01", 100] == "0"
    listed = mira.http.get("/usages?fields=emissions").json()["data"]
    total = sum(Decimal(one["emissions"]) for one in listed)
    assert Decimal(told["total"]["emissions"]) == total
    assert sum(Decimal(one["emissions"]) for one in told["data"]) == total


def test_an_empty_series_has_its_buckets_too(site: Site, mira: Person) -> None:
    eva = Branch(site).member("Eva")
    told = series(eva, "from=2026-01-01", "to=2026-01-03T00:00:00Z")
    assert [one["emissions"] for one in told["data"]] == ["0", "0"]
    assert series(eva)["data"] == []


@pytest.mark.parametrize(
    ("asked", "parameter"),
    [
        ("tz=Berlin", "tz"),
        ("tz=Europe/Berlin'--", "tz"),
        ("bucket=hour", "bucket"),
        ("group_by=user_uid", "group_by"),
        ("from=yesterday", "from"),
        ("from=0001-01-01&tz=Asia/Tokyo", "from"),
        ("from=0001-01-01T00:00:00Z&tz=America/New_York", "from"),
        ("to=9999-12-31T23:59:59Z&tz=Asia/Tokyo", "to"),
        ("from=2026-03-01&to=2026-03-01", "to"),
        ("basis=guessed", "basis"),
        ("basket=day", "basket"),
        ("bucket=day&bucket=week", "bucket"),
    ],
)
def test_what_cannot_be_read_is_named(mira: Person, asked: str, parameter: str) -> None:
    refused = mira.http.get(f"/usages/series?{asked}")
    assert refused.status_code == 400, refused.text
    assert parameter in [fault["parameter"] for fault in refused.json()["errors"]]


def test_too_many_buckets_are_refused(mira: Person) -> None:
    refused = mira.http.get("/usages/series?from=1900-01-01&to=2026-01-01")
    assert (refused.status_code, refused.json()["code"]) == (422, "too_many_groups")
    assert mira.http.get("/usages/series?sort=count").status_code == 400


def test_every_aggregate_of_a_time_takes_a_zone(site: Site, mira: Person) -> None:
    path = "/usages/aggregates?by=usage_at:day&measures=count"
    rows = mira.http.get(f"{path}&{BERLIN}").json()["data"]
    assert {row["usage_at:day"]: row["count"] for row in rows}["2026-10-26"] == 1
    assert site.http.get(f"/expenses/aggregates?by=recorded_at:day&{BERLIN}").status_code == 400
    for wrong in ("by=usage_at:day&tz=Mars", "by=usage_type_id&tz=Europe/Berlin"):
        refused = mira.http.get(f"/usages/aggregates?{wrong}")
        assert [fault["parameter"] for fault in refused.json()["errors"]] == ["tz"]
