"""Sample files of transactions: one a day, invented, believable, faulty, and the same for the same seed.

Days and amounts are written in the ways real files mix. Beside good rows there are gaps, impossible and future days,
unreadable and foreign amounts, rows that come twice, numbers that come again with another amount (in the same file, or
the day after), negatives and zero. The header of one day is wrong; that file and the one of the day before are
delivered again, put right, in the folder `redelivered`.
"""

import csv
import datetime as dt
import random
from collections.abc import Callable, Iterator, Sequence
from io import StringIO
from typing import TextIO

import msgspec

from application.shared.samples import SampleDay, SampleDays
from application.transactions.import_kind import KIND
from domain.transactions import transaction_uid

FIRST_DAY = dt.date(2026, 3, 2)
REDELIVERED = "redelivered"

_HEADER = [column.name for column in KIND.columns if column.required]
_USERS = 60
_TYPICAL_CENTS = (450, 1_200, 4_900, 20_000, 95_000)
_FAULTY_OF = 22
"""One row in so many is faulty."""

_DAYS: Sequence[Callable[[dt.date], str]] = (
    lambda day: day.isoformat(),
    lambda day: f"{day.month}/{day.day}/{day.year}",
    lambda day: f"{day:%m/%d/%Y}",
    lambda day: f"{day:%d-%m-%Y}",
    lambda day: f"{day:%Y/%m/%d}",
)
_AMOUNTS: Sequence[Callable[[str, str], str]] = (
    lambda sign, digits: f"{sign}{digits}",
    lambda sign, digits: f"{sign}{digits.replace(',', '')}",
    lambda sign, digits: f"{sign}${digits}",
    lambda sign, digits: f"{sign}{digits} USD",
    lambda sign, digits: f"({digits})" if sign else digits,
)


class _SampleRow(msgspec.Struct, frozen=True):
    """A transaction as its file should tell it; `amount` is in cents."""

    number: str
    user: int
    cents: int
    day: dt.date
    way: int

    def written(self, **changed: str) -> list[str]:
        """Its cells, some of them told otherwise."""
        whole, cents = divmod(abs(self.cents), 100)
        sign, digits = "-" if self.cents < 0 else "", f"{whole:,}.{cents:02}"
        cells = {
            "transaction_id": self.number,
            "user_id": str(self.user),
            "amount": _AMOUNTS[self.way % len(_AMOUNTS)](sign, digits),
            "transaction_date": _DAYS[self.way % 7 % len(_DAYS)](self.day),
        }
        return list({**cells, **changed}.values())

    def otherwise(self) -> list[str]:
        """The same number with another amount."""
        return msgspec.structs.replace(self, cents=self.cents + 100).written()


_FAULTS: Sequence[Callable[[_SampleRow], list[list[str]]]] = (
    lambda row: [row.written(), row.written()],
    lambda row: [row.written(), row.written()],
    lambda row: [row.written(), row.otherwise()],
    lambda row: [row.written(amount="")],
    lambda row: [row.written(amount="n/a")],
    lambda row: [row.written(amount="€12.00")],
    lambda row: [row.written(transaction_date="")],
    lambda row: [row.written(transaction_date=f"02/30/{row.day.year}")],
    lambda row: [row.written(transaction_date=f"{row.day.year + 60}-01-01")],
    lambda row: [row.written(user_id="")],
    lambda row: [row.written(user_id="0")],
)


def write_days(
    days: int, rows: int, seed: int = 1, first: dt.date = FIRST_DAY
) -> Iterator[SampleDay]:
    """The files of so many days, each of about so many rows, and behind them those that are delivered again."""
    every = [first + dt.timedelta(days=day) for day in range(days)]
    bad_header = every[-2] if days > 2 else None
    for day in every:
        header = ["id", "user", *_HEADER[2:]] if day == bad_header else _HEADER
        yield SampleDay(_name(day), day, _text(header, _faulty(seed, day, rows)))
    if bad_header:
        before = bad_header - dt.timedelta(days=1)
        for day, right in (
            (before, _corrected(seed, before, rows)),
            (bad_header, _faulty(seed, bad_header, rows)),
        ):
            yield SampleDay(f"{REDELIVERED}/{_name(day)}", day, _text(_HEADER, right))


def write_good(file: TextIO, rows: int, seed: int = 1) -> None:
    """Write a CSV of so many transactions of thirty days, all good; the file must be open with newline=""."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(_HEADER)
    for place in range(30):
        count = rows // 30 + (place < rows % 30)
        writer.writerows(
            it.written() for it in _rows(seed, FIRST_DAY + dt.timedelta(days=place), count)
        )


def _name(day: dt.date) -> str:
    return f"transactions-{day}.csv"


def _text(header: Sequence[str], rows: Iterator[list[str]]) -> str:
    file = StringIO(newline="")
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return file.getvalue()


def _rows(seed: int, day: dt.date, rows: int) -> Iterator[_SampleRow]:
    dice = random.Random(f"{seed} {day}")  # noqa: S311 - for variety, not for secrets
    for number in range(1, rows + 1):
        cents = round(dice.choice(_TYPICAL_CENTS) * dice.lognormvariate(0, 0.6))
        share = dice.random()
        yield _SampleRow(
            number=f"T-{day:%Y%m%d}-{number:05}",
            user=1 + int(_USERS * dice.random() ** 2),  # some have many, most have few
            cents=0 if share < 0.01 else -cents if share < 0.06 else cents,
            day=day,
            way=dice.randrange(35),
        )


def _faulty(seed: int, day: dt.date, rows: int) -> Iterator[list[str]]:
    dice = random.Random(f"{seed} {day} faults")  # noqa: S311
    for row in _rows(seed, day, rows):
        fault = dice.choice(_FAULTS) if dice.randrange(_FAULTY_OF) == 0 else None
        yield from fault(row) if fault else [row.written()]
    # What came too late for the day before, and is told otherwise than it was in time.
    for late in list(_rows(seed, day - dt.timedelta(days=1), min(rows, 2))):
        yield late.otherwise()


def _corrected(seed: int, day: dt.date, rows: int) -> Iterator[list[str]]:
    """The file as it should have been, and with a few amounts that turned out to be wrong."""
    for place, row in enumerate(_rows(seed, day, rows)):
        yield row.otherwise() if place % 40 == 7 else row.written()


SAMPLE_DAYS = SampleDays(
    kind=KIND,
    write=write_days,
    days=7,
    rows=250,
    first=FIRST_DAY,
    # Its day had a wrong header at first, so that only the last file brings it.
    last_uid=transaction_uid("T-20260307-00010"),
)
