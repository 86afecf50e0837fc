"""Answers made smaller on their way: brotli, Zstandard or gzip, whichever the client likes best (RFC 9110, 12.5.3).

Rules upheld here:
- only what a `GET` reads is made smaller. Tokens, keys and links are answered to a `POST`, and pages for people may
  hold the key of a form: how small a secret becomes beside what somebody else chose would tell it (BREACH);
- a stream still flows: each of its parts leaves at once, and events are left as they are;
- another coding is another representation: a strong `ETag` says which, and names the same version (`plain_tag`).
"""

import asyncio
import re
import zlib
from collections.abc import Callable, Iterable
from typing import Any, Protocol

import brotli
import zstandard
from litestar.connection import ASGIConnection
from litestar.enums import ScopeType
from litestar.handlers import BaseRouteHandler, HTTPRouteHandler
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

from interfaces.http.shared.problems import MEDIA_TYPE as PROBLEM
from interfaces.http.shared.problems import NotAcceptable
from interfaces.http.shared.rendering import CSV, JSON, NDJSON

_MEDIA_TYPES = frozenset((JSON, PROBLEM, CSV, NDJSON, "application/xml", "text/plain"))

_BYTES_MIN = 1_024
"""A smaller body is a packet of the network in any case."""

_THREAD_BYTES_MIN = 65_536
"""From here on others would notice if the event loop did it."""

_QUALITY = re.compile(r"\s*q\s*=\s*(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)\s*", re.IGNORECASE)
_CODED_TAG = re.compile(r'-(?:br|zstd|gzip)"$')

_Header = tuple[bytes, bytes]


class Coder(Protocol):
    """Makes a body smaller, part by part."""

    def part(self, body: bytes) -> bytes:
        """What can be read of the body up to here."""

    def end(self, body: bytes) -> bytes:
        """The last of it."""


class _Brotli:
    def __init__(self, quality: int = 1) -> None:
        self._made = brotli.Compressor(quality=quality)

    def part(self, body: bytes) -> bytes:
        return bytes(self._made.process(body) + self._made.flush())

    def end(self, body: bytes) -> bytes:
        return bytes(self._made.process(body) + self._made.finish())


class _Zstandard:
    def __init__(self, level: int = 3) -> None:
        self._made = zstandard.ZstdCompressor(level).compressobj()

    def part(self, body: bytes) -> bytes:
        return self._made.compress(body) + self._made.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK)

    def end(self, body: bytes) -> bytes:
        return self._made.compress(body) + self._made.flush()


class _Gzip:
    def __init__(self, level: int = 6) -> None:
        self._made = zlib.compressobj(level, wbits=zlib.MAX_WBITS | 16)

    def part(self, body: bytes) -> bytes:
        return self._made.compress(body) + self._made.flush(zlib.Z_SYNC_FLUSH)

    def end(self, body: bytes) -> bytes:
        return self._made.compress(body) + self._made.flush()


_CODERS: dict[str, Callable[[], Coder]] = {"br": _Brotli, "zstd": _Zstandard, "gzip": _Gzip}
"""By coding, the best first; of what is made anew for every request quickness counts as well."""

_BEST: dict[str, Callable[[], Coder]] = {
    "br": lambda: _Brotli(9),
    "zstd": lambda: _Zstandard(15),
    "gzip": lambda: _Gzip(9),
}


class Wishes:
    """What `Accept-Encoding` says: `coding` is the one to use, None for none; `needs_one` that the body as it is will
    not do; `takes_nothing` that neither will do."""

    def __init__(self, accept: str) -> None:
        given = dict(_read(each) for each in accept.lower().split(",") if each.strip())
        others = given.get("*", 0.0)
        liked = {name: given.get(name, others) for name in _CODERS}
        best = max(liked, key=liked.__getitem__)
        as_it_is = given.get("identity", given.get("*", 1.0))
        explicit = given.get("identity", 0.0)
        self.coding = best if liked[best] > 0 and liked[best] >= explicit else None
        self.needs_one = not as_it_is
        self.takes_nothing = not as_it_is and self.coding is None


def _read(element: str) -> tuple[str, float]:
    """A coding and how much it is liked; what cannot be read is not liked."""
    name, *parameters = element.split(";")
    weight = _QUALITY.fullmatch(parameters[0]) if parameters else None
    liked = float(weight[1]) if weight else float(not parameters)
    return name.strip().removeprefix("x-"), liked


def wishes_of(headers: Iterable[_Header]) -> Wishes:
    """What the client takes; one that sends no `Accept-Encoding` gets everything as it is."""
    return Wishes(_said(headers, b"accept-encoding"))


