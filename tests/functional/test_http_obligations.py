"""What is owed over HTTP: who holds and cancels, what takes two people, and what everybody sees of it."""

from typing import Any

import httpx
import pytest

from application.shared.auditing import audit_decisions
from domain.banks.accounts import BankAccountChanged, BankAccountClosed
from domain.payments.obligation_facts import obligation_uid
from domain.payments.payment_facts import payment_uid
from domain.reimbursements.claims import ReimbursementSubmitted
from domain.shared.roles import Role
from tests.asking import Caller, when
from tests.branches import IBAN
from tests.facts import eventually
from tests.paying import ApprovedClaim, PayingBank
from tests.sites import Site

SETTINGS = {"DAYBOOK_SETTLE_AFTER_S": "never"}


@pytest.fixture
def ruth(bank: PayingBank) -> Caller:
    """Who approves, and asks for payments."""
    return bank.signed_in(Role.ADMINISTRATOR, bank.ruth.user_uid)


@pytest.fixture
def tomasz(bank: PayingBank) -> Caller:
    """The second administrator."""
    return bank.signed_in(Role.ADMINISTRATOR, bank.administrator("Tomasz").user_uid)


def failed(bank: PayingBank) -> ApprovedClaim:
    """A claim whose first payment was not carried out."""
    claim = bank.paid_until("submitted")
    assert bank.simulate(claim, "fail", reason="account closed").status_code == 200
    return claim


def row(by: Caller, claim: ApprovedClaim) -> dict[str, Any]:
    body: dict[str, Any] = by.get(f"/obligations/{obligation_uid(claim.claim)}").json()
    return body


def confirms(by: Caller, waits: httpx.Response) -> httpx.Response:
    return by.post(f"{waits.headers['Location']}/confirm")


def test_what_failed_is_paid_again_by_the_word_of_two(
    bank: PayingBank, ruth: Caller, tomasz: Caller, site: Site
) -> None:
    claim = failed(bank)
    eventually(lambda: row(ruth, claim).get("status") == "failed")
    path = f"/obligations/{claim.claim}/retry"
    waits = ruth.post(path)
    assert (waits.status_code, waits.json()["kind"]) == (202, "payment")
    assert "184.60 EUR" in waits.json()["summary"]
    when(ruth).posts(f"{waits.headers['Location']}/confirm").refused(403, "own_proposal")
    done = confirms(tomasz, waits)
    assert done.status_code == 200, done.text
    second = payment_uid(claim.claim, 2)
    eventually(lambda: ruth.get(f"/payments/{second}").json().get("status") == "submitted")
    when(ruth).posts(path).refused(409, "payment_under_way")
    settled = ruth.post(f"/simulations/payments/{second}/settle")
    assert settled.status_code == 200
    shown = ruth.get(f"/reimbursements/{claim.claim}").json()
    assert (shown["payment_status"], shown["payment_uid"]) == ("settled", str(second))
    after = site.after(settled)
    owed = ruth.get(f"/obligations/{obligation_uid(claim.claim)}", headers=after).json()
    assert (owed["status"], owed["attempts"], owed["payment_uid"]) == ("settled", 2, str(second))
    query = {"reimbursement_uid": str(claim.claim), "sort": "id", "fields": "attempt,status"}
    attempts = ruth.get("/payments", params=query, headers=after).json()["data"]
    assert [(it["attempt"], it["status"]) for it in attempts] == [(1, "failed"), (2, "settled")]
    posted = ruth.get(
        "/ledger/entries",
        params={"reimbursement_uid": str(claim.claim), "sort": "id", "fields": "occasion"},
        headers=after,
    ).json()["data"]
    assert [it["occasion"] for it in posted] == [
        *("scheduled", "submitted", "failed"),
        *("submitted", "settled"),
    ]
    when(ruth).posts(path).refused(409, "already_paid")
    when(ruth).posts(f"/obligations/{claim.claim}/write-off", json={"reason": "x"}).refused(
        409, "already_paid"
    )


def test_what_is_owed_is_shown_under_every_name_it_is_acted_on_by(
    bank: PayingBank, stranger: PayingBank, ruth: Caller
) -> None:
    claim = failed(bank)
    eventually(lambda: row(ruth, claim).get("status") == "failed")
    shown = row(ruth, claim)
    payment = ruth.get(f"/payments/{payment_uid(claim.claim)}").json()
    claimed = ruth.get(f"/reimbursements/{claim.claim}").json()
    for name in (claim.claim, claimed["id"], payment["uid"], payment["id"], shown["id"]):
        answer = ruth.get(f"/obligations/{name}")
        assert (answer.status_code, answer.json()) == (200, shown)
    for name in (claim.claim, payment["id"], claimed["id"]):
        when(stranger.manager).gets(f"/obligations/{name}").refused(404, "not_found")


