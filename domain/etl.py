"""The nightly pipeline: which days are over, when each is due, and what may be told of where its file is.

Rules upheld here:
- a day is due at a set hour of the day after, in the time zone of the schedule, whatever its length;
- what failed is tried again after ten minutes, then twice as long each time, while the day is within reach;
- nothing that lets somebody in, no password and no signature, is part of what is told of an address.
"""

import datetime as dt
import re
from collections.abc import Sequence
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from domain.shared.errors import Invalid
from domain.shared.ids import derived

DAY = "{day}"
"""Stands in an address for the date of the day, as YYYY-MM-DD."""

_FIRST_PAUSE = dt.timedelta(minutes=10)
_ONE_DAY = dt.timedelta(days=1)
_ADDRESS = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://(.*)", re.DOTALL)
_HOST = re.compile(r"(\[[^\]/]*\]|[^:/]*)(:[0-9]*)?(/|$)")
_OF_THIS_MACHINE = frozenset({"file", "local", "memory"})


class Nightly(msgspec.Struct, frozen=True, kw_only=True):
    """When the days of a time zone are loaded, and how many of them are made up for."""

    at: dt.time
    zone: str
    reach_days: int

    def interval(self, day: dt.date) -> tuple[dt.datetime, dt.datetime]:
        """From the first moment of a day to that of the next."""
        return self._moment(day, dt.time()), self._moment(day + _ONE_DAY, dt.time())

    def day_of(self, moment: dt.datetime) -> dt.date:
        """The day that a moment is of."""
        return moment.astimezone(ZoneInfo(self.zone)).date()

    def due_at(self, day: dt.date) -> dt.datetime:
        """When a day is to be loaded."""
        return self._moment(day + _ONE_DAY, self.at)

    def last_day(self, now: dt.datetime) -> dt.date:
        """The latest day that is due."""
        day = self.day_of(now) - _ONE_DAY
        return day if self.due_at(day) <= now else day - _ONE_DAY

    def days(self, now: dt.datetime) -> Sequence[dt.date]:
        """The days that are due and within reach, the earliest first."""
        last = self.last_day(now)
        return [last - back * _ONE_DAY for back in reversed(range(self.reach_days))]

    def next_run(self, now: dt.datetime) -> dt.datetime:
        """When the next day is due."""
        return self.due_at(self.last_day(now) + _ONE_DAY)

    def _moment(self, day: dt.date, time: dt.time) -> dt.datetime:
        return dt.datetime.combine(day, time, ZoneInfo(self.zone))


def due_again(failures: int, last: dt.datetime) -> dt.datetime:
    """When a day is to be tried again that has failed so often, the last time at `last`."""
    return last + _FIRST_PAUSE * int(2 ** (failures - 1))


def nightly_uid(location: str, day: dt.date, attempt: int) -> UUID:
    """The run of the nightly schedule for a day: whoever begins it first has it."""
    return derived("etl", location, day.isoformat(), str(attempt))


def begun(day: dt.date, nightly: Nightly, now: dt.datetime) -> dt.date:
    """The day itself, if it has begun.

    Raises:
        Invalid: it has not (`day_in_future`).
    """
    if nightly.interval(day)[0] > now:
        raise Invalid(f"{day} has not begun in {nightly.zone}", code="day_in_future")
    return day


def without_secrets(address: str) -> str:
    """An address as it may be shown: without user, password, query and fragment; a path stays as it is."""
    return "::".join(_shown(part) for part in address.split("::"))


def _shown(address: str) -> str:
    found = _ADDRESS.fullmatch(address)
    if found is None or found[1] in _OF_THIS_MACHINE:
        return address
    scheme, rest = found.groups()
    shown = re.split("[?#]", rest)[0].rpartition("@")[2]
    # A sign that should have been escaped in a password ends the host too early.
    return f"{scheme}://{shown if _HOST.match(shown) else '…'}"
