"""Transactions over HTTP: ingested one by one and by file, corrected, voided, reverted, put aside and replayed."""

from uuid import uuid4

import httpx
import pytest

from tests.asking import problem, when
from tests.sites import Site
from tests.transacting import USERS, hand_in, ingest, summary

COMMON_SITE = True


def test_a_transaction_is_ingested_once(site: Site, user: int) -> None:
    number = uuid4().hex
    first = ingest(site, user, "48.20", transaction_id=number)
    assert first.status_code == 201
    again = ingest(site, user, "48.20", transaction_id=f" {number} ")
    assert (again.status_code, again.json()) == (201, first.json())
    other = ingest(site, user, "48.21", transaction_id=number)
    assert problem(other, 409, "conflicting_transaction_id")["transaction_id"] == number
    shown = site.http.get(first.headers["location"], headers=site.after(first)).json()
    assert (shown["transaction_id"], shown["user_id"], shown["amount"]) == (number, user, "48.20")
    assert (shown["source"], shown["import_id"], shown["day"]) == ("manual", None, None)
    history = site.http.get(f"/transactions/{first.json()['id']}/history").json()
    assert [fact["name"] for fact in history["data"]] == ["transaction.ingested.v1"]
    assert summary(site, user).json()["total_transactions"] == 1


def shown(site: Site, uid: str, after: httpx.Response) -> dict[str, object]:
    row: dict[str, object] = site.http.get(f"/transactions/{uid}", headers=site.after(after)).json()
    return row


def test_a_transaction_is_corrected_by_a_linked_entry(site: Site, user: int) -> None:
    first = ingest(site, user, "48.20")
    uid, path = first.json()["uid"], f"{first.headers['location']}/correct"
    other = USERS.randrange(1_000, 2**31)
    change = {"amount": "84.20", "user_id": other, "reason": "Two figures were exchanged"}
    done = site.http.post(path, json=change, headers={"If-Match": first.headers["etag"]})
    assert (done.status_code, done.json()["version"]) == (200, 2)
    row = shown(site, uid, done)
    assert (row["amount"], row["user_id"], row["standing"]) == ("84.20", other, "corrected")
    assert row["first_recorded"] == {
        "user_id": user,
        "amount": "48.20",
        "currency": "USD",
        "transaction_date": "2026-03-14",
    }
    assert summary(site, user).status_code == 404
    assert summary(site, other).json()["total_amount"] == 84.2
    assert site.http.post(path, json=change).headers["etag"] == done.headers["etag"]
    when(site.http).posts(path, json={"user_id": 0, "reason": "x"}).invalid("/user_id")
    when(site.http).posts(path, json={"amount": "1", "reason": " "}).invalid("/reason")
    stale = site.http.post(path, json=change, headers={"If-Match": '"1"'})
    assert problem(stale, 412, "stale_version")
    unknown = f"/transactions/{uuid4()}/correct"
    when(site.http).posts(unknown, json=change).refused(404, "not_found")


def test_a_void_transaction_counts_no_more(site: Site, user: int) -> None:
    number = uuid4().hex
    first = ingest(site, user, "48.20", transaction_id=number)
    path, reason = first.headers["location"], {"reason": "A test of the till"}
    done = site.http.post(f"{path}/void", json=reason)
    assert done.status_code == 200
    assert summary(site, user, after=done).status_code == 404
    rows = f"/transactions?transaction_id={number}"
    assert site.http.get(rows).json()["data"] == []
    (row,) = site.http.get(f"{rows}&include=corrected").json()["data"]
    assert (row["standing"], row["reason"], row["amount"]) == ("voided", reason["reason"], "48.20")
    groups = f"/transactions/aggregates?user_id={user}"
    assert site.http.get(groups).json()["data"] == []
    (group,) = site.http.get(f"{groups}&include=corrected").json()["data"]
    assert group["count"] == 1
    assert site.http.post(f"{path}/void", json=reason).status_code == 200
    change = {"amount": "1", "reason": "x"}
    when(site.http).posts(f"{path}/correct", json=change).refused(409, "entry_void")
    problem(ingest(site, user, "48.20", transaction_id=number), 409, "entry_void")


