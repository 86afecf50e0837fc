"""What workflows need of the world."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol
from uuid import UUID

import msgspec

from application.shared.ports import Cause, StreamAppend, StreamRead
from application.shared.reactions.ports import Reaction
from domain.shared.errors import Fault
from domain.workflows.definitions import Flaw, Schema


class Schemas(Protocol):
    """Holds data against JSON Schemas (draft 2020-12), without fetching anything."""

    def holds(self, schema: Schema, data: object) -> bool:
        """Whether the data fit."""

    def faults(self, schema: Schema, data: object) -> Sequence[Fault]:
        """What does not fit, the pointers of the faults being those into the data."""


class WorkflowDocument(msgspec.Struct, frozen=True, kw_only=True):
    """A document as it was read: its values, and the lines on which its parts stand, by JSON pointer."""

    file: str
    values: Mapping[str, Any]
    lines: Mapping[str, int]

    def told(self, flaw: Flaw) -> str:
        """A flaw with the file and the line, as compilers tell them."""
        pointer = flaw.pointer
        while pointer and pointer not in self.lines:
            pointer = pointer.rpartition("/")[0]
        return f"{self.file}:{self.lines.get(pointer, 1)}: {flaw.pointer or '/'}: {flaw.detail}"


class UploadedFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file that was handed in with a form; `options` are those of its kind of import."""

    name: str
    data: bytes
    options: Mapping[str, str] = {}


class FileImports(Protocol):
    """Imports the files of steps."""

    def run(
        self,
        kind: str,
        file: UploadedFile,
        refers_to: Mapping[str, UUID],
        cause: Cause,
        beside: Sequence[StreamAppend | StreamRead],
    ) -> None:
        """Record the rows of a file together with what is written `beside` them, or nothing (blocking).

        Raises:
            Invalid, Malformed: the file will not do; the faults name its rows and columns, or options by pointer.
            Conflict: what was read or written beside has moved; nothing was stored.
            Unavailable: as the event log says; nothing was stored.
        """


class Post(Protocol):
    """Sends mail."""

    async def deliver(
        self, reaction: Reaction, recipient: str, template: str, values: Mapping[str, Any]
    ) -> None:
        """Send the one message of a reaction, unless it is known to be out.

        Raises:
            Permanent: the mail server refused it.
            Unavailable: it could not be sent, or nobody knows.
        """
