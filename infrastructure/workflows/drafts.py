"""FormDrafts of forms in Redis: `application.workflows.intake.FormDrafts`, where there is a Redis.

A file is found by the hash of its form's token, so that nobody who reads Redis can make the link. Redis carries jobs,
too, so there is a cap on the number of files and on their bytes, counted in the step that keeps one.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from hashlib import sha256
from typing import Any, TypeVar

import msgspec
import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from application.workflows.intake import DraftFile, FormDrafts

KEPT_S = 30 * 60
"""Seconds for which a file is kept."""

FILES_MAX, BYTES_MAX = 200, 64_000_000
MAPPINGS_MAX = 5_000
_PATIENCE_S = 2.0
_COUNTS, _MAPPINGS, _MAPPED_AT = "daybook:drafts", "daybook:mappings", "daybook:mapped-at"

# KEYS: the file, the hash of when each file ends and how large it is. ARGV: seconds, files, bytes, the file.
_KEEP = """
local now, files, bytes = tonumber(redis.call('TIME')[1]), 0, 0
local known = redis.call('HGETALL', KEYS[2])
for at = 1, #known, 2 do
  local ends, size = string.match(known[at + 1], '(%d+) (%d+)')
  if tonumber(ends) <= now or known[at] == KEYS[1] then
    redis.call('HDEL', KEYS[2], known[at])
  else
    files, bytes = files + 1, bytes + tonumber(size)
  end
end
redis.call('DEL', KEYS[1])
if files >= tonumber(ARGV[2]) or bytes + #ARGV[4] > tonumber(ARGV[3]) then return 0 end
redis.call('SET', KEYS[1], ARGV[4], 'EX', ARGV[1])
redis.call('HSET', KEYS[2], KEYS[1], string.format('%d %d', now + ARGV[1], #ARGV[4]))
return 1
"""
# KEYS: the mappings, when each was used last. ARGV: the header, the mapping, how many are kept.
_REMEMBER = """
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('ZADD', KEYS[2], redis.call('TIME')[1], ARGV[1])
local old = redis.call('ZRANGE', KEYS[2], 0, -1 - tonumber(ARGV[3]))
for _, header in ipairs(old) do
  redis.call('HDEL', KEYS[1], header)
  redis.call('ZREM', KEYS[2], header)
end
return 1
"""

T = TypeVar("T")


class RedisDrafts(FormDrafts):
    """Belongs to one event loop; without a Redis, or while it does not answer, nothing is kept."""

    def __init__(
        self, redis_url: str | None, *, files_max: int = FILES_MAX, bytes_max: int = BYTES_MAX
    ) -> None:
        self._redis = (
            Redis.from_url(
                redis_url, socket_timeout=_PATIENCE_S, socket_connect_timeout=_PATIENCE_S
            )
            if redis_url
            else None
        )
        self._files_max, self._bytes_max = files_max, bytes_max

    async def keep(self, token: str, file: DraftFile) -> bool:
        caps = KEPT_S, self._files_max, self._bytes_max
        keys, data = (_key(token), _COUNTS), msgspec.msgpack.encode(file)
        kept = await self._asked(lambda redis: redis.eval(_KEEP, 2, *keys, *caps, data), 0)
        return kept == 1

    async def find(self, token: str) -> DraftFile | None:
        found: bytes | None = await self._asked(lambda redis: redis.get(_key(token)), None)
        return msgspec.msgpack.decode(found, type=DraftFile) if found else None

    async def drop(self, token: str) -> None:
        async def both(redis: Any) -> None:
            await redis.delete(_key(token))
            await redis.hdel(_COUNTS, _key(token))

        await self._asked(both, None)

    async def remember(self, header: str, mapping: Mapping[str, str]) -> None:
        told = header, msgspec.json.encode(mapping), MAPPINGS_MAX
        await self._asked(lambda redis: redis.eval(_REMEMBER, 2, _MAPPINGS, _MAPPED_AT, *told), 0)

    async def remembered(self, header: str) -> Mapping[str, str]:
        found: bytes | None = await self._asked(lambda redis: redis.hget(_MAPPINGS, header), None)
        return msgspec.json.decode(found, type=dict[str, str]) if found else {}

    async def aclose(self) -> None:
        """Give the connections back."""
        if self._redis is not None:
            await self._redis.aclose()

    async def _asked(self, ask: Callable[[Any], Awaitable[T]], otherwise: T) -> T:
        if self._redis is None:
            return otherwise
        try:
            async with asyncio.timeout(2 * _PATIENCE_S):
                return await ask(self._redis)
        except (RedisError, OSError, TimeoutError) as error:
            structlog.get_logger().warning("draft not kept", reason=str(error)[:200])
            return otherwise


def _key(token: str) -> str:
    return f"daybook:draft:{sha256(token.encode()).hexdigest()}"
