"""Cursors: a place in a sort order as an opaque word, bound to the filters and the sort order it was made for.

A cursor carries the sort values of one row, not an offset, so rows that come or go while somebody is paging neither
repeat nor hide another row, and the epoch of the log that the row follows from: a log that was taken back may give the
same id to another row. It is not signed: whoever forges one only chooses another place to begin.
"""

import base64
import binascii
import hashlib
from collections.abc import Sequence

import msgspec

from domain.shared.errors import Fault, Malformed
from projections.shared.query.fields import Collection, FieldType
from projections.shared.query.requests import Condition, Cursor, SortTerm
from projections.shared.query.values import Value, read_value, storable_text, write_value

_LENGTH_MAX = 16_384
_DIGEST_BYTES = 9


class _Packed(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    digest: str
    backward: bool
    inclusive: bool
    values: list[str | None]
    epoch: str | None = None


def digest_of(
    collection: Collection, conditions: Sequence[Condition], sort: Sequence[SortTerm]
) -> str:
    """What a cursor is bound to: the collection and its basis, its filters in any order, and the sort order."""
    filters = sorted(
        {
            (
                each.field.name,
                str(each.operator),
                tuple(write_value(value) for value in each.values),
            )
            for each in conditions
        }
    )
    order = [(term.field.name, term.descending) for term in sort]
    told = msgspec.json.encode([collection.name + collection.basis, filters, order])
    return base64.urlsafe_b64encode(hashlib.sha256(told).digest()[:_DIGEST_BYTES]).decode()


def write_cursor(cursor: Cursor, digest: str) -> str:
    """The cursor as a word of letters, digits, hyphens and underscores."""
    values = [None if value is None else write_value(value) for value in cursor.values]
    packed = _Packed(digest, cursor.backward, cursor.inclusive, values, cursor.epoch)
    return base64.urlsafe_b64encode(msgspec.json.encode(packed)).decode().rstrip("=")


def read_cursor(text: str, digest: str, sort: Sequence[SortTerm]) -> Cursor:
    """The place that the word names.

    Raises:
        Malformed: it is not a cursor (`bad_cursor`), or one of other filters or another order (`cursor_mismatch`).
    """
    try:
        packed = _unpack(text)
    except (ValueError, msgspec.DecodeError):
        raise _refusal(
            "bad_cursor", "the cursor cannot be read; `next` or `prev` of a page was expected"
        ) from None
    if packed.digest != digest:
        raise _refusal(
            "cursor_mismatch",
            "the cursor belongs to another query; the filters and the sort order it was made for were expected",
        )
    try:
        values = _read_values(packed.values, sort)
    except ValueError:
        raise _refusal(
            "bad_cursor", "the cursor holds values that its fields cannot have"
        ) from None
    return Cursor(values, packed.backward, packed.inclusive, packed.epoch)


def _unpack(text: str) -> _Packed:
    if len(text) > _LENGTH_MAX:
        raise ValueError
    try:
        told = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError from error
    return msgspec.json.decode(told, type=_Packed)


def _read_values(texts: Sequence[str | None], sort: Sequence[SortTerm]) -> tuple[Value | None, ...]:
    if len(texts) != len(sort):
        raise ValueError
    return tuple(_read_one(text, term) for text, term in zip(texts, sort, strict=True))


def _read_one(text: str | None, term: SortTerm) -> Value | None:
    if text is None:
        if not term.field.nullable:
            raise ValueError
        return None
    # A row's text may be longer than a filter's.
    if term.field.type is FieldType.TEXT:
        return storable_text(text)
    return read_value(term.field.type, text)


def _refusal(code: str, detail: str) -> Malformed:
    return Malformed(
        detail, code=code, faults=[Fault(parameter="cursor", detail=detail, code=code)]
    )
