"""Restatements and goals over HTTP."""

from typing import Any

import httpx
import pytest

from tests.branches import Branch, Person
from tests.processes import wait_until
from tests.sites import Site

COMMON_SITE = True


@pytest.fixture(scope="module")
def branch(site: Site) -> Branch:
    """A bank, once the types of the beginning are there."""
    wait_until(lambda: site.http.get("/usage-types/104").status_code == 200, "the types")
    return Branch(site)


def a_type(site: Site) -> int:
    """A type in kWh: 0.5 from 2025 on, 0.25 from 2027 on."""
    body: dict[str, Any] = {"factor": "0.5", "valid_from": "2025-01-01", "source": "test"}
    made = site.http.post("/usage-types", json={"name": "power", "unit": "kWh", "factor": body})
    number = int(made.json()["id"])
    later = {**body, "factor": "0.25", "valid_from": "2027-01-01"}
    assert site.http.post(f"/usage-types/{number}/factors", json=later).status_code == 201
    return number


def recorded(by: Person, kind: int, day: str, amount: str = "10") -> httpx.Response:
    usage = {"usage_type_id": kind, "usage_at": f"{day}T12:00:00Z", "amount": amount}
    answer = by.http.post("/usages", json=usage)
    assert answer.status_code == 201, answer.text
    return answer


def restates(site: Site, kind: int, **more: Any) -> httpx.Response:
    asked = {"usage_type_id": kind, "factor_version": 2, "from": "2026-01-01", "to": "2026-07-01"}
    return site.http.post("/usages/restatements", json={**asked, **more})


def test_what_is_restated_stands_beside_what_was_pinned(site: Site, branch: Branch) -> None:
    kind, mira = a_type(site), branch.member("Mira")
    first = recorded(mira, kind, "2026-03-01")
    recorded(mira, kind, "2026-03-02")
    recorded(mira, kind, "2026-08-01")
    gone = recorded(mira, kind, "2026-03-03").headers["Location"]
    mira.http.delete(gone)
    dry = restates(site, kind, dry_run=True).json()
    assert {name: dry[name] for name in ("usages", "original", "before", "after")} == {
        "usages": 2,
        "original": "10",
        "before": "10",
        "after": "5",
    }
    path = first.headers["Location"]
    assert mira.http.get(path).json()["restated_emissions"] == "5", "nothing was recorded"
    done = restates(site, kind)
    assert done.status_code == 200, done.text
    after = site.after(done)
    row = mira.http.get(path, headers=after).json()
    assert (row["emissions"], row["restated_emissions"], row["factor"]) == ("5", "2.5", "0.5")
    listed = f"/usages?usage_type_id={kind}&fields=emissions,factor,factor_version&sort=usage_at"
    for basis, emissions in (("original", ["5", "5", "5"]), ("restated", ["2.5", "2.5", "5"])):
        rows = mira.http.get(f"{listed}&basis={basis}").json()["data"]
        assert [one["emissions"] for one in rows] == emissions
        factors = ["0.5" if one == "5" else "0.25" for one in emissions]
        assert [one["factor"] for one in rows] == factors
        versions = [1 if one == "5" else 2 for one in emissions]
        assert [one["factor_version"] for one in rows] == versions
        asked = f"/usages/series?bucket=month&usage_type_id={kind}&basis={basis}"
        told = mira.http.get(asked).json()
        assert told["total"]["emissions"] == ("15" if basis == "original" else "10")
        assert told["basis"] == basis
    cursor = mira.http.get(f"{listed}&basis=restated&limit=1").json()["page"]["next"]
    on = f"{listed}&limit=1&cursor={cursor}"
    assert mira.http.get(f"{on}&basis=restated").status_code == 200
    assert mira.http.get(on).json()["errors"][0]["code"] == "cursor_mismatch"
    again = restates(site, kind).json()
    assert (again["before"], again["after"]) == ("5", "5")
    versions = mira.http.get(f"{path}/history").json()["data"]
    assert [one["name"] for one in versions] == ["usage.recorded.v1", "usage.restated.v1"]


