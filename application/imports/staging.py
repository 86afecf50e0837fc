"""Staging the rows of one file: what is good goes into the bulk append, what is bad is put aside or onto a list."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from enum import Enum
from typing import Any
from uuid import UUID

import msgspec

from application.imports.ports import BadRow, KnownRow, Readable, ReadRow
from application.imports.tally import (
    CORRECTED,
    LEFT_OUT,
    LOADED,
    NOT_WHOLE,
    QUARANTINED,
    Tally,
)
from application.shared.import_kinds import ImportingRun, ImportKind, csv_line
from application.shared.ports import BulkAppend, BulkEvent, KnownEvent
from domain.imports import FAULTS_KEPT, ImportMode, RejectImport, RowFault, row_fault
from domain.imports.rejects import RAW_LENGTH_MAX, RejectQuarantined, reject_uid
from domain.shared.errors import Fault, Invalid, Malformed
from domain.shared.events import Event, decode, encode, name_of

PROGRESS_ROWS = 2_000
_READ_BYTES = 1 << 18
_REJECT = name_of(RejectQuarantined)
_FAULTS_SAID = 24


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


class Repetition(Enum):
    """How a row repeats one before it: with all its values, or with its key only."""

    DUPLICATE = "duplicate"
    CONFLICT = "conflict"


class Occurrences:
    """Gives every fact of one file its uid: equal ones are told apart by how many came before.

    Memory grows by about 150 bytes per row, some more if facts have a key: the one thing of an import that is not
    bounded.
    """

    def __init__(self, uid_hex: Callable[[Any, int], str], *, is_keyed: bool = False) -> None:
        self._uid_hex = uid_hex
        self._is_keyed = is_keyed
        self._seen: dict[bytes, int] = {}
        self._repeats: dict[bytes, int] = {}

    def uid(self, fact: Event, payload: str = "") -> str | Repetition:
        """The uid of the next fact of the file, in hexadecimal, or how it repeats one that its kind does not tell it
        from; `payload` is the fact, encoded."""
        uid = self._uid_hex(fact, 1)
        key = bytes.fromhex(uid)
        if key not in self._seen:
            self._seen[key] = hash(payload) if self._is_keyed else 0
            return uid
        self._repeats[key] = occurrence = self._repeats.get(key, 1) + 1
        another = self._uid_hex(fact, occurrence)
        if another != uid:
            return another
        is_same = self._is_keyed and self._seen[key] == hash(payload)
        return Repetition.DUPLICATE if is_same else Repetition.CONFLICT


class Staging:
    """The way of the rows of one run into its bulk append; `tally` is told of each."""

    def __init__(
        self,
        kind: ImportKind[Any],
        mode: ImportMode,
        run: ImportingRun,
        bank_uid: UUID | None,
        tally: Tally,
    ) -> None:
        self._kind = kind
        self._puts_aside = mode is ImportMode.QUARANTINE
        self._run = run
        self._bank_uid = bank_uid
        self._tally = tally
        self._name = name_of(kind.event)
        self._measure = kind.measure or (lambda _: None)
        self._rejects = Counter[bytes]()
        self._together: list[tuple[int, Event]] = []

    def stage(
        self, rows: Iterable[ReadRow], bulk: BulkAppend, report: Callable[[int], None]
    ) -> RejectImport | None:
        """Write the rows into the bulk append; answers why the file is refused, or None if it is not."""
        tally = self._tally
        try:
            self._stage(rows, bulk, report)
        except Malformed as error:
            tally.faults += [row_fault(fault.row or 1, fault) for fault in error.faults]
            return tally.rejected(error.code, error.detail, error.facts.get("proposal", {}))
        return tally.refusal() or self._not_whole()

    def _not_whole(self) -> RejectImport | None:
        faults = self._kind.whole(self._together) if self._kind.whole else ()
        if not faults:
            return None
        self._tally.faults += [row_fault(it.row or 1, it) for it in faults[:FAULTS_KEPT]]
        detail = "the rows are not whole: " + "; ".join(it.detail for it in faults[:_FAULTS_SAID])
        return self._tally.rejected(NOT_WHOLE, detail)

    def _stage(
        self, rows: Iterable[ReadRow], bulk: BulkAppend, report: Callable[[int], None]
    ) -> None:
        kind, tally, run = self._kind, self._tally, self._run
        measure, of_run, amend, name = self._measure, kind.of_run, kind.amend, self._name
        next_uid = Occurrences(kind.uid, is_keyed=kind.key is not None).uid
        for number, row, cells in rows:
            tally.rows += 1
            if not tally.rows % PROGRESS_ROWS:
                report(tally.rows)
            if isinstance(row, KnownRow):
                tally.known(row.measured)
                continue
            fact = completed(kind, number, row, run) if of_run else row
            if isinstance(fact, BadRow):
                self._bad(bulk, number, fact, cells)
                continue
            if kind.whole:
                self._together.append((number, fact))
            payload = encode(fact).decode()
            uid = next_uid(fact, payload)
            if isinstance(uid, Repetition):
                if not kind.whole:  # which tells of repetitions itself
                    self._repeated(bulk, number, uid, fact, cells)
            elif not tally.hopeless:
                measured = measure(fact)
                tally.read(measured)
                note = msgspec.json.encode((number, cells)).decode() if amend else ""
                bulk.write(uid, name, payload, label=LOADED, measured=measured, note=note)

    def _repeated(
        self,
        bulk: BulkAppend,
        number: int,
        how: Repetition,
        fact: Event,
        cells: Sequence[str],
    ) -> None:
        key, measured = self._kind.key, self._measure(fact)
        if how is Repetition.DUPLICATE:
            self._tally.duplicate(measured)
            return
        fault = RowFault(
            row=number,
            column=key,
            code=conflict_code(key),
            reason="a row before has its key" + (", and other values" if key else ""),
        )
        self._bad(bulk, number, BadRow((fault,), measured=measured), cells)

    def _bad(self, bulk: BulkAppend, number: int, bad: BadRow, cells: Sequence[str]) -> None:
        self._tally.bad(bad.faults, is_put_aside=self._puts_aside)
        if self._puts_aside:
            self._tally.read(bad.measured)
            uid, payload = self._reject(number, bad, cells)
            bulk.write(uid, _REJECT, payload, label=QUARANTINED, measured=bad.measured)

    def _reject(self, number: int, bad: BadRow, cells: Sequence[str]) -> tuple[str, str]:
        """The stream of a row that is put aside, and its first fact, encoded."""
        currency, amount = bad.measured or (None, None)
        raw = bad.raw or csv_line(cells)
        digest = hashlib.sha256(raw.encode()).digest()
        self._rejects[digest] += 1
        uid = reject_uid(
            self._kind.name, self._run.source, self._bank_uid, raw, self._rejects[digest]
        )
        fact = RejectQuarantined(
            import_id=self._run.import_id,
            kind=self._kind.name,
            source=self._run.source,
            row=number,
            cells=dict(zip(self._kind.column_names, cells, strict=False)),
            raw=raw[:RAW_LENGTH_MAX],
            faults=bad.faults,
            reason=bad.faults[0].code,
            bank_uid=self._bank_uid,
            amount=amount,
            currency=currency,
        )
        return uid.hex, encode(fact).decode()

    def amend(self, known: KnownEvent) -> BulkEvent | None:
        """What becomes of a row whose stream is there with another payload (`application.shared.ports.Amend`)."""
        if isinstance(known.facts[0], RejectQuarantined):
            return None  # put aside before, by this run or another
        fact = decode(self._name, known.payload)
        answer = amended(self._kind, known.facts, fact, self._run)
        measured = self._measure(fact)
        if answer is None:
            return None
        if isinstance(answer, Event):
            return BulkEvent(
                stream_id=known.stream_id.hex,
                version=len(known.facts) + 1,
                name=name_of(type(answer)),
                payload=encode(answer).decode(),
                label=CORRECTED,
                measured=measured,
            )
        number, cells = msgspec.json.decode(known.note, type=tuple[int, list[str]])
        return self._set_aside(number, cells, BadRow((row_fault(number, answer),), "", measured))

    def _set_aside(self, number: int, cells: Sequence[str], bad: BadRow) -> BulkEvent:
        self._tally.bad(bad.faults, is_put_aside=self._puts_aside)
        if self._puts_aside:
            uid, payload = self._reject(number, bad, cells)
            told = {"name": _REJECT, "payload": payload, "label": QUARANTINED}
            return BulkEvent(stream_id=uid, version=1, measured=bad.measured, **told)
        self._tally.unread(bad.measured)
        uid = self._run.import_id.hex
        return BulkEvent(stream_id=uid, version=1, name="", payload="", label=LEFT_OUT)


def completed(
    kind: ImportKind[Any], number: int, row: Event | BadRow, run: ImportingRun
) -> Event | BadRow:
    """The row with what only its run knows, or what is wrong with it then."""
    if kind.of_run is None or isinstance(row, BadRow):
        return row
    try:
        fact: Event = kind.of_run(row, run)
    except Invalid as error:
        faults = error.faults or [Fault(detail=error.detail, code=error.code)]
        measured = kind.measure(row) if kind.measure else None
        return BadRow(tuple(row_fault(number, it) for it in faults), measured=measured)
    return fact


def conflict_code(key: str | None) -> str:
    """The code of a row that has the key of another, and other values."""
    return f"conflicting_{key}" if key else "repeated"


def amended(
    kind: ImportKind[Any], facts: Sequence[Event], fact: Event, run: ImportingRun
) -> Event | Fault | None:
    """What a row comes to whose stream holds these facts, of which the first may say the same."""
    return kind.amend(facts, fact, run) if kind.amend and list(facts) != [fact] else None
