"""What a read model is: tables, and a pure function per event that says what becomes of a row.

A read model is declared in the module of its context (`model.read_model`) and knows nothing of positions, transactions
or SQL: `engine.py` folds pages of the log with it, and `infrastructure/shared/read_store` writes what changed.

Rules upheld here:
- a fold is pure and total over the events the domain can record: it gets the row as it is (None if there is none) and
  returns the row as it is to be (None to remove it), without changing the row it was given;
- every table has `id` (the position of the event that created the row) and `uid` (the stream it tells of), so a
  rebuild gives every entity the ids it had before;
- text sorts by code point (`COLLATE "C"`), so that an order never depends on a server's locale;
- a rollup keeps only counts and sums of exact numbers: what can be taken away again exactly.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from application.shared.ports import Record as Record
from domain.shared.events import Event
from projections.shared.query.fields import Collection
from projections.shared.rollups import Rollup

READ_SCHEMA = "read"
"""The PostgreSQL schema of the live read models."""


Row = dict[str, Any]
Fold = Callable[[Row | None, Record[Any]], Row | None]
Key = Callable[[Record[Any]], Any]


def by_stream(record: Record[Any]) -> Any:
    """The usual key: each row tells of one stream."""
    return record.stream_id


def by_position(record: Record[Any]) -> Any:
    """The key of rows that each tell of one event."""
    return record.position


@dataclass(frozen=True)
class Everywhere:
    """What an event does to every row whose `column` names its stream: `changes` says what each holds then.

    The version of each row counts one more. Where `changes` is None, the rows are removed.
    """

    column: str
    changes: Callable[[Record[Any]], Row] | None


@dataclass(frozen=True)
class ReadTable:
    """One table of a read model, what each event does to the row it concerns, and how it is queried.

    `key` names that row by the value of `key_column`, which is unique. With the default, a row tells of one stream
    and is not looked up when its stream begins. Events in `everywhere` concern all rows that name their stream.
    """

    collection: Collection
    folds: Mapping[type[Event], Fold]
    key: Key = by_stream
    key_column: str = "uid"
    everywhere: Mapping[type[Event], Everywhere] = field(default_factory=dict)

    @property
    def table(self) -> sa.Table:
        """The table itself."""
        return self.collection.table

    @property
    def rollups(self) -> tuple[Rollup, ...]:
        """What is kept of its counts and sums."""
        return self.collection.rollups


@dataclass(frozen=True)
class Projection:
    """A read model: a name, a version, its tables.

    Raise `version` with every change of a table or a fold: the projector then builds the new version beside the live
    one and switches when it has caught up.
    """

    name: str
    version: int
    tables: tuple[ReadTable, ...]

    @property
    def collection(self) -> Collection:
        """How its first table is queried."""
        return self.tables[0].collection

    @property
    def events(self) -> tuple[type[Event], ...]:
        """The classes of events that any of its tables takes in, each once."""
        kinds = (kind for table in self.tables for kind in (*table.folds, *table.everywhere))
        return tuple(dict.fromkeys(kinds))

    @property
    def apart(self) -> frozenset[type[Event]]:
        """The classes of events that change rows everywhere: each has to be a page of its own."""
        return frozenset(kind for table in self.tables for kind in table.everywhere)

    @property
    def is_divisible(self) -> bool:
        """Whether each row follows from one stream, and from what concerns all: then streams can be shared out."""
        folded = {kind for table in self.tables for kind in table.folds}
        return self.apart.isdisjoint(folded) and all(
            table.key in (by_stream, by_position) for table in self.tables
        )

    @property
    def all_tables(self) -> tuple[sa.Table, ...]:
        """Every table it owns, rollups included."""
        return tuple(
            table
            for read_table in self.tables
            for table in (read_table.table, *(rollup.table for rollup in read_table.rollups))
        )
