"""What a context costs: petty cash exists only in the tests, and has all that a context of the product has.

It is written as CONTRIBUTING.md says, four files of the same name and nothing else touched by hand; the registries, the
read model, the routes, their documentation and the history follow.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from infrastructure.embedded.postgres import PostgresServer
from infrastructure.embedded.valkey import ValkeyServer
from tests.asking import version_of
from tests.branches import Branch
from tests.processes import ROOT, daybook
from tests.sites import Site, a_site

FILES = sorted(
    path for path in (ROOT / "tests/petty_cash").rglob("petty_cash.py") if path.is_file()
)
STAMPS = {"purpose": "Stamps", "amount": "12.50", "currency": "EUR"}


@pytest.fixture(scope="module")
def till(
    postgres: PostgresServer, valkey: ValkeyServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """A Daybook that has petty cash."""
    folder = tmp_path_factory.mktemp("till")
    with a_site(postgres, valkey, folder, program="tests.petty_cash") as running:
        yield running


def test_a_context_costs_little() -> None:
    lines = sum(len(path.read_text(encoding="utf-8").splitlines()) for path in FILES)
    assert lines <= 160
    assert len(FILES) <= 7


def test_it_is_recorded_queried_summed_and_replayed(till: Site) -> None:
    branch, other = Branch(till), Branch(till)
    ruth = branch.administrator().http
    paid = ruth.post(f"/banks/{branch.id}/payouts", json=STAMPS, headers={"Idempotency-Key": "a"})
    assert paid.status_code == 201, paid.text
    again = ruth.post(f"/banks/{branch.id}/payouts", json=STAMPS, headers={"Idempotency-Key": "a"})
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.json() == paid.json()
    after = till.after(ruth.post(f"/banks/{branch.id}/payouts", json={**STAMPS, "amount": "2.10"}))
    found = ruth.get("/payouts?purpose=Stamps&sort=amount", headers=after).json()["data"]
    assert [row["amount"] for row in found] == ["2.10", "12.50"]
    (total,) = ruth.get("/payouts/aggregates?by=purpose").json()["data"]
    assert (total["sum:amount"], total["count"]) == ("14.60", 2)
    record = ruth.get(paid.headers["Location"])
    assert (record.json()["id"], version_of(record)) == (paid.json()["id"], 1)
    (fact,) = ruth.get(f"{paid.headers['Location']}/history").json()["data"]
    assert fact["name"] == "test.petty_cash.paid_out.v1"
    assert other.administrator().http.get(paid.headers["Location"]).status_code == 404


def test_a_page_can_be_drawn_for_it(till: Site) -> None:
    """Its collection is told with the others, without a line for it."""
    (payouts,) = (
        it
        for it in Branch(till).administrator().http.get("/collections").json()["data"]
        if it["path"] == "/payouts"
    )
    assert (payouts["name"], payouts["noun"], payouts["key"]) == ("payouts", "payout", "id")
    assert all(payouts[part] for part in ("record", "history", "aggregates"))
    assert not payouts["facets"]
    assert "purpose" in payouts["groups"]
    assert "sum:amount" in payouts["measures"]
    assert {"purpose", "amount", "currency"} <= {field["name"] for field in payouts["fields"]}


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"amount": "0"}, "/amount"),
        ({"amount": "1.001"}, "/amount"),
        ({"currency": "XXX"}, "/amount"),
        ({"purpose": " "}, "/purpose"),
        ({"porpose": "x"}, "/porpose"),
    ],
)
def test_what_is_wrong_is_told(till: Site, change: dict[str, str], pointer: str) -> None:
    branch = Branch(till)
    ruth = branch.administrator().http
    refused = ruth.post(f"/banks/{branch.id}/payouts", json={**STAMPS, **change})
    assert refused.status_code in (400, 422)
    assert refused.json()["errors"][0]["pointer"] == pointer


def test_whoever_still_uses_what_is_deprecated_is_told(till: Site) -> None:
    """RFC 9745 and RFC 8594, in answers of every kind."""
    branch = Branch(till)
    ruth, path = branch.administrator().http, f"/banks/{branch.id}/payouts"
    refused = ruth.post(path, json={**STAMPS, "amount": "0"})
    strange = branch.member().http.post(path, json=STAMPS)
    for answer in (ruth.post(path, json=STAMPS), refused, strange):
        assert answer.headers["deprecation"] == "@1769817600"
        assert answer.headers["sunset"] == "Sun, 31 Jan 2027 00:00:00 GMT"
    assert "deprecation" not in ruth.get("/payouts").headers


def test_nobody_pays_out_of_another_banks_till(till: Site) -> None:
    branch, other = Branch(till), Branch(till)
    path = f"/banks/{branch.id}/payouts"
    assert other.administrator().http.post(path, json=STAMPS).status_code == 404
    assert branch.member().http.post(path, json=STAMPS).status_code == 403
    assert till.http.delete(f"/banks/{branch.uid}").status_code == 200
    closed = till.http.post(path, json=STAMPS)
    assert (closed.status_code, closed.json()["code"]) == (409, "bank_inactive")


def test_it_is_documented_and_rebuilt_like_any_other(till: Site, tmp_path: Path) -> None:
    document = till.http.get("/openapi.json").json()
    paying = document["paths"]["/banks/{bank_id}/payouts"]["post"]
    assert paying["operationId"] == "payPayout"
    assert paying["deprecated"]
    assert "gone from 2027-01-31 on; instead: `POST /expenses`" in paying["description"]
    assert "payouts" in till.http.get("/").json()["collections"]
    rebuilt = daybook(
        "projections", "rebuild", "payouts", settings=till.settings, program=till.program
    )
    assert rebuilt.returncode == 0, rebuilt.stderr
    verified = daybook(
        "projections", "verify", "payouts", settings=till.settings, program=till.program
    )
    assert verified.returncode == 0, verified.stderr
    assert sys.modules.get("projections.petty_cash") is None, "the product itself has no petty cash"
