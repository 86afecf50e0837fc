"""Banks and their people over HTTP: created, read, changed, ended, and kept from other banks' people."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from domain.identity import user_uid
from domain.shared.roles import member_uid
from tests.facts import eventually
from tests.firms import BANK, IBAN, Firm, a_firm, a_person
from tests.sites import Site

PASSWORD = "a long first password"  # noqa: S105
SHORT = "tooshort"


@pytest.fixture(scope="module")
def firm(site: Site) -> Iterator[Firm]:
    with a_firm(site) as firm:
        yield firm


@pytest.fixture(scope="module")
def other(site: Site) -> Iterator[Firm]:
    with a_firm(site) as firm:
        yield firm


def read(client: httpx.Client, after: httpx.Response, path: str) -> dict[str, Any]:
    """What is at a path once the read model has seen `after`."""
    seen = {"Daybook-Min-Position": after.headers["Daybook-Position"]}
    answer = client.get(path, headers=seen)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_a_bank_is_opened_read_changed_and_deactivated(site: Site) -> None:
    opened = site.http.post("/banks", json=BANK)
    location, ids = opened.headers["Location"], opened.json()
    assert location == f"/banks/{ids['uid']}"
    assert read(site.http, opened, location) == {
        "id": ids["id"],
        "uid": ids["uid"],
        "name": "Harbour Bank",
        "location": "Rotterdam",
        "currency": "EUR",
        "iban": "****3000",
        "status": "active",
        "created_at": read(site.http, opened, f"/banks/{ids['id']}")["created_at"],
        "ended_at": None,
    }
    changed = site.http.patch(location, json={"location": "Utrecht"}, headers={"If-Match": '"1"'})
    assert (changed.status_code, changed.headers["ETag"]) == (200, '"2"')
    assert changed.json()["id"] == ids["id"]
    stale = site.http.patch(location, json={"location": "Delft"}, headers={"If-Match": '"1"'})
    assert (stale.status_code, stale.json()["code"]) == (412, "stale_version")
    ended = site.http.delete(f"/banks/{ids['id']}")
    assert ended.json() == {**ids, "version": 3}
    row = read(site.http, ended, f"/bank/{ids['id']}")
    assert (row["location"], row["status"]) == ("Utrecht", "deactivated")
    assert row["ended_at"] is not None
    assert site.http.delete(location).json()["version"] == 3
    late = site.http.post(f"{location}/members", json=a_person("zoe", "late.example"))
    assert (late.status_code, late.json()["code"]) == (409, "bank_inactive")


def test_the_same_key_opens_one_bank(site: Site) -> None:
    headers = {"Idempotency-Key": uuid4().hex}
    one = site.http.post("/banks", json=BANK, headers=headers)
    two = site.http.post("/banks", json=BANK, headers=headers)
    assert one.json() == two.json()
    assert two.headers["Idempotency-Replayed"] == "true"
    other = site.http.post("/banks", json={**BANK, "name": "X"}, headers=headers)
    assert other.status_code == 422


def test_a_person_is_admitted_changed_ended_and_admitted_again(firm: Firm) -> None:
    admitted = firm.admit("vera", password=PASSWORD)
    path = admitted.headers["Location"]
    row = read(firm.administrator, admitted, path)
    assert (row["first_name"], row["email"]) == ("Vera", firm.email("vera"))
    assert (row["bank_id"], row["bank_uid"]) == (firm.bank["id"], str(firm.uid))
    uid = member_uid(firm.uid, user_uid(firm.email("vera")))
    assert row["uid"] == str(uid)
    signed_in = httpx.post(
        f"{firm.site.url}/auth/token",
        json={"email": firm.email("vera"), "password": PASSWORD},
    )
    assert signed_in.status_code == 200, signed_in.text
    changed = firm.administrator.patch(path, json={"last_name": "Falk-Moreno"})
    assert changed.headers["ETag"] == '"2"'
    ended = firm.administrator.delete(path)
    assert read(firm.administrator, ended, path)["status"] == "inactive"
    shut_out = httpx.post(
        f"{firm.site.url}/auth/token",
        json={"email": firm.email("vera"), "password": PASSWORD},
    )
    assert shut_out.status_code == 401
    again = firm.admit("vera")
    assert again.json() == {**admitted.json(), "version": 4}
    row = read(firm.administrator, again, path)
    assert (row["status"], row["last_name"], row["ended_at"]) == ("active", "Falk", None)


def test_one_person_may_be_member_and_administrator(firm: Firm) -> None:
    member, administrator = firm.admit("milan", password=PASSWORD), firm.appoint("milan")
    rows = [
        read(firm.administrator, answer, answer.headers["Location"])
        for answer in (member, administrator)
    ]
    assert rows[0]["user_uid"] == rows[1]["user_uid"]
    assert rows[0]["uid"] != rows[1]["uid"]
    ended = firm.administrator.delete(member.headers["Location"])
    assert ended.status_code == 200
    credentials = {"email": firm.email("milan"), "password": PASSWORD}
    token = httpx.post(f"{firm.site.url}/auth/token", json=credentials).json()["access_token"]
    me = httpx.get(f"{firm.site.url}/auth/me", headers={"Authorization": f"Bearer {token}"})
    assert me.json()["roles"] == ["administrator"]


def test_nobody_belongs_to_two_banks(firm: Firm, other: Firm) -> None:
    answer = other.site.http.post(f"{other.path}/members", json=firm.person("ines"))
    assert (answer.status_code, answer.json()["code"]) == (409, "belongs_elsewhere")
    # Both banks' members are listed by then.
    last = max(firm.joost, other.joost, key=lambda answer: int(answer.headers["Daybook-Position"]))
    listed = read(other.administrator, last, f"{other.path}/members")["data"]
    assert {row["email"] for row in listed} >= {other.email("ines"), other.email("joost")}
    assert firm.email("ines") not in [row["email"] for row in listed]


def test_a_limit_is_set_by_somebody_else(firm: Firm) -> None:
    path = firm.ruth.headers["Location"]
    row = read(firm.administrator, firm.ruth, path)
    assert (row["approval_limit"], row["currency"]) == ("500.00", "EUR")
    own = firm.administrator.patch(path, json={"approval_limit": None})
    assert (own.status_code, own.json()["code"]) == (403, "own_limit")
    by_operator = firm.site.http.patch(path, json={"approval_limit": 750.5})
    assert read(firm.administrator, by_operator, path)["approval_limit"] == "750.50"
    back = firm.site.http.patch(path, json={"approval_limit": "500"})
    assert read(firm.administrator, back, path)["approval_limit"] == "500.00"


def test_an_account_is_opened_shown_masked_changed_and_closed(firm: Firm) -> None:
    opened = firm.open_account(firm.ines)
    assert opened.status_code == 201, opened.text
    path = opened.headers["Location"]
    row = read(firm.member, opened, path)
    assert (row["iban"], row["routing_number"]) == ("****3000", None)
    assert (row["holder"], row["currency"]) == ("Ines Falk", "EUR")
    assert (row["bank_id"], row["bank_member_id"]) == (firm.bank["id"], firm.ines.json()["id"])
    numbers = {"routing_number": "011000015", "account_number": "440011927"}
    changed = firm.administrator.patch(path, json=numbers)
    row = read(firm.administrator, changed, path)
    assert (row["iban"], row["routing_number"], row["account_number"]) == (
        None,
        "****0015",
        "****1927",
    )
    closed = firm.administrator.delete(path)
    assert read(firm.administrator, closed, path)["status"] == "closed"
    late = firm.administrator.patch(path, json={"holder": "X"})
    assert (late.status_code, late.json()["code"]) == (409, "account_closed")
    seen = firm.site.http.get(f"/events?stream_id={opened.json()['uid']}").json()["data"]
    assert [event["data"].get("iban") for event in seen] == ["****3000", None, None]
    assert seen[1]["data"]["account_number"] == "****1927"


def test_the_facts_are_read_by_whoever_sees_the_record(firm: Firm, other: Firm) -> None:
    account = firm.open_account(firm.ines)
    path = f"{account.headers['Location']}/history"
    for client in (firm.member, firm.administrator, firm.auditor, firm.site.http):
        (event,) = read(client, account, path)["data"]
        assert (event["name"], event["data"]["iban"]) == ("bank_account.opened.v1", "****3000")
    assert other.administrator.get(path).status_code == 404
    assert other.member.get(f"{firm.ines.headers['Location']}/history").status_code == 404
    names = read(firm.auditor, account, f"{firm.ines.headers['Location']}/history")["data"]
    assert [event["name"] for event in names] == ["bank_member.admitted.v1"]


@pytest.mark.parametrize(
    ("numbers", "pointer", "code"),
    [
        ({"iban": "DE88370400440532013000"}, "/iban", "wrong_check_digit"),
        ({"iban": "hello"}, "/iban", "wrong_form"),
        (
            {"routing_number": "123456789", "account_number": "12345678"},
            "/routing_number",
            "wrong_check_digit",
        ),
        ({"iban": IBAN, "account_number": "12345678"}, "/iban", "one_of"),
        ({"iban": IBAN, "currency": "EUX"}, "/currency", "unknown_currency"),
    ],
)
def test_a_wrong_account_is_refused_by_name(
    firm: Firm, numbers: dict[str, str], pointer: str, code: str
) -> None:
    answer = firm.open_account(firm.ines, **numbers)
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert (error["pointer"], error["code"]) == (pointer, code)
    assert "37040044" not in answer.text


def test_an_account_belongs_to_an_active_member_of_the_bank(firm: Firm, other: Firm) -> None:
    foreign = firm.open_account(other.ines)
    assert foreign.status_code == 404
    left = firm.admit("left")
    firm.administrator.delete(left.headers["Location"])
    ended = firm.open_account(left)
    assert (ended.status_code, ended.json()["code"]) == (409, "member_inactive")


def test_another_banks_things_are_not_found(firm: Firm, other: Firm) -> None:
    account = other.open_account(other.ines)
    theirs = [
        f"/banks/{other.uid}",
        other.ruth.headers["Location"],
        other.ines.headers["Location"],
        account.headers["Location"],
    ]
    for path in theirs:
        read(other.administrator, account, path)
        for client in (firm.administrator, firm.auditor, firm.member):
            assert client.get(path).status_code == 404, path
        assert firm.administrator.patch(path, json={}).status_code == 404
    for path in theirs[1:]:
        assert firm.administrator.delete(path).status_code == 404
    for kind in ("members", "accounts", "administrators"):
        assert firm.administrator.get(f"{other.path}/{kind}").status_code == 404
        assert firm.administrator.post(f"{other.path}/{kind}", json={}).status_code in (400, 404)
    admitted = firm.administrator.post(f"{other.path}/members", json=firm.person("spy"))
    assert admitted.status_code == 404


def test_a_list_shows_what_its_caller_may_see(firm: Firm, other: Firm) -> None:
    mine = firm.open_account(firm.ines)
    firm.open_account(firm.joost)
    last = other.open_account(other.ines)
    banks = read(firm.auditor, last, "/banks")["data"]
    assert [row["uid"] for row in banks] == [str(firm.uid)]
    whole = read(firm.administrator, last, "/accounts")["data"]
    assert {row["bank_uid"] for row in whole} == {str(firm.uid)}
    assert len({row["bank_member_id"] for row in whole}) == 2
    own = read(firm.member, last, "/accounts")["data"]
    assert {row["bank_member_id"] for row in own} == {firm.ines.json()["id"]}
    assert mine.json()["uid"] in [row["uid"] for row in own]
    for path in (f"{firm.path}/accounts", f"/bank/{firm.uid}/accounts"):
        assert read(firm.member, last, path)["data"] == own
    seen = read(firm.site.http, last, f"/accounts?bank_uid[in]={firm.uid},{other.uid}")["data"]
    assert {row["bank_uid"] for row in seen} == {str(firm.uid), str(other.uid)}
    assert read(firm.member, last, "/administrators")["data"] == []
    members = read(firm.member, last, f"{firm.path}/members")["data"]
    assert [row["email"] for row in members] == [firm.email("ines")]


def test_no_filter_widens_what_is_seen(firm: Firm, other: Firm) -> None:
    firm.open_account(firm.ines)
    last = other.open_account(other.ines)
    asked = [
        f"bank_uid={other.uid}",
        f"bank_uid[in]={firm.uid},{other.uid}",
        f"bank_uid[ne]={firm.uid}",
        f"id={last.json()['id']}",
        "count=exact",
    ]
    for query in asked:
        found = read(firm.administrator, last, f"/accounts?{query}")
        assert {row["bank_uid"] for row in found["data"]} <= {str(firm.uid)}, query
        if "count" in found["page"]:
            assert found["page"]["count"] == len(found["data"])
    csv = firm.administrator.get("/accounts.csv").text
    assert str(firm.uid) in csv
    assert str(other.uid) not in csv


def test_a_cursor_is_good_for_the_scope_it_was_made_in(firm: Firm, other: Firm) -> None:
    firm.open_account(firm.ines)
    last = firm.open_account(firm.joost)
    cursor = read(firm.administrator, last, "/accounts?limit=1")["page"]["next"]
    assert firm.administrator.get(f"/accounts?limit=1&cursor={cursor}").status_code == 200
    answer = other.administrator.get(f"/accounts?limit=1&cursor={cursor}")
    assert (answer.status_code, answer.json()["code"]) == (400, "cursor_mismatch")


def test_who_may_write(firm: Firm) -> None:
    assert firm.administrator.post("/banks", json=BANK).status_code == 403
    assert firm.administrator.delete(firm.path).status_code == 403
    for client in (firm.auditor, firm.member):
        assert client.post(f"{firm.path}/members", json=firm.person("x")).status_code == 403
        assert client.delete(firm.ines.headers["Location"]).status_code == 403
    renamed = firm.administrator.patch(firm.path, json={"name": "Harbour & Sons"})
    assert read(firm.member, renamed, firm.path)["name"] == "Harbour & Sons"


@pytest.mark.parametrize(
    ("body", "status", "pointers"),
    [
        ({}, 400, {"/name", "/location", "/currency"}),
        ({**BANK, "nmae": "X"}, 400, {"/nmae"}),
        ({**BANK, "name": " ", "currency": "EUX"}, 422, {"/name", "/currency"}),
        ({**BANK, "iban": "DE00"}, 422, {"/iban"}),
    ],
)
def test_wrong_members_are_named(
    site: Site, body: dict[str, Any], status: int, pointers: set[str]
) -> None:
    answer = site.http.post("/banks", json=body)
    assert answer.status_code == status
    assert {error["pointer"] for error in answer.json()["errors"]} == pointers


def test_no_password_or_number_is_logged(firm: Firm) -> None:
    request_id = uuid4().hex
    headers = {"X-Request-ID": request_id}
    short = firm.site.http.post(
        f"{firm.path}/members", json=firm.person("short", password=SHORT), headers=headers
    )
    assert short.status_code == 422
    assert [error["pointer"] for error in short.json()["errors"]] == ["/password"]
    assert SHORT not in short.text
    eventually(lambda: firm.site.logged(request_id))
    log = firm.site.output.read_text()
    for secret in (SHORT, PASSWORD, "3704004405320130", "440011927"):
        assert secret not in log
