"""Banks and their people over HTTP: created, read, changed, ended, and kept from other banks' people."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from domain.identity import user_uid
from domain.shared.roles import member_uid
from tests.asking import Caller, problem, version_of, when
from tests.branches import BANK, IBAN, Branch, a_person
from tests.facts import eventually
from tests.people import let_choose
from tests.sites import OPERATOR, Site

COMMON_SITE = True

PASSWORD = "a long first password"  # noqa: S105
SHORT = "tooshort"


class Firm(Branch):
    """A bank with the administrator Ruth (who decides alone up to 500), the members Ines and Joost, and an auditor."""

    def __init__(self, site: Site) -> None:
        super().__init__(site)
        self.ruth = self.administrator("Ruth", "500")
        self.ines, self.joost = self.member("Ines"), self.member("Joost")
        self.nadia = self.auditor()


@pytest.fixture(scope="module")
def firm(site: Site) -> Firm:
    return Firm(site)


@pytest.fixture(scope="module")
def other(site: Site) -> Firm:
    return Firm(site)


@pytest.fixture(scope="module")
def operator(site: Site) -> Caller:
    return Caller(site, OPERATOR)


def test_a_bank_is_opened_read_changed_and_deactivated(site: Site, operator: Caller) -> None:
    opened = site.http.post("/banks", json=BANK)
    location, ids = opened.headers["Location"], opened.json()
    assert location == f"/banks/{ids['uid']}"
    assert operator.sees(location, opened) == {
        "id": ids["id"],
        "uid": ids["uid"],
        "name": "Harbour Bank",
        "location": "Rotterdam",
        "currency": "EUR",
        "iban": "****3000",
        "status": "active",
        "created_at": operator.sees(f"/banks/{ids['id']}", opened)["created_at"],
        "ended_at": None,
    }
    changed = site.http.patch(location, json={"location": "Utrecht"}, headers={"If-Match": '"1"'})
    assert (changed.status_code, version_of(changed)) == (200, 2)
    assert changed.json()["id"] == ids["id"]
    when(site.http).patches(
        location, json={"location": "Delft"}, headers={"If-Match": '"1"'}
    ).refused(412, "stale_version")
    ended = site.http.delete(f"/banks/{ids['id']}")
    assert ended.json() == {**ids, "version": 3}
    row = operator.sees(f"/bank/{ids['id']}", ended)
    assert (row["location"], row["status"]) == ("Utrecht", "deactivated")
    assert row["ended_at"] is not None
    assert site.http.delete(location).json()["version"] == 3
    late = site.http.post(f"{location}/members", json=a_person("Zoe", "zoe@late.example"))
    problem(late, 409, "bank_inactive")


def test_the_same_key_opens_one_bank(site: Site) -> None:
    headers = {"Idempotency-Key": uuid4().hex}
    one = site.http.post("/banks", json=BANK, headers=headers)
    two = site.http.post("/banks", json=BANK, headers=headers)
    assert one.json() == two.json()
    assert two.headers["Idempotency-Replayed"] == "true"
    other = site.http.post("/banks", json={**BANK, "name": "X"}, headers=headers)
    assert other.status_code == 422


def test_a_person_is_admitted_changed_ended_and_admitted_again(firm: Firm) -> None:
    admitted = firm.admits("Vera")
    let_choose(firm.site, firm.email("Vera"), PASSWORD)
    path = admitted.headers["Location"]
    row = firm.ruth.sees(path, admitted)
    assert (row["first_name"], row["email"]) == ("Vera", firm.email("Vera"))
    assert (row["bank_id"], row["bank_uid"]) == (firm.id, str(firm.uid))
    uid = member_uid(firm.uid, user_uid(firm.email("Vera")))
    assert row["uid"] == str(uid)
    signed_in = httpx.post(
        f"{firm.site.url}/auth/token",
        json={"email": firm.email("Vera"), "password": PASSWORD},
    )
    assert signed_in.status_code == 200, signed_in.text
    changed = firm.ruth.http.patch(path, json={"last_name": "Berg-Moreno"})
    assert version_of(changed) == 2
    ended = firm.ruth.http.delete(path)
    assert firm.ruth.sees(path, ended)["status"] == "inactive"
    shut_out = httpx.post(
        f"{firm.site.url}/auth/token",
        json={"email": firm.email("Vera"), "password": PASSWORD},
    )
    assert shut_out.status_code == 401
    again = firm.admits("Vera")
    assert again.json() == {**admitted.json(), "version": 4}
    row = firm.ruth.sees(path, again)
    assert (row["status"], row["last_name"], row["ended_at"]) == ("active", "Berg", None)


def test_one_person_may_be_member_and_administrator(firm: Firm) -> None:
    member, administrator = firm.admits("Milan"), firm.appoints("Milan")
    let_choose(firm.site, firm.email("Milan"), PASSWORD)
    rows = [
        firm.ruth.sees(answer.headers["Location"], answer) for answer in (member, administrator)
    ]
    assert rows[0]["user_uid"] == rows[1]["user_uid"]
    assert rows[0]["uid"] != rows[1]["uid"]
    ended = firm.ruth.http.delete(member.headers["Location"])
    assert ended.status_code == 200
    credentials = {"email": firm.email("Milan"), "password": PASSWORD}
    token = httpx.post(f"{firm.site.url}/auth/token", json=credentials).json()["access_token"]
    me = httpx.get(f"{firm.site.url}/auth/me", headers={"Authorization": f"Bearer {token}"})
    assert me.json()["roles"] == ["administrator"]


def test_nobody_belongs_to_two_banks(firm: Firm, other: Firm) -> None:
    answer = other.site.http.post(f"{other.path}/members", json=firm.person("Ines"))
    problem(answer, 409, "belongs_elsewhere")
    # Both banks' members are listed by then.
    last = max(
        firm.joost.made,
        other.joost.made,
        key=lambda answer: int(answer.headers["Daybook-Position"]),
    )
    listed = other.ruth.sees(f"{other.path}/members", last)["data"]
    assert {row["email"] for row in listed} >= {other.email("Ines"), other.email("Joost")}
    assert firm.email("Ines") not in [row["email"] for row in listed]


def test_a_limit_is_set_by_somebody_else(firm: Firm) -> None:
    path = firm.ruth.path
    row = firm.ruth.sees(path, firm.ruth.made)
    assert (row["approval_limit"], row["currency"]) == ("500.00", "EUR")
    when(firm.ruth.http).patches(path, json={"approval_limit": None}).refused(403, "own_limit")
    by_operator = firm.confirms(firm.site.http.patch(path, json={"approval_limit": 750.5}))
    assert firm.ruth.sees(path, by_operator)["approval_limit"] == "750.50"
    back = firm.site.http.patch(path, json={"approval_limit": "500"})
    assert firm.ruth.sees(path, back)["approval_limit"] == "500.00"


def test_an_account_is_opened_shown_masked_changed_and_closed(firm: Firm) -> None:
    opened = firm.opens(firm.ines.id)
    assert opened.status_code == 201, opened.text
    path = opened.headers["Location"]
    row = firm.ines.sees(path, opened)
    assert (row["iban"], row["routing_number"]) == ("****3000", None)
    assert (row["holder"], row["currency"]) == ("Ines Berg", "EUR")
    assert (row["bank_id"], row["bank_member_id"]) == (firm.id, firm.ines.id)
    numbers = {"routing_number": "011000015", "account_number": "440011927"}
    changed = firm.ines.http.patch(path, json=numbers)
    assert version_of(changed) == 2
    row = firm.ruth.sees(path, changed)
    assert (row["iban"], row["routing_number"], row["account_number"]) == (
        None,
        "****0015",
        "****1927",
    )
    closed = firm.ruth.http.delete(path)
    assert firm.ruth.sees(path, closed)["status"] == "closed"
    when(firm.ruth.http).patches(path, json={"holder": "X"}).refused(409, "account_closed")
    seen = firm.site.http.get(f"/events?stream_id={opened.json()['uid']}").json()["data"]
    assert [event["data"].get("iban") for event in seen] == ["****3000", None, None]
    assert seen[1]["data"]["account_number"] == "****1927"


def test_the_facts_are_read_by_whoever_sees_the_record(firm: Firm, other: Firm) -> None:
    account = firm.opens(firm.ines.id)
    path = f"{account.headers['Location']}/history"
    for client in (firm.ines, firm.ruth, firm.nadia, firm.operator):
        (event,) = client.sees(path, account)["data"]
        assert (event["name"], event["data"]["iban"]) == ("bank_account.opened.v1", "****3000")
    assert other.ruth.http.get(path).status_code == 404
    assert other.ines.http.get(f"{firm.ines.path}/history").status_code == 404
    names = firm.nadia.sees(f"{firm.ines.path}/history", account)["data"]
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
    answer = firm.opens(firm.ines.id, **numbers)
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert (error["pointer"], error["code"]) == (pointer, code)
    assert "37040044" not in answer.text


def test_an_account_belongs_to_an_active_member_of_the_bank(firm: Firm, other: Firm) -> None:
    foreign = firm.opens(other.ines.id)
    assert foreign.status_code == 404
    left = firm.admits("Left")
    firm.ruth.http.delete(left.headers["Location"])
    ended = firm.opens(left.json()["id"])
    problem(ended, 409, "member_inactive")


def test_another_banks_things_are_not_found(firm: Firm, other: Firm) -> None:
    account = other.opens(other.ines.id)
    theirs = [
        f"/banks/{other.uid}",
        other.ruth.path,
        other.ines.path,
        account.headers["Location"],
    ]
    for path in theirs:
        other.ruth.sees(path, account)
        for client in (firm.ruth.http, firm.nadia, firm.ines.http):
            assert client.get(path).status_code == 404, path
        assert firm.ruth.http.patch(path, json={}).status_code == 404
    for path in theirs[1:]:
        assert firm.ruth.http.delete(path).status_code == 404
    for kind in ("members", "accounts", "administrators"):
        assert firm.ruth.http.get(f"{other.path}/{kind}").status_code == 404
        assert firm.ruth.http.post(f"{other.path}/{kind}", json={}).status_code in (400, 404)
    admitted = firm.ruth.http.post(f"{other.path}/members", json=firm.person("Spy"))
    assert admitted.status_code == 404


def test_a_list_shows_what_its_caller_may_see(firm: Firm, other: Firm) -> None:
    mine = firm.opens(firm.ines.id)
    firm.opens(firm.joost.id)
    last = other.opens(other.ines.id)
    banks = firm.nadia.sees("/banks", last)["data"]
    assert [row["uid"] for row in banks] == [str(firm.uid)]
    whole = firm.ruth.sees("/accounts", last)["data"]
    assert {row["bank_uid"] for row in whole} == {str(firm.uid)}
    assert len({row["bank_member_id"] for row in whole}) == 2
    own = firm.ines.sees("/accounts", last)["data"]
    assert {row["bank_member_id"] for row in own} == {firm.ines.id}
    assert mine.json()["uid"] in [row["uid"] for row in own]
    for path in (f"{firm.path}/accounts", f"/bank/{firm.uid}/accounts"):
        assert firm.ines.sees(path, last)["data"] == own
    seen = firm.operator.sees(f"/accounts?bank_uid[in]={firm.uid},{other.uid}", last)["data"]
    assert {row["bank_uid"] for row in seen} == {str(firm.uid), str(other.uid)}
    assert firm.ines.sees("/administrators", last)["data"] == []
    members = firm.ines.sees(f"{firm.path}/members", last)["data"]
    assert [row["email"] for row in members] == [firm.email("Ines")]


def test_no_filter_widens_what_is_seen(firm: Firm, other: Firm) -> None:
    firm.opens(firm.ines.id)
    last = other.opens(other.ines.id)
    asked = [
        f"bank_uid={other.uid}",
        f"bank_uid[in]={firm.uid},{other.uid}",
        f"bank_uid[ne]={firm.uid}",
        f"id={last.json()['id']}",
        "count=exact",
    ]
    for query in asked:
        found = firm.ruth.sees(f"/accounts?{query}", last)
        assert {row["bank_uid"] for row in found["data"]} <= {str(firm.uid)}, query
        if "count" in found["page"]:
            assert found["page"]["count"] == len(found["data"])
    csv = firm.ruth.http.get("/accounts.csv").text
    assert str(firm.uid) in csv
    assert str(other.uid) not in csv


def test_a_cursor_is_good_for_the_scope_it_was_made_in(firm: Firm, other: Firm) -> None:
    firm.opens(firm.ines.id)
    last = firm.opens(firm.joost.id)
    cursor = firm.ruth.sees("/accounts?limit=1", last)["page"]["next"]
    assert firm.ruth.http.get(f"/accounts?limit=1&cursor={cursor}").status_code == 200
    when(other.ruth.http).gets(f"/accounts?limit=1&cursor={cursor}").refused(400, "cursor_mismatch")


def test_who_may_write(firm: Firm) -> None:
    assert firm.ruth.http.post("/banks", json=BANK).status_code == 403
    assert firm.ruth.http.delete(firm.path).status_code == 403
    for client in (firm.nadia, firm.ines.http):
        assert client.post(f"{firm.path}/members", json=firm.person("X")).status_code == 403
        assert client.delete(firm.ines.path).status_code == 403
    renamed = firm.ruth.http.patch(firm.path, json={"name": "Harbour & Sons"})
    assert firm.ines.sees(firm.path, renamed)["name"] == "Harbour & Sons"


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
        f"{firm.path}/members", json=firm.person("Short", password=SHORT), headers=headers
    )
    assert short.status_code == 400
    assert [error["pointer"] for error in short.json()["errors"]] == ["/password"]
    assert SHORT not in short.text
    eventually(lambda: firm.site.logged(request_id))
    log = firm.site.output.read_text()
    for secret in (SHORT, PASSWORD, "3704004405320130", "440011927"):
        assert secret not in log
