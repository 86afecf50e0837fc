"""Payment by file over HTTP: make a batch, release it, fetch its file, report what became of its payments."""

import hashlib
from datetime import UTC, datetime
from typing import Any

import pytest

from domain.payments.obligation_facts import obligation_uid
from domain.payments.payment_facts import payment_uid
from domain.reimbursements.claims import ReimbursementSubmitted
from domain.shared.roles import Role
from tests.asking import problem, when
from tests.facts import eventually
from tests.paying import ApprovedClaim, PayingBank
from tests.sites import Site

SETTINGS = {"DAYBOOK_RAIL": "sepa_file"}


def released(bank: PayingBank) -> dict[str, Any]:
    """A batch of what waits, that somebody else than its maker has released."""
    made = bank.manager.post(f"/banks/{bank.uid}/payment-batches")
    assert made.status_code == 201, made.text
    batch: dict[str, Any] = made.json()
    done = bank.signed_in(Role.ADMINISTRATOR).post(f"/payment-batches/{batch['uid']}/release")
    assert done.status_code == 200, done.text
    return batch


def test_what_waits_is_looked_at_made_a_file_released_and_reported(
    bank: PayingBank, site: Site
) -> None:
    claims = [bank.paid_until("scheduled") for _ in range(2)]
    path = f"/banks/{bank.uid}/payment-batches"
    preview = bank.manager.post(f"{path}/preview").json()
    assert sorted(each["uid"] for each in preview["payments"]) == sorted(
        str(claim.payment) for claim in claims
    )
    assert (preview["amount"], preview["left_out"]) == ("369.20", [])
    assert preview["payments"][0]["creditor_account"] == "****4300"
    made = bank.manager.post(path, headers={"Idempotency-Key": "batch-1"})
    assert made.status_code == 201
    batch, after = made.json(), site.after(made)
    assert (batch["payments"], batch["amount"]) == (2, "369.20")
    assert batch["execution_on"] == preview["execution_on"]
    again = bank.manager.post(path, headers={"Idempotency-Key": "batch-1"})
    assert (again.json(), again.headers["Idempotency-Replayed"]) == (batch, "true")
    row = bank.auditor.get(f"/payments/{claims[0].payment}", headers=after).json()
    assert (row["status"], row["batch_uid"]) == ("scheduled", batch["uid"])
    when(bank.manager).posts(path).refused(409, "nothing_to_pay")

    problem(bank.manager.get(batch["file"]), 409, "batch_not_released")
    problem(bank.manager.post(f"/payment-batches/{batch['uid']}/release"), 403, "own_batch")
    second = bank.signed_in(Role.ADMINISTRATOR)
    let_go = second.post(f"/payment-batches/{batch['id']}/release")
    assert (let_go.status_code, let_go.json()["status"]) == (200, "released")
    file = bank.manager.get(batch["file"])
    assert file.headers["content-type"].startswith("application/xml")
    assert hashlib.sha256(file.content).hexdigest() == batch["sha256"]
    assert bank.manager.get(f"/payment-batches/{batch['id']}/file").content == file.content
    after = site.after(let_go)
    (listed,) = bank.auditor.get(path, headers=after).json()["data"]
    assert (listed["uid"], listed["status"]) == (batch["uid"], "released")
    assert listed["released_by"] != listed["created_by"] is not None
    history = bank.auditor.get(f"/payment-batches/{batch['uid']}/history").json()["data"]
    assert [fact["name"].split(".")[1] for fact in history] == ["created", "released"]
    row = bank.auditor.get(f"/payments/{claims[0].payment}", headers=after)
    assert (row.json()["status"], row.json()["rail_reference"]) == (
        "submitted",
        batch["message_id"],
    )

    path = f"/payments/{claims[0].payment}/outcome"
    body = {"status": "settled", "settled_on": str(datetime.now(UTC).date())}
    problem(bank.manager.post(path, json={**body, "settled_on": "2026-01-02"}), 422, "invalid")
    stale = bank.manager.post(path, json=body, headers={"If-Match": '"1"'})
    assert stale.status_code == 412
    told = bank.manager.post(path, json=body, headers={"If-Match": row.headers["etag"]})
    assert (told.status_code, told.json()["status"]) == (200, "settled")
    eventually(lambda: len(bank.auditor.get("/expenses").json()["data"]) == 1)


