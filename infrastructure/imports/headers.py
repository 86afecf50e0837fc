"""Which row of a file names its columns, and where each column stands.

The header is the first row that is not blank, or the one that was declared. Where that names too little, a later row is
taken that names every column, if nothing but titles stands above it: a row that could hold values must not be lost.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from application.shared.import_kinds import (
    AS_ANY_FILE,
    EXTRA,
    IGNORED,
    RENAMED,
    FileColumn,
    FileLimits,
    written_names,
)
from domain.shared.errors import Fault, Malformed, nearest
from infrastructure.imports.amounts import without_currency
from infrastructure.imports.layouts import Layout, plain_name
from infrastructure.imports.notices import COLUMNS_MAX

_UNKNOWN_SHOWN = 20
_NAME_LENGTH_SHOWN = 50
_LINE_LENGTH_SHOWN = 200

UID = "uid"
"""The column of an export that says which fact a row tells of."""

HeadRow = tuple[int, list[str]]
"""The number of one of the first rows, and its cells."""


class Header(msgspec.Struct, frozen=True, kw_only=True):
    """The row that names the columns: its number, the names as the file writes them, and where the columns stand.

    `is_export` says that it is that of an export of Daybook: it names the uids of facts beside all of their columns.
    """

    number: int
    names: tuple[str, ...]
    places: tuple[int | None, ...]
    extra: tuple[int, ...] = ()
    is_export: bool = False

    @property
    def width(self) -> int:
        """How many columns it names."""
        return len(self.names)


class Naming:
    """How the names of a file are understood: by the columns of a kind and the layout."""

    def __init__(
        self, columns: Sequence[FileColumn], layout: Layout, limits: FileLimits = AS_ANY_FILE
    ) -> None:
        self.columns = columns
        self.layout = layout
        self.limits = limits
        self.required = [column.name for column in columns if column.required]
        self.known = [column.name for column in columns]

    def column(self, name: str) -> str:
        """What the kind calls the column that a file calls so."""
        plain = plain_name(name)
        return self.layout.renamed.get(plain, plain)

    def found(self, cells: Iterable[str]) -> int:
        """How many columns a row names."""
        return len({self.column(cell) for cell in cells} & {*self.known})

    def is_whole(self, cells: Iterable[str]) -> bool:
        """Whether a row names every column that is required."""
        return {*self.required} <= {self.column(cell) for cell in cells}

    def is_title(self, cells: Iterable[str]) -> bool:
        """Whether a row has so few values that it cannot be one of the table."""
        return sum(bool(cell.strip()) for cell in cells) <= len(self.required) // 2


def header_of(rows: Sequence[HeadRow], naming: Naming) -> Header:
    """The header among the first rows.

    Raises:
        Malformed: `empty_file` (nothing but blank rows), `too_many_columns` (over 1,000), or `wrong_header` with one
            fault per name.
    """
    filled = [(number, cells) for number, cells in rows if any(cell.strip() for cell in cells)]
    if not filled:
        raise Malformed("the file holds nothing but blank lines", code="empty_file")
    number, cells = _chosen(filled, naming)
    names = [cell.strip() for cell in cells]
    while names and not names[-1]:  # some programs end every row with a delimiter
        names.pop()
    if len(names) > COLUMNS_MAX:
        raise Malformed(
            f"row {number} names more than {COLUMNS_MAX:,} columns", code="too_many_columns"
        )
    known = [naming.column(name) for name in names]
    is_export = UID in known and UID not in naming.known and naming.is_whole(names)
    if not is_export:
        _check(names, known, naming, number)
    return Header(
        number=number,
        is_export=is_export,
        names=tuple(names),
        places=tuple(known.index(it) if it in known else None for it in naming.known),
        extra=tuple(
            place
            for place, (name, column) in enumerate(zip(names, known, strict=True))
            if column not in naming.known and naming.layout.keeps(plain_name(name))
        ),
    )


def _chosen(rows: Sequence[HeadRow], naming: Naming) -> HeadRow:
    declared = naming.layout.header_row
    if declared is not None:
        found = next((row for row in rows if row[0] == declared), None)
        if found is None:
            raise Malformed(
                f"row {declared}, declared to be the header, is blank or too far down",
                code="wrong_header",
            )
        return found
    for row in rows:
        if naming.is_whole(row[1]):
            return row
        if not naming.is_title(row[1]):
            break
    return rows[0]


def _check(names: list[str], known: list[str], naming: Naming, row: int) -> None:
    extra = EXTRA in [column.cell for column in naming.columns]
    unknown = [
        name[:_NAME_LENGTH_SHOWN]
        for name, column in zip(names, known, strict=True)
        if column not in naming.known
        and not naming.layout.ignores(plain_name(name))
        and not (extra and naming.layout.keeps(plain_name(name)))
    ]
    missing = [name for name in naming.required if name not in known]
    faults = [_missing(name, row) for name in missing]
    faults += [_unknown(name, naming.known, row) for name in unknown[:_UNKNOWN_SHOWN]]
    twice = [name for name in naming.known if known.count(name) > 1]
    faults += [_twice(name, row) for name in twice]
    if not faults:
        return
    said = "; ".join(fault.detail for fault in faults[:10])
    shown = ",".join(names)[:_LINE_LENGTH_SHOWN]
    raise Malformed(
        f"the header must name the columns {', '.join(naming.required)}; got {shown!r}: {said}",
        code="wrong_header",
        faults=faults,
        proposal={} if twice else _proposal(unknown, [*missing, *_optional(known, naming)], naming),
    )


def _optional(known: Sequence[str], naming: Naming) -> list[str]:
    return [it.name for it in naming.columns if not it.required and it.name not in known]


def matched(unknown: Sequence[str], missing: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Which of the missing columns, given with their other names, each unknown name seems to mean.

    That is the one of the same name but for signs, then of another name of it, then of one that is nearly so.
    """
    found, left = (
        dict[str, str](),
        {_bare(it): name for name in missing for it in (name, *missing[name])},
    )
    for near in (_same, nearest):
        for name in unknown:
            known = near(_bare(name), list(left)) if name not in found else None
            if known is not None:
                found[name] = column = left[known]
                left = {it: of for it, of in left.items() if of != column}
    return found


