"""Claims over HTTP: submitted, amended, withdrawn; like an earlier one or not."""

from typing import Any
from uuid import uuid4

import pytest

from tests.asking import problem, version_of
from tests.branches import Branch, Person, fresh
from tests.sites import Site

COMMON_SITE = True


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
    assert version_of(answer) == 1
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


def test_a_pending_claim_is_amended(mira: Person) -> None:
    claim = mira.claimed(amount=fresh())
    path = f"/reimbursements/{claim['id']}"
    answer = mira.http.patch(path, json={"amount": "12.5", "description": "Bus"})
    assert answer.status_code == 200
    amended = answer.json()
    assert (amended["amount"], amended["description"]) == ("12.50", "Bus")
    assert amended["amended_at"] is not None
    assert version_of(answer) == 2
    assert mira.sees(path) == amended
    same = mira.http.patch(path, json={"amount": "12.50"})
    assert (same.status_code, version_of(same)) == (200, 2)


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


@pytest.mark.parametrize(
    "change",
    [
        {"incurred_on": "0001-01-01"},
        *({"amount": it} for it in ("NaN", "sNaN", "Infinity", "1e400", "9" * 60)),
    ],
)
def test_what_became_of_a_foreign_claim_is_told_whatever_is_to_change(
    mira: Person, change: dict[str, Any]
) -> None:
    claim = mira.claimed(amount=fresh(), currency="USD")
    path = f"/reimbursements/{claim['id']}"
    (error,) = problem(mira.http.patch(path, json=change), 422, "invalid")["errors"]
    assert error["pointer"] == f"/{next(iter(change))}"
    assert mira.http.post(f"{path}/withdraw").status_code == 200
    problem(mira.http.patch(path, json=change), 409, "already_decided")


def test_include_names_what_is_hidden(mira: Person) -> None:
    answer = mira.http.get("/reimbursements?include=withdrwan")
    (error,) = problem(answer, 400, "invalid_query")["errors"]
    assert (error["parameter"], error["nearest"]) == ("include", "withdrawn")


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
