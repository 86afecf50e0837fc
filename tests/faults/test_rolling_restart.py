"""Two api processes of one book, restarted one after the other under load: everything is answered, once."""

import itertools
import signal
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from threading import Event, Thread
from uuid import uuid4

import httpx
import psycopg
import pytest

from infrastructure.identity.keys import make_keys
from tests.outside import StreamReader
from tests.processes import free_port, lives, wait_until, with_logins
from tests.signed_in import OPERATOR, Door, SignedIn
from tests.sites import AN_EXPENSE, process

CLIENTS = 4
DRAIN_S = 3


class Pair:
    """Two api processes, each with a home of its own, and one signing key."""

    def __init__(self, database_url: str, folder: Path) -> None:
        self.folder = folder
        self.stack = ExitStack()
        make_keys(folder / "keys.pem")
        self.logins = with_logins({"DATABASE_URL": database_url})
        (folder / "database-url").write_text(self.logins.pop("DATABASE_URL"))
        self.settings = [self._settings(folder / name) for name in ("one", "other")]
        self.processes = [self._started(one) for one in self.settings]
        keys = {it: self.settings[0][it] for it in ("DAYBOOK_HOME", "DAYBOOK_SIGNING_KEY")}
        door = Door({**keys, "DATABASE_URL": database_url})
        door.let_in(OPERATOR)  # once, before many ask for it
        self.auth = SignedIn(door, OPERATOR)

    def _settings(self, home: Path) -> Mapping[str, str]:
        # Nothing listens at that Redis: an api needs none.
        return {
            "DAYBOOK_HOME": str(home),
            "DAYBOOK_PORT": str(free_port()),
            "DAYBOOK_SIGNING_KEY": str(self.folder / "keys.pem"),
            "DAYBOOK_DRAIN_S": str(DRAIN_S),
            **self.logins,
            "DATABASE_URL_FILE": str(self.folder / "database-url"),
            "REDIS_URL": "redis://127.0.0.1:1",
        }

    def _started(self, settings: Mapping[str, str]) -> subprocess.Popen[bytes]:
        return self.stack.enter_context(process("api", settings, self.folder / "output.txt"))

    def url(self, index: int) -> str:
        """Where one of them serves."""
        return f"http://127.0.0.1:{self.settings[index]['DAYBOOK_PORT']}"

    def is_ready(self, index: int) -> bool:
        """What a load balancer asks."""
        try:
            return httpx.get(f"{self.url(index)}/health/ready", timeout=120).status_code == 200
        except httpx.TransportError:
            return False

    def restart(self, index: int) -> None:
        """End one as an orchestrator does, and start it anew."""
        self.processes[index].send_signal(signal.SIGTERM)
        assert self.processes[index].wait(120) == 0
        self.processes[index] = self._started(self.settings[index])


class Load:
    """Clients that send requests to whoever is ready, and a follower of the log."""

    def __init__(self, pair: Pair) -> None:
        self.pair = pair
        self.ready = [0, 1]
        self.recorded: list[int] = []
        self.failures: list[str] = []
        self._stop, self._enough = Event(), Event()
        work = [self._balance, *[self._send] * CLIENTS]
        self._threads = [Thread(target=self._kept, args=(each,), daemon=True) for each in work]
        for thread in self._threads:
            thread.start()
        self.follower = StreamReader(lambda: self._turn(0), pair.auth)

    def _kept(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Exception as error:  # noqa: BLE001 - told where the test can see it
            self.failures.append(f"{type(error).__name__}: {error}")

    def _balance(self) -> None:
        while not self._stop.wait(0.05):
            self.ready = [index for index in (0, 1) if self.pair.is_ready(index)]

    def _send(self) -> None:
        with httpx.Client(auth=self.pair.auth, timeout=120) as client:
            for number in itertools.count():
                if self._enough.is_set():
                    return
                url = self._turn(number)
                expense = {**AN_EXPENSE, "project_name": uuid4().hex}
                answer = client.post(f"{url}/expenses", json=expense)
                assert answer.status_code == 201, answer.text
                self.recorded.append(int(answer.headers["Daybook-Position"]))
                assert client.get(f"{url}/events?limit=1").status_code == 200

    def _turn(self, number: int) -> str:
        ready = wait_until(lambda: self.ready, "one that is ready")
        return self.pair.url(ready[number % len(ready)])

    def has_recorded(self, count: int) -> bool:
        """Whether so many requests were answered, or one was not."""
        return bool(self.failures) or len(self.recorded) >= count

    def end(self) -> None:
        """Let the clients finish, and the follower read what they recorded."""
        self._enough.set()
        for thread in self._threads[1:]:
            thread.join(120)
        head = max(self.recorded)
        wait_until(lambda: self.failures or self.follower.last >= head, "the follower")
        self.follower.end()
        self._stop.set()


@pytest.fixture
def pair(database_url: str, tmp_path: Path) -> Iterator[Pair]:
    """Both of them, ready."""
    made = Pair(database_url, tmp_path)
    with made.stack:
        wait_until(lambda: made.is_ready(0) and made.is_ready(1), "two api processes")
        yield made


def test_a_rolling_restart_answers_every_request_and_loses_nothing(pair: Pair) -> None:
    load = Load(pair)
    wait_until(partial(load.has_recorded, 20), "the first requests")
    for index in (0, 1):
        pair.restart(index)
        wait_until(lambda: load.failures or load.ready == [0, 1], "both")
        enough = len(load.recorded) + 20
        wait_until(partial(load.has_recorded, enough), "more requests")
    load.end()
    assert load.failures == []
    assert len(set(load.recorded)) == len(load.recorded)
    assert load.follower.gaps == []
    assert load.follower.farewells >= 1


@pytest.mark.parametrize("is_draining", [True, False])
def test_a_request_in_hand_ends_before_the_process_does(
    pair: Pair, database_url: str, is_draining: bool
) -> None:
    answers: list[tuple[int, str | None]] = []

    def ask() -> None:
        answer = httpx.get(f"{pair.url(0)}/events", auth=pair.auth, timeout=120)
        answers.append((answer.status_code, answer.headers.get("connection")))

    with psycopg.connect(database_url) as holder:
        holder.execute("LOCK TABLE daybook.events")
        asking = Thread(target=ask)
        asking.start()
        wait_until(partial(_waits, database_url), "the query")
        pair.processes[0].send_signal(signal.SIGTERM)
        if is_draining:
            wait_until(partial(_is_leaving, pair.url(0)), "the api to say that it leaves")
        else:
            wait_until(lambda: not lives(pair.url(0)), "the api to let nobody in")
    asking.join(120)
    assert answers == [(200, "close")]
    assert pair.processes[0].wait(120) == 0


def _is_leaving(url: str) -> bool:
    try:
        return "about to end" in httpx.get(f"{url}/health/ready", timeout=1).text
    except httpx.TimeoutException:
        return False


def _waits(database_url: str) -> bool:
    """Whether a query waits for the lock."""
    waiting = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
        "AND application_name = 'daybook queries' AND wait_event_type = 'Lock'"
    )
    with psycopg.connect(database_url) as connection:
        return connection.execute(waiting).fetchone() == (1,)
