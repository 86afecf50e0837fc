"""Reading JSON bodies so that every wrong member is named at once, with what was got and the nearest valid name."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeVar

import msgspec
from litestar import Request

from domain.shared.errors import Fault, Malformed, nearest
from interfaces.http.shared.context import PATCHES
from interfaces.http.shared.plain_json import plain_faults
from interfaces.http.shared.problems import TooLarge, UnsupportedMediaType
from interfaces.http.shared.rendering import JSON

T = TypeVar("T", bound=msgspec.Struct)

JSON_LIMIT = 64 * 1024
"""Bytes that a JSON body may have: commands are small."""


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """Why something is to stand no longer, in 1 to 500 characters."""

    reason: str


_WORDS = {str: "a string", bool: "true or false", int: "an integer"}


async def read_json(
    request: Request[Any, Any, Any],
    kind: type[T],
    *,
    required: bool = True,
    limit: int = JSON_LIMIT,
) -> T:
    """The body of a request as a Struct; where it is not `required`, every member of one that is missing has its
    default. What a kind says is `not_taken`, by the names of members, is told to those who send them.

    Raises:
        UnsupportedMediaType: the body is not declared as JSON.
        TooLarge: it has more than `limit` bytes.
        TooSlow: it did not come in time.
        Malformed: it is not JSON, not an object, or has unknown, missing or wrong members (one fault for each).
    """
    body = None if required else await _limited(request, limit)
    if body == b"":
        return kind()
    _check_is_json(request)
    if body is None:
        body = await _limited(request, limit)
    return _read(body, kind)


def read_each(items: Iterable[msgspec.Raw], kind: type[T]) -> Iterator[T | Malformed]:
    """The items of a list as Structs, each by itself, or what is wrong with one; as `read_json` says."""
    for item in items:
        try:
            yield _read(item, kind)
        except Malformed as error:
            yield error


def _read(body: bytes | msgspec.Raw, kind: type[T]) -> T:
    try:
        read: T = _decoder(kind).decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return parse_object(body, kind)  # says all that is wrong, member by member
    if faults := plain_faults(body, kind):
        raise _wrong_members(faults)
    return read


async def read_texts(request: Request[Any, Any, Any]) -> dict[str, str]:
    """The body of a request as an object of texts, whatever its members are called.

    Raises:
        UnsupportedMediaType, TooLarge: as `read_json` says.
        Malformed: it is not JSON, not an object, or a member is no text (one fault for each).
    """
    _check_is_json(request)
    body = await _limited(request, JSON_LIMIT)
    members = _members(body)
    read = {name: _value(_escaped(name), raw, str) for name, raw in members.items()}
    faults = [*plain_faults(body), *(fault for _, fault in read.values() if fault)]
    if faults:
        raise _wrong_members(faults)
    return {name: text for name, (text, _) in read.items()}


def _check_is_json(request: Request[Any, Any, Any]) -> None:
    taken = PATCHES if request.method == "PATCH" else (JSON,)
    # Only what is not written as we would write it is looked at more closely.
    if request.headers.get("content-type") not in taken and request.content_type[0] not in taken:
        raise UnsupportedMediaType(
            f"This route reads {' or '.join(taken)}, not {request.content_type[0] or 'a body without type'}."
        )


async def _limited(request: Request[Any, Any, Any], limit: int) -> bytes:
    body, is_whole = b"", False
    while not is_whole:
        message: Any = await request.receive()
        body += message["body"]
        if len(body) > limit:
            raise TooLarge(f"The body is larger than {limit} bytes.", limit=limit)
        is_whole = not message.get("more_body")
    return body


@lru_cache
def _decoder(kind: type[msgspec.Struct]) -> msgspec.json.Decoder[Any]:
    """Reads what is right at once; what is not is told by `parse_object`."""
    strict = msgspec.defstruct(
        kind.__name__, [], bases=(kind,), frozen=True, kw_only=True, forbid_unknown_fields=True
    )
    return msgspec.json.Decoder(strict)


def parse_object(body: bytes | msgspec.Raw, kind: type[T]) -> T:
    """A JSON object as a Struct; `Malformed` as `read_json` says."""
    members, fields = _members(body), _fields_of(kind)
    faults = plain_faults(body, kind)
    told = {fault.pointer for fault in faults}
    instead: Mapping[str, str] = getattr(kind, "not_taken", {})
    faults += [
        _not_taken(name, instead[name]) if name in instead else _unknown(name, list(fields))
        for name in members
        if name not in fields
    ]
    faults += [
        _missing(name) for name, field in fields.items() if field.required and name not in members
    ]
    values: dict[str, Any] = {}
    for name in fields.keys() & members.keys():
        value, fault = _value(name, members[name], fields[name].type)
        if fault is None:
            values[fields[name].name] = value
        elif fault.pointer not in told:
            faults.append(fault)
    if faults:
        raise _wrong_members(faults)
    return kind(**values)


def _wrong_members(faults: Sequence[Fault]) -> Malformed:
    names = ", ".join(sorted(str(fault.pointer) for fault in faults))
    return Malformed(f"The body has wrong members: {names}.", faults=faults)


@lru_cache
def _fields_of(kind: type[msgspec.Struct]) -> Mapping[str, msgspec.structs.FieldInfo]:
    return {field.encode_name: field for field in msgspec.structs.fields(kind)}


def _members(body: bytes | msgspec.Raw) -> Mapping[str, msgspec.Raw]:
    try:
        return msgspec.json.decode(body, type=dict[str, msgspec.Raw])
    except msgspec.ValidationError:
        raise Malformed("The body is not a JSON object.", code="not_an_object") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Malformed(f"The body is not JSON: {error}.", code="not_json") from None


def _value(name: str, raw: msgspec.Raw, kind: Any) -> tuple[Any, Fault | None]:
    try:
        return msgspec.json.decode(raw, type=kind), None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return None, Fault(
            detail=str(error),
            pointer=f"/{name}",
            code="wrong_value",
            got=_shown(raw),
            expected=_expected(kind),
        )


def _shown(raw: msgspec.Raw) -> str:
    text = bytes(raw).decode(errors="replace")
    return text if len(text) <= 80 else f"{text[:80]}…"


def _expected(kind: Any) -> str:
    schema = msgspec.json.schema(kind)
    return str(schema.get("format") or schema.get("type") or _WORDS.get(kind, "another value"))


def _unknown(name: str, known: list[str]) -> Fault:
    return Fault(
        detail=f"there is no member {name!r}",
        code="unknown_field",
        pointer=f"/{_escaped(name)}",
        expected=known,
        nearest=nearest(name, known),
    )


def _not_taken(name: str, instead: str) -> Fault:
    return Fault(
        detail=f"{name!r} is not taken here; {instead}", code="not_taken", pointer=f"/{name}"
    )


def _missing(name: str) -> Fault:
    return Fault(detail=f"the member {name!r} is missing", code="missing", pointer=f"/{name}")


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
