"""Kinds of import: what a context says about its files, and all that the machinery of imports knows of them.

A kind is data and plain functions. A context exports its own as `KIND` from `application/<context>/import_kind.py`;
reading, checking, staging, uploads, runs, routes, commands and their documentation follow from it.
"""

import csv
import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from io import StringIO
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID

import msgspec

from application.shared.permissions import Permission
from application.shared.ports import Record
from application.shared.units import Units
from domain.shared.errors import Fault
from domain.shared.events import Event
from domain.shared.exports import exported

F = TypeVar("F", bound=Event)


class Option(msgspec.Struct, frozen=True, kw_only=True):
    """What a caller may declare about how values are written; `help` says it at the command line.

    An option without a default may stay open. `pattern` is a regular expression that its values match.
    """

    name: str
    description: str
    help: str
    default: str | None = None
    example: str | None = None
    pattern: str | None = None


LOCALE = Option(
    name="locale",
    description="How numbers are written.",
    help="How amounts are written: en_US, de_DE, ...",
    default="en_US",
    example="de_DE",
)
CURRENCY = Option(
    name="currency",
    description="The currency of amounts that show none, as an ISO 4217 code.",
    help="ISO 4217 code for amounts that name none, or whose sign several share.",
    pattern="^[A-Z]{3}$",
)
DATE_FORMAT = Option(
    name="date_format",
    description="How dates are written, or several formats parted by `;`, tried in this order: a text that is a "
    "day under two of them is the day of the first. ISO dates are always understood.",
    help="Order in dates, or several as 'M/D/YYYY;D.M.YYYY', tried in this order; ISO dates are always read.",
    default="M/D/YYYY",
    example="D.M.YYYY",
)
LAST_MONTH = Option(
    name="last_month",
    description="The last month that the file covers, as `2026-10`: it says of which years months are that are written "
    "without one.",
    help="The last month of the file, as 2026-10, if its months are written without their years.",
    pattern="^[0-9]{4}-(0[1-9]|1[0-2])$",
)
SPENDING = Option(
    name="spending",
    description="How the file writes money that was spent: `positive`, or `negative`, which may be `(500.00)`.",
    help="positive or negative: how the file writes money that was spent.",
    default="positive",
    pattern="^(positive|negative)$",
)

ENCODING = Option(
    name="encoding",
    description="How the file writes characters: `utf-8`, `utf-16` or `cp1252`. A byte order mark says it by itself; "
    "without one it is UTF-8.",
    help="utf-8, utf-16 or cp1252; UTF-8 unless a byte order mark says otherwise.",
)
DELIMITER = Option(
    name="delimiter",
    description="What parts the values of a row: `,`, `;`, `tab` or `|`. Otherwise a line `sep=;` says "
    "it, or the header.",
    help="What parts values: ',', ';', tab or '|'; otherwise what the header shows.",
)
SHEET = Option(
    name="sheet",
    description="The sheet of a workbook, where more than one has values.",
    help="The sheet of a workbook, where more than one has values.",
)
HEADER_ROW = Option(
    name="header_row",
    description="The row that names the columns, counted from 1. Otherwise the first one that is not blank, or the "
    "first that names every column under nothing but titles.",
    help="The row that names the columns, where titles stand above it.",
    pattern="^[1-9][0-9]{0,3}$",
)
RENAMED = Option(
    name="columns",
    description="Columns that have other names in the file: `Betrag=amount;Datum=date`.",
    help="Columns that have other names in the file: 'Betrag=amount;Datum=date'.",
)
IGNORED = Option(
    name="ignore",
    description="Columns of the file to leave out, parted by `;`, or `*` for all that are not known.",
    help="Columns to leave out, as 'note;colour', or '*' for all that are not known.",
)
TOTALS = Option(
    name="totals",
    description="Words that rows of totals begin with, parted by `;`. Such a row is passed over if it lacks a value "
    "that a row must have.",
    help="Words that rows of totals begin with, as 'Total;Summe'; such rows are passed over.",
)
KEPT = Option(
    name="keep",
    description="Columns of the file to keep as `extra`, parted by `;`, or `*` for all that are not known.",
    help="Columns to keep as extra, as 'note;colour', or '*' for all that are not known.",
)

