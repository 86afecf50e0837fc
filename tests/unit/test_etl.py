"""The nightly schedule, and what may be told of an address."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from domain.etl import Nightly, begun, clear_address, due_again, nightly_uid, without_secrets
from domain.shared.errors import Invalid
from tests.pipelines import UNCLEAR

BERLIN = Nightly(at=dt.time(2, 30), zone="Europe/Berlin", reach_days=3)


def berlin(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Berlin"))


@pytest.mark.parametrize(
    ("now", "last", "following"),
    [
        ("2026-11-21T02:29:59", "2026-11-19", "2026-11-21T02:30"),
        ("2026-11-21T02:30:00", "2026-11-20", "2026-11-22T02:30"),
        ("2026-11-21T23:59:59", "2026-11-20", "2026-11-22T02:30"),
    ],
)
def test_a_day_is_due_at_its_hour_on_the_day_after(now: str, last: str, following: str) -> None:
    assert BERLIN.last_day(berlin(now)) == dt.date.fromisoformat(last)
    assert BERLIN.next_run(berlin(now)) == berlin(following)


def test_the_clock_of_the_zone_counts_wherever_now_is_told() -> None:
    now = dt.datetime(2026, 11, 20, 23, 30, tzinfo=dt.UTC)  # 00:30 in Berlin
    at_midnight = Nightly(at=dt.time(), zone="Europe/Berlin", reach_days=1)
    assert at_midnight.last_day(now) == dt.date(2026, 11, 20)
    assert Nightly(at=dt.time(), zone="UTC", reach_days=1).last_day(now) == dt.date(2026, 11, 19)


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25)])
def test_a_day_is_as_long_as_it_is(day: str, hours: int) -> None:
    start, end = (it.astimezone(dt.UTC) for it in BERLIN.interval(dt.date.fromisoformat(day)))
    assert end - start == dt.timedelta(hours=hours)


def test_missed_days_are_made_up_for_within_reach_the_earliest_first() -> None:
    days = BERLIN.days(berlin("2026-03-02T12:00"))
    assert [day.isoformat() for day in days] == ["2026-02-27", "2026-02-28", "2026-03-01"]


def test_each_pause_is_twice_the_one_before() -> None:
    last = berlin("2026-11-21T02:30")
    pauses = [due_again(failures, last) - last for failures in (1, 2, 3, 10)]
    assert [pause.total_seconds() / 60 for pause in pauses] == [10, 20, 40, 5120]


def test_a_day_that_has_not_begun_is_refused() -> None:
    now = berlin("2026-11-21T00:00")
    assert begun(dt.date(2026, 11, 21), BERLIN, now) == dt.date(2026, 11, 21)
    with pytest.raises(Invalid) as refused:
        begun(dt.date(2026, 11, 22), BERLIN, now)
    assert refused.value.code == "day_in_future"


def test_every_attempt_at_a_day_of_a_place_is_a_run_of_its_own() -> None:
    day = dt.date(2026, 11, 20)
    names = [("a", day, 1), ("a", day, 2), ("b", day, 1), ("a", day.replace(day=21), 1)]
    assert len({nightly_uid(*name) for name in [*names, *names]}) == len(names)


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("/data/days", "/data/days"),
        ("./what? no#address", "./what? no#address"),
        ("days/a b.csv", "days/a b.csv"),
        ("zip://*.csv::/data/a.zip", "zip://*.csv::/data/a.zip"),
        ("s3://bucket/my days/", "s3://bucket/my days/"),
        ("file:///data/a@b?c.csv", "file:///data/a@b?c.csv"),
        ("https://files.example:8443/a.csv", "https://files.example:8443/a.csv"),
        ("https://[::1]:8443/a.csv", "https://[::1]:8443/a.csv"),
        ("https://reader:secret@files.example/a.csv", "https://files.example/a.csv"),
        ("https://reader:se@cret@files.example/a.csv", "https://files.example/a.csv"),
        ("https://reader:se/cret@files.example/a.csv", "https://files.example/a.csv"),
        ("https://reader:s#secret@files.example/a.csv", "https://…"),
        ("https://files.example/a.csv?signature=secret&by=a@b", "https://files.example/a.csv"),
        ("https://files.example/a.csv#secret", "https://files.example/a.csv"),
        ("s3://key:secret@bucket/days/", "s3://bucket/days/"),
        ("SFTP://me:secret@host/days", "SFTP://host/days"),
        ("simplecache::https://me:secret@host/a", "simplecache::https://host/a"),
        ("filecache::https://[::1]/a?secret", "filecache::https://[::1]/a"),
    ],
)
def test_what_lets_somebody_in_is_not_shown(address: str, shown: str) -> None:
    assert without_secrets(address) == shown
    assert "secret" not in without_secrets(address)


@pytest.mark.parametrize("address", [*UNCLEAR, "https://reader:s#secret@files.example/a.csv"])
def test_an_address_that_cannot_be_taken_apart_is_refused_and_not_repeated(address: str) -> None:
    assert "secret" not in without_secrets(address)
    with pytest.raises(Invalid) as refused:
        clear_address(address)
    assert refused.value.code == "unclear_address"
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    "address",
    ["/data/a@b?c:d.csv", "days", "./a:b", "https://me:secret@host:8443/{day}.csv?key=secret"],
)
def test_a_clear_address_stays_as_it_is(address: str) -> None:
    assert clear_address(address) == address
