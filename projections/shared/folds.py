"""What events do to rows, told by names: most columns hold the event's field of the same name.

A value given by name is a constant, an `Of` (`RECORDED_AT`, `fact("reason")`), or a function of the row and the record.
`model.read_model` binds the plans to the columns of a table, and refuses what an event or a table does not have.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from domain.shared.events import Event
from projections.shared.columns import RECORDED_AT, VERSION, Column, Of
from projections.shared.projection import Everywhere, Fold, Record, Row
from projections.shared.rollups import DeclarationError

Columns = Mapping[str, Column]
"""The columns of a table by their names."""


@dataclass(frozen=True)
class FoldPlan:
    """What an event does to a row, before it is known of which table."""

    bind: Callable[[Columns, type[Event]], Fold]

    def when(self, flag: str) -> "FoldPlan":
        """The same where this field of the event is true; else the row stays as it is."""

        def bind(columns: Columns, kind: type[Event]) -> Fold:
            fold = self.bind(columns, kind)
            return lambda row, record: fold(row, record) if getattr(record.event, flag) else row

        return FoldPlan(bind)


def fact(name: str, made: Callable[[Any], Any] | None = None) -> Of:
    """The value of this field of the event, or what is made of it."""
    return Of(f"event.{name}", made)


def created(*, keeps: tuple[str, ...] = (), **values: Any) -> FoldPlan:
    """A new row: what is given here, what columns hold initially, the event's fields of the same names, else null.

    Where there is a row already it is replaced, but for the columns that it `keeps`.
    """

    def bind(columns: Columns, kind: type[Event]) -> Fold:
        fields = _fields(kind)
        sources = {name: _source(column, fields) for name, column in columns.items()} | values
        missing = [name for name, source in sources.items() if source is _NOWHERE]
        if missing:
            raise DeclarationError(f"{kind.__name__} has nothing for {', '.join(missing)}")
        fill = _filler(sources, columns, kind)
        if not keeps:
            return fill

        def fold(row: Row | None, record: Record[Any]) -> Row:
            kept = {name: row[name] for name in keeps} if row else {}
            return {**fill(row, record), **kept}

        return fold

    return FoldPlan(bind)


def changed(*names: str, **values: Any) -> FoldPlan:
    """The row with these fields of the event and these values, at the event's version; nothing if there is no row."""

    def bind(columns: Columns, kind: type[Event]) -> Fold:
        stored = {name: column.stored for name, column in columns.items()}
        own = {name: fact(name, stored.get(name)) for name in names}
        fill = _filler({"version": VERSION, **own, **values}, columns, kind)
        return lambda row, record: row and {**row, **fill(row, record)}

    return FoldPlan(bind)


@dataclass(frozen=True)
class EverywherePlan:
    """What an event does to every row that names its stream, before it is known of which table."""

    column: str
    values: Mapping[str, Any] | None

    def bind(self, columns: Columns, kind: type[Event]) -> Everywhere:
        """The plan for the columns of a table.

        Raises:
            DeclarationError: the rows could only be found by reading all, or a value depends on the row.
        """
        if self.column not in columns or not columns[self.column].indexed:
            raise DeclarationError(f"{kind.__name__} needs an indexed column {self.column}")
        if self.values is None:
            return Everywhere(self.column, None)
        if {self.column, "version"} & self.values.keys() or any(
            map(callable, self.values.values())
        ):
            raise DeclarationError(f"{kind.__name__} changes all rows alike, and by other columns")
        fill = _filler(self.values, columns, kind)
        return Everywhere(self.column, lambda record: fill(None, record))


def everywhere(column: str, *, removed: bool = False, **values: Any) -> EverywherePlan:
    """Every row whose `column` is the stream of the event: with these values, or none of them any more."""
    return EverywherePlan(column, None if removed else values)


def ended(status: str) -> FoldPlan:
    """The end of what `columns.lifetime` tells of."""
    return changed(status=status, ended_at=RECORDED_AT)


_NOWHERE = object()


def _source(column: Column, fields: Collection[str]) -> Any:
    if column.initially is not None:
        return column.initially
    if column.source in fields:
        return fact(column.source, column.stored)
    return None if column.nullable else _NOWHERE


def _filler(
    sources: Mapping[str, Any], columns: Columns, kind: type[Event]
) -> Callable[[Row | None, Record[Any]], Row]:
    """A function that makes the values of these columns.

    It is compiled, as `dataclass` compiles its methods: a replay calls it for every event, and it costs no more than if
    the row were written out by hand, a quarter of what setting one name after the other does.

    Raises:
        DeclarationError: there is no such column, or no such field of the event.
    """
    unknown = sources.keys() - columns.keys()
    if unknown:
        raise DeclarationError(
            f"no column {', '.join(sorted(unknown))} for {kind.__name__} to fill"
        )
    there = {f"event.{name}" for name in _fields(kind)}
    read = {source.path for source in sources.values() if isinstance(source, Of)}
    absent = {path for path in read if path.startswith("event.")} - there
    if absent:
        raise DeclarationError(f"{kind.__name__} has no {', '.join(sorted(absent))}")
    given = list(sources.values())
    pairs = [
        f"{name!r}: {_code(place, each)}" for place, (name, each) in enumerate(sources.items())
    ]
    fill: Callable[[Row | None, Record[Any]], Row] = eval(  # noqa: S307 - only names that are declared here
        f"lambda row, record: {{{', '.join(pairs)}}}", {"given": given}
    )
    return fill


def _code(place: int, source: Any) -> str:
    if isinstance(source, Of):
        value = f"record.{source.path}"
        return f"given[{place}].made({value})" if source.made else value
    return f"given[{place}](row, record)" if callable(source) else f"given[{place}]"


def _fields(kind: type[Event]) -> set[str]:
    return {each.name for each in msgspec.structs.fields(kind)}