def revert(site: Site, imported: httpx.Response) -> httpx.Response:
    path = f"/imports/{imported.json()['import_id']}/revert"
    return site.http.post(path, json={"reason": "The file of another firm"})


def last_line(site: Site, imported: httpx.Response) -> str:
    log = site.http.get(f"/imports/{imported.json()['import_id']}/log").json()
    return str(log["data"][-1]["message"])


def test_a_reverted_import_counts_no_more_and_its_numbers_are_free(site: Site, user: int) -> None:
    numbers = [uuid4().hex for _ in range(3)]
    rows = [f"{number},{user},10.00,2026-03-14\n" for number in numbers]
    imported = hand_in(site, "".join(rows[:2]))
    assert summary(site, user).json()["total_amount"] == 20
    row = site.http.get(f"/transactions?transaction_id={numbers[0]}").json()["data"][0]
    done = revert(site, imported)
    assert done.status_code == 200
    assert last_line(site, imported).startswith("reverted by user:")
    assert last_line(site, imported).endswith(": The file of another firm")
    assert summary(site, user, after=done).status_code == 404
    # Unlike expenses they leave the table, in which a number is unique; their history stays.
    assert site.http.get(f"/transactions?user_id={user}&include=corrected").json()["data"] == []
    assert site.http.get(f"/transactions/{row['uid']}").status_code == 404
    (fact,) = site.http.get(f"/transactions/{row['uid']}/history").json()["data"]
    assert fact["name"] == "transaction.ingested.v1"
    again = hand_in(site, "".join(rows[1:]))
    assert again.json()["imported"] == 2
    by_hand = ingest(site, user, "30.00", transaction_id=numbers[0])
    assert by_hand.status_code == 201
    assert summary(site, user, after=by_hand).json()["total_amount"] == 50
    problem(
        ingest(site, user, "31.00", transaction_id=numbers[1]), 409, "conflicting_transaction_id"
    )
    assert revert(site, again).status_code == 200
    assert hand_in(site, rows[1]).json()["imported"] == 1
    months = f"/users/{user}/transactions/monthly"
    (month,) = site.http.get(months).json()["data"]
    assert (month["total_transactions"], month["total_amount"]) == (2, "40.00")


def test_an_import_whose_rows_were_corrected_is_not_reverted(site: Site, user: int) -> None:
    number, source = uuid4().hex, uuid4().hex
    imported = hand_in(site, f"{number},{user},10.00,2026-03-14\n", source=source)
    corrects = hand_in(site, f"{number},{user},11.00,2026-03-14\n", source=source)
    assert corrects.json()["corrected"] == 1
    problem(revert(site, imported), 409, "import_built_on")
    assert last_line(site, imported) == (
        "cannot be reverted any more: one of its rows was corrected by an import "
        f"({corrects.json()['import_id']})"
    )
    problem(revert(site, corrects), 409, "import_corrected_others")
    assert summary(site, user).json()["total_amount"] == 11
    by_hand = hand_in(site, f"{uuid4().hex},{user},1.00,2026-03-14\n")
    (row,) = site.http.get(f"/transactions?import_id={by_hand.json()['import_id']}").json()["data"]
    voided = site.http.post(f"/transactions/{row['id']}/void", json={"reason": "x"})
    assert voided.status_code == 200
    problem(revert(site, by_hand), 409, "import_built_on")


def test_a_row_that_was_put_aside_keeps_no_import_from_being_reverted(
    site: Site, user: int
) -> None:
    number = uuid4().hex
    imported = hand_in(site, f"{number},{user},10.00,2026-03-14\n")
    other = hand_in(site, f"{number},{user},11.00,2026-03-14\n", mode="quarantine")
    assert other.json()["quarantined"] == 1
    assert revert(site, imported).status_code == 200


