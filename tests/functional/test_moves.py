"""A log that moves to another server works there: nothing of it is lost, changed, or done twice."""

import gzip
import json
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path
from threading import Event as ThreadingEvent
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
import zstandard

from application.shared.permissions import Principal
from application.shared.ports import Idempotency
from domain.shared.errors import DaybookError, Malformed, Refused
from domain.shared.roles import Role
from infrastructure.embedded.postgres import PostgresServer
from infrastructure.embedded.valkey import ValkeyServer
from infrastructure.identity.keys import KEY_FILE
from infrastructure.moving import files
from infrastructure.moving.exporting import ExportedLog, export_log
from infrastructure.moving.importing import import_log
from infrastructure.moving.tables import CARRIED, LEFT, at_work
from infrastructure.shared.event_log.log import PostgresEventLog
from infrastructure.shared.roles import DatabaseRole
from tests.asking import Caller, problem
from tests.facts import an_append, eventually
from tests.moving import EVENTS, carried, managed, refused, rows, succeeds
from tests.paying import ApprovedClaim, PayingBank
from tests.people import let_choose, signs_in
from tests.processes import ROOT, environment
from tests.signed_in import SECOND_OPERATOR
from tests.sites import AN_EXPENSE, Site, a_site, running_site


@pytest.fixture
def young(postgres: PostgresServer, valkey: ValkeyServer, tmp_path: Path) -> Iterator[Site]:
    """A Daybook of a test's own."""
    with a_site(postgres, valkey, tmp_path / "young") as running:
        yield running


def test_a_log_moves_to_a_managed_server_while_commands_are_given(
    young: Site, private_postgres: PostgresServer, valkey: ValkeyServer, tmp_path: Path
) -> None:
    source, file = young.settings["DATABASE_URL"], tmp_path / "daybook.export"
    email, key = f"olga-{uuid4().hex[:12]}@daybook.example", {"Idempotency-Key": uuid4().hex}
    first = young.http.post("/expenses", json=AN_EXPENSE, headers=key)
    _let_in(young, email)
    followed = young.http.get("/events?limit=1")
    with closing(PayingBank(young)) as bank:
        claims = [bank.paid_until("settled")]
        young.kill("worker")
        claims += [bank.approved(), bank.approved()]
        with _recording(young):
            told = succeeds("export", "log", str(file), settings=young.settings)
    head = _position(told)
    events = rows(source, EVENTS)
    assert len(events) > head, "commands were given on and on"
    assert "What is recorded after that is not in it." in told
    assert file.stat().st_mode & 0o777 == 0o600
    with managed(private_postgres, tmp_path) as (owner, target):
        digest = re.findall(r"sha256 (\w{64})", told)[0]
        told = succeeds("import", "log", str(file), "--sha256", digest, settings=owner)
        assert _position(told) == head
        assert re.search(r"see to [1-9]\d* reactions that are open", told)
        assert rows(target, EVENTS) == events[:head]
        shutil.copy(tmp_path / "young" / KEY_FILE, tmp_path / KEY_FILE)
        with running_site(owner["DATABASE_URL"], valkey.url(), tmp_path) as moved:
            again = moved.http.post("/expenses", json=AN_EXPENSE, headers=key)
            assert (again.status_code, again.json()) == (first.status_code, first.json())
            for claim in claims:
                _is_paid_once(target, _manager(moved, claim.bank), claim)
            succeeds("projections", "verify", settings=moved.settings)
            succeeds("reactions", "verify", settings=moved.settings)
            assert signs_in(moved, email).status_code == 200, "the password is what it was"
            stale = moved.http.get(f"/events?limit=1&cursor={followed.json()['page']['next']}")
            problem(stale, 410, "epoch_changed", was=followed.headers["daybook-epoch"])
            assert moved.record().json()["id"] > head
        began = [
            reason for (reason,) in rows(target, "SELECT reason FROM daybook.epochs ORDER BY 1")
        ]
        assert len(began) == 2
        assert any(followed.headers["daybook-epoch"] in reason for reason in began)
    for claim in claims[1:]:
        told = _manager(young, claim.bank).get(f"/payments/{claim.payment}").json()
        assert told.get("status") != "settled", "nobody pays it where it was"


