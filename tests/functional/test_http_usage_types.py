"""Usage types over HTTP: those of the beginning, later ones, and what factors were valid when."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.branches import Branch
from tests.facts import eventually
from tests.processes import wait_until
from tests.sites import Site

COMMON_SITE = True

FACTOR = {"factor": "0.4", "valid_from": "2026-01-01", "source": "Grid mix"}


@pytest.fixture
def types(site: Site) -> httpx.Client:
    """An operator's client, once the types of the beginning are there."""
    wait_until(
        lambda: len(site.http.get("/usage-types?id[lte]=104").json()["data"]) == 5, "the types"
    )
    return site.http


def defined(types: httpx.Client, **more: Any) -> httpx.Response:
    answer = types.post("/usage-types", json={"name": "travel", "unit": "km", **more})
    assert answer.status_code == 201, answer.text
    return answer


def test_the_types_of_the_beginning_have_their_ids(types: httpx.Client) -> None:
    rows = types.get("/usage-types?id[lte]=104&sort=id").json()["data"]
    assert [(one["id"], one["name"], one["unit"], one["factor"]) for one in rows] == [
        (100, "electricity", "kwh", "1.5"),
        (101, "water", "kg", "26.93"),
        (102, "heating", "kwh", "3.892"),
        (103, "heating", "l", "8.57"),
        (104, "heating", "m3", "19.456"),
    ]
    one = types.get("/usage-types/100").json()
    assert (one["factor_version"], one["emissions_unit"]) == (1, "kg CO2e")
    (version,) = types.get("/usage-types/100/factors").json()["data"]
    assert (version["factor"], version["factor_version"]) == ("1.5", 1)


def test_later_types_take_the_next_number_even_at_once(types: httpx.Client) -> None:
    with ThreadPoolExecutor(4) as pool:
        made = [one.json()["id"] for one in pool.map(lambda _: defined(types), range(4))]
    assert sorted(made) == list(range(min(made), min(made) + 4))
    assert min(made) >= 105
    again = {"Idempotency-Key": f"define-{min(made)}"}
    first = types.post("/usage-types", json={"name": "rail", "unit": "km"}, headers=again)
    second = types.post("/usage-types", json={"name": "rail", "unit": "km"}, headers=again)
    assert first.json() == second.json()


def test_a_type_is_renamed_and_retired(site: Site, types: httpx.Client) -> None:
    answer = defined(types)
    path = answer.headers["Location"]
    number = answer.json()["id"]
    renamed = types.patch(f"/usage-types/{number}", json={"name": "journeys"})
    assert (renamed.status_code, renamed.json()["id"]) == (200, number)
    stale = types.patch(path, json={"name": "x"}, headers={"If-Match": '"1"'})
    assert stale.status_code == 412
    retired = types.delete(path)
    assert retired.status_code == 200
    row = types.get(path, headers=site.after(retired)).json()
    assert (row["name"], row["status"], row["factor"]) == ("journeys", "retired", None)
    refused = types.post(f"{path}/factors", json=FACTOR)
    assert (refused.status_code, refused.json()["code"]) == (409, "usage_type_retired")
    names = [one["name"] for one in types.get(f"{path}/history").json()["data"]]
    assert names == ["usage_type.defined.v1", "usage_type.renamed.v1", "usage_type.retired.v1"]


def test_a_factor_is_valid_until_the_next_begins(site: Site, types: httpx.Client) -> None:
    path = defined(types, factor=FACTOR).headers["Location"]
    ahead = (datetime.now(UTC) + timedelta(days=300)).isoformat()
    later = types.post(f"{path}/factors", json={**FACTOR, "factor": "0.3", "valid_from": ahead})
    assert (later.status_code, later.headers["Location"]) == (201, path)
    row = types.get(path, headers=site.after(later)).json()
    assert (row["factor"], row["factor_version"]) == ("0.4", 1), "the next one has not begun"
    versions = types.get(f"{path}/factors?sort=factor_version").json()["data"]
    assert [one["factor"] for one in versions] == ["0.4", "0.3"]
    for covered in ("2026-01-01", "2026-06-01T00:00:00Z", "2025-01-01", ahead):
        refused = types.post(f"{path}/factors", json={**FACTOR, "valid_from": covered})
        assert (refused.status_code, refused.json()["code"]) == (409, "date_covered"), covered
        assert refused.json()["version"] == 2


@pytest.mark.parametrize(
    ("change", "pointer", "status"),
    [
        ({"factor": "-1"}, "/factor", 422),
        ({"factor": "NaN"}, "/factor", 422),
        ({"factor": "1e300"}, "/factor", 422),
        ({"factor": "0.0000000000001"}, "/factor", 422),
        ({"factor": "1" * 500}, "/factor", 422),
        ({"valid_from": "2026-01-01T00:00:00"}, "/valid_from", 422),
        ({"valid_from": "soon"}, "/valid_from", 422),
        ({"valid_from": "9999-01-01"}, "/valid_from", 422),
        ({"source": " "}, "/source", 422),
        ({"scope": 4}, "/scope", 422),
        ({"year": 20}, "/year", 422),
        ({"fcator": "1"}, "/fcator", 400),
    ],
)
def test_what_is_wrong_with_a_factor_is_told(
    types: httpx.Client, change: dict[str, Any], pointer: str, status: int
) -> None:
    refused = types.post("/usage-types/100/factors", json={**FACTOR, **change})
    assert refused.status_code == status, refused.text
    assert [fault["pointer"] for fault in refused.json()["errors"]] == [pointer]


def test_only_operators_write(site: Site, types: httpx.Client) -> None:
    branch = Branch(site)
    for caller in (branch.member().http, branch.administrator().http, branch.auditor()):
        assert caller.get("/usage-types/100").json()["unit"] == "kwh"
        for method, path, body in (
            ("POST", "/usage-types", {"name": "x", "unit": "km"}),
            ("POST", "/usage-types/100/factors", FACTOR),
            ("PATCH", "/usage-types/100", {"name": "x"}),
            ("DELETE", "/usage-types/100", None),
        ):
            assert caller.request(method, path, json=body).status_code == 403, path
    refused = types.post("/usage-types", json={"name": "noise", "unit": "dB"})
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "unknown_unit")
    assert types.get("/usage-types/99").status_code == 404
    assert types.post("/usage-types/99/factors", json=FACTOR).status_code == 404


def test_a_tag_tells_when_a_later_factor_has_become_valid(site: Site, types: httpx.Client) -> None:
    path = defined(types).headers["Location"]
    soon = datetime.now(UTC) + timedelta(seconds=10)
    later = {**FACTOR, "valid_from": soon.isoformat()}
    appended = types.post(f"{path}/factors", json=later)
    before = types.get(path, headers=site.after(appended))
    seen = {"If-None-Match": before.headers["ETag"]}
    eventually(lambda: types.get(path, headers=seen).status_code == 200)
    now = types.get(path)
    assert (before.json()["factor"], now.json()["factor"]) == (None, "0.4")
    seen = {"If-None-Match": now.headers["ETag"]}
    assert types.get(path, headers=seen).status_code == 304
    held = {"If-Match": now.headers["ETag"]}
    assert types.patch(path, json={"name": "trips"}, headers=held).status_code == 200
    assert types.patch(path, json={"name": "tours"}, headers=held).status_code == 412
