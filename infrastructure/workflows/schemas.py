"""JSON Schemas by the `jsonschema` library: the adapter behind `application.workflows.ports.Schemas`.

Nothing is ever fetched: a reference that leads out of a schema is an error, whatever it leads to.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Context, localcontext
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from referencing import Registry

from application.workflows.ports import Schemas
from domain.shared.errors import Fault, nearest
from domain.workflows.definitions import Schema

_NOWHERE: Registry[Any] = Registry()
_SHOWN = 200
_WIDE = Context(prec=200)
"""Whether a number is a multiple of another is found out by dividing: with fewer digits that fails for long ones."""


class JsonSchemas(Schemas):
    """Draft 2020-12."""

    def holds(self, schema: Schema, data: object) -> bool:
        with localcontext(_WIDE):
            return bool(_validator(schema).is_valid(data))

    def faults(self, schema: Schema, data: object) -> Sequence[Fault]:
        with localcontext(_WIDE):
            errors = [*_validator(schema).iter_errors(data)]
        found = [fault for error in errors for fault in _told(error)]
        return sorted(found, key=lambda fault: str(fault.pointer))


def _validator(schema: Schema) -> Draft202012Validator:
    return Draft202012Validator(schema, registry=_NOWHERE)


def _told(error: ValidationError) -> Iterator[Fault]:
    tell = _TOLD.get(str(error.validator))
    if tell is None:
        yield _fault(error, "does not fit", f"wrong_{error.validator}".lower())
    else:
        yield from tell(error)


def _fault(
    error: ValidationError, detail: str, code: str, *, member: str | None = None, **more: Any
) -> Fault:
    path = [*error.absolute_path, *([] if member is None else [member])]
    parts = [str(part).replace("~", "~0").replace("/", "~1") for part in path]
    got = None if member is not None else _shown(error.instance)
    return Fault(
        detail=detail, code=code, pointer="".join(f"/{part}" for part in parts), got=got, **more
    )


def _shown(value: object) -> object:
    is_plain = value is None or isinstance(value, bool | int)
    return value if is_plain else str(value)[:_SHOWN]


def _missing(error: ValidationError) -> Iterator[Fault]:
    for name in error.validator_value:
        if name not in error.instance and f"{name!r} is a required" in error.message:
            yield _fault(error, f"{name!r} is missing", "missing", member=name)


def _surplus(error: ValidationError) -> Iterator[Fault]:
    known = [*error.schema.get("properties", {})] if isinstance(error.schema, Mapping) else []
    for name in error.instance:
        if name not in known:
            near = nearest(str(name), known)
            meant = f"; did you mean {near!r}?" if near else ""
            detail = f"there is no {str(name)[:100]!r} here{meant}"
            yield _fault(error, detail, "unknown_field", member=str(name)[:100], nearest=near)


def _one(code: str, say: Callable[[Any], str]) -> Callable[[ValidationError], Iterator[Fault]]:
    def tell(error: ValidationError) -> Iterator[Fault]:
        wanted = error.validator_value
        yield _fault(error, f"{say(wanted)} was expected", code, expected=_plain(wanted))

    return tell


def _plain(wanted: Any) -> Any:
    return wanted if isinstance(wanted, list | int) else str(wanted)[:_SHOWN]


_TOLD: Mapping[str, Callable[[ValidationError], Iterator[Fault]]] = {
    "required": _missing,
    "additionalProperties": _surplus,
    "type": _one("wrong_type", lambda it: f"a value of the type {it}"),
    "enum": _one("unknown_choice", lambda it: f"one of {', '.join(map(str, it))}"[:500]),
    "const": _one("unknown_choice", lambda it: f"{it!r}"),
    "minimum": _one("out_of_range", lambda it: f"{it} or more"),
    "maximum": _one("out_of_range", lambda it: f"{it} or less"),
    "exclusiveMinimum": _one("out_of_range", lambda it: f"more than {it}"),
    "exclusiveMaximum": _one("out_of_range", lambda it: f"less than {it}"),
    "multipleOf": _one("out_of_range", lambda it: f"a multiple of {it}"),
    "minLength": _one("too_short", lambda it: f"a text of {it} characters or more"),
    "maxLength": _one("too_long", lambda it: f"a text of {it} characters at most"),
    "pattern": _one("wrong_form", lambda it: f"a text of the form {it}"),
    "minItems": _one("too_short", lambda it: f"{it} or more of them"),
    "maxItems": _one("too_long", lambda it: f"{it} of them at most"),
}
