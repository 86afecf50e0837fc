"""Argon2id hashes of passwords, and how easy they are to guess: outside the event loop and a few at a time."""

import asyncio
import re
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from application.identity.ports import Passwords

# Each hash takes 64 MiB and as many threads as `parallelism` says: more at once would only exhaust the machine.
_AT_ONCE = 2

P = ParamSpec("P")
T = TypeVar("T")

_SCORE_MIN = (
    3  # of zxcvbn: more than 10^8 guesses, its lists of common passwords and names included
)
_RATED_LENGTH_MAX = 72  # what comes behind is not looked at: it could only make a password better
_OWN_LENGTH_MIN = 8  # characters beside the words that everybody knows of the user
_OUR_WORDS = ("daybook", "password", "admin")
_WORD_LENGTH_MIN = 3


class Argon2Passwords(Passwords):
    """`application.identity.Passwords` with the parameters of RFC 9106's second recommendation.

    Hashes carry their parameters, so those made with others still verify; `is_outdated` finds them.
    """

    def __init__(
        self,
        is_void: Callable[[str], bool] = lambda _: False,
        *,
        time_cost: int = 3,
        memory_cost_kib: int = 65536,
        parallelism: int = 4,
    ) -> None:
        """`is_void` says of a password that it is nobody's, whatever it was set for."""
        self._is_void = is_void
        self._hasher = Argon2Hasher(
            time_cost=time_cost, memory_cost=memory_cost_kib, parallelism=parallelism
        )
        self._hashing = PasswordHash((self._hasher,))
        self._threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="passwords")
        self._nobodys: str | None = None

    async def hash(self, password: str) -> str:
        return await self._apart(self._hashing.hash, password)

    async def is_weak(self, password: str, about: Sequence[str]) -> bool:
        words = [*_OUR_WORDS, *_words(about)]
        return await self._apart(_is_weak, password, words)

    async def verify(self, password: str, password_hash: str | None) -> bool:
        if self._nobodys is None:
            self._nobodys = await self.hash("nobody's password")
        is_right = await self._apart(self._hashing.verify, password, password_hash or self._nobodys)
        return is_right and password_hash is not None and not self._is_void(password)

    async def _apart(self, work: Callable[P, T], *args: P.args, **options: P.kwargs) -> T:
        """What this answers, in threads that nothing else is done in: who signs in waits for nobody's files."""
        call = partial(work, *args, **options)
        return await asyncio.get_running_loop().run_in_executor(self._threads, call)

    def is_outdated(self, password_hash: str) -> bool:
        return self._hasher.check_needs_rehash(password_hash)


def _words(about: Sequence[str]) -> set[str]:
    """What is known of somebody, whole and in parts."""
    whole = [text.casefold() for text in about]
    parts = [part for text in whole for part in re.split(r"\W+", text)]
    return {word for word in (*whole, *parts) if len(word) >= _WORD_LENGTH_MIN}


def _is_weak(password: str, words: Sequence[str]) -> bool:
    from zxcvbn import zxcvbn  # its lists take a while to read, and most processes ask for none

    own = password.casefold()
    for word in sorted(words, key=len, reverse=True):
        own = own.replace(word, "")
    if len(re.sub(r"\W", "", own)) < _OWN_LENGTH_MIN:
        return True
    rated = zxcvbn(password[:_RATED_LENGTH_MAX], user_inputs=list(words))
    return int(rated["score"]) < _SCORE_MIN
