"""Documents of workflows: what they may say, where what is wrong with them stands, and what comes of them."""

import json
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from application.workflows.diagrams import diagram
from application.workflows.formats import SIMPLE_PATTERN
from application.workflows.step_types import step_types
from domain.shared.errors import Malformed
from domain.workflows.definitions import workflow_of, written
from infrastructure.shared.settings import read_settings
from infrastructure.workflows.composition import SHIPPED, build_linter, offered
from infrastructure.workflows.documents import documents, read_document
from infrastructure.workflows.schemas import JsonSchemas
from interfaces.cli import main

ROOT = Path(__file__).parents[2]
DOCS = (ROOT / "docs/workflows.md").read_text(encoding="utf-8")

GOOD = """\
name: visit
version: 1
title: A visit
steps:
  - name: wish
    type: form
    title: Your wish
    inputs:
      properties:
        day: {type: string, format: date, title: Day}
        people: {type: integer, title: People, minimum: 1}
        email: {type: string, format: email, title: E-mail}
        note: {type: string, title: Note}
      required: [day]
  - name: many
    type: branch
    title: Are there many?
    cases:
      - {when: {properties: {wish: {properties: {people: {minimum: 10}}}}}, next: look}
    otherwise: thanks
  - name: look
    type: review
    title: Look at it
    days: 2
    decisions:
      - {name: fine, title: Fine}
  - name: thanks
    type: notify
    title: Thanks
    to: /wish/email
    subject: Thank you
    text: See you on {/wish/day}.
"""


def told(tmp_path: Path, text: str | bytes) -> str:
    """What is said of a document."""
    path = tmp_path / "visit.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(Malformed) as caught:
        build_linter().workflow(read_document(path))
    return caught.value.detail.replace(str(path), "visit.yaml")


def test_a_good_document_is_a_workflow(tmp_path: Path) -> None:
    path = tmp_path / "visit.yaml"
    path.write_text(GOOD)
    found = build_linter().workflow(read_document(path))
    assert [step.name for step in found.steps] == ["wish", "many", "look", "thanks"]
    assert workflow_of(found.document) == found


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("name: visit", "nam: visit", 1, "/nam: there is no 'nam' here; did you mean 'name'?"),
        ("version: 1", "version: 0", 2, "/version: 1 or more was expected, got 0"),
        ("version: 1", "version: 1.0", 2, "/version: "),
        ("name: visit", "name: Visit us", 1, "/name: a text of the form"),
        ("type: form", "type: from", 6, "/steps/0/type: one of branch, chart, file, form"),
        ("    title: Your wish\n", "", 5, "/steps/0/title: 'title' is missing"),
        ("otherwise: thanks", "otherwise: thank", 20, "/steps/1/otherwise: there is no step 'thank'"),
        ("otherwise: thanks", "otherwise: wish", 20, "/steps/1/otherwise: 'wish' does not come after"),
        ("otherwise: thanks", "", 15, "/steps/1/otherwise: 'otherwise' is missing"),
        ("next: look}", "next: thanks}", 21, "/steps/2: nothing leads to the step 'look'"),
        ("people: {minimum", "folk: {minimum", 19, "'wish' has no field 'folk'"),
        ("{wish: {properties", "{wich: {properties", 19, "a step 'wich' before this one; did you mean 'wish'?"),
        ("minimum: 1}", "minimun: 1}", 11, "there is no 'minimun' here; did you mean 'minimum'?"),
        ("{type: integer, ", "{type: object, ", 11, "one of string, integer, number, boolean"),
        ("required: [day]", "required: [days]", 14, "/steps/0/inputs/required: there is no field 'days'"),
        ("to: /wish/email", "to: /wish/mail", 30, "/steps/3/to: 'wish' has no field 'mail'"),
        ("{/wish/day}", "{/wish/dya}", 32, "/steps/3/text: 'wish' has no field 'dya'"),
        ("{/wish/day}", "{/wish/note}", 32, "/steps/3/text: the words of /wish/note would go to an address"),
        ("{/wish/day}", "{/wish/email}", 32, "/steps/3/text: the words of /wish/email would go to an address"),
        ("name: thanks", "name: wish", 27, "/steps/3/name: there is a step 'wish' before it"),
        ("name: thanks", "name: end", 27, "/steps/3/name: 'end' is where"),
        ("name: fine,", "name: fine, next: nowhere,", 26, "/steps/2/decisions/0/next: there is no step"),
        ("    days: 2", "    overdue: thanks", 24, "/steps/2/overdue: it is never late"),
        ("{type: string, title: Note}", "{$ref: 'http://127.0.0.1:9/x'}", 13, "there is no '$ref' here"),
        ("title: Note", "title: Note, enum: ['1', yes]", 13, "true or false is no string; as a text it needs quotes"),
        ("minimum: 1}", "enum: [1, '2']}", 11, "/steps/0/inputs/properties/people: 2 is no integer"),
        ("title: Note", "title: Note, pattern: '^(a+)+$'", 13, "a text of the form"),
        ("title: Note", "title: Note, pattern: '^a$', maxLength: 500", 13, "200 or less was expected"),
        ("title: Note", "title: Note, default: &x {a: *x}", 13, "grows too large by its aliases"),
        ("title: A visit", "title: !!python/object:os.system x", 3, "the tag"),
        ("title: A visit", "title: A visit\ntitle: Another", 4, "the member 'title' is there twice"),
        ("title: A visit", "title: [unclosed", 4, "it is not YAML"),
        ("title: A visit", 'title: "\\ud800"', 3, "/title: a character of it is half of one"),
        ("title: A visit", "title: .nan", 3, "is not a number here"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_by_line_and_pointer(
    tmp_path: Path, old: str, new: str, line: int, said: str
) -> None:
    assert GOOD.count(old) == 1
    found = told(tmp_path, GOOD.replace(old, new))
    assert said in found
    assert re.search(rf"^visit\.yaml:{line}: ", found, re.MULTILINE), found


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"", "a mapping"),
        (b"- 1", "a mapping"),
        (b"\xff\xfe", "not UTF-8"),
        (b"a: \0", "not YAML"),
        (b"a: " + b"[" * 100_000, "more than 32 levels"),
        (b"a: 1\n" * 60_000, "more than 262144 bytes"),
        (b"a: &a [" + b"x," * 90 + b"]\nb: &b [" + b"*a," * 90 + b"]\nc: [" + b"*b," * 90 + b"]", "aliases"),
        (b"a: " + b"9" * 5_000, "not a number"),
        (b"? [1]\n: 2", "a name was expected"),
    ],
)  # fmt: skip
def test_hostile_documents_are_refused(tmp_path: Path, text: bytes, said: str) -> None:
    assert said in told(tmp_path, text)