def test_an_edit_after_a_restatement_keeps_both_factors(site: Site, branch: Branch) -> None:
    kind, mira = a_type(site), branch.member("Nora")
    path = recorded(mira, kind, "2026-03-01").headers["Location"]
    assert restates(site, kind).status_code == 200
    amount = mira.http.patch(path, json={"amount": "20"})
    row = mira.http.get(path, headers=site.after(amount)).json()
    assert (row["emissions"], row["restated_emissions"]) == ("10", "5")
    assert (row["restated_factor"], row["restated_factor_version"]) == ("0.25", 2)
    moved = mira.http.patch(path, json={"usage_at": "2026-03-02T00:00:00Z"})
    row = mira.http.get(path, headers=site.after(moved)).json()
    assert (row["emissions"], row["restated_emissions"]) == ("10", "10"), "it was priced anew"
    assert (row["restated_factor"], row["restated_factor_version"]) == ("0.5", 1)


@pytest.mark.parametrize(
    ("change", "pointer", "status"),
    [
        ({"factor_version": 3}, "/factor_version", 422),
        ({"factor_version": 0}, "/factor_version", 422),
        ({"usage_type_id": 99}, "/usage_type_id", 422),
        ({"from": "soon"}, "/from", 422),
        ({"to": "2026-01-01"}, "/to", 422),
        ({"until": "2026-01-01"}, "/until", 400),
    ],
)
def test_what_cannot_be_restated_is_told(
    site: Site, branch: Branch, change: dict[str, Any], pointer: str, status: int
) -> None:
    refused = restates(site, a_type(site), **change)
    assert refused.status_code == status, refused.text
    assert [fault["pointer"] for fault in refused.json()["errors"]] == [pointer]
    assert branch.administrator("Rhea").http.post("/usages/restatements").status_code == 403


def test_a_goal_is_set_and_met_month_by_month(site: Site, branch: Branch) -> None:
    kind, ruth, mira = a_type(site), branch.administrator("Ruth").http, branch.member("Olga")
    goal = {"usage_type_id": kind, "year": 2026, "emissions": "100"}
    made = ruth.post("/usage-goals", json=goal)
    assert made.status_code == 201, made.text
    assert ruth.post("/usage-goals", json=goal).json() == made.json(), "it is set just so"
    other = ruth.post("/usage-goals", json={**goal, "emissions": "90"})
    assert (other.status_code, other.json()["code"]) == (409, "goal_is_set")
    path = made.headers["Location"]
    recorded(mira, kind, "2026-01-31", "40")
    last = recorded(mira, kind, "2026-03-01", "60")
    recorded(Branch(site).member(), kind, "2026-03-01", "1000")
    told = branch.auditor().get(f"{path}/progress", headers=site.after(last)).json()
    assert (told["goal"], told["actual"], len(told["months"])) == ("100", "50", 12)
    assert [told["months"][place]["actual"] for place in range(3)] == ["20", "0", "30"]
    assert told["months"][2]["actual_so_far"] == "50"
    assert told["months"][0]["goal_so_far"] == "8.333333"
    assert told["months"][11]["goal_so_far"] == "100.000000"
    changed = ruth.patch(path, json={"emissions": "80"})
    assert ruth.sees(path, changed)["emissions"] == "80"
    withdrawn = ruth.delete(path)
    assert ruth.sees(path, withdrawn)["status"] == "withdrawn"
    again = ruth.post("/usage-goals", json=goal)
    assert ruth.sees(path, again) == {**ruth.sees(path), "status": "active", "emissions": "100"}


def test_goals_are_the_banks_own(site: Site, branch: Branch) -> None:
    goal = {"usage_type_id": 100, "year": 2030, "emissions": "1"}
    ruth, other = branch.administrator("Rita").http, Branch(site)
    path = ruth.post("/usage-goals", json=goal).headers["Location"]
    outsider = other.administrator().http
    assert outsider.get(f"{path}/progress").status_code == 404
    assert outsider.patch(path, json={"emissions": "2"}).status_code == 404
    assert outsider.post("/usage-goals", json={**goal, "bank_id": branch.id}).status_code == 404
    assert branch.member("Ulla").http.get("/usage-goals").status_code == 403
    nobodys = site.http.post("/usage-goals", json=goal)
    assert nobodys.json()["errors"][0]["pointer"] == "/bank_id"
    named = site.http.post("/usage-goals", json={**goal, "bank_id": other.id})
    assert named.status_code == 201
    for wrong in ({"year": 1}, {"emissions": "0"}, {"emissions": "NaN"}):
        refused = ruth.post("/usage-goals", json={**goal, **wrong})
        assert [one["pointer"] for one in refused.json()["errors"]] == [f"/{next(iter(wrong))}"]
