"""Many at one claim at the same moment, through different processes: each fact comes about once."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from itertools import cycle
from pathlib import Path
from threading import Barrier
from typing import Any

import httpx
import pytest

from infrastructure.embedded.valkey import ValkeyServer
from infrastructure.identity.keys import KEY_FILE, make_keys
from tests.branches import Branch, Person
from tests.processes import free_port, lives, wait_until
from tests.sites import Site, process

ROUNDS = 15


@pytest.fixture
def doors(
    database_url: str, valkey: ValkeyServer, tmp_path: Path
) -> Iterator[tuple[Site, list[httpx.Client]]]:
    """Two api processes over one log, with a client of each. Nothing else runs: all of this is decided on the log."""
    make_keys(tmp_path / KEY_FILE)
    settings = [
        {
            "DAYBOOK_HOME": str(tmp_path),
            "DAYBOOK_PORT": str(free_port()),
            "DATABASE_URL": database_url,
            "REDIS_URL": valkey.url(),
        }
        for _ in range(2)
    ]
    urls = [f"http://127.0.0.1:{each['DAYBOOK_PORT']}" for each in settings]
    site = Site(urls[0], settings[0], tmp_path / "output.txt")
    with site.http, httpx.Client(base_url=urls[1], timeout=120) as other, ExitStack() as opened:
        for each in settings:
            opened.enter_context(process("api", each, site.output))
        wait_until(lambda: all(map(lives, urls)), "both api processes")
        yield site, [site.http, other]


def at_once(calls: Sequence[Callable[[], httpx.Response]]) -> list[httpx.Response]:
    """What these calls are answered with, all of them made at one moment."""
    barrier = Barrier(len(calls))

    def go(call: Callable[[], httpx.Response]) -> httpx.Response:
        barrier.wait(120)
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(go, calls))


def posted_at_once(
    clients: Sequence[httpx.Client], *posts: tuple[Person, str, dict[str, Any]], **more: Any
) -> list[httpx.Response]:
    """What these persons' posts are answered with, all made at one moment, each through the next process."""

    def post(client: httpx.Client, who: Person, path: str, body: dict[str, Any]) -> httpx.Response:
        return client.post(path, json=body, auth=who.http.auth, **more)

    return at_once(
        [partial(post, client, *each) for client, each in zip(cycle(clients), posts, strict=False)]
    )


def test_two_administrators_at_once(doors: tuple[Site, list[httpx.Client]]) -> None:
    """One 200 and one 409 that tells who won, whatever both of them said; and one decision in the history."""
    site, clients = doors
    branch = Branch(site)
    mira = branch.member()
    pair = [branch.administrator("Ruth"), branch.administrator("Nils")]
    verdicts: list[tuple[str, dict[str, Any]]] = [("approve", {}), ("deny", {"reason": "No"})]
    for number in range(ROUNDS):
        claim = mira.claimed(amount=f"{number + 1}.00")
        said = [verdicts[number % 2], verdicts[number % 3 % 2]]
        path = f"/reimbursements/{claim['uid']}"
        decisions = (
            (who, f"{path}/{verdict}", body)
            for who, (verdict, body) in zip(pair, said, strict=True)
        )
        answers = posted_at_once(clients, *decisions)
        assert sorted(one.status_code for one in answers) == [200, 409]
        won = next(one for one in answers if one.status_code == 200).json()
        lost = next(one for one in answers if one.status_code == 409).json()
        assert lost["code"] == "already_decided"
        assert (lost["decision"], lost["decided_by"], lost["decided_at"]) == (
            won["status"],
            won["decided_by"],
            won["decided_at"],
        )
        facts = mira.sees(f"/reimbursements/{claim['id']}/history")["data"]
        assert len(facts) == 2


def test_two_approvals_above_the_limit_at_once(doors: tuple[Site, list[httpx.Client]]) -> None:
    """One endorses and one approves: neither is lost, and neither counts twice."""
    site, clients = doors
    branch = Branch(site)
    pair = [branch.administrator("Ruth", "99.00"), branch.administrator("Nils", "99.00")]
    for number in range(ROUNDS):
        mira = branch.member(f"Mira{number}")  # what is approved for one person adds up
        claim = mira.claimed(amount=f"{number + 100}.00")
        path = f"/reimbursements/{claim['uid']}/approve"
        answers = posted_at_once(clients, *((who, path, {}) for who in pair))
        assert [one.status_code for one in answers] == [200, 200]
        assert sorted(one.json()["status"] for one in answers) == ["approved", "pending"]
        facts = mira.sees(f"/reimbursements/{claim['id']}/history")["data"]
        assert [fact["name"].split(".")[1] for fact in facts] == [
            "submitted",
            "endorsed",
            "approved",
        ]
        assert len({fact["actor"] for fact in facts}) == 3


def test_equal_claims_at_once(doors: tuple[Site, list[httpx.Client]]) -> None:
    """One of them is the first, and all others know it."""
    site, clients = doors
    mira = Branch(site).member()
    for number in range(ROUNDS):
        claim = (mira, "/reimbursements", mira.claim(amount=f"{number + 1}.00"))
        answers = posted_at_once(clients, *[claim] * 4)
        assert [one.status_code for one in answers] == [201] * 4
        claims = [one.json() for one in answers]
        (first,) = [claim for claim in claims if claim["duplicate_of"] is None]
        assert {claim["duplicate_of"] for claim in claims} == {None, first["uid"]}


def test_one_key_at_once(doors: tuple[Site, list[httpx.Client]]) -> None:
    """One claim, however often and through whichever process it is sent."""
    site, clients = doors
    mira = Branch(site).member()
    for number in range(ROUNDS):
        claim = (mira, "/reimbursements", mira.claim(amount=f"{number + 1}.00"))
        key = {"Idempotency-Key": f"round-{number}"}
        answers = posted_at_once(clients, *[claim] * 4, headers=key)
        assert [one.status_code for one in answers] == [201] * 4
        assert len({one.json()["uid"] for one in answers}) == 1
        replayed = [one.headers.get("idempotency-replayed") for one in answers]
        assert replayed.count(None) == 1
