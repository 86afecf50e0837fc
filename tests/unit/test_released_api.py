"""The api beside that of the last release: whoever built on it is not let down unannounced.

`python -m tests.unit.test_released_api` writes down what there is now, for whoever makes a release.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from interfaces.cli.shared.openapi import described
from tests.api_surfaces import Document, Surface, breaks, packed, unpacked

PINNED = Path(__file__).parent / "released_api.json"
VERSIONS = Path(__file__).parents[2] / "docs/versions.md"


@pytest.fixture(scope="module")
def released() -> Surface:
    """What the last release took and told."""
    return unpacked(json.loads(PINNED.read_text(encoding="utf-8")))


def test_what_breaks_is_announced(released: Surface) -> None:
    """A line of docs/versions.md says it in the same words."""
    announced = VERSIONS.read_text(encoding="utf-8")
    found = breaks(released, Document(described()).surface())
    assert [each for each in found if f"`{each}`" not in announced] == []


def _document(**parts: Any) -> dict[str, Any]:
    said = {
        "parameters": [{"name": "amount[gte]", "in": "query", "schema": {}}],
        "body": {"type": "object", "properties": {"name": {"type": ["string", "null"]}}},
        "answer": {"type": "object", "properties": {"id": {"type": "integer"}}},
        "path": "/things",
        **parts,
    }
    operation = {
        "parameters": said["parameters"],
        "requestBody": {"content": {"application/json": {"schema": said["body"]}}},
        "responses": {"200": {"content": {"application/json": {"schema": said["answer"]}}}},
    }
    return {"paths": {said["path"]: {"post": operation}}}


FILTER = {"type": "object", "properties": {"eq": {}, "gte": {}}}


@pytest.mark.parametrize(
    ("parts", "what"),
    [
        ({"path": "/others"}, "gone"),
        ({"parameters": []}, "the parameter amount[gte] is gone"),
        (
            {
                "parameters": [
                    {"name": "amount", "in": "query", "style": "deepObject", "schema": FILTER}
                ]
            },
            None,
        ),
        (
            {"body": {"type": "object", "properties": {"name": {"type": "string"}}}},
            "the member of the body application/json/name takes no null",
        ),
        (
            {"body": {"type": "object", "properties": {}}},
            "the member of the body application/json/name is gone",
        ),
        (
            {"answer": {"type": "object", "properties": {"id": {"type": ["integer", "null"]}}}},
            "the answer 200 application/json/id may be null",
        ),
        ({"answer": {"type": "object"}}, "the answer 200 application/json/id is gone"),
        (
            {"answer": {"properties": {"id": {"type": "integer"}, "uid": {"type": "string"}}}},
            None,
        ),
    ],
)
def test_what_is_a_break(parts: dict[str, Any], what: str | None) -> None:
    before, now = (Document(it).surface() for it in (_document(), _document(**parts)))
    assert unpacked(packed(before)) == before
    assert breaks(before, now) == ([f"POST /things: {what}"] if what else [])


def test_a_parameter_that_is_needed_breaks() -> None:
    needed = {"name": "since", "in": "query", "schema": {}, "required": True}
    now = _document(parameters=[*_document()["paths"]["/things"]["post"]["parameters"], needed])
    before = Document(_document()).surface()
    assert breaks(before, Document(now).surface()) == [
        "POST /things: the parameter since is needed"
    ]


if __name__ == "__main__":
    kept = packed(Document(described()).surface())
    PINNED.write_text(json.dumps(kept, indent=0, sort_keys=True) + "\n", encoding="utf-8")
