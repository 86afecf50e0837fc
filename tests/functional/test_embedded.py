"""The embedded servers: data that last, awkward folders, another user under root."""

import os
import pwd
import shutil
import stat
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
import redis

from infrastructure.embedded import places
from infrastructure.embedded.postgres import PostgresServer
from infrastructure.embedded.processes import ServerFailed
from infrastructure.embedded.valkey import ValkeyServer

SMALL = {"shared_buffers": "16MB", "fsync": "off"}


@pytest.fixture
def folder(servers_home: Path) -> Path:
    return servers_home / f"home-{uuid4().hex[:8]}"


def count_tables(server: PostgresServer) -> int:
    with psycopg.connect(server.url()) as connection:
        row = connection.execute(
            "SELECT count(*) FROM pg_tables WHERE tablename = 'kept'"
        ).fetchone()
    assert row is not None
    return int(row[0])


@pytest.mark.parametrize(
    "name", ["with a space", "ünï'code %20 $HOME", "d" * 60 + "/" + "e" * 60 + "/" + "f" * 60]
)
def test_data_outlive_the_server_in_any_folder(folder: Path, name: str) -> None:
    server = PostgresServer(folder / name, SMALL).start()
    try:
        address = server.url()
        with psycopg.connect(address) as connection:
            connection.execute("CREATE TABLE kept ()")
        server.stop()
        server = PostgresServer(folder / name, SMALL).start()
        assert server.url() == address
        assert count_tables(server) == 1
    finally:
        server.stop()


def test_text_has_unicode_rules_without_the_systems_locales(postgres: PostgresServer) -> None:
    with psycopg.connect(postgres.url()) as connection:
        row = connection.execute(
            "SELECT lower('ÄÉ'), current_setting('server_encoding')"
        ).fetchone()
    assert row == ("äé", "UTF8")


def test_only_this_user_can_open_the_sockets(
    postgres: PostgresServer, valkey: ValkeyServer
) -> None:
    for address in (postgres.url().partition("host=")[2], valkey.url().removeprefix("unix://")):
        sockets = Path(address) if Path(address).is_dir() else Path(address).parent
        assert stat.S_IMODE(sockets.stat().st_mode) == 0o700


def test_stopping_leaves_no_process_and_no_socket(folder: Path) -> None:
    postgres, valkey = PostgresServer(folder, SMALL).start(), ValkeyServer(folder).start()
    pids = [postgres.pid, valkey.pid]
    sockets = [
        Path(postgres.url().partition("host=")[2]),
        Path(valkey.url().removeprefix("unix://")).parent,
    ]
    valkey.stop()
    postgres.stop()
    assert not any(Path(f"/proc/{pid}").exists() for pid in pids)
    assert not any(path.exists() for path in sockets)


def test_valkey_answers_at_its_address(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        client.set("a", "1")
        assert client.get("a") == b"1"


def test_a_server_that_cannot_start_says_why(folder: Path) -> None:
    server = PostgresServer(folder, {**SMALL, "shared_buffers": "nonsense"})
    with pytest.raises(ServerFailed, match=r"(?s)did not start.*shared_buffers"):
        server.start()


def test_an_interrupted_initialisation_is_done_again(folder: Path) -> None:
    unfinished = folder / "postgresql-18.unfinished"
    unfinished.mkdir(parents=True)
    (unfinished / "PG_VERSION").write_text("18\n")
    server = PostgresServer(folder, SMALL).start()
    try:
        assert count_tables(server) == 0
        assert not unfinished.exists()
    finally:
        server.stop()


def test_a_strangers_socket_folder_is_refused(folder: Path) -> None:
    server = PostgresServer(folder, SMALL)
    sockets = Path(server.url().partition("host=")[2])
    shutil.rmtree(sockets)
    sockets.symlink_to("/")
    try:
        with pytest.raises(ServerFailed, match="not a private folder"):
            server.start()
    finally:
        sockets.unlink()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to hand PostgreSQL to another user")
class TestAsRoot:
    def test_the_server_runs_as_another_user(self, postgres: PostgresServer) -> None:
        assert Path(f"/proc/{postgres.pid}").stat().st_uid != 0

    def test_data_move_to_where_that_user_can_go(self, folder: Path) -> None:
        folder.mkdir()
        folder.chmod(0o700)
        server = PostgresServer(folder / "home", SMALL)
        kept = server.data
        try:
            assert places.ROOT_STATE in kept.parents
            server.start()
            assert count_tables(server) == 0
            server.stop()
            again = PostgresServer(folder / "home", SMALL)
            assert again.data == kept
        finally:
            server.stop()
            shutil.rmtree(kept.parent)

    def test_data_keep_their_owner(self, folder: Path) -> None:
        owner = pwd.getpwnam("nobody")
        PostgresServer(folder, SMALL).start().stop()
        data = folder / "postgresql-18"
        for path in (data, *data.rglob("*")):
            os.chown(path, owner.pw_uid, owner.pw_gid, follow_symlinks=False)
        server = PostgresServer(folder, SMALL).start()
        try:
            assert Path(f"/proc/{server.pid}").stat().st_uid == owner.pw_uid
        finally:
            server.stop()
