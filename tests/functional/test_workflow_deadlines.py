"""What nobody does in time: noted once, told to operators, and gone on from where the workflow says so."""

import secrets
from pathlib import Path

import pytest

from application.policies import POLICIES, planned
from application.shared.reactions.ports import NotYet, Reaction
from application.workflows.use_cases import WorkflowInstance
from infrastructure.shared.event_log.log import PostgresEventLog
from tests.flowing import Desk, asked

WAITING = """
name: patience
version: 1
title: Patience
steps:
  - {name: ask, type: form, title: Ask, inputs: {properties: {what: {type: string, title: What}}}}
  - {name: answer, type: review, title: Answer it, days: 3, decisions: [{name: done, title: Done}]}
"""


@pytest.fixture
def desk(database_url: str, tmp_path: Path) -> Desk:
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "patience.yaml").write_text(WAITING)
    return Desk(database_url, tmp_path, folder)


def watch_of(log: PostgresEventLog) -> Reaction:
    """What was planned when the step came to be awaited."""
    records = [event.decoded() for event in log.page(0, 1_000).events]
    found = [one for record in records for one in planned(POLICIES, record)]
    (watch,) = [one for one in found if one.kind == "watch_deadline"]
    return watch


def mails(desk: Desk, log: PostgresEventLog, found: WorkflowInstance) -> list[str]:
    """The subjects of the mails that follow from each event, in order."""
    return [
        notice.subject
        for event in log.page(0, 1_000).events
        for notice in desk.later(0, lambda them, at=event.position: them.at(found.uid, at))  # type: ignore[misc]
        if planned([one for one in POLICIES if one.kind == "mail_notices"], event.decoded())
    ]


def test_what_is_late_goes_on_where_the_step_says(desk: Desk, log: PostgresEventLog) -> None:
    token = secrets.token_urlsafe(32)
    found = desk.submit(token, asked())
    watch = watch_of(log)
    with pytest.raises(NotYet) as early:
        desk.later(4.9, lambda notices: notices.watch(watch))
    assert 0 < early.value.after_s <= 0.1 * 86_400
    with pytest.raises(NotYet) as early:
        desk.later(0, lambda notices: notices.watch(watch))
    assert early.value.after_s == 86_400
    for _ in range(2):
        desk.later(5.1, lambda notices: notices.watch(watch))
    ended = desk.instance(token)
    assert (ended.outcome, ended.awaited, "decision" in ended.data) == ("declined", (), False)
    assert mails(desk, log, found) == [
        "A loan pre-check waits",
        "Late: Loan pre-check",
        "Your loan pre-check",
    ]


def test_without_a_way_it_waits_on_and_says_so_once(desk: Desk, log: PostgresEventLog) -> None:
    token = secrets.token_urlsafe(32)
    found = desk.submit(token, {"ask": {"what": "When?"}}, name="patience")
    watch = watch_of(log)
    for days in (3.1, 3.2, 30):
        desk.later(days, lambda notices: notices.watch(watch))
    late = desk.instance(token)
    assert late.is_late
    assert [step.name for step in late.awaited] == ["answer"]
    assert mails(desk, log, found) == ["Late: Patience"]
    desk.review(late, "answer", decision="done")
    assert desk.instance(token).outcome == "completed"


def test_the_end_that_a_late_step_leads_to_is_its_own(
    database_url: str, tmp_path: Path, log: PostgresEventLog
) -> None:
    folder = tmp_path / "own"
    folder.mkdir()
    late = WAITING.replace("days: 3,", "days: 3, overdue: end, outcome: forgotten,")
    (folder / "patience.yaml").write_text(late)
    desk, token = Desk(database_url, tmp_path, folder), secrets.token_urlsafe(32)
    desk.submit(token, {"ask": {"what": "When?"}}, name="patience")
    watch = watch_of(log)
    desk.later(3.1, lambda notices: notices.watch(watch))
    assert desk.instance(token).outcome == "forgotten"


def test_what_was_done_in_time_is_never_late(desk: Desk, log: PostgresEventLog) -> None:
    token = secrets.token_urlsafe(32)
    found = desk.submit(token, asked())
    watch = watch_of(log)
    desk.review(found, "decision", decision="approve")
    head = log.head()
    desk.later(6, lambda notices: notices.watch(watch))
    assert log.head() == head
