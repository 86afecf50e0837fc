"""Usages over HTTP: pinned emissions, units, whose they are, and what a dishonest caller tries."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from domain.shared.roles import Role
from tests.asking import Caller, version_of
from tests.branches import Branch, Person
from tests.processes import wait_until
from tests.sites import Site

COMMON_SITE = True

USAGE = {"usage_type_id": 100, "usage_at": "2026-03-14T18:30:00+01:00", "amount": "12.5"}


@pytest.fixture(scope="module")
def branch(site: Site) -> Branch:
    """A bank, once the types of the beginning are there."""
    wait_until(lambda: site.http.get("/usage-types/104").status_code == 200, "the types")
    return Branch(site)


@pytest.fixture(scope="module")
def mira(branch: Branch) -> Person:
    """A member."""
    return branch.member()


def recorded(by: Caller, **changes: Any) -> httpx.Response:
    answer = by.post("/usages", json={**USAGE, **changes})
    assert answer.status_code == 201, answer.text
    return answer


def a_type(site: Site, *factors: tuple[str, str]) -> int:
    """A type in kWh with these factors and the days they are valid from."""
    made = site.http.post("/usage-types", json={"name": "power", "unit": "kWh"}).json()
    for factor, day in factors:
        body = {"factor": factor, "valid_from": day, "source": "test"}
        assert site.http.post(f"/usage-types/{made['id']}/factors", json=body).status_code == 201
    return int(made["id"])


def test_a_usage_is_recorded_read_and_listed(site: Site, mira: Person) -> None:
    answer = recorded(mira.http, unit="MWh", amount="0.0125")
    told = answer.json()
    assert (told["emissions"], told["normalised_amount"], told["amount"]) == (
        "18.75",
        "12.5",
        "0.0125",
    )
    row = mira.http.get(answer.headers["Location"], headers=site.after(answer))
    assert version_of(row) == 1
    assert row.json()["id"] == told["id"] == int(answer.headers["Daybook-Position"])
    assert (row.json()["unit"], row.json()["normalised_unit"]) == ("MWh", "kwh")
    assert row.json()["usage_at"] == "2026-03-14T17:30:00Z"
    day = "usage_at[gte]=2026-03-14T00:00:00Z&usage_at[lt]=2026-03-15T00:00:00Z"
    found = mira.http.get(f"/usages?{day}&usage_type_id=100&sort=-emissions").json()["data"]
    assert told["id"] in [one["id"] for one in found]
    assert "18.75" in mira.http.get("/usages.csv?fields=emissions").text


def test_a_later_factor_changes_nothing_recorded_before(site: Site, mira: Person) -> None:
    kind = a_type(site, ("0.5", "2025-01-01"))
    path = recorded(mira.http, usage_type_id=kind).headers["Location"]
    a_type_factor = {"factor": "0.25", "valid_from": "2026-06-01", "source": "test"}
    assert site.http.post(f"/usage-types/{kind}/factors", json=a_type_factor).status_code == 201
    amount = mira.http.patch(path, json={"amount": "20"})
    assert (amount.json()["emissions"], amount.json()["repriced"]) == ("10", False)
    moved = mira.http.patch(path, json={"usage_at": "2026-07-01T00:00:00Z"})
    assert (moved.json()["emissions"], moved.json()["repriced"]) == ("5", True)
    quiet = mira.http.patch(path, json={"amount": "20.0"})
    assert (quiet.json()["version"], quiet.json()["repriced"]) == (3, False)
    other = mira.http.patch(path, json={"usage_type_id": 101, "unit": "t", "amount": "0.001"})
    assert (other.json()["emissions"], other.json()["repriced"]) == ("26.93", True)
    row = mira.http.get(path, headers=site.after(other)).json()
    assert (row["usage_type_id"], row["factor"], row["emissions"]) == (101, "26.93", "26.93")
    names = [one["name"] for one in mira.http.get(f"{path}/history").json()["data"]]
    assert names == ["usage.recorded.v1", *["usage.changed.v1"] * 3]


def test_no_factor_is_made_up(site: Site, mira: Person) -> None:
    bare, late = a_type(site), a_type(site, ("0.5", "2026-05-01"))
    for kind in (bare, late):
        refused = mira.http.post("/usages", json={**USAGE, "usage_type_id": kind})
        assert (refused.status_code, refused.json()["code"]) == (422, "no_factor")
    site.http.delete(f"/usage-types/{late}")
    retired = mira.http.post("/usages", json={**USAGE, "usage_type_id": late})
    assert (retired.status_code, retired.json()["code"]) == (409, "usage_type_retired")


def test_a_deleted_usage_is_gone_but_for_its_history(site: Site, mira: Person) -> None:
    path = recorded(mira.http).headers["Location"]
    key = {"Idempotency-Key": path}
    gone = mira.http.request("DELETE", path, headers=key)
    assert (gone.status_code, gone.content) == (204, b"")
    assert mira.http.request("DELETE", path, headers=key).headers["Idempotency-Replayed"] == "true"
    assert mira.http.request("DELETE", path).status_code == 404
    assert mira.http.patch(path, json={"amount": "1"}).status_code == 404
    assert mira.http.get(path, headers=site.after(gone)).status_code == 404
    names = [one["name"] for one in mira.http.get(f"{path}/history").json()["data"]]
    assert names == ["usage.recorded.v1", "usage.deleted.v1"]


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"usage_type_id": 99}, "/usage_type_id", "unknown_usage_type"),
        ({"amount": "0"}, "/amount", "not_positive"),
        ({"amount": "-1"}, "/amount", "not_positive"),
        ({"amount": "NaN"}, "/amount", "not_finite"),
        ({"amount": "Infinity"}, "/amount", "not_finite"),
        ({"amount": "1e12"}, "/amount", "too_large"),
        ({"amount": "1e999999"}, "/amount", "too_large"),
        ({"amount": "1.0000001"}, "/amount", "too_many_decimals"),
        ({"amount": "1e-999999"}, "/amount", "too_many_decimals"),
        ({"amount": "1e-9999999"}, "/amount", "too_many_decimals"),
        ({"amount": "sNaN"}, "/amount", "not_finite"),
        ({"unit": "k" * 30_000}, "/unit", "unknown_unit"),
        ({"amount": "1", "unit": "MJ"}, "/amount", "not_exact"),
        ({"unit": "l"}, "/unit", "wrong_dimension"),
        ({"unit": "kilowatts"}, "/unit", "wrong_dimension"),
        ({"unit": "9**9**9"}, "/unit", "unknown_unit"),
        ({"unit": ""}, "/unit", "unknown_unit"),
        ({"usage_at": "1970-01-01T00:00:00Z"}, "/usage_at", "no_factor"),
    ],
)
def test_what_has_no_meaning_is_told(
    mira: Person, change: dict[str, Any], pointer: str, code: str
) -> None:
    for path in ("/usages", "/usages/preview"):
        refused = mira.http.post(path, json={**USAGE, **change})
        assert refused.status_code == 422, refused.text
        (fault,) = refused.json()["errors"]
        assert (fault["pointer"], fault["code"]) == (pointer, code)
    assert code != "wrong_dimension" or "kWh" in fault["expected"]


def test_a_time_needs_an_offset_and_lies_hardly_ahead(mira: Person) -> None:
    naive = mira.http.post("/usages", json={**USAGE, "usage_at": "2026-03-14T18:30:00"})
    assert (naive.status_code, naive.json()["errors"][0]["pointer"]) == (400, "/usage_at")
    soon, later = (datetime.now(UTC) + timedelta(minutes=minutes) for minutes in (4, 7))
    recorded(mira.http, usage_at=soon.isoformat())
    ahead = mira.http.post("/usages", json={**USAGE, "usage_at": later.isoformat()})
    assert (ahead.status_code, ahead.json()["errors"][0]["code"]) == (422, "in_the_future")


def test_the_product_is_exact(mira: Person) -> None:
    told = recorded(mira.http, usage_type_id=102, amount="999999999999.999999").json()
    assert told["emissions"] == "3891999999999.999996108"
    assert recorded(mira.http, unit="MJ", amount="3.6").json()["emissions"] == "1.5"
    assert recorded(mira.http, amount=2.5).json()["emissions"] == "3.75"


def test_a_preview_records_nothing(site: Site, branch: Branch) -> None:
    pia = branch.member("Pia").http
    told = pia.post("/usages/preview", json=USAGE)
    assert (told.status_code, told.json()["emissions"]) == (200, "18.75")
    after = site.after(recorded(pia))
    assert pia.get("/usages?count=exact", headers=after).json()["page"]["count"] == 1


def test_everybody_sees_their_own_and_auditors_their_bank(site: Site, branch: Branch) -> None:
    eva, tom = branch.member("Eva"), branch.member("Tom")
    answer = recorded(eva.http)
    path, after = answer.headers["Location"], site.after(answer)
    other = Branch(site)
    for caller in (tom.http, branch.administrator().http, other.auditor(), other.member().http):
        assert caller.get(path, headers=after).status_code == 404
        assert caller.get(f"{path}/history").status_code == 404
        refused = 403 if Role.AUDITOR in caller.principal.roles else 404
        assert caller.patch(path, json={"amount": "1"}).status_code == refused
        assert caller.delete(path).status_code == refused
        asked = f"/usages?user_uid={eva.principal.user_uid}"
        assert caller.get(asked).json()["data"] == []
        summed = caller.get("/usages/aggregates?by=user_uid").json()["data"]
        assert str(eva.principal.user_uid) not in [one["user_uid"] for one in summed]
    reads = {"permission_missing": branch.auditor(), "not_yours": branch.operator}
    for code, reader in reads.items():
        assert reader.get(path).json()["user_uid"] == str(eva.principal.user_uid)
        assert reader.patch(path, json={"amount": "1"}).json()["code"] == code
        assert reader.delete(path).json()["code"] == code


def test_versions_and_keys_are_honoured(site: Site, mira: Person) -> None:
    key = {"Idempotency-Key": "usage-once"}
    first = mira.http.post("/usages", json=USAGE, headers=key)
    again = mira.http.post("/usages", json=USAGE, headers=key)
    assert again.json() == first.json()
    reused = mira.http.post("/usages", json={**USAGE, "amount": "13"}, headers=key)
    assert (reused.status_code, reused.json()["code"]) == (422, "idempotency_key_reused")
    path = first.headers["Location"]
    changed = mira.http.patch(path, json={"amount": "13"}, headers={"If-Match": '"1"'})
    assert version_of(changed) == 2
    for method, body in (("PATCH", {"amount": "14"}), ("DELETE", None)):
        stale = mira.http.request(method, path, json=body, headers={"If-Match": '"1"'})
        assert stale.status_code == 412
    assert mira.http.patch(path, json={"emissions": "0"}).status_code == 400
    assert mira.http.post("/usages", json={**USAGE, "user_uid": str(mira.uid)}).status_code == 400


def test_who_was_deactivated_records_nothing(site: Site) -> None:
    branch = Branch(site)
    eva = branch.member("Eva")
    user = str(eva.principal.user_uid)
    assert site.http.post(f"/users/{user}/deactivate").status_code == 200
    refused = eva.http.post("/usages", json=USAGE)
    assert (refused.status_code, refused.json()["code"]) == (401, "session_ended")
    assert Role.MEMBER in eva.principal.roles
