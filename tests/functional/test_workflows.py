"""Going through workflows, on a real log: what follows from each page, and that it follows once."""

import asyncio
import secrets
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from application.shared.services import Services
from application.workflows.use_cases import StepReview, WorkflowInstance, Workflows
from domain.shared.errors import Invalid, NotFound
from domain.workflows.instances import Audience, StepDone, StepNotAwaited
from infrastructure.shared.event_log.log import PostgresEventLog
from tests.facts import a_call
from tests.flowing import CONTACT, LOAN, REQUEST, Desk, asked, by_applicant


@pytest.fixture
def token() -> str:
    return secrets.token_urlsafe(32)


@pytest.fixture
def desk(database_url: str, tmp_path: Path) -> Desk:
    return Desk(database_url, tmp_path)


def names_of(log: PostgresEventLog) -> list[str]:
    return [event.name for event in log.page(0, 1_000).events]


def test_a_page_is_recorded_with_all_that_follows_from_it(
    desk: Desk, token: str, log: PostgresEventLog
) -> None:
    found = desk.submit(token, asked())
    assert [step.name for step in found.awaited] == ["decision"]
    assert (found.of, found.outcome, found.is_late) == (Audience.STAFF, None, False)
    assert found.due_at is not None
    assert round((found.due_at - found.started_at) / timedelta(days=1)) == 5
    assert found.data["budget"] == {"left": Decimal("899.50"), "instalment": Decimal("416.666667")}
    assert found.data["request"]["amount"] == Decimal(20000)
    assert names_of(log) == [
        "workflow.started.v1",
        "workflow.steps_awaited.v1",
        "workflow.step_submitted.v1",
        "workflow.step_submitted.v1",
        *4 * ["workflow.step_performed.v1"],
        "workflow.steps_awaited.v1",
        "workflow.defined.v1",
    ]
    assert len({event.correlation_id for event in log.page(0, 1_000).events}) == 1
    assert desk.instance(token) == found


@pytest.mark.parametrize(
    ("request_", "outcome"),
    [
        ({"amount": "2000"}, "approved"),
        ({"expenses": "3000"}, "declined"),
        ({"expenses": "3000.01", "amount": "600"}, "declined"),
    ],
)
def test_a_branch_leads_to_an_end(
    desk: Desk, token: str, request_: dict[str, str], outcome: str
) -> None:
    found = desk.submit(token, asked(**request_))
    assert (found.outcome, found.awaited) == (outcome, ())


@pytest.mark.parametrize(
    ("decision", "outcome"), [("approve", "approved"), ("decline", "declined")]
)
def test_staff_decide(desk: Desk, token: str, decision: str, outcome: str) -> None:
    found = desk.submit(token, asked())
    desk.review(found, "decision", decision=decision, remark="  looked  at ")
    assert desk.instance(token).outcome == outcome
    assert desk.instance(token).data["decision"] == {"decision": decision, "remark": "looked at"}


def test_to_submit_again_leads_to_nothing(desk: Desk, token: str, log: PostgresEventLog) -> None:
    first = desk.submit(token, asked())
    head = log.head()
    assert desk.submit(token, asked(amount="700")) == first
    desk.review(first, "decision", decision="decline")
    assert desk.submit(token, asked(amount="700")).outcome == "declined"
    desk.review(first, "decision", decision="decline")
    with pytest.raises(StepDone):
        desk.review(first, "decision", decision="approve")
    assert desk.instance(token).outcome == "declined"
    assert log.head() == head + 3  # submitted, performed, ended


def test_two_at_once_have_one_effect(desk: Desk, token: str, log: PostgresEventLog) -> None:
    async def race(workflows: Workflows, services: Services) -> list[WorkflowInstance]:
        return await asyncio.gather(
            *(
                workflows.submit(LOAN, token, asked(amount=amount), {}, by_applicant())
                for amount in ("20000", "30000", "40000", "20000")
            )
        )

    found = desk.do(race)
    assert len({str(one.data) for one in found}) == 1
    assert names_of(log).count("workflow.started.v1") == 1
    assert names_of(log).count("workflow.step_submitted.v1") == 2


def test_everything_wrong_with_a_page_is_told_at_once(
    desk: Desk, token: str, log: PostgresEventLog
) -> None:
    contact = {**CONTACT, "email": "zoe at example", "name": "\u202egnissim", "nick": "Z"}
    request = {"amount": "499.995", "months": "4.5", "income": "1e9", "expenses": " "}
    with pytest.raises(Invalid) as caught:
        desk.submit(token, {"contact": contact, "request": request})
    assert sorted((fault.pointer, fault.code) for fault in caught.value.faults) == [
        ("/contact/email", "not_email"),
        ("/contact/name", "control_character"),
        ("/contact/nick", "unknown_field"),
        ("/request/amount", "out_of_range"),
        ("/request/amount", "out_of_range"),
        ("/request/expenses", "missing"),
        ("/request/income", "not_a_number"),
        ("/request/months", "not_a_number"),
    ]
    assert log.head() == 0


