"""Which encoding a text file is in, and the same file in UTF-8.

Nothing is guessed that could be wrong: a byte order mark says it; a text whose every second byte is NUL is UTF-16; all
else is UTF-8, or what was declared. Nobody can tell cp1252 from its like, so it is only read where it is declared.
"""

import codecs
from collections.abc import Mapping

from application.imports.ports import Readable
from domain.shared.errors import Malformed

UTF_8 = "utf-8"
CODECS: Mapping[str, str] = {
    UTF_8: "utf-8",
    "utf-16": "utf-16",
    "utf-16-le": "utf-16-le",
    "utf-16-be": "utf-16-be",
    "cp1252": "cp1252",
}
"""What can be declared, and how Python calls it."""

_MARKS = {b"\xef\xbb\xbf": UTF_8, b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
_LOOKED_AT_BYTES = 64
_CHUNK_BYTES = 1 << 18


class Joined:
    """A file of which a first part was read already."""

    def __init__(self, start: bytes, rest: Readable) -> None:
        self._start, self._rest = start, rest

    def read(self, size: int, /) -> bytes:
        """Up to `size` bytes; none at the end."""
        if self._start:
            data, self._start = self._start[:size], self._start[size:]
            return data
        return self._rest.read(size)


def encoding_of(start: bytes, declared: str | None) -> str:
    """The encoding of a file that begins so.

    Raises:
        Malformed: its byte order mark says another one than declared (`wrong_encoding`).
    """
    marked = next((it for mark, it in _MARKS.items() if start.startswith(mark)), None)
    if marked is None:
        shown = _without_mark(start)
        if declared == "utf-16":
            return "utf-16-le" if shown == UTF_8 else shown
        return declared or shown
    if declared is not None and not marked.startswith(declared):
        raise Malformed(
            f"the file was declared to be {declared}, but its first bytes say {marked}",
            code="wrong_encoding",
            proposal={"encoding": marked},
        )
    return marked


def in_utf_8(file: Readable, encoding: str) -> Readable:
    """The file in UTF-8, without a byte order mark; in UTF-8 itself it is passed on as it is, mark included."""
    return file if encoding == UTF_8 else _Recoded(file, encoding)


def _without_mark(start: bytes) -> str:
    """UTF-16 has a NUL beside each of the first letters, and nowhere else."""
    seen = start[:_LOOKED_AT_BYTES]
    even, odd = seen[::2], seen[1::2]
    if len(odd) > 1 and not any(odd) and all(even):
        return "utf-16-le"
    if len(odd) > 1 and not any(even) and all(odd):
        return "utf-16-be"
    return UTF_8


class _Recoded:
    """A file in another encoding, read as UTF-8."""

    def __init__(self, file: Readable, encoding: str) -> None:
        self._file, self._encoding = file, encoding
        self._decoder = codecs.getincrementaldecoder(CODECS[encoding])()
        self._bytes_before = 0
        self._text = b""
        self._is_over = False

    def read(self, size: int, /) -> bytes:
        """Up to `size` bytes; none at the end.

        Raises:
            Malformed: the file is not in its encoding (`wrong_encoding`).
        """
        while not self._text and not self._is_over:
            self._text = self._next().encode()
        data, self._text = self._text[:size], self._text[size:]
        return data

    def _next(self) -> str:
        is_first, data = not self._bytes_before, self._file.read(_CHUNK_BYTES)
        self._is_over = not data
        held = len(self._decoder.getstate()[0])
        try:
            text = self._decoder.decode(data, final=not data)
        except UnicodeDecodeError as error:
            offset = self._bytes_before - held + error.start
            raise Malformed(
                f"the bytes at offset {offset} are not {self._encoding}", code="wrong_encoding"
            ) from None
        self._bytes_before += len(data)
        return text.removeprefix("\ufeff") if is_first else text
