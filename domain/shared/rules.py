"""Rules that the values of every context obey, and how all that is wrong with a command is told at once."""

import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeVar

import msgspec

from domain.shared.errors import Fault, Invalid

TEXT_LENGTH_MAX = 200
FILE_NAME_LENGTH_MAX = 255
_RAW_LENGTHS = 5
"""How many times its normal form a text may be long before it is looked at."""

_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

T = TypeVar("T")
S = TypeVar("S", bound=msgspec.Struct)


@lru_cache(maxsize=1 << 14)  # names repeat endlessly within one import
def clean_text(text: str, length_max: int = TEXT_LENGTH_MAX) -> str:
    """The text in its normal form: trimmed, white space runs as one space, Unicode NFC.

    Raises:
        Invalid: nothing that can be seen is left (`blank`), it is longer than `length_max` characters (`too_long`), or
            it holds a control character or one that turns the direction of what follows (`control_character`).
    """
    expected = f"a text of 1 to {length_max} characters was expected"
    if len(text) > _RAW_LENGTHS * length_max:  # before it costs time, or a place in the cache
        raise Invalid(f"{expected}, got {len(text)}", code="too_long")
    clean = " ".join(unicodedata.normalize("NFC", text).split())
    if all(map(_is_unseen, clean)):
        raise Invalid(f"{expected}, got a blank", code="blank")
    if len(clean) > length_max:
        raise Invalid(f"{expected}, got {len(clean)}", code="too_long")
    if not clean.isprintable():
        _refuse_control_characters(clean)
    return clean


def _is_unseen(character: str) -> bool:
    # What has no category of its own for it: fillers of Hangul, the blank of Braille, the joiner of graphemes.
    category = unicodedata.category(character)
    return category in ("Cf", "Zs") or character in "\u034f\u115f\u1160\u2800\u3164\uffa0"


def _refuse_control_characters(text: str) -> None:
    """Joiners and other format characters are part of names in many scripts; control characters are not.

    Nor are embeddings, overrides and isolates: they make a text look like another one.
    """
    for place, character in enumerate(text, start=1):
        if unicodedata.category(character) in ("Cc", "Cs") or character in _TURNING:
            raise Invalid(
                f"character {place} is the control character U+{ord(character):04X}",
                code="control_character",
            )


def fault_of(field: str, rule: Callable[[T], object], value: T) -> Fault | None:
    """What one rule has against the value of one field, or None."""
    try:
        rule(value)
    except Invalid as error:
        return _fault(field, error, value)
    return None


def checked(what: str, **fields: tuple[Callable[[Any], Any], Any]) -> dict[str, Any]:
    """What each field's rule makes of its value, by field; every rule is tried, once, before any fault is told.

    Raises:
        Invalid: one fault per field whose rule refused its value, with its JSON pointer; `what` says of what.
    """
    values, faults = dict[str, Any](), list[Fault]()
    for field, (rule, value) in fields.items():
        try:
            values[field] = rule(value)
        except Invalid as error:
            faults.append(_fault(field, error, value))
    if faults:
        names = ", ".join(str(fault.pointer).removeprefix("/") for fault in faults)
        raise Invalid(f"{what} cannot be recorded: see {names}", faults=faults)
    return values


def normalised(what: str, of: S, **rules: Callable[[Any], Any]) -> S:
    """The same with each field that has a rule as its rule makes it.

    Raises:
        Invalid: as `checked`.
    """
    fields = {field: (rule, getattr(of, field)) for field, rule in rules.items()}
    return msgspec.structs.replace(of, **checked(what, **fields))


def fields_in(source: msgspec.Struct, kind: type[msgspec.Struct]) -> dict[str, Any]:
    """The values that the fields of this kind have in `source`, which may hold more."""
    return {field: getattr(source, field) for field in kind.__struct_fields__}


def of_same_fields(kind: type[S], source: msgspec.Struct) -> S:
    """One of this kind with `fields_in`."""
    return kind(**fields_in(source, kind))


def _fault(field: str, error: Invalid, value: object) -> Fault:
    return Fault(detail=error.detail, code=error.code, pointer=f"/{field}", got=str(value)[:200])


def clean_file_name(name: str) -> str:
    """The last part of a file's path, fit to be shown: 1 to 255 printable characters."""
    last = name.replace("\\", "/").rstrip("/").rpartition("/")[2]
    shown = "".join(it if it.isprintable() else "\ufffd" for it in last.strip())
    return shown[:FILE_NAME_LENGTH_MAX] or "unnamed"
