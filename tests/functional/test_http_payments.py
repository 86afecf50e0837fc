"""Payments, the ledger and simulated outcomes over HTTP: reactions carry the payments, people look and report."""

from decimal import Decimal
from typing import Any

import pytest

from domain.shared.roles import Role
from tests.asking import problem, version_of, when
from tests.facts import eventually
from tests.paying import PayingBank
from tests.sites import Site

SETTINGS = {"DAYBOOK_SETTLE_AFTER_S": "never"}


def test_an_approved_claim_is_paid_and_told_by_every_read_model(
    bank: PayingBank, site: Site
) -> None:
    claim = bank.paid_until("submitted")
    settled = bank.simulate(claim, "settle")
    assert (settled.status_code, settled.json()["status"]) == (200, "settled")
    after = site.after(settled)
    payment = bank.manager.get(f"/payments/{settled.json()['id']}", headers=after)
    assert payment.headers["etag"] == settled.headers["etag"]
    assert version_of(payment) == 3
    row = payment.json()
    assert (row["uid"], row["status"], row["rail"]) == (
        str(claim.payment),
        "settled",
        "simulated",
    )
    assert (row["amount"], row["creditor_account"]) == ("184.60", "****4300")
    history = bank.auditor.get(f"/payments/{claim.payment}/history").json()["data"]
    assert [fact["name"].split(".")[1] for fact in history] == ["scheduled", "submitted", "settled"]
    assert history[0]["data"]["iban"] == "****4300"
    assert history[1]["actor"].startswith("reaction:")
    eventually(lambda: _expenses(bank))
    (expense,) = _expenses(bank)
    assert (expense["amount"], expense["source"]) == ("184.60", "reimbursement")
    entries = bank.auditor.get("/ledger/entries?sort=id", headers=after).json()["data"]
    assert [
        (entry["occasion"], entry["debit_account"], entry["credit_account"]) for entry in entries
    ] == [
        ("scheduled", "employee_expenses", "reimbursements_payable"),
        ("submitted", "reimbursements_payable", "payments_in_transit"),
        ("settled", "payments_in_transit", "cash_at_bank"),
    ]


def _expenses(bank: PayingBank) -> list[dict[str, Any]]:
    answer = bank.auditor.get("/expenses", params={"bank_uid": str(bank.uid)}).json()
    rows: list[dict[str, Any]] = answer["data"]
    return rows


def test_balances_now_and_then(bank: PayingBank, site: Site) -> None:
    lost, back = bank.paid_until("submitted"), bank.paid_until("submitted", amount=Decimal("15.40"))
    # Each read model follows the log by itself: the ledger may not know yet what the payments tell.
    eventually(lambda: len(_handed_in(bank)) == 2)
    before = _handed_in(bank)[0]["posted_at"]
    bank.simulate(lost, "fail", reason="account closed")
    bank.simulate(back, "settle")
    after = site.after(bank.simulate(back, "return", reason="unknown beneficiary"))
    now = bank.auditor.get("/ledger/balances", headers=after).json()
    assert _nonzero(now) == {"reimbursements_payable": "-200.00", "employee_expenses": "200.00"}
    then = bank.auditor.get("/ledger/balances", params={"as_of": before}).json()
    assert _nonzero(then) == {"payments_in_transit": "-200.00", "employee_expenses": "200.00"}
    for told in (now, then):
        (trial,) = told["trial_balance"]
        assert (trial["difference"], trial["debit"]) == ("0.00", trial["credit"])
    nothing = bank.auditor.get("/ledger/balances", params={"as_of": "2020-01-01"}).json()
    assert (nothing["data"], nothing["trial_balance"]) == ([], [])
    accounts = bank.auditor.get("/ledger/accounts").json()["data"]
    assert [account["number"] for account in accounts] == [
        "1000",
        "2000",
        "2100",
        "4000",
        "6000",
        "6900",
    ]


