"""People who record, claim and approve while others die: each asks again, under the same key, until it is told."""

import itertools
from collections import Counter
from collections.abc import Callable
from threading import Event, Thread
from typing import Any
from uuid import uuid4

import httpx

from application.shared.permissions import Principal
from tests.branches import Branch
from tests.outside import LOST
from tests.signed_in import OPERATOR, SignedIn
from tests.sites import AN_EXPENSE, Site

RECORDERS = 2
_SILENCE_S = 20.0
_PAUSE_S = 0.05
_AGAIN = (429, 503)


class Load:
    """What was sent and what was acknowledged, until `end`.

    Attributes:
        recorded: the names under which expenses were acknowledged.
        approved: the uids of claims whose approval was.
        wrong: answers that nobody should get.
        refused: how often somebody was told to come back, by the code that said why.
        unanswered: how often nobody answered.
    """

    def __init__(self, site: Site) -> None:
        self.recorded: list[str] = []
        self.approved: list[str] = []
        self.wrong: list[str] = []
        self.refused = Counter[str]()
        self.unanswered = 0
        self._site = site
        self._over = Event()
        bank = Branch(site)
        self._mira, self._ruth = bank.member(), bank.administrator()
        work = [self._claim, *[self._record] * RECORDERS]
        self._threads = [Thread(target=self._kept, args=(each,)) for each in work]
        for thread in self._threads:
            thread.start()

    @property
    def acknowledged(self) -> int:
        """How many commands were."""
        return len(self.recorded) + 2 * len(self.approved)

    def end(self) -> None:
        """Let everybody be told of what they asked for, and go."""
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _kept(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Exception as error:  # noqa: BLE001 - told where the test can see it
            self.wrong.append(f"{type(error).__name__}: {error}")

    def _record(self) -> None:
        with self._client(OPERATOR) as http:
            while not self._over.wait(_PAUSE_S):
                name = uuid4().hex
                self._told(http, "/expenses", {**AN_EXPENSE, "project_name": name})
                self.recorded.append(name)

    def _claim(self) -> None:
        with self._client(self._mira.principal) as mira, self._client(self._ruth.principal) as ruth:
            for number in itertools.count(1):
                if self._over.wait(_PAUSE_S):
                    return
                body = self._mira.claim(amount=f"{number / 100:.2f}", description=f"No. {number}")
                claim = self._told(mira, "/reimbursements", body).json()["uid"]
                self._told(ruth, f"/reimbursements/{claim}/approve", {})
                self.approved.append(claim)

    def _client(self, principal: Principal) -> httpx.Client:
        auth = SignedIn(self._site.door, principal)
        return httpx.Client(base_url=self._site.url, timeout=_SILENCE_S, auth=auth)

    def _told(self, http: httpx.Client, path: str, body: dict[str, Any]) -> httpx.Response:
        """What is answered in the end."""
        key = {"Idempotency-Key": uuid4().hex}
        while True:
            try:
                answer = http.post(path, json=body, headers=key)
            except LOST:
                self.unanswered += 1
            else:
                if answer.status_code not in _AGAIN:
                    assert answer.status_code in (200, 201), f"{path}: {answer.text}"
                    return answer
                assert "retry-after" in answer.headers, answer.text
                self.refused[answer.json()["code"]] += 1
            Event().wait(_PAUSE_S)
