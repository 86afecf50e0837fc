"""Every error is a problem document that says what was wrong, and every answer is surrounded alike."""

import json
from uuid import UUID

import httpx
import pytest

from tests.asking import problem
from tests.facts import eventually
from tests.sites import OPERATOR, Site

COMMON_SITE = True


def test_unknown_route(site: Site) -> None:
    document = problem(site.http.get("/no/such/thing"), 404, "no_such_route")
    family = site.http.get(document["type"]).json()
    assert family["status"] == 404
    assert family["title"] == document["title"]


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/expenses", {"GET", "HEAD", "OPTIONS", "POST"}),
        ("/imports/expenses", {"OPTIONS", "POST"}),
        ("/expenses/1", {"GET", "HEAD", "OPTIONS"}),
    ],
)
def test_methods_of_a_path(site: Site, path: str, allowed: set[str]) -> None:
    refused = site.http.delete(path)
    problem(refused, 405, "method_not_allowed")
    assert set(refused.headers["allow"].split(", ")) == allowed
    asked = site.http.options(path)
    assert asked.status_code == 204
    assert set(asked.headers["allow"].split(", ")) == allowed


def test_unknown_parameter_names_the_nearest(site: Site) -> None:
    document = problem(site.http.get("/expenses?amont=3"), 400, "invalid_query")
    fault = document["errors"][0]
    assert (fault["parameter"], fault["nearest"]) == ("amont", "amount")


def test_parameters_of_routes_without_a_grammar(site: Site) -> None:
    document = problem(
        site.http.get("/events/stream?aftr=3&name=a&name=b&after=latest"), 400, "malformed"
    )
    faults = {fault["parameter"]: fault for fault in document["errors"]}
    assert faults["aftr"]["nearest"] == "after"
    assert faults["name"]["code"] == "repeated"
    problem(site.http.get("/health/live?x=1"), 400, "malformed")


def test_a_query_that_is_no_text(site: Site) -> None:
    problem(site.http.get("/expenses?member_name=%ff"), 400, "not_utf8")
    many = "&".join(["amount=1"] * 400)
    problem(site.http.get(f"/expenses?{many}"), 400, "too_many_parameters")


def test_body_that_is_not_declared_as_json(site: Site) -> None:
    problem(site.http.post("/expenses", data={"a": "b"}), 415, "unsupported_media_type")
    problem(site.http.post("/imports/expenses", json={}), 415, "unsupported_media_type")


@pytest.mark.parametrize(
    ("body", "code"),
    [(b"{", "not_json"), (b"\xff", "not_json"), (b"[]", "not_an_object"), (b"", "not_json")],
)
def test_body_that_is_no_json_object(site: Site, body: bytes, code: str) -> None:
    answer = site.http.post("/expenses", content=body, headers={"content-type": "application/json"})
    problem(answer, 400, code)


def test_every_wrong_member_is_named_at_once(site: Site) -> None:
    body = {"departmnts": "IT", "project_name": 3, "amount": "much", "currency": "EUR"}
    document = problem(site.http.post("/expenses", json=body), 400, "malformed")
    faults = {fault["pointer"]: fault for fault in document["errors"]}
    assert faults["/departmnts"]["nearest"] == "departments"
    assert faults["/departments"]["code"] == "missing"
    assert faults["/project_name"]["got"] == "3"
    assert faults["/amount"]["expected"] == "decimal"
    assert {"/date", "/member_name"} <= faults.keys()


def test_values_without_meaning(site: Site) -> None:
    answer = site.record(amount="1.234", member_name=" ", currency="EUR")
    document = problem(answer, 422, "invalid")
    assert {fault["pointer"] for fault in document["errors"]} == {"/amount", "/member_name"}


def test_a_command_that_is_too_large(site: Site) -> None:
    problem(site.record(member_name="x" * 70_000), 413, "body_too_large")


def test_no_form_of_the_answer_is_acceptable(site: Site) -> None:
    document = problem(
        site.http.get("/expenses", headers={"Accept": "image/png"}), 406, "not_acceptable"
    )
    assert "text/csv" in document["available"]


@pytest.mark.parametrize(
    ("header", "value"),
    [("Daybook-Min-Position", "soon"), ("Daybook-Min-Position", "-1")],
)
def test_headers_that_cannot_be_read(site: Site, header: str, value: str) -> None:
    document = problem(site.http.get("/expenses", headers={header: value}), 400, "wrong_header")
    assert document["errors"][0]["parameter"] == header


