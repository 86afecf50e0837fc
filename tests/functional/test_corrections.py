"""The book as corrected: entries corrected and voided over HTTP, imports reverted and imported anew, and races."""

import asyncio
import csv
import io
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import httpx
import psycopg
import pytest

from application.imports.reverting import building_on
from application.shared.permissions import Principal
from application.shared.ports import Append, StreamAppend, StreamRead
from domain.expenses import REIMBURSEMENT_SOURCE, CorrectExpense, FollowsFromClaim
from domain.imports import BuiltOn, RevertImport, WasReverted
from domain.shared.errors import NotFound, Unavailable
from domain.shared.ids import anew
from domain.shared.roles import Role
from infrastructure.shared.event_log.bulk import bulk_append
from infrastructure.shared.read_store.following import Follower
from projections.expenses import EXPENSES
from projections.imports import IMPORTS
from tests.asking import Caller, version_of, when
from tests.books import WHY, Content, RealBook
from tests.facts import a_call, a_cause, an_administrator_of, an_append, an_expense
from tests.following import checkpoints, wait_for
from tests.ledgers import projecting
from tests.sites import Site

COMMON_SITE = True

HEADER = "departments,project_name,amount,date,member_name\n"
BODY = {"reason": WHY}
CONTENT: Content = ("IT", "Mars", Decimal("10.00"), "EUR", date(2026, 1, 2), "Ada")


@pytest.fixture
def book(database_url: str) -> Iterator[RealBook]:
    """The use cases over a log of this test's own."""
    with closing(RealBook(database_url)) as real:
        yield real


def recorded(site: Site, **changes: Any) -> tuple[str, str]:
    """A project of its own with one expense: its name, and the path of the expense."""
    project = f"P-{uuid4().hex[:8]}"
    answer = site.record(project_name=project, **changes)
    return project, answer.headers["location"]


def listed(site: Site, after: httpx.Response, path: str = "/expenses", **query: str) -> Any:
    """What a query answers once it has heard of what `after` left."""
    answer = site.http.get(path, params=query, headers=site.after(after))
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


def test_a_corrected_expense_keeps_its_id_and_shows_what_it_was(site: Site) -> None:
    project, path = recorded(site, amount="12.50")
    body = {"amount": "120.00", "member_name": " Ines  Falk", **BODY}
    answer = site.http.post(f"{path}/correct", json=body)
    assert (answer.status_code, answer.json()["version"]) == (200, 2)
    (row,) = listed(site, answer, project_name=project)
    assert (row["id"], row["uid"]) == (answer.json()["id"], answer.json()["uid"])
    assert (row["amount"], row["member_name"], row["standing"]) == (
        "120.00",
        "Ines Falk",
        "corrected",
    )
    assert row["first_recorded"] == {
        "departments": "IT",
        "project_name": project,
        "amount": "12.50",
        "currency": "EUR",
        "date": "2026-02-03",
        "member_name": "Ada",
    }
    (group,) = listed(site, answer, "/expenses/aggregates", project_name=project)
    assert (group["sum:amount"], group["count"]) == ("120.00", 1)
    history = site.http.get(f"{path}/history").json()
    assert [each["name"] for each in history["data"]] == [
        "expense.recorded.v2",
        "expense.corrected.v1",
    ]
    assert [each["data"]["amount"] for each in history["data"]] == ["12.50", "120.00"]
    assert history["data"][1]["data"]["reason"] == WHY


def test_what_is_void_leaves_lists_and_totals_unless_it_is_included(site: Site) -> None:
    project, path = recorded(site, amount="12.50")
    answer = site.http.post(f"{path}/void", json=BODY)
    assert answer.json()["version"] == 2
    for end in ("", "/aggregates"):
        assert listed(site, answer, f"/expenses{end}", project_name=project) == []
        included = listed(
            site, answer, f"/expenses{end}", project_name=project, include="corrected"
        )
        assert len(included) == 1
    facets = listed(site, answer, "/expenses/facets", project_name=project, by="standing")
    assert facets[0]["values"] == []
    shown = site.http.get(path, headers=site.after(answer))
    assert (shown.json()["standing"], shown.json()["reason"]) == ("voided", WHY)
    assert shown.headers["etag"] == answer.headers["etag"]
    assert version_of(shown) == 2
    for query, standing in (("", []), ("&include=corrected", ["voided"])):
        text = site.http.get(f"/expenses.csv?project_name={project}{query}").text
        assert [row["standing"] for row in csv.DictReader(io.StringIO(text))] == standing
    again = site.http.post(f"{path}/void", json={"reason": "Another"})
    assert (again.status_code, again.json()["version"]) == (200, 2)


