"""Machines with keys of their own: a scraper and a job that imports, and what no key does."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest

from application.shared.permissions import SCOPES, SCOPES_OF_A_BANK, Permission
from tests.asking import problem
from tests.branches import Branch
from tests.facts import eventually
from tests.functional.test_permissions import Route, _filled, outcome
from tests.functional.test_standing import following
from tests.processes import daybook
from tests.sites import Site

COMMON_SITE = True

CSV = b"departments,project_name,amount,date,member_name\nIT,Lantern,12.50,10/2/2026,Ines Falk\n"


class Machine:
    """A service account of a test's own, with one key."""

    def __init__(self, site: Site, *scopes: str, bank: str | None = None) -> None:
        self.site = site
        body: dict[str, Any] = {"name": "A machine", "scopes": sorted(scopes)}
        self.created = site.http.post("/service-accounts", json={**body, "bank_id": bank})
        assert self.created.status_code == 201, self.created.text
        self.path = self.created.headers["location"]
        self.uid = self.created.json()["uid"]
        self.issued = self.issues()
        self.key = self.issued.json()["key"]

    def issues(self, **body: Any) -> httpx.Response:
        return self.site.http.post(f"{self.path}/keys", json=body)

    def asks(self, method: str, path: str, **more: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.key}", **more.pop("headers", {})}
        return httpx.request(method, self.site.url + path, headers=headers, timeout=120, **more)

    def reads(self) -> int:
        return self.asks("GET", "/metrics").status_code

    def shown(self) -> list[dict[str, Any]]:
        listed: list[dict[str, Any]] = self.site.http.get(f"{self.path}/keys").json()["data"]
        return listed


@pytest.fixture(scope="module")
def routes(site: Site) -> list[Route]:
    paths = site.http.get("/openapi.json").json()["paths"]
    return [
        (method.upper(), _filled(path), operation)
        for path, operations in paths.items()
        for method, operation in operations.items()
        if operation["x-permission"] != Permission.PUBLIC
    ]


def test_a_scraper_reads_the_measurements_and_nothing_else(site: Site) -> None:
    scraper = Machine(site, "operations:read")
    assert b"daybook_http_requests" in scraper.asks("GET", "/metrics").content
    refused = problem(scraper.asks("GET", "/expenses"), 403, "permission_missing")
    assert "the service account A machine" in refused["detail"]
    me = scraper.asks("GET", "/auth/me").json()
    assert (me["uid"], me["roles"], me["permissions"]) == (
        scraper.uid,
        [],
        ["operations:read", "public"],
    )


def test_a_job_imports_and_the_book_says_who(site: Site) -> None:
    job = Machine(site, "expenses:import", "imports:read", "expenses:read")
    files = {"file": ("x.csv", CSV)}
    data = {"source": uuid4().hex, "currency": "EUR"}
    run = job.asks("POST", "/imports/expenses", files=files, data=data)
    assert run.status_code == 201, run.text
    listed = job.asks("GET", run.headers["location"], headers=site.after(run)).json()
    assert listed["actor"] == f"service:{job.uid}"
    actors = site.http.get("/events", params={"actor": f"service:{job.uid}"}).json()["data"]
    assert "expense.recorded.v2" in {fact["name"] for fact in actors}
    problem(job.site.http.post("/service-accounts", json={}), 400, "malformed")


@pytest.mark.parametrize(
    ("scopes", "is_of_bank"),
    [({"expenses:import"}, False), (SCOPES, False), (SCOPES_OF_A_BANK, True)],
    ids=["one", "all", "of a bank"],
)
def test_no_scope_lets_a_machine_exceed_it(
    site: Site, routes: list[Route], scopes: frozenset[str], is_of_bank: bool
) -> None:
    bank = str(Branch(site).uid) if is_of_bank else None
    machine = Machine(site, *scopes, bank=bank)
    with httpx.Client(base_url=site.url) as client:
        client.headers["Authorization"] = f"Bearer {machine.key}"
        for method, path, operation in routes:
            permission = operation["x-permission"]
            status, code = outcome(client, method, path)
            is_read = permission == Permission.SIGNED_IN and method == "GET"
            let_in = permission in scopes or is_read
            assert (code != "permission_missing") == let_in, (method, path, status, code)
            assert let_in or status == 403, (method, path, status, code)
            assert status not in (401, 500), (method, path, code)


