"""Statements that are handed in: twelve months of a customer, recorded as a whole or not at all."""

import datetime as dt
from decimal import Decimal
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from application.imports.requests import ImportOutcome, ImportRequest
from application.imports.use_cases import Imports
from application.shared.ports import Append, StreamAppend
from application.shared.streams import facts_of, fold
from application.statements.import_kind import KIND
from domain import imports as rules
from domain.customers import CustomerRegistered
from domain.imports import (
    ImportCompleted,
    ImportMode,
    ImportRejected,
    ImportStarted,
    RevertImport,
)
from domain.shared.errors import Invalid, Malformed
from domain.statements import MonthRecorded
from infrastructure.shared.event_log.log import PostgresEventLog
from tests.facts import a_cause, an_administrator_of
from tests.importing import imports_on
from tests.kits import NOW
from tests.sites import Site
from tests.statements import DAYS, NAMES, STATEMENTS, handed, sheet_of, twelve

COMMON_SITE = True

ADA = CustomerRegistered(first_name="Ada", last_name="Byron", date_of_birth=dt.date(1990, 12, 10))
GERMAN = "Monat;Einnahmen;Ausgaben\n" + "".join(
    f"{it:%m.%Y};1.234,50 €;(500,00 €)\n" for it in DAYS
)


@pytest.fixture
def imports(log: PostgresEventLog, database_url: str) -> Imports:
    return imports_on(log, database_url)


def run(imports: Imports, data: bytes | str, customer: UUID, **asking: Any) -> ImportOutcome:
    """Import a statement of a customer who is registered beside it, unless that was done before."""
    request = ImportRequest(
        kind=KIND, source="intake", file_name="a.csv", refers_to={"customer": customer}, **asking
    )
    content = data if isinstance(data, bytes) else data.encode()
    beside = (StreamAppend(customer, 0, (ADA,)),)
    return imports.run(request, BytesIO(content), a_cause(), beside=beside)


def known(log: PostgresEventLog) -> UUID:
    """A customer who is in the book."""
    customer = uuid4()
    append = Append(streams=(StreamAppend(customer, 0, (ADA,)),), cause=a_cause())
    log.append_blocking(append)
    return customer


def again(imports: Imports, data: str, customer: UUID) -> ImportOutcome:
    """Import a statement of a customer who is known."""
    request = ImportRequest(
        kind=KIND, source="intake", file_name="a.csv", refers_to={"customer": customer}
    )
    return imports.run(request, BytesIO(data.encode()), a_cause())


def all_facts(log: PostgresEventLog) -> list[Any]:
    return [each.event() for each in log.page(0, 1_000).events]


def test_twelve_months_and_their_customer_are_one_append(
    imports: Imports, log: PostgresEventLog
) -> None:
    customer = uuid4()
    reading = STATEMENTS.read(handed(GERMAN))
    outcome = run(imports, GERMAN, customer, options=reading.options)
    recorded = all_facts(log)
    assert [type(it) for it in recorded] == [
        *[MonthRecorded] * 12,
        ImportStarted,
        ImportCompleted,
        CustomerRegistered,
    ]
    assert {it.customer_uid for it in recorded[:12]} == {customer}
    assert [(it.month, it.income, it.expenses) for it in recorded[:12]] == [
        (it.month, it.income, it.expenses) for it in reading.months
    ]
    assert (outcome.imported, outcome.read_as["delimiter"]) == (12, ";")


@pytest.mark.parametrize(
    ("data", "code", "faults"),
    [
        (twelve().replace("2026-10", "2026-09"), "not_whole", ["repeated_month", "missing_month"]),
        (twelve().replace("2026-09", "2026-10"), "not_whole", ["repeated_month", "missing_month"]),
        (twelve() + "2026-11,€1,€1\n", "not_whole", ["surplus_month"]),
        (",".join(NAMES) + "\n", "not_whole", ["missing_month"]),
        (twelve(expenses="(€5)"), "not_whole", ["negative_expenses"]),
        (twelve().replace("2026-10", "soon"), "bad_rows", ["unreadable_month"]),
    ],
)
def test_what_is_not_whole_stores_nothing(
    imports: Imports, log: PostgresEventLog, data: str, code: str, faults: list[str]
) -> None:
    with pytest.raises(Invalid) as refusal:
        run(imports, data, uuid4())
    assert (refusal.value.code, [it.code for it in refusal.value.faults]) == (code, faults)
    assert [type(it) for it in all_facts(log)] == [ImportStarted, ImportRejected]


