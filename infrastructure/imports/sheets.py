"""The rows of one sheet of a workbook, as text: what Excel shows of a value, without its digits being cut.

Rules upheld here:
- a text stays a text (`007`); a number has the 15 digits that Excel itself keeps, with the decimal sign of the locale,
  and the currency sign of its format; a day is an ISO date, whichever way it is shown;
- an error (`#N/A`) and a formula whose value was not saved make their row unreadable: blank would be another value;
- rows are read as they come, so that a sheet of any length takes little memory.
"""

from collections.abc import Iterator, Mapping

from application.shared.import_kinds import csv_line
from domain.shared.errors import Malformed, nearest
from infrastructure.imports.cells import (
    Cells,
    NumberText,
    UnreadableRow,
    letters_of,
    number_of,
    shown_day,
    shown_number,
    unescaped,
)
from infrastructure.imports.lines import LINE_BYTES_MAX
from infrastructure.imports.notices import COLUMNS_MAX, PLACE, SheetNotices
from infrastructure.imports.numbers import DATE_CODE, Styles, read_styles
from infrastructure.imports.workbooks import STRINGS_BYTES_MAX, Workbook, damaged

ROWS_MAX = 1_000_000
_RELATIONS = "xl/_rels/workbook.xml.rels"


class Sheet:
    """One sheet of a workbook: its name, and the rows that are not blank, with their numbers.

    `name` chooses it; without one the workbook must have one visible sheet only that is not empty.

    Raises:
        Malformed: `unknown_sheet`, `several_sheets`, `empty_file`, or as `Workbook` says.
    """

    def __init__(
        self, workbook: Workbook, name: str | None, decimal: str, rows_max: int = ROWS_MAX
    ) -> None:
        self._rows_max = workbook.limits.rows_max or rows_max
        self.notices = SheetNotices()
        self._workbook = workbook
        self._decimal = decimal
        sheets, self.is_1904 = workbook.once("sheets", lambda: _sheets_of(workbook))
        self._strings = workbook.once("strings", lambda: _strings_of(workbook))
        self._styles = workbook.once("styles", lambda: read_styles(workbook))
        self.name = self._chosen(sheets, name)
        self._part = sheets[self.name][0]

    def __iter__(self) -> Iterator[tuple[int, Cells | UnreadableRow]]:
        return self._rows(self._part)

    def _chosen(self, sheets: Mapping[str, tuple[str, bool]], name: str | None) -> str:
        if name is not None:
            if name not in sheets:
                raise _unknown_sheet(name, list(sheets))
            return name
        visible = [it for it, (_, is_visible) in sheets.items() if is_visible]
        # Many sheets may name one part, which is looked through once.
        filled = [it for it in visible if self._has_rows(sheets[it][0])]
        if not filled:
            raise Malformed("the workbook has no visible sheet with values", code="empty_file")
        if filled[1:]:
            raise Malformed(
                f"the workbook has several sheets: {', '.join(filled)[:500]}; declare `sheet`",
                code="several_sheets",
                proposal={"sheet": filled[0]},
                sheets=filled,
            )
        return filled[0]

    def _has_rows(self, part: str) -> bool:
        return self._workbook.once(
            f"rows of {part}", lambda: next(self._rows(part), None) is not None
        )

    def _rows(self, part: str) -> Iterator[tuple[int, Cells | UnreadableRow]]:
        self.notices = SheetNotices()
        rows = _Rows(self._strings, self._styles, self._decimal, self.is_1904, self.notices)
        count = 0
        for _ in self._workbook.walk(part, rows.start, rows.end, rows.text):
            for row in rows.taken():
                count += 1
                if count > self._rows_max + 1:
                    raise Malformed(
                        f"the sheet has more than {self._rows_max:,} rows; save it as CSV",
                        code="too_many_rows",
                    )
                yield row


