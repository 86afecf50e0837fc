"""What operators read of sign-ins, people and payees: every such fact once, and few of them whoever guesses."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any
from uuid import uuid4

import httpx
import pytest

from domain.identity.attempts import WINDOW
from tests.asking import problem
from tests.branches import Branch
from tests.facts import eventually
from tests.functional.test_http_identity import Person
from tests.functional.test_http_service_accounts import Machine
from tests.processes import daybook
from tests.sites import Site

COMMON_SITE = True

GUESS = "a guess, a guess"


@pytest.fixture
def person(site: Site) -> Person:
    return Person(site)


def told(site: Site, at_least: int = 1, **asked: Any) -> list[dict[str, Any]]:
    """The security events of which this is true, once there are so many."""

    def found() -> list[dict[str, Any]]:
        answer = site.http.get("/security/events", params={"limit": 100, **asked})
        assert answer.status_code == 200, answer.text
        data: list[dict[str, Any]] = answer.json()["data"]
        return data

    eventually(lambda: len(found()) >= at_least)
    return found()


def test_a_sign_in_is_told_with_what_stands_for_its_address(site: Site, person: Person) -> None:
    person.tokens()
    person.tokens()
    first, second = told(site, 2, user_uid=person.uid, kind="sign_in")
    assert first["name"] == "session.started.v1"
    assert first["detail"] == "password"
    assert first["actor"] == f"user:{person.uid}"
    assert first["address"] == second["address"]
    assert len(first["address"]) == 32


def test_failures_are_told_once_however_many_there_are(site: Site, person: Person) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: person.sign_in(GUESS), range(40)))
    (lock,) = told(site, user_uid=person.uid, kind="lock")
    (failure,) = told(site, user_uid=person.uid, kind="failure")
    assert (lock["detail"], lock["name"]) == ("place", "sign_in.locked.v1")
    assert lock["address"] == failure["address"]
    assert person.sign_in(GUESS).status_code == 429
    facts = site.http.get("/events", params={"stream_id": failure["stream_id"]}).json()["data"]
    assert len(facts) == 2


def test_addresses_of_nobody_leave_one_fact_in_a_quarter_of_an_hour(
    site: Site, person: Person
) -> None:
    for _ in range(15):
        body = {"email": f"{uuid4().hex}@daybook.example", "password": GUESS}
        assert httpx.post(f"{site.url}/auth/token", json=body, timeout=120).status_code == 401
    person.tokens()
    told(site, user_uid=person.uid, kind="sign_in")  # so all before it are told, too
    failures = told(site, **{"kind": "failure", "user_uid[is_null]": "true"})
    assert len({each["stream_id"] for each in failures}) == 1
    moments = sorted(dt.datetime.fromisoformat(each["recorded_at"]) for each in failures)
    # Some of the window, since it is of when they failed, which is a little before they are recorded.
    assert all(later - earlier > WINDOW / 2 for earlier, later in pairwise(moments))


def test_a_refresh_token_that_comes_again_is_told_with_its_user(site: Site, person: Person) -> None:
    stolen = person.tokens()["refresh_token"]
    body = {"refresh_token": stolen}
    assert httpx.post(f"{site.url}/auth/refresh", json=body, timeout=120).status_code == 200
    for _ in range(3):
        problem(
            httpx.post(f"{site.url}/auth/refresh", json=body, timeout=120),
            401,
            "refresh_token_invalid",
        )
    (reuse,) = told(site, user_uid=person.uid, kind="reuse")
    assert reuse["name"] == "session.ended.v1"
    assert reuse["address"] == told(site, user_uid=person.uid, kind="sign_in")[0]["address"]


def test_a_token_made_on_the_command_line_is_told(site: Site, person: Person) -> None:
    done = daybook("token", "--as", person.email, settings=site.settings)
    assert done.returncode == 0, done.stderr
    (made,) = told(site, user_uid=person.uid, kind="command_line")
    assert (made["actor"], made["name"]) == ("local:operator", "session.started.v1")
    assert made["address"] is None


def test_people_payees_and_machines_are_told_by_the_facts_there_are(
    site: Site, person: Person
) -> None:
    branch = Branch(site)
    branch.member()
    branch.administrator()
    machine = Machine(site, "operations:read")
    site.http.post(f"{machine.path}/deactivate")
    names = {each["name"] for each in told(site, kind="role", user_uid=person.uid)}
    assert names == {"user.registered.v1"}
    bank = {"bank_uid": str(branch.uid)}
    eventually(lambda: len(told(site, **bank, kind="role")) >= 2)
    assert "bank_administrator.appointed.v1" in {
        each["name"] for each in told(site, **bank, kind="role")
    }
    assert {each["name"] for each in told(site, **bank, kind="payee")} == {"bank_account.opened.v1"}
    eventually(lambda: len(told(site, stream_id=machine.uid)) == 3)
    assert [each["name"] for each in told(site, stream_id=machine.uid, sort="id")] == [
        "service_account.created.v1",
        "service_account.key_issued.v1",
        "service_account.deactivated.v1",
    ]


def test_they_are_asked_in_the_grammar_of_everything_else(site: Site, person: Person) -> None:
    person.tokens()
    told(site, user_uid=person.uid, kind="sign_in")
    groups = site.http.get("/security/events/aggregates", params={"by": "kind"}).json()["data"]
    counted = {group["kind"]: group["count"] for group in groups}
    assert counted["sign_in"] >= 1
    lines = site.http.get("/security/events.csv", params={"kind": "sign_in", "limit": 1}).text
    assert lines.splitlines()[0].startswith("id,uid,kind,name")
    problem(site.http.get("/security/events?kind=breakin"), 400, "invalid_query")
    one = told(site, user_uid=person.uid)[0]
    assert site.http.get(f"/security/events/{one['id']}").json() == one


def test_only_operators_and_machines_for_it_read_them(site: Site) -> None:
    branch = Branch(site)
    for caller in (branch.administrator().http, branch.auditor(), branch.member().http):
        problem(caller.get("/security/events"), 403, "permission_missing")
    watching = Machine(site, "security:read")
    assert watching.asks("GET", "/security/events").status_code == 200
    problem(watching.asks("GET", "/events"), 403, "permission_missing")


def test_they_are_counted_for_whoever_scrapes(site: Site, person: Person) -> None:
    person.tokens()
    counted = 'daybook_security_events_total{kind="sign_in"} '

    def count() -> float:
        lines = site.http.get("/metrics").text.splitlines()
        return sum(float(line.removeprefix(counted)) for line in lines if line.startswith(counted))

    eventually(lambda: count() >= 1)
    before = count()
    person.tokens()
    eventually(lambda: count() > before)
