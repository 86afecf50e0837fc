"""Fewer garbage collections while pages are replayed.

A page makes tens of thousands of objects and frees them all without the collector's help; looking through them every
700 allocations costs as much as the work itself.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

_ALLOCATIONS = 200_000

_lock = Lock()
_nested: list[tuple[int, int, int]] = []


@contextmanager
def collecting_rarely() -> Iterator[None]:
    """Raise the collector's threshold for the length of a block; blocks of several threads may overlap."""
    with _lock:
        _nested.append(gc.get_threshold())
        gc.set_threshold(_ALLOCATIONS, 20, 50)
    try:
        yield
    finally:
        with _lock:
            threshold = _nested.pop(0 if len(_nested) == 1 else -1)
            if not _nested:
                gc.set_threshold(*threshold)
