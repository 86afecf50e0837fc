"""What an event says keeps its form: the JSON Schema of every name is pinned, and every pinned sample fits it.

`python -m tests.unit.test_event_schemas` pins what is new: names, optional members, choices. It refuses anything else,
which is a new version of the event.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from interfaces.http.event_catalogue import catalogue
from interfaces.http.shared.event_schemas import document_of
from interfaces.http.shared.rendering import encode_json
from tests.unit.test_event_samples import SAMPLES

PINNED = Path(__file__).with_name("event_schemas.json")
_FREE = ("title", "description")
"""What a schema may say otherwise from one day to the next."""

Schema = dict[str, Any]


def schemas() -> dict[str, Schema]:
    """The schema of every event by its name; names that other tests register for themselves begin with "test"."""
    return {
        name: json.loads(encode_json(document_of(name, kind.shape, entry.meaning)))
        for name, (kind, entry) in catalogue().items()
        if not name.startswith("test")
    }


SCHEMAS = schemas()


def closed(schema: Any) -> Any:
    """The same, but for members that it does not tell of, which are refused."""
    if isinstance(schema, list):
        return [closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    told = {name: closed(value) for name, value in schema.items()}
    return {**told, "additionalProperties": False} if "properties" in told else told


def bare(schema: Any) -> Any:
    """The same without what is free; members that are called so stay."""
    if isinstance(schema, list):
        return [bare(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        name: {member: bare(it) for member, it in value.items()}
        if name in ("properties", "$defs")
        else bare(value)
        for name, value in schema.items()
        if name not in _FREE
    }


def broken(was: Any, now: Any, where: str = "") -> Iterator[str]:
    """What a reader of the earlier schema would stumble over in what follows the later one."""
    if not isinstance(was, dict) or not isinstance(now, dict):
        if was != now:
            yield where
        return
    if was.get("required", []) != now.get("required", []):
        yield f"{where}/required"
    for name in (was.keys() | now.keys()) - {"required"}:
        at = f"{where}/{name}"
        if name in ("properties", "$defs"):
            told, tells = was.get(name, {}), now.get(name, {})
            yield from (
                one for each in told for one in broken(told[each], tells.get(each), f"{at}/{each}")
            )
        elif name == "enum":
            if not set(was.get(name, ())) <= set(now.get(name, ())):
                yield at
        else:
            yield from broken(was.get(name), now.get(name), at)


def pinned() -> dict[str, Schema]:
    """The schemas as they were pinned."""
    found: dict[str, Schema] = json.loads(PINNED.read_text(encoding="utf-8"))
    return found


def test_no_schema_differs_from_what_is_pinned() -> None:
    was, now = pinned(), {name: bare(schema) for name, schema in SCHEMAS.items()}
    assert [name for name in was if name not in now] == [], "names are given for ever"
    assert {name: now[name] for name in now if now[name] != was.get(name)} == {}, (
        "an event that changes is a new version; run this module for one that only gains optional members"
    )


@pytest.mark.parametrize(
    ("change", "breaks"),
    [
        ({"note": {"type": "string"}}, []),
        ({"amount": {"type": "number"}}, ["/properties/amount/type"]),
        ({"amount": None}, ["/properties/amount"]),
    ],
)
def test_what_breaks_a_reader_is_no_addition(change: dict[str, Any], breaks: list[str]) -> None:
    was = {"properties": {"amount": {"type": "string"}}, "required": ["amount"]}
    members = {name: it for name, it in {**was["properties"], **change}.items() if it}
    assert list(broken(was, {**was, "properties": members})) == breaks
    assert list(broken(was, {**was, "required": ["amount", "note"]})) == ["/required"]


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_one(name: str) -> None:
    Draft202012Validator.check_schema(SCHEMAS[name])
    assert SCHEMAS[name]["title"] == name
    assert SCHEMAS[name]["description"]


@pytest.mark.parametrize("sample", SAMPLES)
def test_every_sample_fits_its_schema(sample: str) -> None:
    schema, said = closed(SCHEMAS[sample.partition("+")[0]]), json.loads(SAMPLES[sample])
    check = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    assert list(check.iter_errors(said)) == []
    assert not check.is_valid({**said, "amuont": 3})
    for member in schema.get("required", ()):
        assert not check.is_valid({name: it for name, it in said.items() if name != member})


def test_money_is_text_and_times_have_their_offset() -> None:
    said = json.loads(SAMPLES["reimbursement.submitted.v1"])
    check = Draft202012Validator(SCHEMAS["reimbursement.submitted.v1"])
    assert check.is_valid(said)
    for wrong in (
        {"amount": 48.2},
        {"amount": "48,20"},
        {"submitted_at": "2026-11-20T21:30:00"},
        {"submitted_at": 0},
    ):
        assert not check.is_valid({**said, **wrong}), wrong


if __name__ == "__main__":
    before = pinned() if PINNED.exists() else {}
    after = {name: bare(schema) for name, schema in SCHEMAS.items()}
    if wrong := [f"{name}{at}" for name in before for at in broken(before[name], after.get(name))]:
        raise SystemExit(f"a new version is wanted for: {', '.join(wrong)}")
    lines = (f"{json.dumps(name)}: {json.dumps(each)}" for name, each in after.items())
    PINNED.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