def test_one_person_alone_moves_nothing(bank: PayingBank, ruth: Caller) -> None:
    claim = failed(bank)
    member = bank.signed_in(Role.MEMBER, claim.user)
    path = f"/obligations/{claim.claim}"
    for action, body in (
        ("retry", None),
        ("release", None),
        ("redirect", {"bank_account_id": 1}),
        ("write-off", {"reason": "waived"}),
        ("hold", {"reason": "waived"}),
        ("cancel", {"reason": "waived"}),
    ):
        assert member.post(f"{path}/{action}", json=body).status_code == 403
        # A role in a token is not enough: nobody appointed this one.
        refused = bank.manager.post(f"{path}/{action}", json=body)
        assert refused.json()["code"] == "not_an_administrator", action
    waits = ruth.post(f"{path}/retry")
    claimant = bank.signed_in(Role.ADMINISTRATOR, claim.user)
    assert confirms(claimant, waits).json()["code"] == "concerns_yourself"
    assert row(ruth, claim)["attempts"] == 1


def test_nobody_stops_or_simulates_what_they_are_paid(bank: PayingBank, ruth: Caller) -> None:
    claim = bank.paid_until("submitted")
    claimant = bank.signed_in(Role.ADMINISTRATOR, claim.user)
    operator = bank.signed_in(Role.OPERATOR, claim.user)
    reason = {"reason": "to ask for it again"}
    for action, body in (("settle", None), ("fail", reason), ("return", reason)):
        path = f"/simulations/payments/{claim.payment}/{action}"
        for they in (claimant, operator):
            when(they).posts(path, json=body).refused(403, "own_payment")
    assert bank.simulate(claim, "fail", reason="account closed").status_code == 200
    for action in ("hold", "cancel"):
        path = f"/obligations/{claim.claim}/{action}"
        when(operator).posts(path, json=reason).refused(403, "own_payment")
    assert ruth.post(f"/obligations/{claim.claim}/hold", json=reason).status_code == 200


def test_who_made_the_payee_does_not_say_what_became_of_the_payment(bank: PayingBank) -> None:
    maker = bank.signed_in(Role.ADMINISTRATOR)
    claim = bank.paid_until("submitted", made_by=maker.principal.user_uid)
    path = f"/simulations/payments/{claim.payment}/fail"
    when(maker).posts(path, json={"reason": "x"}).refused(403, "own_payment")
    # The member has another account by now: whoever made the one that was paid made it still.
    account = bank.log.stream_blocking(claim.claim)[0].event()
    assert isinstance(account, ReimbursementSubmitted)
    changed = BankAccountChanged(
        holder="Mira Berg", iban=IBAN, routing_number=None, account_number=None, made_by=claim.user
    )
    bank.records({account.bank_account_uid: changed})
    when(maker).posts(path, json={"reason": "x"}).refused(403, "own_payment")
    assert bank.simulate(claim, "fail", reason="account closed").status_code == 200


def test_a_proposal_that_was_overtaken_pays_nothing(
    bank: PayingBank, ruth: Caller, tomasz: Caller
) -> None:
    claim = failed(bank)
    path = f"/obligations/{claim.claim}/retry"
    first, second = ruth.post(path), ruth.post(path)
    assert confirms(tomasz, first).status_code == 200
    again = payment_uid(claim.claim, 2)
    eventually(lambda: ruth.get(f"/payments/{again}").json().get("status") == "submitted")
    assert ruth.post(f"/simulations/payments/{again}/fail", json={"reason": "x"}).is_success
    late = confirms(tomasz, second)
    assert (late.status_code, late.json()["code"]) == (409, "proposal_outdated")


