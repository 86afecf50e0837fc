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
# One letter before `://` is a drive to fsspec, and so all of it a path.
_ADDRESS = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+)://(.*)", re.DOTALL)
_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^\s\\:/@\[\]]*)(:[0-9]*)?(/|$)")
_LINK = re.compile(
    r"::(?![^\[\]]*\])"
)  # between the parts of a chain, and not within an IPv6 address
_PROTOCOL = re.compile(r"[a-z0-9]+")
_PLAIN_PATH = re.compile(r"(?!//)[^?#@:\\]*")  # nothing in it that parts an address
_ROOTED_PATH = re.compile(r"(/(?!/)|\.\.?/)(?!.*://).*", re.DOTALL)
_OF_THIS_MACHINE = frozenset({"file", "local", "memory"})
_HIDDEN = "…"


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


def clear_address(address: str) -> str:
    """The address itself, if there is no doubt which of its parts may be shown.

    Raises:
        Invalid: there is (`unclear_address`); what was got is not repeated, since it may hold a password.
    """
    if _HIDDEN in without_secrets(address):
        raise Invalid(
            "the source is neither a path nor an address such as https://user:password@host:8443/folder/?key=value; "
            "a relative path with one of ? # @ : begins with ./",
            code="unclear_address",
        )
    return address


def without_secrets(address: str) -> str:
    """An address as it may be shown: without user, password, query and fragment; a path stays as it is.

    Of an address that cannot be taken apart beyond doubt nothing is shown but its beginning and `…`.
    """
    first, *further = _LINK.split(address)
    shown = [_shown(first), *map(_shown_in_chain, further)] if further else [_shown(first)]
    if None not in shown:
        return "::".join(map(str, shown))
    found = _ADDRESS.fullmatch(first)
    return f"{found[1]}://{_HIDDEN}" if found else _HIDDEN


def _shown(address: str) -> str | None:
    """One part of an address as it may be shown, None if there is doubt."""
    found = _ADDRESS.fullmatch(address)
    if found is None or found[1] in _OF_THIS_MACHINE:
        path = found[2] if found else address
        is_path = _PLAIN_PATH.fullmatch(path) or _ROOTED_PATH.fullmatch(path)
        return address if is_path else None
    scheme, rest = found.groups()
    place = re.split("[?#]", rest)[0]
    shown, further = place.rpartition("@")[2], rest[len(place) :]
    # A sign that should have been escaped in a password ends the host too early.
    is_cut = "/" not in place and "@" in further
    is_clear = _HOST.match(shown) and "\\" not in place.partition("/")[0] and not is_cut
    return f"{scheme}://{shown}" if is_clear else None


def _shown_in_chain(part: str) -> str | None:
    if _ADDRESS.fullmatch(part):
        return _shown(part)
    is_plain = _PROTOCOL.fullmatch(part) or (part.startswith("/") and _PLAIN_PATH.fullmatch(part))
    return part if is_plain else None
