"""Rows that were put aside, over HTTP: found, corrected, loaded once; by those who may."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any
from uuid import uuid4

import httpx
import pytest

from domain.shared.roles import Role
from tests.asking import problem, version_of
from tests.facts import NOBODY
from tests.paying import PayingBank
from tests.processes import wait_until
from tests.sites import Site

COMMON_SITE = True

HEADER = "departments,project_name,amount,date,member_name\n"
GOOD = 'IT,Harbour,"1,200.00€",10/2/2025,Ada\n'
BAD = "IT,Harbour,much,10/2/2025,Ada\nIT,Harbour,€5,13/13/2025,Ben\nIT,Harbour,€5\n"


def put_aside(site: Site, text: str = HEADER + GOOD + BAD, **fields: str) -> httpx.Response:
    answer = site.upload(text, mode="quarantine", **fields)
    assert answer.status_code == 201, answer.text
    return answer


def rejects_of(site: Site, answer: httpx.Response) -> list[dict[str, Any]]:
    path = f"/imports/{answer.json()['import_id']}/rejects"
    found = site.http.get(path, params={"sort": "row"}, headers=site.after(answer))
    assert found.status_code == 200, found.text
    rows: list[dict[str, Any]] = found.json()["data"]
    return rows


def replay(site: Site, **asked: Any) -> dict[str, Any]:
    answer = site.http.post("/rejects/replay", json=asked)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    positions = [each["position"] or 0 for each in told["data"]]
    assert int(answer.headers["Daybook-Position"]) == max(positions, default=0)
    return told


def expenses_of(site: Site, import_id: str, position: int) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = site.http.get(
        "/expenses",
        params={"import_id": import_id, "sort": "id"},
        headers={"Daybook-Min-Position": str(position)},
    ).json()["data"]
    return rows


def test_bad_rows_are_put_aside_and_found(site: Site) -> None:
    answer = put_aside(site)
    told = answer.json()
    assert (told["rows"], told["imported"], told["quarantined"], told["bad_rows"]) == (4, 1, 3, 0)
    assert told["sums"]["EUR"] | {"read": "", "loaded": ""} == {
        "read": "",
        "loaded": "",
        "unchanged": "0",
        "corrected": "0",
        "duplicates": "0",
        "quarantined": "5.00",
    }
    found = rejects_of(site, answer)
    assert [(it["row"], it["reason"], it["status"]) for it in found] == [
        (3, "unreadable_amount", "quarantined"),
        (4, "no_such_date", "quarantined"),
        (5, "ragged_row", "quarantined"),
    ]
    assert found[0]["cells"]["amount"] == "much"
    assert (found[1]["amount"], found[1]["currency"], found[2]["cells"]) == ("5.00", "EUR", {})
    listed = site.http.get(
        "/rejects",
        params={"reason": "ragged_row", "kind": "expenses", "import_id": told["import_id"]},
    ).json()["data"]
    assert listed == [found[2]]
    one = site.http.get(f"/rejects/{found[0]['uid']}")
    assert (one.json(), version_of(one)) == (found[0], 1)
    text = site.http.get(f"/imports/{told['import_id']}/rejects.csv").text
    assert text.count("\r\n") == 4
    run = site.http.get(f"/imports/{told['import_id']}").json()
    assert (run["quarantined"], run["sums"]["EUR"]["read"]) == (3, "1205.00")
    facets = site.http.get("/rejects/facets", params={"by": "reason"})
    assert facets.status_code == 200


def test_a_row_is_corrected_and_loaded_once(site: Site) -> None:
    answer = put_aside(site)
    import_id, (much, date, ragged) = answer.json()["import_id"], rejects_of(site, answer)
    path = f"/rejects/{much['uid']}"
    bad = site.http.patch(path, json={"amount": "12,5 EUR"})
    problem(bad, 422, "bad_row")
    assert [it["pointer"] for it in bad.json()["errors"]] == ["/amount"]
    good = site.http.patch(path, json={"amount": "€12.50"}, headers={"If-Match": '"1"'})
    assert (good.status_code, version_of(good)) == (200, 2)
    problem(
        site.http.patch(path, json={"amount": "€1"}, headers={"If-Match": '"1"'}),
        412,
        "stale_version",
    )
    told = replay(site, rejects=[much["uid"], date["id"], ragged["uid"], str(uuid4())])
    assert [it["status"] for it in told["data"]] == ["replayed", "failed", "failed", "failed"]
    assert [it.get("code") for it in told["data"]] == [None, "bad_row", "bad_row", "not_found"]
    assert [it["pointer"] for it in told["data"][1]["errors"]] == ["/date"]
    again = replay(site, rejects=[much["uid"]])["data"][0]
    assert (again["status"], again["became"]) == ("already_replayed", told["data"][0]["became"])
    position = told["data"][0]["position"]
    rows = expenses_of(site, import_id, position)
    assert [(row["amount"], row["uid"]) for row in rows] == [
        ("1200.00", rows[0]["uid"]),
        ("12.50", again["became"]),
    ]
    after = {"Daybook-Min-Position": str(position)}
    left = site.http.get(path, headers=after).json()
    assert (left["status"], left["became"], left["was_known"]) == (
        "replayed",
        again["became"],
        False,
    )
    late = site.http.patch(path, json={"amount": "€1"})
    problem(late, 409, "reject_replayed")
    assert late.json()["became"] == again["became"]
    lineage = site.http.get("/events", params={"correlation_id": import_id, "sort": "position"})
    assert [it["name"] for it in lineage.json()["data"]][-2:] == [
        "reject.replayed.v1",
        "expense.recorded.v2",
    ]


def test_a_row_that_could_not_be_taken_apart_is_given_all_its_cells(site: Site) -> None:
    (ragged,) = rejects_of(site, put_aside(site, HEADER + "IT,Harbour,€5\n"))
    path = f"/rejects/{ragged['uid']}"
    cells = {"departments": "IT", "project_name": "Harbour", "amount": "€5"}
    part = site.http.patch(path, json=cells)
    assert [it["pointer"] for it in part.json()["errors"]] == ["/date", "/member_name"]
    whole = site.http.patch(path, json={**cells, "date": "10/2/2025", "member_name": "Ada"})
    assert whole.status_code == 200
    assert replay(site, rejects=[ragged["uid"]])["replayed"] == 1


def test_a_file_with_the_row_corrected_adds_nothing_and_neither_does_the_row(site: Site) -> None:
    source = uuid4().hex
    bad = put_aside(site, HEADER + GOOD + "IT,Harbour,much,10/2/2025,Ada\n", source=source)
    (reject,) = rejects_of(site, bad)
    right = HEADER + GOOD + "IT,Harbour,€7,10/2/2025,Ada\n"
    assert site.upload(right, source=source).json()["imported"] == 1
    site.http.patch(f"/rejects/{reject['uid']}", json={"amount": "€7"})
    (told,) = replay(site, rejects=[reject["uid"]])["data"]
    assert (told["status"], told["was_known"]) == ("replayed", True)
    assert site.upload(right, source=source).json()["already_known"] == 2


def test_a_row_that_equals_another_of_its_file_is_a_second_one(site: Site) -> None:
    source = uuid4().hex
    bad = "IT,Harbour,much,10/2/2025,Ada\n"
    answer = put_aside(site, HEADER + GOOD + bad + bad, source=source)
    found = rejects_of(site, answer)
    for reject in found:
        site.http.patch(f"/rejects/{reject['uid']}", json={"amount": "€1,200.00"})
    told = replay(site, rejects=[it["uid"] for it in found])
    assert len({it["became"] for it in told["data"]}) == told["replayed"] == 2
    assert site.upload(HEADER + GOOD * 3, source=source).json()["already_known"] == 3


def test_rejects_are_replayed_by_import_and_reason(site: Site) -> None:
    answer = put_aside(site, HEADER + "IT,Harbour,much,10/2/2025,Ada\n" * 3 + GOOD)
    import_id, found = answer.json()["import_id"], rejects_of(site, answer)
    for reject in found[:2]:
        last = site.http.patch(f"/rejects/{reject['id']}", json={"amount": "€12.50"})
    asked = {"import_id": import_id, "reason": "unreadable_amount"}
    told = site.http.post("/rejects/replay", json=asked, headers=site.after(last)).json()
    assert (told["replayed"], told["failed"], told["next"]) == (2, 1, None)
    position = max(it["position"] or 0 for it in told["data"])
    after = {"Daybook-Min-Position": str(position)}
    again = site.http.post("/rejects/replay", json=asked, headers=after).json()
    assert (again["replayed"], again["already_replayed"], again["failed"]) == (0, 0, 1)
    none = site.http.post("/rejects/replay", json={**asked, "after": found[2]["id"]}).json()
    assert none["data"] == []


def test_many_replays_at_once_load_a_row_once(site: Site) -> None:
    answer = put_aside(site, HEADER + "IT,Harbour,much,10/2/2025,Ada\n")
    (reject,) = rejects_of(site, answer)
    site.http.patch(f"/rejects/{reject['uid']}", json={"amount": "€12.50"})
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: replay(site, rejects=[reject["uid"]] * 3), range(8)))
    told = [each for answer in answers for each in answer["data"]]
    assert sorted(it["status"] for it in told) == ["already_replayed"] * 23 + ["replayed"]
    assert len({it["became"] for it in told}) == 1
    position = max(it["position"] for it in told)
    assert len(expenses_of(site, answer.json()["import_id"], position)) == 1


@pytest.mark.parametrize(
    ("body", "status", "pointers"),
    [
        ({"ammount": "€1"}, 422, ["/ammount"]),
        ({"amount": 5}, 400, ["/amount"]),
        ({"amount": "€1\u0000"}, 422, ["/amount"]),
        ({"departments": "x" * 5_000, "amount": "€1"}, 422, ["/departments"]),
        ([], 400, []),
    ],
)
def test_corrections_that_are_none(site: Site, body: Any, status: int, pointers: list[str]) -> None:
    (reject,) = rejects_of(site, put_aside(site, HEADER + "IT,Harbour,much,10/2/2025,Ada\n"))
    answer = site.http.patch(f"/rejects/{reject['uid']}", json=body)
    assert answer.status_code == status, answer.text
    assert [it["pointer"] for it in answer.json().get("errors", [])] == pointers
    unchanged = site.http.get(f"/rejects/{reject['uid']}").json()
    assert unchanged == reject


@pytest.mark.parametrize(
    "body",
    [{}, {"rejects": ["a"], "reason": "blank"}, {"rejects": [str(NOBODY)] * 201}],
)
def test_replays_of_nothing_that_is_named(site: Site, body: Any) -> None:
    assert site.http.post("/rejects/replay", json=body).status_code == 422


@pytest.mark.parametrize(
    ("reference", "code"),
    [
        (10**30, "bad_value"),
        (2**63, "bad_value"),
        (-1, "bad_value"),
        (0, "not_found"),
        ("", "bad_value"),
        ("\u0000", "bad_value"),
        ("1" * 19, "bad_value"),
        ("../imports", "bad_value"),
        (str(NOBODY), "not_found"),
    ],
)
def test_references_that_name_nothing_are_told_one_by_one(
    site: Site, reference: Any, code: str
) -> None:
    told = replay(site, rejects=[reference, reference])["data"]
    assert [(it["status"], it["code"]) for it in told] == [("failed", code)] * 2


@pytest.mark.parametrize(
    ("asked", "parameter"),
    [
        ({"reason": "\u0000"}, "reason"),
        ({"reason": "x" * 5_000}, "reason"),
        ({"reason": "", "after": 10**30}, "id[gt]"),
    ],
)
def test_filters_that_no_row_can_meet_are_refused(site: Site, asked: Any, parameter: str) -> None:
    answer = site.http.post("/rejects/replay", json=asked)
    problem(answer, 400, "invalid_query")
    assert [it["parameter"] for it in answer.json()["errors"]] == [parameter]


def test_filters_that_find_nothing_replay_nothing(site: Site) -> None:
    assert replay(site, reason="of_no_row")["data"] == []


def test_the_facts_behind_a_row(site: Site) -> None:
    answer = put_aside(site, HEADER + "IT,Harbour,much,10/2/2025,Ada\n")
    (reject,) = rejects_of(site, answer)
    site.http.patch(f"/rejects/{reject['uid']}", json={"amount": "€12.50"})
    replay(site, rejects=[reject["id"]])
    history = site.http.get(f"/rejects/{reject['uid']}/history", headers=site.after(answer))
    assert [it["name"] for it in history.json()["data"]] == [
        "reject.quarantined.v1",
        "reject.corrected.v1",
        "reject.replayed.v1",
    ]


def test_a_ratio_holds_for_a_file_that_is_imported_later(site: Site) -> None:
    later = {"Prefer": "respond-async"}
    form = {"mode": "quarantine", "max_reject_ratio": "0.7", "source": uuid4().hex}
    taken = site.upload(HEADER + GOOD + BAD, headers=later, **form)
    assert taken.status_code == 202

    def run() -> dict[str, Any]:
        told: dict[str, Any] = site.http.get(
            taken.headers["location"], headers=site.after(taken)
        ).json()
        return told

    wait_until(lambda: run()["status"] != "running", "the import")
    assert (run()["status"], run()["code"]) == ("rejected", "too_many_rejects")
    assert run()["options"]["max_reject_ratio"] == "0.7"


def test_too_many_bad_rows_store_nothing(site: Site) -> None:
    answer = site.upload(HEADER + GOOD + BAD, mode="quarantine", max_reject_ratio="0.7")
    problem(answer, 422, "too_many_rejects")
    import_id = answer.json()["import_id"]
    run = site.http.get(f"/imports/{import_id}", headers=site.after(answer)).json()
    assert (run["status"], run["code"], run["bad_rows"]) == ("rejected", "too_many_rejects", 3)
    assert site.http.get(f"/imports/{import_id}/rejects").json()["data"] == []
    for text in ("most", "０.5", "0_1"):
        wrong = site.upload(HEADER, max_reject_ratio=text)
        assert wrong.status_code == 400
        assert wrong.json()["errors"][0]["pointer"] == "/max_reject_ratio"
    more = site.upload(HEADER, max_reject_ratio="1.5")
    assert (more.status_code, more.json()["errors"][0]["pointer"]) == (422, "/max_reject_ratio")


def test_a_bank_sees_its_own_rejects_and_changes_none(site: Site) -> None:
    with closing(PayingBank(site)) as bank:
        own = put_aside(site, bank=str(bank.uid))
        (reject, *_), (foreign, *_) = rejects_of(site, own), rejects_of(site, put_aside(site))
        seen = bank.auditor.get("/rejects", headers=site.after(own)).json()["data"]
        assert {it["import_id"] for it in seen} == {own.json()["import_id"]}
        runs = bank.auditor.get("/imports").json()["data"]
        assert [it["uid"] for it in runs] == [own.json()["import_id"]]
        problem(bank.auditor.get(f"/rejects/{foreign['uid']}"), 404, "not_found")
        problem(bank.auditor.get(f"/imports/{foreign['import_id']}/rejects"), 404, "not_found")
        problem(bank.auditor.get(f"/imports/{foreign['import_id']}/log"), 404, "not_found")
        patched = bank.auditor.patch(f"/rejects/{reject['uid']}", json={"amount": "€1"})
        problem(patched, 403, "permission_missing")
        replayed = bank.auditor.post("/rejects/replay", json={"rejects": [reject["uid"]]})
        problem(replayed, 403, "permission_missing")
        member = bank.signed_in(Role.MEMBER)
        problem(member.get("/rejects"), 403, "permission_missing")


def test_a_run_says_what_it_did(site: Site) -> None:
    import_id = put_aside(site).json()["import_id"]
    lines = site.http.get(f"/imports/{import_id}/log").json()["data"]
    assert [line["message"].split(":")[0] for line in lines] == [
        "expenses.csv taken in",
        "completed",
    ]
    text = site.http.get(f"/imports/{import_id}/log", headers={"Accept": "text/plain"})
    assert text.headers["content-type"].startswith("text/plain")
    assert text.text.count("\n") == 2
