"""One row of a read model, made of facts that were read off the log itself."""

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from projections.shared.projection import ReadTable, Record, Row
from projections.shared.query.fields import Collection, Field
from projections.shared.query.present import row_shower


def folded(table: ReadTable, records: Iterable[Record[Any]]) -> Row | None:
    """The row of the table that these facts make, in their order; None if they make none."""
    row: Row | None = None
    for record in records:
        fold = table.folds.get(type(record.event))
        row = fold(row, record) if fold else row
    return row


def shown(collection: Collection, row: Row, fields: tuple[Field, ...] = ()) -> dict[str, Any]:
    """A replayed row as lists show it; all of it where no fields are named."""
    return _showing(collection, fields)(row)


@lru_cache
def _showing(collection: Collection, fields: tuple[Field, ...]) -> Callable[[Row], dict[str, Any]]:
    columns = collection.fields
    wanted = fields or [field for field in columns if field.shown]
    show = row_shower(collection, wanted, columns)
    sources = [field.source for field in columns]
    return lambda row: show([row[source] for source in sources])