def _handed_in(bank: PayingBank) -> list[dict[str, Any]]:
    """The entries of payments that were submitted, the latest first."""
    answer = bank.auditor.get("/ledger/entries?occasion=submitted&sort=-id").json()
    rows: list[dict[str, Any]] = answer["data"]
    return rows


def _nonzero(told: dict[str, Any]) -> dict[str, str]:
    return {one["account"]: one["balance"] for one in told["data"] if Decimal(one["balance"]) != 0}


def test_money_that_came_back_is_an_expense_taken_back(bank: PayingBank) -> None:
    claim = bank.paid_until("submitted")
    bank.simulate(claim, "settle")
    bank.simulate(claim, "return", reason="unknown beneficiary")
    eventually(lambda: len(_expenses(bank)) == 2)
    assert sum(Decimal(expense["amount"]) for expense in _expenses(bank)) == 0
    totals = bank.auditor.get("/aggregates?by=departments").json()["data"]
    assert [(one["departments"], one["sum:amount"]) for one in totals] == [
        ("Reimbursements", "0.00")
    ]


def test_a_simulated_outcome_again_changes_nothing_and_another_is_refused(bank: PayingBank) -> None:
    claim = bank.paid_until("submitted")
    first = bank.simulate(claim, "fail", reason="account closed")
    again = bank.simulate(claim, "fail", reason="another reason")
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.headers["etag"] == again.headers["etag"]
    refused = bank.simulate(claim, "settle")
    problem(refused, 409, "not_simulable")
    blank = bank.simulate(claim, "return", reason=" ")
    assert (blank.status_code, blank.json()["errors"][0]["pointer"]) == (422, "/reason")


def test_only_those_who_may_see_a_payment_find_it(bank: PayingBank, stranger: PayingBank) -> None:
    claim = bank.paid_until("submitted")
    owner, other = bank.signed_in(Role.MEMBER, claim.user), bank.signed_in(Role.MEMBER)
    for path in (f"/payments/{claim.payment}", f"/payments/{claim.payment}/history"):
        assert bank.auditor.get(path).status_code == 200
        assert owner.get(path).status_code == 200
        assert other.get(path).status_code == 404
        assert stranger.manager.get(path).status_code == 404
    eventually(lambda: _handed_in(bank))
    assert len(owner.get("/payments").json()["data"]) == 1
    assert other.get("/payments").json()["data"] == []
    assert stranger.auditor.get("/ledger/entries").json()["data"] == []
    assert stranger.simulate(claim, "settle").status_code == 404
    outcome = {"status": "failed", "reason": "a rumour"}
    foreign = stranger.manager.post(f"/payments/{claim.payment}/outcome", json=outcome)
    assert foreign.status_code == 404


def test_what_the_rail_reports_nobody_else_does(bank: PayingBank) -> None:
    claim = bank.paid_until("submitted")
    path = f"/payments/{claim.payment}/outcome"
    when(bank.manager).posts(path, json={"status": "failed", "reason": "a rumour"}).refused(
        409, "reported_by_rail"
    )
    when(bank.manager).posts(f"/banks/{bank.uid}/payment-batches").refused(409, "no_batches")


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({"status": "settled"}, ["/settled_on"]),
        ({"status": "failed"}, ["/reason"]),
        ({"status": "returned", "settled_on": "2026-11-20"}, ["/reason", "/settled_on"]),
    ],
)
def test_an_outcome_says_what_belongs_to_it(
    bank: PayingBank, body: dict[str, str], pointers: list[str]
) -> None:
    claim = bank.paid_until("submitted")
    answer = bank.manager.post(f"/payments/{claim.payment}/outcome", json=body)
    assert answer.status_code == 422
    assert [fault["pointer"] for fault in answer.json()["errors"]] == pointers


def test_a_moment_that_is_none_is_named(bank: PayingBank) -> None:
    answer = bank.auditor.get("/ledger/balances", params={"as_of": "yesterday"})
    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (400, "as_of")
