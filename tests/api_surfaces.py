"""What clients of the api stand on, read out of its OpenAPI document, and what a change would take away from them.

It is what the wire takes and tells, not how the document writes that down: `amount[gte]` is the same as a parameter of
its own and as a member of a deepObject, and a file is the same under its suffix and by `Accept`.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

Surface = dict[str, dict[str, Any]]
"""By method and path: the parameters with the values they take, what a body takes, what each answer tells."""

_FILES = (".csv", ".ndjson", ".txt")
_DEPTH_MAX = 5
_TYPES = {str: "string", int: "integer", bool: "boolean", type(None): "null"}
PARTS = ("takes", "reads", "tells")


class Document:
    """An OpenAPI document whose references are followed."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document

    def surface(self) -> Surface:
        """All operations."""
        found: Surface = {}
        for path, operations in sorted(self._document["paths"].items()):
            base = next((path.removesuffix(each) for each in _FILES if path.endswith(each)), path)
            for method, operation in sorted(operations.items()):
                here = found.setdefault(f"{method.upper()} {base}", {})
                told = self._operation(operation)
                for part, names in told.items():
                    here[part] = {**names, **here.get(part, {})}
        return found

    def _operation(self, operation: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
        body = self._at(operation.get("requestBody", {}))
        parameters = dict(
            each
            for one in map(self._at, operation.get("parameters", ()))
            if one["in"] != "path"
            for each in self._names(one)
        )
        answers = {
            f"{status} {media_type}{member}": types
            for status, answer in operation["responses"].items()
            if status < "400"
            for media_type, media in self._at(answer).get("content", {"": {}}).items()
            for member, (types, _) in [("", ("", False)), *self._members(media.get("schema", {}))]
        }
        bodies = {
            f"{media_type}{member}": types + "!" * (is_needed and body.get("required", False))
            for media_type, media in body.get("content", {}).items()
            for member, (types, is_needed) in [
                ("", ("", True)),
                *self._members(media.get("schema", {})),
            ]
        }
        return {"takes": parameters, "reads": bodies, "tells": answers}

    def _names(self, parameter: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """The names under which a parameter is sent."""
        name, schema = parameter["name"], self._at(parameter.get("schema", {}))
        if parameter.get("style") == "deepObject":
            for operator in schema["properties"]:
                yield (name if operator == "eq" else f"{name}[{operator}]"), ""
        else:
            yield name, _choices(schema) + "!" * parameter.get("required", False)

    def _members(
        self, schema: Mapping[str, Any], pointer: str = "", depth: int = 0
    ) -> Iterator[tuple[str, tuple[str, bool]]]:
        """The members of a schema as pointers, with their types and whether they have to be there."""
        for one in self._choices_of(schema):
            needed = one.get("required", ())
            for name, member in one.get("properties", {}).items():
                here = f"{pointer}/{name}"
                yield here, (self._types(member), name in needed)
                if depth < _DEPTH_MAX:
                    yield from self._members(member, here, depth + 1)
            if isinstance(one.get("items"), Mapping) and depth < _DEPTH_MAX:
                yield from self._members(one["items"], f"{pointer}/*", depth + 1)

    def _types(self, schema: Mapping[str, Any]) -> str:
        types = set[str]()
        for one in self._choices_of(schema):
            values = [*one.get("enum", ()), *([one["const"]] if "const" in one else ())]
            given = one.get("type") or [_TYPES.get(type(it), "any") for it in values] or "any"
            types.update([given] if isinstance(given, str) else given)
        return "|".join(sorted(types))

    def _choices_of(self, schema: Any) -> Iterator[Mapping[str, Any]]:
        here = self._at(schema)
        choices = [each for kind in ("anyOf", "oneOf", "allOf") for each in here.get(kind, ())]
        if not choices:
            yield here
        for each in choices:
            yield from self._choices_of(each)

    def _at(self, part: Any) -> Mapping[str, Any]:
        while "$ref" in part:
            place: Any = self._document
            for name in part["$ref"].removeprefix("#/").split("/"):
                place = place[name]
            part = place
        found: Mapping[str, Any] = part
        return found


def _choices(schema: Mapping[str, Any]) -> str:
    return "|".join(sorted(map(str, schema.get("enum", ()))))


def breaks(before: Surface, now: Surface) -> list[str]:
    """What a client of before can no longer do or rely on, a sentence each."""
    return [
        f"{name}: {what}"
        for name, was in before.items()
        for what in (_broken(was, now[name]) if name in now else ["gone"])
    ]


def _broken(was: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    for part, thing in (("takes", "parameter"), ("reads", "member of the body")):
        for name in sorted(set(was[part]) - set(now[part])):
            yield f"the {thing} {name} is gone"
        # What is needed in a form that is new is needed of nobody who sends another one.
        is_still_read = bool(set(was["reads"]) & set(now["reads"]))
        for name, taken in now[part].items():
            is_new_form = part == "reads" and is_still_read and _form(name) not in was["reads"]
            was_needed = was[part].get(name, "").endswith("!")
            if taken.endswith("!") and not was_needed and not is_new_form:
                yield f"the {thing} {name} is needed"
        for name in sorted(set(was[part]) & set(now[part])):
            less = _parts(was[part][name]) - _parts(now[part][name])
            if less and _parts(now[part][name]) and "any" not in _parts(now[part][name]):
                yield f"the {thing} {name} takes no {', '.join(sorted(less))}"
    for name in sorted(set(was["tells"]) - set(now["tells"])):
        yield f"the answer {name} is gone"
    for name in sorted(set(was["tells"]) & set(now["tells"])):
        more = _parts(now["tells"][name]) - _parts(was["tells"][name])
        if more and "any" not in _parts(was["tells"][name]):
            yield f"the answer {name} may be {', '.join(sorted(more))}"


def _form(name: str) -> str:
    return "/".join(name.split("/")[:2])


def _parts(types: str) -> set[str]:
    return set(filter(None, types.removesuffix("!").split("|")))


_HEAD = re.compile(r"([^/\[]*(?:/[^/\[]+)?)(.*)")


def packed(surface: Surface) -> dict[str, Any]:
    """A surface as it is kept: what begins alike in one text, and what several operations share once."""
    shapes: list[dict[str, str]] = []
    operations: dict[str, list[int]] = {}
    for name, parts in surface.items():
        for part in PARTS:
            shape: dict[str, str] = {}
            for each, types in parts[part].items():
                head, rest = _HEAD.fullmatch(each).groups()  # type: ignore[union-attr] - always does
                shape[head] = (
                    f"{shape[head]};{rest}={types}" if head in shape else f"{rest}={types}"
                )
            if shape not in shapes:
                shapes.append(shape)
            operations.setdefault(name, []).append(shapes.index(shape))
    return {"operations": operations, "shapes": shapes}


def unpacked(kept: Mapping[str, Any]) -> Surface:
    """The surface that was kept."""
    return {
        name: {
            part: {
                head + rest: types
                for head, text in kept["shapes"][number].items()
                for rest, _, types in (each.partition("=") for each in text.split(";"))
            }
            for part, number in zip(PARTS, numbers, strict=True)
        }
        for name, numbers in kept["operations"].items()
    }
