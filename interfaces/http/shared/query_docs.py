"""What the OpenAPI document says about queries: one parameter per field, one schema per type of field, the grammar's.

A filter is written `field[operator]=value`, which is the style `deepObject`: the operators are the members of an
object. The style knows no plain value, so `field=value` is told in words; it means `field[eq]=value`.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from interfaces.http.shared.routes import Named, Parameter
from projections.shared.query.fields import (
    LIST_OPERATORS,
    Collection,
    Field,
    FieldType,
    Operator,
)
from projections.shared.query.grouping import group_names
from projections.shared.query.parameters import GrammarParameter, Names
from projections.shared.query.requests import LIST_MAX, Function
from projections.shared.query.values import BIGINT, PATTERNS, TEXT_LENGTH_MAX

VALUES: dict[FieldType, dict[str, Any]] = {
    FieldType.TEXT: {"type": "string", "maxLength": TEXT_LENGTH_MAX, "pattern": r"^[^\x00]*$"},
    FieldType.INTEGER: {"type": "integer", "minimum": BIGINT.start, "maximum": BIGINT.stop - 1},
    FieldType.DECIMAL: {"type": "string", "pattern": f"^({PATTERNS[FieldType.DECIMAL]})$"},
    FieldType.DATE: {"type": "string", "format": "date"},
    FieldType.TIMESTAMP: {"type": "string", "format": "date-time"},
    FieldType.UUID: {"type": "string", "format": "uuid"},
    FieldType.BOOLEAN: {"type": "boolean"},
    FieldType.JSON: {},
}
"""The schema of one value, as a filter may write it."""

_MEANINGS: dict[Operator, str] = {
    Operator.EQ: "Equals; plain, as in `field=value`, means the same.",
    Operator.NE: "Differs from.",
    Operator.GT: "Is greater than.",
    Operator.GTE: "Is at least.",
    Operator.LT: "Is less than.",
    Operator.LTE: "Is at most.",
    Operator.IN: "Is one of these, with commas between.",
    Operator.NIN: "Is none of these, with commas between.",
    Operator.BETWEEN: "Lies between the two, the lower one first, with a comma between; both are included.",
    Operator.CONTAINS: "Contains.",
    Operator.STARTS_WITH: "Starts with.",
    Operator.IS_NULL: "Is missing (true) or there (false).",
}
_ITEM = r'("([^"\x00]|"")*"|[^",\x00][^,\x00]*|)'
"""An item of a list of texts: one that holds a comma stands in double quotes, quotes in it doubled."""


def filter_parameters(collection: Collection) -> list[Parameter]:
    """One query parameter per field that can be filtered by; what the field means is told where it is shown."""
    return [
        Parameter(
            name=field.name,
            schema=_filter_schema(collection, field),
            style="deepObject",
            shared=f"{field.name}.{_type_name(collection, field)}",
        )
        for field in collection.fields
        if field.operators
    ]


def _filter_schema(collection: Collection, field: Field) -> Named:
    schema = {
        "type": "object",
        "properties": {str(it): _operand_schema(field, it) for it in field.operators},
        "additionalProperties": False,
    }
    return Named(f"{_type_name(collection, field)}Filter", schema)


def _type_name(collection: Collection, field: Field) -> str:
    if field.choices:
        words = f"{collection.name}-{field.name}".replace(" ", "-").replace("_", "-").split("-")
        return "".join(word.capitalize() for word in words)
    return "Time" if field.type is FieldType.TIMESTAMP else field.type.capitalize()


def _operand_schema(field: Field, operator: Operator) -> dict[str, Any]:
    meaning = {"description": _MEANINGS[operator]}
    if operator is Operator.IS_NULL:
        return {"type": "boolean", **meaning}
    if operator in LIST_OPERATORS:
        pattern = _operand_pattern(_value_pattern(field.type, field.choices), operator)
        return {"type": "string", "pattern": f"^{pattern}$", **meaning}
    choices = {"type": "string", "enum": [*field.choices]}
    return {**(choices if field.choices else VALUES[field.type]), **meaning}


def _value_pattern(kind: FieldType, choices: Sequence[str] = ()) -> str:
    if choices:
        return _one_of(choices)
    return f"({PATTERNS[kind]})" if kind in PATTERNS else _ITEM


def _operand_pattern(value: str, operator: Operator) -> str:
    more = "1" if operator is Operator.BETWEEN else f"0,{LIST_MAX - 1}"
    return f"{value}(,{value}){{{more}}}"


def _one_of(names: Iterable[str]) -> str:
    return f"({'|'.join(names)})"


def grammar_parameters(collection: Collection, own: Sequence[GrammarParameter]) -> list[Parameter]:
    """The grammar's own parameters, with the names of this collection where they take names."""
    return [_grammar_parameter(collection, one) for one in own]


def _grammar_parameter(collection: Collection, one: GrammarParameter) -> Parameter:
    schema, key = one.schema, one.key
    if one.names is not None:
        schema = {**schema, "items": {"type": "string", **_names(collection, one.names)}}
        key = f"{key}.{collection.name.replace(' ', '-')}"
    return Parameter(
        name=one.name,
        description=one.description,
        schema=schema,
        style="form" if schema["type"] == "array" else "",
        explode=one.repeats,
        shared=key,
    )


def _names(collection: Collection, names: Names) -> dict[str, Any]:
    """What a name must be."""
    fields = collection.fields
    match names:
        case Names.FIELDS:
            return {"enum": [field.name for field in fields]}
        case Names.ORDERED:
            return {"pattern": "^-?[a-z][a-z0-9_]*$"}
        case Names.GROUPS:
            return {"enum": [*group_names(collection)]}
        case Names.MEASURES:
            functions = _one_of(each for each in Function if each is not Function.COUNT)
            # Of which fields is said by the filters: named in each pattern, they would be most of the document.
            return {"pattern": f"^({Function.COUNT}|{functions}:[a-z][a-z0-9_]*)$"}
