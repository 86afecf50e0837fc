"""What is kept of forms until they are whole, on a real Valkey: found again, for a while, and only so much of it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import redis

from application.workflows.intake import DraftFile
from infrastructure.workflows.drafts import KEPT_S, MAPPINGS_MAX, RedisDrafts

FILE = DraftFile(name="statement.xlsx", data=b"PK" * 500)


@asynccontextmanager
async def _drafts(url: str | None, **caps: int) -> AsyncIterator[RedisDrafts]:
    opened = RedisDrafts(url, **caps)
    yield opened
    await opened.aclose()


def test_a_file_is_found_by_the_token_of_its_form_alone(redis_url: str) -> None:
    async def scenario() -> None:
        async with _drafts(redis_url) as drafts:
            assert await drafts.keep("one", FILE)
            assert await drafts.find("one") == FILE
            assert await drafts.find("another") is None
            await drafts.drop("one")
            assert await drafts.find("one") is None

    asyncio.run(scenario())


def test_nothing_in_redis_tells_the_token_and_all_of_it_ends(redis_url: str) -> None:
    async def scenario() -> None:
        async with _drafts(redis_url) as drafts:
            await drafts.keep("the-secret-token", FILE)

    asyncio.run(scenario())
    with redis.Redis.from_url(redis_url) as client:
        (key,) = client.keys("daybook:draft:*")
        assert b"secret" not in key + client.get(key)
        assert 0 < client.ttl(key) <= KEPT_S


def test_there_is_a_cap_on_files_and_on_their_bytes(redis_url: str) -> None:
    async def scenario() -> None:
        async with _drafts(redis_url, files_max=2) as drafts:
            assert [await drafts.keep(str(it), FILE) for it in range(3)] == [True, True, False]
            assert await drafts.keep("1", FILE), "in the place of one that is kept"
            await drafts.drop("0")
            assert await drafts.keep("2", FILE)
        async with _drafts(redis_url, bytes_max=3_000) as drafts:
            assert not await drafts.keep("3", FILE)
            assert await drafts.find("3") is None

    asyncio.run(scenario())


def test_what_has_ended_counts_no_more(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        client.hset(
            "daybook:drafts", mapping={f"daybook:draft:{it}": "1 64000000" for it in range(300)}
        )

    async def scenario() -> None:
        async with _drafts(redis_url) as drafts:
            assert await drafts.keep("one", FILE)

    asyncio.run(scenario())


def test_a_mapping_is_remembered_by_header_and_the_oldest_make_room(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        client.hset("daybook:mappings", mapping=dict.fromkeys(range(MAPPINGS_MAX), b"{}"))
        client.zadd("daybook:mapped-at", {str(it): it for it in range(MAPPINGS_MAX)})

    async def scenario() -> None:
        async with _drafts(redis_url) as drafts:
            await drafts.remember("header", {"income": "In"})
            assert await drafts.remembered("header") == {"income": "In"}
            assert await drafts.remembered("other") == {}

    asyncio.run(scenario())
    with redis.Redis.from_url(redis_url) as client:
        assert client.hlen("daybook:mappings") == MAPPINGS_MAX
        assert not client.hexists("daybook:mappings", "0")


def test_without_a_redis_nothing_is_kept_and_nothing_fails() -> None:
    async def scenario() -> None:
        for nowhere in (None, "redis://127.0.0.1:1/0"):
            async with _drafts(nowhere) as drafts:
                assert not await drafts.keep("one", FILE)
                assert await drafts.find("one") is None
                await drafts.drop("one")
                await drafts.remember("header", {})
                assert await drafts.remembered("header") == {}

    asyncio.run(scenario())