def _let_in(site: Site, email: str) -> None:
    """An operator, who is let in by two, with a password."""
    body = {"email": email, "name": "Olga Op", "role": "operator"}
    waiting = site.http.post("/users", json=body)
    second = Caller(site, SECOND_OPERATOR)
    assert second.post(f"{waiting.headers['Location']}/confirm").status_code == 200
    let_choose(site, email)


@contextmanager
def _recording(site: Site) -> Iterator[None]:
    """Somebody records one expense after the other, from before the block until after it."""
    done, begun = ThreadingEvent(), ThreadingEvent()

    def record() -> None:
        while not done.is_set():
            assert site.record().status_code == 201
            begun.set()

    with ThreadPoolExecutor(1) as pool:
        recording = pool.submit(record)
        begun.wait()
        try:
            yield
            site.record()  # after the export at the latest
        finally:
            done.set()
    recording.result()


def _position(told: str) -> int:
    found = re.search(r"up to position ([\d,]*\d)", told)
    assert found is not None, told
    return int(found[1].replace(",", ""))


def _manager(site: Site, bank: UUID) -> Caller:
    roles = frozenset({Role.ADMINISTRATOR})
    return Caller(site, Principal(user_uid=uuid4(), name="Ruth", bank_uid=bank, roles=roles))


def _is_paid_once(url: str, manager: Caller, claim: ApprovedClaim) -> None:
    path = f"/payments/{claim.payment}"
    eventually(lambda: manager.get(path).json().get("status") == "settled")
    told = rows(url, "SELECT name FROM daybook.events WHERE stream_id = %s", claim.payment)
    assert [told.count((f"payment.{each}.v1",)) for each in ("submitted", "settled")] == [1, 1]
    taken = rows(
        url, "SELECT count(*) FROM simbank.transfers WHERE reference = %s", claim.payment.hex
    )
    assert taken == [(1,)]


def exported(url: str, folder: Path, name: str = "log.export") -> tuple[Path, ExportedLog]:
    """An export of this log."""
    file = folder / name
    return file, export_log(url, file, lambda *_: None)


def imported(url: str, file: Path, sha256: str | None = None) -> None:
    """Import a file into this database."""
    import_log(url, file, sha256, lambda *_: None)


def refusal(call: Callable[[], Any], kind: type[DaybookError] = Malformed) -> str:
    with pytest.raises(kind) as refused:
        call()
    return refused.value.code


@pytest.fixture
def full(database_url: str, log: PostgresEventLog) -> str:
    """A database with something in every table that is carried."""
    log.append_blocking(
        an_append(events=3, idempotency=Idempotency(scope="s", key="k", request_hash=b"hash"))
    )
    log.append_blocking(an_append())
    with psycopg.connect(database_url) as connection:
        connection.execute(EVERYTHING.encode())
    assert all(carried(database_url).values())
    return database_url


EVERYTHING = """
    INSERT INTO daybook.tracking VALUES ('another', 7);
    UPDATE daybook.fence SET code = 1;
    INSERT INTO daybook.clock_jumps VALUES (2, '1 day 02:03:04.000005', '2026-03-01T00:00:00.123456Z');
    INSERT INTO daybook.archives VALUES (1, 2, '/a', 'd', 'e', '2026-03-01', NULL);
    INSERT INTO daybook.reactions (uid, policy, kind, subject, position, correlation_id, payload, state, claimed_until)
        SELECT gen_random_uuid(), 'p', 'k', gen_random_uuid(), 1, gen_random_uuid(), '{"a": "\\t\\u00e9"}', state,
               CASE state WHEN 'running' THEN clock_timestamp() END
        FROM unnest(ARRAY['pending', 'running', 'done', 'parked']) AS state;
    INSERT INTO daybook.policies VALUES ('p', 0);
    INSERT INTO daybook.removals (what, removed, up_to) VALUES ('reactions', 5, 1);
    INSERT INTO daybook.checkpoints (projection, slot, version, position, state)
        VALUES ('reactions', 'live', 1, 4, 'live'), ('banks', 'live', 1, 4, 'live');
    INSERT INTO daybook.uploads (import_id, request, cause) VALUES (gen_random_uuid(), '{}', '{}');
    INSERT INTO daybook.upload_chunks SELECT import_id, 1, '\\x00ff0a5c' FROM daybook.uploads;
    INSERT INTO daybook.payment_files VALUES (gen_random_uuid(), '\\x00');
    INSERT INTO daybook.mailbox (message_id, recipient, sender, subject, text_body, html_body)
        VALUES ('m', 'r', 's', E'one\\n\\\\.\\ntwo\\t', '\\.', '');
    INSERT INTO daybook.credentials VALUES (gen_random_uuid(), '$argon2id$', now());
    INSERT INTO daybook.passkeys VALUES ('\\x01', gen_random_uuid(), gen_random_uuid(), '\\x02', 3, now());
    INSERT INTO daybook.service_keys VALUES ('\\x01', gen_random_uuid(), gen_random_uuid());
    INSERT INTO daybook.address_salts VALUES ('2026-11-01', '\\x0102');
    INSERT INTO simbank.transfers (reference, amount, currency, creditor_name, destination)
        VALUES ('r', 12.5, 'EUR', 'n', 'd');
"""


