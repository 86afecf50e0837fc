"""Time zones: which there are, and whether their days begin on whole hours of UTC."""

from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo, available_timezones

_HOUR = timedelta(hours=1)
# From when rollups by the hour hold moments, to when the rules of time zones are written down.
_SINCE, _UNTIL = datetime(1980, 1, 1, tzinfo=UTC), datetime(2038, 1, 1, tzinfo=UTC)
_DAYS = (_UNTIL - _SINCE).days
# Names that some systems have, and that name no place.
_NO_PLACES = frozenset({"localtime", "posixrules", "Factory"})


@cache
def zones() -> frozenset[str]:
    """The names of all time zones there are."""
    known = available_timezones() - _NO_PLACES
    return frozenset(name for name in known if not name.startswith(("posix/", "right/")))


def is_zone(name: str) -> bool:
    """Whether there is a time zone of this name."""
    return name in zones()


@lru_cache(maxsize=1_024)
def has_whole_hours(zone: str) -> bool:
    """Whether the zone was whole hours off UTC ever since 1980, so that hours of UTC never straddle a midnight."""
    where = ZoneInfo(zone)
    days = (_SINCE + timedelta(days=day) for day in range(_DAYS))
    return not any((day.astimezone(where).utcoffset() or _HOUR) % _HOUR for day in days)


def is_whole_hour(moment: datetime) -> bool:
    """Whether a moment is the first of an hour of UTC."""
    return not any((moment.minute, moment.second, moment.microsecond))
