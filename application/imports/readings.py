"""Files of any kind, read but not recorded: `application.shared.readings`."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import sha256
from io import BytesIO
from typing import Any
from uuid import UUID

from application.imports.ports import BadRow, Guess, Reader, Reading
from application.imports.requests import ImportRequest
from application.shared.import_kinds import (
    CURRENCY,
    LAST_MONTH,
    RENAMED,
    Grounds,
    ImportKind,
    written_names,
)
from application.shared.ports import Clock
from application.shared.readings import FileReading, FileReadings, HandedIn, Question, Seen
from domain.imports import FAULTS_KEPT, RowFault, row_fault
from domain.shared.errors import Malformed
from domain.shared.events import Event

_NOBODY = UUID(int=0)
_SOURCE = "reading"
_WORKBOOK_NAMES = (".xlsx", ".xlsm")
_ZIP, _LOCKED_OR_OLD = b"PK", b"\xd0\xcf\x11\xe0"
_TEXTS_KEPT = 50
_LOCALE = re.compile(r" \(locale \w+\)")  # the example beside it says the same to people
_IS_NO = {
    "unreadable_amount": "is not an amount",
    "unreadable_month": "is not a month",
    "unreadable_date": "is not a date",
}
_EXPLAINED = {
    CURRENCY.name: {"currency_missing", "ambiguous_symbol"},
    LAST_MONTH.name: {"year_missing"},
    RENAMED.name: {"wrong_header", "missing_column", "unknown_column"},
}
"""Faults that an open question has to be answered for."""


class KindReadings(FileReadings):
    """The use case over the reader of imports."""

    def __init__(self, reader: Reader, grounds: Callable[[], Grounds], clock: Clock) -> None:
        self._reader, self._grounds, self._clock = reader, grounds, clock

    def read(self, kind: ImportKind[Any], file: HandedIn) -> FileReading:
        """As the port says."""
        given = {it.name: file.options[it.name] for it in kind.options if file.options.get(it.name)}
        self._reader.check(given, kind.columns)
        declared = ImportRequest(
            kind=kind, source=_SOURCE, file_name=file.name, options=given
        ).declared
        try:
            _check_name(file)
            _check_size(file, kind.limits.bytes_max)
            return self._read(kind, file, declared, given)
        except Malformed as error:
            return FileReading(faults=tuple(_told_of_file(error)), options=declared)

    def rows(
        self, kind: ImportKind[Any], file: HandedIn, reading: FileReading
    ) -> Iterator[tuple[int, Sequence[str]]]:
        """As the port says."""
        _check_name(file)
        _check_size(file, kind.limits.bytes_max)
        options = {**reading.read_as, **reading.options}
        return self._reader.within(kind.limits).texts(BytesIO(file.data), options)

    def _read(
        self,
        kind: ImportKind[Any],
        file: HandedIn,
        declared: Mapping[str, str],
        given: Mapping[str, str],
    ) -> FileReading:
        reader, today = self._reader.within(kind.limits), self._clock.now().date()
        found = reader.guesses(BytesIO(file.data), kind.columns, declared, given, today)
        options = {**declared, **{it.option: it.value for it in found if it.value is not None}}
        account = _Account(kind, found)
        try:
            account.take(self._rows(kind, file, reader, options, account.reading))
        except (
            Malformed
        ) as error:  # whatever is wrong with its rows, it is the file that is refused
            account.faults = [*_told_of_file(error)]
        return account.closed(options, given)

    def _rows(
        self,
        kind: ImportKind[Any],
        file: HandedIn,
        reader: Reader,
        options: Mapping[str, str],
        reading: Reading,
    ) -> Iterator[tuple[int, Any, Sequence[str]]]:
        nobody = {it.name: _NOBODY for it in kind.references}
        make = kind.maker(_SOURCE, nobody, self._grounds())
        return reader.rows(BytesIO(file.data), kind.columns, options, make, reading)


class _Account:
    """What there is to say of one file, as its rows come."""

    def __init__(self, kind: ImportKind[Any], found: Sequence[Guess]) -> None:
        self._kind = kind
        self._found = found
        self._facts: list[tuple[int, Event]] = []
        self._bad_rows = 0
        self._texts: list[tuple[int, Sequence[str]]] = []
        self.faults: list[Seen] = []
        self.reading = Reading()

    def take(self, rows: Iterator[tuple[int, Any, Sequence[str]]]) -> None:
        """Take all rows in."""
        for number, row, texts in rows:
            if len(self._texts) < _TEXTS_KEPT:
                self._texts.append((number, texts))
            if isinstance(row, Event):
                self._facts.append((number, row))
            elif isinstance(row, BadRow):
                self._bad_rows += 1
                if len(self.faults) < FAULTS_KEPT:
                    self.faults += [self._told(it) for it in row.faults]
            else:
                raise Malformed(
                    "the file is an export; what it holds is recorded already", code="wrong_header"
                )
        if self._kind.whole and not self._bad_rows:
            self.faults += [
                self._told(row_fault(it.row or 0, it)) for it in self._kind.whole(self._facts)
            ][:FAULTS_KEPT]

    def _told(self, fault: RowFault) -> Seen:
        letter = self.reading.letters.get(fault.column or "")
        cell = f"{letter}{fault.row}" if letter and fault.row else None
        return Seen(
            code=fault.code,
            detail=_sentence(fault, cell),
            cell=cell,
            row=fault.row or None,
            column=fault.column,
            text=fault.value,
        )

    def closed(self, options: Mapping[str, str], given: Mapping[str, str]) -> FileReading:
        """All that was found out."""
        reading = self.reading
        named = reading.columns
        asked = tuple(self._questions())
        is_asked = RENAMED.name in given or RENAMED.name in [it.option for it in asked]
        unsure = (*asked, *(() if is_asked else self._left_out(named)))
        explained = {code for it in unsure for code in _explained_by(it)}
        faults = [it for it in self.faults if it.code not in explained]
        names = reading.header or next(
            (it.choices for it in unsure if it.option == RENAMED.name), ()
        )
        return FileReading(
            facts=() if self.faults else tuple(self._facts),
            faults=tuple(faults),
            unsure=unsure,
            warnings=tuple(self._warnings()),
            options=options,
            read_as=reading.read_as,
            header=tuple(names),
            columns=named,
            fingerprint=_fingerprint(names),
            texts=tuple(self._texts),
        )

    def _questions(self) -> Iterator[Question]:
        for it in self._found:
            if not it.is_sure:
                yield Question(
                    option=it.option, reason=it.reason, choices=it.choices, proposal=it.value
                )

    def _left_out(self, named: Mapping[str, str]) -> Iterator[Question]:
        """Whether the columns are the right ones, where others hold numbers as well."""
        known = {" ".join(it.casefold().split()) for it in self._kind.passed_over}
        others = [
            it for it in self.reading.left_out if " ".join(it.casefold().split()) not in known
        ]
        if others:
            yield Question(
                option=RENAMED.name,
                reason=f"{', '.join(map(repr, others))} would be left out, though numbers stand there",
                choices=tuple(it for it in self.reading.header if it),
                proposal=written_names({name: column for column, name in named.items()}),
            )

    def _warnings(self) -> Iterator[Seen]:
        for it in self.reading.remarks:
            yield Seen(code=it.code, detail=f"{it.cell}: {it.detail}", cell=it.cell, row=it.row)
        if skipped := self.reading.read_as.get("skipped_rows"):
            yield Seen(code="skipped_rows", detail=f"left out as rows of totals: {skipped}")
        for guess in self._found:
            if guess.is_sure and guess.option in _WORTH_SAYING:
                yield Seen(code=f"found_{guess.option}", detail=f"{guess.option}: {guess.reason}")


_WORTH_SAYING = ("spending", "currency")


def _explained_by(question: Question) -> set[str]:
    return _EXPLAINED.get(question.option, set()) if question.proposal is None else set()


def _sentence(fault: RowFault, cell: str | None) -> str:
    what = _LOCALE.sub("", fault.reason)
    if fault.code == "blank":
        what = f"it is empty: {what}"
    elif is_no := _IS_NO.get(fault.code):
        what = f'"{fault.value}" {is_no}: {what}'
    place = cell or (f"row {fault.row}" if fault.row else None)
    return f"{place}: {what}" if place else what


def _told_of_file(error: Malformed) -> Iterator[Seen]:
    yield Seen(code=error.code, detail=error.detail)


def _check_name(file: HandedIn) -> None:
    """Refuse a file that is called a workbook and is none: whoever hands it in would not know why it reads so."""
    is_named = file.name.casefold().endswith(_WORKBOOK_NAMES)
    if is_named and file.data and not file.data.startswith((_ZIP, _LOCKED_OR_OLD)):
        raise Malformed(
            f"{file.name[-50:]!r} is called a workbook, but is none; if it is a text, call it .csv, or open it in a "
            "spreadsheet and save it as .xlsx",
            code="not_a_workbook",
        )


def _check_size(file: HandedIn, bytes_max: int | None) -> None:
    if bytes_max and len(file.data) > bytes_max:
        raise Malformed(f"the file is larger than {bytes_max:,} bytes", code="file_too_large")


def _fingerprint(names: Sequence[str]) -> str | None:
    plain = [" ".join(it.casefold().split()) for it in names]
    return sha256("\x1f".join(plain).encode()).hexdigest()[:32] if plain else None
