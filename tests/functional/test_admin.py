"""The admin listener: health and metrics without a token, whatever becomes of the side that serves."""

import itertools
import json
import os
import re
import signal
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from threading import Event, Thread
from uuid import uuid4

import httpx
import pytest

from infrastructure.embedded.postgres import PostgresServer
from infrastructure.embedded.valkey import ValkeyServer
from tests.facts import eventually
from tests.processes import family, free_port, lives, wait_until
from tests.sites import AN_EXPENSE, Site, a_site, process

TELLING = ("projector", "worker", "mailbox")


class ToldSite:
    """A site whose api tells on a port of its own, and further processes of it that do."""

    def __init__(self, site: Site, port: int, stack: ExitStack, folder: Path) -> None:
        self.site = site
        self.ports = {"api": port}
        self._stack, self._folder = stack, folder

    def begin(self, name: str) -> None:
        """One more process of this name, with an admin listener."""
        self.ports[name] = free_port()
        settings = {**self.site.settings, "DAYBOOK_ADMIN_PORT": str(self.ports[name])}
        if name == "mailbox":
            settings["DAYBOOK_SMTP_URL"] = f"sink://{self._folder}/other/smtp.sock"
        self._stack.enter_context(process(name, settings, self._folder / f"{name}.txt"))

    def ask(self, path: str, name: str = "api", **headers: str) -> httpx.Response:
        """What a process tells whoever has no token."""
        url = f"http://127.0.0.1:{self.ports[name]}{path}"
        return httpx.get(url, headers=headers, timeout=30)

    def counted(self, path: str) -> int:
        """How many requests to a route were answered, by all workers together."""
        found = re.findall(
            rf'^daybook_http_requests_total{{.*route="{path}".*}} (\S+)$',
            self.ask("/metrics").text,
            re.MULTILINE,
        )
        return int(sum(map(float, found)))


@pytest.fixture(scope="module")
def told(
    postgres: PostgresServer, valkey: ValkeyServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ToldSite]:
    folder = tmp_path_factory.mktemp("told")
    port = free_port()
    with ExitStack() as stack:
        more = {"DAYBOOK_API_WORKERS": "2"}
        site = stack.enter_context(a_site(postgres, valkey, folder, **more))
        # The others of the site tell nothing: one port is for one process.
        site.kill("api")
        site.settings = {**site.settings, "DAYBOOK_ADMIN_PORT": str(port)}
        site.begin("api")
        wait_until(lambda: lives(site.url), "the api")
        site.settings = {**site.settings, "DAYBOOK_ADMIN_PORT": "0"}
        yield ToldSite(site, port, stack, folder)


@pytest.mark.parametrize("name", ["api", *TELLING])
def test_every_process_tells_how_it_is_without_a_token(told: ToldSite, name: str) -> None:
    if name != "api":
        told.begin(name)
    wait_until(lambda: lives(f"http://127.0.0.1:{told.ports[name]}"), name)
    assert told.ask("/health/live", name).json() == {"status": "ok"}
    eventually(lambda: told.ask("/health/ready", name).json().get("status") == "ok")
    metrics = told.ask("/metrics", name).text
    assert "daybook_database_up 1.0" in metrics
    assert 'daybook_silent_seconds{who="worker"}' in metrics
    assert "process_resident_memory_bytes" in metrics


def test_nothing_but_what_is_told_can_be_had(told: ToldSite) -> None:
    url = f"http://127.0.0.1:{told.ports['api']}"
    assert httpx.get(f"{url}/expenses").status_code == 404
    assert httpx.get(f"{url}/metrics/..%2fexpenses").status_code == 404
    assert httpx.post(f"{url}/health/live").status_code == 405
    led = told.ask("/metrics", Host="rebound.example")
    assert (led.status_code, led.json()["code"]) == (403, "foreign_site")
    everything = "".join(
        told.ask(path).text for path in ("/health/live", "/health/ready", "/metrics")
    )
    for secret in ("postgresql://", "unix://", "/smtp.sock", "@", str(told.site.output.parent)):
        assert secret not in everything


def test_workers_are_counted_together(told: ToldSite) -> None:
    before = told.counted("/health/live")
    pids = set(family(told.site.process_id("api")))
    assert len(pids) == 2
    for _ in range(40):
        # A connection each, so that both workers have some.
        assert httpx.get(f"{told.site.url}/health/live").status_code == 200
    eventually(lambda: told.counted("/health/live") >= before + 40)
    assert told.counted("/health/live") == before + 40


