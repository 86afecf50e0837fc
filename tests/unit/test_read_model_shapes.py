"""The shape of every read model, pinned per version: what changes a table or a field is a new version, no accident.

`python -m tests.unit.test_read_model_shapes` writes the files anew, for whoever changed a shape on purpose.
"""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from projections.shared.catalog import PROJECTIONS
from projections.shared.query.fields import Collection, Field

PINNED = Path(__file__).parent / "read_models"
_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]
_SHAPES = (
    "type",
    "source",
    "nullable",
    "choices",
    "groupable",
    "measurable",
    "filterable",
    "ordered",
    "money",
    "shown",
    "description",
    "example",
)


def _shapes() -> dict[str, str]:
    """What each file is to hold, by its name."""
    return {
        f"{each.name}.v{each.version}.sql": "\n".join(
            [*_tables(each.all_tables), *_fields(each.collection)]
        )
        for each in PROJECTIONS
    }


def _tables(tables: Iterable[sa.Table]) -> Iterator[str]:
    for table in tables:
        yield str(CreateTable(table).compile(dialect=_DIALECT)).strip() + ";"
        indexes = sorted(table.indexes, key=lambda index: str(index.name))
        yield from (f"{CreateIndex(index).compile(dialect=_DIALECT)};" for index in indexes)
        yield ""


def _fields(collection: Collection) -> Iterator[str]:
    yield f"-- {collection.name}: {collection.description}"
    yield f"-- currency {collection.currency}, sort {collection.default_sort!r}, key {collection.key}, {collection.uid}"
    yield f"-- rollups {', '.join(rollup.table.name for rollup in collection.rollups)}"
    yield from (f"-- {field.name}: {_field(field)}" for field in collection.fields)
    yield ""


def _field(field: Field) -> str:
    said: dict[str, Any] = {name: getattr(field, name) for name in _SHAPES}
    return json.dumps({**said, "show": field.show is not None}, ensure_ascii=False)


@pytest.mark.parametrize("path", sorted(PINNED.iterdir()), ids=lambda path: path.stem)
def test_the_shape_of_a_version_stays(path: Path) -> None:
    assert _shapes().get(path.name) == path.read_text(encoding="utf-8"), (
        f"{path.name}: raise the version of a read model whose shape changes"
    )


if __name__ == "__main__":
    for stale in PINNED.iterdir():
        stale.unlink()
    for name, shape in _shapes().items():
        (PINNED / name).write_text(shape, encoding="utf-8")
