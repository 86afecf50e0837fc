"""In which schema a query finds its read model: one of its versions has the usual place, others stand beside it."""

from collections.abc import Mapping
from time import monotonic

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.shared.errors import Unavailable
from projections.shared.projection import READ_SCHEMA
from projections.shared.query.fields import Collection
from projections.shared.shelves import shelf_of

_LIVE = sa.text("SELECT projection, version FROM daybook.checkpoints WHERE slot = 'live'")
_CHECKPOINTS = sa.table(
    "checkpoints",
    *map(sa.column, ("projection", "slot", "version", "position", "token", "epoch")),
    schema="daybook",
).c
# A checkpoint names the epoch of a log on another server; otherwise it goes with the log beside it.
_BESIDE = sa.func.daybook.epoch()
# A shelf changes when a version is retired, which is told by a table that is not there, or is new in its place.
_KNOWN_S = 1.0


class Places:
    """Where the read models of this code are, by their names and versions; of others, the usual place."""

    def __init__(self, versions: Mapping[str, int]) -> None:
        self._versions = versions
        self._live: dict[str, int] = {}
        self._known_until = 0.0

    def mark(self, collection: Collection) -> sa.ColumnElement[str | None]:
        """What the rows of a collection that was led to follow from: the version of its read model, how far that has
        read the log, with which tables, and the epoch of the log. Null for what is no read model of this code."""
        at = _CHECKPOINTS
        epoch = sa.func.coalesce(at.epoch, _BESIDE)
        found = self._found(
            collection, sa.func.concat_ws(".", at.version, at.position, at.token, epoch)
        )
        return sa.null().cast(sa.Text) if found is None else found

    def epoch(self, collection: Collection) -> sa.ColumnElement[str]:
        """The epoch of the log that the rows of a collection that was led to follow from, or are part of."""
        found = self._found(collection, _CHECKPOINTS.epoch)
        epoch = _BESIDE if found is None else sa.func.coalesce(found, _BESIDE)
        return sa.select(epoch).scalar_subquery()  # asked once, not for each row

    def _found(
        self, collection: Collection, told: sa.ColumnElement[str]
    ) -> sa.ColumnElement[str | None] | None:
        """What the checkpoint of a collection's read model tells; None for what is no read model of this code."""
        name, at = collection.projection or "", _CHECKPOINTS
        if (version := self._versions.get(name)) is None:
            return None
        key = shelf_of(name, version, self._live.get(name)).key
        row = sa.select(told).where(at.slot == "live", at.projection == key, at.version == version)
        return row.scalar_subquery()

    def key(self, projection: str) -> str:
        """The name of the checkpoint of this code's version of a read model, as it was last seen."""
        return shelf_of(projection, self._versions[projection], self._live.get(projection)).key

    async def lead(
        self, connection: AsyncConnection, collection: Collection, *, anew: bool = False
    ) -> AsyncConnection:
        """The connection, on which the collection's tables are those of this code's version.

        Raises:
            Unavailable: that is not built yet; another version is there (code `not_built`).
        """
        version = self._versions.get(collection.projection or "")
        if collection.projection is None or version is None:
            return connection
        if anew or monotonic() > self._known_until:
            rows = await connection.execute(_LIVE)
            self._live = {row.projection: row.version for row in rows}
            self._known_until = monotonic() + _KNOWN_S
        shelf = shelf_of(collection.projection, version, self._live.get(collection.projection))
        if shelf.is_beside and shelf.key not in self._live:
            raise Unavailable(
                f"{collection.projection} is not built yet in version {version}", code="not_built"
            )
        if shelf.is_beside or anew:
            where = {READ_SCHEMA: shelf.schema}
            return await connection.execution_options(schema_translate_map=where)
        return connection
