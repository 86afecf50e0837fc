"""The rows of a file as frames of pandas: text in and facts out, a chunk at a time.

Nothing is guessed on the way: a frame holds the text of cells as it stands in the file, empty where it is empty, and
the readers of the imports read it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice

import pandas as pd

from application.imports.ports import BadRow, Readable
from application.shared.import_kinds import FileColumn
from domain.shared.events import Event
from infrastructure.imports.reader import cells_of

CHUNK_ROWS = 50_000

Frame = tuple[pd.DataFrame, list[tuple[int, BadRow]]]
"""Rows by their number in the file, one column of text for each of the kind's; and those that are no rows of it."""


def extracted(
    file: Readable, columns: Sequence[FileColumn], options: Mapping[str, str]
) -> Iterator[Frame]:
    """The rows of a file.

    Raises:
        Malformed: it cannot be read as a table of these columns.
    """
    names = [column.name for column in columns]
    rows = cells_of(file, columns, options)
    while chunk := list(islice(rows, CHUNK_ROWS)):
        good = {number: cells for number, cells in chunk if not isinstance(cells, BadRow)}
        frame = pd.DataFrame(list(good.values()), index=list(good), columns=names, dtype=object)
        yield frame, [(number, cells) for number, cells in chunk if isinstance(cells, BadRow)]


def transformed(
    frame: Frame, read: Callable[[int, Sequence[str]], Event | BadRow]
) -> Iterator[tuple[int, Event | BadRow, Sequence[str]]]:
    """The facts of a frame's rows, and what is wrong with the others."""
    rows, misshapen = frame
    for number, *cells in rows.itertuples(name=None):
        yield number, read(number, cells), cells
    for number, bad in misshapen:
        yield number, bad, ()
