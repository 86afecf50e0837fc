"""Auditors of the firm: two people let one in, they read the log and every bank, and can do nothing."""

import json
from collections.abc import Iterator
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from application.shared.permissions import Principal
from domain.banks.accounts import BankAccountOpened
from domain.identity import user_uid
from domain.identity.sessions import RECENT
from domain.reimbursements.claims import ReimbursementApproved
from domain.shared.events import name_of
from domain.shared.roles import Role
from infrastructure.bootstrap import SystemClock
from tests.asking import Caller, problem
from tests.branches import Branch, a_person
from tests.facts import eventually
from tests.functional.test_http_service_accounts import Machine
from tests.people import PASSWORD, chooses, links_to, signs_in
from tests.processes import daybook
from tests.seconding import confirmed, posted
from tests.signed_in import OPERATOR, SECOND_OPERATOR
from tests.sites import Site

COMMON_SITE = True

FIRM_AUDITOR = Principal(
    user_uid=uuid4(), name="Gro Lund", bank_uid=None, roles=frozenset({Role.AUDITOR})
)
AUDITOR = Principal(
    user_uid=uuid4(), name="Nils Aas", bank_uid=uuid4(), roles=frozenset({Role.AUDITOR})
)
LISTS = (
    "/members",
    "/administrators",
    "/accounts",
    "/reimbursements",
    "/payments",
    "/obligations",
    "/ledger/entries",
    "/expenses",
    "/proposals",
)
WITHHELD = (
    "/customers",
    "/workflow-instances",
    "/workflow-definitions",
    "/reactions",
    "/mailbox/messages",
    "/metrics",
    "/users",
    "/service-accounts",
)


@pytest.fixture(scope="module")
def banks(site: Site) -> tuple[Branch, Branch]:
    """Two banks, in each of which a claim was approved and paid."""
    both = Branch(site), Branch(site)
    for branch in both:
        claim = branch.member().claimed()
        done = branch.administrator().http.post(f"/reimbursements/{claim['id']}/approve", json={})
        assert done.status_code == 200, done.text
        eventually(lambda at=branch.uid: _of(site.http, "/expenses", at))  # once it is paid
    return both


@pytest.fixture
def gro(site: Site) -> Iterator[httpx.Client]:
    with site.signed_in(FIRM_AUDITOR) as client:
        yield client


def _of(client: httpx.Client, path: str, bank: UUID) -> list[dict[str, Any]]:
    answer = client.get(path, params={"bank_uid": str(bank)})
    assert answer.status_code == 200, answer.text
    rows: list[dict[str, Any]] = answer.json()["data"]
    return rows


def _see_the_same(own: httpx.Client, firm: httpx.Client, path: str, bank: UUID) -> bool:
    """Whether a bank's auditor sees something there, if there is to be anything, and one of the firm just that."""
    seen = _of(own, path, bank)
    return (bool(seen) or path == "/proposals") and _of(firm, path, bank) == seen


def _body(**changes: Any) -> dict[str, Any]:
    email = f"gro-{uuid4().hex[:12]}@audit.example"
    return {"email": email, "name": "Gro Lund", "role": "auditor", "of_firm": True, **changes}


def _is_user(site: Site, email: str, after: httpx.Response) -> bool:
    answer = site.http.get("/users", params={"email": email}, headers=site.after(after))
    return bool(answer.json()["data"])


def test_one_comes_in_by_two_operators_and_signs_in(site: Site) -> None:
    body = _body()
    asked = site.http.post("/users", json=body)
    assert asked.status_code == 202
    assert not _is_user(site, body["email"], asked)
    proposal = asked.headers["Location"]
    shown = Caller(site, SECOND_OPERATOR).sees(proposal, asked)
    assert shown["kind"] == "firm_auditor"
    assert shown["summary"] == f"Let in Gro Lund ({body['email']}) as an auditor of the firm"
    problem(site.http.post(f"{proposal}/confirm"), 403, "own_proposal")
    confirmed(asked, [Caller(site, SECOND_OPERATOR)])
    audited = daybook("audit", "decisions", settings=site.settings).stdout
    assert shown["uid"] not in audited
    assert "Confirmations of proposals: " in audited
    (link,) = links_to(site, body["email"])
    assert chooses(site, link).is_success
    token = signs_in(site, body["email"], PASSWORD).json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    me = httpx.get(f"{site.url}/auth/me", headers=headers).json()
    assert (me["bank_uid"], me["roles"]) == (None, ["auditor"])
    assert httpx.get(f"{site.url}/events?limit=1", headers=headers).status_code == 200
    again = site.http.post("/users", json=body)
    assert (again.status_code, again.json()["uid"]) == (201, str(user_uid(body["email"])))


