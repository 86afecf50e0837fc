"""Claims in another currency than their account: taken where the bank keeps a rate, paid by it, told in the ledger."""

from decimal import Decimal

import pytest

from domain.shared.roles import Role
from tests.asking import Caller, problem
from tests.branches import Branch
from tests.facts import eventually
from tests.seconding import confirmed
from tests.sites import Site

SETTINGS = {"DAYBOOK_SETTLE_AFTER_S": "0"}
SPENT_ON, ITS_RATE = "2026-11-02", {"day": "2026-10-31"}


@pytest.fixture
def branch(site: Site) -> Branch:
    """A bank of this test's own."""
    return Branch(site)


def posted(branch: Branch) -> list[tuple[str, str, str, str, str]]:
    """What the ledger tells, in order."""
    rows = branch.auditor().get("/ledger/entries?sort=id").json()["data"]
    names = ("occasion", "debit_account", "credit_account", "amount", "currency")
    return [tuple(row[name] for name in names) for row in rows]


def test_a_claim_in_another_currency_is_paid_by_the_rate_of_its_approval(branch: Branch) -> None:
    mira = branch.member()
    claim = {"amount": "100.00", "currency": "USD", "incurred_on": SPENT_ON}
    body = problem(mira.claims(**claim), 409, "no_exchange_rate")
    assert (body["currency"], body["account_currency"]) == ("USD", "EUR")
    branch.keeps("EUR", "USD", "1.1006", **ITS_RATE)
    problem(mira.claims(**claim), 409, "no_exchange_rate")  # it is too old for today
    branch.keeps("EUR", "USD", "1.0842")
    taken, ruth = mira.claimed(**claim), branch.administrator()
    assert (taken["amount"], taken["currency"]) == ("100.00", "USD")
    approved = ruth.decides(taken, "approve")
    assert approved.status_code == 200, approved.text
    history = ruth.sees(f"/reimbursements/{taken['uid']}/history")["data"]
    (exchange,) = (fact["data"]["exchange"] for fact in history if "approved" in fact["name"])
    assert (exchange["amount"], exchange["currency"], exchange["cost"]) == ("92.23", "EUR", "90.86")
    assert (exchange["rate"]["value"], exchange["rate"]["source"]) == ("1.0842", "ECB")
    eventually(lambda: len(posted(branch)) == 4)
    assert posted(branch) == [
        ("revalued", "exchange_differences", "employee_expenses", "1.37", "EUR"),
        ("scheduled", "employee_expenses", "reimbursements_payable", "92.23", "EUR"),
        ("submitted", "reimbursements_payable", "payments_in_transit", "92.23", "EUR"),
        ("settled", "payments_in_transit", "cash_at_bank", "92.23", "EUR"),
    ]
    told = branch.auditor().get("/ledger/balances").json()
    balances = {one["account"]: Decimal(one["balance"]) for one in told["data"] if one["balance"]}
    assert balances["employee_expenses"] == Decimal("90.86")
    assert balances["exchange_differences"] == Decimal("1.37")
    assert balances["cash_at_bank"] == Decimal("-92.23")
    assert [one["difference"] for one in told["trial_balance"]] == ["0.00"]


def test_what_rates_gained_is_told_on_the_other_side(branch: Branch) -> None:
    branch.keeps("USD", "EUR", "0.95", **ITS_RATE)
    branch.keeps("USD", "EUR", "0.90")
    mira, ruth = branch.member(), branch.administrator()
    claim = mira.claimed(amount="100.00", currency="USD", incurred_on=SPENT_ON)
    assert ruth.decides(claim, "approve").status_code == 200
    eventually(lambda: len(posted(branch)) == 4)
    assert posted(branch)[0] == (
        *("revalued", "employee_expenses", "exchange_differences", "5.00", "EUR"),
    )


