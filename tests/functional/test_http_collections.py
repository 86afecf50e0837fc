"""What is told of each collection: what its caller may read, as it is served, and nothing by hand."""

from typing import Any

import httpx
import pytest

from tests.branches import Branch
from tests.sites import Site

COMMON_SITE = True

OPERATORS_OWN = {"users", "reactions", "security-events", "service-accounts"}


def told(caller: Any) -> dict[str, dict[str, Any]]:
    """The collections that a caller is told of, by name."""
    answer = caller.get("/collections")
    assert answer.status_code == 200, answer.text
    data = answer.json()["data"]
    assert [it["path"] for it in data] == sorted(it["path"] for it in data)
    named = {it["name"]: it for it in data}
    assert len(named) == len(data)
    return named


@pytest.fixture(scope="module")
def callers(site: Site) -> dict[str, Any]:
    """One for each role."""
    branch = Branch(site)
    return {
        "member": branch.member().http,
        "administrator": branch.administrator().http,
        "auditor": branch.auditor(),
        "operator": site.http,
    }


@pytest.mark.parametrize("role", ["member", "administrator", "auditor", "operator"])
def test_a_caller_is_told_of_what_they_may_read(callers: dict[str, Any], role: str) -> None:
    """Of each list there is, either it is told and is answered, or it is not and is refused."""
    caller = callers[role]
    every = told(callers["operator"]) | told(callers["member"]) | told(callers["auditor"])
    mine = told(caller)
    for name, it in every.items():
        status = caller.get(it["path"], params={"limit": 1}).status_code
        assert status == (200 if name in mine else 403), name
    assert OPERATORS_OWN & mine.keys() == (OPERATORS_OWN if role == "operator" else set())
    assert "reimbursements" in mine or role == "operator"


def test_lists_that_need_a_parent_or_end_are_not_told(site: Site) -> None:
    named = told(site.http)
    assert not [it for it in named.values() if "{" in it["path"]]
    assert not {"expanses_data", "aggregates"} & named.keys()
    documented = site.http.get("/openapi.json").json()["paths"]
    for it in named.values():
        assert not documented[it["path"]]["get"].get("deprecated")


def test_what_is_told_is_what_is_served(site: Site) -> None:
    documented = site.http.get("/openapi.json").json()["paths"]
    for it in told(site.http).values():
        path = it["path"]
        assert it["record"] == (f"{path}/{{record_id}}" in documented)
        assert it["history"] == (f"{path}/{{record_id}}/history" in documented)
        assert it["aggregates"] == (f"{path}/aggregates" in documented)
        assert it["facets"] == (f"{path}/facets" in documented)
        assert it["key"] in {field["name"] for field in it["fields"]}
        refs = [one.get("$ref", "") for one in documented[path]["get"]["parameters"]]
        taken = {ref.rpartition("/")[2].split(".")[0] for ref in refs}
        assert {field["name"] for field in it["fields"] if field["operators"]} <= taken


def test_every_group_and_measure_that_is_told_is_answered(site: Site) -> None:
    for it in told(site.http).values():
        if not it["aggregates"]:
            continue
        for group in it["groups"]:
            answer = site.http.get(f"{it['path']}/aggregates", params={"by": group, "limit": 1})
            assert answer.status_code == 200, answer.text
        for measure in it["measures"]:
            answer = site.http.get(f"{it['path']}/aggregates", params={"measures": measure})
            assert answer.status_code == 200, answer.text


def test_every_sort_that_is_told_is_taken(site: Site) -> None:
    for it in told(site.http).values():
        asked = [it["default_sort"], *(each["name"] for each in it["fields"] if each["sortable"])]
        for sort in asked:
            answer = site.http.get(it["path"], params={"sort": sort, "limit": 1})
            assert answer.status_code == 200, answer.text
        assert it["default_sort"].split(",")[0].removeprefix("-") in {
            each["name"] for each in it["fields"]
        }


def test_expenses(site: Site) -> None:
    expenses = told(site.http)["expenses"]
    fields = {field["name"]: field for field in expenses["fields"]}
    assert (expenses["noun"], expenses["title"], expenses["key"]) == ("expense", "expenses", "id")
    assert expenses["hidden"] == "corrected"
    assert expenses["bases"] == []
    assert {"date", "date:month", "currency"} <= {*expenses["groups"]}
    assert {"count", "sum:amount", "avg:amount"} <= {*expenses["measures"]}
    assert fields["amount"] == {
        "name": "amount",
        "description": fields["amount"]["description"],
        "type": "decimal",
        "nullable": False,
        "operators": ["eq", "ne", "gt", "gte", "lt", "lte", "in", "nin", "between", "is_null"],
        "choices": [],
        "groupable": False,
        "measurable": True,
        "money": True,
        "sortable": True,
        "shown": True,
    }
    assert fields["standing"]["choices"]


def test_what_has_bases_or_counts_says_so(callers: dict[str, Any]) -> None:
    assert told(callers["operator"])["usages"]["bases"]
    assert told(callers["member"])["reimbursements"]["counted_by"] == "status"


def test_it_is_sent_once(site: Site) -> None:
    answer = site.http.get("/collections")
    assert answer.headers["cache-control"] == "private, no-cache"
    assert "Authorization" in answer.headers["vary"]
    known = {"If-None-Match": answer.headers["etag"]}
    assert site.http.get("/collections", headers=known).status_code == 304
    assert httpx.get(f"{site.url}/collections").status_code == 401
