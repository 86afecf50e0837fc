"""Carrying out the imports that were accepted: at the start of the process, and whenever one more is accepted."""

import threading

import structlog

from application.imports.use_cases import Imports

RETRY_S = 5.0
"""Seconds after which imports that failed for a reason of ours, or that another process left, are tried again."""


class _Interrupted(Exception):
    """The process ends in the middle of an import, which the next one takes up from its beginning."""


class PendingImports:
    """One thread that imports what waits. Several processes may each have one: a file is claimed by one of them."""

    def __init__(self, imports: Imports) -> None:
        self._imports = imports
        self._wake = threading.Event()
        self._stopping = False
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to work; imports that an earlier process left are adopted at once."""
        # Made here: Python 3.13 does not start a thread that was made before its process was forked.
        self._thread = threading.Thread(target=self._work, name="pending-imports", daemon=True)
        self._thread.start()

    def kick(self) -> None:
        """Say that an import was accepted."""
        self._wake.set()

    def stop(self, timeout_s: float = 2.0) -> None:
        """End the work, and wait up to `timeout_s` seconds for the import under way to notice."""
        self._stopping = True
        self._wake.set()
        if self._thread is not None:
            self._thread.join(timeout_s)

    def _work(self) -> None:
        while not self._stopping:
            self._wake.clear()
            try:
                self._imports.run_pending(self._go_on)
            except _Interrupted:
                return
            except Exception as error:  # noqa: BLE001 - they stay pending, and the thread must live on
                structlog.get_logger().error("pending imports failed", exc_info=error)
            self._wake.wait(RETRY_S)

    def _go_on(self, rows: int, size_bytes: int) -> None:  # noqa: ARG002 - told as progress
        if self._stopping:
            raise _Interrupted
