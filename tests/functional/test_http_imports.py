"""Files handed in over HTTP: now or later, once or again, good or bad."""

from contextlib import closing
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.asking import problem, when
from tests.paying import PayingBank
from tests.processes import free_port, lives, wait_until
from tests.sites import UPLOAD_MB_MAX, Site, process

COMMON_SITE = True

HEADER = "departments,project_name,amount,date,member_name\n"
GOOD = 'IT,Harbour,"1,200.00€",10/2/2025,Ada\nIT,Harbour,€20.50,2025-10-03,Ben\n'
BAD = "IT,Harbour,much,10/2/2025,Ada\n"


def run_of(site: Site, answer: httpx.Response) -> dict[str, Any]:
    """The import run that an answer points to, as the read model shows it."""
    run: dict[str, Any] = site.http.get(
        answer.headers["location"], headers=site.after(answer)
    ).json()
    return run


def test_a_file_is_imported_and_its_rows_are_there(site: Site) -> None:
    answer = site.upload(HEADER + GOOD)
    assert answer.status_code == 201
    outcome = answer.json()
    assert (outcome["rows"], outcome["imported"], outcome["bad_rows"]) == (2, 2, 0)
    rows = site.http.get(
        "/expenses",
        params={"import_id": outcome["import_id"], "sort": "id"},
        headers=site.after(answer),
    ).json()["data"]
    assert [(row["amount"], row["date"]) for row in rows] == [
        ("1200.00", "2025-10-02"),
        ("20.50", "2025-10-03"),
    ]
    run = run_of(site, answer)
    assert (run["status"], run["file_name"], run["imported"]) == ("completed", "expenses.csv", 2)
    names = [
        fact["name"]
        for fact in site.http.get(f"{answer.headers['location']}/history").json()["data"]
    ]
    assert names == ["import.started.v1", "import.completed.v1"]


def test_the_same_file_again_adds_nothing(site: Site) -> None:
    source = uuid4().hex
    first = site.upload(HEADER + GOOD, source=source).json()
    again = site.upload(HEADER + GOOD, source=source).json()
    assert (again["imported"], again["already_known"]) == (0, 2)
    assert first["sha256"] == again["sha256"]


def test_one_bad_row_stores_nothing_and_is_named(site: Site) -> None:
    answer = site.upload(HEADER + GOOD + BAD)
    assert answer.status_code == 422
    document = answer.json()
    assert document["code"] == "bad_rows"
    fault = document["errors"][0]
    assert (fault["row"], fault["column"], fault["got"]) == (4, "amount", "much")
    import_id = document["import_id"]
    run = site.http.get(f"/imports/{import_id}", headers=site.after(answer)).json()
    assert (run["status"], run["imported"], run["bad_rows"]) == ("rejected", 0, 1)
    rows = site.http.get(
        "/expenses", params={"import_id": import_id}, headers=site.after(answer)
    ).json()
    assert rows["data"] == []


def test_the_valid_rows_only(site: Site) -> None:
    outcome = site.upload(HEADER + GOOD + BAD, mode="valid_only").json()
    assert (outcome["imported"], outcome["bad_rows"]) == (2, 1)
    assert outcome["faults"][0]["row"] == 4


def test_files_that_are_no_table(site: Site) -> None:
    for text in ("", "a,b\n1,2\n", "\x00\x01\x02"):
        answer = site.upload(text)
        assert answer.status_code == 400, text
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["import_id"]


def test_forms_that_cannot_be_used(site: Site) -> None:
    post = site.http.post
    file = {"file": ("x.csv", b"x")}
    missing = post("/imports/expenses", files={"file": ("x.csv", b"x")})
    assert (missing.status_code, missing.json()["errors"][0]["pointer"]) == (400, "/source")
    no_file = post("/imports/expenses", files={"source": (None, "s")})
    problem(no_file, 400, "no_file")
    unknown = post("/imports/expenses", files=file, data={"source": "s", "lokale": "de_DE"})
    assert unknown.json()["errors"][0]["nearest"] == "locale"
    mode = post("/imports/expenses", files=file, data={"source": "s", "mode": "valid"})
    assert mode.json()["errors"][0]["nearest"] == "valid_only"
    twice = post("/imports/expenses", files=[("file", ("a", b"x")), ("file", ("b", b"y"))])
    assert twice.json()["errors"][0]["code"] == "repeated"
    locale = post("/imports/expenses", files=file, data={"source": "s", "locale": "xx_YY"})
    assert (locale.status_code, locale.json()["errors"][0]["pointer"]) == (422, "/locale")
    long = post("/imports/expenses", files=file, data={"source": "s" * 5_000})
    problem(long, 413, "body_too_large")
    broken = post(
        "/imports/expenses",
        content=b"--x\r\nnonsense",
        headers={"content-type": "multipart/form-data; boundary=x"},
    )
    problem(broken, 400, "bad_form")


