"""What importing needs of the world besides the event log."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date
from typing import Any, Protocol
from uuid import UUID

import msgspec

from application.shared.import_kinds import FileColumn, FileLimits, Measured
from domain.imports import RowFault
from domain.shared.events import Event


class BadRow(msgspec.Struct, frozen=True, gc=False):
    """What is wrong with a row, the first fault first.

    `raw` is the row as it came where its cells do not tell; `measured` its amount, if that much could be read.
    """

    faults: tuple[RowFault, ...]
    raw: str = ""
    measured: Measured | None = None


class Exported(msgspec.Struct, frozen=True, gc=False):
    """A row of an export of Daybook: of which fact it tells, and the text of each of its columns by the name.

    `read` reads such a text as a file would be read; it may raise `Invalid`.
    """

    uid: str
    texts: Mapping[str, str]
    read: Callable[[str, str], Any]


class KnownRow(msgspec.Struct, frozen=True, gc=False):
    """A row that says what the book says already of the fact that it names; `measured` is its amount."""

    measured: Measured | None = None


FileRow = tuple[int, Event | BadRow | Exported, Sequence[str]]
"""A row as it is read out of a file; otherwise as a `ReadRow`."""

ReadRow = tuple[int, Event | BadRow | KnownRow, Sequence[str]]
"""The number of a row, the fact that it is or what is wrong with it, and the text of its cells.

The cells stand in the order of the kind's columns; there are none where the row could not be taken apart.
"""

Make = Callable[..., Event]
"""From the values of one row, in the order of the columns, to their fact; it may raise `Invalid`."""


class Readable(Protocol):
    """A stream of bytes."""

    def read(self, size: int, /) -> bytes:
        """Up to `size` bytes; none at the end."""


class Remark(msgspec.Struct, frozen=True, kw_only=True):
    """Something about cells of a workbook that whoever wrote it may not mean; `cell` is one, or an area (`A1:B2`)."""

    code: str
    cell: str
    row: int
    detail: str


class Reading:
    """What was found out about a file while its rows were read.

    Attributes:
        read_as: how the file was read, declared or found: its format, encoding, delimiter, sheet, row of the header;
            with the rows of totals that were passed over.
        sample: the texts of the first rows, in the order of the columns.
        header: what the file calls its columns.
        columns: what it calls each of the kind's columns, by its name.
        letters: the letter under which a spreadsheet shows each of the kind's columns, by its name.
        left_out: columns that hold numbers and are not read, by the names of the file.
        remarks: what whoever wrote the file may not mean; complete once all rows were read.
    """

    def __init__(self) -> None:
        self.read_as: dict[str, str] = {}
        self.sample: list[Sequence[str]] = []
        self.header: Sequence[str] = ()
        self.columns: dict[str, str] = {}
        self.letters: dict[str, str] = {}
        self.left_out: list[str] = []
        self.remarks: list[Remark] = []


class Guess(msgspec.Struct, frozen=True, kw_only=True):
    """What an option of a file seems to be, and why; without a value it has to be declared by somebody who knows.

    `choices` are the values under which the file could be read, if they are few; a guess that is sure leaves no other.
    """

    option: str
    value: str | None
    reason: str
    choices: tuple[str, ...] = ()
    is_sure: bool = False


class PreviewCell(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One cell of a preview: its text, and the value it would be read as or what is wrong with it."""

    column: str
    text: str
    value: str | None = None
    code: str | None = None
    reason: str | None = None


class PreviewRow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One row of a preview; `faults` are those of the row as a whole."""

    row: int
    cells: tuple[PreviewCell, ...] = ()
    faults: tuple[RowFault, ...] = ()


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    """How a file would be read: under which options, what of them was guessed and why, and its first rows."""

    options: dict[str, str]
    guesses: tuple[Guess, ...]
    read_as: dict[str, str]
    rows: tuple[PreviewRow, ...]


class Reader(Protocol):
    """Reads files of columns, written as the options say (`application.shared.import_kinds`)."""

    def within(self, limits: FileLimits) -> "Reader":
        """The same for files that may not be larger than this."""

    def guesses(
        self,
        file: Readable,
        columns: Sequence[FileColumn],
        options: Mapping[str, str],
        given: Mapping[str, str],
        today: date,
    ) -> Sequence[Guess]:
        """What seems to fit of the options that were not given, as for `preview`.

        Raises:
            Malformed: the file is larger than may be.
        """

    def texts(
        self, file: Readable, options: Mapping[str, str]
    ) -> Iterator[tuple[int, Sequence[str]]]:
        """The texts of all rows that are not blank, with their numbers, whether they belong to the table or not.

        Raises:
            Malformed: as `rows`.
        """

    def check(self, options: Mapping[str, str], columns: Sequence[FileColumn]) -> None:
        """Refuse options that cannot be used.

        Raises:
            Invalid: an unknown locale, a date format that says too little, a column that is not there, ...; one fault
                per option.
        """

    def rows(
        self,
        file: Readable,
        columns: Sequence[FileColumn],
        options: Mapping[str, str],
        make: Make,
        reading: Reading | None = None,
    ) -> Iterator[FileRow]:
        """The rows of a file, in order, read as they are asked for and made into facts; `reading` is filled on the way.

        Raises:
            Malformed: the file cannot be read as a table of these columns; `code` and `detail` say why and where.
        """

    def proposed(
        self,
        columns: Sequence[FileColumn],
        options: Mapping[str, str],
        sample: Sequence[Sequence[str]],
    ) -> dict[str, str]:
        """Further options under which these rows could be read that cannot be under the given ones; or none."""

    def preview(
        self,
        file: Readable,
        columns: Sequence[FileColumn],
        options: Mapping[str, str],
        given: Mapping[str, str],
        make: Make,
    ) -> Preview:
        """The first rows of a file as they would be read; of options that were not given, those that seem to fit.

        `options` are those that hold as things are: the given ones, and defaults.

        Raises:
            Malformed: no options that were found make a table of it.
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
