"""Claims over HTTP: submitted, amended, withdrawn, decided, listed, replayed."""

from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from tests.branches import Branch, Person
from tests.sites import Site


@pytest.fixture(scope="module")
def branch(site: Site) -> Branch:
    """A bank for tests that look at single claims."""
    return Branch(site)


@pytest.fixture(scope="module")
def mira(branch: Branch) -> Person:
    """A member."""
    return branch.member("Mira")


@pytest.fixture(scope="module")
def ruth(branch: Branch) -> Person:
    """An administrator who decides any amount."""
    return branch.administrator("Ruth")


@pytest.fixture(scope="module")
def tom(branch: Branch) -> Person:
    """An administrator who decides up to 100 EUR."""
    return branch.administrator("Tom", limit="100.00")


@pytest.fixture(scope="module")
def nils(branch: Branch) -> Person:
    """Another one who decides up to 100 EUR."""
    return branch.administrator("Nils", limit="100.00")


_amounts = iter(range(1000, 9999))


def fresh() -> str:
    """An amount above 100.00 that no other test claims."""
    return f"{next(_amounts)}.25"


def problem(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """The problem document of an answer, which is of this status and code."""
    body: dict[str, Any] = answer.json()
    assert (answer.status_code, body["code"]) == (status, code), body
    assert answer.headers["content-type"] == "application/problem+json"
    return body


# Submitting


def test_a_claim_is_submitted_and_found_at_once(mira: Person, branch: Branch) -> None:
    answer = mira.claims(amount="184.6", description="  Train   home ")
    assert answer.status_code == 201
    claim = answer.json()
    assert (claim["status"], claim["payment_status"]) == ("pending", "none")
    assert (claim["amount"], claim["currency"]) == ("184.60", "EUR")
    assert (claim["description"], claim["incurred_on"]) == ("Train home", "2026-11-02")
    assert (claim["bank_id"], claim["bank_account_id"]) == (branch.id, mira.account)
    assert (claim["bank_member_id"], claim["member_name"]) == (mira.id, "Mira Berg")
    assert claim["submitted_at"] is not None
    assert answer.headers["etag"] == '"1"'
    # Replayed from the log, so nothing has to be waited for.
    for address in (answer.headers["location"], f"/reimbursements/{claim['id']}"):
        assert mira.sees(address) == claim
    (listed,) = mira.sees(f"/reimbursements?id={claim['id']}", answer)["data"]
    assert listed == claim
    # Its key is on a stream of its own: the position is behind both.
    assert int(answer.headers["daybook-position"]) == claim["id"] + 1


def test_an_account_is_named_by_its_uid_too(mira: Person, site: Site) -> None:
    opened = {"Daybook-Min-Position": str(mira.account)}  # an id is the position of the first fact
    uid = site.http.get(f"/accounts/{mira.account}", headers=opened).json()["uid"]
    claim = mira.claimed(bank_account_id=uid, amount=fresh())
    assert (claim["bank_account_uid"], claim["bank_account_id"]) == (uid, mira.account)


def test_the_currency_is_that_of_the_account_unless_said(branch: Branch) -> None:
    yuki = branch.member("Yuki", currency="JPY")
    assert yuki.claimed(amount="1500")["currency"] == "JPY"
    claim = yuki.claimed(amount="15.5", currency="USD")
    assert (claim["amount"], claim["currency"]) == ("15.50", "USD")


def test_the_day_is_today_unless_said(mira: Person) -> None:
    body = {"bank_account_id": mira.account, "amount": fresh(), "description": "Taxi"}
    claim = mira.http.post("/reimbursements", json=body).json()
    assert claim["incurred_on"] == claim["submitted_at"][:10]


def test_everything_wrong_is_told_at_once(mira: Person) -> None:
    answer = mira.claims(amount="-1.00", currency="XXX", description=" ", incurred_on="2226-01-01")
    body = problem(answer, 422, "invalid")
    assert [(each["pointer"], each["code"]) for each in body["errors"]] == [
        ("/amount", "not_positive"),
        ("/currency", "unknown_currency"),
        ("/description", "blank"),
        ("/incurred_on", "date_out_of_range"),
    ]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"amount": 0}, "not_positive"),
        ({"amount": "1.005"}, "too_many_decimals"),
        ({"amount": "NaN"}, "not_finite"),
        ({"amount": "1e400"}, "too_large"),
        ({"description": "x" * 501}, "too_long"),
        ({"currency": ""}, "unknown_currency"),
    ],
)
def test_a_value_without_meaning(mira: Person, wrong: dict[str, Any], code: str) -> None:
    (error,) = problem(mira.claims(**wrong), 422, "invalid")["errors"]
    assert (error["pointer"], error["code"]) == (f"/{next(iter(wrong))}", code)


