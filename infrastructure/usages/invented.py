"""Invented usages for a first look: two years of meter readings, the same for the same person."""

import random
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal

from application.usages.batches import SentUsage

FIRST_YEAR, YEARS = 2024, 2
# By type: its unit as meters say it, what a month usually comes to, and how much more in winter than in summer.
_METERS = ((100, "kWh", 210, 0.3), (101, "kg", 90, 0.05), (104, "m3", 95, 0.9))


def usages_of(name: str) -> Sequence[SentUsage]:
    """What somebody of this name used, month by month."""
    dice = random.Random(name)  # noqa: S311 - for variety, not for secrets
    return [
        SentUsage(
            external_id=f"meter-{number}/{year}-{month:02}",
            usage_type_id=number,
            usage_at=datetime(year, month, 28, 18, tzinfo=UTC),
            amount=_amount(dice, usual, swing, month),
            unit=unit,
        )
        for year in range(FIRST_YEAR, FIRST_YEAR + YEARS)
        for month in range(1, 13)
        for number, unit, usual, swing in _METERS
    ]


def _amount(dice: random.Random, usual: int, swing: float, month: int) -> Decimal:
    winter = abs(month - 7) / 6  # 1 in January, 0 in July
    tenths = usual * (1 - swing / 2 + swing * winter) * dice.uniform(0.85, 1.15) * 10
    return Decimal(round(tenths)) / 10
