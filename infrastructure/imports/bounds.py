"""Files that may not be longer than their kind allows."""

from application.imports.ports import Readable
from domain.shared.errors import Malformed


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