def test_an_idempotency_key_that_cannot_be_read(site: Site) -> None:
    answer = site.http.post(
        "/expenses",
        json={
            "departments": "IT",
            "project_name": "p",
            "amount": 1,
            "currency": "EUR",
            "date": "2026-01-01",
            "member_name": "m",
        },
        headers={"Idempotency-Key": "k" * 256},
    )
    problem(answer, 400, "wrong_header")


def test_a_request_id_is_taken_over_if_it_is_a_plain_token(site: Site) -> None:
    taken = site.http.get("/health/live", headers={"X-Request-ID": "checkout-42"})
    assert taken.headers["x-request-id"] == "checkout-42"
    minted = site.http.get("/health/live", headers={"X-Request-ID": "no spaces, please"})
    assert UUID(minted.headers["x-request-id"])


def test_the_log_line_of_a_command_tells_who_and_where_but_nothing_said(site: Site) -> None:
    answer = site.record(member_name="Secret Name")
    entry = json.loads(logged(site, answer))
    assert (entry["actor"], entry["status"], entry["route"]) == (OPERATOR.actor, 201, "/expenses")
    assert entry["stream"] == answer.json()["uid"]
    assert entry["position"] == int(answer.headers["daybook-position"])
    logged(site, site.http.get("/expenses?member_name=Secret%20Name"))
    assert "Secret" not in site.output.read_text()


def logged(site: Site, answer: httpx.Response) -> str:
    """The log line of a request, which is written once it is answered."""
    request_id = answer.headers["x-request-id"]
    eventually(lambda: site.logged(request_id))
    return site.logged(request_id)


def test_a_head_is_the_get_without_its_body(site: Site) -> None:
    path = "/expenses?project_name=none-of-the-kind"  # no expense of another test comes between
    got, head = site.http.get(path), site.http.head(path)
    assert head.status_code == 200
    assert head.content == b""
    assert head.headers["content-length"] == got.headers["content-length"]
    # An endless answer ends where its body would begin.
    assert site.http.head("/events/stream").status_code == 200
    assert site.http.head("/expenses.csv").status_code == 200


def test_slashes_that_do_not_matter(site: Site) -> None:
    assert site.http.get("/expenses/").status_code == 200
    assert site.http.get("/expenses//facets/").status_code == 200


def test_safe_headers_are_on_every_answer(site: Site) -> None:
    for path in ("/docs", "/expenses", "/no-such-thing"):
        headers = site.http.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        policy = headers["content-security-policy"]
        assert policy.startswith(("default-src 'self'", "default-src 'none'"))
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy


def test_metrics_count_requests_by_route(site: Site) -> None:
    site.http.get("/expenses/123456789")
    site.http.request("BREW", "/expenses")
    counted = ('route="/expenses/{record_id}",status="404"', 'method="other"')
    # A request is counted once it is answered.
    eventually(lambda: all(each in site.http.get("/metrics").text for each in counted))
    text = site.http.get("/metrics").text
    assert "BREW" not in text
    assert 'daybook_projection_lag_events{projection="expenses"}' in text
    assert "daybook_database_up 1.0" in text


def test_pages_about_the_api(site: Site) -> None:
    index = site.http.get("/").json()
    for path in (index["docs"], index["openapi"]):
        assert site.http.get(path).status_code == 200
    for path in index["collections"].values():
        assert site.http.get(path).status_code in (200, 403)  # claims are not an operator's
    documented = site.http.get(index["openapi"]).json()["paths"].items()
    listed = {
        path
        for path, on in documented
        if on.get("get", {}).get("operationId", "").startswith("list")
    }
    assert set(index["collections"].values()) == {path for path in listed if "{" not in path}
    page = site.http.get("/docs").text
    assert "http:" not in page
    assert "https:" not in page
    for asset in ("swagger-ui-bundle.js", "swagger-ui.css", "docs.js", "docs.css"):
        assert f'"/docs/{asset}"' in page
        loaded = site.http.get(f"/docs/{asset}")
        again = site.http.get(f"/docs/{asset}", headers={"If-None-Match": loaded.headers["etag"]})
        assert (loaded.status_code, again.status_code) == (200, 304)
    problem(site.http.get("/docs/other.js"), 404, "not_found")
    problem(site.http.get("/docs/..%2Fdocs.py"), 404, "no_such_route")
    problem(site.http.get("/problems/no-such"), 404, "not_found")
