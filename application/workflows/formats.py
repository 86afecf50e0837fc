"""The form of documents, as a JSON Schema: derived from the types of steps, and published."""

from collections.abc import Mapping
from typing import Any

from application.workflows.step_types import (
    CONDITION,
    HELP,
    NAME,
    TITLE,
    StepType,
    Surroundings,
)
from application.workflows.values import FORMATS, TEXT_MAX
from domain.workflows.definitions import Schema

DIALECT = "https://json-schema.org/draft/2020-12/schema"
STEPS_MAX = 50
FIELDS_MAX = 50
LONG_TEXT_MAX = 2000

_ATOM = r"(?:\[\^?(?:\\[dDwWsS\-\]\\^]|[^\]\\\[])+\]|\\[dDwWsS.\-+/()*?\\]|[^\\^$|?*+()\[\]{}])"
_FIXED = rf"{_ATOM}(?:\{{[0-9]{{1,3}}\}})?"
_REPEATED = rf"{_ATOM}(?:\{{[0-9]{{1,3}},(?:[0-9]{{1,3}})?\}}|[?*+])"
SIMPLE_PATTERN = rf"^\^(?:{_FIXED})*(?:{_REPEATED}(?:{_FIXED})*){{0,3}}\$$"
"""Patterns that cost little whatever they are held against: anchored, without groups or alternatives, and with three
repetitions of no fixed length at most."""

_NUMBER: Schema = {"type": "number"}
_SCALARS: Schema = {
    "type": "array",
    "items": {"type": ["string", "number", "boolean"]},
    "minItems": 1,
    "maxItems": 200,
}
_LIMITS: Mapping[str, Schema] = {
    "minimum": _NUMBER,
    "maximum": _NUMBER,
    "exclusiveMinimum": _NUMBER,
    "exclusiveMaximum": _NUMBER,
    "multipleOf": {"type": "number", "exclusiveMinimum": 0},
    "enum": _SCALARS,
    "const": {"type": ["string", "number", "boolean"]},
}


def _length(most: int) -> Schema:
    return {"type": "integer", "minimum": 0, "maximum": most}


_FIELD: Schema = {
    "type": "object",
    "properties": {
        "type": {"enum": ["string", "integer", "number", "boolean"]},
        "title": TITLE,
        "description": HELP,
        "format": {"enum": [*FORMATS]},
        "autocomplete": {
            "type": "string",
            "pattern": "^[a-z][a-z0-9-]{0,39}$",
            "description": "By which name browsers know it (HTML `autocomplete`): `given-name`, `bday`, `email` …",
        },
        "pattern": {
            "type": "string",
            "maxLength": 100,
            "pattern": SIMPLE_PATTERN,
            "description": "Anchored by ^ and $, without groups, with three open repetitions at most.",
        },
        "minLength": _length(LONG_TEXT_MAX),
        "maxLength": {
            "type": "integer",
            "minimum": 1,
            "maximum": LONG_TEXT_MAX,
            "description": f"{TEXT_MAX} if it is not said.",
        },
        **_LIMITS,
    },
    "required": ["type", "title"],
    "dependentSchemas": {"pattern": {"properties": {"maxLength": {"maximum": TEXT_MAX}}}},
    "additionalProperties": False,
    "description": "A field of a form, as JSON Schema.",
}

_INPUTS: Schema = {
    "type": "object",
    "properties": {
        "type": {"const": "object"},
        "properties": {
            "type": "object",
            "minProperties": 1,
            "maxProperties": FIELDS_MAX,
            "propertyNames": NAME,
            "additionalProperties": {"$ref": "#/$defs/field"},
        },
        "required": {"type": "array", "items": NAME, "uniqueItems": True},
    },
    "required": ["properties"],
    "additionalProperties": False,
    "description": "What is asked for, as JSON Schema; fields stand in their order.",
}

_CONDITION: Schema = {
    "type": "object",
    "properties": {
        "type": {"enum": ["object", "string", "integer", "number", "boolean"]},
        "properties": {
            "type": "object",
            "propertyNames": NAME,
            "additionalProperties": CONDITION,
            "maxProperties": FIELDS_MAX,
        },
        "required": {"type": "array", "items": NAME, "uniqueItems": True},
        **{
            word: {"type": "array", "items": CONDITION, "minItems": 1, "maxItems": 20}
            for word in ("allOf", "anyOf", "oneOf")
        },
        "not": CONDITION,
        **_LIMITS,
    },
    "minProperties": 1,
    "additionalProperties": False,
    "description": "A JSON Schema that the data of the instance fit, or not: fields stand under their steps.",
}


def published(types: Mapping[str, StepType], known: Surroundings) -> dict[str, Any]:
    """The JSON Schema of documents with steps of these types."""
    return {
        "$schema": DIALECT,
        "title": "A workflow of Daybook",
        "type": "object",
        "properties": {
            "name": {"type": "string", "pattern": "^[a-z][a-z0-9-]{0,39}$"},
            "version": {"type": "integer", "minimum": 1, "maximum": 1_000_000},
            "title": TITLE,
            "help": HELP,
            "steps": {
                "type": "array",
                "minItems": 1,
                "maxItems": STEPS_MAX,
                "items": {
                    "type": "object",
                    "properties": {"type": {"enum": sorted(types)}},
                    "required": ["name", "type", "title"],
                    "allOf": [_of_type(types[name], known) for name in sorted(types)],
                },
            },
        },
        "required": ["name", "version", "title", "steps"],
        "additionalProperties": False,
        "$defs": {"condition": _CONDITION, "field": _FIELD},
    }


def _of_type(kind: StepType, known: Surroundings) -> dict[str, Any]:
    properties = {
        "name": NAME,
        "type": {"const": kind.name},
        "title": TITLE,
        "help": HELP,
        "when": CONDITION,
        "outcome": {**NAME, "description": "That of an instance which ends with this step."},
        **({"page": NAME} if kind.audience == "applicant" else {}),
        **({"inputs": _INPUTS} if kind.asks else {}),
        **({"next": NAME} if kind.leads_on else {}),
        **kind.members(known),
    }
    return {
        "if": {"properties": {"type": {"const": kind.name}}, "required": ["type"]},
        "then": {
            "description": kind.meaning,
            "properties": properties,
            "required": list(kind.needs),
            "additionalProperties": False,
        },
    }
