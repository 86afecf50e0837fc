"""The three forms an answer comes in: JSON, CSV and NDJSON (one JSON object per line).

A text that a spreadsheet would run as a formula is written with an apostrophe in front (`'=1+1`): CSV is opened in
spreadsheets, and the names in it come from elsewhere. Numbers and dates are never touched.
"""

import csv
import io
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from typing import Any

import msgspec
from litestar import Request

from application.shared.formulas import neutral
from interfaces.http.shared.problems import NotAcceptable

JSON = "application/json"
CSV = "text/csv"
NDJSON = "application/x-ndjson"

FILES = {".csv": CSV, ".ndjson": NDJSON}
"""What a path that ends so answers with."""

_ENCODER = msgspec.json.Encoder(decimal_format="string", uuid_format="canonical")

Row = dict[str, Any]


encode_json: Callable[[object], bytes] = _ENCODER.encode
"""JSON in UTF-8; decimals become exact strings, times keep their offset."""


def form_of(request: Request[Any, Any, Any], offered: Sequence[str] = (JSON, CSV, NDJSON)) -> str:
    """The media type to answer with: by the suffix of the path, else by `Accept`, else the first one offered.

    Raises:
        NotAcceptable: `Accept` names none of those offered.
    """
    path = str(request.scope["path"])
    by_suffix = next((kind for suffix, kind in FILES.items() if path.endswith(suffix)), None)
    if by_suffix is not None:
        return by_suffix
    if "accept" not in request.headers:
        return offered[0]
    best = request.accept.best_match(list(offered), default=None)
    if best is None:
        raise NotAcceptable(
            f"{request.headers['accept']!r} is not available here; {', '.join(offered)} are.",
            available=list(offered),
        )
    return best


async def csv_lines(
    columns: Sequence[str], batches: AsyncIterator[list[Row]]
) -> AsyncGenerator[bytes, None]:
    """A CSV file (RFC 4180) with a header line, one chunk per batch of rows."""
    yield _csv_text([columns])
    async for batch in batches:
        yield _csv_text([[_cell(row.get(column)) for column in columns] for row in batch])


async def ndjson_lines(batches: AsyncIterator[list[Row]]) -> AsyncGenerator[bytes, None]:
    """One JSON object per line, one chunk per batch of rows."""
    async for batch in batches:
        yield _ENCODER.encode_lines(batch)


def _csv_text(rows: Sequence[Sequence[Any]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


def _cell(value: Any) -> Any:
    if isinstance(value, str):
        return neutral(value)
    if isinstance(value, bool | dict | list):
        return neutral(encode_json(value).decode())
    return msgspec.to_builtins(value)
