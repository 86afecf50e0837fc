"""What a caller says about a file, and what it is told in answer."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec

from application.shared.import_kinds import ImportKind
from domain.imports import CurrencySums, ImportMode, ImportScheduled, ImportStarted, RowFault
from domain.shared.errors import Fault
from domain.shared.rules import clean_text, fault_of

Progress = Callable[[int, int], None]
"""Told, every few thousand rows, how many rows and how many bytes of the file were read so far."""


MAX_REJECT_RATIO = "max_reject_ratio"
"""Under which name that of a request is kept among the options of its run."""

PROFILE, PROFILE_VERSION = "profile", "profile_version"
"""Under which names the profile that was used, and its version, are kept there."""

NO_PROFILE = "none"
"""What a request names that is to use no profile."""


class ImportRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What a caller says about a file; `source` tells files of different origins apart.

    `options` are those of its kind, its defaults where one is left out; `refers_to` holds the uids of what its rows
    belong to, by the names of the kind's references. With more bad rows than `max_reject_ratio` (0 to 1) of all,
    nothing is stored, whatever the mode. `profile` is the uid of the one to use, or `NO_PROFILE`; without it that of
    the source is used, if there is one. `profile_version` is known once it was looked up.
    """

    kind: ImportKind[Any]
    source: str
    file_name: str
    mode: ImportMode = ImportMode.ALL_OR_NOTHING
    options: Mapping[str, str] = {}
    refers_to: Mapping[str, UUID] = {}
    max_reject_ratio: Decimal | None = None
    profile: str | None = None
    profile_version: int | None = None

    @property
    def kept(self) -> dict[str, str]:
        """All that was declared, as its run keeps it (`requested`)."""
        ratio = self.max_reject_ratio
        kept = {} if ratio is None else {MAX_REJECT_RATIO: str(ratio)}
        if self.profile_version is not None:
            kept |= {PROFILE: str(self.profile), PROFILE_VERSION: str(self.profile_version)}
        return {**self.declared, **kept, **{it: str(uid) for it, uid in self.refers_to.items()}}

    @property
    def declared(self) -> dict[str, str]:
        """The options that hold for the file: as given, or else their defaults."""
        known = {it.name: self.options.get(it.name, it.default) for it in self.kind.options}
        return {name: value for name, value in known.items() if value is not None}


def requested(
    started: ImportStarted | ImportScheduled, kinds: Sequence[ImportKind[Any]]
) -> ImportRequest:
    """What was asked of a run, read off the event that began it.

    Raises:
        LookupError: it is of a kind that this code does not know: a newer version accepted it.
    """
    kind = next((it for it in kinds if it.name == started.kind), None)
    if kind is None:
        raise LookupError(f"no kind of import is called {started.kind}")
    references = (it.name for it in kind.references)
    return ImportRequest(
        kind=kind,
        source=started.source,
        file_name=started.file_name if isinstance(started, ImportStarted) else started.location,
        mode=started.mode,
        options=started.options,
        max_reject_ratio=_ratio(started.options.get(MAX_REJECT_RATIO)),
        profile=started.options.get(PROFILE),
        profile_version=_whole(started.options.get(PROFILE_VERSION)),
        refers_to={it: UUID(started.options[it]) for it in references if it in started.options},
    )


def _ratio(kept: str | None) -> Decimal | None:
    return None if kept is None else Decimal(kept)


def _whole(kept: str | None) -> int | None:
    return None if kept is None else int(kept)


class ImportPlan(msgspec.Struct, frozen=True, kw_only=True):
    """What is meant to be imported, and why now; as for `domain.imports.ScheduleImport`."""

    location: str
    trigger: str
    code_version: str
    interval_start: datetime | None = None
    interval_end: datetime | None = None


class FileTaken(msgspec.Struct, frozen=True, kw_only=True):
    """A file that was read by somebody else: its name, its length, and its SHA-256 in hexadecimal."""

    file_name: str
    sha256: str
    size_bytes: int


class ImportEnded(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the file: each row is imported, known already, corrected (it was known with other values), a
    duplicate of one before it in the file, quarantined, or bad and left out (see `faults`).

    `sums` has the same of the amounts, for each currency. `read_as` says how the file was read, whether that was
    declared or found; `proposal`, where no row was good, under which options they would be.
    """

    import_id: UUID
    status: str
    source: str
    file_name: str
    sha256: str
    size_bytes: int
    mode: ImportMode
    rows: int
    imported: int
    already_known: int
    bad_rows: int
    faults: tuple[RowFault, ...]
    started_at: datetime
    finished_at: datetime
    read_as: dict[str, str] = {}
    corrected: int = 0
    duplicates: int = 0
    quarantined: int = 0
    sums: dict[str, CurrencySums] = {}
    proposal: dict[str, str] = {}


class ImportOutcome(ImportEnded, frozen=True, kw_only=True):
    """What became of an import.

    `status` is `completed` or `rejected` (then `code` and `detail` say why); `position` is that of the last event
    written; `replayed` says that this is the stored answer to an idempotency key that came again.
    """

    code: str | None = None
    detail: str | None = None
    position: int = 0
    replayed: bool = False


class AcceptedImport(msgspec.Struct, frozen=True, kw_only=True):
    """A file that will be imported; `position` is that of the event that says so."""

    import_id: UUID
    position: int
    replayed: bool = False


def source_fault(request: ImportRequest) -> Fault | None:
    """What is wrong with the source of a file."""
    source, kind = request.source, request.kind
    fault = fault_of("source", clean_text, source)
    if fault is None and clean_text(source) in kind.reserved_sources:
        return Fault(
            detail=f"the source {clean_text(source)!r} is kept for {kind.name} that come from no file",
            code="reserved",
            pointer="/source",
            got=source,
        )
    return fault


def modes_of(kind: ImportKind[Any]) -> list[ImportMode]:
    """What one bad row may mean for files of a kind."""
    return [ImportMode.ALL_OR_NOTHING] if kind.whole else [*ImportMode]


def mode_fault(request: ImportRequest) -> Fault | None:
    """What is wrong with what one bad row is to mean."""
    if request.mode in modes_of(request.kind):
        return None
    return Fault(
        detail=f"files of {request.kind.name} are stored as a whole or not at all, got {request.mode}",
        code="whole_files_only",
        pointer="/mode",
        got=request.mode,
    )


def ratio_fault(request: ImportRequest) -> Fault | None:
    """What is wrong with the part of rows that may be bad."""
    ratio = request.max_reject_ratio
    if ratio is None or (ratio.is_finite() and 0 <= ratio <= 1):
        return None
    return Fault(
        detail="a number from 0 to 1 was expected: the part of all rows that may be bad",
        code="out_of_range",
        pointer=f"/{MAX_REJECT_RATIO}",
        got=str(ratio),
    )