def test_nothing_but_the_words_of_the_firm_leaves_an_auditor_without_a_bank(
    site: Site, banks: tuple[Branch, Branch]
) -> None:
    for changes, pointer in (
        ({"of_firm": False}, "/bank_uid"),
        ({"bank_id": str(banks[0].uid)}, "/bank_uid"),
        ({"role": "operator"}, "/of_firm"),
    ):
        body = _body(**changes)
        faults = problem(site.http.post("/users", json=body), 422, "invalid")["errors"]
        assert [fault["pointer"] for fault in faults] == [pointer], changes
    for role in ("administrator", "member", "firm_auditor"):
        problem(site.http.post("/users", json=_body(role=role)), 400, "malformed")


def test_nobody_of_a_bank_lets_one_in_or_becomes_one(
    site: Site, banks: tuple[Branch, Branch]
) -> None:
    branch = banks[0]
    for role in (Role.MEMBER, Role.ADMINISTRATOR, Role.AUDITOR):
        caller = Caller(site, branch.principal(f"Some{role}", role))
        problem(caller.post("/users", json=_body()), 403, "permission_missing")
    problem(Caller(site, FIRM_AUDITOR).post("/users", json=_body()), 403, "permission_missing")
    # What an administrator lets in is of their bank, whatever they say beside.
    administrator = branch.administrators[0]
    email = f"{uuid4().hex[:12]}@harbour.example"
    for more in ({"of_firm": True}, {"role": "auditor"}, {"bank_id": None}):
        body = a_person("Eve", email, **more)
        problem(administrator.post(f"{branch.path}/members", json=body), 400, "malformed")
    # Nor does an operator make one of somebody whom a bank let in, or the other way round.
    auditor = _body(of_firm=False, bank_id=str(branch.uid))
    assert site.http.post("/users", json=auditor).status_code == 201
    wide = {**auditor, "of_firm": True, "bank_id": None}
    problem(site.http.post("/users", json=wide), 409, "email_taken")
    firm = _body()
    assert posted(site, "/users", firm).status_code == 201
    body = a_person("Gro", firm["email"])
    problem(administrator.post(f"{branch.path}/members", json=body), 409, "belongs_elsewhere")


def test_a_machine_lets_in_nobody_and_sees_no_more_for_them(site: Site) -> None:
    machine = Machine(site, "events:read")
    problem(machine.asks("POST", "/users", json=_body()), 403, "permission_missing")
    branch = Branch(site)
    body = {"name": "M", "scopes": ["events:read"], "bank_id": str(branch.uid)}
    problem(site.http.post("/service-accounts", json=body), 422, "invalid")


def test_it_takes_a_sign_in_of_just_now(site: Site) -> None:
    long_ago = SystemClock().now() - RECENT * 2
    headers = {"Authorization": f"Bearer {site.door.token_since(OPERATOR, long_ago)}"}
    answer = httpx.post(f"{site.url}/users", json=_body(), headers=headers, timeout=120)
    problem(answer, 403, "recent_sign_in_required")