def test_what_contradicts_an_outcome_opens_a_case_that_is_closed_with_a_note(
    bank: PayingBank, stranger: PayingBank, site: Site
) -> None:
    claim = bank.paid_until("scheduled")
    released(bank)
    path = f"/payments/{claim.payment}/outcome"
    bank.manager.post(path, json={"status": "failed", "reason": "account closed"})
    contradiction = bank.manager.post(path, json={"status": "returned", "reason": "unknown"})
    assert contradiction.json()["code"] == "payment_outcome_contradicted"
    uid = contradiction.json()["case_uid"]
    eventually(lambda: bank.auditor.get("/payments/cases?status=open").json()["data"])
    (case,) = bank.auditor.get("/payments/cases").json()["data"]
    assert (case["uid"], case["payment_uid"]) == (uid, str(claim.payment))
    assert (case["payment_status"], case["reported"]) == ("failed", "returned")
    eventually(lambda: _letters(site))
    assert all("is failed in the books" in letter["text_body"] for letter in _letters(site))
    close = f"/payments/cases/{case['id']}/close"
    for nobody in (bank.auditor, bank.signed_in(Role.MEMBER, claim.user)):
        assert nobody.post(close, json={"note": "mine"}).status_code == 403
    assert bank.signed_in(Role.MEMBER, claim.user).get("/payments/cases").status_code == 403
    assert stranger.manager.get(f"/payments/cases/{uid}").status_code == 404
    assert stranger.manager.post(close, json={"note": "mine"}).status_code == 404
    problem(bank.manager.post(close, json={"note": " "}), 422, "invalid")
    closed = bank.manager.post(close, json={"note": "A mistake of ours."})
    assert closed.status_code == 200
    row = bank.auditor.get(f"/payments/cases/{uid}", headers=site.after(closed)).json()
    assert (row["status"], row["note"]) == ("closed", "A mistake of ours.")


def test_nobody_has_a_say_in_what_they_are_paid(bank: PayingBank, site: Site) -> None:
    claim = bank.paid_until("scheduled")
    claimant = bank.signed_in(Role.ADMINISTRATOR, claim.user)
    batch = bank.manager.post(f"/banks/{bank.uid}/payment-batches").json()
    when(claimant).posts(f"/payment-batches/{batch['uid']}/release").refused(403, "own_payment")
    second = bank.signed_in(Role.ADMINISTRATOR, bank.ruth.user_uid)
    assert second.post(f"/payment-batches/{batch['uid']}/release").status_code == 200
    outcome = f"/payments/{claim.payment}/outcome"
    for body in (
        {"status": "failed", "reason": "account closed"},
        {"status": "returned", "reason": "account closed"},
        {"status": "settled", "settled_on": str(datetime.now(UTC).date())},
    ):
        when(claimant).posts(outcome, json=body).refused(403, "own_payment")
    assert second.post(outcome, json={"status": "failed", "reason": "closed"}).status_code == 200
    contradiction = bank.manager.post(outcome, json={"status": "returned", "reason": "unknown"})
    close = f"/payments/cases/{contradiction.json()['case_uid']}/close"
    when(claimant).posts(close, json={"note": "mine"}).refused(403, "own_payment")
    assert bank.manager.post(close, json={"note": "A mistake of ours."}).status_code == 200
    operator = bank.signed_in(Role.OPERATOR, claim.user)
    for action, body in (
        ("retry", None),
        ("release", None),
        ("write-off", {"reason": "waived"}),
        ("redirect", {"bank_account_id": _account(bank, claim)}),
    ):
        path = f"/obligations/{claim.claim}/{action}"
        when(operator).posts(path, json=body).refused(403, "own_payment")
    tomasz = bank.signed_in(Role.ADMINISTRATOR, bank.administrator("Tomasz").user_uid)
    theirs = tomasz.post(f"/obligations/{claim.claim}/retry").headers["Location"]
    # Who reported the failure can ask for another payment, and be seen to; not be the one who sees to it.
    when(second).posts(f"{theirs}/confirm").refused(403, "own_report")
    waits = second.post(f"/obligations/{claim.claim}/retry")
    assert waits.status_code == 202, waits.text
    proposal = bank.auditor.get(waits.headers["Location"], headers=site.after(waits)).json()
    told = proposal["terms"]["reported"]
    assert (told["status"], told["reason"]) == ("failed", "closed")
    assert told["by"] == str(bank.ruth.user_uid)
    assert "failed" in proposal["summary"]


