"""Claims over HTTP: listed, added up, shown as they were, with their history."""

from uuid import uuid4

import pytest

from tests.asking import problem
from tests.branches import Branch, Person, fresh
from tests.sites import Site

COMMON_SITE = True


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


def test_the_history_of_a_claim(newcomer: Person, tom: Person, nils: Person) -> None:
    claim = newcomer.claimed(amount="199.03")
    newcomer.http.patch(f"/reimbursements/{claim['id']}", json={"description": "Bus"})
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
        f"user:{person.principal.user_uid}" for person in (newcomer, newcomer, tom, nils)
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