def test_a_machine_of_a_bank_sees_nothing_of_another(site: Site) -> None:
    own, other = Branch(site), Branch(site)
    ours, theirs = own.member().account, other.member().account
    machine = Machine(site, "banks:read", bank=str(own.uid))
    eventually(lambda: machine.asks("GET", f"/accounts/{ours}").status_code == 200)
    eventually(lambda: site.http.get(f"/accounts/{theirs}").status_code == 200)
    seen = machine.asks("GET", "/accounts?limit=100").json()["data"]
    assert [each["id"] for each in seen] == [ours]
    problem(machine.asks("GET", f"/accounts/{theirs}"), 404, "not_found")
    problem(machine.asks("GET", f"/banks/{other.uid}/accounts"), 404, "not_found")


@pytest.mark.parametrize(
    ("scopes", "status", "pointers"),
    [
        (["users:manage"], 422, ["/scopes/0"]),
        (["events:read", "claims:decide", "banks:write"], 422, ["/scopes/1", "/scopes/2"]),
        (["payments:export"], 422, ["/scopes/0"]),
        (["claims:read"], 422, ["/scopes/0"]),
        (["event:read"], 422, ["/scopes/0"]),
        ([], 422, ["/scopes"]),
        (["public"], 422, ["/scopes/0"]),
    ],
)
def test_a_scope_is_one_that_machines_have(
    site: Site, scopes: list[str], status: int, pointers: list[str]
) -> None:
    answer = site.http.post("/service-accounts", json={"name": "M", "scopes": scopes})
    told = problem(answer, status, "invalid")
    assert [fault["pointer"] for fault in told["errors"]] == pointers


def test_a_machine_of_a_bank_holds_what_auditors_do(site: Site) -> None:
    body = {"name": "M", "scopes": ["expenses:import"], "bank_id": str(Branch(site).uid)}
    problem(site.http.post("/service-accounts", json=body), 422, "invalid")
    body |= {"scopes": ["claims:read"], "bank_id": str(uuid4())}
    problem(site.http.post("/service-accounts", json=body), 404, "not_found")


def test_only_operators_let_machines_in(site: Site) -> None:
    branch, machine = Branch(site), Machine(site, *SCOPES)
    body = {"name": "M", "scopes": ["banks:read"]}
    administrator = branch.administrator()
    for method, path in (
        ("GET", "/service-accounts"),
        ("POST", "/service-accounts"),
        ("GET", f"{machine.path}/keys"),
        ("POST", f"{machine.path}/keys"),
        ("POST", f"{machine.path}/deactivate"),
    ):
        sent = {"json": body} if method == "POST" else {}
        problem(administrator.http.request(method, path, **sent), 403, "permission_missing")
        problem(machine.asks(method, path, **sent), 403, "permission_missing")


def test_a_key_is_shown_once_and_kept_nowhere(site: Site) -> None:
    machine = Machine(site, "operations:read")
    told = machine.issued.json()
    assert machine.issued.status_code == 201
    assert machine.issued.headers["cache-control"] == "no-store"
    assert told["key"].startswith(told["prefix"])
    assert machine.reads() == 200
    (shown,) = machine.shown()
    assert "key" not in shown
    assert (shown["prefix"], shown["status"]) == (told["prefix"], "good")
    assert shown["issued_by"].startswith("user:")
    assert shown["used_at"] is not None
    with psycopg.connect(site.settings["DATABASE_URL"]) as connection:
        facts = connection.execute("SELECT convert_from(payload, 'utf8') FROM daybook.events")
        kept = connection.execute("SELECT t::text FROM daybook.service_keys t")
        written = f"{facts.fetchall()}{kept.fetchall()}{site.output.read_text()}"
    assert told["key"] not in written
    assert told["key"].removeprefix(told["prefix"]) not in written


def test_use_is_noted_beside_the_log(site: Site) -> None:
    machine = Machine(site, "operations:read")
    before = site.http.get("/events?sort=-position&limit=1").json()["data"][0]["position"]
    assert [machine.reads() for _ in range(5)] == [200] * 5
    assert machine.shown()[0]["used_at"] is not None
    facts = site.http.get(f"/events?position[gt]={before}&actor=service:{machine.uid}").json()
    assert facts["data"] == []