@pytest.mark.parametrize(
    "wrong", [{"bank_account_id": "mine"}, {"amount": None}, {"amuont": "1.00"}, {"incurred_on": 7}]
)
def test_a_body_that_cannot_be_read(mira: Person, wrong: dict[str, Any]) -> None:
    body = problem(mira.claims(**wrong), 400, "malformed")
    assert [each["pointer"] for each in body["errors"]] == [f"/{next(iter(wrong))}"]


def test_an_account_that_is_not_the_members(mira: Person, branch: Branch) -> None:
    other = branch.member("Olga")
    for account in (other.account, mira.id, 999_999_999, str(uuid4())):
        problem(mira.claims(bank_account_id=account), 404, "not_found")


def test_a_closed_account(site: Site, branch: Branch) -> None:
    paul = branch.member("Paul")
    account = branch.opened(paul)
    assert site.http.delete(f"/accounts/{account}").status_code == 200
    problem(paul.claims(bank_account_id=account), 409, "account_closed")


def test_somebody_who_is_no_member_any_more(site: Site, branch: Branch) -> None:
    lena = branch.member("Lena")
    assert site.http.delete(f"/members/{lena.id}").status_code == 200
    problem(lena.claims(), 409, "member_inactive")


def test_a_key_tells_a_repetition_from_a_second_claim(mira: Person, ruth: Person) -> None:
    body = {"bank_account_id": mira.account, "amount": fresh(), "description": "Hotel"}
    key = {"Idempotency-Key": uuid4().hex}
    first = mira.http.post("/reimbursements", json=body, headers=key)
    # What becomes of the claim does not change the answer of the first time.
    assert ruth.decides(first.json(), "deny", reason="No").status_code == 200
    again = mira.http.post("/reimbursements", json=body, headers=key)
    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["idempotency-replayed"] == "true"
    for name in ("etag", "location", "daybook-position"):
        assert again.headers[name] == first.headers[name]
    other = mira.http.post("/reimbursements", json={**body, "amount": "1.00"}, headers=key)
    problem(other, 422, "idempotency_key_reused")


# Amending and withdrawing


def test_a_pending_claim_is_amended(mira: Person) -> None:
    claim = mira.claimed(amount=fresh())
    path = f"/reimbursements/{claim['id']}"
    answer = mira.http.patch(path, json={"amount": "12.5", "description": "Bus"})
    assert answer.status_code == 200
    amended = answer.json()
    assert (amended["amount"], amended["description"]) == ("12.50", "Bus")
    assert amended["amended_at"] is not None
    assert answer.headers["etag"] == '"2"'
    assert mira.sees(path) == amended
    same = mira.http.patch(path, json={"amount": "12.50"})
    assert (same.status_code, same.headers["etag"]) == (200, '"2"')


def test_amending_checks_the_new_values_against_the_kept_ones(mira: Person) -> None:
    claim = mira.claimed(amount=fresh())
    answer = mira.http.patch(f"/reimbursements/{claim['id']}", json={"currency": "JPY"})
    (error,) = problem(answer, 422, "invalid")["errors"]
    assert (error["pointer"], error["code"]) == ("/amount", "too_many_decimals")


def test_only_its_member_sees_and_changes_a_claim(mira: Person, branch: Branch) -> None:
    claimed = mira.claims(amount=fresh())
    other = branch.member("Otto")
    path = f"/reimbursements/{claimed.json()['id']}"
    for answer in (
        other.http.get(path),
        other.http.get(f"{path}/history"),
        other.http.patch(path, json={"amount": "1.00"}),
        other.http.post(f"{path}/withdraw"),
    ):
        problem(answer, 404, "not_found")
    assert other.sees("/reimbursements", claimed)["data"] == []