@pytest.mark.parametrize("is_paid_again", [False, True])
def test_what_was_reported_failed_by_mistake_is_settled_after_all(
    bank: PayingBank, site: Site, is_paid_again: bool
) -> None:
    claim = bank.paid_until("scheduled")
    released(bank)
    ruth = bank.signed_in(Role.ADMINISTRATOR, bank.ruth.user_uid)
    outcome, today = f"/payments/{claim.payment}/outcome", str(datetime.now(UTC).date())
    assert ruth.post(outcome, json={"status": "failed", "reason": "lost"}).status_code == 200
    retry, second = f"/obligations/{claim.claim}/retry", payment_uid(claim.claim, 2)
    if is_paid_again:
        tomasz = bank.signed_in(Role.ADMINISTRATOR, bank.administrator("Tomasz").user_uid)
        waits = ruth.post(retry)
        done = tomasz.post(f"{waits.headers['Location']}/confirm")
        assert done.status_code == 200, done.text
    told = bank.manager.post(outcome, json={"status": "settled", "settled_on": today})
    close = f"/payments/cases/{told.json()['case_uid']}/close"
    stands = {"note": "It failed, as far as we can see."}
    assert bank.manager.post(close, json=stands).status_code == 200
    settled = {"note": "It is on the statement.", "outcome": "settled", "settled_on": today}
    when(ruth).posts(close, json=settled).refused(403, "own_report")
    undated = bank.manager.post(close, json={**settled, "settled_on": None})
    assert (undated.status_code, undated.json()["errors"][0]["pointer"]) == (422, "/settled_on")
    misplaced = bank.manager.post(close, json={**stands, "settled_on": today})
    assert (misplaced.status_code, misplaced.json()["errors"][0]["code"]) == (422, "out_of_place")
    closed = bank.manager.post(close, json=settled)
    assert closed.status_code == 200, closed.text
    after = site.after(closed)
    row = bank.auditor.get(f"/payments/{claim.payment}", headers=after).json()
    assert (row["status"], row["settled_on"], row["reason"]) == ("settled", today, None)
    if is_paid_again:
        assert bank.auditor.get(f"/payments/{second}").json()["status"] == "cancelled"
    owed = bank.auditor.get(f"/obligations/{obligation_uid(claim.claim)}", headers=after).json()
    assert (owed["status"], owed["payment_uid"]) == ("settled", str(claim.payment))
    case = bank.auditor.get("/payments/cases", headers=after).json()["data"][0]
    assert (case["status"], case["outcome"]) == ("closed", "settled")
    balances = bank.auditor.get("/ledger/balances", headers=after).json()["data"]
    left = {one["account"]: one["balance"] for one in balances if float(one["balance"])}
    assert left == {"employee_expenses": "184.60", "cash_at_bank": "-184.60"}
    when(ruth).posts(retry).refused(409, "already_paid")
    assert bank.manager.post(close, json=settled).json()["version"] == closed.json()["version"]
    eventually(lambda: len(bank.auditor.get("/expenses").json()["data"]) == 1)


@pytest.mark.parametrize("meanwhile", ["", "retry", "write-off"])
def test_what_was_reported_returned_by_mistake_is_settled_after_all(
    bank: PayingBank, site: Site, meanwhile: str
) -> None:
    claim = bank.paid_until("scheduled")
    released(bank)
    ruth = bank.signed_in(Role.ADMINISTRATOR, bank.ruth.user_uid)
    outcome, today = f"/payments/{claim.payment}/outcome", str(datetime.now(UTC).date())
    for body in (
        {"status": "settled", "settled_on": today},
        {"status": "not_returned"},
        {"status": "returned", "reason": "misread"},
    ):
        assert ruth.post(outcome, json=body).status_code == 200
    eventually(lambda: len(bank.auditor.get("/expenses").json()["data"]) == 2)
    if meanwhile:
        tomasz = bank.signed_in(Role.ADMINISTRATOR, bank.administrator("Tomasz").user_uid)
        because = {"reason": "waived"} if meanwhile == "write-off" else None
        waits = ruth.post(f"/obligations/{claim.claim}/{meanwhile}", json=because)
        assert tomasz.post(f"{waits.headers['Location']}/confirm").status_code == 200
    misplaced = {"status": "not_returned", "reason": "misread"}
    when(ruth).posts(outcome, json=misplaced).invalid("/reason")
    denied = when(ruth).posts(outcome, json={"status": "not_returned"})
    case = denied.refused(409, "payment_outcome_contradicted", payment_status="returned")
    # As long as nobody has looked, nothing more is paid; and who reported the return is not enough.
    if not meanwhile:
        retry = when(ruth).posts(f"/obligations/{claim.claim}/retry")
        retry.refused(409, "payment_case_open")
    close = f"/payments/cases/{case['case_uid']}/close"
    settled = {"note": "It is on the statement.", "outcome": "settled", "settled_on": today}
    when(ruth).posts(close, json=settled).refused(403, "own_report")
    closed = bank.manager.post(close, json=settled)
    assert closed.status_code == 200, closed.text
    after = site.after(closed)
    row = bank.auditor.get(f"/payments/{claim.payment}", headers=after).json()
    assert (row["status"], row["settled_on"], row["reason"]) == ("settled", today, None)
    if meanwhile == "retry":
        second = payment_uid(claim.claim, 2)
        assert bank.auditor.get(f"/payments/{second}").json()["status"] == "cancelled"
    balances = bank.auditor.get("/ledger/balances", headers=after).json()["data"]
    left = {one["account"]: one["balance"] for one in balances if float(one["balance"])}
    assert left == {"employee_expenses": "184.60", "cash_at_bank": "-184.60"}
    eventually(lambda: len(bank.auditor.get("/expenses").json()["data"]) == 3)
    amounts = [one["amount"] for one in bank.auditor.get("/expenses").json()["data"]]
    assert sorted(amounts) == ["-184.60", "184.60", "184.60"]
    when(ruth).posts(f"/obligations/{claim.claim}/retry").refused(409, "already_paid")
    # It may still come back, and that may be wrong again.
    assert ruth.post(outcome, json={"status": "returned", "reason": "moved"}).status_code == 200
    eventually(lambda: len(bank.auditor.get("/expenses").json()["data"]) == 4)
    again = when(ruth).posts(outcome, json={"status": "not_returned"})
    again.refused(409, "payment_outcome_contradicted", case_uid=case["case_uid"])
    assert bank.manager.post(close, json=settled).json()["version"] == 4


