"""The file in which a book is moved: lines, compressed by zstandard, that say with each step whether all is there.

The first line says what it is, which tables follow, in which order and with which columns: `{"format":
"daybook.export.v1", …, "tables": {"daybook.events": ["position", …], …}}`. Then come the rows of each table, a line
each as PostgreSQL's `COPY` writes text, which every version of it reads, and a line `\\.` behind them. The last line
has the number of `rows` of each, and the `sha256` of all lines before it, line ends included.

    zstd -dc FILE | head -n -1 | sha256sum      # what the last line says
    sha256sum FILE                              # what is to be told by another way
"""

import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import IO, Any, cast

import msgspec
import zstandard

from domain.shared.errors import Malformed, Refused
from infrastructure.shared.files import written_whole

FORMAT = "daybook.export.v1"

Rows = Iterable[bytes]

_LEVEL = 3
_BUFFER_BYTES = 1 << 20
_HEAD_BYTES_MAX = 1 << 20
_ROW_BYTES_MAX = 1 << 28
_BEHIND_A_TABLE = b"\\.\n"


class ExportHead(msgspec.Struct, frozen=True, kw_only=True):
    """The first line: of which log, up to which position, and what of it.

    `daybook` is the version of the code that wrote it, `revision` that of the schema, and `code` the version of the
    code that may append to this log (`daybook.fence`).
    """

    format: str
    daybook: str
    revision: str
    code: int
    epoch: str
    position: int
    exported_at: datetime
    tables: dict[str, list[str]]


class ExportEnd(msgspec.Struct, frozen=True, kw_only=True):
    """The last line."""

    rows: dict[str, int]
    sha256: str


class _AnyFormat(msgspec.Struct, frozen=True):
    format: str


_ANY, _HEAD = msgspec.json.Decoder(_AnyFormat), msgspec.json.Decoder(ExportHead)
_END = msgspec.json.Decoder(ExportEnd)
_ENCODER = msgspec.json.Encoder()


class _Digested:
    """A file of which a digest is kept of all that is written, or read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._digest = sha256()

    def write(self, data: bytes) -> int:
        self._digest.update(data)
        return self._file.write(data)

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self._digest.update(data)
        return data

    @property
    def sha256(self) -> str:
        """That of all there has been so far."""
        return self._digest.hexdigest()


def write(path: Path, head: ExportHead, tables: Iterable[tuple[str, Rows]]) -> str:
    """Write a new file for nobody else to look into, and answer its digest.

    It bears its name once all of it is on the disk.

    Raises:
        Refused: code `file_exists`.
    """
    digest, counts = sha256(), dict[str, int]()

    def lines() -> Iterator[bytes]:
        yield _ENCODER.encode(head) + b"\n"
        for name, rows in tables:
            counts[name] = 0
            for row in rows:
                counts[name] += 1
                yield row
            yield _BEHIND_A_TABLE

    compressor = zstandard.ZstdCompressor(_LEVEL, write_checksum=True)
    with written_whole(path) as raw:
        digested = _Digested(raw)
        with (
            compressor.stream_writer(cast("Any", digested), closefd=False) as compressed,
            io.BufferedWriter(cast("Any", compressed), _BUFFER_BYTES) as file,
        ):
            for line in lines():
                digest.update(line)
                file.write(line)
            end = ExportEnd(rows=counts, sha256=digest.hexdigest())
            file.write(_ENCODER.encode(end) + b"\n")
        return digested.sha256


class ExportFile:
    """A file that is being read, from its beginning to its end: `head`, and then `tables`."""

    def __init__(self, raw: _Digested, lines: io.BufferedReader) -> None:
        self._raw = raw
        self._lines = lines
        self._digest = sha256()
        self._counts: dict[str, int] = {}
        line = lines.readline(_HEAD_BYTES_MAX)
        told = _ANY.decode(line).format
        if told != FORMAT:
            raise Refused(
                f"the file's format is {told!r}; this version of Daybook reads {FORMAT!r}",
                code="export_too_new" if told.startswith("daybook.export.") else "bad_export",
            )
        self.head = _HEAD.decode(line)
        self._digest.update(line)

    def tables(self) -> Iterator[tuple[str, Rows]]:
        """Each table with its rows, which are to be read before the next is asked for. After the last it has been seen
        that nothing is missing, and nothing another than was written."""
        for name in self.head.tables:
            yield name, self._rows(name)
        line = self._lines.readline()
        end = _END.decode(line)
        if end.rows != self._counts:
            raise msgspec.ValidationError(f"it has {self._counts}, and {end.rows} was expected")
        if end.sha256 != self._digest.hexdigest():
            raise msgspec.ValidationError("its digest is another")
        if self._lines.read(1):
            raise msgspec.ValidationError("something is behind its end")
        while self._raw.read(_BUFFER_BYTES):
            pass  # which a decompressor passes over

    @property
    def sha256(self) -> str:
        """After the last table: the digest of the file as it lies on the disk."""
        return self._raw.sha256

    def _rows(self, name: str) -> Iterator[bytes]:
        self._counts[name] = 0
        while line := self._lines.readline(_ROW_BYTES_MAX):
            self._digest.update(line)
            if len(line) == _ROW_BYTES_MAX:
                raise EOFError(f"a row of {name} has {_ROW_BYTES_MAX:,} bytes or more")
            if line == _BEHIND_A_TABLE:
                return
            self._counts[name] += 1
            yield line
        raise EOFError("it is cut off")


@contextmanager
def opened(path: Path) -> Iterator[ExportFile]:
    """A file, to be read.

    Raises:
        Malformed: code `bad_export`; it is not there, none, or not as it was written: cut off or changed.
        Refused: code `export_too_new`; newer code wrote it.
    """
    try:
        decompressor = zstandard.ZstdDecompressor()
        with (
            path.open("rb") as file,
            decompressor.stream_reader(
                cast("Any", raw := _Digested(file)), read_across_frames=True
            ) as plain,
            io.BufferedReader(cast("Any", plain), _BUFFER_BYTES) as lines,
        ):
            yield ExportFile(raw, lines)
    except FileNotFoundError as error:
        raise Malformed(f"there is no file {path}", code="bad_export") from error
    except (OSError, EOFError, zstandard.ZstdError, msgspec.DecodeError) as error:
        raise Malformed(
            f"{path} is no whole export of a log: {error}", code="bad_export"
        ) from error


def check(path: Path) -> tuple[ExportHead, str]:
    """Read a whole file, and answer what it says it is, and its digest; raises as `opened`."""
    with opened(path) as file:
        for _, rows in file.tables():
            for _ in rows:
                pass
        return file.head, file.sha256
