"""Reading a file before anything is recorded: what it says, what is wrong with it, and what only its owner knows.

Where one way of reading fits it is taken; where several do, or none can be told, that is a question. Nothing is guessed
in silence.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

import msgspec

from application.shared.import_kinds import ImportKind


class HandedIn(Protocol):
    """A file that somebody handed in: its name, its bytes, and what they declared of it."""

    @property
    def name(self) -> str:
        """As its owner calls it."""

    @property
    def data(self) -> bytes:
        """All of it."""

    @property
    def options(self) -> Mapping[str, str]:
        """Options of its kind of import."""


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """Something about a file that its owner should know: a fault, or a warning.

    `cell` is where a spreadsheet shows it (`B7`), if it is about a cell; `text` is what stands there. `detail` is a
    sentence by itself.
    """

    code: str
    detail: str
    cell: str | None = None
    row: int | None = None
    column: str | None = None
    text: str | None = None


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What only the owner of a file knows: which `option` to declare.

    `choices` are the values that fit, or (of `columns`) the names of the file; none if it may be any. `proposal` is
    the one that seems to be right, with which the file was read; None if there is none.
    """

    option: str
    reason: str
    choices: tuple[str, ...] = ()
    proposal: str | None = None


class FileReading(msgspec.Struct, frozen=True, kw_only=True):
    """What a file says, under which options, and whether that is sure.

    Attributes:
        facts: the number of each good row, and what it says; as kinds of import have it.
        faults: what is wrong, by cell; nothing of such a file can be recorded.
        unsure: what has to be asked before it can be.
        warnings: what its owner may not mean, though it can be read.
        options: those with which it was read; an import with them reads the same.
        read_as: how the file was read, as runs of imports tell it.
        header: what the file calls its columns.
        columns: which of them each of the kind's columns is, by its name.
        fingerprint: the same for all files with this header; None if it has none.
        texts: the number and the texts of the first rows, in the order of the kind's columns.
    """

    facts: tuple[tuple[int, Any], ...] = ()
    faults: tuple[Seen, ...] = ()
    unsure: tuple[Question, ...] = ()
    warnings: tuple[Seen, ...] = ()
    options: Mapping[str, str] = {}
    read_as: Mapping[str, str] = {}
    header: tuple[str, ...] = ()
    columns: Mapping[str, str] = {}
    fingerprint: str | None = None
    texts: tuple[tuple[int, Sequence[str]], ...] = ()

    @property
    def is_sure(self) -> bool:
        """Whether it can be recorded as it was read, without asking anybody."""
        return not self.faults and not self.unsure


class FileReadings(Protocol):
    """Reads files of a kind of import without recording anything. Blocks: call it from a thread."""

    def read(self, kind: ImportKind[Any], file: HandedIn) -> FileReading:
        """What a file says; what is wrong with the file is told, not raised.

        Raises:
            Invalid: an option cannot be used; one fault per option, its pointer named after it.
        """

    def rows(
        self, kind: ImportKind[Any], file: HandedIn, reading: FileReading
    ) -> Iterator[tuple[int, Sequence[str]]]:
        """The texts of all rows of a file that was read, as they stand in it, with their numbers.

        Raises:
            Malformed: it cannot be taken apart.
        """
