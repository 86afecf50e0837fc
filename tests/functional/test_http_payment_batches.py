"""Payment by file over HTTP: make a batch, fetch its file, report what became of its payments."""

import hashlib

from domain.shared.roles import Role
from tests.asking import problem, when
from tests.facts import eventually
from tests.paying import PayingBank
from tests.sites import Site

SETTINGS = {"DAYBOOK_RAIL": "sepa_file"}


def test_what_waits_leaves_in_a_file_and_is_reported(bank: PayingBank, site: Site) -> None:
    claims = [bank.paid_until("scheduled") for _ in range(2)]
    made = bank.manager.post(
        f"/banks/{bank.uid}/payment-batches", headers={"Idempotency-Key": "batch-1"}
    )
    assert made.status_code == 201
    batch, after = made.json(), site.after(made)
    assert (batch["payments"], batch["amount"]) == (2, "369.20")
    again = bank.manager.post(
        f"/banks/{bank.uid}/payment-batches", headers={"Idempotency-Key": "batch-1"}
    )
    assert (again.json(), again.headers["Idempotency-Replayed"]) == (batch, "true")
    file = bank.manager.get(batch["file"])
    assert file.headers["content-type"].startswith("application/xml")
    assert hashlib.sha256(file.content).hexdigest() == batch["sha256"]
    assert bank.manager.get(f"/payment-batches/{batch['id']}/file").content == file.content
    listed = bank.auditor.get(f"/banks/{bank.uid}/payment-batches", headers=after).json()["data"]
    assert [row["uid"] for row in listed] == [batch["uid"]]
    row = bank.auditor.get(f"/payments/{claims[0].payment}", headers=after)
    assert (row.json()["status"], row.json()["rail_reference"]) == (
        "submitted",
        batch["message_id"],
    )
    path = f"/payments/{claims[0].payment}/outcome"
    body = {"status": "settled", "settled_on": "2026-11-20"}
    stale = bank.manager.post(path, json=body, headers={"If-Match": '"1"'})
    assert stale.status_code == 412
    told = bank.manager.post(path, json=body, headers={"If-Match": row.headers["etag"]})
    assert (told.status_code, told.json()["status"]) == (200, "settled")
    contradiction = bank.manager.post(path, json={"status": "failed", "reason": "closed"})
    assert contradiction.json()["code"] == "payment_outcome_contradicted"
    eventually(lambda: len(bank.auditor.get("/expenses").json()["data"]) == 1)


def test_where_nothing_waits_no_batch_is_made(bank: PayingBank) -> None:
    when(bank.manager).posts(f"/banks/{bank.uid}/payment-batches").refused(409, "nothing_to_pay")


def test_nothing_is_simulated_where_payments_leave_in_files(bank: PayingBank) -> None:
    claim = bank.paid_until("scheduled")
    answer = bank.simulate(claim, "settle")
    problem(answer, 404, "not_simulated")


def test_files_are_for_those_who_make_them(bank: PayingBank, stranger: PayingBank) -> None:
    bank.paid_until("scheduled")
    made = bank.manager.post(f"/banks/{bank.uid}/payment-batches").json()
    assert bank.auditor.get(made["file"]).status_code == 403
    assert bank.signed_in(Role.MEMBER).get(f"/payment-batches/{made['uid']}").status_code == 403
    assert stranger.manager.get(made["file"]).status_code == 404
    assert stranger.manager.get(f"/payment-batches/{made['uid']}").status_code == 404
    foreign = f"/banks/{bank.uid}/payment-batches"
    assert stranger.manager.get(foreign).status_code == 404
    assert stranger.manager.post(foreign).status_code == 404
