"""What old events say leaves the log for a file and comes back, and whoever asks for it meanwhile hears so."""

import gzip
import json
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from application.shared.ports import StreamAppend
from domain.shared.errors import DaybookError, Malformed, Refused
from infrastructure.archives import files, ranges
from infrastructure.shared.event_log.log import PostgresEventLog
from infrastructure.shared.read_store.checkpoints import LIVE
from projections.shared.catalog import PROJECTIONS
from tests.asking import problem
from tests.facts import an_append, eventually
from tests.processes import daybook
from tests.sites import Site
from tests.transacting import HEADER

EXPENSES = "departments,project_name,amount,date,member_name\n"
ROWS = "T-{0},123,12.50,2026-03-14\nT-{0}b,123,1.00,2026-03-15\n"


def contents(url: str) -> list[tuple[Any, ...]]:
    """What every event says, and all that stands beside it."""
    with psycopg.connect(url) as connection:
        return connection.execute("SELECT * FROM daybook.events ORDER BY position").fetchall()


def take_in(url: str, position: int) -> None:
    """Let everybody have read the log up to there."""
    with psycopg.connect(url) as connection:
        for name in [*(it.name for it in PROJECTIONS), "reactions"]:
            connection.execute(
                "INSERT INTO daybook.checkpoints (projection, slot, version, position, state)"
                " VALUES (%s, %s, 1, %s, 'live') ON CONFLICT (projection, slot)"
                " DO UPDATE SET position = excluded.position",
                (name, LIVE, position),
            )


def refusal(call: Callable[[], Any], kind: type[DaybookError] = Refused) -> str:
    with pytest.raises(kind) as refused:
        call()
    return refused.value.code


def archived(url: str, folder: Path, before: int) -> list[ranges.ArchivedRange]:
    return [*ranges.archive(url, folder, before)]


def once_taken_in(site: Site, folder: Path) -> list[ranges.ArchivedRange]:
    """Archive all there is, as soon as everybody has read it."""
    url = site.settings["DATABASE_URL"]
    done: list[ranges.ArchivedRange] = []

    def archives() -> bool:
        with suppress(Refused):
            done.extend(ranges.archive(url, folder, len(contents(url)) + 1))
        return bool(done)

    eventually(archives)
    return done


def test_what_is_archived_is_missed_by_nobody_in_silence(site: Site, tmp_path: Path) -> None:
    url, rows = site.settings["DATABASE_URL"], ROWS.format(uuid4().hex[:8])
    handed_in = site.upload(f"{EXPENSES}IT,Harbour,12.50 €,3/14/2026,Ada\n")
    found = site.http.get("/expenses", headers=site.after(handed_in)).json()["data"]
    place = found[0]["id"]
    path = f"/expenses/{place}"
    form = {"files": {"file": ("t.csv", (HEADER + rows).encode())}, "data": {"source": "bank"}}
    imported = site.http.post("/imports/transactions", **form)  # type: ignore[arg-type]
    site.http.get("/transactions?limit=1", headers=site.after(imported)).raise_for_status()
    before = contents(url)
    (one,) = once_taken_in(site, tmp_path / "archives")
    assert (one.first, one.last) == (1, len(before))
    assert [row[:4] + row[5:] for row in contents(url)] == [row[:4] + row[5:] for row in before]

    assert site.http.get(path).json()["amount"] == "12.50"
    told = problem(site.http.get(f"{path}/history"), 409, "events_archived", at=place)
    assert "daybook log attach FILE" in told["detail"]
    problem(site.http.get(f"/usages/{place}/history"), 404, "not_found")
    problem(site.http.get("/events"), 409, "events_archived")
    problem(site.http.get("/events.ndjson"), 409, "events_archived")
    problem(site.http.get(f"/events/{place}"), 409, "events_archived")
    problem(site.http.get("/events/stream"), 409, "events_archived")
    correction = {"amount": "13.00", "reason": "misread"}
    seen = site.http.get(path).headers["etag"]
    corrected = site.http.post(f"{path}/correct", json=correction, headers={"If-Match": seen})
    problem(corrected, 409, "events_archived", at=place)
    listed = site.http.get("/events", params={"fields": "position,name", "limit": "200"}).json()
    assert [each["position"] for each in listed["data"]] == [row[0] for row in before][:200]

    again = site.http.post("/imports/transactions", **form)  # type: ignore[arg-type]
    assert (again.json()["imported"], again.json()["already_known"]) == (0, 2)
    other = {**form, "files": {"file": ("t.csv", (HEADER + rows.replace("12.50", "9")).encode())}}
    problem(site.http.post("/imports/transactions", **other), 409, "events_archived")  # type: ignore[arg-type]
    newer = site.record()
    assert newer.status_code == 201
    later = site.http.get("/events", params={"position[gte]": newer.json()["id"]})
    assert later.json()["data"][0]["data"]["amount"] == "12.50"

    for arguments in (("events", "export"), ("projections", "verify", "expenses")):
        done = daybook(*arguments, settings=site.settings)
        assert (done.returncode, "Traceback" in done.stderr) == (1, False), done.stderr
        assert "was archived to a file" in done.stderr
        assert "cannot be decoded" not in done.stderr, "nothing is wrong with it"
    done = daybook("projections", "verify", "banks", settings=site.settings)
    assert done.returncode == 0, done.stderr

    done = daybook("log", "archived", settings=site.settings)
    assert f"{one.first:>12,} to {one.last:>12,}" in done.stdout
    done = daybook("log", "attach", one.file, settings=site.settings)
    assert done.returncode == 0, done.stderr
    assert contents(url)[: len(before)] == before
    assert "Nothing is archived" in daybook("log", "archived", settings=site.settings).stdout
    done = daybook("projections", "verify", settings=site.settings)
    assert done.returncode == 0, done.stderr
    assert site.http.get(f"{path}/history").json()["data"][0]["data"]["amount"] == "12.50"


