"""What the options of an import say of the shape of its file."""

import csv
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from application.shared.import_kinds import (
    DELIMITER,
    ENCODING,
    HEADER_ROW,
    IGNORED,
    KEPT,
    RENAMED,
    SHEET,
    TOTALS,
    Option,
)
from domain.shared.errors import Invalid, nearest
from infrastructure.imports.encodings import CODECS

ALL = "*"
_ROW_MAX = 9_999
DELIMITERS = {",": ",", ";": ";", "\t": "\t", "|": "|", "tab": "\t"}
"""What can be declared to part values."""


class Layout(msgspec.Struct, frozen=True, kw_only=True):
    """Where in a file the values stand; what is None or empty was not declared.

    Names of columns are as `plain_name` makes them; `renamed` holds the kind's name of a column by that of the file.
    """

    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    header_row: int | None = None
    renamed: Mapping[str, str] = {}
    ignored: frozenset[str] = frozenset()
    kept: frozenset[str] = frozenset()
    totals: tuple[str, ...] = ()

    def ignores(self, name: str) -> bool:
        """Whether a column that is not known is to be left out."""
        return name in self.ignored or (ALL in self.ignored and name not in self.kept)

    def keeps(self, name: str) -> bool:
        """Whether it is to be kept as it is."""
        return not self.ignores(name) and (name in self.kept or ALL in self.kept)


def plain_name(name: str) -> str:
    """The name of a column as names are compared: in small letters, white space as one space."""
    return " ".join(name.split()).casefold()


def layout_of(options: Mapping[str, str]) -> Layout:
    """The layout that checked options say."""
    given = {option: options[option.name] for option in RULES if options.get(option.name)}
    read: dict[str, Any] = {it.name: RULES[it](text) for it, text in given.items()}
    return Layout(
        encoding=read.get(ENCODING.name),
        delimiter=read.get(DELIMITER.name),
        sheet=read.get(SHEET.name),
        header_row=read.get(HEADER_ROW.name),
        renamed=read.get(RENAMED.name, {}),
        ignored=frozenset(read.get(IGNORED.name, ())),
        kept=frozenset(read.get(KEPT.name, ())),
        totals=read.get(TOTALS.name, ()),
    )


def _encoding(text: str) -> str:
    known = text.strip().casefold().replace("_", "-").replace("utf8", "utf-8")
    if known not in CODECS:
        near = nearest(known, list(CODECS)) or "utf-8"
        raise Invalid(
            f"{text[:50]!r} is not an encoding that is read here; {near} is near, of {', '.join(CODECS)}",
            code="unknown_encoding",
        )
    return known


def _delimiter(text: str) -> str:
    if text not in DELIMITERS:
        raise Invalid(f"{text[:20]!r} is none of , ; tab |", code="unknown_delimiter")
    return DELIMITERS[text]


def _header_row(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and 1 <= int(text[:9]) <= _ROW_MAX):
        raise Invalid(
            f"{text[:20]!r} is not the number of a row, 1 to {_ROW_MAX:,}", code="wrong_row"
        )
    return int(text)


def _plain_text(text: str) -> str:
    if not text.isprintable():
        raise Invalid("it has a character that cannot be seen", code="control_character")
    return text


def _names(text: str) -> tuple[str, ...]:
    _plain_text(text)
    try:
        names = next(csv.reader([text], delimiter=";", strict=True), [])
    except csv.Error as error:
        raise Invalid(f"{text[:50]!r} is no list of names: {error}", code="wrong_list") from None
    return tuple(it for name in names if (it := plain_name(name)))


def _pairs(text: str) -> dict[str, str]:
    pairs = dict[str, str]()
    for pair in _names(text):
        name, equals, column = (it.strip() for it in pair.rpartition("="))
        if not (name and equals and column) or name in pairs:
            raise Invalid(
                f"{pair[:50]!r} is not a column of the file and what it holds, as Betrag=amount, each once",
                code="wrong_columns",
            )
        pairs[name] = column
    return pairs


RULES: Mapping[Option, Callable[[str], object]] = {
    ENCODING: _encoding,
    DELIMITER: _delimiter,
    HEADER_ROW: _header_row,
    SHEET: _plain_text,
    RENAMED: _pairs,
    IGNORED: _names,
    KEPT: _names,
    TOTALS: _names,
}
"""How each such option is read; raises `Invalid`."""