def test_include_names_what_is_left_out(site: Site) -> None:
    for path in (
        "/expenses",
        "/expanses_data",
        "/expenses/aggregates",
        "/expenses/facets",
        "/expenses.csv",
    ):
        answer = site.http.get(path, params={"include": "correctd"})
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_query")
        fault = answer.json()["errors"][0]
        assert (fault["parameter"], fault["nearest"]) == ("include", "corrected")
    unknown = site.http.get("/imports", params={"include": "corrected"}).json()["errors"][0]
    assert (unknown["code"], unknown["parameter"]) == ("unknown_parameter", "include")


def test_a_cursor_belongs_to_what_is_included(site: Site) -> None:
    project, _ = recorded(site)
    last = site.record(project_name=project)
    page = {"project_name": project, "limit": "1"}
    cursor = site.http.get("/expenses", params=page, headers=site.after(last)).json()["page"][
        "next"
    ]
    same = site.http.get("/expenses", params={**page, "cursor": cursor})
    assert same.status_code == 200
    other = site.http.get("/expenses", params={**page, "cursor": cursor, "include": "corrected"})
    assert other.json()["code"] == "cursor_mismatch"


def test_bad_corrections_are_told_field_by_field(site: Site) -> None:
    _, path = recorded(site)
    ask = when(site.http)
    ask.posts(f"{path}/correct", json={"amuont": "1", **BODY}).invalid("/amuont", status=400)
    ask.posts(f"{path}/correct", json={"amount": "1"}).invalid("/reason", status=400)
    ask.posts(f"{path}/correct", json={"bank_uid": None, **BODY}).invalid("/bank_uid", status=400)
    ask.posts(f"{path}/correct", json={"amount": "1.005", **BODY}).invalid("/amount")
    ask.posts(f"{path}/correct", json={"departments": " ", **BODY}).invalid("/departments")
    ask.posts(f"{path}/void", json={"reason": ""}).invalid("/reason")
    assert site.http.post(f"/expenses/{uuid4()}/void", json=BODY).status_code == 404
    assert site.http.get(f"{path}/history").json()["data"][-1]["version"] == 1


def test_a_correction_keeps_its_key_and_its_precondition(site: Site) -> None:
    _, path = recorded(site)
    key = {"Idempotency-Key": uuid4().hex}
    body = {"amount": "7.00", **BODY}
    first = site.http.post(f"{path}/correct", json=body, headers=key)
    again = site.http.post(f"{path}/correct", json=body, headers=key)
    assert (first.json(), again.headers["idempotency-replayed"]) == (again.json(), "true")
    when(site.http).posts(f"{path}/void", json=BODY, headers={"If-Match": '"1"'}).refused(
        412, "stale_version"
    )
    assert site.http.post(f"{path}/void", json=BODY, headers={"If-Match": '"2"'}).status_code == 200
    when(site.http).posts(f"{path}/correct", json=body).refused(409, "entry_void")


def imported(site: Site, source: str, *amounts: str) -> httpx.Response:
    """A file of these amounts of a project named as its source."""
    rows = (f"IT,{source},{amount} EUR,1/2/2026,Ada\n" for amount in amounts)
    answer = site.upload(HEADER + "".join(rows), source=source)
    assert answer.status_code == 201, answer.text
    return answer


