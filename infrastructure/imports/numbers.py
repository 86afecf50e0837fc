"""What the format of a cell says of its number: that it is a day, or of which currency it is."""

import re

from domain.shared.money import CURRENCIES
from infrastructure.imports.workbooks import Workbook

DATE_CODE = "date"
"""What `Styles.of` says of a format that shows a day."""

# Formats that have no text of their own in a file: days, in every edition of Excel.
_BUILT_IN_DAYS = frozenset({14, 15, 16, 17, 22, *range(27, 32), 36, *range(50, 55), 57, 58})
_QUOTED = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
_DECLARED_SIGN = re.compile(r"\[\$([^\]-]+)(?:-[^\]]*)?\]")
_LOCALE_ONLY = re.compile(r"\[\$-[^\]]*\]")
_SIGNS = re.compile(r"[$€£¥₹₽₺₴₦฿]|\b(?:CHF|EUR|USD|GBP|zł|Kč|Ft|kr\.?)(?!\w)")
_QUOTED_CODE = re.compile(r'"\s*([A-Z]{1,3})\s*"')


class Styles:
    """By the number of a cell's style: `DATE_CODE`, the sign of a currency, or nothing."""

    def __init__(self, codes: list[str]) -> None:
        self._codes = codes

    def of(self, style: int) -> str:
        """What the style says of a number."""
        return self._codes[style] if style < len(self._codes) else ""


def read_styles(workbook: Workbook) -> Styles:
    """The styles of a workbook; it may have none."""
    formats, used, place = dict[str, str](), list[str](), [""]

    def start(name: str, attributes: dict[str, str]) -> None:
        if name in ("cellXfs", "cellStyleXfs"):
            place[0] = name
        elif name == "numFmt":
            formats[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif name == "xf" and place[0] == "cellXfs":
            used.append(attributes.get("numFmtId", "0"))

    if workbook.has("xl/styles.xml"):
        workbook.read("xl/styles.xml", start)
    return Styles([meaning_of(it, formats.get(it)) for it in used])


def meaning_of(number: str, code: str | None) -> str:
    """What the format of this number and text says; one without a text is built into Excel."""
    if code is None:
        is_day = number.isdecimal() and len(number) < 4 and int(number) in _BUILT_IN_DAYS
        return DATE_CODE if is_day else ""
    first = code.split(";")[0][:500]
    if sign := _DECLARED_SIGN.search(first):
        return sign[1].strip()
    bare = _QUOTED.sub("", first).casefold()
    if "general" not in bare and re.search("[yd]", bare):
        return DATE_CODE
    plain = _LOCALE_ONLY.sub("", first).replace("\\", "")
    found = _SIGNS.search(plain)
    if found is None:
        codes = (it for it in _QUOTED_CODE.findall(plain) if it in CURRENCIES or it == "R")
        return next(codes, "")
    return found[0]
