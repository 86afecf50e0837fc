"""`daybook workflows`: what is wrong with documents, and how they look."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from interfaces.cli import main
from tests.facts import a_call
from tests.flowing import Desk
from tests.processes import free_port, with_logins

GOOD = """
name: visit
version: 1
title: A visit
steps:
  - {name: wish, type: form, title: Wish, inputs: {properties: {day: {type: string, title: Day}}}}
"""


def daybook(*arguments: str, **environment: str) -> Result:
    return CliRunner().invoke(main, ["workflows", *arguments], env=environment)


@pytest.fixture
def document(tmp_path: Path) -> Path:
    path = tmp_path / "own" / "visit.yaml"
    path.parent.mkdir()
    path.write_text(GOOD)
    return path


def test_what_is_served_is_listed_and_drawn(document: Path) -> None:
    own = str(document.parent)
    listed = daybook("list", DAYBOOK_WORKFLOWS_FOLDER=own)
    assert listed.output.split()[:3] == ["customer-cashflow", "1", "Twelve"]
    assert "visit" in listed.output
    drawn = daybook("graph", "visit", DAYBOOK_WORKFLOWS_FOLDER=own)
    assert drawn.output.splitlines() == [
        "flowchart TD",
        '    wish_step[/"Wish"/]',
        '    completed_outcome(("completed"))',
        "    wish_step --> completed_outcome",
    ]
    unknown = daybook("graph", "vist", DAYBOOK_WORKFLOWS_FOLDER=own)
    assert (unknown.exit_code, "no workflow 'vist'" in unknown.output) == (1, True)


def test_every_wrong_document_is_told(document: Path) -> None:
    assert daybook("lint").output == "2 in order.\n"
    assert daybook("lint", str(document.parent)).output == "1 in order.\n"
    document.write_text(GOOD.replace("type: form", "type: fern"))
    document.with_name("worse.yml").write_text("[")
    wrong = daybook("lint", str(document.parent))
    assert wrong.exit_code == 1
    first, second = wrong.output.splitlines()
    assert first.startswith(f"{document}:6: /steps/0/type: one of branch, chart")
    assert second.startswith(f"{document.with_name('worse.yml')}:1: /: it is not YAML")
    assert daybook("list", DAYBOOK_WORKFLOWS_FOLDER=str(document.parent)).exit_code == 1


def test_documents_are_held_against_the_log(
    document: Path, database_url: str, tmp_path: Path
) -> None:
    desk = Desk(database_url, tmp_path, document.parent)
    desk.do(lambda workflows, _: workflows.begin(a_call()))
    assert daybook("lint", str(document), DATABASE_URL=database_url).exit_code == 0
    document.write_text(GOOD.replace("A visit", "Another visit"))
    wrong = daybook("lint", str(document), DATABASE_URL=database_url)
    assert wrong.exit_code == 1
    assert wrong.output.startswith(f"{document}:3: /version: ")
    assert "raise its version" in wrong.output


@pytest.mark.parametrize("command", ["api", "up"])
def test_nothing_starts_with_a_wrong_document(
    document: Path, database_url: str, tmp_path: Path, command: str
) -> None:
    document.write_text(GOOD.replace("title: Wish", "titel: Wish"))
    settings = {
        "DAYBOOK_HOME": str(tmp_path / "home"),
        "DAYBOOK_PORT": str(free_port()),
        "DATABASE_URL": database_url,
        "REDIS_URL": "redis://127.0.0.1:1",
        "DAYBOOK_WORKFLOWS_FOLDER": str(document.parent),
    }
    refused = CliRunner().invoke(main, [command], env=with_logins(settings))
    assert refused.exit_code == 1, refused.output
    assert f"Error: {document}:6: /steps/0/" in refused.output
