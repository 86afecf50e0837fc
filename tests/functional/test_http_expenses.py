"""Expenses over HTTP: recorded by hand, read back, listed, added up, exported."""

import csv
import io
import json
from decimal import Decimal
from uuid import UUID, uuid4

import httpx
import pytest

from tests.asking import problem, version_of, when
from tests.facts import NOBODY
from tests.sites import AN_EXPENSE, OPERATOR, Site

COMMON_SITE = True


@pytest.fixture
def project(site: Site) -> str:
    """A project with five expenses of its own, visible to queries."""
    name = f"P-{uuid4().hex[:8]}"
    answers = [
        site.record(project_name=name, amount=amount, currency=currency, member_name=member)
        for amount, currency, member in (
            ("10.00", "EUR", "Ada"),
            ("20.50", "EUR", "Ben"),
            ("20.50", "EUR", "=Cyd"),
            ("1500", "JPY", "Ben"),
            ("-3.25", "EUR", "Ada"),
        )
    ]
    assert site.http.get("/expenses", headers=site.after(answers[-1])).status_code == 200
    return name


def test_a_command_is_read_back_at_its_position(site: Site) -> None:
    answer = site.record(amount=48.2, member_name="Ines Falk")
    assert answer.status_code == 201
    created = answer.json()
    assert answer.headers["daybook-position"] == str(created["id"])
    for address in (answer.headers["location"], f"/expenses/{created['id']}"):
        shown = site.http.get(address, headers=site.after(answer)).json()
        assert UUID(shown["uid"]) == UUID(created["uid"])
        assert (shown["amount"], shown["currency"]) == ("48.20", "EUR")
        assert (shown["source"], shown["import_id"]) == ("manual", None)


@pytest.mark.parametrize("path", ["/expenses", "/expenses.csv", "/expenses/aggregates", "/events"])
def test_a_position_ahead_of_the_log_is_refused_at_once(site: Site, path: str) -> None:
    refused = problem(
        site.http.get(path, headers={"Daybook-Min-Position": "999999999"}), 400, "position_ahead"
    )
    (fault,) = refused["errors"]
    assert (fault["parameter"], fault["got"]) == ("Daybook-Min-Position", "999999999")
    head = site.http.get("/events?sort=-position&limit=1").json()["data"][0]["position"]
    assert refused["head"] <= head
    assert site.http.get(path, headers={"Daybook-Min-Position": str(head)}).status_code == 200


def _keyed(site: Site, key: str, path: str = "/expenses", **changes: object) -> httpx.Response:
    body = {**AN_EXPENSE, **changes}
    return site.http.post(path, json=body, headers={"Idempotency-Key": key})