def correct(site: Site, number: str, amount: str) -> httpx.Response:
    """Correct a transaction by hand."""
    (row,) = site.http.get(f"/transactions?transaction_id={number}").json()["data"]
    change = {"amount": amount, "reason": "The receipt says so"}
    done = site.http.post(f"/transactions/{row['uid']}/correct", json=change)
    return done.raise_for_status()


def put_aside(site: Site, rows: str, **fields: str) -> str:
    """Import a file of one bad row, and answer the id of its reject."""
    answer = hand_in(site, rows, mode="quarantine", **fields)
    assert answer.json()["quarantined"] == 1
    path = f"/imports/{answer.json()['import_id']}/rejects"
    (reject,) = site.http.get(path, headers=site.after(answer)).json()["data"]
    uid: str = reject["uid"]
    return uid


def replayed(site: Site, reject: str, **cells: str) -> dict[str, object]:
    """Correct a reject and replay it; answers what became of it."""
    if cells:
        site.http.patch(f"/rejects/{reject}", json=cells).raise_for_status()
    answer = site.http.post("/rejects/replay", json={"rejects": [reject]})
    (told,) = answer.raise_for_status().json()["data"]
    outcome: dict[str, object] = told
    return outcome


def test_a_row_that_was_put_aside_overwrites_no_later_delivery(site: Site, user: int) -> None:
    number, source = uuid4().hex, uuid4().hex
    reject = put_aside(site, f"{number},{user},?,2026-03-14\n", source=source)
    last = hand_in(site, f"{number},{user},9.00,2026-03-14\n", source=source)
    told = replayed(site, reject, amount="8.00")
    assert (told["status"], told["code"]) == ("failed", "conflicting_transaction_id")
    assert "a later delivery says 9.00" in str(told["detail"])
    assert summary(site, user, after=last).json()["total_amount"] == 9
    told = replayed(site, reject, amount="9.00")
    assert (told["status"], told["was_known"]) == ("replayed", True)


def test_a_row_that_was_put_aside_overwrites_no_later_correction(site: Site, user: int) -> None:
    number, source = uuid4().hex, uuid4().hex
    hand_in(site, f"{number},{user},5.00,2026-03-14\n", source=source)
    reject = put_aside(site, f"{number},{user},?,2026-03-14\n", source=source)
    correct(site, number, "7.00")
    told = replayed(site, reject, amount="5.00")
    assert (told["status"], told["code"]) == ("failed", "conflicting_transaction_id")
    told = replayed(site, reject, amount="7.00")
    assert (told["status"], told["was_known"]) == ("replayed", True)


def test_a_conflict_with_what_others_recorded_is_told_as_such(site: Site, user: int) -> None:
    number, source = uuid4().hex, uuid4().hex
    rows = [f"{number},{user},{amount},2026-03-14\n" for amount in ("5.00", "6.00")]
    hand_in(site, rows[0], source=source)
    told = replayed(site, put_aside(site, "".join(rows), source=source))
    assert (told["status"], told["code"]) == ("failed", "conflicting_transaction_id")
    assert told["detail"] == "the book has its key with other values, which others recorded"
    own = uuid4().hex
    told = replayed(site, put_aside(site, "".join(rows).replace(number, own), source=source))
    assert told["detail"] == "a row of the same import has its key, and other values"


def test_a_row_that_corrects_by_being_replayed_says_so(site: Site, user: int) -> None:
    number, source = uuid4().hex, uuid4().hex
    hand_in(site, f"{number},{user},9.00,2026-03-14\n", source=source)
    reject = put_aside(site, f"{number},{user},?,2026-03-14\n", source=source)
    told = replayed(site, reject, amount="8.00")
    assert (told["status"], told["was_known"]) == ("replayed", False)
    at = {"Daybook-Min-Position": str(told["position"])}
    row = site.http.get(f"/transactions/{told['became']}", headers=at).json()
    assert row["amount"] == "8.00"
    assert "replayed" in row["reason"]