def test_everything_that_is_carried_is_there_as_it_was(
    full: str, make_database: Callable[[], str], tmp_path: Path
) -> None:
    file, made = exported(full, tmp_path)
    target = make_database()
    with psycopg.connect(target) as connection:  # as a projector of the empty log leaves it
        connection.execute("INSERT INTO daybook.policies VALUES ('p', 0), ('q', 0)")
        connection.execute("INSERT INTO daybook.removals (what, removed) VALUES ('mailbox', 0)")
    imported(target, file, made.sha256)
    mine = ("daybook.epochs",)
    assert carried(target, but=mine) == carried(full, but=mine)
    old, new = carried(full)["daybook.epochs"], carried(target)["daybook.epochs"]
    assert new[: len(old)] == old, "and one that began now"
    assert len(new) == len(old) + 1
    names = "SELECT name, first_position FROM daybook.event_names"
    assert rows(target, names) == rows(full, names)
    assert rows(target, "SELECT daybook.head()") == [(4,)]
    with psycopg.connect(target) as connection:  # numbers go on where they were
        connection.execute(EVERYTHING.split(";")[4].encode())
    following = PostgresEventLog(target)
    with closing(following):
        assert following.append_blocking(an_append()).last_position == 5


def test_every_table_is_carried_or_left(database_url: str) -> None:
    """A revision that adds a table says in infrastructure/moving/tables.py what becomes of it in a move."""
    there = rows(
        database_url,
        "SELECT schemaname || '.' || tablename FROM pg_tables WHERE schemaname IN ('daybook', 'simbank')",
    )
    assert {name for (name,) in there} == CARRIED.keys() | LEFT.keys()
    assert not CARRIED.keys() & LEFT.keys()


def _rewritten(raw: bytes, change: Callable[[list[bytes]], list[bytes]]) -> bytes:
    """The file with other lines, and a digest that fits them: what somebody can do who wants to."""
    *lines, end = _plain(raw).splitlines(keepends=True)
    lines = change(lines)
    told = {**json.loads(end), "sha256": sha256(b"".join(lines)).hexdigest()}
    return zstandard.compress(b"".join([*lines, json.dumps(told).encode() + b"\n"]))


def _plain(raw: bytes) -> bytes:
    return zstandard.ZstdDecompressor().decompressobj().decompress(raw)


