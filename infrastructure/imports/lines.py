"""The lines of a text file, read in bounded memory, with an error that says where the file is not text.

What is read here is UTF-8, with or without a byte order mark; `encodings` makes it of other encodings.
"""

from collections.abc import Iterator
from io import StringIO

from application.imports.ports import Readable
from domain.shared.errors import Malformed

LINE_BYTES_MAX = 1_000_000
_CHUNK_BYTES = 1 << 18
_BOM = b"\xef\xbb\xbf"

_FOREIGN_STARTS = {
    b"\xd0\xcf\x11\xe0": ("not_text", "the file is an old Excel workbook; save it as .xlsx or CSV"),
    b"%PDF": ("not_text", "the file is a PDF; a CSV file was expected"),
    b"\x1f\x8b": ("not_text", "the file is compressed with gzip; unpack it first"),
    **dict.fromkeys(
        (b"<!", b"<?xml", b"<html", b"<HTML", b"<table"),
        (
            "not_text",
            "the file is a web page or XML, whatever it is called; save it as .xlsx or CSV",
        ),
    ),
    **dict.fromkeys(
        (b"{\\rtf", b'{"', b"[{"), ("not_text", "the file is RTF or JSON; a CSV file was expected")
    ),
}
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def text_lines(file: Readable) -> Iterator[str]:
    """The lines of a UTF-8 file with their ends (`\\n`, `\\r\\n` or `\\r`).

    Raises:
        Malformed: `empty_file`, `not_text`, `wrong_encoding` (with the offset of the first wrong byte), or
            `line_too_long` (over 1,000,000 bytes; no more than that is read of it).
    """
    data = file.read(_CHUNK_BYTES)
    if not data:
        raise Malformed("the file is empty", code="empty_file")
    _refuse_foreign(data)
    place = _Reading(bytes_before=len(_BOM) if data.startswith(_BOM) else 0)
    data = data.removeprefix(_BOM)
    while chunk := file.read(_CHUNK_BYTES):
        end = _end_of_lines(data)
        yield from _split(data[:end], place)
        data = data[end:]
        if len(data) > LINE_BYTES_MAX:
            raise Malformed(
                f"line {place.lines_before + 1} is longer than {LINE_BYTES_MAX:,} bytes",
                code="line_too_long",
            )
        data += chunk
    yield from _split(data, place)


class _Reading:
    """How much of the file lies before the part that is being decoded."""

    def __init__(self, bytes_before: int) -> None:
        self.bytes_before = bytes_before
        self.lines_before = 0


def _refuse_foreign(start: bytes) -> None:
    if _ENCRYPTED in start:
        raise Malformed(
            "the workbook is locked with a password; save it without one",
            code="encrypted_workbook",
        )
    for magic, (code, detail) in _FOREIGN_STARTS.items():
        if start.startswith(magic):
            raise Malformed(detail, code=code)


def _end_of_lines(data: bytes) -> int:
    """Where the last whole line ends; a `\\r` at the very end may be half of `\\r\\n`."""
    return (data.rfind(b"\n") + 1) or (data.rfind(b"\r", 0, -1) + 1)


def _split(data: bytes, place: _Reading) -> Iterator[str]:
    text = _decoded(data, place)
    place.bytes_before += len(data)
    place.lines_before += data.count(b"\n")
    # Not str.splitlines: that also splits at characters which may stand in a name.
    return iter(StringIO(text, newline=""))


def _decoded(data: bytes, place: _Reading) -> str:
    if b"\0" in data:
        offset = place.bytes_before + data.index(b"\0")
        raise Malformed(f"the file is not text: byte {offset} is NUL", code="not_text")
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        line = place.lines_before + data.count(b"\n", 0, error.start) + 1
        raise Malformed(
            f"byte 0x{data[error.start]:02x} at offset {place.bytes_before + error.start} (line {line}) is not UTF-8; "
            "save the file as UTF-8, or declare its encoding",
            code="wrong_encoding",
            proposal={"encoding": "cp1252"},
        ) from None
