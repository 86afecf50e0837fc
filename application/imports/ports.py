"""What importing needs of the world besides the event log."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol
from uuid import UUID

import msgspec

from application.shared.import_kinds import FileColumn, Measured
from domain.imports import RowFault
from domain.shared.events import Event


class BadRow(msgspec.Struct, frozen=True, gc=False):
    """What is wrong with a row, the first fault first.

    `raw` is the row as it came where its cells do not tell; `measured` its amount, if that much could be read.
    """

    faults: tuple[RowFault, ...]
    raw: str = ""
    measured: Measured | None = None


ReadRow = tuple[int, Event | BadRow, Sequence[str]]
"""The number of a row, the fact that it is or what is wrong with it, and the text of its cells.

The cells stand in the order of the kind's columns; there are none where the row could not be taken apart.
"""

Make = Callable[..., Event]
"""From the values of one row, in the order of the columns, to their fact; it may raise `Invalid`."""


class Readable(Protocol):
    """A stream of bytes."""

    def read(self, size: int, /) -> bytes:
        """Up to `size` bytes; none at the end."""


class Reader(Protocol):
    """Reads files of columns, written as the options say (`application.shared.import_kinds`)."""

    def check(self, options: Mapping[str, str]) -> None:
        """Refuse options that cannot be used.

        Raises:
            Invalid: unknown locale or currency, or a date format that says too little; one fault per option.
        """

    def rows(
        self, file: Readable, columns: Sequence[FileColumn], options: Mapping[str, str], make: Make
    ) -> Iterator[ReadRow]:
        """The rows of a file, in order, read as they are asked for and made into facts.

        Raises:
            Malformed: the file cannot be read as a table of these columns; `code` and `detail` say why and where.
        """

    def row_reader(
        self, columns: Sequence[FileColumn], options: Mapping[str, str], make: Make
    ) -> Callable[[int, Mapping[str, str]], Event | BadRow]:
        """What reads a row by itself, from its number and the texts of its cells; one that is not there is blank."""


class Upload(msgspec.Struct, frozen=True, kw_only=True):
    """A file that waits to be imported; what its caller said about it is in the first event of its run."""

    import_id: UUID
    cause: bytes
    file: Readable


class Uploads(Protocol):
    """Files that were accepted to be imported later, kept until then."""

    def keep(self, import_id: UUID, cause: bytes, file: Readable) -> AbstractContextManager[None]:
        """Keep a file, with its cause as JSON.

        Inside the block nobody can claim it, and an error there discards it.
        """

    def waiting(self) -> Sequence[UUID]:
        """The ids of the files kept, oldest first."""

    def claim(self, import_id: UUID) -> AbstractContextManager[Upload | None]:
        """The file, for one claimant at a time; None if another has it or it is gone."""

    def discard(self, import_id: UUID) -> None:
        """Forget a file; no error if it is gone already."""
