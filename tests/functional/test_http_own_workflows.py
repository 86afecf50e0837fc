"""Workflows of an installation's own on pages: more than one page, and a file that is not on the first."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from infrastructure.embedded.postgres import PostgresServer
from infrastructure.embedded.valkey import ValkeyServer
from tests.sites import Site, a_site
from tests.statements import twelve
from tests.visiting import Visitor

COMMON_SITE = True

GRANT = """
name: grant
version: 1
title: A grant
steps:
  - name: wish
    type: form
    title: Your wish
    inputs: {properties: {people: {type: integer, title: People}}, required: [people]}
  - name: details
    type: form
    page: papers
    title: About you
    records: customer
    inputs:
      properties:
        first_name: {type: string, title: First name}
        last_name: {type: string, title: Last name}
        date_of_birth: {type: string, format: date, title: Date of birth}
      required: [first_name, last_name, date_of_birth]
  - {name: figures, type: file, page: papers, title: Your figures, import: statements}
  - name: thanks
    type: form
    title: Anything else
    inputs: {properties: {remark: {type: string, title: Remark, maxLength: 300}}}
"""
WISH = {"wish.people": "3"}
ADA = {
    "details.first_name": "Ada",
    "details.last_name": "Holm",
    "details.date_of_birth": "1990-12-31",
}


@pytest.fixture(scope="module")
def site(
    postgres: PostgresServer, valkey: ValkeyServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """A Daybook with a workflow of its own."""
    folder: Path = tmp_path_factory.mktemp("own")
    (folder / "grant.yaml").write_text(GRANT)
    more = {"DAYBOOK_WORKFLOWS_FOLDER": str(folder)}
    with a_site(postgres, valkey, tmp_path_factory.mktemp("site"), **more) as running:
        yield running


@pytest.fixture
def visitor(site: Site) -> Iterator[Visitor]:
    """Somebody with the second page open."""
    with Visitor(site) as somebody:
        somebody.open("/workflows/grant/new")
        somebody.open(somebody.send(WISH).headers["location"])
        yield somebody


def test_a_later_page_that_is_sent_again_leads_to_where_the_instance_is(visitor: Visitor) -> None:
    papers = visitor.page
    first = visitor.send(ADA, {"figures": ("s.csv", twelve().encode())})
    assert first.status_code == 303, visitor.page
    visitor.open(first.headers["location"])
    thanks = visitor.page
    assert "Remark" in thanks
    for content in (twelve().encode(), b"x" * 100_000, b"x" * 6_000_000, b""):
        visitor.page = papers
        again = visitor.send(ADA, {"figures": ("s.csv", content)})
        assert (again.status_code, again.headers["location"]) == (303, first.headers["location"])
    visitor.page = thanks
    assert visitor.send({"thanks.remark": "None"}).status_code == 303
    for page, values in ((thanks, {"thanks.remark": "x" * 5_000}), (papers, ADA)):
        visitor.page = page
        over = visitor.send(values, {"figures": ("s.csv", b"x" * 100_000)})
        assert (over.status_code, over.headers["location"]) == (303, first.headers["location"])
    assert visitor.open(first.headers["location"]).status_code == 200
    assert "Completed" in visitor.page


def test_a_page_that_is_over_is_taken_from_its_own_page_only(visitor: Visitor) -> None:
    papers = visitor.page
    visitor.send(ADA, {"figures": ("s.csv", twelve().encode())})
    visitor.page = papers
    assert visitor.send({**ADA, "seal": "0" * 64}).status_code == 403


def test_a_page_that_is_awaited_is_held_to_its_fields(visitor: Visitor) -> None:
    papers = visitor.page
    assert visitor.send({**ADA, "details.admin": "yes"}).status_code == 400
    visitor.page = papers
    answer = visitor.send({**ADA, "details.last_name": "x" * 5_000})
    assert answer.status_code == 413
    assert visitor.errors() == ["Last name: it is longer than 4,096 bytes"]


def test_the_links_of_a_file_that_is_not_on_the_first_page_lead_somewhere(visitor: Visitor) -> None:
    papers = visitor.page
    (template,) = re.findall('href="([^"]+template.xlsx)"', papers)
    assert visitor.open(template).content.startswith(b"PK")
    wrong = twelve().replace("60.50", "abc", 1)
    assert visitor.send(ADA, {"figures": ("s.csv", wrong.encode())}).status_code == 422
    (marked,) = re.findall('href="([^"]+errors.xlsx)"', visitor.page)
    assert visitor.open(marked).content.startswith(b"PK")
    assert visitor.open("/workflows/loan-pre-check/template.xlsx").status_code == 404