def test_money_that_is_written_as_negative_has_to_be_declared(imports: Imports) -> None:
    with pytest.raises(Invalid) as refusal:
        run(imports, twelve(expenses="(€5)"), uuid4())
    proposal = refusal.value.facts["proposal"]
    assert proposal == {"spending": "negative"}
    assert run(imports, twelve(expenses="(€5)"), uuid4(), options=proposal).imported == 12


@pytest.mark.parametrize("mode", [ImportMode.VALID_ONLY, ImportMode.QUARANTINE])
def test_no_row_of_it_may_be_left_out(imports: Imports, mode: ImportMode) -> None:
    with pytest.raises(Invalid) as refusal:
        run(imports, twelve(), uuid4(), mode=mode)
    assert [(it.pointer, it.code) for it in refusal.value.faults] == [("/mode", "whole_files_only")]


def test_a_workbook_is_recorded_as_it_was_read(imports: Imports, log: PostgresEventLog) -> None:
    book = sheet_of([NAMES, *[[day, 1234.5, 5] for day in DAYS]], {0: "mmm-yy", 1: '"R"0', 2: "0"})
    reading = STATEMENTS.read(handed(book))
    assert run(imports, book, uuid4(), options=reading.options).imported == 12
    assert {(it.income, it.currency) for it in all_facts(log)[:12]} == {(Decimal("1234.50"), "ZAR")}


def test_the_same_statement_again_adds_nothing(imports: Imports, log: PostgresEventLog) -> None:
    customer = known(log)
    again(imports, twelve(), customer)
    second = again(imports, twelve(), customer)
    assert (second.imported, second.already_known) == (0, 12)


def test_other_figures_of_a_month_are_refused(imports: Imports, log: PostgresEventLog) -> None:
    customer = known(log)
    again(imports, twelve(), customer)
    with pytest.raises(Invalid) as refusal:
        again(imports, twelve("€7", first="2026-10"), customer)
    assert [(it.row, it.code, it.got) for it in refusal.value.faults] == [
        (2, "conflicting_month", "2026-10")
    ]
    assert sum(isinstance(it, MonthRecorded) for it in all_facts(log)) == 12


def test_once_its_import_is_reverted_other_figures_are_recorded(
    imports: Imports, log: PostgresEventLog
) -> None:
    customer = known(log)
    first = again(imports, twelve(), customer).import_id
    stream = log.stream_blocking(first)
    state = fold(rules.DECIDER, facts_of(stream))
    revert = rules.decide(state, RevertImport(reason="Another year"), NOW)
    append = StreamAppend(first, len(stream), tuple(revert))
    log.append_blocking(Append(streams=(append,), cause=a_cause()))
    outcome = again(imports, twelve("€7"), customer)
    assert (outcome.imported, outcome.already_known) == (12, 0)
    assert again(imports, twelve("€7"), customer).already_known == 12


def test_the_next_twelve_months_are_added(imports: Imports, log: PostgresEventLog) -> None:
    customer = known(log)
    again(imports, twelve(), customer)
    assert again(imports, twelve(first="2026-11"), customer).imported == 12


def test_months_of_another_customer_are_others(imports: Imports, log: PostgresEventLog) -> None:
    for _ in range(2):
        assert again(imports, twelve(), known(log)).imported == 12


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (twelve() + ("2026-10,€1,€1" + " " * 900 + "\n") * 6_000, "file_too_large"),
        (",".join(NAMES) + "\n" + "2026-10,€1,€1\n" * 10_001, "too_many_rows"),
        (sheet_of([NAMES, *[["Jan", 1, 1]] * 10_001]), "too_many_rows"),
    ],
)
def test_a_file_beyond_its_bounds_is_refused(
    imports: Imports, log: PostgresEventLog, data: bytes | str, code: str
) -> None:
    with pytest.raises(Malformed) as refusal:
        run(imports, data, uuid4(), options={"last_month": "2026-10", "currency": "EUR"})
    assert refusal.value.code == code
    assert [type(it) for it in all_facts(log)] == [ImportStarted, ImportRejected]


# Over HTTP, by operators


def post(client: httpx.Client, data: bytes | str, **fields: str) -> httpx.Response:
    content = data if isinstance(data, bytes) else data.encode()
    given = {"source": "counter", **fields}
    return client.post("/imports/statements", files={"file": ("a.csv", content)}, data=given)


def test_it_is_a_route_for_operators(site: Site) -> None:
    with site.signed_in(an_administrator_of(uuid4())) as stranger:
        assert post(stranger, twelve(), customer=str(uuid4())).status_code == 403
    missing = post(site.http, twelve())
    assert (missing.status_code, missing.json()["errors"][0]["pointer"]) == (422, "/customer")
    unknown = post(site.http, twelve(), customer=str(uuid4()))
    assert unknown.json()["errors"][0]["code"] == "unknown_customer"
