"""What a caller says about a file, and what it is told in answer."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import msgspec

from domain.imports import ImportMode, RowFault

Progress = Callable[[int, int], None]
"""Told, every few thousand rows, how many rows and how many bytes of the file were read so far."""


class FileForm(msgspec.Struct, frozen=True, kw_only=True):
    """How values are written in a file: what its reader must be told to read amounts and dates rightly.

    `locale` says how numbers look (`en_US`: 1,200.00), `currency` of which one an amount without a sign is, and
    `date_format` how day, month and year stand in a date (`M/D/YYYY`; ISO dates are always understood).
    """

    locale: str = "en_US"
    currency: str | None = None
    date_format: str = "M/D/YYYY"


class ImportRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What a caller says about a file of expenses; `source` tells files of different origins apart.

    `bank_uid` is the bank whose people see them; None for expenses that only operators see.
    """

    source: str
    file_name: str
    mode: ImportMode = ImportMode.ALL_OR_NOTHING
    form: FileForm = FileForm()
    bank_uid: UUID | None = None


class ImportOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """What became of an import.

    `status` is `completed` or `rejected` (then `code` and `detail` say why); `position` is that of the last event
    written; `replayed` says that this is the stored answer to an idempotency key that came again.
    """

    import_id: UUID
    status: str
    source: str
    file_name: str
    sha256: str
    size_bytes: int
    mode: ImportMode
    rows: int
    imported: int = 0
    already_known: int = 0
    bad_rows: int
    faults: tuple[RowFault, ...]
    started_at: datetime
    finished_at: datetime
    code: str | None = None
    detail: str | None = None
    position: int = 0
    replayed: bool = False


class AcceptedImport(msgspec.Struct, frozen=True, kw_only=True):
    """A file that will be imported; `position` is that of the event that says so."""

    import_id: UUID
    position: int
    replayed: bool = False
