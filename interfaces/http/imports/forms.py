"""The form that hands a file in, as its kind declares it: what is documented, and what is made of it."""

from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec

from application.imports.requests import (
    MAX_REJECT_RATIO,
    NO_PROFILE,
    PROFILE,
    ImportRequest,
    modes_of,
)
from application.shared.import_kinds import ImportKind, Option
from domain.imports import ImportMode
from domain.shared.errors import Fault, Malformed
from domain.shared.numbers import read_decimal
from interfaces.http.shared.routes import Body, Named
from interfaces.http.shared.uploads import Form, read_choice, wrong_field
from projections.shared.query.fields import FieldType
from projections.shared.query.values import PATTERNS

FILE_FIELD = "file"
PREVIEW = "preview"
_UID = "b1d2c3e4-5f60-8718-8293-a4b5c6d7e810"
_YES_OR_NO = ["true", "false"]


class FileForm(msgspec.Struct, frozen=True):
    """The form of one kind: its fields but for the file, its schema, and the body that has it."""

    text_fields: tuple[str, ...]
    schema: Named
    body: Body


def file_form(kind: ImportKind[Any]) -> FileForm:
    """The form that hands in a file of this kind."""
    fields = {
        FILE_FIELD: _field(
            f"CSV, or an Excel workbook (.xlsx), with the columns {', '.join(kind.column_names)}.",
            contentMediaType="text/csv",
        ),
        "source": _field(
            f"Where the file comes from. Equal rows of the same source are the same {kind.noun}."
        ),
        "mode": _field(
            "What one bad row means: nothing is stored; it is left out; or it is put aside as a reject.",
            enum=modes_of(kind),
            default=ImportMode.ALL_OR_NOTHING,
        ),
        MAX_REJECT_RATIO: _field(
            "With more bad rows than this part of all, nothing is stored (422 `too_many_rejects`).",
            format="decimal",
            pattern=r"^(0(\.[0-9]+)?|1(\.0+)?)$",
        ),
        **{option.name: _option_field(option) for option in kind.options},
        **{it.name: _field(it.description, format="uuid") for it in kind.references},
        PROFILE: _field(
            "The uid of the profile to use, or `none`; otherwise that of the source, if one was confirmed.",
            pattern=f"^({NO_PROFILE}|{PATTERNS[FieldType.UUID]})$",
        ),
        PREVIEW: _field(
            "`true`: say how the file would be read, and record nothing.",
            enum=_YES_OR_NO,
            default="false",
        ),
    }
    name = f"{kind.noun.capitalize()}File"
    schema = {
        "type": "object",
        "required": [FILE_FIELD, "source", *(it.name for it in kind.references if it.is_required)],
        "additionalProperties": False,
        "properties": fields,
    }
    example = {
        FILE_FIELD: kind.example,
        "source": "finance-export",
        "mode": ImportMode.ALL_OR_NOTHING,
        **{it.name: _UID for it in kind.references if it.is_required},
    }
    return FileForm(
        tuple(field for field in fields if field != FILE_FIELD),
        Named(name, schema),
        Body(
            media_type="multipart/form-data",
            schema={"$ref": f"#/components/schemas/{name}"},
            example=example,
        ),
    )


def _field(description: str, **schema: Any) -> dict[str, Any]:
    return {"type": "string", "description": description, **schema}


def _option_field(option: Option) -> dict[str, Any]:
    more = {"default": option.default, "pattern": option.pattern}
    return _field(option.description, **{name: it for name, it in more.items() if it is not None})


def request_of(kind: ImportKind[Any], form: Form) -> ImportRequest:
    """What a form asks for.

    Raises:
        Malformed: it has no source, an unknown mode, or what is no uid where one belongs.
    """
    given = {name: value for name, value in form.fields.items() if value}
    mode = read_choice(form.fields, "mode", list(ImportMode))
    if "source" not in form.fields:
        missing = Fault(detail="source is missing", code="missing", pointer="/source")
        raise Malformed("The form has no source.", code="bad_form", faults=[missing])
    return ImportRequest(
        kind=kind,
        source=form.fields["source"],
        file_name=form.file_name or "unnamed",
        mode=ImportMode(mode or ImportMode.ALL_OR_NOTHING),
        options={it.name: given[it.name] for it in kind.options if it.name in given},
        profile=_profile_of(given.get(PROFILE)),
        refers_to={
            it.name: _uid_of(it.name, given[it.name]) for it in kind.references if it.name in given
        },
        max_reject_ratio=_ratio_of(given.get(MAX_REJECT_RATIO)),
    )


def is_preview(form: Form) -> bool:
    """Whether a form asks only how the file would be read.

    Raises:
        Malformed: it says neither yes nor no.
    """
    return read_choice(form.fields, PREVIEW, _YES_OR_NO) == "true"


def _profile_of(text: str | None) -> str | None:
    return text if text in (None, NO_PROFILE) else str(_uid_of(PROFILE, text))


def _ratio_of(text: str | None) -> Decimal | None:
    try:
        return None if text is None else read_decimal(text)
    except ValueError:
        raise wrong_field(MAX_REJECT_RATIO, text or "", "a number from 0 to 1") from None


def _uid_of(name: str, text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise wrong_field(name, text, f"the uid of a {name}") from None
