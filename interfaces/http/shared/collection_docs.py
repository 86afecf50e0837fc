"""What the OpenAPI document says about a collection, derived from its fields and from the grammar's own parameters."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from interfaces.http.shared.rendering import CSV, JSON, NDJSON
from interfaces.http.shared.routes import EPOCH, Answer, Named, Parameter, Schema
from projections.shared.query.fields import LIST_OPERATORS, Collection, Field, FieldType, Operator
from projections.shared.query.parameters import GrammarParameter
from projections.shared.query.requests import Function, Measure

_TYPES: dict[FieldType, dict[str, Any]] = {
    FieldType.TEXT: {"type": "string"},
    FieldType.INTEGER: {"type": "integer"},
    FieldType.DECIMAL: {"type": "string", "format": "decimal", "pattern": r"^-?[0-9]+(\.[0-9]+)?$"},
    FieldType.DATE: {"type": "string", "format": "date"},
    FieldType.TIMESTAMP: {"type": "string", "format": "date-time"},
    FieldType.UUID: {"type": "string", "format": "uuid"},
    FieldType.BOOLEAN: {"type": "boolean"},
    FieldType.JSON: {},
}
_EXAMPLES: dict[FieldType, Any] = {
    FieldType.TEXT: "text",
    FieldType.INTEGER: 1,
    FieldType.DECIMAL: "12.50",
    FieldType.DATE: "2026-01-31",
    FieldType.TIMESTAMP: "2026-01-31T09:30:00Z",
    FieldType.UUID: "6f1c1d5e-3c52-8f4b-9a39-0d5c6f0e7b11",
    FieldType.BOOLEAN: True,
    FieldType.JSON: {},
}
_OPERATOR_TEXTS: dict[Operator, str] = {
    Operator.EQ: "equals",
    Operator.NE: "differs from",
    Operator.GT: "is greater than",
    Operator.GTE: "is at least",
    Operator.LT: "is less than",
    Operator.LTE: "is at most",
    Operator.IN: "is one of (separated by commas)",
    Operator.NIN: "is none of (separated by commas)",
    Operator.BETWEEN: "lies between, both ends included (separated by a comma)",
    Operator.CONTAINS: "contains",
    Operator.STARTS_WITH: "starts with",
    Operator.IS_NULL: "is missing (true) or there (false)",
}


def record_schema(noun: str, collection: Collection) -> Named:
    """The schema of one row. Only the key is required, since `fields` leaves out what is not asked for."""
    return Named(
        noun,
        {
            "type": "object",
            "description": collection.description,
            "properties": {field.name: _field_schema(field) for field in collection.fields},
            "required": [collection.key],
        },
    )


def _value_schema(field: Field) -> dict[str, Any]:
    return {**_TYPES[field.type], **({"enum": [*field.choices]} if field.choices else {})}


def _field_schema(field: Field) -> dict[str, Any]:
    schema = _value_schema(field)
    if field.nullable and "type" in schema:
        schema["type"] = [schema["type"], "null"]
        if field.choices:
            schema["enum"] = [*field.choices, None]
    if field.description:
        schema["description"] = field.description
    return schema


def page_schema(noun: str, name: str, counted_by: Field | None) -> Named:
    """The schema of one page of rows, named `name`; with how many rows there are of each choice of `counted_by`."""
    cursor = {
        "type": ["string", "null"],
        "description": "A cursor; null where there is no such page.",
    }
    page = object_schema(next=cursor, prev=cursor)
    page["properties"]["count"] = {
        "type": "integer",
        "description": "Matching rows; only with `count`.",
    }
    rows = {"type": "array", "items": {"$ref": f"#/components/schemas/{noun}"}}
    if counted_by is None:
        return Named(name, object_schema(data=rows, page=page))
    counts = object_schema(**{choice: {"type": "integer"} for choice in counted_by.choices})
    counts["description"] = (
        f"Rows by `{counted_by.name}`, whatever `{counted_by.name}` is filtered by."
    )
    return Named(name, object_schema(data=rows, page=page, counts=counts))


def groups_schema(noun: str, collection: Collection) -> Named:
    """The schema of aggregates: groups, each with its key and its measures, and the totals if asked for."""
    groups = {"type": "array", "items": {"type": "object", "additionalProperties": {}}}
    schema = object_schema(
        data=groups,
        truncated={"type": "boolean", "description": "Whether `limit` left groups out."},
    )
    per = f", per {collection.currency}" if collection.currency else ""
    over_all = {**groups, "description": f"Measures over all matching rows{per}."}
    schema["properties"]["totals"] = over_all
    return Named(f"{noun}Groups", schema)


def facets_schema(noun: str) -> Named:
    """The schema of facets: per field its values, the most frequent first, each with its measures."""
    value = {"type": "object", "properties": {"value": {}}, "required": ["value"]}
    facet = object_schema(
        name={"type": "string", "description": "The field."},
        values={"type": "array", "items": value},
        truncated={"type": "boolean", "description": "Whether `limit` left values out."},
    )
    return Named(f"{noun}Facets", object_schema(data={"type": "array", "items": facet}))


def object_schema(**properties: Any) -> dict[str, Any]:
    """The schema of an object that has all of these."""
    return {"type": "object", "properties": properties, "required": [*properties]}


def filter_parameters(collection: Collection) -> list[Parameter]:
    """One query parameter per field and operator."""
    return [
        Parameter(
            name=field.name if operator is Operator.EQ else f"{field.name}[{operator}]",
            description=f"`{field.name}` {_OPERATOR_TEXTS[operator]}. {field.description}".strip(),
            schema=_operand_schema(field, operator),
            example=_operand_example(field, operator),
            shared=f"{collection.name}.{field.name}.{operator}",
        )
        for field in collection.fields
        for operator in field.operators
    ]


def _operand_schema(field: Field, operator: Operator) -> dict[str, Any]:
    if operator is Operator.IS_NULL:
        return {"type": "boolean"}
    return {"type": "string"} if operator in LIST_OPERATORS else _value_schema(field)


def _operand_example(field: Field, operator: Operator) -> Any:
    one = example_of(field)
    if operator is Operator.IS_NULL:
        return True
    return f"{one},{one}" if operator in LIST_OPERATORS else one


def example_of(field: Field) -> Any:
    """A value that the field might have."""
    if field.example is not None:
        return field.example
    return field.choices[0] if field.choices else _EXAMPLES[field.type]


def grammar_parameters(collection: Collection, own: Sequence[GrammarParameter]) -> list[Parameter]:
    """The grammar's parameters as this collection's documentation shows them, with names of its own fields."""
    return [
        Parameter(
            name=one.name,
            description=one.description,
            schema=one.schema,
            example=_grammar_example(collection, one),
        )
        for one in own
    ]


def _grammar_example(collection: Collection, one: GrammarParameter) -> Any:
    """Examples name fields, and the grammar knows none: those of the collection stand in. A cursor has no example."""
    names = [field.name for field in collection.fields if field.shown]
    groupable = [field.name for field in collection.fields if field.groupable]
    examples: dict[str, Any] = {
        "fields": ",".join(names[:3]),
        "sort": f"-{collection.key}",
        "order": None,
        "cursor": None,
        "by": groupable[0] if groupable else None,
        "measures": "count",
        "having": "count[gte]=2",
    }
    if one.schema.get("type") == "integer":
        return 20
    return examples.get(one.name, one.schema.get("default", one.example))


def record_example(collection: Collection) -> dict[str, Any]:
    """One row, field by field."""
    return {field.name: example_of(field) for field in collection.fields if field.shown}


def list_answer(page_name: str, collection: Collection, counted_by: Field | None) -> Answer:
    """A page, or the whole as a file."""
    example = record_example(collection)
    page: dict[str, Any] = {"data": [example], "page": {"next": None, "prev": None}}
    if counted_by is not None:
        page["counts"] = dict.fromkeys(counted_by.choices, 0) | {counted_by.example: 1}
    links = {
        "Link": "This page, the first, the next and the previous one (`rel` self, first, next, prev).",
        EPOCH: "The epoch of the log: another one once it was restored, and cursors of before answer 410.",
    }
    return _in_all_forms("The rows.", page_name, page, example, links)


def _in_all_forms(
    what: str, schema_name: str, example: Any, columns: Iterable[str], headers: Mapping[str, str]
) -> Answer:
    text = {"type": "string"}
    bodies: dict[str, tuple[Schema, Any]] = {
        JSON: ({"$ref": f"#/components/schemas/{schema_name}"}, example),
        CSV: (text, f"{','.join(columns)}\r\n"),
        NDJSON: (text, None),
    }
    return Answer(status=200, description=what, bodies=bodies, headers=headers)


def groups_answer(noun: str, collection: Collection, measures: Sequence[Measure]) -> Answer:
    """The groups, as JSON or as a file."""
    by = [_grouped_by(collection), *filter(None, [collection.currency_field])]
    group = {field.name: example_of(field) for field in by}
    for measure in measures:
        group[measure.name] = 3 if measure.function is Function.COUNT else "37.50"
    groups = {"data": [group], "truncated": False}
    return _in_all_forms("The groups.", f"{noun}Groups", groups, group, {})


def _grouped_by(collection: Collection) -> Field:
    return next((field for field in collection.fields if field.groupable), collection.key_field)


def facets_example(collection: Collection) -> dict[str, Any]:
    """The values of one field."""
    by = _grouped_by(collection)
    value = {"value": example_of(by), "count": 3}
    return {"data": [{"name": by.name, "values": [value], "truncated": False}]}