def test_no_file_changes_what_a_person_has_decided(site: Site, user: int) -> None:
    number, source = uuid4().hex, uuid4().hex
    first = hand_in(site, f"{number},{user},10.00,2026-03-14\n", source=source)
    (row,) = site.http.get(f"/transactions?transaction_id={number}").json()["data"]
    change = {"amount": "12.00", "reason": "The receipt says so"}
    site.http.post(f"/transactions/{row['uid']}/correct", json=change).raise_for_status()
    same = hand_in(site, f"{number},{user},10.00,2026-03-14\n", source=source)
    assert same.json()["already_known"] == first.json()["imported"] == 1
    other = hand_in(site, f"{number},{user},13.00,2026-03-14\n", source=source, mode="quarantine")
    assert other.json()["quarantined"] == 1
    assert "a person has decided" in other.json()["faults"][0]["reason"]
    (row,) = site.http.get(f"/transactions?transaction_id={number}").json()["data"]
    assert (row["amount"], row["source"]) == ("12.00", source)


def test_a_file_that_says_what_a_person_decided_is_known(site: Site, user: int) -> None:
    number, source = uuid4().hex, uuid4().hex
    hand_in(site, f"{number},{user},5.00,2026-03-14\n", source=source)
    correct(site, number, "7.00")
    same = hand_in(site, f"{number},{user},7.00,2026-03-14\n", source=source, mode="quarantine")
    assert (same.json()["already_known"], same.json()["quarantined"]) == (1, 0)
    other = hand_in(site, f"{number},{user},6.00,2026-03-14\n", source=source, mode="quarantine")
    assert (other.json()["already_known"], other.json()["quarantined"]) == (0, 1)


@pytest.mark.parametrize(
    ("member", "value", "status"),
    [
        ("transaction_id", "x" * 51, 422),
        ("user_id", 0, 422),
        ("user_id", 2**31, 422),
        ("user_id", 10**30, 422),
        ("amount", "0.001", 422),
        ("amount", "NaN", 422),
        ("currency", "EUX", 422),
        ("transaction_date", "2199-01-01", 422),
        ("transaction_date", "2026-02-30", 400),
        ("user_id", "7", 400),
    ],
)
def test_a_body_that_breaks_a_rule_is_told_so(
    site: Site, user: int, member: str, value: object, status: int
) -> None:
    answer = ingest(site, user, **{member: value})
    assert answer.status_code == status, answer.text
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [f"/{member}"]


def test_a_file_mixes_ways_of_writing_and_each_is_read_strictly(site: Site, user: int) -> None:
    rows = [
        '1,"$1,200.50",2026-03-14',
        "2,(20.00),3/15/2026",
        "3,-0.50,16-03-2026",
        "4,0,2026/03/17",
        "5,1.00 USD,18-3-2026",
    ]
    ids = uuid4().hex
    body = "".join(f"{ids}-{row.replace(',', f',{user},', 1)}\n" for row in rows)
    told = hand_in(site, body).json()
    assert (told["imported"], told["bad_rows"]) == (5, 0)
    query = f"/transactions?user_id={user}&sort=transaction_id&fields=amount,transaction_date"
    shown = site.http.get(query).json()["data"]
    assert [(row["amount"], row["transaction_date"]) for row in shown] == [
        ("1200.50", "2026-03-14"),
        ("-20.00", "2026-03-15"),
        ("-0.50", "2026-03-16"),
        ("0.00", "2026-03-17"),
        ("1.00", "2026-03-18"),
    ]
    bad = [
        "1,€5.00,2026-03-14",
        "2,5.00,14.03.2026",
        "3,5.00,2026-13-01",
        "4,5.00,13/13/2026",
        "5,,2026-03-14",
        "6,5.00,",
    ]
    body = "".join(f"{ids}-b{row.replace(',', f',{user},', 1)}\n" for row in bad)
    faults = hand_in(site, body, mode="valid_only").json()["faults"]
    assert [fault["code"] for fault in faults] == [
        "currency_contradicts",
        "unreadable_date",
        "no_such_date",
        "no_such_date",
        "blank",
        "blank",
    ]
