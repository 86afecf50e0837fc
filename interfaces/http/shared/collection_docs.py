"""What the OpenAPI document says about a collection, derived from its fields and from the grammar's own parameters."""

from typing import Any

from interfaces.http.shared.routes import EPOCH, Answer, Named, answer
from projections.shared.query.fields import Collection, Field, FieldType
from projections.shared.query.grouping import COUNT
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
    FieldType.UUID: "b1d2c3e4-5f60-8718-8293-a4b5c6d7e814",
    FieldType.BOOLEAN: True,
    FieldType.JSON: {},
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


_CURSOR = {
    "type": ["string", "null"],
    "description": "A cursor; null where there is no such page.",
}
PAGE = Named(
    "Page",
    {
        "type": "object",
        "properties": {
            "next": _CURSOR,
            "prev": _CURSOR,
            "count": {"type": "integer", "description": "Matching rows; only with `count`."},
        },
        "required": ["next", "prev"],
    },
)
"""The schema of where a page stands."""


def page_schema(noun: str, name: str, counted_by: Field | None) -> Named:
    """The schema of one page of rows, named `name`; with how many rows there are of each choice of `counted_by`."""
    page = {"$ref": f"#/components/schemas/{PAGE.name}"}
    rows = {"type": "array", "items": {"$ref": f"#/components/schemas/{noun}"}}
    if counted_by is None:
        return Named(name, object_schema(data=rows, page=page))
    counts = object_schema(**{choice: {"type": "integer"} for choice in counted_by.choices})
    counts["description"] = (
        f"Rows by `{counted_by.name}`, whatever `{counted_by.name}` is filtered by."
    )
    return Named(name, object_schema(data=rows, page=page, counts=counts))


def safe(name: str) -> str:
    """A part of a group key or a measure, as an identifier: `sum:amount` as `sum_amount`."""
    return name.replace(":", "_")


def groups_schemas(noun: str, collection: Collection) -> list[Named]:
    """The schemas of aggregates: one group with its key and its measures, and all of them with the totals."""
    measures = _measures(collection)
    told = {field.name: _field_schema(field) for field in collection.fields if field.groupable}
    group = {
        "type": "object",
        "description": "Parts of the key and measures as asked for, and by names that are identifiers: `sum:amount` "
        "is told as `sum_amount`, too. Those that are not named here are asked for by name.",
        "properties": {**told, **{safe(it.name): _TYPES[it.type] for it in measures}},
        "additionalProperties": True,
    }
    groups = {"type": "array", "items": {"$ref": f"#/components/schemas/{noun}Group"}}
    schema = object_schema(
        data=groups,
        truncated={"type": "boolean", "description": "Whether `limit` left groups out."},
    )
    per = f", per {collection.currency}" if collection.currency else ""
    over_all = {**groups, "description": f"Measures over all matching rows{per}."}
    schema["properties"]["totals"] = over_all
    return [Named(f"{noun}Group", group), Named(f"{noun}Groups", schema)]


def _measures(collection: Collection) -> list[Measure]:
    """Those that are told where none are asked for."""
    sums = [Measure(Function.SUM, field) for field in collection.fields if field.measurable]
    return [*sums, COUNT]


def facets_schemas(noun: str) -> list[Named]:
    """The schemas of facets: per field its values, the most frequent first, each with its measures."""
    value = object_schema(value={}, count={"type": "integer"})
    value["additionalProperties"] = True
    facet = object_schema(
        name={"type": "string", "description": "The field."},
        values={"type": "array", "items": {"$ref": "#/components/schemas/FacetValue"}},
        truncated={"type": "boolean", "description": "Whether `limit` left values out."},
    )
    facets = object_schema(data={"type": "array", "items": {"$ref": "#/components/schemas/Facet"}})
    return [Named("FacetValue", value), Named("Facet", facet), Named(f"{noun}Facets", facets)]


def object_schema(**properties: Any) -> dict[str, Any]:
    """The schema of an object that has all of these."""
    return {"type": "object", "properties": properties, "required": [*properties]}


def example_of(field: Field) -> Any:
    """A value that the field might have."""
    if field.type is FieldType.BOOLEAN:
        return str(field.example).lower() != "false"
    if field.example is not None:
        return field.example
    return field.choices[0] if field.choices else _EXAMPLES[field.type]


def record_example(collection: Collection) -> dict[str, Any]:
    """One row, field by field."""
    return {field.name: example_of(field) for field in collection.fields if field.shown}


def list_answer(page_name: str, collection: Collection, counted_by: Field | None) -> Answer:
    """A page."""
    example = record_example(collection)
    page: dict[str, Any] = {"data": [example], "page": {"next": None, "prev": None}}
    if counted_by is not None:
        page["counts"] = dict.fromkeys(counted_by.choices, 0) | {counted_by.example: 1}
    links = {
        "Link": "This page, the first, the next and the previous one (`rel` self, first, next, prev).",
        EPOCH: "The epoch of the log: another one once it was restored, and cursors of before answer 410.",
    }
    return answer(
        200,
        "The rows.",
        {"$ref": f"#/components/schemas/{page_name}"},
        example=page,
        headers=links,
    )


def file_answer(form: str) -> Answer:
    """Rows as a file; the names of its columns, or of the members of its lines, are those of the rows."""
    named = {"Content-Disposition": "The file's name."}
    return answer(200, "The file.", {"type": "string"}, media_type=form, headers=named)


def group_example(collection: Collection) -> dict[str, Any]:
    """One group."""
    by = [_grouped_by(collection), *filter(None, [collection.currency_field])]
    group = {field.name: example_of(field) for field in by}
    for measure in _measures(collection):
        number = 3 if measure.type is FieldType.INTEGER else "37.50"
        group |= {measure.name: number, safe(measure.name): number}
    return group


def groups_answer(noun: str, collection: Collection) -> Answer:
    """The groups."""
    example = {"data": [group_example(collection)], "truncated": False}
    schema = {"$ref": f"#/components/schemas/{noun}Groups"}
    return answer(200, "The groups.", schema, example=example)


def _grouped_by(collection: Collection) -> Field:
    return next((field for field in collection.fields if field.groupable), collection.key_field)


def facets_example(collection: Collection) -> dict[str, Any]:
    """The values of one field."""
    by = _grouped_by(collection)
    value = {"value": example_of(by), "count": 3}
    return {"data": [{"name": by.name, "values": [value], "truncated": False}]}
