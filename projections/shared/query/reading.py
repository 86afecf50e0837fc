"""Answering queries from PostgreSQL."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

import msgspec
import sqlalchemy as sa
from msgspec.structs import replace
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from application.shared.ports import EpochChanged
from domain.shared.errors import NotFound, Unavailable
from projections.shared.projection import READ_SCHEMA
from projections.shared.query.aggregates import groups_statement
from projections.shared.query.counts import count_of
from projections.shared.query.cursors import digest_of, write_cursor
from projections.shared.query.fields import Collection, Field
from projections.shared.query.fill import check_number, filled
from projections.shared.query.identity import identify
from projections.shared.query.keyset import rows_statement
from projections.shared.query.places import Places
from projections.shared.query.present import group_shower, row_shower
from projections.shared.query.replicas import Replica
from projections.shared.query.requests import (
    EVERYTHING,
    GROUPS_MAX,
    AggregateQuery,
    CountKind,
    Cursor,
    FacetQuery,
    GroupTerm,
    ListQuery,
    Scope,
    scope_conditions,
)
from projections.shared.query.sql import column_of, where

T = TypeVar("T")

Row = dict[str, Any]

EXPORT_ROWS = 2_000
"""Rows of one part of an export: what is held in memory at a time."""


class Page(msgspec.Struct, frozen=True):
    """Some rows of a list, and the cursors of the pages after and before, None where there is none.

    `count` is how many rows the filters let through, None if it was not asked for; `epoch` that of the log, and `mark`
    as `Queries.mark` says.
    """

    rows: list[Row]
    next: str | None = None
    prev: str | None = None
    count: int | None = None
    epoch: str | None = None
    mark: str | None = None


class Groups(msgspec.Struct, frozen=True):
    """The groups of an aggregate; `truncated` says that the limit left some out.

    `totals` has the measures over all rows: one entry per currency, or the only one of a collection without currencies;
    None if it was not asked for. `mark` is as `Queries.mark` says.
    """

    rows: list[Row]
    totals: list[Row] | None = None
    truncated: bool = False
    mark: str | None = None


class Facet(msgspec.Struct, frozen=True):
    """The values of one field with their measures, the most frequent first; `truncated` as for groups.

    Each row has `value`, the currency if the collection has one, `count`, and the other measures.
    """

    name: str
    values: list[Row]
    truncated: bool = False


class Facets(msgspec.Struct, frozen=True):
    """The facets that were asked for; `mark` is as `Queries.mark` says."""

    facets: list[Facet]
    mark: str | None = None


class _Engines(NamedTuple):
    """Connections of a server, and the same for what takes several statements: one snapshot, its mark included."""

    usual: AsyncEngine
    snapshots: AsyncEngine

    @classmethod
    def on(cls, engine: AsyncEngine) -> "_Engines":
        return cls(engine, engine.execution_options(isolation_level="REPEATABLE READ"))


class Queries:
    """Answers queries on any collection from the read models in `engine`.

    Every method raises `Unavailable` while the database cannot be reached, gives up on the query, or the read model is
    not built yet; the same query may be sent again.

    Args:
        versions: those of the read models that this code knows; what is not named is read where it usually is.
        beside_log: where what is no read model is read, if that is on another server.
        replica: what answers for the read models as far as it has come, if there is one.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        versions: Mapping[str, int] = {},
        beside_log: AsyncEngine | None = None,
        replica: Replica | None = None,
    ) -> None:
        self._of_read_models = _Engines.on(engine)
        self._beside_log = _Engines.on(beside_log or engine)
        self._replica = replica
        self._of_replica = replica and _Engines.on(replica.engine)
        self._versions = versions
        self._places = Places(versions)

    async def mark(self, collection: Collection) -> str | None:
        """What all answers of a collection follow from, beside the question: as long as it is the same, so are they.

        It is one look at the checkpoint; None if nobody can tell.
        """

        async def read(connection: AsyncConnection) -> str | None:
            return await self._mark(connection, collection)

        return await self._answer(collection, read)

    async def page(self, collection: Collection, query: ListQuery) -> Page:
        """The rows of a page, in the order asked for, with values as Python's own types.

        Raises:
            EpochChanged: the cursor is of a log that was taken back since.
        """
        columns = _columns(collection, query)
        # One row more than asked for tells whether there is another page.
        more = None if query.limit is None else query.limit + 1
        rows = rows_statement(collection.table, query, columns, more)

        async def read(connection: AsyncConnection) -> Page:
            at = (
                self._places.epoch(collection).label("epoch"),
                self._places.mark(collection).label("mark"),
            )
            found = (await connection.execute(rows.add_columns(*at))).all()
            epoch, mark = (
                (found[0].epoch, found[0].mark)
                if found
                else (await connection.execute(sa.select(*at))).one()
            )
            if query.cursor is not None and query.cursor.epoch not in (None, epoch):
                raise EpochChanged(str(query.cursor.epoch), epoch)
            counted = query.count is not CountKind.NONE
            count = await count_of(connection, collection, query) if counted else None
            return replace(_page(collection, query, columns, found, count, epoch), mark=mark)

        return await self._answer(collection, read, is_snapshot=True)

    async def one(
        self,
        collection: Collection,
        identity: int | str | UUID,
        fields: Sequence[Field],
        scope: Scope = EVERYTHING,
    ) -> Row:
        """The `fields` of the row with this key or uid.

        Raises:
            Malformed: `identity` is neither.
            NotFound: there is no such row, or it is out of scope, which is answered alike.
        """
        field, value = identify(collection, identity)
        columns = _with_currency(collection, fields)
        selected = [column_of(collection.table, each).label(each.name) for each in columns]
        statement = sa.select(*selected).where(
            column_of(collection.table, field) == value,
            *where(collection.table, scope_conditions(scope)),
        )

        async def read(connection: AsyncConnection) -> Sequence[Any] | None:
            return (await connection.execute(statement)).one_or_none()

        found = await self._answer(collection, read)
        if found is None:
            raise NotFound(f"{collection.name} has no record with {field.name} {identity}")
        return row_shower(collection, fields, columns)(found)

    async def aggregate(self, collection: Collection, query: AggregateQuery) -> Groups:
        """The groups in the order asked for, keyed by the names of the query.

        Raises:
            Invalid: filled, there would be too many groups (code `too_many_groups`).
        """

        async def read(connection: AsyncConnection) -> Groups:
            rows, truncated = await _groups(connection, collection, query)
            totals = await _totals(connection, collection, query) if query.totals else None
            return Groups(rows, totals, truncated, await self._mark(connection, collection))

        return await self._answer(collection, read, is_snapshot=True)

    async def facets(self, collection: Collection, query: FacetQuery) -> Facets:
        """The values of each facet among the rows that the filters let through."""

        async def read(connection: AsyncConnection) -> Facets:
            found = [await _facet(connection, collection, *facet) for facet in query.facets]
            return Facets(found, await self._mark(connection, collection))

        return await self._answer(collection, read, is_snapshot=True)

    async def stream(self, collection: Collection, query: ListQuery) -> AsyncIterator[list[Row]]:
        """The rows in parts of at most `EXPORT_ROWS`, read as they are taken: memory does not grow with their number.

        Close the iterator (`aclosing`) if it is left before its end, so that the connection is given back.
        """
        columns = _columns(collection, query)
        show = row_shower(collection, query.fields, columns)
        statement = rows_statement(collection.table, query, columns, query.limit)
        async with AsyncExitStack() as stack:
            connection = await self._of_whoever_may(stack, collection)
            result = await self._tried(
                connection,
                collection,
                lambda it: it.stream(statement, execution_options={"yield_per": EXPORT_ROWS}),
            )
            async for part in result.partitions():
                yield [show(row) for row in part]

    async def _mark(self, connection: AsyncConnection, collection: Collection) -> str | None:
        mark = await connection.execute(sa.select(self._places.mark(collection)))
        return mark.scalar_one()

    def _engines(self, collection: Collection) -> "_Engines":
        is_read_model = collection.table.schema == READ_SCHEMA
        return self._of_read_models if is_read_model else self._beside_log

    async def _answer(
        self,
        collection: Collection,
        read: Callable[[AsyncConnection], Awaitable[T]],
        *,
        is_snapshot: bool = False,
    ) -> T:
        for engines in self._ways(collection):
            try:
                async with _reading(engines.snapshots if is_snapshot else engines.usual) as it:
                    if await self._may_answer(engines, it, collection):
                        return await self._tried(it, collection, read)
            except (Unavailable, sa.exc.DBAPIError) as error:
                self._give_up(engines, error)
        raise AssertionError("the last of them answers or raises")

    async def _of_whoever_may(
        self, stack: AsyncExitStack, collection: Collection
    ) -> AsyncConnection:
        """A connection, until the stack ends, of whoever may answer; what begins there ends there."""
        for engines in self._ways(collection):
            try:
                async with AsyncExitStack() as tried:
                    connection = await tried.enter_async_context(_reading(engines.usual))
                    if await self._may_answer(engines, connection, collection):
                        await stack.enter_async_context(tried.pop_all())
                        return connection
            except (Unavailable, sa.exc.DBAPIError) as error:
                self._give_up(engines, error)
        raise AssertionError("the last of them answers or raises")

    def _ways(self, collection: Collection) -> Iterator["_Engines"]:
        """Who may be asked of a collection, one after the other; the last has to answer."""
        is_read_model = collection.projection in self._versions
        if self._of_replica and self._replica and is_read_model and self._replica.is_worth_asking:
            yield self._of_replica
        yield self._engines(collection)

    async def _may_answer(
        self, engines: "_Engines", connection: AsyncConnection, collection: Collection
    ) -> bool:
        if engines is not self._of_replica or self._replica is None:
            return True
        name = collection.projection or ""
        key, version = self._places.key(name), self._versions[name]
        return await self._replica.may_answer(connection, name, key, version)

    def _give_up(self, engines: "_Engines", error: Exception) -> None:
        """Go on to the next, if this was not the last."""
        if engines is not self._of_replica or self._replica is None:
            raise error
        cause = error.__cause__ or error
        self._replica.failed("it does not answer", str(getattr(cause, "orig", cause)))

    async def _tried(
        self,
        connection: AsyncConnection,
        collection: Collection,
        read: Callable[[AsyncConnection], Awaitable[T]],
    ) -> T:
        try:
            return await read(await self._places.lead(connection, collection))
        except (sa.exc.NotSupportedError, sa.exc.ProgrammingError):
            # "cached plan must not change result type": a rebuild switched the table under a prepared statement, and
            # the driver forgets its statements with the rollback. Or the table has another shelf, since a version was
            # retired. Neither can come twice.
            await connection.rollback()
            return await read(await self._places.lead(connection, collection, anew=True))


