"""Reading queries for rows: a page, an export, one record."""

from collections.abc import Sequence

import msgspec

from projections.shared.query.cursors import digest_of, read_cursor
from projections.shared.query.faults import Faults
from projections.shared.query.fields import Collection, Field
from projections.shared.query.filters import read_conditions
from projections.shared.query.parameters import (
    EXPORT_PARAMETERS,
    LIST_PARAMETERS,
    RECORD_PARAMETERS,
    GrammarParameter,
    Parameters,
    tell_apart,
)
from projections.shared.query.requests import (
    EVERYTHING,
    EXPORT_MAX,
    LIMIT_DEFAULT,
    LIMIT_MAX,
    CountKind,
    Cursor,
    ListQuery,
    Scope,
)
from projections.shared.query.sorting import read_sort

Pairs = Sequence[tuple[str, str]]
"""The decoded names and values of a query string, in order."""


def parse_list(collection: Collection, pairs: Pairs, scope: Scope = EVERYTHING) -> ListQuery:
    """The page of rows that a query string asks for, of those in the scope.

    Raises:
        Malformed: something in it cannot be read (`invalid_query`, with one fault per thing), or its cursor is not one
            (`bad_cursor`) or belongs to other filters or another order (`cursor_mismatch`).
    """
    asked, parameters = _read(collection, pairs, LIST_PARAMETERS, LIMIT_DEFAULT, LIMIT_MAX)
    query = asked.within(scope)
    text = parameters.one("cursor")
    cursor: Cursor | None = None
    if text is not None:
        digest = digest_of(collection, query.conditions, query.sort)
        cursor = read_cursor(text, digest, query.sort)
    count = CountKind(parameters.one("count") or CountKind.NONE)
    return msgspec.structs.replace(query, cursor=cursor, count=count)


def parse_export(collection: Collection, pairs: Pairs) -> ListQuery:
    """The rows that a query string asks to export: all that the filters let through, unless `limit` is given.

    Raises:
        Malformed: something in it cannot be read (`invalid_query`, with one fault per thing).
    """
    return _read(collection, pairs, EXPORT_PARAMETERS, None, EXPORT_MAX)[0]


def parse_fields(collection: Collection, pairs: Pairs) -> tuple[Field, ...]:
    """The fields to show of one record.

    Raises:
        Malformed: the query string holds anything but `fields`, or names an unknown field (`invalid_query`).
    """
    faults = Faults()
    own: dict[str, list[str]] = {}
    names = [parameter.name for parameter in RECORD_PARAMETERS]
    for name, text in pairs:
        if name in names:
            own.setdefault(name, []).append(text)
        else:
            detail = f"{name!r} has no meaning for one record"
            faults.add(name, detail, code="unknown_parameter", got=name, expected=names)
    if len(own.get("fields", ())) > 1:
        faults.add("fields", "fields was given twice; once was expected", code="repeated")
    fields = _read_fields(collection, Parameters(own, []).one("fields"), faults)
    faults.check()
    return fields


def _read(
    collection: Collection,
    pairs: Pairs,
    known: Sequence[GrammarParameter],
    limit_default: int | None,
    limit_max: int,
) -> tuple[ListQuery, Parameters]:
    faults = Faults()
    parameters = tell_apart(collection, pairs, known, faults)
    query = ListQuery(
        conditions=read_conditions(parameters.filters, faults),
        sort=read_sort(collection, parameters.one("sort"), parameters.one("order"), faults),
        fields=_read_fields(collection, parameters.one("fields"), faults),
        limit=read_limit(parameters.one("limit"), limit_default, limit_max, faults),
    )
    _check_count(parameters.one("count"), faults)
    faults.check()
    return query, parameters


def _read_fields(collection: Collection, text: str | None, faults: Faults) -> tuple[Field, ...]:
    key = collection.key_field
    if text is None:
        shown = [field for field in collection.fields if field.shown and field is not key]
        return (key, *shown)
    known = list(collection.by_name)
    names = text.split(",")
    for name in names:
        if name not in known:
            detail = (
                f"{collection.name} has no field {name!r}; one of {', '.join(known)} was expected"
            )
            faults.add("fields", detail, code="unknown_field", got=name, expected=known)
    asked = [collection.by_name[name] for name in names if name in known]
    return tuple(dict.fromkeys((key, *asked))) if key not in asked else tuple(dict.fromkeys(asked))


def read_limit(text: str | None, default: int | None, maximum: int, faults: Faults) -> int | None:
    """How many rows or groups at most; a fault is noted if it is not a number from 1 to `maximum`."""
    if text is None:
        return default
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
    if not 1 <= number <= maximum:
        faults.unreadable("limit", text, f"a whole number from 1 to {maximum}")
        return default
    return number


def _check_count(text: str | None, faults: Faults) -> None:
    kinds = [str(kind) for kind in CountKind]
    if text is not None and text not in kinds:
        faults.unreadable("count", text, kinds)
