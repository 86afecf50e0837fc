"""A form and a file on one page: a customer, their twelve months and the instance in one append, or nothing of it."""

import asyncio
import secrets
from pathlib import Path
from typing import Any

import msgspec
import pytest

from application.shared.services import Services
from application.workflows.ports import UploadedFile
from application.workflows.use_cases import Workflows
from domain.shared.errors import DaybookError, Invalid
from infrastructure.shared.event_log.log import PostgresEventLog
from tests.flowing import Desk, by_applicant

NAME = "customer-cashflow"
DETAILS = {"first_name": " Zoë ", "last_name": "Nguyễn  Thị", "date_of_birth": "1990-12-31"}


def statement(months: int = 12, first: str = "€19770.00") -> UploadedFile:
    """A file of so many months of 2025."""
    rows = [
        f"2025-{month:02},{first if month == 1 else '€2500.00'},€1800.50"
        for month in range(1, months + 1)
    ]
    text = "\n".join(["month,income,expenses", *rows])
    return UploadedFile(name="my months.csv", data=text.encode())


@pytest.fixture
def desk(database_url: str, tmp_path: Path) -> Desk:
    return Desk(database_url, tmp_path)


@pytest.fixture
def token() -> str:
    return secrets.token_urlsafe(32)


def submit(desk: Desk, token: str, file: UploadedFile | None = None, **details: str) -> Any:
    files = {} if file is None else {"statement": file}
    return desk.submit(token, {"details": {**DETAILS, **details}}, NAME, files)


def test_all_of_a_page_is_one_append(desk: Desk, token: str, log: PostgresEventLog) -> None:
    found = submit(desk, token, statement())
    events = log.page(0, 100).events
    names = [event.name for event in events]
    assert names.count("statement.month_recorded.v1") == 12
    assert names.count("customer.registered.v1") == 1
    assert {event.correlation_id for event in events} == {found.imports["statement"]}
    customer = found.recorded["details"]["customer"]
    assert f"{customer}" in str([event.payload for event in events if "month" in event.name])
    assert found.outcome == "completed"
    assert found.data["details"] == {
        "first_name": "Zoë",
        "last_name": "Nguyễn Thị",
        "date_of_birth": "1990-12-31",
    }
    assert found.data["statement"] == {"file_name": "my months.csv"}


def test_who_somebody_is_stands_in_the_log_once(
    desk: Desk, token: str, log: PostgresEventLog
) -> None:
    submit(desk, token, statement())
    holding = [event.name for event in log.page(0, 100).events if "Nguy" in event.payload.decode()]
    assert holding == ["customer.registered.v1"]


@pytest.mark.parametrize(
    ("file", "details"),
    [
        (statement(months=11), {}),
        (statement(first="much"), {}),
        (UploadedFile(name="a.xlsx", data=b"PK\3\4 no workbook"), {}),
        (None, {}),
        (statement(), {"date_of_birth": "2090-01-01"}),
        (statement(), {"date_of_birth": "1850-01-01"}),
        (statement(), {"first_name": "x" * 101}),
        (statement(), {"last_name": ""}),
    ],
)
def test_nothing_is_half_recorded(
    desk: Desk,
    token: str,
    log: PostgresEventLog,
    file: UploadedFile | None,
    details: dict[str, str],
) -> None:
    with pytest.raises(DaybookError) as caught:
        submit(desk, token, file, **details)
    if details:
        (pointer,) = details
        assert isinstance(caught.value, Invalid)
        assert [fault.pointer for fault in caught.value.faults] == [f"/details/{pointer}"]
    names = {event.name.rpartition(".")[0] for event in log.page(0, 100).events}
    assert names <= {"import.started", "import.rejected"}
    found = submit(desk, token, statement())  # the same link is still good
    assert found.outcome == "completed"


def test_pressing_twice_has_one_effect(desk: Desk, token: str, log: PostgresEventLog) -> None:
    async def race(workflows: Workflows, _: Services) -> list[Any]:
        details, files = {"details": DETAILS}, {"statement": statement()}
        calls = [by_applicant() for _ in range(4)]
        return await asyncio.gather(
            *(workflows.submit(NAME, token, details, files, call) for call in calls)
        )

    found = desk.do(race)
    assert len({one.imports["statement"] for one in found}) == 1
    again = submit(desk, token, statement(first="€1.00"), first_name="Somebody else")
    assert again == found[0]
    names = [event.name for event in log.page(0, 1_000).events]
    assert names.count("customer.registered.v1") == 1
    assert names.count("statement.month_recorded.v1") == 12
    assert names.count("workflow.ended.v1") == 1


def test_the_name_of_a_file_is_told_without_what_cannot_be_seen(
    desk: Desk, token: str, log: PostgresEventLog
) -> None:
    name = "my\r\nBcc: months\0\u202e.csv" + "x" * 1_000
    found = submit(desk, token, msgspec.structs.replace(statement(), name=name))
    assert found.data["statement"]["file_name"][:20] == "myBcc: months.csvxxx"
    assert len(found.data["statement"]["file_name"]) == 200
    assert b"\\u0000" not in b"".join(event.payload for event in log.page(0, 100).events)


def test_options_are_told_by_their_step(desk: Desk, token: str, log: PostgresEventLog) -> None:
    file = msgspec.structs.replace(statement(), options={"sheet": "a\0b"})
    with pytest.raises(Invalid) as caught:
        submit(desk, token, file)
    (fault,) = caught.value.faults
    assert (fault.pointer, fault.code) == ("/statement/sheet", "control_character")
    assert log.head() == 0