def _replaced(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    return lambda raw: _rewritten(raw, lambda lines: [it.replace(old, new) for it in lines])


DAMAGE: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "cut off": (lambda raw: raw[:-20], "bad_export"),
    "half": (lambda raw: raw[: len(raw) // 2], "bad_export"),
    "empty": (lambda _: b"", "bad_export"),
    "a bit": (lambda raw: raw[:200] + bytes([raw[200] ^ 1]) + raw[201:], "bad_export"),
    "something behind it": (lambda raw: raw + b"more", "bad_export"),
    "twice": (lambda raw: raw + raw, "bad_export"),
    "no end": (
        lambda raw: zstandard.compress(b"".join(_plain(raw).splitlines(keepends=True)[:-1])),
        "bad_export",
    ),
    "an amount": (
        lambda raw: zstandard.compress(_plain(raw).replace(b"EUR", b"USD")),
        "bad_export",
    ),
    "a file of another kind": (lambda _: gzip.compress(b"{}"), "bad_export"),
    "another format": (lambda _: zstandard.compress(b'{"format":"another"}\n'), "bad_export"),
    "a newer format": (
        lambda _: zstandard.compress(b'{"format":"daybook.export.v2"}\n'),
        "export_too_new",
    ),
    "a newer revision": (_replaced(b'"revision":"0', b'"revision":"9'), "export_too_new"),
    "newer code": (_replaced(b'"code":1', b'"code":2'), "export_too_new"),
    "an unknown column": (_replaced(b'"actor"', b'"author"'), "export_too_new"),
    "an unknown table": (_replaced(b"daybook.mailbox", b"daybook.sessions"), "bad_export"),
    "a gap": (lambda raw: _rewritten(raw, lambda it: [it[0], *it[2:]]), "bad_export"),
    "an event twice": (lambda raw: _rewritten(raw, lambda it: [*it[:2], *it[1:]]), "bad_export"),
    "no number": (
        lambda raw: _rewritten(raw, lambda it: [it[0], b"x" + it[1], *it[2:]]),
        "bad_export",
    ),
}


@pytest.mark.parametrize("what", DAMAGE)
def test_a_file_that_is_not_as_it_was_written_leaves_nothing(
    full: str, make_database: Callable[[], str], tmp_path: Path, what: str
) -> None:
    damage, code = DAMAGE[what]
    file, made = exported(full, tmp_path)
    file.write_bytes(damage(file.read_bytes()))
    target = make_database()
    before = carried(target)
    assert refusal(lambda: imported(target, file), DaybookError) == code
    assert refusal(lambda: imported(target, file, made.sha256), DaybookError) in (
        code,
        "another_export",
    )
    assert carried(target) == before


def test_a_file_that_somebody_forged_is_another_one(
    full: str, make_database: Callable[[], str], tmp_path: Path
) -> None:
    """Its own digest fits: what tells is the one that was printed where it was written."""
    file, made = exported(full, tmp_path)
    file.write_bytes(_replaced(b"argon2id", b"argon2if")(file.read_bytes()))
    target = make_database()
    assert refusal(lambda: imported(target, file, made.sha256)) == "another_export"
    assert refusal(lambda: imported(target, tmp_path / "none")) == "bad_export"


def test_the_digest_is_that_of_the_file_and_of_nothing_more(
    full: str, make_database: Callable[[], str], tmp_path: Path
) -> None:
    """What a decompressor passes over (a skippable frame) is no part of what was exported."""
    file, made = exported(full, tmp_path)
    assert made.sha256 == sha256(file.read_bytes()).hexdigest()
    with file.open("ab") as more:
        more.write(b"\x50\x2a\x4d\x18\x04\x00\x00\x00abcd")
    target = make_database()
    assert refusal(lambda: imported(target, file, made.sha256)) == "another_export"


def test_a_row_without_an_end_is_not_taken_into_memory(
    full: str, make_database: Callable[[], str], tmp_path: Path
) -> None:
    file, _ = exported(full, tmp_path)
    head = _plain(file.read_bytes()).splitlines(keepends=True)[0]
    compressor = zstandard.ZstdCompressor()
    with file.open("wb") as raw, compressor.stream_writer(raw) as bomb:
        bomb.write(head)
        for _ in range(300):
            bomb.write(b"a" * (1 << 20))
    target = make_database()
    with pytest.raises(DaybookError, match="bytes or more"):
        imported(target, file)


def test_what_stands_in_the_way_is_said_and_nothing_is_done(
    full: str, make_database: Callable[[], str], tmp_path: Path
) -> None:
    file, _ = exported(full, tmp_path)
    assert refusal(lambda: exported(full, tmp_path), Refused) == "file_exists"
    before = carried(full)
    assert refusal(lambda: imported(full, file), Refused) == "at_work"
    target = make_database()
    with psycopg.connect(target) as connection:
        connection.execute("INSERT INTO daybook.tracking VALUES ('another', 7)")
    assert refusal(lambda: imported(target, file), Refused) == "not_empty"
    with psycopg.connect(target, application_name="daybook reactions") as connection:
        connection.execute("TRUNCATE daybook.tracking")
        connection.commit()
        told = refused("import", "log", str(file), settings=_settings(target, tmp_path))
        assert "daybook reactions" in told
        _, made = exported(target, tmp_path, "empty.export")
        assert made.at_work == ["daybook reactions"]
    assert carried(full) == before
    assert rows(target, EVENTS) == []
    imported(target, file)
    again = refused("import", "log", str(file), settings=_settings(target, tmp_path))
    assert "there is something in daybook.events, " in again
    process = target.replace("//postgres@", f"//{DatabaseRole.APPLICATION}@")
    told = refused("export", "log", "nowhere", settings=_settings(process, tmp_path))
    assert "permission denied" in told
    assert "DAYBOOK_MIGRATE_URL" in told


def test_who_has_left_is_not_waited_for(database_url: str) -> None:
    """Within one transaction, in which PostgreSQL shows sessions as they were at the first look."""
    with psycopg.connect(database_url) as looking:
        with psycopg.connect(database_url, application_name="daybook reactions"):
            assert at_work(looking) == ["daybook reactions"]
        eventually(lambda: at_work(looking) == [])


def test_a_file_that_is_changed_while_it_is_read_leaves_nothing(
    full: str, make_database: Callable[[], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever puts another in its place behind the first look is noticed, though that one fits itself."""
    file, made = exported(full, tmp_path)
    checked, target = files.check, make_database()

    def check_and_swap(path: Path) -> tuple[files.ExportHead, str]:
        found = checked(path)
        path.write_bytes(_replaced(b"argon2id", b"argon2if")(path.read_bytes()))
        return found

    monkeypatch.setattr(files, "check", check_and_swap)
    assert refusal(lambda: imported(target, file, made.sha256)) == "bad_export"
    assert rows(target, EVENTS) == []


def test_an_empty_log_moves_too(make_database: Callable[[], str], tmp_path: Path) -> None:
    file, made = exported(make_database(), tmp_path)
    target = make_database()
    imported(target, file)
    assert (made.head.position, rows(target, EVENTS)) == (0, [])


@pytest.mark.parametrize(
    ("command", "table"),
    [("export", "simbank.transfers"), ("import", "daybook.event_names")],
)
def test_what_is_killed_half_way_leaves_nothing_and_is_begun_again(
    full: str, make_database: Callable[[], str], tmp_path: Path, command: str, table: str
) -> None:
    target, file = make_database(), tmp_path / "log.export"
    if command == "import":
        exported(full, tmp_path)
    url = full if command == "export" else target
    arguments = (command, "log", str(file))
    with psycopg.connect(url) as holding:
        holding.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE".encode())
        with subprocess.Popen(
            [sys.executable, "-m", "interfaces.cli", *arguments],
            env=environment(**_settings(url, tmp_path)),
            cwd=ROOT,
        ) as running:
            eventually(lambda: rows(url, WAITING, f"daybook {command} log") != [])
            running.send_signal(signal.SIGKILL)
        holding.rollback()
    assert file.exists() == (command == "import")
    assert rows(target, EVENTS) == []
    eventually(lambda: rows(url, THERE, f"daybook {command} log") == [])
    if command == "export":
        succeeds(*arguments, settings=_settings(url, tmp_path))
    succeeds("import", "log", str(file), settings=_settings(target, tmp_path))
    assert rows(target, EVENTS) == rows(full, EVENTS)
    assert {path.name for path in tmp_path.glob("log.*")} == {"log.export"}


THERE = "SELECT 1 FROM pg_stat_activity WHERE application_name = %s"
WAITING = f"{THERE} AND wait_event_type = 'Lock'"


def _settings(url: str, folder: Path) -> dict[str, str]:
    return {"DATABASE_URL": url, "DAYBOOK_HOME": str(folder), "REDIS_URL": "redis://127.0.0.1:1"}
