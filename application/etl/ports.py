"""What the pipeline needs of the world besides the event log and the imports."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from typing import Any, Protocol
from uuid import UUID

import msgspec

from application.imports.ports import ReadRow
from application.shared.import_kinds import ImportKind

Say = Callable[[str], None]
"""Told what a step has to say for the log of its run."""


class Extracted(msgspec.Struct, frozen=True, kw_only=True):
    """A file that was fetched whole; `sha256` is in hexadecimal."""

    file_name: str
    sha256: str
    size_bytes: int
    rows: int


class Transformed(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the rows of a file; `reasons` counts the first faults of the bad ones."""

    rows: int
    bad_rows: int
    reasons: Mapping[str, int]


class DayFile(msgspec.Struct, frozen=True, kw_only=True):
    """What the rows of a run's file are, where they come from, and how their values are written."""

    kind: ImportKind[Any]
    source: str
    options: Mapping[str, str]


class Workshop(Protocol):
    """Where files are fetched and worked on; a step finds there what the one before it left of the same run."""

    def extract(
        self, run_id: UUID, address: str, day: dt.date, form: DayFile, say: Say
    ) -> Extracted:
        """Fetch the file of a day and see that it is whole and names the columns.

        Raises:
            Malformed: `no_file`, `source_unreachable`, `empty_file`, `truncated_file`, `wrong_header`, ...
        """

    def extracted(self, run_id: UUID) -> Extracted:
        """What was fetched.

        Raises:
            Malformed: `no_work_file`.
        """

    def transform(self, run_id: UUID, form: DayFile, say: Say) -> Transformed:
        """Read the rows of the file that was fetched.

        Raises:
            Malformed: `no_work_file`, or the file cannot be read to its end.
        """

    def rows(self, run_id: UUID, form: DayFile) -> Iterator[ReadRow]:
        """The rows that were read, in the order of the file.

        Raises:
            Malformed: `no_work_file`, before a row is asked for.
        """

    def discard(self, run_id: UUID) -> None:
        """Forget all of a run; no error if there is nothing."""


class Turns(Protocol):
    """One holder at a time, over all processes; a turn ends with the process that holds it."""

    def hold(self, name: str) -> AbstractContextManager[bool]:
        """Hold a turn within the block, unless somebody else does (False)."""
