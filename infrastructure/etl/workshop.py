"""Work files: one folder for each run that is under way, where a step leaves what the next one takes up.

Rules upheld here:
- a file is written under another name and gets its own when it is whole: a step that died leaves nothing half done;
- a run's folder is open to its owner alone, and gone when the run has ended.
"""

import datetime as dt
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from os import SEEK_END
from pathlib import Path
from typing import IO
from uuid import UUID

import msgspec

from application.etl.ports import DayFile, Extracted, Say, Transformed, Workshop
from application.imports.ports import BadRow, ReadRow
from domain.shared.errors import Malformed
from domain.shared.events import Event, decode, encode, name_of
from domain.shared.rules import clean_file_name
from infrastructure.imports.reader import cells_of, row_reader
from infrastructure.imports.table import WORKBOOK_START

_SOURCE, _MANIFEST, _ROWS = "source", "extracted.json", "rows.jsonl"
_NO_FACT = msgspec.Raw(b"null")
_LACKS = "lacks columns"
_END_OF_DATA = "unexpected end of data"  # so Python's csv says of a quote
_REASONS_SHOWN = 10


class _ReadLine(msgspec.Struct, array_like=True):
    """A row that was read: its fact or what is wrong with it, and the text of its cells."""

    number: int
    cells: tuple[str, ...]
    fact: msgspec.Raw
    bad: BadRow | None = None


_encoder = msgspec.json.Encoder(decimal_format="string")
_decoder = msgspec.json.Decoder(_ReadLine)


class FolderWorkshop(Workshop):
    """`application.etl.ports.Workshop` in a folder of this machine, or one that machines share.

    pandas and what fsspec needs are imported where they are used: most processes never do. A file may have
    `bytes_max` bytes, and a web server be silent for `silence_s` seconds.
    """

    def __init__(self, folder: Path, bytes_max: int, silence_s: float) -> None:
        self._folder = folder
        self._bytes_max = bytes_max
        self._silence_s = silence_s

    def extract(
        self, run_id: UUID, address: str, day: dt.date, form: DayFile, say: Say
    ) -> Extracted:
        from infrastructure.etl.sources import Limits, fetch

        with self._writing(run_id, _SOURCE) as file:
            copied = fetch(address, day, file, Limits(self._bytes_max, self._silence_s))
        say(f"{copied.shown}: {copied.size_bytes} bytes, SHA-256 {copied.sha256}")
        found = Extracted(
            file_name=clean_file_name(copied.shown),
            sha256=copied.sha256,
            size_bytes=copied.size_bytes,
            rows=self._checked(run_id, form, say),
        )
        with self._writing(run_id, _MANIFEST) as manifest:
            manifest.write(_encoder.encode(found))
        say(f"{found.rows} rows under a header that names every column")
        return found

    def extracted(self, run_id: UUID) -> Extracted:
        with self._reading(run_id, _MANIFEST) as manifest:
            return msgspec.json.decode(manifest.read(), type=Extracted)

    def transform(self, run_id: UUID, form: DayFile, say: Say) -> Transformed:
        from infrastructure.etl.frames import extracted, transformed

        columns = form.kind.columns
        read = row_reader(columns, form.options, form.kind.facts(form.source, {}))
        rows, reasons = 0, Counter[str]()
        with self._reading(run_id, _SOURCE) as source, self._writing(run_id, _ROWS) as target:
            for frame in extracted(source, columns, form.options):
                for number, row, cells in transformed(frame, read):
                    rows += 1
                    if isinstance(row, BadRow):
                        reasons[row.faults[0].code] += 1
                    target.write(_line(number, row, cells))
        bad_rows = reasons.total()
        say(f"{rows} rows read: {rows - bad_rows} good, {bad_rows} to be put aside")
        for reason, count in reasons.most_common(_REASONS_SHOWN):
            say(f"to be put aside for {reason}: {count}")
        return Transformed(rows=rows, bad_rows=bad_rows, reasons=reasons)

    def rows(self, run_id: UUID, form: DayFile) -> Iterator[ReadRow]:
        with self._reading(run_id, _ROWS):  # said now, and not once a row is asked for
            return self._rows(run_id, name_of(form.kind.event))

    def _rows(self, run_id: UUID, name: str) -> Iterator[ReadRow]:
        with self._reading(run_id, _ROWS) as file:
            for text in file:
                line = _decoder.decode(text)
                row = line.bad or decode(name, bytes(line.fact))
                yield line.number, row, line.cells

    def discard(self, run_id: UUID) -> None:
        shutil.rmtree(self._place(run_id), ignore_errors=True)

    def _checked(self, run_id: UUID, form: DayFile, say: Say) -> int:
        """How many rows the file has, once it is known to be whole."""
        rows, last = 0, 0
        bad: BadRow | None = None
        with self._reading(run_id, _SOURCE) as source:
            for number, cells in cells_of(source, form.kind.columns, form.options):
                rows, last = rows + 1, number
                bad = cells if isinstance(cells, BadRow) else None
            why = _cut(bad) if bad else None
            ends_a_line = not rows or _ends_a_line(source)
        if why and not (ends_a_line and why == _LACKS):
            detail = f"the file is cut off: its last line, row {last}, {why}"
            raise Malformed(detail, code="truncated_file")
        if not ends_a_line:
            say("the last line has no end; its columns are all there")
        return rows

    def _place(self, run_id: UUID) -> Path:
        return self._folder / str(run_id)

    @contextmanager
    def _writing(self, run_id: UUID, name: str) -> Iterator[IO[bytes]]:
        place = self._place(run_id)
        for folder in (self._folder, place):  # the mode is that of the last alone
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        unfinished = place / f"{name}.unfinished"
        with unfinished.open("wb") as file:
            yield file
        unfinished.rename(place / name)

    @contextmanager
    def _reading(self, run_id: UUID, name: str) -> Iterator[IO[bytes]]:
        try:
            file = (self._place(run_id) / name).open("rb")
        except FileNotFoundError:
            raise Malformed(
                f"what the step before leaves is not in {self._folder}; do the steps of the run in order: extract, "
                "transform, load",
                code="no_work_file",
            ) from None
        with file:
            yield file


def _line(number: int, row: Event | BadRow, cells: Sequence[str]) -> bytes:
    bad = row if isinstance(row, BadRow) else None
    fact = _NO_FACT if isinstance(row, BadRow) else msgspec.Raw(encode(row))
    return _encoder.encode(_ReadLine(number, tuple(cells), fact, bad)) + b"\n"


def _cut(bad: BadRow) -> str | None:
    """What a row is like at the end of a file that was cut off there, if it is."""
    fault = bad.faults[0]
    if fault.code == "ragged_row":
        return _LACKS
    return "opens a quote that nothing closes" if _END_OF_DATA in fault.reason else None


def _ends_a_line(file: IO[bytes]) -> bool:
    """Whether the last line of a file has an end; a workbook has no lines."""
    file.seek(0)
    if file.read(len(WORKBOOK_START)) == WORKBOOK_START:
        return True
    file.seek(-2, SEEK_END)
    end = file.read(2)
    return end[1:] in (b"\n", b"\r") or end in (b"\n\0", b"\r\0")  # the second as UTF-16 has it