@pytest.mark.parametrize("is_announced", [True, False])
def test_a_file_that_is_too_large(site: Site, *, is_announced: bool) -> None:
    line = b"IT,Harbour,1.00,2025-10-03,Ben\n"
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="f.csv"\r\n\r\n'
    body = head + line * (UPLOAD_MB_MAX * 1_000_000 // len(line) + 10)
    when(site.http).posts(
        "/imports/expenses",
        content=body if is_announced else iter([body]),
        headers={"content-type": "multipart/form-data; boundary=x"},
    ).refused(413, "body_too_large")


def test_one_endless_line_is_refused_without_holding_it(site: Site) -> None:
    answer = site.upload(HEADER + "x" * 4_000_000)
    problem(answer, 400, "line_too_long")


def test_an_idempotency_key_stands_for_the_file(site: Site) -> None:
    key, source = {"Idempotency-Key": uuid4().hex}, uuid4().hex
    first = site.upload(HEADER + GOOD, source=source, headers=key)
    again = site.upload(HEADER + GOOD, source=source, headers=key)
    assert first.json() == again.json()
    assert again.headers["idempotency-replayed"] == "true"
    assert site.upload(HEADER, source=source, headers=key).status_code == 422


def test_a_rejection_is_replayed_as_well(site: Site) -> None:
    key, source = {"Idempotency-Key": uuid4().hex}, uuid4().hex
    first = site.upload(HEADER + BAD, source=source, headers=key)
    again = site.upload(HEADER + BAD, source=source, headers=key)
    assert first.status_code == again.status_code == 422
    assert again.headers["idempotency-replayed"] == "true"
    assert first.json() | {"request_id": ""} == again.json() | {"request_id": ""}


def test_a_file_taken_in_to_be_imported_later(site: Site) -> None:
    headers = {"Prefer": "respond-async", "Idempotency-Key": uuid4().hex}
    source = uuid4().hex
    answer = site.upload(HEADER + GOOD, source=source, headers=headers)
    assert answer.status_code == 202
    assert answer.headers["preference-applied"] == "respond-async"
    again = site.upload(HEADER + GOOD, source=source, headers=headers)
    assert again.json() == answer.json()
    assert again.headers["idempotency-replayed"] == "true"
    wait_until(lambda: run_of(site, answer)["status"] == "completed", "the import")
    assert run_of(site, answer)["imported"] == 2


def test_an_import_accepted_by_a_killed_process_is_adopted(site: Site) -> None:
    rows = "".join(f"IT,Harbour,€{number}.50,2025-10-03,Ben\n" for number in range(1, 40_000))
    settings = {**site.settings, "DAYBOOK_PORT": str(free_port())}
    address = f"http://127.0.0.1:{settings['DAYBOOK_PORT']}"
    with (
        process("api", settings, site.output) as doomed,
        httpx.Client(base_url=address, timeout=120, headers=site.authorization()) as other,
    ):
        wait_until(lambda: lives(str(other.base_url).rstrip("/")), "the second api")
        answer = other.post(
            "/imports/expenses",
            files={"file": ("expenses.csv", (HEADER + rows).encode())},
            data={"source": uuid4().hex},
            headers={"Prefer": "respond-async"},
        )
        assert answer.status_code == 202
        doomed.kill()
    wait_until(lambda: run_of(site, answer)["status"] == "completed", "the adopted import")
    assert run_of(site, answer)["imported"] == 39_999


def test_runs_are_listed_like_any_collection(site: Site) -> None:
    source = uuid4().hex
    site.upload(HEADER + BAD, source=source)
    last = site.upload(HEADER + GOOD, source=source)
    listed = site.http.get(f"/imports?source={source}&sort=id", headers=site.after(last)).json()
    assert [run["status"] for run in listed["data"]] == ["rejected", "completed"]
    assert site.http.get(f"/imports.csv?source={source}").text.count("\r\n") == 3


def test_a_file_of_a_bank(site: Site) -> None:
    with closing(PayingBank(site)) as bank:
        outcome = site.upload(HEADER + GOOD, bank=str(bank.uid))
        assert outcome.status_code == 201
        rows = bank.auditor.get("/expenses", headers=site.after(outcome)).json()["data"]
        assert {row["import_id"] for row in rows} == {outcome.json()["import_id"]}
        assert len(rows) == outcome.json()["imported"]
    unknown = site.upload(HEADER + GOOD, bank=str(uuid4()))
    assert (unknown.status_code, unknown.json()["errors"][0]["pointer"]) == (422, "/bank")
    none = site.upload(HEADER + GOOD, bank="Nordhafen")
    assert (none.status_code, none.json()["errors"][0]["pointer"]) == (400, "/bank")
