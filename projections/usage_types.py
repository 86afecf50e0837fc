"""Usage types with the factor that is valid now, and the versions of every factor."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec

from domain.shared.ids import derived
from domain.usage_types import (
    FactorAppended,
    UsageTypeDefined,
    UsageTypeRenamed,
    UsageTypeRetired,
)
from projections.shared import columns as col
from projections.shared.columns import STREAM
from projections.shared.folds import changed, created, ended, fact
from projections.shared.model import read_model, read_table
from projections.shared.projection import Record, Row, by_position

_EXAMPLE = "b1d2c3e4-5f60-8718-8293-a4b5c6d7e817"


def _valid_now(name: str) -> Callable[[Any], Any]:
    """Shows this of the version that is valid now: it begins by itself, and no event says so."""

    def show(versions: list[dict[str, Any]]) -> Any:
        now = datetime.now(UTC)
        begun = [one for one in versions if datetime.fromisoformat(one["valid_from"]) <= now]
        return begun[-1][name] if begun else None

    return show


def _of_factor(name: str, meaning: str, example: Any) -> col.Column:
    return col.json(
        name,
        f"{meaning} As of the version that is valid now; null if none is.",
        example,
        column="factors",
        show=_valid_now(name if name != "factor_version" else "version"),
        initially=lambda _row, _record: [],
    )


def _appended(row: Row | None, record: Record[FactorAppended]) -> Row | None:
    told = msgspec.to_builtins(record.event)
    return row and {**row, "factors": [*row["factors"], told], "version": record.version}


def _uid(_row: Any, record: Record[Any]) -> UUID:
    return derived("usage factor", record.stream_id, str(record.version))


FACTORS = read_table(
    "usage_type_factors",
    "The versions of every factor: each is valid until the next one begins.",
    ids=col.ids(5, "b1d2c3e4-5f60-8718-8293-a4b5c6d7e83a", version="Always 1: it never changes."),
    columns=[
        col.uuid(
            "usage_type_uid", "The type it belongs to.", _EXAMPLE, indexed=True, initially=STREAM
        ),
        col.integer(
            "factor_version", "Versions of one type count from 1.", 1, initially=fact("version")
        ),
        col.decimal("factor", "Emissions per unit.", "1.5", stored_as=col.EXACT),
        col.text("emissions_unit", "What it gives per unit.", "kg CO2e"),
        col.timestamp("valid_from", "Since when it is valid.", "1980-01-01T00:00:00Z"),
        col.text("source", "Who says so.", "Daybook's starting table"),
        col.integer("scope", "1, 2 or 3 of the GHG Protocol.", 2, nullable=True),
        col.text("region", "The region its source speaks of.", "DE", nullable=True),
        col.integer("year", "The year its source speaks of.", 2025, nullable=True),
        col.recorded_at("When it was recorded."),
    ],
    key=by_position,
    key_column="id",
    on={FactorAppended: created(uid=_uid, version=1)},
)

USAGE_TYPES = read_model(
    "usage_types",
    "What can be used, in which unit, and what a unit emits.",
    version=1,
    ids=col.ids(100, _EXAMPLE),
    columns=[
        col.label("name", "What it is called.", "electricity"),
        col.label("unit", "What its amounts are counted in.", "kwh"),
        _of_factor("factor", "Emissions per unit.", "1.5"),
        _of_factor("emissions_unit", "What the factor gives per unit.", "kg CO2e"),
        _of_factor("factor_version", "Which version of the factor this is.", 1),
        _of_factor("valid_from", "Since when it is valid.", "1980-01-01T00:00:00Z"),
        _of_factor("source", "Who says so.", "Daybook's starting table"),
        _of_factor("scope", "1, 2 or 3 of the GHG Protocol.", None),
        _of_factor("region", "The region its source speaks of.", None),
        _of_factor("year", "The year its source speaks of.", None),
        *col.lifetime("active", "retired"),
    ],
    on={
        UsageTypeDefined: created(id=fact("id")),
        UsageTypeRenamed: changed("name"),
        UsageTypeRetired: ended("retired"),
        FactorAppended: _appended,
    },
    beside=[FACTORS],
)
