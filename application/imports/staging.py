"""Reading the rows of one file: what is good goes into the bulk append, what is bad onto a list."""

import hashlib
from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from application.imports.ports import Readable, ReadRow
from application.shared.import_kinds import ImportKind
from application.shared.ports import BulkAppend
from domain.imports import (
    FAULTS_KEPT,
    CompleteImport,
    ImportMode,
    RejectImport,
    RowFault,
    row_fault,
)
from domain.shared.errors import Malformed
from domain.shared.events import Event, encode, name_of

BAD_ROWS = "bad_rows"
PROGRESS_ROWS = 2_000
_READ_BYTES = 1 << 18


class HashedFile:
    """A file that knows the length and the SHA-256 of what was read of it."""

    def __init__(self, file: Readable) -> None:
        self._file = file
        self._hash = hashlib.sha256()
        self.size_bytes = 0

    def read(self, size: int, /) -> bytes:
        """Up to `size` bytes; none at the end."""
        data = self._file.read(size)
        self._hash.update(data)
        self.size_bytes += len(data)
        return data

    def drain(self) -> None:
        """Read what is left, so that length and hash are those of the whole file."""
        while self.read(_READ_BYTES):
            pass

    @property
    def sha256(self) -> str:
        """The digest in hexadecimal."""
        return self._hash.hexdigest()


class Occurrences:
    """Gives every fact of one file its uid: equal ones are told apart by how many came before.

    Memory grows by about 150 bytes per row: the one thing of an import that is not bounded.
    """

    def __init__(self, uid_hex: Callable[[Any, int], str]) -> None:
        self._uid_hex = uid_hex
        self._seen: set[bytes] = set()
        self._repeats: dict[bytes, int] = {}

    def uid(self, fact: Event) -> str | None:
        """The uid of the next fact of the file, in hexadecimal; None if its kind cannot tell it from one before."""
        uid = self._uid_hex(fact, 1)
        key = bytes.fromhex(uid)
        if key not in self._seen:
            self._seen.add(key)
            return uid
        self._repeats[key] = occurrence = self._repeats.get(key, 1) + 1
        another = self._uid_hex(fact, occurrence)
        return another if another != uid else None


class Tally:
    """Counts the rows of one import and keeps the first of their faults."""

    def __init__(self, mode: ImportMode) -> None:
        self._mode = mode
        self.rows = 0
        self.bad_rows = 0
        self.faults: list[RowFault] = []

    @property
    def hopeless(self) -> bool:
        """Whether nothing of this file will be stored, whatever follows."""
        return self._mode is ImportMode.ALL_OR_NOTHING and self.bad_rows > 0

    def add_bad(self, faults: Iterable[RowFault]) -> None:
        """Count one bad row."""
        self.bad_rows += 1
        if len(self.faults) < FAULTS_KEPT:
            self.faults += faults

    def completed(self, imported: int, already_known: int) -> CompleteImport:
        """The end of an import whose good rows are stored."""
        return CompleteImport(
            rows=self.rows,
            imported=imported,
            already_known=already_known,
            bad_rows=self.bad_rows,
            faults=tuple(self.faults),
        )

    def rejected(self, code: str, detail: str) -> RejectImport:
        """The end of an import of which nothing is stored."""
        return RejectImport(
            code=code,
            detail=detail,
            rows=self.rows,
            bad_rows=self.bad_rows,
            faults=tuple(self.faults),
        )


def stage(
    kind: ImportKind[Any],
    rows: Iterable[ReadRow],
    tally: Tally,
    bulk: BulkAppend,
    report: Callable[[int], None],
) -> RejectImport | None:
    """Write the good rows into the bulk append; answers why the file is refused, or None if it is not."""
    try:
        _stage(kind, rows, tally, bulk, report)
    except Malformed as error:
        tally.faults += [row_fault(fault.row or 1, fault) for fault in error.faults]
        rejected = tally.rejected(error.code, error.detail)
        return msgspec.structs.replace(rejected, proposal=error.facts.get("proposal", {}))
    if tally.hopeless:
        detail = f"{tally.bad_rows} of {tally.rows} rows are bad, so nothing was stored"
        return tally.rejected(BAD_ROWS, detail)
    return None


def _stage(
    kind: ImportKind[Any],
    rows: Iterable[ReadRow],
    tally: Tally,
    bulk: BulkAppend,
    report: Callable[[int], None],
) -> None:
    name, next_uid = name_of(kind.event), Occurrences(kind.uid).uid
    for number, row in rows:
        tally.rows += 1
        if not tally.rows % PROGRESS_ROWS:
            report(tally.rows)
        if isinstance(row, tuple):
            tally.add_bad(row)
        elif (uid := next_uid(row)) is None:
            tally.add_bad(
                [RowFault(row=number, code="repeated", reason="a row before has its key")]
            )
        elif not tally.hopeless:
            bulk.write(uid, name, encode(row).decode())
