"""What importing needs of the world besides the event log."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Protocol
from uuid import UUID

import msgspec

from application.imports.requests import FileForm
from domain.expenses import RecordExpense
from domain.imports import RowFault

ReadRow = tuple[int, RecordExpense | tuple[RowFault, ...]]
"""The number of a row, and the expense it asks for or what is wrong with it."""


class Readable(Protocol):
    """A stream of bytes."""

    def read(self, size: int, /) -> bytes:
        """Up to `size` bytes; none at the end."""


class ExpenseReader(Protocol):
    """Reads files of expenses."""

    def check(self, form: FileForm) -> None:
        """Refuse a form that cannot be used.

        Raises:
            Invalid: unknown locale or currency, or a date format that says too little; one fault per field.
        """

    def rows(self, file: Readable, source: str, form: FileForm) -> Iterator[ReadRow]:
        """The rows of a file, in order, read as they are asked for.

        Raises:
            Malformed: the file cannot be read as a table of expenses; `code` and `detail` say why and where.
        """


class Upload(msgspec.Struct, frozen=True, kw_only=True):
    """A file that waits to be imported, with what its caller said about it."""

    import_id: UUID
    request: bytes
    cause: bytes
    file: Readable


class Uploads(Protocol):
    """Files that were accepted to be imported later, kept until then."""

    def keep(
        self, import_id: UUID, request: bytes, cause: bytes, file: Readable
    ) -> AbstractContextManager[None]:
        """Keep a file, with its request and cause as JSON.

        Inside the block nobody can claim it, and an error there discards it.
        """

    def waiting(self) -> Sequence[UUID]:
        """The ids of the files kept, oldest first."""

    def claim(self, import_id: UUID) -> AbstractContextManager[Upload | None]:
        """The file, for one claimant at a time; None if another has it or it is gone."""

    def discard(self, import_id: UUID) -> None:
        """Forget a file; no error if it is gone already."""