@pytest.fixture
def url(database_url: str, log: PostgresEventLog) -> str:
    """A log of six events that everybody has read: three expenses, and what an application of another kind wrote."""
    log.append_blocking(an_append(events=3))
    with psycopg.connect(database_url) as connection:
        for place, payload in ((4, b"\0" + bytes(32)), (5, b"two\nlines"), (6, b'{"a": 1.50 }')):
            connection.execute(
                "INSERT INTO daybook.events SELECT %s, gen_random_uuid(), 1, 'other:Thing', %s, actor, correlation_id,"
                " causation_id, NULL, recorded_at FROM daybook.events WHERE position = 1",
                (place, payload),
            )
    take_in(database_url, 6)
    return database_url


def test_a_file_is_for_its_owner_says_what_it_is_and_is_read_without_daybook(
    url: str, tmp_path: Path
) -> None:
    before = contents(url)
    (one,) = archived(url, tmp_path / "new", 6)
    file = Path(one.file)
    assert [path.stat().st_mode & 0o777 for path in (file, file.parent)] == [0o600, 0o700]
    assert file.name == "log-000000000001-000000000005.ndjson.gz"
    *lines, last = gzip.decompress(file.read_bytes()).splitlines(keepends=True)
    end = json.loads(last)
    assert end == {"events": 5, "sha256": sha256(b"".join(lines)).hexdigest()}
    assert json.loads(lines[0]) == {
        "format": files.FORMAT,
        "first": 1,
        "last": 5,
        "epoch": one.epoch,
    }
    assert json.loads(lines[1])["data"] == json.loads(before[0][4])
    assert [each.payload for each in files.read(file)] == [row[4] for row in before[:5]]
    after = contents(url)
    assert [row[4] for row in after[:3]] == [b"\0" + sha256(row[4]).digest() for row in before[:3]]
    assert after[3:] == before[3:], "what is no row of a file or letter stays"
    ranges.attach(url, file)
    assert contents(url) == before


def test_what_somebody_still_has_to_read_stays(url: str, tmp_path: Path) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("UPDATE daybook.checkpoints SET position = 2 WHERE projection = 'banks'")
    with pytest.raises(Refused, match=r"reads the log as banks has come to position 2") as refused:
        archived(url, tmp_path, 4)
    assert refused.value.code == "not_taken_in"
    with psycopg.connect(url) as connection:
        connection.execute("DELETE FROM daybook.checkpoints WHERE projection = 'banks'")
    assert refusal(lambda: archived(url, tmp_path, 2)) == "not_taken_in", "it is still to be built"
    take_in(url, 6)
    with psycopg.connect(url) as connection:
        connection.execute(
            "INSERT INTO daybook.reactions (uid, policy, kind, subject, position, correlation_id, payload, state)"
            " VALUES (gen_random_uuid(), 'p', 'k', gen_random_uuid(), 3, gen_random_uuid(), '{}', 'parked')"
        )
    assert refusal(lambda: archived(url, tmp_path, 4)) == "not_taken_in"
    assert [one.last for one in archived(url, tmp_path, 3)] == [2]
    assert refusal(lambda: archived(url, tmp_path, 3)) == "nothing_to_archive"
    assert [*tmp_path.iterdir()] == [tmp_path / "log-000000000001-000000000002.ndjson.gz"]


