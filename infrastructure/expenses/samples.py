"""Sample files of expenses: invented, believable, and the same for the same seed.

The format is that of the first data set Daybook was asked to read: `departments, project_name, amount, date,
member_name`, amounts such as `"1,200.00€"`, dates as M/D/YYYY. A member works in one department, a project belongs to
one, the amounts of a kind of spending lie around what it usually costs, and the days cover two years.
"""

import csv
import datetime as dt
import random
from collections.abc import Callable, Iterator, Sequence
from typing import TextIO, TypeVar

import msgspec

from application.expenses.import_kind import KIND
from application.shared.samples import SampleFile

T = TypeVar("T")

FIRST_DAY = dt.date(2024, 1, 1)
DAYS = 731  # two years, one of them a leap year
_FLUSH_ROWS = 5_000


class Department(msgspec.Struct, frozen=True):
    """Who works there, on what, how often they spend (`share` of 100), and what things usually cost, in cents."""

    name: str
    share: int
    members: tuple[str, ...]
    projects: tuple[str, ...]
    typical_cents: tuple[int, ...]


DEPARTMENTS = (
    Department(
        "IT",
        30,
        ("Amara Osei", "Jonas Lindqvist", "Mei Tanaka", "Rafael Duarte", "Sofia Marchetti"),
        ("Harbour Migration", "Lantern Portal", "Quiet Pager", "Tideline Backup"),
        (2_900, 18_000, 120_000),
    ),
    Department(
        "Sales",
        25,
        ("Bram de Wit", "Chloé Renard", "Ivana Kovač", "Tomás Herrera"),
        ("Alpine Tour", "Northern Accounts", "Partner Days"),
        (4_500, 22_000, 64_000),
    ),
    Department(
        "Marketing",
        18,
        ("Elif Yıldız", "Noah Bergström", "Zuzana Havel"),
        ("Autumn Film", "Open House", "Paper Crane Campaign", "Riverside Fair"),
        (3_500, 40_000, 260_000),
    ),
    Department(
        "HR",
        12,
        ("Fatima Benali", "Leo Novak"),
        ("Apprentice Year", "Welcome Week"),
        (2_500, 15_000),
    ),
    Department(
        "Finance",
        8,
        ("Greta Hoffmann", "Pádraig Byrne"),
        ("Audit Season", "Ledger Renewal"),
        (6_000, 90_000),
    ),
    Department(
        "Facilities",
        7,
        ("Hassan Qureshi", "Marta Zielińska"),
        ("Roof Garden", "Workshop Heating"),
        (1_800, 33_000, 410_000),
    ),
)
# Nearly all is paid in euro; the rest shows that currencies are never added together.
_CURRENCIES = (("€", 96), (" CHF", 2), (" GBP", 1), (" PLN", 1))


def write_sample(
    file: TextIO, rows: int, seed: int = 1, progress: Callable[[int], None] | None = None
) -> None:
    """Write a CSV of `rows` expenses; the file must be open with newline="". The same seed gives the same bytes.

    `progress` is told, every few thousand rows, how many were written. Memory does not grow with the rows.
    """
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(KIND.column_names)
    for number, row in enumerate(sample_rows(rows, seed), start=1):
        writer.writerow(row)
        if progress and number % _FLUSH_ROWS == 0:
            progress(number)


def sample_rows(rows: int, seed: int = 1) -> Iterator[tuple[str, str, str, str, str]]:
    """The values of each row, as written in the file, in the order of its columns."""
    dice = random.Random(seed)  # noqa: S311 - for variety, not for secrets
    departments = _weighted(tuple((it, it.share) for it in DEPARTMENTS))
    currencies = _weighted(_CURRENCIES)
    days = [_written(FIRST_DAY + dt.timedelta(days=day)) for day in range(DAYS)]
    for _ in range(rows):
        department = _pick(dice, departments)
        yield (
            department.name,
            _pick(dice, department.projects),
            _amount(dice, department) + _pick(dice, currencies),
            _pick(dice, days),
            _pick(dice, department.members),
        )


def _weighted(shares: Sequence[tuple[T, int]]) -> list[T]:
    """A list in which each value stands as often as its share says."""
    return [value for value, share in shares for _ in range(share)]


def _pick(dice: random.Random, values: Sequence[T]) -> T:
    return values[int(dice.random() * len(values))]


def _amount(dice: random.Random, department: Department) -> str:
    """An amount around what something of this department usually costs; one in fifty is money that came back."""
    cents = round(_pick(dice, department.typical_cents) * dice.lognormvariate(0, 0.45))
    sign = "-" if dice.random() < 0.02 else ""
    return f"{sign}{cents // 100:,}.{cents % 100:02d}"


def _written(day: dt.date) -> str:
    return f"{day.month}/{day.day}/{day.year}"


SAMPLE_FILE = SampleFile(kind=KIND, write=write_sample)