def _said(headers: Iterable[_Header], name: bytes) -> str:
    return ",".join(value.decode("latin-1") for known, value in headers if known == name)


def made_small(body: bytes, coding: str) -> bytes:
    """A body that many are sent, as small as it gets; this takes its time."""
    return _BEST[coding]().end(body)


def plain_tag(tag: str) -> str:
    """An entity tag without the coding of the representation that it was sent with."""
    return _CODED_TAG.sub('"', tag)


async def refuse_unreadable(
    connection: ASGIConnection,  # type: ignore[type-arg]
    handler: BaseRouteHandler,
) -> None:
    """A guard for every route: what is read has to be sent in some way.

    Raises:
        NotAcceptable: the client takes neither a coding of ours nor the body as it is (`no_such_coding`).
    """
    is_read = isinstance(handler, HTTPRouteHandler) and handler.http_methods == {"GET"}
    if is_read and wishes_of(connection.scope["headers"]).takes_nothing:
        given = connection.headers["accept-encoding"]
        detail = f"Accept-Encoding {given[:100]!r} leaves nothing; {', '.join(_CODERS)}, identity are available."
        raise NotAcceptable(detail, code="no_such_coding", available=[*_CODERS, "identity"])


def smaller(app: ASGIApp) -> ASGIApp:
    """The app, whose answers become smaller where they may and the client likes that."""

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == ScopeType.HTTP and scope["method"] == "GET":
            send = _way_out(scope, send)
        await app(scope, receive, send)

    return serve


def _way_out(scope: HTTPScope, send: Send) -> Send:
    wishes = wishes_of(scope["headers"])
    if wishes.coding is None:
        return send
    known = _said(scope["headers"], b"if-none-match")
    return _Smaller(send, wishes.coding, known, 0 if wishes.needs_one else _BYTES_MIN)


class _Smaller:
    """Holds the head of an answer back until its body shows whether it is worth it."""

    def __init__(self, send: Send, coding: str, known: str, bytes_min: int) -> None:
        self._send = send
        self._coding = coding
        self._known = known
        self._bytes_min = bytes_min
        self._held: Any = None
        self._coder: Coder | None = None

    async def __call__(self, message: Message) -> None:
        """Send it, or what is to be sent in its place."""
        if message["type"] == "http.response.start":
            if message["status"] == 304:
                message["headers"] = [self._known_tag(*each) for each in message["headers"]]
            elif _may_be_smaller(message["headers"]):
                self._held = message
                return
            await self._send(message)
        elif message["type"] == "http.response.body" and (self._held or self._coder):
            await self._pass_on(message["body"], more=message.get("more_body", False))
        else:
            await self._send(message)

    async def _pass_on(self, body: bytes, *, more: bool) -> None:
        start, self._held = self._held, None
        if start and (more or len(body) >= max(self._bytes_min, 1)):
            self._coder = _CODERS[self._coding]()
        if self._coder:
            make = self._coder.part if more else self._coder.end
            is_small = len(body) < _THREAD_BYTES_MIN
            body = make(body) if is_small else await asyncio.to_thread(make, body)
        if start and self._coder:
            length = None if more else len(body)
            start["headers"] = self._coded_head(start["headers"], length)
        if start:
            await self._send(start)
        await self._send({"type": "http.response.body", "body": body, "more_body": more})

    def _coded_head(self, headers: Iterable[_Header], length: int | None) -> list[_Header]:
        told = [(b"content-encoding", self._coding.encode())]
        if length is not None:
            told.append((b"content-length", b"%d" % length))
        kept = [self._coded_tag(*each) for each in headers if each[0].lower() != b"content-length"]
        return [*kept, *told]

    def _coded_tag(self, name: bytes, value: bytes) -> _Header:
        if name.lower() == b"etag" and value.startswith(b'"'):
            return name, b'%s-%s"' % (value[:-1], self._coding.encode())
        return name, value

    def _known_tag(self, name: bytes, value: bytes) -> _Header:
        """Of what the client has already, the tag that it has."""
        coded = self._coded_tag(name, value)
        return coded if coded[1].decode("latin-1") in self._known else (name, value)


def _may_be_smaller(headers: Iterable[_Header]) -> bool:
    told = {name.lower(): value.decode("latin-1") for name, value in headers}
    media_type = told.get(b"content-type", "").partition(";")[0].strip()
    return media_type in _MEDIA_TYPES and b"content-encoding" not in told