def exactly_named(cells: Sequence[str], columns: Sequence[FileColumn]) -> dict[str, str]:
    """What a row calls each column, if it names every column that is required by a name that is known for it."""
    names, found = [it.strip() for it in cells if it.strip()], dict[str, str]()
    for bare in (_bare, lambda name: _bare(without_currency(name))):
        for column in columns:
            known = {_bare(it) for it in (column.name, *column.also)}
            like = [it for it in names if bare(it) in known and it not in found]
            if column.name not in found.values() and len(like) == 1:
                found[like[0]] = column.name
    return found if {it.name for it in columns if it.required} <= {*found.values()} else {}


def _same(name: str, columns: Sequence[str]) -> str | None:
    return name if name in columns else None


def _bare(name: str) -> str:
    return re.sub(r"\W+", "_", plain_name(name)).strip("_")


def _proposal(unknown: list[str], missing: list[str], naming: Naming) -> dict[str, str]:
    """Options under which the header would do, or nothing if a column stays unfound."""
    also = {column.name: column.also for column in naming.columns}
    renamed = matched(unknown, {name: also[name] for name in missing})
    if {*missing} & {*naming.required} - {*renamed.values()}:
        return {}
    rest = [name for name in unknown if name not in renamed]
    proposed = {RENAMED.name: written_names(renamed), IGNORED.name: written_names(rest)}
    return {name: text for name, text in proposed.items() if text}


def _missing(column: str, row: int) -> Fault:
    return Fault(detail=f"{column} is missing", code="missing_column", row=row, column=column)


def _unknown(name: str, columns: Sequence[str], row: int) -> Fault:
    near = nearest(plain_name(name), columns)
    hint = f" ({near} is near)" if near else ""
    return Fault(
        detail=f"{name!r} is unknown{hint}",
        code="unknown_column",
        row=row,
        column=name,
        nearest=near,
    )


def _twice(name: str, row: int) -> Fault:
    return Fault(detail=f"{name} comes twice", code="repeated_column", row=row, column=name)