def test_an_idempotency_key_makes_a_repetition_quiet(site: Site) -> None:
    key = uuid4().hex
    first, again = _keyed(site, key), _keyed(site, key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    for name in ("location", "daybook-position"):
        assert first.headers[name] == again.headers[name]
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"


def test_an_idempotency_key_stands_for_one_request(site: Site) -> None:
    key = uuid4().hex
    _keyed(site, key)
    other = _keyed(site, key, amount="13.00")
    assert other.status_code == 422
    assert other.json()["code"] == "idempotency_key_reused"


def test_a_refused_request_does_not_use_its_key_up(site: Site) -> None:
    key = uuid4().hex
    assert _keyed(site, key, amount="1.234").status_code == 422
    assert _keyed(site, key).status_code == 201


def test_without_a_key_two_requests_are_two_expenses(site: Site) -> None:
    assert site.record().json()["uid"] != site.record().json()["uid"]


def test_filters_sort_and_sparse_fields(site: Site, project: str) -> None:
    query = f"/expenses?project_name={project}&currency=EUR&amount[gte]=10&sort=-amount,member_name"
    rows = site.http.get(f"{query}&fields=member_name,amount").json()["data"]
    assert [(row["member_name"], row["amount"]) for row in rows] == [
        ("=Cyd", "20.50"),
        ("Ben", "20.50"),
        ("Ada", "10.00"),
    ]
    assert rows[0].keys() == {"id", "member_name", "amount"}


def test_the_addresses_of_the_requirements(site: Site, project: str) -> None:
    data = site.http.get(
        f"/expanses_data?project_name={project}&amount[gte]=1400&member_name=Ben"
    ).json()["data"]
    assert [row["amount"] for row in data] == ["1500"]
    ordered = site.http.get(f"/expanses_data?project_name={project}&sort=member_name&order=desc")
    assert ordered.json()["data"][0]["member_name"] == "Ben"
    one = site.http.get(f"/expanses_data/{data[0]['id']}?fields=departments,member_name,amount")
    assert one.json() == {
        "id": data[0]["id"],
        "departments": "IT",
        "member_name": "Ben",
        "amount": "1500",
    }
    groups = site.http.get(f"/aggregates?by=departments&project_name={project}").json()["data"]
    assert {(row["currency"], row["sum:amount"]) for row in groups} == {
        ("EUR", "47.75"),
        ("JPY", "1500"),
    }


def test_pages_are_walked_by_links(site: Site, project: str) -> None:
    seen: list[int] = []
    answer = site.http.get(f"/expenses?project_name={project}&sort=-amount&limit=2&count=exact")
    assert answer.json()["page"]["count"] == 5
    while True:
        seen += [row["id"] for row in answer.json()["data"]]
        if "next" not in answer.links:
            break
        answer = site.http.get(answer.links["next"]["url"])
    assert len(seen) == len(set(seen)) == 5
    back = site.http.get(answer.links["prev"]["url"])
    assert [row["id"] for row in back.json()["data"]] == seen[2:4]


def test_a_cursor_belongs_to_its_query(site: Site, project: str) -> None:
    cursor = site.http.get(f"/expenses?project_name={project}&limit=1").json()["page"]["next"]
    other = site.http.get("/expenses", params={"project_name": "other", "cursor": cursor})
    assert other.status_code == 400
    assert other.json()["code"] == "cursor_mismatch"


@pytest.mark.parametrize("by_suffix", [True, False])
def test_csv(site: Site, project: str, *, by_suffix: bool) -> None:
    path, headers = ("/expenses.csv", {}) if by_suffix else ("/expenses", {"Accept": "text/csv"})
    params = {"project_name": project, "fields": "member_name,amount", "sort": "id"}
    answer = site.http.get(path, params=params, headers=headers)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert "expenses.csv" in answer.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    # A name that a spreadsheet would run is text again; a negative amount stays a number.
    assert [row["member_name"] for row in rows] == ["Ada", "Ben", "'=Cyd", "Ben", "Ada"]
    assert Decimal(rows[-1]["amount"]) == Decimal("-3.25")


def test_ndjson_is_the_same_rows(site: Site, project: str) -> None:
    query = f"project_name={project}&sort=id"
    listed = site.http.get(f"/expenses?{query}").json()["data"]
    for path, headers in (
        ("/expenses.ndjson", {}),
        ("/expenses", {"Accept": "application/x-ndjson"}),
    ):
        lines = site.http.get(f"{path}?{query}", headers=headers).text.splitlines()
        assert [json.loads(line) for line in lines] == listed


def test_a_preference_among_forms_is_followed(site: Site) -> None:
    accept = "text/csv;q=0.5, application/json;q=0.9, */*;q=0.1"
    answer = site.http.get("/expenses?limit=1", headers={"Accept": accept})
    assert answer.headers["content-type"] == "application/json"


def test_aggregates_with_totals_and_as_csv(site: Site, project: str) -> None:
    query = f"by=member_name&measures=sum:amount,count&project_name={project}&totals=true"
    answer = site.http.get(f"/expenses/aggregates?{query}").json()
    totals = {row["currency"]: Decimal(row["sum:amount"]) for row in answer["totals"]}
    for currency, total in totals.items():
        groups = [row for row in answer["data"] if row["currency"] == currency]
        assert sum(Decimal(row["sum:amount"]) for row in groups) == total
    lines = site.http.get(f"/expenses/aggregates.csv?{query}").text.splitlines()
    assert lines[0] == "member_name,currency,sum:amount,count"
    assert len(lines) == len(answer["data"]) + 1


def test_facets(site: Site, project: str) -> None:
    found = site.http.get(f"/expenses/facets?by=member_name&project_name={project}").json()["data"]
    assert [facet["name"] for facet in found] == ["member_name"]
    values = {(row["value"], row["currency"]): row["count"] for row in found[0]["values"]}
    assert values == {("Ada", "EUR"): 2, ("Ben", "EUR"): 1, ("Ben", "JPY"): 1, ("=Cyd", "EUR"): 1}


def test_a_record_that_has_not_changed_is_not_sent_again(site: Site) -> None:
    answer = site.record()
    address = answer.headers["location"]
    first = site.http.get(address, headers=site.after(answer))
    assert version_of(first) == 1
    tag = first.headers["etag"]
    assert tag == answer.headers["etag"]
    for known in (tag, f"W/{tag}", f'"0", {tag}', "*"):
        again = site.http.get(address, headers={"If-None-Match": known})
        assert (again.status_code, again.content) == (304, b"")
    assert site.http.get(address, headers={"If-None-Match": '"2"'}).status_code == 200


@pytest.mark.parametrize("record_id", [str(NOBODY), "999999999999", "0", "-1"])
def test_records_that_are_not_there(site: Site, record_id: str) -> None:
    for path in (f"/expenses/{record_id}", f"/expenses/{record_id}/history"):
        when(site.http).gets(path).refused(404, "not_found")


def test_what_names_no_record(site: Site) -> None:
    assert site.http.get("/expenses/abc").status_code == 400
    assert site.http.get("/expenses/9" + "9" * 30).status_code in (400, 404)


def test_history_tells_the_facts_at_once(site: Site) -> None:
    request_id = str(uuid4())
    created = site.http.post(
        "/expenses",
        json={
            "departments": "IT",
            "project_name": "Harbour",
            "amount": "7.00",
            "currency": "EUR",
            "date": "2026-02-03",
            "member_name": "Ada",
        },
        headers={"X-Request-ID": request_id},
    ).json()
    for record_id in (created["id"], created["uid"]):
        (fact,) = site.http.get(f"/expenses/{record_id}/history").json()["data"]
        assert fact["name"] == "expense.recorded.v2"
        assert fact["data"]["amount"] == "7.00"
        assert fact["actor"] == OPERATOR.actor
        assert fact["correlation_id"] == request_id
