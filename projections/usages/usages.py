"""Usages as a table to filter, sort and add up; one that was deleted, or whose import was reverted, has no row.

Emissions are exact products. What was pinned and what restatements say stand side by side.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from domain.imports import ImportReverted
from domain.usages.usages import UsageChanged, UsageDeleted, UsageRecorded, UsageRestated
from projections.shared import columns as col
from projections.shared.columns import EXACT, Of
from projections.shared.folds import changed, created, everywhere, fact
from projections.shared.model import by, read_model
from projections.shared.projection import Record, Row

_SUMS = ("emissions", "restated_emissions")
_HOURS = {"usage_at": "usage_hour"}
_CHANGED = (
    *("usage_type_uid", "usage_type_id", "usage_type", "usage_at"),
    *("amount", "unit", "normalised_amount", "normalised_unit"),
    *("factor", "factor_version", "emissions", "emissions_unit", "restated_emissions"),
)


def _hour(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def _unless_repriced(name: str) -> Callable[[Row, Record[UsageChanged]], Any]:
    """What the usage was restated by stays, unless it was priced anew."""
    return lambda row, record: (
        getattr(record.event, name) if record.event.repriced else row[f"restated_{name}"]
    )


def _exact(name: str, meaning: str, example: str, **options: Any) -> col.Column:
    return col.decimal(name, meaning, example, stored_as=EXACT, **options)


USAGES = read_model(
    "usages",
    "What was used, when, by whom, and what that emitted.",
    version=3,
    ids=col.ids(4712, "b1d2c3e4-5f60-4718-8293-a4b5c6d7e82a", "the usage"),
    columns=[
        col.uuid(
            "user_uid",
            "Who used it.",
            "b1d2c3e4-5f60-8718-8293-a4b5c6d7e810",
            nullable=True,
            groupable=True,
        ),
        col.integer("user_id", "Id of who used it.", 12, nullable=True, groupable=True),
        col.bank_uid("The bank or firm whose auditors see it.", nullable=True),
        col.uuid("usage_type_uid", "What was used.", "b1d2c3e4-5f60-8718-8293-a4b5c6d7e817"),
        col.integer("usage_type_id", "Id of what was used.", 100, groupable=True),
        col.text("usage_type", "What that was called.", "electricity"),
        col.timestamp("usage_at", "When it was used.", groupable=True, indexed=True),
        col.timestamp(
            "usage_hour",
            "The hour it was used in.",
            initially=fact("usage_at", _hour),
            internal=True,
        ),
        _exact("amount", "How much, as given.", "12.5"),
        col.label("unit", "In which unit, as given.", "kwh"),
        _exact("normalised_amount", "How much, in the unit of its type.", "12.5"),
        col.text("normalised_unit", "The unit of its type.", "kwh"),
        _exact("factor", "Emissions per unit, as pinned.", "1.5"),
        col.integer("factor_version", "Version of that factor.", 1),
        _exact(
            "emissions",
            "The exact product of normalised amount and factor.",
            "18.75",
            measurable=True,
        ),
        _exact(
            "restated_emissions",
            "The same by the factor of the last restatement; as `emissions` without one.",
            "18.75",
            measurable=True,
            initially=fact("emissions"),
        ),
        _exact(
            "restated_factor",
            "The factor of `restated_emissions`.",
            "1.5",
            initially=fact("factor"),
        ),
        col.integer(
            "restated_factor_version",
            "Version of that factor.",
            1,
            initially=fact("factor_version"),
        ),
        col.label("emissions_unit", "What emissions are counted in.", "kg CO2e"),
        col.text("external_id", "What its sender calls it.", "meter-7/2026-03", nullable=True),
        # All that an import records has its id as correlation id.
        col.uuid("import_id", internal=True, indexed=True, initially=Of("correlation_id")),
        col.recorded_at("When it was recorded."),
    ],
    first="user_id usage_type_id usage_type usage_at amount unit emissions emissions_unit",
    on={
        UsageRecorded: created(),
        UsageChanged: changed(
            *_CHANGED,
            usage_hour=fact("usage_at", _hour),
            restated_factor=_unless_repriced("factor"),
            restated_factor_version=_unless_repriced("factor_version"),
        ),
        UsageRestated: changed(
            "restated_emissions",
            restated_factor=fact("factor"),
            restated_factor_version=fact("factor_version"),
        ),
        UsageDeleted: lambda _row, _record: None,
        ImportReverted: everywhere("import_id", removed=True),
    },
    indexes={
        "user_usage_at": ("user_uid", "usage_at", "id"),
        "bank_usage_at": ("bank_uid", "usage_at", "id"),
    },
    rollups={
        "usage_bank_hours": by("bank_uid", "usage_hour", sums=_SUMS, hours=_HOURS),
        "usage_hours": by("bank_uid", "usage_type_id", "usage_hour", sums=_SUMS, hours=_HOURS),
        "usage_user_hours": by(
            "bank_uid", "user_uid", "usage_type_id", "usage_hour", sums=_SUMS, hours=_HOURS
        ),
    },
    default_sort="-usage_at",
)