@pytest.mark.parametrize(
    "values",
    [
        {"decision": {"decision": "approve"}},
        {"budget": {"left": "5"}},
        {"nothing": {}},
        {"contact": CONTACT, "request": REQUEST, "decision": {"decision": "approve"}},
        {},
    ],
)
@pytest.mark.parametrize("has_begun", [False, True])
def test_what_is_not_awaited_is_refused(
    desk: Desk,
    token: str,
    values: dict[str, dict[str, str]],
    has_begun: bool,
    log: PostgresEventLog,
) -> None:
    if has_begun:
        desk.submit(token, asked())
    head = log.head()
    if "budget" in values and has_begun:
        desk.submit(token, values)  # it is done
    else:
        with pytest.raises((StepNotAwaited, Invalid)):
            desk.submit(token, values)
    assert log.head() == head


def test_a_link_leads_to_its_own_workflow_only(desk: Desk, token: str) -> None:
    found = desk.submit(token, asked())
    for use in (
        lambda: desk.submit(token, asked(), name="customer-cashflow"),
        lambda: desk.submit(token, asked(), name="no-such-workflow"),
        lambda: desk.instance(secrets.token_urlsafe(32)),
        lambda: desk.instance(found.uid.hex),
        lambda: desk.instance(str(found.uid)),
        lambda: desk.submit("guess", asked()),
    ):
        with pytest.raises(NotFound):
            use()


def test_staff_do_not_submit_what_is_asked_of_others(desk: Desk, token: str) -> None:
    found = desk.submit(token, asked())
    with pytest.raises(StepNotAwaited):
        desk.review(found, "nothing", decision="approve")
    with pytest.raises(Invalid):
        desk.review(found, "decision", decision="perhaps")


def test_the_token_is_nowhere(
    desk: Desk, token: str, database_url: str, every_text: Callable[[str], str]
) -> None:
    desk.submit(token, asked())
    assert "Zo\u00eb Ndiaye" in every_text(database_url)
    assert token not in every_text(database_url)


@pytest.fixture
def every_text() -> Callable[[str], str]:
    def told(database_url: str) -> str:
        events = PostgresEventLog(database_url)
        try:
            return "".join(
                str(event) + event.payload.decode() for event in events.page(0, 1_000).events
            )
        finally:
            events.close()

    return told


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": "9" * 1_000_000},
        {"amount": "1e999999999"},
        {"amount": "NaN"},
        {"amount": 0.1},
        {"amount": True},
        {"amount": "9" * 30},
        {"amount": "0." + "1" * 18},
        {"months": "9" * 5_000},
        {"months": 2**70},
        {"income": {"a": ["b"]}},
        {"income": None},
        {"x" * 100_000: "1"},
        {"../../etc": "~/~1"},
    ],
)
def test_values_out_of_all_proportion_are_refused(
    desk: Desk, token: str, log: PostgresEventLog, wrong: dict[str, Any]
) -> None:
    with pytest.raises(Invalid) as caught:
        desk.submit(token, {"contact": CONTACT, "request": {**REQUEST, **wrong}})
    assert caught.value.faults
    assert len(str(caught.value.faults)) < 5_000
    assert log.head() == 0


@pytest.mark.parametrize("name", ["x" * 10_000_000, ["deep"], {"a": "b"}, 7, "\ud800", "a\0b"])
def test_texts_that_are_none_are_refused(desk: Desk, token: str, name: Any) -> None:
    with pytest.raises(Invalid) as caught:
        desk.submit(token, {"contact": {**CONTACT, "name": name}, "request": REQUEST})
    assert [fault.pointer for fault in caught.value.faults] == ["/contact/name"]


def test_numbers_stay_exact_however_small_their_divisor(desk: Desk, token: str) -> None:
    small = {"income": "0." + "0" * 17 + "2", "expenses": "0." + "0" * 17 + "1"}
    found = desk.submit(token, asked(**small))
    assert found.data["share"] == {"of_what_is_left": Decimal(416666667) * 10**12}
    assert [step.name for step in found.awaited] == ["decision"]


def test_two_of_the_staff_at_once_do_not_both_decide(
    desk: Desk, token: str, log: PostgresEventLog
) -> None:
    found = desk.submit(token, asked())

    async def race(workflows: Workflows, _: Services) -> list[Any]:
        reviews = [
            StepReview(step="decision", values={"decision": decision})
            for decision in ("approve", "decline", "approve", "decline")
        ]
        return await asyncio.gather(
            *(workflows.review(found.uid, review, a_call()) for review in reviews),
            return_exceptions=True,
        )

    outcomes = desk.do(race)
    assert sum(isinstance(one, StepDone) for one in outcomes) == 2
    assert names_of(log).count("workflow.ended.v1") == 1
