"""Readers of the log outside of it, as other systems have them: they come back after every loss, and go on."""

import json
from collections.abc import Callable
from threading import Event, Thread

import httpx
import psycopg

from domain.shared.errors import Unavailable
from tests.signed_in import SignedIn

LOST = (httpx.HTTPError, Unavailable, psycopg.Error)
"""What a client meets while others die: nobody answers, or not with what was asked for."""

_SILENCE_S = 15.0  # a stream says every ten seconds that it is alive
_PAUSE_S = 0.05


class Reader:
    """Reads every event in a thread of its own until `end`; `where` says which api to ask now."""

    def __init__(self, where: Callable[[], str], auth: SignedIn) -> None:
        self.last = 0
        self.gaps: list[str] = []
        self.came_back = 0
        self._where = where
        self._auth = auth
        self._over = Event()
        Thread(target=self._run, name=type(self).__name__, daemon=True).start()

    def end(self) -> None:
        """Read no more; an open stream is left with its next line, or its end."""
        self._over.set()

    def _run(self) -> None:
        with httpx.Client(auth=self._auth, timeout=_SILENCE_S) as http:
            while not self._over.wait(_PAUSE_S):
                try:
                    self._read(http)
                except LOST:
                    self.came_back += 1

    def _read(self, http: httpx.Client) -> None:
        raise NotImplementedError

    def _take(self, position: int) -> None:
        if position != self.last + 1:
            self.gaps.append(f"{position} came after {self.last}")
        self.last = position


class StreamReader(Reader):
    """Reads the stream of events; `farewells` is how often it was told to come back."""

    farewells = 0

    def _read(self, http: httpx.Client) -> None:
        url, last = f"{self._where()}/events/stream", {"Last-Event-ID": str(self.last)}
        with http.stream("GET", url, headers=last) as answer:
            for line in answer.raise_for_status().iter_lines():
                self.farewells += line == "retry: 500"
                if line.startswith("data: "):
                    self._take(json.loads(line.removeprefix("data: "))["position"])
                if self._over.is_set():
                    return


class PageReader(Reader):
    """Reads pages of the log by their cursors, and goes on behind the last position that it saw."""

    def _read(self, http: httpx.Client) -> None:
        answer = http.get(f"{self._where()}/events?position[gt]={self.last}&limit=50")
        while not self._over.is_set():
            for event in answer.raise_for_status().json()["data"]:
                self._take(event["position"])
            if "next" not in answer.links:
                return
            answer = http.get(httpx.URL(self._where()).join(answer.links["next"]["url"]))