def test_what_is_blocked_says_why_and_is_given_up_by_two(
    bank: PayingBank, ruth: Caller, tomasz: Caller, site: Site
) -> None:
    mira = bank.member("Mira")
    claim_uid = mira.claimed()
    bank.records({mira.account: BankAccountClosed()})
    bank.ruth.decides(claim_uid, "approve")
    claim = ApprovedClaim(bank=bank.uid, user=mira.user_uid, claim=claim_uid)
    eventually(lambda: row(ruth, claim).get("status") == "blocked")
    shown = bank.signed_in(Role.MEMBER, mira.user_uid).get(f"/reimbursements/{claim_uid}").json()
    assert (shown["payment_status"], shown["payment_reason"]) == (
        "blocked",
        "the account is closed",
    )
    when(ruth).posts(f"/obligations/{claim_uid}/retry").refused(409, "account_closed")
    waits = ruth.post(f"/obligations/{claim_uid}/write-off", json={"reason": "waived"})
    after = site.after(confirms(tomasz, waits))
    owed = ruth.get(f"/obligations/{obligation_uid(claim_uid)}", headers=after).json()
    assert (owed["status"], owed["reason"]) == ("written_off", "waived")
    balances = ruth.get("/ledger/balances", headers=after).json()["data"]
    told = {one["account"]: one["balance"] for one in balances if float(one["balance"])}
    assert told == {"employee_expenses": "184.60", "payables_written_off": "-184.60"}


def test_the_version_that_was_seen_counts_the_payments_too(bank: PayingBank, ruth: Caller) -> None:
    claim = failed(bank)
    path = f"/obligations/{claim.claim}"
    eventually(lambda: row(ruth, claim).get("status") == "failed")
    seen = ruth.get(f"/obligations/{obligation_uid(claim.claim)}").headers["ETag"]
    why = {"reason": "in dispute"}
    when(ruth).posts(f"{path}/hold", json=why, headers={"If-Match": '"1"'}).refused(
        412, "stale_version"
    )
    held = ruth.post(f"{path}/hold", json=why, headers={"If-Match": seen})
    assert held.status_code == 200, held.text
    assert (held.json()["status"], held.json()["reason"]) == ("held", "in dispute")
    eventually(lambda: row(ruth, claim)["status"] == "held")
    now = ruth.get(f"/obligations/{obligation_uid(claim.claim)}").headers["ETag"]
    assert held.headers["ETag"] == now != seen
    waits = ruth.post(f"{path}/release", headers={"If-Match": seen})
    assert (waits.status_code, waits.json()["code"]) == (412, "stale_version")
    assert ruth.post(f"{path}/release", headers={"If-Match": now}).status_code == 202
    history = ruth.get(f"/obligations/{obligation_uid(claim.claim)}/history").json()["data"]
    assert [it["name"].split(".")[1] for it in history] == ["incurred", "committed", "held"]


def test_obligations_are_seen_as_payments_are(
    bank: PayingBank, stranger: PayingBank, ruth: Caller
) -> None:
    claim = bank.paid_until("submitted")
    owner, other = bank.signed_in(Role.MEMBER, claim.user), bank.signed_in(Role.MEMBER)
    eventually(lambda: row(ruth, claim).get("status") == "submitted")
    assert [it["reimbursement_uid"] for it in owner.get("/obligations").json()["data"]] == [
        str(claim.claim)
    ]
    assert row(owner, claim)["status"] == "submitted"
    for somebody in (other, stranger.manager):
        assert somebody.get("/obligations").json()["data"] == []
        assert somebody.get(f"/obligations/{obligation_uid(claim.claim)}").status_code == 404
    refused = stranger.manager.post(f"/obligations/{claim.claim}/hold", json={"reason": "x"})
    assert refused.status_code == 404


def test_money_goes_to_another_account_of_the_member(
    bank: PayingBank, ruth: Caller, tomasz: Caller
) -> None:
    claim = failed(bank)
    submitted = bank.log.stream_blocking(claim.claim)[0].event()
    assert isinstance(submitted, ReimbursementSubmitted)
    path = f"/obligations/{claim.claim}/redirect"
    stranger = bank.member("Iris")
    when(ruth).posts(path, json={"bank_account_id": str(stranger.account)}).refused(
        404, "not_found"
    )
    waits = ruth.post(path, json={"bank_account_id": str(submitted.bank_account_uid)})
    assert confirms(tomasz, waits).status_code == 200
    again = payment_uid(claim.claim, 2)
    eventually(lambda: ruth.get(f"/payments/{again}").json().get("status") == "submitted")


def test_what_was_confirmed_here_holds(bank: PayingBank, ruth: Caller, tomasz: Caller) -> None:
    test_what_failed_is_paid_again_by_the_word_of_two(bank, ruth, tomasz, ruth.site)
    audit = audit_decisions(bank.log, lambda _, __: None)
    assert audit.confirmations >= 1
    assert [finding for finding in audit.findings if finding.about == "proposal"] == []
