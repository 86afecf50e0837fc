"""JSON Schemas of what events say, made of the Structs that they are decoded into.

A decimal is a string that keeps every digit, a time has its offset. Members that are not told here may come: what is
new under a name is optional, and older readers pass it over.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from inspect import cleandoc
from typing import Any, get_args

import msgspec

DECIMAL_PATTERN = r"^-?[0-9]+(\.[0-9]+)?(E[-+]?[0-9]+)?$"
"""How a decimal is written: in plain digits, but for what is very small (`0E-8`)."""

MOMENT_PATTERN = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(Z|[+-][0-9]{2}:[0-9]{2})$"
"""How a time is written: with its offset."""

DIALECT = "https://json-schema.org/draft/2020-12/schema"

Schema = dict[str, Any]


def components(kinds: Iterable[type[msgspec.Struct]], ref_template: str) -> dict[str, Schema]:
    """The schemas of these Structs and of all they hold, by the names of the classes."""
    structs = {each.__name__: each for kind in kinds for each in _held(kind)}
    _, found = msgspec.json.schema_components(structs.values(), ref_template=ref_template)
    for name, schema in found.items():
        if "description" in schema:
            schema["description"] = cleandoc(schema["description"])
        if name in structs:
            _tell_forms(schema, structs[name])
    return found


def document_of(name: str, shape: type[msgspec.Struct], meaning: str) -> Schema:
    """A JSON Schema of its own for what is stored under a name."""
    held = components([shape], "#/$defs/{name}")
    root = held.pop(shape.__name__)
    told = {"$schema": DIALECT, "$id": f"urn:daybook:event:{name}", **root}
    told |= {"title": name, "description": meaning}
    return {**told, "$defs": held} if held else told


def _held(kind: type[msgspec.Struct]) -> Iterator[type[msgspec.Struct]]:
    yield kind
    for field in msgspec.structs.fields(kind):
        for part in _parts(field.type):
            if isinstance(part, type) and issubclass(part, msgspec.Struct):
                yield from _held(part)


def _parts(kind: Any) -> Iterator[Any]:
    yield kind
    for argument in get_args(kind):
        yield from _parts(argument)


def _tell_forms(schema: Schema, kind: type[msgspec.Struct]) -> None:
    """Say how the strings of its fields are written, where msgspec leaves that open."""
    for field in msgspec.structs.fields(kind):
        parts = list(_parts(field.type))
        for text in texts(schema["properties"][field.encode_name]):
            if Decimal in parts and text.get("format") == "decimal":
                text["pattern"] = DECIMAL_PATTERN
            elif datetime in parts and text == {"type": "string"}:
                text |= {"format": "date-time", "pattern": MOMENT_PATTERN}


def texts(schema: Any) -> Iterator[Schema]:
    """Every schema of a string in this one."""
    if isinstance(schema, Mapping):
        if schema.get("type") == "string":
            yield schema  # type: ignore[misc]
        for value in schema.values():
            yield from texts(value)
    elif isinstance(schema, list):
        for each in schema:
            yield from texts(each)