FILE_OPTIONS = (ENCODING, DELIMITER, SHEET, HEADER_ROW, RENAMED, IGNORED, TOTALS)
"""What a file of any kind may need to have declared."""


class Cell(msgspec.Struct, frozen=True):
    """How the text of a cell is read, and which options that depends on."""

    name: str
    options: tuple[Option, ...] = ()


TEXT = Cell("text")
"""A text in its normal form (`domain.shared.rules.clean_text`)."""

AMOUNT = Cell("amount", (LOCALE, CURRENCY))
"""An exact amount and its currency, as a pair."""

SPENT = Cell("spent", (LOCALE, CURRENCY, SPENDING))
"""The same of money that was spent: positive, however the file writes it."""

DATE = Cell("date", (DATE_FORMAT,))
"""A day."""

MONTH = Cell("month", (DATE_FORMAT, LAST_MONTH))
"""The first day of a month, which may be named by any of its days."""

EXTRA = Cell("extra", (KEPT,))
"""The values of the columns that are kept beside those of the kind, by the names that the file gives them: a JSON
object. A kind that keeps such has one column of this cell, which is not required."""


class FileColumn(msgspec.Struct, frozen=True, kw_only=True):
    """A column of a file. `rule` gives what was read its normal form, or raises `Invalid`; it has no side effects.

    A value that is not required is None where its cell is blank or the file has no such column. `also` are other names
    that people give it, for proposals: none of them is taken for it unless somebody confirms that.
    """

    name: str
    example: str
    cell: Cell = TEXT
    rule: Callable[[Any], Any] | None = None
    required: bool = True
    also: tuple[str, ...] = ()


class Reference(msgspec.Struct, frozen=True, kw_only=True):
    """What all rows of a file may belong to, or have to, named by its uid; `opened_by` is the event that begins its
    stream. At the command line its integer id does as well, and what the field `called` of that event says."""

    name: str
    description: str
    opened_by: type[Event]
    called: str = ""
    is_required: bool = False


class FileLimits(msgspec.Struct, frozen=True, kw_only=True):
    """How large files of a kind may be; what is None is as large as any file may be.

    `unpacked_bytes_max` is of all parts of a workbook, `strings_bytes_max` of the texts that its cells share: the one
    part that is kept in memory. Macros are never run; with `is_macro_free` a workbook that has some is refused.
    """

    bytes_max: int | None = None
    rows_max: int | None = None
    cells_max: int | None = None
    unpacked_bytes_max: int | None = None
    strings_bytes_max: int | None = None
    is_macro_free: bool = False


AS_ANY_FILE = FileLimits()


class Grounds(Protocol):
    """What the rows of a file may rest on beside the file: whatever is looked at must still be so when they are
    recorded."""

    units: Units

    def now(self) -> dt.datetime:
        """The present."""

    def stream(self, uid: UUID) -> Sequence[Record[Any]]:
        """The facts of one stream (blocking)."""

    def streams_begun_by(self, kind: type[Event]) -> Sequence[Sequence[Record[Any]]]:
        """The facts of every stream that such an event began (blocking)."""


class ImportingRun(msgspec.Struct, frozen=True, kw_only=True):
    """The run that brings a row, as far as a kind may have to know it; the interval is that of a scheduled run.

    `told_since` is there where a row that was put aside is replayed: the facts of its stream that came after it.
    """

    import_id: UUID
    source: str
    started_at: dt.datetime
    interval_start: dt.datetime | None = None
    interval_end: dt.datetime | None = None
    told_since: Sequence[Event] | None = None


Measured = tuple[str, Decimal]
"""The currency and the amount that a row is about."""


