"""Workflows for staff, and what happens in them by itself: decisions, mails, deadlines."""

import secrets
from typing import Any

import pytest

from application.identity.users import NewColleague, Users
from application.workflows.use_cases import WorkflowInstance
from tests.facts import a_call, eventually
from tests.flowing import Desk, asked
from tests.sites import OPERATOR, Site

OPERATOR_EMAIL = "olga@daybook.example"


@pytest.fixture(scope="module")
def desk(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A desk at which Olga, an operator, hears of what waits."""
    desk = Desk(site.settings["DATABASE_URL"], tmp_path_factory.mktemp("desk"))
    olga = NewColleague(email=OPERATOR_EMAIL, name="Olga", role="operator")
    desk.do(
        lambda _, services: services.of(Users).register_here(
            olga, secrets.token_urlsafe(), a_call()
        )
    )
    return desk


def begun(desk: Desk, **request: str) -> WorkflowInstance:
    return desk.submit(secrets.token_urlsafe(32), asked(**request))


def rows(site: Site, query: str) -> list[dict[str, Any]]:
    answer = site.http.get(f"/workflow-instances?{query}")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["data"]
    return found


def letters(site: Site, about: str) -> list[dict[str, Any]]:
    """What Olga and applicants are told; who asks the questions of this test is an operator, too."""
    tester = f"{OPERATOR.user_uid.hex}@" if OPERATOR.user_uid else ""
    found = site.http.get("/mailbox/messages").json()["data"]
    return [one for one in found if about in str(one) and not one["recipient"].startswith(tester)]


def after(position: int) -> dict[str, str]:
    return {"Daybook-Min-Position": str(position)}


def test_what_waits_is_listed_and_decided_once(site: Site, desk: Desk) -> None:
    found = begun(desk, amount="20001")
    path = f"/workflow-instances/{found.uid}"
    shown = site.http.get(path, headers=after(found.position)).json()
    assert shown["status"] == "awaiting"
    assert (shown["awaited"], shown["awaited_of"]) == (["decision"], "staff")
    assert shown["workflow"] == "loan-pre-check"
    assert "20001" not in str(shown)
    assert "Ndiaye" not in str(shown)
    review = {"step": "decision", "values": {"decision": "approve", "remark": "It holds."}}
    decided = site.http.post(f"{path}/review", json=review)
    assert decided.status_code == 200, decided.text
    again = site.http.post(f"{path}/review", json=review)
    assert (again.status_code, again.json()) == (200, decided.json())
    shown = site.http.get(path, headers=site.after(decided)).json()
    assert (shown["status"], shown["outcome"]) == ("over", "approved")
    assert (shown["awaited"], shown["awaited_of"], shown["due_at"]) == ([], None, None)
    events = site.http.get(f"{path}/history").json()["data"]
    assert [one["name"] for one in events][-3:] == [
        "workflow.step_submitted.v1",
        "workflow.step_performed.v1",
        "workflow.ended.v1",
    ]


@pytest.mark.parametrize(
    ("review", "status", "code", "pointer"),
    [
        (
            {"step": "decision", "values": {"decision": "perhaps"}},
            422,
            "invalid",
            "/values/decision",
        ),
        ({"step": "decision", "values": {}}, 422, "invalid", "/values/decision"),
        (
            {"step": "decision", "values": {"decision": "approve", "by": "me"}},
            422,
            "invalid",
            "/values/by",
        ),
        ({"step": "request", "values": {"amount": "1"}}, 409, "step_done", None),
        ({"step": "way", "values": {}}, 200, None, None),
        ({"step": "tell_declined", "values": {}}, 409, "step_not_awaited", None),
        ({"step": "decision"}, 400, None, "/values"),
        ({"step": "decision", "values": {"decision": ["approve"]}}, 400, None, "/values"),
    ],
)
def test_a_decision_that_will_not_do_is_told(
    site: Site,
    desk: Desk,
    review: dict[str, Any],
    status: int,
    code: str | None,
    pointer: str | None,
) -> None:
    found = desk.submit(token := secrets.token_urlsafe(32), asked())
    answer = site.http.post(f"/workflow-instances/{found.uid}/review", json=review)
    assert answer.status_code == status, answer.text
    if status != 200:
        assert code in (answer.json()["code"], None)
        pointers = [fault.get("pointer") for fault in answer.json().get("errors", [])]
        assert pointers == ([pointer] if pointer else [])
    assert desk.instance(token) == found


def test_whoever_has_to_know_gets_one_mail(site: Site, desk: Desk) -> None:
    found = begun(desk, amount="20002")
    eventually(lambda: letters(site, "20002 euro"))
    (asking,) = letters(site, "20002 euro")
    assert OPERATOR_EMAIL in str(asking)
    assert "Zoë Ndiaye asks for" in str(asking)
    site.http.post(
        f"/workflow-instances/{found.uid}/review",
        json={"step": "decision", "values": {"decision": "decline"}},
    )
    eventually(lambda: len(letters(site, "20002 euro")) == 2)
    told = [one for one in letters(site, "20002 euro") if "zoe@example.org" in str(one)]
    assert len(told) == 1
    assert "does not fit the budget" in str(told)


def test_definitions_are_listed(site: Site) -> None:
    found = site.http.get("/workflow-definitions?sort=name").json()["data"]
    assert [one["name"] for one in found] == ["customer-cashflow", "loan-pre-check"]
    assert found[1]["steps"][0] == {"name": "contact", "type": "form", "title": "About you"}
    (review,) = (it for it in found[1]["steps"] if it["type"] == "review")
    assert review["decisions"] == [
        {"name": "approve", "title": "Approve"},
        {"name": "decline", "title": "Decline"},
    ]


def test_who_decides_otherwise_is_told_that_it_is_decided(site: Site, desk: Desk) -> None:
    path = f"/workflow-instances/{begun(desk).uid}/review"
    answers = [
        site.http.post(path, json={"step": "decision", "values": {"decision": decision}})
        for decision in ("decline", "approve", "decline")
    ]
    assert [answer.status_code for answer in answers] == [200, 409, 200]
    assert answers[1].json()["code"] == "step_done"