def test_a_withdrawn_claim_leaves_the_lists(mira: Person, ruth: Person, branch: Branch) -> None:
    claim = mira.claimed(amount=fresh())
    path = f"/reimbursements/{claim['id']}"
    answer = mira.http.post(f"{path}/withdraw")
    assert answer.status_code == 200
    withdrawn = answer.json()
    assert (withdrawn["status"], withdrawn["withdrawn_at"] is not None) == ("pending", True)
    for caller, base in ((mira, "/reimbursements"), (ruth, f"/banks/{branch.id}/reimbursements")):
        assert caller.sees(f"{base}?id={claim['id']}", answer)["data"] == []
        shown = caller.sees(f"{base}?include=withdrawn&id={claim['id']}")["data"]
        assert shown == [withdrawn]
    assert mira.http.post(f"{path}/withdraw").json() == withdrawn
    body = problem(ruth.decides(claim, "approve"), 409, "already_decided")
    assert (body["decision"], body["decided_by_name"]) == ("withdrawn", "Mira Berg")


def test_include_names_what_is_hidden(mira: Person) -> None:
    answer = mira.http.get("/reimbursements?include=withdrwan")
    (error,) = problem(answer, 400, "invalid_query")["errors"]
    assert (error["parameter"], error["nearest"]) == ("include", "withdrawn")


# Deciding


def test_an_administrator_approves(mira: Person, ruth: Person) -> None:
    claim = mira.claimed(amount=fresh())
    # No body is needed.
    answer = ruth.http.post(f"/reimbursements/{claim['uid']}/approve")
    assert answer.status_code == 200
    approved = answer.json()
    assert (approved["status"], approved["decided_by_name"]) == ("approved", "Ruth Berg")
    assert UUID(approved["decided_by"]) == ruth.uid
    assert approved["decided_at"] is not None
    assert answer.headers["etag"] == '"2"'
    assert mira.sees(f"/reimbursements/{claim['id']}")["status"] == "approved"


def test_an_administrator_denies_with_a_reason(mira: Person, tom: Person) -> None:
    claim = mira.claimed(amount=fresh())
    for said in ({}, {"reason": "  "}):
        (error,) = problem(tom.decides(claim, "deny", **said), 422, "invalid")["errors"]
        assert error["pointer"] == "/reason"
    denied = tom.decides(claim, "deny", reason="No ticket").json()
    assert (denied["status"], denied["reason"]) == ("denied", "No ticket")


def test_what_is_decided_stays_and_tells_who_when_what(mira: Person, ruth: Person) -> None:
    claim = mira.claimed(amount=fresh())
    decided = ruth.decides(claim, "deny", reason="No ticket").json()
    path = f"/reimbursements/{claim['id']}"
    for answer in (
        ruth.decides(claim, "approve"),
        ruth.decides(claim, "deny", reason="Still none"),
        mira.http.patch(path, json={"amount": "1.00"}),
        mira.http.post(f"{path}/withdraw"),
    ):
        body = problem(answer, 409, "already_decided")
        assert (body["decision"], body["decided_by_name"]) == ("denied", "Ruth Berg")
        assert (body["decided_by"], body["decided_at"]) == (str(ruth.uid), decided["decided_at"])


def test_nobody_decides_their_own_claim(branch: Branch, ruth: Person) -> None:
    iris = branch.both("Iris")
    claim = iris.claimed(amount=fresh())
    problem(iris.decides(claim, "approve"), 403, "self_approval")
    problem(iris.decides(claim, "deny", reason="Because"), 403, "self_approval")
    many = {
        "decisions": [
            {"reimbursement_id": claim["id"], "decision": "approve"},
            {"reimbursement_id": claim["uid"], "decision": "deny", "reason": "Because"},
        ]
    }
    results = iris.http.post("/reimbursements/decisions", json=many).json()["data"]
    assert [(one["status"], one["problem"]["code"]) for one in results] == [
        (403, "self_approval")
    ] * 2
    assert ruth.decides(claim, "approve").status_code == 200


def test_above_the_limit_it_takes_two(mira: Person, tom: Person, nils: Person) -> None:
    claim = mira.claimed(amount=fresh())
    endorsed = tom.decides(claim, "approve").json()
    assert (endorsed["status"], endorsed["endorsed_by_name"]) == ("pending", "Tom Berg")
    again = tom.decides(claim, "approve")
    assert (again.status_code, again.json()) == (200, endorsed)
    approved = nils.decides(claim, "approve").json()
    assert (approved["status"], approved["decided_by_name"]) == ("approved", "Nils Berg")
    assert UUID(approved["endorsed_by"]) == tom.uid


