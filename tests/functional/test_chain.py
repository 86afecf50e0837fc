"""One claim from end to end, over HTTP, on all processes: sign-in, mail, money, ledger, expense, replay, rebuild."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from typing import Any

import httpx
import pytest

from tests.demo import signed_in, with_demo
from tests.facts import eventually
from tests.processes import ROOT, environment
from tests.sites import Site

_READ_MODELS = ("reimbursements", "payments", "ledger", "expenses")


@pytest.fixture
def people(site: Site) -> Iterator[Callable[[str], httpx.Client]]:
    """Signs demo people of Harbour Bank in, by their first name."""
    with_demo(site)
    with ExitStack() as clients:
        yield lambda name: clients.enter_context(
            closing(signed_in(site, f"{name}@harbour.example"))
        )


def test_one_claim_from_submission_to_settlement(
    site: Site, people: Callable[[str], httpx.Client]
) -> None:
    ines, ruth, nadia = people("ines"), people("ruth"), people("nadia")
    claim = _submit(ines)
    eventually(lambda: _mail(site, "ruth@harbour.example", "claims", claim["uid"]))
    eventually(lambda: claim["uid"] in _waiting(ruth, claim["bank_uid"]))

    approved = ruth.post(f"/reimbursements/{claim['uid']}/approve")
    assert (approved.status_code, approved.json()["status"]) == (200, "approved")
    eventually(lambda: _mail(site, "ines@harbour.example", "was approved", claim["uid"]))
    eventually(lambda: _read(ines, claim)["payment_status"] == "settled")

    eventually(lambda: _payment(nadia, claim).get("status") == "settled")
    assert _payment(nadia, claim)["amount"] == "42.10"
    eventually(lambda: nadia.get("/expenses?source=reimbursement").json()["data"])
    (expense,) = nadia.get("/expenses?source=reimbursement").json()["data"]
    assert (expense["amount"], expense["member_name"]) == ("42.10", "Ines Falk")
    eventually(lambda: _cash(nadia) == "-42.10")
    trial_balance = nadia.get("/ledger/balances").json()["trial_balance"]
    assert [row["difference"] for row in trial_balance] == ["0.00"]
    facts = ines.get(f"/reimbursements/{claim['uid']}/history").json()["data"]
    assert [fact["name"] for fact in facts] == [
        "reimbursement.submitted.v1",
        "reimbursement.approved.v1",
    ]

    before = _everything(nadia, claim)
    for name in _READ_MODELS:
        _rebuild(site, name)
    assert _everything(nadia, claim) == before


def _submit(member: httpx.Client) -> dict[str, Any]:
    (account,) = member.get("/accounts").json()["data"]
    body = {
        "bank_account_id": account["uid"],
        "amount": "42.10",
        "description": "Taxi to the harbour",
        "incurred_on": "2026-11-03",
    }
    submitted = member.post("/reimbursements", json=body, headers={"Idempotency-Key": "taxi"})
    assert (submitted.status_code, submitted.json()["status"]) == (201, "pending")
    again = member.post("/reimbursements", json=body, headers={"Idempotency-Key": "taxi"})
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.json()["uid"] == submitted.json()["uid"]
    answer: dict[str, Any] = submitted.json()
    return answer


def _read(client: httpx.Client, claim: dict[str, Any]) -> dict[str, Any]:
    row: dict[str, Any] = client.get(f"/reimbursements/{claim['uid']}").json()
    return row


def _waiting(administrator: httpx.Client, bank: str) -> list[str]:
    """The claims that wait for a bank's administrators."""
    rows = administrator.get(f"/banks/{bank}/reimbursements?status=pending").json()["data"]
    return [row["uid"] for row in rows]


def _payment(client: httpx.Client, claim: dict[str, Any]) -> dict[str, Any]:
    """The one payment of a claim; empty until the read model has it."""
    rows = client.get(f"/payments?reimbursement_uid={claim['uid']}").json()["data"]
    assert len(rows) <= 1
    row: dict[str, Any] = rows[0] if rows else {}
    return row


def _cash(client: httpx.Client) -> str | None:
    rows = client.get("/ledger/balances").json()["data"]
    return next((row["balance"] for row in rows if row["account"] == "cash_at_bank"), None)


def _mail(site: Site, recipient: str, subject: str, claim: str) -> list[Any]:
    """The messages in the mailbox to somebody that say this of a claim; there is never more than one."""
    path = f"/mailbox/messages?recipient={recipient}&limit=200&fields=subject,text_body"
    messages = site.http.get(path).json()["data"]
    found = [it for it in messages if claim in it["text_body"] and subject in it["subject"]]
    assert len(found) <= 1
    return found


def _everything(auditor: httpx.Client, claim: dict[str, Any]) -> list[Any]:
    paths = (
        f"/reimbursements/{claim['uid']}",
        f"/payments?reimbursement_uid={claim['uid']}",
        "/ledger/entries?sort=id",
        "/ledger/balances",
        "/expenses?sort=id",
    )
    return [auditor.get(path).json() for path in paths]


def _rebuild(site: Site, name: str) -> None:
    command = [sys.executable, "-m", "interfaces.cli", "projections", "rebuild", name]
    done = subprocess.run(
        command,
        env=environment(**site.settings),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "differ" not in done.stdout


def test_an_auditor_reads_the_facts_of_their_banks_expenses_only(
    site: Site, people: Callable[[str], httpx.Client]
) -> None:
    recorded = site.record().json()["uid"]  # of no bank, so the operator's
    assert site.http.get(f"/expenses/{recorded}/history").status_code == 200
    nadia = people("nadia")
    assert nadia.get(f"/expenses/{recorded}/history").status_code == 404
    for expense in nadia.get("/expenses").json()["data"]:
        assert nadia.get(f"/expenses/{expense['id']}/history").status_code == 200
