"""Texts that a spreadsheet would run as formulas: how they are written into cells of CSV, and read back.

An apostrophe stands in front of whatever may begin a cell. That is not only the beginning of a text: a spreadsheet may
take semicolons, tabs or line ends for the ends of cells, and pass over the mark that tells the order of bytes.
"""

import re

_BEGINS = r"(?=\ufeff*[=+\-@\t\r\n＝＋－＠])"
_BARE = re.compile(rf"(^|[;\t\r\n]){_BEGINS}")
_NEUTRAL = re.compile(rf"(^|[;\t\r\n])'{_BEGINS}")


def neutral(text: str) -> str:
    """The text so that no spreadsheet runs it."""
    return _BARE.sub(r"\1'", text)


def plain(text: str) -> str:
    """The text that was written so."""
    return _NEUTRAL.sub(r"\1", text)
