"""Folding: from a page of the log to what changes in the tables of a read model.

Pure but for `load`, which fetches the rows a page starts from. How a page is cut makes no difference to the rows that
come out: the property tests hold the engine to that.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Context, Inexact, InvalidOperation, Overflow, localcontext
from operator import itemgetter
from typing import Any

import msgspec

from application.shared.ports import RecordedEvent
from domain.shared.errors import DaybookError
from domain.shared.events import Event, EventsArchived, UnknownEvent, names_read_as
from projections.shared.projection import Fold, Projection, ReadTable, Record, Row, by_stream
from projections.shared.rollups import Rollup

# Sums are exact: enough digits for any NUMERIC column, and an error should that ever be too few.
_EXACT = Context(prec=200, traps=[Inexact, InvalidOperation, Overflow])

LoadRows = Callable[[list[Any]], dict[Any, Row]]


class PoisonEvent(DaybookError, code="poison_event"):
    """An event that a projection cannot take in; skipping it would make every later number wrong.

    Attributes:
        position: where it is in the log.
        is_unknown: whether this code does not even know its name, so that nobody can tell whom it concerns.
    """

    def __init__(self, position: int, name: str, reason: str, *, is_unknown: bool = False) -> None:
        super().__init__(f"position {position}, {name}: {reason}", position=position, name=name)
        self.position = position
        self.is_unknown = is_unknown


class FoldError(ValueError):
    """A fold gave a row that does not have exactly the columns of its table."""


class Batch(msgspec.Struct, frozen=True):
    """A decoded page: `records` in order, read up to position `until`; `poison` is what comes next, if that is bad."""

    records: list[Record[Any]]
    until: int
    poison: PoisonEvent | None = None


class GroupDelta(msgspec.Struct):
    """What is added to one group of a rollup; `sums` is parallel to `Rollup.sums`."""

    count: int
    sums: list[Any]


class RollupChanges(msgspec.Struct, frozen=True):
    """Deltas of a rollup by group key, parallel to `Rollup.by`."""

    rollup: Rollup
    deltas: dict[tuple[Any, ...], GroupDelta]


class EveryRow(msgspec.Struct, frozen=True):
    """What becomes of all rows whose `column` is `key`: they hold `values` (None: they are removed)."""

    column: str
    key: Any
    values: Row | None
    rollups: bool


class Changes(msgspec.Struct, frozen=True):
    """What one page changes in one table: rows to add, rows to replace, keys of rows to remove.

    Or, of a page of one such event, what it changes in rows that nobody has looked at.
    """

    added: list[Row]
    replaced: list[Row]
    removed: list[Any]
    rollups: list[RollupChanges]
    everywhere: EveryRow | None = None


def names_of(projection: Projection) -> list[str]:
    """The stored names of the events this projection folds, older versions included."""
    return [name for kind in projection.events for name in names_read_as(kind)]


def decode_batch(events: Iterable[RecordedEvent], until: int) -> Batch:
    """Decode a page; at an event that cannot be decoded the batch ends before it."""
    records: list[Record[Any]] = []
    for stored in events:
        try:
            records.append(stored.decoded())
        except Exception as error:  # noqa: BLE001 - an upcast may raise anything; every reason halts alike
            is_whole = isinstance(error, EventsArchived)  # nothing is wrong with it
            told = str(error) if is_whole else f"it cannot be decoded: {error}"
            is_unknown = isinstance(error, UnknownEvent)
            poison = PoisonEvent(stored.position, stored.name, told, is_unknown=is_unknown)
            return Batch(records, stored.position - 1, poison)
    return Batch(records, until)


def cut(batch: Batch, apart: Collection[type[Event]]) -> Iterator[Batch]:
    """The same in pieces: each event of the classes `apart` is one of its own."""
    piece: list[Record[Any]] = []
    for record in batch.records if apart else ():
        if type(record.event) not in apart:
            piece.append(record)
            continue
        if piece:
            yield Batch(piece, record.position - 1)
        yield Batch([record], record.position)
        piece = []
    yield Batch(piece, batch.until, batch.poison) if apart else batch


def fold_table(
    read_table: ReadTable, records: Sequence[Record[Any]], load: LoadRows, *, rollups: bool = True
) -> Changes:
    """What these records change in one table, starting from the rows that `load` answers for some keys.

    `rollups` False leaves the rollups out, for a first load that computes them once at its end.

    Raises:
        FoldError: a fold gave a row with other columns than its table's; an event that changes rows everywhere does
            not stand alone.
        Exception: whatever a fold raises.
    """
    if any(type(record.event) in read_table.everywhere for record in records):
        return _everywhere(read_table, records, rollups=rollups)
    folds = read_table.folds
    mine = [
        (read_table.key(record), record, folds[type(record.event)])
        for record in records
        if type(record.event) in folds
    ]
    wanted = _keys_to_load(read_table, mine)
    before = load(wanted) if wanted else {}
    rows: dict[Any, Row | None] = dict(before)
    for key, record, fold in mine:
        rows[key] = fold(rows.get(key), record)
    return _changes(read_table, before, rows, rollups=rollups)


def _everywhere(read_table: ReadTable, records: Sequence[Record[Any]], *, rollups: bool) -> Changes:
    if len(records) != 1:
        raise FoldError(f"{read_table.table.name} got a page that was not cut")
    (record,) = records
    plan = read_table.everywhere[type(record.event)]
    values = plan.changes(record) if plan.changes else None
    return Changes([], [], [], [], EveryRow(plan.column, record.stream_id, values, rollups))


def _keys_to_load(
    read_table: ReadTable, mine: Sequence[tuple[Any, Record[Any], Fold]]
) -> list[Any]:
    """The keys that may have a row already: all but those whose stream begins in this page."""
    starts_known = read_table.key is by_stream
    first: dict[Any, bool] = {}
    for key, record, _ in mine:
        if key not in first:
            first[key] = starts_known and record.version == 1
    return [key for key, begins in first.items() if not begins]


def _changes(
    read_table: ReadTable,
    before: Mapping[Any, Row],
    rows: Mapping[Any, Row | None],
    *,
    rollups: bool,
) -> Changes:
    changes = Changes([], [], [], [])
    pairs: list[tuple[Row | None, Row | None]] = []
    columns = read_table.table.c.keys()
    for key, row in rows.items():
        old = before.get(key)
        if row is not None:
            if len(row) != len(columns):
                raise _wrong_columns(read_table, row)
            if old is None:
                changes.added.append(row)
            elif row == old:
                continue
            else:
                changes.replaced.append(row)
        elif old is None:
            continue
        else:
            changes.removed.append(key)
        pairs.append((old, row))
    if rollups:
        changes.rollups.extend(_roll_up(rollup, pairs) for rollup in read_table.rollups)
    return changes


def _wrong_columns(read_table: ReadTable, row: Row) -> FoldError:
    columns = set(read_table.table.c.keys())
    missing, unknown = sorted(columns - row.keys()), sorted(row.keys() - columns)
    return FoldError(
        f"a fold of {read_table.table.name} gave a row without {missing} and with the unknown {unknown}"
    )


def _roll_up(rollup: Rollup, pairs: Iterable[tuple[Row | None, Row | None]]) -> RollupChanges:
    key_of = _tuple_getter(rollup.by)
    deltas: dict[tuple[Any, ...], GroupDelta] = {}
    with localcontext(_EXACT):
        for old, new in pairs:
            if old is not None:
                _add(deltas, key_of(old), rollup.sums, old, -1)
            if new is not None:
                _add(deltas, key_of(new), rollup.sums, new, 1)
    changed = {key: delta for key, delta in deltas.items() if delta.count or any(delta.sums)}
    return RollupChanges(rollup, changed)


def _add(
    deltas: dict[tuple[Any, ...], GroupDelta],
    key: tuple[Any, ...],
    columns: tuple[str, ...],
    row: Row,
    sign: int,
) -> None:
    delta = deltas.get(key)
    if delta is None:
        deltas[key] = GroupDelta(sign, [sign * row[column] for column in columns])
        return
    delta.count += sign
    for place, column in enumerate(columns):
        delta.sums[place] += sign * row[column]


def _tuple_getter(columns: tuple[str, ...]) -> Callable[[Row], tuple[Any, ...]]:
    """`itemgetter` answers a bare value for one column; a group key is always a tuple."""
    if len(columns) == 1:
        column = columns[0]
        return lambda row: (row[column],)
    return itemgetter(*columns)
