"""Exports that are handed in again: each row names a fact by its uid and is held against what the book says of it.

Rules upheld here:
- nothing is recorded by an export: a row that says what the book says is known already;
- a row that says anything else is a fault by its column, never an overwrite: a correction is a command of its own;
- what was done to a text so that no spreadsheet runs it (`'=1+1`) is taken back.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from itertools import islice
from typing import Any
from uuid import UUID

import msgspec

from application.imports.ports import BadRow, Exported, FileRow, KnownRow, ReadRow
from application.shared.formulas import plain
from application.shared.import_kinds import ImportKind
from application.shared.ports import EventLog, RecordedEvent
from domain.imports import RowFault
from domain.shared.errors import Invalid
from domain.shared.events import names_read_as

_ROWS_TOGETHER = 500
_ID = "id"
_SHOWN_LENGTH = 200


def compared(rows: Iterable[FileRow], log: EventLog, kind: ImportKind[Any]) -> Iterator[ReadRow]:
    """The rows of a file; those of an export as what the book has to say to them."""
    read = iter(rows)
    for number, row, cells in read:
        if not isinstance(row, Exported):
            yield number, row, cells
            continue
        # A file is an export as a whole, so what follows is looked up many at a time.
        page = [(number, row)]
        while page:
            yield from _held_against(page, log, kind)
            page = []
            for at, next_row, its_cells in islice(read, _ROWS_TOGETHER):
                if isinstance(next_row, Exported):
                    page.append((at, next_row))
                else:
                    yield at, next_row, its_cells


def _held_against(
    page: Sequence[tuple[int, Exported]], log: EventLog, kind: ImportKind[Any]
) -> Iterator[ReadRow]:
    uids = {row.uid: uid for _, row in page if (uid := _uid_of(row.uid))}
    streams, names = log.streams_blocking(list(uids.values())), names_read_as(kind.event)
    for number, row in page:
        uid = uids.get(row.uid)
        yield number, _answer(number, row, streams.get(uid, ()) if uid else (), kind, names), ()


def _answer(
    number: int,
    row: Exported,
    recorded: Sequence[RecordedEvent],
    kind: ImportKind[Any],
    names: Collection[str],
) -> BadRow | KnownRow:
    if not recorded or recorded[0].name not in names:
        reason = (
            f"the book has no {kind.noun} of this uid; to record a row as new, hand it in without the columns "
            "of an export"
        )
        fault = RowFault(
            row=number,
            column="uid",
            value=row.uid[:_SHOWN_LENGTH],
            code="unknown_uid",
            reason=reason,
        )
        return BadRow((fault,), raw=_line(row))
    values = _values(recorded, kind)
    wrong = [
        _fault(number, name, text, known, kind.noun)
        for name, text in row.texts.items()
        if (known := values.get(name, _UNTOLD)) is not _UNTOLD
        and not _says(row, name, text, known, values)
    ]
    if wrong:
        return BadRow(tuple(wrong), raw=_line(row))
    fact = kind.event(**{name: it for name, it in values.items() if name != _ID})
    return KnownRow(kind.measure(fact) if kind.measure else None)


_UNTOLD = object()


def _values(recorded: Sequence[RecordedEvent], kind: ImportKind[Any]) -> dict[str, Any]:
    """What the book says of a fact by now: each event of its stream says some of it anew."""
    fields = kind.event.__struct_fields__
    values: dict[str, Any] = {_ID: recorded[0].position}
    events = [each.event() for each in recorded]
    for event in [kind.said(events)] if kind.said else events:
        values |= {it: getattr(event, it) for it in event.__struct_fields__ if it in fields}
    return values


def _says(row: Exported, name: str, text: str, known: object, values: Mapping[str, object]) -> bool:
    """Whether a text says this value: as an export writes it, or as a spreadsheet may have written it anew."""
    for seen in {text, plain(text)}:
        if seen.strip() == _exported(known) or (
            isinstance(known, Decimal) and _number(seen) == known
        ):
            return True
    try:
        value = row.read(name, text)
    except (Invalid, KeyError):
        return False
    if isinstance(known, Decimal) and isinstance(value, tuple):
        return value == (known, values.get("currency"))
    return bool(value == known)


def _exported(value: object) -> str:
    if isinstance(value, dict):
        return msgspec.json.encode(value).decode()
    if isinstance(value, dt.date):
        return value.isoformat()
    return "" if value is None else str(value)


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text.strip())
    except InvalidOperation:
        return None


def _fault(number: int, name: str, text: str, known: object, noun: str) -> RowFault:
    return RowFault(
        row=number,
        column=name,
        value=text[:_SHOWN_LENGTH],
        code="differs",
        reason=f"the book says {_exported(known)[:_SHOWN_LENGTH]!r} of this {noun}; an export changes nothing",
    )


def _line(row: Exported) -> str:
    return ",".join(row.texts.values())


def _uid_of(text: str) -> UUID | None:
    try:
        return UUID(text.strip())
    except ValueError:
        return None