class _Rows:
    """Makes rows of the elements of a sheet."""

    def __init__(
        self,
        strings: list[str],
        styles: Styles,
        decimal: str,
        is_1904: bool,
        notices: SheetNotices,
    ) -> None:
        self._strings, self._styles, self._decimal = strings, styles, decimal
        self._epoch = is_1904
        self._notices = notices
        self._is_formula = False
        self._done: list[tuple[int, Cells | UnreadableRow]] = []
        self._row = 0
        self._length = self._text_length = 0
        self._cells: Cells = []
        self._wrong: dict[int, str] = {}
        self._column = 0
        self._kind, self._style = "n", 0
        self._has_formula = False
        self._is_text = self._has_value = False
        self._texts: list[str] = []

    def taken(self) -> list[tuple[int, Cells | UnreadableRow]]:
        """The rows that were completed since this was called last."""
        done, self._done = self._done, []
        return done

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            self._begin_cell(attributes)
        elif name == "v" or (name == "t" and self._kind == "inlineStr"):
            self._is_text = self._has_value = True
        elif name == "f":
            self._has_formula = self._is_formula = True
            self._notices.begin_formula(attributes)
        elif name == "row":
            self._begin_row(attributes.get("r"))
            self._notices.begin_row(attributes)
        elif name == "col":
            self._notices.columns(attributes)
        elif name == "mergeCell":
            self._notices.merged(attributes.get("ref", ""))

    def text(self, data: str) -> None:
        if self._is_text:
            self._text_length += len(data)
            self._check_length(self._text_length)
            self._texts.append(data)
        elif self._is_formula:
            self._notices.formula(data)

    def end(self, name: str) -> None:
        if name in ("v", "t"):
            self._is_text = False
        elif name == "f":
            self._is_formula = False
            self._notices.end_formula(self._row, self._column)
        elif name == "c":
            self._end_cell()
        elif name == "row" and (self._wrong or any(self._cells)):
            self._notices.end_row(self._row)
            self._done.append((self._row, self._finished()))

    def _finished(self) -> Cells | UnreadableRow:
        if not self._wrong:
            return self._cells
        why = next(iter(self._wrong.values()))
        return UnreadableRow(why, csv_line(self._cells), self._cells, self._wrong)

    def _begin_row(self, number: str | None) -> None:
        before, self._row = self._row, self._row + 1
        if number is not None:
            if not number.isdecimal() or not before < int(number) <= 1 << 20:
                raise damaged(f"row {number[:20]!r} follows row {before}")
            self._row = int(number)
        self._cells, self._wrong, self._column, self._length = [], {}, 0, 0

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        place, self._column = attributes.get("r"), self._column + 1
        if place is not None:
            found = PLACE.fullmatch(place)
            if found is None or not len(self._cells) < (at := number_of(found[1])):
                raise damaged(f"the cell {place[:20]!r} is out of place in row {self._row}")
            self._column = at
        self._kind = attributes.get("t", "n")
        style = attributes.get("s", "0")
        self._style = int(style) if style.isdecimal() and len(style) < 7 else 0
        self._is_text = self._has_value = self._has_formula = False
        self._texts, self._text_length = [], 0

    def _end_cell(self) -> None:
        value = "".join(self._texts)
        if not value:
            if self._has_formula and not (self._has_value and self._kind == "str"):
                self._refuse(
                    "a formula whose value was not saved; open the file in Excel and save it again"
                )
            return
        if self._column > COLUMNS_MAX:
            raise Malformed(
                f"row {self._row} has more than {COLUMNS_MAX:,} columns", code="too_many_columns"
            )
        self._cells += [""] * (self._column - 1 - len(self._cells))
        shown = self._shown(value)
        self._length += len(shown)
        self._check_length(self._length)
        self._cells.append(shown)

    def _refuse(self, what: str) -> None:
        if len(self._wrong) < COLUMNS_MAX:
            place = f"{letters_of(self._column)}{self._row}"
            self._wrong.setdefault(self._column - 1, f"{place} holds {what}")

    def _check_length(self, length: int) -> None:
        if length > LINE_BYTES_MAX:
            raise Malformed(
                f"row {self._row} is longer than {LINE_BYTES_MAX:,} characters",
                code="line_too_long",
            )

    def _shown(self, value: str) -> str:
        match self._kind:
            case "s":
                if not value.isdecimal() or len(value) > 9 or int(value) >= len(self._strings):
                    raise damaged(f"there is no text {value[:20]!r} among those that cells share")
                return self._strings[int(value)]
            case "inlineStr" | "str":
                return unescaped(value)
            case "b":
                return "TRUE" if value == "1" else "FALSE"
            case "e":
                self._refuse(f"the error {value[:20]}")
                return value
            case "d":
                return value.removesuffix("T00:00:00")
            case _:
                return self._number(value)

    def _number(self, value: str) -> str:
        code = self._styles.of(self._style)
        if code == DATE_CODE:
            return shown_day(value, self._epoch) or shown_number(value, self._decimal)
        return NumberText(shown_number(value, "."), self._decimal, code)


def _sheets_of(workbook: Workbook) -> tuple[dict[str, tuple[str, bool]], bool]:
    """The part of each sheet and whether it is visible, by name; and whether days are counted from 1904."""
    targets, named, epochs = dict[str, str](), list[tuple[str, str, bool]](), list[bool]()

    def relation(name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship" and attributes.get("Type", "").endswith("/worksheet"):
            target = attributes.get("Target", "")
            targets[attributes.get("Id", "")] = (
                target[1:] if target.startswith("/") else f"xl/{target}"
            )

    def sheet(name: str, attributes: dict[str, str]) -> None:
        if name == "sheet":
            ids = [it for key, it in attributes.items() if key.rpartition(":")[2] == "id"]
            is_visible = attributes.get("state", "visible") == "visible"
            named.append((attributes.get("name", ""), ids[0] if ids else "", is_visible))
        elif name == "workbookPr":
            epochs.append(attributes.get("date1904", "0") in ("1", "true"))

    workbook.read(_RELATIONS, relation)
    workbook.read("xl/workbook.xml", sheet)
    sheets = {name: (targets[it], is_visible) for name, it, is_visible in named if it in targets}
    return sheets, any(epochs)


def _strings_of(workbook: Workbook) -> list[str]:
    part = "xl/sharedStrings.xml"
    if not workbook.has(part):
        return []
    strings, texts = list[str](), list[str]()
    is_text, is_sound = False, False

    def start(name: str, _: dict[str, str]) -> None:
        nonlocal is_text, is_sound
        is_sound = is_sound or name == "rPh"
        is_text = name == "t" and not is_sound

    def end(name: str) -> None:
        nonlocal is_text, is_sound
        is_text = False
        if name == "rPh":  # how a word is pronounced is no part of it
            is_sound = False
        elif name == "si":
            strings.append(unescaped("".join(texts)))
            texts.clear()

    def text(data: str) -> None:
        if is_text:
            texts.append(data)

    size_max = workbook.limits.strings_bytes_max or STRINGS_BYTES_MAX
    for _ in workbook.walk(part, start, end, text, size_max):
        pass
    return strings


def _unknown_sheet(name: str, known: list[str]) -> Malformed:
    near = nearest(name, known)
    hint = f"; {near} is near" if near else ""
    return Malformed(
        f"the workbook has no sheet {name[:100]!r}, but {', '.join(known)[:500]}{hint}",
        code="unknown_sheet",
    )