def test_up_to_the_limit_one_is_enough(mira: Person, tom: Person) -> None:
    claim = mira.claimed(amount="100.00", description="Up to the limit")
    assert tom.decides(claim, "approve").json()["status"] == "approved"


def test_a_limit_says_nothing_about_another_currency(mira: Person, tom: Person) -> None:
    claim = mira.claimed(amount="1.00", currency="USD")
    assert tom.decides(claim, "approve").json()["status"] == "pending"


def test_an_amended_claim_is_endorsed_anew(mira: Person, tom: Person, nils: Person) -> None:
    claim = mira.claimed(amount=fresh())
    tom.decides(claim, "approve")
    mira.http.patch(f"/reimbursements/{claim['id']}", json={"amount": fresh()})
    again = nils.decides(claim, "approve").json()
    assert (again["status"], again["endorsed_by_name"]) == ("pending", "Nils Berg")


def test_an_administrator_who_is_none_any_more(site: Site, branch: Branch, mira: Person) -> None:
    claim = mira.claimed(amount=fresh())
    gone = branch.administrator("Gerd")
    assert site.http.delete(f"/administrators/{gone.id}").status_code == 200
    problem(gone.decides(claim, "approve"), 403, "not_an_administrator")


def test_another_banks_claims_are_not_there(site: Site, mira: Person, branch: Branch) -> None:
    claimed = mira.claims(amount=fresh())
    claim = claimed.json()
    elsewhere = Branch(site).administrator("Eve")
    problem(elsewhere.decides(claim, "approve"), 404, "not_found")
    problem(elsewhere.http.get(f"/reimbursements/{claim['id']}"), 404, "not_found")
    problem(elsewhere.http.get(f"/banks/{branch.id}/reimbursements"), 404, "not_found")
    assert elsewhere.sees("/reimbursements", claimed)["data"] == []
    asked = f"/reimbursements?bank_uid={branch.uid}&include=withdrawn"
    assert elsewhere.sees(asked)["data"] == []


def test_auditors_read_and_decide_nothing(branch: Branch, mira: Person) -> None:
    claim = mira.claimed(amount=fresh())
    auditor = branch.auditor()
    assert auditor.get(f"/reimbursements/{claim['id']}").json() == claim
    answer = auditor.post(f"/reimbursements/{claim['id']}/approve")
    problem(answer, 403, "permission_missing")
    problem(mira.decides(claim, "approve"), 403, "permission_missing")


def test_a_stale_etag_changes_nothing(mira: Person, ruth: Person) -> None:
    claim = mira.claimed(amount=fresh())
    path = f"/reimbursements/{claim['id']}"
    seen = mira.http.get(path).headers["etag"]
    amount = fresh()
    amended = mira.http.patch(path, json={"amount": amount}, headers={"If-Match": seen})
    assert amended.status_code == 200
    stale = {"If-Match": seen}
    for answer in (
        mira.http.patch(path, json={"amount": "2.00"}, headers=stale),
        mira.http.post(f"{path}/withdraw", headers=stale),
        ruth.http.post(f"{path}/approve", headers=stale),
        ruth.http.post(f"{path}/deny", json={"reason": "No"}, headers=stale),
    ):
        body = problem(answer, 412, "stale_version")
        assert (body["expected"], body["actual"]) == (1, 2)
    assert mira.sees(path)["amount"] == amount
    fine = ruth.http.post(f"{path}/approve", headers={"If-Match": amended.headers["etag"]})
    assert fine.status_code == 200


@pytest.mark.parametrize("tag", ["1", '"1', '"1", "2"', ""])
def test_an_etag_that_is_none(mira: Person, ruth: Person, tag: str) -> None:
    claim = mira.claimed(amount=fresh())
    answer = ruth.http.post(f"/reimbursements/{claim['id']}/approve", headers={"If-Match": tag})
    problem(answer, 400, "wrong_header")


@pytest.mark.parametrize("tag", ['W/"1"', '"abc"'])
def test_an_etag_that_nothing_here_has(mira: Person, ruth: Person, tag: str) -> None:
    claim = mira.claimed(amount=fresh())
    path = f"/reimbursements/{claim['id']}/approve"
    problem(ruth.http.post(path, headers={"If-Match": tag}), 412, "stale_version")
    assert ruth.http.post(path, headers={"If-Match": "*"}).status_code == 200


