"""Declaring a read model: its columns once, what events do to its rows, and by what it is added up.

The tables, their indexes and rollups, the fields that can be asked for and their documentation all follow.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa

from domain.shared.events import Event
from projections.shared.columns import Column
from projections.shared.folds import EverywherePlan, FoldPlan
from projections.shared.projection import READ_SCHEMA, Fold, Key, Projection, ReadTable, by_stream
from projections.shared.query.fields import Collection
from projections.shared.rollups import DeclarationError, rollup_of


@dataclass(frozen=True)
class Grouping:
    """What a rollup counts by, which columns it sums, and which of its columns are the hours of others."""

    columns: tuple[str, ...]
    sums: tuple[str, ...]
    hours: Mapping[str, str]


def by(
    *columns: str, sums: tuple[str, ...] = (), hours: Mapping[str, str] = MappingProxyType({})
) -> Grouping:
    """Count the rows of each group of these columns, and sum these.

    `hours` names, for a column of moments, the one among `columns` that holds their hours in UTC: periods of those
    moments are told from it, too. The moments lie after 1979.
    """
    return Grouping(columns, sums, hours)


def collection(
    name: str,
    meaning: str,
    columns: Sequence[Column],
    *,
    fields: Sequence[Column] = (),
    schema: str = "daybook",
    key: str = "id",
    uid: str | None = "uid",
    unique: str | None = None,
    sortable: str = "",
    indexes: Mapping[str, tuple[str, ...]] = {},
    covering: Mapping[str, tuple[str, ...]] = {},
    rollups: Mapping[str, Grouping] = {},
    default_sort: str = "",
) -> Collection:
    """A table of these columns, and what can be asked of it.

    `fields` are the columns in the order in which rows show them, if that is another than the table's. `unique` is a
    column that is so beside the key. `indexes` are those beside the indexes of `indexed` columns, by the ends of their
    names; `covering` are the columns that one of them holds besides, so that it answers alone. Where `sortable` names
    columns, with spaces between, no others are.
    """
    if sortable:
        columns = [replace(each, sortable=each.name in sortable.split()) for each in columns]
    own = {each.source: (each.source, key) for each in columns if each.indexed}
    table = sa.Table(
        name,
        sa.MetaData(),
        *_stored(columns, key, unique),
        *(
            sa.Index(f"{name}_{end}", *on, postgresql_include=list(covering.get(end, ())))
            for end, on in {**own, **indexes}.items()
        ),
        schema=schema,
    )
    return Collection(
        name=name,
        table=table,
        fields=tuple(each for each in fields or columns if not each.internal),
        currency="currency" if any(each.money for each in columns) else None,
        default_sort=default_sort,
        rollups=tuple(
            rollup_of(table, title, by=each.columns, sums=each.sums, hours=each.hours)
            for title, each in rollups.items()
        ),
        key=key,
        uid=uid,
        description=meaning,
    )


def _stored(columns: Sequence[Column], key: str, unique: str | None) -> "Iterator[sa.Column[Any]]":
    # Two fields may show one column, each in its way.
    for name, column in {each.source: each for each in columns}.items():
        if name == key:
            yield column.of_table(primary_key=True, autoincrement=False)
        else:
            yield column.of_table(unique=column.unique or name == unique)


def read_table(
    name: str,
    meaning: str = "",
    *,
    ids: tuple[Column, Column, Column],
    columns: Sequence[Column],
    on: Mapping[type[Event], FoldPlan | Fold | EverywherePlan],
    first: str = "",
    key: Key = by_stream,
    key_column: str = "uid",
    **asked: Any,
) -> ReadTable:
    """One table of a read model: `ids` and `columns`, and what each event does `on` the row that `key` names.

    Rows show the columns named in `first`, with spaces between, before the others. The rest is as for `collection`.

    Raises:
        DeclarationError: no event would ever reach it, or a plan names what an event or the table does not have.
    """
    if not on:
        raise DeclarationError(f"{name} has no fold: no event would ever reach it")
    number, uid, version = ids
    known = {each.name: each for each in (*ids, *columns)}
    unknown = [each for each in (*first.split(), key_column) if each not in known]
    if unknown or len(known) != len(ids) + len(columns):
        what = f"no column {', '.join(unknown)}" if unknown else "two columns of one name"
        raise DeclarationError(f"{name} has {what}")
    stored = {each.source: each for each in known.values()}
    shown = dict.fromkeys([*first.split(), *(each.name for each in columns)])
    declared = collection(
        name,
        meaning,
        list(known.values()),
        fields=(number, uid, *(known[each] for each in shown), version),
        schema=READ_SCHEMA,
        unique="uid" if key_column == "id" else key_column,
        **asked,
    )
    apart = {
        kind: plan.bind(stored, kind)
        for kind, plan in on.items()
        if isinstance(plan, EverywherePlan)
    }
    sums = {name for rollup in declared.rollups for name in rollup.sums}
    if any(
        sums & {*(plan.values or ())} for plan in on.values() if isinstance(plan, EverywherePlan)
    ):
        raise DeclarationError(f"{name} sums what an event changes everywhere")
    return ReadTable(
        declared,
        {
            kind: plan.bind(stored, kind) if isinstance(plan, FoldPlan) else plan
            for kind, plan in on.items()
            if not isinstance(plan, EverywherePlan)
        },
        key,
        key_column,
        apart,
    )


def read_model(
    name: str,
    meaning: str = "",
    *,
    version: int,
    table: str | None = None,
    beside: Sequence[ReadTable] = (),
    **declared: Any,
) -> Projection:
    """A read model of one table, named as the model unless `table` says otherwise, and perhaps others `beside` it.

    Everything else is as for `read_table`.
    """
    tables = (read_table(table or name, meaning, **declared), *beside)
    return Projection(
        name,
        version,
        tuple(
            replace(each, collection=replace(each.collection, projection=name, version=version))
            for each in tables
        ),
    )
