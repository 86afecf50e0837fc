"""Many usages at once over HTTP: what is sent again is recognised one by one."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.branches import Branch, Person
from tests.processes import wait_until
from tests.sites import Site

COMMON_SITE = True

AT = "2026-03-14T18:30:00+01:00"


@pytest.fixture(scope="module")
def mira(site: Site) -> Person:
    """A member, once the types of the beginning are there."""
    wait_until(lambda: site.http.get("/usage-types/104").status_code == 200, "the types")
    return Branch(site).member()


def one(external_id: str, **changes: Any) -> dict[str, Any]:
    usage = {"usage_type_id": 100, "usage_at": AT, "amount": "2"}
    return {"external_id": external_id, **usage, **changes}


def send(by: Person, *usages: dict[str, Any]) -> httpx.Response:
    answer = by.http.post("/usages/batch", json={"usages": list(usages)})
    assert answer.status_code == 200, answer.text
    return answer


def test_each_fares_by_itself(site: Site, mira: Person) -> None:
    tag = uuid4().hex
    answer = send(
        mira,
        one(f"{tag}a"),
        one(f"{tag}b", unit="l"),
        one(f"{tag}c", usage_type_id=99),
        one(f"{tag}a", amount="2.0"),
        one(f"{tag}a", amount="sNaN"),
        one(f"{tag}d", unit="MWh", amount="0.002"),
        one(" "),
    )
    told = answer.json()
    assert [each["status"] for each in told["data"]] == [
        *("recorded", "invalid", "invalid", "duplicate", "conflict", "recorded", "invalid")
    ]
    codes = [each.get("code") for each in told["data"]]
    assert codes[1:3] == ["wrong_dimension", "unknown_usage_type"]
    assert codes[4:] == ["external_id_taken", None, "blank"]
    assert told["counts"] == {"recorded": 2, "duplicate": 1, "conflict": 1, "invalid": 3}
    for each, emissions in ((told["data"][0], "3"), (told["data"][5], "3")):
        row = mira.http.get(f"/usages/{each['id']}", headers=site.after(answer)).json()
        assert (row["uid"], row["emissions"]) == (each["uid"], emissions)
    again = send(mira, one(f"{tag}a"), one(f"{tag}d"))
    assert "Daybook-Position" not in again.headers
    assert [each["status"] for each in again.json()["data"]] == ["duplicate", "conflict"]
    assert again.json()["data"][0]["id"] == told["data"][0]["id"]


def test_a_thousand_come_once_however_often_they_are_sent_at_once(site: Site, mira: Person) -> None:
    tag = uuid4().hex
    usages = [one(f"{tag}{number}") for number in range(1_000)]
    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(lambda _: send(mira, *usages), range(3)))
    recorded = [each.json()["counts"]["recorded"] for each in answers]
    assert sorted(recorded) == [0, 0, 1_000]
    ids = {tuple(row["id"] for row in each.json()["data"]) for each in answers}
    assert len(ids) == 1
    after = site.after(answers[recorded.index(1_000)])
    query = f"/usages?external_id[starts_with]={tag}&count=exact"
    assert mira.http.get(query, headers=after).json()["page"]["count"] == 1_000


def test_what_was_edited_or_deleted_is_still_known(site: Site, mira: Person) -> None:
    tag = uuid4().hex
    told = send(mira, one(tag)).json()["data"][0]
    assert mira.http.patch(f"/usages/{told['uid']}", json={"amount": "9"}).status_code == 200
    assert send(mira, one(tag)).json()["data"][0]["status"] == "duplicate"
    assert mira.http.delete(f"/usages/{told['uid']}").status_code == 204
    assert send(mira, one(tag)).json()["data"][0]["status"] == "duplicate"


def test_ids_of_two_senders_never_meet(site: Site, mira: Person) -> None:
    tag, eva = uuid4().hex, Branch(site).member("Eva")
    first, second = send(mira, one(tag)), send(eva, one(tag, amount="3"))
    assert second.json()["data"][0]["status"] == "recorded"
    assert first.json()["data"][0]["uid"] != second.json()["data"][0]["uid"]


def test_what_is_no_usage_keeps_no_other_from_being_recorded(mira: Person) -> None:
    tag = uuid4().hex
    without = one(f"{tag}b")
    del without["usage_at"]
    wrong: list[tuple[Any, str, str, str | None]] = [
        (without, f"{tag}b", "missing", "/usage_at"),
        (one(f"{tag}c", amount=[]), f"{tag}c", "wrong_value", "/amount"),
        (one(f"{tag}d", amuont="2"), f"{tag}d", "unknown_field", "/amuont"),
        (one(f"{tag}e", usage_at="2026-03-14T18:30:00"), f"{tag}e", "wrong_value", "/usage_at"),
        (one(f"{tag}f", amount="-1"), f"{tag}f", "not_positive", "/amount"),
        ({}, "", "missing", "/usage_type_id"),
        (one(5), "", "wrong_value", "/external_id"),  # type: ignore[arg-type]
        (None, "", "not_an_object", None),
        (["external_id"], "", "not_an_object", None),
    ]
    answer = send(mira, *(each for each, *_ in wrong), one(f"{tag}a"))
    *told, last = answer.json()["data"]
    found = [(it["external_id"], it["code"], it.get("pointer")) for it in told]
    assert found == [(name, code, pointer) for _, name, code, pointer in wrong]
    assert {it["status"] for it in told} == {"invalid"}
    assert last["status"] == "recorded"
    nothing = send(mira, {}, {})
    assert nothing.json()["counts"]["invalid"] == 2
    assert "Daybook-Position" not in nothing.headers


@pytest.mark.parametrize("body", [{}, [], {"usages": {}}, {"usages": [], "more": 1}])
def test_a_body_without_a_list_of_usages_is_refused(mira: Person, body: Any) -> None:
    assert mira.http.post("/usages/batch", json=body).status_code == 400


@pytest.mark.parametrize("number", [0, 1_001])
def test_there_are_a_thousand_at_most(mira: Person, number: int) -> None:
    usages = [one(str(each)) for each in range(number)]
    refused = mira.http.post("/usages/batch", json={"usages": usages})
    assert (refused.status_code, refused.json()["code"]) == (422, "too_many")
