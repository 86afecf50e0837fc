"""Claims over HTTP: approved, denied, endorsed, by those who may; one by one or many at once."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest

from tests.asking import problem, version_of
from tests.branches import Branch, Person, fresh
from tests.sites import Site

COMMON_SITE = True


def test_an_administrator_approves(mira: Person, ruth: Person) -> None:
    claim = mira.claimed(amount=fresh())
    # No body is needed.
    answer = ruth.http.post(f"/reimbursements/{claim['uid']}/approve")
    assert answer.status_code == 200
    approved = answer.json()
    assert (approved["status"], approved["decided_by_name"]) == ("approved", "Ruth Berg")
    assert UUID(approved["decided_by"]) == ruth.uid
    assert approved["decided_at"] is not None
    assert version_of(answer) == 2
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


def test_above_the_limit_it_takes_two(newcomer: Person, tom: Person, nils: Person) -> None:
    claim = newcomer.claimed(amount="199.01")
    endorsed = tom.decides(claim, "approve").json()
    assert (endorsed["status"], endorsed["endorsed_by_name"]) == ("pending", "Tom Berg")
    again = tom.decides(claim, "approve")
    assert (again.status_code, again.json()) == (200, endorsed)
    approved = nils.decides(claim, "approve").json()
    assert (approved["status"], approved["decided_by_name"]) == ("approved", "Nils Berg")
    assert UUID(approved["endorsed_by"]) == tom.uid


def test_two_limits_that_do_not_add_up(
    branch: Branch, newcomer: Person, tom: Person, nils: Person
) -> None:
    """Two limits of 100.00 do not approve 1,000,000.00; a higher one takes the place of the first word."""
    claim = newcomer.claimed(amount="1000000.00")
    tom.decides(claim, "approve")
    refused = problem(nils.decides(claim, "approve"), 409, "limits_too_low")
    assert (UUID(refused["endorsed_by"]), refused["endorsed_by_name"]) == (tom.uid, "Tom Berg")
    tilda, tora = (branch.administrator(*it) for it in (("Tilda", "700000"), ("Tora", "300000")))
    higher = tilda.decides(claim, "approve").json()
    assert (higher["status"], higher["endorsed_by_name"]) == ("pending", "Tilda Berg")
    assert tora.decides(claim, "approve").json()["status"] == "approved"


def test_an_endorsement_ends_with_the_appointment(
    site: Site, branch: Branch, newcomer: Person, nils: Person
) -> None:
    claim = newcomer.claimed(amount="199.02")
    gone = branch.administrator("Gunda", limit="100.00")
    gone.decides(claim, "approve")
    assert site.http.delete(f"/administrators/{gone.id}").status_code == 200
    assert nils.decides(claim, "approve").json()["endorsed_by_name"] == "Nils Berg"


def test_an_endorsement_ends_with_its_user(
    site: Site, branch: Branch, newcomer: Person, nils: Person
) -> None:
    claim = newcomer.claimed(amount="100098.00")
    gone = branch.administrator("Greta", limit="99999.00")
    assert gone.decides(claim, "approve").json()["endorsed_by_name"] == "Greta Berg"
    assert site.http.post(f"/users/{gone.principal.user_uid}/deactivate").status_code == 200
    decided = nils.decides(claim, "approve").json()
    assert (decided["status"], decided["endorsed_by_name"]) == ("pending", "Nils Berg")


def test_up_to_the_limit_one_is_enough(newcomer: Person, tom: Person) -> None:
    claim = newcomer.claimed(amount="100.00", description="Up to the limit")
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


def test_many_claims_of_one_member_are_decided_at_once(newcomer: Person, ruth: Person) -> None:
    """All of them count among what the member spent: one stream, which every approval appends to."""
    claims = [newcomer.claimed(amount=fresh()) for _ in range(16)]
    with ThreadPoolExecutor(len(claims)) as pool:
        answers = list(pool.map(lambda claim: ruth.decides(claim, "approve"), claims))
    assert [answer.status_code for answer in answers] == [200] * len(claims)


def test_each_of_many_decisions_may_say_which_version_was_seen(
    newcomer: Person, ruth: Person
) -> None:
    amended, same = newcomer.claimed(amount="4.00"), newcomer.claimed(amount=fresh())
    changed = newcomer.http.patch(f"/reimbursements/{amended['id']}", json={"amount": "499.99"})
    assert changed.status_code == 200
    said = [
        {"reimbursement_id": amended["id"], "decision": "approve", "if_version": 1},
        {"reimbursement_id": amended["id"], "decision": "deny", "reason": "No", "if_version": 1},
        {"reimbursement_id": same["id"], "decision": "approve", "if_version": 1},
    ]
    key = {"Idempotency-Key": uuid4().hex}
    for _ in range(2):
        answer = ruth.http.post("/reimbursements/decisions", json={"decisions": said}, headers=key)
        stale, also, approved = answer.json()["data"]
        for one in (stale, also):
            told = one["problem"]
            assert (one["status"], told["code"]) == (412, "stale_version")
            assert (told["expected"], told["actual"]) == (1, 2)
        assert approved["reimbursement"]["status"] == "approved"
    assert newcomer.sees(f"/reimbursements/{amended['id']}")["status"] == "pending"


@pytest.mark.parametrize("version", [0, -1, "1", 1.5, True, 1 << 63])
def test_a_version_that_none_can_be(ruth: Person, version: object) -> None:
    decisions = [{"reimbursement_id": 1, "decision": "approve", "if_version": version}]
    answer = ruth.http.post("/reimbursements/decisions", json={"decisions": decisions})
    (error,) = problem(answer, 400, "malformed")["errors"]
    assert error["pointer"].startswith("/decisions")


@pytest.mark.parametrize("tag", ["1", '"1', '"1", 2', '"1", *', ""])
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


def test_any_of_several_etags_will_do(mira: Person, ruth: Person) -> None:
    path = f"/reimbursements/{mira.claimed(amount=fresh())['id']}/approve"
    others = ruth.http.post(path, headers={"If-Match": 'W/"1", "2", "3"'})
    problem(others, 412, "stale_version", expected=[2, 3], actual=1)
    tags = [("If-Match", '"2"'), ("If-Match", '"abc", "1"')]
    assert ruth.http.post(path, headers=tags).status_code == 200


def test_a_decision_with_a_key_is_made_once(mira: Person, ruth: Person) -> None:
    claim = mira.claimed(amount=fresh())
    path, key = f"/reimbursements/{claim['id']}/approve", {"Idempotency-Key": uuid4().hex}
    first, again = (ruth.http.post(path, headers=key) for _ in range(2))
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json() == again.json()
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    problem(ruth.http.post(path), 409, "already_decided")


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
