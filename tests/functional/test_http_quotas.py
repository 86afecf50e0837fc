"""Who writes, exports or imports without end is told when to come back; the others do as before."""

import asyncio
import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import psycopg
import pytest

from application.shared.permissions import Principal
from application.shared.quotas import Spending
from domain.shared.roles import Role
from infrastructure.embedded.postgres import PostgresServer
from infrastructure.embedded.valkey import ValkeyServer
from infrastructure.shared.quotas import RedisQuotas
from interfaces.http.shared.places import EXPORTS_MAX_OF_ONE
from tests.asking import problem
from tests.processes import wait_until
from tests.sites import Site, a_site

SETTINGS = {
    "DAYBOOK_WRITES_PER_MINUTE": "7",
    "DAYBOOK_EXPORTS_PER_MINUTE": "4",
    "DAYBOOK_IMPORTS_PER_MINUTE": "3",
}
EXPENSE = {
    "departments": "IT",
    "project_name": "Harbour",
    "amount": "12.50",
    "currency": "EUR",
    "date": "2026-02-03",
    "member_name": "Ada",
}
FILE = "departments,project_name,amount,date,member_name\nIT,A,1.00€,1/2/2026,B\n"


def somebody(number: int) -> Principal:
    """An operator whom nobody else is in these tests."""
    return Principal(
        user_uid=UUID(int=number), name="Ada", bank_uid=None, roles=frozenset({Role.OPERATOR})
    )


@pytest.fixture
def client(site: Site, request: pytest.FixtureRequest) -> Iterator[httpx.Client]:
    """Somebody of this test's own."""
    with site.signed_in(somebody(abs(hash(request.node.name)) % 2**100)) as client:
        yield client


def told(answer: httpx.Response) -> tuple[str, int, int]:
    """Name, what remains, and the seconds until all is back, as the header field says."""
    found = re.fullmatch(r'"([a-z]+)";r=([0-9]+);t=([0-9]+)', answer.headers["RateLimit"])
    assert found, answer.headers["RateLimit"]
    return found[1], int(found[2]), int(found[3])


def write(client: httpx.Client) -> httpx.Response:
    return client.post("/expenses", json=EXPENSE)


def export(client: httpx.Client) -> httpx.Response:
    return client.get("/expenses.csv", params={"limit": 1})


def hand_in(client: httpx.Client) -> httpx.Response:
    files = {"file": ("a.csv", FILE.encode())}
    return client.post("/imports/expenses", files=files, data={"source": "quotas"})


@pytest.mark.parametrize(
    ("ask", "name", "quota", "status"),
    [(write, "writes", 7, 201), (export, "exports", 4, 200), (hand_in, "imports", 3, 201)],
)
def test_one_person_has_so_many_in_a_minute(
    site: Site, client: httpx.Client, ask: object, name: str, quota: int, status: int
) -> None:
    assert callable(ask)
    for remaining in reversed(range(quota)):
        answer = ask(client)
        assert answer.status_code == status, answer.text
        assert answer.headers["RateLimit-Policy"] == f'"{name}";q={quota};w=60'
        assert told(answer)[:2] == (name, remaining)
    refused = ask(client)
    problem(refused, 429, f"too_many_{name}", quota=quota, window_s=60)
    assert told(refused) == (name, 0, int(refused.headers["Retry-After"]))
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    with site.signed_in(somebody(2**101 + quota)) as other:
        assert ask(other).status_code == status


def test_what_only_reads_is_not_counted(site: Site, client: httpx.Client) -> None:
    answer = client.get("/expenses")
    assert "RateLimit" not in answer.headers
    assert "RateLimit" not in client.get("/expenses", headers={"Accept": "text/html"}).headers


def test_whoever_is_not_known_uses_nobodys_quota_up(site: Site) -> None:
    answers = [httpx.post(f"{site.url}/expenses", json=EXPENSE, timeout=120) for _ in range(10)]
    assert {answer.status_code for answer in answers} == {401}
    assert not any("RateLimit" in answer.headers for answer in answers)


def test_two_processes_count_together(valkey: ValkeyServer) -> None:
    """What one of them has given out, the other does not give once more."""

    async def spend() -> list[int]:
        one, other = (RedisQuotas(valkey.url(), {Spending.WRITES: 10}) for _ in range(2))
        spent = [await it.spend(Spending.WRITES, uuid.hex) for it in 6 * [one] + 6 * [other]]
        await one.aclose()
        await other.aclose()
        return [-1 if it is None or it.is_over else it.remaining for it in spent]

    uuid = uuid4()
    assert asyncio.run(spend()) == [9, 8, 7, 6, 5, 4, 3, 2, 1, 0, -1, -1]


def test_without_a_redis_nobody_is_stopped(postgres: PostgresServer, tmp_path: Path) -> None:
    valkey = ValkeyServer(tmp_path).start()
    folder = tmp_path / "site"
    folder.mkdir()
    with a_site(postgres, valkey, folder, **SETTINGS) as site:
        assert "RateLimit" in write(site.http).headers
        valkey.kill()
        answers = [write(site.http) for _ in range(20)]
        assert {answer.status_code for answer in answers} == {201}
        valkey.start()
    valkey.stop()


def test_who_takes_files_and_does_not_read_them_leaves_places_for_others(site: Site) -> None:
    """An export that is not read on holds one of the connections that answer queries."""
    write(site.http)
    wait_until(lambda: site.http.get("/expenses").json()["data"], "a row")
    with psycopg.connect(site.settings["DATABASE_URL"]) as connection:
        connection.execute(
            "INSERT INTO read.expenses SELECT (jsonb_populate_record(e, jsonb_build_object("
            "'id', e.id + n, 'uid', gen_random_uuid()))).*"
            " FROM read.expenses e, generate_series(1000, 60000) n WHERE e.id = (SELECT min(id) FROM read.expenses)"
        )
    with ExitStack() as stack:
        greedy = stack.enter_context(site.signed_in(somebody(2**90)))
        for _ in range(EXPORTS_MAX_OF_ONE):
            export = stack.enter_context(greedy.stream("GET", "/expenses.ndjson"))
            assert export.status_code == 200
        problem(greedy.get("/expenses.ndjson"), 429, "too_many_exports")
        other = stack.enter_context(site.signed_in(somebody(2**91)))
        assert other.get("/expenses.csv").status_code == 200
        assert other.get("/expenses").status_code == 200
