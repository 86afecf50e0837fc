"""An export can be handed in again: it changes nothing, and what was changed in it is refused by name."""

import csv
from collections.abc import Sequence
from io import StringIO
from typing import Any
from uuid import uuid4

import httpx

from tests.asking import problem
from tests.sites import Site
from tests.workbooks import texts, workbook

COMMON_SITE = True

HEADER = "departments,project_name,amount,date,member_name\n"
ROWS = (
    'IT,"Mars, North","1,200.00€",10/2/2021,=1+1\n'
    'IT,"Mars, North","1,200.00€",10/2/2021,=1+1\n'
    "HR,'quoted,-20.50 EUR,2021-10-03,@Zoë\n"
    "HR,x,¥1200,2021-10-03,'=1\n"
)

Row = dict[str, str]


def exported(site: Site, source: str, after: httpx.Response) -> list[Row]:
    answer = site.http.get(
        "/expenses.csv", params={"source": source, "sort": "id"}, headers=site.after(after)
    )
    return list(csv.DictReader(StringIO(answer.text, newline="")))


def written(rows: Sequence[Row]) -> str:
    file = StringIO(newline="")
    writer = csv.DictWriter(file, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue()


def recorded(site: Site) -> list[Row]:
    source = uuid4().hex
    answer = site.upload(HEADER + ROWS.replace("¥1200", "1200 JPY"), source=source)
    assert answer.json()["imported"] == 4
    return exported(site, source, answer)


def names_since(site: Site, position: int) -> list[Any]:
    facts = site.http.get("/events", params={"sort": "-position", "limit": 20}).json()["data"]
    return [fact["name"] for fact in facts if fact["position"] > position]


def test_it_changes_nothing(site: Site) -> None:
    rows = recorded(site)
    by_hand = exported(site, "manual", site.record(member_name="-Ada"))
    assert rows[0]["member_name"] == "'=1+1"
    head = max(int(row["id"]) for row in by_hand)
    answer = site.upload(written(rows + by_hand[-1:]))
    told = answer.json()
    assert (told["rows"], told["imported"], told["already_known"]) == (5, 0, 5)
    assert told["read_as"]["form"] == "export"
    assert told["sums"]["EUR"]["read"] == told["sums"]["EUR"]["unchanged"]
    assert names_since(site, head) == ["import.completed.v1", "import.started.v1"]


def test_what_differs_from_the_book_is_named_and_nothing_is_overwritten(site: Site) -> None:
    rows = recorded(site)
    rows[0]["amount"] = "1200.01"
    rows[1]["member_name"] = "Zoë"
    rows[2]["id"] = rows[1]["id"]
    answer = site.upload(written(rows))
    document = problem(answer, 422, "bad_rows")
    assert [(it["row"], it["column"], it["code"], it["got"]) for it in document["errors"]] == [
        (2, "amount", "differs", "1200.01"),
        (3, "member_name", "differs", "Zoë"),
        (4, "id", "differs", rows[1]["id"]),
    ]
    assert "the book says '1200.00'" in document["errors"][0]["detail"]
    aside = site.upload(written(rows), mode="quarantine").json()
    assert (aside["imported"], aside["already_known"], aside["quarantined"]) == (0, 1, 3)


def test_what_a_spreadsheet_makes_of_it_is_still_the_same(site: Site) -> None:
    rows = recorded(site)
    for row in rows:
        row["amount"] = row["amount"].removesuffix(".00")
        row["date"] = row["date"].replace("2021-10-0", "10/") + "/2021"
    rows[0]["member_name"] = rows[0]["member_name"].removeprefix("'")
    told = site.upload(written(rows)).json()
    assert told["already_known"] == 4
    sheet = workbook([texts(*rows[0]), *(texts(*row.values()) for row in rows)])
    answer = site.http.post(
        "/imports/expenses", files={"file": ("e.xlsx", sheet)}, data={"source": "s"}
    )
    assert answer.json()["already_known"] == 4


def test_rows_that_the_book_does_not_know(site: Site) -> None:
    rows = recorded(site)
    bank = site.http.post("/banks", json={"name": "b", "location": "l", "currency": "EUR"})
    for row, uid in zip(rows, (str(uuid4()), "", "x", bank.json()["uid"]), strict=True):
        row["uid"] = uid
    document = problem(site.upload(written(rows)), 422, "bad_rows")
    assert [(it["row"], it["column"], it["code"]) for it in document["errors"]] == [
        (row, "uid", "unknown_uid") for row in (2, 3, 4, 5)
    ]


def test_columns_that_were_left_out_of_it_are_not_missed(site: Site) -> None:
    rows = recorded(site)
    kept = ("uid", "departments", "project_name", "amount", "date", "member_name")
    told = site.upload(written([{name: row[name] for name in kept} for row in rows])).json()
    assert told["already_known"] == 4


def test_its_preview_shows_it_as_it_is(site: Site) -> None:
    rows = recorded(site)
    told = site.upload(written(rows), preview="true").json()
    assert told["guesses"] == []
    assert told["read_as"]["form"] == "export"
    assert {it["column"]: it["text"] for it in told["rows"][0]["cells"]} == rows[0]


def test_an_export_of_transactions(site: Site) -> None:
    key = uuid4().hex
    file = f"transaction_id,user_id,amount,transaction_date\n{key},7,$-5.00,2026-03-14\n"
    answer = site.http.post(
        "/imports/transactions", files={"file": ("t.csv", file)}, data={"source": "shop"}
    )
    assert answer.json()["imported"] == 1
    text = site.http.get(
        "/transactions.csv", params={"transaction_id": key}, headers=site.after(answer)
    ).text
    again = site.http.post(
        "/imports/transactions", files={"file": ("t.csv", text)}, data={"source": "export"}
    ).json()
    assert (again["rows"], again["imported"], again["already_known"]) == (1, 0, 1)
    changed = site.http.post(
        "/imports/transactions",
        files={"file": ("t.csv", text.replace("-5.00", "-5.01"))},
        data={"source": "export"},
    )
    assert problem(changed, 422, "bad_rows")["errors"][0]["column"] == "amount"


def test_an_export_of_transactions_that_a_person_corrected(site: Site) -> None:
    key = uuid4().hex
    file = f"transaction_id,user_id,amount,transaction_date,channel\n{key},7,5.00,2026-03-14,web\n"
    answer = site.http.post(
        "/imports/transactions", files={"file": ("t.csv", file)}, data={"source": "shop"}
    )
    asked = {"transaction_id": key}
    (row,) = site.http.get("/transactions", params=asked, headers=site.after(answer)).json()["data"]
    change = {"amount": "7.00", "reason": "The receipt says so"}
    done = site.http.post(f"/transactions/{row['uid']}/correct", json=change)
    text = site.http.get("/transactions.csv", params=asked, headers=site.after(done)).text
    (told,) = csv.DictReader(StringIO(text, newline=""))
    assert (told["id"], told["source"], told["amount"]) == (str(row["id"]), "shop", "7.00")
    again = site.http.post(
        "/imports/transactions", files={"file": ("t.csv", text)}, data={"source": "export"}
    )
    assert (again.status_code, again.json()["already_known"]) == (201, 1)