def test_a_rate_takes_two_people_and_neither_of_them_approves_by_it(branch: Branch) -> None:
    both, ruth, tom = branch.both(), branch.administrator(), branch.administrator("Tom")
    lena = branch.administrator("Lena")
    rate = {"base": "USD", "quote": "EUR", "value": "0.9", "source": "me"}
    path = f"{branch.path}/exchange-rates"
    waiting = ruth.http.post(path, json={**rate, "value": "9E2"})
    assert waiting.status_code == 202, waiting.text
    proposal = ruth.sees(waiting.headers["Location"], waiting)
    assert proposal["kind"] == "exchange_rate"
    assert proposal["summary"].startswith("Keep 900 EUR as the rate of 1 USD on 20")
    problem(both.claims(amount="100.00", currency="USD"), 409, "no_exchange_rate")
    problem(ruth.http.post(f"{waiting.headers['Location']}/confirm"), 403, "own_proposal")

    confirmed(ruth.http.post(path, json=rate), [tom.http])
    claim = both.claimed(amount="100.00", currency="USD")
    for hand in (ruth, tom):
        problem(hand.decides(claim, "approve"), 403, "own_rate")
    confirmed(ruth.http.post(path, json={**rate, "value": "0.91"}), [both.http])
    problem(lena.decides(claim, "approve"), 403, "own_rate")
    last = confirmed(ruth.http.post(path, json={**rate, "value": "0.92"}), [tom.http])
    assert lena.decides(claim, "approve").json()["status"] == "approved"
    (row,) = ruth.sees("/exchange-rates", last)["data"]
    assert (row["recorded_by"], row["confirmed_by"]) == (
        str(ruth.principal.user_uid),
        str(tom.principal.user_uid),
    )


def test_nor_is_what_it_cost_told_by_a_rate_of_theirs(branch: Branch) -> None:
    branch.keeps("USD", "EUR", "0.90")
    both, tom = branch.both(), branch.administrator("Tom")
    path = f"{branch.path}/exchange-rates"
    then = {"base": "USD", "quote": "EUR", "value": "0.09", "source": "me", **ITS_RATE}
    confirmed(both.http.post(path, json=then), [tom.http])
    ruth = branch.administrator()
    claim = both.claimed(amount="100.00", currency="USD", incurred_on=SPENT_ON)
    for by in (ruth, tom):
        problem(by.decides(claim, "approve"), 403, "own_rate")
    confirmed(ruth.http.post(path, json={**then, "value": "0.95"}), [tom.http])
    lena = branch.administrator("Lena")
    problem(tom.decides(claim, "approve"), 403, "own_rate")
    assert lena.decides(claim, "approve").json()["status"] == "approved"


def test_rates_are_of_one_bank_and_told_to_its_people(branch: Branch, site: Site) -> None:
    mira, ruth, other = branch.member(), branch.administrator(), Branch(site)
    rate = {"base": "EUR", "quote": "USD", "value": "1.0842", "source": "ECB"}
    path = f"{branch.path}/exchange-rates"
    assert mira.http.post(path, json=rate).status_code == 403
    assert branch.auditor().post(path, json=rate).status_code == 403
    foreign = Caller(site, other.principal("Ruth", Role.ADMINISTRATOR))
    other.appoints("Ruth")
    assert foreign.post(path, json=rate).status_code == 404
    first = branch.keeps("EUR", "USD", "1.0842")
    again = branch.keeps("USD", "EUR", "0.9")
    assert first.json()["id"] == again.json()["id"]  # the same day from the other side
    (row,) = mira.sees("/exchange-rates", again)["data"]
    assert (row["base"], row["quote"], row["value"]) == ("USD", "EUR", "0.9")
    assert len(mira.sees(f"/exchange-rates/{row['uid']}/history")["data"]) == 2
    assert mira.sees(f"{path}?quote=EUR")["data"] == [row]
    wrong = ruth.http.post(path, json={**rate, "value": "0", "quote": "EUR"})
    assert {each["pointer"] for each in wrong.json()["errors"]} == {"/value", "/quote"}
    assert foreign.get(f"/exchange-rates/{row['uid']}").status_code == 404
