"""The OpenAPI document: everything is said once, in the form that tools take, and is small enough to send."""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from interfaces.cli.shared.openapi import described
from interfaces.http.shared.rendering import FILES
from interfaces.http.shared.smaller import made_small


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    """The document."""
    return described()


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every operation with its path."""
    for path, methods in document["paths"].items():
        for operation in methods.values():
            yield path, operation


def parameters(document: dict[str, Any], operation: dict[str, Any]) -> list[dict[str, Any]]:
    """The parameters of an operation, those of components looked up."""
    shared = document["components"]["parameters"]
    told = operation.get("parameters", [])
    return [shared[one["$ref"].rsplit("/", 1)[1]] if "$ref" in one else one for one in told]


def test_a_filter_is_one_parameter_with_the_operators_as_members(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    listed = parameters(document, document["paths"]["/expenses"]["get"])
    amount = next(one for one in listed if one["name"] == "amount")
    assert (amount["style"], amount["explode"]) == ("deepObject", True)
    assert amount["schema"] == {"$ref": "#/components/schemas/DecimalFilter"}
    assert {"eq", "gte", "between", "is_null"} <= schemas["DecimalFilter"]["properties"].keys()
    for path, operation in operations(document):
        told = parameters(document, operation)
        named = [(one["in"], one["name"]) for one in told]
        assert len(named) == len({*named}), f"{path} has two parameters of one name"
        # Tools allow no brackets in the names of arguments.
        assert all("[" not in name for _, name in named), path
        assert len(named) <= 60, f"{path} has too many parameters to read"


def test_what_is_answered_has_one_form(document: dict[str, Any]) -> None:
    for path, operation in operations(document):
        for status, answer in operation["responses"].items():
            forms = [*answer.get("content", {})]
            assert len(forms) <= 1, f"{path} answers {status} as {forms}"


def test_a_list_has_a_path_for_each_file(document: dict[str, Any]) -> None:
    lists = [
        path
        for path, operation in operations(document)
        if {"cursor", "having"} & {one["name"] for one in parameters(document, operation)}
        and not path.endswith((*FILES, "/stream"))
    ]
    assert len(lists) > 40
    for path in lists:
        for suffix, form in FILES.items():
            exported = document["paths"][path + suffix]["get"]
            assert [*exported["responses"]["200"]["content"]] == [form]
            assert "cursor" not in {one["name"] for one in parameters(document, exported)}


def test_the_document_is_small_enough_to_send(document: dict[str, Any]) -> None:
    assert len(made_small(msgspec.json.encode(document), "br")) < 60_000
    assert len(document["components"]["parameters"]) < 400


def test_the_document_is_one_by_the_specification(document: dict[str, Any]) -> None:
    OpenAPIV31SpecValidator(document).validate()


def test_examples_fit_their_schemas(document: dict[str, Any]) -> None:
    shown = [*examples(document, document)]
    assert len(shown) > 300
    for where, schema, example in shown:
        wrong = Draft202012Validator(
            {"components": document["components"], **schema},
            format_checker=Draft202012Validator.FORMAT_CHECKER,
        ).iter_errors(example)
        assert not [f"{one.json_path}: {one.message[:300]}" for one in wrong], where


def examples(
    document: dict[str, Any], part: Any, where: str = ""
) -> Iterator[tuple[str, dict[str, Any], Any]]:
    """Every example with the place and the schema it stands beside."""
    if isinstance(part, dict):
        if isinstance(schema := part.get("schema"), dict):
            for one in part.get("examples", {}).values():
                name = one["$ref"].rsplit("/", 1)[1]
                yield where, schema, document["components"]["examples"][name]["value"]
            if "example" in part:
                yield where, schema, part["example"]
        for name, inner in part.items():
            yield from examples(document, inner, f"{where}/{name}")
    elif isinstance(part, list):
        for number, inner in enumerate(part):
            yield from examples(document, inner, f"{where}/{number}")


def test_bodies_take_no_other_members(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    for path, operation in operations(document):
        for media in operation.get("requestBody", {}).get("content", {}).values():
            if name := media["schema"].get("$ref", "").rsplit("/", 1)[-1]:
                assert schemas[name]["additionalProperties"] is False, path


def test_what_an_address_names_has_a_form(document: dict[str, Any]) -> None:
    for path, operation in operations(document):
        for one in parameters(document, operation):
            if one["in"] == "path":
                assert {"pattern", "enum", "format", "maximum"} & one["schema"].keys(), (
                    f"{path}: {one}"
                )
