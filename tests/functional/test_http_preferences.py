"""What clients would rather have: the least or the whole of a command's answer, links to pages, patches by RFC 7396."""

import re
from uuid import uuid4

import httpx
import pytest

from tests.asking import problem, version_of
from tests.branches import BANK
from tests.functional.test_http_service_accounts import Machine
from tests.sites import AN_EXPENSE, Site

COMMON_SITE = True

LEAST, WHOLE = {"Prefer": "return=minimal"}, {"Prefer": 'handling=strict, return="representation"'}
MERGE_PATCH = "application/merge-patch+json"


def _applied(answer: httpx.Response) -> str | None:
    return answer.headers.get("preference-applied")


def test_the_least_there_is_to_say(site: Site) -> None:
    key = {"Idempotency-Key": uuid4().hex}
    made = site.http.post("/expenses", json=AN_EXPENSE, headers={**LEAST, **key})
    assert (made.status_code, made.content, _applied(made)) == (201, b"", "return=minimal")
    assert made.headers["location"]
    again = site.http.post("/expenses", json=AN_EXPENSE, headers=key)
    assert (again.headers["location"], _applied(again)) == (made.headers["location"], None)
    voided = site.http.post(
        f"{made.headers['location']}/void", json={"reason": "Twice"}, headers=LEAST
    )
    assert (voided.status_code, voided.content, _applied(voided)) == (204, b"", "return=minimal")
    assert version_of(voided) == 2


def test_the_whole_of_what_it_left(site: Site) -> None:
    made = site.http.post("/banks", json=BANK, headers=WHOLE)
    assert (made.status_code, _applied(made)) == (201, "return=representation")
    path = made.headers["location"]
    changed = site.http.patch(path, json={"location": "Utrecht"}, headers=WHOLE)
    assert (changed.status_code, changed.json()["location"]) == (200, "Utrecht")
    shown = site.http.get(path, headers=site.after(changed))
    assert changed.json() == {**shown.json(), "version": version_of(changed)}
    assert shown.headers["etag"] == changed.headers["etag"]
    usual = site.http.patch(path, json={"location": "Delft"}, headers={"Prefer": "return=all"})
    assert (set(usual.json()), _applied(usual)) == ({"id", "uid", "version"}, None)


def test_who_may_not_read_it_is_not_told_by_commanding(site: Site) -> None:
    writer, reader = (
        Machine(site, "expenses:record"),
        Machine(site, "expenses:record", "expenses:read"),
    )
    told = {
        who: it.asks("POST", "/expenses", json=AN_EXPENSE, headers=WHOLE)
        for who, it in {"writer": writer, "reader": reader}.items()
    }
    assert (set(told["writer"].json()), _applied(told["writer"])) == (
        {"id", "uid", "version"},
        None,
    )
    assert told["reader"].json()["member_name"] == AN_EXPENSE["member_name"]


def _links(answer: httpx.Response) -> dict[str, str]:
    return {
        name: path for path, name in re.findall(r'<([^>]*)>; rel="(\w+)"', answer.headers["link"])
    }


def test_links_lead_through_the_pages(site: Site) -> None:
    name = f"P-{uuid4().hex[:8]}"
    last = [site.record(project_name=name) for _ in range(3)][-1]
    site.http.get("/expenses", headers=site.after(last))
    path = f"/expenses?project_name={name}&limit=2&fields=id"
    first = site.http.get(path)
    links = _links(first)
    assert set(links) == {"self", "first", "next"}
    assert links["self"] == links["first"] == path
    second = site.http.get(links["next"])
    back = _links(second)
    assert set(back) == {"self", "first", "prev"}
    assert (back["self"], back["first"]) == (links["next"], path)
    assert site.http.get(back["prev"]).json()["data"] == first.json()["data"]
    assert _links(site.http.get("/banks"))["self"] == "/banks"
    assert _links(site.http.get("/events?limit=1"))["next"]


@pytest.fixture
def bank(site: Site) -> str:
    """Where a bank of this test's own is found."""
    return str(site.http.post("/banks", json=BANK).headers["location"])


def _patched(site: Site, path: str, body: str, media_type: str) -> httpx.Response:
    return site.http.patch(path, content=body, headers={"Content-Type": media_type})


@pytest.mark.parametrize(
    "media_type", [MERGE_PATCH, f"{MERGE_PATCH}; charset=utf-8", "application/json"]
)
def test_a_merge_patch_replaces_what_it_names(site: Site, bank: str, media_type: str) -> None:
    changed = _patched(site, bank, '{"location": "Utrecht"}', media_type)
    assert changed.status_code == 200
    shown = site.http.get(bank, headers=site.after(changed)).json()
    assert (shown["name"], shown["location"]) == (BANK["name"], "Utrecht")


def test_what_cannot_be_taken_away_is_not_nothing(site: Site, bank: str) -> None:
    """In a merge patch, null takes a member away."""
    (fault,) = problem(_patched(site, bank, '{"name": null}', MERGE_PATCH), 400, "malformed")[
        "errors"
    ]
    assert (fault["pointer"], fault["code"]) == ("/name", "wrong_value")
    problem(_patched(site, bank, '["name"]', MERGE_PATCH), 400, "not_an_object")


def test_how_a_patch_may_be_written_is_announced(site: Site, bank: str) -> None:
    both = f"application/json, {MERGE_PATCH}"
    told = site.http.options(bank)
    assert ("PATCH" in told.headers["allow"], told.headers["accept-patch"]) == (True, both)
    assert "accept-patch" not in site.http.options("/expenses").headers
    wrong = _patched(site, bank, "{}", "application/json-patch+json")
    problem(wrong, 415, "unsupported_media_type")
    assert wrong.headers["accept-patch"] == both
    created = site.http.post("/banks", content="{}", headers={"Content-Type": MERGE_PATCH})
    problem(created, 415, "unsupported_media_type")
    assert "accept-patch" not in created.headers
    content = site.http.get("/openapi.json").json()["paths"]["/banks/{record_id}"]["patch"][
        "requestBody"
    ]["content"]
    assert set(content) == {"application/json", MERGE_PATCH}
