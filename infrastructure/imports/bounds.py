"""Files that may not be larger than their kind allows."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

from application.imports.ports import Readable
from application.shared.import_kinds import FileLimits
from domain.shared.errors import Malformed

R = TypeVar("R", bound=Sequence[str])


def bounded_rows(
    rows: Iterator[tuple[int, R]], limits: FileLimits, above: int = 0
) -> Iterator[tuple[int, R]]:
    """The rows, refused (`too_many_rows`, `too_many_cells`) as soon as there are more of them.

    So many of them may stand `above` those of the table.
    """
    cells = 0
    for count, row in enumerate(rows):
        cells += len(row[1])
        if limits.rows_max and count >= limits.rows_max + above:
            raise Malformed(
                f"the file has more than {limits.rows_max:,} rows", code="too_many_rows"
            )
        if limits.cells_max and cells > limits.cells_max:
            raise Malformed(
                f"the file has more than {limits.cells_max:,} cells", code="too_many_cells"
            )
        yield row


def bounded(file: Readable, bytes_max: int | None) -> Readable:
    """The file, refused (`file_too_large`) as soon as more is read of it than this."""
    return _Bounded(file, bytes_max) if bytes_max else file


class _Bounded:
    def __init__(self, file: Readable, bytes_max: int) -> None:
        self._file, self._bytes_max, self._left = file, bytes_max, bytes_max

    def read(self, size: int, /) -> bytes:
        """Up to `size` bytes; none at the end."""
        data = self._file.read(min(size, self._left + 1))
        self._left -= len(data)
        if self._left < 0:
            raise Malformed(
                f"the file is larger than {self._bytes_max:,} bytes", code="file_too_large"
            )
        return data