def test_an_import_is_reverted_by_one_event_and_imported_anew(site: Site) -> None:
    source = f"S-{uuid4().hex[:8]}"
    run = imported(site, source, "1.00", "2.00", "2.00").json()["import_id"]
    answer = site.http.post(f"/imports/{run}/revert", json=BODY)
    assert (answer.status_code, answer.json()["version"]) == (200, 3)
    assert listed(site, answer, project_name=source) == []
    assert listed(site, answer, "/aggregates", project_name=source) == []
    rows = listed(site, answer, project_name=source, include="corrected")
    assert {(row["standing"], row["reason"]) for row in rows} == {("reverted", WHY)}
    shown = site.http.get(f"/imports/{run}", headers=site.after(answer)).json()
    assert (shown["status"], shown["detail"], shown["imported"]) == ("reverted", WHY, 3)
    again = site.http.post(f"/imports/{run}/revert", json={"reason": "Another"})
    assert (again.status_code, again.json()["version"]) == (200, 3)
    anew = imported(site, source, "1.00", "2.00", "2.00")
    assert (anew.json()["imported"], anew.json()["already_known"]) == (3, 0)
    (group,) = listed(site, anew, "/aggregates", project_name=source)
    assert (group["sum:amount"], group["count"]) == ("5.00", 3)
    assert imported(site, source, "1.00", "2.00").json()["already_known"] == 2


def test_what_is_shown_of_a_reverted_expense_has_another_etag(site: Site) -> None:
    source = f"S-{uuid4().hex[:8]}"
    answer = imported(site, source, "1.00")
    (row,) = listed(site, answer, project_name=source)
    path = f"/expenses/{row['id']}"
    etag = site.http.get(path).headers["etag"]
    reverted = site.http.post(f"/imports/{answer.json()['import_id']}/revert", json=BODY)
    headers = {"If-None-Match": etag, **site.after(reverted)}
    assert site.http.get(path, headers=headers).json()["standing"] == "reverted"
    when(site.http).posts(f"{path}/correct", json={"amount": "2", **BODY}).refused(
        409, "import_reverted"
    )
    when(site.http).posts(f"{path}/void", json=BODY).refused(409, "import_reverted")


@pytest.mark.parametrize(("action", "what"), [("correct", "corrected"), ("void", "voided")])
def test_what_was_built_on_is_not_reverted_and_named(site: Site, action: str, what: str) -> None:
    source = f"S-{uuid4().hex[:8]}"
    answer = imported(site, source, "1.00", "2.00")
    run = answer.json()["import_id"]
    row, other = listed(site, answer, project_name=source)
    body = {"amount": "9.00", **BODY} if action == "correct" else BODY
    site.http.post(f"/expenses/{row['id']}/{action}", json=body)
    last = site.http.post(f"/expenses/{other['id']}/void", json=BODY)
    when(site.http).posts(f"/imports/{run}/revert", json=BODY).refused(
        409, "import_built_on", by=row["uid"], what=what
    )
    # One event says so, however many build on it.
    names = [each["name"] for each in site.http.get(f"/imports/{run}/history").json()["data"]]
    assert names == ["import.started.v1", "import.completed.v1", "import.built_on.v1"]
    shown = site.http.get(f"/imports/{run}", headers=site.after(last)).json()
    assert (shown["status"], shown["built_on"]) == ("completed", row["uid"])


def test_the_same_values_build_on_nothing(site: Site) -> None:
    source = f"S-{uuid4().hex[:8]}"
    answer = imported(site, source, "1.00")
    (row,) = listed(site, answer, project_name=source)
    quiet = site.http.post(f"/expenses/{row['id']}/correct", json={"amount": 1, **BODY})
    assert quiet.json()["version"] == 1
    run = answer.json()["import_id"]
    assert site.http.post(f"/imports/{run}/revert", json=BODY).status_code == 200


def test_only_what_was_completed_can_be_reverted(site: Site) -> None:
    run = site.upload(HEADER + "IT,Mars,much,1/2/2026,Ada\n").json()["import_id"]
    when(site.http).posts(f"/imports/{run}/revert", json=BODY).refused(
        409, "import_not_completed", import_status="rejected"
    )
    _, path = recorded(site)
    uid = site.http.get(f"{path}/history").json()["data"][0]["stream_id"]
    assert site.http.post(f"/imports/{uid}/revert", json=BODY).status_code == 404