class ImportKind(msgspec.Struct, Generic[F], frozen=True, kw_only=True):
    """Files of one kind. `name` says what their rows are, in the plural, and `noun` what one of them is.

    `facts` is called once per file with its source and the uids of what it refers to, by the names of the references.
    It answers the function from the values of one row, in the order of the columns, to their fact; that one may raise
    `Invalid` for what no single value can show. `uid` names the fact, in hexadecimal, given how many equal ones of the
    file there are up to it; where it leaves the number out, a file may have one such row only: `key` names the column
    that tells such rows apart, so that the same row again is a duplicate, and another with its key conflicts.

    `of_run` adds to a fact what only its run knows, and may raise `Invalid` for what only its run shows. `measure` says
    what a fact is about in money, so that the sums of a run can be balanced. `amend` decides on a row whose stream is
    there with another payload, given the facts of that stream: the event that corrects it (of the class `corrects`),
    None if nothing is to change, or what stands against the row. Without it the stream stays as it is, and the row is
    known. `said` is what the facts of a stream come to; without it each says some of the first one's fields anew. A
    `scheduled` kind is fetched by the pipeline. Where rows rest on what the log says, `grounded` is called instead of
    `facts`. `defaults` are those of its options where they are others than usual.

    `whole` says what stands against all rows of a file together, each a number and a fact: such a file is stored as a
    whole or not at all, and its rows are held in memory. `passed_over` are columns that such files often have beside,
    and that tell nothing new.
    """

    name: str
    noun: str
    permission: Permission
    columns: tuple[FileColumn, ...]
    event: type[F]
    facts: Callable[[str, Mapping[str, UUID]], Callable[..., F]]
    uid: Callable[[F, int], str]
    references: tuple[Reference, ...] = ()
    reserved_sources: frozenset[str] = frozenset()
    defaults: Mapping[str, str] = {}
    key: str | None = None
    of_run: Callable[[F, ImportingRun], F] | None = None
    measure: Callable[[F], Measured | None] | None = None
    amend: Callable[[Sequence[Event], F, ImportingRun], Event | Fault | None] | None = None
    corrects: type[Event] | None = None
    said: Callable[[Sequence[Event]], F] | None = None
    scheduled: bool = False
    grounded: Callable[[str, Mapping[str, UUID], Grounds], Callable[..., F]] | None = None
    whole: Callable[[Sequence[tuple[int, F]]], Sequence[Fault]] | None = None
    limits: FileLimits = AS_ANY_FILE
    passed_over: tuple[str, ...] = ()

    def maker(
        self, source: str, refers_to: Mapping[str, UUID], grounds: Grounds
    ) -> Callable[..., F]:
        """The function from the values of one row to their fact."""
        if self.grounded is not None:
            return self.grounded(source, refers_to, grounds)
        return self.facts(source, refers_to)

    @property
    def column_names(self) -> list[str]:
        """What the header of a file names, in the order of the columns."""
        return [column.name for column in self.columns]

    @property
    def options(self) -> Sequence[Option]:
        """What may be declared about a file of this kind: as its columns need it, and as any file may."""
        of_columns = dict.fromkeys(it for column in self.columns for it in column.cell.options)
        return [
            msgspec.structs.replace(it, default=self.defaults.get(it.name, it.default))
            for it in (*of_columns, *FILE_OPTIONS)
        ]

    @property
    def example(self) -> str:
        """A file of one row."""
        rows = self.column_names, [column.example for column in self.columns]
        return "".join(f"{csv_line(row)}\n" for row in rows)


def written_names(names: Mapping[str, str] | list[str]) -> str:
    """Names, or pairs of a name in the file and that of the kind, as an option writes them."""
    told = [f"{a}={b}" for a, b in names.items()] if isinstance(names, Mapping) else names
    return ";".join(f'"{it.replace(chr(34), chr(34) * 2)}"' if ";" in it else it for it in told)


def csv_line(cells: Sequence[str]) -> str:
    """One row of CSV, without the end of the line."""
    line = StringIO(newline="")
    csv.writer(line, lineterminator="").writerow(cells)
    return line.getvalue()


def import_kinds() -> tuple[ImportKind[Any], ...]:
    """The kinds of every context."""
    return tuple(exported("application", "KIND", part="import_kind"))
