"""What an installation adds: a workflow by one document, a type of step by one class in one file, a new version."""

import secrets
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import application
from domain.shared.errors import Invalid, Malformed, NotFound
from domain.workflows.definitions import WorkflowDiffers
from infrastructure.shared.event_log.log import PostgresEventLog
from tests.facts import a_call
from tests.flowing import Desk

MORE = Path(__file__).parents[1] / "more_steps" / "application"
ROOT = Path(__file__).parents[2]
VISIT = """
name: visit
version: 1
title: A visit
steps:
  - name: wish
    type: form
    title: Your wish
    inputs: {properties: {people: {type: integer, title: People, minimum: 1}}, required: [people]}
  - name: names
    type: form
    title: Who comes
    when: {properties: {wish: {properties: {people: {minimum: 3}}}}}
    inputs: {properties: {names: {type: string, title: Names}}}
"""
CONSENT = """
  - {name: rules, type: consent, title: The rules, text: I keep to the rules of the house.}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "own"
    made.mkdir()
    (made / "visit.yaml").write_text(VISIT)
    return made


@pytest.fixture
def token() -> str:
    return secrets.token_urlsafe(32)


@pytest.fixture
def consent() -> Iterator[None]:
    """The file lies where the types of steps lie."""
    application.__path__.append(str(MORE))
    yield
    application.__path__.remove(str(MORE))
    sys.modules.pop("application.consent", None)


def test_a_workflow_is_added_by_one_document(
    database_url: str, tmp_path: Path, folder: Path, token: str
) -> None:
    desk = Desk(database_url, tmp_path, folder)
    names = desk.do(lambda workflows, _: _names(workflows))
    assert names == ["visit", "loan-pre-check", "customer-cashflow"]
    few = desk.submit(token, {"wish": {"people": "2"}}, "visit")
    assert (few.skipped, few.outcome) == (("names",), "completed")
    other = secrets.token_urlsafe(32)
    many = desk.submit(other, {"wish": {"people": "3"}}, "visit")
    assert [step.name for step in many.awaited] == ["names"]
    done = desk.submit(other, {"names": {"names": "Ada, Bo, Cy"}}, "visit")
    assert (done.outcome, done.data["wish"]) == ("completed", {"people": 3})


async def _names(workflows: object) -> list[str]:
    return [one.name for one in workflows.current()]  # type: ignore[attr-defined]


@pytest.mark.usefixtures("consent")
def test_a_type_of_step_is_added_by_one_class_in_one_file(
    database_url: str, tmp_path: Path, folder: Path, token: str
) -> None:
    (folder / "visit.yaml").write_text(VISIT + CONSENT)
    desk = Desk(database_url, tmp_path, folder)
    found = desk.submit(token, {"wish": {"people": "1"}}, "visit")
    assert [step.name for step in found.awaited] == ["rules"]
    with pytest.raises(Invalid) as caught:
        desk.submit(token, {"rules": {"agreed": "no"}}, "visit")
    assert [fault.pointer for fault in caught.value.faults] == ["/rules/agreed"]
    done = desk.submit(token, {"rules": {"agreed": "on"}}, "visit")
    assert (done.outcome, done.data["rules"]) == ("completed", {"agreed": True})


def test_without_that_file_the_document_is_refused(
    database_url: str, tmp_path: Path, folder: Path
) -> None:
    (folder / "visit.yaml").write_text(VISIT + CONSENT)
    with pytest.raises(Malformed, match=r"visit\.yaml:\d+: /steps/2/type: one of branch, "):
        Desk(database_url, tmp_path, folder).instance("")


def test_an_instance_stays_with_its_version(
    database_url: str, tmp_path: Path, folder: Path, token: str
) -> None:
    desk = Desk(database_url, tmp_path, folder)
    desk.submit(token, {"wish": {"people": "3"}}, "visit")
    (folder / "visit.yaml").write_text(
        VISIT.replace("version: 1", "version: 2").replace("Names", "Their names")
    )
    begun = desk.submit(other := secrets.token_urlsafe(32), {"wish": {"people": "3"}}, "visit")
    assert begun.workflow.version == 2
    (folder / "visit.yaml").unlink()
    for each, title in ((token, "Names"), (other, "Their names")):
        (step,) = desk.instance(each).awaited
        assert step.inputs["properties"]["names"]["title"] == title
        assert desk.submit(each, {"names": {"names": "Ada"}}, "visit").outcome == "completed"
    with pytest.raises(NotFound):
        desk.submit(secrets.token_urlsafe(32), {"wish": {"people": "3"}}, "visit")


def test_another_document_under_a_version_that_was_used_is_not_served(
    database_url: str, tmp_path: Path, folder: Path, token: str, log: PostgresEventLog
) -> None:
    desk = Desk(database_url, tmp_path, folder)
    begin = lambda workflows, _: workflows.begin(a_call())  # noqa: E731
    assert list(desk.do(begin)) == []
    head = log.head()
    assert list(desk.do(begin)) == []
    (folder / "visit.yaml").write_text(VISIT.replace("minimum: 1", "minimum: 2"))
    with pytest.raises(WorkflowDiffers, match="raise its version"):
        desk.submit(token, {"wish": {"people": "3"}}, "visit")
    (trouble,) = desk.do(begin)
    assert isinstance(trouble, WorkflowDiffers)

    async def offered(workflows: object, _: object) -> list[str]:
        await workflows.begin(a_call())  # type: ignore[attr-defined]
        return await _names(workflows)

    assert desk.do(offered) == ["loan-pre-check", "customer-cashflow"]
    assert log.head() == head