@pytest.mark.parametrize("role", [Role.MEMBER, Role.AUDITOR, Role.ADMINISTRATOR])
def test_the_book_is_corrected_by_operators_only(site: Site, role: Role) -> None:
    source = f"S-{uuid4().hex[:8]}"
    answer = imported(site, source, "1.00")
    (row,) = listed(site, answer, project_name=source)
    someone = Principal(
        user_uid=uuid4(), name="Some One", bank_uid=uuid4(), roles=frozenset({role})
    )
    caller = Caller(site, someone)
    for path in (
        f"/expenses/{row['id']}/correct",
        f"/expenses/{row['uid']}/void",
        f"/imports/{answer.json()['import_id']}/revert",
    ):
        when(caller).posts(path, json=BODY).refused(403, "permission_missing")
    facts = site.http.get(f"/expenses/{row['id']}/history").json()["data"]
    assert len(facts) == 1


def test_what_belongs_to_another_bank_is_not_there(book: RealBook) -> None:
    mine, theirs = uuid4(), uuid4()
    uid = uuid4()
    fact = an_expense(bank_uid=theirs, source="manual")
    book.log.append_blocking(Append(streams=(StreamAppend(uid, 0, (fact,)),), cause=a_cause()))
    change = CorrectExpense(amount=Decimal(1), reason=WHY)
    stranger = a_call(an_administrator_of(mine))
    with pytest.raises(NotFound):
        book.now(book.expenses.correct(uid, change, stranger))
    with pytest.raises(NotFound):
        book.now(book.expenses.correct(1, change, stranger))
    assert book.now(book.expenses.correct(uid, change, a_call())).version == 2


def test_what_follows_from_a_claim_is_left_to_the_ledger(book: RealBook) -> None:
    uid = uuid4()
    fact = an_expense(source=REIMBURSEMENT_SOURCE)
    book.log.append_blocking(Append(streams=(StreamAppend(uid, 0, (fact,)),), cause=a_cause()))
    for attempt in (lambda: book.correct(uid, amount=Decimal(1)), lambda: book.void(uid)):
        with pytest.raises(FollowsFromClaim, match="ledger"):
            attempt()


def first_of(book: RealBook, run: UUID) -> UUID:
    """The stream of the first row that a run recorded."""
    return next(
        each.stream_id for each in book.log.page(0, 10_000).events if each.correlation_id == run
    )


def test_two_corrections_at_once_follow_one_another(book: RealBook) -> None:
    uid = first_of(book, book.import_file([CONTENT]).import_id)

    async def both(*amounts: int, if_version: int | None = None) -> list[Any]:
        changes = [CorrectExpense(amount=Decimal(it), reason=WHY) for it in amounts]
        calls = [
            book.expenses.correct(uid, each, a_call(if_version=if_version)) for each in changes
        ]
        return await asyncio.gather(*calls, return_exceptions=True)

    assert sorted(each.version for each in book.now(both(3, 4))) == [2, 3]
    seen = book.now(both(5, 6, if_version=3))
    assert sorted(isinstance(each, Exception) for each in seen) == [False, True]


@pytest.mark.parametrize("number", range(16))
def test_of_a_correction_and_a_revert_at_once_one_is_refused(book: RealBook, number: int) -> None:
    run = book.import_file([CONTENT]).import_id
    uid = first_of(book, run)

    async def race() -> list[Any]:
        change, revert = CorrectExpense(amount=Decimal(3), reason=WHY), RevertImport(reason=WHY)
        correcting = book.expenses.correct(uid, change, a_call())
        reverting = book.runs.revert(run, revert, a_call())

        async def soon() -> Any:
            for _ in range(number):  # a later start each time
                await asyncio.sleep(0)
            return await reverting

        return await asyncio.gather(correcting, soon(), return_exceptions=True)

    corrected, reverted = book.now(race())
    assert isinstance(corrected, WasReverted) != isinstance(reverted, BuiltOn)
    left = [each.name for each in book.log.stream_blocking(run)]
    assert left[2:] == [
        "import.built_on.v1" if isinstance(reverted, BuiltOn) else "import.reverted.v1"
    ]


