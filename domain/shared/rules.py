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

_NON_JOINER, _JOINER, _AS_EMOJI = "\u200c", "\u200d", "\ufe0f"
_VIRAMA = 9
_VISIBLE_MARKS = frozenset(
    "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"
)
"""Format characters that are seen all the same: signs that embrace the number after them."""

_UNSEEN_LETTERS = frozenset("\u034f\u115f\u1160\u2800\u3164\uffa0")
"""What has no category of its own for not being seen: fillers of Hangul, the blank of Braille, the joiner of
graphemes."""

T = TypeVar("T")
S = TypeVar("S", bound=msgspec.Struct)


@lru_cache(maxsize=1 << 14)  # names repeat endlessly within one import
def clean_text(text: str, length_max: int = TEXT_LENGTH_MAX) -> str:
    """The text in its normal form: trimmed, white space runs as one space, Unicode NFC.

    Raises:
        Invalid: nothing that can be seen is left (`blank`), it is longer than `length_max` characters (`too_long`), or
            as `check_seen`.
    """
    expected = f"a text of 1 to {length_max} characters was expected"
    if len(text) > _RAW_LENGTHS * length_max:  # before it costs time, or a place in the cache
        raise Invalid(f"{expected}, got {len(text)}", code="too_long")
    clean = " ".join(unicodedata.normalize("NFC", text).split())
    if all(map(_is_unseen, clean)):
        raise Invalid(f"{expected}, got a blank", code="blank")
    if len(clean) > length_max:
        raise Invalid(f"{expected}, got {len(clean)}", code="too_long")
    check_seen(clean)
    return clean


def check_seen(text: str) -> None:
    """Go on only if all of a text can be seen: what cannot makes it look like another one.

    Joiners are part of how many scripts are spelt, and of emoji; they may stand where they join something.

    Raises:
        Invalid: it holds a control character, or one that is not seen or turns the direction of others; the detail
            names it (`control_character`).
    """
    if text.isprintable() and _UNSEEN_LETTERS.isdisjoint(text):
        return
    for place, character in enumerate(text):
        told = _why_refused(character, text[place - 1 : place], text[place + 1 : place + 2])
        if told:
            raise Invalid(f"character {place + 1} is {told}", code="control_character")


def only_seen(text: str, instead: str = " ") -> str:
    """What can be seen of a text that somebody else wrote, with this in the place of every other character."""
    return "".join(it if it.isprintable() and it not in _UNSEEN_LETTERS else instead for it in text)


def _why_refused(character: str, before: str, after: str) -> str:
    """What is said of a character between these two that is refused; "" if it is not."""
    category, point = unicodedata.category(character), f"U+{ord(character):04X}"
    if category in ("Cc", "Cs"):
        return f"the control character {point}"
    is_seen = character in _VISIBLE_MARKS or not _is_unseen(character) or category == "Zs"
    if is_seen or (character in (_NON_JOINER, _JOINER) and _joins(before, after)):
        return ""
    return f"{point} ({unicodedata.name(character, 'without a name')}), which cannot be seen"


def _joins(before: str, after: str) -> bool:
    """Whether a joiner between these does something: in Indic scripts, in Arabic and Syriac, in emoji."""
    if not (before and after):
        return False
    return (
        unicodedata.combining(before) == _VIRAMA
        or {unicodedata.bidirectional(it) for it in (before, after)} <= {"AL", "NSM"}
        or (
            unicodedata.category(after) == "So"
            and (before == _AS_EMOJI or unicodedata.category(before) in ("So", "Sk"))
        )
    )


def _is_unseen(character: str) -> bool:
    return unicodedata.category(character) in ("Cf", "Zs") or character in _UNSEEN_LETTERS


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
    return only_seen(last.strip(), "\ufffd")[:FILE_NAME_LENGTH_MAX] or "unnamed"
