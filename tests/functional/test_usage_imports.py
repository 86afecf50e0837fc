"""Files of meter readings: each row is priced by the factor valid then, and a file sent again adds nothing."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.branches import Branch, Person
from tests.processes import wait_until
from tests.sites import Site

HEADER = "meter,usage_type_id,usage_at,amount,unit"


@pytest.fixture(scope="module")
def mira(site: Site) -> Person:
    """A member, once the types of the beginning are there."""
    wait_until(lambda: site.http.get("/usage-types/104").status_code == 200, "the types")
    return Branch(site).member()


def hand_in(site: Site, of: Person | None, *rows: str, **more: str) -> httpx.Response:
    fields = {"source": uuid4().hex, **more}
    if of is not None:
        fields["user"] = str(of.principal.user_uid)
    text = "\n".join([HEADER, *rows]) + "\n"
    files = {"file": ("meters.csv", text.encode())}
    return site.http.post("/imports/usages", files=files, data=fields)


def test_readings_are_priced_and_belong_to_their_user(site: Site, mira: Person) -> None:
    meter = uuid4().hex
    rows = (
        f"{meter},100,2026-03-31T23:59:00+02:00,0.2,MWh",
        f"{meter},101,2026-03-31T23:59:00Z,10,",
    )
    answer = hand_in(site, mira, *rows)
    assert answer.status_code == 201, answer.text
    asked = f"/usages?external_id[starts_with]={meter}&sort=usage_at"
    found = mira.http.get(asked, headers=site.after(answer)).json()["data"]
    told = [(one["emissions"], one["unit"], one["normalised_amount"]) for one in found]
    assert told == [("300", "MWh", "200"), ("269.3", "kg", "10")]
    assert found[0]["usage_at"] == "2026-03-31T21:59:00Z"
    again = hand_in(site, mira, *rows).json()
    assert (again["imported"], again["already_known"]) == (0, 2)


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("m,99,2026-03-31T23:59:00Z,1,", "unknown_usage_type"),
        ("m,electricity,2026-03-31T23:59:00Z,1,", "bad_value"),
        ("m,100,2026-03-31T23:59:00,1,", "unreadable_time"),
        ("m,100,31.3.2026,1,", "unreadable_time"),
        ("m,100,2126-03-31T23:59:00Z,1,", "in_the_future"),
        ("m,100,1979-03-31T23:59:00Z,1,", "no_factor"),
        ("m,100,2026-03-31T23:59:00Z,1.2345678,", "too_many_decimals"),
        ("m,100,2026-03-31T23:59:00Z,NaN,", "not_finite"),
        ("m,100,2026-03-31T23:59:00Z,twelve,", "unreadable_amount"),
        ("m,100,2026-03-31T23:59:00Z,1,l", "wrong_dimension"),
    ],
)
def test_a_bad_row_is_told_and_nothing_is_stored(
    site: Site, mira: Person, row: str, code: str
) -> None:
    meter = uuid4().hex
    refused = hand_in(site, mira, f"{meter},100,2026-03-31T00:00:00Z,1,", row)
    assert refused.status_code == 422, refused.text
    (fault,) = refused.json()["errors"]
    assert (fault["row"], fault["code"]) == (3, code)


def test_only_operators_hand_in_files(site: Site, mira: Person) -> None:
    files: Any = {"file": ("meters.csv", HEADER.encode())}
    data = {"source": "x", "user": str(mira.principal.user_uid)}
    refused = mira.http.post("/imports/usages", files=files, data=data)
    assert refused.status_code == 403
    unknown = site.http.post(
        "/imports/usages", files=files, data={"source": "x", "user": str(uuid4())}
    )
    assert unknown.status_code == 422
    assert unknown.json()["errors"][0]["code"] == "unknown_user"