def test_a_revoked_key_lets_nobody_in_at_once_and_the_others_do(site: Site) -> None:
    machine = Machine(site, "operations:read")
    second = machine.issues().json()
    revoke = f"{machine.path}/keys/{machine.issued.json()['uid']}/revoke"
    for _ in range(2):
        assert site.http.post(revoke).status_code == 204
    refused = machine.asks("GET", "/metrics")
    problem(refused, 401, "key_invalid")
    assert refused.headers["www-authenticate"].startswith("Bearer")
    machine.key = second["key"]
    assert machine.reads() == 200
    assert [each["status"] for each in machine.shown()] == ["good", "revoked"]
    problem(site.http.post(f"{machine.path}/keys/{uuid4()}/revoke"), 404, "not_found")


def test_an_expired_key_lets_nobody_in(site: Site) -> None:
    machine = Machine(site, "operations:read")
    soon = (datetime.now(UTC) + timedelta(seconds=3)).isoformat()
    machine.key = machine.issues(expires_at=soon).json()["key"]
    assert machine.reads() == 200
    eventually(lambda: machine.reads() == 401)
    problem(machine.asks("GET", "/metrics"), 401, "key_invalid")
    assert machine.shown()[0]["status"] == "expired"


def test_an_account_out_of_use_lets_nobody_in_and_gets_no_key(site: Site) -> None:
    machine = Machine(site, "operations:read")
    for _ in range(2):
        done = site.http.post(f"{machine.path}/deactivate")
        assert done.status_code == 200
    problem(machine.asks("GET", "/metrics"), 401, "key_invalid")
    problem(machine.issues(), 409, "service_account_deactivated")
    listed = site.http.get(machine.path, headers=site.after(done)).json()
    assert (listed["status"], listed["scopes"]) == ("deactivated", "operations:read")


def test_keys_are_few_and_not_for_ever(site: Site) -> None:
    machine = Machine(site, "operations:read")
    assert [machine.issues().status_code for _ in range(5)] == [201] * 4 + [409]
    for wrong, status, code in (
        ("2020-01-01T00:00:00Z", 422, "invalid"),
        ("2999-01-01T00:00:00Z", 422, "invalid"),
        ("2026-12-31T00:00:00", 400, "bad_value"),
        ("tomorrow", 400, "malformed"),
    ):
        problem(Machine(site, "operations:read").issues(expires_at=wrong), status, code)


@pytest.mark.parametrize("bend", ["", "x", "é", "dbk_" + "A" * 51, "dbk_"])
def test_what_is_no_key_lets_nobody_in(site: Site, bend: str) -> None:
    machine = Machine(site, "operations:read")
    machine.key = bend if bend.startswith("dbk_") else machine.key[:-1] + bend
    sent = f"Bearer {machine.key}".encode()
    answer = httpx.get(f"{site.url}/metrics", headers={"Authorization": sent}, timeout=120)  # type: ignore[dict-item]
    problem(answer, 401, "key_invalid")


def test_a_stream_ends_with_its_key(site: Site) -> None:
    machine = Machine(site, "events:read")
    with following(site, machine.key) as lines:
        key_uid = machine.issued.json()["uid"]
        assert site.http.post(f"{machine.path}/keys/{key_uid}/revoke").status_code == 204
        site.record()
        assert "expense.recorded" not in "\n".join(lines)


@pytest.fixture
def account(site: Site) -> str:
    made = daybook(
        "service-accounts", "create", "Nightly", "--scope", "operations:read",
        settings=site.settings,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    return made.stdout.split()[2]


def test_machines_are_let_in_at_the_machine_itself(site: Site, account: str) -> None:
    issued = daybook("service-accounts", "key", account, "--days", "1", settings=site.settings)
    (key,) = issued.stdout.splitlines()
    key_uid = issued.stderr.split()[1].rstrip(",")

    def reads() -> int:
        headers = {"Authorization": f"Bearer {key}"}
        return httpx.get(f"{site.url}/metrics", headers=headers, timeout=120).status_code

    assert reads() == 200
    listed = daybook("service-accounts", "list", settings=site.settings).stdout
    assert "Nightly: operations:read" in listed
    assert key_uid in listed
    assert key not in listed
    revoked = daybook("service-accounts", "revoke", account, key_uid, settings=site.settings)
    assert revoked.returncode == 0, revoked.stderr
    assert reads() == 401
    ended = daybook("service-accounts", "deactivate", account, settings=site.settings)
    assert ended.returncode == 0
    refused = daybook("service-accounts", "key", account, settings=site.settings)
    assert (refused.returncode, refused.stdout) == (1, "")
    wrong = daybook(
        "service-accounts", "create", "M", "--scope", "users:manage", settings=site.settings
    )
    assert wrong.returncode == 1
    assert "users:manage" in wrong.stderr