def _account(bank: PayingBank, claim: ApprovedClaim) -> str:
    submitted = bank.log.stream_blocking(claim.claim)[0].event()
    assert isinstance(submitted, ReimbursementSubmitted)
    return str(submitted.bank_account_uid)


def _letters(site: Site) -> list[dict[str, Any]]:
    """What administrators were told of cases."""
    listed = site.http.get("/mailbox/messages?limit=200&fields=subject,text_body").json()["data"]
    return [letter for letter in listed if letter["subject"].startswith("Contradictions about")]


def test_a_batch_that_is_voided_leaves_its_payments_to_another_one(bank: PayingBank) -> None:
    claim = bank.paid_until("scheduled")
    path = f"/banks/{bank.uid}/payment-batches"
    batch = bank.manager.post(path, json={"payments": [str(claim.payment)]}).json()
    void = f"/payment-batches/{batch['uid']}/void"
    problem(bank.manager.post(void, json={"reason": ""}), 422, "invalid")
    voided = bank.manager.post(void, json={"reason": "another account"})
    assert (voided.status_code, voided.json()["status"]) == (200, "voided")
    problem(bank.manager.get(batch["file"]), 409, "batch_not_released")
    again = bank.manager.post(path, json={"payments": [str(claim.payment)]})
    assert again.status_code == 201
    unfit = bank.manager.post(path, json={"payments": [str(claim.payment)]})
    assert (unfit.status_code, unfit.json()["errors"][0]["code"]) == (422, "cannot_leave")
    saturday = bank.manager.post(path, json={"execution_on": "2027-01-02"})
    assert saturday.json()["errors"][0]["pointer"] == "/execution_on"


def test_where_nothing_waits_no_batch_is_made(bank: PayingBank) -> None:
    when(bank.manager).posts(f"/banks/{bank.uid}/payment-batches").refused(409, "nothing_to_pay")


def test_nothing_is_simulated_where_payments_leave_in_files(bank: PayingBank) -> None:
    claim = bank.paid_until("scheduled")
    answer = bank.simulate(claim, "settle")
    problem(answer, 404, "not_simulated")


def test_files_are_for_those_who_make_them(bank: PayingBank, stranger: PayingBank) -> None:
    bank.paid_until("scheduled")
    made = released(bank)
    assert bank.auditor.get(made["file"]).status_code == 403
    assert bank.signed_in(Role.MEMBER).get(f"/payment-batches/{made['uid']}").status_code == 403
    assert stranger.manager.get(made["file"]).status_code == 404
    assert stranger.manager.get(f"/payment-batches/{made['uid']}").status_code == 404
    foreign = f"/banks/{bank.uid}/payment-batches"
    assert stranger.manager.get(foreign).status_code == 404
    for path in (foreign, f"{foreign}/preview", f"/payment-batches/{made['uid']}/release"):
        assert stranger.manager.post(path).status_code == 404
    for nobody in (bank.auditor, bank.signed_in(Role.MEMBER)):
        assert nobody.post(f"{foreign}/preview").status_code == 403