def test_a_decision_with_a_key_is_made_once(mira: Person, ruth: Person) -> None:
    claim = mira.claimed(amount=fresh())
    path, key = f"/reimbursements/{claim['id']}/approve", {"Idempotency-Key": uuid4().hex}
    first, again = (ruth.http.post(path, headers=key) for _ in range(2))
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json() == again.json()
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    problem(ruth.http.post(path), 409, "already_decided")


# Duplicates


def test_a_claim_like_an_earlier_one_is_flagged(mira: Person, ruth: Person) -> None:
    amount = fresh()
    first = mira.claimed(amount=amount, description="Train")
    assert first["duplicate_of"] is None
    assert ruth.decides(first, "approve").status_code == 200
    second = mira.claimed(amount=amount, description="Other words")
    third = mira.claimed(amount=amount)
    assert (second["duplicate_of"], third["duplicate_of"]) == (first["uid"], first["uid"])
    body = problem(ruth.decides(second, "approve"), 409, "duplicate_not_acknowledged")
    assert body["duplicate_of"] == first["uid"]
    approved = ruth.decides(second, "approve", acknowledge_duplicates=True)
    assert approved.json()["status"] == "approved"
    assert ruth.decides(third, "deny", reason="Paid already").status_code == 200


def test_other_days_currencies_and_members_are_no_duplicates(mira: Person, branch: Branch) -> None:
    amount = fresh()
    mira.claimed(amount=amount)
    others = [
        mira.claimed(amount=amount, incurred_on="2026-11-03"),
        mira.claimed(amount=amount, currency="USD"),
        branch.member("Hugo").claimed(amount=amount),
    ]
    assert [one["duplicate_of"] for one in others] == [None] * 3


def test_an_amendment_can_make_and_unmake_a_duplicate(mira: Person) -> None:
    one, other = fresh(), fresh()
    first = mira.claimed(amount=one)
    second = mira.claimed(amount=other)
    path = f"/reimbursements/{second['id']}"
    assert mira.http.patch(path, json={"amount": one}).json()["duplicate_of"] == first["uid"]
    # Amended in words only, it stays one.
    words = mira.http.patch(path, json={"description": "Other words"}).json()
    assert words["duplicate_of"] == first["uid"]
    assert mira.http.patch(path, json={"amount": other}).json()["duplicate_of"] is None
    # And what it was before is free again.
    assert mira.claimed(amount=other)["duplicate_of"] == second["uid"]


def test_a_withdrawn_claim_is_nothing_to_duplicate(mira: Person) -> None:
    amount = fresh()
    first = mira.claimed(amount=amount)
    assert mira.http.post(f"/reimbursements/{first['id']}/withdraw").status_code == 200
    assert mira.claimed(amount=amount)["duplicate_of"] is None


# Many at once


def test_many_are_decided_each_for_itself(mira: Person, ruth: Person) -> None:
    amount = fresh()
    one, two, flagged, done = (
        mira.claimed(amount=fresh()),
        mira.claimed(amount=amount),
        mira.claimed(amount=amount),
        mira.claimed(amount=fresh()),
    )
    ruth.decides(done, "approve")
    decisions = [
        {"reimbursement_id": one["id"], "decision": "approve"},
        {"reimbursement_id": two["uid"], "decision": "deny", "reason": "No ticket"},
        {"reimbursement_id": two["uid"], "decision": "approve"},
        {"reimbursement_id": flagged["id"], "decision": "approve"},
        {"reimbursement_id": flagged["id"], "decision": "approve", "acknowledge_duplicates": True},
        {"reimbursement_id": done["id"], "decision": "deny", "reason": "Too late"},
        {"reimbursement_id": 999_999_999, "decision": "approve"},
        {"reimbursement_id": done["uid"], "decision": "deny"},
    ]
    key = {"Idempotency-Key": uuid4().hex}
    answer = ruth.http.post("/reimbursements/decisions", json={"decisions": decisions}, headers=key)
    assert answer.status_code == 200
    body = answer.json()
    assert [one["reimbursement_id"] for one in body["data"]] == [
        each["reimbursement_id"] for each in decisions
    ]
    told = [(one["status"], one.get("problem", {}).get("code")) for one in body["data"]]
    assert told == [
        (200, None),
        (200, None),
        (409, "already_decided"),
        (409, "duplicate_not_acknowledged"),
        (200, None),
        (409, "already_decided"),
        (404, "not_found"),
        (409, "already_decided"),
    ]
    assert (body["decided"], body["refused"]) == (3, 5)
    states = [one.get("reimbursement", {}).get("status") for one in body["data"]]
    assert states[:2] == ["approved", "denied"]
    assert states[4] == "approved"
    seen = ruth.http.get(
        f"/reimbursements?id={one['id']}&status=approved", headers=ruth.site.after(answer)
    )
    assert len(seen.json()["data"]) == 1
    again = ruth.http.post("/reimbursements/decisions", json={"decisions": decisions}, headers=key)
    assert [one.get("reimbursement") for one in again.json()["data"]] == [
        one.get("reimbursement") for one in body["data"]
    ]