@pytest.mark.parametrize(
    "damage",
    [
        lambda raw: raw[:-20],
        lambda _: b"",
        lambda raw: raw[:40] + bytes([raw[40] ^ 1]) + raw[41:],
        lambda raw: gzip.compress(
            gzip.decompress(raw).replace(b'"2.00"', b'"9.00"').replace(b'"2"', b'"9"')
        ),
        lambda raw: gzip.compress(b"".join(gzip.decompress(raw).splitlines(keepends=True)[::2])),
        lambda _: gzip.compress(b'{"format":"another"}\n'),
    ],
    ids=["cut off", "empty", "a bit", "an amount", "a gap", "another format"],
)
def test_a_file_that_was_changed_is_refused(
    url: str, tmp_path: Path, damage: Callable[[bytes], bytes]
) -> None:
    (one,) = archived(url, tmp_path, 7)
    file, without = Path(one.file), contents(url)
    whole = file.read_bytes()
    file.write_bytes(damage(whole))
    assert refusal(lambda: ranges.attach(url, file), Malformed) == "bad_archive"
    assert contents(url) == without
    file.write_bytes(whole)
    ranges.attach(url, file)


def test_a_file_of_another_log_or_range_is_refused(
    url: str, make_database: Callable[[], str], tmp_path: Path
) -> None:
    (one,) = archived(url, tmp_path, 7)
    other = make_database()
    assert refusal(lambda: ranges.attach(other, Path(one.file))) == "not_archived"
    ranges.attach(url, Path(one.file))
    assert refusal(lambda: ranges.attach(url, Path(one.file))) == "not_archived"
    assert refusal(lambda: archived(url, tmp_path, 7)) == "file_exists"
    assert refusal(lambda: ranges.attach(url, tmp_path / "none"), Malformed) == "bad_archive"


FORGERIES = [
    'UPDATE daybook.events SET payload = \'{"amount":"1000000"}\' WHERE position = 1',
    "UPDATE daybook.events SET payload = '\\x00'::bytea || sha256('{}') WHERE position = 1",
    "UPDATE daybook.events SET actor = 'somebody else' WHERE position = 1",
    "UPDATE daybook.events SET payload = '\\x00'::bytea || sha256(payload) WHERE position = 6",
    "DELETE FROM daybook.events WHERE position = 1",
    "TRUNCATE daybook.events",
]


@pytest.mark.parametrize("change", FORGERIES)
@pytest.mark.parametrize("is_archived", [False, True])
def test_nobody_puts_another_fact_in_the_place_of_one(
    url: str, tmp_path: Path, change: str, is_archived: bool
) -> None:
    if is_archived:
        archived(url, tmp_path, 6)
    before = contents(url)
    with (
        psycopg.connect(url) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege, match="append-only"),
    ):
        connection.execute(change.encode())
    assert contents(url) == before


def test_what_was_killed_half_way_is_told_and_brought_to_its_end(url: str, tmp_path: Path) -> None:
    before = contents(url)
    with ranges._connected(url) as connection:
        one = ranges._written(connection, tmp_path, 1, 5)
    assert [each.ended_at for each in ranges.archived(url)] == [None]
    assert contents(url) == before
    done = archived(url, tmp_path, 6)
    assert [(each.first, each.last, each.ended_at is None) for each in done] == [(1, 5, False)]
    assert contents(url) != before
    with psycopg.connect(url) as connection:  # killed in the middle of attaching
        first = next(files.read(Path(one.file)))
        connection.execute(
            "UPDATE daybook.events SET payload = %s WHERE position = 1", (first.payload,)
        )
    ranges.attach(url, Path(one.file))
    assert contents(url) == before


def test_one_at_a_time(url: str, tmp_path: Path) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("SELECT pg_advisory_lock(hashtextextended('daybook archive', 0))")
        assert refusal(lambda: archived(url, tmp_path, 6)) == "archiving"


def test_ranges_begin_anew_at_every_million() -> None:
    assert [*ranges._pieces([], 2_000_003)] == [
        (1, 1_000_000),
        (1_000_001, 2_000_000),
        (2_000_001, 2_000_003),
    ]


def test_a_command_on_what_was_archived_hears_of_it_and_others_go_on(
    url: str, log: PostgresEventLog, tmp_path: Path
) -> None:
    stream = contents(url)[0][1]
    archived(url, tmp_path, 7)
    events = log.stream_blocking(stream)
    assert [event.version for event in events] == [1, 2, 3]
    assert refusal(lambda: events[0].event()) == "events_archived"
    fact = an_append().streams[0].events
    appended = log.append_blocking(
        an_append().__class__(streams=(StreamAppend(stream, 3, fact),), cause=an_append().cause)
    )
    assert appended.last_position == 7, "versions are known as before"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--before", "yesterday"), "with its offset"),
        (("--before", "2026-01-01T00:00:00"), "with its offset"),
        (("--before", "1"), "nothing before position 1"),
        (("--before", "2000-01-01T00:00:00Z"), "nothing before position 1"),
    ],
)
def test_the_command_line_says_what_it_expects(
    url: str, tmp_path: Path, arguments: tuple[str, ...], told: str
) -> None:
    settings = {"DATABASE_URL": url, "DAYBOOK_HOME": str(tmp_path)}
    done = daybook("log", "archive", str(tmp_path / "to"), *arguments, settings=settings)
    assert done.returncode == 1, done.stdout
    assert told in done.stderr