@pytest.mark.parametrize(
    "pattern", ["^[A-Z]{2}[0-9]{6}$", r"^\d{4}-\d{2}$", "^[a-z]+$", "^a?b*c{1,3}$", "^$"]
)
def test_simple_patterns_may_be_asked_for(pattern: str) -> None:
    assert re.search(SIMPLE_PATTERN, pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        *("a", "^a", "^(a|b)$", "^(a+)+$", "^a*a*a*a*$", "^.*.*.*.*x$", r"^(a)\1$"),
        *("^a{1,9}{1,9}$", "^[[:alpha:]]+$", "^(?=a)$", "^a|b$", "^\\$"),
    ],
)
def test_patterns_that_could_cost_much_may_not(pattern: str) -> None:
    assert not re.search(SIMPLE_PATTERN, pattern)


def test_references_are_never_followed() -> None:
    schema = {"$ref": "http://127.0.0.1:9/schema.json"}
    with pytest.raises(Exception, match="Unresolvable"):
        JsonSchemas().holds(schema, {})


def test_the_published_form_is_that_of_the_code() -> None:
    """`daybook workflows schema > docs/workflow.schema.json` writes it anew."""
    pinned = (ROOT / "docs/workflow.schema.json").read_text(encoding="utf-8")
    assert CliRunner().invoke(main, ["workflows", "schema"]).output == pinned
    Draft202012Validator.check_schema(json.loads(pinned))


@pytest.mark.parametrize("workflow", offered(read_settings({})), ids=lambda one: one.name)
def test_the_diagrams_in_the_documents_are_those_of_the_code(workflow: Any) -> None:
    """`daybook workflows graph NAME` prints it."""
    assert f"```mermaid\n{diagram(workflow, step_types())}\n```" in DOCS


def test_every_document_in_the_documents_is_in_order(tmp_path: Path) -> None:
    examples = re.findall(r"```yaml\n(name:.*?)```", DOCS, re.DOTALL)
    assert len(examples) >= 1
    for text in examples:
        path = tmp_path / "example.yaml"
        path.write_text(text)
        build_linter().workflow(read_document(path))


def test_documents_say_the_same_however_they_are_read(tmp_path: Path) -> None:
    """What was recorded of a document is compared with it as text: reading and writing it changes nothing."""
    for document in documents(SHIPPED):
        text = written(document.values)
        assert written(msgspec.json.decode(text)) == text


def test_two_documents_of_one_version_are_refused(tmp_path: Path) -> None:
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text(GOOD)
    with pytest.raises(Malformed, match=r"b\.yaml:2: /version: another document says version 1"):
        build_linter().workflows(documents(tmp_path))


def test_the_new_type_of_step_in_the_documents_is_the_tried_one() -> None:
    source = (ROOT / "tests/more_steps/application/consent.py").read_text(encoding="utf-8")
    assert f"```python\n{source}```" in DOCS
