"""Workbooks for tests, written part by part so that anything can be wrong with them."""

import zipfile
from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape, quoteattr

_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"

STYLES = {"plain": 0, "day": 1, "day of ours": 2, "euro": 3, "dollar": 4, "hours": 5, "percent": 6}
_STYLES = f"""<styleSheet {_MAIN}><numFmts>
<numFmt numFmtId="164" formatCode="[$-407]d/\\ mmm\\ yyyy;@"/>
<numFmt numFmtId="165" formatCode="#,##0.00\\ &quot;€&quot;;[Red]-#,##0.00\\ &quot;€&quot;"/>
<numFmt numFmtId="166" formatCode="[$$-409]#,##0.00"/>
<numFmt numFmtId="167" formatCode="[h]:mm &quot;days&quot;"/></numFmts>
<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>
<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="166"/>
<xf numFmtId="167"/><xf numFmtId="10"/></cellXfs></styleSheet>"""


def cell(value: str, kind: str = "n", style: str = "plain", place: str = "") -> str:
    """One cell of a sheet; its value is written as it is."""
    at = f' r="{place}"' if place else ""
    if kind == "inlineStr":
        return f'<c{at} t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'
    return f'<c{at} t="{kind}" s="{STYLES[style]}"><v>{escape(value)}</v></c>'


def texts(*values: str) -> str:
    """A row of cells of text."""
    return row(*(cell(value, "inlineStr") for value in values))


def row(*cells: str, number: int | None = None) -> str:
    """A row of a sheet."""
    at = f' r="{number}"' if number else ""
    return f"<row{at}>{''.join(cells)}</row>"


def workbook(
    sheets: Mapping[str, Sequence[str]] | Sequence[str],
    *,
    strings: Sequence[str] = (),
    hidden: Sequence[str] = (),
    is_1904: bool = False,
    parts: Mapping[str, str | None] = {},
) -> bytes:
    """A workbook of sheets of rows; `parts` stand in place of what would be written, None leaves one out."""
    named = sheets if isinstance(sheets, Mapping) else {"Sheet1": sheets}
    written: dict[str, str | None] = {
        "xl/workbook.xml": _workbook(list(named), hidden, is_1904),
        "xl/_rels/workbook.xml.rels": _relations(len(named)),
        "xl/styles.xml": _STYLES,
        "xl/sharedStrings.xml": f"<sst {_MAIN}>{''.join(strings)}</sst>",
    }
    for number, rows in enumerate(named.values(), start=1):
        body = f"<worksheet {_MAIN}><sheetData>{''.join(rows)}</sheetData></worksheet>"
        written[f"xl/worksheets/sheet{number}.xml"] = body
    return archive({**written, **parts})


def archive(parts: Mapping[str, Any]) -> bytes:
    """A zip archive of these parts."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, text in parts.items():
            if text is not None:
                opened.writestr(name, text)
    return file.getvalue()


def _workbook(names: Sequence[str], hidden: Sequence[str], is_1904: bool) -> str:
    sheets = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{number}" r:id="rId{number}"'
        f' state="{"hidden" if name in hidden else "visible"}"/>'
        for number, name in enumerate(names, start=1)
    )
    epoch = '<workbookPr date1904="1"/>' if is_1904 else ""
    return f'<workbook {_MAIN} xmlns:r="{_OFFICE}">{epoch}<sheets>{sheets}</sheets></workbook>'


def _relations(count: int) -> str:
    sheets = "".join(
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{number}.xml"/>'
        for number in range(1, count + 1)
    )
    return f'<Relationships xmlns="{_PACKAGE}">{sheets}</Relationships>'
