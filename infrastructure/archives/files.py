"""The file of a range of the log: lines of JSON, compressed by gzip, which anybody can read without Daybook.

The first line says what it is: `{"format": "daybook.log.v1", "first": …, "last": …, "epoch": …}`. Then comes a line for
each event, in order and without a gap: its envelope, and as `data` what it says, byte for byte as it is in the log (as
`base64` if an application of another kind has written something that is no JSON on one line). The last line
has the number of `events` and the `sha256` of all lines before it, line ends included.

    zcat FILE | head -n -1 | sha256sum      # what the last line says
"""

import gzip
import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import msgspec

from application.shared.ports import RecordedEvent
from domain.shared.errors import Malformed
from infrastructure.shared.files import written_whole

FORMAT = "daybook.log.v1"


class ArchiveHead(msgspec.Struct, frozen=True, kw_only=True):
    """The first line."""

    format: str
    first: int
    last: int
    epoch: str


class ArchiveEnd(msgspec.Struct, frozen=True, kw_only=True):
    """The last line."""

    events: int
    sha256: str


class ArchivedEvent(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A line between them."""

    position: int
    stream_id: UUID
    version: int
    name: str
    actor: str
    correlation_id: UUID
    causation_id: UUID
    idempotency_key: str | None = None
    recorded_at: datetime
    data: msgspec.Raw = msgspec.Raw(b"")
    base64: str | None = None

    @classmethod
    def of(cls, event: RecordedEvent) -> "ArchivedEvent":
        """The line of an event."""
        told = {each: getattr(event, each) for each in _ENVELOPE}
        if _is_line_of_json(event.content):
            return cls(**told, data=msgspec.Raw(event.content))
        return cls(**told, base64=b64encode(event.content).decode())

    @property
    def payload(self) -> bytes:
        """What the event says, as the log has it."""
        return bytes(self.data) if self.base64 is None else b64decode(self.base64)


_ENVELOPE = [each for each in ArchivedEvent.__struct_fields__ if each not in ("data", "base64")]
_HEAD, _LINE = msgspec.json.Decoder(ArchiveHead), msgspec.json.Decoder(ArchivedEvent)
_END = msgspec.json.Decoder(ArchiveEnd)
_ENCODER = msgspec.json.Encoder()


def write(path: Path, head: ArchiveHead, events: Iterable[RecordedEvent]) -> str:
    """Write a new file for nobody else to look into, and answer its digest once it is on the disk.

    Raises:
        EventsArchived: what one of them says is in another file.
        Refused: code `file_exists`.
    """
    digest, count = sha256(), 0
    with written_whole(path) as raw, gzip.GzipFile("", "wb", 6, raw, mtime=0) as file:
        for line in _lines(head, events):
            digest.update(line)
            file.write(line)
            count += 1
        end = ArchiveEnd(events=count - 1, sha256=digest.hexdigest())
        file.write(_ENCODER.encode(end) + b"\n")
    return end.sha256


def read_head(path: Path) -> ArchiveHead:
    """What a file says it is.

    Raises:
        Malformed: code `bad_archive`; it is none.
    """
    with _opened(path) as file:
        head = _HEAD.decode(file.readline())
        if head.format != FORMAT:
            raise msgspec.ValidationError(f"its format is {head.format!r}, not {FORMAT!r}")
        return head


def check(path: Path) -> str:
    """Read a whole file, and answer its digest.

    Raises:
        Malformed: code `bad_archive`; it is not as it was written: cut off, changed, or with a gap.
    """
    head, digest, position, line = read_head(path), sha256(), 0, b""
    with _opened(path) as file:
        for number, coming in enumerate(file):
            if number > 0:
                digest.update(line)
            if number > 1:
                position = _LINE.decode(line).position
                if position != head.first + number - 2:
                    raise msgspec.ValidationError(f"position {position} is out of order")
            line = coming
        end = _END.decode(line)
    if (position, end.events) != (head.last, head.last - head.first + 1):
        raise _bad(path, f"it ends at position {position}, and {head.last} was expected")
    if end.sha256 != digest.hexdigest():
        raise _bad(path, "its digest is another")
    return end.sha256


def read(path: Path) -> Iterator[ArchivedEvent]:
    """The events of a file that was checked, in order."""
    with _opened(path) as file:
        head = _HEAD.decode(file.readline())
        for _ in range(head.first, head.last + 1):
            yield _LINE.decode(file.readline())


def _lines(head: ArchiveHead, events: Iterable[RecordedEvent]) -> Iterator[bytes]:
    yield _ENCODER.encode(head) + b"\n"
    for event in events:
        yield _ENCODER.encode(ArchivedEvent.of(event)) + b"\n"


def _is_line_of_json(payload: bytes) -> bool:
    if not payload.startswith(b"{") or b"\n" in payload:
        return False
    try:
        msgspec.json.decode(payload)
    except msgspec.DecodeError:
        return False
    return payload.endswith(b"}")


@contextmanager
def _opened(path: Path) -> Iterator[gzip.GzipFile]:
    try:
        with gzip.open(path) as file:
            yield file
    except (OSError, EOFError, zlib.error, msgspec.DecodeError) as error:
        raise _bad(path, str(error)) from error


def _bad(path: Path, why: str) -> Malformed:
    return Malformed(f"{path} is no whole archive of a log: {why}", code="bad_archive")