@pytest.mark.parametrize(("number", "code"), [(0, "empty"), (101, "too_many")])
def test_how_many_may_be_decided_at_once(ruth: Person, number: int, code: str) -> None:
    decisions = [{"reimbursement_id": 1, "decision": "approve"}] * number
    answer = ruth.http.post("/reimbursements/decisions", json={"decisions": decisions})
    (error,) = problem(answer, 422, "invalid")["errors"]
    assert (error["pointer"], error["code"]) == ("/decisions", code)


def test_a_decision_that_cannot_be_read(ruth: Person) -> None:
    for wrong in ({"decision": "maybe"}, {"decision": "approve", "resaon": "x"}, {}):
        decisions = [{"reimbursement_id": 1, **wrong}]
        answer = ruth.http.post("/reimbursements/decisions", json={"decisions": decisions})
        (error,) = problem(answer, 400, "malformed")["errors"]
        assert error["pointer"] == "/decisions"


# Lists


def test_a_bank_lists_its_claims_with_counts(site: Site) -> None:
    branch = Branch(site)
    ruth, mira, olga = branch.administrator(), branch.member("Mira"), branch.member("Olga")
    claims = [mira.claimed(amount=fresh()) for _ in range(3)] + [olga.claimed(amount=fresh())]
    ruth.decides(claims[0], "approve")
    last = ruth.decides(claims[1], "deny", reason="No")
    mira.http.post(f"/reimbursements/{claims[2]['id']}/withdraw")
    last = olga.claims(amount=fresh())
    for base in (f"/banks/{branch.id}", f"/bank/{branch.id}", f"/banks/{branch.uid}"):
        body = ruth.sees(f"{base}/reimbursements?status=pending&sort=id", last)
        assert [row["id"] for row in body["data"]] == [claims[3]["id"], last.json()["id"]]
        assert body["counts"] == {"pending": 2, "approved": 1, "denied": 1}
    everything = ruth.sees(f"/banks/{branch.id}/reimbursements?include=withdrawn")
    assert everything["counts"] == {"pending": 3, "approved": 1, "denied": 1}
    assert len(everything["data"]) == 5
    of_mira = ruth.sees(f"/banks/{branch.id}/reimbursements?member_name=Mira%20Berg")
    assert of_mira["counts"] == {"pending": 0, "approved": 1, "denied": 1}
    # A member sees their own, in either list.
    for path in ("/reimbursements", f"/banks/{branch.id}/reimbursements"):
        body = mira.sees(path)
        assert {row["id"] for row in body["data"]} == {claims[0]["id"], claims[1]["id"]}
        assert body["counts"] == {"pending": 0, "approved": 1, "denied": 1}


def test_pages_of_what_is_hidden_keep_it_in(site: Site) -> None:
    branch = Branch(site)
    mira = branch.member("Mira")
    ids = [mira.claimed(amount=fresh())["id"] for _ in range(3)]
    last = mira.http.post(f"/reimbursements/{ids[1]}/withdraw")
    seen: list[int] = []
    answer = mira.http.get(
        "/reimbursements?include=withdrawn&limit=1&sort=id", headers=site.after(last)
    )
    while True:
        seen += [row["id"] for row in answer.json()["data"]]
        if "next" not in answer.links:
            break
        answer = mira.http.get(answer.links["next"]["url"])
    assert seen == ids
    cursor = mira.http.get("/reimbursements?limit=1").json()["page"]["next"]
    mixed = mira.http.get(f"/reimbursements?limit=1&include=withdrawn&cursor={cursor}")
    problem(mixed, 400, "cursor_mismatch")