def test_it_answers_while_the_public_side_is_overrun(told: ToldSite) -> None:
    """Both workers are stopped dead: not one request is answered there."""
    workers = list(family(told.site.process_id("api")))
    for pid in workers:
        os.kill(pid, signal.SIGSTOP)
    try:
        with pytest.raises(httpx.TimeoutException):
            httpx.get(f"{told.site.url}/health/live", timeout=1)
        assert told.ask("/health/live").status_code == 200
        assert told.ask("/health/ready").status_code == 200
        assert "daybook_database_up 1.0" in told.ask("/metrics").text
    finally:
        for pid in workers:
            os.kill(pid, signal.SIGCONT)
    wait_until(lambda: lives(told.site.url), "the api again")


def test_who_asks_slowly_keeps_nobody_from_asking(told: ToldSite) -> None:
    address = ("127.0.0.1", told.ports["api"])
    with ExitStack() as stack:
        for _ in range(30):
            stack.enter_context(socket.create_connection(address)).sendall(b"GET /health")
        eventually(lambda: _answers(told))


def _answers(told: ToldSite) -> bool:
    try:
        return told.ask("/health/live").status_code == 200
    except httpx.TransportError:  # turned away: there were too many
        return False


def test_one_dead_worker_is_no_outage(told: ToldSite) -> None:
    """Under load, each request on a connection of its own: none is refused, and lost are those in hand at most."""
    failures: list[str] = []
    recorded: list[int] = []
    stop = Event()
    header = told.site.authorization()

    def send() -> None:
        for number in itertools.count():
            if stop.is_set():
                return
            expense = {**AN_EXPENSE, "project_name": f"{uuid4().hex}-{number}"}
            try:
                answer = httpx.post(
                    f"{told.site.url}/expenses", json=expense, headers=header, timeout=30
                )
                recorded.append(answer.status_code)
            except httpx.ConnectError as error:
                failures.append(f"refused: {error}")
            except httpx.TransportError as error:
                failures.append(f"in hand: {error}")

    clients = [Thread(target=send, daemon=True) for _ in range(3)]
    for each in clients:
        each.start()
    wait_until(lambda: len(recorded) >= 10, "the first requests")
    before = set(family(told.site.process_id("api")))
    os.kill(min(before), signal.SIGKILL)
    enough = len(recorded) + 20
    wait_until(lambda: len(recorded) >= enough, "more requests")
    wait_until(lambda: len(set(family(told.site.process_id("api"))) - before) == 1, "another one")
    stop.set()
    for each in clients:
        each.join(60)
    assert set(recorded) == {201}
    assert not [each for each in failures if each.startswith("refused")]
    assert len(failures) <= len(clients)


def test_streams_are_counted_over_all_workers(told: ToldSite) -> None:
    header = told.site.authorization()
    with ExitStack() as stack:

        def follow() -> int:
            stream = httpx.stream(
                "GET", f"{told.site.url}/events/stream?after=latest", headers=header, timeout=30
            )
            return stack.enter_context(stream).status_code

        assert [follow() for _ in range(8)] == [200] * 4 + [429] * 4


def test_ready_says_first_that_the_process_is_about_to_end(told: ToldSite) -> None:
    name = "api"
    port, admin = free_port(), free_port()
    settings = {
        **told.site.settings,
        "DAYBOOK_PORT": str(port),
        "DAYBOOK_ADMIN_PORT": str(admin),
        "DAYBOOK_DRAIN_S": "5",
    }
    with process(name, settings, told.site.output) as leaving:
        told.ports["leaving"] = admin
        wait_until(lambda: lives(f"http://127.0.0.1:{port}"), "another api")
        leaving.send_signal(signal.SIGTERM)
        answer = eventually_refused(told)
        assert json.loads(answer.text)["code"] == "leaving"
        assert lives(f"http://127.0.0.1:{port}")


def eventually_refused(told: ToldSite) -> httpx.Response:
    """The first answer that says so."""
    answers: list[httpx.Response] = []

    def refused() -> bool:
        answers.append(told.ask("/health/ready", "leaving"))
        return answers[-1].status_code == 503

    wait_until(refused, "the api to say that it leaves")
    return answers[-1]
