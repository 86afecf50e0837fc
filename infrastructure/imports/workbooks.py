"""An `.xlsx` workbook, opened without trust: it is a zip archive that anybody can write.

Rules upheld here:
- nothing is unpacked before its declared size is known to be bearable, and never more than was declared;
- a part that is missing, damaged, encrypted or no XML is a fault of the file, told in its words.

The libraries at hand were tried. They take an error and a formula without a saved value for a blank, hold a whole sheet
in memory, and one of them ends the process on a file of a kilobyte whose one cell is far to the right and far down.
"""

import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from tempfile import SpooledTemporaryFile
from typing import IO, TypeVar, cast
from xml.parsers import expat

from application.imports.ports import Readable
from application.shared.import_kinds import AS_ANY_FILE, FileLimits
from domain.shared.errors import Malformed

PACKED_BYTES_MAX = 200_000_000
UNPACKED_BYTES_MAX = 500_000_000
"""Bytes of XML in all parts of a workbook; a million rows of ten columns are about as much."""

STRINGS_BYTES_MAX = 100_000_000
"""Bytes of the one part that is kept in memory: the texts that cells share."""

_MACROS = "vbaProject.bin"
_DIRECTORY_BYTES_MAX = 1_000_000
_MEMORY_BYTES_MAX = 1 << 20
_CHUNK_BYTES = 1 << 16
_END, _END64 = b"PK\x05\x06", b"PK\x06\x07"
_END_BYTES, _END64_BYTES, _COMMENT_BYTES_MAX = 22, 20, 1 << 16
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    LookupError,  # an encoding that there is not
    OSError,
    RuntimeError,
    NotImplementedError,
    ValueError,
    struct.error,
)

T = TypeVar("T")
Handler = Callable[[str, dict[str, str]], None]


@contextmanager
def opened_workbook(file: Readable, limits: FileLimits = AS_ANY_FILE) -> Iterator["Workbook"]:
    """The workbook in a file, as long as the block lasts; it needs all of it, kept on disk.

    Raises:
        Malformed: `workbook_too_large`, `damaged_workbook`, `not_text` (a zip archive, but no workbook), `has_macros`.
    """
    with SpooledTemporaryFile(_MEMORY_BYTES_MAX) as kept:
        stored = cast(IO[bytes], kept)
        _copy(file, stored)
        _check_directory(stored)
        with refusing_damage():
            archive = zipfile.ZipFile(stored)
        with archive:
            yield Workbook(archive, limits)


class Workbook:
    """The parts of a workbook."""

    def __init__(self, archive: zipfile.ZipFile, limits: FileLimits) -> None:
        self._archive = archive
        self.limits = limits
        self._known: dict[str, object] = {}
        self._sizes = {it.filename: it.file_size for it in archive.infolist()}
        if "xl/workbook.xml" not in self._sizes:
            raise Malformed(
                "the file is a zip archive, but no Excel workbook; unpack it, or save the sheet as .xlsx or CSV",
                code="not_text",
            )
        if limits.is_macro_free and any(it.endswith(_MACROS) for it in self._sizes):
            raise Malformed(
                "the workbook has macros; save it as .xlsx, without them", code="has_macros"
            )
        _check_size(sum(self._sizes.values()), limits.unpacked_bytes_max or UNPACKED_BYTES_MAX)

    def once(self, what: str, find: Callable[[], T]) -> T:
        """What was found out about the workbook the first time it was asked for."""
        if what not in self._known:
            self._known[what] = find()
        return cast(T, self._known[what])

    def has(self, part: str) -> bool:
        """Whether there is such a part."""
        return part in self._sizes

    def walk(
        self,
        part: str,
        start: Handler,
        end: Callable[[str], None] | None = None,
        text: Callable[[str], None] | None = None,
        size_max: int = UNPACKED_BYTES_MAX,
    ) -> Iterator[None]:
        """Read the XML of a part piece by piece, telling of elements by their names without namespace.

        Raises:
            Malformed: the part is not there, too large, damaged or no plain XML (`damaged_workbook`, ...).
        """
        if part not in self._sizes:
            raise damaged(f"its part {part[:100]} is missing")
        _check_size(self._sizes[part], size_max)
        parser = _parser(start, end, text)
        with refusing_damage(), self._archive.open(part) as opened:
            while data := opened.read(_CHUNK_BYTES):
                parser.Parse(data, False)
                yield
            parser.Parse(b"", True)
            yield

    def read(self, part: str, start: Handler) -> None:
        """The same at once, for small parts."""
        for _ in self.walk(part, start, size_max=STRINGS_BYTES_MAX):
            pass


def damaged(why: str) -> Malformed:
    """The error for a workbook that is not whole."""
    return Malformed(
        f"the workbook is damaged: {why}; open it in Excel and save it again",
        code="damaged_workbook",
    )


@contextmanager
def refusing_damage() -> Iterator[None]:
    """Turn whatever an archive or its XML stumbles over into a fault of the file."""
    try:
        yield
    except expat.ExpatError as error:
        raise damaged(f"not well-formed XML ({error})") from None
    except _DAMAGED as error:
        raise damaged(str(error)[:200] or type(error).__name__) from None


def _parser(
    start: Handler, end: Callable[[str], None] | None, text: Callable[[str], None] | None
) -> expat.XMLParserType:
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler = lambda name, attributes: start(name.rpartition(":")[2], attributes)
    if end:
        parser.EndElementHandler = lambda name: end(name.rpartition(":")[2])
    if text:
        parser.CharacterDataHandler = text
    return parser


def _refuse_doctype(*_: object) -> None:
    """No program writes one into a workbook, but for harm: its entities grow without end or read other files."""
    raise damaged("its XML has a document type")


def _copy(file: Readable, to: IO[bytes]) -> None:
    size = 0
    while data := file.read(_MEMORY_BYTES_MAX):
        size += len(data)
        if size > PACKED_BYTES_MAX:
            raise _too_large(f"more than {PACKED_BYTES_MAX:,} bytes")
        to.write(data)


def _check_directory(file: IO[bytes]) -> None:
    """Refuse a directory of millions of parts before it is read into memory."""
    size = file.tell()
    file.seek(max(0, size - _END_BYTES - _COMMENT_BYTES_MAX - _END64_BYTES))
    tail = file.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < _END_BYTES:
        raise damaged("it is cut off")
    (length,) = struct.unpack_from("<L", tail, at + 12)
    if length > _DIRECTORY_BYTES_MAX or tail[: at - _END64_BYTES + 4].endswith(_END64):
        raise _too_large("too many parts")


def _check_size(size_bytes: int, size_max: int) -> None:
    if size_bytes > size_max:
        raise _too_large(f"{size_bytes:,} bytes when unpacked, up to {size_max:,} are read")


def _too_large(why: str) -> Malformed:
    return Malformed(
        f"the workbook is too large: {why}; save the sheet as CSV", code="workbook_too_large"
    )