def test_what_is_recorded_anew_has_a_uid_that_follows(book: RealBook) -> None:
    runs = []
    for _ in range(3):
        runs.append(book.import_file([CONTENT, CONTENT]).import_id)
        book.revert(runs[-1])
    streams = {
        run: [
            each.stream_id
            for each in book.log.page(0, 1_000, names=["expense.recorded.v2"]).events
            if each.correlation_id == run
        ]
        for run in runs
    }
    for before, after in ((runs[0], runs[1]), (runs[1], runs[2])):
        assert {anew(uid, before) for uid in streams[before]} == {*streams[after]}


def test_a_revert_while_the_file_is_imported_again_sends_it_back(book: RealBook) -> None:
    run = book.import_file([CONTENT]).import_id
    other = book.import_file([CONTENT], source="other").import_id
    known, new = first_of(book, run), uuid4()
    with bulk_append(book.database_url, a_cause(), held_rows=1) as bulk:
        for uid in (known, new):
            bulk.write(uid.hex, "test.noted.v1", "{}")
        bulk.write_ahead()
        book.revert(other)  # nothing here rests on that
        assert bulk.counts() == (1, 1)
        bulk.finish(an_append())
    with bulk_append(book.database_url, a_cause(), held_rows=1) as bulk:
        for uid in (known, uuid4()):
            bulk.write(uid.hex, "test.noted.v1", "{}")
        bulk.write_ahead()
        book.revert(run)
        with pytest.raises(Unavailable, match="reverted meanwhile"):
            bulk.counts()
    outcome = book.import_file([CONTENT])
    assert (outcome.imported, outcome.already_known) == (1, 0)


def test_rows_that_two_files_share_go_with_the_run_that_recorded_them(book: RealBook) -> None:
    another: Content = ("IT", "Mars", Decimal("11.00"), "EUR", date(2026, 1, 2), "Ada")
    first = book.import_file([CONTENT]).import_id
    book.import_file([CONTENT, another])
    book.revert(first)
    book.catch_up(3)
    standing = [(row["amount"], row["standing"]) for row in book.rows("IT")]
    assert standing == [(Decimal(10), "reverted"), (Decimal(11), "recorded")]
    outcome = book.import_file([CONTENT, another])
    assert (outcome.imported, outcome.already_known) == (1, 1)


def test_no_other_read_model_waits_for_a_revert(book: RealBook) -> None:
    run = book.import_file([CONTENT]).import_id
    url = book.database_url
    followers = [Follower(model, url, book.log) for model in (EXPENSES, IMPORTS)]
    with projecting(url, book.log, *followers), psycopg.connect(url) as holder:
        wait_for(url, EXPENSES, book.log.head())
        holder.execute("SELECT FROM read.expenses FOR UPDATE")
        position = book.revert(run).position
        wait_for(url, IMPORTS, position)
        assert checkpoints(url)["expenses"] < position
        holder.rollback()
        wait_for(url, EXPENSES, position)
    assert [row["standing"] for row in book.rows("IT")] == ["reverted"]


def test_a_run_that_corrects_others_keeps_them_from_being_reverted(book: RealBook) -> None:
    run, other = (book.import_file([CONTENT], source=each).import_id for each in ("a", "b"))
    by = uuid4()
    appends, reads = building_on(book.log, [run, other, run], by, "corrected")
    assert {each.stream_id for each in appends} == {run, other}
    assert reads == []
    book.log.append_blocking(Append(streams=tuple(appends), reads=tuple(reads), cause=a_cause()))
    with pytest.raises(BuiltOn) as refusal:
        book.revert(run)
    assert refusal.value.facts == {"by": str(by), "what": "corrected"}
    again = building_on(book.log, [run], uuid4(), "corrected")
    assert again == ([], [StreamRead(run, 3)])


def test_rows_of_a_reverted_run_are_not_corrected_by_another(book: RealBook) -> None:
    run = book.import_file([CONTENT]).import_id
    book.revert(run)
    with pytest.raises(WasReverted):
        building_on(book.log, [run], uuid4(), "corrected")
    assert building_on(book.log, [uuid4()], uuid4(), "corrected")[0] == []