def test_totals_and_files_of_ones_own_claims(site: Site) -> None:
    branch = Branch(site)
    ruth, mira = branch.administrator(), branch.member("Mira")
    one = mira.claimed(amount="150.00")
    two = mira.claimed(amount="150.50")
    last = ruth.decides(one, "approve")
    branch.member("Olga").claimed(amount="7.00")
    groups = mira.sees("/reimbursements/aggregates?by=status&sort=status", last)["data"]
    assert [(row["status"], row["sum:amount"]) for row in groups] == [
        ("approved", "150.00"),
        ("pending", "150.50"),
    ]
    facets = mira.sees("/reimbursements/facets?by=currency")["data"]
    assert [(one["value"], one["count"]) for one in facets[0]["values"]] == [("EUR", 2)]
    lines = mira.http.get("/reimbursements.csv?fields=id,amount&sort=id").text.splitlines()
    assert lines == ["id,amount", f"{one['id']},150.00", f"{two['id']},150.50"]


# One claim


def test_a_claim_is_shown_as_it_was(mira: Person, ruth: Person) -> None:
    claim = mira.claimed(amount=fresh())
    path = f"/reimbursements/{claim['id']}"
    amended = mira.http.patch(path, json={"amount": fresh()}).json()
    approved = ruth.decides(claim, "approve").json()
    assert mira.sees(f"{path}?as_of={claim['submitted_at']}") == claim
    assert mira.sees(f"{path}?as_of={amended['amended_at']}") == amended
    assert mira.sees(f"{path}?as_of={approved['decided_at']}") == approved
    assert mira.sees(f"{path}?as_of=2126-01-01T00:00:00Z")["status"] == "approved"
    problem(mira.http.get(f"{path}?as_of=2020-01-01T00:00:00Z"), 404, "not_found")


@pytest.mark.parametrize("moment", ["yesterday", "2026-11-20", "2026-11-20T21:00:00", ""])
def test_a_moment_that_cannot_be_read(mira: Person, moment: str) -> None:
    claim = mira.claimed(amount=fresh())
    answer = mira.http.get(f"/reimbursements/{claim['id']}", params={"as_of": moment})
    (error,) = problem(answer, 400, "invalid_query")["errors"]
    assert (error["parameter"], error["got"]) == ("as_of", moment)


def test_a_claim_is_conditional_and_sparse(mira: Person) -> None:
    claim = mira.claimed(amount=fresh())
    path = f"/reimbursements/{claim['id']}"
    answer = mira.http.get(f"{path}?fields=status,amount")
    assert answer.json() == {name: claim[name] for name in ("id", "status", "amount")}
    unchanged = {"If-None-Match": answer.headers["etag"]}
    assert mira.http.get(path, headers=unchanged).status_code == 304
    mira.http.patch(path, json={"description": "Other words"})
    assert mira.http.get(path, headers=unchanged).status_code == 200


def test_the_history_of_a_claim(mira: Person, tom: Person, nils: Person) -> None:
    claim = mira.claimed(amount=fresh())
    mira.http.patch(f"/reimbursements/{claim['id']}", json={"description": "Bus"})
    tom.decides(claim, "approve")
    nils.decides(claim, "approve")
    facts = nils.sees(f"/reimbursements/{claim['id']}/history")["data"]
    assert [fact["name"].split(".")[1] for fact in facts] == [
        "submitted",
        "amended",
        "endorsed",
        "approved",
    ]
    assert [fact["actor"] for fact in facts] == [
        f"user:{person.principal.user_uid}" for person in (mira, mira, tom, nils)
    ]
    assert facts[0]["position"] == claim["id"]


def test_an_address_that_names_nothing(mira: Person) -> None:
    problem(mira.http.get("/reimbursements/999999999"), 404, "not_found")
    problem(mira.http.get(f"/reimbursements/{uuid4()}"), 404, "not_found")
    problem(mira.http.get("/reimbursements/abc"), 400, "bad_value")
    # Neither an account nor a claim key is a claim.
    claim = mira.claimed(amount=fresh())
    for other in (mira.account, claim["id"] + 1):
        problem(mira.http.get(f"/reimbursements/{other}"), 404, "not_found")