# Undefined table or schema: the projector has not made the read model yet.
_NOT_BUILT = ("42P01", "3F000")


@asynccontextmanager
async def _reading(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    try:
        async with engine.connect() as connection:
            yield connection
    except (sa.exc.OperationalError, sa.exc.InterfaceError, sa.exc.TimeoutError) as error:
        raise Unavailable("the read models cannot be reached now") from error
    except sa.exc.ProgrammingError as error:
        if getattr(error.orig, "sqlstate", None) not in _NOT_BUILT:
            raise
        raise Unavailable("this read model is not built yet", code="not_built") from error


async def _facet(
    connection: AsyncConnection, collection: Collection, term: GroupTerm, query: AggregateQuery
) -> Facet:
    rows, truncated = await _groups(connection, collection, query)
    return Facet(term.name, [_value_first(term, row) for row in rows], truncated)


async def _groups(
    connection: AsyncConnection, collection: Collection, query: AggregateQuery
) -> tuple[list[Row], bool]:
    show = group_shower(collection, query)
    most = GROUPS_MAX if query.fill else query.limit
    found = (await connection.execute(groups_statement(collection, query, most + 1))).all()
    names = [*(term.name for term in query.by), *(each.name for each in query.measures)]
    rows = [dict(zip(names, row, strict=True)) for row in found]
    if query.fill:
        check_number(len(rows))
        rows = filled(query, rows)
    return [show(row) for row in rows[: query.limit]], len(rows) > query.limit


async def _totals(
    connection: AsyncConnection, collection: Collection, query: AggregateQuery
) -> list[Row]:
    currency = collection.currency_field
    by = (GroupTerm(currency),) if currency else ()
    over_all = AggregateQuery(
        conditions=query.conditions,
        by=by,
        measures=query.measures,
        sort=(),
        limit=GROUPS_MAX,
    )
    return (await _groups(connection, collection, over_all))[0]


def _columns(collection: Collection, query: ListQuery) -> tuple[Field, ...]:
    """The fields to read: those to show, those a cursor is made of, and the currency of the amounts."""
    sorted_by = (term.field for term in query.sort)
    return tuple(dict.fromkeys((*_with_currency(collection, query.fields), *sorted_by)))


def _with_currency(collection: Collection, fields: Sequence[Field]) -> tuple[Field, ...]:
    currency = collection.currency_field
    if currency is None or not any(field.money for field in fields):
        return tuple(fields)
    return tuple(dict.fromkeys((*fields, currency)))


def _value_first(term: GroupTerm, row: Row) -> Row:
    """A facet's row with its value under a name that is the same for every facet."""
    rest = {name: value for name, value in row.items() if name != term.name}
    return {"value": row[term.name], **rest}


def _page(
    collection: Collection,
    query: ListQuery,
    columns: Sequence[Field],
    found: Sequence[Sequence[Any]],
    count: int | None,
    epoch: str,
) -> Page:
    """The page from its rows as they were read, of which there may be one more than it shows."""
    more = query.limit is not None and len(found) > query.limit
    rows = list(found[: query.limit])
    backward = query.cursor is not None and query.cursor.backward
    if backward:
        rows.reverse()
    edges = [replace(edge, epoch=epoch) for edge in _edges(query, columns, rows)]
    digest = digest_of(collection, query.conditions, query.sort)
    # Behind a page that a cursor led to there are rows, unless they went away; ahead there are if one more was read.
    has_next = backward or more
    has_prev = more if backward else query.cursor is not None
    show = row_shower(collection, query.fields, columns)
    return Page(
        rows=[show(row) for row in rows],
        next=write_cursor(edges[1], digest) if edges and has_next else None,
        prev=write_cursor(edges[0], digest) if edges and has_prev else None,
        count=count,
        epoch=epoch,
    )


def _edges(
    query: ListQuery, columns: Sequence[Field], rows: Sequence[Sequence[Any]]
) -> tuple[Cursor, ...]:
    """The cursors of the pages before the first row and after the last one, if there is either."""
    if rows:
        places = [columns.index(term.field) for term in query.sort]
        first, last = (tuple(row[place] for place in places) for row in (rows[0], rows[-1]))
        return Cursor(first, backward=True), Cursor(last)
    if query.cursor is None:
        return ()
    # The rows past the cursor have gone: back leads to the cursor's own row, which must not be passed over.
    here = query.cursor
    return (
        Cursor(here.values, backward=True, inclusive=not here.inclusive),
        Cursor(here.values, inclusive=not here.inclusive),
    )