def test_they_read_every_bank_as_its_own_auditors_do(
    site: Site, gro: httpx.Client, banks: tuple[Branch, Branch]
) -> None:
    for path in LISTS:
        for branch in banks:
            with site.signed_in(branch.auditor().principal) as own:
                # The money may still be on its way, and rows change meanwhile.
                eventually(partial(_see_the_same, own, gro, path, branch.uid))
    for branch in banks:
        (row,) = gro.get("/banks", params={"uid": str(branch.uid)}).json()["data"]
        assert row["uid"] == str(branch.uid)
    assert gro.get("/ledger/balances").json()["data"]
    for branch in banks:
        (account, *_) = _of(gro, "/accounts", branch.uid)
        assert account["iban"].startswith("****")
        for path in (f"/banks/{branch.id}/payment-batches", f"/banks/{branch.id}/policies"):
            assert gro.get(path).status_code == 200
        assert gro.get(f"/accounts/{account['id']}/history").status_code == 200


def test_they_read_the_log_with_its_causes_and_as_it_grows(
    site: Site, gro: httpx.Client, banks: tuple[Branch, Branch]
) -> None:
    approved = name_of(ReimbursementApproved)
    (event,) = gro.get("/events", params={"name": approved, "limit": 1}).json()["data"]
    caused = gro.get("/events", params={"correlation_id": event["correlation_id"]}).json()["data"]
    assert len(caused) > 1
    assert gro.get(f"/events/{event['position']}").json() == event
    query = {"name": approved, "until": "latest", "event": "message"}
    told = [
        json.loads(line.removeprefix("data: "))
        for line in gro.get("/events/stream", params=query).text.splitlines()
        if line.startswith("data: ")
    ]
    assert event in told
    opened = gro.get("/events", params={"name": name_of(BankAccountOpened), "limit": 5}).json()
    numbers = [it["data"]["iban"] for it in opened["data"] if it["data"]["iban"]]
    assert numbers
    assert all(number.startswith("****") for number in numbers)
    assert gro.get("/security/events?limit=1").json()["data"]
    assert gro.get("/transactions?limit=1").status_code == 200


def test_customers_letters_and_people_are_withheld(gro: httpx.Client) -> None:
    for path in WITHHELD:
        refused = problem(gro.get(path), 403, "permission_missing")
        assert "auditor of the firm may" not in refused["detail"], path


def test_auditors_of_a_bank_gain_nothing(site: Site) -> None:
    with site.signed_in(AUDITOR) as nils:
        for path in ("/events", "/events/stream", "/security/events", "/transactions", *WITHHELD):
            problem(nils.get(path), 403, "permission_missing")
        refused = nils.get("/events").json()
        assert refused["detail"].endswith("operator, auditor of the firm may.")
        for path in LISTS:
            assert nils.get(path).json()["data"] == [], path


def test_who_is_shut_out_reads_the_stream_no_more(site: Site) -> None:
    body = _body()
    uid = posted(site, "/users", body).json()["uid"]
    gone = Principal(
        user_uid=UUID(uid), name="Gro Lund", bank_uid=None, roles=frozenset({Role.AUDITOR})
    )
    headers = site.authorization(gone)
    with httpx.stream("GET", f"{site.url}/events/stream", headers=headers, timeout=60) as answer:
        lines = answer.iter_lines()
        assert next(lines) == ": connected"
        assert site.http.post(f"/users/{uid}/deactivate").status_code == 200
        for _ in lines:  # ends, as a stream of nobody's does
            pass
    again = httpx.get(f"{site.url}/events/stream", headers=headers, timeout=60)
    problem(again, 401, "session_ended")


def test_one_comes_in_at_the_machine_and_an_auditor_without_a_bank_does_not(site: Site) -> None:
    def register(email: str, *more: str) -> Any:
        words = ("users", "register", email, "--name", "Gro Lund", "--password", PASSWORD)
        return daybook(*words, "--role", "auditor", *more, settings=site.settings)

    email = _body()["email"]
    refused = register(email)
    assert refused.returncode == 1
    assert "unless they are said to be of the firm" in refused.stderr
    assert register(email, "--of-firm").returncode == 0
    answer = daybook("token", "--as", email, settings=site.settings)
    headers = {"Authorization": f"Bearer {answer.stdout.strip()}"}
    assert httpx.get(f"{site.url}/events?limit=1", headers=headers).status_code == 200
