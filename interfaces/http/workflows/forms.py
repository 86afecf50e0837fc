"""Forms as a step's JSON Schema says them: which fields there are, what is typed into them, what is wrong with it.

A field is called `step.name` in a form, and a file by its step alone. What stands in a schema and is shown: `title`,
`description` (what helps to fill it in), `type`, `format`, `enum`, and `autocomplete`, the HTML token by which browsers
offer what they know.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from domain.shared.errors import Fault

PARAGRAPHS_FROM = 300
"""Characters that a text may have from which on it has room for paragraphs."""

SEEN_MAX = 5
"""Choices that are all seen at once."""

ACCEPTED = ".xlsx,.csv"


class FormField(msgspec.Struct, frozen=True, kw_only=True):
    """A field with what is typed into it. Its `kind` is one of text, paragraphs, date, email, integer, number, boolean,
    choice (all are seen), select and file. Of a file, `kept` is the name of one that need not be chosen again, and
    `template` where to get one to fill in."""

    name: str
    kind: str
    title: str
    help: str = ""
    is_required: bool = False
    autocomplete: str = ""
    choices: Mapping[str, str] = {}
    accept: str = ACCEPTED
    value: str = ""
    kept: str = ""
    template: str = ""
    error: str = ""


class FormPart(msgspec.Struct, frozen=True, kw_only=True):
    """The fields of one step."""

    title: str
    help: str
    fields: tuple[FormField, ...]


class FormError(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong, and with which field; without a name it is with the whole."""

    text: str
    name: str = ""


def fields_of(step: str, schema: Mapping[str, Any]) -> Iterator[FormField]:
    """The fields that this schema of a step asks for, in their order."""
    required = schema.get("required", ())
    for name, said in schema.get("properties", {}).items():
        yield FormField(
            name=f"{step}.{name}",
            kind=_kind(said),
            title=said.get("title", name.replace("_", " ").capitalize()),
            help=said.get("description", ""),
            is_required=name in required,
            autocomplete=said.get("autocomplete", ""),
            choices={str(one): str(one) for one in said.get("enum", ())},
        )


def filled(
    parts: Sequence[FormPart], typed: Mapping[str, str], errors: Sequence[FormError], kept: str = ""
) -> list[FormPart]:
    """The parts with what was typed, and the first error of each field beside it."""
    wrong = {error.name: error.text for error in reversed(errors)}

    def field(one: FormField) -> FormField:
        return msgspec.structs.replace(
            one,
            value=typed.get(one.name, ""),
            error=wrong.get(one.name, ""),
            kept=kept if one.kind == "file" else "",
        )

    return [msgspec.structs.replace(part, fields=tuple(map(field, part.fields))) for part in parts]


def errors_of(parts: Sequence[FormPart], faults: Sequence[Fault]) -> list[FormError]:
    """The faults in the words of the form: its fields' first, in their order, and one for each field."""
    fields = {one.name: one for part in parts for one in part.fields}
    found: dict[str, FormError] = {}
    loose = list[FormError]()
    for fault in faults:
        name = (fault.pointer or "").removeprefix("/").replace("/", ".")  # names have no others
        if name in fields:
            found.setdefault(name, FormError(text=_told(fields[name], fault), name=name))
        else:
            loose.append(FormError(text=_sentence(fault.detail)))
    return [*(found[name] for name in fields if name in found), *loose]


def _kind(said: Mapping[str, Any]) -> str:
    if "enum" in said:
        return "choice" if len(said["enum"]) <= SEEN_MAX else "select"
    kind = said.get("type", "string")
    if kind != "string":
        return str(kind)
    if said.get("format") in ("date", "email"):
        return str(said["format"])
    return "paragraphs" if int(said.get("maxLength", 0)) >= PARAGRAPHS_FROM else "text"


_ASKED = {"choice": "Choose", "select": "Choose", "file": "Choose", "boolean": "Tick"}


def _told(field: FormField, fault: Fault) -> str:
    if fault.code in ("missing", "no_file"):
        return f"{_ASKED.get(field.kind, 'Enter')} “{field.title}”"
    return f"{field.title}: {fault.detail}"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
